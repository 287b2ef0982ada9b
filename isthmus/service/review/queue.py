"""What is most worth a reviewer's look: statements and hypotheses, in the order of what a verdict is expected to tell.

    value = I(belief) · (BASE + lean / greatest lean + Σ share)      of a statement
    value = I(belief of its best path)                               of a hypothesis

``I`` and ``lean`` are those of ``worth``; of a denied statement the lean is that of what it denies. ``share``, in (0, 1], is of
each stored hypothesis that nobody has settled and that rests on the statement: the score of the best of its paths that does,
over that of its best path; twice that where somebody watches it. A hypothesis rests on itself alone. ``BASE`` keeps statements
in the queue that no path needs.

What reviewers disagree on comes before all else, since belief cannot tell who is right; then by value, of equals by id. What
the reviewer has judged already is left out.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple, cast

import numpy as np
from numpy.typing import NDArray

from isthmus.graph.discovery.memory.edges import claim_keys
from isthmus.graph.discovery.memory.snapshot import Snapshot
from isthmus.graph.stores.packed import place_of
from isthmus.graph.verdict import VerdictAbout
from isthmus.service.review.history import Latest, disagreed
from isthmus.service.review.worth import Floats, information, lean

BASE = 0.01  # chosen: what no path needs is worth a hundredth of what most lean on
_PLACES = 12  # of decimals: what only rounding tells apart is equal


@dataclass(frozen=True, slots=True)
class Interest:
    """A stored hypothesis that is not settled: how far it is believed, in [0, 1], and its share by statement, in (0, 2]."""

    id: str
    title: str
    belief: float
    shares: Mapping[str, float]


class Place(NamedTuple):
    """A place in the queue; places compare as they follow one another."""

    later: bool
    negative_value: float
    id: str


@dataclass(frozen=True, slots=True)
class Waiting:
    """One thing that waits for a verdict, with what the module's formula makes of it; ``hypotheses`` rest on it (ids)."""

    about: VerdictAbout
    id: str
    value: float
    information: float
    lean: float
    belief: float
    disagreed: bool
    hypotheses: tuple[str, ...] = ()

    @property
    def place(self) -> Place:
        """Where it stands: what is disagreed on first, then by value, then by id."""
        return Place(not self.disagreed, -self.value, self.id)


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which part of the queue: for whom, around which node, for which hypothesis.

    ``reviewer`` has judged some of it already, which is left out ("" leaves nothing out); with ``source`` only statements on
    paths from that node, with ``hypothesis`` only it and what it rests on.
    """

    reviewer: str = ""
    source: int | None = None
    hypothesis: str = ""


def queue(
    snapshot: Snapshot,
    denied: Mapping[str, float],
    said: Latest,
    interests: Sequence[Interest],
    wanted: Wanted,
    *,
    limit: int,
    after: Place | None = None,
) -> list[Waiting]:
    """The first ``limit`` of what waits, or of what comes after a place in the queue.

    Args:
        snapshot: the graph.
        denied: belief in each statement of ``denials`` by id.
        said: what reviewers have said.
        interests: the stored hypotheses.
        wanted: which part.
        limit: how many at most.
        after: the place of the last one that was seen.
    """
    if wanted.hypothesis:
        interests = [one for one in interests if one.id == wanted.hypothesis]
    waiting = _statements(snapshot, denied, said, interests, wanted, limit, after)
    if wanted.source is None:
        waiting += [one for one in _hypotheses(said, interests, wanted) if after is None or one.place > after]
    return sorted(waiting, key=lambda one: one.place)[:limit]


def denials(snapshot: Snapshot) -> list[str]:
    """The denied statements that stand against an edge, by id: what they say lowers it."""
    against = _edge_denied(snapshot)
    return [snapshot.statement_ids[one] for one in np.flatnonzero(against >= 0).tolist()]


def _edge_denied(snapshot: Snapshot) -> NDArray[np.int64]:
    """Shape (n_statements,): of a denied statement the one that an edge stands on and that it denies, else -1. Made once."""
    key = "edge denied"
    if key not in snapshot.memo:
        snapshot.memo[key] = _find_denied(snapshot)
    return cast("NDArray[np.int64]", snapshot.memo[key])


def _find_denied(snapshot: Snapshot) -> NDArray[np.int64]:
    against = np.full(len(snapshot.statement_ids), -1, dtype=np.int64)
    negated = np.flatnonzero(snapshot.columns.negated)
    if not len(negated):
        return against
    keys = claim_keys(snapshot.columns)
    edges = _edges(snapshot)
    order = edges[np.argsort(keys[edges])]
    place = np.searchsorted(keys[order], keys[negated])
    place[place == len(order)] = 0
    if len(order):
        found = order[place]
        against[negated] = np.where(keys[found] == keys[negated], found, -1)
    return against


def _edges(snapshot: Snapshot) -> NDArray[np.int64]:
    """The statements that edges stand on."""
    parts = [layer.statements for layer in snapshot.layers.values()]
    return np.unique(np.concatenate(parts)).astype(np.int64) if parts else np.empty(0, dtype=np.int64)


def _beliefs(snapshot: Snapshot, against: NDArray[np.int64], denied: Mapping[str, float]) -> Floats:
    """Shape (n_statements,), of edges and of what denies them; 0 of others."""
    beliefs = np.zeros(len(snapshot.statement_ids))
    for layer in snapshot.layers.values():
        beliefs[layer.statements] = layer.beliefs.data
    denying = np.flatnonzero(against >= 0).tolist()
    beliefs[denying] = [denied.get(snapshot.statement_ids[one], 0.0) for one in denying]
    return beliefs


def _statements(
    snapshot: Snapshot,
    denied: Mapping[str, float],
    said: Latest,
    interests: Sequence[Interest],
    wanted: Wanted,
    limit: int,
    after: Place | None,
) -> list[Waiting]:
    against = _edge_denied(snapshot)
    belief = _beliefs(snapshot, against, denied)
    told = information(belief)
    leans = _leans(snapshot, against, wanted.source)
    numbers = {key: place_of(snapshot.statement_ids, key) for key in said}
    shares, resting = _shares(snapshot, interests)
    # The greatest lean is 1, so that shares of hypotheses weigh as much as what the graph leans on most.
    value = np.round(told * (BASE + leans + shares), _PLACES)
    later = np.ones(len(value), dtype=np.bool_)
    later[[number for key, number in numbers.items() if number is not None and disagreed(said[key])]] = False
    asked = (told > 0.0) & _asked(snapshot, leans, resting, wanted)
    asked[[number for key, number in numbers.items() if number is not None and wanted.reviewer in said[key]]] = False
    if after is not None:
        asked &= _after(snapshot, later, value, after)
    numbered = np.flatnonzero(asked)
    first = numbered[np.lexsort((numbered, -value[numbered], later[numbered]))[:limit]]
    return [
        Waiting(
            about=VerdictAbout.STATEMENT,
            id=snapshot.statement_ids[number],
            value=float(value[number]),
            information=float(told[number]),
            lean=float(leans[number]),
            belief=float(belief[number]),
            disagreed=not later[number],
            hypotheses=tuple(resting.get(number, ())),
        )
        for number in first.tolist()
    ]


def _after(snapshot: Snapshot, later: NDArray[np.bool_], value: Floats, after: Place) -> NDArray[np.bool_]:
    """Which statements stand after a place: they are numbered by id."""
    number = np.arange(len(value))
    same = (later == after.later) & (value == -after.negative_value)
    behind = (later > after.later) | ((later == after.later) & (-value > after.negative_value))
    return np.asarray(behind | (same & (number >= bisect_right(snapshot.statement_ids, after.id))))


def _leans(snapshot: Snapshot, against: NDArray[np.int64], source: int | None) -> Floats:
    """The leans with the greatest set to 1, made once; of a denied statement that of what it denies."""
    key = ("lean", source)
    if key not in snapshot.memo:
        leans = lean(snapshot, source)
        leans[against >= 0] = leans[against[against >= 0]]
        snapshot.memo[key] = leans / max(float(leans.max(initial=0.0)), 1e-300)
    return cast("Floats", snapshot.memo[key])


def _asked(
    snapshot: Snapshot, leans: Floats, resting: Mapping[int, Sequence[str]], wanted: Wanted
) -> NDArray[np.bool_]:
    asked = np.ones(len(leans), dtype=np.bool_)
    if wanted.source is not None:
        columns = snapshot.columns
        asked &= (leans > 0.0) | (columns.subjects == wanted.source) | (columns.objects == wanted.source)
    if wanted.hypothesis:
        rests = np.zeros(len(leans), dtype=np.bool_)
        rests[list(resting)] = True
        asked &= rests
    return asked


def _shares(snapshot: Snapshot, interests: Sequence[Interest]) -> tuple[Floats, dict[int, list[str]]]:
    """The sum of the shares of each statement, shape (n_statements,), and the hypotheses that rest on it."""
    shares = np.zeros(len(snapshot.statement_ids))
    resting: dict[int, list[str]] = {}
    for interest in sorted(interests, key=lambda one: one.id):
        for statement, share in interest.shares.items():
            number = place_of(snapshot.statement_ids, statement)
            if number is not None:
                shares[number] += share
                resting.setdefault(number, []).append(interest.id)
    return shares, resting


def _hypotheses(said: Latest, interests: Sequence[Interest], wanted: Wanted) -> Iterator[Waiting]:
    for interest in interests:
        by_reviewer = said.get(interest.id, {})
        if wanted.reviewer in by_reviewer:
            continue
        told = float(information(np.array(interest.belief)))
        yield Waiting(
            about=VerdictAbout.HYPOTHESIS,
            id=interest.id,
            value=round(told, _PLACES),
            information=told,
            lean=1.0,
            belief=interest.belief,
            disagreed=disagreed(by_reviewer),
        )
