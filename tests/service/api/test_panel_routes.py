"""Proposals over REST: a report, or a stream of turns that ends with one."""

import json

import pytest
from local_model import completion, serving
from service.panel.panelling import QUIET, who_and_what
from starlette.testclient import TestClient

from isthmus.service.api.app import create_app
from isthmus.service.api.server_events import event, server_events
from isthmus.service.names import UnknownName
from isthmus.service.settings import settings

METFORMIN, PARKINSON = "CHEBI:6801", "MONDO:0005180"
LINK = {"from": METFORMIN, "to": "Parkinson disease"}


@pytest.fixture(scope="module")
def client(story_store):
    with TestClient(create_app(story_store), raise_server_exceptions=False) as opened:
        yield opened


@pytest.fixture
def with_model(monkeypatch, tmp_path):
    """The settings name a model whose server says nothing but "no evidence"."""

    def server(request):
        return completion(json.dumps(QUIET[who_and_what(request)[1]]))

    with serving(server) as address:
        monkeypatch.setenv("ISTHMUS_LLM", "openai:m")
        monkeypatch.setenv("ISTHMUS_LLM_BASE_URL", address)
        monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
        settings.cache_clear()
        yield
    settings.cache_clear()


def told(response):
    """The events of a stream: name and data."""
    blocks = [block.split("\n") for block in response.text.split("\n\n") if block and not block.startswith(":")]
    return [(lines[0].removeprefix("event: "), json.loads(lines[1].removeprefix("data: "))) for lines in blocks]


def test_a_report_without_a_model_says_so(client):
    report = client.post("/api/v1/proposals", json=LINK).json()
    assert (report["from"]["id"], report["to"]["id"]) == (METFORMIN, PARKINSON)
    assert report["case"]
    assert not report["with_models"]
    panel = client.post("/api/v1/proposals", json={**LINK, "panel": True}).json()
    assert panel["specialists"]["literature"] == "evidence-only: no language model is configured"
    assert panel["transcript"] == []
    assert panel["case"]


def test_turns_come_before_the_report(client, with_model):
    response = client.post("/api/v1/proposals", json={**LINK, "panel": True}, headers={"Accept": "text/event-stream"})
    assert response.headers["content-type"].startswith("text/event-stream")
    events = told(response)
    names = [name for name, _ in events]
    assert names == ["turn"] * (len(names) - 1) + ["report"]
    assert len(names) > 1
    report = events[-1][1]
    assert sorted(map(str, report["transcript"])) == sorted(str(data) for name, data in events if name == "turn")
    assert report["with_models"]


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({"to": "nobody knows this"}, 404),
        ({"to": "AD"}, 409),
        ({"rounds": 99}, 422),
        ({"budget": "lots"}, 422),
        ({"model": "openai:other"}, 422),
        ({"to": METFORMIN}, 422),
    ],
)
def test_a_wrong_question_is_a_problem(client, changes, status):
    response = client.post("/api/v1/proposals", json={**LINK, **changes})
    assert response.status_code == status
    assert response.headers["content-type"] == "application/problem+json"


def test_an_error_on_the_way_ends_the_stream_with_a_problem():
    def work(emit):
        emit("turn", "{}")
        raise UnknownName("X", [])

    *before, last = server_events(work)
    assert before == [event("turn", "{}")]
    assert last.startswith('event: problem\ndata: {"status": 404')


def test_a_fault_tells_nothing_of_itself():
    def work(emit):
        raise RuntimeError("secret")

    (only,) = server_events(work)
    assert '"status": 500' in only
    assert "secret" not in only


def test_a_silence_is_broken_by_a_comment():
    from threading import Event

    release = Event()

    def work(emit):
        release.wait(10)
        emit("report", "{}")

    stream = server_events(work, heartbeat=0.05)
    assert next(stream) == ": still at work\n\n"
    release.set()
    assert event("report", "{}") in list(stream)


def test_work_ends_when_nobody_listens():
    from threading import Event

    ended = Event()

    def work(emit):
        try:
            while True:
                emit("turn", "{}")
        finally:
            ended.set()

    stream = server_events(work)
    next(stream)
    stream.close()
    assert ended.wait(10)
