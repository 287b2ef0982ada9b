"""Graphs in memory: kept on disk between processes, brought up to date, and made anew where the disk fails."""

import threading

import numpy as np
import pytest
from graph.samples import APP_CAUSES_ALZHEIMER, BACE1_CUTS_APP, DRUG_INHIBITS_BACE1, paper

from isthmus.graph.discovery.chance import nulls
from isthmus.graph.discovery.chance.nulls import Nulls, nulls_of
from isthmus.graph.discovery.chance.nulls import fit_nulls as nulls_fit
from isthmus.graph.discovery.memory.snapshot import Snapshot
from isthmus.graph.stores.sqlite import SqliteStore
from isthmus.graph.vocabulary import Category
from isthmus.service.graphs import BACKGROUND, FOLDERS_KEPT, WORTH_SAVING, Graphs, snapshot_of


@pytest.fixture
def store(tmp_path):
    with SqliteStore(tmp_path / "graph.db") as store:
        store.write([paper("pmid:1", BACE1_CUTS_APP, DRUG_INHIBITS_BACE1)])
        yield store


class Reads:
    """A store that counts how often its whole graph is read."""

    def __init__(self, store):
        self._store = store
        self.whole = 0

    def __getattr__(self, name):
        return getattr(self._store, name)

    def columns(self):
        self.whole += 1
        return self._store.columns()


def alike(first: Snapshot, second: Snapshot) -> bool:
    return list(first.layers) == list(second.layers) and all(
        np.array_equal(layer.beliefs.toarray(), second.layers[hop].beliefs.toarray())
        and [first.statement_ids[one] for one in layer.statements]
        == [second.statement_ids[one] for one in second.layers[hop].statements]
        for hop, layer in first.layers.items()
    )


def asked(store, cache, as_of=None):
    return snapshot_of(store, as_of, cache=cache, worth_saving=1)


def test_the_second_time_the_graph_comes_from_the_cache(store, tmp_path):
    reads = Reads(store)
    first = asked(reads, tmp_path / "cache")
    second = asked(reads, tmp_path / "cache")
    assert reads.whole == 1
    assert alike(first, second)
    assert alike(second, Snapshot.from_columns(store.columns()))


def test_after_a_write_it_catches_up_without_reading_the_whole(store, tmp_path):
    reads = Reads(store)
    asked(reads, tmp_path)
    store.write([paper("pmid:2", APP_CAUSES_ALZHEIMER)])
    found = asked(reads, tmp_path)
    assert reads.whole == 1
    assert found.locate("MONDO:0004975") >= 0
    assert alike(found, Snapshot.from_columns(store.columns()))


def test_another_year_of_a_saved_graph_is_made_from_it(store, tmp_path):
    reads = Reads(store)
    asked(reads, tmp_path)
    assert asked(reads, tmp_path, 2019).n_edges == 0
    assert asked(reads, tmp_path, 2020).n_edges == 2
    store.write([paper("pmid:2", APP_CAUSES_ALZHEIMER)])
    assert asked(reads, tmp_path, 2020).n_edges == 3
    assert asked(reads, tmp_path, 2018).n_edges == 0
    assert reads.whole == 1


def test_a_damaged_cache_is_made_anew(store, tmp_path):
    asked(store, tmp_path)
    made = Snapshot.from_columns(store.columns())
    for file in tmp_path.rglob("*.bin"):
        file.write_bytes(b"rubbish")
    reads = Reads(store)
    assert alike(asked(reads, tmp_path), made)
    assert alike(asked(reads, tmp_path), made)
    assert reads.whole == 1


def test_a_cache_that_cannot_be_written_is_done_without(store, tmp_path):
    (tmp_path / "file").write_bytes(b"")
    assert asked(store, tmp_path / "file").n_edges == 2


def test_a_small_graph_is_not_saved(store, tmp_path):
    assert snapshot_of(store, cache=tmp_path, worth_saving=WORTH_SAVING).n_edges == 2
    assert list(tmp_path.iterdir()) == [tmp_path / "graph.db"] or not list(tmp_path.rglob("*.bin"))


def test_only_the_last_few_graphs_are_kept(store, tmp_path):
    for number in range(FOLDERS_KEPT + 3):
        store.write([paper(f"pmid:{10 + number}", BACE1_CUTS_APP)])
        asked(store, tmp_path)
    assert len(list((tmp_path / "snapshots").iterdir())) == FOLDERS_KEPT
    reads = Reads(store)
    asked(reads, tmp_path)
    assert reads.whole == 0


def test_a_retraction_is_seen_by_the_next_question(store):
    graphs = Graphs(store.url)
    before = graphs.snapshot()
    assert graphs.snapshot() is before
    store.write([paper("pmid:1", BACE1_CUTS_APP, DRUG_INHIBITS_BACE1, retracted=True)])
    assert (before.n_edges, graphs.snapshot().n_edges) == (2, 0)
    graphs.close()


def nulls_in(snapshot: Snapshot) -> dict:
    return {key: value for key, value in snapshot.memo.items() if isinstance(value, Nulls)}


def wait_for_the_background():
    for thread in threading.enumerate():
        if thread.name == BACKGROUND:
            thread.join(60)


def test_what_was_fitted_is_fitted_anew_in_the_background_after_a_write(store, monkeypatch):
    monkeypatch.setattr("isthmus.service.graphs.recall", lambda snapshot: snapshot)
    graphs = Graphs(store.url)
    before = graphs.snapshot()
    nulls_of(before, Category.DRUG, Category.DISEASE)
    store.write([paper("pmid:2", APP_CAUSES_ALZHEIMER)])
    after = graphs.snapshot()
    wait_for_the_background()
    graphs.close()
    assert after is not before
    assert nulls_in(after).keys() == nulls_in(before).keys()


def test_usual_nulls_are_fitted_before_anybody_asks_and_once(store):
    store.write([paper("pmid:2", APP_CAUSES_ALZHEIMER)])
    graphs = Graphs(store.url)
    graphs.warm()
    wait_for_the_background()
    fitted = nulls_in(graphs.snapshot())
    graphs.close()
    assert (Category.DISEASE, Category.GENE) in {key[1:3] for key in fitted}


def test_two_who_ask_at_the_same_time_get_one_fit(store, monkeypatch):
    store.write([paper("pmid:2", APP_CAUSES_ALZHEIMER)])
    fits = []
    monkeypatch.setattr(nulls, "fit_nulls", lambda *given, **more: fits.append(given) or nulls_fit(*given, **more))
    snapshot = Snapshot.from_columns(store.columns())
    asking = [threading.Thread(target=nulls_of, args=(snapshot, Category.GENE, Category.DISEASE)) for _ in range(4)]
    for one in asking:
        one.start()
    for one in asking:
        one.join()
    assert len(fits) == 1


def test_a_server_without_a_store_starts_all_the_same(tmp_path):
    graphs = Graphs(f"sqlite:///{tmp_path / 'none.sqlite'}")
    graphs.warm()
    wait_for_the_background()
    graphs.close()
