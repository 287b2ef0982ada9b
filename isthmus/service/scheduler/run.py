"""One run of a schedule: its feed from its cursor to the end, each batch into the store before the cursor moves on.

Cut off at any moment and run again, the batch that was on its way is read once more, and the store takes what it knows as
unchanged: the graph is that of a run that nothing disturbed.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

from isthmus.errors import IsthmusError
from isthmus.extractors.feeds.feed import Asked, Feed
from isthmus.graph.stores.entries import EntryKind
from isthmus.graph.stores.protocol import Store
from isthmus.service.extraction import ExtractionLine
from isthmus.service.ingest import Ingestion, Progress
from isthmus.service.profile import Profile
from isthmus.service.runs import record
from isthmus.service.runs.summary import Summary
from isthmus.service.scheduler import history
from isthmus.service.scheduler.fetch import Pace, Service
from isthmus.service.scheduler.history import RunOutcome, ScheduledRun, Trigger
from isthmus.service.scheduler.lease import Lease
from isthmus.service.scheduler.preferred import preferred
from isthmus.service.scheduler.schedules import Schedule, change, cursor_of, find, hold, settled
from isthmus.service.scheduler.sources import feed_of
from isthmus.service.security.hidden import without_secrets
from isthmus.service.settings import Settings, settings
from isthmus.service.watch.after_ingest import tell_watchers
from isthmus.steps import step

_log = logging.getLogger(__name__)


def run_schedule(
    store: Store,
    name: str,
    *,
    trigger: Trigger = Trigger.MANUAL,
    known: Settings | None = None,
    pace: Pace | None = None,
    progress: Progress = lambda source, summary, share: None,
    stopping: Callable[[], bool] = lambda: False,
) -> tuple[ScheduledRun, Summary] | None:
    """Read a schedule now, to the end; ``None`` where ``trigger`` is cron and another process has done so already.

    ``stopping`` is asked after each batch. Raises ``NoSuchSchedule``, ``RunIsOn``, and whatever stopped it, after that
    was written into the history.
    """
    find(store, name)
    with hold(store, name) as lease:
        schedule, started = find(store, name), datetime.now(UTC)
        if trigger is Trigger.CRON and (schedule.paused or schedule.due > started):
            return None
        run = _Run(store, schedule, lease, started, trigger, stopping)
        with step("schedule.run", feed=schedule.feed.value, trigger=trigger.value) as taken:
            done = run.to_the_end(known or settings(), pace or Pace(), progress)
            taken.add(outcome=done[0].outcome.value, documents=done[1].read, requests=done[0].requests)
        return done


class Stopping(IsthmusError):
    """The process was told to stop while a run waited for a service."""


class _Run:
    """A run on its way."""

    def __init__(
        self,
        store: Store,
        schedule: Schedule,
        lease: Lease,
        started: datetime,
        trigger: Trigger,
        stopping: Callable[[], bool],
    ) -> None:
        self._store, self._schedule, self._lease = store, schedule, lease
        self._started, self._stopping = started, stopping
        history.close_interrupted(store, schedule.name)
        self._run = history.write(store, ScheduledRun(schedule.name, started.isoformat(), trigger))
        self._service: Service | None = None

    def to_the_end(self, known: Settings, pace: Pace, progress: Progress) -> tuple[ScheduledRun, Summary]:
        summary = Summary()
        try:
            feed, self._service = feed_of(self._schedule.feed, known, pace)
            asked = record.Asked(schedule=self._schedule.name)
            with (
                ExtractionLine(known.workers, profile=Profile.DEFAULT) as line,
                record.recorded(self._store, asked, line.extractor_name, record.Trigger.SCHEDULE) as recorder,
            ):
                self._run = replace(self._run, run=recorder.run.id)
                ingestion = Ingestion(self._store, line, 1, progress, record=recorder)
                summary = ingestion.summary
                if cancelled := self._read(feed, ingestion):
                    recorder.end(record.RunState.CANCELLED, f"{cancelled}: the next run goes on from here")
        except (KeyboardInterrupt, Stopping):
            self._end_badly(RunOutcome.CANCELLED, summary, "stopped: the next run goes on from here")
            raise
        except Exception as error:
            self._end_badly(RunOutcome.FAILED, summary, without_secrets(str(error)) or type(error).__name__)
            raise
        if cancelled:
            self._end(RunOutcome.CANCELLED, summary, f"{cancelled}: the next run goes on from here")
        elif summary.changed or not summary.went_well:
            self._end(RunOutcome.DONE, summary)
        else:
            self._end(RunOutcome.EMPTY, summary, record.how_it_ended(summary)[1])
        self._tell(summary)
        return self._run, summary

    def _end_badly(self, outcome: RunOutcome, summary: Summary, reason: str) -> None:
        """Write down how it ended, if the store can still be written, and tell of what it wrote."""
        try:
            self._end(outcome, summary, reason)
            self._tell(summary)
        except IsthmusError as error:
            _log.warning("how the run of %s ended could not be written: %s", self._schedule.name, error)

    def _read(self, feed: Feed, ingestion: Ingestion) -> str:
        """All batches; returns why it was stopped before the end, or nothing."""
        cursor, revision = cursor_of(self._store, self._schedule.name)
        day = self._started.date()
        asked = Asked(self._schedule.query, min(date.fromisoformat(self._schedule.since), day), day)
        for batch in feed.batches(asked, cursor):
            ingestion.take(Path(batch.name.replace("/", "-")), preferred(self._store, batch.records))
            ingestion.flush("")
            self._lease.check()
            kept = self._store.put_entry(EntryKind.FEED_CURSOR, self._schedule.name, batch.cursor, expected=revision)
            revision = kept.revision
            self._note(ingestion.summary, str(batch.cursor.get("through", "")))
            if "left" in batch.cursor and (why := self._stopped()):
                return why
        return ""

    def _stopped(self) -> str:
        if self._stopping():
            return "stopped"
        paused = find(self._store, self._schedule.name).paused
        return "paused" if paused and not self._schedule.paused else ""

    def _note(self, summary: Summary, through: str) -> None:
        self._run = replace(
            self._run,
            batches=self._run.batches + 1,
            through=through,
            requests=self._service.requests if self._service else 0,
            counts=_counts(summary),
        )
        history.write(self._store, self._run)

    def _end(self, outcome: RunOutcome, summary: Summary, reason: str = "") -> None:
        ended = datetime.now(UTC).isoformat()
        requests = self._service.requests if self._service else 0
        self._run = replace(
            self._run, outcome=outcome, reason=reason, ended=ended, requests=requests, counts=_counts(summary)
        )
        history.write(self._store, self._run)
        if outcome is not RunOutcome.CANCELLED:
            failed = outcome is RunOutcome.FAILED
            change(self._store, self._schedule.name, lambda now: settled(now, self._started, failed=failed))

    def _tell(self, summary: Summary) -> None:
        """Whoever watches is told also of a run that stopped half way: what it wrote is in the graph."""
        try:
            if summary.changed:
                tell_watchers(self._store)
        except IsthmusError as error:
            _log.warning("the watch-list could not be run after %s: %s", self._schedule.name, error)


def _counts(summary: Summary) -> dict[str, object]:
    told = summary.as_json()
    return {name: told[name] for name in told if name not in ("run", "seconds", "language_model", "modalities")}
