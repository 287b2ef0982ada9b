"""A store to measure: a new SQLite file, a Neo4j of our own that goes afterwards, or one that is there."""

import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from isthmus.graph.stores.open import NEO4J_SCHEMES, sqlite_path

HELP = "sqlite, neo4j-5 or neo4j-calendar (each new and empty, gone afterwards), or the URL of an empty store"
sys.path.append(str(Path(__file__).resolve().parents[1] / "tests"))


class Opened(NamedTuple):
    """Where a store is, and what tells how many bytes it takes up: None where its disk is elsewhere."""

    url: str
    on_disk: Callable[[], int | None]


@contextmanager
def opened(name: str) -> Iterator[Opened]:
    """The store that ``name`` asks for, as long as the block runs."""
    if name.startswith("neo4j-"):
        from neo4j_server import RELEASES, start  # the tests' own

        server = start(RELEASES[name])
        try:
            yield Opened(server.url, lambda: bytes_of(server.home / "data"))  # its transaction logs among them
        finally:
            server.stop()
    elif name.partition(":")[0] in NEO4J_SCHEMES:
        yield Opened(name, lambda: None)
    else:
        with tempfile.TemporaryDirectory() as folder:
            url = f"sqlite:///{folder}/bench.sqlite" if name == "sqlite" else name
            yield Opened(url, lambda: bytes_of(sqlite_path(url)))


def bytes_of(place: Path) -> int:
    """What a file with its companions (``-wal``), or a folder, takes up on the disk."""
    files = place.rglob("*") if place.is_dir() else place.parent.glob(f"{place.name}*")
    return sum(each.stat().st_size for each in files if each.is_file())
