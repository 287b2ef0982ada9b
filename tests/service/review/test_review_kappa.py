"""Agreement beyond chance, against figures that scikit-learn 1.7 and Fleiss' own example give."""

import numpy as np
import pytest

from isthmus.service.review.kappa import cohen_kappa, fleiss_kappa

# Forty items that two people judged: c correct, r wrong relation, e wrong entity, s speculative.
FIRST = list("rresccserrsssrrrsccrcecesssssreccrsreses")
SECOND = list("rresccrerrsssrersscscecessesereccrsreses")

# scikit-learn's cohen_kappa_score of the above, and of right or not.
KINDS, RIGHT = 0.7969543147208122, 0.9180327868852459

# Fleiss 1971's layout with 14 raters, ten items and five kinds; its kappa is .210.
RATED = [
    [0, 0, 0, 0, 14],
    [0, 2, 6, 4, 2],
    [0, 0, 3, 5, 6],
    [0, 3, 9, 2, 0],
    [2, 2, 8, 1, 1],
    [7, 7, 0, 0, 0],
    [3, 2, 6, 3, 0],
    [2, 5, 3, 2, 2],
    [6, 5, 2, 1, 0],
    [0, 2, 2, 3, 7],
]


def test_cohens_kappa_is_that_of_scikit_learn():
    assert len(FIRST) == len(SECOND) == 40
    kinds = cohen_kappa(FIRST, SECOND)
    assert kinds.value == pytest.approx(KINDS)
    assert (kinds.items, kinds.agreed) == (40, pytest.approx(0.85))
    right = cohen_kappa([str(one == "c") for one in FIRST], [str(one == "c") for one in SECOND])
    assert right.value == pytest.approx(RIGHT)
    for kappa in (kinds, right):
        assert kappa.low < kappa.value <= kappa.high


def test_fleiss_kappa_is_that_of_the_published_example():
    kappa = fleiss_kappa(np.array(RATED, dtype=float))
    assert round(kappa.value, 3) == 0.21
    assert kappa.low < 0.21 < kappa.high


def test_fleiss_of_two_reviewers_is_scotts_pi():
    """Worked out anew from its definition: chance by the shares of both together."""
    counts = np.array(
        [[(a == kind) + (b == kind) for kind in "cres"] for a, b in zip(FIRST, SECOND, strict=True)], dtype=float
    )
    shares = counts.sum(axis=0) / counts.sum()
    chance = float((shares**2).sum())
    agreed = np.mean([a == b for a, b in zip(FIRST, SECOND, strict=True)])
    assert fleiss_kappa(counts).value == pytest.approx((agreed - chance) / (1 - chance))


def test_items_that_one_reviewer_judged_tell_nothing():
    both = np.array([[2.0, 0.0], [0.0, 2.0], [1.0, 1.0]])
    alone = np.array([[1.0, 0.0], [0.0, 1.0]])
    assert fleiss_kappa(np.concatenate((both, alone))) == fleiss_kappa(both)


def test_the_interval_narrows_with_more_items():
    few, many = cohen_kappa(FIRST, SECOND), cohen_kappa(FIRST * 10, SECOND * 10)
    assert many.value == pytest.approx(few.value)
    assert many.high - many.low < 0.5 * (few.high - few.low)


@pytest.mark.parametrize(
    ("first", "second", "value", "told"),
    [
        ([], [], None, "no item"),
        (["right"] * 4, ["right"] * 4, None, "one kind"),
        (["right", "not"], ["right", "not"], 1.0, ""),
        (["right"], ["not"], 0.0, ""),
    ],
)
def test_where_kappa_is_not_defined_it_says_so_and_never_divides_by_nothing(first, second, value, told):
    kappa = cohen_kappa(first, second)
    assert kappa.value == value
    assert told in kappa.reason
    assert kappa.low is kappa.high is None  # one item, or none that differ, tell nothing of others


def test_fleiss_without_two_verdicts_on_anything_is_not_defined():
    assert fleiss_kappa(np.array([[1.0, 0.0], [0.0, 1.0]])).value is None
    assert fleiss_kappa(np.zeros((0, 2))).items == 0
