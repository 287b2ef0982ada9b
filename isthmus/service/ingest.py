"""Files into a store: read, extract, write. After a crash run it again: nothing is lost, nothing is done twice."""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict, replace
from itertools import islice
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING, Any

from isthmus.extractors.readers import Kind, inputs, read
from isthmus.extractors.readers.source import watched
from isthmus.extractors.reading import Deletion, Note, Record, Unreadable, UnreadableFile
from isthmus.graph.model import Document, Extraction
from isthmus.graph.stores.ledger import Effort, LedgerRow, Outcome
from isthmus.graph.stores.protocol import Store, Written
from isthmus.graph.verdict import now_in_utc
from isthmus.service.extraction import BATCH, ExtractionLine, Found, Quarantined, read_further
from isthmus.service.labels import mismatches, without
from isthmus.service.lexicon import lexicon
from isthmus.service.profile import Profile
from isthmus.service.runs.again import Task
from isthmus.service.runs.record import Asked, Recorder, Trigger, recorded
from isthmus.service.runs.summary import SLOWEST, Failure, Summary
from isthmus.steps import step, told

if TYPE_CHECKING:
    from isthmus.extractors.readers.association_table import ColumnMap
    from isthmus.service.cascade import Cascade
    from isthmus.service.preflight import Estimate

FAILURES_SHOWN = 1000  # all of them are in the ledger; a summary that lists a million helps nobody

# The input's name, all that was done so far, and the share of the inputs that is done, 0 to 1; called after each step.
Progress = Callable[[str, "Summary", float], None]


class Ingestion:
    """One run over some inputs. Holds what is on its way between the readers and the store."""

    def __init__(
        self,
        store: Store,
        line: ExtractionLine,
        size: int,
        progress: Progress,
        cascade: Cascade | None = None,
        *,
        record: Recorder,
        anew: bool = False,
    ) -> None:
        """``size`` is that of all inputs in bytes. With ``anew`` documents that are quarantined are read again, too."""
        self.summary = Summary()
        record.follow(self.summary)
        self._record, self._run, self._anew = record, record.run.id, anew
        self._files: list[Path] = []
        self._store, self._line, self._progress, self._cascade = store, line, progress, cascade
        self._size, self._finished, self._position = max(size, 1), 0, 0  # bytes: of all inputs, those done, this one
        self._input = Path()
        self._seen = 0
        self._pending: dict[str, Document] = {}
        self._on_their_way: dict[str, int] = {}  # and in which of the files
        self._documents: dict[str, Outcome] = {}
        self._mislabelled: dict[str, set[str]] = {}

    def take(self, path: Path, records: Iterable[Record]) -> None:
        """Read all records of one input, to the end, whatever some of them are. The last of them wait for ``flush``."""
        self._finished += self._position
        self._input, self._position = path, 0
        self._files.append(path)
        try:
            with watched(self._watch):
                for record in _timed(records):
                    self._take_one(record)
        except UnreadableFile as error:
            self._fail(Failure(path.name, "", str(error).replace(str(path), path.name)))  # where it lies is no news

    def _take_one(self, record: Record) -> None:
        self._seen += 1
        match record:
            case Document():
                if record.id in self._on_their_way:  # another version of the same paper: it must be written later
                    self.flush(record.id)
                self._on_their_way[record.id] = len(self._files) - 1
                self._pending[record.id] = record
                if len(self._pending) >= BATCH:
                    self._send()
            case Extraction():
                self._write([record])
            case Deletion():
                self.flush(record.document)
                self._settle(self._store.delete([record.document]))
            case Unreadable():
                self._fail(Failure(record.source, record.record, record.reason))
            case Note():
                self.summary.notes[record.topic, record.text] += record.count

    def _send(self) -> None:
        """Hand the pending documents to the extractor, but for those that are in the store as they are."""
        ledger = self._store.ledger(self._pending)
        fresh: list[Document] = []
        for document in self._pending.values():
            row = ledger.get((document.id, 0))
            if row and row.outcome is Outcome.QUARANTINED:
                if self._anew or (row.digest, row.extractor) != (document.digest, self._line.extractor_name):
                    fresh.append(document)
                else:
                    self._set_aside(document, row.reason)
            elif row and row.digest == document.digest and self._far_enough(row.extractor):
                self._count(document.id, document.modality, Outcome.UNCHANGED)
                self._on_their_way.pop(document.id, None)
            else:
                fresh.append(document)
        self._pending = {}
        self._tell()
        if fresh:
            self._write_all(self._line.put(fresh))

    def _far_enough(self, known: str) -> bool:
        """Whether a document was read by this extractor as far as this run would: what a model added is not undone."""
        compact = self._line.extractor_name
        if self._cascade is not None:
            return known == self._cascade.plan.whole
        return known == compact or read_further(known, compact)

    def flush(self, document: str) -> None:
        """Write all that is still on its way, but of the documents that wait for a language model this one only."""
        if self._pending:
            self._send()
        self._write_all(self._line.drain())
        if self._cascade is not None:
            self._write_ready(iter(self._cascade.plan.release(document)))

    def finish(self, preflight: Callable[[Estimate], None]) -> None:
        """Write all that is still on its way, after asking the language model where there is one."""
        self.flush("")
        if self._cascade is not None:
            preflight(self._cascade.plan.estimate())
            self._write_ready(self._cascade.ask())
            self.summary.language_model = self._cascade.summary()

    def _write_all(self, found: Iterator[Found]) -> None:
        self._write_ready(ready for each in found for ready in self._considered(each))

    def _considered(self, found: Found) -> Iterable[Extraction]:
        if isinstance(found, Quarantined):
            self._set_aside(found.document, found.reason)
            return []
        return self._cascade.plan.consider(found) if self._cascade is not None else [found]

    def _set_aside(self, document: Document, reason: str) -> None:
        """Quarantine a document; what an earlier version of it says stays in the graph."""
        row = LedgerRow(
            document.id,
            0,
            Outcome.QUARANTINED,
            reason,
            document.digest,
            self._line.extractor_name,
            document.source,
            at=now_in_utc(),
            run=self._run,
            seconds=round(self._line.seconds.pop(document.id, 0.0), 4),
            characters=len(document.text),
            sections=len(document.sections),
        )
        self._store.record([row])
        self._on_their_way.pop(document.id, None)
        self._count(document.id, document.modality, Outcome.QUARANTINED)
        self.summary.quarantine_reasons[reason] += 1
        self._list(Failure(document.source, document.id, f"quarantined: {reason}"))

    def _write_ready(self, extractions: Iterator[Extraction]) -> None:
        while batch := list(islice(extractions, BATCH)):
            self._write(batch)

    def _write(self, extractions: Sequence[Extraction]) -> None:
        batch = [self._checked(extraction) for extraction in extractions]
        efforts = {extraction.document.id: self._effort(extraction.document.id) for extraction in batch}
        written = self._store.write(batch, run=self._run, efforts=efforts)
        for extraction in batch:
            self._on_their_way.pop(extraction.document.id, None)
        modality = {extraction.document.id: extraction.document.modality for extraction in batch}
        self._settle(written.rows, modality)
        self._add(written)
        self._tell()

    def _effort(self, document: str) -> Effort:
        seconds = self._line.seconds.pop(document, 0.0)
        heapq.heappush(self.summary.slowest, (seconds, document))
        if len(self.summary.slowest) > SLOWEST:
            heapq.heappop(self.summary.slowest)
        spent = self._cascade.spent_on.pop(document, None) if self._cascade is not None else None
        if self._cascade is None or spent is None:
            return Effort(seconds)
        return Effort(seconds, spent.total, self._cascade.account.price.of(spent))

    def _checked(self, extraction: Extraction) -> Extraction:
        """Without entities whose label is another's; a long document's later parts may name them by the id alone."""
        wrong = self._mislabelled.setdefault(extraction.document.id, set())
        for each in mismatches(extraction):
            wrong.add(each.id)
            failure = Failure(extraction.document.source or extraction.document.id, each.id, str(each))
            self._fail(failure, extraction.document.digest)
        return without(extraction, wrong)

    def _watch(self, path: Path, position: int) -> None:
        if path == self._input:
            self._position = position

    def _tell(self) -> None:
        """The readers run ahead of the store: of what was read, only the share that is not on its way counts."""
        done = 1 - len(self._on_their_way) / max(self._seen, 1)
        share = (self._finished + self._position) / self._size * done
        files = min(self._on_their_way.values(), default=len(self._files) - 1)
        self._record.note(share, files, str(self._files[files - 1].absolute()) if files > 0 else "")
        self._progress(self._input.name, self.summary, share)

    def _add(self, written: Written) -> None:
        self.summary.entities += written.new_entities
        self.summary.statements += written.new_statements
        self.summary.evidence += written.new_evidence

    def _settle(self, rows: Iterable[LedgerRow], modality: dict[str, Any] | None = None) -> None:
        for row in rows:
            self._count(row.document, (modality or {}).get(row.document, ""), row.outcome)
            if row.outcome is Outcome.WRITTEN:
                self.summary.mentions += row.mentions
                if row.reason:
                    self.summary.notes[
                        "read in part", "the ledger says what was left out of each document, and why"
                    ] += 1
            if row.outcome is Outcome.EMPTY:
                self.summary.empty_reasons[row.reason] += 1

    def _count(self, document: str, modality: str, outcome: Outcome) -> None:
        """Count each document once: a long one by its first part, but as written as soon as one part is."""
        before = self._documents.get(document)
        if before is None:
            self.summary.read += 1
            if modality:
                self.summary.modalities[modality] += 1
        elif before is not outcome and outcome is Outcome.WRITTEN:
            setattr(self.summary, before.value, getattr(self.summary, before.value) - 1)
        else:
            return
        self._documents[document] = outcome
        setattr(self.summary, outcome.value, getattr(self.summary, outcome.value) + 1)

    def _fail(self, failure: Failure, digest: str = "") -> None:
        """Count a failure; ``digest`` is that of the document of which all but this is in."""
        self.summary.failed += 1
        self.summary.read += 1
        self.summary.failure_reasons[failure.reason] += 1
        self._list(failure)
        name = f"{failure.source}#{failure.record}" if failure.record else failure.source
        row = LedgerRow(name, 0, Outcome.FAILED, failure.reason, digest, source=failure.source, run=self._run)
        self._store.record([replace(row, at=now_in_utc())])

    def _list(self, failure: Failure) -> None:
        if len(self.summary.failures) < FAILURES_SHOWN:
            self.summary.failures.append(failure)


def _timed(records: Iterable[Record]) -> Iterator[Record]:
    """The records; how long the reader took for all of them is told at the end, what was done with them not counted."""
    seconds, count, each = 0.0, 0, iter(records)
    while True:
        began = monotonic()
        record = next(each, None)
        seconds += monotonic() - began
        if record is None:
            break
        count += 1
        yield record
    told("records.parse", seconds, records=count)


def ingest(
    paths: Sequence[Path],
    store: Store,
    *,
    kind: Kind | None = None,
    columns: ColumnMap | None = None,
    workers: int = 2,
    profile: Profile = Profile.DEFAULT,
    progress: Progress = lambda source, summary, share: None,
    cascade: Cascade | None = None,
    preflight: Callable[[Estimate], None] = lambda estimate: None,
    trigger: Trigger = Trigger.COMMAND,
) -> Summary:
    """Read files and folders into the store.

    A file that cannot be read and a record that is malformed are counted, named in ``failures`` and in the ledger, and
    everything else goes in. With a ``cascade`` the doubtful documents wait until the model was asked, after ``preflight``
    was told what it may cost. The run is recorded (``runs.record``). Raises ``UnreadableFile`` only where a path does not
    exist at all, before anything is read.
    """
    asked = Asked(
        tuple(str(path.absolute()) for path in paths),
        kind.value if kind else "",
        asdict(columns) if columns else None,
        profile.value,
        cascade.plan.model if cascade else "",
    )
    task = Task(tuple(inputs(paths)), asked)
    return read_task(
        task, store, workers=workers, progress=progress, cascade=cascade, preflight=preflight, trigger=trigger
    )


def read_task(
    task: Task,
    store: Store,
    *,
    workers: int = 2,
    progress: Progress = lambda source, summary, share: None,
    cascade: Cascade | None = None,
    preflight: Callable[[Estimate], None] = lambda estimate: None,
    trigger: Trigger = Trigger.COMMAND,
    line: ExtractionLine | None = None,
) -> Summary:
    """As ``ingest``, of files that are chosen already; ``line`` is closed at the end."""
    started = monotonic()
    with (
        line or ExtractionLine(workers, profile=Profile(task.asked.profile)) as line,
        recorded(store, task.asked, line.extractor_name, trigger) as record,
    ):
        size = sum(path.stat().st_size for path in task.files)
        with step("ingest.run", trigger=trigger.value, files=len(task.files)) as taken:
            run = Ingestion(store, line, size, progress, cascade, record=record, anew=task.anew)
            for path in task.files:
                records = read(path, lexicon().canonical, kind=task.kind, columns=task.columns, names=lexicon().named)
                run.take(path, records)
            run.finish(preflight)
            task.settle(store, record.run.id)
            taken.add(documents=run.summary.read, statements=run.summary.statements)
        run.summary.seconds = monotonic() - started
    return run.summary
