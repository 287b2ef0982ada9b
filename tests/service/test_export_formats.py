"""What holds of every format: the same bytes for the same graph, whole files or none, and the command line's answer."""

from pathlib import Path

import pytest
from service.awkward_graph import SAID

from isthmus.graph.stores import sqlite_read
from isthmus.graph.stores.open import open_store
from isthmus.service.exports.files import CannotWrite
from isthmus.service.exports.formats import ExportFormat
from isthmus.service.exports.write import write

FORMATS = pytest.mark.parametrize("format", list(ExportFormat))


@FORMATS
def test_the_same_graph_gives_the_same_bytes(awkward_store, tmp_path, format):
    first = write(awkward_store, tmp_path / "first", format)
    with open_store(f"sqlite:///{tmp_path / 'other.sqlite'}") as other:
        other.write([SAID])
        other.delete([SAID.document.id])  # other keys inside, the same graph in the end
        other.write([SAID])
        second = write(other, tmp_path / "second", format)
    assert [file.read_bytes() for file in first.files] == [file.read_bytes() for file in second.files]
    assert [file.name for file in first.files] == [file.name for file in second.files]


@FORMATS
def test_an_empty_graph_is_an_empty_file_of_the_format(tmp_path, format):
    with open_store(f"sqlite:///{tmp_path / 'empty.sqlite'}") as empty:
        written = write(empty, tmp_path / "out", format)
    assert (written.nodes, written.edges, dict(written.notes)) == (0, 0, {})
    assert all(file.stat().st_size for file in written.files)


@FORMATS
def test_what_is_believed_less_is_left_out(awkward_store, tmp_path, format):
    """Of the three statements one is believed at a quarter; entities stay, where the format can hold them alone."""
    assert write(awkward_store, tmp_path / "all", format, least_belief=1.0).edges == 0
    everything = write(awkward_store, tmp_path / "all", format)
    some = write(awkward_store, tmp_path / "some", format, least_belief=0.3)
    assert some.edges == everything.edges - 1
    assert some.nodes == everything.nodes or format is ExportFormat.BEL


@FORMATS
def test_an_export_that_fails_half_way_leaves_the_last_one_whole(awkward_store, tmp_path, format, monkeypatch):
    files = write(awkward_store, tmp_path, format).files
    before = {file: file.read_bytes() for file in files}

    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(type(awkward_store), "all_evidence", full)
    with pytest.raises(CannotWrite, match=r"No space left on device\. Name another with --out"):
        write(awkward_store, tmp_path, format)
    assert {file: file.read_bytes() for file in files} == before
    assert not list(tmp_path.glob("*.unfinished"))


@FORMATS
def test_progress_counts_every_entity_and_statement_once(awkward_store, tmp_path, format):
    told: list[int] = []
    write(awkward_store, tmp_path / "out", format, seen=told.append)
    counts = awkward_store.counts()
    assert sum(told) == counts.entities + counts.statements


def test_evidence_comes_statement_by_statement_and_is_never_sorted_as_a_whole(awkward_store):
    """Or the memory of an export would grow with the graph."""
    asked: list[str] = []
    with awkward_store._connections.reading() as connection:
        connection.set_trace_callback(asked.append)
        assert len(list(sqlite_read.all_evidence(connection))) == 4
        connection.set_trace_callback(None)
        plan = [row[3] for row in connection.execute(f"EXPLAIN QUERY PLAN {asked[-1]}")]
    assert "USE TEMP B-TREE FOR ORDER BY" not in plan


def test_the_command_line_says_what_was_written_and_what_was_left_out(isthmus, awkward_store, tmp_path):
    ran = isthmus("export", "--format", "bel", "--out", tmp_path / "out", "--store", awkward_store.url, "--json")
    assert ran.code == 0
    assert {key: ran.json[key] for key in ("format", "nodes", "edges")} == {"format": "bel", "nodes": 3, "edges": 3}
    assert [Path(file).name for file in ran.json["files"]] == ["isthmus.bel"]
    assert sum(note["count"] for note in ran.json["notes"]) == 3
    assert {note["reason"].split(" ")[0] for note in ran.json["notes"]} == {"denied", "statements", "entities"}
