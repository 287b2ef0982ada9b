"""Tables that only name things, and annotation files that are known by their headers, through the command line."""

import pytest

from isthmus.extractors.readers import Kind
from isthmus.extractors.readers.detect import detect


def test_a_table_of_names_comes_in_with_the_graphs_own_ids(isthmus, tmp_path):
    (tmp_path / "markers.csv").write_text("symbol,cell\nTH,dopaminergic neuron\nBLORB1,dopaminergic neurons\n")
    columns = "subject_name=symbol,subject_category=Gene,object_name=cell,object_category=Cell,predicate=expressed_in"
    url = f"sqlite:///{tmp_path / 'graph.sqlite'}"
    ran = isthmus("ingest", tmp_path / "markers.csv", "--as", "table", "--columns", columns, "--store", url, "--json")
    assert (ran.code, ran.json["statements"], ran.json["entities"]) == (0, 2, 3)
    (tmp_path / "pairs.tsv").write_text("a\tc\nHGNC:11782\tCL:0000700\ntext:gene/blorb1\tCL:0000700\n")
    assert isthmus("score", "--pairs", tmp_path / "pairs.tsv", "--store", url).code == 0


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("hpo_id\thpo_name\tncbi_gene_id\tgene_symbol\tdisease_id\n", Kind.HPO),
        ("ncbi_gene_id\tgene_symbol\tassociation_type\tdisease_id\tsource\n", Kind.HPO),
        ("!Project: ours\n!gaf-version: 2.1\n", Kind.GAF),
    ],
)
def test_an_annotation_file_is_known_by_its_header(tmp_path, text, kind):
    (tmp_path / "rows.txt").write_text(text)
    assert detect(tmp_path / "rows.txt") is kind
