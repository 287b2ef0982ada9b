"""How long the 1,567 real abstracts take into a store, and how much memory all processes together.

    python -m bench.ingest [--store NAME]... [--file PATH]

Prints one JSON document: the first time, and again with nothing new.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import time
from pathlib import Path

import psutil

from bench import stores
from bench.data import shared_data

SAMPLE_SECONDS = 0.2


def ingest(file: Path, store: str) -> dict[str, object]:
    """Run the command line on a file; seconds, peak resident memory of the process tree in bytes, and its summary."""
    command = [sys.executable, "-m", "isthmus", "ingest", str(file), "--store", store, "--json"]
    started = time.monotonic()
    with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
        peak = 0
        root = psutil.Process(process.pid)
        while process.poll() is None:
            peak = max(peak, resident(root))
            time.sleep(SAMPLE_SECONDS)
        assert process.stdout is not None
        summary = json.loads(process.stdout.read())
    seconds = time.monotonic() - started
    kept = ("read", "written", "empty", "failed", "unchanged", "entities", "statements", "evidence", "mentions")
    return {
        "seconds": round(seconds, 1),
        "documents_per_second": round(summary["read"] / seconds, 1),
        "peak_rss_mb": round(peak / 1e6),
        **{name: summary[name] for name in kept},
    }


def resident(root: psutil.Process) -> int:
    """Bytes that a process and its children hold, shared pages counted once (PSS where the system tells it)."""
    total = 0
    for process in [root, *root.children(recursive=True)]:
        try:
            total += process.memory_full_info().pss
        except psutil.Error:  # it ended between the two calls
            continue
    return total


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--store", action="append", help=stores.HELP)
    parser.add_argument("--file", type=Path, default=None)
    arguments = parser.parse_args()
    file = arguments.file or shared_data() / "ingest" / "gut_brain_1567.pubmed.xml.gz"
    figures = {}
    for name in arguments.store or ["sqlite", "neo4j-5"]:
        with stores.opened(name) as (url, _):
            figures[name] = {"first": ingest(file, url), "again": ingest(file, url)}
    print(json.dumps(figures, indent=2))


if __name__ == "__main__":
    main()
