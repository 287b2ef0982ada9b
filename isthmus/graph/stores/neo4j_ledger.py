"""The ledger in Neo4j: what ``(:Reading)`` says of a document part. Each function runs inside a transaction."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import neo4j

from isthmus.graph.stores.ledger import LedgerRow, Outcome
from isthmus.graph.stores.neo4j_changes import reading_id
from isthmus.graph.stores.neo4j_queries import look_up, rows_of, write_rows
from isthmus.graph.stores.neo4j_rows import LEDGER_COLUMNS, ledger_from_row, ledger_properties

_ASKED_BY = ("run", "outcome", "source", "document")


def ledger_of(tx: neo4j.ManagedTransaction, documents: Iterable[str]) -> dict[tuple[str, int], LedgerRow]:
    """The ledger rows of these documents."""
    found = look_up(tx, "MATCH (r:Reading {document: id})", LEDGER_COLUMNS, documents)
    rows = (ledger_from_row(row) for row in found)
    return {(row.document, row.part): row for row in rows}


def write_ledger(tx: neo4j.ManagedTransaction, rows: Iterable[LedgerRow]) -> None:
    """Put rows into the ledger, in place of those of the same document and part; what a reading gave stays."""
    write_rows(
        tx,
        "UNWIND $rows AS r MERGE (n:Reading {id: r.id}) SET n += r.row",
        [{"id": reading_id(row.document, row.part), "row": ledger_properties(row)} for row in rows],
    )


def find_rows(
    tx: neo4j.ManagedTransaction, asked: Mapping[str, str | None], after: tuple[str, int], limit: int
) -> list[LedgerRow]:
    """Rows with these values of run, outcome, source and document, after a document and part, in their order."""
    wanted = {name: value for name in _ASKED_BY if (value := asked[name]) is not None}
    where = " AND ".join(
        [
            *(f"r.{name} = ${name}" for name in wanted),
            "(r.document > $after OR r.document = $after AND r.part > $after_part)",
        ]
    )
    match = f"MATCH (r:Reading) WHERE {where} WITH r ORDER BY r.document, r.part LIMIT $limit"
    found = rows_of(tx, match, LEDGER_COLUMNS, **wanted, after=after[0], after_part=after[1], limit=limit)
    return [ledger_from_row(row) for row in found]


def forget_failures(tx: neo4j.ManagedTransaction, names: Iterable[str]) -> None:
    """Take rows that say ``failed`` out."""
    rows = [[name, Outcome.FAILED.value] for name in names]
    write_rows(
        tx,
        "UNWIND $rows AS r MATCH (n:Reading {document: r[0]}) WHERE n.outcome = r[1] AND n.version IS NULL DETACH DELETE n",
        rows,
    )
