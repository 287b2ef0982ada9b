"""Degree-weighted path counts: how well a metapath joins one node with every other, hubs damped."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import TYPE_CHECKING, cast

import numpy as np
from numpy.typing import NDArray

from isthmus.graph.discovery.memory.layers import sorted_csr
from isthmus.graph.discovery.memory.snapshot import Snapshot, row_of
from isthmus.graph.discovery.walks.metapaths import Hop, Metapath

if TYPE_CHECKING:
    from isthmus.graph.discovery.memory.layers import Weights

DAMPING = 0.5

# A path count this small against the walks that it was reduced from is what rounding left of zero.
_RESIDUE = 1e-12

# Where less than this share of round trips is left without the source, rounding could pass for some: they are counted anew.
_CANCELLED = 1e-2

_FEW = 3_000  # edges that are walked in less time than it takes to choose among them
_LITTLE = 1_000_000  # walks that are counted in some milliseconds

_SPARSE = 8  # an edge walked by its number costs so many times an edge walked in order

Counts = NDArray[np.float64]


def degree_weighted_path_count(snapshot: Snapshot, source: int, metapath: Metapath, damping: float = DAMPING) -> Counts:
    """Degree-weighted path count of one metapath from one node to every node of the metapath's last kind.

    ``DWPC(s, t) = Σ_paths Π_edges belief * (d_source * d_target) ** -damping``, where a degree is that of the node
    within the edge's layer (predicate and pair of kinds). Himmelstein et al. 2017, eLife 6:e26726, equation 1.

    Returns:
        Shape (n of that kind,), >= 0, in the order of ``snapshot.members``; 0 where no path of this metapath leads.
        A walk that visits a node twice is no path and not counted.
    """
    ((_, counts),) = path_counts(snapshot, source, [metapath], damping)
    return counts


def path_counts(
    snapshot: Snapshot, source: int, metapaths: Collection[Metapath], damping: float = DAMPING
) -> Iterator[tuple[Metapath, Counts]]:
    """``degree_weighted_path_count`` for many metapaths in one sweep: what begins alike is walked once.

    Yields in the order of the hops, not in the order given. A metapath that starts at another kind of node than
    ``source`` counts nothing.
    """
    walk = _Walk(snapshot, source, damping)
    for metapath in sorted(metapaths, key=lambda metapath: metapath.hops):
        yield metapath, walk.along(metapath.hops)


def walks_arriving(
    snapshot: Snapshot, metapaths: Collection[Metapath], damping: float = DAMPING
) -> Iterator[tuple[Metapath, Counts]]:
    """The degree-weighted *walk* count of each metapath from all nodes together to every node, in one sweep.

    An upper bound of the summed path count, since walks that turn back are in it. Yields arrays of the shape of the
    metapath's last kind, in the order of the hops.
    """
    chain: list[tuple[Hop, Counts]] = []
    for metapath in sorted(metapaths, key=lambda metapath: metapath.hops):
        del chain[_shared(chain, metapath.hops) :]
        for hop in metapath.hops[len(chain) :]:
            start = chain[-1][1] if chain else np.ones(len(snapshot.members[hop.source]))
            chain.append((hop, snapshot.carry(start, hop, damping)))
        yield metapath, chain[-1][1]


class _Walk:
    """The walks from one source along one metapath after another; the part that two in a row share is kept.

    Walks never come back to the source, because its place is emptied after each hop. What else can repeat within four
    hops x0 -> x1 -> x2 -> x3 -> x4 is x1 = x3, x2 = x4, x1 = x4, and the first two at once, since no edge joins a node
    with itself. Inclusion and exclusion over these leaves the paths, exactly.
    """

    def __init__(self, snapshot: Snapshot, source: int, damping: float) -> None:
        self.snapshot = snapshot
        self.damping = damping
        self.kind = snapshot.kind(source)
        self.place = int(snapshot.positions[source])
        self.chain: list[tuple[Hop, Counts]] = []

    def along(self, hops: tuple[Hop, ...]) -> Counts:
        """Path counts to every node of the last hop's target kind."""
        del self.chain[_shared(self.chain, hops) :]
        for hop in hops[len(self.chain) :]:
            self.chain.append((hop, self._step(hop)))
        walks = self.chain[-1][1]
        repeated = self._repeated(hops)
        if repeated is None:
            return walks
        paths = walks - repeated
        paths[paths < _RESIDUE * walks] = 0.0
        return paths

    def _step(self, hop: Hop) -> Counts:
        if self.chain:
            before = self.chain[-1][1]
        else:
            before = np.zeros(len(self.snapshot.members[hop.source]))
            if hop.source is self.kind:
                before[self.place] = 1.0
        after = self._carry(before, hop)
        if hop.target is self.kind:
            after[self.place] = 0.0
        return after

    def _carry(self, values: Counts, hop: Hop) -> Counts:
        """As ``snapshot.carry``, but only along the edges of nodes with a value, where these are few."""
        weights = self.snapshot.damped(hop, self.damping)
        if weights.nnz <= _FEW:
            return self.snapshot.carry(values, hop, self.damping)
        places = np.flatnonzero(values != 0.0)  # of floats themselves it takes three times as long
        lengths = weights.indptr[places + 1] - weights.indptr[places]
        if _SPARSE * lengths.sum() > weights.nnz:
            return self.snapshot.carry(values, hop, self.damping)
        entries = _entries(weights, places, lengths)
        carried = weights.data[entries] * np.repeat(values[places], lengths)
        arrived = np.bincount(weights.indices[entries], weights=carried, minlength=weights.shape[1])
        return arrived.astype(np.float64, copy=False)

    def _repeated(self, hops: tuple[Hop, ...]) -> Counts | None:
        """The weight of the walks among them that visit a node twice; None where the categories rule it out."""
        if len(hops) < 3 or not self.chain[-1][1].any():
            return None
        kinds = [hop.target for hop in hops]  # of x1, x2, x3, x4
        first_returns = kinds[0] is kinds[2]
        repeated: Counts | None = None
        if first_returns:
            repeated = self.chain[0][1] * self._there_and_back(hops[1], hops[2])
        if len(hops) == 3:
            return repeated
        if repeated is not None:
            repeated = self.snapshot.carry(repeated, hops[3], self.damping)
            if kinds[3] is self.kind:
                repeated[self.place] = 0.0
        if kinds[1] is kinds[3]:
            second = self.chain[1][1] * self._there_and_back(hops[2], hops[3])
            if first_returns:
                second -= self._both_return(hops)
            repeated = second if repeated is None else repeated + second
        if kinds[0] is kinds[3]:
            third = self._round_trip(hops)
            repeated = third if repeated is None else repeated + third
        return repeated

    def _there_and_back(self, out: Hop, back: Hop) -> Counts:
        """For each node a, the weight of the walks a -> b -> a over ``out`` and ``back`` with b not the source."""
        key = ("there and back", out, back, self.damping)
        there, here = self.snapshot.damped(out, self.damping), self.snapshot.damped(back.reversed, self.damping)
        if key not in self.snapshot.memo:
            self.snapshot.memo[key] = there.multiply(here).sum(axis=1)
        loops: Counts = self.snapshot.memo[key]
        if out.target is not self.kind:
            return loops
        through_source = np.zeros(len(loops))
        nodes, weights = row_of(self.snapshot.damped(out.reversed, self.damping), self.place)
        through_source[nodes] = weights
        returned = np.zeros(len(loops))
        nodes, weights = row_of(self.snapshot.damped(back, self.damping), self.place)
        returned[nodes] = weights
        return loops - through_source * returned

    def _both_return(self, hops: tuple[Hop, ...]) -> Counts:
        """Shape of x2: the weight of the walks s -> a -> b -> a -> b."""
        first = self.chain[0][1]
        rows = np.flatnonzero(first)
        there = rows_of(self.snapshot.damped(hops[1], self.damping), rows)
        here = rows_of(self.snapshot.damped(hops[2].reversed, self.damping), rows)
        again = rows_of(self.snapshot.damped(hops[3], self.damping), rows)
        weight = cast("Counts", there.multiply(here).multiply(again).T @ first[rows])
        if hops[1].target is self.kind:
            weight[self.place] = 0.0
        return weight

    def _round_trip(self, hops: tuple[Hop, ...]) -> Counts:
        """Shape of x1: the weight of the walks s -> a -> b -> c -> a, with neither b nor c the source."""
        first = self.chain[0][1]
        rows = np.flatnonzero(first)
        weight = np.zeros(len(first))
        weight[rows] = first[rows] * self._trips_elsewhere(hops[1:], rows)
        return weight

    def _trips_elsewhere(self, hops: tuple[Hop, ...], rows: NDArray[np.intp]) -> Counts:
        """Shape of ``rows``: the weight of the walks a -> b -> c -> a with neither b nor c the source."""
        every = self._trips(hops, rows)
        by_source = np.zeros(len(rows))
        # No edge joins the source with itself, so b and c are never both the source.
        if hops[0].target is self.kind:
            by_source += self._trips_by_source(hops[0], hops[1:], rows)
        if hops[1].target is self.kind:
            by_source += self._trips_by_source(hops[2].reversed, (hops[1].reversed, hops[0].reversed), rows)
        elsewhere = every - by_source
        unsure = (by_source > 0.0) & (elsewhere < _CANCELLED * every)
        if unsure.any():
            elsewhere[unsure] = self._counted_trips(hops, rows[unsure], avoid_source=True)
        return elsewhere

    def _trips(self, hops: tuple[Hop, ...], rows: NDArray[np.intp]) -> Counts:
        """The same whatever b and c are, so for every source: counted for all nodes a where that is little work, and else
        for each when it is first asked for.
        """
        key = ("round trips", hops, self.damping)
        if key not in self.snapshot.memo:
            known = np.full(len(self.snapshot.members[hops[0].source]), np.nan)
            lengths = np.diff(self.snapshot.damped(hops[1], self.damping).indptr)
            if lengths[self.snapshot.damped(hops[0], self.damping).indices].sum() <= _LITTLE:
                known = self._counted_trips(hops, np.arange(len(known)), avoid_source=False)
            self.snapshot.memo[key] = known
        known = cast("Counts", self.snapshot.memo[key])
        missing = rows[np.isnan(known[rows])]
        if len(missing):
            known[missing] = self._counted_trips(hops, missing, avoid_source=False)
        return known[rows]

    def _counted_trips(self, hops: tuple[Hop, ...], rows: NDArray[np.intp], *, avoid_source: bool) -> Counts:
        there = rows_of(self.snapshot.damped(hops[0], self.damping), rows)
        here = rows_of(self.snapshot.damped(hops[2].reversed, self.damping), rows)
        for leg, arrives in ((there, hops[0].target), (here, hops[1].target)):
            if avoid_source and arrives is self.kind:
                leg.data[leg.indices == self.place] = 0.0
        between = self.snapshot.damped(hops[1], self.damping)
        back = self.snapshot.damped(hops[1].reversed, self.damping)
        if np.diff(between.indptr)[there.indices].sum() > np.diff(back.indptr)[here.indices].sum():
            there, between, here = here, back, there
        return cast("Counts", (there @ between).multiply(here).sum(axis=1))

    def _trips_by_source(self, first: Hop, others: tuple[Hop, ...], rows: NDArray[np.intp]) -> Counts:
        """Shape of ``rows``: those of the walks a -> s -> c -> a, by ``first`` and then ``others``."""
        nodes, weights = row_of(self.snapshot.damped(first.reversed, self.damping), self.place)
        arriving = np.zeros(len(self.snapshot.members[first.source]))
        arriving[nodes] = weights
        if not arriving[rows].any():
            return arriving[rows]
        leaving = np.zeros(len(self.snapshot.members[first.target]))
        leaving[self.place] = 1.0
        for hop in others:
            leaving = self._carry(leaving, hop)
        return arriving[rows] * leaving[rows]


def rows_of(weights: Weights, rows: NDArray[np.intp]) -> Weights:
    """Some rows of a sparse array, at a fraction of what indexing it costs."""
    lengths = weights.indptr[rows + 1] - weights.indptr[rows]
    entries = _entries(weights, rows, lengths)
    starts = np.zeros(len(rows) + 1, dtype=np.int32)
    np.cumsum(lengths, out=starts[1:])
    return sorted_csr(weights.data[entries], weights.indices[entries], starts, (len(rows), weights.shape[1]))


def _entries(weights: Weights, rows: NDArray[np.intp], lengths: NDArray[np.int32]) -> NDArray[np.int64]:
    """Where the stored values of some rows are, row after row."""
    stops = np.cumsum(lengths)
    total = int(stops[-1]) if len(stops) else 0
    return np.repeat(weights.indptr[rows] - stops + lengths, lengths) + np.arange(total)


def _shared(chain: list[tuple[Hop, Counts]], hops: tuple[Hop, ...]) -> int:
    """How many hops the chain and the metapath have in common from the start."""
    shared = 0
    for (walked, _), hop in zip(chain, hops, strict=False):
        if walked != hop:
            break
        shared += 1
    return shared
