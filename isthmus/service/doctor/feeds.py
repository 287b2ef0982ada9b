"""What is scheduled: whether it may be reached, how its last run went, and whether somebody reads it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

from isthmus.extractors.feeds.feed import FeedKind
from isthmus.graph.stores.protocol import Store
from isthmus.service.doctor.check import Broken, Look
from isthmus.service.scheduler.daemon import LEADER
from isthmus.service.scheduler.fetch import Pace
from isthmus.service.scheduler.history import RunOutcome, ScheduledRun, history_of
from isthmus.service.scheduler.lease import is_held
from isthmus.service.scheduler.schedules import Schedule, lease_of, schedules_of
from isthmus.service.scheduler.sources import feed_of
from isthmus.service.settings import Settings

OVERDUE = timedelta(minutes=15)


def feed_looks(store: Store, known: Settings) -> Iterator[Look]:
    """A look at each schedule, and at whoever runs them."""
    schedules = sorted(schedules_of(store), key=lambda one: one.name)
    if not schedules:
        yield "feeds", lambda: "nothing is scheduled: `isthmus schedule add` keeps a schedule"
        return
    yield "scheduler", partial(_scheduler, store, schedules)
    for one in schedules:
        yield f"feed {one.name}", partial(_feed, store, known, one)


def _scheduler(store: Store, schedules: list[Schedule]) -> str:
    if is_held(store, LEADER):
        return "on"
    late = [one.name for one in schedules if not one.paused and datetime.now(UTC) - one.due > OVERDUE]
    if late:
        raise Broken(f"none is on, and {', '.join(late[:5])} should have been read: start `isthmus schedule daemon`")
    return "none is on; nothing waits for it: `isthmus schedule daemon` starts one"


def _feed(store: Store, known: Settings, one: Schedule) -> str:
    feed_of(one.feed, known, Pace())  # says how to allow an address that may not be reached
    if one.feed is FeedKind.FOLDER and not Path(one.query).is_dir():
        raise Broken(f"{one.query} is no folder any more: make it again, or `isthmus schedule remove {one.name}`")
    last = next(iter(history_of(store, one.name)), None)
    if one.failures and not one.paused:
        reason = last.reason if last else "of which nothing is kept"
        raise Broken(
            f"failed {one.failures} times in a row: {reason}. It is tried again at {one.due:%Y-%m-%d %H:%M} UTC; "
            f"`isthmus schedule run {one.name}` tries it now"
        )
    if last and last.outcome is RunOutcome.RUNNING and not is_held(store, lease_of(one.name)):
        raise Broken(f"its last run was cut off: `isthmus schedule run {one.name}` goes on where it had come to")
    state = "paused" if one.paused else f"next {one.due:%Y-%m-%d %H:%M} UTC"
    return f"{state}; {_told(last)}"


def _told(last: ScheduledRun | None) -> str:
    if last is None:
        return "not read yet"
    counts = ", ".join(f"{last.counts[name]:,} {name}" for name in ("written", "unchanged") if last.counts.get(name))
    return f"last {last.started[:16].replace('T', ' ')} {last.outcome}" + (f", {counts}" if counts else "")
