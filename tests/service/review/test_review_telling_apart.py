"""Telling real paths from decoys: the measures by hand."""

from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from isthmus.service.review.telling_apart import told_apart, wilson

RATED = np.array([5, 4, 3, 2, 4, 2, 1, 1], dtype=float)
DECOY = np.array([False, False, False, False, True, True, True, True])


def test_auroc_is_the_share_of_pairs_in_the_right_order():
    pairs = list(product(RATED[~DECOY], RATED[DECOY]))
    by_hand = np.mean([1.0 if real > decoy else 0.5 if real == decoy else 0.0 for real, decoy in pairs])
    told = told_apart(RATED, DECOY, 3.0)
    assert told.auroc == pytest.approx(by_hand)
    assert told.auroc_low < told.auroc < told.auroc_high
    assert (told.real, told.decoys) == (4, 4)


def test_an_undecided_answer_is_half_right():
    # Real: two called real, one undecided, one called a decoy. Decoys: one called real, three not.
    told = told_apart(RATED, DECOY, 3.0)
    assert told.accuracy == (2.5 + 3) / 8
    assert told.accuracy_low < told.accuracy < told.accuracy_high


def test_d_prime_is_finite_and_zero_for_who_guesses():
    surely = told_apart(np.array([5.0, 5.0, 1.0, 1.0]), np.array([False, False, True, True]), 3.0)
    assert 1.5 < surely.d_prime < 3  # z(2.5 / 3) - z(.5 / 3)
    guess = told_apart(np.array([5.0, 1.0, 5.0, 1.0]), np.array([False, False, True, True]), 3.0)
    assert guess.d_prime == pytest.approx(0)
    assert guess.auroc == 0.5


def test_perfect_answers_to_few_items_have_no_interval_of_auroc_but_one_of_accuracy():
    told = told_apart(np.array([5.0, 5.0, 1.0, 1.0]), np.array([False, False, True, True]), 3.0)
    assert told.auroc == told.accuracy == 1.0
    assert told.auroc_low is None
    assert told.accuracy_low < 0.6


def test_one_sort_alone_tells_nothing():
    assert told_apart(np.array([5.0, 4.0]), np.array([False, False]), 3.0) is None
    assert told_apart(np.array([]), np.array([], dtype=bool), 3.0) is None


@given(st.integers(1, 200).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_wilsons_interval_holds_the_share_and_stays_within_bounds(counted):
    right, n = counted
    low, high = wilson(right, n)
    assert 0 <= low <= right / n + 1e-9
    assert right / n - 1e-9 <= high <= 1
    assert low < high
