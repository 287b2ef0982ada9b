"""A job, and how it is kept: as an entry of the store, which every server over that store sees.

While a job waits or runs, the server whose queue it is in holds a lease. A job that says so and whose lease nobody holds is
``interrupted``: its server died and could not write that down.
"""

from __future__ import annotations

import secrets
import socket
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from isthmus.errors import IsthmusError, UsageError
from isthmus.graph.stores.entries import Entry, EntryChanged, EntryKind, sayable
from isthmus.graph.stores.protocol import Store
from isthmus.service.hypotheses.kept import every
from isthmus.service.scheduler.lease import is_held
from isthmus.service.security.scope import Scope

INTERRUPTED = "the server that it was on has ended: hand it in again"
_NEWEST_FIRST = str.maketrans("0123456789", "9876543210")
_TIME = len("20260131-235959999999")


class JobKind(StrEnum):
    """What a job does."""

    INGEST = "ingest"
    EXPORT = "export"
    BACKUP = "backup"
    BACKTEST = "backtest"
    GAPS = "gaps"
    PROPOSE = "propose"
    SCORE = "score"
    VERIFY = "verify"


# Those that tell how far they are; of the others nobody knows, since they work on the whole graph at once.
IN_STEPS = frozenset({JobKind.INGEST, JobKind.EXPORT, JobKind.BACKUP, JobKind.VERIFY})
# What a key needs to ask for one; a backup holds the hashes of keys.
SCOPES: Mapping[JobKind, Scope] = {
    kind: {JobKind.INGEST: Scope.INGEST, JobKind.BACKUP: Scope.ADMIN}.get(kind, Scope.READ) for kind in JobKind
}


class JobState(StrEnum):
    """How a job is. The last four are ends."""

    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"
    INTERRUPTED = "interrupted"

    @property
    def ended(self) -> bool:
        """Whether nothing more happens."""
        return self not in (JobState.QUEUED, JobState.RUNNING)


class NoSuchJob(UsageError):
    """An id that no job has, or one of somebody else's."""

    http_status = 404


class NoResultYet(IsthmusError):
    """The result of a job that has not come to its end, or to another end than that."""

    http_status = 409


class ResultGone(IsthmusError):
    """The result of a job that was cleared away, or lies on another machine."""

    http_status = 410


@dataclass(frozen=True, slots=True)
class JobFile:
    """What a job made: a file of its folder."""

    name: str
    media_type: str
    bytes: int


@dataclass(frozen=True, slots=True)
class Job:
    """One job. ``parameters`` are those asked for, but of documents, rows and pairs only how many there are.

    ``share`` is what is done of it, 0 to 1; ``None`` where nobody knows. ``owner`` is the id of the key that asked, and
    ``name`` that key's name; both are empty for this machine itself. ``machine`` has the files. ``summary`` says in a few
    figures what it came to. Times are ISO 8601 UTC, empty: not yet.
    """

    id: str
    kind: JobKind
    parameters: Mapping[str, Any]
    owner: str
    name: str
    made: str
    lease: str
    machine: str
    state: JobState = JobState.QUEUED
    share: float | None = None
    message: str = "waits for its turn"
    started: str = ""
    ended: str = ""
    stopping: bool = False
    summary: Mapping[str, Any] = field(default_factory=dict)
    file: JobFile | None = None
    cleared: bool = False
    revision: int = field(default=0, compare=False)

    @property
    def seconds(self) -> float:
        """That it has run so far, or ran."""
        if not self.started:
            return 0.0
        until = datetime.fromisoformat(self.ended) if self.ended else datetime.now(UTC)
        return round((until - datetime.fromisoformat(self.started)).total_seconds(), 2)

    def end(self, state: JobState, message: str, **more: Any) -> Job:  # noqa: ANN401 - fields
        """The job as it ended; one that has ended already stays as it is."""
        return self if self.state.ended else replace(self, state=state, message=message, ended=now(), **more)


def new_job(kind: JobKind, parameters: Mapping[str, Any], *, owner: str, name: str, lease: str) -> Job:
    """A job that waits. Ids are in the order of time."""
    made = datetime.now(UTC)
    key = f"{made:%Y%m%d-%H%M%S%f}-{secrets.token_hex(8)}"
    share = 0.0 if kind in IN_STEPS else None
    return Job(key, kind, parameters, owner, name, made.isoformat(), lease, socket.gethostname(), share=share)


def add(store: Store, job: Job) -> Job:
    """Keep a new job."""
    return _put(store, job)


def find(store: Store, key: str) -> Job:
    """The job of an id, as it is. Raises ``NoSuchJob``."""
    return _as_it_is(store, _kept(store, key))


def change(store: Store, key: str, by: Callable[[Job], Job]) -> Job:
    """Write what ``by`` makes of a job, alone among all processes; it may be called again. Raises ``NoSuchJob``."""
    while True:
        before = _kept(store, key)
        after = by(before)
        if after == before:
            return before
        try:
            return _put(store, after)
        except EntryChanged:
            continue


def all_jobs(store: Store) -> Iterator[Job]:
    """Every job, as it is, the newest first."""
    return (_as_it_is(store, _job(entry)) for entry in every(store, EntryKind.JOB))


def write_down_interrupted(store: Store, job: Job) -> Job:
    """The end of a job whose server could not write it down any more; others stay as they are."""
    if job.state is not JobState.INTERRUPTED or job.ended:
        return job

    def interrupted(found: Job) -> Job:
        return found if is_held(store, found.lease) else found.end(JobState.INTERRUPTED, INTERRUPTED)

    return change(store, job.id, interrupted)


def forget(store: Store, job: Job) -> None:
    """Take a job out of the store."""
    store.delete_entry(EntryKind.JOB, _key_of(job.id))


def now() -> str:
    """The time, as it is kept."""
    return datetime.now(UTC).isoformat()


def _as_it_is(store: Store, job: Job) -> Job:
    if job.state.ended or is_held(store, job.lease):
        return job
    current = _kept(store, job.id)  # it may have ended in between, and its server with it
    return current if current.state.ended else replace(current, state=JobState.INTERRUPTED, message=INTERRUPTED)


def _kept(store: Store, key: str) -> Job:
    entry = store.entry(EntryKind.JOB, _key_of(key)) if key and sayable(key) else None
    if entry is None:
        raise NoSuchJob(f"there is no job {key[:60]!r} of yours: GET jobs lists them; they are kept for some days")
    return _job(entry)


def _put(store: Store, job: Job) -> Job:
    value = asdict(job)
    del value["revision"], value["id"]
    entry = store.put_entry(EntryKind.JOB, _key_of(job.id), value, expected=job.revision)
    return replace(job, revision=entry.revision)


def _job(entry: Entry) -> Job:
    value = dict(entry.value)
    file = value.pop("file")
    return Job(
        id=_key_of(entry.id),
        kind=JobKind(value.pop("kind")),
        state=JobState(value.pop("state")),
        file=JobFile(**file) if file else None,
        revision=entry.revision,
        **value,
    )


def _key_of(job: str) -> str:
    """The key that its entry is kept under, and back: the digits of its time turned round, so that the newest comes first."""
    return job[:_TIME].translate(_NEWEST_FIRST) + job[_TIME:]
