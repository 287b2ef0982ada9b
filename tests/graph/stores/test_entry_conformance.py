"""What every store keeps beside its graph: values by kind and id, written on condition, so that processes agree."""

import threading

import pytest
from contents import contents
from processes import start_python
from samples import BACE1_CUTS_APP, paper

from isthmus.graph.model import Context
from isthmus.graph.stores.entries import EntryChanged, EntryKind, UnusableEntry
from isthmus.graph.stores.protocol import BadCursor

WATCH, ALERT = EntryKind.WATCH, EntryKind.ALERT


def ids(store, kind=WATCH, **asked):
    return [entry.id for entry in store.entries(kind, **asked).items]


def test_what_was_kept_is_read_back(store):
    value = {"name": "Frage für später", "limits": [1, 2.5, None], "nested": {"on": True}}
    written = store.put_entry(WATCH, "watch/1", value)
    assert (written.kind, written.id, written.value, written.revision) == (WATCH, "watch/1", value, 1)
    assert written.at.endswith("+00:00")
    assert store.entry(WATCH, "watch/1") == written


def test_values_come_back_as_json_has_them(store):
    written = store.put_entry(WATCH, "1", {"pair": ("a", "b"), "where": Context(cell="CL:1"), "nothing": float("nan")})
    assert written.value == {
        "pair": ["a", "b"],
        "where": {"species": "", "cell": "CL:1", "anatomy": ""},
        "nothing": None,
    }
    assert store.entry(WATCH, "1") == written


def test_what_is_not_kept_is_not_there(store):
    assert store.entry(WATCH, "1") is None
    assert store.entry(WATCH, "\ud800") is None
    assert store.entries(WATCH, prefix="\ud800").items == ()
    assert not store.delete_entry(WATCH, "1")


def test_writes_are_counted(store):
    first = store.put_entry(WATCH, "1", {"n": 1})
    second = store.put_entry(WATCH, "1", {"n": 2})
    assert (first.revision, second.revision) == (1, 2)
    assert second.at > first.at
    assert store.entry(WATCH, "1") == second
    assert store.delete_entry(WATCH, "1")
    assert store.put_entry(WATCH, "1", {}).revision == 1


def test_kinds_do_not_meet(store):
    store.put_entry(WATCH, "1", {"is": "watch"})
    store.put_entry(ALERT, "1", {"is": "alert"})
    assert store.entry(WATCH, "1").value == {"is": "watch"}
    assert store.delete_entry(ALERT, "1")
    assert ids(store) == ["1"]
    assert ids(store, ALERT) == []


def test_a_write_that_comes_too_late_is_refused(store):
    store.put_entry(WATCH, "1", {"n": 1})
    store.put_entry(WATCH, "1", {"n": 2})
    with pytest.raises(
        EntryChanged, match=r"watch 1 was to be at revision 1 and is at revision 2: read it again"
    ) as late:
        store.put_entry(WATCH, "1", {"n": 3}, expected=1)
    assert late.value.found == 2
    assert store.entry(WATCH, "1").value == {"n": 2}
    assert store.put_entry(WATCH, "1", {"n": 3}, expected=2).revision == 3


def test_what_must_be_new_must_not_be_there(store):
    assert store.put_entry(WATCH, "1", {}, expected=0).revision == 1
    with pytest.raises(EntryChanged, match="was to be not there and is at revision 1"):
        store.put_entry(WATCH, "1", {"late": True}, expected=0)
    with pytest.raises(EntryChanged, match="was to be at revision 4 and is not there"):
        store.put_entry(WATCH, "2", {}, expected=4)
    assert ids(store) == ["1"]
    assert store.entry(WATCH, "1").value == {}


def test_deleting_on_condition(store):
    store.put_entry(WATCH, "1", {})
    store.put_entry(WATCH, "1", {})
    with pytest.raises(EntryChanged, match="was to be at revision 1 and is at revision 2"):
        store.delete_entry(WATCH, "1", expected=1)
    assert store.delete_entry(WATCH, "1", expected=2)
    with pytest.raises(EntryChanged, match="is not there"):
        store.delete_entry(WATCH, "1", expected=2)


def test_pages_come_by_id_and_miss_none_while_one_writes(store):
    for number in (3, 1, 4, 0, 2):
        store.put_entry(WATCH, f"a/{number}", {"n": number})
    store.put_entry(WATCH, "b/0", {})
    first = store.entries(WATCH, prefix="a/", limit=2)
    assert [entry.id for entry in first.items] == ["a/0", "a/1"]
    store.delete_entry(WATCH, "a/1")
    store.put_entry(WATCH, "a/00", {})
    second = store.entries(WATCH, prefix="a/", limit=2, cursor=first.cursor)
    assert [entry.value["n"] for entry in second.items] == [2, 3]
    last = store.entries(WATCH, prefix="a/", limit=2, cursor=second.cursor)
    assert ([entry.id for entry in last.items], last.cursor) == (["a/4"], "")
    assert ids(store) == ["a/0", "a/00", "a/2", "a/3", "a/4", "b/0"]


@pytest.mark.parametrize("prefix", ["%", "_", "'", "a%", "ä", "*"])
def test_prefixes_are_taken_as_they_are(store, prefix):
    for key in ("%1", "_1", "'1", "a%1", "ab1", "ä1", "*1"):
        store.put_entry(WATCH, key, {})
    assert ids(store, prefix=prefix) == [f"{prefix}1"]


def test_a_cursor_of_something_else_is_refused(store):
    with pytest.raises(BadCursor):
        store.entries(WATCH, cursor="bm9uc2Vuc2U")


@pytest.mark.parametrize("key", ["", "a\ud800", "a\x00b"])
def test_ids_that_cannot_be_kept(store, key):
    with pytest.raises(UnusableEntry, match="cannot be the id of an entry"):
        store.put_entry(WATCH, key, {})
    assert ids(store) == []


@pytest.mark.parametrize("value", [{"a": object()}, {"a": "\ud800"}, {"a": 2**70}, {1: 2}, 7])
def test_values_that_are_not_json(store, value):
    with pytest.raises(UnusableEntry, match="watch 1 is not JSON"):
        store.put_entry(WATCH, "1", value)
    assert ids(store) == []


def test_entries_are_no_part_of_the_graph(store):
    store.write([paper("pmid:1", BACE1_CUTS_APP)])
    before, version = contents(store), store.version()
    store.put_entry(WATCH, "1", {"about": BACE1_CUTS_APP.statement.id})
    store.delete_entry(WATCH, "1")
    store.put_entry(ALERT, "1", {})
    assert (contents(store), store.version()) == (before, version)
    assert store.changes(version).statements == frozenset()
    store.delete(["pmid:1"])
    assert ids(store, ALERT) == ["1"]


def test_of_several_who_want_it_one_gets_it_and_the_next_sees_it(store, empty_store):
    """A counter that is read and written on condition by several loses no step."""
    others = [empty_store.open(store.url) for _ in range(3)]
    store.put_entry(WATCH, "counter", {"n": 0})
    first_made = []

    def count(mine, steps):
        try:
            mine.put_entry(ALERT, "made once", {}, expected=0)
            first_made.append(mine)
        except EntryChanged:
            pass
        while steps:
            entry = mine.entry(WATCH, "counter")
            try:
                mine.put_entry(WATCH, "counter", {"n": entry.value["n"] + 1}, expected=entry.revision)
                steps -= 1
            except EntryChanged:
                continue

    threads = [threading.Thread(target=count, args=(mine, 5)) for mine in others]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert store.entry(WATCH, "counter").value == {"n": 15}
    assert store.entry(WATCH, "counter").revision == 16
    assert len(first_made) == 1


RACE = """
import sys
from isthmus.graph.stores.entries import EntryChanged, EntryKind
from isthmus.graph.stores.open import open_store
won = 0
with open_store(sys.argv[1]) as store:
    for number in range(20):
        try:
            store.put_entry(EntryKind.WATCH, f"lease/{number:02d}", {"holder": sys.argv[2]}, expected=0)
            won += 1
        except EntryChanged:
            pass
print(won)
"""


def test_of_two_processes_one_gets_each_lease(store):
    running = [start_python(RACE, store.url, name) for name in ("one", "two")]
    won = {}
    for name, process in zip(("one", "two"), running, strict=True):
        said, complaint = process.communicate(timeout=60)
        assert process.returncode == 0, complaint
        won[name] = int(said)
    holders = [entry.value["holder"] for entry in store.entries(WATCH, prefix="lease/").items]
    assert {name: holders.count(name) for name in won} == won
    assert len(holders) == 20
