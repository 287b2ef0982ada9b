"""Jobs of a real server: listened to from outside, stopped, cut off by the death of the server."""

import http.client
import json
import shutil
import socket
import time
from contextlib import closing, contextmanager

import pytest
from server_process import started
from service.jobs.events_read import events_of

from isthmus.graph.stores.open import open_store, sqlite_path
from isthmus.service.jobs.clearing import Bounds, clear
from isthmus.service.jobs.following import MOST
from isthmus.service.jobs.job import INTERRUPTED, JobState, all_jobs, find

ROWS = 150_000  # of a table: read in parts, in the server's own process, for longer than a test looks on
HEAD = "subject\tpredicate\tobject\tpublications\tyear\tsupporting_text\tbelief\n"


def table(first):
    """One that no other test sends, whose documents have the numbers from ``first`` on."""
    row = "CHEBI:6801\tbiolink:related_to\tMONDO:0005180\tPMID:{0}\t2001\tSentence {0}.\t0.9\n"
    return (HEAD + "".join(row.format(number) for number in range(first, first + ROWS))).encode()


@pytest.fixture(scope="module")
def url(story_store, tmp_path_factory):
    file = tmp_path_factory.mktemp("served") / "graph.sqlite"
    shutil.copy(sqlite_path(story_store), file)
    return f"sqlite:///{file}"


@pytest.fixture(scope="module")
def server(url, cache):
    return lambda: started(url, cache / "log", ISTHMUS_CACHE=str(cache))


@pytest.fixture(scope="module")
def first(server):
    """The process of a server, and a client of it: it takes seconds to start, and the tests kill it at last."""
    with server() as (process, port):
        yield process, Asked(port)


class Asked:
    """A client of one port."""

    def __init__(self, port):
        self.port = port

    def send(self, method, path, body=None, **headers):
        with closing(http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)) as connection:
            connection.request(method, path, body, {name.replace("_", "-"): text for name, text in headers.items()})
            response = connection.getresponse()
            return response.status, json.loads(response.read())

    def hand_in(self, table):
        path = "/api/v1/documents?name=links_edges.tsv"
        kind = "text/tab-separated-values"
        status, job = self.send("POST", path, table, Content_Type=kind, Prefer="respond-async")
        assert status == 202, job
        return job["id"]

    @contextmanager
    def listening(self, job, last=0):
        with closing(http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)) as connection:
            connection.request("GET", f"/api/v1/jobs/{job}/events", headers={"Last-Event-ID": str(last)})
            response = connection.getresponse()
            assert response.getheader("content-type").startswith("text/event-stream")
            yield events_of(line.decode().rstrip("\n") for line in iter(response.readline, b""))


def under_way(events):
    """The first event of a job that has written something."""
    return next(event for event in events if event.job["share"] and event.job["state"] == "running")


def test_a_job_is_listened_to_and_stopped_while_the_server_answers_others(first):
    _, asked = first
    job = asked.hand_in(table(1_000_000))
    with asked.listening(job) as events:
        seen = under_way(events)
        assert 0 < seen.job["share"] < 1
        assert asked.send("GET", "/health") == (200, {"status": "ok"})
        status, found = asked.send("POST", f"/api/v1/jobs/{job}/cancel")
        assert (status, found["stopping"]) == (200, True)
        end = list(events)[-1]
    assert (end.name, end.job["state"], end.id > seen.id) == ("end", "cancelled", True)
    with asked.listening(job, last=seen.id) as events:
        assert list(events)[-1] == end
    assert asked.send("GET", f"/api/v1/jobs/{job}/result")[0] == 409
    _, runs = asked.send("GET", "/api/v1/runs")
    assert runs["items"][0]["state"] == "cancelled"
    assert asked.send("GET", "/api/v1/statements?subject=CHEBI:6801")[1]["items"]


def test_who_goes_away_makes_room_for_others(first):
    _, asked = first
    job = asked.hand_in(table(2_000_000))
    with listeners(asked.port, job, MOST) as lines:
        assert all(line.startswith(b"HTTP/1.1 200") for line in lines)
        status, told = asked.send("GET", f"/api/v1/jobs/{job}/events")
        assert (status, told["type"]) == (503, "urn:isthmus:problem:too-many-listeners")
    until = time.monotonic() + 60
    while asked_once(asked.port, job).startswith(b"HTTP/1.1 503"):
        assert time.monotonic() < until
    asked.send("POST", f"/api/v1/jobs/{job}/cancel")


def test_a_killed_servers_job_is_interrupted_for_the_next_which_ends_though_somebody_listens(first, server, url, cache):
    process, asked = first
    job = asked.hand_in(table(3_000_000))
    with asked.listening(job) as events:
        seen = under_way(events)
        process.kill()
        process.wait(30)
    with server() as (process, port):
        asked = Asked(port)
        with asked.listening(job, last=seen.id) as events:
            [end] = events
        assert (end.job["state"], end.job["message"]) == ("interrupted", INTERRUPTED)
        assert asked.send("GET", f"/api/v1/jobs/{job}/result")[0] == 409
        other = asked.hand_in(table(4_000_000))
        with asked.listening(other) as events:
            under_way(events)
            process.terminate()
            assert {event.name for event in events} <= {"progress", "end"}
            assert process.wait(60) == 0
    with open_store(url) as store:
        assert {find(store, each).state for each in (job, other)} == {JobState.INTERRUPTED}
        assert store.counts().statements >= 9
        clear(store, Bounds())
        jobs = list(all_jobs(store))
    assert {job, other} <= {each.id for each in jobs}
    assert not [job for job in jobs if (cache / "jobs" / job.id).exists()]


@contextmanager
def listeners(port, job, count):
    connections = [socket.create_connection(("127.0.0.1", port), 30) for _ in range(count)]
    try:
        yield [_status_line(connection, job) for connection in connections]
    finally:
        for connection in connections:
            connection.close()


def asked_once(port, job):
    with closing(socket.create_connection(("127.0.0.1", port), 30)) as connection:
        return _status_line(connection, job)


def _status_line(connection, job):
    connection.sendall(f"GET /api/v1/jobs/{job}/events HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())
    return connection.recv(4096).partition(b"\r\n")[0]
