"""Closed search: the best concrete paths between two nodes, and what can be said of each.

The score of a path along metapath m is

    score = weight(m) * strength(m) * share * Π_hops belief * Π costs

* ``strength(m) = -log10 p(m)``: how much more the paths of m that join these two nodes are than their degrees explain.
  ``p`` is that of the metapath's degree-weighted path count between them under degree-preserving rewiring (``nulls``).
  What a hub has with everything it would have anyway: its p is near 1 and its paths score next to nothing. It is held
  between .0044 (p = .99) and 6 (p = 1e-6), below which the null does not tell one p from another.
* ``share``: the path's part of the metapath's degree-weighted path count (``dwpc``), were every statement certain. This is
  the path score of the connectivity search (Himmelstein et al. 2023, doi:10.1093/gigascience/giad047), share times
  ``-log10 p``; all shares of a metapath add up to 1, so a metapath that joins by many paths does not win with each.
* the beliefs of its hops, as a product: the probability that all of them are true.
* ``weight(m)``: a discount for length and trivial predicates (``routes``).
* costs: ``TRIVIAL_COST`` for each hop between kin (``trivial``), ``SWITCH_COST`` for each change of species, cell or
  anatomy from hop to hop (``context``).

All are comparable within one answer. The p-value is the metapath's, and ``q`` is Benjamini and Hochberg's over all the
metapaths that were asked for, those that do not join the two (p = 1) among them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from isthmus.errors import UsageError
from isthmus.graph.discovery.memory.claims import Indices
from isthmus.graph.discovery.memory.snapshot import Node, Snapshot
from isthmus.graph.discovery.walks.bundles import Shown, choose
from isthmus.graph.discovery.walks.context import Contexts, Switch
from isthmus.graph.discovery.walks.independence import Independence, independence
from isthmus.graph.discovery.walks.meeting import NO_NODE, Hops, entry_of
from isthmus.graph.discovery.walks.metapaths import TRIVIAL, Hop, Metapath, path_words
from isthmus.graph.discovery.walks.search import Asked, Joined, search
from isthmus.graph.discovery.walks.signs import PathSign, Push, path_sign
from isthmus.graph.discovery.walks.trivial import Kinship, Trivial
from isthmus.graph.vocabulary import Category, Predicate


class SameEnds(UsageError):
    """A question for the paths from a node to itself."""


@dataclass(frozen=True, slots=True)
class PathStep:
    """One hop of a path: the statement that it stands on, by id and number, and two nodes (numbers) in the order walked.

    ``forward`` is whether that is from the statement's subject to its object. ``kin`` says why the two are nearly the same
    thing, where they are. ``support`` is how independent the evidence for it is.
    """

    statement: str
    number: int
    source: int
    target: int
    predicate: Predicate
    forward: bool
    belief: float
    first_year: int | None
    kin: Kinship | None
    support: Independence

    @property
    def trivial(self) -> bool:
        """Whether it leads to a parent, a lookalike or other kin."""
        return self.kin is not None or self.predicate in TRIVIAL


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundPath:
    """A path with what can be said of it.

    ``share``, in (0, 1], is its part of the degree-weighted path count of its metapath between these two ends, which is
    ``count``; ``degree_score`` is the count that their degrees alone lead one to expect.
    ``p_value`` and ``q_value`` are the metapath's. ``belief``, in (0, 1], is the product of the steps' beliefs, and
    ``weakest`` the statement with the lowest; of equals, the one with fewer pieces of evidence. ``support`` is of all its
    evidence together. ``bundle`` (from 1) groups the paths of one answer that share their middle, and ``alike`` is how
    many more of that bundle were found.
    """

    nodes: tuple[Node, ...]
    steps: tuple[PathStep, ...]
    metapath: str
    score: float
    share: float
    count: float
    degree_score: float
    p_value: float
    q_value: float
    belief: float
    sign: PathSign
    weakest: str
    switches: tuple[Switch, ...]
    support: Independence
    bundle: int
    alike: int

    @property
    def direct(self) -> bool:
        """Whether it is nothing but a statement that joins the two ends: known already, not found."""
        return len(self.steps) == 1

    @property
    def trivial(self) -> bool:
        """Whether it leans on a parent, a lookalike or other kin."""
        return any(step.trivial for step in self.steps)


def find_paths(
    snapshot: Snapshot,
    source: int,
    target: int,
    *,
    max_hops: int = 3,
    top: int = 20,
    bundle: bool = True,
    direct: bool = True,
    trivial: bool = True,
) -> tuple[FoundPath, ...]:
    """The best paths from one node to another, best first; none visits a node twice.

    Exactly those with the highest score (of four hops: see ``search``), with ties in the order of their nodes. With
    ``bundle``, variants of a path give way to other paths (``bundles``), as far as the best ``top`` of each metapath go.

    Args:
        snapshot: the graph.
        source: number of the node to start from.
        target: number of the node to arrive at.
        max_hops: 1 to 4.
        top: how many paths at most.
        bundle: whether variants of a path give way to other paths.
        direct: whether a statement that joins the two is an answer.
        trivial: whether a path may lead to a parent, lookalike or other kin, at a cost.

    Raises:
        SameEnds: where source and target are the same node.
        TooManyHops: for a ``max_hops`` outside 1 to 4.
    """
    if source == target:
        raise SameEnds(f"{snapshot.ids[source]} is both ends of the path: give two different entities")
    asked = Asked(source, target, max_hops, direct, trivial)
    joined = search(snapshot, asked, top)
    shown = choose(joined.found, top, bundle=bundle)
    teller = _Teller(snapshot, asked, joined, shown)
    return tuple(teller.tell(one) for one in shown)


class _Told(NamedTuple):
    """A hop with the numbers of the evidence for it."""

    step: PathStep
    evidence: Indices


class _Teller:
    """Says what can be said of the paths of one question; what they have in common is looked up once."""

    def __init__(self, snapshot: Snapshot, asked: Asked, joined: Joined, shown: Sequence[Shown]) -> None:
        self.snapshot = snapshot
        self.asked = asked
        self.joined = joined
        self.claims = snapshot.claims
        self.contexts = Contexts.of(snapshot)
        self.steps: dict[tuple[Hop, int, int], _Told] = {}
        self.expected = self._expected({self._hops(one) for one in shown})
        self.kin = self._kin({pair for one in shown for pair in pairwise(self._nodes(one))})

    def tell(self, shown: Shown) -> FoundPath:
        """One path of those found."""
        snapshot, found = self.snapshot, self.joined.found
        hops, numbers = self._hops(shown), self._nodes(shown)
        nodes = tuple(snapshot.node(number) for number in numbers)
        pairs = zip(hops, numbers, numbers[1:], strict=False)
        told = [self._step(hop, before, after) for hop, before, after in pairs]
        steps = tuple(one.step for one in told)
        strength, product = self.joined.strengths[hops], float(found.products[shown.place])
        categories = [node.category for node in nodes]
        pushes = [Push(step.predicate, step.forward) for step in steps]
        return FoundPath(
            nodes=nodes,
            steps=steps,
            metapath=_words(tuple(categories), hops),
            score=float(found.values[shown.place]),
            share=min(product / strength.count, 1.0),
            count=strength.count,
            degree_score=self.expected[hops],
            p_value=strength.p_value,
            q_value=strength.q_value,
            belief=float(np.prod([step.belief for step in steps])),
            sign=path_sign(pushes, categories),
            weakest=min(steps, key=lambda step: (step.belief, step.support.pieces)).statement,
            switches=self.contexts.switches([step.number for step in steps]),
            # Hops of one path are different claims, so no piece of evidence comes twice.
            support=independence(snapshot.columns, np.concatenate([one.evidence for one in told])),
            bundle=shown.bundle,
            alike=shown.alike,
        )

    def _hops(self, shown: Shown) -> Hops:
        return self.joined.found.metapaths[int(self.joined.found.numbers[shown.place])]

    def _nodes(self, shown: Shown) -> tuple[int, ...]:
        middles = self.joined.found.middles[shown.place].tolist()
        return (self.asked.source, *(node for node in middles if node != NO_NODE), self.asked.target)

    def _expected(self, metapaths: set[Hops]) -> dict[Hops, float]:
        """The count of each metapath that the degrees of the ends lead one to expect."""
        asked = sorted(metapaths)
        degrees = np.array([self.joined.strengths[hops].degrees for hops in asked]).reshape(-1, 2).T
        expected = self.joined.nulls.expected_of([Metapath(hops) for hops in asked], *degrees)
        return dict(zip(asked, expected.tolist(), strict=True))

    def _kin(self, pairs: set[tuple[int, int]]) -> dict[tuple[int, int], Kinship | None]:
        """Why the two of a pair are kin, for those that are."""
        trivial, asked = Trivial.of(self.snapshot), np.array(sorted(pairs), dtype=np.int32).reshape(-1, 2)
        kin = asked[trivial.kin(asked[:, 0], asked[:, 1])].tolist()
        return {(left, right): trivial.kinship(left, right) for left, right in kin}

    def _step(self, hop: Hop, source: int, target: int) -> _Told:
        key = hop, source, target
        if key not in self.steps:
            snapshot, layer = self.snapshot, self.snapshot.layers[hop]
            entry = entry_of(snapshot, hop, source, target)
            statement = int(layer.statements[entry])
            evidence = self.claims.evidence(statement)
            step = PathStep(
                statement=snapshot.statement_ids[statement],
                number=statement,
                source=source,
                target=target,
                predicate=hop.predicate,
                # A symmetric statement has its smaller end as subject, whichever way it is walked.
                forward=source < target if hop.predicate.symmetric else hop.forward,
                belief=float(layer.beliefs.data[entry]),
                first_year=int(layer.first_years[entry]) or None,
                kin=self.kin.get((source, target)),
                support=independence(snapshot.columns, evidence),
            )
            self.steps[key] = _Told(step, evidence)
        return self.steps[key]


@lru_cache(maxsize=4096)
def _words(categories: tuple[Category, ...], hops: Hops) -> str:
    return path_words(categories, [hop.words for hop in hops])
