"""How well each reviewer, each model and the graph's own score tell real paths from decoys."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from isthmus.graph.discovery.memory.snapshot import Snapshot
from isthmus.graph.discovery.ranking.candidates import fast_scores
from isthmus.graph.stores.protocol import Store
from isthmus.service.answers import Told
from isthmus.service.review.blind import UNDECIDED, BlindList, path_of, ratings
from isthmus.service.review.decoys import BlindPath
from isthmus.service.review.telling_apart import ToldApart, told_apart

BUILT_IN = "isthmus"
_LEARNED = ("nulls", "routes by hops", "fusion")  # of the whole graph: a few statements less do not move them

Floats = NDArray[np.float64]


class ToldApartAnswer(Told):
    """How well one reviewer told the real ones from the decoys."""

    reviewer: str
    model: bool
    real: int = Field(description="real items that they rated")
    decoys: int
    auroc: float = Field(description="the chance that a real one was thought likelier than a decoy; .5 is guessing")
    auroc_low: float | None
    auroc_high: float | None
    accuracy: float
    accuracy_low: float
    accuracy_high: float
    d_prime: float = Field(description="z(hits) - z(false alarms); 0 is guessing")

    @classmethod
    def of(cls, reviewer: str, measured: ToldApart, *, model: bool) -> ToldApartAnswer:
        """From the measures."""
        return cls(
            reviewer=reviewer,
            model=model,
            real=measured.real,
            decoys=measured.decoys,
            auroc=measured.auroc,
            auroc_low=measured.auroc_low,
            auroc_high=measured.auroc_high,
            accuracy=measured.accuracy,
            accuracy_low=measured.accuracy_low,
            accuracy_high=measured.accuracy_high,
            d_prime=measured.d_prime,
        )


class BlindReport(Told):
    """How well each told them apart, over these lists; ``unmeasured`` rated items of one sort alone."""

    lists: list[str]
    reviewers: list[ToldApartAnswer]
    unmeasured: list[str]


def answer_blind_report(store: Store, snapshot: Snapshot, lists: Sequence[BlindList]) -> BlindReport:
    """The report over some lists. The graph's own score is of what of them is in the graph still."""
    thought: dict[str, list[tuple[float, bool]]] = {}
    for made in lists:
        decoy = {item.number: item.decoy for item in made.items}
        for reviewer, rated in ratings(store, made.id).items():
            thought.setdefault(reviewer, []).extend((rating, decoy[number]) for number, rating in rated.items())
    measured = [_measure(name, rated, UNDECIDED) for name, rated in sorted(thought.items())]
    own = [pair for made in lists for pair in _own(snapshot, made)]
    measured.append(_measure(BUILT_IN, own, 0.5))
    return BlindReport(
        lists=[made.id for made in lists],
        reviewers=[one for one in measured if isinstance(one, ToldApartAnswer)],
        unmeasured=[one for one in measured if isinstance(one, str) and one != BUILT_IN],
    )


def is_model(reviewer: str) -> bool:
    """Whether the reviewer is a chat model, by its name: ``provider:model``."""
    return reviewer == BUILT_IN or ":" in reviewer


def _measure(reviewer: str, rated: Sequence[tuple[float, bool]], threshold: float) -> ToldApartAnswer | str:
    likely, decoy = np.array([one for one, _ in rated]), np.array([one for _, one in rated], dtype=np.bool_)
    measured = told_apart(likely, decoy, threshold)
    return reviewer if measured is None else ToldApartAnswer.of(reviewer, measured, model=is_model(reviewer))


def _own(snapshot: Snapshot, made: BlindList) -> list[tuple[float, bool]]:
    """How likely the graph thinks each path of a list to be, as its rank among them, from 0 to 1."""
    paths = [path for item in made.items if (path := path_of(snapshot, item)) is not None]
    if len(paths) < 2:
        return []
    likely = likelihoods(snapshot, paths)
    below = (likely[:, None] > likely).sum(axis=1) + 0.5 * ((likely[:, None] == likely).sum(axis=1) - 1)
    return list(zip((below / (len(paths) - 1)).tolist(), (path.decoy for path in paths), strict=True))


def likelihoods(snapshot: Snapshot, paths: Sequence[BlindPath]) -> Floats:
    """How likely the graph thinks each path to be, shape (n_paths,): the mean score of its hops (``candidates``).

    The graph is asked without the evidence for any statement between two nodes that follow each other on one of the paths:
    what a real path stands on would give it away.
    """
    pairs = np.array([pair for path in paths for pair in pairwise(path.nodes)], dtype=np.int64)
    columns, n = snapshot.columns, snapshot.n_nodes
    shown = np.unique(pairs.min(axis=1) * n + pairs.max(axis=1))
    ends = np.stack((columns.subjects, columns.objects)).astype(np.int64)
    gone = np.isin(ends.min(axis=0) * n + ends.max(axis=0), shown)
    fast_scores(snapshot, pairs[:1])  # learns the weights of the whole graph
    left = snapshot.without(gone[columns.evidence_statement])
    if left is not snapshot:
        left.memo.update({key: known for key, known in snapshot.memo.items() if key[0] in _LEARNED})
    scores = fast_scores(left, pairs)
    of_path = np.repeat(np.arange(len(paths)), [len(path.hops) for path in paths])
    return np.bincount(of_path, weights=scores) / np.bincount(of_path)
