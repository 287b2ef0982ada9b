"""The graph as GraphML and as Cytoscape JSON: read back by an XML and a JSON reader of others, it says the same."""

import json
import re

import pytest
from lxml import etree
from service.awkward_graph import (
    ALONE,
    AWKWARD,
    CAUSES,
    DRUG,
    GENE,
    INHIBITS,
    NOT_TREATS,
    RETRACTED,
    UNKNOWN,
    one_line,
)

from isthmus.service.exports.cytoscape import export_cytoscape
from isthmus.service.exports.graphml import export_graphml, token

NS = {"g": "http://graphml.graphdrawing.org/xmlns"}
PYTHON = {"string": str, "double": float, "int": int, "boolean": lambda text: {"true": True, "false": False}[text]}


def read_graphml(path):
    """Nodes and edges with their typed properties, as the keys declare them."""
    root = etree.fromstring(path.read_bytes(), etree.XMLParser(resolve_entities=False))
    keys = {
        key.get("id"): (key.get("for"), key.get("attr.name"), PYTHON[key.get("attr.type")])
        for key in root.iterfind("g:key", NS)
    }

    def properties(element, kind):
        found = {}
        for data in element.iterfind("g:data", NS):
            belongs, name, typed = keys[data.get("key")]
            assert belongs == kind
            found[name] = typed(data.text)
        return found

    graph = root.find("g:graph", NS)
    assert graph.get("edgedefault") == "directed"
    nodes = {node.get("id"): properties(node, "node") for node in graph.iterfind("g:node", NS)}
    edges = {
        edge.get("id"): (edge.get("source"), edge.get("target"), properties(edge, "edge"))
        for edge in graph.iterfind("g:edge", NS)
    }
    return nodes, edges


def in_xml(text):
    """As XML can hold it."""
    return re.sub("[\x00-\x08\x0b\x0c\x0e-\x1f]", "\ufffd", text)


def test_graphml_gives_every_node_and_edge_with_typed_properties(awkward_store, tmp_path):
    written = export_graphml(awkward_store, tmp_path / "out")
    nodes, edges = read_graphml(written.files[0])
    assert (written.nodes, written.edges) == (len(nodes), len(edges)) == (4, 3)
    assert {node["curie"] for node in nodes.values()} == {DRUG.id, GENE.id, UNKNOWN.id, ALONE.id}
    drug = nodes[DRUG.id]
    assert drug["name"] == in_xml(AWKWARD)
    assert drug["synonyms"].split("\n") == list(DRUG.synonyms)
    assert (drug["category"], drug["xrefs"], drug["given_categories"]) == ("SmallMolecule", "MESH:C1", "Pill")
    source, target, edge = edges[INHIBITS.id]
    assert (source, target) == (DRUG.id, GENE.id)
    [row] = awkward_store.statements([INHIBITS.id]).values()
    assert edge == {
        "predicate": "inhibits",
        "biolink": "biolink:affects",
        "negated": False,
        "belief": row.belief,
        "evidence_count": 2,
        "first_year": 1999,
        "species": "NCBITaxon:10090",
        "cell": "CL:0000129",
        "anatomy": "UBERON:0000955",
        "publications": edge["publications"],
        "sentences": edge["sentences"],
    }
    assert set(edge["publications"].split("\n")) == {"pmid:7", RETRACTED.id}
    assert set(edge["sentences"].split("\n")) == {
        f"pmid:7 (2001): {one_line(in_xml(AWKWARD))}",
        f"{RETRACTED.id} (1999, speculated, retracted): It may block it.",
    }
    assert edges[NOT_TREATS.id][2]["negated"] is True
    assert "first_year" not in edges[NOT_TREATS.id][2]


def test_graphml_ids_are_name_tokens_and_edges_end_at_nodes(awkward_store, tmp_path):
    nodes, edges = read_graphml(export_graphml(awkward_store, tmp_path).files[0])
    assert all(re.fullmatch(r"[A-Za-z0-9.:_-]+", each) for each in (*nodes, *edges))
    assert {end for source, target, _ in edges.values() for end in (source, target)} <= nodes.keys()
    assert nodes[token(UNKNOWN.id)]["curie"] == UNKNOWN.id


@pytest.mark.parametrize(("one", "other"), [("text:a b", "text:a_x20_b"), ("a:_x2f_", "a:/"), ("a:é", "a:_xe9_")])
def test_two_ids_never_become_one_token(one, other):
    assert token(one) != token(other)


def test_graphml_counts_what_xml_cannot_hold(awkward_store, tmp_path):
    # two control characters in the drug's name, two in the sentence
    assert list(export_graphml(awkward_store, tmp_path).notes.values()) == [4]


def test_cytoscape_elements_say_what_the_graph_says(awkward_store, tmp_path):
    written = export_cytoscape(awkward_store, tmp_path / "out")
    graph = json.loads(written.files[0].read_bytes())
    nodes = {node["data"]["id"]: node["data"] for node in graph["elements"]["nodes"]}
    edges = {edge["data"]["id"]: edge["data"] for edge in graph["elements"]["edges"]}
    assert (written.nodes, written.edges) == (len(nodes), len(edges)) == (4, 3)
    assert nodes[DRUG.id]["name"] == AWKWARD
    assert nodes[DRUG.id]["synonyms"] == list(DRUG.synonyms)
    edge = edges[INHIBITS.id]
    assert (edge["source"], edge["target"], edge["interaction"]) == (DRUG.id, GENE.id, "inhibits")
    assert (edge["species"], edge["first_year"], edge["negated"]) == ("NCBITaxon:10090", 1999, False)
    assert edges[NOT_TREATS.id]["interaction"] == "not treats"
    assert edges[CAUSES.id]["belief"] == pytest.approx(awkward_store.statements([CAUSES.id])[CAUSES.id].belief)
    assert not nodes.keys() & edges.keys()


def test_cytoscape_columns_have_one_type_each(awkward_store, tmp_path):
    graph = json.loads(export_cytoscape(awkward_store, tmp_path).files[0].read_bytes())
    for elements in graph["elements"].values():
        types: dict[str, set[type]] = {}
        for element in elements:
            for name, value in element["data"].items():
                types.setdefault(name, set()).add(type(value))
        assert all(len(found) == 1 for found in types.values()), types
