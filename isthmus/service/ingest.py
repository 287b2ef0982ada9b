"""Files into a store: read, extract, write. After a crash run it again: nothing is lost, nothing is done twice."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, field
from itertools import islice
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING, Any

from isthmus.extractors.readers import Kind, inputs, read
from isthmus.extractors.readers.source import watched
from isthmus.extractors.reading import Deletion, Note, Record, Unreadable, UnreadableFile
from isthmus.graph.model import Document, Extraction
from isthmus.graph.stores.protocol import LedgerRow, Outcome, Store, Written
from isthmus.service.extraction import BATCH, ExtractionLine, read_further
from isthmus.service.labels import mismatches, without
from isthmus.service.lexicon import lexicon
from isthmus.service.profile import Profile

if TYPE_CHECKING:
    from isthmus.extractors.readers.association_table import ColumnMap
    from isthmus.service.cascade import Cascade
    from isthmus.service.preflight import Estimate

COUNTED = (
    "read",
    "written",
    "unchanged",
    "empty",
    "failed",
    "deleted",
    "entities",
    "statements",
    "evidence",
    "mentions",
)
FAILURES_SHOWN = 1000  # all of them are in the ledger; a summary that lists a million helps nobody


@dataclass(frozen=True, slots=True)
class Failure:
    """A file or record that could not be read."""

    source: str
    record: str
    reason: str


@dataclass
class Summary:
    """What a run did. Counts documents, but ``statements``, ``evidence`` and ``entities`` that are new to the store."""

    read: int = 0
    written: int = 0
    unchanged: int = 0
    empty: int = 0
    failed: int = 0
    deleted: int = 0
    entities: int = 0
    statements: int = 0
    evidence: int = 0
    mentions: int = 0
    seconds: float = 0.0
    empty_reasons: Counter[str] = field(default_factory=Counter)
    modalities: Counter[str] = field(default_factory=Counter)
    notes: Counter[tuple[str, str]] = field(default_factory=Counter)
    failures: list[Failure] = field(default_factory=list)
    language_model: dict[str, Any] | None = None

    @property
    def changed(self) -> bool:
        """Whether the graph may be another one now."""
        return bool(self.written or self.deleted or self.empty)

    def as_json(self) -> dict[str, Any]:
        """The summary as the command line prints it."""
        return {
            **{name: getattr(self, name) for name in COUNTED},
            "seconds": round(self.seconds, 2),
            "empty_reasons": dict(self.empty_reasons),
            "modalities": {str(modality): count for modality, count in self.modalities.items()},
            "notes": [{"topic": topic, "text": text, "count": n} for (topic, text), n in self.notes.most_common()],
            "failures": [asdict(failure) for failure in self.failures],
            **({"language_model": self.language_model} if self.language_model else {}),
        }


# The input's name, all that was done so far, and the share of the inputs that is done, 0 to 1; called after each step.
Progress = Callable[[str, "Summary", float], None]


class Ingestion:
    """One run over some inputs. Holds what is on its way between the readers and the store."""

    def __init__(
        self, store: Store, line: ExtractionLine, size: int, progress: Progress, cascade: Cascade | None = None
    ) -> None:
        self.summary = Summary()
        self._store, self._line, self._progress, self._cascade = store, line, progress, cascade
        self._size, self._finished, self._position = max(size, 1), 0, 0  # bytes: of all inputs, those done, this one
        self._input = Path()
        self._seen = 0
        self._pending: dict[str, Document] = {}
        self._on_their_way: set[str] = set()
        self._documents: dict[str, Outcome] = {}
        self._mislabelled: dict[str, set[str]] = {}

    def take(self, path: Path, records: Iterable[Record]) -> None:
        """Read all records of one input, to the end, whatever some of them are. The last of them wait for ``flush``."""
        self._finished += self._position
        self._input, self._position = path, 0
        try:
            with watched(self._watch):
                for record in records:
                    self._take_one(record)
        except UnreadableFile as error:
            self._fail(Failure(path.name, "", str(error).replace(str(path), path.name)))  # where it lies is no news

    def _take_one(self, record: Record) -> None:
        self._seen += 1
        match record:
            case Document():
                if record.id in self._on_their_way:  # another version of the same paper: it must be written later
                    self.flush(record.id)
                self._on_their_way.add(record.id)
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
            if row and row.digest == document.digest and self._far_enough(row.extractor):
                self._count(document.id, document.modality, Outcome.UNCHANGED)
                self._on_their_way.discard(document.id)
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

    def _write_all(self, extractions: Iterator[Extraction]) -> None:
        plan = self._cascade.plan if self._cascade is not None else None
        self._write_ready(
            ready for extraction in extractions for ready in (plan.consider(extraction) if plan else [extraction])
        )

    def _write_ready(self, extractions: Iterator[Extraction]) -> None:
        while batch := list(islice(extractions, BATCH)):
            self._write(batch)

    def _write(self, extractions: Sequence[Extraction]) -> None:
        batch = [self._checked(extraction) for extraction in extractions]
        written = self._store.write(batch)
        self._on_their_way.difference_update(extraction.document.id for extraction in batch)
        modality = {extraction.document.id: extraction.document.modality for extraction in batch}
        self._settle(written.rows, modality)
        self._add(written)
        self._tell()

    def _checked(self, extraction: Extraction) -> Extraction:
        """Without entities whose label is another's; a long document's later parts may name them by the id alone."""
        wrong = self._mislabelled.setdefault(extraction.document.id, set())
        for each in mismatches(extraction):
            wrong.add(each.id)
            self._fail(Failure(extraction.document.source or extraction.document.id, each.id, str(each)))
        return without(extraction, wrong)

    def _watch(self, path: Path, position: int) -> None:
        if path == self._input:
            self._position = position

    def _tell(self) -> None:
        """The readers run ahead of the store: of what was read, only the share that is not on its way counts."""
        done = 1 - len(self._on_their_way) / max(self._seen, 1)
        self._progress(self._input.name, self.summary, (self._finished + self._position) / self._size * done)

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

    def _fail(self, failure: Failure) -> None:
        self.summary.failed += 1
        self.summary.read += 1
        if len(self.summary.failures) < FAILURES_SHOWN:
            self.summary.failures.append(failure)
        name = f"{failure.source}#{failure.record}" if failure.record else failure.source
        self._store.record([LedgerRow(name, 0, Outcome.FAILED, failure.reason, source=failure.source)])


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
) -> Summary:
    """Read files and folders into the store.

    A file that cannot be read and a record that is malformed are counted, named in ``failures`` and in the ledger, and
    everything else goes in. With a ``cascade`` the doubtful documents wait until the model was asked, after ``preflight``
    was told what it may cost. Raises ``UnreadableFile`` only where a path does not exist at all, before anything is read.
    """
    started = monotonic()
    files = inputs(paths)
    with ExtractionLine(workers, profile=profile) as line:
        run = Ingestion(store, line, sum(path.stat().st_size for path in files), progress, cascade)
        for path in files:
            run.take(path, read(path, lexicon().canonical, kind=kind, columns=columns, names=lexicon().named))
        run.finish(preflight)
    run.summary.seconds = monotonic() - started
    return run.summary
