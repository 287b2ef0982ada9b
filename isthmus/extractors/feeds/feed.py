"""What every feed takes and gives."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from pathlib import Path
from typing import Any, Protocol, TypeVar

from isthmus.errors import IsthmusError
from isthmus.extractors.reading import Record

T = TypeVar("T")

OVERLAP = timedelta(
    days=2
)  # a window starts so long before the last one's end: services date and index in their own time
Cursor = Mapping[str, Any]  # JSON: where a feed goes on; empty before its first batch


class FeedKind(StrEnum):
    """Which feed."""

    PUBMED = "pubmed"
    EUROPEPMC = "europepmc"
    BIORXIV = "biorxiv"
    PUBTATOR = "pubtator"
    FOLDER = "folder"


class BrokenAnswer(IsthmusError):
    """An answer that is cut short or is not what it ought to be: asking again may mend it."""


class RequestRefused(IsthmusError):
    """An answer that says that the request is wrong (4xx): asking again changes nothing."""

    def __init__(self, message: str, status: int) -> None:
        super().__init__(message)
        self.status = status


class Fetch(Protocol):
    """The way to one service. Waits, asks again and gives up by itself."""

    def __call__(self, path: str, parameters: Mapping[str, str], parse: Callable[[bytes], T]) -> T:
        """What ``parse`` makes of the answer; where it raises ``BrokenAnswer`` the request is made again.

        ``path`` is added to the service's base address. Raises ``RequestRefused``, and what is ``Unreachable``.
        """

    @property
    def server_day(self) -> date | None:
        """The day (UTC) that the service's own clock told with its last answer."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What a run asks of a feed.

    Without a cursor it starts at ``since``; ``today`` (UTC) is the last day it reads.
    """

    query: str
    since: date
    today: date


@dataclass(frozen=True, slots=True)
class FeedBatch:
    """Some records and the cursor that is true once they are in the store.

    ``records`` may be read once only, before the next batch is asked for. ``name`` says what the batch is of.
    """

    name: str
    records: Iterable[Record]
    cursor: Cursor


class Feed(Protocol):
    """One source of documents."""

    def batches(self, asked: Asked, cursor: Cursor) -> Iterator[FeedBatch]:
        """All that is new since the cursor, in batches; the last one's cursor stands for a run that is done.

        Gone on with from any batch's cursor, all that follows comes; what came before may come again.
        """


@dataclass(frozen=True, slots=True)
class Window:
    """Days that are read, both included."""

    first: date
    last: date

    def halves(self) -> tuple[Window, Window]:
        """Two windows that make up this one, which has two days or more."""
        middle = self.first + (self.last - self.first) // 2
        return Window(self.first, middle), Window(middle + timedelta(days=1), self.last)


def next_window(asked: Asked, through: str) -> Window:
    """The window after the one that ended on ``through`` (``YYYY-MM-DD``, or empty): it overlaps with that.

    >>> next_window(Asked("", date(2026, 1, 1), date(2026, 3, 10)), "2026-03-08").first.isoformat()
    '2026-03-06'
    """
    first = date.fromisoformat(through) - OVERLAP if through else asked.since
    return Window(min(max(first, asked.since), asked.today), asked.today)


def through_of(last: date, server_day: date | None) -> str:
    """The day up to which all was seen: never one that the service has not reached yet, whatever our clock says."""
    return (min(last, server_day) if server_day else last).isoformat()


@contextmanager
def as_file(body: bytes, name: str) -> Iterator[Path]:
    """An answer as a file that a reader can read, gone afterwards; its name becomes the documents' source."""
    with tempfile.TemporaryDirectory(prefix="isthmus-") as folder:
        path = Path(folder) / name
        path.write_bytes(body)
        yield path
