"""Runs of three feeds, killed at random moments and finished: is the graph that of an undisturbed run?

    python -m bench.feeds [--kills 20] [--papers 200] [--seed 7]

The services are those of the tests, on loopback, with made-up papers. The scheduler reads PubMed, Europe PMC and bioRxiv of
one library; it is killed (SIGKILL) at a moment drawn evenly from the time that an undisturbed run takes and started again,
until it ends by itself; then with an empty store, until it was killed so many times. Prints one JSON document.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests"))
from service.scheduler.literature_server import LiteratureServer, paper

from isthmus.extractors.feeds.feed import FeedKind
from isthmus.graph.stores.sqlite import SqliteStore
from isthmus.service.scheduler.history import history_of
from isthmus.service.scheduler.schedules import add, cursor_of

FEEDS = {"pubmed": "genes", "europepmc": "genes", "biorxiv": "activates OR inhibits"}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--papers", type=int, default=200)
    parser.add_argument("--seed", type=int, default=7)
    asked = parser.parse_args()
    with LiteratureServer() as server, tempfile.TemporaryDirectory() as folder:
        today = datetime.now(UTC).date()
        for number in range(asked.papers):
            server.library.add(paper(number, (today - timedelta(days=3 + number % 9)).isoformat()))
        print(json.dumps(measured(server, Path(folder), asked.kills, random.Random(asked.seed)), indent=2))


def measured(server: LiteratureServer, folder: Path, kills: int, chance: random.Random) -> dict:
    whole = scheduled(folder / "whole.sqlite")
    started = time.monotonic()
    run(server, whole).wait()
    seconds = time.monotonic() - started
    expected, killed, finished, equal = state(whole), 0, 0, 0
    store, fresh = scheduled(folder / "cut0.sqlite"), True
    while True:
        process, started = run(server, store), time.monotonic()
        try:
            process.wait(chance.uniform(0, seconds) if killed < kills else 600)
        except subprocess.TimeoutExpired:
            process.kill()
            killed += process.wait() == -signal.SIGKILL
            fresh = False
            continue
        assert process.returncode == 0
        if fresh:  # a run that took less than the first one: the machine has become quieter
            seconds = min(seconds, time.monotonic() - started)
        finished += 1
        equal += state(store) == expected
        if killed >= kills:
            break
        store, fresh = scheduled(folder / f"cut{finished}.sqlite"), True
    return {
        "undisturbed_seconds": round(seconds, 1),
        "statements": expected[1],
        "kills": killed,
        "runs_finished": finished,
        "graphs_equal": equal,
        "runs_marked_interrupted": interrupted(folder),
    }


def scheduled(path: Path) -> Path:
    """A new store with three schedules that are due."""
    long_ago = datetime.now(UTC) - timedelta(days=2)
    with SqliteStore(path) as store:
        for kind, query in FEEDS.items():
            since = (long_ago.date() - timedelta(days=20)).isoformat()
            add(store, kind, FeedKind(kind), query, "0 3 * * *", since, now=long_ago)
    return path


def run(server: LiteratureServer, store: Path) -> subprocess.Popen:
    command = [sys.executable, "-m", "isthmus", "schedule", "daemon", "--once", "--store", f"sqlite:///{store}"]
    return subprocess.Popen(command, env={**os.environ, **server.environment}, stderr=subprocess.DEVNULL)


def state(path: Path) -> tuple:
    """What two runs must have in common: the graph, its size, and where each feed goes on."""
    with SqliteStore(path) as store:
        return store.graph_hash(), store.counts().statements, *(str(cursor_of(store, kind)[0]) for kind in FEEDS)


def interrupted(folder: Path) -> int:
    found = 0
    for path in folder.glob("cut*.sqlite"):
        with SqliteStore(path) as store:
            found += sum(run.outcome == "interrupted" for kind in FEEDS for run in history_of(store, kind))
    return found


if __name__ == "__main__":
    main()
