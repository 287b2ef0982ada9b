"""What the pages of the graph show: an entity's statements, a statement's sentences with their marks, a document."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from isthmus.extractors.text.sentences import split_by_rule
from isthmus.graph.model import Document, Entity, Evidence, Statement
from isthmus.graph.stores.protocol import StatementRow, Store
from isthmus.graph.vocabulary import Category, Predicate
from isthmus.service.answers import EntityName
from isthmus.service.review.marking import Marked, marked
from isthmus.service.review.teaching import best_first
from isthmus.service.review.wording import statement_text

MOST_SORTED = 3_000  # statements of one entity that a page sorts; the table by REST has all
ROWS = 40  # on a page
NAMES = 200  # of a document
AROUND = 400  # characters that a sentence beside the one that is shown may have
SORTS: Mapping[str, Callable[[StatementRow], tuple[float, str]]] = {
    "belief": lambda row: (-row.belief, row.statement.id),
    "evidence": lambda row: (-row.evidence_count, row.statement.id),
    "year": lambda row: (-(row.first_year or 0), row.statement.id),
}
Piece = tuple[str, str]  # of a sentence: the text, and "subject", "object" or nothing


@dataclass(frozen=True, slots=True)
class RowView:
    """A statement as a row of a table."""

    id: str
    subject: EntityName
    predicate: Predicate
    object: EntityName
    negated: bool
    context: str
    belief: float
    evidence_count: int
    first_year: int | None


@dataclass(frozen=True, slots=True)
class StatementsView:
    """Some of an entity's statements: how many there are of each predicate, and which come next."""

    entity: str
    predicate: str
    sort: str
    total: int
    left_out: bool
    facets: list[tuple[Predicate, int]]
    rows: list[RowView]
    next: dict[str, Any] | None


@dataclass(frozen=True, slots=True)
class EvidenceView:
    """A piece of evidence: its sentence in pieces, what stands around it, and where it is from."""

    id: str
    document: str
    title: str
    journal: str
    date: str
    section: str
    retracted: bool
    assertion: str
    extractor: str
    score: float
    text: str
    parts: list[Piece]
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class StatementView:
    """A statement with all its evidence, best first."""

    id: str
    text: str
    subject: EntityName
    predicate: Predicate
    object: EntityName
    negated: bool
    context: str
    sign: str
    belief: float
    first_year: int | None
    evidence: list[EvidenceView]


@dataclass(frozen=True, slots=True)
class DocumentView:
    """A document and whom it names."""

    id: str
    title: str
    journal: str
    date: str
    modality: str
    retracted: bool
    authors: tuple[str, ...]
    sections: list[tuple[str, str]]
    names: list[EntityName]
    more_names: int


def statements_view(store: Store, entity: str, predicate: str, sort: str, start: int) -> StatementsView:
    """A page of an entity's statements, sorted; ``predicate`` empty for all of them, ``start`` counts rows from 0."""
    rows, left_out = _all_rows(store, entity)
    facets = Counter(row.statement.predicate for row in rows).most_common()
    chosen = sorted((row for row in rows if predicate in ("", row.statement.predicate.value)), key=SORTS[sort])
    shown = chosen[start : start + ROWS]
    names = store.entities({end for row in shown for end in (row.statement.subject, row.statement.object)})
    more = start + ROWS < len(chosen)
    return StatementsView(
        entity=entity,
        predicate=predicate,
        sort=sort,
        total=len(rows),
        left_out=left_out,
        facets=facets,
        rows=[_row(row, names) for row in shown],
        next={"predicate": predicate, "sort": sort, "start": start + ROWS} if more else None,
    )


def _all_rows(store: Store, entity: str) -> tuple[list[StatementRow], bool]:
    found: dict[str, StatementRow] = {}
    left_out = False
    for end in ("subject", "obj"):
        cursor = ""
        while True:
            page = store.find_statements(**{end: entity}, limit=500, cursor=cursor)  # type: ignore[arg-type]
            found |= {row.statement.id: row for row in page.items}
            cursor = page.cursor
            if not cursor or len(found) >= MOST_SORTED:
                left_out |= bool(cursor)
                break
    return list(found.values())[:MOST_SORTED], left_out


def _row(row: StatementRow, names: Mapping[str, Entity]) -> RowView:
    statement = row.statement
    return RowView(
        id=statement.id,
        subject=_name(names, statement.subject),
        predicate=statement.predicate,
        object=_name(names, statement.object),
        negated=statement.negated,
        context=_context(statement, {}),
        belief=row.belief,
        evidence_count=row.evidence_count,
        first_year=row.first_year,
    )


def _name(names: Mapping[str, Entity], curie: str) -> EntityName:
    """By its id; between two looks at the store an ingest may have taken it away."""
    return EntityName.of(names.get(curie) or Entity(curie, curie, Category.NAMED_THING))


def _context(statement: Statement, names: Mapping[str, Entity]) -> str:
    given = (statement.context.species, statement.context.cell, statement.context.anatomy)
    return ", ".join(names[each].name if each in names else each for each in given if each)


def statement_view(store: Store, statement_id: str) -> StatementView | None:
    """A statement with its sentences; ``None`` where the graph has none of this id."""
    row = store.statements([statement_id]).get(statement_id)
    if row is None:
        return None
    statement = row.statement
    given = (statement.context.species, statement.context.cell, statement.context.anatomy)
    names = store.entities([statement.subject, statement.object, *(each for each in given if each)])
    evidence = best_first(store.evidence([statement_id]).get(statement_id, []))
    documents = store.documents({one.document for one in evidence})
    ends = (names[statement.subject], names[statement.object])
    return StatementView(
        id=statement.id,
        text=statement_text(statement, names),
        subject=EntityName.of(ends[0]),
        predicate=statement.predicate,
        object=EntityName.of(ends[1]),
        negated=statement.negated,
        context=_context(statement, names),
        sign=statement.predicate.sign.value,
        belief=row.belief,
        first_year=row.first_year,
        evidence=[_evidence(one, *ends, documents.get(one.document)) for one in evidence],
    )


def _evidence(one: Evidence, subject: Entity, obj: Entity, document: Document | None) -> EvidenceView:
    marks = marked(one, subject, obj, document)
    before, after = around(one, document)
    return EvidenceView(
        id=one.id,
        document=one.document,
        title=document.title if document else "",
        journal=document.journal if document else "",
        date=(document.date if document else "") or str(one.year or ""),
        section=one.section,
        retracted=document.retracted if document else False,
        assertion=one.assertion.value,
        extractor=one.extractor,
        score=one.score,
        text=one.text,
        parts=pieces(marks),
        before=before,
        after=after,
    )


def pieces(one: Marked) -> list[Piece]:
    """A sentence cut at its marks; put together again it is the sentence.

    >>> pieces(Marked("BACE1 cuts APP.", (0, 5), (11, 14)))
    [('BACE1', 'subject'), (' cuts ', ''), ('APP', 'object'), ('.', '')]
    """
    marks = [(span, role) for span, role in ((one.subject, "subject"), (one.object, "object")) if span is not None]
    found: list[Piece] = []
    at = 0
    for (start, end), role in sorted(marks):
        found += [(one.text[at:start], ""), (one.text[start:end], role)]
        at = end
    return [piece for piece in [*found, (one.text[at:], "")] if piece[0]]


def around(one: Evidence, document: Document | None) -> Piece:
    """The sentence before a piece of evidence and the one after it; empty where its place is not known for certain."""
    if document is None or one.start is None or one.end is None:
        return "", ""
    text = document.text
    if text[one.start : one.end] != one.text:
        return "", ""
    before = _sentences(text[max(0, one.start - AROUND) : one.start])
    after = _sentences(text[one.end : one.end + AROUND])
    return (before[-1] if before else ""), (after[0] if after else "")


def _sentences(text: str) -> Sequence[str]:
    return [text[start:end] for start, end in next(split_by_rule([text]))] if text.strip() else []


def document_view(store: Store, document_id: str) -> DocumentView | None:
    """A document; ``None`` where the graph has none of this id."""
    document = store.documents([document_id]).get(document_id)
    if document is None:
        return None
    counted = sorted(store.mentions(document=document_id), key=lambda one: (-one.count, one.entity))
    names = store.entities([one.entity for one in counted[:NAMES]])
    return DocumentView(
        id=document.id,
        title=document.title,
        journal=document.journal,
        date=document.date,
        modality=document.modality.value,
        retracted=document.retracted,
        authors=document.authors,
        sections=[(section.label, section.text) for section in document.sections],
        names=[EntityName.of(names[one.entity]) for one in counted[:NAMES] if one.entity in names],
        more_names=max(0, len(counted) - NAMES),
    )
