"""A watch-list of a thousand hypotheses, scored anew after an ingest of a hundred documents.

    python -m bench.watch --store FILE [--watches 1000] [--documents 100] [--cache FOLDER]

``--store`` names an SQLite file made by ``python -m bench.full_size``; it is copied before it is written to. The hypotheses
are pairs of drugs or genes with diseases, drawn evenly; each document makes three statements of kinds that the graph has,
between entities drawn by how much is known of them, and every fifth speaks of a watched pair or of a neighbour of one.
Prints one JSON document: seconds of the clock and of this process. ``first`` is the run that finds out where they all stand,
null models among it; ``after`` is the one that has to be quick: catching up with the store, scores and ranks of all, paths of
those that a new statement may lie between, alerts, and all of it written.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np

from isthmus.graph.discovery.memory.snapshot import Snapshot
from isthmus.graph.model import Document, DocumentKind, Entity, Evidence, Extraction, Modality, Section, Statement
from isthmus.graph.stores.protocol import Store
from isthmus.graph.stores.sqlite import SqliteStore
from isthmus.graph.vocabulary import Category, Predicate
from isthmus.service.answers import EntityName
from isthmus.service.graphs import snapshot_of
from isthmus.service.hypotheses.hypothesis import Plan
from isthmus.service.watch.kept import add
from isthmus.service.watch.run import WatchRun, run_watches
from isthmus.service.watch.watch import Watch, WatchKind

SHARE_OF_DRUGS = 0.7
STATEMENTS_EACH = 3
ABOUT_WATCHED = 5  # every so many documents


@contextmanager
def taken(figures: dict[str, object], name: str) -> Iterator[None]:
    clock, cpu = time.perf_counter(), time.process_time()
    yield
    figures[f"{name}_seconds"] = round(time.perf_counter() - clock, 2)
    figures[f"{name}_cpu_seconds"] = round(time.process_time() - cpu, 2)


def watch_pairs(store: Store, snapshot: Snapshot, count: int, generator: np.random.Generator) -> list[tuple[int, int]]:
    live = snapshot.degrees > 0
    diseases = [node for node in snapshot.members[Category.DISEASE].tolist() if live[node]]
    kinds = (Category.CHEMICAL_ENTITY, Category.GENE)
    sources = [[node for node in snapshot.members[kind].tolist() if live[node]] for kind in kinds]
    pairs: dict[tuple[int, int], None] = {}
    while len(pairs) < count:
        some = sources[0] if len(pairs) < SHARE_OF_DRUGS * count else sources[1]
        pairs[int(generator.choice(some)), int(generator.choice(diseases))] = None
    for source, target in pairs:
        ends = [EntityName(id=n.id, name=n.name, category=n.category) for n in map(snapshot.node, (source, target))]
        plan = Plan(from_=ends[0].id, to=ends[1].id)
        add(store, Watch(kind=WatchKind.HYPOTHESIS, hypothesis=plan.id, source=ends[0], target=ends[1]))
    return list(pairs)


def documents(
    snapshot: Snapshot, pairs: list[tuple[int, int]], count: int, generator: np.random.Generator
) -> list[Extraction]:
    hops = [hop for hop in snapshot.layers if hop.forward or hop.predicate.symmetric]
    known = np.array([snapshot.support[hop] for hop in hops], dtype=np.float64)
    found = []
    for number in range(count):
        statements = [_statement(snapshot, hops[int(generator.choice(len(hops), p=known / known.sum()))], generator)]
        while len(statements) < STATEMENTS_EACH:
            statements.append(
                _statement(snapshot, hops[int(generator.choice(len(hops), p=known / known.sum()))], generator)
            )
        if number % ABOUT_WATCHED == 0:
            source, target = pairs[int(generator.integers(len(pairs)))]
            near = snapshot.neighbours(target).tolist()
            genes = [node for node in near if snapshot.kind(node) is Category.GENE] or [target]
            other = int(generator.choice(genes)) if number % (2 * ABOUT_WATCHED) else target
            predicate = Predicate.TREATS if other == target else Predicate.AFFECTS
            statements[0] = (source, predicate, other)
        found.append(_paper(snapshot, number, statements))
    return found


def _statement(snapshot: Snapshot, hop, generator: np.random.Generator) -> tuple[int, Predicate, int]:  # noqa: ANN001
    ends = []
    for kind in (hop.source, hop.target):
        members = snapshot.members[kind]
        weights = snapshot.degrees[members] + 1.0
        ends.append(int(generator.choice(members, p=weights / weights.sum())))
    return ends[0], hop.predicate, ends[1]


def _paper(snapshot: Snapshot, number: int, said: list[tuple[int, Predicate, int]]) -> Extraction:
    nodes = {node for first, _, second in said for node in (first, second)}
    entities = [Entity(n.id, n.name, n.category) for n in map(snapshot.node, sorted(nodes))]
    sentences = [f"{snapshot.names[a]} {p.replace('_', ' ')} {snapshot.names[b]}." for a, p, b in said]
    paper = Document(
        f"pmid:{90_000_000 + number}",
        DocumentKind.ARTICLE,
        Modality.LITERATURE,
        f"A paper of {number}",
        (Section("abstract", " ".join(sentences)),),
        date="2026",
        authors=(f"Author {number}",),
    )
    statements = [Statement.of(snapshot.ids[a], p, snapshot.ids[b]) for a, p, b in said if a != b]
    evidence = [
        Evidence(one.id, paper.id, sentence, "compact/2", 0.8, year=2026)
        for one, sentence in zip(statements, sentences, strict=False)
    ]
    return Extraction(paper, "compact/2", tuple(entities), statements=tuple(statements), evidence=tuple(evidence))


def told(run: WatchRun) -> dict[str, object]:
    kinds: dict[str, int] = {}
    for alert in run.alerts:
        kinds[alert.kind] = kinds.get(alert.kind, 0) + 1
    return {"watches": run.watches, "searched": run.searched, "alerts": kinds}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--store", type=Path, required=True, help="an SQLite file of bench.full_size")
    parser.add_argument("--watches", type=int, default=1000)
    parser.add_argument("--documents", type=int, default=100)
    parser.add_argument("--cache", type=Path, help="a folder that keeps snapshots and null models for the next time")
    arguments = parser.parse_args()
    figures: dict[str, object] = {}
    generator = np.random.default_rng(0)
    with tempfile.TemporaryDirectory() as temporary:
        os.environ["ISTHMUS_CACHE"] = str(arguments.cache or Path(temporary) / "cache")
        copy = shutil.copy(arguments.store, temporary)
        with SqliteStore(Path(copy)) as store:
            snapshot = snapshot_of(store)
            figures["edges"] = snapshot.n_edges
            pairs = watch_pairs(store, snapshot, arguments.watches, generator)
            read = documents(snapshot, pairs, arguments.documents, generator)
            del snapshot
            with taken(figures, "first"):
                figures["first"] = told(run_watches(store))
            with taken(figures, "ingest"):
                store.write(read)
            with taken(figures, "after"):
                figures["after"] = told(run_watches(store))
            with taken(figures, "nothing_new"):
                figures["nothing_new"] = told(run_watches(store))
    print(json.dumps(figures, indent=2))


if __name__ == "__main__":
    main()
