"""Bridges: which pairs of entities, one of each subfield, would join the two, and by what paths.

Not every pair is looked at. Ends are shortlisted by two sweeps: how much of what can be reached from a node within three
hops lies in the other subfield, against the share that its degree alone would bring there,

    (reached - expected) / sqrt(expected),   expected = reach of the node * share of all reach that ends in the other

so that a hub, which reaches everything, is not at the top for that. The pairs of the shortlisted ends are then ranked by
the damped walks of two and three hops between them (one sparse product for all), and only the best are scored and given
paths as in the open and closed search. A pair that a statement joins already is no bridge, nor are two kin (``trivial``), nor
is a pair of which an end is in both subfields.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from isthmus.graph.discovery.fields.subfields import EmptySubfield, SameSubfield, Subfield, joined_graph
from isthmus.graph.discovery.memory.snapshot import Node, Snapshot, row_of
from isthmus.graph.discovery.ranking.candidates import PairScore, score_pairs
from isthmus.graph.discovery.ranking.named import Named
from isthmus.graph.discovery.walks.paths import FoundPath, find_paths
from isthmus.graph.discovery.walks.routes import LENGTH_DISCOUNT
from isthmus.graph.discovery.walks.trivial import Trivial
from isthmus.steps import checkpoint

if TYPE_CHECKING:
    from isthmus.graph.discovery.memory.layers import Weights

ENDS = 64  # shortlisted on either side
SCORED_EACH = 4  # pairs scored for each one wanted
MOST_PER_MIDDLE = 2  # bridges of one answer that may go through the same node
MOST_PER_END = 2

Floats = NDArray[np.float64]
Nodes = NDArray[np.int32]


class Crossing(NamedTuple):
    """A pair of nodes (numbers) that walks join, and the node between them that carries most of it (None: three hops)."""

    source: int
    target: int
    middle: int | None
    weight: float


@dataclass(frozen=True, slots=True)
class Bridge:
    """A pair of entities that would join two subfields: what the graph says of it, and its best paths."""

    source: Node
    target: Node
    pair: PairScore
    paths: tuple[FoundPath, ...]


def apart(a: Subfield, b: Subfield) -> tuple[Nodes, Nodes]:
    """The nodes of each that are not in the other.

    Raises:
        SameSubfield: where both hold the same.
        EmptySubfield: where one lies within the other.
    """
    if np.array_equal(a.nodes, b.nodes):
        raise SameSubfield(f"{a.name} and {b.name} are the same entities: give two different subfields")
    only_a = np.setdiff1d(a.nodes, b.nodes, assume_unique=True)
    only_b = np.setdiff1d(b.nodes, a.nodes, assume_unique=True)
    for one, other, left in ((a, b, only_a), (b, a, only_b)):
        if len(left) == 0:
            raise EmptySubfield(f"all of {one.name} is part of {other.name}: give a subfield that lies outside it")
    return only_a, only_b


def find_bridges(
    snapshot: Snapshot,
    a: Subfield,
    b: Subfield,
    *,
    named: Named | None = None,
    max_hops: int = 2,
    top: int = 20,
    paths_each: int = 2,
) -> tuple[Bridge, ...]:
    """The best pairs of an entity of ``a`` and one of ``b``, best first, each with its best paths.

    Of the pairs, at most ``MOST_PER_END`` share an end and at most ``MOST_PER_MIDDLE`` the middle of their best path. The
    order is that of the pairs' scores (``candidates``).

    Args:
        snapshot: the graph.
        a: where paths start.
        b: where they end.
        named: the sentences of the graph, for the scores; without them nothing is known from text.
        max_hops: 2 to 4; of one hop there is only what is known.
        top: how many pairs at most.
        paths_each: how many paths to show with each, 1 or more.

    Raises:
        SameSubfield: where both hold the same entities.
        EmptySubfield: where one lies within the other.
        TooManyHops: for a ``max_hops`` outside 1 to 4.
    """
    sides = apart(a, b)
    wanted = SCORED_EACH * top
    pairs = [(each.source, each.target) for each in _spread(crossings(snapshot, *sides, ends=ENDS), wanted, 4)]
    scored = sorted(
        zip(pairs, score_pairs(snapshot, pairs, named=named, max_hops=max_hops), strict=True),
        key=lambda each: (-each[1].score, each[0]),
    )
    found: list[Bridge] = []
    ends: Counter[int] = Counter()
    middles: Counter[int] = Counter()
    for (source, target), pair in scored:
        if len(found) == top or pair.score <= 0.0:
            break
        if pair.known or max(ends[source], ends[target]) >= MOST_PER_END:
            continue
        checkpoint("looking for bridges", len(found), top)
        paths = find_paths(snapshot, source, target, max_hops=max_hops, top=paths_each, direct=False)
        between = [node.index for node in paths[0].nodes[1:-1]] if paths else []
        if not between or any(middles[node] >= MOST_PER_MIDDLE for node in between):
            continue
        ends.update((source, target))
        middles.update(between)
        found.append(Bridge(snapshot.node(source), snapshot.node(target), pair, paths))
    return tuple(found)


def best_crossings(snapshot: Snapshot, a: Nodes, b: Nodes, top: int, *, ends: int = ENDS // 2) -> list[Crossing]:
    """The ``top`` pairs by their walks alone, no two with the same end or middle: a quick look at where a bridge could be.

    ``a`` and ``b`` (numbers, sorted) have no node in common.
    """
    return _spread(crossings(snapshot, a, b, ends=ends), top, 1)


def crossings(snapshot: Snapshot, a: Nodes, b: Nodes, *, ends: int = ENDS) -> Iterator[Crossing]:
    """Pairs of shortlisted nodes of ``a`` and ``b`` that no statement joins, the strongest walks first."""
    graph = joined_graph(snapshot, trivial=False)
    left, right = _near(snapshot, a, b, ends), _near(snapshot, b, a, ends)
    if len(left) == 0 or len(right) == 0:
        return
    out, back = graph[left], graph[right]
    there = back.T.tocsr()
    short: Floats = (out @ there).toarray()
    long: Floats = ((out @ graph) @ there).toarray()
    weights = short + LENGTH_DISCOUNT * long
    known = joined_graph(snapshot)[left][:, right].toarray() > 0.0
    weights[known | Trivial.of(snapshot).kin(left[:, None], right[None, :])] = 0.0
    order = np.argsort(-weights, axis=None, kind="stable")
    for place in order[: np.count_nonzero(weights)].tolist():
        row, column = divmod(place, len(right))
        middle = None
        if short[row, column] > 0.0:
            middle = _middle(out, row, back, column)
        yield Crossing(int(left[row]), int(right[column]), middle, float(weights[row, column]))


def _middle(out: Weights, row: int, back: Weights, column: int) -> int:
    """The node over which the heaviest walk of two hops leads."""
    nodes, there, onward = np.intersect1d(row_of(out, row)[0], row_of(back, column)[0], True, True)
    return int(nodes[np.argmax(row_of(out, row)[1][there] * row_of(back, column)[1][onward])])


def _near(snapshot: Snapshot, side: Nodes, other: Nodes, ends: int) -> Nodes:
    """The nodes of one side that reach the other most, beyond what their degrees explain; sorted by number."""
    graph = joined_graph(snapshot, trivial=False)
    inside = np.zeros(snapshot.n_nodes)
    inside[other] = 1.0
    everything = np.ones(snapshot.n_nodes)
    reached, anywhere = _within_three_hops(graph, inside), _within_three_hops(graph, everything)
    share = reached.sum() / anywhere.sum() if anywhere.sum() > 0.0 else 0.0
    expected = anywhere[side] * share
    excess = np.divide(reached[side] - expected, np.sqrt(expected), out=np.zeros(len(side)), where=expected > 0.0)
    possible = np.flatnonzero(reached[side] > 0.0)
    best = possible[np.lexsort((side[possible], -excess[possible]))][:ends]
    return np.sort(side[best])


def _within_three_hops(graph: Weights, seed: Floats) -> Floats:
    """The weight of the walks of one to three hops from each node to the seeds."""
    once: Floats = np.asarray(graph @ seed)
    twice: Floats = np.asarray(graph @ once)
    thrice: Floats = np.asarray(graph @ twice)
    return once + twice + thrice


def _spread(ranked: Iterator[Crossing], top: int, most: int) -> list[Crossing]:
    """The first of them, with no more than so many that share an end or a middle."""
    chosen: list[Crossing] = []
    seen: Counter[tuple[str, int]] = Counter()
    for each in ranked:
        if len(chosen) == top:
            break
        marks: Sequence[tuple[str, int]] = [("end", each.source), ("end", each.target)]
        if each.middle is not None:
            marks = [*marks, ("middle", each.middle)]
        if all(seen[mark] < most for mark in marks):
            seen.update(marks)
            chosen.append(each)
    return chosen
