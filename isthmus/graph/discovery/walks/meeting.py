"""All paths of up to three hops between two nodes, of all metapaths at once, by meeting in the middle.

The neighbours of one end and the neighbours of the other are looked up once, whatever metapaths they belong to. A path
of three hops is an edge between the two neighbourhoods, one of two hops a node in both. So one pass over the edges of
each middle hop, from the side with fewer of them, finds the paths of every metapath with that middle, and their sums are
a product of two small matrices.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from isthmus.graph.discovery.memory.snapshot import Snapshot
from isthmus.graph.discovery.walks.metapaths import TRIVIAL, Hop
from isthmus.graph.vocabulary import Category

Floats = NDArray[np.float64]
Numbers = NDArray[np.int32]
Places = NDArray[np.intp]
Hops = tuple[Hop, ...]
# The factors, in (0, 1], that pairs of nodes, or pairs of statements, cost a path.
Cost = Callable[[Numbers, Numbers], Floats]

MOST_LISTED = 3
NO_NODE = -1


@dataclass(frozen=True, slots=True)
class Counted:
    """What the paths of a metapath between the two ends add up to.

    ``count`` is the degree-weighted path count, ``certain`` the same were every statement certain (belief 1).
    """

    count: float
    certain: float


class Best(NamedTuple):
    """n paths, in no order: value and product (of the damped edges, with belief), and which of ``metapaths`` it is.

    ``middles`` are the nodes between the ends, shape (n, 2) (or more columns for longer ones), ``NO_NODE`` where there
    are fewer.
    """

    values: Floats
    products: Floats
    metapaths: list[Hops]
    numbers: Places
    middles: Numbers

    def joined(self, other: Best) -> Best:
        """These and those of other metapaths."""
        width = max(self.middles.shape[1], other.middles.shape[1])
        padded = [
            np.pad(one.middles, ((0, 0), (0, width - one.middles.shape[1])), constant_values=NO_NODE)
            for one in (self, other)
        ]
        return Best(
            np.concatenate((self.values, other.values)),
            np.concatenate((self.products, other.products)),
            self.metapaths + other.metapaths,
            np.concatenate((self.numbers, other.numbers + len(self.metapaths))),
            np.concatenate(padded),
        )


class _Weights(NamedTuple):
    """Edges by three measures, each an array of one shape; multiplied along a path.

    ``damped`` has belief in it, ``certain`` has not, ``values`` is ``damped`` with what trivial links cost.
    """

    damped: Floats
    certain: Floats
    values: Floats

    def times(self, other: _Weights) -> _Weights:
        return _Weights(*(mine * others for mine, others in zip(self, other, strict=True)))

    def at(self, columns: Places) -> _Weights:
        return _Weights(*(measure[:, columns] for measure in self))


class Fan(NamedTuple):
    """The edges between an end and the m nodes of one kind that it is joined with, by each of k hops.

    ``hops`` are in the direction of the path. ``places`` (within the kind), sorted, and ``nodes`` are of shape (m,);
    the weights (0 where no such edge is) and ``statements`` (-1 there) of shape (k, m).
    """

    hops: Hops
    places: Places
    nodes: Numbers
    weights: _Weights
    statements: Numbers


class _Join(NamedTuple):
    """The e paths of each metapath ``first[a], middle, last[c]``.

    The product of a path is ``left[a, i] * right[c, i]``, by each measure: ``left`` is of shape (k1, e), ``right``, with
    the middle hop in it, of (k2, e). ``middles``, (e, 2), are the nodes between. Of two hops, ``switch`` (k1, k2, e) is
    what it costs to go from the one to the other; of three that is in the values already.
    """

    first: Hops
    middle: Hops
    last: Hops
    left: _Weights
    right: _Weights
    middles: Numbers
    switch: Floats | None = None

    def hops(self, a: int, c: int) -> Hops:
        return (self.first[a], *self.middle, *self.last[c : c + 1])


class Meeting:
    """The paths of up to ``max_hops`` (at most 3) hops between two different nodes.

    ``kin_cost`` is what a hop between two nodes costs besides its weight (trivial predicates cost nothing more), and
    ``switch_cost`` what two hops in a row cost, by their statements (indices); None where nothing does.
    """

    def __init__(
        self,
        snapshot: Snapshot,
        source: int,
        target: int,
        *,
        damping: float,
        max_hops: int = MOST_LISTED,
        kin_cost: Cost | None = None,
        switch_cost: Cost | None = None,
    ) -> None:
        self.snapshot = snapshot
        self.source, self.target = source, target
        self.damping = damping
        self.kin_cost, self.switch_cost = kin_cost, switch_cost
        self.leaving = self._fans(source, target)
        arriving = self._fans(target, source)
        self.arriving = {
            kind: fan._replace(hops=tuple(hop.reversed for hop in fan.hops)) for kind, fan in arriving.items()
        }
        self.joins = [join for join in self._joins(max_hops) if len(join.middles)]

    def counts(self) -> dict[Hops, Counted]:
        """The sums of every metapath that joins the two."""
        found: dict[Hops, Counted] = {}
        for join in self.joins:
            counts = join.left.damped @ join.right.damped.T
            certain = join.left.certain @ join.right.certain.T
            for a, c in np.argwhere(counts > 0.0).tolist():
                found[join.hops(a, c)] = Counted(float(counts[a, c]), float(certain[a, c]))
        return found

    def best(self, factors: Mapping[Hops, float], top: int) -> Best:
        """The paths with the ``top`` highest values of each metapath, and those that equal the last of them.

        The value is the product of the path's weights, of what its hops cost, and of the factor of its metapath (> 0);
        metapaths without a factor are left out.
        """
        metapaths: list[Hops] = []
        parts: list[tuple[Floats, Floats, Places, Numbers]] = []
        for join in self.joins:
            for a in range(len(join.first)):
                factor = np.array([factors.get(join.hops(a, c), 0.0) for c in range(len(join.right.values))])
                wanted, columns = np.flatnonzero(factor), np.flatnonzero(join.left.values[a])
                if len(wanted) == 0 or len(columns) == 0:
                    continue
                values = join.left.values[a, columns] * join.right.values[np.ix_(wanted, columns)]
                values *= factor[wanted, None]
                if join.switch is not None:
                    values *= join.switch[a][np.ix_(wanted, columns)]
                which, path = _highest(values, top)
                entry = columns[path]
                products = join.left.damped[a, entry] * join.right.damped[wanted[which], entry]
                parts.append((values[which, path], products, which + len(metapaths), join.middles[entry]))
                metapaths += [join.hops(a, c) for c in wanted.tolist()]
        if not parts:
            return Best(np.empty(0), np.empty(0), [], np.empty(0, np.intp), np.empty((0, MOST_LISTED - 1), np.int32))
        values, products, numbers, middles = (np.concatenate(column) for column in zip(*parts, strict=True))
        return Best(values, products, metapaths, numbers, middles)

    def _joins(self, max_hops: int) -> Iterator[_Join]:
        yield from self._direct()
        if max_hops == 1:
            return
        for kind in sorted(self.leaving.keys() & self.arriving.keys()):
            yield self._in_common(self.leaving[kind], self.arriving[kind])
        if max_hops > 2:
            for hop in sorted(self.snapshot.layers):
                if hop.source in self.leaving and hop.target in self.arriving:
                    yield self._across(hop, self.leaving[hop.source], self.arriving[hop.target])

    def _fans(self, end: int, other: int) -> dict[Category, Fan]:
        """The neighbours of an end by kind, without the other end."""
        edges: dict[Category, list[tuple[Hop, int, int]]] = {}
        place, kind = int(self.snapshot.positions[end]), self.snapshot.kind(end)
        for hop, layer in self.snapshot.layers.items():
            if hop.source is kind and layer.source_degrees[place]:
                starts = layer.beliefs.indptr
                edges.setdefault(hop.target, []).append((hop, int(starts[place]), int(starts[place + 1])))
        fans = {kind: self._fan(end, kind, rows) for kind, rows in edges.items()}
        kind = self.snapshot.kind(other)
        if kind in fans:
            fan = fans[kind]
            kept = np.flatnonzero(fan.nodes != other)
            fans[kind] = Fan(fan.hops, fan.places[kept], fan.nodes[kept], fan.weights.at(kept), fan.statements[:, kept])
        return {kind: fan for kind, fan in fans.items() if len(fan.places)}

    def _fan(self, end: int, kind: Category, rows: list[tuple[Hop, int, int]]) -> Fan:
        layers = [self.snapshot.layers[hop] for hop, _, _ in rows]
        reached = [layer.beliefs.indices[start:stop] for layer, (_, start, stop) in zip(layers, rows, strict=True)]
        places = np.unique(np.concatenate(reached)).astype(np.intp)
        damped, beliefs = np.zeros((len(rows), len(places))), np.ones((len(rows), len(places)))
        statements = np.full(damped.shape, -1, dtype=np.int32)
        for row, (layer, (hop, start, stop)) in enumerate(zip(layers, rows, strict=True)):
            columns = np.searchsorted(places, reached[row])
            damped[row, columns] = self.snapshot.damped(hop, self.damping).data[start:stop]
            beliefs[row, columns] = layer.beliefs.data[start:stop]
            statements[row, columns] = layer.statements[start:stop]
        nodes = self.snapshot.members[kind][places]
        cost = self._kin_cost(np.full(len(nodes), end, dtype=np.int32), nodes)
        trivial = np.array([hop.predicate in TRIVIAL for hop, _, _ in rows])
        weights = _Weights(damped, damped / beliefs, damped * np.where(trivial[:, None], 1.0, cost))
        return Fan(tuple(hop for hop, _, _ in rows), places, nodes, weights, statements)

    def _kin_cost(self, left: Numbers, right: Numbers) -> Floats:
        return np.ones(len(left)) if self.kin_cost is None else self.kin_cost(left, right)

    def _direct(self) -> Iterator[_Join]:
        kinds = self.snapshot.kind(self.source), self.snapshot.kind(self.target)
        entries = {
            hop: entry_of(self.snapshot, hop, self.source, self.target)
            for hop in sorted(self.snapshot.layers)
            if (hop.source, hop.target) == kinds
        }
        rows = [(hop, entry, entry + 1) for hop, entry in entries.items() if entry >= 0]
        if rows:
            fan = self._fan(self.source, kinds[1], rows)
            none = np.full((1, MOST_LISTED - 1), NO_NODE, dtype=np.int32)
            yield _Join(fan.hops, (), (), fan.weights, _Weights(*[np.ones((1, 1))] * 3), none)

    def _in_common(self, leaving: Fan, arriving: Fan) -> _Join:
        common, i, j = np.intersect1d(leaving.places, arriving.places, assume_unique=True, return_indices=True)
        nodes = leaving.nodes[i]
        left, right = leaving.weights.at(i), arriving.weights.at(j)
        middles = np.column_stack((nodes, np.full(len(common), NO_NODE, dtype=np.int32)))
        switch = None
        if self.switch_cost is not None:
            switch = np.array(
                [[self._switch(one, other) for other in arriving.statements[:, j]] for one in leaving.statements[:, i]]
            )
        return _Join(leaving.hops, (), arriving.hops, left, right, middles, switch)

    def _across(self, hop: Hop, leaving: Fan, arriving: Fan) -> _Join:
        i, j, hop_walked, entries = self._between(hop, leaving.places, arriving.places)
        layer = self.snapshot.layers[hop_walked]
        damped = self.snapshot.damped(hop_walked, self.damping).data[entries]
        nodes = leaving.nodes[i], arriving.nodes[j]
        cost = 1.0 if hop.predicate in TRIVIAL else self._kin_cost(*nodes)
        middle = _Weights(damped, damped / layer.beliefs.data[entries], damped * cost)
        left, right = leaving.weights.at(i), arriving.weights.at(j).times(middle)
        if self.switch_cost is not None:
            statements = layer.statements[entries]
            before = np.array([self._switch(one, statements) for one in leaving.statements[:, i]])
            behind = np.array([self._switch(statements, one) for one in arriving.statements[:, j]])
            left = left._replace(values=left.values * before)
            right = right._replace(values=right.values * behind)
        return _Join(leaving.hops, (hop,), arriving.hops, left, right, np.column_stack(nodes))

    def _switch(self, before: Numbers, behind: Numbers) -> Floats:
        """What two hops in a row cost; 1 where either is no edge."""
        costs = np.ones(len(before))
        both = np.flatnonzero((before >= 0) & (behind >= 0))
        if self.switch_cost is not None and len(both):
            costs[both] = self.switch_cost(before[both], behind[both])
        return costs

    def _between(self, hop: Hop, left: Places, right: Places) -> tuple[Places, Places, Hop, Places]:
        """The edges of a hop between two sets of places: the numbers of both ends within these, and where they are.

        Looked for from the side that has fewer edges: the hop returned, whose layer the entries are of, is the one asked
        for or its reverse.
        """
        layer = self.snapshot.layers[hop]
        turned = bool(layer.source_degrees[left].sum() > layer.target_degrees[right].sum())
        walked = hop.reversed if turned else hop
        near, far = (right, left) if turned else (left, right)
        beliefs = self.snapshot.layers[walked].beliefs
        from_near, entries = rows_of(beliefs.indptr, near)
        to_far = _numbers(far, beliefs.shape[1])[beliefs.indices[entries]]
        kept = np.flatnonzero(to_far >= 0)
        i, j = (to_far[kept], from_near[kept]) if turned else (from_near[kept], to_far[kept])
        return i, j, walked, entries[kept]


def entry_of(snapshot: Snapshot, hop: Hop, source: int, target: int) -> int:
    """Where the edge between two nodes (numbers) is among the stored values of its hop's layer; -1 where it is not."""
    beliefs = snapshot.layers[hop].beliefs
    start, stop = beliefs.indptr[snapshot.positions[source] :][:2].tolist()
    entry = start + int(np.searchsorted(beliefs.indices[start:stop], snapshot.positions[target]))
    return entry if entry < stop and beliefs.indices[entry] == snapshot.positions[target] else -1


def _numbers(places: Places, n: int) -> Places:
    """Shape (n,): which of ``places`` each place is, -1 for none."""
    numbers = np.full(n, -1, dtype=np.intp)
    numbers[places] = np.arange(len(places))
    return numbers


def rows_of(starts: NDArray[np.int32], rows: Places) -> tuple[Places, Places]:
    """All entries of some rows: which of ``rows`` each belongs to, and its number."""
    begin = starts[rows].astype(np.intp)
    lengths = starts[rows + 1] - begin
    which: Places = np.repeat(np.arange(len(rows)), lengths)
    entries: Places = np.arange(len(which)) + np.repeat(begin - (np.cumsum(lengths) - lengths), lengths)
    return which, entries


def _highest(values: Floats, top: int) -> tuple[Places, Places]:
    """Rows and columns of the ``top`` highest values > 0 of each row, and of those that equal the last of them."""
    n = values.shape[1]
    least = np.zeros((len(values), 1)) if n <= top else np.partition(values, n - top, axis=1)[:, n - top, None]
    rows, columns = np.nonzero((values >= least) & (values > 0.0))
    return rows, columns
