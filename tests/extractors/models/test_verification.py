"""Whether a sentence supports a statement: the trees and the join by hand, and the figures that the card promises."""

import numpy as np
import pytest

from isthmus.extractors.lexicon.lexicon import Lexicon
from isthmus.extractors.models.verification import DENIED, UNNAMED, beliefs, boosted, joined, linear, worded
from isthmus.extractors.training.judged_claims import groups_of, read_judged
from isthmus.extractors.verification.claim import Claim


@pytest.fixture(scope="module")
def lexicon() -> Lexicon:
    return Lexicon.open()


@pytest.fixture
def by_hand():
    """Two features; a stump at 0.5 of the first that sends unknown values right, and one leaf alone."""
    return {
        "feature": np.array([0, 0, 0, 0]),
        "threshold": np.array([0.5, 0.0, 0.0, 0.0]),
        "left": np.array([1, 0, 0, 0]),
        "right": np.array([2, 0, 0, 0]),
        "nan_left": np.array([False] * 4),
        "value": np.array([0.0, -1.0, 2.0, 0.25]),
        "root": np.array([0, 3]),
        "baseline": np.array(0.1),
        "mean": np.array([1.0, 2.0]),
        "scale": np.array([2.0, 1.0]),
        "slope": np.array([1.0, -1.0]),
        "intercept": np.array(0.5),
        "gram_slope": np.array([0.5, -1.0, 0.0, 2.0], dtype=np.float16),
        "gram_intercept": np.array(0.1),
        "join": np.array([0.5, 1.0, 2.0]),
        "join_bias": np.array(-0.2),
    }


ROWS = np.array([[0.5, 2.0], [0.6, 1.0], [np.nan, np.nan], [1e9, 2.0]])


def test_trees_are_walked_to_their_leaves(by_hand):
    assert boosted(ROWS, by_hand) == pytest.approx([-1 + 0.25 + 0.1, 2 + 0.35, 2 + 0.35, 2 + 0.35])


def test_the_linear_model_takes_the_unknown_for_the_mean_and_is_not_carried_away(by_hand):
    assert linear(ROWS, by_hand) == pytest.approx([0.5 - 0.25, 0.5 - 0.2 + 1.0, 0.5, 0.5 + 5.0])


def test_words_weigh_less_the_more_there_are(by_hand):
    grams = [np.array([0, 1]), np.array([3]), np.array([0, 1, 2, 3]), np.array([], dtype=np.int32)]
    assert worded(grams, by_hand) == pytest.approx([0.1 - 0.5 / 2**0.5, 2.1, 0.1 + 1.5 / 2, 0.1])


def test_all_three_are_joined_to_a_probability(by_hand):
    parts = [np.array([1.0, -1.0]), np.array([0.0, 3.0]), np.array([0.5, -0.5])]
    assert joined(parts, by_hand) == pytest.approx([1 / (1 + np.exp(-1.3)), 1 / (1 + np.exp(-1.3))])


def test_claims_that_share_a_document_or_a_sentence_are_one_group():
    pairs = [("pmid:2", "One."), ("pmid:1", "One."), ("pmid:2", "Two."), ("pmid:3", "Two."), ("pmid:4", "Three.")]
    assert groups_of(pairs) == {"pmid:2": "pmid:1", "pmid:1": "pmid:1", "pmid:3": "pmid:1", "pmid:4": "pmid:4"}


def test_no_document_and_no_sentence_is_on_both_sides(shared_data):
    sides = [
        {one.claim.text for one in read_judged(shared_data) if one.held_out is held_out} for held_out in (True, False)
    ]
    assert len(sides[0]) > 500
    assert sides[0].isdisjoint(sides[1])


def test_a_plain_sentence_is_believed_more_than_its_denial_and_a_mere_list(lexicon):
    said, *others = beliefs(
        [
            Claim("AKT1 directly phosphorylates GSK3B.", "Phosphorylation", "AKT1", "GSK3B"),
            Claim("AKT1 does not phosphorylate GSK3B.", "Phosphorylation", "AKT1", "GSK3B"),
            Claim("AKT1 and GSK3B were both found in the liver.", "Phosphorylation", "AKT1", "GSK3B"),
        ],
        lexicon,
    )
    assert said > 0.9
    assert all(other < said for other in others)


def test_the_roles_matter(lexicon):
    said, turned = beliefs(
        [Claim("MAPK1 inhibits JUN.", "Inhibition", *names) for names in (("MAPK1", "JUN"), ("JUN", "MAPK1"))], lexicon
    )
    assert turned < said


def test_a_sentence_that_names_neither_side_supports_nothing(lexicon):
    (belief,) = beliefs([Claim("The mice had free access to water.", "Phosphorylation", "AKT1", "GSK3B")], lexicon)
    assert belief <= UNNAMED


def test_belief_does_not_depend_on_what_else_is_asked(lexicon):
    claims = [
        Claim("TP53 binds MDM2.", "Complex", "TP53", "MDM2"),
        Claim("Aspirin inhibits COX-2 strongly in platelets of rats.", "INHIBITS", "aspirin", "COX-2"),
        Claim("x", "y", "z", "w"),
    ]
    apart = [beliefs([claim], lexicon)[0] for claim in claims]
    assert beliefs(claims, lexicon) == pytest.approx(apart, abs=1e-9)
    assert all(0 < belief < 1 for belief in apart)


def test_nothing_asked_is_nothing_answered(lexicon):
    assert beliefs([], lexicon).shape == (0,)


def test_a_denied_sentence_does_not_support_its_statement(lexicon):
    said = [
        Claim(f"AKT1 {verb} GSK3B.", "Phosphorylation", "AKT1", "GSK3B")
        for verb in ("phosphorylates", "does not phosphorylate")
    ]
    affirmed, denied = beliefs(said, lexicon)
    assert denied <= DENIED < affirmed
