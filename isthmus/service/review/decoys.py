"""Blind lists: paths that the graph holds mixed with decoys that chance made, for reviewers and models to tell apart.

A real one is a stored proposal, or a path of believed statements drawn from a random statement on. Its decoy is a path of the
same metapath through a rewired copy of the graph, in which every node has kept its degree in every layer (``rewire``): of
``TRIED`` such the one whose nodes are nearest to the real one's in degree (sum of |log d - log d'|). No statement of the graph
joins two nodes of a decoy, nor the two ends of a path of several hops that was drawn: what holds a proposal together has to
tell, not what everybody knows. No path goes to a parent, lookalike or other kin. Decoys stay in the list and never enter the
graph.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from isthmus.errors import UsageError
from isthmus.graph.discovery.chance.rewire import rewire
from isthmus.graph.discovery.memory.snapshot import Snapshot
from isthmus.graph.discovery.walks.metapaths import TRIVIAL, Hop
from isthmus.graph.discovery.walks.trivial import Trivial

TRIED = 1000  # decoys for each real path
DRAWN = 40  # walks for each real path that is wanted, at most
LEAST_BELIEF = 0.5  # of a statement that a real path may go over
MOST_HOPS = 3
MOST_PATHS = 400

Nodes = NDArray[np.int64]


class TooFewPaths(UsageError):
    """A graph that has not so many paths with a decoy."""


@dataclass(frozen=True, slots=True)
class BlindPath:
    """A path by the numbers of its nodes and its hops; ``decoy`` is what the reviewer has to find out."""

    nodes: tuple[int, ...]
    hops: tuple[Hop, ...]
    decoy: bool = False


def blind_paths(
    snapshot: Snapshot, size: int, *, hops: int = 2, seed: int = 0, proposals: Sequence[BlindPath] = ()
) -> list[BlindPath]:
    """``size`` paths, half of them decoys (of an odd number the smaller half), in random order.

    Proposals come first where there are any; then paths of so many hops are drawn. Equal input gives equal lists.

    Raises:
        TooFewPaths: where the graph does not give so many.
    """
    generator = np.random.default_rng(seed)
    wanted = (size + 1) // 2
    real = [*proposals, *_drawn(snapshot, hops, wanted * DRAWN, 2 * wanted, generator)]
    rewired = rewire(snapshot, seed=seed, hops={hop for path in real for hop in path.hops})
    joined = _Joined.of(snapshot)
    pairs: dict[tuple[int, ...], tuple[BlindPath, BlindPath]] = {}
    for path in real:
        if len(pairs) == wanted:
            break
        decoy = _decoy(snapshot, rewired, joined, path, generator)
        if decoy is not None and path.nodes not in {one.nodes for one, _ in pairs.values()}:
            pairs.setdefault(decoy.nodes, (path, decoy))
    if len(pairs) < wanted:
        raise TooFewPaths(
            f"only {len(pairs)} paths of this graph have a decoy: ask for a list of {2 * len(pairs)} or fewer, "
            "or for paths of another length"
        )
    listed = [one for pair in pairs.values() for one in pair][:size]
    return [listed[place] for place in generator.permutation(len(listed)).tolist()]


@dataclass(frozen=True, eq=False, slots=True)
class _Joined:
    """Which pairs of nodes any statement of the graph joins."""

    keys: Nodes
    n: int

    @classmethod
    def of(cls, snapshot: Snapshot) -> _Joined:
        columns = snapshot.columns
        ends = np.stack((columns.subjects, columns.objects)).astype(np.int64)
        return cls(np.unique(ends.min(axis=0) * snapshot.n_nodes + ends.max(axis=0)), snapshot.n_nodes)

    def __call__(self, left: Nodes, right: Nodes) -> NDArray[np.bool_]:
        """Shape (n,), of pairs of that shape."""
        return np.isin(np.minimum(left, right) * self.n + np.maximum(left, right), self.keys)


def _drawn(snapshot: Snapshot, hops: int, draws: int, most: int, generator: np.random.Generator) -> Iterator[BlindPath]:
    """At most ``most`` different paths, each a random walk that meets no node twice."""
    walks = _Walks.of(snapshot)
    if not len(walks.targets):
        return
    entries = generator.integers(len(walks.targets), size=draws)
    nodes = [walks.sources[entries], walks.targets[entries]]
    layers = [walks.hop[entries]]
    going = np.ones(draws, dtype=np.bool_)
    for _ in range(hops - 1):
        start, end = walks.starts[nodes[-1]], walks.starts[nodes[-1] + 1]
        going &= end > start
        entries = np.minimum(start + (generator.random(draws) * (end - start)).astype(np.int64), len(walks.targets) - 1)
        nodes.append(walks.targets[entries])
        layers.append(walks.hop[entries])
    walked = np.stack(nodes)
    going &= _usable(snapshot, walked)
    if hops > 1:
        going &= ~_Joined.of(snapshot)(walked[0], walked[-1])
    seen: set[frozenset[int]] = set()
    for number in np.flatnonzero(going).tolist():
        path = tuple(walked[:, number].tolist())
        if frozenset(path) not in seen and len(seen) < most:
            seen.add(frozenset(path))
            yield BlindPath(path, tuple(walks.hops[layer[number]] for layer in layers))


@dataclass(frozen=True, eq=False, slots=True)
class _Walks:
    """The believed edges of a snapshot by the node they start from, each from both its ends; kin and parents left out.

    ``sources``, ``targets`` (nodes) and ``hop`` (place in ``hops``) are of shape (n_edges,); those from a node begin at its
    place in ``starts``.
    """

    hops: Sequence[Hop]
    sources: Nodes
    targets: Nodes
    hop: Nodes
    starts: Nodes

    @classmethod
    def of(cls, snapshot: Snapshot) -> _Walks:
        hops = [hop for hop in snapshot.layers if hop.predicate not in TRIVIAL]
        parts = [np.empty((3, 0), dtype=np.int64)]
        for number, hop in enumerate(hops):
            layer = snapshot.layers[hop]
            believed = layer.beliefs.data >= LEAST_BELIEF
            rows = np.repeat(snapshot.members[hop.source], layer.source_degrees)[believed]
            columns = snapshot.members[hop.target][layer.beliefs.indices[believed]]
            parts.append(np.stack((rows, columns, np.full(len(rows), number))))
        sources, targets, number = np.concatenate(parts, axis=1)
        order = np.argsort(sources, kind="stable")
        starts = np.searchsorted(sources[order], np.arange(snapshot.n_nodes + 1))
        return cls(hops, sources[order], targets[order], number[order], starts)


def _decoy(
    snapshot: Snapshot, rewired: Snapshot, joined: _Joined, path: BlindPath, generator: np.random.Generator
) -> BlindPath | None:
    """The best of ``TRIED`` walks over the hops of a path through the rewired graph; None where none will do."""
    first = rewired.layers[path.hops[0]]
    entries = generator.integers(first.beliefs.nnz, size=TRIED)
    rows = np.searchsorted(first.beliefs.indptr, entries, side="right") - 1
    places: list[NDArray[np.integer]] = [rows, first.beliefs.indices[entries]]
    going = np.ones(TRIED, dtype=np.bool_)
    for hop in path.hops[1:]:
        layer = rewired.layers[hop]
        degrees = layer.source_degrees[places[-1]]
        going &= degrees > 0
        entries = layer.beliefs.indptr[places[-1]] + (generator.random(TRIED) * degrees).astype(np.int64)
        places.append(layer.beliefs.indices[np.minimum(entries, layer.beliefs.nnz - 1)])
    kinds = [path.hops[0].source, *(hop.target for hop in path.hops)]
    walked = np.stack([snapshot.members[kind][place] for kind, place in zip(kinds, places, strict=True)]).astype(
        np.int64
    )
    going &= _usable(snapshot, walked)
    for left, right in ((0, -1), *pairwise(range(len(walked)))):
        going &= ~joined(walked[left], walked[right])
    if not going.any():
        return None
    degrees = np.log(np.maximum(snapshot.degrees, 1))
    away = np.abs(degrees[walked] - degrees[list(path.nodes)][:, None]).sum(axis=0)
    best = int(np.argmin(np.where(going, away, np.inf)))
    return BlindPath(tuple(walked[:, best].tolist()), path.hops, decoy=True)


def _usable(snapshot: Snapshot, walked: Nodes) -> NDArray[np.bool_]:
    """Shape (n_walks,): which walks (columns) meet no node twice and go to no kin."""
    usable = np.ones(walked.shape[1], dtype=np.bool_)
    trivial = Trivial.of(snapshot)
    for before, nodes in enumerate(walked):
        for others in walked[before + 1 :]:
            usable &= nodes != others
    for left, right in pairwise(walked):
        usable &= ~trivial.kin(left.astype(np.int32), right.astype(np.int32))
    return usable
