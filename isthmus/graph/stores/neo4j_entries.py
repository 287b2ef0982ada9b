"""Entries in Neo4j: ``(:Entry {key, id, value, revision, at})``, where the key is the kind, a slash and the id.

Who writes one takes the lock of all entries for the moment, and not that of the graph: no ingest is waited for.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import neo4j

from isthmus.graph.stores.entries import Entry, EntryChanged, EntryKind, check_id, entry_of, to_json
from isthmus.graph.stores.neo4j_queries import rows_of
from isthmus.graph.verdict import now_in_utc

_COLUMNS = "n.id, n.value, n.revision, n.at"


def entry(tx: neo4j.ManagedTransaction, kind: EntryKind, key: str) -> Entry | None:
    """What is kept under this kind and id."""
    for row in rows_of(tx, "MATCH (n:Entry {key: $key})", _COLUMNS, key=key_of(kind, key)):
        return entry_of(kind, *row)
    return None


def entries(tx: neo4j.ManagedTransaction, kind: EntryKind, prefix: str, after: str, limit: int) -> list[Entry]:
    """Those of a kind whose ids begin so and come after another, by id."""
    rows = rows_of(
        tx,
        "MATCH (n:Entry) WHERE n.key STARTS WITH $prefix AND n.key > $after WITH n ORDER BY n.key LIMIT $limit",
        _COLUMNS,
        prefix=key_of(kind, prefix),
        after=key_of(kind, after),
        limit=limit,
    )
    return [entry_of(kind, *row) for row in rows]


def put(
    tx: neo4j.ManagedTransaction, kind: EntryKind, key: str, value: Mapping[str, Any], expected: int | None
) -> Entry:
    """Write a value in place of the one before. Raises ``EntryChanged`` and ``UnusableEntry``."""
    text = to_json(kind, check_id(key), value)
    found = _expect(tx, kind, key, expected)
    at = now_in_utc()
    tx.run(
        "MERGE (n:Entry {key: $key}) SET n.id = $id, n.value = $value, n.revision = $revision, n.at = $at",
        key=key_of(kind, key),
        id=key,
        value=text,
        revision=found + 1,
        at=at,
    ).consume()
    return entry_of(kind, key, text, found + 1, at)


def delete(tx: neo4j.ManagedTransaction, kind: EntryKind, key: str, expected: int | None) -> bool:
    """Take a value out. Raises ``EntryChanged``."""
    found = _expect(tx, kind, key, expected)
    tx.run("MATCH (n:Entry {key: $key}) DELETE n", key=key_of(kind, key)).consume()
    return found > 0


def _expect(tx: neo4j.ManagedTransaction, kind: EntryKind, key: str, expected: int | None) -> int:
    """The revision that an entry has, 0 where it is not there; from here on no other process changes it."""
    tx.run("MERGE (g:Graph {id: 'entries'}) SET g.revision = coalesce(g.revision, 0) + 1").consume()
    there = entry(tx, kind, key)
    found = there.revision if there else 0
    if expected is not None and found != expected:
        raise EntryChanged(kind, key, expected, found)
    return found


def key_of(kind: EntryKind, key: str) -> str:
    """The one property that tells an entry from all others."""
    return f"{kind}/{key}"
