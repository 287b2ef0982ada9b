"""Gaps: which subfields ought to talk to each other and do not.

For each pair of subfields the links between them are compared with those that the degrees of their entities alone would
make (``expected_links``). Subfields that were found in the graph are joined to each other less than chance by the way they
were found, so fewer links alone are no news; a gap is a pair that lacks links *although* it is alike. With one standard
deviation allowed for chance,

    score = rank of affinity * max(0, expected - observed - sd) / expected

in [0, 1). The rank, in (0, 1], is that among all pairs, 1 for the most alike: of the affinity of their neighbours
(``shared_neighbour_affinity``) and, where texts are given, the mean of that and of the rank of their texts' affinity.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.stats import rankdata

from isthmus.errors import UsageError
from isthmus.graph.discovery.co_mention.counts import CoMentions
from isthmus.graph.discovery.fields.bridges import Crossing, best_crossings
from isthmus.graph.discovery.fields.expected_links import links_between
from isthmus.graph.discovery.fields.subfields import Subfield, joined_graph
from isthmus.graph.discovery.memory.snapshot import Snapshot
from isthmus.steps import checkpoint

Floats = NDArray[np.float64]
Nodes = NDArray[np.int32]

# Of g groups of nodes (numbers), how alike each two are: shape (g, g), symmetric, larger for more alike.
GroupAffinity = Callable[[Sequence[Nodes]], Floats]


class TooFewSubfields(UsageError):
    """A question for gaps where there are not two subfields to have one between."""


@dataclass(frozen=True, slots=True)
class Gap:
    """Two subfields (places in the list that was asked about) and what is between them.

    ``observed`` links and the ``expected`` ones are statements between an entity of one and an entity of the other, those
    in both (``shared`` many) left out. ``z`` is about standard normal where only degrees matter. ``affinity`` (of their
    neighbours) and ``text_affinity`` (None without texts) are in [-1, 1], ``score`` in [0, 1): how much this is a gap.
    ``co_mentions`` counts the documents that name an entity of each, None where nothing is known of mentions.
    ``bridges`` are pairs by which it could be crossed.
    """

    a: int
    b: int
    observed: int
    expected: float
    z: float
    affinity: float
    text_affinity: float | None
    score: float
    shared: int
    co_mentions: int | None
    bridges: tuple[Crossing, ...]


def find_gaps(
    snapshot: Snapshot,
    subfields: Sequence[Subfield],
    *,
    texts: GroupAffinity | None = None,
    co_mentions: CoMentions | None = None,
    top: int = 50,
    bridges_each: int = 3,
) -> tuple[Gap, ...]:
    """The pairs of subfields that most ought to talk and do not, first; pairs without a gap follow by z, lowest first.

    Args:
        snapshot: the graph.
        subfields: two or more; they may overlap.
        texts: how alike groups of nodes are in what is written of them; see ``centroid_affinity``.
        co_mentions: of the same graph and year.
        top: how many pairs at most.
        bridges_each: how many bridges to show with each.

    Raises:
        TooFewSubfields: for fewer than two.
    """
    if len(subfields) < 2:
        raise TooFewSubfields(
            f"a gap lies between two subfields, and there {'is one' if subfields else 'are none'}: "
            "ingest more, or name two subfields to look between"
        )
    groups = [subfield.nodes for subfield in subfields]
    links = links_between(snapshot, groups)
    neighbours = shared_neighbour_affinity(snapshot, groups)
    written = None if texts is None else texts(groups)
    together = _co_mentions(co_mentions, groups) if co_mentions is not None else None
    a, b = np.triu_indices(len(groups), 1)
    observed, expected, z = links.observed[a, b], links.expected[a, b], links.z[a, b]
    lacking = np.maximum(expected - observed - np.sqrt(links.variance[a, b]), 0.0)
    lacking = np.divide(lacking, expected, out=np.zeros_like(lacking), where=expected > 0.0)
    ranks = [rankdata(each[a, b]) / len(a) for each in (neighbours, written) if each is not None]
    score = lacking * np.mean(ranks, axis=0)
    order = np.lexsort((b, a, z, -score))[:top]
    return tuple(
        Gap(
            a=int(a[pair]),
            b=int(b[pair]),
            observed=int(observed[pair]),
            expected=float(expected[pair]),
            z=float(z[pair]),
            affinity=float(neighbours[a[pair], b[pair]]),
            text_affinity=None if written is None else float(written[a[pair], b[pair]]),
            score=float(score[pair]),
            shared=int(links.shared[a[pair], b[pair]]),
            co_mentions=None if together is None else int(together[a[pair], b[pair]]),
            bridges=_bridges(snapshot, groups[a[pair]], groups[b[pair]], bridges_each),
        )
        for pair in order.tolist()
    )


def shared_neighbour_affinity(snapshot: Snapshot, groups: Sequence[Nodes]) -> Floats:
    """Shape (g, g), symmetric, in [-1, 1]: how far two groups are joined to the same nodes outside both of them.

    Of each group and each node in neither of the two, the joining weight (``joined_graph``) less what the node's weight
    would bring it of the group's weight out there, in standard deviations; then the cosine of the two. What a group keeps
    to itself is not counted: else any two would be alike in having little to do with the rest.
    """
    graph = joined_graph(snapshot)
    g, n = len(groups), snapshot.n_nodes
    inside = _membership(groups, n)
    weight: Floats = np.asarray(graph.sum(axis=1)).ravel()
    profile, dense = (inside @ graph).toarray(), inside.toarray() > 0.0
    alike = np.zeros((g, g))
    for a in range(g):
        checkpoint("comparing subfields", a, g)
        for b in range(a):
            outside = ~(dense[a] | dense[b]) & (weight > 0.0)
            left, right = (_excess(profile[each, outside], weight[outside]) for each in (a, b))
            size = float(np.sqrt((left @ left) * (right @ right)))
            alike[a, b] = alike[b, a] = float(left @ right) / size if size > 0.0 else 0.0
    return np.clip(alike, -1.0, 1.0)


def _excess(joined: Floats, weight: Floats) -> Floats:
    """How much more a group is joined to each node than that node's weight would bring it, in standard deviations."""
    if len(weight) == 0:
        return joined
    expected = joined.sum() * weight / weight.sum()
    excess: Floats = (joined - expected) / np.sqrt(weight)
    return excess


def centroid_affinity(vectors: NDArray[np.floating]) -> GroupAffinity:
    """Likeness by the vectors of entities, shape (n_nodes, rank), 0 for an entity without one: see ``TextAffinity``.

    The cosine of the groups' mean vectors, less the mean over all entities: what all of them have in common (the field
    that the graph is about) makes no two of them alike.
    """
    known = np.any(vectors != 0.0, axis=1)
    middle = vectors[known].mean(axis=0, dtype=np.float64) if known.any() else np.zeros(vectors.shape[1])

    def alike(groups: Sequence[Nodes]) -> Floats:
        centroids = np.zeros((len(groups), vectors.shape[1]))
        for group, nodes in enumerate(groups):
            named = nodes[known[nodes]]
            if len(named):
                centroids[group] = vectors[named].mean(axis=0, dtype=np.float64) - middle
        lengths = np.linalg.norm(centroids, axis=1, keepdims=True)
        unit = np.divide(centroids, lengths, out=np.zeros_like(centroids), where=lengths > 0.0)
        cosines: Floats = np.clip(unit @ unit.T, -1.0, 1.0)
        return cosines

    return alike


def _membership(groups: Sequence[Nodes], n: int) -> csr_array:
    """Shape (g, n): 1 where a node is in a group."""
    starts = np.concatenate(([0], np.cumsum([len(nodes) for nodes in groups]))).astype(np.int64)
    return csr_array((np.ones(starts[-1]), np.concatenate(groups), starts), shape=(len(groups), n))


def _co_mentions(co_mentions: CoMentions, groups: Sequence[Nodes]) -> Floats:
    """Shape (g, g): how many documents name an entity of each."""
    naming = (co_mentions.presence @ _membership(groups, co_mentions.n_entities).T).tocsr()
    naming.data[:] = 1.0
    both: Floats = (naming.T @ naming).toarray()
    return both


def _bridges(snapshot: Snapshot, a: Nodes, b: Nodes, top: int) -> tuple[Crossing, ...]:
    left, right = np.setdiff1d(a, b, assume_unique=True), np.setdiff1d(b, a, assume_unique=True)
    return tuple(best_crossings(snapshot, left, right, top)) if len(left) and len(right) else ()
