"""Migrations: numbered, each whole or not at all, done again they do nothing."""

import sqlite3

import pytest
from contents import contents
from samples import BACE1_CUTS_APP, paper

from isthmus.graph.model import Entity, canonical_json
from isthmus.graph.stores.protocol import StoreUnreachable
from isthmus.graph.stores.sqlite import SqliteStore
from isthmus.graph.stores.sqlite_schema import MIGRATIONS, applied, migrate
from isthmus.graph.verdict import Verdict, VerdictAbout, VerdictKind
from isthmus.graph.vocabulary import Category

LATER = "CREATE TABLE note (text TEXT) STRICT;\nINSERT INTO note VALUES ('one; two');\n"


@pytest.fixture
def connection(tmp_path):
    connection = sqlite3.connect(tmp_path / "graph.db", isolation_level=None)
    yield connection
    connection.close()


def tables(connection):
    return {name for [name] in connection.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")}


def test_a_new_file_takes_every_step(connection):
    assert applied(connection, "graph.db") == 0
    assert migrate(connection, "graph.db") == len(MIGRATIONS)
    assert applied(connection, "graph.db") == len(MIGRATIONS)
    assert {"statement", "evidence", "mention", "ledger"} <= tables(connection)


def test_done_again_it_does_nothing(connection):
    migrate(connection, "graph.db")
    before = connection.execute("SELECT * FROM migration").fetchall(), tables(connection)
    assert migrate(connection, "graph.db") == 0
    assert (connection.execute("SELECT * FROM migration").fetchall(), tables(connection)) == before


def test_an_older_file_takes_the_steps_it_lacks_and_keeps_what_it_holds(tmp_path):
    with SqliteStore(tmp_path / "graph.db") as store:
        store.write([paper("pmid:1", BACE1_CUTS_APP)])
        before = contents(store)
        connection = sqlite3.connect(tmp_path / "graph.db", isolation_level=None)
        assert migrate(connection, "graph.db", (*MIGRATIONS, LATER)) == 1
        assert connection.execute("SELECT text FROM note").fetchall() == [("one; two",)]
        assert connection.execute("SELECT max(number) FROM migration").fetchone() == (len(MIGRATIONS) + 1,)
        connection.close()
        assert contents(store) == before


def test_a_step_that_fails_leaves_the_file_as_it_was(connection):
    migrate(connection, "graph.db")
    before = tables(connection)
    with pytest.raises(sqlite3.OperationalError):
        migrate(connection, "graph.db", (*MIGRATIONS, LATER + "CREATE TABLE note (text TEXT);\n"))
    assert tables(connection) == before
    assert applied(connection, "graph.db") == len(MIGRATIONS)
    assert migrate(connection, "graph.db", (*MIGRATIONS, LATER)) == 1


def test_a_file_of_a_newer_version_is_left_alone(tmp_path, connection):
    migrate(connection, "graph.db", (*MIGRATIONS, LATER))
    with pytest.raises(StoreUnreachable, match=r"newer Isthmus \(schema \d+\): upgrade isthmus"):
        SqliteStore(tmp_path / "graph.db")


def test_a_file_of_the_first_version_is_brought_up_and_its_names_are_found(tmp_path, connection):
    migrate(connection, "graph.db", MIGRATIONS[:1])
    value = canonical_json(Entity("CHEBI:16240", "H₂O₂", Category.SMALL_MOLECULE, ("hydrogen peroxide",))).decode()
    connection.execute("INSERT INTO entity VALUES (7, 'CHEBI:16240', 'H₂O₂', 'SmallMolecule', 0, x'00', ?)", [value])
    connection.execute("INSERT INTO label VALUES (1, 7, 1, 'H₂O₂', 'h₂o₂')")
    connection.execute("INSERT INTO label VALUES (2, 7, 0, 'hydrogen peroxide', 'hydrogen peroxide')")
    with SqliteStore(tmp_path / "graph.db") as store:
        for query in ("h2o2", "peroxide hydro"):
            assert [hit.entity.id for hit in store.search(query).items] == ["CHEBI:16240"]
        store.write([paper("pmid:1", BACE1_CUTS_APP)])
        assert [hit.entity.name for hit in store.search("bace").items] == ["BACE1"]
        store.delete(["pmid:1"])
        assert store.search("bace").items == ()


def test_beliefs_of_an_older_form_are_worked_out_anew(tmp_path):
    with SqliteStore(tmp_path / "graph.db") as store:
        store.write([paper("pmid:1", BACE1_CUTS_APP), paper("pmid:2", BACE1_CUTS_APP)])
        before = contents(store)
    with sqlite3.connect(tmp_path / "graph.db") as older:
        older.execute("UPDATE statement SET belief = 0.123")
    with SqliteStore(tmp_path / "graph.db") as store:
        assert [row.belief for row in store.all_statements()] == [0.123], "what is of this form is left alone"
    with sqlite3.connect(tmp_path / "graph.db") as older:
        older.execute("PRAGMA user_version = 0")
    with SqliteStore(tmp_path / "graph.db") as store:
        assert contents(store) == before


def test_a_file_from_before_the_authors_knows_them_after(connection):
    migrate(connection, "graph.db", MIGRATIONS[:2])
    value = '{"authors":["A B","C D"],"publication_types":["Journal Article","Review"]}'
    connection.execute("INSERT INTO document VALUES (1, 'pmid:1', 0, ?), (2, 'pmid:2', 0, '{}')", [value])
    migrate(connection, "graph.db", MIGRATIONS)
    rows = connection.execute("SELECT senior_author, review FROM document ORDER BY id").fetchall()
    assert rows == [("C D", 1), ("", 0)]


def test_a_file_from_before_the_verdicts_takes_them(tmp_path, connection):
    migrate(connection, "graph.db", MIGRATIONS[:4])
    connection.execute("UPDATE state SET hashed_revision = revision, graph_hash = 'then', version = 'then'")
    with SqliteStore(tmp_path / "graph.db") as store:
        assert "then" not in (store.graph_hash(), store.version()), "what was known of it does not tell all"
        store.write([paper("pmid:1", BACE1_CUTS_APP)])
        before = store.version()
        said = Verdict(BACE1_CUTS_APP.statement.id, VerdictAbout.STATEMENT, VerdictKind.CORRECT, "Ada")
        store.put_verdict(said)
        assert store.version() != before
        store.delete_verdict(said.id)
        assert store.version() == before
