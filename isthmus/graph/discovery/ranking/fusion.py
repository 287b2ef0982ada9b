"""Fusion: one score out of the features, with weights learned from what the graph itself came to know.

    score = Σ_i w_i log(1 + x_i / scale_i)

with the features x_i of ``features`` and, as scale_i, a tenth of the median among random pairs of the snapshot that have
the feature at all (of typed paths, of what two hops typically count). No weight is below 0, so that each part of the score
is what that feature adds, and more evidence never lowers it. Weights are those of a logistic regression that tells pairs
joined within a few years of a past cut from pairs that were not: half of these of the same categories, half of like degrees
too. A ridge draws them to the default weights: with a short past it is these that count, with none it is these alone.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import cast

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from isthmus.graph.discovery.memory.snapshot import Snapshot
from isthmus.graph.discovery.ranking.features import FEATURES, Features
from isthmus.graph.discovery.ranking.named import Named
from isthmus.graph.discovery.ranking.slices import Draw, History, Pairs
from isthmus.graph.discovery.walks.routes import LENGTH_DISCOUNT
from isthmus.steps import checkpoint

# Fitted with a ridge of 20 around 0 on the neurodegeneration graph: cuts 1997 to 2001, pairs joined up to 2003; rounded. Where
# that gave 0 a little is left, since other graphs are not of one modality and one kind of statement.
DEFAULT: Mapping[str, float] = {
    "paths": 0.03,
    "shared neighbours": 0.02,
    "named together": 0.13,
    "named nearby": 0.15,
    "shared documents": 0.01,
    "text affinity": 0.12,
    "topic affinity": 0.78,
    "affinity of neighbours": 0.08,
    "embedding": 0.01,
    "recency": 0.3,
    "independence": 0.15,
    "modalities": 0.1,
    "sign consistency": 0.01,
}
# Of a graph without sentences. Chosen: paths decide, the rest tells pairs apart that paths do not.
DEFAULT_WITHOUT_TEXT: Mapping[str, float] = dict.fromkeys(FEATURES, 0.0) | {
    "paths": 1.0,
    "shared neighbours": 0.1,
    "shared documents": 0.05,
    "embedding": 0.05,
    "recency": 0.1,
    "independence": 0.05,
    "modalities": 0.1,
    "sign consistency": 0.05,
}

BACK = (4, 3, 2)  # years before the snapshot's: the cuts to learn from
RIDGE = 100.0
FEWEST = 50  # positives; with fewer there is nothing to learn
MOST = 1500  # positives of one cut; of more, a sample
NEGATIVES_EACH = 4
LARGEST = 100_000  # edges; a larger graph is scored with the default weights

_REFERENCE = 4000  # random pairs that scales are taken from
_SHARE = 0.1

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Fusion:
    """What each feature weighs, shape (len(FEATURES),), >= 0, and from how many positives of which cuts that was learned.

    ``cuts`` is empty for the default weights.
    """

    weights: Floats
    cuts: tuple[int, ...] = ()
    positives: int = 0

    def parts(self, features: Floats, scales: Floats) -> Floats:
        """Shape (n_pairs, len(FEATURES)): what each feature gives to the score, >= 0."""
        return self.weights * np.log1p(features / scales)


def default_fusion(*, text: bool = True) -> Fusion:
    """The weights where nothing can be learned, of a graph with sentences or without."""
    weights = DEFAULT if text else DEFAULT_WITHOUT_TEXT
    return Fusion(np.array([weights[name] for name in FEATURES]))


def scales_of(features: Features) -> Floats:
    """Shape (len(FEATURES),): what counts as little of each feature in this snapshot, > 0; once per snapshot."""
    memo = features.snapshot.memo
    key = ("scales", features.named is not None, features.max_hops)
    if key not in memo:
        connected = np.flatnonzero(features.snapshot.degrees > 0)
        scales = np.ones(len(FEATURES))
        if len(connected) > 1:
            generator = np.random.default_rng(0)
            # Few sources, each with many targets: that is what a sweep is cheap for.
            sources = generator.choice(connected, min(64, len(connected)), replace=False)
            left = np.repeat(sources, _REFERENCE // len(sources))
            values = features.of_pairs(left, generator.choice(connected, len(left)), metapaths=False)
            for place in range(len(FEATURES)):
                some = values[:, place][values[:, place] > 0.0]
                if len(some):
                    scales[place] = _SHARE * float(np.median(some))
        if features.typed:
            # A typed path count is told in units of what joined pairs have, times a discount for its length.
            scales[FEATURES.index("paths")] = _SHARE * LENGTH_DISCOUNT
        memo[key] = scales
    return cast("Floats", memo[key])


def fusion_of(snapshot: Snapshot, named: Named | None = None, max_hops: int = 3) -> Fusion:
    """The fusion for a snapshot: learned from cuts before its year, or from the past of the graph as it is now.

    Nothing later than the snapshot enters. Worked out once per snapshot.
    """
    key = ("fusion", named is not None, max_hops)
    if key not in snapshot.memo:
        snapshot.memo[key] = _learned(snapshot, named, max_hops) or default_fusion(text=named is not None)
    return cast("Fusion", snapshot.memo[key])


def _learned(snapshot: Snapshot, named: Named | None, max_hops: int) -> Fusion | None:
    if snapshot.n_edges > LARGEST:
        return None
    history = History.of(snapshot.columns)
    first, last = history.years
    now = snapshot.as_of if snapshot.as_of is not None else last
    past = []
    for cut in [now - back for back in BACK if first <= now - back < now]:
        checkpoint(f"learning from what was not yet known in {cut}")
        earlier = Features(snapshot.at(cut), named, max_hops)
        positives = history.between(earlier.snapshot, now)
        if len(positives) > MOST:
            chosen = np.random.default_rng(cut).permutation(len(positives))[:MOST]
            positives = positives[np.sort(chosen)]
        if len(positives):
            past.append(examples(earlier, history, positives, now, seed=cut))
    n_positives = sum(int(one.joined.sum()) for one in past)
    if n_positives < FEWEST:
        return None
    weights = fit(past, default_fusion(text=named is not None).weights)
    return Fusion(weights, tuple(sorted(now - back for back in BACK if first <= now - back)), n_positives)


@dataclass(frozen=True, eq=False, slots=True)
class Examples:
    """Pairs of one past cut: logarithms of their scaled features, whether they were joined later, and their weights."""

    logs: Floats
    joined: NDArray[np.bool_]
    weights: Floats


def examples(features: Features, history: History, positives: Pairs, until: int, seed: int) -> Examples:
    """Positives with negatives of both sorts, all negatives together weighing as much as the positives."""
    degrees = features.graph.degrees
    sorts = [
        Draw(features.snapshot, history, until, own).negatives(positives, NEGATIVES_EACH, seed)[0]
        for own in (None, degrees)
    ]
    pairs = np.concatenate((positives, *sorts))
    joined = np.arange(len(pairs)) < len(positives)
    weights = np.ones(len(pairs))
    start = len(positives)
    for one in sorts:
        weights[start : start + len(one)] = len(positives) / (2 * max(len(one), 1))
        start += len(one)
    logs = np.log1p(features.of_pairs(pairs[:, 0], pairs[:, 1]) / scales_of(features))
    return Examples(logs, joined, weights)


def fit(past: Sequence[Examples], prior: Floats, ridge: float = RIDGE) -> Floats:
    """Weights >= 0 by logistic regression with a ridge around ``prior``; each cut has an intercept of its own.

    The ridge acts on standardised features, so that it does not depend on their spread.
    """
    spread = np.maximum(np.concatenate([one.logs for one in past]).std(axis=0), 1e-9)
    usable = spread > 1e-6
    k = int(usable.sum())
    inputs = [one.logs[:, usable] / spread[usable] for one in past]
    target = (prior * spread)[usable]

    def loss(values: Floats) -> tuple[float, Floats]:
        own, intercepts = values[:k], values[k:]
        total = 0.5 * ridge * float(((own - target) ** 2).sum())
        slope = np.concatenate((ridge * (own - target), np.zeros(len(past))))
        for place, (one, x) in enumerate(zip(past, inputs, strict=True)):
            z = x @ own + intercepts[place]
            signed = np.where(one.joined, z, -z)
            total += float((one.weights * np.logaddexp(0.0, -signed)).sum())
            gap = one.weights * (1.0 / (1.0 + np.exp(-np.clip(z, -500, 500))) - one.joined)
            slope[:k] += x.T @ gap
            slope[k + place] += gap.sum()
        return total, slope

    start = np.concatenate((target, np.zeros(len(past))))
    bounds = [(0.0, None)] * k + [(None, None)] * len(past)
    found = minimize(loss, start, jac=True, method="L-BFGS-B", bounds=bounds, options={"maxiter": 500})
    weights = prior.copy()
    weights[usable] = found.x[:k] / spread[usable]
    return weights
