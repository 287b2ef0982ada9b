"""Schedules: what is read by itself, when, and what its runs did."""

from __future__ import annotations

import logging
from typing import Annotated, Any

from fastapi import APIRouter, BackgroundTasks, Path, Response, status
from pydantic import BaseModel, ConfigDict, Field

from isthmus.errors import IsthmusError
from isthmus.extractors.feeds.feed import FeedKind
from isthmus.graph.stores.protocol import Store
from isthmus.service.api.dependencies import Cursor, Limit, StoreOf
from isthmus.service.api.examples import SCHEDULE, example
from isthmus.service.api.pages import page_after
from isthmus.service.api.schemas import PageOut
from isthmus.service.api.tables_out import ListsOf, as_table
from isthmus.service.scheduler import schedules
from isthmus.service.scheduler.history import ScheduledRun, history_of
from isthmus.service.scheduler.run import run_schedule

router = APIRouter(tags=["schedules"])
Name = Annotated[str, Path(max_length=200, examples=[SCHEDULE])]
_log = logging.getLogger(__name__)


class ScheduleIn(BaseModel):
    """A schedule to keep. ``query`` is in the service's own language; ``cron`` is in UTC."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra=example(
            {"name": SCHEDULE, "feed": "pubmed", "query": "gut microbiota AND brain", "cron": "0 3 * * *"}
        ),
    )

    name: str = Field(max_length=60)
    feed: FeedKind
    query: str = Field("", max_length=4000)
    cron: str = Field("0 3 * * *", max_length=100)
    since: str = Field("", max_length=10, description="YYYY-MM-DD: the first day to read; else 30 days ago")


class ScheduleOut(BaseModel):
    """A schedule, and when it is due next: nothing while it is paused. Times are UTC."""

    name: str
    feed: FeedKind
    query: str
    cron: str
    since: str
    created: str
    due_after: str
    paused: bool
    failures: int
    not_before: str
    next: str | None

    @classmethod
    def of(cls, one: schedules.Schedule) -> ScheduleOut:
        """From the value that is kept."""
        return cls(**one.as_json())


class ScheduledRunOut(BaseModel):
    """What a run did; ``counts`` are those of an ingest."""

    schedule: str
    started: str
    trigger: str
    outcome: str
    reason: str
    ended: str
    batches: int
    requests: int
    through: str
    run: str
    counts: dict[str, Any]

    @classmethod
    def of(cls, one: ScheduledRun) -> ScheduledRunOut:
        """From the value that is kept."""
        return cls(**{name: getattr(one, name) for name in cls.model_fields})


@router.get("/schedules", **as_table(ScheduleOut))
def list_(store: StoreOf, lists: ListsOf, limit: Limit = 100, cursor: Cursor = "") -> PageOut[ScheduleOut] | Response:
    """What is scheduled, by name."""
    found = sorted((ScheduleOut.of(one) for one in schedules.schedules_of(store)), key=lambda one: one.name)

    def page(limit: int, cursor: str) -> PageOut[ScheduleOut]:
        return page_after(found, lambda one: one.name, of="schedules", limit=limit, cursor=cursor)

    return lists.paged(ScheduleOut, page, limit=limit, cursor=cursor)


@router.post("/schedules", status_code=status.HTTP_201_CREATED)
def add(store: StoreOf, asked: ScheduleIn) -> ScheduleOut:
    """Keep a schedule: the scheduler runs it when it is due. A folder is named on the command line only."""
    if asked.feed is FeedKind.FOLDER:
        # whoever may write here could otherwise have any file of the machine read into the graph
        raise schedules.UnusableSchedule("a folder is scheduled on its own machine: isthmus schedule add --feed folder")
    return ScheduleOut.of(schedules.add(store, asked.name, asked.feed, asked.query, asked.cron, asked.since))


@router.get("/schedules/{name}")
def show(store: StoreOf, name: Name) -> ScheduleOut:
    """One schedule."""
    return ScheduleOut.of(schedules.find(store, name))


@router.delete("/schedules/{name}", status_code=status.HTTP_204_NO_CONTENT)
def remove(store: StoreOf, name: Name) -> None:
    """Take it out with its history; what it fed stays."""
    schedules.remove(store, name)


@router.post("/schedules/{name}/run", status_code=status.HTTP_202_ACCEPTED)
def run(store: StoreOf, name: Name, after: BackgroundTasks) -> ScheduleOut:
    """Run it now, from its cursor, to the end, after this answer: its history tells how it goes, a pause stops it."""
    one = schedules.find(store, name)
    schedules.check_free(store, name)
    after.add_task(_run, store, name)
    return ScheduleOut.of(one)


def _run(store: Store, name: Name) -> None:
    try:
        run_schedule(store, name)
    except IsthmusError as error:  # the history has it
        _log.warning("%s: %s", name, error)


@router.post("/schedules/{name}/pause")
def pause(store: StoreOf, name: Name) -> ScheduleOut:
    """Run it no more by itself; a run that is on ends with its batch."""
    return ScheduleOut.of(schedules.pause(store, name))


@router.post("/schedules/{name}/resume")
def resume(store: StoreOf, name: Name) -> ScheduleOut:
    """Run it by itself again, from where it stopped."""
    return ScheduleOut.of(schedules.resume(store, name))


@router.get("/schedules/{name}/history", **as_table(ScheduledRunOut))
def history(
    store: StoreOf, lists: ListsOf, name: Name, limit: Limit = 100, cursor: Cursor = ""
) -> PageOut[ScheduledRunOut] | Response:
    """What its runs did, the newest first."""
    schedules.find(store, name)
    found = [ScheduledRunOut.of(one) for one in history_of(store, name)]

    def page(limit: int, cursor: str) -> PageOut[ScheduledRunOut]:
        return page_after(found, lambda one: one.started, of="history", limit=limit, cursor=cursor, newest_first=True)

    return lists.paged(ScheduledRunOut, page, limit=limit, cursor=cursor)
