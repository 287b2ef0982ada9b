"""A process that reads documents for another one, which watches its memory and its time and outlives it.

Linux tells the memory of a process in ``/proc``; where there is none only time is watched.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing.connection import Connection, wait
from pathlib import Path
from time import monotonic
from typing import TypeAlias, TypeVar

from isthmus.errors import IsthmusError
from isthmus.graph.model import Document, Extraction

LOOKS_EVERY = 0.1  # seconds between two looks at a worker's memory
STARTS_WITHIN = 300.0  # seconds; a slow disk reads the lexicon for long
CHARACTERS = 100_000  # of a batch that may take as long again

T = TypeVar("T")
BatchReader: TypeAlias = Callable[[Sequence[Document]], list[Extraction]]


class ReaderKilled(IsthmusError):
    """A process that reads documents could not even be started."""


class ReadingFailed(IsthmusError):
    """A batch was not read: it ended the worker, or had to be ended, or the extractor failed on it."""


@dataclass(frozen=True, slots=True)
class Caps:
    """How much a worker may use: ``memory`` in megabytes, its own without what it shares; ``seconds`` for a batch.

    A batch may take as many seconds again for each ``CHARACTERS`` of its text.
    """

    memory: int
    seconds: float

    def seconds_for(self, batch: Sequence[Document]) -> float:
        """How long a batch may take."""
        return self.seconds * (1 + sum(len(document.text) for document in batch) / CHARACTERS)


class Worker:
    """One process that reads batches, one at a time, until ``close``. Also ``close`` one that failed."""

    def __init__(self, read: BatchReader, prepare: Callable[[], object]) -> None:
        """``read`` and ``prepare``, which is called once before, must be of a module: they are sent to the process."""
        spawn = multiprocessing.get_context("spawn")  # a fork would inherit threads in the middle of their work
        self._connection, theirs = spawn.Pipe()
        self._process = spawn.Process(target=_serve, args=(theirs, read, prepare), name="isthmus reader", daemon=True)
        self._process.start()
        theirs.close()
        self._ready = False
        _living.add(self)

    @property
    def alive(self) -> bool:
        """Whether it can be given another batch."""
        return self._process.is_alive()

    def read(self, batch: Sequence[Document], caps: Caps) -> list[Extraction]:
        """What the extractor makes of a batch.

        Raises ``ReaderKilled`` where the process could not be started, ``ReadingFailed`` where this batch was too much,
        and what the extractor raised that is an error of ours.
        """
        if not self._ready:
            self._begin(caps)
        try:
            self._connection.send(tuple(batch))
        except OSError:
            raise ReadingFailed(self._how_it_ended()) from None
        return self._answer(caps.memory, caps.seconds_for(batch))

    def end(self) -> None:
        """End the process, whatever it does; whoever waits for it is told."""
        self._process.kill()

    def close(self) -> None:
        """End the process and let go of it. Nobody may be waiting for it."""
        _living.discard(self)
        self._process.kill()
        self._process.join()
        self._connection.close()

    @property
    def memory(self) -> float:
        """Megabytes that it shares with nobody; 0 where that is not told."""
        return _own_memory(self._process.pid)

    def _begin(self, caps: Caps) -> None:
        try:
            self._answer(caps.memory, max(STARTS_WITHIN, caps.seconds))
        except ReadingFailed as failure:
            raise ReaderKilled(
                f"a process that reads documents could not be started ({failure}). Nothing is lost: give it more with "
                "ISTHMUS_WORKER_MEMORY, or let fewer read with ISTHMUS_WORKERS, and run the same command again."
            ) from None
        self._ready = True

    def _answer(self, memory: int, seconds: float) -> list[Extraction]:
        until = monotonic() + seconds
        while True:
            ready = wait([self._connection, self._process.sentinel], timeout=LOOKS_EVERY)
            if self._connection in ready:
                return self._received()
            if ready:
                raise ReadingFailed(self._how_it_ended())
            if _own_memory(self._process.pid) > memory:
                self._process.kill()
                raise ReadingFailed(f"it took more than {memory:,} MB of memory")
            if monotonic() > until:
                self._process.kill()
                raise ReadingFailed(f"it took longer than {seconds:,.0f} s")

    def _received(self) -> list[Extraction]:
        try:
            answer: list[Extraction] | Exception = self._connection.recv()
        except (EOFError, OSError):
            raise ReadingFailed(self._how_it_ended()) from None
        if isinstance(answer, Exception):
            raise answer
        return answer

    def _how_it_ended(self) -> str:
        self._process.join(5.0)
        code = self._process.exitcode
        if code is None or code >= 0:
            return f"it ended the process that read it (exit code {code})"
        name = signal.Signals(-code).name
        hint = ", as the system does where memory runs out" if -code == signal.SIGKILL else ""
        return f"it ended the process that read it ({name}{hint})"


_living: set[Worker] = set()


def workers_of_this_process() -> tuple[Worker, ...]:
    """Those that were started and not closed."""
    return tuple(_living)


def _serve(connection: Connection, read: BatchReader, prepare: Callable[[], object]) -> None:
    """What a worker does, from its start to the end of its parent."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # who pressed it meant the parent, which ends us
    threading.Thread(target=_end_with_parent, daemon=True).start()
    with suppress(OSError):  # where memory runs out the system is to take us, not the parent or the store
        Path("/proc/self/oom_score_adj").write_text("500", encoding="ascii")
    with suppress(EOFError, OSError):  # the parent is done with us
        connection.send(_said(_prepared, prepare))
        while True:
            connection.send(_said(read, connection.recv()))


def _prepared(prepare: Callable[[], object]) -> list[Extraction]:
    prepare()
    return []


def _said(work: Callable[[T], list[Extraction]], given: T) -> list[Extraction] | Exception:
    """What it returns or, as a value, the error that it raised: of another kind than ours, as ``ReadingFailed``."""
    try:
        return work(given)
    except IsthmusError as error:
        return error
    except MemoryError:
        return ReadingFailed("it took more memory than there is")
    except Exception as error:  # of whatever library: the run goes on without the document
        return ReadingFailed(f"the extractor failed on it ({type(error).__name__}: {str(error)[:200]})")


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def _own_memory(pid: int | None) -> float:
    """Megabytes of memory that a process shares with none; 0 where that is not told."""
    try:
        pages = Path(f"/proc/{pid}/statm").read_text(encoding="ascii").split()
    except OSError:
        return 0.0
    return (int(pages[1]) - int(pages[2])) * os.sysconf("SC_PAGE_SIZE") / 1e6
