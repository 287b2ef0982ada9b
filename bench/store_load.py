"""How fast a graph of 290,000 edges comes into a store and out of it again as arrays: Hetionet, all edges given.

    python -m bench.store_load [--store NAME]... [--kgx FOLDER]

Prints one JSON document. ``seconds`` is what a user waits: reading the file is part of it.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from bench import stores
from bench.data import shared_data
from isthmus.extractors.readers import read
from isthmus.graph.discovery.memory.snapshot import Snapshot
from isthmus.graph.model import Extraction
from isthmus.graph.stores.ledger import Outcome
from isthmus.graph.stores.open import open_store
from isthmus.graph.stores.protocol import Store
from isthmus.service.lexicon import lexicon


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


def peak_rss_mb() -> int:
    return round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000)


def measure(edges: Path, name: str) -> dict[str, object]:
    """All figures of one store."""
    figures: dict[str, object] = {}
    with stores.opened(name) as (url, on_disk), open_store(url) as store:
        figures["load"] = load(edges, store)
        figures["load_peak_rss_mb"] = peak_rss_mb()
        again = load(edges, store)
        figures["again"] = {key: again[key] for key in ("outcomes", "new_evidence", "seconds", "seconds_writing")}
        figures["bytes_on_disk"] = on_disk()
        started = time.perf_counter()
        columns = store.columns()
        figures["columns_seconds"] = round(time.perf_counter() - started, 2)
        started = time.perf_counter()
        snapshot = Snapshot.from_columns(columns)
        figures["snapshot_seconds"] = round(time.perf_counter() - started, 2)
        figures["graph_hash"] = store.graph_hash()
        figures["nodes"], figures["edges"] = snapshot.n_nodes, snapshot.n_edges
    return figures


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--store", action="append", help=stores.HELP)
    parser.add_argument("--kgx", type=Path, help="folder with hetionet_nodes.tsv and hetionet_edges.tsv")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        if arguments.kgx is None:  # in a process of its own, whose memory is not ours
            command = [sys.executable, "-m", "bench.hetionet_kgx", str(shared_data() / "hetionet"), folder]
            subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        edges = (arguments.kgx or Path(folder)) / "hetionet_edges.tsv"
        figures = {name: measure(edges, name) for name in arguments.store or ["sqlite", "neo4j-5"]}
    print(json.dumps(figures, indent=2))


if __name__ == "__main__":
    main()
