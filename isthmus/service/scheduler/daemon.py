"""The loop that runs what is due. Of several such processes one leads; another takes over when it dies or is stopped."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from threading import Event

from isthmus.errors import IsthmusError, Unreachable
from isthmus.graph.stores.protocol import Store
from isthmus.service.scheduler.fetch import Pace
from isthmus.service.scheduler.history import ScheduledRun, Trigger
from isthmus.service.scheduler.lease import Lease, LeaseLost, LeaseTaken, acquire
from isthmus.service.scheduler.run import Stopping, run_schedule
from isthmus.service.scheduler.schedules import RunIsOn, Schedule, change, schedules_of
from isthmus.service.settings import Settings

LEADER = "scheduler"
POLL = 5.0  # seconds between two looks
_log = logging.getLogger(__name__)

# Told of each run that ended, and of each that failed: name, run or error.
Told = Callable[[str, "ScheduledRun | IsthmusError"], None]


def serve(
    store: Store,
    stop: Event,
    *,
    known: Settings | None = None,
    pace: Pace | None = None,
    told: Told = lambda name, what: None,
    poll: float = POLL,
    once: bool = False,
) -> None:
    """Run schedules when they are due, until ``stop`` is set; with ``once`` what is due now, then end.

    A schedule that was due several times while nobody ran it is run once. A store that is away is waited for, but with
    ``once`` that is raised, and so is ``LeaseTaken`` where another process leads.
    """
    pace = pace or Pace(sleep=lambda seconds: _nap(stop, seconds))
    waits = False
    while not stop.is_set():
        try:
            with acquire(store, LEADER) as lease:
                waits = False
                _lead(store, lease, stop, known, pace, told, poll, once)
        except (LeaseTaken, LeaseLost, Unreachable) as error:
            if once:
                raise
            _log.log(logging.DEBUG if waits else logging.INFO, "waiting: %s", error)  # it may be for days
            waits = True
        if once:
            return
        stop.wait(poll)


def _nap(stop: Event, seconds: float) -> None:
    if stop.wait(seconds):
        raise Stopping("stopped: what was written is kept, the next run goes on from here")


def _lead(
    store: Store,
    lease: Lease,
    stop: Event,
    known: Settings | None,
    pace: Pace,
    told: Told,
    poll: float,
    once: bool,
) -> None:
    while True:
        for schedule in due_now(store, datetime.now(UTC)):
            lease.check()
            if stop.is_set():
                return
            try:
                done = run_schedule(
                    store, schedule.name, trigger=Trigger.CRON, known=known, pace=pace, stopping=stop.is_set
                )
                if done is not None:
                    told(schedule.name, done[0])
            except RunIsOn as error:
                _log.info("%s", error)
            except IsthmusError as error:
                told(schedule.name, error)
        lease.check()
        if once or stop.wait(poll):
            return


def due_now(store: Store, now: datetime) -> list[Schedule]:
    """Schedules whose time has come, the longest overdue first."""
    due = []
    for schedule in list(schedules_of(store)):
        if datetime.fromisoformat(schedule.due_after) > now:  # somebody set the clock back: count from now on
            change(store, schedule.name, lambda one: replace(one, due_after=now.isoformat()))
        elif not schedule.paused and schedule.due <= now:
            due.append(schedule)
    return sorted(due, key=lambda schedule: schedule.due)
