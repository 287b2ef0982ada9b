"""Paths of four hops between two nodes: there are too many to list, so they are counted, and the best looked for.

The count of a metapath is that of the walks ``s -> a -> b -> c -> t`` that come back to neither end, which is a product of
what reaches b from either side, less those in which ``a`` and ``c`` are one node.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

import numpy as np

from isthmus.graph.discovery.walks.best_first import BestFirst
from isthmus.graph.discovery.walks.meeting import Best, Counted, Fan, Floats, Hops, Meeting, Places, entry_of, rows_of
from isthmus.graph.discovery.walks.metapaths import TRIVIAL, Hop, Metapath
from isthmus.graph.vocabulary import Category

# Of each metapath so many times the paths that are wanted are looked at, since kin and switches change their order.
_MORE = 3

_RESIDUE = 1e-12  # what rounding may leave of a count that is zero, as a share of the walks


class _Reach(NamedTuple):
    """What two hops from an end arrive at: ``hops`` in the direction of the path, and weights at each node of a kind."""

    hops: Hops
    damped: Floats
    certain: Floats


class _Edges(NamedTuple):
    """The edges of a hop from some places: which of these, where to, and their weights with and without belief."""

    which: Places
    places: Places
    damped: Floats
    certain: Floats


def four_hop_counts(meeting: Meeting) -> dict[Hops, Counted]:
    """The sums of every metapath of four hops that joins the ends of the meeting."""
    left = _reaches(meeting, meeting.leaving, turned=False)
    right = _reaches(meeting, meeting.arriving, turned=True)
    returning = _returning(meeting)
    found: dict[Hops, Counted] = {}
    for kind in sorted(left.keys() & right.keys()):
        from_source, to_target = left[kind], right[kind]
        damped = np.array([one.damped for one in from_source]) @ np.array([one.damped for one in to_target]).T
        certain = np.array([one.certain for one in from_source]) @ np.array([one.certain for one in to_target]).T
        for a, c in np.argwhere(damped > 0.0).tolist():
            hops = (*from_source[a].hops, *to_target[c].hops)
            less = returning.get(hops, Counted(0.0, 0.0))
            count = float(damped[a, c]) - less.count
            if count > _RESIDUE * damped[a, c]:
                found[hops] = Counted(count, float(certain[a, c]) - less.certain)
    return found


def _reaches(meeting: Meeting, fans: Mapping[Category, Fan], *, turned: bool) -> dict[Category, list[_Reach]]:
    """What is reached by two hops from an end, by the kind of node."""
    reaches: dict[Category, list[_Reach]] = {}
    for hop in sorted(meeting.snapshot.layers):
        if hop.source not in fans:
            continue
        fan = fans[hop.source]
        edges = _edges(meeting, hop, fan.places)
        n = len(meeting.snapshot.members[hop.target])
        for row, first in enumerate(fan.hops):
            damped = _summed(edges.places, fan.weights.damped[row, edges.which] * edges.damped, n)
            certain = _summed(edges.places, fan.weights.certain[row, edges.which] * edges.certain, n)
            hops = (hop.reversed, first) if turned else (first, hop)
            if damped.any():
                reaches.setdefault(hop.target, []).append(_Reach(hops, damped, certain))
    return reaches


def _summed(places: Places, weights: Floats, n: int) -> Floats:
    return np.bincount(places, weights=weights, minlength=n).astype(np.float64)


def _edges(meeting: Meeting, hop: Hop, places: Places) -> _Edges:
    """The edges of a hop from these places, but those that lead to an end of the paths."""
    snapshot = meeting.snapshot
    beliefs = snapshot.layers[hop].beliefs
    which, entries = rows_of(beliefs.indptr, places)
    arriving = beliefs.indices[entries].astype(np.intp)
    kept = np.ones(len(entries), dtype=np.bool_)
    for end in (meeting.source, meeting.target):
        if snapshot.kind(end) is hop.target:
            kept &= arriving != snapshot.positions[end]
    damped = snapshot.damped(hop, meeting.damping).data[entries[kept]]
    return _Edges(which[kept], arriving[kept], damped, damped / beliefs.data[entries[kept]])


def _returning(meeting: Meeting) -> dict[Hops, Counted]:
    """Of each metapath the walks ``s -> a -> b -> a -> t``."""
    found: dict[Hops, Counted] = {}
    for kind in sorted(meeting.leaving.keys() & meeting.arriving.keys()):
        out, back = meeting.leaving[kind], meeting.arriving[kind]
        common, i, j = np.intersect1d(out.places, back.places, assume_unique=True, return_indices=True)
        if len(common) == 0:
            continue
        at_source, at_target = out.weights.at(i), back.weights.at(j)
        for second, third, loops in _loops(meeting, kind, common):
            damped = (at_source.damped * loops.damped) @ at_target.damped.T
            certain = (at_source.certain * loops.certain) @ at_target.certain.T
            for a, c in np.argwhere(damped > 0.0).tolist():
                found[out.hops[a], second, third, back.hops[c]] = Counted(float(damped[a, c]), float(certain[a, c]))
    return found


def _loops(meeting: Meeting, kind: Category, places: Places) -> Iterator[tuple[Hop, Hop, _Reach]]:
    """For each two hops that lead away from a kind and back, what the walks there and back from each place weigh."""
    leaving = {hop: _edges(meeting, hop, places) for hop in sorted(meeting.snapshot.layers) if hop.source is kind}
    for second, there in leaving.items():
        for returned, here in leaving.items():
            if returned.target is not second.target:
                continue
            n = np.int64(len(meeting.snapshot.members[second.target]))
            _, a, b = np.intersect1d(
                there.which * n + there.places, here.which * n + here.places, assume_unique=True, return_indices=True
            )
            if len(a):
                which = there.which[a]
                damped = _summed(which, there.damped[a] * here.damped[b], len(places))
                certain = _summed(which, there.certain[a] * here.certain[b], len(places))
                yield second, returned.reversed, _Reach((), damped, certain)


def best_of_four_hops(
    meeting: Meeting, factors: Mapping[Hops, float], counts: Mapping[Hops, Counted], top: int
) -> Best:
    """The best paths of four hops, by value as in ``Meeting.best``.

    Metapaths are searched in the order of the most that a path of theirs can be worth (factor times count), until enough
    paths are worth more. Of each, those are looked at whose product is among the best ``3 * top``.
    """
    most = {hops: factors[hops] * counts[hops].count for hops in factors if len(hops) == 4}
    search = BestFirst(meeting.snapshot, meeting.source, meeting.target, meeting.damping)
    values, products, middles = np.empty(0), np.empty(0), np.empty((0, 3), dtype=np.int32)
    numbers = np.empty(0, dtype=np.intp)
    metapaths: list[Hops] = []
    for hops in sorted(most, key=lambda one: (-most[one], one)):
        if np.count_nonzero(values >= most[hops]) >= _MORE * top:
            break
        nodes, product = search.best(Metapath(hops), _MORE * top)
        value = product * factors[hops] * np.array([_cost(meeting, hops, path) for path in nodes.tolist()])
        kept = value > 0.0
        values, products = np.concatenate((values, value[kept])), np.concatenate((products, product[kept]))
        middles = np.concatenate((middles, nodes[kept, 1:-1]))
        numbers = np.concatenate((numbers, np.full(np.count_nonzero(kept), len(metapaths))))
        metapaths.append(hops)
    return Best(values, products, metapaths, numbers, middles)


def _cost(meeting: Meeting, hops: Hops, nodes: list[int]) -> float:
    """What kin and switches leave of a path."""
    cost, statements = 1.0, []
    path = np.array(nodes, dtype=np.int32)
    for place, hop in enumerate(hops):
        entry = entry_of(meeting.snapshot, hop, nodes[place], nodes[place + 1])
        statements.append(meeting.snapshot.layers[hop].statements[entry])
        if meeting.kin_cost is not None and hop.predicate not in TRIVIAL:
            cost *= float(meeting.kin_cost(path[place : place + 1], path[place + 1 : place + 2])[0])
    if meeting.switch_cost is not None:
        cost *= float(meeting.switch_cost(np.array(statements[:-1]), np.array(statements[1:])).prod())
    return cost
