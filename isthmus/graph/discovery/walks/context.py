"""Where a statement was found to hold, and what it costs a path to go from one species, cell or tissue to another.

A path reads "A acts on B, B acts on C". If the first was seen in the mouse and the second in man, the path holds only
as far as mouse and man agree. Where two hops that follow each other both say their species (cell, anatomy) and have none
in common, that is a *switch*, and multiplies the score of the path by the cost below. What is not said is no switch:
most statements do not say, and silence is no contradiction. A claim that was found in several contexts has them all,
and one that was also stated without a context has none to disagree with. A part of something, or a kind of it, is not
another thing, where the graph itself says so (``part_of``, ``subclass_of``).

The costs are chosen, not fitted: there are no judged paths to fit them to. Half for another species, since about half
of what animals show does not carry over; less for cells and anatomy, which a mechanism crosses as a matter of course.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from itertools import pairwise, product
from typing import cast

import numpy as np
from numpy.typing import NDArray

from isthmus.graph.discovery.memory.snapshot import Snapshot, row_of
from isthmus.graph.vocabulary import Predicate


class Facet(StrEnum):
    """What a context may say."""

    SPECIES = "species"
    CELL = "cell"
    ANATOMY = "anatomy"


SWITCH_COST = {Facet.SPECIES: 0.5, Facet.CELL: 0.8, Facet.ANATOMY: 0.8}

_UNSAID = 0
_SEVERAL = -1
_WITHIN = (Predicate.PART_OF, Predicate.SUBCLASS_OF)


@dataclass(frozen=True, slots=True)
class Switch:
    """Between hop ``after`` (from 0) and the next the facet changes, from one of ``left`` to one of ``right`` (CURIEs)."""

    after: int
    facet: Facet
    left: tuple[str, ...]
    right: tuple[str, ...]


class Contexts:
    """The contexts of a snapshot's claims."""

    def __init__(self, snapshot: Snapshot) -> None:
        self.snapshot = snapshot
        self.claims = snapshot.claims
        self._values: dict[tuple[Facet, int], frozenset[str]] = {}
        self._agreeing: dict[tuple[str, str], bool] = {}

    @classmethod
    def of(cls, snapshot: Snapshot) -> Contexts:
        """Those of a snapshot, made once."""
        if "contexts" not in snapshot.memo:
            snapshot.memo["contexts"] = cls(snapshot)
        return cast("Contexts", snapshot.memo["contexts"])

    @cached_property
    def said(self) -> tuple[Facet, ...]:
        """The facets that any statement says at all."""
        return tuple(facet for facet, names in self._names.items() if len(names) > 1)

    def values(self, facet: Facet, statement: int) -> frozenset[str]:
        """The CURIEs in which the claim of this statement (index) was found; empty where one does not say."""
        key = facet, statement
        if key not in self._values:
            codes = self._codes[facet][self._counted(statement)]
            names = self._names[facet]
            self._values[key] = frozenset(() if _UNSAID in codes else (names[code] for code in set(codes.tolist())))
        return self._values[key]

    def costs(self, left: NDArray[np.int32], right: NDArray[np.int32]) -> NDArray[np.float64]:
        """What the switches between two hops cost: the factor, in (0, 1], of each pair of statements (indices)."""
        costs = np.ones(len(left))
        for facet in self.said:
            codes = self._of_claims[facet]
            before, after = codes[left], codes[right]
            doubtful = (before != _UNSAID) & (after != _UNSAID) & ((before != after) | (before == _SEVERAL))
            for pair in np.flatnonzero(doubtful).tolist():
                if self._disagree(self.values(facet, int(left[pair])), self.values(facet, int(right[pair]))):
                    costs[pair] *= SWITCH_COST[facet]
        return costs

    def switches(self, statements: Sequence[int]) -> tuple[Switch, ...]:
        """The switches along a path, given the statement (index) of each hop."""
        found: list[Switch] = []
        for after, (left, right) in enumerate(pairwise(statements)):
            for facet in self.said:
                before, behind = self.values(facet, left), self.values(facet, right)
                if self._disagree(before, behind):
                    found.append(Switch(after, facet, tuple(sorted(before)), tuple(sorted(behind))))
        return tuple(found)

    def _disagree(self, left: frozenset[str], right: frozenset[str]) -> bool:
        return bool(left and right) and not any(self._agree(*pair) for pair in product(sorted(left), sorted(right)))

    def _agree(self, one: str, other: str) -> bool:
        """Whether two CURIEs are the same thing, or the graph says that one is a part or a kind of the other."""
        key = one, other
        if key not in self._agreeing:
            self._agreeing[key] = one == other or self._within(one, other) or self._within(other, one)
        return self._agreeing[key]

    def _within(self, part: str, whole: str) -> bool:
        ends = self.snapshot.index.get(part), self.snapshot.index.get(whole)
        if ends[0] is None or ends[1] is None:
            return False
        place, other = self.snapshot.positions[ends[0]], self.snapshot.positions[ends[1]]
        kinds = self.snapshot.kind(ends[0]), self.snapshot.kind(ends[1])
        return any(
            hop.predicate in _WITHIN
            and hop.forward
            and (hop.source, hop.target) == kinds
            and other in row_of(layer.beliefs, int(place))[0]
            for hop, layer in self.snapshot.layers.items()
        )

    def _counted(self, statement: int) -> NDArray[np.int64]:
        """The statements of its claim that evidence speaks for as of the snapshot's year."""
        if self.claims.single:
            return np.array([statement])
        return np.unique(self.snapshot.columns.evidence_statement[self.claims.evidence(statement)])

    @cached_property
    def _names(self) -> dict[Facet, list[str]]:
        """The values of each facet, the unsaid one first."""
        return {
            facet: sorted({"", *(context[place] for context in self.snapshot.columns.contexts)})
            for place, facet in enumerate(Facet)
        }

    @cached_property
    def _codes(self) -> dict[Facet, NDArray[np.int32]]:
        """Shape (n_statements,): the number of each statement's value."""
        columns = self.snapshot.columns
        codes = {}
        for place, facet in enumerate(Facet):
            number = {name: code for code, name in enumerate(self._names[facet])}
            of_context = np.array([number[context[place]] for context in columns.contexts], dtype=np.int32)
            codes[facet] = of_context[columns.statement_context]
        return codes

    @cached_property
    def _of_claims(self) -> dict[Facet, NDArray[np.int32]]:
        """Shape (n_statements,): the same for its claim; ``_SEVERAL`` where its statements differ."""
        if self.claims.single:
            return self._codes
        return {facet: self.claims.common(codes, _SEVERAL) for facet, codes in self._codes.items()}
