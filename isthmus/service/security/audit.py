"""The record of writes: who did what, when, in which request.

A line is written before the deed, so that none is without its line; what became of it is added after. A line without a status
is of a deed that was cut off.
"""

from __future__ import annotations

from collections import deque
from dataclasses import asdict, dataclass

from isthmus.graph.stores.entries import EntryKind
from isthmus.graph.stores.protocol import Store
from isthmus.graph.verdict import now_in_utc
from isthmus.service.hypotheses.kept import every


@dataclass(slots=True)
class Deed:
    """A write. ``key`` is the id of a key, empty for this machine itself; ``reviewer`` who is said to judge.

    ``status`` is that of the answer, 0 until there is one; of a command ``path`` is its words.
    """

    at: str
    request: str
    key: str
    name: str
    method: str
    path: str
    reviewer: str = ""
    status: int = 0

    @property
    def id(self) -> str:
        """By time."""
        return f"{self.at}/{self.request}"


def write_down(store: Store, deed: Deed) -> None:
    """Keep a deed as it stands now."""
    store.put_entry(EntryKind.AUDIT, deed.id, asdict(deed))


def write_down_command(store: Store, words: str, who: str) -> None:
    """Keep what somebody at this machine did by a command."""
    write_down(store, Deed(now_in_utc(), "", "", who, "COMMAND", words, status=200))


def latest_deeds(store: Store, most: int) -> list[Deed]:
    """The newest, oldest first."""
    return [Deed(**entry.value) for entry in deque(every(store, EntryKind.AUDIT), maxlen=most)]
