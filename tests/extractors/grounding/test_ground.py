"""From tagged names to entities."""

from __future__ import annotations

import pytest

from isthmus.extractors.grounding import ground
from isthmus.extractors.grounding.ground import THRESHOLD
from isthmus.extractors.grounding.spellings import spellings
from isthmus.extractors.lexicon import Lexicon
from isthmus.extractors.models.tagger import TaggedSpan
from isthmus.extractors.text.mentions import Found
from isthmus.graph.model import Entity, Mention
from isthmus.graph.vocabulary import Category

DISEASE, CHEMICAL = Category.DISEASE, Category.CHEMICAL_ENTITY


@pytest.fixture(scope="module")
def lexicon() -> Lexicon:
    return Lexicon.open()


def _ids(lexicon: Lexicon, text: str, names: list[tuple[str, Category]]) -> list[str]:
    spans = [TaggedSpan(text.index(n), text.index(n) + len(n), category, 0.9) for n, category in names]
    return [each.entity.id for each in ground(text, spans, [(0, len(text))], lexicon)]


def test_a_short_form_means_its_long_form_and_order_is_kept(lexicon: Lexicon) -> None:
    text = "Parkinson disease (PD) is common."
    short, long = _ids(lexicon, text, [("PD", DISEASE), ("Parkinson disease", DISEASE)])
    assert short == long
    assert not long.startswith("text:")


def test_a_turned_name_means_the_plain_one(lexicon: Lexicon) -> None:
    text = "Cancer of the colon, also called colon cancer."
    first, second = _ids(lexicon, text, [("Cancer of the colon", DISEASE), ("colon cancer", DISEASE)])
    assert first == second


def test_an_unknown_name_stays_ungrounded(lexicon: Lexicon) -> None:
    text = "We saw zorbaxian wheeze."
    assert _ids(lexicon, text, [("zorbaxian wheeze", DISEASE)]) == ["text:disease/zorbaxian-wheeze"]


def test_what_the_finder_chose_is_taken_where_nothing_else_is_known_and_kinds_agree(lexicon: Lexicon) -> None:
    text = "We saw zorbaxian wheeze."
    entity = Entity("CHEBI:1", "wheeze of Zorbax", CHEMICAL)
    known = [(Mention(7, 23, text[7:23], CHEMICAL, entity.id, 0, 0.5), Found(7, 23, entity, 0.5))]
    spans = [TaggedSpan(7, 23, DISEASE, 0.9), TaggedSpan(7, 23, CHEMICAL, 0.9)]
    disease, chemical = ground(text, spans, [(0, len(text))], lexicon, known)
    assert chemical.entity == entity
    assert chemical.score >= THRESHOLD
    assert (disease.entity.id, disease.score) == ("text:disease/zorbaxian-wheeze", 0.0)


def test_a_reading_that_is_more_often_wrong_than_right_is_left_alone(lexicon: Lexicon) -> None:
    text = "We saw zorbaxian wheeze."
    entity = Entity("MONDO:0000001", "wheeze of Zorbax", DISEASE)
    known = [(Mention(7, 23, text[7:23], DISEASE, entity.id, 0, 0.5), Found(7, 23, entity, 0.5))]
    (found,) = ground(text, [TaggedSpan(7, 23, DISEASE, 0.9)], [(0, len(text))], lexicon, known)
    assert not found.entity.grounded


def test_the_finder_does_not_overrule_the_name_as_written(lexicon: Lexicon) -> None:
    text = "Aspirin eased it."
    entity = Entity("CHEBI:1", "another", CHEMICAL)
    known = [(Mention(0, 7, text[:7], CHEMICAL, entity.id, 0, 0.5), Found(0, 7, entity, 0.5))]
    (found,) = ground(text, [TaggedSpan(0, 7, CHEMICAL, 0.9)], [(0, len(text))], lexicon, known)
    assert found.entity.id != entity.id


def test_an_adjective_means_its_noun(lexicon: Lexicon) -> None:
    text = "A hypertensive man has hypertension."
    first, second = _ids(lexicon, text, [("hypertensive", DISEASE), ("hypertension", DISEASE)])
    assert first == second


def test_salts_and_enantiomers_come_off_chemicals() -> None:
    assert list(spellings("(R)-ketamine hydrochloride", chemical=True))[-1] == "ketamine"
