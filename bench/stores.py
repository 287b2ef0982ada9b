"""A store to measure: a new SQLite file, a Neo4j of our own that goes afterwards, or one that is there."""

import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

sys.path.append(str(Path(__file__).resolve().parents[1] / "tests"))

HELP = "sqlite, neo4j-5 or neo4j-calendar (each new and empty, gone afterwards), or the URL of an empty store"


@contextmanager
def opened(name: str) -> Iterator[str]:
    """The URL of the store that ``name`` asks for, as long as the block runs."""
    if name.startswith("neo4j-"):
        from neo4j_server import RELEASES, start

        server = start(RELEASES[name])
        try:
            yield server.url
        finally:
            server.stop()
    elif name == "sqlite":
        with tempfile.TemporaryDirectory() as folder:
            yield f"sqlite:///{folder}/bench.sqlite"
    else:
        yield name
