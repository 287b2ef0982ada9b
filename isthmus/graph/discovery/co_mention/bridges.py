"""What joins A and C by co-mention: the B that are named with both, in papers that need not name A and C together.

The leg measures and their aggregations are those of LION (Pyysalo et al. 2019, Bioinformatics 35:1553): a bridge has
two legs, A-B and B-C; min, avg or max makes one value of the two, and the sum or max over bridges one of a pair.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np
from numpy.typing import NDArray

from isthmus.graph.discovery.co_mention.counts import KIND, CoMentions, Floats, Ints
from isthmus.graph.discovery.co_mention.measures import (
    FLOOR,
    ROWS_AT_ONCE,
    blocks,
    measure,
    paired,
    picked,
)

if TYPE_CHECKING:
    from isthmus.graph.discovery.co_mention.counts import Incidence

LEGS = ("documents", "jaccard", "npmi", "scp", "llr")
AGGREGATES = ("min_sum", "avg_sum", "max_sum", "min_max", "avg_max", "max_max", "ltc", "amw")
DOCUMENTS_SHOWN = 5
ENDS_AT_ONCE = 4_096  # rows of legs in memory together
VALUES_AT_ONCE = 4_000_000


@dataclass(frozen=True, slots=True)
class CoMentionLeg:
    """Two entities (numbers) that ``documents`` papers and ``sentences`` sentences name together.

    ``value`` is that of the leg's measure, ``years`` the first and the last one where a paper is dated, and
    ``document_ids`` are of the latest papers, a few. ``from_evidence`` is whether none of the papers was read as text.
    """

    source: int
    target: int
    value: float
    documents: int
    sentences: int
    years: tuple[int, int] | None
    document_ids: tuple[str, ...]
    from_evidence: bool


@dataclass(frozen=True, slots=True)
class CoMentionPath:
    """A bridge between two entities. It says that papers name them, not how they stand to each other: no statement."""

    bridge: int
    score: float
    legs: tuple[CoMentionLeg, CoMentionLeg]
    kind: Literal["co-mention"] = KIND


@dataclass(frozen=True, slots=True)
class CoMentionAnswer:
    """What joins two entities by co-mention: ``direct`` where papers name both, the best bridges, how many there are.

    ``measures`` are the aggregations of ``abc_measures`` for the pair.
    """

    direct: CoMentionLeg | None
    bridges: tuple[CoMentionPath, ...]
    n_bridges: int
    measures: dict[str, float]
    kind: Literal["co-mention"] = KIND


def abc_measures(
    co: CoMentions,
    sources: NDArray[np.integer],
    targets: NDArray[np.integer],
    *,
    leg: str = "jaccard",
    floor: int = FLOOR,
) -> dict[str, Floats]:
    """What bridges make of each pair ``(sources[i], targets[i])``: ``AGGREGATES``, each of shape (n_pairs,).

    With the values w_ab and w_bc of ``leg`` (one of ``LEGS``) and B the entities, other than a and c, with both above 0:

        {min,avg,max}_{sum,max}  sum or max over B of the min, mean or max of w_ab and w_bc
        ltc                      |B|, linking term count
        amw                      Σ_B min(w_ab, w_bc) / |B|, average minimum weight (Yetisgen-Yildiz & Pratt 2009)

    All are 0 where no bridge is, and for an entity with itself. The sum of the min of Jaccard or of documents is what does
    best on past discoveries.

    Raises:
        UnlikeNumbers: where the two arrays differ in length.
    """
    left, right = paired(sources, targets)
    totals = _Totals(len(left))
    for some, rows, ends in blocks(left):
        own = _legs(co, ends, leg, floor)
        others, place = np.unique(right[some], return_inverse=True)
        for start in range(0, len(others), ENDS_AT_ONCE):
            chosen = np.flatnonzero((place >= start) & (place < start + ENDS_AT_ONCE))
            theirs = _legs(co, others[start : start + ENDS_AT_ONCE], leg, floor)
            for pairs, bridges, onward in _runs(theirs, place[chosen] - start):
                values = picked(own, rows[chosen[pairs]], bridges)
                joined = (values > 0.0) & (left[some[chosen[pairs]]] != right[some[chosen[pairs]]])
                totals.add(values[joined], onward[joined], some[chosen[pairs]][joined])
    return totals.measures()


def abc_from(co: CoMentions, source: int, *, leg: str = "jaccard", floor: int = FLOOR) -> dict[str, Floats]:
    """``abc_measures`` of one entity with every entity, each of shape (n_entities,): from its partners' partners."""
    own = _legs(co, np.array([source]), leg, floor)
    totals = _Totals(co.n_entities)
    for start in range(0, own.nnz, ROWS_AT_ONCE):
        some = slice(start, start + ROWS_AT_ONCE)
        onward = _legs(co, own.indices[some].astype(np.int64), leg, floor)
        values = np.repeat(own.data[some], np.diff(onward.indptr))
        other = onward.indices != source
        totals.add(values[other], onward.data[other], onward.indices[other].astype(np.int64))
    return totals.measures()


def joined_by_co_mention(
    co: CoMentions, a: int, c: int, *, top: int = 20, leg: str = "jaccard", barred: NDArray[np.bool_] | None = None
) -> CoMentionAnswer:
    """The bridges between two entities, by the weaker of their two legs, the strongest first (then by number).

    Entities ``barred``, shape (n_entities,), are no bridges (kin of either end), but count in the measures.
    """
    found = _legs(co, np.array([a, c]), leg, floor=1)
    own, theirs = found[[0]].toarray()[0], found[[1]].toarray()[0]
    weaker = np.minimum(own, theirs) if a != c else np.zeros(len(own))
    if barred is not None:
        weaker[barred] = 0.0
    order = np.lexsort((np.arange(len(weaker)), -weaker))
    n_bridges = int(np.count_nonzero(weaker > 0.0))
    measures = abc_measures(co, np.array([a]), np.array([c]), leg=leg)
    return CoMentionAnswer(
        direct=_leg(co, a, c, leg),
        bridges=tuple(
            CoMentionPath(
                bridge,
                float(weaker[bridge]),
                (_shown(co, a, bridge, own[bridge]), _shown(co, bridge, c, theirs[bridge])),
            )
            for bridge in order[: min(top, n_bridges)].tolist()
        ),
        n_bridges=n_bridges,
        measures={name: float(values[0]) for name, values in measures.items()} if a != c else {},
    )


class _Totals:
    """What bridges add up to, for each of n pairs."""

    def __init__(self, n: int) -> None:
        self._values = {name: np.zeros(n) for name in AGGREGATES}

    def add(self, first: Floats, second: Floats, pair: Ints) -> None:
        """Bridges with the values of their two legs, and the pair that each joins."""
        n = len(self._values["ltc"])
        legs = {"min": np.minimum(first, second), "avg": (first + second) / 2.0, "max": np.maximum(first, second)}
        for name, values in legs.items():
            self._values[f"{name}_sum"] += np.bincount(pair, weights=values, minlength=n)
            np.maximum.at(self._values[f"{name}_max"], pair, values)
        self._values["ltc"] += np.bincount(pair, minlength=n)

    def measures(self) -> dict[str, Floats]:
        """``AGGREGATES``."""
        return {**self._values, "amw": self._values["min_sum"] / np.maximum(self._values["ltc"], 1.0)}


def _legs(co: CoMentions, ends: Ints, leg: str, floor: int) -> Incidence:
    """Shape (len(ends), n_entities): the measure of each end with its partners, where it is above 0."""
    legs = co.partners(ends)
    first = np.repeat(co.document_counts[ends], np.diff(legs.indptr)).astype(np.float64)
    second = co.document_counts[legs.indices].astype(np.float64)
    values = measure(leg, legs.data, first, second, co.n_documents, floor)
    legs.data = np.maximum(values, 0.0)
    legs.eliminate_zeros()
    return legs


def _runs(legs: Incidence, rows: Ints) -> Iterator[tuple[Ints, Ints, Floats]]:
    """The stored values of ``rows``, some millions at once: place among the rows, column, value."""
    lengths = np.diff(legs.indptr)[rows].astype(np.int64)
    ends = np.cumsum(lengths)
    start = 0
    while start < len(rows):
        before = ends[start - 1] if start else 0
        end = max(int(np.searchsorted(ends, before + VALUES_AT_ONCE, side="right")), start + 1)
        some = lengths[start:end]
        offset = np.repeat(legs.indptr[rows[start:end]] - (np.cumsum(some) - some), some)
        at = offset + np.arange(some.sum())
        yield np.repeat(np.arange(start, end), some), legs.indices[at].astype(np.int64), legs.data[at]
        start = end


def _leg(co: CoMentions, a: int, c: int, leg: str) -> CoMentionLeg | None:
    both = picked(co.partners(np.array([a])), np.zeros(1, dtype=np.int64), np.array([c]))
    if both[0] == 0.0:
        return None
    counts = co.document_counts[[a]].astype(np.float64), co.document_counts[[c]].astype(np.float64)
    return _shown(co, a, c, measure(leg, both, *counts, co.n_documents, floor=1)[0])


def _shown(co: CoMentions, source: int, target: int, value: float) -> CoMentionLeg:
    documents = co.documents_of_both(source, target)
    dated = co.years[documents][co.years[documents] > 0]
    return CoMentionLeg(
        source=source,
        target=target,
        value=float(value),
        documents=len(documents),
        sentences=co.sentences_of_both(source, target),
        years=(int(dated.min()), int(dated.max())) if len(dated) else None,
        document_ids=tuple(co.document_ids[each] for each in documents[:DOCUMENTS_SHOWN].tolist()),
        from_evidence=bool(co.from_evidence[documents].all()),
    )
