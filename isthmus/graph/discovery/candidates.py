"""Open search: from one node, every node of a category ranked by the paths that lead there.

The score of a pair is summed over the routes m (metapaths of two hops or more) between the two nodes' kinds,

    score = Σ_m weight(m) * DWPC_m / typical(m)

with the degree-weighted path count of ``dwpc``, and ``weight`` and ``typical`` of ``routes``. That is the sum of the
scores of all its paths (``paths``). A direct statement between the two adds nothing: it is what is known, and said so.
The score is the same from either end. Himmelstein et al. 2017 (eLife 6:e26726) divide by the mean and take asinh before
they learn a weight for each metapath; with fixed weights the plain sum tells Hetionet's treatments better.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field

import numpy as np
from numpy.typing import NDArray

from isthmus.graph.discovery.dwpc import DAMPING, path_counts
from isthmus.graph.discovery.metapaths import Metapath
from isthmus.graph.discovery.paths import FoundPath, find_paths
from isthmus.graph.discovery.routes import Routes, routes_between
from isthmus.graph.discovery.snapshot import Node, Snapshot
from isthmus.graph.vocabulary import Category

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class PairScore:
    """What the graph says of a pair.

    ``components`` are the parts of ``score`` by metapath, the largest first; they add up to it. ``known`` is whether a
    statement joins the two directly. ``degree`` (edges of the second of the two) and ``degree_product`` are the
    baselines that a score must be better than. No null model backs ``p_value`` and ``q_value`` yet.
    """

    score: float = 0.0
    known: bool = False
    components: Mapping[str, float] = field(default_factory=dict)
    degree: int = 0
    degree_product: int = 0
    p_value: float | None = None
    q_value: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate(PairScore):
    """A node that paths lead to, how strongly, and the best of the paths."""

    node: Node
    paths: tuple[FoundPath, ...]


def rank_candidates(
    snapshot: Snapshot,
    source: int,
    category: Category,
    *,
    max_hops: int = 3,
    top: int = 20,
    paths_each: int = 3,
    known: bool = True,
    damping: float = DAMPING,
) -> tuple[Candidate, ...]:
    """The nodes of a category (see ``Category.includes``) that paths from ``source`` lead to, best first.

    Args:
        snapshot: the graph.
        source: number of the node that candidates are wanted for; a disease as well as a drug.
        category: what the candidates shall be.
        max_hops: 1 to 4.
        top: how many candidates at most.
        paths_each: how many paths to show with each.
        known: whether to list candidates that a statement already joins to the source.
        damping: exponent of the degrees, 0 for none.

    Raises:
        TooManyHops: for a ``max_hops`` outside 1 to 4.
    """
    wanted = snapshot.mask(category)
    wanted[source] = False
    direct = np.zeros(snapshot.n_nodes, dtype=np.bool_)
    direct[snapshot.neighbours(source)] = True
    if not known:
        wanted &= ~direct
    scores = np.zeros(snapshot.n_nodes)
    parts: list[tuple[Metapath, Floats]] = []
    for kind in snapshot.kinds_of(category):
        routes = routes_between(snapshot, snapshot.kind(source), kind, max_hops=max_hops, damping=damping)
        for metapath, part in _components(snapshot, source, routes, damping):
            scores[snapshot.members[kind]] += part
            parts.append((metapath, part))
    scores[~wanted] = 0.0
    best = np.lexsort((np.arange(len(scores)), -scores))[:top]
    return tuple(
        Candidate(
            node=snapshot.node(node),
            paths=find_paths(snapshot, source, node, max_hops=max_hops, top=paths_each, direct=False, damping=damping),
            **asdict(_pair(snapshot, source, node, bool(direct[node]), parts)),
        )
        for node in best[scores[best] > 0.0].tolist()
    )


def score_pairs(
    snapshot: Snapshot, pairs: Sequence[tuple[int, int]], *, max_hops: int = 3, damping: float = DAMPING
) -> list[PairScore]:
    """The score of each pair of nodes (numbers), in their order; the same as ``rank_candidates`` gives.

    0 where no path leads, and for a node with itself. Many pairs cost one sweep for each distinct node on the side
    that has fewer.

    Raises:
        TooManyHops: for a ``max_hops`` outside 1 to 4.
    """
    turned = len({right for _, right in pairs}) < len({left for left, _ in pairs})
    waiting: dict[int, list[int]] = {}
    for number, (left, right) in enumerate(pairs):
        waiting.setdefault(right if turned else left, []).append(number)
    scores = [PairScore()] * len(pairs)
    for source, numbers in waiting.items():
        direct = set(snapshot.neighbours(source).tolist())
        parts: dict[Category, list[tuple[Metapath, Floats]]] = {}
        for number in numbers:
            other = pairs[number][0 if turned else 1]
            if other == source:
                continue
            kind = snapshot.kind(other)
            if kind not in parts:
                routes = routes_between(snapshot, snapshot.kind(source), kind, max_hops=max_hops, damping=damping)
                parts[kind] = list(_components(snapshot, source, routes, damping))
            scores[number] = _pair(snapshot, source, other, other in direct, parts[kind], turned=turned)
    return scores


def _components(snapshot: Snapshot, source: int, routes: Routes, damping: float) -> Iterator[tuple[Metapath, Floats]]:
    """The part of the score that each route gives to every node of its last kind, those that give none left out."""
    by_metapath = {route.metapath: route for route in routes.routes if len(route.metapath) > 1}
    for metapath, counts in path_counts(snapshot, source, by_metapath, damping):
        if counts.any():
            yield metapath, by_metapath[metapath].factor * counts


def _pair(
    snapshot: Snapshot,
    source: int,
    target: int,
    known: bool,
    parts: Sequence[tuple[Metapath, Floats]],
    *,
    turned: bool = False,
) -> PairScore:
    """The score of one pair out of a sweep from ``source``; ``turned`` where it was asked for as (target, source)."""
    kind, position = snapshot.kind(target), snapshot.positions[target]
    shares = [
        (float(part[position]), (metapath.reversed if turned else metapath).text)
        for metapath, part in parts
        if metapath.categories[-1] is kind and part[position] > 0.0
    ]
    shares.sort(key=lambda share: (-share[0], share[1]))
    degrees = int(snapshot.degrees[source]), int(snapshot.degrees[target])
    return PairScore(
        score=sum(value for value, _ in shares),
        known=known,
        components={text: value for value, text in shares},
        degree=degrees[0] if turned else degrees[1],
        degree_product=degrees[0] * degrees[1],
    )
