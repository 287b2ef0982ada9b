"""Looking things up in the SQLite file: rows to values. Everything here runs inside a read transaction.

Queries are put together from constants of this module only; every value is a parameter.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from isthmus.graph.model import Assertion, Context, Document, Entity, Evidence, Statement
from isthmus.graph.stores.protocol import Counts, MentionCount, SearchHit, StatementRow
from isthmus.graph.stores.records import document_from_json, entity_from_json
from isthmus.graph.stores.sqlite_keys import as_list, hashes
from isthmus.graph.stores.words import MOST_WORDS, words_of
from isthmus.graph.vocabulary import Category, Predicate

_LISTED = "(SELECT value FROM json_each(?))"
STATEMENT = (
    "SELECT lower(hex(s.hash)), a.curie, s.predicate, b.curie, s.negated, s.species, s.cell, s.anatomy, "
    "s.belief, s.evidence_count, s.first_year "
    "FROM statement s JOIN entity a ON a.id = s.subject JOIN entity b ON b.id = s.object "
)
_EVIDENCE_COLUMNS = (
    "SELECT lower(hex(s.hash)), d.curie, e.text, e.extractor, e.score, e.assertion, e.year, e.text_start, e.text_end, "
    "e.subject_start, e.subject_end, e.object_start, e.object_end, e.section, e.original "
)
EVIDENCE = (
    f"{_EVIDENCE_COLUMNS}FROM evidence e JOIN statement s ON s.id = e.statement JOIN document d ON d.id = e.document "
)


def entities(connection: sqlite3.Connection, ids: Iterable[str]) -> dict[str, Entity]:
    """Entities by id."""
    query = f"SELECT curie, value FROM entity WHERE curie IN {_LISTED}"
    return {curie: entity_from_json(value) for curie, value in connection.execute(query, [as_list(ids)])}


def named(connection: sqlite3.Connection, name: str) -> list[Entity]:
    """Entities whose name, else whose synonym, equals this but for case."""
    query = (
        "SELECT e.value FROM entity e WHERE e.id IN (SELECT entity FROM label WHERE folded = ? AND is_name = ?) "
        "ORDER BY e.statements DESC, e.curie"
    )
    for is_name in (1, 0):
        found = [entity_from_json(value) for [value] in connection.execute(query, [name.casefold(), is_name])]
        if found:
            return found
    return []


def with_xref(connection: sqlite3.Connection, curie: str) -> list[Entity]:
    """Entities with this cross-reference."""
    query = "SELECT e.value FROM xref x JOIN entity e ON e.id = x.entity WHERE x.curie = ? ORDER BY e.curie"
    return [entity_from_json(value) for [value] in connection.execute(query, [curie])]


def search(
    connection: sqlite3.Connection, query: str, category: Category | None, offset: int, limit: int
) -> list[SearchHit]:
    """Entities by words; whole names first, then those in which the words stand closest to all there is."""
    words = words_of(query)
    if not words:
        return []
    whole = list(dict.fromkeys(words[:-1]))[: MOST_WORDS - 1]
    match = " ".join(f'"{word}"' for word in (*whole, words[-1])) + "*"  # letters and digits only: nothing to escape
    wanted = [other.value for other in Category if category is None or category.includes(other)]
    rows = connection.execute(
        "WITH hit AS MATERIALIZED (SELECT rowid AS label, rank / 1000.0 AS closeness FROM label_words WHERE label_words MATCH ?) "
        "SELECT e.value, e.statements, l.text, min((l.folded != ?) * 10 + (l.is_name = 0) + hit.closeness) AS place "
        "FROM hit JOIN label l ON l.id = hit.label JOIN entity e ON e.id = l.entity "
        f"WHERE e.category IN {_LISTED} "
        "GROUP BY e.id ORDER BY place > 9, e.statements DESC, place, e.curie LIMIT ? OFFSET ?",
        [match, query.strip().casefold(), as_list(wanted), limit, offset],
    )
    return [SearchHit(entity_from_json(value), text, statements) for value, statements, text, _ in rows]


def statement_row(row: Sequence[Any]) -> StatementRow:
    """A row of ``STATEMENT`` as a value."""
    _, subject, predicate, obj, negated, species, cell, anatomy, belief, count, year = row
    statement = Statement(subject, Predicate(predicate), obj, bool(negated), Context(species, cell, anatomy))
    return StatementRow(statement, belief, count, year)


def statements(connection: sqlite3.Connection, ids: Iterable[str]) -> dict[str, StatementRow]:
    """Statements by id."""
    query = f"{STATEMENT}WHERE s.hash IN (SELECT from_hex(value) FROM json_each(?))"
    return {row[0]: statement_row(row) for row in connection.execute(query, [as_list(hashes(ids))])}


def find_statements(
    connection: sqlite3.Connection,
    subject: str | None,
    obj: str | None,
    predicate: Predicate | None,
    after: str,
    limit: int,
) -> list[StatementRow]:
    """Statements by their ends, after an id, in the order of ids."""
    conditions: list[tuple[str, object]] = [("s.hash > ?", bytes.fromhex(after))]
    if subject is not None:
        conditions.append(("s.subject = (SELECT id FROM entity WHERE curie = ?)", subject))
    if obj is not None:
        conditions.append(("s.object = (SELECT id FROM entity WHERE curie = ?)", obj))
    if predicate is not None:
        conditions.append(("s.predicate = ?", predicate.value))
    where = " AND ".join(condition for condition, _ in conditions)
    rows = connection.execute(
        f"{STATEMENT}WHERE {where} ORDER BY s.hash LIMIT ?", [*(value for _, value in conditions), limit]
    )
    return [statement_row(row) for row in rows]


def evidence_row(row: Sequence[Any]) -> Evidence:
    """A row of ``EVIDENCE`` as a value."""
    statement, document, text, extractor, score, assertion, year, start, end, *spans, section, original = row
    subject = (spans[0], spans[1]) if spans[0] is not None else None
    obj = (spans[2], spans[3]) if spans[2] is not None else None
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
        subject,
        obj,
        section,
        original,
    )


def evidence(connection: sqlite3.Connection, ids: Iterable[str]) -> dict[str, list[Evidence]]:
    """The evidence of statements, oldest first."""
    found: dict[str, list[Evidence]] = {}
    query = f"{EVIDENCE}WHERE s.hash IN (SELECT from_hex(value) FROM json_each(?)) ORDER BY s.hash, e.year, e.hash"
    for row in connection.execute(query, [as_list(hashes(ids))]):
        found.setdefault(row[0], []).append(evidence_row(row))
    for rows in found.values():
        rows.sort(key=lambda one: (one.year is None, one.year or 0, one.id))
    return found


def documents(connection: sqlite3.Connection, ids: Iterable[str]) -> dict[str, Document]:
    """Documents by id."""
    query = f"SELECT curie, value FROM document WHERE curie IN {_LISTED}"
    return {curie: document_from_json(value) for curie, value in connection.execute(query, [as_list(ids)])}


def mentions(connection: sqlite3.Connection, document: str | None, entity: str | None) -> Iterator[MentionCount]:
    """Who is named where, the parts of a document together."""
    conditions = [("d.curie = ?", document), ("e.curie = ?", entity)]
    asked = [(condition, value) for condition, value in conditions if value is not None]
    where = " AND ".join(["m.count > 0", *(condition for condition, _ in asked)])
    rows = connection.execute(
        "SELECT d.curie, e.curie, sum(m.count), group_concat(m.sentences, ' ') FROM mention m "
        "JOIN reading r ON r.id = m.reading JOIN document d ON d.id = r.document JOIN entity e ON e.id = m.entity "
        f"WHERE {where} GROUP BY d.curie, e.curie ORDER BY d.curie, e.curie",
        [value for _, value in asked],
    )
    for document_id, entity_id, count, sentences in rows:
        yield MentionCount(document_id, entity_id, count, tuple(sorted({int(each) for each in sentences.split()})))


def all_entities(connection: sqlite3.Connection) -> Iterator[Entity]:
    """Every entity, by id."""
    for [value] in connection.execute("SELECT value FROM entity ORDER BY curie"):
        yield entity_from_json(value)


def all_statements(connection: sqlite3.Connection) -> Iterator[StatementRow]:
    """Every statement, by id."""
    return (statement_row(row) for row in connection.execute(f"{STATEMENT}ORDER BY s.hash"))


def all_evidence(connection: sqlite3.Connection) -> Iterator[Evidence]:
    """All evidence, by statement and id."""
    # In this order of joins only the evidence of one statement is sorted at a time; else all of it would be in memory.
    query = (
        f"{_EVIDENCE_COLUMNS}FROM statement s CROSS JOIN evidence e ON e.statement = s.id "
        "CROSS JOIN document d ON d.id = e.document ORDER BY s.hash, e.hash"
    )
    return (evidence_row(row) for row in connection.execute(query))


def counts(connection: sqlite3.Connection) -> Counts:
    """How many rows there are of each."""
    one = [
        connection.execute(query).fetchone()[0]
        for query in (
            "SELECT count(*) FROM document",
            "SELECT count(*) FROM entity",
            "SELECT count(*) FROM statement",
            "SELECT count(*) FROM evidence",
            "SELECT coalesce(sum(count), 0) FROM mention",
        )
    ]
    return Counts(*one)
