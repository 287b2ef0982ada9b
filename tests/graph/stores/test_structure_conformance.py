"""Indexes that somebody took out are found missing, and are made anew, on every store."""

import sqlite3
from contextlib import closing

import pytest
from samples import BACE1_CUTS_APP, paper

from isthmus.graph.stores.open import sqlite_path


def take_out(store, empty_neo4j, name, what):
    """Take an index out behind the store's back."""
    if store.url.startswith("sqlite"):
        with closing(sqlite3.connect(sqlite_path(store.url))) as connection:
            connection.execute(f"DROP {what['sqlite']}")
    else:
        empty_neo4j(name).query(f"DROP {what['neo4j']}")


INDEX = {"sqlite": "INDEX ledger_of_run", "neo4j": "INDEX reading_run"}
RULE = {"sqlite": "TRIGGER label_added", "neo4j": "CONSTRAINT entity_id"}


def test_a_new_store_has_all_that_it_should(store):
    found = store.structure()
    assert found.schema == found.newest
    assert found.indexes > 10
    assert (found.missing, found.unready, found.damage) == ((), (), ())


@pytest.mark.parametrize("what", [INDEX, RULE], ids=["index", "rule"])
def test_what_is_taken_out_is_missed_and_made_anew(store, empty_store, empty_neo4j, what):
    whole = store.structure()
    take_out(store, empty_neo4j, empty_store.name, what)
    kind = "sqlite" if empty_store.name == "sqlite" else "neo4j"
    [missed] = store.structure().missing
    assert missed.split()[-1] == what[kind].split()[-1]
    store.make_indexes()
    assert store.structure().missing == ()
    assert store.structure().indexes == whole.indexes


def test_names_that_came_while_their_index_was_away_are_found_once_it_is_made_anew(store, empty_store, empty_neo4j):
    take_out(store, empty_neo4j, empty_store.name, {**RULE, "neo4j": "INDEX entity_words"})
    store.write([paper("pmid:1", BACE1_CUTS_APP)])
    store.make_indexes()
    [name, *_] = [entity.name for entity in store.all_entities()]
    assert [hit.entity.name for hit in store.search(name).items]


def test_a_server_tells_its_time(store):
    ahead = store.structure().clock_ahead
    assert ahead is None if store.url.startswith("sqlite") else abs(ahead) < 30


def test_a_damaged_file_is_told(tmp_path):
    from isthmus.graph.stores.sqlite import SqliteStore

    file = tmp_path / "damaged.db"
    with SqliteStore(file) as store:
        store.write([paper(f"pmid:{number}", BACE1_CUTS_APP) for number in range(200)])
    with closing(sqlite3.connect(file)) as connection:
        [size] = connection.execute("PRAGMA page_size").fetchone()
        [[root]] = connection.execute("SELECT rootpage FROM sqlite_schema WHERE name = 'ledger_by_source'").fetchall()
    with file.open("r+b") as opened:
        opened.seek((root - 1) * size + 8)
        opened.write(b"\xff" * 64)
    with SqliteStore(file) as store:
        assert store.structure().damage
