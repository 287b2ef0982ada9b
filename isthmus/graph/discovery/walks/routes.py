"""Routes: the metapaths that join two kinds of node in a snapshot, and how much a path along each of them says.

A route's ``typical`` count is an estimate of the mean degree-weighted path count over the pairs of nodes that it joins
at all, so that the counts of different metapaths can be added. Counting those pairs would take a sweep from every
node. Instead a pair (s, t) is taken to be joined with probability ``1 - exp(-n_s * n_t / n)``, where n_s walks start at
s, n_t arrive at t, and there are n (each weighed by its beliefs): walks tied to their ends as in a configuration model.
On Hetionet it is within a factor of 1.4 of the true mean for 8 of 10 metapaths, and 2.3 for all.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import cast

import numpy as np

from isthmus.graph.discovery.memory.snapshot import Snapshot
from isthmus.graph.discovery.walks.dwpc import DAMPING, Counts, walks_arriving
from isthmus.graph.discovery.walks.metapaths import TRIVIAL, Hop, Metapath, enumerate_metapaths
from isthmus.graph.vocabulary import Category

# A path of one hop more says a quarter as much, and each hop to a parent or lookalike costs half. Of the settings tried
# on Hetionet's treatments (bench/discovery.py) this is in the flat middle; shorter still is a little better there.
LENGTH_DISCOUNT = 0.25
TRIVIAL_COST = 0.5

_ENDS_COMPARED = 256  # of more nodes than so many, evenly spread ranks stand for all


@dataclass(frozen=True, slots=True)
class Route:
    """A metapath that something walks.

    ``typical`` (> 0) is the degree-weighted path count that a pair joined by it can be expected to have. ``weight``, in
    (0, 1], is what its length and its trivial hops leave of it. ``weight / typical`` turns a count into a score.
    """

    metapath: Metapath
    typical: float
    weight: float

    @property
    def factor(self) -> float:
        """What a degree-weighted path count along it is multiplied with to be a score."""
        return self.weight / self.typical


@dataclass(frozen=True, slots=True)
class Routes:
    """All routes between two kinds, by their hops, and how many metapaths were too many to be looked at."""

    routes: tuple[Route, ...]
    left_out: int


def routes_between(
    snapshot: Snapshot,
    source: Category,
    target: Category,
    *,
    max_hops: int = 3,
    trivial: bool = True,
    damping: float = DAMPING,
) -> Routes:
    """The routes from one kind of node to another, worked out once per snapshot.

    Args:
        snapshot: the graph.
        source: a kind of node (see ``snapshot.kind``), where paths start.
        target: the kind where they end.
        max_hops: 1 to 4.
        trivial: whether a path may walk a trivial hop (at ``TRIVIAL_COST``).
        damping: exponent of the degrees, 0 for none.

    Raises:
        TooManyHops: for a ``max_hops`` outside 1 to 4.
    """
    key = ("routes", source, target, max_hops, trivial, damping)
    if key not in snapshot.memo:
        support = {hop: edges for hop, edges in snapshot.support.items() if trivial or not _is_trivial(hop)}
        found = enumerate_metapaths(support, [source], [target], max_hops=max_hops)
        total = {m: float(counts.sum()) for m, counts in walks_arriving(snapshot, found.metapaths, damping)}
        joined = dict(_joined_pairs(snapshot, found.metapaths))
        snapshot.memo[key] = Routes(
            tuple(Route(m, total[m] / joined[m], _weight(m)) for m in found.metapaths if total[m] > 0.0),
            found.left_out,
        )
    return cast("Routes", snapshot.memo[key])


def _is_trivial(hop: Hop) -> bool:
    return hop.predicate in TRIVIAL


def _weight(metapath: Metapath) -> float:
    trivial = sum(_is_trivial(hop) for hop in metapath.hops)
    return float(LENGTH_DISCOUNT ** (len(metapath) - 1) * TRIVIAL_COST**trivial)


def _joined_pairs(snapshot: Snapshot, metapaths: Sequence[Metapath]) -> Iterator[tuple[Metapath, float]]:
    """How many pairs of nodes a metapath can be expected to join."""
    backward = (metapath.reversed for metapath in metapaths)
    starting = {metapath.reversed: counts for metapath, counts in walks_arriving(snapshot, tuple(backward), 0.0)}
    for metapath, arriving in walks_arriving(snapshot, metapaths, 0.0):
        leaving, walks = starting[metapath], arriving.sum()
        if walks > 0.0:
            share = -np.expm1(-np.outer(_spread(leaving), _spread(arriving)) / walks).mean()
            yield metapath, float(share) * np.count_nonzero(leaving) * np.count_nonzero(arriving)


def _spread(counts: Counts) -> Counts:
    """The counts above zero in ascending order, or evenly spread ones among them."""
    ascending = np.sort(counts[counts > 0.0])
    if len(ascending) <= _ENDS_COMPARED:
        return ascending
    return ascending[((np.arange(_ENDS_COMPARED) + 0.5) * len(ascending) / _ENDS_COMPARED).astype(np.intp)]
