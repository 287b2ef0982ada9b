"""Claims: the statements that say the same of the same two things, in whatever context, and the evidence for them.

An edge of a snapshot is a claim; the statement it names is the best believed one of those that make it.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from isthmus.graph.discovery.memory.edges import claim_keys, keys_of
from isthmus.graph.stores.columns import GraphColumns

Indices = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Claims:
    """Which statements and which evidence stand behind an edge, as of the year ``as_of``.

    ``n_edges`` is how many edges the columns made as of that year.
    """

    columns: GraphColumns
    as_of: int | None
    n_edges: int

    @cached_property
    def single(self) -> bool:
        """Whether every claim is one statement, as mostly; then there is nothing to look up."""
        return int(np.count_nonzero(~self.columns.negated)) <= self.n_edges

    def with_keys(self, keys: Indices) -> Indices:
        """All statements, of whatever context and negated too, that make these claims (see ``claim_keys``), sorted."""
        sorted_keys, order = self._sorted
        first, last = np.searchsorted(sorted_keys, keys), np.searchsorted(sorted_keys, keys, side="right")
        found = [order[start:end] for start, end in zip(first.tolist(), last.tolist(), strict=True)]
        return np.sort(np.concatenate(found)) if found else np.empty(0, dtype=np.int64)

    def statements(self, statement: int) -> Indices:
        """The affirmed statements that make the same claim as this one, itself among them, sorted."""
        if self.single:
            return np.array([statement])
        columns, own = self.columns, [statement]
        key = keys_of(columns.predicates[own], columns.subjects[own], columns.objects[own], len(columns.categories))
        found = self.with_keys(key)
        return found[~columns.negated[found]]

    def evidence(self, statement: int) -> Indices:
        """The pieces of evidence that speak for the claim of this statement, by statement.

        Those with a score of 0 (retracted) and those not dated up to the year are left out.
        """
        columns = self.columns
        said = self.statements(statement).astype(
            columns.evidence_statement.dtype
        )  # of another type it would be copied whole
        starts = np.searchsorted(columns.evidence_statement, said)
        ends = np.searchsorted(columns.evidence_statement, said, side="right")
        pieces = np.concatenate(
            [np.arange(start, end) for start, end in zip(starts.tolist(), ends.tolist(), strict=True)]
        )
        counted = columns.evidence_score[pieces] > 0.0
        if self.as_of is not None:
            year = columns.evidence_year[pieces]
            counted &= (year > 0) & (year <= self.as_of)
        chosen: Indices = pieces[counted]
        return chosen

    def common(self, values: NDArray[np.int32], several: int) -> NDArray[np.int32]:
        """Shape (n_statements,): the value that all affirmed statements of its claim share, else ``several``."""
        keys, order = self._sorted
        if not len(keys):
            return np.empty(0, dtype=np.int32)
        claim = np.cumsum(np.concatenate(([0], np.diff(keys) != 0)))
        said = ~self.columns.negated[order]
        filled, starts = np.unique(claim[said], return_index=True)
        shared = np.full(int(claim[-1]) + 1, several, dtype=np.int32)
        if len(filled):
            low = np.minimum.reduceat(values[order[said]], starts)
            high = np.maximum.reduceat(values[order[said]], starts)
            shared[filled] = np.where(low == high, low, several)
        of_statements = np.empty(len(order), dtype=np.int32)
        of_statements[order] = shared[claim]
        return of_statements

    @cached_property
    def _sorted(self) -> tuple[Indices, Indices]:
        """The key of each statement's claim, sorted, and the statements in that order."""
        keys = claim_keys(self.columns)
        order = np.argsort(keys)
        return keys[order], order
