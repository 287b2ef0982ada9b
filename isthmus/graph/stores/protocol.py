"""What a store must do. SQLite and Neo4j both do it, and one conformance suite runs on each."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Generic, Protocol, Self, TypeVar

from isthmus.errors import IsthmusError, Unreachable, UsageError
from isthmus.graph.model import Document, Entity, Evidence, Extraction, Statement
from isthmus.graph.stores.columns import GraphChanges, GraphColumns, MentionColumns
from isthmus.graph.stores.entries import Entry, EntryKind
from isthmus.graph.stores.ledger import Effort, LedgerRow, Outcome
from isthmus.graph.stores.structure import Structure
from isthmus.graph.verdict import Verdict
from isthmus.graph.vocabulary import Category, Predicate

T = TypeVar("T")


class StoreUnreachable(Unreachable):
    """The store does not answer, or is not a store."""


class StoreFull(IsthmusError):
    """There is no room left to write; what was written before stays."""

    http_status = 507


class BadCursor(UsageError):
    """A page cursor that this store did not hand out."""


@dataclass(frozen=True, slots=True)
class StatementRow:
    """A statement with what the graph makes of it."""

    statement: Statement
    belief: float
    evidence_count: int
    first_year: int | None


@dataclass(frozen=True, slots=True)
class MentionCount:
    """How often a document names an entity, and in which of its sentences (ordinals from 0, sorted)."""

    document: str
    entity: str
    count: int
    sentences: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Counts:
    """How much a store holds. ``mentions`` counts the spans, ``documents`` those read or cited."""

    documents: int
    entities: int
    statements: int
    evidence: int
    mentions: int


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """Some of a longer answer; ``cursor`` fetches the next ones and is empty at the end. Total where it is cheap."""

    items: tuple[T, ...]
    cursor: str = ""


@dataclass(frozen=True, slots=True)
class SearchHit:
    """An entity found by its words, the synonym that matched, and how many statements it has."""

    entity: Entity
    matched: str
    statements: int


@dataclass(frozen=True, slots=True)
class Written:
    """What one call of ``write`` changed."""

    rows: tuple[LedgerRow, ...] = field(default=())
    new_entities: int = 0
    new_statements: int = 0
    new_evidence: int = 0


class Store(Protocol):
    """A graph that lasts. Every reading method sees whole transactions only."""

    url: str

    # -- writing: one process at a time --
    def write(
        self, extractions: Sequence[Extraction], *, run: str = "", efforts: Mapping[str, Effort] | None = None
    ) -> Written:
        """Write documents, each whole, with their ledger rows, in one transaction.

        ``run`` is who reads them, ``efforts`` what each of them (by its id) took: both for the ledger only.
        A document (part) whose digest and extractor are those of the ledger is ``unchanged`` and costs nothing.
        Another version of a document replaces that document's own mentions and evidence; statements that are left
        without evidence go, then entities that nothing names. An extraction that is ``empty`` is recorded as such.
        A full document takes the place of a citation stub of the same id, never the other way round.
        A document too long for one transaction (a graph of a million edges) comes in parts, each written whole with a
        ledger row of its own: cut off between two parts and run again, the parts that are in are ``unchanged`` and the
        rest follows. The first part of a new version takes out every part of the old one.
        Raises ``StoreFull`` or ``StoreUnreachable``; nothing of the batch is written then.
        """

    def record(self, rows: Sequence[LedgerRow]) -> None:
        """Put failures (or other outcomes without content) into the ledger."""

    def forget_failures(self, names: Iterable[str]) -> None:
        """Take rows of these names that say ``failed`` out of the ledger: what failed then does so no longer."""

    def delete(self, documents: Sequence[str]) -> tuple[LedgerRow, ...]:
        """Take documents out with all that only they said. Unknown ids are passed over; a row for each one deleted."""

    # -- reading --
    def ledger(self, documents: Iterable[str]) -> dict[tuple[str, int], LedgerRow]:
        """The ledger rows of these documents, by document and part."""

    def find_ledger_rows(
        self,
        *,
        run: str | None = None,
        outcome: Outcome | None = None,
        source: str | None = None,
        document: str | None = None,
        limit: int = 100,
        cursor: str = "",
    ) -> Page[LedgerRow]:
        """Rows that a run wrote last, of one outcome, source or document; by document, then part."""

    def entities(self, ids: Iterable[str]) -> dict[str, Entity]:
        """Those of the ids that exist."""

    def entities_named(self, name: str) -> list[Entity]:
        """Entities whose name, else whose synonym, equals this but for case; best connected first, then by id."""

    def entities_with_xref(self, curie: str) -> list[Entity]:
        """Entities that list this CURIE among their cross-references, by id."""

    def search(
        self, query: str, *, category: Category | None = None, limit: int = 20, cursor: str = ""
    ) -> Page[SearchHit]:
        """Entities by the words (last one as a prefix) of their names and synonyms, best first; any text is safe."""

    def statements(self, ids: Iterable[str]) -> dict[str, StatementRow]:
        """Those of the ids that exist."""

    def find_statements(
        self,
        *,
        subject: str | None = None,
        obj: str | None = None,
        predicate: Predicate | None = None,
        limit: int = 100,
        cursor: str = "",
    ) -> Page[StatementRow]:
        """Statements by their ends, in the order of their ids, so that pages miss none while one writes."""

    def evidence(self, statements: Iterable[str]) -> dict[str, list[Evidence]]:
        """The evidence of each statement, oldest first, then by id."""

    def documents(self, ids: Iterable[str]) -> dict[str, Document]:
        """Those of the ids that exist, citation stubs included."""

    def mentions(self, *, document: str | None = None, entity: str | None = None) -> Iterator[MentionCount]:
        """Who is named where: of a document, of an entity, or all; by document, then entity."""

    def all_entities(self) -> Iterator[Entity]:
        """Every entity, by id, streamed."""

    def all_statements(self) -> Iterator[StatementRow]:
        """Every statement, by id, streamed."""

    def all_evidence(self) -> Iterator[Evidence]:
        """All evidence, by statement and id, streamed."""

    def columns(self) -> GraphColumns:
        """The graph as arrays."""

    def mention_columns(self) -> MentionColumns:
        """Who is named where as arrays: what ``mentions`` tells row by row."""

    def counts(self) -> Counts:
        """How much there is."""

    def graph_hash(self) -> str:
        """Hash of what the graph says: the sorted digests of its entities and ids of its statements and evidence.

        The same for the same input in whatever order, on every store, and after an export to KGX and back.
        Mentions, documents' titles, the ledger, verdicts and entries are not part of it.
        """

    def version(self) -> str:
        """The version of the graph's columns, which changes with the hash, when a paper is retracted and with a verdict."""

    def revision(self) -> tuple[int, str]:
        """How many writes the graph has seen, and its version where that was worked out since the last, else ``""``.

        Costs one look, also right after a write. Changes with all that can be read of the graph, mentions and texts of
        documents included; not with entries.
        """

    def changes(self, version: str) -> GraphChanges | None:
        """What was touched since the graph had this version; ``None`` where that is not known, or too much."""

    # -- verdicts: kept by the statement's id, whatever becomes of the statement --
    def put_verdict(self, verdict: Verdict) -> None:
        """Keep a verdict; the same twice changes nothing. Of each reviewer the latest on a target counts.

        One on a statement moves its belief at once (``belief.judge``), the version and the log of changes; on a statement
        that is not there it counts as soon as that comes, or comes back.
        """

    def delete_verdict(self, verdict: str) -> bool:
        """Take a verdict (its id) back: belief is as if it had never been. Returns whether it was there."""

    def verdicts(self, *, targets: Iterable[str] | None = None, reviewer: str | None = None) -> list[Verdict]:
        """All that was said, or of these targets, by this reviewer: history included, oldest first, then by id."""

    # -- entries: values beside the graph --
    def entry(self, kind: EntryKind, key: str) -> Entry | None:
        """What is kept under this kind and id."""

    def entries(self, kind: EntryKind, *, prefix: str = "", limit: int = 100, cursor: str = "") -> Page[Entry]:
        """Those of a kind whose ids begin so, by id; pages neither repeat nor miss one that stays during a write."""

    def put_entry(self, kind: EntryKind, key: str, value: Mapping[str, Any], *, expected: int | None = None) -> Entry:
        """Write a value in place of the one before, alone among all processes.

        With ``expected`` only if that is its revision now (0: it must not be there), or it raises ``EntryChanged``.
        Raises ``UnusableEntry`` for an id or a value that cannot be kept.
        """

    def delete_entry(self, kind: EntryKind, key: str, *, expected: int | None = None) -> bool:
        """Take a value out; ``expected`` as for ``put_entry``. Returns whether there was one."""

    # -- keeping --
    def structure(self) -> Structure:
        """How it stands: steps of its schema, indexes, damage. Reads all of an SQLite file."""

    def make_indexes(self) -> None:
        """Make indexes anew that somebody took out, or that failed."""

    def close(self) -> None:
        """Let go of files and connections."""

    def __enter__(self) -> Self: ...
    def __exit__(self, *exc: object) -> None: ...
