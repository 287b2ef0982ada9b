"""Which words are names, and of what."""

from itertools import pairwise

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from isthmus.extractors.lexicon.lexicon import Lexicon
from isthmus.extractors.text.mentions import Found, find_mentions
from isthmus.extractors.text.sentences import document_sentences, sentence_spans
from isthmus.graph.model import Mention
from isthmus.graph.vocabulary import Category


def mentions_of(text: str, lexicon: Lexicon) -> list[tuple[Mention, Found]]:
    return find_mentions(text, sentence_spans(text), lexicon)


def named(text: str, lexicon: Lexicon) -> dict[str, str]:
    return {mention.text: mention.entity for mention, _ in mentions_of(text, lexicon)}


@pytest.mark.parametrize(
    ("text", "name", "entity"),
    [
        ("We saw mice.", "mice", "NCBITaxon:10090"),
        ("We saw a mouse.", "mouse", "NCBITaxon:10090"),
        ("A murine model was used.", "murine", "NCBITaxon:10090"),
        ("They were Sprague-Dawley rats.", "rats", "NCBITaxon:10116"),
        ("They were knockout mice.", "mice", "NCBITaxon:10090"),
        ("The group had depression.", "depression", "MONDO:0002050"),
        ("Depressive states are common.", "Depressive", "MONDO:0002050"),
        ("The group had OCD.", "OCD", "MONDO:0008114"),
        ("They got (R)-ketamine daily.", "(R)-ketamine", "CHEBI:580604"),
        ("Carriers of rs429358 were seen.", "rs429358", "dbSNP:rs429358"),
        ("Levels of IL 6 rose.", "IL 6", "HGNC:6018"),
        ("The MET gene was read.", "MET", "HGNC:7029"),
        ("Expression of SNCA rose.", "SNCA", "HGNC:11138"),
        ("The CLOCK gene was read.", "CLOCK", "HGNC:2082"),
        ("Levels of IL-6 rose.", "IL-6", "HGNC:6018"),
        ("Aggregates of α-synuclein spread.", "α-synuclein", "HGNC:11138"),
    ],
)
def test_a_name_has_its_identifier(lexicon, text, name, entity):
    assert named(text, lexicon)[name] == entity


@pytest.mark.parametrize(
    "text",
    [
        "This has a great impact on the rest of the pilot.",
        "The clock, the car and the trail were red.",
        "Impact of a large set of apex calls on the April trial.",
        "The association will affect our understanding of the roles and processes of life.",
        "Synthesis and degradation were up, pathogenesis and communication were not.",
        "On the other hand, the goal of mothers and families is a means of hope.",
        "FMT, HPA and SMD stayed the same.",
        "The score was A2 in group T1.",
        "α and β diversity fell.",
        "We cut the tail, a minor step.",
    ],
)
def test_english_words_and_undefined_symbols_name_nothing(lexicon, text):
    assert named(text, lexicon) == {}


@pytest.mark.parametrize(
    ("text", "short", "entity"),
    [
        ("They had obsessive-compulsive disorder (OCD). OCD is rare.", "OCD", "MONDO:0008114"),
        ("Attention-deficit/hyperactivity disorder (ADHD) is common.", "ADHD", "MONDO:0007743"),
        ("1-methyl-4-phenyl-1,2,3,6-tetrahydropyridine (MPTP) was given.", "MPTP", "CHEBI:17963"),
        ("Rapid eye movement (REM) sleep behavior disorder (RBD) is seen.", "RBD", "MONDO:0005937"),
        ("Status epilepticus (SE) came. SE was long.", "SE", "HP:0002133"),
        ("Amyotrophic lateral sclerosis (ALS) is fatal.", "ALS", "MONDO:0004976"),
    ],
)
def test_a_short_form_means_what_the_document_says(lexicon, text, short, entity):
    assert named(text, lexicon)[short] == entity


@pytest.mark.parametrize(
    ("definition", "short"),
    [
        ("compared with the control (CON) diet", "CON"),
        ("the false discovery rate (FDR) was set", "FDR"),
        ("a risk factor (RF) was found", "RF"),
        ("in the exploratory phase (EP) they slept", "EP"),
        ("traditional Chinese medicine (TCM) was given", "TCM"),
    ],
)
def test_a_long_form_that_only_ends_like_a_chemical_or_an_enzyme_is_none(lexicon, definition, short):
    assert short not in named(f"Here {definition}. {short} was low.", lexicon)


def test_a_long_form_that_no_source_knows_is_an_honest_ungrounded_entity(lexicon):
    found = mentions_of("Foobar wasting syndrome (FWS) is new. FWS is rare.", lexicon)
    short = [(mention, name) for mention, name in found if mention.text == "FWS"]
    assert len(short) == 2
    assert {mention.entity for mention, _ in short} == {"text:disease/foobar-wasting-syndrome"}
    assert {mention.category for mention, _ in short} == {Category.DISEASE}
    assert not any(name.entity.grounded for _, name in short)


def test_a_word_beside_an_undefined_symbol_makes_it_a_name(lexicon):
    assert named("The GBA gene was read.", lexicon) == {"GBA": "HGNC:4177"}
    assert named("The GBA was measured.", lexicon) == {}


def test_a_name_in_full_elsewhere_speaks_for_the_symbol(lexicon):
    assert "HD" not in named("The HD was measured.", lexicon)
    assert named("Huntington disease is rare. The HD was measured.", lexicon)["HD"] == "MONDO:0007739"


def test_a_name_inside_a_process_is_kept_beside_it_and_marked(lexicon):
    found = mentions_of("We measured tryptophan metabolism.", lexicon)
    assert [(mention.text, name.inner) for mention, name in found] == [
        ("tryptophan metabolism", False),
        ("tryptophan", True),
    ]


def test_mentions_know_their_sentence_and_never_reach_over_its_end(lexicon):
    text = "It was Parkinson. Disease followed, and epilepsy."
    found = mentions_of(text, lexicon)
    assert [(mention.text, mention.sentence) for mention, _ in found] == [("epilepsy", 1)]


def check(text: str, found: list[tuple[Mention, Found]], spans: list[tuple[int, int]]) -> None:
    """What holds for the mentions of any text."""
    outer = sorted((mention.start, mention.end) for mention, name in found if not name.inner)
    assert all(first[1] <= second[0] for first, second in pairwise(outer))
    assert [mention.start for mention, _ in found] == sorted(mention.start for mention, _ in found)
    for mention, name in found:
        assert text[mention.start : mention.end] == mention.text != ""
        assert spans[mention.sentence][0] <= mention.start < mention.end <= spans[mention.sentence][1]
        assert 0.0 <= mention.score <= 1.0
        assert mention.entity == name.entity.id
        assert mention.text == mention.text.strip()


PIECES = [
    "IL-6", "PD", " (PD)", "Parkinson disease", "Parkinson\u2019s", "TNFα", "e\u0301", "é", "👩‍🔬", "\r\n",
    "\n\n", ". ", " ", "שלום", "\u202e", "\u200b", "(", ")", "[", "ﬁ",
    "²", "İ", "ß", "mice", "rs123", "p.Val30Met", "MPTP", "-", "\x00", "µM",
    "NF-\u03baB", "depression", "'s", "&lt;", "<i>",
]  # fmt: skip


@settings(deadline=None, max_examples=200)
@given(
    st.lists(st.sampled_from(PIECES), max_size=40).map("".join) | st.text(st.characters(codec="utf-8"), max_size=200)
)
@example("IL-6\r\n\r\nIL-6 👩‍🔬 e\u0301 שלום mice")
@example("İİİİ Parkinson disease (PD) PD")
@example("(" * 50 + "PD" + ")" * 50)
def test_any_text_gives_mentions_at_their_own_characters(lexicon, text):
    spans = sentence_spans(text)
    check(text, find_mentions(text, spans, lexicon), spans)


@pytest.mark.slow
def test_every_mention_of_the_real_abstracts_stands_at_its_own_characters(lexicon, abstracts):
    n_mentions = 0
    for document, sentences in zip(abstracts, document_sentences(abstracts), strict=True):
        spans = [(sentence.start, sentence.end) for sentence in sentences]
        found = find_mentions(document.text, spans, lexicon)
        check(document.text, found, spans)
        n_mentions += len(found)
    assert len(abstracts) == 1567
    assert n_mentions > 20 * len(abstracts)
