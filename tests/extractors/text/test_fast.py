"""The fast profile: names of the lexicon and the small tagger, statements where two names stand close with a telling word between."""

import pytest

from isthmus.extractors.text.fast import fast_extractor, tells_of_a_relation
from isthmus.extractors.text.sentences import split_by_rule
from isthmus.graph.model import Document, DocumentKind, Mention, Modality, Section
from isthmus.graph.vocabulary import Category, Predicate

GENE, DISEASE, CELL = Category.GENE, Category.DISEASE, Category.CELL


@pytest.fixture(scope="module")
def fast(lexicon):
    return fast_extractor(lexicon)


def document(text: str) -> Document:
    return Document("pmid:1", DocumentKind.ARTICLE, Modality.LITERATURE, "", (Section("", text),))


@pytest.mark.parametrize(
    ("sentence", "predicate"),
    [
        ("Aspirin inhibits COX-2.", Predicate.INHIBITS),
        ("COX-2 is inhibited by aspirin.", Predicate.INHIBITS),
        ("Metformin treats type 2 diabetes.", Predicate.TREATS),
        ("Obesity is associated with type 2 diabetes.", Predicate.ASSOCIATED_WITH),
    ],
)
def test_plain_sentences_are_read(fast, sentence, predicate):
    (statement,) = fast.extract(document(sentence)).statements
    assert statement.predicate is predicate


def test_a_denied_relation_is_negated(fast):
    (statement,) = fast.extract(document("Aspirin does not inhibit COX-2.")).statements
    assert statement.negated


def test_a_text_names_what_no_lexicon_knows(fast):
    text = (
        "We studied forty patients with quillart syndrome. Half of them were treated with zorbaxinamide. "
        "It lowered their pain. Patients with quillart syndrome who were not treated had more pain."
    )
    found = {(mention.text, mention.category) for mention in fast.extract(document(text)).mentions}
    assert ("zorbaxinamide", Category.CHEMICAL_ENTITY) in found


def test_its_name_is_not_the_default_ones(fast, extractor):
    assert fast.name.startswith("fast/")
    assert fast.name != extractor.name


def mention(text: str, word: str, category: Category) -> Mention:
    start = text.index(word)
    return Mention(start, start + len(word), word, category, f"text:{word}", 0, 1.0)


@pytest.mark.parametrize(
    ("text", "kinds", "telling"),
    [
        ("LRRK2 causes parkinsonism", (GENE, DISEASE), True),
        ("LRRK2 was bound by parkinsonism", (GENE, DISEASE), True),
        ("LRRK2 and parkinsonism", (GENE, DISEASE), False),
        ("LRRK2 causes parkinsonism", (CELL, CELL), False),
        ("LRRK2 " + "very " * 20 + "causes parkinsonism", (GENE, DISEASE), False),
    ],
)
def test_a_sentence_is_parsed_where_related_names_stand_close_with_a_telling_word(text, kinds, telling):
    mentions = [mention(text, "LRRK2", kinds[0]), mention(text, "parkinsonism", kinds[1])]
    assert tells_of_a_relation(text, mentions) is telling


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        ("It rose. It fell.", ["It rose.", "It fell."]),
        ("See Fig. 2 for E. coli at approx. 37 C. The rest died.", ["See Fig. 2 for E. coli at approx. 37 C.", "The rest died."]),
        ("Did it rise? (It did.) Yes", ["Did it rise?", "(It did.)", "Yes"]),
        ("One\n\nTwo", ["One", "Two"]),
        ("", []),
    ],
)  # fmt: skip
def test_sentences_end_by_rule(text, sentences):
    (spans,) = split_by_rule([text])
    assert [text[start:end] for start, end in spans] == sentences
