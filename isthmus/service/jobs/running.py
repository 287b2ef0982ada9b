"""The jobs of one server: their queue, and the threads that do them."""

from __future__ import annotations

import logging
import secrets
import threading
import uuid
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from queue import SimpleQueue
from time import monotonic

from isthmus.errors import IsthmusError, Unreachable
from isthmus.graph.stores.entries import EntryKind
from isthmus.graph.stores.protocol import Store
from isthmus.service.graphs import Graphs
from isthmus.service.jobs.asked import IngestIn, JobIn, from_json, to_json
from isthmus.service.jobs.clearing import Bounds, clear
from isthmus.service.jobs.folder import JobFolder, folder_of
from isthmus.service.jobs.job import Job, JobKind, JobState, NoSuchJob, add, change, new_job, now
from isthmus.service.jobs.work import Made, work
from isthmus.service.reading_sent import NothingToRead
from isthmus.service.scheduler.lease import Lease, acquire
from isthmus.steps import heeding

WAITING = 20  # besides those that are worked on; the next one is told to come back
TOLD_EVERY = 1.0  # seconds between two writes of how far a job is
TRIES = (1.0, 5.0, 25.0)  # seconds between tries to write down an end, while the store is away
_log = logging.getLogger(__name__)


class TooManyJobs(IsthmusError):
    """More jobs than may wait."""

    http_status = 503
    retry_after = 30  # seconds


class Stopped(KeyboardInterrupt):
    """A job is to stop: goes through all that handles errors, as Ctrl-C does at a command."""


@dataclass(frozen=True, slots=True)
class Owner:
    """Who hands a job in: a key's id and name, both empty for this machine itself."""

    key: str = ""
    name: str = ""


class Jobs:
    """Takes jobs in and does them, ``at_once`` at the same time, in the order in which they came.

    They have threads of their own and not those of ``HeavyWork``: a backup of ten minutes must not take the place of
    questions of a second, for which somebody waits. And threads, not processes: what takes a processor for long (reading
    documents) has processes already, and all else wants the graph that this process has in memory.
    """

    def __init__(self, graphs: Graphs, bounds: Bounds, *, at_once: int = 1, waiting: int = WAITING) -> None:
        self._graphs, self._bounds, self._at_once, self._most = graphs, bounds, at_once, at_once + waiting
        self._queue: SimpleQueue[str | None] = SimpleQueue()
        self._on = 0  # that wait or are worked on
        self._threads: list[threading.Thread] = []
        self._lock = threading.Lock()
        self._lease: Lease | None = None
        self._lease_name = ""
        self._stops: dict[str, threading.Event] = {}
        self.closing = threading.Event()
        self.listeners = 0  # that are told how a job goes on; counted by the loop that serves them

    def submit(self, asked: JobIn, owner: Owner, files: Sequence[Path] = ()) -> Job:
        """Take a job in, with files that were sent to be read, which are moved away.

        Raises ``NothingToRead``, ``TooManyJobs``, and ``NoRoom`` where it cannot be written down.
        """
        if isinstance(asked, IngestIn) and not (asked.parameters.documents or files):
            raise NothingToRead("no document was sent: name some in `documents`, or send files to POST documents")
        with self._lock:
            if self._on >= self._most or self.closing.is_set():
                raise TooManyJobs(f"{self._on} jobs are on or wait already: hand it in again later")
            self._on += 1
        try:
            return self._take_in(asked, owner, files)
        except BaseException:
            self._leave()
            raise

    def cancel(self, job: str) -> Job:
        """Let a job stop: one that waits at once, one that runs at its next step. One that has ended stays as it is."""

        def stopping(found: Job) -> Job:
            if found.state is JobState.QUEUED:
                return found.end(JobState.CANCELLED, "taken out of the queue as asked for")
            return found if found.state.ended else replace(found, stopping=True)

        stopped = change(self._graphs.store, job, stopping)
        if stopped.state is JobState.CANCELLED:
            folder_of(job).let_go_of_input()
        if job in self._stops:
            self._stops[job].set()
        return stopped

    def clear(self) -> None:
        """Clear away what is over the bounds, and write down what servers that have died could not."""
        with suppress(IsthmusError):  # a store that is away, or not there yet
            clear(self._graphs.store, self._bounds)

    def close(self, seconds: float = 5.0) -> None:
        """Let what runs stop at its next step, and wait so long for it; what does not is found interrupted."""
        self.closing.set()
        for _ in self._threads:
            self._queue.put(None)
        until = monotonic() + seconds
        for thread in self._threads:
            thread.join(max(until - monotonic(), 0.0))

    def _take_in(self, asked: JobIn, owner: Owner, files: Sequence[Path]) -> Job:
        store = self._graphs.store
        lease = self._hold_lease(store)
        parameters = asked.parameters.shown() | ({"files": len(files)} if files else {})
        job = new_job(asked.kind, parameters, owner=owner.key, name=owner.name, lease=lease)
        folder = folder_of(job.id)
        folder.make(to_json(asked), files)
        try:
            job = add(store, job)
        except BaseException:
            folder.remove()
            raise
        self._queue.put(job.id)
        return job

    def _hold_lease(self, store: Store) -> str:
        """The sign of life of all jobs of this server, and the threads that do them; returns its name."""
        with self._lock:
            if self._lease is None or self._lease.lost:  # lost: the store was away for longer than it lasts
                self._lease_name = f"jobs {secrets.token_hex(8)}"
                self._lease = acquire(store, self._lease_name)
            while len(self._threads) < self._at_once:
                thread = threading.Thread(target=self._work, name="isthmus job", daemon=True)
                self._threads.append(thread)
                thread.start()
            return self._lease_name

    def _leave(self) -> None:
        """One job less; after the last one no sign of life is needed."""
        with self._lock:
            self._on -= 1
            if self._on or self._lease is None:
                return
            lease, self._lease = self._lease, None
            lease.__exit__(None, None, None)
            with suppress(IsthmusError):
                self._graphs.store.delete_entry(EntryKind.LEASE, self._lease_name)  # nobody takes it again

    def _work(self) -> None:
        while (job := self._queue.get()) is not None:
            try:
                self._do(job)
            except Exception:
                _log.exception("what became of job %s could not be written down", job)
            finally:
                self._leave()

    def _do(self, key: str) -> None:
        store, folder = self._graphs.store, folder_of(key)
        stop = self._stops[key] = threading.Event()
        try:
            lease = self._hold_lease(store)
            job = change(store, key, lambda found: _begun(found, lease))
            if job.state is JobState.RUNNING:
                ending = self._ending(job, folder, _Report(store, job, stop, self.closing))
                job = _persist(store, key, ending, self.closing)
            if job.state is not JobState.DONE:
                folder.remove()
        finally:
            folder.let_go_of_input()
            del self._stops[key]
        _log.info("job ended", extra={"told": {"job": key, "kind": job.kind.value, "state": job.state.value}})
        self.clear()

    def _ending(self, job: Job, folder: JobFolder, report: _Report) -> Callable[[Job], Job]:
        """Do it; what is to be written down of it."""
        try:
            report.tell(None, "")  # the server may be stopping, with this one still in its queue
            with heeding(report.heed):
                made = work(from_json(folder.asked.read_bytes()), folder, self._graphs, report.tell)
            report.tell(None, "")  # where it had no steps, this is the one at which it stops
        except Stopped as stop:
            state = JobState.INTERRUPTED if self.closing.is_set() else JobState.CANCELLED
            told = str(stop)
        except IsthmusError as error:
            state, told = JobState.FAILED, str(error)
        except Exception:
            number = uuid.uuid4().hex
            _log.exception("error %s in job %s", number, job.id)
            state, told = JobState.FAILED, f"A fault of this service, number {number} in its log."
        else:
            return lambda found: _done(found, made)
        folder.remove()  # before anybody is told that it has ended
        return lambda found: found.end(state, told)


class _Report:
    """Writes down how far a job is, now and then, and hears whether it is to stop."""

    def __init__(self, store: Store, job: Job, stop: threading.Event, closing: threading.Event) -> None:
        self._store, self._job, self._stop, self._closing = store, job.id, stop, closing
        self._stopped = "stopped as asked for"
        if job.kind is JobKind.INGEST:
            self._stopped += "; what was read before is in the graph"
        self._told = 0.0

    def heed(self, doing: str, done: int, of: int) -> None:
        """What is done between two steps, or by a job that has none. Raises ``Stopped``."""
        self.tell(None, f"{doing}: {done:,} of {of:,}" if of else doing)

    def tell(self, share: float | None, message: str) -> None:
        """Raises ``Stopped``. Without a message it only listens."""
        if self._closing.is_set():
            raise Stopped("the server was stopped: hand it in again")
        if self._stop.is_set():
            raise Stopped(self._stopped)
        if message and monotonic() - self._told < TOLD_EVERY:
            return
        try:
            job = change(self._store, self._job, lambda job: _further(job, share, message))
        except NoSuchJob:
            raise Stopped("taken out of the store") from None
        except IsthmusError as error:  # a store that is away for a moment is no reason to give up
            _log.warning("how far job %s is could not be written down: %s", self._job, error)
            return
        finally:
            self._told = monotonic()
        if job.stopping:
            raise Stopped(self._stopped)


def _begun(job: Job, lease: str) -> Job:
    if job.state.ended:
        return job
    return replace(job, state=JobState.RUNNING, started=now(), message="began", lease=lease)


def _further(job: Job, share: float | None, message: str) -> Job:
    if not message or job.state.ended:
        return job
    return replace(job, share=job.share if share is None else round(min(share, 1.0), 4), message=message)


def _done(job: Job, made: Made) -> Job:
    return job.end(JobState.DONE, made.message, share=1.0, file=made.file, summary=made.summary)


def _persist(store: Store, key: str, ending: Callable[[Job], Job], closing: threading.Event) -> Job:
    """Write an end down; while the store is away some more times. Raises ``Unreachable``."""
    for wait in TRIES:
        try:
            return change(store, key, ending)
        except Unreachable:
            closing.wait(wait)
    return change(store, key, ending)
