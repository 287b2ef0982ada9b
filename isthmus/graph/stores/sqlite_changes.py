"""The log of what each write has touched: how far a graph in memory is behind the file.

A few bytes per thing touched, written in the writing transaction. Only as much is kept as is quicker to follow than a
whole graph is to read.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Collection
from dataclasses import dataclass, field

import numpy as np
import orjson

from isthmus.graph.stores.columns import Fingerprint
from isthmus.graph.stores.packed import PackedHashes
from isthmus.graph.stores.sqlite_columns import Some
from isthmus.graph.stores.sqlite_keys import as_list

KEPT = 300_000  # things touched that the log remembers


@dataclass
class Change:
    """What one write touched: keys of what is there, ids of what went."""

    statements: set[int] = field(default_factory=set)
    entities: set[int] = field(default_factory=set)
    gone_statements: set[bytes] = field(default_factory=set)
    gone_entities: set[str] = field(default_factory=set)

    @property
    def size(self) -> int:
        """How many things."""
        return len(self.statements) + len(self.entities) + len(self.gone_statements) + len(self.gone_entities)


@dataclass(frozen=True, slots=True)
class TouchedSince:
    """What several writes touched; ``entities`` are all, by id, there or gone."""

    some: Some
    gone_statements: frozenset[str]
    entities: frozenset[str]


def log_change(connection: sqlite3.Connection, change: Change, kept: int = KEPT) -> None:
    """Write a row for the revision that this transaction has made, and forget what is too long ago."""
    [revision] = connection.execute("SELECT revision FROM state").fetchone()
    latest = connection.execute("SELECT total FROM change ORDER BY revision DESC LIMIT 1").fetchone()
    total = change.size + (latest[0] if latest else 0)
    keys: list[bytes | None] = [None, None]
    gone = b"", "[]"
    if change.size <= kept:
        keys = [_packed(change.statements), _packed(change.entities)]
        gone = b"".join(sorted(change.gone_statements)), orjson.dumps(sorted(change.gone_entities)).decode()
    connection.execute("INSERT INTO change VALUES (?, ?, '', ?, ?, ?, ?)", [revision, total, *keys, *gone])
    while True:
        oldest, its_total = connection.execute(
            "SELECT revision, total FROM change ORDER BY revision LIMIT 1"
        ).fetchone()
        if oldest == revision or its_total > total - kept:
            return
        connection.execute("DELETE FROM change WHERE revision = ?", [oldest])


def remember(connection: sqlite3.Connection, revision: int, found: Fingerprint) -> None:
    """What was worked out of the graph as the write ``revision`` left it, if that was the last."""
    changed = connection.execute(
        "UPDATE state SET hashed_revision = ?1, graph_hash = ?2, unjudged = ?3, version = ?4 WHERE revision = ?1",
        [revision, found.graph_hash, found.unjudged, found.version],
    )
    if changed.rowcount:
        connection.execute(
            "INSERT INTO change VALUES (?, 0, ?, NULL, NULL, x'', '[]') "
            "ON CONFLICT (revision) DO UPDATE SET version = excluded.version",
            [revision, found.version],
        )


def keep_hashes(connection: sqlite3.Connection) -> None:
    """The write that comes changes verdicts alone: what was worked out of the rest of the graph stays known."""
    connection.execute("UPDATE state SET hashed_revision = revision + 1, version = '' WHERE hashed_revision = revision")


def touched_since(connection: sqlite3.Connection, version: str) -> TouchedSince | None:
    """What was touched since the graph had this version, or ``None`` where the log does not say."""
    [now] = connection.execute("SELECT revision FROM state").fetchone()
    [then] = connection.execute(
        "SELECT max(revision) FROM change WHERE version = ? AND version <> ''", [version]
    ).fetchone()
    if then is None:
        return None
    rows = connection.execute(
        "SELECT statements, entities, gone_statements, gone_entities FROM change WHERE revision > ?", [then]
    ).fetchall()
    if len(rows) < now - then or any(row[0] is None for row in rows):
        return None
    statements, entities = (_unpacked([row[place] for row in rows]) for place in (0, 1))
    gone = PackedHashes.of_bytes(b"".join(row[2] for row in rows))
    named = connection.execute(
        "SELECT curie FROM entity WHERE id IN (SELECT value FROM json_each(?))", [as_list(entities)]
    )
    gone_entities = {curie for row in rows for curie in orjson.loads(row[3])}
    return TouchedSince(
        Some(statements, entities), frozenset(gone), frozenset(gone_entities.union(curie for [curie] in named))
    )


def _packed(keys: Collection[int]) -> bytes:
    return np.fromiter(keys, dtype="<i8", count=len(keys)).tobytes()


def _unpacked(packed: list[bytes]) -> list[int]:
    keys: list[int] = np.unique(np.frombuffer(b"".join(packed), dtype="<i8")).tolist()
    return keys
