"""The graph as KGX: what other tools find in it, and that it comes back as it was."""

from __future__ import annotations

import csv
import json
import tempfile
from pathlib import Path

import pytest
from graph.strategies import corpora
from hypothesis import HealthCheck, given, settings

from isthmus.extractors.readers.kgx import read
from isthmus.extractors.reading import Note, Unreadable
from isthmus.graph.model import (
    Context,
    Document,
    DocumentKind,
    Entity,
    Evidence,
    Extraction,
    Modality,
    Section,
    Statement,
)
from isthmus.graph.stores.open import open_store
from isthmus.graph.vocabulary import Category, Predicate
from isthmus.service.exports.files import CannotWrite
from isthmus.service.exports.kgx import export_kgx

MOUSE = Context(species="NCBITaxon:10090")
DRUG = Entity("CHEBI:1", "calm|ol", Category.SMALL_MOLECULE, ("a|b", "c"), ("MESH:C1",), ("Pill",))
GENE = Entity("HGNC:1", "GENE1", Category.GENE)
ALONE = Entity("HGNC:2", "GENE2", Category.GENE)
INHIBITS = Statement.of(DRUG.id, Predicate.INHIBITS, GENE.id, context=MOUSE)
NOT_BINDS = Statement.of(GENE.id, Predicate.BINDS, DRUG.id, negated=True)
PAPER = Document(
    "pmid:7", DocumentKind.ARTICLE, Modality.IMAGING, "A title", (Section("", "It\tblocks\nit."),), date="2001-02-03"
)
RETRACTED = Document("pmid:8", DocumentKind.CITATION, Modality.LITERATURE, "Withdrawn", date="1999", retracted=True)
SAID = Extraction(
    PAPER,
    "hand/1",
    (DRUG, GENE, ALONE),
    statements=(INHIBITS, NOT_BINDS),
    evidence=(
        Evidence(
            INHIBITS.id, PAPER.id, "It\tblocks\nit.", "hand/1", 0.6, year=2001, start=8, end=22, subject_span=(8, 10)
        ),
        Evidence(INHIBITS.id, RETRACTED.id, "It blocked it.", "hand/1", 0.9, year=1999),
        Evidence(NOT_BINDS.id, PAPER.id, '"No" bonds — none.', "hand/1", 0.5, original="does not stick to"),
    ),
    cited=(RETRACTED,),
)


@pytest.fixture
def store(tmp_path):
    with open_store(f"sqlite:///{tmp_path / 'graph.sqlite'}") as opened:
        opened.write([SAID])
        yield opened


def rows(path):
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))


def ingested(folder: Path, url: str):
    """A new store with what the files say; bad rows and notes would be a fault of the export."""
    records = list(read(folder / "isthmus_edges.tsv", lambda curie: None))
    assert not [record for record in records if isinstance(record, Unreadable | Note)]
    opened = open_store(url)
    opened.write(records)
    return opened


def knowledge(store):
    """Everything that the graph says, with what is believed of it and of its sources."""
    evidence = list(store.all_evidence())
    documents = store.documents({each.document for each in evidence})
    return {
        "hash": store.graph_hash(),
        "entities": list(store.all_entities()),
        "statements": [
            (row.statement, round(row.belief, 9), row.evidence_count, row.first_year) for row in store.all_statements()
        ],
        "evidence": evidence,
        "sources": {
            key: (each.title, each.date, each.journal, each.modality, each.retracted) for key, each in documents.items()
        },
    }


# -- what other tools find --


def test_nodes_have_the_columns_of_the_specification(store, tmp_path):
    written = export_kgx(store, tmp_path / "out", "mine")
    assert [file.name for file in written.files] == ["mine_nodes.tsv", "mine_edges.tsv"]
    nodes = {row["id"]: row for row in rows(written.files[0])}
    assert set(nodes) == {"CHEBI:1", "HGNC:1", "HGNC:2"}
    drug = nodes["CHEBI:1"]
    assert (drug["category"], drug["name"], drug["synonym"], drug["xref"]) == (
        "biolink:SmallMolecule|Pill",
        "calm|ol",
        "a/b|c",
        "MESH:C1",
    )


def test_each_piece_of_evidence_is_an_edge_that_biolink_understands(store, tmp_path):
    written = export_kgx(store, tmp_path)
    edges = rows(written.files[1])
    assert (written.nodes, written.edges) == (3, 3) == (3, len(edges))
    (first,) = [row for row in edges if row["supporting_text"] == "It blocks it."]
    assert {name: value for name, value in first.items() if name not in ("id", "isthmus", "belief")} == {
        "subject": "CHEBI:1",
        "predicate": "biolink:affects",
        "object": "HGNC:1",
        "qualified_predicate": "biolink:causes",
        "object_aspect_qualifier": "activity",
        "object_direction_qualifier": "decreased",
        "species_context_qualifier": "NCBITaxon:10090",
        "anatomical_context_qualifier": "",
        "negated": "false",
        "publications": "PMID:7",
        "year": "2001",
        "knowledge_level": "knowledge_assertion",
        "agent_type": "text_mining_agent",
        "supporting_text": "It blocks it.",
    }
    assert {row["negated"] for row in edges} == {"true", "false"}
    # the retracted paper counts for nothing
    assert {float(row["belief"]) for row in edges if row["object"] == "HGNC:1" and row["negated"] == "false"} == {0.6}


def test_without_our_column_the_graph_still_says_the_same(store, tmp_path):
    """As another tool hands it on: the facts and their context stay, the exact places are lost."""
    written = export_kgx(store, tmp_path / "out")
    for file in written.files:
        lines = file.read_text(encoding="utf-8").splitlines()
        file.write_text("".join(line.rpartition("\t")[0] + "\n" for line in lines), encoding="utf-8")
    with open_store(f"sqlite:///{tmp_path / 'again.sqlite'}") as again:
        again.write([each for each in read(written.files[1], lambda curie: None) if isinstance(each, Extraction)])
        assert {row.statement for row in again.all_statements()} == {INHIBITS, NOT_BINDS}
        assert {each.text for each in again.all_evidence()} == {"It blocks it.", "It blocked it.", '"No" bonds — none.'}


# -- there and back --


def test_a_graph_comes_back_with_beliefs_dates_and_retractions(store, tmp_path):
    export_kgx(store, tmp_path / "out")
    with ingested(tmp_path / "out", f"sqlite:///{tmp_path / 'again.sqlite'}") as again:
        assert knowledge(again) == knowledge(store)
        export_kgx(again, tmp_path / "twice")
    for name in ("isthmus_nodes.tsv", "isthmus_edges.tsv"):
        assert (tmp_path / "twice" / name).read_bytes() == (tmp_path / "out" / name).read_bytes()


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(corpora())
def test_any_graph_comes_back_as_it_was(corpus):
    with tempfile.TemporaryDirectory() as folder, open_store(f"sqlite:///{folder}/first.sqlite") as first:
        first.write(corpus)
        export_kgx(first, Path(folder))
        with ingested(Path(folder), f"sqlite:///{folder}/second.sqlite") as second:
            assert knowledge(second) == knowledge(first)


def test_the_command_line_takes_a_graph_out_and_in_to_the_hash(isthmus, story_store, tmp_path):
    out = isthmus("export", "--format", "kgx", "--out", tmp_path / "out", "--store", story_store, "--json")
    assert out.code == 0
    url = f"sqlite:///{tmp_path / 'again.sqlite'}"
    ran = isthmus("ingest", tmp_path / "out", "--store", url, "--json")
    assert (ran.code, ran.json["failed"], ran.json["notes"]) == (0, 0, [])
    hashes = {isthmus("doctor", "--store", each, "--json").json["graph_hash"] for each in (story_store, url)}
    assert len(hashes) == 1


# -- rows that were changed on the way --


def change(path: Path, column: str, old: str, new: str) -> None:
    header, *lines = [line.split("\t") for line in path.read_text(encoding="utf-8").splitlines()]
    place = header.index(column)
    for line in lines:
        if line[place] == old:
            line[place] = new
    path.write_text("".join("\t".join(line) + "\n" for line in (header, *lines)), encoding="utf-8")


@pytest.mark.parametrize(
    ("column", "old", "new"),
    [
        ("subject", "CHEBI:1", "CHEBI:99"),
        ("predicate", "biolink:affects", "biolink:treats"),
        ("negated", "false", "true"),
    ],
)
def test_a_row_that_was_changed_is_read_as_it_now_stands_and_counted(store, tmp_path, column, old, new):
    written = export_kgx(store, tmp_path / "out")
    change(written.files[1], column, old, new)
    records = list(read(written.files[1], lambda curie: None))
    statements = {each for record in records if isinstance(record, Extraction) for each in record.statements}
    assert INHIBITS not in statements
    notes = [note for note in records if isinstance(note, Note) and "passed over" in note.topic]
    assert notes
    assert "changed since it was exported" in notes[0].text


@pytest.mark.parametrize(
    ("edit", "reason"),
    [
        (lambda value: "{", "the column isthmus cannot be read"),
        (lambda value: "[]", "the column isthmus cannot be read"),
        (lambda value: {**value, "statement": {**value["statement"], "predicate": "owns"}}, "statement.predicate"),
        (lambda value: {**value, "evidence": {**value["evidence"], "score": 7.0}}, "not between 0 and 1"),
        (lambda value: {**value, "evidence": {**value["evidence"], "score": "sure"}}, "evidence.score"),
        (lambda value: {**value, "evidence": {**value["evidence"], "statement": "0"}}, "not for the statement"),
    ],
)
def test_a_column_that_was_tampered_with_is_a_bad_row(store, tmp_path, edit, reason):
    written = export_kgx(store, tmp_path / "out")
    header, first, *rest = written.files[1].read_text(encoding="utf-8").splitlines()
    plain, _, exact = first.rpartition("\t")
    changed = edit(json.loads(exact))
    exact = changed if isinstance(changed, str) else json.dumps(changed)
    written.files[1].write_text("\n".join([header, f"{plain}\t{exact}", *rest]) + "\n", encoding="utf-8")
    (bad,) = [each for each in read(written.files[1], lambda curie: None) if isinstance(each, Unreadable)]
    assert (bad.source, bad.record) == ("isthmus_edges.tsv", "line 2")
    assert reason in bad.reason
    assert len(bad.reason) < 200


# -- writing --


def test_a_folder_that_cannot_be_written_is_one_line_and_leaves_nothing(store, tmp_path):
    (tmp_path / "taken").write_text("a file")
    with pytest.raises(CannotWrite, match=r"taken cannot be written: .*Name another with --out"):
        export_kgx(store, tmp_path / "taken")


def test_an_export_that_fails_half_way_leaves_the_last_one_whole(store, tmp_path, monkeypatch):
    files = export_kgx(store, tmp_path / "out").files
    before = [file.read_bytes() for file in files]

    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("isthmus.service.exports.kgx._edge", full)
    with pytest.raises(CannotWrite, match="No space left on device"):
        export_kgx(store, tmp_path / "out")
    assert [file.read_bytes() for file in files] == before
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == ["isthmus_edges.tsv", "isthmus_nodes.tsv"]
