"""How many links there are between groups of nodes, and how many their degrees alone would make.

The null keeps the degree of every node in every typed layer and nothing else, as rewiring does (``rewire``); here it is in
closed form. In a layer the edge from i to j is there with probability

    p_ij = x_i y_j / (1 + x_i y_j),   0 where i = j

with x and y such that every node has the degree it has: the maximum-entropy graph without double edges (Squartini and
Garlaschelli 2011, doi:10.1088/1367-2630/13/8/083001). In a sparse layer it is d_i d_j / m; between hubs, where that
passes 1, it is not. Nodes of equal degree have equal x, so the system is as small as the number of distinct degrees.

The edges are not independent, since the degrees are fixed and not only their means. With weights c_ij, C = Σ c_ij, and f_A
and g_B the parts of C in the rows of A and in the columns of B, the links from A to B vary by

    C f_A (1 - f_A) g_B (1 - g_B)

where the weights are such that this holds for each single edge, C f_i (1 - f_i) g_j (1 - g_j) = p_ij (1 - p_ij): as Deville
and Tillé (2005, J. Stat. Plan. Inference 128:569) do for samples of fixed size. For a sparse layer it is the variance of the
hypergeometric distribution of stubs. Links from A to B and from B to A in one directed layer have covariance
C f_A f_B g_A g_B; in a symmetric one links between A and B vary by C f_A f_B (1 - f_A - f_B + 2 f_A f_B). Layers are
independent. ``bench/gaps.py`` compares with rewired graphs.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import cast

import numpy as np
from numpy.typing import NDArray

from isthmus.graph.discovery.memory.layers import Layer
from isthmus.graph.discovery.memory.snapshot import Snapshot
from isthmus.graph.discovery.walks.metapaths import TRIVIAL, Hop
from isthmus.steps import checkpoint

Floats = NDArray[np.float64]
Nodes = NDArray[np.int32]

_ROUNDS = 200
_WEIGHT_ROUNDS = 30
_LEAST_LEFT = 0.05  # of a hub that has nearly all of a layer, little can vary and less can be told
_NOTHING = 1e-6  # variance: what rounding leaves where degrees settle the number of links
_CLOSE = 1e-4  # relative error of a degree at which the fit stops


@dataclass(frozen=True, eq=False, slots=True)
class Links:
    """Links between each two of g groups: all of shape (g, g), symmetric, the diagonal 0.

    ``observed`` counts statements whatever their direction, ``expected`` (>= 0) and ``variance`` (>= 0) are those of the
    null. ``shared``, the entities that two groups have in common, are in neither of the two for this.
    """

    observed: NDArray[np.int64]
    expected: Floats
    variance: Floats
    shared: NDArray[np.int64]

    @property
    def z(self) -> Floats:
        """(observed - expected) / standard deviation; 0 where nothing can vary."""
        deviation = np.sqrt(self.variance)
        return np.divide(self.observed - self.expected, deviation, out=np.zeros_like(deviation), where=deviation > 0.0)


@dataclass(frozen=True, eq=False, slots=True)
class _LayerNull:
    """The null of one layer, its rows and columns in classes of equal degree.

    ``row_class`` and ``column_class`` (-1 for degree 0) are of shape (n,) and (m,). ``chance`` is of shape (k, l), between
    a node of one class and one of the other. ``row_spread`` (k,) and ``column_spread`` (l,) are each node's part of the
    C of the module, which is ``spread``.
    """

    row_class: Nodes
    column_class: Nodes
    chance: Floats
    row_spread: Floats
    column_spread: Floats
    spread: float


def links_between(snapshot: Snapshot, groups: Sequence[Nodes]) -> Links:
    """Observed and expected links between groups of nodes (numbers; each sorted and without repeats).

    Links to a parent, a lookalike and the like are left out: they say how things are sorted, not that they have been
    looked at together.
    """
    g = len(groups)
    members = np.zeros((g, snapshot.n_nodes), dtype=np.bool_)
    for number, nodes in enumerate(groups):
        members[number, nodes] = True
    if int(members.sum(axis=0).max(initial=0)) <= 1:
        labels = np.where(members.any(axis=0), members.argmax(axis=0), -1) if g else np.full(snapshot.n_nodes, -1)
        return _links(snapshot, labels.astype(np.int32), g, np.zeros((g, g), dtype=np.int64))
    shared = np.array([[np.count_nonzero(a & b) for b in members] for a in members])
    np.fill_diagonal(shared, 0)
    whole = Links(np.zeros((g, g), dtype=np.int64), np.zeros((g, g)), np.zeros((g, g)), shared)
    for a in range(g):
        checkpoint("counting links between subfields", a, g)
        for b in range(a):
            labels = np.where(members[a], 0, 1) - 2 * (members[a] == members[b])
            pair = _links(snapshot, np.maximum(labels, -1).astype(np.int32), 2, np.zeros((2, 2), dtype=np.int64))
            for each, of_pair in ((whole.observed, pair.observed), (whole.expected, pair.expected)):
                each[a, b] = each[b, a] = of_pair[0, 1]
            whole.variance[a, b] = whole.variance[b, a] = pair.variance[0, 1]
    return whole


def _links(snapshot: Snapshot, labels: Nodes, g: int, shared: NDArray[np.int64]) -> Links:
    """Of disjoint groups: ``labels`` is the group of each node, -1 where it is in none."""
    observed, expected, variance = np.zeros((g, g), dtype=np.int64), np.zeros((g, g)), np.zeros((g, g))
    for hop, layer in snapshot.layers.items():
        if hop.predicate in TRIVIAL or hop != min(hop, hop.reversed):
            continue  # the other direction has the same edges
        null = _null_of(snapshot, hop)
        rows, columns = labels[snapshot.members[hop.source]], labels[snapshot.members[hop.target]]
        mean = _count(rows, null.row_class, g, len(null.row_spread)) @ null.chance
        mean = mean @ _count(columns, null.column_class, g, len(null.column_spread)).T
        f = _share(rows, null.row_class, null.row_spread, g)
        h = _share(columns, null.column_class, null.column_spread, g)
        observed += _observed(layer, rows, columns, g) if hop != hop.reversed else _half(layer, rows, columns, g)
        if hop == hop.reversed:
            both = np.outer(f, f)
            expected += mean
            variance += null.spread * both * (1.0 - f[:, None] - f[None, :] + 2.0 * both)
        else:
            once = np.outer(f * (1.0 - f), h * (1.0 - h))
            expected += mean + mean.T
            variance += null.spread * (once + once.T + 2.0 * np.outer(f * h, f * h))
    variance[variance < _NOTHING] = 0.0
    for each in (observed, expected, variance):
        np.fill_diagonal(each, 0)
    return Links(observed, expected, variance, shared)


def _observed(layer: Layer, rows: Nodes, columns: Nodes, g: int) -> NDArray[np.int64]:
    """Shape (g, g), symmetric: the edges between two groups, whichever of them they start from."""
    counts = _half(layer, rows, columns, g)
    return counts + counts.T


def _half(layer: Layer, rows: Nodes, columns: Nodes, g: int) -> NDArray[np.int64]:
    start = np.repeat(rows, layer.source_degrees)
    end = columns[layer.beliefs.indices]
    inside = (start >= 0) & (end >= 0)
    code = start[inside].astype(np.int64) * g + end[inside]
    return np.bincount(code, minlength=g * g).reshape(g, g).astype(np.int64)


def _count(labels: Nodes, classes: Nodes, g: int, n_classes: int) -> Floats:
    """Shape (g, n_classes): how many nodes of each class are in each group."""
    inside = (labels >= 0) & (classes >= 0)
    code = labels[inside].astype(np.int64) * n_classes + classes[inside]
    return np.bincount(code, minlength=g * n_classes).reshape(g, n_classes).astype(np.float64)


def _share(labels: Nodes, classes: Nodes, spread: Floats, g: int) -> Floats:
    """Shape (g,): each group's part of the layer's spread."""
    total = float((_count(np.zeros_like(labels), classes, 1, len(spread)) @ spread)[0])
    parts = _count(labels, classes, g, len(spread)) @ spread
    return parts / total if total > 0.0 else parts


def _null_of(snapshot: Snapshot, hop: Hop) -> _LayerNull:
    key = ("layer null", hop)
    if key not in snapshot.memo:
        snapshot.memo[key] = _fit(snapshot.layers[hop], hop.source is hop.target, hop == hop.reversed)
    return cast("_LayerNull", snapshot.memo[key])


def _fit(layer: Layer, one_kind: bool, symmetric: bool) -> _LayerNull:
    """The null of a layer; in one that joins a kind with itself, no node is joined with itself."""
    row_degrees, row_class = _classes(layer.source_degrees)
    column_degrees, column_class = _classes(layer.target_degrees)
    row_counts = np.bincount(row_class[row_class >= 0], minlength=len(row_degrees)).astype(np.float64)
    column_counts = np.bincount(column_class[column_class >= 0], minlength=len(column_degrees)).astype(np.float64)
    pairs = np.outer(row_counts, column_counts)
    if one_kind:
        both = (row_class >= 0) & (column_class >= 0)
        np.subtract.at(pairs, (row_class[both], column_class[both]), 1.0)
    chance = _chance(row_counts * row_degrees, column_counts * column_degrees, pairs)
    weights = _weights(chance, pairs, row_counts, column_counts, symmetric=symmetric)
    return _LayerNull(
        row_class,
        column_class,
        chance,
        weights.sum(axis=1) / row_counts,
        weights.sum(axis=0) / column_counts,
        float(weights.sum()),
    )


def _weights(chance: Floats, pairs: Floats, row_counts: Floats, column_counts: Floats, *, symmetric: bool) -> Floats:
    """Shape (k, l): the sum of the module's c over the pairs of nodes of each two classes."""
    alone = pairs * chance * (1.0 - chance)
    weights = alone
    for _ in range(_WEIGHT_ROUNDS):
        total = weights.sum()
        if total <= 0.0:
            break
        f = weights.sum(axis=1) / row_counts / total
        g = weights.sum(axis=0) / column_counts / total
        both = np.outer(f, g)
        left = 1.0 - f[:, None] - g[None, :] + (2.0 if symmetric else 1.0) * both
        weights = alone / np.maximum(left, _LEAST_LEFT)
    return weights


def _classes(degrees: NDArray[np.int32]) -> tuple[Floats, Nodes]:
    """The distinct degrees above zero, and which of them each node has (-1 for none)."""
    distinct = np.unique(degrees[degrees > 0])
    classes = np.searchsorted(distinct, degrees).astype(np.int32)
    classes[degrees == 0] = -1
    return distinct.astype(np.float64), classes


def _chance(row_sums: Floats, column_sums: Floats, pairs: Floats) -> Floats:
    """Shape (k, l): the p of the module, such that ``pairs * p`` has these sums.

    Row and column factors are set in turn until both sums are right. Where a node is joined to all there is, its factor
    grows without end and p tends to 1; the rounds are bounded.
    """
    total = row_sums.sum()
    x = row_sums / np.maximum(pairs.sum(axis=1), 1.0)
    y = column_sums / np.maximum(pairs.sum(axis=0), 1.0) * (pairs.sum() / total)
    for _ in range(_ROUNDS):
        x = row_sums / np.maximum((pairs * (y / (1.0 + np.outer(x, y)))).sum(axis=1), 1e-300)
        odds = np.outer(x, y)
        y = column_sums / np.maximum((pairs * (x[:, None] / (1.0 + odds))).sum(axis=0), 1e-300)
        odds = np.outer(x, y)
        chance = odds / (1.0 + odds)
        rows, columns = (pairs * chance).sum(axis=1), (pairs * chance).sum(axis=0)
        wrong = max(np.abs(rows / row_sums - 1.0).max(), np.abs(columns / column_sums - 1.0).max())
        if wrong < _CLOSE:
            break
    return chance
