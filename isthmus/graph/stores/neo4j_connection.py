"""The way to a Neo4j server: what a URL says, a driver, and the driver's errors in our words."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from urllib.parse import unquote, urlsplit

import neo4j
from neo4j import exceptions

from isthmus.graph.stores.protocol import StoreFull, StoreUnreachable

DEFAULT_DATABASE = "neo4j"
CONNECT_LIMIT = 15.0  # seconds
# The server says these in its own words and under several codes: the text of the operating system is what they share.
_NO_ROOM = ("no space left on device", "disk is full", "not enough space", "disk quota exceeded")


@dataclass(frozen=True, slots=True)
class Address:
    """Where a store lies and who asks. ``shown`` has no password and may be printed."""

    server: str
    database: str
    shown: str
    user: str = ""
    password: str = field(default="", repr=False)

    @property
    def auth(self) -> tuple[str, str] | None:
        """User and password; None for a server without."""
        return (self.user or "neo4j", self.password) if self.password else None


def read_address(url: str, environment: Mapping[str, str] = os.environ) -> Address:
    """What ``neo4j://user:password@host:port/database`` says.

    User and password may come from ``ISTHMUS_NEO4J_USER`` and ``ISTHMUS_NEO4J_PASSWORD`` instead; the URL goes first.

    >>> read_address("bolt://ann:secret@localhost:7687/brain", {}).shown
    'bolt://ann@localhost:7687/brain'

    Raises:
        StoreUnreachable: no host, or a port that is no number.
    """
    parts = urlsplit(url)
    place = parts.netloc.rpartition("@")[2]
    user = parts.username or ""
    shown = f"{parts.scheme}://{f'{user}@' if user else ''}{place}{parts.path}"
    try:
        named = bool(parts.hostname) and parts.port != 0
    except ValueError:  # a port that is no number
        named = False
    if not named:
        raise StoreUnreachable(f"{shown} names no server: write neo4j://host:7687, and the database after a slash")
    return Address(
        server=f"{parts.scheme}://{place}",
        database=unquote(parts.path.strip("/")) or DEFAULT_DATABASE,
        shown=shown,
        user=unquote(user) or environment.get("ISTHMUS_NEO4J_USER", ""),
        password=unquote(parts.password or "") or environment.get("ISTHMUS_NEO4J_PASSWORD", ""),
    )


def connect(address: Address, patience: float = 30.0) -> neo4j.Driver:
    """A driver whose server has answered, and which tries again for ``patience`` seconds what may yet work.

    Raises:
        StoreUnreachable: it did not, or not as Neo4j does, or it wants other credentials.
    """
    with driver_errors(address):
        driver = neo4j.GraphDatabase.driver(
            address.server,
            auth=address.auth,
            connection_timeout=CONNECT_LIMIT,
            max_transaction_retry_time=patience,
            notifications_min_severity="OFF",  # advice on queries is for who writes them, not for each run of them
        )
        try:
            with driver.session(database=address.database) as session:
                session.run("RETURN 1").consume()
        except BaseException:
            driver.close()
            raise
    return driver


@contextmanager
def driver_errors(address: Address) -> Iterator[None]:
    """Turn what the driver raises for reasons outside the program into what a person can act on.

    Raises:
        StoreUnreachable: gone, refused, not Neo4j, no such database.
        StoreFull: no room on the server's disk or in its memory for the transaction.
    """
    try:
        yield
    except exceptions.AuthError as error:
        raise StoreUnreachable(
            f"{address.shown} refused the user name or password ({error.code or 'no credentials'}): set "
            "ISTHMUS_NEO4J_USER and ISTHMUS_NEO4J_PASSWORD, or write neo4j://user:password@host"
        ) from error
    except exceptions.Neo4jError as error:
        raised = _as_ours(address, error)
        if raised is None:
            raise
        raise raised from error
    except (exceptions.DriverError, OSError) as error:
        raise StoreUnreachable(
            f"{address.shown} does not answer as a Neo4j server ({_first_line(error)}): is it running, and is this its "
            "Bolt port?"
        ) from error


def _as_ours(address: Address, error: exceptions.Neo4jError) -> StoreUnreachable | StoreFull | None:
    code, message = error.code or "", (error.message or "").lower()
    if any(sign in f"{message} {error}".lower() for sign in _NO_ROOM):
        return StoreFull(f"no room left on the disk of {address.shown}: make room, then run the same command again")
    if ".Security." in code:
        return StoreUnreachable(f"{address.shown} does not let this user in or write ({code}): ask who runs the server")
    if "OutOfMemory" in code:
        return StoreFull(
            f"the batch is too large for the memory of {address.shown}: raise "
            "dbms.memory.transaction.total.max and the heap, then run the same command again"
        )
    if "Database.DatabaseNotFound" in code:
        return StoreUnreachable(
            f"{address.shown}: there is no database {address.database!r} on this server: create it first"
        )
    if "WriteOnReadOnly" in code or "NotALeader" in code or "ForbiddenOnReadOnlyDatabase" in code:
        return StoreUnreachable(
            f"{address.shown} takes no writes (read-only, or out of disk): look at the server's log, or connect with "
            "neo4j:// to find the leader of a cluster"
        )
    if error.is_retryable() or "DatabaseUnavailable" in code:
        return StoreUnreachable(f"{address.shown} is not ready ({code}): try again, or look at the server's log")
    return None


def _first_line(error: BaseException) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0].rstrip(".")[:200]
