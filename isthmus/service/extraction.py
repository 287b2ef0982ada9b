"""Documents through an extractor, on all cores, in their order."""

from __future__ import annotations

import multiprocessing
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Self, TypeAlias

from isthmus.errors import IsthmusError
from isthmus.extractors.readers import inputs, read
from isthmus.extractors.reading import Deletion, Note, Unreadable, UnreadableFile
from isthmus.graph.model import Document, Extraction
from isthmus.service.lexicon import lexicon
from isthmus.service.profile import Profile

if TYPE_CHECKING:
    from isthmus.extractors.readers import Kind
    from isthmus.extractors.readers.association_table import ColumnMap
    from isthmus.extractors.reading import Extractor

BATCH = 48  # documents a task: long enough to pay for its journey, short enough to lose little in a crash
JOINT = "&"  # between the compact extractor's name and that of the language model that was asked besides


@cache
def extractor(model: str = "", profile: Profile = Profile.DEFAULT) -> Extractor:
    """The extractor that reads text in this process: the compact one, or a chat model named ``provider:model``."""
    if model:
        from isthmus.service.language_model import chat_extractor

        return chat_extractor(model)
    if profile is Profile.FAST:
        from isthmus.extractors.text.fast import fast_extractor

        return fast_extractor(lexicon())
    from isthmus.extractors.text.compact import CompactExtractor

    # A worker is one of as many as there are cores.
    return CompactExtractor(lexicon(), threads=1 if multiprocessing.parent_process() else 0)


def extract_batch(
    documents: Sequence[Document], model: str = "", profile: Profile = Profile.DEFAULT
) -> list[Extraction]:
    """What each document says, in the order given."""
    chosen = extractor(model, profile)
    many: Callable[[Sequence[Document]], Iterator[Extraction]] | None = getattr(chosen, "extract_many", None)
    return list(many(documents)) if many else [chosen.extract(document) for document in documents]


def read_further(extractor: str, compact: str) -> bool:
    """Whether an extraction is the compact extractor's, with a language model's answers added.

    >>> read_further("compact/2&openai:x/1", "compact/2"), read_further("compact/2", "compact/2")
    (True, False)
    """
    return extractor.startswith(f"{compact}{JOINT}")


_Task: TypeAlias = tuple[tuple[Document, ...], "Future[list[Extraction]] | None"]


class ReaderKilled(IsthmusError):
    """One of the processes that read documents died."""


class ExtractionLine:
    """A queue of batches on their way through the extractor.

    The first batch is read in this process, since starting others costs more than a few documents do; from the second
    on, ``workers`` processes read. Results come out in the order they went in, and at most ``2 * workers`` batches
    wait, so memory does not grow with the input.
    """

    def __init__(self, workers: int, model: str = "", profile: Profile = Profile.DEFAULT) -> None:
        self._workers, self._how = workers, (model, profile)
        self._pool: ProcessPoolExecutor | None = None
        self._waiting: deque[_Task] = deque()

    @property
    def extractor_name(self) -> str:
        """The name, with its version, of the extractor that reads."""
        return extractor(*self._how).name

    def put(self, documents: Sequence[Document]) -> Iterator[Extraction]:
        """Take a batch in; hand out what is ready once too many wait."""
        self._waiting.append(self._submit(tuple(documents)))
        if self._pool is None and self._workers > 1 and len(self._waiting) > 1:
            self._pool = ProcessPoolExecutor(self._workers, mp_context=multiprocessing.get_context("spawn"))
            self._waiting = deque(self._submit(batch) for batch, _ in self._waiting)
        while len(self._waiting) > 2 * self._workers:
            yield from self._next()

    def drain(self) -> Iterator[Extraction]:
        """Hand out all that is left, waiting for it."""
        while self._waiting:
            yield from self._next()

    def _submit(self, batch: tuple[Document, ...]) -> _Task:
        return batch, self._pool.submit(extract_batch, batch, *self._how) if self._pool else None

    def _next(self) -> Iterator[Extraction]:
        batch, future = self._waiting.popleft()
        try:
            yield from extract_batch(batch, *self._how) if future is None else future.result()
        except BrokenProcessPool:
            raise ReaderKilled(
                "a reading process was killed, most often for want of memory. What was written is kept: "
                "run the same command again, with ISTHMUS_WORKERS=1 if it happens twice."
            ) from None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc: object) -> None:
        if self._pool is not None:
            self._pool.shutdown(cancel_futures=True)


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
                        yield from line.put(pending)
                        pending = []
            except UnreadableFile as error:
                yield Unreadable(path.name, "", str(error))
            if pending:
                yield from line.put(pending)
        yield from line.drain()
