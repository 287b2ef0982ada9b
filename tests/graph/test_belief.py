"""Laws of belief, and one example of each that can be reckoned by hand."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from isthmus.graph.belief import (
    OTHER_READER,
    PAPER_CAP,
    READERS,
    REVIEW,
    SAME_GROUP,
    SAME_PAPER,
    SYSTEMATIC,
    EvidenceArrays,
    Piece,
    believe,
    contradict,
    reader_of,
    together,
)

N = 3
TABLE, COMPACT, CHAT = "table/1", "compact/2", "openai:some-model/1"

beliefs_in = st.floats(0, 1)
pieces_strategy = st.builds(
    Piece,
    st.integers(0, N - 1),
    st.integers(0, 5),
    st.just(""),
    st.just(False),
    st.sampled_from([TABLE, COMPACT, CHAT, "mine/1", "reach/1"]),
    st.floats(0, 1),
    st.booleans(),
    st.booleans(),
)
AUTHORS = ("", "Curie M", "Noether E", "", "Curie M", "Hopper G")


def of_its_paper(piece):
    """The author and the kind are the paper's, whatever was drawn."""
    return piece._replace(senior_author=AUTHORS[piece.paper], review=piece.paper >= 4)


pieces_lists = st.lists(pieces_strategy.map(of_its_paper), max_size=12)


def said(score, paper=0, extractor=TABLE, author="", review=False, speculated=False, retracted=False, statement=0):
    return Piece(statement, paper, author, review, extractor, score, speculated, retracted)


def belief(*pieces, n=1):
    return believe(EvidenceArrays.of(pieces), n)


def one(*pieces):
    return float(belief(*pieces)[0])


# -- by hand ------------------------------------------------------------------------------------------------------


def test_without_evidence_there_is_no_belief():
    assert belief(n=2).tolist() == [0.0, 0.0]


@pytest.mark.parametrize("extractor", [TABLE, COMPACT, CHAT, "mine/1"])
def test_one_sentence_is_believed_as_its_reader_does(extractor):
    assert one(said(0.6, extractor=extractor)) == pytest.approx(0.6)
    assert one(said(0.6, extractor=extractor, review=True)) == pytest.approx(0.6), (
        "a review alone is a paper like others"
    )


def test_a_program_is_never_surer_than_it_was_found_to_be():
    for number, reader in enumerate(READERS):
        assert one(said(1.0, extractor=reader.name + "/1")) == pytest.approx(reader.surest), number


def test_papers_in_tables_are_independent():
    assert one(said(0.8), said(0.5, paper=1)) == pytest.approx(1 - 0.2 * 0.5)


def test_the_systematic_error_of_a_program_stays_however_many_papers_it_reads():
    error = 1 - 0.6
    stays = SYSTEMATIC * error
    chance = error * (1 - SYSTEMATIC) / (1 - stays)
    papers = [said(0.6, paper=number, extractor=COMPACT) for number in range(50)]
    assert one(*papers[:2]) == pytest.approx((1 - stays) * (1 - chance**2))
    assert one(*papers) == pytest.approx(1 - stays)


def test_sentences_of_one_paper_add_little():
    assert one(said(0.8), said(0.5)) == pytest.approx(1 - 0.2 * (1 - SAME_PAPER * 0.5))
    assert one(*[said(0.5)] * 100) < 0.56


def test_papers_of_one_senior_author_count_less():
    assert one(said(0.8, author="Curie M"), said(0.5, paper=1, author="Curie M")) == pytest.approx(
        1 - 0.2 * (1 - SAME_GROUP * 0.5)
    )
    assert one(said(0.8, author="Curie M"), said(0.5, paper=1, author="Noether E")) == pytest.approx(0.9)


def test_a_review_repeats_what_others_found():
    assert one(said(0.5), said(0.6, paper=1, review=True)) == pytest.approx(max(0.6, 1 - 0.5 * (1 - REVIEW * 0.6))), (
        "but is believed alone"
    )
    assert one(said(0.8), said(0.5, paper=1, review=True)) == pytest.approx(1 - 0.2 * (1 - REVIEW * 0.5))


def test_a_second_program_counts_less_than_the_first():
    assert one(said(0.6, extractor=COMPACT), said(0.5, paper=1, extractor=CHAT)) == pytest.approx(
        1 - 0.4 * (1 - OTHER_READER * 0.5)
    )


def test_one_paper_lifts_nothing_past_the_cap_whoever_reads_it():
    readers = [TABLE, COMPACT, CHAT, "mine/1", "rlimsp/1"]
    assert one(*[said(0.9, extractor=each) for each in readers]) == pytest.approx(PAPER_CAP)
    assert one(*[said(0.9, paper=number, extractor=each) for number, each in enumerate(readers)]) > PAPER_CAP


def test_a_speculated_sentence_counts_half_and_a_retracted_paper_nothing():
    assert one(said(0.8, speculated=True)) == pytest.approx(0.4)
    assert one(said(0.8, retracted=True)) == 0.0
    assert one(said(0.8, retracted=True), said(0.5, paper=1)) == pytest.approx(0.5)


def test_who_read_is_known_by_the_name_of_the_extractor():
    names = {
        "compact/2+lexicon.abc": "compact",
        "anthropic:model-1/prompt.3": "chat",
        "kgx/1": "given",
        "bel/1": "given",
        "reach/1": "reach",
        "somebody/7": "text",
    }
    assert {name: READERS[reader_of(name)].name for name in names} == names


# -- laws ---------------------------------------------------------------------------------------------------------


@given(pieces_lists)
def test_belief_is_a_probability(pieces):
    found = belief(*pieces, n=N)
    assert ((found >= 0) & (found <= 1)).all()
    spoken = {piece.statement for piece in pieces}
    assert all(found[statement] == 0 for statement in range(N) if statement not in spoken)


@given(st.data(), pieces_lists)
def test_the_order_of_evidence_does_not_matter(data, pieces):
    shuffled = data.draw(st.permutations(pieces))
    assert belief(*shuffled, n=N).tolist() == pytest.approx(belief(*pieces, n=N).tolist(), abs=1e-11)


@given(pieces_lists, pieces_strategy.map(of_its_paper))
def test_more_evidence_never_lowers_belief(pieces, more):
    assert (belief(*pieces, more, n=N) >= belief(*pieces, n=N) - 1e-11).all()


@given(pieces_lists.filter(bool), st.integers(0, 11), st.floats(0, 1))
def test_a_better_score_never_lowers_belief(pieces, which, by):
    which %= len(pieces)
    better = [*pieces]
    better[which] = pieces[which]._replace(score=pieces[which].score + by * (1 - pieces[which].score))
    assert (belief(*better, n=N) >= belief(*pieces, n=N) - 1e-11).all()


@given(pieces_lists, st.integers(0, 5))
def test_a_retraction_leaves_what_the_other_papers_say(pieces, paper):
    retracted = [piece._replace(retracted=piece.retracted or piece.paper == paper) for piece in pieces]
    others = [piece for piece in pieces if piece.paper != paper]
    assert belief(*retracted, n=N).tolist() == pytest.approx(belief(*others, n=N).tolist(), abs=1e-11)


@given(st.lists(pieces_strategy, min_size=1, max_size=12), st.integers(1, 20))
def test_one_paper_never_passes_the_cap_by_repeating_itself(pieces, times):
    pieces = [piece._replace(paper=0, statement=0) for piece in pieces]
    best = max(one(piece) for piece in pieces)
    assert one(*pieces * times) <= max(PAPER_CAP, best) + 1e-11


@given(pieces_lists)
def test_belief_is_at_least_that_of_the_best_piece_and_at_most_that_of_all_apart(pieces):
    alone = np.array([one(piece._replace(statement=0)) for piece in pieces])
    found = belief(*pieces, n=N)
    for statement in range(N):
        of = [p for p, piece in zip(alone, pieces, strict=True) if piece.statement == statement]
        assert max(of, default=0.0) - 1e-11 <= found[statement] <= 1 - np.prod([1 - p for p in of]) + 1e-11


@given(st.lists(beliefs_in, max_size=8))
def test_together_lies_between_the_greatest_and_the_noisy_or(values):
    key, value = np.zeros(len(values), dtype=int), np.array(values)
    for weight, expected in ((0.0, max(values, default=0.0)), (1.0, 1 - np.prod([1 - each for each in values]))):
        assert together(key, value, weight)[1].tolist() == pytest.approx([expected] if values else [], abs=1e-11)


# -- the opposite -------------------------------------------------------------------------------------------------


def test_the_opposite_lowers_belief_as_far_as_it_is_believed():
    assert contradict(np.array([0.8, 0.5, 0.9]), np.array([1, 0, -1])).tolist() == pytest.approx(
        [0.8 * 0.5, 0.5 * 0.2, 0.9]
    )


@given(st.tuples(beliefs_in, beliefs_in))
def test_contradiction_never_raises_belief_and_stays_a_probability(pair):
    own = np.array(pair)
    after = contradict(own, np.array([1, 0]))
    assert ((after >= 0) & (after <= own)).all()


@given(st.lists(beliefs_in, min_size=1, max_size=5))
def test_where_nobody_contradicts_belief_stays(beliefs):
    own = np.array(beliefs)
    assert contradict(own, np.full(len(own), -1)).tolist() == own.tolist()
