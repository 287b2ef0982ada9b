"""GO annotations: what a row says of a gene product, and what is left of a bad one."""

import pytest
from annotation_files import canonical, gathered, save, tsv

from isthmus.extractors.readers.gaf import EVIDENCE_CODES, read
from isthmus.extractors.reading import UnreadableFile
from isthmus.graph.model import Assertion, Context, Entity
from isthmus.graph.vocabulary import Category

HEADER = "!gaf-version: 2.2\n!generated-by: our own hands\n"


def annotation(
    relation="involved_in",
    term="GO:0097242",
    code="IDA",
    aspect="P",
    *,
    product="UniProtKB:P05067",
    symbol="APP",
    reference="PMID:100",
    others="",
    kind="protein",
    taxon="taxon:9606",
    date="20190412",
):
    db, _, local = product.partition(":")
    return [db, local, symbol, relation, term, reference, code, others, aspect, "", "", kind, taxon, date, "Us", "", ""]


def reading(tmp_path, *rows, header=HEADER):
    return gathered(read(save(tmp_path / "our.gaf", header + tsv(rows)), canonical))


def test_an_annotation_is_a_statement_of_the_gene_with_its_paper_and_the_year_of_its_date(tmp_path):
    found = reading(tmp_path, annotation())
    statement, evidence = found.only
    assert (statement.subject, statement.predicate, statement.object) == ("HGNC:620", "participates_in", "GO:0097242")
    assert statement.context == Context()
    assert (evidence.document, evidence.year, evidence.assertion) == ("pmid:100", 2019, Assertion.AFFIRMED)
    assert evidence.text == "APP: involved in amyloid-beta clearance (inferred from direct assay)"
    assert evidence.original == ""
    assert found.entities["GO:0097242"].category is Category.BIOLOGICAL_PROCESS


@pytest.mark.parametrize(
    ("relation", "aspect", "predicate", "original"),
    [
        ("enables", "F", "enables", ""),
        ("contributes_to", "F", "enables", "contributes_to"),
        ("involved_in", "P", "participates_in", ""),
        ("acts_upstream_of_negative_effect", "P", "decreases", "acts_upstream_of_negative_effect"),
        ("acts_upstream_of_or_within_positive_effect", "P", "increases", "acts_upstream_of_or_within_positive_effect"),
        ("is_active_in", "C", "located_in", "is_active_in"),
        ("part_of", "C", "part_of", ""),
        ("colocalizes_with", "C", "coexists_with", "colocalizes_with"),
    ],
)
def test_a_relation_becomes_our_predicate_and_its_word_is_kept_where_it_says_more(
    tmp_path, relation, aspect, predicate, original
):
    statement, evidence = reading(tmp_path, annotation(relation, "GO:0000001", aspect=aspect)).only
    assert (statement.predicate, evidence.original) == (predicate, original)


@pytest.mark.parametrize("relation", ["NOT|involved_in", "not|involved_in", "NOT"])
def test_not_makes_a_negated_statement(tmp_path, relation):
    statement, evidence = reading(tmp_path, annotation(relation)).only
    assert statement.negated
    assert evidence.assertion is Assertion.NEGATED
    assert evidence.text.startswith("APP: not involved in amyloid-beta clearance")


@pytest.mark.parametrize(("aspect", "predicate"), [("F", "enables"), ("P", "participates_in"), ("C", "located_in")])
def test_gaf_2_1_leaves_out_the_usual_relation_of_its_aspect(tmp_path, aspect, predicate):
    statement, _ = reading(tmp_path, annotation("", "GO:0000001", aspect=aspect), header="!gaf-version: 2.1\n").only
    assert statement.predicate == predicate


def test_without_a_relation_a_gene_is_part_of_a_complex(tmp_path):
    known = {"GO:7": Entity("FPLX:X", "X complex", Category.MACROMOLECULAR_COMPLEX)}
    path = save(tmp_path / "our.gaf", "!gaf-version: 2.1\n" + tsv([annotation("", "GO:7", aspect="C")]))
    assert [each.predicate for each in gathered(read(path, known.get)).statements.values()] == ["part_of"]


def test_the_two_last_columns_may_be_missing(tmp_path):
    found = reading(tmp_path, annotation()[:15], annotation(term="GO:0000001")[:16])
    assert len(found.statements) == 2
    assert not found.unreadable


@pytest.mark.parametrize(
    ("taxon", "species"),
    [
        ("taxon:9606", ""),
        ("taxon:10090", "NCBITaxon:10090"),
        ("taxon:10090|taxon:9606", "NCBITaxon:10090"),
        ("taxon:9606|taxon:11103", ""),
    ],
)
def test_a_species_other_than_human_is_the_context(tmp_path, taxon, species):
    statement, _ = reading(tmp_path, annotation(taxon=taxon)).only
    assert statement.context == Context(species=species)


def test_the_partner_of_a_binding_is_told_and_is_a_statement_of_its_own(tmp_path):
    others = "UniProtKB:P56817-2|UniProtKB:Q00001,UniProtKB:P05067"
    found = reading(tmp_path, annotation("enables", "GO:0005515", "IPI", "F", others=others))
    assert found.facts == {
        ("HGNC:620", "enables", "GO:0005515"),
        ("HGNC:620", "physically_interacts_with", "HGNC:933"),
        ("HGNC:620", "physically_interacts_with", "UniProtKB:Q00001"),
    }
    (binding,) = found.of("enables")
    assert binding.text.endswith(
        "(inferred from physical interaction, with UniProtKB:P56817-2, UniProtKB:Q00001, UniProtKB:P05067)"
    )
    assert "APP: physically interacts with BACE1 (inferred from physical interaction)" in {
        each.text for each in found.of("physically_interacts_with")
    }
    assert {each.document for each in found.evidence} == {"pmid:100"}


@pytest.mark.parametrize(
    ("relation", "code", "aspect"), [("NOT|enables", "IPI", "F"), ("enables", "ISS", "F"), ("involved_in", "IPI", "P")]
)
def test_with_or_from_names_a_partner_only_of_a_binding_that_was_seen(tmp_path, relation, code, aspect):
    found = reading(tmp_path, annotation(relation, "GO:0000001", code, aspect, others="UniProtKB:P56817"))
    assert len(found.statements) == 1


def test_a_curator_believes_an_assay_more_than_a_computer(tmp_path):
    codes = ("IDA", "HDA", "ISS", "IEA")
    found = reading(tmp_path, *(annotation(code=code) for code in codes))
    assert len(found.statements) == 1
    scores = {each.text.partition("(")[2]: each.score for each in found.evidence}
    assert [scores[EVIDENCE_CODES[code][0] + ")"] for code in codes] == sorted(scores.values(), reverse=True)


def test_no_biological_data_is_no_statement_and_is_counted(tmp_path):
    found = reading(tmp_path, annotation(code="ND"), annotation(code="ND"))
    assert not found.statements
    assert list(found.notes.values()) == [2]
    assert found.extractions[0].reason == "none of its 2 rows makes a statement"


@pytest.mark.parametrize(
    ("product", "kind", "curie", "category"),
    [
        ("MGI:MGI:88059", "protein_coding_gene", "MGI:88059", Category.GENE),
        ("UniProtKB:Q00001", "protein", "UniProtKB:Q00001", Category.PROTEIN),
        ("RGD:12", "protein", "RGD:12", Category.GENE),
        ("Mine:1", "protein", "Mine:1", Category.PROTEIN),
        ("ComplexPortal:CPX-1", "protein-containing complex", "ComplexPortal:CPX-1", Category.MACROMOLECULAR_COMPLEX),
        ("Ensembl:ENSG00000142192", "gene", "HGNC:620", Category.GENE),
    ],
)
def test_products_keep_the_ids_of_their_databases(tmp_path, product, kind, curie, category):
    found = reading(tmp_path, annotation(product=product, kind=kind))
    assert found.only[0].subject == curie
    assert found.entities[curie].category is category


def test_a_reference_that_is_no_paper_leaves_the_table_as_its_source(tmp_path):
    found = reading(
        tmp_path, annotation(reference="GO_REF:0000024"), annotation(reference="MGI:MGI:1|PMID:7|DOI:10.1000/X")
    )
    assert {each.document for each in found.evidence} == {found.extractions[0].document.id, "pmid:7", "doi:10.1000/x"}
    assert set(found.cited) == {"pmid:7", "doi:10.1000/x"}


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"code": "XYZ"}, "unknown evidence code 'XYZ'"),
        ({"relation": "likes"}, "unknown relation 'likes'"),
        ({"aspect": "Q"}, "unknown aspect 'Q'"),
        ({"term": "amyloid"}, "no gene product or GO id"),
        ({"product": "UniProtKB:"}, "no gene product or GO id"),
        ({"taxon": "mouse"}, "taxon 'mouse'"),
    ],
)
def test_a_bad_row_is_named_with_its_line_and_the_others_are_in(tmp_path, change, reason):
    found = reading(tmp_path, annotation(), annotation(**change), annotation(term="GO:0000002"))
    (bad,) = found.unreadable
    assert (bad.source, bad.record) == ("our.gaf", "line 4")
    assert reason in bad.reason
    assert len(found.statements) == 2


def test_a_short_first_row_does_not_lose_the_file(tmp_path):
    found = reading(tmp_path, ["UniProtKB", "P05067"], annotation())
    assert [each.record for each in found.unreadable] == ["line 3"]
    assert len(found.statements) == 1


@pytest.mark.parametrize("header", ["!gpa-version: 2.0\n", "!gpi-version: 2.1\n", "!gaf-version: 3.0\n"])
def test_another_format_of_the_consortium_is_told_apart(tmp_path, header):
    with pytest.raises(UnreadableFile, match=r"our\.gaf is (GPA|GPI|GAF) \d\.\d; GAF 2\.0 to 2\.2 can be read"):
        reading(tmp_path, annotation(), header=header)


def test_a_table_without_gaf_columns_is_refused_with_the_columns_that_it_should_have(tmp_path):
    with pytest.raises(UnreadableFile, match=r"line 3 has 2 columns, not 17.*with_or_from"):
        reading(tmp_path, ["gene", "term"], ["APP", "GO:0097242"])
