"""The GWAS Catalog's table: variants, genes and traits of a row, and how far its p-value is believed."""

import pytest
from annotation_files import canonical, gathered, names, row, save, tsv

from isthmus.extractors.readers.gwas import read, trait_curie
from isthmus.extractors.reading import UnreadableFile
from isthmus.graph.model import Entity
from isthmus.graph.vocabulary import Category

COLUMNS = (
    "DATE ADDED TO CATALOG",
    "PUBMEDID",
    "DATE",
    "JOURNAL",
    "STUDY",
    "DISEASE/TRAIT",
    "REPORTED GENE(S)",
    "MAPPED_GENE",
    "UPSTREAM_GENE_ID",
    "DOWNSTREAM_GENE_ID",
    "SNP_GENE_IDS",
    "SNPS",
    "P-VALUE",
    "PVALUE_MLOG",
    "P-VALUE (TEXT)",
    "MAPPED_TRAIT",
    "MAPPED_TRAIT_URI",
)
EFO = "http://www.ebi.ac.uk/efo/"


def association(**cells):
    given = {
        "PUBMEDID": "900",
        "DATE": "23-Jul-2014",
        "JOURNAL": "J Made Up",
        "STUDY": "A study of nobody.",
        "DISEASE/TRAIT": "Alzheimer's disease (late onset)",
        "MAPPED_GENE": "APP",
        "SNP_GENE_IDS": "351",
        "SNPS": "rs1",
        "P-VALUE": "2E-12",
        "MAPPED_TRAIT": "Alzheimer disease",
        "MAPPED_TRAIT_URI": f"{EFO}EFO_0000249",
    }
    return row(COLUMNS, **{**given, **cells})


def reading(tmp_path, *rows, columns=COLUMNS):
    return gathered(read(save(tmp_path / "gwas.tsv", tsv([columns, *rows])), canonical, names))


def test_a_row_links_variant_gene_and_trait_and_places_the_variant(tmp_path):
    found = reading(tmp_path, association())
    assert found.facts == {
        ("MONDO:0004975", "associated_with", "dbSNP:rs1"),
        ("HGNC:620", "gene_associated_with_condition", "MONDO:0004975"),
        ("dbSNP:rs1", "variant_of", "HGNC:620"),
    }
    assert {each.text for each in found.evidence} == {
        "rs1 is associated with Alzheimer disease (p = 2E-12)",
        "rs1 in APP is associated with Alzheimer disease (p = 2E-12)",
        "rs1 lies in APP",
    }
    paper = found.cited["pmid:900"]
    assert (paper.title, paper.date, paper.journal) == ("A study of nobody.", "2014-07-23", "J Made Up")
    assert {each.year for each in found.evidence} == {2014}


@pytest.mark.parametrize(
    ("p_value", "mlog", "score"),
    [
        ("2E-12", "", 0.8),
        ("3E-21", "", 0.9),
        ("5E-324", "", 0.9),
        ("1E-400", "", 0.9),
        ("0", "", 0.9),
        ("0.0", "", 0.9),
        ("4E-8", "", 0.8),
        ("9E-8", "", 0.5),
        ("0.000001", "", 0.5),
        ("2 x 10-9", "", 0.8),
        ("0.2", "", 0.3),
        ("9E7", "", 0.3),
        ("NR", "", 0.3),
        ("", "", 0.3),
        ("", "9.1", 0.8),
        ("2E-12", "NA", 0.8),
        ("0", "inf", 0.9),
    ],
)
def test_an_association_is_believed_by_its_p_value(tmp_path, p_value, mlog, score):
    found = reading(tmp_path, association(**{"P-VALUE": p_value, "PVALUE_MLOG": mlog}))
    (evidence,) = found.of("associated_with")
    assert evidence.score == score


def test_several_variants_are_each_associated_and_none_is_placed(tmp_path):
    found = reading(
        tmp_path, association(SNPS="rs1 x rs22; rs333", MAPPED_GENE="APP x BACE1", SNP_GENE_IDS="351, 23621")
    )
    variants = {each.subject if each.subject.startswith("dbSNP") else each.object for each in found.statements.values()}
    assert {each for each in variants if each.startswith("dbSNP")} == {"dbSNP:rs1", "dbSNP:rs22", "dbSNP:rs333"}
    assert not found.of("variant_of")
    assert "rs1, rs22, rs333 in BACE1 is associated" in " ".join(each.text for each in found.evidence)


@pytest.mark.parametrize(
    ("cell", "variants"),
    [
        ("rs10-A", ["dbSNP:rs10"]),
        ("RS10", ["dbSNP:rs10"]),
        ("rs1083 2417", []),
        ("chr7:128580042", ["text:sequence-variant/chr7-128580042"]),
        ("6:32588205:A_G", ["text:sequence-variant/6-32588205-a-g"]),
        ("NR", []),
    ],
)
def test_a_variant_has_its_own_id_or_none(tmp_path, cell, variants):
    found = reading(tmp_path, association(SNPS=cell))
    kinds = {each.id: each.category for each in found.entities.values()}
    assert [curie for curie, kind in kinds.items() if kind is Category.SEQUENCE_VARIANT] == variants


def test_genes_beside_the_variant_are_believed_less_than_the_one_that_holds_it(tmp_path):
    beside = {
        "MAPPED_GENE": "APP - BACE1",
        "SNP_GENE_IDS": "",
        "UPSTREAM_GENE_ID": "351",
        "DOWNSTREAM_GENE_ID": "23621",
    }
    found = reading(tmp_path, association(SNPS="rs1"), association(SNPS="rs2", **beside))
    scores = {each.text: each.score for each in found.of("gene_associated_with_condition")}
    assert scores == {
        "rs1 in APP is associated with Alzheimer disease (p = 2E-12)": 0.8,
        "rs2 near APP is associated with Alzheimer disease (p = 2E-12)": 0.4,
        "rs2 near BACE1 is associated with Alzheimer disease (p = 2E-12)": 0.4,
    }
    assert {each.text for each in found.of("variant_of")} == {"rs1 lies in APP"}


def test_several_genes_hold_the_variant_and_unknown_ones_take_their_symbols(tmp_path):
    cells = {"MAPPED_GENE": "NEW1, APP", "SNP_GENE_IDS": "ENSG00000000099, ENSG00000142192"}
    found = reading(tmp_path, association(**cells))
    assert {
        each.subject for each in found.statements.values() if each.predicate == "gene_associated_with_condition"
    } == {
        "ENSEMBL:ENSG00000000099",
        "HGNC:620",
    }
    assert found.entities["ENSEMBL:ENSG00000000099"].name == "NEW1"
    assert len(found.of("variant_of")) == 2


def test_reported_genes_are_found_by_their_symbols_or_stay_ungrounded(tmp_path):
    cells = {"REPORTED GENE(S)": "BACE1, APP, MYST7; NR, intergenic", "SNP_GENE_IDS": "351"}
    found = reading(tmp_path, association(**cells))
    genes = {each.subject for each in found.statements.values() if each.predicate == "gene_associated_with_condition"}
    assert genes == {"HGNC:620", "HGNC:933", "text:gene/myst7"}
    told = " ".join(each.text for each in found.evidence)
    assert "rs1 at (as reported) BACE1 is associated" in told
    assert "at (as reported) APP" not in told


def test_a_symbol_that_only_a_mouse_has_is_no_gene_of_people(tmp_path):
    mouse = Entity("MGI:1", "Oldie", Category.GENE)
    path = save(tmp_path / "gwas.tsv", tsv([COLUMNS, association(**{"REPORTED GENE(S)": "OLDIE"})]))
    found = gathered(read(path, canonical, lambda name, category: mouse))
    assert "text:gene/oldie" in found.entities
    assert "MGI:1" not in found.entities


def test_several_traits_are_each_associated(tmp_path):
    uris = f"{EFO}EFO_0000249, http://purl.obolibrary.org/obo/HP_0001250"
    found = reading(tmp_path, association(MAPPED_TRAIT="Alzheimer disease, Seizure", MAPPED_TRAIT_URI=uris))
    traits = {each.object for each in found.statements.values() if each.predicate == "gene_associated_with_condition"}
    assert traits == {"MONDO:0004975", "HP:0001250"}


def test_names_of_traits_with_commas_are_not_given_to_the_wrong_ids(tmp_path):
    uris = f"{EFO}EFO_7, {EFO}EFO_8"
    found = reading(tmp_path, association(MAPPED_TRAIT="response, late, to this, and that", MAPPED_TRAIT_URI=uris))
    assert found.entities["EFO:7"].name == "EFO:7"
    assert found.entities["EFO:7"].category is Category.DISEASE_OR_PHENOTYPIC_FEATURE


def test_without_mapping_the_trait_is_what_the_authors_call_it(tmp_path):
    cells = {"MAPPED_TRAIT": "", "MAPPED_TRAIT_URI": "", "DISEASE/TRAIT": "Sleeping late"}
    found = reading(tmp_path, association(**cells))
    assert (
        "HGNC:620",
        "gene_associated_with_condition",
        "text:disease-or-phenotypic-feature/sleeping-late",
    ) in found.facts


@pytest.mark.parametrize(
    ("uri", "curie"),
    [
        (f"{EFO}EFO_0004703", "EFO:0004703"),
        ("http://www.orpha.net/ORDO/Orphanet_93", "Orphanet:93"),
        ("http://purl.obolibrary.org/obo/MONDO_0004975", "MONDO:0004975"),
        ("nothing", ""),
    ],
)
def test_a_trait_uri_is_a_curie(uri, curie):
    assert trait_curie(uri) == curie


def test_repeated_rows_say_a_thing_once(tmp_path):
    found = reading(tmp_path, association(), association(), association())
    assert (len(found.statements), len(found.evidence)) == (3, 3)


@pytest.mark.parametrize(
    ("cells", "reason"),
    [({"PUBMEDID": "none"}, "'none' is not a PubMed number"), ({"P-VALUE": "tiny"}, "p-value 'tiny' is not a number")],
)
def test_a_bad_row_is_named_with_its_line_and_the_others_are_in(tmp_path, cells, reason):
    found = reading(tmp_path, association(), association(SNPS="rs2", **cells), association(SNPS="rs3"))
    (bad,) = found.unreadable
    assert (bad.source, bad.record) == ("gwas.tsv", "line 3")
    assert reason in bad.reason
    assert "dbSNP:rs2" not in found.entities
    assert "dbSNP:rs3" in found.entities


@pytest.mark.parametrize(
    ("cells", "reason"),
    [
        ({"SNPS": "NR", "SNP_GENE_IDS": ""}, "neither a variant nor a gene is named"),
        ({"DISEASE/TRAIT": "", "MAPPED_TRAIT_URI": ""}, "no trait is named"),
    ],
)
def test_a_row_that_names_too_little_is_counted(tmp_path, cells, reason):
    assert reading(tmp_path, association(**cells)).notes == {("rows passed over", f"gwas.tsv: {reason}"): 1}


def test_columns_are_found_however_a_release_writes_them(tmp_path):
    earlier = [
        {"SNPS": "SNPs", "PUBMEDID": "PubMedID", "P-VALUE": "p-Value"}.get(name, name.title()) for name in COLUMNS
    ]
    assert len(reading(tmp_path, association(), columns=earlier).statements) == 3


def test_a_missing_column_is_named_as_the_catalog_writes_it(tmp_path):
    columns = [name for name in COLUMNS if name not in ("SNPS", "DISEASE/TRAIT")]
    with pytest.raises(
        UnreadableFile, match=r"gwas\.tsv is not a GWAS Catalog table: column DISEASE/TRAIT, SNPS is missing"
    ):
        reading(tmp_path, columns=columns)


def test_two_columns_that_could_both_be_meant_are_refused(tmp_path):
    with pytest.raises(UnreadableFile, match="more than one column pvalue"):
        reading(tmp_path, [*association(), "1E-3"], columns=(*COLUMNS, "p value"))
