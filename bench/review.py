"""The review queue and blind lists, measured: `python -m bench.review [--store FILE.db …]`.

Without ``--store`` the BEL statements of the real data are read into a store of their own. For each store one JSON document:

* ``queue``: processor seconds of the first page and of a later one, over a graph that is in memory; ``spearman`` is the rank
  correlation of what leans on a statement with the product of its ends' degrees.
* ``verdict``: seconds to give one, and until the graph in memory has the new belief.
* ``effect``: of ``STATEMENTS`` drawn at random, how many of the ten best candidates of its neighbours a verdict that a statement is
  wrong replaces, summed over the neighbours (at most ``NEIGHBOURS`` are asked); ``mean`` of all, and ``lift``: the mean of the fifth
  with the greatest lean, or the greatest product of degrees, over that of all.
* ``blind``: how well the graph's own score tells real paths from decoys, how well degree does (.5 is not at all), and what the
  score would be worth were the statements of the real paths left in.
"""

from __future__ import annotations

import argparse
import json
import shutil
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import numpy as np
from scipy.stats import spearmanr

from bench.data import shared_data
from isthmus.graph.discovery.memory.snapshot import Snapshot
from isthmus.graph.discovery.ranking.candidates import fast_scores, rank_candidates
from isthmus.graph.stores.open import open_store
from isthmus.graph.stores.protocol import Store
from isthmus.graph.verdict import VerdictKind
from isthmus.graph.vocabulary import Category
from isthmus.service.graphs import snapshot_of
from isthmus.service.ingest import ingest
from isthmus.service.review.blind_report import likelihoods
from isthmus.service.review.decoys import BlindPath, blind_paths
from isthmus.service.review.telling_apart import told_apart
from isthmus.service.review.verdicts import give, undo
from isthmus.service.review.waiting import answer_queue
from isthmus.service.review.worth import lean

BEL = "statements/neurodegeneration_bel_to_2010.tsv.gz"
STATEMENTS, NEIGHBOURS, BEST = 150, 24, 10
BLIND = 200
KEPT = ("nulls", "routes by hops", "fusion")


def timed(ask: Callable[[], object]) -> float:
    started = time.process_time()
    ask()
    return round(time.process_time() - started, 3)


def queue_figures(store: Store, snapshot: Snapshot) -> dict[str, object]:
    first = timed(lambda: answer_queue(store, snapshot, reviewer="bench"))
    cursor = answer_queue(store, snapshot, reviewer="bench").cursor
    ends = snapshot.columns.subjects, snapshot.columns.objects
    leans, product = lean(snapshot), snapshot.degrees[ends[0]] * snapshot.degrees[ends[1]]
    entity = store.entities([snapshot.ids[int(np.argmax(snapshot.degrees))]])
    (source,) = entity.values()
    return {
        "edges": snapshot.n_edges,
        "first_page_cpu_seconds": first,
        "later_page_cpu_seconds": timed(lambda: answer_queue(store, snapshot, reviewer="bench", cursor=cursor)),
        "for_the_largest_hub_cpu_seconds": timed(lambda: answer_queue(store, snapshot, source=source)),
        "spearman": round(float(spearmanr(leans[leans > 0], product[leans > 0])[0]), 3),
    }


def verdict_figures(store: Store, snapshot: Snapshot, cache: Path) -> dict[str, object]:
    first = answer_queue(store, snapshot, limit=1).items[0].id
    snapshot_of(store, cache=cache)
    given = timed(lambda: give(store, first, VerdictKind.OTHER, "bench"))
    seen = timed(lambda: snapshot_of(store, cache=cache))
    undo(store, "bench", first)
    return {"give_cpu_seconds": given, "graph_in_memory_cpu_seconds": seen}


def judged_wrong(snapshot: Snapshot, statement: int) -> Snapshot:
    """The graph after one reviewer calls the statement wrong; what was learned from the whole graph stays."""
    columns = replace(
        snapshot.columns,
        version=f"without {statement}",
        verdict_statement=np.array([statement], dtype=np.int32),
        verdict_kind=np.array([list(VerdictKind).index(VerdictKind.WRONG_RELATION)], dtype=np.int8),
        verdict_year=np.zeros(1, dtype=np.int16),
    )
    after = Snapshot.from_columns(columns)
    after.memo.update({key: known for key, known in snapshot.memo.items() if key[0] in KEPT})
    return after


def effect_figures(snapshot: Snapshot) -> dict[str, object]:
    generator = np.random.default_rng(2)
    leans = lean(snapshot)
    ends = snapshot.columns.subjects, snapshot.columns.objects
    product = snapshot.degrees[ends[0]] * snapshot.degrees[ends[1]]
    walked = np.flatnonzero(leans > 0)
    drawn = np.sort(generator.choice(walked, min(STATEMENTS, len(walked)), replace=False))
    before: dict[int, set[int]] = {}

    def best(graph: Snapshot, node: int) -> set[int]:
        ranked = rank_candidates(graph, node, Category.NAMED_THING, top=BEST, paths_each=0)
        return {one.node.index for one in ranked}

    effects = []
    for statement in drawn.tolist():
        own = {int(side[statement]) for side in ends}
        near = sorted(own.union(*(snapshot.neighbours(node).tolist() for node in own)))
        asked = near if len(near) <= NEIGHBOURS else generator.choice(near, NEIGHBOURS, replace=False).tolist()
        after = judged_wrong(snapshot, statement)
        replaced = []
        for node in asked:
            if node not in before:
                before[node] = best(snapshot, node)
            replaced.append(len(before[node] - best(after, node)))
        effects.append(float(np.mean(replaced)) * len(near))
    effect = np.array(effects)
    fifth = len(drawn) // 5
    lifts = {
        name: round(float(effect[np.argsort(-by[drawn], kind="stable")[:fifth]].mean() / effect.mean()), 2)
        for name, by in (("lean", leans), ("degree_product", product))
    }
    return {"statements": len(drawn), "mean": round(float(effect.mean()), 2), "lift": lifts}


def blind_figures(snapshot: Snapshot, hops: int) -> dict[str, object]:
    started = time.process_time()
    paths = blind_paths(snapshot, BLIND, hops=hops, seed=1)
    seconds = time.process_time() - started
    decoy = np.array([path.decoy for path in paths])
    logs = np.log(np.maximum(snapshot.degrees, 1))
    degree = np.array([logs[list(path.nodes)].sum() for path in paths])
    figures: dict[str, object] = {"cpu_seconds": round(seconds, 2)}
    for name, likely in (
        ("score", likelihoods(snapshot, paths)),
        ("degree", degree),
        ("score_with_the_statements_left_in", with_statements(snapshot, paths)),
    ):
        told = told_apart(likely, decoy, float(np.median(likely)))
        assert told is not None
        figures[name] = {
            "auroc": round(told.auroc, 3),
            "interval": [None if end is None else round(end, 3) for end in (told.auroc_low, told.auroc_high)],
            "accuracy": round(told.accuracy, 3),
            "d_prime": round(told.d_prime, 2),
        }
    return figures


def with_statements(snapshot: Snapshot, paths: Sequence[BlindPath]) -> np.ndarray:
    scores = [fast_scores(snapshot, np.array(list(pairwise(path.nodes)))).mean() for path in paths]
    return np.array(scores)


def measure(file: Path, folder: Path) -> dict[str, object]:
    """All figures of a copy of a store."""
    copy = folder / "copy.db"
    shutil.copy(file, copy)
    with open_store(f"sqlite:///{copy}", create=False) as store:
        snapshot = Snapshot.from_columns(store.columns())
        return {
            "queue": queue_figures(store, snapshot),
            "verdict": verdict_figures(store, snapshot, folder / "cache"),
            "effect": effect_figures(snapshot),
            "blind": {f"{hops} hops": blind_figures(snapshot, hops) for hops in (1, 2, 3)},
        }


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--store", type=Path, action="append", default=[])
    given = options.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        files = given.store
        if not files:
            files = [folder / "bel.db"]
            with open_store(f"sqlite:///{files[0]}") as store:
                ingest([shared_data() / BEL], store, workers=1)
        print(json.dumps({file.stem: measure(file, folder) for file in files}, indent=1))


if __name__ == "__main__":
    main()
