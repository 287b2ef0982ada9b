"""Asking Neo4j: each function runs within one reading transaction."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import groupby
from typing import Any

import neo4j

from isthmus.graph.model import Document, Entity, Evidence
from isthmus.graph.stores.neo4j_queries import look_up, rows_of
from isthmus.graph.stores.neo4j_rows import (
    ENTITY_COLUMNS,
    EVIDENCE_COLUMNS,
    STATEMENT_COLUMNS,
    entity_from_row,
    evidence_from_row,
    statement_from_row,
)
from isthmus.graph.stores.protocol import Counts, MentionCount, StatementRow
from isthmus.graph.stores.records import document_from_json
from isthmus.graph.vocabulary import Predicate

PAGE = 5_000  # nodes of a stream that one transaction reads


def entities(tx: neo4j.ManagedTransaction, ids: Iterable[str]) -> dict[str, Entity]:
    """Those of the ids that exist."""
    found = look_up(tx, "MATCH (e:Entity {id: id})", ENTITY_COLUMNS, ids)
    return {row[0]: entity_from_row(row) for row in found}


def statements(tx: neo4j.ManagedTransaction, ids: Iterable[str]) -> dict[str, StatementRow]:
    """Those of the ids that exist."""
    found = look_up(tx, "MATCH (s:Statement {id: id})", f"id, {STATEMENT_COLUMNS}", ids)
    return {row[0]: statement_from_row(row[1:]) for row in found}


def documents(tx: neo4j.ManagedTransaction, ids: Iterable[str]) -> dict[str, Document]:
    """Those of the ids that exist."""
    found = look_up(tx, "MATCH (d:Document {id: id})", "id, d.value", ids)
    return {key: document_from_json(value) for key, value in found}


def evidence(tx: neo4j.ManagedTransaction, statement_ids: Iterable[str]) -> dict[str, list[Evidence]]:
    """Of each statement that has any: oldest first, those of no year last, then by id."""
    match = "MATCH (:Statement {id: id})<-[:SUPPORTS]-(e:Evidence)"
    found: dict[str, list[Evidence]] = {}
    for row in look_up(tx, match, EVIDENCE_COLUMNS, statement_ids):
        found.setdefault(row[0], []).append(evidence_from_row(row))
    for each in found.values():
        each.sort(key=lambda piece: (piece.year is None, piece.year or 0, piece.id))
    return found


def evidence_by_id(tx: neo4j.ManagedTransaction, ids: Iterable[str]) -> list[Evidence]:
    """Those of the ids that exist, by id."""
    return [evidence_from_row(row) for row in look_up(tx, "MATCH (e:Evidence {id: id})", EVIDENCE_COLUMNS, ids)]


def find_statements(
    tx: neo4j.ManagedTransaction,
    subject: str | None,
    obj: str | None,
    predicate: Predicate | None,
    after: str,
    limit: int,
) -> list[StatementRow]:
    """The first statements after an id, in the order of their ids."""
    if subject is not None:
        match = "MATCH (:Entity {id: $subject})<-[:SUBJECT]-(s:Statement)"
    elif obj is not None:
        match = "MATCH (:Entity {id: $object})<-[:OBJECT]-(s:Statement)"
    else:
        match = "MATCH (s:Statement)"
    conditions = ["s.id > $after"]
    if subject is not None and obj is not None:
        conditions.append("s.object = $object")
    if predicate is not None:
        conditions.append("s.predicate = $predicate")
    rows = rows_of(
        tx,
        f"{match} WHERE {' AND '.join(conditions)} WITH s ORDER BY s.id LIMIT $limit",
        STATEMENT_COLUMNS,
        after=after,
        limit=limit,
        subject=subject,
        object=obj,
        predicate=predicate.value if predicate else None,
    )
    return [statement_from_row(row) for row in rows]


def mentions(tx: neo4j.ManagedTransaction, document: str | None, entity: str | None) -> list[MentionCount]:
    """Of one document, of one entity, or of one in the other, summed over a long document's parts."""
    one_document = " {id: $document}" if document is not None else ""
    one_entity = " {id: $entity}" if entity is not None else ""
    match = f"MATCH (d:Document{one_document})-[m:MENTIONS]->(e:Entity{one_entity})"
    return _count_mentions(rows_of(tx, match, _MENTION, document=document, entity=entity))


def mentions_after(tx: neo4j.ManagedTransaction, after: str) -> list[MentionCount]:
    """Those of the next documents, in the order of their ids."""
    match = f"{_next('Document', 'd')} OPTIONAL MATCH (d)-[m:MENTIONS]->(e:Entity)"
    return _count_mentions(rows_of(tx, match, _MENTION, after=after, limit=PAGE // 10))


_MENTION = "d.id, coalesce(e.id, ''), m.count, m.sentences"


def _count_mentions(rows: Iterable[list[Any]]) -> list[MentionCount]:
    """A row without an entity keeps its place with a count of 0: a stream goes on after its document."""
    found = []
    for (document, entity), parts in groupby(sorted(rows, key=lambda row: row[:2]), key=lambda row: row[:2]):
        listed = list(parts)
        sentences = {sentence for row in listed for sentence in row[3] or ()}
        found.append(MentionCount(document, entity, sum(row[2] or 0 for row in listed), tuple(sorted(sentences))))
    return found


# -- everything ---------------------------------------------------------------------------------------------------


def _next(label: str, name: str) -> str:
    """The next nodes of a label by id: the index has them in that order."""
    return f"MATCH ({name}:{label}) WHERE {name}.id > $after WITH {name} ORDER BY {name}.id LIMIT $limit"


def entities_after(tx: neo4j.ManagedTransaction, after: str) -> list[Entity]:
    """The next entities, by id."""
    return [entity_from_row(row) for row in rows_of(tx, _next("Entity", "e"), ENTITY_COLUMNS, after=after, limit=PAGE)]


def statements_after(tx: neo4j.ManagedTransaction, after: str) -> list[StatementRow]:
    """The next statements, by id."""
    return find_statements(tx, None, None, None, after, PAGE)


def evidence_after(tx: neo4j.ManagedTransaction, after: str) -> list[Evidence]:
    """The evidence of the next statements, by statement and id."""
    match = f"{_next('Statement', 's')} MATCH (s)<-[:SUPPORTS]-(e:Evidence) WITH e ORDER BY e.statement, e.id"
    return [evidence_from_row(row) for row in rows_of(tx, match, EVIDENCE_COLUMNS, after=after, limit=PAGE)]


def counts(tx: neo4j.ManagedTransaction) -> Counts:
    """How much there is: nodes are counted by the server's own books."""

    def nodes(label: str) -> int:
        number: int = tx.run(f"MATCH (n:{label}) RETURN count(n)").single(strict=True)[0]
        return number

    spans = tx.run("MATCH (r:Reading) RETURN coalesce(sum(r.spans), 0)").single(strict=True)[0]
    return Counts(nodes("Document"), nodes("Entity"), nodes("Statement"), nodes("Evidence"), spans)
