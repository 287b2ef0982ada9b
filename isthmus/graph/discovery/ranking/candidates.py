"""Open search and scores of pairs: how likely a link between two nodes is, and what speaks for it.

The score is that of ``fusion`` over the ``features`` of the pair: a sum of named parts, none below 0, with weights learned
from what the graph itself came to know after cuts in its past. It is the same from either end. A direct statement between
the two is no part of it: it is what is known, and said so. Only what path, name or text joins to the source is a candidate;
when it was last heard of (``recency``) is no reason of its own. Nor is kin of the source (``trivial``): a parent disease, a
lookalike or another member of the family is joined to it by being nearly the same thing.

``p_value`` is of the path evidence alone, given the degrees of both ends (``path_nulls``), and ``q_value`` is Benjamini and
Hochberg's over all that was asked: every node of the category, or every pair given.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import cast

import numpy as np
from numpy.typing import NDArray

from isthmus.graph.discovery.chance.nulls import benjamini_hochberg
from isthmus.graph.discovery.chance.path_nulls import p_values
from isthmus.graph.discovery.memory.snapshot import Node, Snapshot
from isthmus.graph.discovery.ranking.features import FEATURES, Features
from isthmus.graph.discovery.ranking.fusion import Fusion, fusion_of, scales_of
from isthmus.graph.discovery.ranking.named import Named
from isthmus.graph.discovery.walks.paths import FoundPath, find_paths
from isthmus.graph.discovery.walks.trivial import Trivial
from isthmus.graph.vocabulary import Category

_ROUNDING = 1e-9  # a part so small is what rounding left of none
_PATHS, _RECENCY = FEATURES.index("paths"), FEATURES.index("recency")

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class PairScore:
    """What the graph says of a pair.

    ``components`` are the parts of ``score`` by feature, the largest first, without those that are 0; they add up to it.
    ``known`` is whether a statement joins the two directly. ``degree`` (edges of the second of the two) and
    ``degree_product`` are the baselines that a score must be better than. ``p_value`` and ``q_value`` are in (0, 1].
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
    """A node that ranks, how strongly, and the best of the paths that lead to it."""

    node: Node
    paths: tuple[FoundPath, ...]


def rank_candidates(
    snapshot: Snapshot,
    source: int,
    category: Category,
    *,
    named: Named | None = None,
    max_hops: int = 3,
    top: int = 20,
    skip: int = 0,
    paths_each: int = 3,
    known: bool = True,
    kin: bool = False,
) -> tuple[Candidate, ...]:
    """The nodes of a category (see ``Category.includes``) that rank best for ``source``, best first.

    Args:
        snapshot: the graph.
        source: number of the node that candidates are wanted for; a disease as well as a drug.
        category: what the candidates shall be.
        named: the sentences of the graph; without them nothing is known from text.
        max_hops: 1 to 4.
        top: how many candidates at most.
        skip: how many of the best to pass over.
        paths_each: how many paths to show with each; 0 for none.
        known: whether to list candidates that a statement already joins to the source.
        kin: whether to list kin of the source; ``kin_left_out`` says how many there are.

    Raises:
        TooManyHops: for a ``max_hops`` outside 1 to 4.
    """
    features = features_of(snapshot, named, max_hops)
    wanted = asked_for(snapshot, source, category, known=known, kin=kin)
    direct = np.isin(np.arange(snapshot.n_nodes), snapshot.neighbours(source))
    values = features.of_source(source, snapshot.kinds_of(category))
    parts = _parts(features, values, named)
    scores = np.where(wanted, parts.sum(axis=1), 0.0)
    best = np.lexsort((np.arange(len(scores)), -scores))[skip : skip + top]
    best = best[scores[best] > 0.0]
    asked = np.flatnonzero(wanted)
    p = p_values(features, np.full(len(asked), source), asked, values[asked, _PATHS])
    q = benjamini_hochberg(p)
    found = []
    for node in best.tolist():
        place = int(np.searchsorted(asked, node))
        pair = _pair(snapshot, (source, node), bool(direct[node]), parts[node], float(p[place]), float(q[place]))
        paths: tuple[FoundPath, ...] = ()
        if paths_each:
            paths = find_paths(snapshot, source, node, max_hops=max_hops, top=paths_each, direct=False)
        found.append(Candidate(node=snapshot.node(node), paths=paths, **asdict(pair)))
    return tuple(found)


def asked_for(
    snapshot: Snapshot, source: int, category: Category, *, known: bool = True, kin: bool = False
) -> NDArray[np.bool_]:
    """Shape (n_nodes,): which nodes ``rank_candidates`` ranks with these settings."""
    wanted = snapshot.mask(category)
    wanted[source] = False
    if not known:
        wanted[snapshot.neighbours(source)] = False
    if not kin:
        wanted[_kin(snapshot, source, wanted)] = False
    return wanted


def kin_left_out(snapshot: Snapshot, source: int, category: Category, *, known: bool = True) -> int:
    """How many nodes are no candidates only because they are kin of the source."""
    return len(_kin(snapshot, source, asked_for(snapshot, source, category, known=known, kin=True)))


def _kin(snapshot: Snapshot, source: int, wanted: NDArray[np.bool_]) -> NDArray[np.int32]:
    among = np.flatnonzero(wanted).astype(np.int32)
    kin: NDArray[np.int32] = among[Trivial.of(snapshot).kin_of(source, among)]
    return kin


def scores_of_source(features: Features, source: int, category: Category) -> Floats:
    """Shape (n_nodes,): the score of one node with every node; typed paths are counted to those of the category only."""
    values = features.of_source(source, features.snapshot.kinds_of(category))
    return cast("Floats", _parts(features, values, features.named).sum(axis=1))


def scores_between(features: Features, left: NDArray[np.integer], right: NDArray[np.integer]) -> Floats:
    """Shape (n_left, n_right): the scores of some nodes of one kind with some of another kind, as ``scores_of_source`` has them.

    Much quicker than one sweep for each, where both are hundreds.
    """
    first, second = np.repeat(left, len(right)).astype(np.int64), np.tile(right, len(left)).astype(np.int64)
    values = features.of_pairs(first, second, metapaths=False)
    if features.typed:
        values[:, _PATHS] = features.typed_between(left.astype(np.int64), right.astype(np.int64)).ravel()
    return cast("Floats", _parts(features, values, features.named).sum(axis=1).reshape(len(left), len(right)))


def score_pairs(
    snapshot: Snapshot, pairs: Sequence[tuple[int, int]], *, named: Named | None = None, max_hops: int = 3
) -> list[PairScore]:
    """The score of each pair of nodes (numbers), in their order; the same as ``rank_candidates`` gives.

    0 where nothing joins them, and for a node with itself.

    Raises:
        TooManyHops: for a ``max_hops`` outside 1 to 4.
    """
    if not pairs:
        return []
    features = features_of(snapshot, named, max_hops)
    ends = np.array(pairs, dtype=np.int64)
    values = features.of_pairs(ends[:, 0], ends[:, 1])
    parts = _parts(features, values, named)
    p = p_values(features, ends[:, 0], ends[:, 1], values[:, _PATHS])
    q = benjamini_hochberg(p)
    neighbours = {left: set(snapshot.neighbours(left).tolist()) for left in np.unique(ends[:, 0]).tolist()}
    return [
        PairScore()
        if left == right
        else _pair(snapshot, (left, right), right in neighbours[left], part, float(p_value), float(q_value))
        for (left, right), part, p_value, q_value in zip(ends.tolist(), parts, p, q, strict=True)
    ]


def fast_scores(snapshot: Snapshot, pairs: NDArray[np.integer], *, named: Named | None = None) -> Floats:
    """The scores alone, shape (n_pairs,), for pairs of shape (n_pairs, 2)."""
    return scores_from(snapshot, pairs, fusion_of(snapshot, named), named)


def scores_from(snapshot: Snapshot, pairs: NDArray[np.integer], fusion: Fusion, named: Named | None = None) -> Floats:
    """The same with given weights."""
    features = features_of(snapshot, named, 3)
    ends = np.asarray(pairs, dtype=np.int64).reshape(-1, 2)
    values = features.of_pairs(ends[:, 0], ends[:, 1])
    return cast("Floats", _weighed(features, values, fusion).sum(axis=1))


def features_of(snapshot: Snapshot, named: Named | None, max_hops: int) -> Features:
    """The features of the snapshot, kept with it for the sentences that were given last."""
    key = ("features", max_hops)
    kept = cast("Features | None", snapshot.memo.get(key))
    if kept is None or kept.named is not named:
        kept = snapshot.memo[key] = Features(snapshot, named, max_hops)
    return kept


def _parts(features: Features, values: Floats, named: Named | None) -> Floats:
    return _weighed(features, values, fusion_of(features.snapshot, named, features.max_hops))


def _weighed(features: Features, values: Floats, fusion: Fusion) -> Floats:
    parts = fusion.parts(values, scales_of(features))
    parts[parts < _ROUNDING] = 0.0
    others = np.delete(parts, _RECENCY, axis=1)
    parts[~others.any(axis=1), _RECENCY] = 0.0
    return parts


def _pair(
    snapshot: Snapshot, ends: tuple[int, int], known: bool, part: Floats, p_value: float, q_value: float
) -> PairScore:
    shares = sorted(((float(one), name) for one, name in zip(part, FEATURES, strict=True) if one > 0.0), reverse=True)
    degrees = int(snapshot.degrees[ends[0]]), int(snapshot.degrees[ends[1]])
    return PairScore(
        score=sum(value for value, _ in shares),
        known=known,
        components={name: value for value, name in shares},
        degree=degrees[1],
        degree_product=degrees[0] * degrees[1],
        p_value=p_value,
        q_value=q_value,
    )
