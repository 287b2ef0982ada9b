"""HPO annotations: diseases with phenotypes, genes with both, and which rows are no phenotype."""

import pytest
from annotation_files import canonical, gathered, row, save, tsv

from isthmus.extractors.readers.hpo import read
from isthmus.extractors.reading import UnreadableFile
from isthmus.graph.model import Assertion

HPOA = (
    "database_id",
    "disease_name",
    "qualifier",
    "hpo_id",
    "reference",
    "evidence",
    "onset",
    "frequency",
    "sex",
    "modifier",
    "aspect",
    "biocuration",
)
GENES = ("ncbi_gene_id", "gene_symbol", "hpo_id", "hpo_name", "frequency", "disease_id")
PHENOTYPES = ("hpo_id", "hpo_name", "ncbi_gene_id", "gene_symbol", "disease_id")
DISEASES = ("ncbi_gene_id", "gene_symbol", "association_type", "disease_id", "source")
COMMENTS = '#description: "made up"\n#version: 2031-01-01\n'


def of_disease(**cells):
    given = {
        "database_id": "OMIM:104300",
        "disease_name": "ALZHEIMER DISEASE",
        "hpo_id": "HP:0001250",
        "reference": "PMID:5",
        "evidence": "PCS",
        "aspect": "P",
        "biocuration": "HPO:somebody[2015-03-01]",
    }
    return row(HPOA, **{**given, **cells})


def of_gene(**cells):
    given = {
        "ncbi_gene_id": "351",
        "gene_symbol": "APP",
        "hpo_id": "HP:0001250",
        "hpo_name": "Seizure",
        "frequency": "-",
        "disease_id": "OMIM:104300",
    }
    return row(GENES, **{**given, **cells})


def reading(tmp_path, columns, *rows, comments="", sign=""):
    path = save(tmp_path / "hpo.txt", comments + sign + tsv([columns, *rows]))
    return gathered(read(path, canonical))


# -- phenotype.hpoa --


def test_a_disease_has_a_phenotype_as_a_paper_says(tmp_path):
    found = reading(tmp_path, HPOA, of_disease(), comments=COMMENTS)
    statement, evidence = found.only
    assert (statement.subject, statement.predicate, statement.object) == (
        "MONDO:0004975",
        "has_phenotype",
        "HP:0001250",
    )
    assert (evidence.document, evidence.year) == ("pmid:5", 2015)
    assert evidence.text == "ALZHEIMER DISEASE: Seizure (published clinical study)"


@pytest.mark.parametrize(
    "cells", [{"qualifier": "NOT"}, {"frequency": "0/12"}, {"frequency": "HP:0040285"}, {"frequency": "0%"}]
)
def test_what_nobody_had_is_negated(tmp_path, cells):
    statement, evidence = reading(tmp_path, HPOA, of_disease(**cells)).only
    assert statement.negated
    assert evidence.assertion is Assertion.NEGATED
    assert evidence.text.startswith("ALZHEIMER DISEASE: no Seizure")


@pytest.mark.parametrize(
    ("cells", "words"),
    [
        ({"frequency": "3/7"}, "Seizure, in 3 of 7 ("),
        ({"frequency": "HP:0040281"}, "Seizure, very frequent ("),
        ({"frequency": "17%"}, "Seizure, 17% ("),
        ({"onset": "HP:0003581"}, "Seizure, onset: Adult onset ("),
        ({"sex": "FEMALE"}, "Seizure, in females ("),
        ({"modifier": "HP:0003581;HP:9999999"}, "Seizure, Adult onset, HP:9999999 ("),
        ({"onset": "HP:0003581", "frequency": "1/2"}, "Seizure, onset: Adult onset, in 1 of 2 ("),
    ],
)
def test_onset_frequency_sex_and_modifiers_are_told_in_words(tmp_path, cells, words):
    assert words in reading(tmp_path, HPOA, of_disease(**cells)).only[1].text


def test_modes_of_inheritance_and_courses_are_no_phenotypes_and_are_counted(tmp_path):
    found = reading(tmp_path, HPOA, of_disease(), *(of_disease(aspect=aspect) for aspect in "ICMHI"))
    assert len(found.evidence) == 1
    assert sum(found.notes.values()) == 5
    assert found.notes["rows passed over", "hpo.txt: aspect I: mode of inheritance, not a phenotype"] == 2


def test_an_electronic_annotation_is_believed_less(tmp_path):
    scores = [reading(tmp_path, HPOA, of_disease(evidence=code)).only[1].score for code in ("PCS", "TAS", "IEA")]
    assert scores == sorted(scores, reverse=True)
    assert len(set(scores)) == 3


def test_several_references_are_several_papers_and_a_database_is_none(tmp_path):
    found = reading(tmp_path, HPOA, of_disease(reference="PMID:5;PMID:6"), of_disease(reference="OMIM:104300"))
    assert {each.document for each in found.evidence} == {"pmid:5", "pmid:6", found.extractions[0].document.id}


@pytest.mark.parametrize(
    ("cells", "reason"),
    [
        ({"hpo_id": "seizure"}, "'seizure' is not an HPO id"),
        ({"database_id": "Alzheimer"}, "'Alzheimer' is not a disease id"),
        ({"qualifier": "MAYBE"}, "unknown qualifier 'MAYBE'"),
    ],
)
def test_a_bad_row_is_named_with_its_line(tmp_path, cells, reason):
    found = reading(tmp_path, HPOA, of_disease(**cells), of_disease(), comments=COMMENTS)
    (bad,) = found.unreadable
    assert (bad.source, bad.record) == ("hpo.txt", "line 4")
    assert reason in bad.reason
    assert len(found.statements) == 1


def test_orphanet_diseases_have_one_prefix(tmp_path):
    subjects = {
        statement.subject
        for written in ("ORPHA:93", "ORPHANET:93", "Orphanet:93")
        for statement in reading(tmp_path, HPOA, of_disease(database_id=written)).statements.values()
    }
    assert subjects == {"Orphanet:93"}


def test_a_header_of_earlier_releases_is_a_comment(tmp_path):
    columns = ("DatabaseID", "DiseaseName", "Qualifier", "HPO_ID", "Reference", "Evidence", "Onset", "Frequency", "Sex")
    columns = (*columns, "Modifier", "Aspect", "Biocuration")
    found = reading(tmp_path, columns, of_disease(), comments=COMMENTS, sign="#")
    assert found.facts == {("MONDO:0004975", "has_phenotype", "HP:0001250")}


# -- the gene files --


def test_a_gene_is_linked_with_the_disease_and_with_the_phenotype(tmp_path):
    found = reading(tmp_path, GENES, of_gene(frequency="2/3"))
    assert found.facts == {
        ("HGNC:620", "gene_associated_with_condition", "MONDO:0004975"),
        ("HGNC:620", "gene_associated_with_condition", "HP:0001250"),
    }
    assert {each.text for each in found.evidence} == {
        "APP: gene of Alzheimer disease",
        "APP: Seizure in Alzheimer disease, in 2 of 3",
    }


def test_phenotype_to_genes_says_the_same_in_another_order(tmp_path):
    one = reading(tmp_path, GENES, of_gene())
    other = reading(tmp_path, PHENOTYPES, ["HP:0001250", "Seizure", "351", "APP", "OMIM:104300"])
    assert {each.id for each in one.statements.values()} == {each.id for each in other.statements.values()}


def test_the_header_of_earlier_gene_files_is_read(tmp_path):
    columns = (
        "Format: entrez-gene-id",
        "entrez-gene-symbol",
        "HPO-Term-ID",
        "HPO-Term-Name",
        "Frequency-Raw",
        "disease-ID",
    )
    assert len(reading(tmp_path, columns, of_gene(), sign="#").statements) == 2


@pytest.mark.parametrize("cells", [{"hpo_id": "HP:0000007"}, {"frequency": "0/4"}, {"frequency": "HP:0040285"}])
def test_inheritance_and_excluded_phenotypes_link_the_gene_with_the_disease_only(tmp_path, cells):
    found = reading(tmp_path, GENES, of_gene(**cells))
    assert found.facts == {("HGNC:620", "gene_associated_with_condition", "MONDO:0004975")}


def test_genes_to_disease_tells_a_mendelian_gene_from_one_of_several(tmp_path):
    found = reading(
        tmp_path,
        DISEASES,
        ["NCBIGene:351", "APP", "MENDELIAN", "OMIM:104300", "ftp://somewhere"],
        ["NCBIGene:23621", "BACE1", "POLYGENIC", "OMIM:104300", "ftp://somewhere"],
        ["NCBIGene:77", "XYZ1", "UNKNOWN", "OMIM:104300", "ftp://somewhere"],
    )
    assert found.facts == {
        (gene, "gene_associated_with_condition", "MONDO:0004975") for gene in ("HGNC:620", "HGNC:933", "NCBIGene:77")
    }
    assert [each.original for each in found.evidence] == ["mendelian", "polygenic", ""]
    assert [each.score for each in found.evidence] == sorted((each.score for each in found.evidence), reverse=True)
    assert found.evidence[0].text == "APP: Mendelian gene of Alzheimer disease"


def test_a_gene_without_a_number_is_a_bad_row(tmp_path):
    found = reading(tmp_path, GENES, of_gene(), of_gene(ncbi_gene_id="APP"))
    assert [(each.record, "NCBI Gene number" in each.reason) for each in found.unreadable] == [("line 3", True)]


@pytest.mark.parametrize(
    ("columns", "missing"),
    [
        (("database_id", "disease_name", "qualifier"), "hpo_id"),
        (("ncbi_gene_id", "gene_symbol", "hpo_id"), "disease_id"),
        (("gene_symbol", "association_type", "disease_id"), "ncbi_gene_id"),
        (("one", "two"), "database_id, disease_name, hpo_id"),
    ],
)
def test_a_missing_column_is_named(tmp_path, columns, missing):
    with pytest.raises(UnreadableFile, match=rf"hpo\.txt is not an HPO .*column {missing} is missing"):
        reading(tmp_path, columns, ["x"] * len(columns))


def test_a_column_that_occurs_twice_is_refused(tmp_path):
    with pytest.raises(UnreadableFile, match="more than one column hpo_id"):
        reading(tmp_path, (*HPOA, "hpo_id"), [*of_disease(), "HP:0000001"])
