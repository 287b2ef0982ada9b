"""Which of many paths to show: the best, but not twenty variants of one.

Paths are *alike* when they share a node of their middle, or their metapath. At most ``MOST_ALIKE`` of those that are
alike are shown while others are to be had, and of paths through the very same nodes (parallel predicates) only the best.
What is shown is bundled: paths that share a middle node with the best one of their bundle.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from isthmus.graph.discovery.walks.meeting import NO_NODE, Best

MOST_ALIKE = 3


class Shown(NamedTuple):
    """A path that is shown, by its place in what was found.

    ``bundle`` is numbered from 1 in the order of the bundles' best paths; ``alike`` is how many paths more of that bundle
    were found and are not shown.
    """

    place: int
    bundle: int
    alike: int


def choose(found: Best, top: int, *, bundle: bool = True) -> list[Shown]:
    """The best ``top`` paths, best first, ties in the order of their nodes, then of their metapaths.

    Without ``bundle`` those with the highest values; with it no more than ``MOST_ALIKE`` that are alike, and where that
    leaves fewer than ``top``, the best of the others.
    """
    order = _ranked(found)
    chosen = order[:top].tolist()
    if bundle and len(order) > 1:
        chosen = _varied(found, order, top)
        if len(chosen) < top:
            taken = set(chosen)
            chosen += [place for place in order.tolist() if place not in taken][: top - len(chosen)]
            rank = np.argsort(order)
            chosen.sort(key=lambda place: int(rank[place]))
    return _bundled(found, chosen)


def _ranked(found: Best) -> NDArray[np.intp]:
    hops = sorted(range(len(found.metapaths)), key=found.metapaths.__getitem__)
    rank = np.argsort(np.array(hops, dtype=np.intp))
    return np.lexsort((rank[found.numbers], *found.middles.T[::-1], -found.values))


def _varied(found: Best, order: NDArray[np.intp], top: int) -> list[int]:
    """The first in order of which no more than so many are alike."""
    chosen: list[int] = []
    alike: Counter[Hashable] = Counter()
    for place in order.tolist():
        nodes = tuple(node for node in found.middles[place].tolist() if node != NO_NODE)
        groups: list[Hashable] = [("metapath", int(found.numbers[place])), *nodes]
        if not alike[nodes] and all(alike[group] < MOST_ALIKE for group in groups):
            alike.update([*groups, nodes])
            chosen.append(place)
            if len(chosen) == top:
                break
    return chosen


def _bundled(found: Best, chosen: list[int]) -> list[Shown]:
    """The chosen with their bundles."""
    of_path = np.zeros(len(found.values), dtype=np.int64)
    bundles = 0
    for place in chosen:
        if not of_path[place]:
            bundles += 1
            middles = found.middles[place]
            nodes = middles[middles != NO_NODE]
            shares = np.isin(found.middles, nodes).any(axis=1) if len(nodes) else (found.middles == NO_NODE).all(axis=1)
            of_path[shares & (of_path == 0)] = bundles
    more = np.bincount(of_path, minlength=bundles + 1)
    more -= np.bincount(of_path[chosen], minlength=bundles + 1)
    return [Shown(place, int(of_path[place]), int(more[of_path[place]])) for place in chosen]
