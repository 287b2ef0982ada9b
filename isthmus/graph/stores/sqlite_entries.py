"""Entries in the SQLite file. Each function runs inside a transaction; those that write are alone in it."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from typing import Any

from isthmus.graph.stores.entries import Entry, EntryChanged, EntryKind, check_id, entry_of, to_json
from isthmus.graph.verdict import now_in_utc


def entry(connection: sqlite3.Connection, kind: EntryKind, key: str) -> Entry | None:
    """What is kept under this kind and id."""
    row = connection.execute(
        "SELECT id, value, revision, at FROM entry WHERE kind = ? AND id = ?", [kind, key]
    ).fetchone()
    return entry_of(kind, *row) if row else None


def entries(connection: sqlite3.Connection, kind: EntryKind, prefix: str, after: str, limit: int) -> list[Entry]:
    """Those of a kind whose ids begin so and come after another, by id."""
    rows = connection.execute(
        "SELECT id, value, revision, at FROM entry WHERE kind = ?1 AND id > ?3 AND id >= ?2 "
        "AND id < ?2 || char(0x10ffff) ORDER BY id LIMIT ?4",
        [kind, prefix, after, limit],
    )
    return [entry_of(kind, *row) for row in rows]


def put(
    connection: sqlite3.Connection, kind: EntryKind, key: str, value: Mapping[str, Any], expected: int | None
) -> Entry:
    """Write a value in place of the one before. Raises ``EntryChanged`` and ``UnusableEntry``."""
    text = to_json(kind, check_id(key), value)
    found = _expect(connection, kind, key, expected)
    at = now_in_utc()
    connection.execute(
        "INSERT INTO entry (kind, id, value, revision, at) VALUES (?, ?, ?, ?, ?) "
        "ON CONFLICT (kind, id) DO UPDATE SET value = excluded.value, revision = excluded.revision, at = excluded.at",
        [kind, key, text, found + 1, at],
    )
    return entry_of(kind, key, text, found + 1, at)


def delete(connection: sqlite3.Connection, kind: EntryKind, key: str, expected: int | None) -> bool:
    """Take a value out. Raises ``EntryChanged``."""
    found = _expect(connection, kind, key, expected)
    connection.execute("DELETE FROM entry WHERE kind = ? AND id = ?", [kind, key])
    return found > 0


def _expect(connection: sqlite3.Connection, kind: EntryKind, key: str, expected: int | None) -> int:
    """The revision that an entry has, 0 where it is not there."""
    row = connection.execute("SELECT revision FROM entry WHERE kind = ? AND id = ?", [kind, key]).fetchone()
    found = int(row[0]) if row else 0
    if expected is not None and found != expected:
        raise EntryChanged(kind, key, expected, found)
    return found
