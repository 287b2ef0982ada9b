"""The compact extractor as a whole: sections, languages, contexts, offsets, order."""

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from isthmus.extractors.text.compact import LONGEST_PARSED, CompactExtractor
from isthmus.graph.model import Assertion, Document, DocumentKind, Extraction, Modality, Section


def document(*texts: str, title: str = "", label: str = "") -> Document:
    sections = tuple(Section(label, text) for text in texts)
    return Document("pmid:1", DocumentKind.ARTICLE, Modality.LITERATURE, title, sections, date="2020-05")


def check(extraction: Extraction) -> None:
    """What holds for any extraction: every span stands at its own characters, every id is described."""
    text = extraction.document.text
    statements = {each.id: each for each in extraction.statements}
    described = {entity.id for entity in extraction.entities}
    named = {(each.start, each.end): each.entity for each in extraction.mentions}
    assert {each.entity for each in extraction.mentions} == described
    assert {each.statement for each in extraction.evidence} == set(statements)
    for mention in extraction.mentions:
        assert text[mention.start : mention.end] == mention.text
    for piece in extraction.evidence:
        statement = statements[piece.statement]
        assert text[piece.start : piece.end] == piece.text
        # Of two names far apart the evidence is the sentence of one.
        spans = [(piece.subject_span, statement.subject), (piece.object_span, statement.object)]
        there = [(span, entity) for span, entity in spans if span is not None]
        assert there
        for span, entity in there:
            assert named[span] == entity
            assert piece.start <= span[0] < span[1] <= piece.end
        assert 0.0 < piece.score <= 1.0
        assert statement.subject != statement.object
    assert extraction.mentions or extraction.reason


@pytest.mark.parametrize(
    ("sentence", "species"),
    [
        ("Metformin activates AMPK in mice.", "NCBITaxon:10090"),
        ("Metformin activates AMPK in the mouse.", "NCBITaxon:10090"),
        ("Metformin activates AMPK in a murine model.", "NCBITaxon:10090"),
        ("Metformin activates AMPK in knockout mice.", "NCBITaxon:10090"),
        ("Metformin activates AMPK in Wistar rats.", "NCBITaxon:10116"),
        ("Metformin activates AMPK in human cells.", ""),
        ("Metformin activates AMPK in patients.", ""),
        ("Metformin activates AMPK in mice and rats.", ""),
        ("Metformin activates AMPK.", ""),
    ],
)
def test_the_species_of_a_statement_is_the_one_animal_of_its_sentence(extractor, sentence, species):
    extraction = extractor.extract(document(sentence))
    assert [each.context.species for each in extraction.statements] == [species]


@pytest.mark.parametrize(
    ("sentence", "cell", "anatomy"),
    [
        ("Metformin activates AMPK in cultured microglia.", "CL:0000129", ""),
        ("Metformin activates AMPK in the rat hippocampus.", "", "UBERON:0002421"),
        ("Metformin activates AMPK in microglia and in astrocytes.", "", ""),
        ("Metformin activates AMPK and microglia.", "", ""),
    ],
)
def test_cells_and_places_are_context_where_it_was_seen_in_just_one(extractor, sentence, cell, anatomy):
    found = {(s.context.cell, s.context.anatomy) for s in extractor.extract(document(sentence)).statements}
    assert (cell, anatomy) in found


def test_people_and_laboratory_animals_are_mentioned_but_in_no_statement(extractor):
    extraction = extractor.extract(document("Metformin affects mice and treats epilepsy in patients."))
    assert {"mice", "patients"} <= {mention.text for mention in extraction.mentions}
    assert [each.object for each in extraction.statements] == ["MONDO:0005027"]


@pytest.mark.parametrize(
    ("sentence", "negated", "assertion"),
    [
        ("Aspirin inhibits COX-2.", False, Assertion.AFFIRMED),
        ("Aspirin does not inhibit COX-2.", True, Assertion.NEGATED),
        ("Aspirin may inhibit COX-2.", False, Assertion.SPECULATED),
        ("Aspirin may not inhibit COX-2.", True, Assertion.SPECULATED),
    ],
)
def test_denial_goes_into_the_statement_and_doubt_into_its_evidence(extractor, sentence, negated, assertion):
    extraction = extractor.extract(document(sentence))
    assert [(each.negated, extraction.evidence[0].assertion) for each in extraction.statements] == [
        (negated, assertion)
    ]


def test_the_same_statement_in_two_sentences_has_two_pieces_of_evidence(extractor):
    extraction = extractor.extract(document("Aspirin inhibits COX-2. Here COX-2 was inhibited by aspirin."))
    assert len(extraction.statements) == 1
    assert [piece.text for piece in sorted(extraction.evidence, key=lambda piece: piece.start)] == [
        "Aspirin inhibits COX-2.",
        "Here COX-2 was inhibited by aspirin.",
    ]
    assert {piece.year for piece in extraction.evidence} == {2020}


@pytest.mark.parametrize(("label", "n_statements"), [("findings", 1), ("technique", 0), ("history", 0)])
def test_sections_that_tell_no_findings_make_no_statements(extractor, label, n_statements):
    extraction = extractor.extract(document("Aspirin inhibits COX-2.", label=label))
    assert len(extraction.statements) == n_statements
    assert len(extraction.mentions) == 2


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "holds no text"),
        (" \n ", "holds no text"),
        ("We went home and slept.", "names nothing that the lexicon knows"),
        ("Die Ratten wurden mit Levodopa behandelt und danach wieder untersucht. " * 6, "not in English but in German, so not extracted"),
    ],
)  # fmt: skip
def test_an_empty_extraction_says_why(extractor, text, reason):
    extraction = extractor.extract(document(text))
    assert (extraction.empty, extraction.reason) == (True, reason)


def test_a_sentence_too_long_to_parse_still_gives_its_mentions(extractor):
    text = "Aspirin inhibits COX-2" + ", as was seen" * (LONGEST_PARSED // 10) + "."
    extraction = extractor.extract(document(text))
    assert {mention.text for mention in extraction.mentions} == {"Aspirin", "COX-2"}
    assert extraction.statements == ()


def test_documents_come_back_in_order_and_as_they_are_alone(extractor):
    documents = [
        document("Aspirin inhibits COX-2."),
        document(""),
        document("Obesity is associated with type 2 diabetes.", title="On obesity"),
    ]
    together = list(extractor.extract_many(documents))
    assert together == [extractor.extract(each) for each in documents]


def test_entities_are_described_as_the_lexicon_describes_them(extractor, lexicon):
    extraction = extractor.extract(document("The SNCA gene was sequenced."))
    assert extraction.entities == (lexicon.canonical("HGNC:11138"),)


WORDS = [
    "Aspirin", " inhibits ", "COX-2", ". ", " and ", "mice", "\r\n", "\n\n", "👩‍🔬", "e\u0301",
    "שלום", "\u202e", " (PD) ", "Parkinson disease", " may not ", "-induced ", ", ", "((", "))", "[",
    "]", " is ", " no ", "\x00", "İ", "levodopa", " treats ", "’s ", "ﬁ", "\u2028",
    " of ", " by ",
]  # fmt: skip


@settings(deadline=None, max_examples=100)
@given(
    st.lists(st.sampled_from(WORDS), max_size=40).map("".join) | st.text(st.characters(codec="utf-8"), max_size=200),
    st.text(max_size=30),
)
@example("Aspirin inhibits COX-2.\r\n\r\nAspirin 👩‍🔬 treats Parkinson’s disease.", "שלום e\u0301")
def test_any_text_is_extracted_with_its_own_characters(extractor, text, title):
    check(extractor.extract(document(text, title=title)))


@pytest.mark.slow
def test_evidence_of_real_abstracts_stands_at_its_own_characters(extractor, abstracts):
    sample = abstracts[::5]
    extractions = list(extractor.extract_many(sample))
    for extraction in extractions:
        check(extraction)
    assert sum(len(extraction.evidence) for extraction in extractions) > len(sample)


def test_the_extractor_names_its_lexicon(extractor: CompactExtractor, lexicon):
    assert extractor.name.endswith(lexicon.version)


@pytest.mark.parametrize(
    "text",
    [
        "Lungs clear bilaterally. Heart size normal. No pleural effusion. No pneumothorax. Bony structures intact. "
        * 4,
        "Parkinson disease; metformin; MTOR; PRKAA1; dopamine; levodopa; alpha-synuclein; microglia; hippocampus. " * 5,
    ],
)
def test_english_without_its_small_words_is_still_english(extractor, text):
    assert extractor.extract(document(text)).reason == ""


def test_polish_is_told_by_its_letters(extractor):
    text = (
        "Choroba Parkinsona zaczyna się zwykle późno i objawia się drżeniem, spowolnieniem oraz sztywnością mięśni. "
        * 4
    )
    assert extractor.extract(document(text)).reason == "not in English but in Polish, so not extracted"
