"""Degree-weighted path counts between chosen nodes only, for many metapaths that share their middle hops.

Partial walks from the sources and from the targets meet in the middle, so that the cost is that of the chosen nodes and
not of all. Walks that visit a node twice are taken out exactly, by inclusion and exclusion (see ``dwpc``).
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple, cast

import numpy as np
from numpy.typing import NDArray

from isthmus.graph.discovery.memory.layers import Layer, sorted_csr
from isthmus.graph.discovery.memory.snapshot import Snapshot
from isthmus.graph.discovery.walks.dwpc import rows_of
from isthmus.graph.discovery.walks.metapaths import Hop, Metapath
from isthmus.graph.vocabulary import Category

if TYPE_CHECKING:
    from isthmus.graph.discovery.memory.layers import Weights

Floats = NDArray[np.float64]
Places = NDArray[np.intp]

_RESIDUE = 1e-12  # as in ``dwpc``: a count this small against its walks is what rounding left of zero


def canonical(metapath: Metapath) -> Metapath:
    """The metapath or its reverse: counts from either end are the same, so that one of the two stands for both."""
    return min(metapath, metapath.reversed, key=lambda way: (way.hops[1:-1], way.hops))


@dataclass(frozen=True, eq=False, slots=True)
class Ends:
    """Nodes of the kind that a hop leaves, chosen evenly over degrees, in the order of their degrees.

    ``places`` (rows of the layer), ``degrees`` (> 0) and ``strata`` (two for each doubling of the degree, numbered
    without gaps) are of shape (n,).
    """

    places: Places
    degrees: Floats
    strata: Places

    @classmethod
    def at(cls, layer: Layer, places: NDArray[np.integer]) -> Ends:
        """These nodes of the layer, in this order and all of one stratum, whatever their degrees."""
        degrees = layer.source_degrees[places].astype(np.float64)
        return cls(places.astype(np.intp), degrees, np.zeros(len(places), dtype=np.intp))


def choose_ends(layer: Layer, most: int, generator: np.random.Generator) -> Ends:
    """At most so many nodes with edges in the layer, as many of each stratum of degree as can be had."""
    joined = np.flatnonzero(layer.source_degrees > 0)
    joined = joined[np.lexsort((generator.random(len(joined)), layer.source_degrees[joined]))]
    stratum = np.floor(2 * np.log2(layer.source_degrees[joined]) + 1e-9).astype(np.intp)
    turn = np.arange(len(joined)) - np.searchsorted(stratum, stratum)  # which of its stratum a node is
    chosen = np.sort(np.lexsort((stratum, turn))[:most])
    return Ends(
        places=joined[chosen],
        degrees=layer.source_degrees[joined[chosen]].astype(np.float64),
        strata=np.unique(stratum[chosen], return_inverse=True)[1],
    )


class _Side(NamedTuple):
    """Damped first steps from the nodes chosen for some hops, hop after hop, and where each hop's rows are."""

    hops: tuple[Hop, ...]
    weights: Weights
    places: Places
    rows: Mapping[Hop, slice]


class CountsBetween:
    """The degree-weighted path counts of one graph between chosen nodes.

    ``ends`` holds the nodes chosen for each first hop, and those for the reverse of each last hop. First steps, and
    the partial walks that groups of metapaths in a row share, are kept.
    """

    def __init__(self, snapshot: Snapshot, ends: Mapping[Hop, Ends], damping: float) -> None:
        self.snapshot = snapshot
        self.ends = ends
        self.damping = damping
        self._sides: dict[tuple[Hop, ...], _Side] = {}
        self._walked: tuple[object, Floats] = (None, np.empty(0))

    def along(self, metapaths: Collection[Metapath]) -> Iterator[tuple[Metapath, Floats]]:
        """The counts of each metapath, shape (n sources, n targets), in an order of its own.

        Between a node and itself they mean nothing.
        """
        groups: dict[tuple[int, tuple[Hop, ...], tuple[Category, ...]], list[Metapath]] = {}
        for metapath in metapaths:
            key = (len(metapath), metapath.hops[1:-1], metapath.categories)
            groups.setdefault(key, []).append(metapath)
        for _, alike in sorted(groups.items()):
            yield from self._alike(alike)

    def _alike(self, metapaths: Sequence[Metapath]) -> Iterator[tuple[Metapath, Floats]]:
        """Those with the same middle hops, and ends of the same kinds."""
        hops = metapaths[0].hops
        if len(hops) == 1:
            yield from ((one, self._one_hop(one.hops[0])) for one in metapaths)
            return
        left = self._side(tuple(sorted({metapath.hops[0] for metapath in metapaths})))
        right = self._side(tuple(sorted({metapath.hops[-1].reversed for metapath in metapaths})))
        walks, repeated = {2: self._two_hops, 3: self._three_hops, 4: self._four_hops}[len(hops)](left, right, hops)
        if repeated is not None:
            paths = walks - repeated
            paths[(paths < _RESIDUE * walks) | (walks == 0.0)] = 0.0
            walks = paths
        for metapath in metapaths:
            yield metapath, walks[left.rows[metapath.hops[0]], right.rows[metapath.hops[-1].reversed]]

    def _weights(self, hop: Hop) -> Weights:
        return self.snapshot.damped(hop, self.damping)

    def _side(self, hops: tuple[Hop, ...]) -> _Side:
        if hops not in self._sides:
            places = [self.ends[hop].places for hop in hops]
            stops = np.cumsum([len(one) for one in places]).tolist()
            self._sides[hops] = _Side(
                hops=hops,
                weights=_stacked([self._weights(hop) for hop in hops], places),
                places=np.concatenate(places),
                rows={hop: slice(stop - len(one), stop) for hop, one, stop in zip(hops, places, stops, strict=True)},
            )
        return self._sides[hops]

    def _one_hop(self, hop: Hop) -> Floats:
        rows = self._weights(hop)[self.ends[hop].places]
        return cast("Floats", rows[:, self.ends[hop.reversed].places].toarray())

    def _two_hops(self, left: _Side, right: _Side, hops: tuple[Hop, ...]) -> tuple[Floats, None]:
        return (left.weights @ right.weights.T).toarray(), None

    def _three_hops(self, left: _Side, right: _Side, hops: tuple[Hop, ...]) -> tuple[Floats, Floats | None]:
        """Walks s -> a -> c -> t without c = s and without a = t."""
        middle = hops[1]
        walks = cast("Floats", right.weights @ self._ahead(left, middle)).T
        source_again, target_before = hops[0].source is middle.target, hops[-1].target is middle.source
        repeated: Floats | None = None
        if source_again:
            last = right.weights[:, left.places].toarray().T
            repeated = _row_sums(left.weights, self._weights(middle.reversed)[left.places])[:, None] * last
        if target_before:
            first = left.weights[:, right.places].toarray()
            before = first * _row_sums(right.weights, self._weights(middle)[right.places])
            repeated = before if repeated is None else repeated + before
            if source_again:
                between = self._weights(middle.reversed)[left.places][:, right.places].toarray()
                repeated -= first * between * last
        return walks, repeated

    def _four_hops(self, left: _Side, right: _Side, hops: tuple[Hop, ...]) -> tuple[Floats, Floats | None]:
        """Walks s -> a -> b -> c -> t without b = s, b = t, a = t, c = s and a = c."""
        ahead, back = self._ahead(left, hops[1]), self._ahead(right, hops[2].reversed, keep=False)
        middle_kind = hops[1].target
        out, home = self._weights(hops[1]), self._weights(hops[2].reversed)  # a -> b, c -> b
        from_target, from_source = None, None
        if hops[0].source is middle_kind:
            ahead = ahead.copy()
            ahead[left.places, np.arange(len(left.places))] = 0.0
        if hops[-1].target is middle_kind:
            back = back.copy()
            back[right.places, np.arange(len(right.places))] = 0.0
        walks = ahead.T @ back
        repeated = np.zeros_like(walks)
        if hops[0].target is hops[-1].target:  # a = t
            from_target = out[right.places]
            first = left.weights[:, right.places].toarray()
            trips = np.broadcast_to(_row_sums(from_target, back.T), walks.shape)
            if hops[0].source is middle_kind:  # b = s is out already
                through = from_target[:, left.places].toarray() * back[left.places].T
                trips = trips - through.T
            repeated += first * trips
        if hops[-1].source is hops[0].source:  # c = s
            from_source = home[left.places]
            last = right.weights[:, left.places].toarray().T
            trips = np.broadcast_to(_row_sums(from_source, ahead.T)[:, None], walks.shape)
            if hops[-1].target is middle_kind:
                trips = trips - from_source[:, right.places].toarray() * ahead[right.places].T
            repeated += last * trips
            if from_target is not None:
                repeated -= first * last * (from_source @ from_target.T).toarray()
        if hops[0].target is hops[-1].source:  # a = c
            repeated += self._middle_returns(left, right, hops)
        return walks, repeated

    def _middle_returns(self, left: _Side, right: _Side, hops: tuple[Hop, ...]) -> Floats:
        """The walks s -> a -> b -> a -> t with b neither s nor t."""
        loops = self._weights(hops[1]).multiply(self._weights(hops[2].reversed)).tocsr()
        there_and_back = cast("Floats", np.asarray(loops.sum(axis=1)).ravel())
        first = left.weights
        weights = first.data * there_and_back[first.indices]
        returned = (sorted_csr(weights, first.indices, first.indptr, first.shape) @ right.weights.T).toarray()
        if hops[0].source is hops[1].target:
            through_source = loops.T.tocsr()[left.places].multiply(left.weights)
            returned -= (through_source @ right.weights.T).toarray()
        if hops[-1].target is hops[1].target:
            through_target = loops.T.tocsr()[right.places].multiply(right.weights)
            returned -= (left.weights @ through_target.T).toarray()
        return cast("Floats", returned)

    def _ahead(self, side: _Side, hop: Hop, *, keep: bool = True) -> Floats:
        """The weight of the walks from each chosen node over one hop more, shape (n of the hop's target, n chosen)."""
        key = (side.hops, hop)
        if keep and self._walked[0] == key:
            return self._walked[1]
        walks = cast("Floats", self._weights(hop.reversed) @ side.weights.T.toarray())
        if keep:
            self._walked = (key, walks)
        return walks


def _stacked(matrices: Sequence[Weights], rows: Sequence[Places]) -> Weights:
    """Some rows of each matrix, one matrix after the other."""
    parts = [rows_of(matrix, chosen) for matrix, chosen in zip(matrices, rows, strict=True)]
    lengths = np.concatenate([[0], *(np.diff(part.indptr) for part in parts)])
    return sorted_csr(
        np.concatenate([part.data for part in parts]),
        np.concatenate([part.indices for part in parts]),
        np.cumsum(lengths).astype(np.int32),
        (len(lengths) - 1, parts[0].shape[1]),
    )


def _row_sums(one: Weights, other: Weights | Floats) -> Floats:
    """The sum of each row of the product of two matrices, entry by entry."""
    product = cast("Weights", one.multiply(other))
    return np.asarray(product.sum(axis=1), dtype=np.float64).ravel()
