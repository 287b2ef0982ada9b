"""Laws of belief, and one example of each that can be reckoned by hand."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from isthmus.graph.belief import contradict, noisy_or

N = 4  # statements
PIECES = st.lists(
    st.tuples(st.integers(0, N - 1), st.integers(0, 3), st.floats(0, 1, allow_subnormal=False)), max_size=12
)


def belief(pieces, n=N):
    statement, document, score = zip(*pieces, strict=True) if pieces else ((), (), ())
    return noisy_or(np.array(statement, dtype=int), np.array(document, dtype=int), np.array(score, dtype=float), n)


@pytest.mark.parametrize(
    ("pieces", "expected"),
    [
        ([], 0.0),
        ([(0, 0, 0.8)], 0.8),
        ([(0, 0, 0.8), (0, 1, 0.5)], 1 - 0.2 * 0.5),  # two papers
        ([(0, 0, 0.8), (0, 0, 0.5)], 0.8),  # two sentences of one paper: the better one counts
        ([(0, 0, 0.8), (0, 0, 0.8), (0, 1, 0.0)], 0.8),
        ([(0, 0, 1.0), (0, 1, 0.3)], 1.0),
    ],
)
def test_documents_are_independent_and_sentences_of_one_are_not(pieces, expected):
    assert belief(pieces, 1).tolist() == pytest.approx([expected])


@given(PIECES)
def test_belief_is_a_probability(pieces):
    found = belief(pieces)
    assert found.shape == (N,)
    assert ((found >= 0) & (found <= 1)).all()


@given(PIECES)
def test_a_statement_without_evidence_is_not_believed(pieces):
    told = {statement for statement, _, _ in pieces}
    assert all(belief(pieces)[statement] == 0 for statement in range(N) if statement not in told)


@given(PIECES, st.randoms(use_true_random=False))
def test_the_order_of_the_evidence_does_not_matter(pieces, random):
    shuffled = list(pieces)
    random.shuffle(shuffled)
    assert belief(shuffled).tolist() == pytest.approx(belief(pieces).tolist())


@given(PIECES, st.tuples(st.integers(0, N - 1), st.integers(0, 3), st.floats(0, 1, allow_subnormal=False)))
def test_more_evidence_never_lowers_belief(pieces, more):
    assert (belief([*pieces, more]) >= belief(pieces) - 1e-12).all()


@given(PIECES.filter(bool), st.integers(0), st.floats(0, 1))
def test_a_better_score_never_lowers_belief(pieces, which, by):
    place = which % len(pieces)
    statement, document, score = pieces[place]
    better = [*pieces[:place], (statement, document, score + (1 - score) * by), *pieces[place + 1 :]]
    assert (belief(better) >= belief(pieces) - 1e-12).all()


@given(PIECES)
def test_belief_is_at_least_that_of_the_best_piece_and_at_most_that_of_all_apart(pieces):
    apart = belief([(statement, number, score) for number, (statement, _, score) in enumerate(pieces)])
    for statement in range(N):
        best = max((score for each, _, score in pieces if each == statement), default=0.0)
        assert best - 1e-12 <= belief(pieces)[statement] <= apart[statement] + 1e-12


@given(PIECES)
def test_saying_the_same_sentence_again_changes_nothing(pieces):
    assert belief(pieces * 2).tolist() == pytest.approx(belief(pieces).tolist())


def test_the_opposite_lowers_belief_as_far_as_it_is_believed():
    assert contradict(np.array([0.8, 0.5, 0.9]), np.array([1, 0, -1])).tolist() == pytest.approx(
        [0.8 * (1 - 0.5), 0.5 * (1 - 0.8), 0.9]
    )


@given(st.lists(st.floats(0, 1), min_size=2, max_size=2))
def test_contradiction_never_raises_belief_and_stays_a_probability(pair):
    own = np.array(pair)
    after = contradict(own, np.array([1, 0]))
    assert ((after >= 0) & (after <= own)).all()


@given(st.lists(st.floats(0, 1), max_size=5))
def test_where_nobody_contradicts_belief_stays(beliefs):
    own = np.array(beliefs)
    assert contradict(own, np.full(len(own), -1)).tolist() == own.tolist()
