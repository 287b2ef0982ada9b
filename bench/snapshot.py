"""What a graph in memory costs: making it, opening it again, its memory, following a change; and how all that grows.

    python -m bench.snapshot [--scale 0.1 --scale 1] [--store FILE]

``--store`` names an SQLite file made by ``python -m bench.full_size``; it is copied before it is written to. Prints one
JSON document. Each figure is taken in a process of its own: ``seconds`` of the clock, ``cpu_seconds`` of that process, and
megabytes: ``rss_growth`` of what was resident before, mapped pages that others share among it; ``private`` without those.
"""

from __future__ import annotations

import argparse
import json
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import psutil

from bench.full_size import full_size_columns
from isthmus.graph.discovery.memory.saved import open_columns, open_snapshot, save_columns, save_snapshot
from isthmus.graph.discovery.memory.snapshot import Snapshot
from isthmus.graph.discovery.walks.dwpc import path_counts
from isthmus.graph.discovery.walks.routes import routes_between
from isthmus.graph.model import Document, DocumentKind, Entity, Evidence, Extraction, Modality, Statement
from isthmus.graph.stores.sqlite import SqliteStore
from isthmus.graph.vocabulary import Category, Predicate

COUNTERFACTUALS = 20
MB = 1_000_000

Figures = dict[str, object]


@contextmanager
def taken(figures: Figures, name: str) -> Iterator[None]:
    """Seconds of the clock and of this process."""
    clock, cpu = time.perf_counter(), time.process_time()
    yield
    figures[f"{name}_seconds"] = round(time.perf_counter() - clock, 3)
    figures[f"{name}_cpu_seconds"] = round(time.process_time() - cpu, 3)


def make_columns(folder: Path, scale: str) -> Figures:
    """The columns of a made-up graph, into a folder."""
    columns = full_size_columns(float(scale))
    save_columns(columns, folder)
    return {
        "nodes": len(columns.categories),
        "statements": len(columns.subjects),
        "evidence": len(columns.evidence_year),
    }


def build(folder: Path, _: str) -> Figures:
    """The snapshot from columns, and its way to the disk."""
    figures: Figures = {}
    columns = open_columns(folder)
    before = psutil.Process().memory_info().rss
    with taken(figures, "from_columns"):
        snapshot = Snapshot.from_columns(columns)
    figures["edges"] = snapshot.n_edges
    figures["peak_rss_mb"] = round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000)
    figures["rss_growth_mb"] = round((psutil.Process().memory_info().rss - before) / MB)
    with taken(figures, "save"):
        save_snapshot(snapshot, folder)
    with taken(figures, "as_of_a_year"):
        snapshot.at(2000)
    return figures


def ask(folder: Path, _: str) -> Figures:
    """Opened again, and asked one question: the path counts from a disease to all drugs, up to three hops."""
    figures: Figures = {}
    before = psutil.Process().memory_info().rss
    with taken(figures, "open"):
        snapshot = open_snapshot(folder)
    figures["open_rss_growth_mb"] = round((psutil.Process().memory_info().rss - before) / MB, 1)
    disease = int(np.flatnonzero(snapshot.mask(Category.DISEASE))[0])
    with taken(figures, "first_question"):
        routes = routes_between(snapshot, Category.DISEASE, Category.CHEMICAL_ENTITY).routes
        deque(path_counts(snapshot, disease, [route.metapath for route in routes]), maxlen=0)
    figures["metapaths"] = len(routes)
    memory = psutil.Process().memory_full_info()
    figures["rss_growth_mb"] = round((memory.rss - before) / MB)
    figures["private_mb"] = round(memory.uss / MB)
    return figures


def lose(folder: Path, _: str) -> Figures:
    """Counterfactuals: the graph without one paper."""
    snapshot = open_snapshot(folder)
    papers = np.random.default_rng(0).integers(0, len(snapshot.columns.document_ids), COUNTERFACTUALS + 1)
    figures: Figures = {"counterfactuals": COUNTERFACTUALS}
    with taken(figures, "first_without_a_paper"):
        snapshot.without(snapshot.columns.evidence_document == papers[0])
    with taken(figures, "all_without_a_paper"):
        for paper in papers[1:]:
            snapshot.without(snapshot.columns.evidence_document == paper)
    return figures


def from_store(folder: Path, file: str) -> Figures:
    """From an SQLite file to a snapshot, and again after a paper came."""
    figures: Figures = {}
    with SqliteStore(Path(file)) as store:
        before = psutil.Process().memory_info().rss
        with taken(figures, "hash"):
            store.version()
        with taken(figures, "columns"):
            columns = store.columns()
        with taken(figures, "from_columns"):
            snapshot = Snapshot.from_columns(columns)
        figures["peak_rss_mb"] = round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000)
        figures["rss_growth_mb"] = round((psutil.Process().memory_info().rss - before) / MB)
        with taken(figures, "save"):
            save_snapshot(snapshot, folder)
        with taken(figures, "write_a_paper"):
            store.write([_a_paper(snapshot)])
        with taken(figures, "hash_after"):
            store.version()
        with taken(figures, "changes"):
            changes = store.changes(columns.version)
        if changes is None:
            raise SystemExit("the store has forgotten what was touched")
        with taken(figures, "refresh"):
            snapshot.refreshed(changes)
    return figures


def _a_paper(snapshot: Snapshot) -> Extraction:
    """Two statements: one of the graph's entities about another, and one about an entity that is new."""
    known = [Entity(snapshot.ids[n], snapshot.names[n], snapshot.node(n).category) for n in (0, snapshot.n_nodes // 2)]
    entities = (*known, Entity("HGNC:0", "a new gene", Category.GENE))
    said = [Statement.of(entities[0].id, Predicate.AFFECTS, one.id) for one in entities[1:]]
    paper = Document("pmid:1", DocumentKind.ARTICLE, Modality.LITERATURE, "A paper", date="2020")
    evidence = [Evidence(one.id, paper.id, "It does.", "compact/2", 0.5, year=2020) for one in said]
    return Extraction(paper, "compact/2", entities, statements=tuple(said), evidence=tuple(evidence))


STEPS: dict[str, Callable[[Path, str], Figures]] = {
    step.__name__: step for step in (make_columns, build, ask, lose, from_store)
}


def in_a_process(step: Callable[[Path, str], Figures], folder: Path, argument: str = "") -> Figures:
    """The figures of a step, taken in a process that does nothing else."""
    command = [sys.executable, "-m", "bench.snapshot", "--step", step.__name__, str(folder), argument]
    figures: Figures = json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout)
    return figures


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--scale", action="append", help="0.1 and 1 where none is named; 9 takes 8 GB")
    parser.add_argument("--store", type=Path, help="an SQLite file of bench.full_size")
    parser.add_argument("--step", nargs=3, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.step:
        step, folder, argument = arguments.step
        print(json.dumps(STEPS[step](Path(folder), argument)))
        return
    figures: dict[str, Figures] = {}
    for scale in arguments.scale or ["0.1", "1"]:
        with tempfile.TemporaryDirectory() as temporary:
            folder = Path(temporary)
            figures[scale] = {"graph": in_a_process(make_columns, folder, scale)}
            figures[scale] |= {step.__name__: in_a_process(step, folder) for step in (build, ask, lose)}
            figures[scale]["disk_mb"] = round(sum(file.stat().st_size for file in folder.iterdir()) / MB)
    if arguments.store:
        with tempfile.TemporaryDirectory() as temporary:
            copy = shutil.copy(arguments.store, temporary)
            figures["store"] = in_a_process(from_store, Path(temporary) / "saved", str(copy))
    print(json.dumps(figures, indent=2))


if __name__ == "__main__":
    main()
