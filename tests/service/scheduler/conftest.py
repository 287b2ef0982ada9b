"""A library on loopback, an empty store, and a run of a schedule as the scheduler makes it."""

from __future__ import annotations

import pytest
from service.scheduler.literature_server import LiteratureServer, days_ago

from isthmus.extractors.feeds.feed import FeedKind
from isthmus.graph.stores.sqlite import SqliteStore
from isthmus.service.scheduler.fetch import Pace
from isthmus.service.scheduler.run import run_schedule
from isthmus.service.scheduler.schedules import add
from isthmus.service.settings import Settings


class Clock:
    """Time that passes only by waiting."""

    def __init__(self):
        self.time, self.waits = 0.0, []

    def sleep(self, seconds):
        self.waits.append(seconds)
        self.time += seconds

    def now(self):
        return self.time


@pytest.fixture
def server():
    with LiteratureServer() as running:
        yield running


@pytest.fixture
def library(server):
    return server.library


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def pace(clock):
    return Pace(sleep=clock.sleep, now=clock.now)


@pytest.fixture
def known(server):
    given = {name.removeprefix("ISTHMUS_").lower(): value for name, value in server.environment.items()}
    return Settings(**given, workers=1)


@pytest.fixture
def store(tmp_path):
    with SqliteStore(tmp_path / "fed.sqlite") as opened:
        yield opened


@pytest.fixture
def feed(store, known, pace):
    """Read one feed once more, from where the last run ended; the schedule is made the first time."""
    made = set()

    def run(kind, query="genes", *, into=None, **how):
        into = into or store
        if (kind, into.url) not in made:
            made.add((kind, into.url))
            add(into, kind, FeedKind(kind), query, "0 3 * * *", days_ago(20))
        return run_schedule(into, kind, known=known, pace=pace, **how)

    return run
