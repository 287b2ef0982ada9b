"""Snapshots on disk: what was saved comes back, and what is damaged is told of."""

import os
from pathlib import Path

import numpy as np
import pytest
from small_graphs import Said, graph, random_facts
from test_snapshot_changes import alike

from isthmus.graph.discovery.memory.saved import UnusableSnapshot, open_columns, open_snapshot, save_snapshot
from isthmus.graph.discovery.memory.snapshot import Snapshot


@pytest.fixture
def snapshot() -> Snapshot:
    facts = random_facts(7, {"drug": 5, "gene": 6, "dis": 4}, 0.4, beliefs=(0.2, 0.9))
    return graph(
        *facts, Said("drug:μ inhibits gene:γ", 0.5, 1999, "paper", species="NCBITaxon:9606"), alone=["dis:lonely"]
    )


def test_what_was_saved_comes_back_to_the_bit(snapshot, tmp_path):
    save_snapshot(snapshot, tmp_path)
    found = open_snapshot(tmp_path)
    alike(found, snapshot)
    assert found.as_of is None
    assert list(found.names) == list(snapshot.names)
    assert found.columns.contexts == [("", "", ""), ("NCBITaxon:9606", "", "")]
    assert list(found.columns.document_ids) == snapshot.columns.document_ids
    assert found.columns.version == snapshot.columns.version
    assert found.locate("drug:μ") == snapshot.locate("drug:μ")
    assert set(found.index) == set(snapshot.index)


def test_years_of_one_graph_lie_beside_one_another(snapshot, tmp_path):
    save_snapshot(snapshot, tmp_path)
    save_snapshot(snapshot.at(2000), tmp_path)
    alike(open_snapshot(tmp_path, 2000), snapshot.at(2000))
    alike(open_snapshot(tmp_path, 2000).at(None), snapshot)
    with pytest.raises(UnusableSnapshot):
        open_snapshot(tmp_path, 1990)


def test_an_empty_graph_can_be_saved(tmp_path):
    save_snapshot(graph(), tmp_path)
    assert open_snapshot(tmp_path).n_nodes == 0
    save_snapshot(graph(alone=["drug:a"]), tmp_path / "other")
    assert open_snapshot(tmp_path / "other").n_edges == 0


def test_arrays_of_an_opened_snapshot_cannot_be_written_to(snapshot, tmp_path):
    save_snapshot(snapshot, tmp_path)
    layer = next(iter(open_snapshot(tmp_path).layers.values()))
    with pytest.raises(ValueError, match="read-only"):
        layer.beliefs.data[0] = 1.0


def cut_off(file: Path) -> None:
    file.write_bytes(file.read_bytes()[:-100])


def flip_a_byte(file: Path) -> None:
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 0xFF
    file.write_bytes(bytes(content))


def empty(file: Path) -> None:
    file.write_bytes(b"")


def older_format(file: Path) -> None:
    content = file.read_bytes()
    at = content.index(b'"format":"') + len(b'"format":"')
    file.write_bytes(content[:at] + b"0123" + content[at + 4 :])


def garbage(file: Path) -> None:
    file.write_bytes(b"ISTHMUS\n" + b"\xff" * 5000)


@pytest.mark.parametrize("damage", [cut_off, flip_a_byte, empty, older_format, garbage, Path.unlink])
@pytest.mark.parametrize("name", ["columns.bin", "layers.bin"])
def test_a_damaged_file_is_told_of_and_written_anew(snapshot, tmp_path, name, damage):
    save_snapshot(snapshot, tmp_path)
    damage(tmp_path / name)
    with pytest.raises(UnusableSnapshot, match=name):
        open_snapshot(tmp_path)
    save_snapshot(snapshot, tmp_path)
    alike(open_snapshot(tmp_path), snapshot)
    assert sorted(each.name for each in tmp_path.iterdir()) == ["columns.bin", "layers.bin"]


def test_a_file_that_was_only_touched_or_copied_is_still_good(snapshot, tmp_path):
    save_snapshot(snapshot, tmp_path)
    os.utime(tmp_path / "columns.bin", (1, 1))
    alike(open_snapshot(tmp_path), snapshot)


def test_pieces_of_different_graphs_are_not_put_together(snapshot, tmp_path):
    save_snapshot(snapshot, tmp_path / "one")
    lost = np.ones(len(snapshot.columns.evidence_score), dtype=np.bool_)
    save_snapshot(snapshot.without(lost), tmp_path / "other")
    (tmp_path / "other" / "layers.bin").replace(tmp_path / "one" / "layers.bin")
    assert open_columns(tmp_path / "one").version == snapshot.columns.version
    with pytest.raises(UnusableSnapshot, match="different graphs"):
        open_snapshot(tmp_path / "one")


def test_a_folder_that_cannot_be_written_leaves_nothing_behind(snapshot, tmp_path):
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(OSError, match="file"):
        save_snapshot(snapshot, tmp_path / "file" / "folder")
