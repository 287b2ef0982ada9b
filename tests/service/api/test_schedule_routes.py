"""Schedules over REST."""

import pytest
from service.scheduler.literature_server import LiteratureServer, days_ago, paper
from starlette.testclient import TestClient

from isthmus.graph.stores.sqlite import SqliteStore
from isthmus.service.api.app import create_app
from isthmus.service.scheduler.lease import acquire
from isthmus.service.scheduler.schedules import lease_of
from isthmus.service.settings import settings

NEW = {"name": "a", "feed": "pubmed", "query": "genes", "cron": "0 3 * * *", "since": days_ago(9)}


@pytest.fixture
def store(tmp_path):
    with SqliteStore(tmp_path / "fed.sqlite") as opened:
        yield opened


@pytest.fixture
def client(store, monkeypatch):
    with LiteratureServer() as server:
        server.library.add(paper(1, days_ago(3)))
        for name, value in server.environment.items():
            monkeypatch.setenv(name, value)
        settings.cache_clear()
        with TestClient(create_app(store.url), raise_server_exceptions=False) as opened:
            yield opened
    settings.cache_clear()


def test_a_schedule_is_made_run_paused_and_removed(client, store):
    made = client.post("/api/v1/schedules", json=NEW)
    assert (made.status_code, made.json()["paused"]) == (201, False)
    assert client.post("/api/v1/schedules", json=NEW).status_code == 409
    assert client.post("/api/v1/schedules/a/run").status_code == 202
    [run] = client.get("/api/v1/schedules/a/history").json()["items"]
    assert (run["outcome"], run["counts"]["written"]) == ("done", 1)
    assert client.post("/api/v1/schedules/a/pause").json()["next"] is None
    assert client.post("/api/v1/schedules/a/resume").json()["next"]
    assert [one["name"] for one in client.get("/api/v1/schedules").json()["items"]] == ["a"]
    with acquire(store, lease_of("a")):
        assert client.post("/api/v1/schedules/a/run").status_code == 409
    assert client.delete("/api/v1/schedules/a").status_code == 204
    assert client.get("/api/v1/schedules/a").status_code == 404


def test_what_cannot_be_scheduled_is_refused(client, tmp_path):
    for change in ({"cron": "daily"}, {"since": "soon"}, {"name": "a/b"}, {"query": ""}, {"more": 1}, {"feed": "rss"}):
        assert client.post("/api/v1/schedules", json={**NEW, **change}).status_code == 422, change
    answer = client.post("/api/v1/schedules", json={**NEW, "feed": "folder", "query": str(tmp_path)})
    assert answer.status_code == 422
    assert "on its own machine" in answer.json()["detail"]
