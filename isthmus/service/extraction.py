"""Documents through an extractor, on all cores, in their order."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import AbstractContextManager, suppress
from contextvars import copy_context
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING, Self, TypeAlias

from isthmus.extractors.readers import inputs, read
from isthmus.extractors.reading import Deletion, Note, Unreadable, UnreadableFile
from isthmus.extractors.text.versions import COMPACT, FAST, name_of
from isthmus.graph.model import Document, Extraction
from isthmus.service.lexicon import lexicon
from isthmus.service.profile import Profile
from isthmus.service.runs.workers import Caps, ReaderKilled, ReadingFailed, Worker
from isthmus.steps import Step, step

if TYPE_CHECKING:
    from isthmus.extractors.readers import Kind
    from isthmus.extractors.readers.association_table import ColumnMap
    from isthmus.extractors.reading import Extractor

BATCH = 48  # documents a task: long enough to pay for its journey, short enough to lose little in a crash
JOINT = "&"  # between the compact extractor's name and that of the language model that was asked besides


@cache
def extractor(model: str = "", profile: Profile = Profile.DEFAULT, threads: int = 0) -> Extractor:
    """The extractor that reads text in this process: the compact one, or a chat model named ``provider:model``.

    ``threads`` are the cores that the compact one's models may use; 0 takes all.
    """
    if model:
        from isthmus.service.language_model import chat_extractor

        return chat_extractor(model)
    if profile is Profile.FAST:
        from isthmus.extractors.text.fast import fast_extractor

        return fast_extractor(lexicon())
    from isthmus.extractors.text.compact import CompactExtractor

    return CompactExtractor(lexicon(), threads)


def extract_batch(
    documents: Sequence[Document], model: str = "", profile: Profile = Profile.DEFAULT, threads: int = 0
) -> list[Extraction]:
    """What each document says, in the order given. See ``extractor``."""
    chosen = extractor(model, profile, threads)
    many: Callable[[Sequence[Document]], Iterator[Extraction]] | None = getattr(chosen, "extract_many", None)
    return list(many(documents)) if many else [chosen.extract(document) for document in documents]


def read_further(extractor: str, compact: str) -> bool:
    """Whether an extraction is the compact extractor's, with a language model's answers added.

    >>> read_further("compact/2&openai:x/1", "compact/2"), read_further("compact/2", "compact/2")
    (True, False)
    """
    return extractor.startswith(f"{compact}{JOINT}")


@dataclass(frozen=True, slots=True)
class Quarantined:
    """A document that no worker could read, twice and the second time alone, and what became of those that tried."""

    document: Document
    reason: str


BatchReading: TypeAlias = Callable[..., list[Extraction]]  # as ``extract_batch``
Found: TypeAlias = Extraction | Quarantined
_KEPT: dict[
    tuple[object, ...], Worker
] = {}  # of each way to read one process that waits for more: its models are loaded
_KEPT_LOCK = threading.Lock()


class ExtractionLine:
    """A queue of batches on their way through the extractor, each read by one of ``workers`` processes.

    A process is started when there is work for it and none is free, and one is left for whoever reads next. Results come
    out in the order they went in, and at most ``2 * workers`` batches wait, so memory does not grow with the input.
    Where a batch ends its worker, or takes more than ``caps``, its documents are read one by one by a fresh process; what
    does so again is handed out as ``Quarantined``. ``read`` must be a function of a module.
    """

    def __init__(
        self,
        workers: int,
        model: str = "",
        profile: Profile = Profile.DEFAULT,
        *,
        caps: Caps | None = None,
        read: BatchReading = extract_batch,
    ) -> None:
        self._workers, self._how = workers, (model, profile)
        self._caps = caps or _caps()
        threads = 0 if workers == 1 else 1  # else a worker is one of as many as there are cores
        self._read = partial(read, model=model, profile=profile, threads=threads)
        self._prepare = partial(extractor, model, profile, threads)
        self._kept_as = (read, model, profile, threads)
        self._threads = ThreadPoolExecutor(workers, thread_name_prefix="isthmus reading")  # each waits for a process
        self._waiting: deque[Future[list[Found]]] = deque()
        self._all: set[Worker] = set()
        self._idle: list[Worker] = []
        self._ended = False
        self.seconds: dict[str, float] = {}  # of each document handed out, until it is taken away from here

    @property
    def extractor_name(self) -> str:
        """The name, with its version, of the extractor that reads."""
        model, profile = self._how
        if model:
            return extractor(model, profile).name
        return name_of(FAST if profile is Profile.FAST else COMPACT, lexicon())

    def put(self, documents: Sequence[Document]) -> Iterator[Found]:
        """Take a batch in; hand out what is ready once too many wait."""
        here = copy_context()  # the run that it is for: in logs and traces it is part of that
        self._waiting.append(self._threads.submit(here.run, self._read_all, tuple(documents)))
        while len(self._waiting) > 2 * self._workers:
            yield from self._waiting.popleft().result()

    def drain(self) -> Iterator[Found]:
        """Hand out all that is left, waiting for it."""
        while self._waiting:
            yield from self._waiting.popleft().result()

    def _read_all(self, batch: tuple[Document, ...]) -> list[Found]:
        worker, started = self._free_worker(), monotonic()
        try:
            with _reading(batch):
                found: list[Found] = list(worker.read(batch, self._caps))
        except ReadingFailed:
            self._retire(worker)
            return self._one_by_one(batch)
        self._idle.append(worker)
        took, size = monotonic() - started, sum(len(document.text) for document in batch) or 1
        self.seconds.update({each.id: took * len(each.text) / size for each in batch})
        return found

    def _one_by_one(self, batch: Sequence[Document]) -> list[Found]:
        found: list[Found] = []
        for document in batch:
            worker, started = self._free_worker(), monotonic()
            try:
                with _reading([document]):
                    found += worker.read([document], self._caps)
            except ReadingFailed as failure:
                self._retire(worker)
                found.append(Quarantined(document, str(failure)))
            else:
                self._idle.append(worker)
            self.seconds[document.id] = monotonic() - started
        return found

    def _free_worker(self) -> Worker:
        if self._ended:
            raise ReaderKilled("reading was stopped")
        with suppress(IndexError):
            return self._idle.pop()
        with _KEPT_LOCK:
            worker = _KEPT.pop(self._kept_as, None)
        if worker is None or not worker.alive:
            worker = Worker(self._read, self._prepare)
        self._all.add(worker)
        return worker

    def _retire(self, worker: Worker) -> None:
        worker.close()
        self._all.discard(worker)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc: object) -> None:
        self._ended = True
        for task in self._waiting:
            task.cancel()
        busy = self._all.difference(self._idle)
        for worker in busy:
            worker.end()
        self._threads.shutdown()
        kept = self._idle.pop() if self._idle else None
        for worker in self._all:
            if worker is not kept:
                worker.close()
        if kept is not None:
            with _KEPT_LOCK:
                before = _KEPT.get(self._kept_as)
                _KEPT[self._kept_as] = kept
            if before is not None:
                before.close()


def _reading(batch: Sequence[Document]) -> AbstractContextManager[Step]:
    """What watchers are told of it here, since the process that reads tells nobody of anything."""
    return step("documents.read", documents=len(batch), characters=sum(len(document.text) for document in batch))


def _caps() -> Caps:
    from isthmus.service.settings import settings  # long to import: not needed by the processes that read

    return Caps(settings().worker_memory, settings().worker_seconds)


def extract_files(
    paths: Sequence[Path],
    *,
    workers: int,
    model: str = "",
    profile: Profile = Profile.DEFAULT,
    kind: Kind | None = None,
    columns: ColumnMap | None = None,
) -> Iterator[Extraction | Unreadable | Note]:
    """What files and folders say, without a store; what cannot be read comes as ``Unreadable``, the rest goes on."""
    with ExtractionLine(workers, model, profile) as line:
        for path in inputs(paths):
            pending: list[Document] = []
            try:
                for record in read(path, lexicon().canonical, kind=kind, columns=columns, names=lexicon().named):
                    match record:
                        case Document():
                            pending.append(record)
                        case Extraction() | Unreadable() | Note():
                            yield record
                        case Deletion():
                            pass  # a withdrawn document has nothing to say
                    if len(pending) == BATCH:
                        yield from map(_told, line.put(pending))
                        pending = []
            except UnreadableFile as error:
                yield Unreadable(path.name, "", str(error))
            if pending:
                yield from map(_told, line.put(pending))
        yield from map(_told, line.drain())


def _told(found: Found) -> Extraction | Unreadable:
    if isinstance(found, Quarantined):
        return Unreadable(found.document.source, found.document.id, found.reason)
    return found
