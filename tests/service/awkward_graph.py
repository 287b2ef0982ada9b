"""A small graph whose names and sentences hold what breaks careless writers: quotes, markup, breaks, control characters."""

import pytest

from isthmus.graph.model import (
    Assertion,
    Context,
    Document,
    DocumentKind,
    Entity,
    Evidence,
    Extraction,
    Modality,
    Section,
    Statement,
)
from isthmus.graph.stores.open import open_store
from isthmus.graph.vocabulary import Category, Predicate

AWKWARD = 'a "b" <c> & \\d\\ \'e\'\nnext\r\tline \x07\x00 \u202eback\u202c {"x": 1} //no comment 😀 é'
MOUSE = Context(species="NCBITaxon:10090", cell="CL:0000129", anatomy="UBERON:0000955")
DRUG = Entity("CHEBI:1", AWKWARD, Category.SMALL_MOLECULE, ("calm-ol", ']]> -- "'), ("MESH:C1",), ("Pill",))
GENE = Entity("HGNC:620", "GENE1", Category.GENE, xrefs=("NCBIGene:351",))
UNKNOWN = Entity('text:disease/"odd" one', 'the "odd" one', Category.DISEASE)
ALONE = Entity("HGNC:2", "GENE2", Category.GENE)
INHIBITS = Statement.of(DRUG.id, Predicate.INHIBITS, GENE.id, context=MOUSE)
NOT_TREATS = Statement.of(DRUG.id, Predicate.TREATS, UNKNOWN.id, negated=True)
CAUSES = Statement.of(GENE.id, Predicate.CAUSES, UNKNOWN.id)
PAPER = Document(
    "pmid:7", DocumentKind.ARTICLE, Modality.LITERATURE, f"Title: {AWKWARD}", (Section("", "It blocks it."),), "2001-02"
)
RETRACTED = Document("doi:10.1/<x>(2)", DocumentKind.CITATION, Modality.LITERATURE, date="1999", retracted=True)
SENTENCES = (
    Evidence(INHIBITS.id, PAPER.id, AWKWARD, "hand/1", 0.6, year=2001, start=8, end=22, section="abstract"),
    Evidence(
        INHIBITS.id, RETRACTED.id, "It may block it.", "hand/1", 0.9, Assertion.SPECULATED, 1999, original="blocks"
    ),
    Evidence(NOT_TREATS.id, PAPER.id, "It did not treat it.", "hand/1", 0.5, Assertion.NEGATED),
    Evidence(CAUSES.id, PAPER.id, "", "hand/1", 0.25, year=2001),
)
SAID = Extraction(
    PAPER,
    "hand/1",
    (DRUG, GENE, UNKNOWN, ALONE),
    statements=(INHIBITS, NOT_TREATS, CAUSES),
    evidence=SENTENCES,
    cited=(RETRACTED,),
)


@pytest.fixture
def awkward_store(tmp_path):
    with open_store(f"sqlite:///{tmp_path / 'graph.sqlite'}") as opened:
        opened.write([SAID])
        yield opened


def one_line(text):
    return " ".join(text.split())
