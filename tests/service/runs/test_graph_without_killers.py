"""Documents that kill their readers leave no trace in the graph: it is that of a run which never met them."""

import pytest
from service.runs.killers import CAPS_MB, note
from service.runs.telling_killers import read

from isthmus.graph.stores.ledger import Outcome
from isthmus.graph.stores.sqlite import SqliteStore
from isthmus.service.extraction import ExtractionLine
from isthmus.service.ingest import Ingestion
from isthmus.service.runs.record import Asked, recorded
from isthmus.service.runs.workers import Caps

DEADLY = {13: "SEGFAULT", 40: "HOG", 41: "RAISE", 99: "SEGFAULT"}


def graph_of(records, path, workers):
    with (
        SqliteStore(path) as store,
        ExtractionLine(workers, caps=Caps(CAPS_MB, 30.0), read=read) as line,
        recorded(store, Asked(("notes",)), line.extractor_name) as record,
    ):
        ingestion = Ingestion(store, line, 1, lambda *_: None, record=record)
        ingestion.take(path.parent / "notes", records)
        ingestion.flush("")
        set_aside = store.find_ledger_rows(outcome=Outcome.QUARANTINED).items
        return store.graph_hash(), store.counts(), list(store.all_evidence()), [row.document for row in set_aside]


@pytest.mark.parametrize("workers", [1, 2])
def test_the_graph_is_that_of_a_run_without_them(tmp_path, workers):
    deadly = [note(number, DEADLY.get(number, "")) for number in range(100)]
    harmless = [each for number, each in enumerate(deadly) if number not in DEADLY]
    *wanted, nothing = graph_of(harmless, tmp_path / "harmless.db", 2)
    *found, set_aside = graph_of(deadly, tmp_path / "deadly.db", workers)
    assert found == wanted
    assert wanted[1].statements == 96
    assert (nothing, set_aside) == ([], [f"lab:{number:03d}" for number in DEADLY])
