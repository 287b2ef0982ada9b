"""Papers that others cite, and entities that several describe: what every store makes of them."""

from dataclasses import replace

from contents import contents
from samples import (
    ALZHEIMER,
    APP,
    APP_CAUSES_ALZHEIMER,
    BACE1_CUTS_APP,
    PARKINSON,
    Claim,
    citation,
    paper,
    table,
)

from isthmus.graph.model import DocumentKind, Entity
from isthmus.graph.stores.protocol import Counts
from isthmus.graph.vocabulary import Category, Predicate

# -- citations ----------------------------------------------------------------------------------------------------


def test_a_cited_paper_is_known_as_a_stub(store):
    stub = citation("pmid:7", title="Cited", date="2001")
    store.write([table("sha256:1", replace(BACE1_CUTS_APP, document="pmid:7"), cited=(stub,))])
    assert store.documents(["pmid:7"]) == {"pmid:7": stub}
    assert store.counts().documents == 2
    assert store.ledger(["pmid:7"]) == {}


def test_a_paper_in_which_evidence_stands_is_known_even_if_nobody_describes_it(store):
    store.write([table("sha256:1", replace(BACE1_CUTS_APP, document="pmid:7"))])
    assert store.documents(["pmid:7"])["pmid:7"].kind is DocumentKind.CITATION


def test_a_full_document_takes_the_place_of_a_stub(store):
    store.write([table("sha256:1", replace(BACE1_CUTS_APP, document="pmid:7"), cited=(citation("pmid:7"),))])
    full = paper("pmid:7", names=(APP,))
    store.write([full])
    assert store.documents(["pmid:7"])["pmid:7"] == full.document
    assert store.counts().documents == 2


def test_a_stub_never_takes_the_place_of_a_full_document(store):
    full = paper("pmid:7", names=(APP,))
    store.write([full])
    store.write([table("sha256:1", replace(BACE1_CUTS_APP, document="pmid:7"), cited=(citation("pmid:7", title="Z"),))])
    assert store.documents(["pmid:7"])["pmid:7"] == full.document


def test_of_several_stubs_the_one_that_says_most_stays(store):
    poor, rich = citation("pmid:7"), citation("pmid:7", title="Cited", date="2001")
    store.write([table("sha256:1", replace(BACE1_CUTS_APP, document="pmid:7"), cited=(rich,))])
    store.write([table("sha256:2", replace(BACE1_CUTS_APP, document="pmid:7"), cited=(poor,))])
    assert store.documents(["pmid:7"])["pmid:7"] == rich
    store.delete(["sha256:1"])
    assert store.documents(["pmid:7"])["pmid:7"] == poor


def test_a_deleted_paper_that_others_cite_becomes_a_stub_again(store):
    stub = citation("pmid:7", title="Cited")
    rows = table("sha256:1", replace(BACE1_CUTS_APP, document="pmid:7"), cited=(stub,))
    store.write([rows])
    before = contents(store, ("pmid:7",))
    store.write([paper("pmid:7", APP_CAUSES_ALZHEIMER)])
    store.delete(["pmid:7"])
    assert contents(store, ("pmid:7",)) == before


def test_a_stub_has_nothing_of_its_own_to_delete(store):
    store.write([table("sha256:1", replace(BACE1_CUTS_APP, document="pmid:7"), cited=(citation("pmid:7"),))])
    assert store.delete(["pmid:7"]) == ()
    assert store.counts() == Counts(documents=2, entities=2, statements=1, evidence=1, mentions=0)


# -- entities -----------------------------------------------------------------------------------------------------


def test_descriptions_of_one_entity_are_merged(store):
    vague = Entity(APP.id, "amyloid precursor", Category.NAMED_THING, (), ("UMLS:C0002716",), ("biolink:Wonder",))
    store.write([paper("pmid:1", entities=(vague,)), paper("pmid:2", names=(APP,))])
    assert store.entities([APP.id]) == {APP.id: APP.merge(vague)}


def test_a_node_without_edges_is_kept(store):
    store.write([table("sha256:1", entities=(PARKINSON,))])
    assert store.entities([PARKINSON.id]) == {PARKINSON.id: PARKINSON}
    assert list(store.mentions()) == []


def test_an_entity_that_nobody_describes_is_called_by_its_id_until_somebody_does(store):
    claim = Claim(Entity("NEW:1", "x", Category.GENE), Predicate.AFFECTS, APP)
    store.write([replace(table("sha256:1", claim), entities=(APP,))])
    assert store.entities(["NEW:1"]) == {"NEW:1": Entity("NEW:1", "NEW:1", Category.NAMED_THING)}
    described = Entity("NEW:1", "a new one", Category.DISEASE)
    store.write([table("sha256:2", entities=(described,))])
    assert store.entities(["NEW:1"]) == {"NEW:1": described}
    store.delete(["sha256:2"])
    assert store.entities(["NEW:1"]) == {"NEW:1": Entity("NEW:1", "NEW:1", Category.NAMED_THING)}


def test_text_of_any_script_comes_back_as_it_was(store):
    entity = Entity(
        "text:β-Sekretase 𝛃", "β-Sekretase 🧠", Category.PROTEIN, ("ベータセクレターゼ", 'a "quoted" \\ name')
    )
    extraction = paper("doi:10.1/ä'\"`$", Claim(entity, Predicate.CAUSES, ALZHEIMER), title="Ünï\u0301code\u2028 \t\n")
    store.write([extraction])
    assert store.entities([entity.id]) == {entity.id: entity}
    assert store.documents([extraction.document.id]) == {extraction.document.id: extraction.document}
    assert list(store.all_evidence()) == list(extraction.evidence)
