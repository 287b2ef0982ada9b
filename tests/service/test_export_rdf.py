"""The graph as RDF, read back by rdflib: nanopublications that say what the graph says."""

import pytest
import yaml
from graph.strategies import corpora
from hypothesis import HealthCheck, given, settings
from rdflib import Dataset, Literal, Namespace, URIRef
from rdflib.namespace import DCTERMS, PROV, RDF, RDFS, SKOS, XSD
from service.awkward_graph import (
    AWKWARD,
    DRUG,
    GENE,
    INHIBITS,
    NOT_TREATS,
    RETRACTED,
    SENTENCES,
    UNKNOWN,
)

from isthmus.graph.stores.open import open_store
from isthmus.service.exports.iris import IRIS, iri
from isthmus.service.exports.rdf import ENTITIES, OWN, export_rdf

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning:rdflib")  # it warns of its own

NP = Namespace("http://www.nanopub.org/nschema#")
BIOLINK = Namespace("https://w3id.org/biolink/vocab/")
OURS = Namespace(f"{OWN}vocabulary:")


def read(path):
    dataset = Dataset()
    dataset.parse(path, format="trig")
    return dataset


def own(part, key):
    return URIRef(f"{OWN}{part}:{key}")


def test_each_statement_is_a_nanopublication_of_four_graphs(awkward_store, tmp_path):
    written = export_rdf(awkward_store, tmp_path / "out")
    dataset = read(written.files[0])
    assert (written.nodes, written.edges) == (4, 3)
    publications = {subject for subject, _, _, _ in dataset.quads((None, RDF.type, NP.Nanopublication, None))}
    assert len(publications) == 3
    for publication in publications:
        key = publication.rpartition(":")[2]
        parts = {
            obj
            for part in (NP.hasAssertion, NP.hasProvenance, NP.hasPublicationInfo)
            for _, _, obj, _ in dataset.quads((publication, part, None, own("head", key)))
        }
        assert parts == {own(part, key) for part in ("assertion", "provenance", "info")}
        assert all(len(dataset.graph(part)) for part in parts)
        assert (own("assertion", key), PROV.wasDerivedFrom, None) in dataset.graph(own("provenance", key))
        assert (publication, None, None) in dataset.graph(own("info", key))


def test_the_assertion_says_what_biolink_says(awkward_store, tmp_path):
    dataset = read(export_rdf(awkward_store, tmp_path).files[0])
    graph = dataset.graph(own("assertion", INHIBITS.id))
    drug, gene = URIRef(iri(DRUG.id)), URIRef(iri(GENE.id))
    assert (drug, BIOLINK.affects, gene) in graph
    association = own("association", INHIBITS.id)
    assert {(p, o) for _, p, o in graph.triples((association, None, None))} == {
        (RDF.type, BIOLINK.Association),
        (BIOLINK.subject, drug),
        (BIOLINK.predicate, BIOLINK.affects),
        (BIOLINK.object, gene),
        (BIOLINK.negated, Literal(False)),
        (OURS.predicate, Literal("inhibits")),
        (BIOLINK.qualified_predicate, BIOLINK.causes),
        (BIOLINK.object_aspect_qualifier, Literal("activity")),
        (BIOLINK.object_direction_qualifier, Literal("decreased")),
        (BIOLINK.species_context_qualifier, URIRef("http://purl.obolibrary.org/obo/NCBITaxon_10090")),
        (BIOLINK.anatomical_context_qualifier, URIRef("http://purl.obolibrary.org/obo/CL_0000129")),
        (BIOLINK.anatomical_context_qualifier, URIRef("http://purl.obolibrary.org/obo/UBERON_0000955")),
    }


def test_a_denied_statement_is_no_triple_between_its_ends(awkward_store, tmp_path):
    dataset = read(export_rdf(awkward_store, tmp_path).files[0])
    assert not list(dataset.quads((URIRef(iri(DRUG.id)), None, URIRef(iri(UNKNOWN.id)), None)))
    graph = dataset.graph(own("assertion", NOT_TREATS.id))
    assert (own("association", NOT_TREATS.id), BIOLINK.negated, Literal(True)) in graph


def test_the_provenance_holds_the_sentences_and_their_papers(awkward_store, tmp_path):
    dataset = read(export_rdf(awkward_store, tmp_path).files[0])
    graph = dataset.graph(own("provenance", INHIBITS.id))
    said, hinted = SENTENCES[0], SENTENCES[1]
    assert graph.value(own("evidence", said.id), BIOLINK.supporting_text) == Literal(AWKWARD)
    assert graph.value(own("evidence", said.id), PROV.hadPrimarySource) == URIRef(
        "http://rdf.ncbi.nlm.nih.gov/pubmed/7"
    )
    assert graph.value(own("evidence", hinted.id), OURS.assertion) == Literal("speculated")
    assert graph.value(own("evidence", hinted.id), BIOLINK.original_predicate) == Literal("blocks")
    paper = URIRef("https://doi.org/10.1/%3Cx%3E(2)")
    assert graph.value(own("evidence", hinted.id), PROV.hadPrimarySource) == paper
    assert graph.value(paper, OURS.retracted) == Literal(True)
    assert graph.value(paper, DCTERMS.issued) == Literal(RETRACTED.date)
    [row] = awkward_store.statements([INHIBITS.id]).values()
    believed = graph.value(own("assertion", INHIBITS.id), BIOLINK.has_confidence_score)
    assert believed == Literal(row.belief, datatype=XSD.double)


def test_entities_keep_their_names_to_the_last_sign(awkward_store, tmp_path):
    graph = read(export_rdf(awkward_store, tmp_path).files[0]).graph(URIRef(ENTITIES))
    drug = URIRef(iri(DRUG.id))
    assert graph.value(drug, RDFS.label) == Literal(AWKWARD)
    assert set(graph.objects(drug, SKOS.altLabel)) == {Literal(each) for each in DRUG.synonyms}
    assert graph.value(drug, SKOS.exactMatch) == URIRef("http://id.nlm.nih.gov/mesh/C1")
    odd = URIRef("urn:isthmus:thing:text:disease/%22odd%22%20one")
    assert graph.value(odd, DCTERMS.identifier) == Literal(UNKNOWN.id)


@settings(max_examples=10, deadline=None, suppress_health_check=list(HealthCheck))
@given(corpora())
def test_any_graph_is_readable_and_whole(tmp_path_factory, corpus):
    folder = tmp_path_factory.mktemp("rdf")
    with open_store(f"sqlite:///{folder / 'graph.sqlite'}") as store:
        store.write(corpus)
        dataset = read(export_rdf(store, folder).files[0])
        counts = store.counts()
    assert len(list(dataset.quads((None, RDF.type, NP.Nanopublication, None)))) == counts.statements
    assert len({s for s, _, _, _ in dataset.quads((None, BIOLINK.supporting_text, None, None))}) == counts.evidence


def test_addresses_are_those_that_biolink_uses():
    """Of the prefixes that the Biolink Model itself maps; the others of ours come from Bioregistry."""
    from importlib.resources import files

    model = yaml.safe_load((files("biolink_model") / "schema" / "biolink_model.yaml").read_text(encoding="utf-8"))
    shared = IRIS.keys() & model["prefixes"].keys()
    assert len(shared) >= 5
    assert {prefix: IRIS[prefix] for prefix in shared} == {prefix: model["prefixes"][prefix] for prefix in shared}
    slots = {name.replace(" ", "_") for name in model["slots"]}
    assert slots >= {
        "has_confidence_score", "evidence_count", "supporting_text", "extraction_confidence_score",
        "supporting_document_year", "supporting_text_section_type", "original_predicate", "negated",
        "species_context_qualifier", "anatomical_context_qualifier",
    }  # fmt: skip
