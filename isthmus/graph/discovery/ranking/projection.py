"""Rows of a sparse matrix in the space of its first singular vectors, and where a row lies that has changed a little.

The space stays as it was fitted: a counterfactual asks what a row would be without some of what it was made of, and a
fit that is repeated moves every row a little.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

if TYPE_CHECKING:
    from typing import TypeAlias

    Rows: TypeAlias = csr_array[Any, tuple[int, int]]

SHORTEST = 1e-6  # what is shorter is what rounding left of nothing

Floats = NDArray[np.float32]


@dataclass(frozen=True, eq=False, slots=True)
class Projection:
    """``rows`` of shape (n, m), ``onto`` of shape (m, rank), and ``raw``, (n, rank), what the fit made of the rows.

    ``raw`` is ``rows @ onto`` but for what the fit left out.
    """

    rows: Rows
    onto: Floats
    raw: Floats

    @property
    def vectors(self) -> Floats:
        """Shape (n, rank): of length 1, or 0."""
        return unit_rows(self.raw)

    def of(self, places: NDArray[np.integer], rows: Rows) -> Floats:
        """Shape (len(places), rank), of length 1 or 0: the vectors of the rows at these places, had they been ``rows``."""
        moved = self.raw[places] + np.asarray((rows - self.rows[places]) @ self.onto)
        moved[np.diff(rows.indptr) == 0] = 0.0
        return unit_rows(moved.astype(np.float32))


def unit_rows(rows: Floats) -> Floats:
    """Each row over its length; 0 where there is hardly any."""
    lengths = np.sqrt((rows * rows).sum(axis=1, keepdims=True))
    return np.where(lengths > SHORTEST, rows / np.maximum(lengths, SHORTEST), 0.0).astype(np.float32)
