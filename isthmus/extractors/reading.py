"""What readers and extractors hand on, and the two protocols that they follow."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol, TypeAlias

from isthmus.errors import IsthmusError
from isthmus.graph.model import Document, Entity, Extraction


class UnreadableFile(IsthmusError):
    """A file that cannot be read at all: the message names the file and what to do."""


@dataclass(frozen=True, slots=True)
class Unreadable:
    """One bad record among others: ``record`` says which ("record 12, PMID 123"), ``reason`` why and what to do."""

    source: str
    record: str
    reason: str


@dataclass(frozen=True, slots=True)
class Deletion:
    """A document that its source has withdrawn."""

    document: str


@dataclass(frozen=True, slots=True)
class Note:
    """Something a person should know about a file that went well otherwise, counted in the summary.

    For instance ``Note("predicate outside the vocabulary", "biolink:foo read as related_to", 12)``.
    """

    topic: str
    text: str
    count: int = 1


# A text waits for an extractor; a table's rows are statements already.
Record: TypeAlias = Document | Extraction | Deletion | Unreadable | Note

# The one description of a concept, whichever of its namespaces the CURIE is from; None where the lexicon has none.
Canonical: TypeAlias = Callable[[str], Entity | None]


class Reader(Protocol):
    """Bytes to records, streamed: memory does not grow with the file.

    Raises ``UnreadableFile`` where nothing of the file can be read; a bad record is yielded as ``Unreadable``.
    """

    def __call__(self, path: Path, canonical: Canonical) -> Iterator[Record]:
        """The records of the file, in its order."""


class Extractor(Protocol):
    """Text to what it says. ``name`` is ``name/version`` and is written on every piece of evidence."""

    name: str

    def extract(self, document: Document) -> Extraction:
        """Everything the document says; an empty extraction has a ``reason``. Never raises for any text."""
