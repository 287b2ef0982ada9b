"""The k best paths of a metapath between two nodes, without walking them all.

From the source, partial paths grow to two hops before the target. From the target, one pass backward gives every node
its *potential*: the best weight with which the last two hops can be walked from it. A partial path's weight times the
potential of its end is the most that any completion can weigh (an admissible bound), so partial paths are completed
in the order of their bounds, until the k-th best path weighs more than the next bound.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from isthmus.graph.discovery.memory.snapshot import Snapshot, row_of
from isthmus.graph.discovery.walks.metapaths import Hop, Metapath

if TYPE_CHECKING:
    from isthmus.graph.discovery.memory.layers import Weights

Floats = NDArray[np.float64]
Places = NDArray[np.intp]

_FIRST_BLOCK = 64  # partial paths completed together; grows as long as the k best are not settled


class _Partials(NamedTuple):
    """Partial paths from the source: places of the nodes they visit, shape (n, hops + 1), and their weights, (n,)."""

    visited: Places
    weights: Floats


class BestFirst:
    """One question for the best paths between two nodes; what several metapaths share is worked out once."""

    def __init__(self, snapshot: Snapshot, source: int, target: int, damping: float) -> None:
        self.snapshot = snapshot
        self.source_kind, self.target_kind = snapshot.kind(source), snapshot.kind(target)
        self.source, self.target = int(snapshot.positions[source]), int(snapshot.positions[target])
        self.damping = damping
        self._partials: dict[tuple[Hop, ...], _Partials] = {}
        self._arrivals: dict[Hop, Floats] = {}
        self._potentials: dict[tuple[Hop, Hop], Floats] = {}

    def best(self, metapath: Metapath, top: int) -> tuple[NDArray[np.int32], Floats]:
        """The ``top`` paths of the largest product of damped edges, best first.

        Returns their nodes (numbers), shape (n, hops + 1), and their products, (n,), ties in the order of their nodes.
        The metapath has two hops or more.
        """
        hops = metapath.hops
        partials = self._grow(hops[:-2])
        bounds = partials.weights * self._potential(hops[-2], hops[-1])[partials.visited[:, -1]]
        order = np.argsort(-bounds, kind="stable")[: np.count_nonzero(bounds)]
        paths = np.empty((0, len(hops) + 1), dtype=np.intp)
        products = np.empty(0)
        start, block = 0, _FIRST_BLOCK
        while start < len(order) and (len(products) < top or products[top - 1] <= bounds[order[start]]):
            more, weights = self._complete(hops, partials, order[start : start + block])
            paths, products = np.concatenate((paths, more)), np.concatenate((products, weights))
            # One of equals at the edge is as good as another to the score, but the answer should not depend on blocks.
            ranked = np.lexsort((*paths.T[::-1], -products))[:top]
            paths, products = paths[ranked], products[ranked]
            start, block = start + block, block * 2
        members = [self.snapshot.members[category] for category in metapath.categories]
        nodes = [of_kind[places] for of_kind, places in zip(members, paths.T, strict=True)]
        return np.column_stack(nodes), products

    def _damped(self, hop: Hop) -> Weights:
        return self.snapshot.damped(hop, self.damping)

    def _grow(self, hops: tuple[Hop, ...]) -> _Partials:
        """All partial paths along these hops that could still become paths."""
        if hops not in self._partials:
            if hops:
                partials = self._grow(hops[:-1])
                paths, entries, weights = _expand(partials, self._damped(hops[-1]))
                kept = self._is_new(hops, partials.visited[paths], entries)
                if hops[-1].target is self.target_kind:
                    kept &= entries != self.target
                paths, entries, weights = paths[kept], entries[kept], weights[kept]
                self._partials[hops] = _Partials(np.column_stack((partials.visited[paths], entries)), weights)
            else:
                self._partials[hops] = _Partials(np.array([[self.source]]), np.ones(1))
        return self._partials[hops]

    def _complete(self, hops: tuple[Hop, ...], partials: _Partials, chosen: Places) -> tuple[Places, Floats]:
        """The paths that the chosen partial paths become over the last two hops."""
        some = _Partials(partials.visited[chosen], partials.weights[chosen])
        arrival = self._arrival(hops[-1])
        paths, entries, weights = _expand(some, self._damped(hops[-2]), arrival)
        weights = weights * arrival[entries]
        kept = self._is_new(hops[:-1], some.visited[paths], entries)
        paths, entries, weights = paths[kept], entries[kept], weights[kept]
        ends = np.full(len(paths), self.target)
        return np.column_stack((some.visited[paths], entries, ends)), weights

    def _is_new(self, hops: tuple[Hop, ...], visited: Places, entries: Places) -> NDArray[np.bool_]:
        """Whether the node that the last of the hops leads to is none of those visited before."""
        kinds = (hops[0].source, *(hop.target for hop in hops))
        new = np.ones(len(entries), dtype=np.bool_)
        for column, kind in enumerate(kinds[:-1]):
            if kind is kinds[-1]:
                new &= visited[:, column] != entries
        return new

    def _arrival(self, hop: Hop) -> Floats:
        """Shape of the hop's source kind: the weight of the edge from each node to the target, 0 where none is."""
        if hop not in self._arrivals:
            arrival = np.zeros(self._damped(hop).shape[0])
            nodes, weights = row_of(self._damped(hop.reversed), self.target)
            arrival[nodes] = weights
            self._arrivals[hop] = arrival
        return self._arrivals[hop]

    def _potential(self, hop: Hop, last: Hop) -> Floats:
        """Shape of the hop's source kind: the best weight of the last two hops from each node to the target."""
        if (hop, last) not in self._potentials:
            arrival = self._arrival(last).copy()
            if last.source is self.source_kind:
                arrival[self.source] = 0.0  # no path comes back to where it began
            reached = np.flatnonzero(arrival)
            _, nodes, weights = _expand(_Partials(reached[:, None], arrival[reached]), self._damped(hop.reversed))
            potential = np.zeros(self._damped(hop).shape[0])
            np.maximum.at(potential, nodes, weights)
            if hop.source is self.target_kind:
                potential[self.target] = 0.0
            self._potentials[hop, last] = potential
        return self._potentials[hop, last]


def _expand(partials: _Partials, weights: Weights, wanted: Floats | None = None) -> tuple[Places, Places, Floats]:
    """Every way on from the partial paths' ends: which partial path, where to, and the weight so far.

    With ``wanted``, only to the places where it is not 0.
    """
    ends = partials.visited[:, -1]
    starts = weights.indptr[ends].astype(np.intp)
    lengths = weights.indptr[ends + 1] - starts
    total = int(lengths.sum())
    paths = np.repeat(np.arange(len(ends)), lengths)
    entries = np.arange(total) + np.repeat(starts - (np.cumsum(lengths) - lengths), lengths)
    places = weights.indices[entries].astype(np.intp)
    if wanted is not None:
        kept = wanted[places] > 0.0
        paths, places, entries = paths[kept], places[kept], entries[kept]
    return paths, places, partials.weights[paths] * weights.data[entries]
