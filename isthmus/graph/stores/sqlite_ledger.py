"""The ledger in the SQLite file. Each function runs inside a transaction."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from dataclasses import fields
from typing import Any

from isthmus.graph.stores.ledger import LedgerRow, Outcome
from isthmus.graph.stores.sqlite_keys import as_list

LEDGER_COLUMNS = ", ".join(field.name for field in fields(LedgerRow))
_ASKED_BY = ("run", "outcome", "source", "document")


def ledger(connection: sqlite3.Connection, documents: Iterable[str]) -> dict[tuple[str, int], LedgerRow]:
    """The ledger rows of documents."""
    rows = connection.execute(
        f"SELECT {LEDGER_COLUMNS} FROM ledger WHERE document IN (SELECT value FROM json_each(?))", [as_list(documents)]
    )
    return {(row.document, row.part): row for row in map(ledger_row, rows)}


def find_rows(
    connection: sqlite3.Connection, asked: dict[str, str | None], after: tuple[str, int], limit: int
) -> list[LedgerRow]:
    """Rows with these values of run, outcome, source and document, after a document and part, in their order."""
    wanted = [name for name in _ASKED_BY if asked[name] is not None]
    where = " AND ".join([*(f"{name} = ?" for name in wanted), "(document, part) > (?, ?)"])
    rows = connection.execute(
        f"SELECT {LEDGER_COLUMNS} FROM ledger WHERE {where} ORDER BY document, part LIMIT ?",
        [*(asked[name] for name in wanted), *after, limit],
    )
    return [ledger_row(row) for row in rows]


def forget_failures(connection: sqlite3.Connection, names: Iterable[str]) -> None:
    """Take rows that say ``failed`` out."""
    connection.execute(
        "DELETE FROM ledger WHERE outcome = ? AND document IN (SELECT value FROM json_each(?))",
        [Outcome.FAILED, as_list(names)],
    )


def ledger_row(row: tuple[Any, ...]) -> LedgerRow:
    """From ``LEDGER_COLUMNS``."""
    document, part, outcome, *rest = row
    return LedgerRow(document, part, Outcome(outcome), *rest)
