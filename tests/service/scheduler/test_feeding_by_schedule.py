"""The real clients against services on loopback: all arrives, once, whatever goes wrong on the way."""

from __future__ import annotations

import time

import pytest
from service.scheduler.literature_server import Fault, Library, days_ago, paper

from isthmus.extractors.feeds import pubmed
from isthmus.extractors.feeds.feed import FeedKind
from isthmus.service.scheduler.fetch import FeedUnreachable, Pace
from isthmus.service.scheduler.history import RunOutcome, history_of
from isthmus.service.scheduler.run import run_schedule
from isthmus.service.scheduler.schedules import add, cursor_of

SERVICES = ("pubmed", "europepmc", "biorxiv", "pubtator")


def twelve(library: Library) -> None:
    library.add(*(paper(number, days_ago(3 + number % 9)) for number in range(12)))


@pytest.mark.parametrize("kind", SERVICES)
def test_each_service_is_read_once_and_then_has_nothing_new(kind, feed, library, store):
    twelve(library)
    query = "activates OR inhibits" if kind == "biorxiv" else "genes"
    run, summary = feed(kind, query)
    assert (run.outcome, summary.written, summary.failed) == (RunOutcome.DONE, 12, 0)
    assert store.counts().statements > 0
    before = store.graph_hash()
    again, summary = feed(kind, query)
    assert (again.outcome, summary.written) == (RunOutcome.EMPTY, 0)
    assert again.reason
    assert store.graph_hash() == before


def test_pubmed_pages_through_a_history_session(feed, library, store, monkeypatch):
    monkeypatch.setattr(pubmed, "PAGE", 5)
    twelve(library)
    feed("pubmed")
    fetched = library.asked_for("efetch")
    assert [page["retstart"] for page in fetched][:3] == ["0", "5", "10"]
    assert all(page["WebEnv"] and page["query_key"] and page["api_key"] == "a-key" for page in fetched)
    assert {search["datetype"] for search in library.asked_for("esearch")} == {"edat", "mdat"}


def test_a_session_that_expires_is_searched_for_again(feed, library, store, monkeypatch):
    monkeypatch.setattr(pubmed, "PAGE", 5)
    twelve(library)
    library.session_lasts = 2  # of the three pages that twelve papers take
    with pytest.raises(pubmed.SessionLost):
        feed("pubmed")
    library.session_lasts = 3
    _, summary = feed("pubmed")
    assert summary.failed == 0
    assert len(store.documents([f"pmid:{1000 + number}" for number in range(12)])) == 12


def test_more_papers_than_a_search_gives_are_split_by_date_and_then_by_pmid(feed, library, store, monkeypatch):
    monkeypatch.setattr(pubmed, "MOST", 4)
    monkeypatch.setattr(pubmed, "HIGHEST_PMID", 4000)
    monkeypatch.setattr(pubmed.Part.__init__, "__defaults__", (1, 4000))
    library.add(*(paper(number, days_ago(5)) for number in range(9)), paper(20, days_ago(12)))
    _, summary = feed("pubmed")
    assert summary.written == 10
    assert any("[uid]" in search["term"] for search in library.asked_for("esearch"))


def test_late_revisions_retractions_and_deletions_arrive_and_a_book_is_noted(feed, library, store):
    twelve(library)
    library.add(paper(30, days_ago(4), book=True))
    _, summary = feed("pubmed")
    assert summary.written == 12
    assert any(topic == "books" for topic, _ in summary.notes)
    library.revise(1001, text="Curcumin inhibits TNF in microglia.", changed=days_ago(0))
    library.revise(1002, retracted=True, changed=days_ago(0))
    library.revise(1003, deleted=True, changed=days_ago(0))
    _, summary = feed("pubmed")
    assert (summary.written, summary.deleted) == (2, 1)
    found = store.documents(["pmid:1001", "pmid:1002", "pmid:1003"])
    assert found["pmid:1002"].retracted
    assert "pmid:1003" not in found


@pytest.mark.parametrize("kind", SERVICES)
@pytest.mark.parametrize("fault", [429, 500, 503, "cut", "half"])
def test_a_request_that_fails_is_made_again(kind, fault, feed, library, clock):
    twelve(library)
    library.faults = [Fault("", fault) for _ in range(3)]
    _, summary = feed(kind, "activates OR inhibits")
    assert (summary.written, summary.failed) == (12, 0)
    assert [wait for wait in clock.waits if wait >= 0.5]


def test_retry_after_is_waited_for(feed, library, clock):
    twelve(library)
    library.faults = [Fault("esearch", 429, retry_after="17")]
    feed("pubmed")
    assert 17.0 in clock.waits


def test_a_service_that_stays_down_leaves_the_cursor_and_is_then_left_alone(feed, library, store):
    twelve(library)
    library.faults = [Fault("efetch", 503) for _ in range(100)]
    for _ in range(3):
        with pytest.raises(FeedUnreachable, match="answered 503"):
            feed("pubmed")
    asked = len(library.asked)
    with pytest.raises(FeedUnreachable, match="left alone"):
        feed("pubmed")
    assert len(library.asked) == asked
    assert cursor_of(store, "pubmed") == ({}, 0)
    assert [run.outcome for run in history_of(store, "pubmed")] == [RunOutcome.FAILED] * 4


def test_a_failing_page_keeps_the_cursor_before_it(feed, library, store, monkeypatch):
    monkeypatch.setattr(pubmed, "PAGE", 5)
    twelve(library)
    pages = iter([True])

    def down_after_two_pages():
        if not next(pages, False):
            library.faults = [Fault("efetch", 500) for _ in range(20)]
        return False

    with pytest.raises(FeedUnreachable):
        feed("pubmed", stopping=down_after_two_pages)
    assert cursor_of(store, "pubmed")[0]["left"]["start"] == 10
    library.faults = []
    feed("pubmed")
    assert len(store.documents([f"pmid:{1000 + number}" for number in range(12)])) == 12
    assert "left" not in cursor_of(store, "pubmed")[0]


def test_the_cursor_does_not_run_ahead_of_a_service_whose_clock_is_behind(feed, library, store):
    twelve(library)
    library.clock = time.time() - 5 * 86_400
    feed("pubmed")
    assert cursor_of(store, "pubmed")[0]["through"] == days_ago(5)


def test_open_full_text_is_read_and_kept_whichever_feed_comes_first(feed, library, store, tmp_path):
    from isthmus.graph.stores.sqlite import SqliteStore

    library.add(paper(1, days_ago(3), body="IL6 activates VEGFA in human cells."), paper(2, days_ago(4)))
    with SqliteStore(tmp_path / "other.sqlite") as other:
        for kind in ("pubmed", "europepmc", "pubtator"):
            feed(kind)
        for kind in ("pubtator", "europepmc", "pubmed"):
            feed(kind, into=other)
        assert store.graph_hash() == other.graph_hash()
    assert store.ledger(["pmid:1001"])["pmid:1001", 0].source == "europepmc full text"
    assert store.entities_named("VEGFA")


def test_biorxiv_takes_what_the_query_names_only(feed, library):
    library.add(paper(1, days_ago(3)), paper(10, days_ago(3)))  # EGFR activates BRCA1; TP53 activates BRCA1
    _, summary = feed("biorxiv", "EGFR")
    assert summary.written == 1


def test_pubtator_reads_the_pmids_that_are_named(feed, library):
    twelve(library)
    _, summary = feed("pubtator", "1001, 1004 1005")
    assert summary.written == 3


def test_pubtators_names_are_the_papers_names(feed, library, store):
    twelve(library)
    feed("pubtator", "1001")
    [named] = store.mentions(document="pmid:1001", entity="NCBITaxon:9606")
    assert 0 in named.sentences  # which nobody would read into "A study"


def test_what_pubmed_deletes_is_told_by_its_update_files(store, server, library, known, pace):
    twelve(library)
    known = known.model_copy(update={"pubmed_updates_url": f"http://{server.pair}/updates"})
    add(store, "a", FeedKind.PUBMED, "genes", "0 3 * * *", days_ago(20))
    library.updates["26n1400"] = [1001]  # deleted before the first run, entered again since
    run_schedule(store, "a", known=known, pace=pace)
    assert "pmid:1001" in store.documents(["pmid:1001"])
    library.updates["27n0001"] = [1002, 999]
    del library.papers[1002]
    _, summary = run_schedule(store, "a", known=known, pace=pace)
    assert summary.deleted == 1
    assert "pmid:1002" not in store.documents(["pmid:1002"])
    asked = len(library.asked_for("n0001"))
    run_schedule(store, "a", known=known, pace=pace)
    assert len(library.asked_for("n0001")) == asked == 1


def test_a_folder_is_read_by_content_and_what_is_being_written_waits(store, known, pace, clock, tmp_path):
    drop = tmp_path / "drop"
    drop.mkdir()
    note, growing = drop / "note.txt", drop / "growing.txt"
    note.write_text("Curcumin inhibits EGFR in microglia.\n")
    (drop / "more.txt.part").write_text("Not yet.")
    add(store, "a", FeedKind.FOLDER, str(drop), "0 3 * * *")
    growing.write_text("TP53 ")

    def somebody_writes(seconds):
        clock.sleep(seconds)
        with growing.open("a") as file:
            file.write("activates EGFR.\n")

    writing = Pace(sleep=somebody_writes, now=clock.now)
    _, summary = run_schedule(store, "a", known=known, pace=writing)
    assert summary.written == 1
    assert ("still being written", "growing.txt is read by the next run") in summary.notes
    note.rename(drop / "renamed.txt")
    _, summary = run_schedule(store, "a", known=known, pace=pace)
    assert (summary.read, summary.written) == (1, 1)  # the one that has grown up
    run, summary = run_schedule(store, "a", known=known, pace=pace)
    assert (run.outcome, summary.read) == (RunOutcome.EMPTY, 0)
