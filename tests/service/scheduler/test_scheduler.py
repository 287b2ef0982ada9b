"""Schedules, their leases and the loop over them."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from datetime import UTC, datetime, timedelta

import pytest
from service.scheduler.literature_server import Fault, days_ago, paper

from isthmus.extractors.feeds import pubmed
from isthmus.extractors.feeds.feed import FeedKind
from isthmus.graph.stores.entries import EntryKind
from isthmus.graph.stores.open import open_store
from isthmus.graph.stores.sqlite import SqliteStore
from isthmus.service.scheduler.cron import BadCron, next_due
from isthmus.service.scheduler.daemon import due_now, serve
from isthmus.service.scheduler.history import RunOutcome, Trigger, history_of
from isthmus.service.scheduler.lease import LeaseLost, LeaseTaken, acquire
from isthmus.service.scheduler.run import run_schedule
from isthmus.service.scheduler.schedules import (
    NoSuchSchedule,
    RunIsOn,
    Schedule,
    ScheduleExists,
    UnusableSchedule,
    add,
    change,
    find,
    lease_of,
    pause,
    remove,
    resume,
    settled,
)

NOW = datetime(2026, 3, 10, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("cron", "due"),
    [
        ("0 3 * * *", "2026-03-11T03:00:00+00:00"),
        ("*/15 * * * *", "2026-03-10T12:15:00+00:00"),
        ("30 2 * * MON", "2026-03-16T02:30:00+00:00"),
        ("0 0 29 2 *", "2028-02-29T00:00:00+00:00"),
    ],
)
def test_a_cron_expression_says_when_it_is_due_next(cron, due):
    assert next_due(cron, NOW).isoformat() == due


@pytest.mark.parametrize("cron", ["", "daily", "61 * * * *", "0 3 * *", "0 0 31 2 *"])
def test_a_cron_expression_that_never_comes_is_refused(cron):
    with pytest.raises(BadCron):
        next_due(cron, NOW)


def test_a_lease_has_one_holder(store):
    with acquire(store, "a"), pytest.raises(LeaseTaken, match="is held by"):
        acquire(store, "a")
    with acquire(store, "a"):
        assert store.entry(EntryKind.LEASE, "a").value["holder"]


def test_a_lease_of_another_machine_is_taken_over_when_it_has_run_out(store):
    until = (datetime.now(UTC) + timedelta(seconds=30)).isoformat()
    store.put_entry(EntryKind.LEASE, "a", {"holder": "elsewhere/1/1/boot", "until": until})
    with pytest.raises(LeaseTaken):
        acquire(store, "a")
    store.put_entry(EntryKind.LEASE, "a", {"holder": "elsewhere/1/1/boot", "until": days_ago(1)})
    with acquire(store, "a"):
        pass


def test_a_holder_that_was_overtaken_learns_it(store):
    with acquire(store, "a", lasts=0.2) as lease:
        store.put_entry(EntryKind.LEASE, "a", {"holder": "another", "until": "9999"})
        lease._thread.join(5)
        with pytest.raises(LeaseLost):
            lease.check()
    assert store.entry(EntryKind.LEASE, "a").value["holder"] == "another"


def test_the_lease_of_a_process_that_was_killed_is_free_at_once(store):
    hold = (
        "import sys, time; from pathlib import Path; from isthmus.graph.stores.sqlite import SqliteStore\n"
        "from isthmus.service.scheduler.lease import acquire\n"
        "lease = acquire(SqliteStore(Path(sys.argv[1])), 'a'); print('held', flush=True); time.sleep(60)"
    )
    path = store.url.removeprefix("sqlite:///")
    with subprocess.Popen([sys.executable, "-c", hold, path], stdout=subprocess.PIPE) as process:
        assert process.stdout.readline() == b"held\n"
        with pytest.raises(LeaseTaken):
            acquire(store, "a")
        os.kill(process.pid, signal.SIGKILL)
    with acquire(store, "a"):
        pass


def test_a_schedule_that_cannot_be_used_says_why(store, tmp_path):
    for name, kind, query, since in (
        ("a/b", "pubmed", "tau", ""),
        ("a", "pubmed", " ", ""),
        ("a", "folder", str(tmp_path / "none"), ""),
        ("a", "pubmed", "tau", "yesterday"),
    ):
        with pytest.raises(UnusableSchedule):
            add(store, name, FeedKind(kind), query, "0 3 * * *", since)
    add(store, "a", FeedKind.PUBMED, "tau", "0 3 * * *")
    with pytest.raises(ScheduleExists):
        add(store, "a", FeedKind.PUBMED, "tau", "0 3 * * *")
    with pytest.raises(NoSuchSchedule, match="There are: a"):
        find(store, "b")


def test_a_failed_run_waits_longer_each_time_and_a_good_one_ends_that():
    one = Schedule("a", FeedKind.PUBMED, "tau", "* * * * *", "2026-01-01", NOW.isoformat(), NOW.isoformat())
    waits = []
    for _ in range(12):
        one = settled(one, NOW, failed=True)
        wait = datetime.fromisoformat(one.not_before) - datetime.now(UTC)
        waits.append(round(wait.total_seconds()))
    assert waits == sorted(waits)
    assert waits[0] == 60
    assert waits[-1] == 6 * 3600
    assert settled(one, NOW, failed=False).due == NOW + timedelta(minutes=1)


def test_a_run_by_hand_while_another_is_on_is_refused(feed, store):
    with pytest.raises(NoSuchSchedule):
        remove(store, "pubmed")
    feed("pubmed")
    with acquire(store, lease_of("pubmed")):
        with pytest.raises(RunIsOn, match="is on"):
            feed("pubmed")
        with pytest.raises(RunIsOn):
            remove(store, "pubmed")
    remove(store, "pubmed")
    assert history_of(store, "pubmed") == []


def test_missed_times_are_caught_up_once(store, known, pace, library):
    library.add(paper(1, days_ago(3)))
    add(store, "a", FeedKind.PUBMED, "genes", "0 * * * *", days_ago(9), now=datetime.now(UTC) - timedelta(days=2))
    serve(store, threading.Event(), known=known, pace=pace, once=True)
    serve(store, threading.Event(), known=known, pace=pace, once=True)
    [run] = history_of(store, "a")
    assert (run.trigger, run.outcome) == (Trigger.CRON, RunOutcome.DONE)


def test_what_is_paused_is_not_run_and_what_was_missed_meanwhile_is_not_made_up(store):
    long_ago = datetime.now(UTC) - timedelta(days=2)
    add(store, "a", FeedKind.PUBMED, "genes", "0 0 1 * *", now=long_ago - timedelta(days=60))
    assert [one.name for one in due_now(store, datetime.now(UTC))] == ["a"]
    pause(store, "a")
    assert due_now(store, datetime.now(UTC)) == []
    resume(store, "a")
    assert due_now(store, datetime.now(UTC)) == []


def test_a_clock_that_was_set_back_does_not_stop_a_schedule(store):
    ahead = datetime.now(UTC) + timedelta(days=300)
    add(store, "a", FeedKind.PUBMED, "genes", "* * * * *", now=ahead)
    due_now(store, datetime.now(UTC))
    assert find(store, "a").due < datetime.now(UTC) + timedelta(minutes=2)


def test_a_pause_ends_a_run_with_its_batch_and_the_next_goes_on_from_there(feed, store, library, monkeypatch):
    monkeypatch.setattr(pubmed, "PAGE", 4)
    library.add(*(paper(number, days_ago(3)) for number in range(12)))

    def and_pause():
        pause(store, "pubmed")
        return False

    run, summary = feed("pubmed", stopping=and_pause)
    assert (run.outcome, summary.written) == (RunOutcome.CANCELLED, 4)
    resume(store, "pubmed")
    run, summary = feed("pubmed")
    assert summary.written == 8


@pytest.mark.parametrize("kind", ["sqlite", "neo4j-5"])
def test_two_schedulers_read_each_window_once(kind, request, known, pace, library, tmp_path):
    neo4j = kind != "sqlite"
    url = request.getfixturevalue("empty_neo4j")(kind).url if neo4j else f"sqlite:///{tmp_path / 'shared.sqlite'}"
    store = open_store(url)
    library.add(*(paper(number, days_ago(3)) for number in range(3)))
    for name in ("a", "b", "c"):
        add(store, name, FeedKind.PUBMED, name, "0 * * * *", days_ago(9), now=datetime.now(UTC) - timedelta(hours=5))
    stop, all_ran = threading.Event(), threading.Event()
    ended: list[str] = []

    def told(name, what):
        ended.append(name)
        if len(ended) >= 3:
            all_ran.set()

    def scheduler():
        with open_store(url) as mine:
            serve(mine, stop, known=known, pace=pace, told=told, poll=0.01)

    threads = [threading.Thread(target=scheduler) for _ in range(2)]
    for thread in threads:
        thread.start()
    assert all_ran.wait(60)
    stop.set()
    for thread in threads:
        thread.join(60)
    outcomes = [run.outcome for name in "abc" for run in history_of(store, name)]
    store.close()
    assert sorted(outcomes) == [RunOutcome.DONE, RunOutcome.EMPTY, RunOutcome.EMPTY]  # all find the same papers
    searched = [(search["term"], search["datetype"]) for search in library.asked_for("esearch")]
    assert sorted(searched) == sorted((term, kind) for term in "abc" for kind in ("edat", "mdat"))
    assert sorted(ended) == ["a", "b", "c"]


def test_a_scheduler_waits_out_a_service_that_is_down(store, known, pace, library):
    library.add(paper(1, days_ago(3)))
    add(store, "a", FeedKind.PUBMED, "genes", "0 * * * *", days_ago(9), now=datetime.now(UTC) - timedelta(days=2))
    library.faults = [Fault("esearch", 500) for _ in range(5)]
    serve(store, threading.Event(), known=known, pace=pace, once=True)
    assert find(store, "a").failures == 1
    assert due_now(store, datetime.now(UTC)) == []
    change(store, "a", lambda one: settled(one, NOW, failed=False))
    serve(store, threading.Event(), known=known, pace=pace, once=True)
    assert [run.outcome for run in history_of(store, "a")] == [RunOutcome.DONE, RunOutcome.FAILED]


def test_a_run_that_was_killed_is_finished_and_its_history_says_so(server, library, known, pace, tmp_path):
    """Kill -9 at some moments of a run with three feeds, then finish: the graph of an undisturbed run."""
    library.add(*(paper(number, days_ago(3 + number % 9)) for number in range(60)))
    library.add(paper(70, days_ago(2), body="IL6 activates VEGFA in human cells."))
    drop = tmp_path / "drop"
    drop.mkdir()
    (drop / "note.txt").write_text("Curcumin inhibits EGFR in microglia.\n")
    os.utime(drop / "note.txt", (1e9, 1e9))
    feeds = {"pubmed": "genes", "europepmc": "genes", "folder": str(drop)}
    killed = 0
    with SqliteStore(tmp_path / "whole.sqlite") as whole, SqliteStore(tmp_path / "cut.sqlite") as cut:
        for kind, query in feeds.items():
            for each in (whole, cut):
                add(each, kind, FeedKind(kind), query, "0 3 * * *", days_ago(20))
            run_schedule(whole, kind, known=known, pace=pace)
            command = [sys.executable, "-m", "isthmus", "schedule", "run", kind, "--store", cut.url]
            seen = len(library.asked)
            with subprocess.Popen(command, env={**os.environ, **server.environment}, stderr=subprocess.PIPE) as process:
                deadline = time.monotonic() + 60
                while kind != "folder" and len(library.asked) < seen + 2 and time.monotonic() < deadline:
                    time.sleep(0.005)  # a look at the server: the kill comes while the first page is read
                process.kill()
                killed += process.wait() == -signal.SIGKILL
            run_schedule(cut, kind, known=known, pace=pace)
        assert killed
        assert whole.graph_hash() == cut.graph_hash()
        assert whole.counts().statements > 20
        outcomes = [run.outcome for run in history_of(cut, "pubmed")]
    assert outcomes == [RunOutcome.DONE, RunOutcome.INTERRUPTED]
