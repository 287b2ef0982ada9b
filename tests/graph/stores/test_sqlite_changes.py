"""The log of what was touched: it forgets what is too long ago, and says so."""

import sqlite3

import pytest

from isthmus.graph.stores.columns import Fingerprint
from isthmus.graph.stores.sqlite_changes import Change, log_change, remember, touched_since
from isthmus.graph.stores.sqlite_schema import migrate

KEPT = 10


@pytest.fixture
def connection(tmp_path):
    connection = sqlite3.connect(tmp_path / "graph.db", isolation_level=None)
    migrate(connection, "graph.db")
    yield connection
    connection.close()


def write(connection, *statements, gone=()):
    """A write that touches statements; returns the version of the graph after it."""
    connection.execute("UPDATE state SET revision = revision + 1")
    log_change(connection, Change(statements=set(statements), gone_statements=set(gone)), KEPT)
    [revision] = connection.execute("SELECT revision FROM state").fetchone()
    remember(connection, revision, Fingerprint(f"hash {revision}", f"unjudged {revision}", f"version {revision}"))
    return f"version {revision}"


def since(connection, version):
    touched = touched_since(connection, version)
    return None if touched is None else list(touched.some.statements)


def test_what_several_writes_touched_comes_together(connection):
    first = write(connection, 1, 2)
    second = write(connection, 2, 3)
    third = write(connection, gone=[b"\x00" * 16])
    assert since(connection, first) == [2, 3]
    assert since(connection, second) == []
    assert touched_since(connection, second).gone_statements == {"00" * 16}
    assert since(connection, third) == []
    assert since(connection, "version 99") is None
    assert since(connection, "") is None


def test_writes_of_long_ago_are_forgotten(connection):
    versions = [write(connection, *range(number, number + 4)) for number in range(6)]
    assert [since(connection, version) is None for version in versions] == [True, True, True, False, False, False]
    assert since(connection, versions[3]) == [4, 5, 6, 7, 8]


def test_a_write_that_touches_too_much_is_not_followed(connection):
    before = write(connection, 1)
    large = write(connection, *range(KEPT + 1))
    after = write(connection, 5)
    assert since(connection, before) is None
    assert since(connection, large) == [5]
    assert since(connection, after) == []


def test_a_file_without_a_log_begins_one(connection):
    connection.execute("UPDATE state SET revision = 7")
    remember(connection, 7, Fingerprint("hash", "unjudged 7", "version 7"))
    write(connection, 3)
    assert since(connection, "version 7") == [3]


def test_what_was_worked_out_of_an_earlier_write_is_not_remembered(connection):
    write(connection, 1)
    remember(connection, 0, Fingerprint("stale", "stale", "stale"))
    assert connection.execute("SELECT graph_hash FROM state").fetchone() == ("hash 1",)
    assert since(connection, "stale") is None
