"""Schedules as they are kept: what is read from where, when, and how it went so far."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from isthmus.errors import UsageError
from isthmus.extractors.feeds.feed import Cursor, FeedKind
from isthmus.graph.stores.entries import EntryChanged, EntryKind
from isthmus.graph.stores.protocol import Store
from isthmus.service.scheduler.cron import next_due
from isthmus.service.scheduler.history import forget
from isthmus.service.scheduler.lease import Lease, LeaseTaken, acquire

LOOKS_BACK = timedelta(days=30)  # of a schedule that names no --since
FIRST_RETRY, LONGEST_RETRY = timedelta(minutes=1), timedelta(hours=6)
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,59}")


class UnusableSchedule(UsageError):
    """A schedule that could not be read by: its name, query or date is wrong."""


class NoSuchSchedule(UsageError):
    """A name that no schedule has."""

    http_status = 404


class ScheduleExists(UsageError):
    """A name that a schedule has already."""

    http_status = 409


class RunIsOn(UsageError):
    """Something that cannot be done to a schedule while it is being read."""

    http_status = 409


@dataclass(frozen=True, slots=True)
class Schedule:
    """One feed's query and its times. Times are ISO 8601 UTC; ``since`` is a day.

    It is due at the first time of ``cron`` after ``due_after``, but not before ``not_before``, which a failed run sets.
    """

    name: str
    feed: FeedKind
    query: str
    cron: str
    since: str
    created: str
    due_after: str
    paused: bool = False
    failures: int = 0
    not_before: str = ""

    @property
    def due(self) -> datetime:
        """When it is to be run next, if it is not paused; in the past where that was missed."""
        at = next_due(self.cron, datetime.fromisoformat(self.due_after))
        return max(at, datetime.fromisoformat(self.not_before)) if self.not_before else at

    def as_json(self) -> dict[str, Any]:
        """The schedule as it is printed."""
        return {**asdict(self), "next": None if self.paused else self.due.isoformat(timespec="seconds")}


def add(
    store: Store, name: str, feed: FeedKind, query: str, cron: str, since: str = "", now: datetime | None = None
) -> Schedule:
    """Keep a new schedule. Raises ``UnusableSchedule``, ``BadCron`` and ``ScheduleExists``."""
    now = now or datetime.now(UTC)
    if not _NAME.fullmatch(name):
        raise UnusableSchedule(f"{name[:60]!r} is no name for a schedule: use letters, digits, dots, - and _")
    next_due(cron, now)
    first = _day(since) if since else now.date() - LOOKS_BACK
    made = Schedule(name, feed, _usable(feed, query), cron, first.isoformat(), now.isoformat(), now.isoformat())
    try:
        store.put_entry(EntryKind.FEED, name, asdict(made), expected=0)
    except EntryChanged:
        raise ScheduleExists(f"there is a schedule {name} already: remove it first, or take another name") from None
    return made


def _usable(feed: FeedKind, query: str) -> str:
    if feed is FeedKind.FOLDER:
        folder = Path(query).expanduser().absolute()
        if not query or not folder.is_dir():
            raise UnusableSchedule(f"{query!r} is no folder: make it first, and give its path as --query")
        return str(folder)
    if not query.strip() and feed is not FeedKind.BIORXIV:
        raise UnusableSchedule(f"a schedule of {feed} needs a query: give one with --query")
    return query.strip()


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise UnusableSchedule(f"{text!r} is no date: give --since as YYYY-MM-DD") from None


def find(store: Store, name: str) -> Schedule:
    """The schedule of a name. Raises ``NoSuchSchedule``."""
    entry = store.entry(EntryKind.FEED, name) if name else None
    if entry is None:
        there = ", ".join(each.name for each in schedules_of(store)) or "none yet: isthmus schedule add makes one"
        raise NoSuchSchedule(f"there is no schedule {name!r}. There are: {there}")
    return _schedule(entry.value)


def _schedule(value: Any) -> Schedule:  # noqa: ANN401 - JSON
    return Schedule(**{**value, "feed": FeedKind(value["feed"])})


def schedules_of(store: Store) -> Iterator[Schedule]:
    """All schedules, by name."""
    cursor = ""
    while True:
        page = store.entries(EntryKind.FEED, cursor=cursor)
        yield from (_schedule(entry.value) for entry in page.items)
        cursor = page.cursor
        if not cursor:
            return


def pause(store: Store, name: str) -> Schedule:
    """Run it no more by itself; a run that is on ends with its batch. Raises ``NoSuchSchedule``."""
    return change(store, name, lambda schedule: replace(schedule, paused=True))


def resume(store: Store, name: str, now: datetime | None = None) -> Schedule:
    """Run it again, from where it stopped; what was due while it was paused is not. Raises ``NoSuchSchedule``."""
    at = (now or datetime.now(UTC)).isoformat()
    return change(
        store, name, lambda schedule: replace(schedule, paused=False, due_after=at, failures=0, not_before="")
    )


def remove(store: Store, name: str) -> Schedule:
    """Take it out with its cursor and its history; what it fed stays. Raises ``NoSuchSchedule`` and ``RunIsOn``."""
    found = find(store, name)
    with hold(store, name):
        store.delete_entry(EntryKind.FEED, name)
        store.delete_entry(EntryKind.FEED_CURSOR, name)
        forget(store, name)
    return found


def hold(store: Store, name: str) -> Lease:
    """The lease of a schedule, which nobody else reads meanwhile. Raises ``RunIsOn``."""
    try:
        return acquire(store, lease_of(name))
    except LeaseTaken as error:
        raise RunIsOn(f"a run of {name} is on ({error}): wait for its end, or stop it with schedule pause") from None


def check_free(store: Store, name: str) -> None:
    """Whether a schedule could be run now. Raises ``RunIsOn``."""
    with hold(store, name):
        return


def change(store: Store, name: str, changed: Callable[[Schedule], Schedule]) -> Schedule:
    """Write a schedule anew, whoever else does so at the same time. Raises ``NoSuchSchedule``."""
    while True:
        find(store, name)
        entry = store.entry(EntryKind.FEED, name)
        if entry is None:
            continue  # removed between two looks: the next one says so
        made = changed(_schedule(entry.value))
        try:
            store.put_entry(EntryKind.FEED, name, asdict(made), expected=entry.revision)
        except EntryChanged:
            continue
        return made


def settled(schedule: Schedule, started: datetime, *, failed: bool) -> Schedule:
    """The schedule after a run. One that failed stays due, after a wait that doubles with each failure."""
    if not failed:
        return replace(schedule, due_after=started.isoformat(), failures=0, not_before="")
    wait = min(FIRST_RETRY * 2 ** min(schedule.failures, 12), LONGEST_RETRY)
    return replace(schedule, failures=schedule.failures + 1, not_before=(datetime.now(UTC) + wait).isoformat())


def cursor_of(store: Store, name: str) -> tuple[Cursor, int]:
    """Where the next run goes on, and the revision it must have when it is moved."""
    entry = store.entry(EntryKind.FEED_CURSOR, name)
    return (entry.value, entry.revision) if entry else ({}, 0)


def lease_of(name: str) -> str:
    """The lease that whoever reads a schedule holds."""
    return f"schedule {name}"
