"""Verdicts in the SQLite file, and which of them count for the statements that are there."""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Iterable

from isthmus.graph.stores.sqlite_keys import as_list, known_keys
from isthmus.graph.verdict import Verdict, VerdictAbout, VerdictKind, latest

_COLUMNS = "v.target, v.about, v.kind, v.reviewer, v.comment, v.evidence, v.at"


def put(connection: sqlite3.Connection, verdict: Verdict) -> set[int]:
    """Keep a verdict. Returns the key of the statement that has to be settled, if one has."""
    written = connection.execute(
        "INSERT INTO verdict (hash, target, about, kind, reviewer, comment, evidence, at) "
        "VALUES (from_hex(?), ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (hash) DO NOTHING",
        [
            verdict.id,
            verdict.target,
            verdict.about,
            verdict.kind,
            verdict.reviewer,
            verdict.comment,
            verdict.evidence,
            verdict.at,
        ],
    )
    return _statement(connection, verdict.target, verdict.about) if written.rowcount else set()


def delete(connection: sqlite3.Connection, verdict: str) -> tuple[bool, set[int]]:
    """Take a verdict out: whether it was there, and the key of the statement that has to be settled, if one has."""
    gone = connection.execute(
        "DELETE FROM verdict WHERE hash = from_hex(?) RETURNING target, about", [verdict]
    ).fetchall()
    return bool(gone), {key for target, about in gone for key in _statement(connection, target, about)}


def verdicts(connection: sqlite3.Connection, targets: Iterable[str] | None, reviewer: str | None) -> list[Verdict]:
    """All, or those on these targets, by this reviewer; oldest first, then by id."""
    conditions, values = ["1"], []
    if targets is not None:
        conditions.append("v.target IN (SELECT value FROM json_each(?))")
        values.append(as_list(targets))
    if reviewer is not None:
        conditions.append("v.reviewer = ?")
        values.append(reviewer)
    query = f"SELECT {_COLUMNS} FROM verdict v WHERE {' AND '.join(conditions)} ORDER BY v.at, v.hash"
    return [_verdict(*row) for row in connection.execute(query, values)]


def counting(connection: sqlite3.Connection, statements: Collection[int] | None = None) -> list[tuple[int, Verdict]]:
    """The verdicts that count, each with the key of its statement: of these statements, or of all that are there."""
    about = VerdictAbout.STATEMENT
    if connection.execute("SELECT 1 FROM verdict WHERE about = ? LIMIT 1", [about]).fetchone() is None:
        return []
    query = f"SELECT s.id, {_COLUMNS} FROM verdict v JOIN statement s ON s.hash = from_hex(v.target) "
    values: list[str] = [about]
    if statements is not None:
        query = (
            f"SELECT s.id, {_COLUMNS} FROM json_each(?2) wanted CROSS JOIN statement s ON s.id = wanted.value "
            "CROSS JOIN verdict v ON v.target = lower(hex(s.hash)) "
        )
        values.append(as_list(statements))
    rows = connection.execute(f"{query} WHERE v.about = ?1", values).fetchall()
    keys = {row[1]: row[0] for row in rows}
    return [(keys[each.target], each) for each in latest(_verdict(*row[1:]) for row in rows)]


def _statement(connection: sqlite3.Connection, target: str, about: str) -> set[int]:
    return set(known_keys(connection, "statement", [target]).values()) if about == VerdictAbout.STATEMENT else set()


def _verdict(target: str, about: str, kind: str, reviewer: str, comment: str, evidence: str, at: str) -> Verdict:
    return Verdict(target, VerdictAbout(about), VerdictKind(kind), reviewer, comment, evidence, at)
