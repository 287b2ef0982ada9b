"""The graph as arrays out of Neo4j, whole or some of it, and its hashes: each function runs within one transaction."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any, TypeVar

import neo4j
import numpy as np
from numpy.typing import NDArray

from isthmus.graph.belief import EvidenceArrays, Piece
from isthmus.graph.model import Assertion, Modality
from isthmus.graph.stores.columns import Fingerprint, GraphColumns, fingerprint, first_of_group
from isthmus.graph.stores.neo4j_queries import look_up, rows_of
from isthmus.graph.stores.neo4j_rows import whose_paper
from isthmus.graph.stores.neo4j_verdicts import counting
from isthmus.graph.stores.packed import PackedHashes, PackedTexts
from isthmus.graph.verdict import VerdictKind
from isthmus.graph.vocabulary import Category, Predicate

K = TypeVar("K", str, tuple[str, str, str])

LONG_PAGE = 25_000  # nodes of which one query reads some columns
LAST_YEAR = 9999

_CATEGORY_INDEX = {category.value: index for index, category in enumerate(Category)}
_PREDICATE_INDEX = {predicate.value: index for index, predicate in enumerate(Predicate)}
_MODALITY_INDEX = {modality.value: index for index, modality in enumerate(Modality)}
_KIND_INDEX = {kind: index for index, kind in enumerate(VerdictKind)}
_CONTEXT = [f"coalesce(n.{place}, '')" for place in ("species", "cell", "anatomy")]


@dataclass(frozen=True, slots=True)
class Some:
    """Ids of the statements that are wanted, and of entities that are wanted beside those at their ends."""

    statements: Collection[str]
    entities: Collection[str]


def revision(tx: neo4j.ManagedTransaction) -> tuple[int, Fingerprint | None]:
    """How many writes there have been, and what was worked out of the graph since the last."""
    hashes = ", ".join(f"coalesce(g.{each}, '')" for each in ("hash", "unjudged", "version"))
    columns = f"g.revision, g.hashed_revision = g.revision, {hashes}"
    for number, hashed, *known in rows_of(tx, "MATCH (g:Graph {id: 'isthmus'})", columns):
        return number, Fingerprint(*known) if hashed and all(known) else None
    return 0, None


def work_out_fingerprint(tx: neo4j.ManagedTransaction) -> Fingerprint:
    """The hash of all digests and ids, and those of what belief asks beside; after a verdict only the last is worked out."""
    match = "MATCH (g:Graph {id: 'isthmus'}) WHERE g.hashed_revision = g.revision AND g.unjudged <> '' AND g.hash <> ''"
    known = [
        Fingerprint(graph_hash, unjudged, unjudged) for graph_hash, unjudged in rows_of(tx, match, "g.hash, g.unjudged")
    ]
    return (known[0] if known else _read_fingerprint(tx)).judged(counting(tx))


def _read_fingerprint(tx: neo4j.ManagedTransaction) -> Fingerprint:
    _, digests = _all(tx, "Entity", "n.digest")
    [statement_ids], [evidence_ids] = _all(tx, "Statement"), _all(tx, "Evidence")
    pieces = (digest.encode() for digest in chain(sorted(digests), statement_ids, evidence_ids))
    return fingerprint(pieces, _documents(tx, None))


def columns(tx: neo4j.ManagedTransaction, found: Fingerprint, only: Some | None = None) -> GraphColumns:
    """The graph, or some of it, sorted by id; evidence by statement, then id."""
    wanted = None if only is None else only.statements
    statement_ids, subjects, objects, predicates, negated, *places = _read(
        tx, "Statement", wanted, "n.subject", "n.object", "n.predicate", "n.negated", *_CONTEXT
    )
    ends = None if only is None else {*only.entities, *subjects, *objects}
    entity_ids, names, categories = _read(tx, "Entity", ends, "n.name", "n.category")
    said_where = list(zip(*places, strict=True))
    contexts = sorted(set(said_where))
    speculation = f"n.assertion = '{Assertion.SPECULATED}'"
    _, of_statement, in_document, years, extractors, scores, speculated = _read(
        tx,
        "Evidence",
        wanted,
        *("n.statement", "n.document", "coalesce(n.year, 0)", "n.extractor", "n.score", speculation),
    )
    giving = set(in_document)
    documents = [row for row in _documents(tx, None if only is None else giving) if row[0] in giving]
    whose = {row[0]: (number, row[2], row[3], row[1]) for number, row in enumerate(documents)}
    modality = np.array([_MODALITY_INDEX[row[-1]] for row in documents], dtype=np.int8)
    authors = [row[2] for row in documents]
    index = {key: position for position, key in enumerate(entity_ids)}
    said = {key: position for position, key in enumerate(statement_ids)}
    statement = _places(of_statement, said)
    judged, verdict, judged_in = _verdicts(tx, wanted, said)
    order = np.argsort(statement, kind="stable")  # evidence has come by id
    pieces = []
    for row in order:
        number, author, review, retracted = whose[in_document[row]]
        told = extractors[row], scores[row], speculated[row]
        pieces.append(Piece(statement[row], number, author, review, *told, retracted))
    weighed = EvidenceArrays.of(pieces)
    return GraphColumns(
        graph_hash=found.graph_hash,
        version=found.version,
        entity_ids=PackedTexts.of(entity_ids),
        names=PackedTexts.of(names),
        categories=np.array([_CATEGORY_INDEX[each] for each in categories], dtype=np.int16),
        statement_ids=PackedHashes.of(statement_ids),
        subjects=_places(subjects, index),
        objects=_places(objects, index),
        predicates=np.array([_PREDICATE_INDEX[each] for each in predicates], dtype=np.int16),
        negated=np.array(negated, dtype=np.bool_),
        contexts=contexts,
        statement_context=_places(said_where, {each: number for number, each in enumerate(contexts)}),
        document_ids=PackedTexts.of([row[0] for row in documents]),
        document_authors=PackedTexts.of(authors),
        evidence_statement=statement[order],
        evidence_document=weighed.paper.astype(np.int32),
        evidence_group=first_of_group(authors)[weighed.paper],
        evidence_review=weighed.review,
        evidence_modality=modality[weighed.paper],
        evidence_reader=weighed.reader.astype(np.int16),
        evidence_year=np.array([each if 0 < each <= LAST_YEAR else 0 for each in years], dtype=np.int16)[order],
        evidence_score=weighed.probability,
        verdict_statement=judged,
        verdict_kind=verdict,
        verdict_year=judged_in,
    )


def _places(ids: Sequence[K], index: Mapping[K, int]) -> NDArray[np.int32]:
    return np.array([index[each] for each in ids], dtype=np.int32)


def _verdicts(
    tx: neo4j.ManagedTransaction, wanted: Collection[str] | None, index: Mapping[str, int]
) -> tuple[NDArray[np.int32], NDArray[np.int8], NDArray[np.int16]]:
    """The place of each verdict's statement, its kind and its year, sorted by these."""
    verdicts = [each for each in counting(tx, wanted) if each.target in index]
    rows = sorted((index[each.target], _KIND_INDEX[each.kind], each.year) for each in verdicts)
    table = np.array(rows, dtype=np.int32).reshape(-1, 3)
    return table[:, 0].copy(), table[:, 1].astype(np.int8), table[:, 2].astype(np.int16)


def _documents(tx: neo4j.ManagedTransaction, ids: Collection[str] | None) -> list[tuple[str, bool, str, bool, str]]:
    """Id, retracted, senior author, review and modality of each, by id."""
    author, review, retracted = whose_paper("n")
    return list(zip(*_read(tx, "Document", ids, retracted, author, review, "n.modality"), strict=True))


def _read(tx: neo4j.ManagedTransaction, label: str, ids: Collection[str] | None, *columns: str) -> list[list[Any]]:
    """As ``_all``, of the nodes of these ids alone where some are named; of evidence, of the statements of these ids."""
    if ids is None:
        return _all(tx, label, *columns)
    match = f"MATCH (n:{label} {{id: id}})"
    if label == "Evidence":
        match = "MATCH (:Statement {id: id})<-[:SUPPORTS]-(n:Evidence)"
    rows = sorted(look_up(tx, match, ", ".join(("n.id", *columns)), ids), key=lambda row: str(row[0]))
    return [list(column) for column in zip(*rows, strict=True)] if rows else [[] for _ in ("n.id", *columns)]


def _all(tx: neo4j.ManagedTransaction, label: str, *columns: str) -> list[list[Any]]:
    """The ids of all nodes ``n`` of a label, in their order, then these columns, which must not be null.

    Each column comes as one list: the driver takes half as long for these as for rows.
    """
    found: list[list[Any]] = [[], *([] for _ in columns)]
    page_of = f"MATCH (n:{label}) WHERE n.id > $after WITH n ORDER BY n.id LIMIT $limit"
    query = f"{page_of} RETURN {', '.join(f'collect({each})' for each in ('n.id', *columns))}"
    page = tx.run(query, after="", limit=LONG_PAGE).single(strict=True)
    while page[0]:
        for column, values in zip(found, page, strict=True):
            column += values
        page = tx.run(query, after=page[0][-1], limit=LONG_PAGE).single(strict=True)
    return found
