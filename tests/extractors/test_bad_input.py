"""Text as it should not be: what is read keeps its offsets, what is not read is told, and nothing breaks."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from isthmus.extractors.lexicon.lexicon import Lexicon
from isthmus.extractors.text.compact import CompactExtractor
from isthmus.extractors.text.fast import fast_extractor
from isthmus.extractors.text.readable import LONGEST_PORTION
from isthmus.graph.model import Document, DocumentKind, Extraction, Modality, Section

GERMAN = "Die Ratten wurden mit Levodopa behandelt und danach wieder untersucht. " * 3
JAPANESE = "レボドパは患者の動きを改善したが、睡眠は改善しなかった。"


@pytest.fixture(scope="module")
def lexicon() -> Lexicon:
    return Lexicon.open()


@pytest.fixture(scope="module", params=[CompactExtractor, fast_extractor], ids=["default", "fast"])
def extractor(request, lexicon) -> CompactExtractor:
    return request.param(lexicon)


@pytest.fixture(scope="module")
def fast(lexicon) -> CompactExtractor:
    return fast_extractor(lexicon)


def document(*texts: str, title: str = "On drugs") -> Document:
    sections = tuple(Section("", text) for text in texts)
    return Document("pmid:1", DocumentKind.ARTICLE, Modality.LITERATURE, title, sections, date="2020")


def stands_at_its_characters(extraction: Extraction) -> bool:
    text = extraction.document.text
    assert all(text[each.start : each.end] == each.text for each in extraction.mentions)
    for piece in extraction.evidence:
        assert text[piece.start : piece.end] == piece.text
        for span in (piece.subject_span, piece.object_span):
            assert span is None or piece.start <= span[0] < span[1] <= piece.end
    sentences = [each.sentence for each in extraction.mentions]
    return sentences == sorted(sentences)


def names(extraction: Extraction) -> list[str]:
    return [mention.text for mention in extraction.mentions]


def test_a_section_in_another_language_is_recorded_and_not_read_as_english(extractor):
    extraction = extractor.extract(
        document("Aspirin inhibits COX-2.", GERMAN, "Metformin activates AMPK.", JAPANESE * 4)
    )
    assert stands_at_its_characters(extraction)
    assert names(extraction) == ["Aspirin", "COX-2", "Metformin", "AMPK"]
    assert len(extraction.statements) == 2
    assert extraction.reason == (
        "left out: 213 characters in German, so not extracted; 112 characters in Japanese, so not extracted"
    )


def test_a_document_in_another_language_says_which(extractor):
    extraction = extractor.extract(document(GERMAN, title=""))
    assert (extraction.empty, extraction.reason) == (True, "not in English but in German, so not extracted")


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("TNF-&alpha; activates NF-&kappa;B.", ["TNF-&alpha;", "NF-&kappa;B"]),
        ("Aspirin&nbsp;inhibits COX-&#50;.", ["Aspirin", "COX-&#50;"]),
        ("Met\u00adfor\u200bmin activates AMPK.", ["Met\u00adfor\u200bmin", "AMPK"]),
        ("\u202eMetformin\u202c activates \u200fAMPK\u200e.", ["Metformin", "AMPK"]),
        ("Metformin\x00activates\x07AMPK\x1b.", ["Metformin", "AMPK"]),
        ("Metformin activates AMPK &notanentity; &amp;.", ["Metformin", "AMPK"]),
    ],
)
def test_names_are_read_through_what_does_not_show(extractor, text, found):
    extraction = extractor.extract(document(text))
    assert stands_at_its_characters(extraction)
    assert names(extraction) == found
    assert len(extraction.statements) == 1


def test_characters_that_do_not_show_are_counted(extractor):
    reason = extractor.extract(document("Met\u200bformin\x00 activates \u202eAMPK\u202c.")).reason
    assert reason == "left out: 4 control and format characters"


def test_what_has_no_sentence_ends_is_read_and_said_not_to_be_parsed(fast):
    extraction = fast.extract(document("metformin and AMPK and aspirin, " * 200))
    assert stands_at_its_characters(extraction)
    assert len(extraction.mentions) == 600
    assert "without a sentence's end, so not parsed" in extraction.reason


def test_a_document_of_many_portions_is_one_extraction(fast):
    sentence = "Metformin inhibits MTOR in cultured neurons. "
    repeated = 3 * LONGEST_PORTION // len(sentence)
    extraction = fast.extract(document(sentence * repeated, GERMAN, sentence.strip()))
    assert stands_at_its_characters(extraction)
    assert len(extraction.statements) == 1
    assert len({piece.start for piece in extraction.evidence}) == len(extraction.evidence) == repeated + 1
    assert extraction.mentions[-1].sentence == repeated + 1  # the title is the first
    assert extraction.reason == "left out: 213 characters in German, so not extracted"


def test_long_and_short_documents_come_back_in_order_and_whole(fast):
    long = document("Metformin inhibits MTOR. " * (LONGEST_PORTION // 12))
    short = document("Aspirin inhibits COX-2.")
    together = list(fast.extract_many([short, long, short, document(""), short]))
    assert [each.document for each in together] == [short, long, short, document(""), short]
    assert together[0] == together[2] == together[4] == fast.extract(short)


@pytest.mark.parametrize(
    "text", ["A" * 300_000, "=" * 300_000, "metformin" * 30_000, "\x00" * 300_000, "1.5 " * 80_000]
)
def test_a_long_line_of_anything_ends_in_a_word(fast, text):
    assert stands_at_its_characters(fast.extract(document(text)))


@pytest.mark.slow
def test_a_tenth_of_a_megabyte_in_one_line_is_read(extractor):
    text = ("In mice metformin, aspirin; SNCA and LRRK2 were given and seen " * 1_600)[:100_000]
    extraction = extractor.extract(document(text))
    assert stands_at_its_characters(extraction)
    assert len(extraction.mentions) > 6_000


PIECES = [
    "Aspirin", " inhibits ", "COX-2", ". ", "&alpha;", "&#x200b;", "&amp;", "&bogus;", "\u202e", "\u00ad", "\x00", "\ufeff",
    "\n\n", GERMAN, JAPANESE, " the ", " and ", "&#1114112;", "&", ";", "x" * 50,
]  # fmt: skip


@settings(deadline=None, max_examples=40)
@given(st.lists(st.lists(st.sampled_from(PIECES), max_size=12).map("".join), max_size=4))
def test_any_mixture_keeps_its_offsets(fast, texts):
    extraction = fast.extract(document(*texts))
    assert stands_at_its_characters(extraction)
    assert extraction.mentions or extraction.reason
