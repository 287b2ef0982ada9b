"""A backup holds all that the store held, and a store made from it goes on as the first one would."""

import stat
import subprocess
import sys
from dataclasses import replace

import pytest
from graph.samples import (
    ALZHEIMER,
    APP,
    APP_CAUSES_ALZHEIMER,
    BACE1_CUTS_APP,
    DRUG_INHIBITS_BACE1,
    DRUG_TREATS_ALZHEIMER,
    citation,
    paper,
    table,
)
from graph.stores.contents import columns_as_values, contents
from graph.strategies import histories
from hypothesis import HealthCheck, given, settings

from isthmus.errors import UsageError
from isthmus.graph.model import Entity
from isthmus.graph.stores.entries import EntryKind
from isthmus.graph.stores.ledger import LedgerRow, Outcome
from isthmus.graph.stores.open import open_store
from isthmus.graph.stores.protocol import StoreUnreachable
from isthmus.graph.verdict import Verdict, VerdictAbout, VerdictKind
from isthmus.graph.vocabulary import Category
from isthmus.service.backup.archive_file import READINGS, UnusableArchive, open_archive
from isthmus.service.backup.lines import readings_of
from isthmus.service.backup.restoring import NotEmpty, restore
from isthmus.service.backup.taking import CannotBackUp, back_up

FIRST = paper("pmid:1", DRUG_INHIBITS_BACE1, BACE1_CUTS_APP, names=(ALZHEIMER,))
SECOND = paper("pmid:2", DRUG_INHIBITS_BACE1, retracted=True)
OTHER_WORDS = Entity(APP.id, "amyloid precursor", Category.PROTEIN, ("A4",))
ROWS = [
    table("sha256:ab", APP_CAUSES_ALZHEIMER, cited=(citation("pmid:3", title="Cited", date="1999"),)),
    table("sha256:ab", replace(DRUG_TREATS_ALZHEIMER, document="pmid:3"), entities=(OTHER_WORDS,), part=1),
]
NOTHING = paper("pmid:4")
DOCUMENTS = ("pmid:1", "pmid:2", "pmid:3", "pmid:4", "sha256:ab", "pmid:5")
FAILED = LedgerRow("pmid:5", 0, Outcome.FAILED, "the file is damaged", source="x.xml", at="2026-01-01T00:00:00+00:00")
READ_AGAIN = LedgerRow("pmid:1", 0, Outcome.FAILED, "it was cut off", source="y.xml", at="2026-01-02T00:00:00+00:00")
VERDICTS = [
    Verdict(DRUG_INHIBITS_BACE1.statement.id, VerdictAbout.STATEMENT, VerdictKind.CORRECT, "ann", "yes"),
    Verdict("0" * 32, VerdictAbout.STATEMENT, VerdictKind.WRONG_ENTITY, "bob", at="2026-01-01T00:00:00+00:00"),
    Verdict("h1", VerdictAbout.HYPOTHESIS, VerdictKind.OTHER, "ann", 'a "quote"\n'),
]


def url_of(path):
    return f"sqlite:///{path}"


def everything(store):
    """All that the protocol lets one see."""
    mentions = store.mention_columns()
    return {
        **contents(store, DOCUMENTS),
        "columns": columns_as_values(store.columns()),
        "mentioned": [mentions.mention_count.tolist(), mentions.document_year.tolist(), mentions.named_entity.tolist()],
        "ledger": store.ledger(DOCUMENTS),
        "verdicts": store.verdicts(),
        "entries": [store.entries(kind, limit=1000).items for kind in EntryKind],
    }


def fill(store):
    store.write([FIRST, SECOND, *ROWS, NOTHING])
    store.record([FAILED, READ_AGAIN])
    for verdict in VERDICTS:
        store.put_verdict(verdict)
    store.put_entry(EntryKind.WATCH, "w/1", {"name": "mine"})
    store.put_entry(EntryKind.WATCH, "w/1", {"name": "mine", "more": [1, None, {"é": 0.5}]})
    store.put_entry(EntryKind.HYPOTHESIS, "h1", {})


@pytest.fixture
def store(tmp_path):
    with open_store(url_of(tmp_path / "graph.sqlite")) as opened:
        fill(opened)
        yield opened


FORMS = pytest.mark.parametrize("name", ["b.db", "b.tar"])


# -- there and back --


@FORMS
def test_all_of_a_store_comes_back(store, tmp_path, name):
    taken = back_up(store, tmp_path / name)
    assert (taken.graph_hash, taken.counts) == (store.graph_hash(), store.counts())
    restored = restore(taken.file, url_of(tmp_path / "again.sqlite"))
    assert (restored.verified, restored.graph_hash) == (True, store.graph_hash())
    with open_store(restored.store) as again:
        assert everything(again) == everything(store)
        # and it goes on as the first would: what is in is unchanged, what goes takes only its own with it
        for each in (store, again):
            assert {row.outcome for row in each.write([SECOND, *ROWS]).rows} == {Outcome.UNCHANGED}
            each.delete(["sha256:ab"])
            each.write([replace(FIRST, extractor="sample/2", evidence=FIRST.evidence[:1])])
        assert contents(again) == contents(store)


@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
@given(histories())
def test_any_history_comes_back_and_goes_on_alike(tmp_path_factory, history):
    folder = tmp_path_factory.mktemp("history")
    *before, last = history
    with open_store(url_of(folder / "first.sqlite")) as first:
        for step in before:
            first.delete([step]) if isinstance(step, str) else first.write(step)
        taken = back_up(first, folder / "b.tar")
        with open_store(restore(taken.file, url_of(folder / "second.sqlite")).store) as second:
            assert everything(second) == everything(first)
            for each in (first, second):
                each.delete([last]) if isinstance(last, str) else each.write(last)
            assert contents(second) == contents(first)


def test_the_same_store_gives_the_same_members(store, tmp_path):
    one, other = (back_up(store, tmp_path / name).file for name in ("1.tar", "2.tar"))
    with open_archive(one) as first, open_archive(other) as second:
        assert first.manifest.members == second.manifest.members


@FORMS
def test_a_backup_is_the_store_as_of_one_moment_while_another_process_writes(tmp_path, name):
    url = url_of(tmp_path / "graph.sqlite")
    with open_store(url) as store:
        store.write([paper(f"pmid:{number}", DRUG_INHIBITS_BACE1) for number in range(1, 50)])
        writer = subprocess.Popen([sys.executable, "-c", WRITER, url], stdout=subprocess.PIPE, text=True)
        try:
            assert writer.stdout.readline() == "writing\n"
            taken = back_up(store, tmp_path / name)
            assert writer.poll() is None  # it was writing all the while
        finally:
            writer.kill()
            writer.communicate()
    with open_store(restore(taken.file, url_of(tmp_path / "again.sqlite")).store) as again:
        assert again.counts().documents == taken.counts.documents >= 50
        # each document has one piece of evidence: a torn one would have none
        assert again.counts().evidence == again.counts().documents


WRITER = """
import sys
from isthmus.graph.model import *
from isthmus.graph.stores.open import open_store
from isthmus.graph.vocabulary import Category, Predicate
from itertools import count
said = Statement.of("a:1", Predicate.TREATS, "b:1")
with open_store(sys.argv[1]) as store:
    for number in count(1000):
        paper = Document(f"pmid:{number}", DocumentKind.ARTICLE, Modality.LITERATURE, "x" * 2000)
        found = Evidence(said.id, paper.id, f"sentence {number}", "w/1", 0.5)
        store.write([Extraction(paper, "w/1", statements=(said,), evidence=(found,))])
        if number == 1000:
            print("writing", flush=True)
"""


# -- where a backup goes --


def test_a_backup_is_for_its_owner_only_and_never_takes_another_ones_place(store, tmp_path):
    file = back_up(store, tmp_path / "b.tar").file
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    with pytest.raises(UsageError, match="is there already"):
        back_up(store, file)
    in_folder = back_up(store, tmp_path).file
    assert (in_folder.parent, in_folder.suffix) == (tmp_path, ".db")
    assert not list(tmp_path.glob("*unfinished*"))


@FORMS
def test_a_backup_that_cannot_be_written_leaves_nothing(store, tmp_path, name):
    (tmp_path / "taken").write_text("a file")
    with pytest.raises(CannotBackUp, match="cannot be written"):
        back_up(store, tmp_path / "taken" / name)


def test_a_backup_cut_off_half_way_leaves_nothing(store, tmp_path, monkeypatch):
    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("isthmus.service.backup.taking.batch_line", full)
    with pytest.raises(CannotBackUp, match="No space left on device"):
        back_up(store, tmp_path / "out" / "b.tar")
    assert not list((tmp_path / "out").iterdir())


# -- where it is put back --


@FORMS
def test_a_store_that_holds_something_is_refused_or_added_to(store, tmp_path, name):
    taken = back_up(store, tmp_path / name)
    url = url_of(tmp_path / "other.sqlite")
    with open_store(url) as other:
        other.write([paper("pmid:9", BACE1_CUTS_APP)])
        other.put_entry(EntryKind.WATCH, "w/1", {"name": "theirs"})
    with pytest.raises(NotEmpty, match=r"holds 1 documents: .*--into-existing"):
        restore(taken.file, url)
    restored = restore(taken.file, url, into_existing=True)
    assert not restored.verified
    with open_store(url) as other:
        assert other.counts().documents == store.counts().documents + 1
        assert other.entry(EntryKind.WATCH, "w/1").value == {"name": "theirs"}  # what is there stays
        assert other.verdicts() == store.verdicts()
        other.delete(["pmid:9"])
        assert contents(other) == contents(store)


@FORMS
def test_an_empty_store_that_is_there_is_filled(store, tmp_path, name):
    taken = back_up(store, tmp_path / name)
    with open_store(url_of(tmp_path / "empty.sqlite")) as empty:  # and stays open: a service may have it
        assert restore(taken.file, empty.url).verified
        assert everything(empty) == everything(store)


@FORMS
def test_a_dry_run_writes_nothing(store, tmp_path, name):
    taken = back_up(store, tmp_path / name)
    restored = restore(taken.file, url_of(tmp_path / "new" / "none.sqlite"), dry_run=True)
    assert (restored.dry_run, restored.verified, restored.counts) == (True, False, store.counts())
    assert not (tmp_path / "new").exists()


def test_a_restore_that_was_cut_off_is_run_again(store, tmp_path, monkeypatch):
    taken = back_up(store, tmp_path / "b.tar")
    url = url_of(tmp_path / "again.sqlite")
    open_store(url).close()  # there, or it would take its name only when whole
    monkeypatch.setattr("isthmus.service.backup.lines.MOST_READINGS", 1)
    taken = back_up(store, tmp_path / "small.tar")
    calls = iter([None, None])

    def cut_off(share):
        if next(calls, "end") == "end":
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        restore(taken.file, url, far=cut_off)
    with open_store(url) as part:
        assert 0 < part.counts().documents < store.counts().documents
    restore(taken.file, url, into_existing=True)
    with open_store(url) as whole:
        assert everything(whole) == everything(store)


@FORMS
def test_a_new_store_takes_its_name_when_it_is_whole(store, tmp_path, name, monkeypatch):
    taken = back_up(store, tmp_path / name)

    def fail(*_, **__):
        raise StoreUnreachable("the disk is gone")

    monkeypatch.setattr(f"isthmus.service.backup.restoring.{'copy_file' if name == 'b.db' else '_put'}", fail)
    with pytest.raises(StoreUnreachable, match="the disk is gone"):
        restore(taken.file, url_of(tmp_path / "new" / "again.sqlite"))
    assert not list((tmp_path / "new").iterdir())


def test_the_command_line_takes_a_backup_and_puts_it_back(isthmus, story_store, tmp_path):
    for name in ("b.tar", "b.db"):
        ran = isthmus("backup", tmp_path / name, "--store", story_store, "--json")
        assert (ran.code, ran.json["form"]) == (0, "archive" if name == "b.tar" else "copy")
        url = url_of(tmp_path / f"{name}.again.sqlite")
        assert isthmus("restore", tmp_path / name, "--store", url, "--dry-run").code == 0
        back = isthmus("restore", tmp_path / name, "--store", url, "--json")
        assert (back.code, back.json["verified"], back.json["graph_hash"]) == (0, True, ran.json["graph_hash"])
        with open_store(url) as again, open_store(story_store) as first:
            assert again.graph_hash() == first.graph_hash()
    refused = isthmus("restore", tmp_path / "b.tar", "--store", url)
    assert refused.code == 2
    assert "--into-existing" in refused.err


def test_a_line_says_each_description_and_citation_once(store, tmp_path):
    with open_archive(back_up(store, tmp_path / "b.tar").file) as archive:
        [line] = archive.lines(READINGS)
    readings = readings_of(line)
    assert line.count(b'"beta-secretase 1"') == 1  # three readings use it
    assert [reading.key for reading in readings] == sorted(reading.key for reading in readings)
    assert len(readings) == 5
    with pytest.raises(UnusableArchive):
        restore(tmp_path / "none.tar", url_of(tmp_path / "x.sqlite"))


# -- from one kind of store to the other --


def test_a_store_moves_to_neo4j_and_back(store, tmp_path, neo4j_server):
    neo4j_url = neo4j_server.url
    taken = back_up(store, tmp_path / "b.tar")
    assert restore(taken.file, neo4j_url).verified
    with open_store(neo4j_url) as server:
        assert everything(server) == everything(store)
        returned = back_up(server, tmp_path / "returned.tar")
        assert returned.graph_hash == taken.graph_hash
        with open_store(restore(returned.file, url_of(tmp_path / "again.sqlite")).store) as again:
            assert everything(again) == everything(store)
        for each in (store, server):
            each.delete(["sha256:ab"])
            each.write([replace(FIRST, extractor="sample/2", evidence=FIRST.evidence[:1])])
        assert contents(server) == contents(store)
    copy = back_up(store, tmp_path / "b.db").file
    with pytest.raises(NotEmpty):
        restore(copy, neo4j_url)
    assert neo4j_server.password not in str(restore(copy, neo4j_url, into_existing=True))
    with pytest.raises(UsageError, match=r"is no file: name the backup b.tar"), open_store(neo4j_url) as server:
        back_up(server, tmp_path / "new" / "b.db")
