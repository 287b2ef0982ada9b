"""A copy of the graph that may be written to."""

import shutil

from isthmus.graph.stores.open import sqlite_path


def copied(url, folder):
    """A copy of an SQLite store that may be written to."""
    shutil.copy(sqlite_path(url), folder / "graph.sqlite")
    return f"sqlite:///{folder / 'graph.sqlite'}"
