"""Who judges."""

from __future__ import annotations

import getpass

from isthmus.errors import UsageError
from isthmus.service.settings import settings


class UnknownReviewer(UsageError):
    """Nobody said who judges."""


def reviewer_name(given: str = "") -> str:
    """The name that was given, else the setting's, else that of whoever is logged in. Raises ``UnknownReviewer``."""
    name = given.strip() or settings().reviewer.strip() or _logged_in()
    if not name:
        raise UnknownReviewer("nobody knows who judges: give --reviewer NAME, or set ISTHMUS_REVIEWER")
    return name


def _logged_in() -> str:
    try:
        return getpass.getuser()
    except (OSError, KeyError):  # no such variable, and a user without a name, as in a container
        return ""
