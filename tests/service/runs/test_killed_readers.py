"""Documents that kill what reads them: each is found and set aside, all others are read, in their order."""

import pytest
from service.runs.killers import CAPS_MB, note, read

from isthmus.extractors.reading import Record
from isthmus.graph.model import Document
from isthmus.graph.stores.ledger import Outcome
from isthmus.graph.stores.sqlite import SqliteStore
from isthmus.service.extraction import ExtractionLine, Quarantined
from isthmus.service.ingest import Ingestion
from isthmus.service.runs.record import Asked, RunState, find_run, recorded
from isthmus.service.runs.workers import Caps

DEADLY = {13: "SEGFAULT", 40: "HOG", 77: "LOOP", 78: "RAISE"}
WHY = {13: "SIGSEGV", 40: f"more than {CAPS_MB} MB", 77: "longer than", 78: "no such letter"}


@pytest.fixture
def notes() -> list[Document]:
    return [note(number, DEADLY.get(number, "")) for number in range(100)]


@pytest.fixture
def line():
    with ExtractionLine(2, caps=Caps(CAPS_MB, 3.0), read=read) as made:
        yield made


def test_each_is_found_and_the_rest_is_read_in_order(line, notes):
    found = []
    for start in range(0, 100, 20):
        found += line.put(notes[start : start + 20])
    found += line.drain()
    assert [one.document.id for one in found] == [one.id for one in notes]
    bad = {int(one.document.id[-3:]): one.reason for one in found if isinstance(one, Quarantined)}
    assert bad.keys() == DEADLY.keys()
    assert all(WHY[number] in reason for number, reason in bad.items()), bad


def run(store: SqliteStore, line: ExtractionLine, records: list[Record], tmp_path, *, anew: bool = False):
    with recorded(store, Asked(("notes",)), line.extractor_name) as recorder:
        ingestion = Ingestion(store, line, 1, lambda *_: None, record=recorder, anew=anew)
        ingestion.take(tmp_path / "notes", records)
        ingestion.flush("")
    return ingestion.summary, find_run(store, recorder.run.id)


def test_the_run_goes_on_and_says_what_it_set_aside(line, notes, tmp_path):
    with SqliteStore(tmp_path / "g.sqlite") as store:
        summary, told = run(store, line, notes[:45], tmp_path)
        assert (summary.read, summary.empty, summary.quarantined) == (45, 43, 2)
        assert told.state is RunState.PARTLY_FAILED
        assert told.counts["quarantined"] == 2
        rows = store.find_ledger_rows(run=told.id, outcome=Outcome.QUARANTINED).items
        assert [row.document for row in rows] == ["lab:013", "lab:040"]
        assert "SIGSEGV" in rows[0].reason


def test_what_was_set_aside_is_read_again_only_when_asked_for(line, notes, tmp_path):
    with SqliteStore(tmp_path / "g.sqlite") as store:
        run(store, line, [notes[13]], tmp_path)
        began = dict(line.seconds)
        again, _ = run(store, line, [notes[13]], tmp_path)
        assert again.quarantined == 1
        assert line.seconds == began  # nobody read it
        anew, told = run(store, line, [notes[13]], tmp_path, anew=True)
        assert anew.quarantined == 1
        assert "SIGSEGV" in store.find_ledger_rows(run=told.id).items[0].reason
        mended, _ = run(store, line, [note(13)], tmp_path)  # another version of it
        assert (mended.quarantined, mended.empty) == (0, 1)
