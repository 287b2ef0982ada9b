"""Claims: the statements that say the same of the same two things, in whatever context, and the evidence for them.

An edge of a snapshot is a claim; the statement it names is the best believed one of those that make it.
"""

from __future__ import annotations

from functools import cached_property
from typing import cast

import numpy as np
from numpy.typing import NDArray

from isthmus.graph.discovery.snapshot import Snapshot
from isthmus.graph.vocabulary import Predicate

Indices = NDArray[np.int64]

_SYMMETRIC = np.array([predicate.symmetric for predicate in Predicate])


class Claims:
    """Which affirmed statements and which evidence stand behind an edge, as of the snapshot's year."""

    def __init__(self, snapshot: Snapshot) -> None:
        self.columns = snapshot.columns
        self.as_of = snapshot.as_of
        # Mostly every claim is one statement; then there is nothing to look up.
        self.single = int(np.count_nonzero(~self.columns.negated)) <= snapshot.n_edges

    @classmethod
    def of(cls, snapshot: Snapshot) -> Claims:
        """Those of a snapshot, made once."""
        if "claims" not in snapshot.memo:
            snapshot.memo["claims"] = cls(snapshot)
        return cast("Claims", snapshot.memo["claims"])

    def statements(self, statement: int) -> Indices:
        """The affirmed statements that make the same claim as this one, itself among them, sorted."""
        if self.single:
            return np.array([statement])
        order, starts, number = self._grouped
        claim = number[statement]
        return order[starts[claim] : starts[claim + 1]]

    def evidence(self, statement: int) -> Indices:
        """The pieces of evidence that speak for the claim of this statement, by statement.

        Those with a score of 0 (retracted) and those not dated up to the snapshot's year are left out.
        """
        order, starts = self._by_statement
        pieces = order[starts[statement] : starts[statement + 1]]
        if not self.single:
            said = self.statements(statement).tolist()
            pieces = np.concatenate([order[starts[one] : starts[one + 1]] for one in said])
        counted = self.columns.evidence_score[pieces] > 0.0
        if self.as_of is not None:
            year = self.columns.evidence_year[pieces]
            counted &= (year > 0) & (year <= self.as_of)
        chosen: Indices = pieces[counted]
        return chosen

    def common(self, values: NDArray[np.int32], several: int) -> NDArray[np.int32]:
        """Shape (n_statements,): the value that all affirmed statements of its claim share, else ``several``."""
        order, starts, number = self._grouped
        shared = np.full(len(starts) - 1, several, dtype=np.int32)
        filled = np.flatnonzero(starts[1:] > starts[:-1])
        if len(filled):
            low = np.minimum.reduceat(values[order], starts[filled])
            high = np.maximum.reduceat(values[order], starts[filled])
            shared[filled] = np.where(low == high, low, several)
        return shared[number]

    @cached_property
    def _grouped(self) -> tuple[Indices, Indices, Indices]:
        """Affirmed statements by claim, where each claim's begin, and the claim of each statement."""
        columns = self.columns
        first, second = columns.subjects.astype(np.int64), columns.objects.astype(np.int64)
        turned = _SYMMETRIC[columns.predicates] & (second < first)
        first, second = np.where(turned, second, first), np.where(turned, first, second)
        n = np.int64(max(len(columns.categories), 1))
        key = (columns.predicates.astype(np.int64) * n + first) * n + second
        distinct, number = np.unique(key, return_inverse=True)
        affirmed = np.flatnonzero(~columns.negated)
        order = affirmed[np.argsort(number[affirmed], kind="stable")]
        starts = np.searchsorted(number[order], np.arange(len(distinct) + 1))
        return order, starts, number

    @cached_property
    def _by_statement(self) -> tuple[Indices, Indices]:
        """Evidence by statement, and where each statement's begins."""
        statement = self.columns.evidence_statement
        order = np.argsort(statement, kind="stable")
        counts = np.bincount(statement, minlength=len(self.columns.subjects))
        return order, np.concatenate(([0], np.cumsum(counts)))
