"""A sentence as words around two marks."""

import numpy as np
import pytest

from isthmus.extractors.lexicon.lexicon import Lexicon
from isthmus.extractors.verification.claim import Claim
from isthmus.extractors.verification.grams import BUCKETS, grams, hashed_grams, marked_words
from isthmus.extractors.verification.syntax import read_syntax
from isthmus.extractors.verification.wording import read_claim


@pytest.fixture(scope="module")
def reading():
    return read_claim(Claim("In 12 rats MAPK1 did not inhibit JUN.", "Inhibition", "MAPK1", "JUN"), Lexicon.open())


def test_names_become_marks_and_numbers_become_nothing(reading):
    assert marked_words(reading) == ["in", "0", "rats", "<S>", "did", "not", "inhibit", "<O>", "."]


def test_what_stands_between_the_names_is_told_from_what_stands_before(reading):
    found = set(grams(reading, ()))
    assert {"between not inhibit", "inhibition between not", "before rats", "behind .", "type Inhibition"} <= found
    assert "before not" not in found


def test_the_path_climbs_to_the_verb_and_falls_to_the_object(reading):
    (syntax,) = read_syntax([reading], Lexicon.open())
    assert syntax.path == ("nsubj<", "inhibit", ">dobj")
    assert "path whole nsubj< inhibit >dobj" in set(grams(reading, syntax.path))


def test_buckets_are_sorted_and_each_stands_once(reading):
    buckets = hashed_grams(reading, ())
    assert (np.diff(buckets) > 0).all()
    assert 0 <= buckets.min() <= buckets.max() < BUCKETS
