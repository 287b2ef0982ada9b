"""A slice of time: which pairs were first joined in it, and pairs like them that were not."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from isthmus.graph.discovery.memory.snapshot import Snapshot
from isthmus.graph.discovery.walks.metapaths import TRIVIAL
from isthmus.graph.stores.columns import GraphColumns
from isthmus.graph.vocabulary import Predicate

NEVER = np.iinfo(np.int32).max
NEAR = 0.15  # of log(1 + degree): nodes that differ by no more have like degrees
_TRIES = 20

# What says which parts, copies and parents a thing has is no discovery.
NO_DISCOVERY = TRIVIAL | {Predicate.PART_OF, Predicate.VARIANT_OF}

Pairs = NDArray[np.int64]  # of shape (n, 2), the smaller node first


@dataclass(frozen=True, eq=False)
class History:
    """Since when pairs of nodes are joined, over all predicates.

    ``keys`` (smaller node times n_nodes plus the larger, sorted), ``first`` and ``told`` (the years of the first
    statement of any kind, and of the first that is a discovery; 0 where undated, ``NEVER`` where there is none) and
    ``denied`` (the first negated statement) are of shape (n_pairs,).
    """

    n_nodes: int
    keys: NDArray[np.int64]
    first: NDArray[np.int64]
    told: NDArray[np.int64]
    denied: NDArray[np.int64]

    @classmethod
    def of(cls, columns: GraphColumns) -> History:
        """Out of all evidence that counts for anything."""
        pieces = np.flatnonzero(columns.evidence_score > 0.0)
        statement = columns.evidence_statement[pieces]
        pieces = pieces[columns.subjects[statement] != columns.objects[statement]]
        statement = columns.evidence_statement[pieces]
        ends = columns.subjects[statement].astype(np.int64), columns.objects[statement].astype(np.int64)
        n = len(columns.categories)
        keys, pair = np.unique(np.minimum(*ends) * n + np.maximum(*ends), return_inverse=True)
        year = columns.evidence_year[pieces].astype(np.int64)
        negated = columns.negated[statement]
        trivial = np.array([predicate in NO_DISCOVERY for predicate in Predicate])[columns.predicates[statement]]

        def earliest(chosen: NDArray[np.bool_]) -> NDArray[np.int64]:
            found = np.full(len(keys), NEVER, dtype=np.int64)
            np.minimum.at(found, pair[chosen], year[chosen])
            return found

        return cls(n, keys, earliest(~negated), earliest(~negated & ~trivial), earliest(negated))

    def between(self, snapshot: Snapshot, until: int) -> Pairs:
        """The pairs of nodes of a snapshot that were first joined after its year, up to ``until``."""
        new = (self.first > (snapshot.as_of or 0)) & (self.first <= until) & (self.told == self.first)
        return self._known(self.keys[new], snapshot)

    def refuted(self, snapshot: Snapshot, until: int) -> Pairs:
        """The pairs that until then were only denied, and first so after the year of the snapshot."""
        new = (self.denied > (snapshot.as_of or 0)) & (self.denied <= until) & (self.first > until)
        return self._known(self.keys[new], snapshot)

    def joined(self, pairs: Pairs, until: int) -> NDArray[np.bool_]:
        """Whether each pair is joined or denied by the end of the year ``until``, or at a time that nobody knows."""
        wanted = pairs.min(axis=1) * self.n_nodes + pairs.max(axis=1)
        if len(self.keys) == 0:
            return np.zeros(len(pairs), dtype=np.bool_)
        at = np.minimum(np.searchsorted(self.keys, wanted), len(self.keys) - 1)
        found: NDArray[np.bool_] = (self.keys[at] == wanted) & (np.minimum(self.first, self.denied)[at] <= until)
        return found

    @cached_property
    def years(self) -> tuple[int, int]:
        """The first and the last year in which a pair was joined; (0, 0) where nothing is dated."""
        dated = self.first[(self.first > 0) & (self.first < NEVER)]
        return (int(dated.min()), int(dated.max())) if len(dated) else (0, 0)

    def _known(self, keys: NDArray[np.int64], snapshot: Snapshot) -> Pairs:
        pairs = np.stack((keys // self.n_nodes, keys % self.n_nodes), axis=1)
        return pairs[snapshot.exists[pairs].all(axis=1)]


@dataclass(frozen=True, eq=False)
class Draw:
    """Draws negatives: a positive pair with one end, either, replaced by another node of its category.

    With ``degrees`` (n_nodes,), that one has a like degree (``NEAR``), so that degrees tell nothing.
    """

    snapshot: Snapshot
    history: History
    until: int
    degrees: NDArray[np.int64] | None = None

    def negatives(self, positives: Pairs, each: int, seed: int) -> tuple[Pairs, NDArray[np.int64]]:
        """At most ``each`` for every positive, and which one (row) they were drawn for; a pair may come twice.

        A positive for whose ends no other node is found within a few tries has fewer.
        """
        generator = np.random.default_rng(seed)
        owner = np.repeat(np.arange(len(positives)), each)
        pairs = positives[owner].copy()
        left = np.arange(len(owner))
        for _ in range(_TRIES):
            if len(left) == 0:
                break
            drawn = positives[owner[left]].copy()
            side = generator.integers(0, 2, len(left))
            drawn[np.arange(len(left)), side] = self._others(drawn[np.arange(len(left)), side], generator)
            drawn.sort(axis=1)
            pairs[left] = drawn
            bad = (drawn[:, 0] == drawn[:, 1]) | self.history.joined(drawn, self.until)
            left = left[bad]
        kept = np.setdiff1d(np.arange(len(owner)), left)
        return pairs[kept], owner[kept]

    def _others(self, nodes: NDArray[np.int64], generator: np.random.Generator) -> NDArray[np.int64]:
        levels, order, starts, stops = self._shelves
        place = generator.random(len(nodes))
        category = self.snapshot.categories[nodes].astype(np.int64)
        low, high = starts[category], stops[category]
        if self.degrees is not None:
            own = category * _SHELF + np.log1p(self.degrees[nodes])
            low = np.searchsorted(levels, own - NEAR, side="left")
            high = np.searchsorted(levels, own + NEAR, side="right")
        return order[low + (place * (high - low)).astype(np.int64)]

    @cached_property
    def _shelves(self) -> tuple[NDArray[np.float64], NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
        """The known nodes by category, then by degree: their level, the nodes, and where each category begins and ends."""
        known = np.flatnonzero(self.snapshot.exists)
        category = self.snapshot.categories[known].astype(np.int64)
        degree = np.zeros(len(known)) if self.degrees is None else np.log1p(self.degrees[known])
        order = np.lexsort((known, degree, category))
        numbers = np.arange(int(category.max(initial=0)) + 1)
        starts = np.searchsorted(category[order], numbers)
        stops = np.searchsorted(category[order], numbers, side="right")
        return (category * _SHELF + degree)[order], known[order], starts, stops


_SHELF = 1000.0  # more than any logarithm of a degree
