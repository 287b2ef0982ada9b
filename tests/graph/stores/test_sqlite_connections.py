"""One file, many readers, one writer, and what is said when the file is not what it should be."""

import sqlite3
import threading

import pytest
from contents import contents
from samples import ALZHEIMER, BACE1_CUTS_APP, DRUG_INHIBITS_BACE1, Claim, paper

from isthmus.graph.model import Entity
from isthmus.graph.stores.protocol import StoreFull, StoreUnreachable
from isthmus.graph.stores.sqlite import SqliteStore
from isthmus.graph.vocabulary import Category, Predicate


@pytest.fixture
def path(tmp_path):
    return tmp_path / "graph.db"


@pytest.fixture
def busy_elsewhere(path):
    """A store whose file another program is writing to, and which does not wait long."""
    with SqliteStore(path, wait_seconds=0.05) as store:
        store.write([paper("pmid:1", BACE1_CUTS_APP)])
        other = sqlite3.connect(path, isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        yield store
        other.close()


def many_claims(start):
    genes = [Entity(f"G:{number}", f"gene {number}", Category.GENE) for number in range(start, start + 300)]
    return [Claim(gene, Predicate.CAUSES, ALZHEIMER) for gene in genes]


def one_line(error):
    said = str(error.value)
    assert "\n" not in said
    return said


# -- readers and the writer ---------------------------------------------------------------------------------------


def test_a_stream_shows_the_graph_as_it_was_when_it_began(path):
    with SqliteStore(path) as store:
        store.write([paper("pmid:1", *many_claims(0))])
        stream = store.all_statements()
        first = next(stream)
        store.write([paper("pmid:2", *many_claims(300))])
        store.delete(["pmid:1"])
        assert len([first, *stream]) == 300
        assert len({row.statement for row in store.all_statements()}) == 300


def test_a_stream_that_is_left_in_the_middle_holds_nothing_up(path):
    with SqliteStore(path, wait_seconds=0.05) as store:
        store.write([paper("pmid:1", *many_claims(0))])
        next(store.all_statements())
        next(store.mentions())
        store.write([paper("pmid:2", BACE1_CUTS_APP)])
        assert store.counts().documents == 2


def test_a_writer_that_waits_too_long_says_so_and_writes_nothing(busy_elsewhere):
    with pytest.raises(StoreUnreachable) as error:
        busy_elsewhere.write([paper("pmid:2", DRUG_INHIBITS_BACE1)])
    assert "another program has been writing to" in one_line(error)
    assert busy_elsewhere.counts().documents == 1


def test_a_write_elsewhere_keeps_no_reader_waiting(busy_elsewhere):
    """Not even the first question for the hash, which would like to keep its answer in the file."""
    assert busy_elsewhere.columns().graph_hash == busy_elsewhere.graph_hash()
    assert len(busy_elsewhere.graph_hash()) == 64
    assert busy_elsewhere.search("app").items


def test_ingesting_what_is_there_already_needs_no_turn_to_write(busy_elsewhere):
    [row] = busy_elsewhere.write([paper("pmid:1", BACE1_CUTS_APP)]).rows
    assert row.outcome == "unchanged"


def test_threads_share_a_store(path):
    with SqliteStore(path) as store:
        failed = []

        def work(number):
            try:
                store.write([paper(f"pmid:{number}", BACE1_CUTS_APP)])
                assert store.search("app").items
                assert len(store.graph_hash()) == 64
            except Exception as error:
                failed.append(error)

        threads = [threading.Thread(target=work, args=(number,)) for number in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert failed == []
        assert store.counts().evidence == 8


def test_the_hash_is_worked_out_once_for_all_who_ask(path):
    with SqliteStore(path) as store:
        store.write([paper("pmid:1", BACE1_CUTS_APP)])
        said = store.graph_hash()
    # Whoever opens the file next takes the answer from it: here it finds one that nobody could have worked out.
    with sqlite3.connect(path) as file:
        file.execute("UPDATE state SET graph_hash = 'kept'")
    file.close()
    with SqliteStore(path) as store:
        assert store.graph_hash() == "kept"
        # A write makes the kept one void. The new title is as long as the old one: the evidence stays where it was.
        store.write([paper("pmid:1", BACE1_CUTS_APP, title="Rework pmid:1")])
        assert store.graph_hash() == said


# -- a full disk --------------------------------------------------------------------------------------------------


def test_a_full_disk_loses_nothing_and_the_same_run_completes_later(path):
    big = [paper(f"pmid:{number}", *many_claims(300 * number)) for number in range(4)]
    with SqliteStore(path) as store:
        store.write([paper("pmid:0", *many_claims(0))])
        before = contents(store)
        writer = store._connections._writer  # the one whose file may not grow: what a full disk says, SQLite says here
        [pages] = writer.execute("PRAGMA page_count").fetchone()
        writer.execute(f"PRAGMA max_page_count = {pages + 20}")
        with pytest.raises(StoreFull) as error:
            store.write(big)
        assert str(path) in one_line(error)
        assert contents(store) == before
        writer.execute("PRAGMA max_page_count = 1000000")
        store.write(big)
        assert store.counts().documents == 4


# -- not a store --------------------------------------------------------------------------------------------------


def test_a_file_of_something_else_is_refused_and_left_alone(path):
    path.write_text("name,age\nann,7\n" * 100)
    with pytest.raises(StoreUnreachable) as error:
        SqliteStore(path)
    assert f"{path} is not a store" in one_line(error)
    assert path.read_text().startswith("name,age")


def test_a_database_of_another_program_is_refused_and_left_alone(path):
    with sqlite3.connect(path) as other:
        other.execute("CREATE TABLE photo (id INTEGER)")
    other.close()
    with pytest.raises(StoreUnreachable) as error:
        SqliteStore(path)
    assert "another program" in one_line(error)
    with sqlite3.connect(path) as other:
        assert other.execute("SELECT name FROM sqlite_schema").fetchall() == [("photo",)]
    other.close()


def test_a_folder_is_not_a_store(tmp_path):
    with pytest.raises(StoreUnreachable) as error:
        SqliteStore(tmp_path)
    one_line(error)


def test_a_folder_that_cannot_be_made_is_named(tmp_path):
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(StoreUnreachable) as error:
        SqliteStore(tmp_path / "file" / "graph.db")
    assert "folder" in one_line(error)


def test_a_damaged_file_is_named(path):
    with SqliteStore(path) as store:
        store.write([paper("pmid:1", *many_claims(0))])
    size = path.stat().st_size
    with path.open("r+b") as file:
        file.seek(8192)
        file.write(b"\xa5" * (size - 8192))
    with pytest.raises(StoreUnreachable) as error, SqliteStore(path) as store:
        list(store.all_statements())
    assert "damaged" in one_line(error)


def test_a_closed_store_says_so(path):
    store = SqliteStore(path)
    store.close()
    for ask in (store.counts, store.graph_hash, lambda: store.write([paper("pmid:1", BACE1_CUTS_APP)])):
        with pytest.raises(StoreUnreachable, match="closed"):
            ask()
