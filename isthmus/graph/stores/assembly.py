"""What a store writes of an extraction, worked out before the store is touched: the same on every store.

The rules that both stores follow
* A *reading* is one part of one document in one version (digest and extractor). It owns what it says: its evidence, its
  mentions and the words with which it describes entities. What several readings say goes when the last of them goes.
* An entity exists while a reading describes, names or uses it. Its description is the merge of what today's readings say
  of it, so it depends on neither order nor history. Where none describes it, it is called by its id.
* A statement exists while it has evidence.
* A document exists while it has a reading or a reading cites it. Without a reading it is a stub: of those that readings
  give for it, the one that says most.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from isthmus.graph.model import (
    Document,
    DocumentKind,
    Entity,
    Evidence,
    Extraction,
    Modality,
    Statement,
    merge_entities,
)
from isthmus.graph.stores.ledger import Effort, LedgerRow, Outcome
from isthmus.graph.vocabulary import Category

NOTHING_FOUND = "nothing was found in it"


NO_EFFORT = Effort()


@dataclass(frozen=True, slots=True)
class Reading:
    """One document part, ready to be written.

    ``entities`` has every id that the extraction uses, with ``None`` where it does not describe it. ``mentions`` are the
    count and the sentences per entity, only of those named in the text. ``citations`` are the publications that it
    cites or that its evidence stands in, other than the document itself.
    """

    document: Document
    part: int
    extractor: str
    entities: Mapping[str, Entity | None]
    mentions: Mapping[str, tuple[int, tuple[int, ...]]]
    statements: Mapping[str, Statement]
    evidence: Mapping[str, Evidence]
    citations: Mapping[str, Document]
    ledger: LedgerRow

    @property
    def key(self) -> tuple[str, int]:
        """Document id and part."""
        return self.document.id, self.part

    @property
    def version(self) -> tuple[str, str]:
        """What must be the same for the part to be unchanged."""
        return self.document.digest, self.extractor


def assemble(extraction: Extraction, run: str = "", effort: Effort = NO_EFFORT) -> Reading:
    """Sort out what an extraction says.

    Statements without evidence are left out, for nobody says them.

    Raises:
        ValueError: evidence for a statement that the extraction does not make; a fault of the extractor.
    """
    statements = {statement.id: statement for statement in extraction.statements}
    evidence = {each.id: each for each in extraction.evidence}
    for each in evidence.values():
        if each.statement not in statements:
            raise ValueError(
                f"{extraction.extractor} gave {extraction.document.id} evidence for a statement it does not make: {each}"
            )
    said = {each.statement for each in evidence.values()}
    statements = {key: statement for key, statement in statements.items() if key in said}
    described = merge_entities(extraction.entities)
    used = dict.fromkeys(mention.entity for mention in extraction.mentions)
    for statement in statements.values():
        used[statement.subject] = used[statement.object] = None
    return Reading(
        document=extraction.document,
        part=extraction.part,
        extractor=extraction.extractor,
        entities={**used, **described},
        mentions=_count_mentions(extraction),
        statements=statements,
        evidence=evidence,
        citations=_citations(extraction, evidence.values()),
        ledger=_ledger_row(extraction, len(statements), len(evidence), run, effort),
    )


def undescribed(entity: str) -> Entity:
    """What stands for an entity that no reading describes."""
    return Entity(entity, entity, Category.NAMED_THING)


def best_citation(stubs: Iterable[Document]) -> Document:
    """The stub that says most of a publication: a retraction first, then a date, then a title, then by digest."""
    known = list(stubs)
    if len(known) == 1:  # nearly always: a digest takes long
        return known[0]
    return max(known, key=lambda stub: (stub.retracted, stub.date, stub.title, stub.digest))


def without_repeats(readings: Sequence[Reading]) -> list[list[Reading]]:
    """The readings in their order, cut so that no document comes in two versions or one part twice in a group."""
    groups: list[list[Reading]] = [[]]
    versions: dict[str, tuple[str, str]] = {}
    keys: set[tuple[str, int]] = set()
    for reading in readings:
        version = versions.setdefault(reading.document.id, reading.version)
        if reading.key in keys or version != reading.version:
            groups.append([])
            versions, keys = {reading.document.id: reading.version}, set()
        keys.add(reading.key)
        groups[-1].append(reading)
    return groups


def is_unchanged(reading: Reading, row: LedgerRow | None) -> bool:
    """Whether the ledger says that this version of the part is in the store."""
    return (
        row is not None
        and row.outcome in (Outcome.WRITTEN, Outcome.EMPTY)
        and (row.digest, row.extractor) == reading.version
    )


def _count_mentions(extraction: Extraction) -> dict[str, tuple[int, tuple[int, ...]]]:
    sentences: dict[str, list[int]] = {}
    for mention in extraction.mentions:
        sentences.setdefault(mention.entity, []).append(mention.sentence)
    return {entity: (len(where), tuple(sorted(set(where)))) for entity, where in sentences.items()}


def _citations(extraction: Extraction, evidence: Iterable[Evidence]) -> dict[str, Document]:
    stubs: dict[str, list[Document]] = {}
    for stub in extraction.cited:
        stubs.setdefault(stub.id, []).append(stub)
    for each in evidence:
        if each.document not in stubs:
            stubs[each.document] = [Document(each.document, DocumentKind.CITATION, Modality.LITERATURE)]
    stubs.pop(extraction.document.id, None)
    return {document: best_citation(known) for document, known in stubs.items()}


def _ledger_row(extraction: Extraction, statements: int, evidence: int, run: str, effort: Effort) -> LedgerRow:
    return LedgerRow(
        document=extraction.document.id,
        part=extraction.part,
        outcome=Outcome.EMPTY if extraction.empty else Outcome.WRITTEN,
        reason=(extraction.reason or NOTHING_FOUND) if extraction.empty else extraction.reason,
        digest=extraction.document.digest,
        extractor=extraction.extractor,
        source=extraction.document.source,
        statements=statements,
        evidence=evidence,
        mentions=len(extraction.mentions),
        at=datetime.now(UTC).isoformat(timespec="seconds"),
        run=run,
        seconds=round(effort.seconds, 4),
        tokens=effort.tokens,
        money=effort.money,
        characters=len(extraction.document.title) + sum(len(each.text) for each in extraction.document.sections),
        sections=len(extraction.document.sections),
    )
