"""What a store must do. SQLite and Neo4j both do it, and one conformance suite runs on each."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Generic, Protocol, Self, TypeVar

import numpy as np
from numpy.typing import NDArray

from isthmus.errors import IsthmusError, Unreachable, UsageError
from isthmus.graph.belief import EvidenceArrays
from isthmus.graph.model import Document, Entity, Evidence, Extraction, Statement
from isthmus.graph.stores.entries import Entry, EntryKind
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


class Outcome(StrEnum):
    """What became of one document, or one part of a long one."""

    WRITTEN = "written"
    UNCHANGED = "unchanged"
    EMPTY = "empty"
    FAILED = "failed"
    QUARANTINED = "quarantined"  # reading it ended the process that read it: it is read again only when asked for
    DELETED = "deleted"


@dataclass(frozen=True, slots=True)
class LedgerRow:
    """What happened to one document part when last read, and what that took.

    ``reason`` is never empty for ``empty``, ``failed`` and ``quarantined``. ``run`` is the id of the run that read it, and
    empty where that was before runs were kept. ``seconds`` are those of the extractor (of short documents that were read
    together each has its share by length), ``tokens`` and ``money`` what a language model was asked with and answered.
    ``characters`` and ``sections`` are those of the text that was read.
    """

    document: str
    part: int
    outcome: Outcome
    reason: str = ""
    digest: str = ""
    extractor: str = ""
    source: str = ""
    statements: int = 0
    evidence: int = 0
    mentions: int = 0
    at: str = ""  # ISO 8601 UTC; not part of any hash
    run: str = ""
    seconds: float = 0.0
    tokens: int = 0
    money: float = 0.0
    characters: int = 0
    sections: int = 0


@dataclass(frozen=True, slots=True)
class Effort:
    """What reading one document took: as in ``LedgerRow``."""

    seconds: float = 0.0
    tokens: int = 0
    money: float = 0.0


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
class GraphColumns:
    """The whole graph as columns, for a ``Snapshot``. Sorted by id, so that equal graphs give equal columns.

    Entities: ``entity_ids``, ``names``, ``categories`` (index into ``list(Category)``, int16), each of n_entities.
    Statements: ``statement_ids``, ``subjects``, ``objects`` (entity index, int32), ``predicates`` (index into
    ``list(Predicate)``, int16), ``negated`` (bool), ``statement_context`` (index into ``contexts``, int32), each of
    n_statements. ``contexts`` are the distinct (species, cell, anatomy) that are said, "" for what is not, sorted.
    Evidence: ``evidence_statement`` (statement index, int32, sorted), ``evidence_document`` (index into
    ``document_ids``, int32), ``evidence_group`` (the first document of the same senior author, its own where none is
    named, int32), ``evidence_review`` (bool), ``evidence_modality`` (index into ``list(Modality)``, int8),
    ``evidence_reader`` (index into ``belief.READERS``, int16), ``evidence_year`` (int16, 0 where unknown),
    ``evidence_score`` (float64, as ``belief.weigh`` gives it: speculation already weighed, retracted documents'
    evidence 0), each of n_evidence.
    Verdicts, of each reviewer the latest on a statement, sorted by statement, kind and year: ``verdict_statement``
    (statement index, int32), ``verdict_kind`` (index into ``list(VerdictKind)``, int8), ``verdict_year`` (int16, 0 where
    unknown), each of n_verdicts; none where nobody has judged.
    ``document_ids`` are the documents that give evidence, ``document_authors`` their senior authors ("" where unknown).
    ``version`` stands for all of it: see ``Fingerprint``.
    """

    graph_hash: str
    version: str
    entity_ids: Sequence[str]
    names: Sequence[str]
    categories: NDArray[np.int16]
    statement_ids: Sequence[str]
    subjects: NDArray[np.int32]
    objects: NDArray[np.int32]
    predicates: NDArray[np.int16]
    negated: NDArray[np.bool_]
    contexts: Sequence[tuple[str, str, str]]
    statement_context: NDArray[np.int32]
    document_ids: Sequence[str]
    document_authors: Sequence[str]
    evidence_statement: NDArray[np.int32]
    evidence_document: NDArray[np.int32]
    evidence_group: NDArray[np.int32]
    evidence_review: NDArray[np.bool_]
    evidence_modality: NDArray[np.int8]
    evidence_reader: NDArray[np.int16]
    evidence_year: NDArray[np.int16]
    evidence_score: NDArray[np.float64]
    verdict_statement: NDArray[np.int32] = field(default_factory=lambda: np.empty(0, dtype=np.int32))
    verdict_kind: NDArray[np.int8] = field(default_factory=lambda: np.empty(0, dtype=np.int8))
    verdict_year: NDArray[np.int16] = field(default_factory=lambda: np.empty(0, dtype=np.int16))

    @property
    def evidence(self) -> EvidenceArrays:
        """What belief is worked out from."""
        return EvidenceArrays(
            self.evidence_statement,
            self.evidence_document,
            self.evidence_group,
            self.evidence_review,
            self.evidence_reader,
            self.evidence_score,
        )


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """What a graph is told by: ``graph_hash`` of what it says, ``version`` of all that its columns are made of.

    ``unjudged`` also knows what belief asks of documents (who leads them, whether they are retracted), ``version`` the
    verdicts too: a verdict changes that without all the rest being read again.
    """

    graph_hash: str
    unjudged: str
    version: str

    def judged(self, verdicts: Iterable[Verdict]) -> Fingerprint:
        """The same graph when these are the verdicts that count for its statements."""
        said = sorted((each.target, each.kind.value, each.year) for each in verdicts)
        version = hashlib.sha256(f"{self.unjudged}{said}".encode()).hexdigest() if said else self.unjudged
        return Fingerprint(self.graph_hash, self.unjudged, version)


def fingerprint(digests: Iterable[bytes], documents: Iterable[tuple[str, int, str, int, str]]) -> Fingerprint:
    """The hashes of a graph that nobody has judged.

    Args:
        digests: hex digits of the digests of its entities, sorted, then those of its statements and of its evidence.
        documents: id, retracted, senior author, review and modality of each, by id.
    """
    said = hashlib.sha256()
    for digest in digests:
        said.update(digest)
    version = said.copy()
    for curie, retracted, author, review, modality in documents:
        version.update(f"\n{curie}\t{retracted:d}\t{author}\t{review:d}\t{modality}".encode())
    return Fingerprint(said.hexdigest(), version.hexdigest(), version.hexdigest())


@dataclass(frozen=True, eq=False, slots=True)
class GraphChanges:
    """What is other in a graph than it was in an earlier version.

    ``statements`` and ``entities`` are the ids of all that was touched, whether it is there now or not. ``now`` holds
    those of them that are, with the entities at the ends of the statements and their evidence; its hashes are those of
    the whole graph.
    """

    statements: frozenset[str]
    entities: frozenset[str]
    now: GraphColumns


def first_of_group(senior_authors: Sequence[str]) -> NDArray[np.int32]:
    """Of each document the first that the same senior author leads: itself where none is named.

    >>> first_of_group(["", "Curie M", "", "Curie M"]).tolist()
    [0, 1, 2, 1]
    """
    first: dict[str, int] = {}
    groups = [first.setdefault(author, number) if author else number for number, author in enumerate(senior_authors)]
    return np.array(groups, dtype=np.int32)


@dataclass(frozen=True, slots=True)
class MentionColumns:
    """Who is named where, as columns, without the text. Documents that name something, sorted by id; sentences in order.

    Entities are numbered as in ``GraphColumns`` of the same moment; ``entity_ids`` tells whether another write came
    between. Documents: ``document_ids``, ``document_year`` (int16, 0 where unknown), ``document_retracted`` (bool), each
    of n_documents. One row for each document and entity it names, by document, then entity: ``mention_document``,
    ``mention_entity``, ``mention_count`` (int32, >= 1). Sentences that name something: ``sentence_document`` (int32,
    n_sentences). One row for each sentence and entity it names, by sentence, then entity: ``named_sentence``,
    ``named_entity`` (int32).
    """

    entity_ids: Sequence[str]
    document_ids: Sequence[str]
    document_year: NDArray[np.int16]
    document_retracted: NDArray[np.bool_]
    mention_document: NDArray[np.int32]
    mention_entity: NDArray[np.int32]
    mention_count: NDArray[np.int32]
    sentence_document: NDArray[np.int32]
    named_sentence: NDArray[np.int32]
    named_entity: NDArray[np.int32]


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
