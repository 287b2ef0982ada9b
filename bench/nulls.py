"""Whether p-values hold on graphs in which only chance is at work, and how long nulls take.

    python -m bench.nulls [--scale 1.0 | --store FILE.db] [--metapaths 200] [--copies 10] [--max-hops 3]

Fits nulls on a graph (the made-up one of ``bench.full_size``, or a store), then counts paths in rewired copies made
with other seeds, between other nodes, drawn evenly over strata of degree. Prints one JSON document: the share of pairs
with p < .05, per metapath and by degrees; the quantiles of p. Many
pairs have the same count x, above all those without a path: for these figures p is drawn evenly from P(X > x) to
P(X >= x), which is what makes a right p uniform. ``where_joined`` takes P(X >= x), as users get it, among pairs that
chance joins with probability .05 or more.
"""

from __future__ import annotations

import argparse
import json
import time
from collections import defaultdict
from collections.abc import Sequence
from itertools import islice
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from bench.full_size import full_size_columns
from isthmus.graph.discovery.chance.null_counts import CountsBetween, canonical, choose_ends
from isthmus.graph.discovery.chance.nulls import Nulls, fit_nulls
from isthmus.graph.discovery.chance.rewire import rewirings, share_changed
from isthmus.graph.discovery.memory.snapshot import Snapshot
from isthmus.graph.discovery.walks.dwpc import DAMPING
from isthmus.graph.discovery.walks.metapaths import Metapath, enumerate_metapaths
from isthmus.graph.stores.open import open_store

LEVEL = 0.05
ENDS = 48

Floats = NDArray[np.float64]


def drawn(metapaths: Sequence[Metapath], number: int, seed: int) -> list[Metapath]:
    """Some of the metapaths, in canonical form."""
    distinct = sorted({canonical(one) for one in metapaths}, key=lambda one: one.hops)
    generator = np.random.default_rng(seed)
    return [distinct[place] for place in np.sort(generator.permutation(len(distinct))[:number])]


def rates(snapshot: Snapshot, nulls: Nulls, metapaths: Sequence[Metapath], copies: int) -> dict[str, object]:
    """How p-values of the metapaths are distributed in rewired copies."""
    generator = np.random.default_rng(20_001)
    hops = {hop for one in metapaths for way in (one, one.reversed) for hop in way.hops}
    p_of: dict[Metapath, list[Floats]] = defaultdict(list)
    joined_of: dict[Metapath, list[Floats]] = defaultdict(list)
    by_degree: dict[str, list[Floats]] = defaultdict(list)
    for copy in islice(rewirings(snapshot, seed=10_007, hops=hops), copies):
        ends = {hop: choose_ends(snapshot.layers[hop], ENDS, generator) for hop in sorted(hops)}
        for metapath, counts in CountsBetween(copy, ends, DAMPING).along(metapaths):
            first, last = ends[metapath.hops[0]], ends[metapath.hops[-1].reversed]
            d_s, d_t = np.broadcast_arrays(first.degrees[:, None], last.degrees)
            apart = np.ones(counts.shape, dtype=np.bool_)
            if metapath.categories[0] is metapath.categories[-1]:
                apart = first.places[:, None] != last.places
            d_s, d_t, counts = d_s[apart], d_t[apart], counts[apart]
            p = nulls.p_values(metapath, d_s, d_t, counts)
            chance = nulls.joined_probability(metapath, d_s, d_t)
            joined_of[metapath].append(p[chance >= LEVEL])
            above = nulls.p_values(metapath, d_s, d_t, counts, more=True)
            p = above + (p - above) * generator.random(len(p))
            p_of[metapath].append(p)
            for low, high in ((1, 2), (2, 8), (8, 64), (64, 10**9)):
                for other, more in ((1, 8), (8, 64), (64, 10**9)):
                    cell = (d_s >= low) & (d_s < high) & (d_t >= other) & (d_t < more)
                    by_degree[f"{low}+ x {other}+"].append(p[cell])
    per = {one: np.concatenate(parts) for one, parts in p_of.items()}
    rate = np.array([(p < LEVEL).mean() for p in per.values() if len(p)])
    where = [np.concatenate(parts) for parts in joined_of.values()]
    where_rate = np.array([(p < LEVEL).mean() for p in where if len(p) >= 1000])
    everything = np.concatenate(list(per.values()))
    worst = sorted(per, key=lambda one: -abs((per[one] < LEVEL).mean() - LEVEL))[:8]
    return {
        "metapaths": len(rate),
        "pairs": len(everything),
        "rate": summary(rate),
        "within_.03_.07": round(float(((rate >= 0.03) & (rate <= 0.07)).mean()), 4),
        "within_.045_.055": round(float(((rate >= 0.045) & (rate <= 0.055)).mean()), 4),
        "where_joined": {"metapaths": len(where_rate), **summary(where_rate)},
        "quantiles_of_p": {
            str(q): round(float(np.quantile(everything, q)), 5) for q in (0.001, 0.01, 0.05, 0.1, 0.25, 0.5, 0.75, 0.9)
        },
        "rate_by_degrees": {
            cell: [round(float((np.concatenate(parts) < LEVEL).mean()), 4), len(np.concatenate(parts))]
            for cell, parts in sorted(by_degree.items())
            if len(np.concatenate(parts))
        },
        "worst": {one.text: round(float((per[one] < LEVEL).mean()), 4) for one in worst},
    }


def summary(values: Floats) -> dict[str, float]:
    """Mean and extremes."""
    if len(values) == 0:
        return {}
    quantiles = np.quantile(values, [0, 0.05, 0.5, 0.95, 1])
    names = ("min", "q05", "median", "q95", "max")
    return {"mean": round(float(values.mean()), 4)} | {
        name: round(float(value), 4) for name, value in zip(names, quantiles, strict=True)
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--scale", type=float, default=1.0)
    parser.add_argument("--store", type=Path)
    parser.add_argument("--metapaths", type=int, default=200, help="how many are tested; all are fitted")
    parser.add_argument("--copies", type=int, default=10)
    parser.add_argument("--max-hops", type=int, default=3)
    arguments = parser.parse_args()
    if arguments.store:
        snapshot = Snapshot.from_columns(open_store(str(arguments.store), create=False).columns())
    else:
        snapshot = Snapshot.from_columns(full_size_columns(scale=arguments.scale, seed=0))
    kinds = list(snapshot.members)
    found = enumerate_metapaths(snapshot.support, kinds, kinds, max_hops=arguments.max_hops, most=20_000).metapaths
    tested = drawn(found, arguments.metapaths, seed=1)
    started, used = time.perf_counter(), time.process_time()
    nulls = fit_nulls(snapshot, found if not arguments.store else tested)
    seconds, used = time.perf_counter() - started, time.process_time() - used
    copies = islice(rewirings(snapshot, seed=5), 2)
    changed = share_changed(snapshot, next(copies))
    figures = {
        "edges": snapshot.n_edges,
        "nulls": {"metapaths": len(nulls.metapaths), "seconds": round(seconds, 1), "cpu_seconds": round(used, 1)},
        "mixing": {"edges_changed_least": round(min(changed.values()), 3)},
        "false_positives": rates(snapshot, nulls, tested, arguments.copies),
    }
    print(json.dumps(figures, indent=2))


if __name__ == "__main__":
    main()
