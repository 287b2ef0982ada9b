"""The events of a job, as they go out."""

from dataclasses import replace

import anyio
import pytest

from isthmus.graph.stores.protocol import StoreUnreachable
from isthmus.service.graphs import Graphs
from isthmus.service.jobs import following
from isthmus.service.jobs.clearing import Bounds
from isthmus.service.jobs.following import TooManyListeners, follow, room_for_one_more
from isthmus.service.jobs.job import JobKind, JobState, new_job
from isthmus.service.jobs.running import Jobs

MADE = new_job(JobKind.GAPS, {}, owner="", name="", lease="")
RUNNING = replace(MADE, state=JobState.RUNNING, revision=2)
DONE = replace(MADE, state=JobState.DONE, revision=3)
AWAY = StoreUnreachable("away")
BEGIN = ["retry: 3000\n\n"]


@pytest.fixture
def jobs(tmp_path):
    made = Jobs(Graphs(f"sqlite:///{tmp_path / 'none.sqlite'}"), Bounds())
    yield made
    assert made.listeners == 0


def told(jobs, looks, after=0, most=100):
    """What goes out while the job is seen so, one look after the other."""
    seen = iter(looks)

    def look():
        found = next(seen)
        if isinstance(found, Exception):
            raise found
        return found

    async def listen():
        stream, sent = follow(jobs, look, lambda job: job.state, after, every=0.0), []
        async for each in stream:
            sent.append(each)
            if len(sent) == most:
                await stream.aclose()
        return sent

    return anyio.run(listen)


def event(job, name):
    return f"id: {job.revision}\nevent: {name}\ndata: {job.state}\n\n"


def test_what_is_no_news_is_not_told_again(jobs):
    looks = [RUNNING, RUNNING, RUNNING, DONE]
    assert told(jobs, looks) == [*BEGIN, event(RUNNING, "progress"), event(DONE, "end")]
    assert told(jobs, looks, after=2) == [*BEGIN, event(DONE, "end")]


def test_the_heart_beats_while_there_is_no_news(jobs, monkeypatch):
    monkeypatch.setattr(following, "HEARTBEAT", 0.0)
    sent = told(jobs, [RUNNING, RUNNING, DONE])
    assert sent == [*BEGIN, event(RUNNING, "progress"), *[": still at work\n\n"] * 2, event(DONE, "end")]


def test_a_store_that_is_away_ends_no_stream(jobs):
    assert told(jobs, [AWAY, RUNNING, AWAY, AWAY, DONE]) == [*BEGIN, event(RUNNING, "progress"), event(DONE, "end")]


def test_a_stream_ends_with_the_server_after_its_longest_time_and_when_nobody_listens(jobs, monkeypatch):
    assert told(jobs, [RUNNING, DONE], most=2) == [*BEGIN, event(RUNNING, "progress")]
    monkeypatch.setattr(following, "LONGEST", 0.0)
    assert told(jobs, [RUNNING]) == BEGIN
    monkeypatch.undo()
    jobs.closing.set()
    assert told(jobs, [RUNNING]) == BEGIN


def test_more_listeners_than_are_served_are_told_to_come_back(jobs):
    room_for_one_more(jobs)
    jobs.listeners = following.MOST
    with pytest.raises(TooManyListeners) as full:
        room_for_one_more(jobs)
    assert (full.value.http_status, full.value.retry_after) == (503, 10)
    jobs.listeners = 0
