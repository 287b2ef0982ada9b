"""A job, and how it is kept: as an entry of the store, which every server over that store sees.

While a job waits or runs somebody holds a lease: the server whose queue it is in, then the process that does it. One that
says so and whose lease nobody holds is ``interrupted``: the process died and could not write that down.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from isthmus.errors import IsthmusError, UsageError
from isthmus.graph.stores.entries import Entry, EntryChanged, EntryKind, sayable
from isthmus.graph.stores.protocol import Page, Store
from isthmus.service.scheduler.lease import is_held
from isthmus.service.security.scope import Scope

INTERRUPTED = "the process that it was in ended: POST its `retry` begins it again"
_NEWEST_FIRST = str.maketrans("0123456789", "9876543210")
_TIME = len("20260131-235959999999")


class JobKind(StrEnum):
    """What a job does."""

    INGEST = "ingest"
    EXPORT = "export"
    BACKTEST = "backtest"
    GAPS = "gaps"
    PROPOSE = "propose"
    SCORE = "score"
    VERIFY = "verify"
    BACKUP = "backup"


SCOPES: Mapping[JobKind, Scope] = {  # what a key needs to ask for one; a backup holds the keys' hashes
    kind: {JobKind.INGEST: Scope.INGEST, JobKind.BACKUP: Scope.ADMIN}.get(kind, Scope.READ) for kind in JobKind
}


class JobState(StrEnum):
    """How a job is. The last four are ends; all of them but ``done`` can be tried again."""

    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"
    INTERRUPTED = "interrupted"

    @property
    def ended(self) -> bool:
        """Whether nothing more happens by itself."""
        return self not in (JobState.QUEUED, JobState.RUNNING)


class NoSuchJob(UsageError):
    """An id that no job has, or one of somebody else's."""

    http_status = 404


class WrongState(IsthmusError):
    """What cannot be done with a job as it is now."""

    http_status = 409


@dataclass(frozen=True, slots=True)
class JobFile:
    """What a job made: a file of its folder."""

    name: str
    media_type: str
    bytes: int


@dataclass(frozen=True, slots=True)
class Job:
    """One job. ``parameters`` are those asked for, but texts, rows and pairs as their number only.

    ``share`` is what is done of it, 0 to 1. ``key`` and ``name`` are of the key that asked, empty for this machine itself.
    ``lease`` is that of its queue or its process. ``tries`` counts its starts. Times are ISO 8601 UTC, empty: not yet.
    """

    id: str
    kind: JobKind
    parameters: Mapping[str, Any]
    key: str
    name: str
    made: str
    lease: str
    state: JobState = JobState.QUEUED
    share: float = 0.0
    message: str = "waits for its turn"
    started: str = ""
    ended: str = ""
    tries: int = 1
    stopping: bool = False
    result: Any = None
    file: JobFile | None = None
    revision: int = field(default=0, compare=False)

    @property
    def lease_of_process(self) -> str:
        """What the process that does it holds."""
        return f"job {self.id}"

    def end(self, state: JobState, message: str, **more: Any) -> Job:  # noqa: ANN401 - fields
        """The job as it ended."""
        return replace(self, state=state, message=message, ended=now(), stopping=False, **more)


def new_job(kind: JobKind, parameters: Mapping[str, Any], key: str, name: str, lease: str) -> Job:
    """A job that waits. Ids are in the order of time."""
    made = datetime.now(UTC)
    return Job(
        f"{made:%Y%m%d-%H%M%S%f}-{secrets.token_hex(8)}", kind, parameters, key, name, made.isoformat(), lease
    )


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


def page_of(store: Store, *, limit: int, cursor: str = "") -> Page[Job]:
    """Jobs of whoever, the newest first."""
    found = store.entries(EntryKind.JOB, limit=limit, cursor=cursor)
    return Page(tuple(_as_it_is(store, _job(entry)) for entry in found.items), found.cursor)


def all_jobs(store: Store) -> Iterator[Job]:
    """Every job, the newest first."""
    cursor = ""
    while True:
        page = page_of(store, limit=200, cursor=cursor)
        yield from page.items
        cursor = page.cursor
        if not cursor:
            return


def forget(store: Store, job: Job) -> None:
    """Take a job out of the store."""
    store.delete_entry(EntryKind.JOB, _key_of(job.id))
    store.delete_entry(EntryKind.LEASE, job.lease_of_process)


def now() -> str:
    """The time, as it is kept."""
    return datetime.now(UTC).isoformat()


def _as_it_is(store: Store, job: Job) -> Job:
    if job.state.ended or is_held(store, job.lease):
        return job
    current = _kept(store, job.id)  # it may have ended, or gone on from its queue to its process, in between
    if current.state.ended or is_held(store, current.lease):
        return current
    return replace(current, state=JobState.INTERRUPTED, message=INTERRUPTED)


def _kept(store: Store, key: str) -> Job:
    entry = store.entry(EntryKind.JOB, _key_of(key)) if key and sayable(key) else None
    if entry is None:
        raise NoSuchJob(f"there is no job {key[:60]!r}: GET jobs lists yours, which are kept for some days")
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
