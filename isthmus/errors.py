"""The root of what Isthmus raises on purpose.

    IsthmusError                exit 1   HTTP 400
    ├── UsageError              exit 2   HTTP 422   wrong words, a name that means several things or nothing
    ├── StoreFull               exit 1   HTTP 507   no room left to write
    └── Unreachable             exit 3   HTTP 503   a store or service that does not answer

A subclass lives with the code that raises it. Each message is one line that names what was wrong and what to do next;
the command line and the API print it as it is, once.
"""


class IsthmusError(Exception):
    """Something a person can mend; the message says how."""

    exit_code = 1
    http_status = 400
    retry_after: int | None = None  # seconds after which the same may well work


class UsageError(IsthmusError):
    """The question itself was wrong."""

    exit_code = 2
    http_status = 422


class Unreachable(IsthmusError):
    """A store or a service does not answer."""

    exit_code = 3
    http_status = 503
    retry_after = 5
