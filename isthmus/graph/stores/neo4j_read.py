"""Asking Neo4j: each function runs within one reading transaction."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby
from typing import Any

import neo4j
import numpy as np
from numpy.typing import NDArray

from isthmus.graph.belief import EvidenceArrays, Piece
from isthmus.graph.model import Assertion, Document, Entity, Evidence
from isthmus.graph.stores.neo4j_queries import look_up, rows_of
from isthmus.graph.stores.neo4j_rows import (
    ENTITY_COLUMNS,
    EVIDENCE_COLUMNS,
    STATEMENT_COLUMNS,
    entity_from_row,
    evidence_from_row,
    statement_from_row,
    whose_paper,
)
from isthmus.graph.stores.protocol import Counts, GraphColumns, MentionCount, StatementRow, graph_hash
from isthmus.graph.stores.records import document_from_json
from isthmus.graph.vocabulary import Category, Predicate

PAGE = 5_000  # nodes of a stream that one transaction reads
LONG_PAGE = 25_000  # nodes of which one query reads some columns

_CATEGORY_INDEX = {category.value: index for index, category in enumerate(Category)}
_PREDICATE_INDEX = {predicate.value: index for index, predicate in enumerate(Predicate)}
LAST_YEAR = 9999


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


def _all(tx: neo4j.ManagedTransaction, label: str, *columns: str) -> list[list[Any]]:
    """The ids of all nodes ``n`` of a label, in their order, then these columns, which must not be null.

    Each column comes as one list: the driver takes half as long for these as for rows.
    """
    found: list[list[Any]] = [[], *([] for _ in columns)]
    query = f"{_next(label, 'n')} RETURN {', '.join(f'collect({each})' for each in ('n.id', *columns))}"
    page = tx.run(query, after="", limit=LONG_PAGE).single(strict=True)
    while page[0]:
        for column, values in zip(found, page, strict=True):
            column += values
        page = tx.run(query, after=page[0][-1], limit=LONG_PAGE).single(strict=True)
    return found


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


def revision(tx: neo4j.ManagedTransaction) -> tuple[int, str]:
    """How many writes there have been, and the graph's hash where it has been worked out since the last."""
    known = "CASE WHEN g.hashed_revision = g.revision THEN g.hash ELSE '' END"
    for number, found in rows_of(tx, "MATCH (g:Graph {id: 'isthmus'})", f"g.revision, {known}"):
        return number, found
    return 0, ""


def work_out_hash(tx: neo4j.ManagedTransaction) -> str:
    """The hash of all digests and ids."""
    _, digests = _all(tx, "Entity", "n.digest")
    [statement_ids], [evidence_ids] = _all(tx, "Statement"), _all(tx, "Evidence")
    return graph_hash([*sorted(digests), *statement_ids, *evidence_ids])


def columns(tx: neo4j.ManagedTransaction, known_hash: str) -> GraphColumns:
    """The graph as arrays, sorted by id; evidence by statement, then id."""
    entity_ids, names, categories, digests = _all(tx, "Entity", "n.name", "n.category", "n.digest")
    statement_ids, subjects, objects, predicates, negated = _all(
        tx, "Statement", "n.subject", "n.object", "n.predicate", "n.negated"
    )
    speculation = f"n.assertion = '{Assertion.SPECULATED}'"
    evidence_ids, of_statement, in_document, years, extractors, scores, speculated = _all(
        tx, "Evidence", "n.statement", "n.document", "coalesce(n.year, 0)", "n.extractor", "n.score", speculation
    )
    documents = zip(*_all(tx, "Document", *whose_paper("n")), strict=True)
    whose = {key: (number, *said) for number, (key, *said) in enumerate(documents)}
    index = {key: position for position, key in enumerate(entity_ids)}
    statement = _places(of_statement, {key: position for position, key in enumerate(statement_ids)})
    order = np.argsort(statement, kind="stable")  # evidence has come by id
    pieces = []
    for row in order:
        number, author, review, retracted = whose[in_document[row]]
        said = extractors[row], scores[row], speculated[row]
        pieces.append(Piece(statement[row], number, author, review, *said, retracted))
    weighed = EvidenceArrays.of(pieces)
    return GraphColumns(
        graph_hash=known_hash or graph_hash([*sorted(digests), *statement_ids, *evidence_ids]),
        entity_ids=entity_ids,
        names=names,
        categories=np.array([_CATEGORY_INDEX[each] for each in categories], dtype=np.int16),
        statement_ids=statement_ids,
        subjects=_places(subjects, index),
        objects=_places(objects, index),
        predicates=np.array([_PREDICATE_INDEX[each] for each in predicates], dtype=np.int16),
        negated=np.array(negated, dtype=np.bool_),
        evidence_statement=statement[order],
        evidence_document=np.unique(weighed.paper, return_inverse=True)[1].astype(np.int32),
        evidence_group=weighed.group.astype(np.int32),
        evidence_review=weighed.review,
        evidence_reader=weighed.reader.astype(np.int16),
        evidence_year=np.array([each if 0 < each <= LAST_YEAR else 0 for each in years], dtype=np.int16)[order],
        evidence_score=weighed.probability,
    )


def _places(ids: Sequence[str], index: Mapping[str, int]) -> NDArray[np.int32]:
    return np.array([index[each] for each in ids], dtype=np.int32)
