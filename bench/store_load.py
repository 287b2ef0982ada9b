"""How fast a graph of 290,000 edges comes into a store and out of it again as arrays: Hetionet, all edges given.

    python -m bench.store_load [--store URL | --neo4j neo4j-5|neo4j-calendar] [--kgx FOLDER]

Prints one JSON document. Without ``--store`` a new SQLite file in a temporary folder is used; ``--neo4j`` starts a server
of that line as the tests do and removes it afterwards. ``seconds`` is what a user waits: reading the file is part of it.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from bench.data import shared_data
from isthmus.extractors.readers import read
from isthmus.graph.discovery.snapshot import Snapshot
from isthmus.graph.model import Extraction
from isthmus.graph.stores.open import NEO4J_SCHEMES, open_store, sqlite_path
from isthmus.graph.stores.protocol import Outcome, Store
from isthmus.service.lexicon import lexicon

TESTS = Path(__file__).resolve().parents[1] / "tests"


@contextmanager
def store_at(url: str, neo4j_line: str, folder: Path) -> Iterator[tuple[str, Callable[[], int | None]]]:
    """The URL of the store to load, and what tells how many bytes it takes up: None where its disk is elsewhere."""
    if neo4j_line:
        sys.path.insert(0, str(TESTS))
        from neo4j_server import RELEASES, start  # the tests' own

        server = start(RELEASES[neo4j_line])

        try:
            yield server.url, lambda: bytes_of(server.home / "data")  # its transaction logs among them
        finally:
            server.stop()
    elif url.partition(":")[0] in NEO4J_SCHEMES:
        yield url, lambda: None
    else:
        url = url or f"sqlite:///{folder}/bench.sqlite"
        yield url, lambda: bytes_of(sqlite_path(url))


def load(edges: Path, store: Store) -> dict[str, object]:
    """Read the graph into the store part by part, as ``isthmus ingest`` does. Seconds in all, and of them writing."""
    canonical = lexicon().canonical
    started, cpu, writing, statements, evidence, longest = time.perf_counter(), time.process_time(), 0.0, 0, 0, 0.0
    outcomes: set[Outcome] = set()
    for record in read(edges, canonical):
        if isinstance(record, Extraction):
            before = time.perf_counter()
            written = store.write([record])
            taken = time.perf_counter() - before
            writing, longest = writing + taken, max(longest, taken)
            statements, evidence = statements + written.new_statements, evidence + written.new_evidence
            outcomes.update(row.outcome for row in written.rows)
    seconds = time.perf_counter() - started
    return {
        "outcomes": sorted(outcomes),
        "new_statements": statements,
        "new_evidence": evidence,
        "seconds": round(seconds, 2),
        "seconds_writing": round(writing, 2),
        "cpu_seconds_here": round(
            time.process_time() - cpu, 2
        ),  # tells on a busy machine what it would be on an idle one
        "longest_write_seconds": round(longest, 2),
        "statements_per_second": round(statements / seconds),
        "statements_per_second_writing": round(statements / writing),
    }


def bytes_of(place: Path) -> int:
    """What a file with its companions (``-wal``), or a folder, takes up on the disk."""
    files = place.rglob("*") if place.is_dir() else place.parent.glob(f"{place.name}*")
    return sum(each.stat().st_size for each in files if each.is_file())


def peak_rss_mb() -> int:
    return round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--store", default="")
    parser.add_argument("--neo4j", default="", help="neo4j-5 or neo4j-calendar: start a server of this line")
    parser.add_argument("--kgx", type=Path, help="folder with hetionet_nodes.tsv and hetionet_edges.tsv")
    arguments = parser.parse_args()
    figures: dict[str, object] = {}
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        if arguments.kgx is None:  # in a process of its own, whose memory is not ours
            command = [sys.executable, "-m", "bench.hetionet_kgx", str(shared_data() / "hetionet"), temporary]
            subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        edges = (arguments.kgx or folder) / "hetionet_edges.tsv"
        with store_at(arguments.store, arguments.neo4j, folder) as (url, on_disk), open_store(url) as store:
            figures["load"] = load(edges, store)
            figures["load_peak_rss_mb"] = peak_rss_mb()
            again = load(edges, store)
            figures["again"] = {
                name: again[name] for name in ("outcomes", "new_evidence", "seconds", "seconds_writing")
            }
            figures["bytes_on_disk"] = on_disk()
            started = time.perf_counter()
            columns = store.columns()
            figures["columns_seconds"] = round(time.perf_counter() - started, 2)
            started = time.perf_counter()
            snapshot = Snapshot.from_columns(columns)
            figures["snapshot_seconds"] = round(time.perf_counter() - started, 2)
            started = time.perf_counter()
            figures["graph_hash"] = store.graph_hash()
            figures["hash_seconds"] = round(time.perf_counter() - started, 2)
            figures["nodes"], figures["edges"] = snapshot.n_nodes, snapshot.n_edges
            figures["peak_rss_mb"] = peak_rss_mb()
    name = arguments.neo4j or url.partition("://")[0]
    print(json.dumps({"bench": "store_load", "store": name, **figures}, indent=2))


if __name__ == "__main__":
    main()
