"""What a person finds who opens the Neo4j store with Cypher."""

from dataclasses import replace

import pytest
from samples import (
    ALZHEIMER,
    APP,
    APP_CAUSES_ALZHEIMER,
    BACE1,
    BACE1_CUTS_APP,
    DRUG_TREATS_ALZHEIMER,
    VERUBECESTAT,
    Claim,
    citation,
    paper,
    table,
)

from isthmus.graph.model import Entity
from isthmus.graph.stores.neo4j import Neo4jStore
from isthmus.graph.vocabulary import Category, Predicate

DRUG = replace(VERUBECESTAT, category=Category.DRUG)
DRUG_INHIBITS = Claim(DRUG, Predicate.INHIBITS, BACE1)

HOSTILE = (
    "`) DETACH DELETE n //",
    "'}) MATCH (n) DETACH DELETE n //",
    '"; CALL dbms.shutdown(); //',
    "\\u0060}) //",
    "$rows",
    "*/ RETURN 1 /*",
    "{id: 'x'}",
)


@pytest.fixture
def store(neo4j_url):
    with Neo4jStore(neo4j_url) as store:
        yield store


def rows(server, cypher, **parameters):
    return [record.values() for record in server.query(cypher, **parameters)]


def relationship_properties(server):
    return [dict(record["r"]) for record in server.query("MATCH (:Entity)-[r]->(:Entity) RETURN r")]


# -- for looking --------------------------------------------------------------------------------------------------


def test_a_drug_inhibits_a_gene(store, neo4j_server):
    store.write([paper("pmid:1", DRUG_INHIBITS), paper("pmid:2", DRUG_INHIBITS)])
    [(drug, edge, gene)] = rows(neo4j_server, "MATCH (d:Entity:Drug)-[r:INHIBITS]->(g:Entity:Gene) RETURN d, r, g")
    assert (drug["id"], drug["name"], list(drug["synonyms"])) == (VERUBECESTAT.id, VERUBECESTAT.name, ["MK-8931"])
    assert gene["id"] == BACE1.id
    [row] = store.all_statements()
    assert dict(edge) == {
        "statement_id": row.statement.id,
        "negated": False,
        "belief": row.belief,
        "evidence_count": 2,
        "first_year": row.first_year,
    }


def test_the_edge_follows_the_evidence(store, neo4j_server):
    store.write([paper("pmid:1", DRUG_INHIBITS)])
    store.write([paper("pmid:2", replace(DRUG_INHIBITS, year=1999)), paper("pmid:3", BACE1_CUTS_APP)])
    store.write([paper("pmid:4", replace(DRUG_INHIBITS, negated=True))])
    by_id = {row.statement.id: row for row in store.all_statements()}
    for edge in relationship_properties(neo4j_server):
        row = by_id.pop(edge["statement_id"])
        assert (edge["belief"], edge["evidence_count"]) == (row.belief, row.evidence_count)
        assert (edge.get("first_year"), edge["negated"]) == (row.first_year, row.statement.negated)
    assert not by_id
    store.delete(["pmid:1", "pmid:2", "pmid:4"])
    assert rows(neo4j_server, "MATCH (:Entity)-[r]->(:Entity) RETURN type(r)") == [
        [BACE1_CUTS_APP.predicate.relationship_type]
    ]


def test_an_entity_has_the_label_of_its_category_only(store, neo4j_server):
    vague = replace(APP, category=Category.NAMED_THING)
    store.write([paper("pmid:1", names=(vague,))])
    assert rows(neo4j_server, "MATCH (e:Entity) RETURN labels(e)") == [[["Entity", "NamedThing"]]]
    store.write([paper("pmid:2", names=(APP,))])
    assert rows(neo4j_server, "MATCH (e:Entity) RETURN labels(e)") == [[["Entity", "Gene"]]]
    store.delete(["pmid:2"])
    assert rows(neo4j_server, "MATCH (e:Entity) RETURN labels(e)") == [[["Entity", "NamedThing"]]]


def test_each_predicate_has_its_relationship_type(store, neo4j_server):
    store.write([paper("pmid:1", *(Claim(APP, predicate, ALZHEIMER) for predicate in Predicate))])
    types = rows(neo4j_server, "MATCH (:Entity)-[r]->(:Entity) RETURN type(r) ORDER BY type(r)")
    assert types == [[name] for name in sorted(predicate.value.upper() for predicate in Predicate)]


def test_each_category_has_its_label(store, neo4j_server):
    store.write([table("sha256:1", entities=tuple(Entity(f"X:{each}", "x", each) for each in Category))])
    labels = rows(neo4j_server, "MATCH (e:Entity) UNWIND labels(e) AS l WITH e, l WHERE l <> 'Entity' RETURN e.id, l")
    assert sorted(labels) == sorted([f"X:{each}", each.value] for each in Category)


def test_a_statement_about_itself_is_one_loop(store, neo4j_server):
    dimer = Claim(APP, Predicate.BINDS, APP)
    store.write([paper("pmid:1", dimer)])
    assert rows(neo4j_server, "MATCH (a:Entity)-[r:BINDS]->(a) RETURN count(r)") == [[1]]
    [hit] = store.search("APP").items
    assert hit.statements == 1
    store.write([paper("pmid:2", dimer)])
    assert [edge["evidence_count"] for edge in relationship_properties(neo4j_server)] == [2]
    store.delete(["pmid:1", "pmid:2"])
    assert store.counts().entities == 0


# -- the trail ----------------------------------------------------------------------------------------------------


def test_from_a_drug_to_its_sentences(store, neo4j_server):
    extraction = paper("pmid:1", DRUG_INHIBITS, title="A trial")
    store.write([extraction])
    trail = rows(
        neo4j_server,
        "MATCH (:Drug {name: $drug})<-[:SUBJECT]-(s:Statement)<-[:SUPPORTS]-(e:Evidence)-[:FROM]->(d:Document) "
        "MATCH (s)-[:OBJECT]->(o) RETURN s.predicate, o.name, e.text, d.id, d.title",
        drug=VERUBECESTAT.name,
    )
    assert trail == [["inhibits", BACE1.name, extraction.evidence[0].text, "pmid:1", "A trial"]]


def test_a_row_of_a_table_leads_to_the_paper_that_it_cites_and_names_the_table(store, neo4j_server):
    said = replace(DRUG_TREATS_ALZHEIMER, document="pmid:7")
    store.write([table("sha256:1", said, cited=(citation("pmid:7", title="Cited"),))])
    found = rows(neo4j_server, "MATCH (e:Evidence)-[:FROM]->(d:Document) RETURN d.title, e.readings")
    assert found == [["Cited", ["sha256:1#0"]]]


def test_who_is_named_where(store, neo4j_server):
    store.write([paper("pmid:1", APP_CAUSES_ALZHEIMER, names=(APP,))])
    found = rows(
        neo4j_server,
        "MATCH (:Document {id: 'pmid:1'})-[m:MENTIONS]->(e:Gene) RETURN e.id, m.count, m.sentences",
    )
    assert found == [[APP.id, 2, [0, 1]]]


def test_the_ledger_hangs_on_its_document(store, neo4j_server):
    store.write([paper("pmid:1", BACE1_CUTS_APP)])
    found = rows(neo4j_server, "MATCH (r:Reading)-[:OF]->(d:Document) RETURN r.outcome, r.evidence, d.id")
    assert found == [["written", 1, "pmid:1"]]


def test_nothing_is_left_behind_when_everything_is_deleted(store, neo4j_server):
    said = replace(BACE1_CUTS_APP, document="pmid:7")
    store.write([paper("pmid:1", DRUG_INHIBITS), table("sha256:1", said, entities=(ALZHEIMER,))])
    store.delete(["pmid:1", "sha256:1"])
    assert rows(neo4j_server, "MATCH ()-[r]->() RETURN count(r)") == [[0]]
    left = rows(neo4j_server, "MATCH (n) UNWIND labels(n) AS label RETURN DISTINCT label ORDER BY label")
    assert left == [["Change"], ["Graph"], ["Migration"], ["Reading"]]  # that they are gone is a change, too


# -- names --------------------------------------------------------------------------------------------------------


def test_names_are_found_by_the_index_for_people(store, neo4j_server):
    store.write([paper("pmid:1", names=(replace(ALZHEIMER, synonyms=("Morbus Älzheimer",)),))])
    for query in ("alzheimer", "morbus"):
        found = rows(
            neo4j_server, "CALL db.index.fulltext.queryNodes('entity_names', $q) YIELD node RETURN node.id", q=query
        )
        assert found == [[ALZHEIMER.id]]


@pytest.mark.parametrize("text", HOSTILE)
def test_an_attempt_at_injection_stays_text(store, neo4j_server, text):
    thing = Entity(text, text, Category.GENE, (f"{text} again",), (text,), (text,))
    claim = Claim(thing, Predicate.CAUSES, ALZHEIMER, text=text)
    extraction = paper(f"doi:{text}", claim, title=text)
    store.write([paper("pmid:1", BACE1_CUTS_APP)])
    before = store.counts()
    store.write([extraction])
    assert store.entities([text]) == {text: thing}
    assert store.documents([extraction.document.id]) == {extraction.document.id: extraction.document}
    assert [each.text for each in store.all_evidence() if each.document == extraction.document.id] == [text]
    assert store.find_statements(subject=text).items[0].statement == claim.statement
    assert store.entities_named(text) == store.entities_with_xref(text) == [thing]
    # The sentence is the hostile text alone: it names no disease.
    assert [row.entity for row in store.mentions(document=extraction.document.id)] == [text]
    store.search(text)
    labels = {label for [label] in rows(neo4j_server, "MATCH (n:Entity) UNWIND labels(n) AS label RETURN label")}
    assert labels == {"Entity", "Gene", "Disease"}
    store.delete([extraction.document.id])
    assert store.counts() == before
