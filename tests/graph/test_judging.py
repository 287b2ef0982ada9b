"""What verdicts do to belief, against the odds worked out by hand."""

from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from isthmus.graph.belief import BEFORE_CAP, CURATOR_ODDS, OTHER_ODDS, SPECULATION_WEIGHT, judge
from isthmus.graph.verdict import VerdictKind

KINDS = list(VerdictKind)
CORRECT, SPECULATIVE, OTHER = VerdictKind.CORRECT, VerdictKind.SPECULATIVE, VerdictKind.OTHER
WRONG = VerdictKind.WRONG_DIRECTION


def judged(belief, *kinds):
    numbers = np.array([KINDS.index(kind) for kind in kinds], dtype=np.int8)
    return float(judge(np.array([belief]), np.zeros(len(kinds), dtype=np.int32), numbers)[0])


@pytest.mark.parametrize(
    ("belief", "kinds", "expected"),
    [
        (0.5, [CORRECT], 19 / 20),
        (0.5, [WRONG], 1 / 20),
        (0.5, [OTHER], 1 / 4),
        (0.5, [CORRECT, CORRECT], 361 / 362),
        (0.8, [CORRECT], 4 * 19 / (4 * 19 + 1)),
        (0.8, [WRONG, OTHER], (4 / 57) / (1 + 4 / 57)),
        (0.5, [CORRECT, OTHER], (19 / 3) / (1 + 19 / 3)),
        (0.6, [CORRECT, WRONG], 0.6),
        (0.6, [SPECULATIVE], 0.3),
        (0.6, [SPECULATIVE, SPECULATIVE], 0.3),
        (0.5, [CORRECT, SPECULATIVE], 19 / 20 / 2),
        (1.0, [WRONG], (9 / 19) / (1 + 9 / 19)),  # capped at .9 before
        (1.0, [CORRECT], 1.0),
        (0.001, [CORRECT], (19 / 9) / (1 + 19 / 9)),  # lifted to .1 before
        (0.001, [WRONG], 0.001),
        (0.0, [CORRECT, CORRECT], 0.0),
    ],
)
def test_odds_of_reviewers(belief, kinds, expected):
    assert judged(belief, *kinds) == pytest.approx(expected, abs=1e-11)


def test_where_nobody_has_judged_nothing_changes():
    belief = np.array([0.1 + 0.2, 1 / 3, 0.0])
    assert judge(belief, np.array([], dtype=np.int32), np.array([], dtype=np.int8)).tolist() == belief.tolist()
    after = judge(belief, np.array([2]), np.array([KINDS.index(CORRECT)]))
    assert after.tolist() == belief.tolist()
    after = judge(belief, np.array([1]), np.array([KINDS.index(CORRECT)]))
    assert after[0] == belief[0] != 0.3
    assert belief[1] == 1 / 3, "what was given is left as it was"


def naive(belief, kinds):
    """The formula, one number at a time."""
    count = Counter(kinds)
    wrong = sum(count.values()) - count[CORRECT] - count[SPECULATIVE] - count[OTHER]
    odds = CURATOR_ODDS ** (count[CORRECT] - wrong) / OTHER_ODDS ** count[OTHER]
    before = min(max(belief, 1 - BEFORE_CAP), BEFORE_CAP)
    after = odds * before / (1 - before + odds * before)
    if odds > 1:
        after = max(after, belief)
    elif odds < 1:
        after = min(after, belief)
    else:
        after = belief
    return 0.0 if belief == 0 else after * (SPECULATION_WEIGHT if count[SPECULATIVE] else 1)


verdicts = st.lists(st.tuples(st.integers(0, 3), st.sampled_from(KINDS)), max_size=8)
beliefs = st.lists(st.floats(0, 1).map(lambda value: round(value, 12)), min_size=4, max_size=4)


@given(beliefs, verdicts, st.randoms())
def test_many_at_once_are_each_judged_alone_and_in_any_order(belief, said, random):
    def after(rows):
        statement = np.array([row[0] for row in rows], dtype=np.int32)
        return judge(np.array(belief), statement, np.array([KINDS.index(row[1]) for row in rows], dtype=np.int8))

    found = after(said)
    expected = [naive(one, [kind for statement, kind in said if statement == n]) for n, one in enumerate(belief)]
    assert found.tolist() == pytest.approx(expected, abs=2e-12)
    assert ((found >= 0) & (found <= 1)).all()
    random.shuffle(said)
    assert after(said).tolist() == found.tolist()


@given(st.floats(0, 1), st.lists(st.sampled_from(KINDS), max_size=5))
def test_correct_never_lowers_and_wrong_never_raises(belief, kinds):
    now = judged(belief, *kinds)
    assert judged(belief, *kinds, CORRECT) >= now - 1e-12
    assert judged(belief, *kinds, WRONG) <= now + 1e-12
    assert judged(belief, *kinds, OTHER) <= now + 1e-12
    assert judged(belief, *kinds, SPECULATIVE) <= now + 1e-12
