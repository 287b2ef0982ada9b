"""What is known of a claim: same names for every claim, and numbers that follow the wording and the grammar."""

import math

import pytest

from isthmus.extractors.lexicon.lexicon import Lexicon
from isthmus.extractors.verification.claim import FITS, KINDS, Claim, kind_of
from isthmus.extractors.verification.cues import CUES
from isthmus.extractors.verification.features import LONGEST, claim_features


@pytest.fixture(scope="module")
def lexicon() -> Lexicon:
    return Lexicon.open()


def features(lexicon, text, type_="Inhibition", subject="MAPK1", obj="JUN"):
    return claim_features([Claim(text, type_, subject, obj)], lexicon)[0].numbers


@pytest.mark.parametrize(
    ("type_", "kind"),
    [
        ("Complex", "binding"),
        ("INTERACTS_WITH", "interaction"),
        ("STIMULATES", "stimulation"),
        ("DecreaseAmount", "amount_down"),
        ("Dephosphorylation", "dephosphorylation"),
        ("Autophosphorylation", "autophosphorylation"),
        ("treats", "inhibition"),
        ("remembers", "other"),
    ],
)
def test_the_kind_of_a_statement_is_read_from_its_type(type_, kind):
    assert kind_of(type_) == kind


def test_every_kind_knows_cues_that_exist():
    assert set(FITS) == set(KINDS)
    for speak_for, against in FITS.values():
        assert speak_for | against <= set(CUES)


def test_a_cue_between_the_names_counts_for_or_against(lexicon):
    said = features(lexicon, "MAPK1 inhibits JUN.")
    other = features(lexicon, "MAPK1 activates JUN.", "Phosphorylation")
    assert said["fits between"] == 1
    assert said["path fits"] == said["path top fits"] == 1
    assert other["fits between"] == 0


def test_the_passive_turns_what_the_pattern_finds(lexicon):
    active = features(lexicon, "MAPK1 inhibits JUN.")
    passive = features(lexicon, "MAPK1 is inhibited by JUN.")
    assert (active["pattern same"], active["pattern turned"]) == (1, 0)
    assert (passive["pattern same"], passive["pattern turned"]) == (0, 1)


def test_a_denial_is_seen_on_the_path(lexicon):
    assert features(lexicon, "MAPK1 does not inhibit JUN.")["path negated"] == 1
    assert features(lexicon, "MAPK1 may inhibit JUN.")["path speculated"] == 1
    assert features(lexicon, "MAPK1 inhibits JUN.")["path negated"] == 0


@pytest.mark.parametrize(
    "text", ["", ".", "JUN", "MAPK1 " * 900, "\u202e\ud800 JUN", "x" * (LONGEST * 3), "MAPK1 JUN MAPK1\x00JUN"]
)
def test_any_text_has_the_same_features(lexicon, text):
    usual = features(lexicon, "MAPK1 inhibits JUN.")
    found = features(lexicon, text)
    assert found.keys() == usual.keys()
    assert all(math.isnan(value) or math.isfinite(value) for value in found.values())


def test_a_claim_is_judged_by_itself(lexicon):
    claims = [Claim("MAPK1 inhibits JUN.", "Inhibition", "MAPK1", "JUN"), Claim("No.", "Complex", "TP53", "MDM2")]
    together = claim_features(claims, lexicon)
    apart = [claim_features([claim], lexicon)[0] for claim in claims]
    for one, other in zip(together, apart, strict=True):
        assert list(one.numbers.values()) == pytest.approx(list(other.numbers.values()), nan_ok=True)
        assert one.grams.tolist() == other.grams.tolist()
