"""The names of a graph's nodes, kept while its edges are read: in memory while they are few, on disk beyond."""

from __future__ import annotations

import sqlite3
from typing import Self

IN_MEMORY = 1 << 16


class NodeNames:
    """Name by node id, of any number of nodes, in at most some 50 MB of memory.

    The database is SQLite's own temporary one: it has no file name, and goes when it is closed or the process ends.
    """

    def __init__(self) -> None:
        self._limit = IN_MEMORY
        self._new: dict[str, str] = {}
        self._looked_up: dict[str, str] = {}
        self._stored = sqlite3.connect("")
        self._stored.execute("CREATE TABLE node (id TEXT PRIMARY KEY, name TEXT) WITHOUT ROWID")
        self._stored.execute("PRAGMA cache_size = -16000")

    def __setitem__(self, node: str, name: str) -> None:
        self._new[node] = name
        self._looked_up.pop(node, None)
        if len(self._new) >= self._limit:
            with self._stored:
                self._stored.executemany("INSERT OR REPLACE INTO node VALUES (?, ?)", sorted(self._new.items()))
            self._new.clear()

    def get(self, node: str) -> str | None:
        """The name of a node; None where there is no such node."""
        name = self._new.get(node)
        if name is None:
            name = self._looked_up.get(node)
        if name is None:
            found = self._stored.execute("SELECT name FROM node WHERE id = ?", (node,)).fetchone()
            if found is not None:
                name = found[0]
                if len(self._looked_up) >= self._limit:
                    self._looked_up.clear()
                self._looked_up[node] = name
        return name

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc: object) -> None:
        self._stored.close()
