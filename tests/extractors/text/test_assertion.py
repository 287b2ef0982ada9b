"""What a sentence denies and what it only supposes."""

import re

import pytest

from isthmus.extractors.text.assertion import Stance, stance
from isthmus.extractors.text.parsing import parse_many
from isthmus.graph.model import Mention
from isthmus.graph.vocabulary import Category

AFFIRMED, SUPPOSED, BOTH = Stance(False, False), Stance(False, True), Stance(True, True)


def stance_of(sentence: str, trigger: str) -> Stance:
    """How a sentence about A and B puts the word ``trigger``."""
    places = [re.search(r"\bA\b", sentence).start(), sentence.index(" B") + 1]
    mentions = [
        Mention(place, place + 1, sentence[place], Category.DRUG, f"text:drug/{number}", 0, 1.0)
        for number, place in enumerate(places)
    ]
    (parse,) = parse_many([(sentence, 0, sorted(mentions, key=lambda mention: mention.start))])
    word = next(token for token in parse.doc if token.text == trigger)
    first, second = (parse.doc[place] for place in parse.at)
    return stance(word, (first, second))


@pytest.mark.parametrize(
    ("sentence", "trigger"),
    [
        ("A inhibits B in the brain.", "inhibits"),
        ("A not only inhibits B but helps.", "inhibits"),
        ("We found that A inhibits B here.", "inhibits"),
        ("A, which was not toxic, inhibits B too.", "inhibits"),
        ("It did not help, although A inhibits B well.", "inhibits"),
        ("As expected, A inhibits B again.", "inhibits"),
        ("The mechanism by which A inhibits B is unknown.", "inhibits"),
        ("A did not help, but it inhibited B in the end.", "inhibited"),
    ],
)
def test_what_is_said_plainly_is_affirmed(sentence, trigger):
    assert stance_of(sentence, trigger) == AFFIRMED


@pytest.mark.parametrize(
    ("sentence", "trigger"),
    [
        ("A did not inhibit B in the brain.", "inhibit"),
        ("A didn't inhibit B in the brain.", "inhibit"),
        ("A never inhibits B in the brain.", "inhibits"),
        ("A cannot inhibit B in the brain.", "inhibit"),
        ("A failed to inhibit B in the brain.", "inhibit"),
        ("A was unable to inhibit B in the brain.", "inhibit"),
        ("There is no evidence that A inhibits B in mice.", "inhibits"),
        ("No inhibition of A by B was seen.", "inhibition"),
        ("Lack of inhibition of A by B was seen.", "inhibition"),
        ("A helped without inhibiting B in the brain.", "inhibiting"),
        ("Neither A nor C inhibited B in the brain.", "inhibited"),
        ("A is unrelated to B in mice.", "unrelated"),
    ],
)
def test_what_is_denied_is_negated(sentence, trigger):
    assert stance_of(sentence, trigger).negated


@pytest.mark.parametrize(
    ("sentence", "trigger"),
    [
        ("A may inhibit B in the brain.", "inhibit"),
        ("A might inhibit B in the brain.", "inhibit"),
        ("A possibly inhibits B in the brain.", "inhibits"),
        ("We hypothesise that A inhibits B here.", "inhibits"),
        ("These data suggest that A inhibits B here.", "inhibits"),
        ("We asked whether A inhibits B here.", "inhibits"),
        ("Whether A inhibits B remains unclear.", "inhibits"),
        ("It is not known whether A inhibits B here.", "inhibits"),
        ("Inhibition of A by B is poorly understood.", "inhibition"),
        ("The inhibition of A by B remains unclear.", "inhibition"),
        ("A appears to inhibit B here.", "inhibit"),
        ("The aim was to test inhibition of A by B in mice.", "inhibition"),
        ("Our hypothesis was that A inhibits B here.", "inhibits"),
    ],
)
def test_what_is_supposed_is_speculated_and_not_denied(sentence, trigger):
    assert stance_of(sentence, trigger) == SUPPOSED


def test_what_may_not_be_is_both():
    assert stance_of("A may not inhibit B in the brain.", "inhibit") == BOTH
