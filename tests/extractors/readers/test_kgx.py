"""Somebody's graph: what its nodes and edges become, and what is said of those that do not fit."""

import pytest
from annotation_files import canonical, gathered, row, save, tsv

from isthmus.extractors.readers import kgx_names
from isthmus.extractors.readers.kgx import read
from isthmus.extractors.reading import UnreadableFile
from isthmus.graph.model import Assertion, Context, Entity
from isthmus.graph.vocabulary import Category

NODES = ("id", "category", "name", "synonym", "xref")
EDGES = (
    "id",
    "subject",
    "predicate",
    "object",
    "qualified_predicate",
    "object_aspect_qualifier",
    "object_direction_qualifier",
    "subject_direction_qualifier",
    "species_context_qualifier",
    "anatomical_context_qualifier",
    "negated",
    "publications",
    "year",
    "supporting_text",
    "belief",
)


def node(identifier, category="biolink:Gene", **cells):
    return row(NODES, id=identifier, category=category, **cells)


def edge(**cells):
    return row(EDGES, **{"subject": "X:drug", "predicate": "biolink:treats", "object": "X:ill", **cells})


DRUG = node("X:drug", "biolink:SmallMolecule", name="calmol")
ILL = node("X:ill", "biolink:Disease", name="restlessness")


def reading(tmp_path, nodes, edges, suffix=""):
    if nodes is not None:
        save(tmp_path / f"our_nodes.tsv{suffix}", tsv([NODES, *nodes]))
    if edges is not None:
        save(tmp_path / f"our_edges.tsv{suffix}", tsv([EDGES, *edges]))
    given = "edges" if edges is not None else "nodes"
    return gathered(read(tmp_path / f"our_{given}.tsv{suffix}", canonical))


# -- nodes --


def test_a_node_keeps_its_id_name_synonyms_and_cross_references(tmp_path):
    found = reading(
        tmp_path, [node("NCBIGene:351", name="app gene", synonym="AD1| AAA |AD1", xref="HGNC:620|NCBIGene:351")], []
    )
    assert found.entities == {
        "NCBIGene:351": Entity("NCBIGene:351", "app gene", Category.GENE, ("AAA", "AD1"), ("HGNC:620",))
    }


def test_nodes_without_edges_stay(tmp_path):
    found = reading(tmp_path, [DRUG, ILL], None)
    assert set(found.entities) == {"X:drug", "X:ill"}
    assert not found.statements
    assert found.extractions[0].reason == ""


def test_a_node_without_a_name_is_called_by_its_id(tmp_path):
    assert reading(tmp_path, [node("X:1")], []).entities["X:1"].name == "X:1"


@pytest.mark.parametrize(
    ("words", "category", "kept"),
    [
        ("biolink:Gene", Category.GENE, ()),
        ("biolink:NamedThing|biolink:BiologicalEntity|biolink:Gene|biolink:GeneOrGeneProduct", Category.GENE, ()),
        ("biolink:JournalArticle", Category.INFORMATION_CONTENT_ENTITY, ("biolink:JournalArticle",)),
        ("Compound", Category.NAMED_THING, ("Compound",)),
        ("", Category.NAMED_THING, ()),
    ],
)
def test_a_category_outside_the_vocabulary_is_its_nearest_ancestor_kept_and_counted(tmp_path, words, category, kept):
    found = reading(tmp_path, [node("X:1", words), node("X:2", words)], [])
    assert {(each.category, each.given_categories) for each in found.entities.values()} == {(category, kept)}
    topic = "category outside the vocabulary"
    assert found.notes == {(topic, f"{word} read as {category}"): 2 for word in kept}


# -- edges --


def test_an_edge_keeps_its_papers_year_text_and_belief(tmp_path):
    cells = {
        "publications": "PMID:7|DOI:10.1000/ABC",
        "year": "2003",
        "supporting_text": "It helped.",
        "belief": "0.75",
    }
    found = reading(tmp_path, [DRUG, ILL], [edge(**cells)])
    assert found.facts == {("X:drug", "treats", "X:ill")}
    assert {each.document for each in found.evidence} == {"pmid:7", "doi:10.1000/abc"}
    assert {(each.text, each.year) for each in found.evidence} == {("It helped.", 2003)}
    doubt = 1.0
    for each in found.evidence:
        doubt *= 1 - each.score
    assert 1 - doubt == pytest.approx(0.75)
    assert {each.date for each in found.cited.values()} == {"2003"}


def test_without_a_paper_the_graph_itself_says_it_in_words(tmp_path):
    found = reading(tmp_path, [DRUG, ILL], [edge()])
    _, evidence = found.only
    assert evidence.text == "calmol treats restlessness"
    assert (evidence.document, evidence.score) == (found.extractions[0].document.id, 0.8)


def test_as_many_texts_and_years_as_papers_belong_to_them_one_by_one(tmp_path):
    cells = {"publications": "PMID:7|PMID:8", "year": "1999|2004", "supporting_text": "First.|Second."}
    found = reading(tmp_path, [DRUG, ILL], [edge(**cells)])
    assert [(each.document, each.year, each.text) for each in found.evidence] == [
        ("pmid:7", 1999, "First."),
        ("pmid:8", 2004, "Second."),
    ]


def test_a_text_that_holds_the_separator_stays_whole(tmp_path):
    found = reading(tmp_path, [DRUG, ILL], [edge(publications="PMID:7", supporting_text="P(a|b) rose | fell.")])
    assert found.only[1].text == "P(a|b) rose | fell."


@pytest.mark.parametrize(
    ("cell", "documents"),
    [
        ("PMID:7|PMID:7", {"pmid:7"}),
        ("PMID:7; PMID:8,PMID:9", {"pmid:7", "pmid:8", "pmid:9"}),
        ("clinicaltrials:NCT01", {"clinicaltrials:NCT01"}),
        ("PMC:PMC12|https://doi.org/10.1000/x", {"pmc:PMC12", "doi:10.1000/x"}),
    ],
)
def test_publications_are_written_one_way(tmp_path, cell, documents):
    assert {each.document for each in reading(tmp_path, [DRUG, ILL], [edge(publications=cell)]).evidence} == documents


@pytest.mark.parametrize("word", ["true", "True", "1"])
def test_a_negated_edge_is_the_opposite_and_says_so(tmp_path, word):
    statement, evidence = reading(tmp_path, [DRUG, ILL], [edge(negated=word)]).only
    assert statement.negated
    assert (evidence.assertion, evidence.text) == (Assertion.NEGATED, "calmol not treats restlessness")


def test_an_inverse_is_turned_round(tmp_path):
    turned = edge(subject="X:ill", predicate="biolink:treated_by", object="X:drug")
    statement, evidence = reading(tmp_path, [DRUG, ILL], [turned]).only
    assert (statement.subject, statement.predicate, statement.object) == ("X:drug", "treats", "X:ill")
    assert (evidence.text, evidence.original) == ("calmol treats restlessness", "")


def test_a_predicate_outside_the_vocabulary_is_its_nearest_ancestor_kept_and_counted(tmp_path):
    edges = [
        edge(predicate="biolink:in_clinical_trials_for"),
        edge(predicate="CpD"),
        edge(predicate="CpD", year="2001"),
    ]
    found = reading(tmp_path, [DRUG, ILL], edges)
    kept = [(each.original, each.text) for each in (*found.of("studied_to_treat"), *found.of("related_to"))]
    assert set(kept) == {
        ("biolink:in_clinical_trials_for", "calmol in clinical trials for restlessness"),
        ("CpD", "calmol CpD restlessness"),
    }
    assert found.notes == {
        ("predicate outside the vocabulary", "CpD read as related_to"): 2,
        ("predicate outside the vocabulary", "biolink:in_clinical_trials_for read as studied_to_treat"): 1,
    }


def affects(aspect="activity", direction="decreased", **cells):
    return edge(
        predicate="biolink:affects",
        qualified_predicate="biolink:causes",
        object_aspect_qualifier=aspect,
        object_direction_qualifier=direction,
        **cells,
    )


def test_qualifiers_make_of_affects_what_it_says(tmp_path):
    statement, evidence = reading(tmp_path, [DRUG, ILL], [affects()]).only
    assert (statement.predicate, evidence.original) == ("inhibits", "")


def test_less_of_the_subject_turns_the_sign_and_all_qualifiers_are_kept(tmp_path):
    statement, evidence = reading(tmp_path, [DRUG, ILL], [affects(subject_direction_qualifier="decreased")]).only
    assert statement.predicate == "activates"
    assert "subject_direction_qualifier=decreased" in evidence.original
    assert evidence.original.startswith("biolink:affects ")


@pytest.mark.parametrize(
    ("cells", "context"),
    [
        ({"species_context_qualifier": "NCBITaxon:10090"}, Context(species="NCBITaxon:10090")),
        ({"species_context_qualifier": "NCBITaxon:9606"}, Context()),
        ({"anatomical_context_qualifier": "UBERON:0000955"}, Context(anatomy="UBERON:0000955")),
        ({"anatomical_context_qualifier": "CL:0000540"}, Context(cell="CL:0000540")),
        ({"species_context_qualifier": "NCBITaxon:1|NCBITaxon:2"}, Context()),
    ],
)
def test_where_an_edge_holds_is_its_context(tmp_path, cells, context):
    assert reading(tmp_path, [DRUG, ILL], [edge(**cells)]).only[0].context == context


def test_an_end_without_a_node_is_named_by_the_lexicon_under_its_own_id_and_counted(tmp_path):
    found = reading(tmp_path, [DRUG], [edge(object="OMIM:104300"), edge(object="NCBIGene:9"), edge(object="what:1")])
    described = {each.id: (each.name, each.category) for each in found.entities.values()}
    assert described["OMIM:104300"] == ("Alzheimer disease", Category.DISEASE)
    assert described["NCBIGene:9"] == ("NCBIGene:9", Category.GENE)
    assert described["what:1"] == ("what:1", Category.NAMED_THING)
    assert {text: count for (topic, text), count in found.notes.items() if topic == "edge end without a node"} == {
        "kept under its id as Disease": 1,
        "kept under its id as Gene": 1,
        "kept under its id as NamedThing": 1,
    }
    assert "calmol treats Alzheimer disease" in {each.text for each in found.evidence}


def test_edges_alone_are_a_graph(tmp_path):
    found = reading(tmp_path, None, [edge(), edge(object="X:other")])
    assert set(found.entities) == {"X:drug", "X:ill", "X:other"}
    assert len(found.statements) == 2


def test_the_earliest_edge_dates_its_paper(tmp_path):
    edges = [edge(publications="PMID:7", year=year, supporting_text=year) for year in ("2010", "2004", "", "2012")]
    assert reading(tmp_path, [DRUG, ILL], edges).cited["pmid:7"].date == "2004"


def test_a_bad_edge_leaves_nothing_behind(tmp_path):
    found = reading(tmp_path, [DRUG, ILL], [edge(object="X:new", belief="high"), edge()])
    assert "X:new" not in found.entities
    assert not found.notes
    assert len(found.statements) == 1


@pytest.mark.parametrize(
    ("cells", "reason"),
    [
        ({"subject": ""}, "the edge has no subject"),
        ({"object": " "}, "the edge has no object"),
        ({"predicate": ""}, "the edge has no predicate"),
        ({"belief": "high"}, "belief 'high' is no number"),
        ({"belief": "1.5"}, "belief 1.5 is not between 0 and 1"),
        ({"belief": "nan"}, "belief nan is not between 0 and 1"),
        ({"negated": "perhaps"}, "negated 'perhaps' is neither true nor false"),
    ],
)
def test_a_bad_row_is_named_with_its_line(tmp_path, cells, reason):
    found = reading(tmp_path, [DRUG, ILL], [edge(year="2001"), edge(**cells), edge(year="2003")])
    (bad,) = found.unreadable
    assert (bad.source, bad.record, bad.reason) == ("our_edges.tsv", "line 3", reason)
    assert {each.year for each in found.evidence} == {2001, 2003}


@pytest.mark.parametrize("cells", [["x1", "X:drug"], ["x1", "X:drug", "biolink:treats"], [*edge(), "one more"]])
def test_a_row_cut_short_or_too_long_is_bad_and_one_without_its_empty_end_is_not(tmp_path, cells):
    found = reading(tmp_path, [DRUG, ILL], [cells, edge()[:4]])
    assert [each.record for each in found.unreadable] == ["line 2"]
    assert "columns where 15 are expected" in found.unreadable[0].reason
    assert len(found.statements) == 1


def test_a_node_without_an_id_is_a_bad_row(tmp_path):
    found = reading(tmp_path, [node(""), DRUG], [])
    assert [(each.source, each.record) for each in found.unreadable] == [("our_nodes.tsv", "line 2")]


# -- files --


@pytest.mark.parametrize("given", ["our_nodes.tsv", "our_edges.tsv"])
def test_either_file_of_a_pair_stands_for_both(tmp_path, given):
    reading(tmp_path, [DRUG, ILL], [edge()])
    found = gathered(read(tmp_path / given, canonical))
    assert (len(found.entities), len(found.statements)) == (2, 1)
    assert found.entities["X:drug"].name == "calmol"


@pytest.mark.parametrize("packed", ["nodes", "edges"])
def test_one_of_a_pair_may_be_packed(tmp_path, packed):
    plain = reading(tmp_path, [DRUG, ILL], [edge()])
    text = (tmp_path / f"our_{packed}.tsv").read_text()
    (tmp_path / f"our_{packed}.tsv").unlink()
    save(tmp_path / f"our_{packed}.tsv.gz", text)
    other = "our_nodes.tsv" if packed == "edges" else "our_edges.tsv"
    found = gathered(read(tmp_path / other, canonical))
    assert found.facts == plain.facts
    assert found.extractions[0].document.id == plain.extractions[0].document.id


def test_another_name_is_refused_with_the_names_that_there_are(tmp_path):
    with pytest.raises(UnreadableFile, match=r"Call it NAME_nodes\.tsv or NAME_edges\.tsv"):
        gathered(read(save(tmp_path / "graph.tsv", tsv([EDGES])), canonical))


@pytest.mark.parametrize(
    ("nodes", "edges", "reason"),
    [
        ("id\tname\n", tsv([EDGES]), r"our_nodes\.tsv is not a KGX nodes file: column category is missing"),
        (
            tsv([NODES, DRUG]),
            "subject\tobject\n",
            r"our_edges\.tsv is not a KGX edges file: column predicate is missing",
        ),
        (tsv([NODES, DRUG]), tsv([[*EDGES, "year"]]), r"our_edges\.tsv has more than one column year"),
        ("", tsv([EDGES, edge()]), r"our_nodes\.tsv is empty"),
    ],
)
def test_a_file_that_cannot_be_read_stops_the_pair_before_anything_is_in(tmp_path, nodes, edges, reason):
    save(tmp_path / "our_nodes.tsv", nodes)
    records = read(save(tmp_path / "our_edges.tsv", edges), canonical)
    with pytest.raises(UnreadableFile, match=reason):
        next(records)


def test_headers_alone_are_an_empty_graph_with_a_reason(tmp_path):
    (extraction,) = reading(tmp_path, [], []).extractions
    assert extraction.empty
    assert extraction.reason == "no rows below the header"


def test_parts_are_numbered_on_from_nodes_to_edges(tmp_path, monkeypatch):
    monkeypatch.setattr("isthmus.extractors.readers.kgx.PART_ROWS", 2)
    found = reading(tmp_path, [DRUG, ILL, node("X:3")], [edge(year=str(year)) for year in range(2000, 2005)])
    assert [each.part for each in found.extractions] == [0, 1, 2, 3, 4]
    assert [len(each.evidence) for each in found.extractions] == [0, 0, 2, 2, 1]


def test_more_nodes_than_memory_holds_keep_their_names(tmp_path, monkeypatch):
    monkeypatch.setattr(kgx_names, "IN_MEMORY", 8)
    nodes = [node(f"X:{number}", name=f"name {number}") for number in range(100)]
    edges = [edge(subject=f"X:{number}", object=f"X:{99 - number}") for number in range(50)]
    found = reading(tmp_path, nodes, edges)
    assert {each.text for each in found.evidence} == {
        f"name {number} treats name {99 - number}" for number in range(50)
    }
    assert not found.notes


def test_a_million_different_words_are_counted_together(tmp_path, monkeypatch):
    monkeypatch.setattr("isthmus.extractors.readers.tally.MOST_TEXTS", 3)
    found = reading(tmp_path, [DRUG, ILL], [edge(predicate=f"word{number}") for number in range(10)])
    assert sum(found.notes.values()) == 10
    assert len(found.notes) == 4
