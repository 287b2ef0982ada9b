"""Rewiring: a graph in which every node keeps its degree in every layer, and nothing else.

XSwap (Hanhijärvi et al. 2009, doi:10.1137/1.9781611972795.67): two edges of a layer a-b and c-d become a-d and c-b, if
neither is there already and neither joins a node with itself. A round puts the edges of every layer in pairs at random
and swaps all pairs at once; one whose new edge another pair makes too is not swapped. What edges carry (belief, year,
statement) is dealt out anew among the edges of the layer, so it tells nothing about their ends.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from isthmus.graph.discovery.memory.layers import Layer
from isthmus.graph.discovery.memory.snapshot import Snapshot
from isthmus.graph.discovery.walks.metapaths import Hop

# After twenty rounds an edge was in twenty swaps, twice what Rephetio's permutations did; a few more make a fresh copy
# of a copy. (Himmelstein et al. 2017, eLife 6:e26726: 10 tried swaps per edge, two edges each, between permutations.)
BURN_IN = 20
BETWEEN = 5

_TABLE = 8  # places, at least, in the table of edges for each edge: some swaps are rejected for nothing, at random
_TOGETHER = 1 << 17  # edges of small layers that are swapped at once; what a round looks up should stay in the cache

Places = NDArray[np.int64]


@dataclass(frozen=True, eq=False, slots=True)
class _Wiring:
    """The edges of some layers, each once, layer after layer.

    ``layer`` (number in ``hops``), ``sources`` and ``targets`` (rows and columns of the layer) are of shape (n_edges,);
    ``bases`` and ``widths``, of shape (n_layers,), turn an edge into a number of its own. ``unordered`` layers join a
    kind with itself by a symmetric predicate, ``one_kind`` ones join a kind with itself. ``pairs``, of shape (2, n),
    are places in an order of the edges by layer.
    """

    hops: tuple[Hop, ...]
    layer: NDArray[np.int32]
    sources: NDArray[np.int32]
    targets: NDArray[np.int32]
    bases: Places
    widths: Places
    unordered: NDArray[np.bool_]
    one_kind: NDArray[np.bool_]
    pairs: Places


def rewire(
    snapshot: Snapshot, *, seed: int = 0, rounds: int = BURN_IN, hops: Collection[Hop] | None = None
) -> Snapshot:
    """A copy of the graph with the edges of every layer rewired; see ``rewirings``."""
    return next(rewirings(snapshot, seed=seed, burn_in=rounds, hops=hops))


def rewirings(
    snapshot: Snapshot,
    *,
    seed: int = 0,
    burn_in: int = BURN_IN,
    between: int = BETWEEN,
    hops: Collection[Hop] | None = None,
) -> Iterator[Snapshot]:
    """Ever new rewired copies of the graph, each made from the last.

    Degrees in every layer stay as they were, no edge is there twice or joins a node with itself, and the layers of a
    predicate's two directions stay each other's transpose.

    Args:
        snapshot: the graph.
        seed: equal seeds give equal copies.
        burn_in: rounds before the first copy.
        between: rounds between one copy and the next.
        hops: the layers wanted, with their reverses; all where not given. The copies hold no others.
    """
    generator = np.random.default_rng(seed)
    wanted = snapshot.layers.keys() if hops is None else {way for hop in hops for way in (hop, hop.reversed)}
    wirings = [
        _wiring(snapshot, block) for block in _blocks(snapshot, sorted(hop for hop in wanted if hop <= hop.reversed))
    ]
    rounds = burn_in
    while True:
        layers: dict[Hop, Layer] = {}
        for wiring in wirings:
            for _ in range(rounds):
                _swap(wiring, generator)
            layers |= _layers(snapshot, wiring, generator)
        yield replace(snapshot, layers=layers)
        rounds = between


def share_changed(before: Snapshot, after: Snapshot) -> dict[Hop, float]:
    """For each layer of ``after`` the share of its edges, in [0, 1], that are not in ``before``."""
    changed = {}
    for hop, layer in after.layers.items():
        was, now = _numbers(before.layers[hop]), _numbers(layer)
        changed[hop] = 1.0 - len(np.intersect1d(was, now, assume_unique=True)) / max(len(now), 1)
    return changed


def _numbers(layer: Layer) -> Places:
    rows = np.repeat(np.arange(layer.beliefs.shape[0], dtype=np.int64), layer.source_degrees)
    return rows * layer.beliefs.shape[1] + layer.beliefs.indices


def _blocks(snapshot: Snapshot, hops: Sequence[Hop]) -> Iterator[tuple[Hop, ...]]:
    """Small layers together, large ones alone."""
    block: list[Hop] = []
    edges = 0
    for hop in hops:
        size = snapshot.layers[hop].beliefs.nnz
        if block and edges + size > _TOGETHER:
            yield tuple(block)
            block, edges = [], 0
        block.append(hop)
        edges += size
    if block:
        yield tuple(block)


def _wiring(snapshot: Snapshot, hops: tuple[Hop, ...]) -> _Wiring:
    sources, targets, sizes, shapes = [], [], [], []
    for hop in hops:
        rows, columns = _ends(snapshot.layers[hop])
        if hop == hop.reversed:
            rows, columns = rows[rows < columns], columns[rows < columns]
        sources.append(rows)
        targets.append(columns)
        sizes.append(len(rows))
        shapes.append(snapshot.layers[hop].beliefs.shape)
    areas = np.array([rows * columns for rows, columns in shapes], dtype=np.int64)
    starts = np.cumsum([0, *sizes])
    left = [np.arange(start, start + size - 1, 2) for start, size in zip(starts, sizes, strict=False)]
    first = np.concatenate(left).astype(np.int64) if left else np.empty(0, dtype=np.int64)
    return _Wiring(
        hops=hops,
        layer=np.repeat(np.arange(len(hops), dtype=np.int32), sizes),
        sources=np.concatenate([np.empty(0, dtype=np.int32), *sources]).astype(np.int32),
        targets=np.concatenate([np.empty(0, dtype=np.int32), *targets]).astype(np.int32),
        bases=np.cumsum(areas) - areas,
        widths=np.array([columns for _, columns in shapes], dtype=np.int64),
        unordered=np.array([hop == hop.reversed for hop in hops], dtype=np.bool_),
        one_kind=np.array([hop.source is hop.target for hop in hops], dtype=np.bool_),
        pairs=np.stack((first, first + 1)),
    )


def _ends(layer: Layer) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    rows = np.repeat(np.arange(layer.beliefs.shape[0], dtype=np.int32), layer.source_degrees)
    return rows, layer.beliefs.indices


def _shuffled(layer: NDArray[np.int32], generator: np.random.Generator) -> Places:
    """The edges layer by layer, in any order within each."""
    return np.argsort(layer + generator.random(len(layer)))


def _swap(wiring: _Wiring, generator: np.random.Generator) -> None:
    """One round, in place."""
    order = _shuffled(wiring.layer, generator)
    left, right = order[wiring.pairs]
    layer = wiring.layer[left]
    a, b, c, d = wiring.sources[left], wiring.targets[left], wiring.sources[right], wiring.targets[right]
    if wiring.unordered.any():
        # Without a direction c-d is as good an edge as d-c; never turned, a node would only meet half of the others.
        turned = wiring.unordered[layer] & (generator.random(len(layer)) < 0.5)
        c, d = np.where(turned, d, c), np.where(turned, c, d)
    new = np.stack((_number(wiring, layer, a, d), _number(wiring, layer, c, b)))
    allowed = _free(_number(wiring, wiring.layer, wiring.sources, wiring.targets), new, generator)
    if wiring.one_kind.any():
        allowed &= ~(wiring.one_kind[layer] & ((a == d) | (c == b)))
    wiring.targets[left[allowed]] = d[allowed]
    wiring.sources[right[allowed]] = c[allowed]
    wiring.targets[right[allowed]] = b[allowed]


def _number(
    wiring: _Wiring, layer: NDArray[np.int32], sources: NDArray[np.int32], targets: NDArray[np.int32]
) -> Places:
    """A number for each edge that no other edge of any layer has."""
    if wiring.unordered.any():
        turned = wiring.unordered[layer] & (targets < sources)
        sources, targets = np.where(turned, targets, sources), np.where(turned, sources, targets)
    if len(wiring.hops) == 1:
        return np.asarray(sources * wiring.widths[0] + targets, dtype=np.int64)
    return np.asarray(wiring.bases[layer] + sources * wiring.widths[layer] + targets, dtype=np.int64)


def _free(there: Places, new: Places, generator: np.random.Generator) -> NDArray[np.bool_]:
    """Shape (n,): whether neither of the two new edges is there, or made by another pair too.

    By a table in which two edges now and then have one place, and then the answer is no for nothing. That happens to
    any edge alike, and to others each time, so that where the rewiring ends does not depend on it.
    """
    bits = max(int(_TABLE * len(there)).bit_length(), 4)
    shift = np.uint64(64 - bits)
    factor = np.uint64(generator.integers(1 << 62, dtype=np.int64) * 2 + 1)
    place = ((new.view(np.uint64) * factor) >> shift).view(np.int64)
    number = np.arange(new.size, dtype=np.int32).reshape(new.shape)
    owner = np.full(1 << bits, -1, dtype=np.int32)
    owner[place] = number
    # Of two pairs that would make the same edge only the last has its number there; what is there already owns it all.
    owner[((there.view(np.uint64) * factor) >> shift).view(np.int64)] = -1
    free: NDArray[np.bool_] = (owner[place] == number).all(axis=0)
    return free


def _layers(snapshot: Snapshot, wiring: _Wiring, generator: np.random.Generator) -> dict[Hop, Layer]:
    """The edges sorted into layers, in both directions, with what they carry dealt out anew."""
    carries = _shuffled(wiring.layer, generator)
    layers: dict[Hop, Layer] = {}
    start = 0
    for number, hop in enumerate(wiring.hops):
        old = snapshot.layers[hop]
        end = start + len(old.statements) // (2 if wiring.unordered[number] else 1)
        sources, targets = wiring.sources[start:end], wiring.targets[start:end]
        carried = carries[start:end] - start
        if wiring.unordered[number]:
            rows, columns = _ends(old)
            carried = np.flatnonzero(rows < columns)[carried]
            sources, targets = np.concatenate((sources, targets)), np.concatenate((targets, sources))
            carried = np.concatenate((carried, carried))
        else:
            layers[hop.reversed] = _layer(snapshot.layers[hop.reversed], old, targets, sources, carried)
        layers[hop] = _layer(old, old, sources, targets, carried)
        start = end
    return layers


def _layer(
    old: Layer, carrying: Layer, sources: NDArray[np.int32], targets: NDArray[np.int32], carried: Places
) -> Layer:
    """The layer with these edges; ``carried`` are the places in ``carrying`` of what each edge carries."""
    order = np.argsort(sources.astype(np.int64) * old.beliefs.shape[1] + targets)
    carried = carried[order]
    beliefs = csr_array((carrying.beliefs.data[carried], targets[order], old.beliefs.indptr), shape=old.beliefs.shape)
    return replace(
        old,
        beliefs=beliefs,
        statements=carrying.statements[carried],
        first_years=carrying.first_years[carried],
        evidence_counts=carrying.evidence_counts[carried],
    )
