"""The demo's inputs, made from small sources of the same layout as the published packages' files."""

import csv
import json
from pathlib import Path

import duckdb
import pytest
import yaml

from isthmus.extractors.readers.association_table import ColumnMap
from isthmus.extractors.readers.association_table import read as read_table
from isthmus.extractors.readers.hpo import read as read_hpo
from isthmus.extractors.readers.plain_text import read as read_text
from isthmus.extractors.reading import Unreadable
from isthmus.graph.model import Document, Extraction
from isthmus.graph.vocabulary import Category
from isthmus.service.demo.download import WANTED
from isthmus.service.demo.inputs import COLUMNS, REPORTS, DemoInput, prepare
from isthmus.service.demo.questions import QUESTIONS, CandidatesQuestion
from isthmus.service.demo.tables import Gene, enzyme_inhibitors

SECTIONS = ("HISTORY:", "TECHNIQUE:", "FINDINGS:", "IMPRESSION:")

CHEMICALS = [
    {"id": "CHEBI:1", "name": "EC 1.4.3.4 (monoamine oxidase) inhibitor"},
    {"id": "CHEBI:2", "name": "antiparkinson drug"},
    {"id": "CHEBI:3", "name": "rasagiline", "relations": {"has_role": ["CHEBI:1", "CHEBI:99"]}},
    {"id": "CHEBI:4", "name": "selegiline", "relations": {"has_role": ["CHEBI:1", "CHEBI:2"]}},
]
GENES = """HGNC ID\tApproved symbol\tStatus\tEnzyme IDs
HGNC:6833\tMAOA\tApproved\t1.4.3.4
HGNC:6834\tMAOB\tApproved\t1.4.3.4, 1.4.3.21
HGNC:1\tOLD\tSymbol Withdrawn\t1.4.3.4
HGNC:2\tPLAIN\tApproved\t
"""
DISEASES = [
    {"id": "0005395", "name": "movement disorder", "relations": {}},
    {"id": "0005180", "name": "Parkinson disease", "relations": {"is_a": ["0005395"]}, "xrefs": []},
    {
        "id": "0008199",
        "name": "late-onset Parkinson disease",
        "relations": {"is_a": ["0005180"]},
        "xrefs": [{"namespace": "OMIM", "id": "168600"}, {"namespace": "Orphanet", "id": "411602"}],
    },
    {"id": "0009061", "name": "cystic fibrosis", "relations": {}, "xrefs": [{"namespace": "OMIM", "id": "219700"}]},
]
DISEASE_PHENOTYPES = """#version: 2025-01-16
database_id\tdisease_name\tqualifier\thpo_id\treference\tevidence\tonset\tfrequency\tsex\tmodifier\taspect\tbiocuration
OMIM:168600\tParkinson disease, late-onset\t\tHP:0001337\tPMID:1\tPCS\t\t\t\t\tP\tHPO:x[2020-01-01]
ORPHA:411602\tLate-onset Parkinson disease\t\tHP:0002067\tORPHA:411602\tTAS\t\tHP:0040281\t\t\tP\tORPHA:x[2020-01-01]
OMIM:219700\tCystic fibrosis\t\tHP:0002205\tPMID:2\tPCS\t\t\t\t\tP\tHPO:x[2020-01-01]
"""
GENE_PHENOTYPES = """ncbi_gene_id\tgene_symbol\thpo_id\thpo_name\tfrequency\tdisease_id
2629\tGBA1\tHP:0001337\tTremor\t-\tOMIM:168600
1080\tCFTR\tHP:0002205\tRecurrent respiratory infections\t-\tOMIM:219700
"""


@pytest.fixture
def inputs(tmp_path: Path) -> dict[str, DemoInput]:
    """The demo's inputs by file name, prepared from the small sources."""
    sources = tmp_path / "sources"
    sources.mkdir()
    path = {name: sources / Path(wanted).name for name, wanted in WANTED.items()}
    path["chemicals"].write_text(json.dumps(CHEMICALS))
    path["diseases"].write_text(json.dumps(DISEASES))
    path["genes"].write_text(GENES)
    path["disease_phenotypes"].write_text(DISEASE_PHENOTYPES)
    path["gene_phenotypes"].write_text(GENE_PHENOTYPES)
    with duckdb.connect() as connection:
        connection.execute("CREATE TABLE studies (study_id VARCHAR, name VARCHAR, description VARCHAR)")
        rows = [
            ("aB1", "Dopamine and\nthe striatum", "We scanned people.\n# They rested."),
            ("cD2", "A title without an abstract", None),
        ]
        connection.executemany("INSERT INTO studies VALUES (?, ?, ?)", rows)
        connection.execute(f"COPY studies TO '{path['studies']}' (FORMAT parquet)")
    return {found.path.name: found for found in prepare(sources, tmp_path / "out")}


def rows_of(table: DemoInput) -> list[dict[str, str]]:
    with table.path.open() as file:
        return list(csv.DictReader(file, delimiter="\t"))


def statements(records) -> set[tuple[str, str, str]]:
    found = list(records)
    assert not [record for record in found if isinstance(record, Unreadable)]
    return {(s.subject, s.predicate.value, s.object) for r in found if isinstance(r, Extraction) for s in r.statements}


def nothing_known(curie: str) -> None:
    return None


def test_a_study_becomes_a_text_with_its_title(inputs):
    (path,) = inputs["studies"].path.iterdir()
    (document,) = read_text(path, nothing_known)
    assert isinstance(document, Document)
    assert document.text == "Dopamine and the striatum We scanned people. # They rested."


def test_an_inhibitor_of_an_enzyme_inhibits_the_genes_of_its_number(inputs):
    table = inputs["enzyme_inhibitors.tsv"]
    columns = ColumnMap.load(table.columns)
    assert statements(read_table(table.path, nothing_known, columns)) == {
        (chemical, "inhibits", gene) for chemical in ("CHEBI:3", "CHEBI:4") for gene in ("HGNC:6833", "HGNC:6834")
    }
    assert {row["score"] for row in rows_of(table)} == {"0.64"}
    assert 'rasagiline has the role "EC 1.4.3.4 (monoamine oxidase) inhibitor"' in rows_of(table)[0]["text"]


def test_the_more_genes_an_enzyme_has_the_less_sure_each_is():
    chemicals = {chemical["id"]: chemical for chemical in CHEMICALS}

    def scores(count: int) -> set[float]:
        genes = [Gene(f"HGNC:{number}", f"G{number}", ("1.4.3.4",)) for number in range(count)]
        return {association.score for association in enzyme_inhibitors(chemicals, genes)}

    assert [scores(1), scores(4), scores(9)] == [{0.9}, {0.45}, {0.3}]
    assert scores(11) == set()


def test_a_therapeutic_role_is_what_a_drug_treats(inputs):
    table = inputs["indications.tsv"]
    found = statements(read_table(table.path, nothing_known, ColumnMap.load(COLUMNS)))
    assert found == {("CHEBI:4", "treats", "MONDO:0005180")}


def test_diseases_are_kinds_of_diseases(inputs):
    found = statements(read_table(inputs["disease_classes.tsv"].path, nothing_known, ColumnMap.load(COLUMNS)))
    assert found == {
        ("MONDO:0005180", "subclass_of", "MONDO:0005395"),
        ("MONDO:0008199", "subclass_of", "MONDO:0005180"),
    }


def test_only_brain_diseases_annotations_are_kept_and_the_reader_takes_them(inputs):
    diseases = statements(read_hpo(inputs["phenotype.hpoa"].path, nothing_known))
    genes = statements(read_hpo(inputs["genes_to_phenotype.txt"].path, nothing_known))
    assert {(subject, obj) for subject, _, obj in diseases} == {
        ("OMIM:168600", "HP:0001337"),
        ("Orphanet:411602", "HP:0002067"),
    }
    assert {subject for subject, _, _ in genes} == {"NCBIGene:2629"}


def test_the_inputs_are_of_three_modalities_and_all_there(inputs):
    assert {found.modality.value for found in inputs.values()} == {"literature", "imaging", "genomics"}
    assert all(found.path.exists() and found.title for found in inputs.values())
    assert {found.kind for found in inputs.values() if found.columns} == {"table"}


def test_preparing_again_gives_the_same(inputs, tmp_path):
    out = tmp_path / "out"
    before = {path: path.read_bytes() for path in out.rglob("*") if path.is_file()}
    (out / "studies" / "left over.md").write_text("# Something old")
    prepare(tmp_path / "sources", out)
    assert {path: path.read_bytes() for path in out.rglob("*") if path.is_file()} == before


def test_every_report_has_its_four_sections_in_their_order():
    reports = sorted(REPORTS.glob("*.txt"))
    assert len(reports) == 12
    for report in reports:
        places = [report.read_text().index(f"\n{section}\n") for section in SECTIONS]
        assert places == sorted(places), report.name


def test_the_column_map_names_a_column_for_everything_but_the_modality_and_delimiter():
    given = yaml.safe_load(COLUMNS.read_text())
    assert (given.pop("modality"), given.pop("delimiter")) == ("genomics", "tab")
    assert all(field == column for field, column in given.items())


def test_the_questions_are_one_of_each_kind():
    drugs, finding = QUESTIONS
    assert isinstance(drugs, CandidatesQuestion)
    assert drugs.category is Category.DRUG
    assert finding.start.startswith("HP:")
    assert finding.end.startswith("HGNC:")
