"""Names that a document's source has marked are the document's names, wherever they stand in what is read of it."""

from dataclasses import replace

import pytest

from isthmus.graph.model import Annotation, Document, DocumentKind, Modality, Section
from isthmus.graph.vocabulary import Category

TEXT = "Metformin lowered ABC9 in the patients. Zorvex raised tau."
FILLER = "Nothing of note was seen there. " * 3000


def marked(text, *names):
    found = []
    for name, category, entity in names:
        start = text.index(name)
        found.append(Annotation(start, start + len(name), name, category, entity))
    return tuple(found)


@pytest.fixture
def read(extractor):
    def extracted(*texts, names=(), title=""):
        sections = tuple(Section("", text) for text in texts)
        document = Document("pmid:1", DocumentKind.ARTICLE, Modality.LITERATURE, title, sections)
        return document, extractor.extract(replace(document, annotations=marked(document.text, *names)))

    return extracted


def test_what_is_marked_has_the_meaning_it_was_given(read):
    _, found = read(
        TEXT,
        names=[
            ("ABC9", Category.GENE, "NCBIGene:4137"),
            ("Zorvex", Category.CHEMICAL_ENTITY, "MESH:C999999"),
        ],
    )
    named = {mention.text: mention for mention in found.mentions}
    assert named["ABC9"].entity == "HGNC:6893"  # MAPT, as the lexicon has it
    assert (named["Zorvex"].entity, named["Zorvex"].category) == ("MESH:C999999", Category.CHEMICAL_ENTITY)
    assert named["Metformin"].entity == "CHEBI:6801"  # ours, where nothing is marked
    assert {entity.id: entity.name for entity in found.entities}["MESH:C999999"] == "Zorvex"


def test_ours_gives_way_where_the_two_overlap(read):
    _, found = read("Parkinson disease is common.", names=[("Parkinson", Category.CHEMICAL_ENTITY, "MESH:C999999")])
    assert [(mention.text, mention.entity) for mention in found.mentions] == [("Parkinson", "MESH:C999999")]


def test_statements_are_of_what_was_marked(read):
    _, found = read(
        "Zorvex inhibits ABC9.",
        names=[("ABC9", Category.GENE, "NCBIGene:4137"), ("Zorvex", Category.CHEMICAL_ENTITY, "MESH:C999999")],
    )
    assert {(one.subject, one.object) for one in found.statements} == {("MESH:C999999", "HGNC:6893")}


@pytest.mark.parametrize(
    "before",
    ["", FILLER, "A\u00adword &amp; more. ", "Les malades avaient mal. " * 20],
    ids=["plain", "long", "odd", "foreign"],
)
def test_marks_are_at_their_places_in_a_document_that_is_read_in_portions(read, before):
    document, found = read(before, TEXT, names=[("Zorvex", Category.CHEMICAL_ENTITY, "MESH:C999999")], title="A trial.")
    [zorvex] = [mention for mention in found.mentions if mention.entity == "MESH:C999999"]
    assert document.text[zorvex.start : zorvex.end] == zorvex.text == "Zorvex"
