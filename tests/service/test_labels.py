"""Identifiers and labels that do not belong together are load errors, and cost nothing else."""

from __future__ import annotations

import pytest

from isthmus.service.labels import mismatch

NODES = "id\tcategory\tname\n{rows}"
EDGES = "subject\tpredicate\tobject\n{rows}"


@pytest.mark.parametrize(
    ("curie", "label"),
    [
        ("MONDO:0004975", "Alzheimer disease"),
        ("MONDO:0004975", "Alzheimer's disease"),
        ("MESH:D000544", "Alzheimer Disease"),
        ("MONDO:0004975", "disease of Alzheimer, an unusual spelling"),
        ("MONDO:9999999", "aspirin"),
        ("EX:1", "aspirin"),
    ],
)
def test_an_id_with_a_label_that_may_be_its_own_passes(curie: str, label: str) -> None:
    assert mismatch(curie, label) is None


def test_an_id_with_the_name_of_something_else_is_told_with_both_readings() -> None:
    found = mismatch("MONDO:0004975", "aspirin")
    assert found is not None
    assert "MONDO:0004975 is 'Alzheimer disease'" in str(found)
    assert "'aspirin', which is CHEBI:15365" in str(found)


def test_a_graph_with_one_false_label_loses_that_node_alone(isthmus, tmp_path):
    store = f"sqlite:///{tmp_path / 'graph.sqlite'}"
    nodes = [
        "MONDO:0004975\tbiolink:Disease\taspirin",
        "MONDO:0005180\tbiolink:Disease\tParkinson disease",
        "CHEBI:15765\tbiolink:Drug\tlevodopa",
    ]
    edges = ["CHEBI:15765\tbiolink:treats\tMONDO:0005180", "CHEBI:15765\tbiolink:treats\tMONDO:0004975"]
    (tmp_path / "small_nodes.tsv").write_text(NODES.format(rows="\n".join(nodes) + "\n"))
    (tmp_path / "small_edges.tsv").write_text(EDGES.format(rows="\n".join(edges) + "\n"))
    ran = isthmus("ingest", tmp_path / "small_nodes.tsv", tmp_path / "small_edges.tsv", "--store", store, "--json")
    assert ran.code == 1
    assert ran.json["statements"] == 1
    (failure,) = ran.json["failures"]
    assert failure["record"] == "MONDO:0004975"
    assert "correct the id or the name" in failure["reason"]
