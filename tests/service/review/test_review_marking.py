"""Marks in sentences: the reader's own places where they fit, names that the graph knows otherwise, none where neither tells."""

from isthmus.graph.model import Document, DocumentKind, Entity, Evidence, Modality, Section
from isthmus.graph.vocabulary import Category
from isthmus.service.review.marking import marked

DRUG = Entity("CHEBI:1", "larkamide", Category.DRUG, ("LK-7",))
GENE = Entity("HGNC:1", "WREN1", Category.GENE, ("wren", "WREN1L"))
SENTENCE = "Given twice, LK-7 halved the WREN1 signal."
DOCUMENT = Document(
    "pmid:1", DocumentKind.ARTICLE, Modality.LITERATURE, "Birds.", (Section("abstract", f"We asked. {SENTENCE}"),)
)


def evidence(text=SENTENCE, **known):
    return Evidence("0" * 32, "pmid:1", text, "sample/1", 0.9, **known)


def test_the_readers_own_places_are_marked():
    start = DOCUMENT.text.index(SENTENCE)
    spans = {
        "start": start,
        "end": start + len(SENTENCE),
        "subject_span": (start + 13, start + 17),
        "object_span": (start + 29, start + 34),
    }
    found = marked(evidence(**spans), DRUG, GENE, DOCUMENT)
    assert found.with_marks() == "Given twice, «LK-7» halved the ‹WREN1› signal."
    assert SENTENCE[slice(*found.subject)] == "LK-7"


def test_places_that_do_not_fit_the_text_are_not_believed():
    spans = {"start": 3, "end": 3 + len(SENTENCE), "subject_span": (5, 9), "object_span": (3, 6)}
    found = marked(evidence(**spans), DRUG, GENE, DOCUMENT)  # the sentence does not begin there
    assert found.with_marks() == "Given twice, «LK-7» halved the ‹WREN1› signal."
    overlapping = {"start": 0, "end": 20, "subject_span": (0, 5), "object_span": (4, 8)}
    assert marked(evidence(**overlapping), DRUG, GENE).subject == (13, 17)


def test_a_row_without_places_is_searched_for_whole_words_longest_first():
    found = marked(evidence("WREN1L fell when larkamides met wren and larkamide."), DRUG, GENE)
    assert found.with_marks() == "‹WREN1L› fell when larkamides met wren and «larkamide»."


def test_the_two_marks_never_overlap():
    whole = Entity("HGNC:2", "WREN1", Category.GENE)
    part = Entity("HGNC:3", "WREN1 kinase", Category.GENE)
    found = marked(evidence("The WREN1 kinase was seen."), part, whole)
    assert found.with_marks() == "The «WREN1 kinase» was seen."


def test_nothing_is_marked_where_nothing_is_named():
    found = marked(evidence("It rose in both groups."), DRUG, GENE)
    assert (found.subject, found.object) == (None, None)
    assert found.with_marks() == "It rose in both groups."
