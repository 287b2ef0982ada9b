"""P-values of pairs: how likely chance joins two nodes of these degrees by as much path evidence, or more.

Where paths are counted by metapath (``Features.typed``), the p-values of a pair's metapaths under degree-preserving
rewiring (``nulls``) are combined by the Cauchy combination test, each with the weight of its route. All metapaths between
the two kinds count, those that do not join the pair too: which of them do is chance as well, and a p-value would otherwise
depend on what else was asked. None is taken to be below ``LEAST``, where nulls are extrapolated. Where metapaths are too
many to be told apart, the same is done for the feature ``paths`` as if it were one metapath: rewired copies keep every
degree in every layer, the feature is worked out in each between nodes chosen evenly over degrees, and a gamma-hurdle in the
two degrees is fitted to it.
"""

from __future__ import annotations

from itertools import islice
from typing import cast

import numpy as np
from numpy.typing import NDArray

from isthmus.graph.discovery.chance.gamma_hurdle import GammaHurdle, Samples, fit_gamma_hurdle
from isthmus.graph.discovery.chance.nulls import combine, nulls_of
from isthmus.graph.discovery.chance.rewire import rewirings
from isthmus.graph.discovery.ranking.features import FEATURES, Features
from isthmus.graph.discovery.walks.dwpc import DAMPING, path_counts
from isthmus.graph.discovery.walks.routes import routes_between
from isthmus.graph.vocabulary import Category

COPIES = 4
ENDS = 96
LEAST = 1e-6  # of one metapath: a null of some ten thousand pairs tells smaller ones not apart

_PATHS = FEATURES.index("paths")

Floats = NDArray[np.float64]
Places = NDArray[np.int64]


def p_values(features: Features, left: Places, right: Places, paths: Floats) -> Floats:
    """The p-value of each pair, shape (n_pairs,), in (0, 1]; 1 where no path joins it. ``paths`` is that feature."""
    found = np.ones(len(left))
    joined = np.flatnonzero(paths > 0.0)
    if len(joined) == 0:
        return found
    if features.typed:
        found[joined] = _combined(features, left[joined], right[joined])
        return found
    degrees = features.snapshot.degrees.astype(np.float64)
    u, v = np.log(degrees[left[joined]]), np.log(degrees[right[joined]])
    u, v = np.minimum(u, v), np.maximum(u, v)
    undamped = paths[joined] * np.exp(DAMPING * (u + v))
    found[joined] = _untyped_null(features).tail(np.zeros(len(joined), dtype=np.intp), u, v, undamped)
    return found


def _combined(features: Features, left: Places, right: Places) -> Floats:
    """By metapath, one sweep for each distinct source."""
    if len(np.unique(right)) < len(np.unique(left)):
        left, right = right, left
    found = np.ones(len(left))
    kinds = features.snapshot.kinds
    for source in np.unique(left).tolist():
        mine = np.flatnonzero(left == source)
        for kind in np.unique(kinds[right[mine]]).tolist():
            some = mine[kinds[right[mine]] == kind]
            found[some] = _of_source(features, source, list(Category)[kind], right[some])
    return found


def _of_source(features: Features, source: int, kind: Category, targets: Places) -> Floats:
    snapshot = features.snapshot
    ends = snapshot.kind(source), kind
    weights = {
        route.metapath: route.weight
        for route in routes_between(snapshot, *ends, max_hops=features.max_hops).routes
        if len(route.metapath) > 1
    }
    nulls = nulls_of(snapshot, *ends, features.max_hops)
    weights = {metapath: weight for metapath, weight in weights.items() if metapath in nulls}
    place = snapshot.positions[targets]
    metapaths, counts = [], []
    for metapath, all_counts in path_counts(snapshot, source, weights, DAMPING):
        if all_counts[place].any():
            metapaths.append(metapath)
            counts.append(all_counts[place])
    if not metapaths:
        return np.ones(len(targets))
    first = [snapshot.layers[one.hops[0]].source_degrees[snapshot.positions[source]] for one in metapaths]
    last = [snapshot.layers[one.hops[-1]].target_degrees[place] for one in metapaths]
    own = np.broadcast_to(np.array(first)[:, None], (len(metapaths), len(targets)))
    p = np.maximum(nulls.p_values_of(metapaths, own, np.array(last), np.array(counts)), LEAST)
    joining = [weights[one] for one in metapaths]
    absent = max(sum(weights.values()) - sum(joining), 0.0)  # a p-value of 1 each, which counts as one of their weight
    p = np.concatenate((p, np.ones((1, len(targets)))))
    return combine(p, axis=0, weights=np.array([*joining, absent])[:, None])


def _untyped_null(features: Features) -> GammaHurdle:
    """That of the feature ``paths``, once per snapshot. The first degree is the smaller one."""
    memo = features.snapshot.memo
    if "untyped null" not in memo:
        memo["untyped null"] = fit_gamma_hurdle(_samples(features))
    return cast("GammaHurdle", memo["untyped null"])


def _samples(features: Features) -> Samples:
    snapshot = features.snapshot
    nodes, stratum = _spread_over_degrees(snapshot.degrees, np.random.default_rng(0))
    first, second = np.triu_indices(len(nodes), k=1)  # nodes come with their degrees ascending
    logs = np.log(snapshot.degrees[nodes].astype(np.float64))
    u, v = logs[first], logs[second]
    n_strata = int(stratum.max(initial=0)) + 1
    cells = stratum[first] * n_strata + stratum[second]
    trials = np.bincount(cells, minlength=n_strata * n_strata).astype(np.float64)
    sums = [np.bincount(cells, weights=one, minlength=len(trials)) for one in (u, v)]
    found: list[tuple[NDArray[np.intp], Floats]] = []
    for copy in islice(rewirings(snapshot, seed=0), COPIES):
        values = Features(copy).of_pairs(nodes[first], nodes[second])[:, _PATHS]
        some = np.flatnonzero(values)
        found.append((some, values[some]))
    pairs = np.concatenate([some for some, _ in found])
    return Samples(
        trials=trials[None] * COPIES,
        joined=np.bincount(cells[pairs], minlength=len(trials)).astype(np.float64)[None],
        source_logs=(sums[0] / np.maximum(trials, 1.0))[None],
        target_logs=(sums[1] / np.maximum(trials, 1.0))[None],
        rows=np.zeros(len(pairs), dtype=np.intp),
        cells=cells[pairs],
        u=u[pairs],
        v=v[pairs],
        values=np.concatenate([values for _, values in found]) * np.exp(DAMPING * (u[pairs] + v[pairs])),
    )


def _spread_over_degrees(degrees: NDArray[np.int64], generator: np.random.Generator) -> tuple[Places, NDArray[np.intp]]:
    """At most ``ENDS`` nodes, as many of each half doubling of the degree as can be had, degrees ascending."""
    joined = np.flatnonzero(degrees > 0)
    joined = joined[np.lexsort((generator.random(len(joined)), degrees[joined]))]
    stratum = np.floor(2 * np.log2(degrees[joined]) + 1e-9).astype(np.intp)
    turn = np.arange(len(joined)) - np.searchsorted(stratum, stratum)
    chosen = np.sort(np.lexsort((stratum, turn))[:ENDS])
    return joined[chosen].astype(np.int64), np.unique(stratum[chosen], return_inverse=True)[1].astype(np.intp)
