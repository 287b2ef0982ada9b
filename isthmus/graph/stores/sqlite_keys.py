"""Between the ids that the world knows and the small integers of the SQLite file."""

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import Collection, Iterable, Mapping

_HASH = re.compile(r"[0-9a-f]{32}")


def as_list(values: Iterable[str | int]) -> str:
    """Values as one JSON parameter for ``json_each``: any number of them, any text."""
    return json.dumps(list(values))


def hashes(ids: Iterable[str]) -> list[str]:
    """Those of the ids that can be content hashes at all."""
    return [each for each in ids if _HASH.fullmatch(each)]


# Table name -> ids of those of the given curies or hashes that it holds.
_LOOKUPS = {
    "document": "SELECT curie, id FROM document WHERE curie IN (SELECT value FROM json_each(?))",
    "entity": "SELECT curie, id FROM entity WHERE curie IN (SELECT value FROM json_each(?))",
    "statement": (
        "SELECT lower(hex(hash)), id FROM statement WHERE hash IN (SELECT from_hex(value) FROM json_each(?))"
    ),
    "evidence": "SELECT lower(hex(hash)), id FROM evidence WHERE hash IN (SELECT from_hex(value) FROM json_each(?))",
    "description": (
        "SELECT lower(hex(digest)), id FROM description WHERE digest IN (SELECT from_hex(value) FROM json_each(?))"
    ),
}
_NEXT = {
    "document": "SELECT coalesce(max(id), 0) + 1 FROM document",
    "entity": "SELECT coalesce(max(id), 0) + 1 FROM entity",
    "statement": "SELECT coalesce(max(id), 0) + 1 FROM statement",
    "evidence": "SELECT coalesce(max(id), 0) + 1 FROM evidence",
    "description": "SELECT coalesce(max(id), 0) + 1 FROM description",
    "reading": "SELECT coalesce(max(id), 0) + 1 FROM reading",
}


def known_keys(connection: sqlite3.Connection, table: str, ids: Collection[str]) -> dict[str, int]:
    """The integer keys of those of the ids that the table holds."""
    return dict(connection.execute(_LOOKUPS[table], [as_list(ids)])) if ids else {}


def next_key(connection: sqlite3.Connection, table: str) -> int:
    """The first integer key that is free. Only the one writer may ask."""
    return int(connection.execute(_NEXT[table]).fetchone()[0])


def new_keys(
    connection: sqlite3.Connection, table: str, ids: Iterable[str], known: Mapping[str, int]
) -> dict[str, int]:
    """Keys for the ids that are not known yet, ascending with the id: sorted keys fill a tree's pages one after another."""
    first = next_key(connection, table)
    return {each: first + position for position, each in enumerate(sorted(set(ids) - known.keys()))}
