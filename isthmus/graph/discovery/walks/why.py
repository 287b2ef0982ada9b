"""Why an answer stands where it stands: what it would take to lose it, and where it would rank without each of its supports.

The evidence of an answer is grouped by paper, by senior author's group and by kind of research (modality). For each of
these the graph is made as if it had never been published (belief worked out anew, edges and degrees that hang on it
gone), and the question asked again. The null model and whatever else was learned from the whole graph stay as they are:
one paper does not move them, and a rank should not change because a fit was repeated.

``minimal`` is the smallest set of papers without which the answer is lost: exactly so up to two papers, and beyond that a
set from which none can be put back (found greedily, the most damaging paper first), which may not be the smallest.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from isthmus.graph.discovery.memory.snapshot import Snapshot
from isthmus.graph.discovery.walks.paths import FoundPath
from isthmus.graph.discovery.walks.search import Asked, search
from isthmus.graph.model import Modality

# Of an answer with more papers those are tried of what fewest others speak for.
MOST_PAPERS = 40
_EXACT = 2  # sets of up to so many papers are all tried, up to _MOST_PAIRS pairs
_MOST_PAIRS = 200
_MOST_TRIALS = 300  # sets of papers; after so many the most damaging paper by itself goes next
_RANKED = 1000  # paths of each metapath among which one is ranked
_MODALITIES = list(Modality)
Papers = NDArray[np.int32]
_KEPT = (
    "nulls",
    "routes",
    "routes by hops",
    "scales",
    "fusion",
)  # what is remembered of a snapshot and stays as it is for its counterfactuals


class Ground(StrEnum):
    """What an answer can lean on."""

    PAPER = "paper"
    GROUP = "group"
    MODALITY = "modality"


@dataclass(frozen=True, slots=True)
class Standing:
    """Where an answer stands: its rank from 1, None where it is no answer, and its score."""

    rank: int | None
    score: float

    def lost(self, top: int) -> bool:
        """Whether it is not among the first ``top``."""
        return self.rank is None or self.rank > top


@dataclass(frozen=True, slots=True)
class Without:
    """Where the answer would stand without one paper, group or modality.

    ``id`` is the paper's id, the group's senior author (or its one paper, where none is named) or the modality; ``pieces``
    is how many pieces of evidence go with it, in the whole graph.
    """

    ground: Ground
    id: str
    pieces: int
    standing: Standing


@dataclass(frozen=True, slots=True)
class Why:
    """Why an answer stands where it does.

    ``minimal`` are the ids of the fewest papers without which it is lost (not among the first ``top``), None where it
    would not be lost without all its papers; ``exact`` is whether no smaller set would do. ``without`` is sorted by how
    much worse it would stand. ``untried`` is how many of its papers were too many to be tried.
    """

    standing: Standing
    top: int
    minimal: tuple[str, ...] | None
    exact: bool
    without: tuple[Without, ...]
    untried: int


def why_path(
    snapshot: Snapshot, path: FoundPath, *, max_hops: int = 3, top: int = 20, direct: bool = True, trivial: bool = True
) -> Why:
    """Why a path that ``find_paths`` found with these settings stands where it does among all paths of its two ends.

    It is ranked by score alone, variants of it counted each.
    """
    asked = Asked(path.nodes[0].index, path.nodes[-1].index, max_hops, direct, trivial)
    hops = tuple((step.predicate, step.forward if not step.predicate.symmetric else True) for step in path.steps)
    middles = [node.index for node in path.nodes[1:-1]]

    def stand(graph: Snapshot) -> Standing:
        found = search(graph, asked, _RANKED).found
        columns = found.middles[:, : len(middles)]
        same = (columns == middles).all(axis=1) & (np.count_nonzero(found.middles >= 0, axis=1) == len(middles))
        for place in np.flatnonzero(same).tolist():
            walked = found.metapaths[found.numbers[place]]
            if tuple((hop.predicate, hop.forward) for hop in walked) == hops:
                score = float(found.values[place])
                return Standing(1 + int(np.count_nonzero(found.values > score)), score)
        return Standing(None, 0.0)

    return why(snapshot, stand, papers_behind(snapshot, [path]), top=top)


def papers_behind(snapshot: Snapshot, paths: Sequence[FoundPath]) -> list[Papers]:
    """The papers (document numbers) behind each hop of each path."""
    claims, document = snapshot.claims, snapshot.columns.evidence_document
    return [np.unique(document[claims.evidence(step.number)]) for path in paths for step in path.steps]


def why(snapshot: Snapshot, stand: Callable[[Snapshot], Standing], supports: Sequence[Papers], *, top: int = 20) -> Why:
    """Why an answer stands where it does.

    Args:
        snapshot: the graph.
        stand: asks the question of a graph and says where the answer stands in it.
        supports: the papers (document numbers) behind each thing that the answer rests on; they are taken away.
        top: beyond which rank the answer counts as lost; where it stands lower already, its own rank.
    """
    trial = _Trial(snapshot, stand)
    standing = stand(snapshot)
    top = max(top, standing.rank or top)
    papers, untried = _fewest_first(supports)
    without = sorted(_without_each(trial, papers), key=lambda one: _worse(one.standing))
    minimal, exact = _minimal(trial, papers, top)
    ids = snapshot.columns.document_ids
    return Why(
        standing=standing,
        top=top,
        minimal=None if minimal is None else tuple(ids[paper] for paper in minimal),
        exact=exact and not untried,
        without=tuple(without),
        untried=untried,
    )


class _Trial:
    """Asks the question of the graph without some of its evidence, each time anew."""

    def __init__(self, snapshot: Snapshot, stand: Callable[[Snapshot], Standing]) -> None:
        self.snapshot = snapshot
        self.stand = stand
        self.known: dict[tuple[int, ...], Standing] = {}

    def papers(self, papers: Iterable[int]) -> Standing:
        """Where the answer stands without these papers (document numbers)."""
        key = tuple(sorted(papers))
        if key not in self.known:
            self.known[key] = self.without(np.isin(self.snapshot.columns.evidence_document, key))
        return self.known[key]

    def without(self, evidence: NDArray[np.bool_]) -> Standing:
        """Where the answer stands without this evidence (a mask)."""
        return self.stand(_graph_without(self.snapshot, evidence))


def _fewest_first(supports: Sequence[Papers]) -> tuple[list[int], int]:
    """The papers, those of what fewest support first, and how many are left out."""
    ordered = list(dict.fromkeys(paper for papers in sorted(supports, key=len) for paper in papers.tolist()))
    return ordered[:MOST_PAPERS], max(0, len(ordered) - MOST_PAPERS)


def _without_each(trial: _Trial, papers: Sequence[int]) -> list[Without]:
    """Without each paper in turn, then each group of several papers, then each modality."""
    columns = trial.snapshot.columns
    without = [
        Without(
            Ground.PAPER,
            columns.document_ids[paper],
            int(np.count_nonzero(columns.evidence_document == paper)),
            trial.papers([paper]),
        )
        for paper in papers
    ]
    ours = np.isin(columns.evidence_document, papers)
    for group in np.unique(columns.evidence_group[ours]).tolist():
        led = columns.evidence_group == group
        author = columns.document_authors[group] or columns.document_ids[group]
        standing = trial.papers(np.unique(columns.evidence_document[led]).tolist())
        without.append(Without(Ground.GROUP, author, int(np.count_nonzero(led)), standing))
    for modality in np.unique(columns.evidence_modality[ours]).tolist():
        spoken = columns.evidence_modality == modality
        standing = trial.without(spoken)
        without.append(Without(Ground.MODALITY, _MODALITIES[modality], int(np.count_nonzero(spoken)), standing))
    return without


def _minimal(trial: _Trial, papers: Sequence[int], top: int) -> tuple[tuple[int, ...] | None, bool]:
    """The fewest papers without which the answer is lost, and whether surely no fewer would do."""

    def lost(*removed: int) -> bool:
        return trial.papers(removed).lost(top)

    # The most damaging first: a pair that loses the answer mostly has one of them.
    damaging = sorted(papers, key=lambda paper: _worse(trial.papers([paper])))
    for paper in damaging:
        if lost(paper):
            return (paper,), True
    if not lost(*papers):
        return None, True
    pairs = sorted(combinations(range(len(damaging)), 2), key=sum)
    for first, second in pairs[:_MOST_PAIRS]:
        if lost(damaging[first], damaging[second]):
            return (damaging[first], damaging[second]), True
    removed: list[int] = []
    while not lost(*removed):
        left = [paper for paper in damaging if paper not in removed]
        if len(trial.known) < _MOST_TRIALS:
            left.sort(key=lambda paper: _worse(trial.papers([*removed, paper])))
        removed.append(left[0])
    for paper in removed[:-1]:
        others = [one for one in removed if one != paper]
        if lost(*others):
            removed = others
    return tuple(removed), len(removed) == _EXACT + 1 and len(pairs) <= _MOST_PAIRS


def _worse(standing: Standing) -> tuple[bool, int, float]:
    """Sorts the worst first: no answer, then the last in rank, then the lowest score."""
    return standing.rank is not None, -(standing.rank or 0), standing.score


def _graph_without(snapshot: Snapshot, evidence: NDArray[np.bool_]) -> Snapshot:
    """The graph without this evidence, but with the null model of the whole one."""
    left = snapshot.without(evidence)
    if left is not snapshot:
        left.memo.update({key: value for key, value in snapshot.memo.items() if key[0] in _KEPT})
    return left
