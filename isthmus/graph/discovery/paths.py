"""Closed search: the best concrete paths between two nodes.

The score of a path along metapath m is

    score = weight(m) / typical(m) * Π_edges belief * (d_source * d_target) ** -damping

where the product is the path's own term of the degree-weighted path count (``dwpc``), ``typical`` the count that pairs
joined by m have, and ``weight`` a discount for length and trivial hops (``routes``). So a long metapath does not drown
for having many small factors, and one that joins everything with everything by many paths does not win with each.
The scores of all paths of a pair add up to the score of the pair (``candidates``), direct statements apart.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from isthmus.errors import UsageError
from isthmus.graph.discovery.best_first import BestFirst, RankedPath
from isthmus.graph.discovery.dwpc import DAMPING, path_counts
from isthmus.graph.discovery.metapaths import TRIVIAL, Hop, Metapath, path_words
from isthmus.graph.discovery.routes import routes_between
from isthmus.graph.discovery.signs import PathSign, path_sign
from isthmus.graph.discovery.snapshot import Node, Snapshot, row_of
from isthmus.graph.vocabulary import Predicate

# How many of the answers may share their middle nodes, or their metapath, while others are to be had.
MOST_ALIKE = 3


class SameEnds(UsageError):
    """A question for the paths from a node to itself."""


@dataclass(frozen=True, slots=True)
class PathStep:
    """One hop of a path: the id of the statement that it stands on, and the two nodes (numbers) in the order walked.

    ``forward`` is whether that is from the statement's subject to its object.
    """

    statement: str
    source: int
    target: int
    predicate: Predicate
    forward: bool
    belief: float
    first_year: int | None


@dataclass(frozen=True, slots=True)
class FoundPath:
    """A path with what can be said of it.

    ``score`` is comparable within one snapshot. ``share``, in (0, 1], is its part of the degree-weighted path count of
    its metapath between these two ends. ``belief``, in (0, 1], is the product of the steps' beliefs, and ``weakest``
    the statement with the lowest. No null model backs ``p_value`` and ``q_value`` yet.
    """

    nodes: tuple[Node, ...]
    steps: tuple[PathStep, ...]
    metapath: str
    score: float
    share: float
    belief: float
    sign: PathSign
    weakest: str
    p_value: float | None = None
    q_value: float | None = None

    @property
    def direct(self) -> bool:
        """Whether it is nothing but a statement that joins the two ends: known already, not found."""
        return len(self.steps) == 1

    @property
    def trivial(self) -> bool:
        """Whether it leans on a parent, a lookalike or the like."""
        return any(step.predicate in TRIVIAL for step in self.steps)


def find_paths(
    snapshot: Snapshot,
    source: int,
    target: int,
    *,
    max_hops: int = 3,
    top: int = 20,
    bundle: bool = True,
    direct: bool = True,
    trivial: bool = True,
    damping: float = DAMPING,
) -> tuple[FoundPath, ...]:
    """The best paths from one node to another, best first; none visits a node twice.

    Exactly those with the highest score, with ties in the order of their nodes. With ``bundle``, at most
    ``MOST_ALIKE`` of them share their middle nodes or their metapath, as far as the best ``top`` of each metapath go;
    where that leaves fewer than ``top``, the best of the others fill up.

    Args:
        snapshot: the graph.
        source: number of the node to start from.
        target: number of the node to arrive at.
        max_hops: 1 to 4.
        top: how many paths at most.
        bundle: whether variants of a path give way to other paths.
        direct: whether a statement that joins the two is an answer.
        trivial: whether a path may walk to a parent or lookalike, at a cost.
        damping: exponent of the degrees, 0 for none.

    Raises:
        SameEnds: where source and target are the same node.
        TooManyHops: for a ``max_hops`` outside 1 to 4.
    """
    if source == target:
        raise SameEnds(f"{snapshot.ids[source]} is both ends of the path: give two different entities")
    ends = snapshot.kind(source), snapshot.kind(target)
    routes = routes_between(snapshot, *ends, max_hops=max_hops, trivial=trivial, damping=damping).routes
    search = BestFirst(snapshot, source, target, damping)
    # The most a path along each route can score; routes are searched in this order until no later one can matter.
    bounds = [
        (route.factor * bound, route)
        for route in routes
        if (direct or len(route.metapath) > 1) and (bound := search.bound(route.metapath)) > 0.0
    ]
    bounds.sort(key=lambda pair: (-pair[0], pair[1].metapath.hops))
    found: list[RankedPath] = []
    chosen: list[RankedPath] = []
    for bound, route in bounds:
        if len(chosen) == top and chosen[-1].score > bound:
            break
        found += search.best(route.metapath, top, route.factor)
        found.sort(key=lambda path: (-path.score, path.nodes, path.metapath.hops))
        chosen = _choose(found, top, MOST_ALIKE if bundle else top)
    if len(chosen) < top:
        spare = [path for path in found if path not in set(chosen)]
        chosen = sorted(chosen + spare[: top - len(chosen)], key=lambda path: (-path.score, path.nodes))
    return _described(snapshot, source, target, chosen, damping)


def _choose(found: Iterable[RankedPath], top: int, most_alike: int) -> list[RankedPath]:
    """The first of the ranked paths of which no more than so many are alike."""
    chosen: list[RankedPath] = []
    alike: Counter[Metapath | frozenset[int]] = Counter()
    for path in found:
        groups = (path.metapath, frozenset(path.nodes[1:-1]))
        if all(alike[group] < most_alike for group in groups):
            alike.update(groups)
            chosen.append(path)
            if len(chosen) == top:
                break
    return chosen


def _described(
    snapshot: Snapshot, source: int, target: int, paths: Sequence[RankedPath], damping: float
) -> tuple[FoundPath, ...]:
    totals = {
        metapath: float(counts[snapshot.positions[target]])
        for metapath, counts in path_counts(snapshot, source, {path.metapath for path in paths}, damping)
    }
    return tuple(_describe(snapshot, path, totals[path.metapath]) for path in paths)


def _describe(snapshot: Snapshot, path: RankedPath, total: float) -> FoundPath:
    nodes = tuple(snapshot.node(number) for number in path.nodes)
    steps = tuple(
        _step(snapshot, hop, before, after)
        for hop, before, after in zip(path.metapath.hops, path.nodes, path.nodes[1:], strict=False)
    )
    return FoundPath(
        nodes=nodes,
        steps=steps,
        metapath=path_words([node.category for node in nodes], [hop.words for hop in path.metapath.hops]),
        score=path.score,
        share=path.product / max(total, path.product),
        belief=float(np.prod([step.belief for step in steps])),
        sign=path_sign([step.predicate for step in steps], nodes[0].category, nodes[-1].category),
        weakest=min(steps, key=lambda step: step.belief).statement,
    )


def _step(snapshot: Snapshot, hop: Hop, source: int, target: int) -> PathStep:
    layer = snapshot.layers[hop]
    row, column = snapshot.positions[source], snapshot.positions[target]
    columns, beliefs = row_of(layer.beliefs, row)
    within = int(np.searchsorted(columns, column))
    entry = int(layer.beliefs.indptr[row]) + within
    return PathStep(
        statement=snapshot.statement_ids[int(layer.statements[entry])],
        source=source,
        target=target,
        predicate=hop.predicate,
        # A symmetric statement has its smaller end as subject, whichever way it is walked.
        forward=source < target if hop.predicate.symmetric else hop.forward,
        belief=float(beliefs[within]),
        first_year=int(layer.first_years[entry]) or None,
    )
