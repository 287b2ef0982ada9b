"""The record of a run: what was asked, how far it is, how it ended. One for every ingest, whoever started it.

A schedule's history is beside it (``scheduler.history``), linked by the run's id: it tells of windows and requests and goes
with its schedule, while a run stays as long as rows of the ledger name it. While a run is on it holds a lease; one that says
``running`` and holds none is ``interrupted``: its process died.
"""

from __future__ import annotations

import getpass
import logging
import secrets
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime
from enum import StrEnum
from time import monotonic
from typing import Any

from isthmus.errors import IsthmusError, UsageError
from isthmus.graph.stores.entries import EntryKind, sayable
from isthmus.graph.stores.protocol import Page, Store
from isthmus.service.runs.summary import COUNTED, Summary
from isthmus.service.scheduler.lease import acquire, is_held
from isthmus.service.security.hidden import without_secrets
from isthmus.service.settings import settings
from isthmus.service.telemetry import logs

_log = logging.getLogger(__name__)
NOTED_EVERY = 2.0  # seconds between two writes of how far a run is
REASONS = 50  # of each outcome, that the record of a run keeps
_NEWEST_FIRST = str.maketrans("0123456789", "9876543210")
_TIME = len("20260131-235959999")


class NoSuchRun(UsageError):
    """An id that no run has."""

    http_status = 404


class RunState(StrEnum):
    """How a run is, or ended. ``empty``: nothing in the graph is other than before; ``reason`` says why."""

    RUNNING = "running"
    DONE = "done"
    PARTLY_FAILED = "partly_failed"
    FAILED = "failed"
    EMPTY = "empty"
    CANCELLED = "cancelled"
    INTERRUPTED = "interrupted"


class Trigger(StrEnum):
    """What started a run."""

    COMMAND = "command"
    REST = "rest"
    SCHEDULE = "schedule"
    DEMO = "demo"


@dataclass(frozen=True, slots=True)
class Asked:
    """What a run was asked to read, and how; ``paths`` are absolute. ``resumes`` and ``retries`` are ids of earlier runs."""

    paths: tuple[str, ...] = ()
    kind: str = ""
    columns: Mapping[str, str] | None = None
    profile: str = "default"
    model: str = ""
    budget: str = ""
    schedule: str = ""
    resumes: str = ""
    retries: str = ""


@dataclass(frozen=True, slots=True)
class Run:
    """One run. ``share`` is that of its inputs which is done, 0 to 1; ``files_done`` of its files are, to ``last_file``.

    ``reason`` is empty only for ``running`` and ``done``. ``reasons`` counts, by outcome, why documents are empty, failed
    or quarantined. ``slowest`` are documents with the seconds that they took, longest first. Times are ISO 8601 UTC.
    """

    id: str
    trigger: Trigger
    who: str
    asked: Asked
    extractor: str
    started: str
    state: RunState = RunState.RUNNING
    reason: str = ""
    ended: str = ""
    seconds: float = 0.0
    share: float = 0.0
    files_done: int = 0
    last_file: str = ""
    counts: Mapping[str, int] = field(default_factory=dict)
    reasons: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    slowest: tuple[tuple[str, float], ...] = ()
    tokens: int = 0
    money: float = 0.0

    def as_json(self) -> dict[str, Any]:
        """The run as it is printed."""
        return asdict(self)


class Recorder:
    """Writes a run down while it is on."""

    def __init__(self, store: Store, run: Run) -> None:
        self.run, self._store = run, store
        self._summary = Summary(run=run.id)
        self._began = self._noted = monotonic()
        self._write()

    def follow(self, summary: Summary) -> None:
        """Take the counts from here on from this summary."""
        summary.run, self._summary = self.run.id, summary

    def note(self, share: float, files_done: int, last_file: str) -> None:
        """Tell how far it is: written down now and then."""
        self.run = replace(self.run, share=round(min(share, 1.0), 4), files_done=files_done, last_file=last_file)
        if monotonic() - self._noted >= NOTED_EVERY:
            self._write()

    def end(self, state: RunState, reason: str = "") -> None:
        """Write down how it ended."""
        through = state in (RunState.DONE, RunState.PARTLY_FAILED, RunState.EMPTY)
        share = 1.0 if through else self.run.share
        self.run = replace(self.run, state=state, reason=reason, ended=_now(), share=share)
        self._write()
        told = {"state": state.value, "trigger": self.run.trigger.value, "seconds": self.run.seconds, **self.run.counts}
        _log.info("run ended", extra={"told": told})  # the reason may name a file: it is in the run

    def end_well(self) -> None:
        """Write down that it came to its end, and what of it is to be said."""
        self.end(*how_it_ended(self._summary))

    def _write(self) -> None:
        summary = self._summary
        model = summary.language_model or {}
        reasons = {
            "empty": summary.empty_reasons,
            "failed": summary.failure_reasons,
            "quarantined": summary.quarantine_reasons,
        }
        self.run = replace(
            self.run,
            seconds=round(monotonic() - self._began, 2),
            counts={name: getattr(summary, name) for name in COUNTED},
            reasons={outcome: dict(counted.most_common(REASONS)) for outcome, counted in reasons.items() if counted},
            slowest=tuple((name, round(took, 3)) for took, name in sorted(summary.slowest, reverse=True)),
            tokens=sum(model.get("tokens", {}).values()),
            money=model.get("money", 0.0),
        )
        _put(self._store, self.run)
        self._noted = monotonic()


def how_it_ended(summary: Summary) -> tuple[RunState, str]:
    """The state of a run that came to its end, with its reason: success with nothing does not exist."""
    bad = summary.failed + summary.quarantined
    if bad:
        reasons: Counter[str] = summary.failure_reasons + summary.quarantine_reasons
        told = f"{bad:,} of {summary.read:,} not read, most often: {reasons.most_common(1)[0][0]}"
        return (RunState.FAILED if bad >= summary.read else RunState.PARTLY_FAILED), told
    if summary.written or summary.deleted:
        return RunState.DONE, ""
    if summary.empty:
        return RunState.EMPTY, f"nothing was found: {summary.empty_reasons.most_common(1)[0][0]}"
    if summary.unchanged:
        return RunState.EMPTY, f"nothing new: {summary.unchanged:,} documents are in already"
    if summary.notes:
        return RunState.EMPTY, f"nothing to write: {summary.notes.most_common(1)[0][0][1]}"
    return RunState.EMPTY, "nothing to read: the inputs hold no document that was not seen before"


@contextmanager
def recorded(
    store: Store, asked: Asked, extractor: str, trigger: Trigger = Trigger.COMMAND, who: str = ""
) -> Iterator[Recorder]:
    """A run from its beginning to its end: what stops it is written down, and raised."""
    started = datetime.now(UTC)
    key = f"{started:%Y%m%d-%H%M%S}{started.microsecond // 1000:03d}-{secrets.token_hex(3)}"
    with acquire(store, _lease_of(key)), logs.of_run(key):
        recorder = Recorder(store, Run(key, trigger, who or _me(), asked, extractor, started.isoformat()))
        try:
            yield recorder
        except KeyboardInterrupt as stop:
            _end_badly(recorder, RunState.CANCELLED, str(stop) or "stopped: isthmus ingest --resume goes on with it")
            raise
        except Exception as error:
            _end_badly(recorder, RunState.FAILED, without_secrets(str(error)) or type(error).__name__)
            raise
        if recorder.run.state is RunState.RUNNING:
            recorder.end_well()
    with suppress(IsthmusError):
        store.delete_entry(EntryKind.LEASE, _lease_of(key))  # nobody takes it again


def _end_badly(recorder: Recorder, state: RunState, reason: str) -> None:
    with suppress(IsthmusError):  # a store that is away: the run will show as interrupted
        recorder.end(state, reason)


def find_run(store: Store, key: str) -> Run:
    """The run of an id. Raises ``NoSuchRun``."""
    entry = store.entry(EntryKind.READING_RUN, _key_of(key)) if key and sayable(key) else None
    if entry is None:
        raise NoSuchRun(f"there is no run {key[:60]!r}: isthmus runs list shows those that there are")
    return _as_it_is(store, _run(entry.value))


def runs_of(store: Store, *, limit: int = 100, cursor: str = "") -> Page[Run]:
    """Runs, the newest first."""
    page = store.entries(EntryKind.READING_RUN, limit=limit, cursor=cursor)
    return Page(tuple(_as_it_is(store, _run(entry.value)) for entry in page.items), page.cursor)


def all_runs(store: Store, state: RunState | None = None) -> Iterator[Run]:
    """Every run, or those in a state, the newest first."""
    cursor = ""
    while True:
        page = runs_of(store, cursor=cursor)
        yield from (run for run in page.items if state in (None, run.state))
        cursor = page.cursor
        if not cursor:
            return


def _as_it_is(store: Store, run: Run) -> Run:
    """A run whose process died could not write that down."""
    if run.state is RunState.RUNNING and not is_held(store, _lease_of(run.id)):
        mend = "isthmus ingest --resume goes on with it"
        if run.trigger is Trigger.SCHEDULE:
            mend = f"the next run of {run.asked.schedule} goes on where it had come to"
        return replace(run, state=RunState.INTERRUPTED, reason=f"its process ended in the middle: {mend}")
    return run


def _put(store: Store, run: Run) -> None:
    store.put_entry(EntryKind.READING_RUN, _key_of(run.id), asdict(run))


def _run(value: Mapping[str, Any]) -> Run:
    asked = Asked(**{**value["asked"], "paths": tuple(value["asked"]["paths"])})
    return Run(
        **{
            **value,
            "asked": asked,
            "trigger": Trigger(value["trigger"]),
            "state": RunState(value["state"]),
            "slowest": tuple((name, took) for name, took in value["slowest"]),
        }
    )


def _key_of(run: str) -> str:
    """The key that its entry is kept under: the digits of its time turned round, so that the newest comes first."""
    return run[:_TIME].translate(_NEWEST_FIRST) + run[_TIME:]


def _lease_of(run: str) -> str:
    return f"run {run}"


def _me() -> str:
    try:
        return settings().reviewer or getpass.getuser()
    except (KeyError, OSError, ImportError):  # a container's user may have no name
        return ""


def _now() -> str:
    return datetime.now(UTC).isoformat()
