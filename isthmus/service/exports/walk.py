"""The whole graph in the order of its ids, a bounded piece of it at a time: what every export is made from."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import groupby, islice
from typing import TypeVar

from isthmus.graph.model import Document, DocumentKind, Entity, Evidence, Modality
from isthmus.graph.stores.protocol import StatementRow, Store

BATCH = 2000  # pieces of evidence whose documents are in memory

T = TypeVar("T")
Seen = Callable[[int], None]


def unseen(count: int) -> None:
    """Tell nobody how far it is."""


@dataclass(frozen=True, slots=True)
class Sourced:
    """A piece of evidence with the document that it stands in."""

    evidence: Evidence
    document: Document


@dataclass(frozen=True, slots=True)
class Claim:
    """A statement with what the graph makes of it and all its evidence, by id."""

    row: StatementRow
    sources: tuple[Sourced, ...]


def entities(store: Store, seen: Seen = unseen) -> Iterator[Entity]:
    """Every entity, by id; ``seen`` is told how many more are at hand."""
    yield from _counted(store.all_entities(), seen)


def claims(store: Store, least_belief: float = 0.0, seen: Seen = unseen) -> Iterator[Claim]:
    """Every statement that is believed at least so much, by id, with its evidence.

    Statements and evidence both come by statement id: one pass over each. What another process writes meanwhile is in
    it or not, but never half a statement.
    """
    rows = _counted(store.all_statements(), seen)
    row = next(rows, None)
    for statement, sources in groupby(_sourced(store), key=lambda each: each.evidence.statement):
        while row is not None and row.statement.id < statement:
            row = next(rows, None)
        if row is not None and row.statement.id == statement and row.belief >= least_belief:
            yield Claim(row, tuple(sources))


def _sourced(store: Store) -> Iterator[Sourced]:
    everything = store.all_evidence()
    while batch := list(islice(everything, BATCH)):
        documents = store.documents({each.document for each in batch})
        for each in batch:
            yield Sourced(each, documents.get(each.document) or _unknown(each.document))


def _unknown(document: str) -> Document:
    """What stands for a document that was taken out a moment ago."""
    return Document(document, DocumentKind.CITATION, Modality.LITERATURE)


def _counted(things: Iterator[T], seen: Seen) -> Iterator[T]:
    while batch := list(islice(things, BATCH)):
        seen(len(batch))
        yield from batch
