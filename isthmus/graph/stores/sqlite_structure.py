"""Whether an SQLite file has all that the steps of its schema made, as a new one has it."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from functools import cache

from isthmus.graph.stores.sqlite_schema import MIGRATIONS, applied, migrate
from isthmus.graph.stores.structure import Structure

_MOST_TOLD = 20  # of what is damaged
_MADE_ANEW = ("index", "trigger")  # of a table that is gone, what it held is gone too


@cache
def _expected() -> dict[tuple[str, str], str]:
    """Kind and name of everything that a new file has, with the command that makes it."""
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as new:
        migrate(new, "a new store")
        return _found(new)


def _found(connection: sqlite3.Connection) -> dict[tuple[str, str], str]:
    rows = connection.execute("SELECT type, name, sql FROM sqlite_schema WHERE sql IS NOT NULL")
    return {(kind, name): command for kind, name, command in rows}


def structure(connection: sqlite3.Connection, name: str) -> Structure:
    """How the file stands. Reads all of it."""
    found = _found(connection)
    missing = tuple(f"{kind} {what}" for kind, what in _expected() if (kind, what) not in found)
    damage = [told for [told] in connection.execute(f"PRAGMA quick_check({_MOST_TOLD})") if told != "ok"]
    return Structure(
        schema=applied(connection, name),
        newest=len(MIGRATIONS),
        indexes=sum(kind == "index" for kind, _ in found),
        missing=missing,
        damage=tuple(damage),
    )


def make_indexes(connection: sqlite3.Connection) -> None:
    """Make anew what was taken out, but for tables. In the writing transaction."""
    found = _found(connection)
    for (kind, what), command in _expected().items():
        if kind in _MADE_ANEW and (kind, what) not in found:
            connection.execute(command)
    if not {("trigger", "label_added"), ("trigger", "label_removed")} <= found.keys():
        connection.execute("INSERT INTO label_words (label_words) VALUES ('rebuild')")  # it has missed what came since
