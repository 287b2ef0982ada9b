"""One check and how several are made: what is broken is told and never raised."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from isthmus.errors import IsthmusError
from isthmus.service.security.hidden import without_secrets

# A name, and a look that returns what it saw or raises what is wrong.
Look = tuple[str, Callable[[], str]]


@dataclass(frozen=True, slots=True)
class Check:
    """One part: whether it works, and what it is or what mends it."""

    name: str
    ok: bool
    detail: str


class Broken(IsthmusError):
    """A part that does not work: the message says what mends it."""


def checked(looks: Iterable[Look]) -> Iterator[Check]:
    """Look at each part in turn."""
    for name, look in looks:
        try:
            yield Check(name, True, without_secrets(look()))
        except IsthmusError as error:
            yield Check(name, False, without_secrets(str(error)))
        except Exception as error:  # whatever a broken part raises is what was looked for
            told = f"{type(error).__name__}: {error}: install Isthmus anew if nothing else is known of it"
            yield Check(name, False, without_secrets(told))
