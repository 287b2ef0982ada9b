"""Between the values of the domain and what Neo4j keeps: properties on the way in, rows on the way out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from isthmus.graph.model import Assertion, Context, Document, Entity, Evidence, Statement, canonical_json
from isthmus.graph.stores.ledger import LedgerRow, Outcome
from isthmus.graph.stores.neo4j_words import index_words
from isthmus.graph.stores.protocol import StatementRow
from isthmus.graph.vocabulary import Category, Predicate

# A node's properties, or one row of an answer: only the driver knows the types.
Properties = dict[str, Any]
Row = Sequence[Any]


def entity_properties(entity: Entity) -> list[Any]:
    """Id, name, category, synonyms, cross-references, given categories, digest, words."""
    return [
        entity.id,
        entity.name,
        entity.category.value,
        list(entity.synonyms),
        list(entity.xrefs),
        list(entity.given_categories),
        entity.digest,
        index_words(entity),
    ]


ENTITY_COLUMNS = "e.id, e.name, e.category, e.synonyms, e.xrefs, e.given_categories"


def entity_from_row(row: Row) -> Entity:
    """From ``ENTITY_COLUMNS``."""
    key, name, category, synonyms, xrefs, given = row
    return Entity(key, name, Category(category), tuple(synonyms), tuple(xrefs), tuple(given))


def document_properties(document: Document) -> Properties:
    """What people look for as properties, and the whole as ``value``."""
    return {
        "id": document.id,
        "kind": document.kind.value,
        "modality": document.modality.value,
        "title": document.title,
        "date": document.date,
        "year": document.year,
        "journal": document.journal,
        "source": document.source,
        "retracted": document.retracted,
        "senior_author": document.senior_author,
        "review": document.review,
        "value": canonical_json(document).decode(),
    }


def whose_paper(name: str) -> tuple[str, str, str]:
    """Columns of what belief asks of a document: senior author, review, retracted. Older graphs lack the first two."""
    return f"coalesce({name}.senior_author, '')", f"coalesce({name}.review, false)", f"{name}.retracted"


# Writing: a row of a statement, then of a piece of evidence; the positions are those of ``$rows AS r`` in the queries.
STATEMENT_PROPERTIES = (
    "{id: r[0], subject: r[1], predicate: $predicate, object: r[2], negated: r[3], species: r[4], cell: r[5], "
    "anatomy: r[6], belief: r[7], evidence_count: r[8], first_year: r[9]}"
)
EVIDENCE_PROPERTIES = (
    "{id: e[0], statement: e[1], document: e[2], readings: e[3], text: e[4], extractor: e[5], score: e[6], "
    "assertion: e[7], year: e[8], start: e[9], end: e[10], subject_span: e[11], object_span: e[12], section: e[13], "
    "original: e[14]}"
)


def statement_row(statement: Statement, belief: float, evidence_count: int, first_year: int | None) -> list[Any]:
    """As ``STATEMENT_PROPERTIES`` reads it; a context that is not given takes no room."""
    context = statement.context
    return [
        statement.id,
        statement.subject,
        statement.object,
        statement.negated,
        context.species or None,
        context.cell or None,
        context.anatomy or None,
        belief,
        evidence_count,
        first_year,
    ]


def evidence_row(evidence: Evidence, readings: list[str]) -> list[Any]:
    """As ``EVIDENCE_PROPERTIES`` reads it."""
    return [
        evidence.id,
        evidence.statement,
        evidence.document,
        readings,
        evidence.text,
        evidence.extractor,
        evidence.score,
        evidence.assertion.value,
        evidence.year,
        evidence.start,
        evidence.end,
        list(evidence.subject_span) if evidence.subject_span else None,
        list(evidence.object_span) if evidence.object_span else None,
        evidence.section or None,
        evidence.original or None,
    ]


STATEMENT_COLUMNS = (
    "s.subject, s.predicate, s.object, s.negated, s.species, s.cell, s.anatomy, "
    "s.belief, s.evidence_count, s.first_year"
)


def statement_from_row(row: Row) -> StatementRow:
    """From ``STATEMENT_COLUMNS``."""
    subject, predicate, obj, negated, species, cell, anatomy, belief, count, year = row
    context = Context(species or "", cell or "", anatomy or "")
    return StatementRow(Statement(subject, Predicate(predicate), obj, negated, context), belief, count, year)


EVIDENCE_COLUMNS = (
    "e.statement, e.document, e.text, e.extractor, e.score, e.assertion, e.year, e.start, e.end, e.subject_span, "
    "e.object_span, e.section, e.original"
)


def evidence_from_row(row: Row) -> Evidence:
    """From ``EVIDENCE_COLUMNS``."""
    statement, document, text, extractor, score, assertion, year, start, end, subject, obj, section, original = row
    return Evidence(
        statement,
        document,
        text,
        extractor,
        score,
        Assertion(assertion),
        year,
        start,
        end,
        tuple(subject) if subject else None,
        tuple(obj) if obj else None,
        section or "",
        original or "",
    )


def ledger_properties(row: LedgerRow) -> Properties:
    """The ledger's part of a reading's node."""
    return {
        "document": row.document,
        "part": row.part,
        "outcome": row.outcome.value,
        "reason": row.reason,
        "digest": row.digest,
        "extractor": row.extractor,
        "source": row.source,
        "statements": row.statements,
        "evidence": row.evidence,
        "mentions": row.mentions,
        "at": row.at,
        "run": row.run,
        "seconds": row.seconds,
        "tokens": row.tokens,
        "money": row.money,
        "characters": row.characters,
        "sections": row.sections,
    }


LEDGER_COLUMNS = (
    "r.document, r.part, r.outcome, r.reason, r.digest, r.extractor, r.source, "
    "r.statements, r.evidence, r.mentions, r.at, "
    # of a row that was written before there were runs
    "coalesce(r.run, ''), coalesce(r.seconds, 0.0), coalesce(r.tokens, 0), coalesce(r.money, 0.0), "
    "coalesce(r.characters, 0), coalesce(r.sections, 0)"
)


def ledger_from_row(row: Row) -> LedgerRow:
    """From ``LEDGER_COLUMNS``."""
    document, part, outcome, *rest = row
    return LedgerRow(document, part, Outcome(outcome), *rest)
