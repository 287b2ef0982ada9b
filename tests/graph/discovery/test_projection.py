"""Rows that change in a space that does not."""

import numpy as np
import pytest
from scipy.sparse import csr_array

from isthmus.graph.discovery.ranking.projection import Projection


def fitted(dense: np.ndarray) -> Projection:
    left, values, right = np.linalg.svd(dense, full_matrices=False)
    return Projection(csr_array(dense), right.T.astype(np.float32), (left * values).astype(np.float32))


def cosines(rows: np.ndarray) -> np.ndarray:
    unit = rows / np.linalg.norm(rows, axis=1, keepdims=True)
    return unit @ unit.T


def test_where_nothing_was_left_out_a_changed_row_has_the_cosines_of_the_rows_themselves():
    generator = np.random.default_rng(3)
    dense = generator.random((9, 5)) * (generator.random((9, 5)) < 0.7) + np.eye(9, 5)
    space = fitted(dense)
    assert space.vectors @ space.vectors.T == pytest.approx(cosines(dense + 1e-12), abs=1e-5)
    changed = dense.copy()
    changed[2, 0], changed[4, 1] = 0.0, 3.0
    moved = space.of(np.array([2, 4]), csr_array(changed[[2, 4]]))
    assert moved @ space.vectors[[0, 3]].T == pytest.approx(cosines(changed)[np.ix_([2, 4], [0, 3])], abs=1e-5)


def test_a_row_that_has_not_changed_stays_to_the_bit_and_an_empty_one_has_no_direction():
    """Also where the fit left something out, of which an empty row would keep what it had before."""
    generator = np.random.default_rng(4)
    whole = fitted(generator.random((8, 6)))
    rough = Projection(whole.rows, whole.onto[:, :2], whole.raw[:, :2] + np.float32(0.01))
    same = rough.of(np.array([1, 5]), whole.rows[[1, 5]])
    np.testing.assert_array_equal(same, rough.vectors[[1, 5]])
    assert not rough.of(np.array([1]), csr_array((1, 6))).any()
