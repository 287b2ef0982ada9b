"""A name that a person types becomes one entity, a list of choices, or a hint."""

import pytest

from isthmus.graph.model import Document, DocumentKind, Entity, Extraction, Modality
from isthmus.graph.stores.open import open_store
from isthmus.graph.vocabulary import Category
from isthmus.service.names import AmbiguousName, UnknownName, resolve

PARKINSON = Entity("MONDO:0005180", "Parkinson disease", Category.DISEASE, ("PD",), ("MESH:D010300",))
PANIC = Entity("MONDO:0004985", "panic disorder", Category.DISEASE, ("PD",))
GENE = Entity("HGNC:11138", "SNCA", Category.GENE, ("alpha-synuclein",))


@pytest.fixture
def store(tmp_path):
    document = Document("sha256:1", DocumentKind.GRAPH, Modality.LITERATURE, "three nodes")
    with open_store(f"sqlite:///{tmp_path / 'graph.sqlite'}") as opened:
        opened.write([Extraction(document, "test/1", entities=(PARKINSON, PANIC, GENE))])
        yield opened


def lexicon(curie):
    """Knows one concept, by an identifier that the graph does not list."""
    return Entity("NCBIGene:6622", "SNCA", Category.GENE, (), ("HGNC:11138",)) if curie == "UniProtKB:P37840" else None


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("MONDO:0005180", PARKINSON),
        ("parkinson disease", PARKINSON),
        ("  Parkinson disease ", PARKINSON),
        ("alpha-synuclein", GENE),
        ("MESH:D010300", PARKINSON),
        ("UniProtKB:P37840", GENE),
    ],
)
def test_an_identifier_or_a_name_finds_its_entity(store, typed, expected):
    assert resolve(typed, store, lexicon) == expected


def test_a_shared_name_gives_the_choices(store):
    with pytest.raises(AmbiguousName) as caught:
        resolve("PD", store, lexicon)
    assert {entity.id for entity in caught.value.choices} == {PARKINSON.id, PANIC.id}
    assert "MONDO:0004985 (panic disorder" in str(caught.value)
    assert caught.value.exit_code == 2


def test_an_unknown_name_says_what_is_near(store):
    with pytest.raises(UnknownName, match=r"MONDO:0005180 \(Parkinson disease\)"):
        resolve("parkinson", store, lexicon)


@pytest.mark.parametrize("typed", ["", "  ", "MONDO:9999999", '"; DROP TABLE entity; --', "a" * 5000, "\x00"])
def test_nothing_typed_can_do_harm(store, typed):
    with pytest.raises(UnknownName):
        resolve(typed, store, lexicon)
