"""What joins two nodes, how strongly by each metapath, and which paths score best; ``paths`` says what that means."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import NamedTuple, cast

import numpy as np
from numpy.typing import NDArray

from isthmus.graph.discovery.chance.nulls import Nulls, benjamini_hochberg, nulls_of
from isthmus.graph.discovery.memory.snapshot import Snapshot
from isthmus.graph.discovery.walks.context import Contexts
from isthmus.graph.discovery.walks.dwpc import DAMPING
from isthmus.graph.discovery.walks.four_hops import best_of_four_hops, four_hop_counts
from isthmus.graph.discovery.walks.meeting import MOST_LISTED, Best, Counted, Hops, Meeting
from isthmus.graph.discovery.walks.routes import TRIVIAL_COST, Route, routes_between
from isthmus.graph.discovery.walks.trivial import Trivial

# What -log10 of a p-value near 1 counts as, so that paths which degree explains still come in their order: p = .99.
LEAST_SURPRISE = 0.0044
# And the most: a null made of some ten thousand pairs a metapath does not tell p-values below 1e-6 from one another.
MOST_SURPRISE = 6.0


@dataclass(frozen=True, slots=True)
class Asked:
    """A question for the paths between two nodes (numbers); see ``paths.find_paths``."""

    source: int
    target: int
    max_hops: int
    direct: bool
    trivial: bool


@dataclass(frozen=True, slots=True)
class Strength:
    """How strongly a metapath joins the two.

    ``count`` is its degree-weighted path count, ``degrees`` those of the two ends within its first and its last layer, and
    ``factor`` what the value of a path is to be multiplied with to be its score.
    """

    count: float
    degrees: tuple[int, int]
    p_value: float
    q_value: float
    factor: float


class Joined(NamedTuple):
    """The best paths of each metapath that joins the two, and how strongly each does, against which null."""

    found: Best
    strengths: Mapping[Hops, Strength]
    nulls: Nulls


def search(snapshot: Snapshot, asked: Asked, top: int) -> Joined:
    """The best ``top`` paths of each metapath, and the strengths of all metapaths that join the two.

    Raises:
        TooManyHops: for a ``max_hops`` outside 1 to 4.
    """
    routes = _routes(snapshot, asked)
    nulls = nulls_of(snapshot, snapshot.kind(asked.source), snapshot.kind(asked.target), asked.max_hops)
    contexts = Contexts.of(snapshot)
    meeting = Meeting(
        snapshot,
        asked.source,
        asked.target,
        damping=DAMPING,
        max_hops=min(asked.max_hops, MOST_LISTED),
        kin_cost=partial(_kin_cost, Trivial.of(snapshot), TRIVIAL_COST if asked.trivial else 0.0),
        switch_cost=contexts.costs if contexts.said else None,
    )
    counts = meeting.counts() | (four_hop_counts(meeting) if asked.max_hops > MOST_LISTED else {})
    counted = {hops: one for hops, one in counts.items() if hops in routes and routes[hops].metapath in nulls}
    strengths = _strengths(snapshot, asked, nulls, routes, counted)
    factors = {hops: strength.factor for hops, strength in strengths.items()}
    found = meeting.best(factors, top)
    if asked.max_hops > MOST_LISTED:
        found = found.joined(best_of_four_hops(meeting, factors, counted, top))
    return Joined(found, strengths, nulls)


def _routes(snapshot: Snapshot, asked: Asked) -> dict[Hops, Route]:
    key = ("routes by hops", snapshot.kind(asked.source), snapshot.kind(asked.target), *_settings(asked))
    if key not in snapshot.memo:
        ends = snapshot.kind(asked.source), snapshot.kind(asked.target)
        routes = routes_between(snapshot, *ends, max_hops=asked.max_hops, trivial=asked.trivial).routes
        snapshot.memo[key] = {route.metapath.hops: route for route in routes if asked.direct or len(route.metapath) > 1}
    return cast("dict[Hops, Route]", snapshot.memo[key])


def _settings(asked: Asked) -> tuple[int, bool, bool]:
    return asked.max_hops, asked.direct, asked.trivial


def _kin_cost(trivial: Trivial, cost: float, left: NDArray[np.int32], right: NDArray[np.int32]) -> NDArray[np.float64]:
    return np.where(trivial.kin(left, right), cost, 1.0)


def _strengths(
    snapshot: Snapshot, asked: Asked, nulls: Nulls, routes: Mapping[Hops, Route], counted: Mapping[Hops, Counted]
) -> dict[Hops, Strength]:
    """Of each metapath that joins the two; those that do not are asked for too, and have a p-value of 1."""
    place, other = snapshot.positions[asked.source], snapshot.positions[asked.target]
    degrees = [
        (int(snapshot.layers[hops[0]].source_degrees[place]), int(snapshot.layers[hops[-1]].target_degrees[other]))
        for hops in counted
    ]
    sources, targets = zip(*degrees, strict=True) if degrees else ((), ())
    counts = [one.count for one in counted.values()]
    p = nulls.p_values_of([routes[hops].metapath for hops in counted], sources, targets, counts)
    q = benjamini_hochberg(np.concatenate((p, np.ones(len(routes) - len(p)))))
    surprise = np.clip(-np.log10(p), LEAST_SURPRISE, MOST_SURPRISE)
    return {
        hops: Strength(
            one.count, ends, float(p[row]), float(q[row]), routes[hops].weight * float(surprise[row]) / one.certain
        )
        for row, (ends, (hops, one)) in enumerate(zip(degrees, counted.items(), strict=True))
    }
