"""What is learned of a graph is kept between commands, and never taken for another graph's."""

from dataclasses import replace

import numpy as np
import pytest

from isthmus.graph.discovery.memory.snapshot import Snapshot
from isthmus.graph.discovery.ranking.candidates import score_pairs
from isthmus.graph.discovery.ranking.fusion import fusion_of
from isthmus.graph.stores.open import open_store
from isthmus.service.learned import keep, recall


@pytest.fixture(scope="module")
def columns(dated_store):
    with open_store(dated_store, create=False) as store:
        return store.columns()


def ends(snapshot):
    return [(snapshot.locate("CHEBI:900000"), snapshot.locate("MONDO:900004"))]


def test_what_was_learned_is_read_back_as_it_was(columns, tmp_path):
    first = Snapshot.from_columns(columns)
    scores = score_pairs(first, ends(first))
    keep(first, tmp_path)
    second = recall(Snapshot.from_columns(columns), tmp_path)
    learned = {key for key in second.memo if key[0] in ("nulls", "fusion")}
    assert {key[0] for key in learned} == {"nulls", "fusion"}
    assert np.array_equal(fusion_of(second).weights, fusion_of(first).weights)
    assert score_pairs(second, ends(second)) == scores


def test_another_year_or_version_does_not_get_it(columns, tmp_path):
    first = Snapshot.from_columns(columns)
    score_pairs(first, ends(first))
    keep(first, tmp_path)
    assert recall(first.at(2000), tmp_path).memo == {}
    assert recall(Snapshot.from_columns(replace(columns, version="0" * 64)), tmp_path).memo == {}


def test_damaged_files_are_made_anew(columns, tmp_path):
    first = Snapshot.from_columns(columns)
    scores = score_pairs(first, ends(first))
    keep(first, tmp_path)
    for file in tmp_path.rglob("*.npz"):
        file.write_bytes(file.read_bytes()[:100])
    again = recall(Snapshot.from_columns(columns), tmp_path)
    assert again.memo == {}
    assert score_pairs(again, ends(again)) == scores


def test_a_folder_that_cannot_be_written_is_no_error(columns, tmp_path):
    (tmp_path / "learned").write_text("in the way")
    first = Snapshot.from_columns(columns)
    score_pairs(first, ends(first))
    keep(first, tmp_path)
