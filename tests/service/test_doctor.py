"""The doctor looks at each part, and says of each that is broken what mends it; the parts are broken for real."""

import json
import sqlite3
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from local_model import Response, completion, serving

from isthmus.extractors.feeds.feed import FeedKind
from isthmus.extractors.models import checksums
from isthmus.graph.stores.entries import EntryKind
from isthmus.graph.stores.open import open_store, sqlite_path
from isthmus.service.doctor.diagnosis import diagnose, mend
from isthmus.service.runs.record import Asked, recorded
from isthmus.service.scheduler import history, schedules
from isthmus.service.scheduler.daemon import LEADER
from isthmus.service.scheduler.history import RunOutcome, ScheduledRun, Trigger
from isthmus.service.scheduler.lease import acquire
from isthmus.service.security.keys import create_key, revoke_key
from isthmus.service.security.scope import Scope
from isthmus.service.settings import settings

PARTS = ["store", "lexicon", "english parser", "models", "language model", "free disk", "cache"]
OF_STORE = ["schema", "indexes", "integrity", "clock", "feeds", "keys", "settings"]


@pytest.fixture
def url(tmp_path, set_to):
    set_to(ISTHMUS_CACHE=str(tmp_path / "cache"))
    url = f"sqlite:///{tmp_path}/g.sqlite"
    open_store(url).close()
    return url


@pytest.fixture
def set_to(monkeypatch):
    """Settings as they are from here on."""

    def change(**environment):
        for name, value in environment.items():
            monkeypatch.setenv(name, value)
        settings.cache_clear()

    yield change
    monkeypatch.undo()
    settings.cache_clear()


@pytest.fixture
def store(url):
    with open_store(url) as opened:
        yield opened


def look(url, name, **how):
    [check] = [check for check in diagnose(url, **how).checks if check.name == name]
    return check


def broken(url, name, **how):
    check = look(url, name, **how)
    assert not check.ok, check
    return check.detail


def test_a_new_store_is_well_and_every_part_is_looked_at(url):
    found = diagnose(url)
    assert [check.name for check in found.checks] == [*PARTS, *OF_STORE]
    assert found.healthy, [check for check in found.checks if not check.ok]
    assert found.as_json().keys() == {"store", "graph_hash", "counts", "checks"}
    assert all(each.keys() == {"name", "ok", "detail"} for each in found.as_json()["checks"])


def test_a_store_that_is_away_is_told_and_the_other_parts_are_looked_at(tmp_path):
    found = diagnose(f"sqlite:///{tmp_path}/none.sqlite")
    assert [check.name for check in found.checks] == PARTS
    assert not found.reachable
    assert "ingest something" in found.checks[0].detail


def test_an_index_that_was_dropped_is_missed_and_mended_by_the_command_that_is_named(isthmus, url):
    with closing(sqlite3.connect(sqlite_path(url))) as connection:
        connection.execute("DROP INDEX statement_by_subject")
    detail = broken(url, "indexes")
    assert "statement_by_subject is missing" in detail
    assert "isthmus doctor --mend" in detail
    ran = isthmus("doctor", "--mend", "--store", url, "--json")
    assert ran.code == 0, ran.out
    assert look(url, "indexes").ok


def test_an_index_that_was_dropped_on_a_server_is_missed_and_mended(neo4j_url, neo4j_server):
    open_store(neo4j_url).close()
    neo4j_server.query("DROP INDEX entity_names")
    assert "entity_names is missing: `isthmus doctor --mend`" in broken(neo4j_url, "indexes")
    mend(neo4j_url)
    assert look(neo4j_url, "indexes").ok
    assert "s from the store's" in look(neo4j_url, "clock").detail
    assert neo4j_server.password not in json.dumps(diagnose(neo4j_url).as_json())


def test_a_damaged_file_leads_to_the_backup(url):
    file = sqlite_path(url)
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        [size] = connection.execute("PRAGMA page_size").fetchone()
        [[root]] = connection.execute("SELECT rootpage FROM sqlite_schema WHERE name = 'ledger_by_source'").fetchall()
    with file.open("r+b") as opened:
        opened.seek((root - 1) * size)
        opened.write(b"\xff" * 64)
    assert "isthmus restore" in broken(url, "integrity")


def test_a_model_that_is_cut_short_or_gone_is_named(url, tmp_path, monkeypatch):
    folder = tmp_path / "models"
    folder.mkdir()
    for name in ("a.onnx", "b.npz"):
        (folder / name).write_bytes(b"weights")
    checksums.record(folder)
    monkeypatch.setattr(checksums.faults, "__defaults__", (folder,))
    (folder / "a.onnx").write_bytes(b"weigh")
    (folder / "b.npz").unlink()
    detail = broken(url, "models")
    assert "a.onnx is damaged; b.npz is missing" in detail
    assert "make setup" in detail


def test_the_record_of_the_models_is_of_those_that_ship():
    files = {file.name for file in checksums.FOLDER.iterdir()} - {checksums.RECORD}
    assert checksums.recorded().keys() == files
    assert checksums.faults() == []  # else: python -m isthmus.extractors.models.checksums


def test_a_disk_without_room_is_told(url, monkeypatch):
    monkeypatch.setattr("isthmus.service.doctor.parts.LEAST_FREE_BYTES", 10**18)
    assert "make room" in broken(url, "free disk")
    assert "make room" in broken(url, "cache")


def test_a_cache_that_cannot_be_written_is_told(url, tmp_path, set_to):
    (tmp_path / "a file").touch()
    set_to(ISTHMUS_CACHE=str(tmp_path / "a file"))
    assert "ISTHMUS_CACHE" in broken(url, "cache")


def test_a_clock_that_was_set_back_is_told(url, store):
    with recorded(store, Asked(("a",)), "x/1") as recorder:
        pass
    later = (datetime.now(UTC) + timedelta(days=400)).isoformat()
    [entry] = store.entries(EntryKind.READING_RUN).items
    store.put_entry(EntryKind.READING_RUN, entry.id, {**entry.value, "ended": later})
    assert recorder.run.id
    assert "NTP" in broken(url, "clock")


def scheduled(store, name="tau", feed=FeedKind.PUBMED, query="tau", **changes):
    schedules.add(store, name, feed, query, "0 3 * * *")
    return schedules.change(store, name, lambda one: replace(one, **changes))


def test_a_feed_that_waits_for_its_time_is_well(url, store):
    scheduled(store)
    assert look(url, "feed tau").detail.endswith("not read yet")
    assert "schedule daemon" in look(url, "scheduler").detail


def test_a_feed_that_fails_says_why_and_when_it_is_tried_again(url, store):
    at = datetime.now(UTC)
    scheduled(store, failures=3, not_before=(at + timedelta(hours=1)).isoformat())
    run = ScheduledRun("tau", at.isoformat(), Trigger.CRON, RunOutcome.FAILED, "it answered 503", at.isoformat())
    history.write(store, run)
    detail = broken(url, "feed tau")
    assert "failed 3 times in a row: it answered 503" in detail
    assert "isthmus schedule run tau" in detail


def test_a_feed_whose_run_was_cut_off_is_told(url, store):
    scheduled(store)
    history.write(store, ScheduledRun("tau", datetime.now(UTC).isoformat(), Trigger.CRON))
    assert "isthmus schedule run tau" in broken(url, "feed tau")


def test_a_feed_whose_address_may_not_be_reached_is_told(url, store, set_to):
    scheduled(store)
    set_to(ISTHMUS_PUBMED_URL="http://mirror.example:8080")
    assert "ISTHMUS_EGRESS_ALLOW" in broken(url, "feed tau")


def test_a_folder_that_is_gone_is_told(url, store, tmp_path):
    inbox = tmp_path / "inbox"
    inbox.mkdir()
    scheduled(store, feed=FeedKind.FOLDER, query=str(inbox))
    inbox.rmdir()
    assert "isthmus schedule remove tau" in broken(url, "feed tau")


def test_feeds_that_nobody_reads_ask_for_a_scheduler(url, store):
    long_ago = (datetime.now(UTC) - timedelta(days=3)).isoformat()
    scheduled(store, due_after=long_ago)
    assert "start `isthmus schedule daemon`" in broken(url, "scheduler")
    with acquire(store, LEADER):
        assert look(url, "scheduler").detail == "on"


def test_a_paused_feed_is_well(url, store):
    scheduled(store, paused=True, failures=2)
    assert look(url, "feed tau").detail.startswith("paused")


def test_keys_that_have_all_ended_are_told(url, store):
    key, _ = create_key(store, [Scope.ADMIN], days=3)
    assert f"soon to end: {key.id}" in look(url, "keys").detail
    revoke_key(store, key.id)
    assert "isthmus keys create" in broken(url, "keys")


def test_production_needs_a_key_and_names_of_hosts(url, store, set_to):
    set_to(ISTHMUS_ENVIRONMENT="production", ISTHMUS_TRUSTED_HOSTS="*")
    assert "isthmus keys create" in broken(url, "keys")
    assert "name each" in broken(url, "settings")


def test_a_language_model_is_asked_only_when_that_is_wished(url, set_to):
    asked = []

    def answer(request):
        asked.append(request)
        return completion("yes")

    with serving(answer) as address:
        set_to(ISTHMUS_LLM="openai:m", ISTHMUS_LLM_BASE_URL=address)
        assert "isthmus doctor --online" in look(url, "language model").detail
        assert asked == []
        assert look(url, "language model", online=True).detail == "openai:m answers"
        assert len(asked) == 1


def test_a_language_model_that_refuses_its_key_is_told(url, set_to):
    with serving(lambda asked: Response({"error": {"message": "no"}}, 401)) as address:
        set_to(ISTHMUS_LLM="openai:m", ISTHMUS_LLM_BASE_URL=address, ISTHMUS_LLM_API_KEY="sk-planted-key")
        detail = broken(url, "language model", online=True)
    assert "401" in detail
    assert "ISTHMUS_LLM_API_KEY" in detail
    assert "sk-planted" not in detail


def test_a_language_model_that_is_none_is_told(url, set_to):
    set_to(ISTHMUS_LLM="gpt")
    assert "provider:model" in broken(url, "language model")


def test_a_lexicon_that_is_gone_says_how_it_is_built(url, monkeypatch, tmp_path):
    from isthmus.extractors.lexicon.lexicon import Lexicon

    monkeypatch.setattr("isthmus.service.lexicon.lexicon", lambda: Lexicon.open(tmp_path))
    assert "isthmus.extractors.lexicon.build" in broken(url, "lexicon")
