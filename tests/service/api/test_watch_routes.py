"""Hypotheses and watch-lists over REST."""

import pytest
from graph.samples import DRUG_TREATS_ALZHEIMER, paper
from lxml import etree
from service.hypotheses.living_graph import PAPERS, kept
from starlette.testclient import TestClient

from isthmus.graph.stores.sqlite import SqliteStore
from isthmus.service.api.app import create_app
from isthmus.service.hypotheses.replay import replay
from isthmus.service.settings import settings


@pytest.fixture
def store(tmp_path, monkeypatch):
    monkeypatch.setenv("ISTHMUS_CACHE", str(tmp_path / "cache"))
    settings.cache_clear()
    with SqliteStore(tmp_path / "served.sqlite") as opened:
        opened.write(PAPERS)
        yield opened
    settings.cache_clear()


@pytest.fixture
def client(store):
    with TestClient(create_app(store.url), raise_server_exceptions=False) as opened:
        yield opened


def test_a_hypothesis_is_listed_shown_moved_and_compared(client, store, tmp_path):
    hypothesis = kept(store, tmp_path / "cache").hypothesis.id
    (listed,) = client.get("/api/v1/hypotheses").json()["items"]
    assert (listed["hypothesis"]["id"], listed["status"]) == (hypothesis, "proposed")
    assert client.get("/api/v1/hypotheses", params={"status": "accepted"}).json()["items"] == []
    shown = client.get(f"/api/v1/hypotheses/{hypothesis[:8]}").json()
    assert shown["hypothesis"]["subgraph"]["statements"]
    assert shown["case"]
    answer = client.post(f"/api/v1/hypotheses/{hypothesis}/events", json={"to": "accepted", "by": "Ada"})
    assert answer.status_code == 409
    assert "under_review" in answer.json()["detail"]
    assert answer.headers["content-type"] == "application/problem+json"
    answer = client.post(
        f"/api/v1/hypotheses/{hypothesis}/events", json={"to": "under_review", "by": "Ada", "comment": "a look"}
    )
    assert answer.status_code == 201
    history = client.get(f"/api/v1/hypotheses/{hypothesis}/history").json()
    assert [event["to"] for event in history["events"]] == ["proposed", "under_review"]
    assert client.get(f"/api/v1/hypotheses/{hypothesis}/diff").status_code == 404
    store.write([paper("pmid:9", DRUG_TREATS_ALZHEIMER)])
    kept(store, tmp_path / "cache")
    found = client.get(f"/api/v1/hypotheses/{hypothesis}/diff").json()
    assert [each["after"] for each in found["figures"] if each["name"] == "direct statements"] == [1]


def test_a_link_is_proposed_and_kept(client):
    asked = {"from": "verubecestat", "to": "Alzheimer disease"}
    answer = client.post("/api/v1/hypotheses", json=asked)
    assert answer.status_code == 201
    value = answer.json()
    assert value["hypothesis"]["status"] == "proposed"
    assert replay(value).differences == []
    again = client.post("/api/v1/hypotheses", json=asked).json()
    assert again["hypothesis"]["id"] == value["hypothesis"]["id"]
    assert len(client.get("/api/v1/hypotheses").json()["items"]) == 1
    assert client.post("/api/v1/hypotheses", json={"from": "verubecestat", "to": "nobody"}).status_code == 404


def test_a_watch_is_added_run_and_removed(client, store):
    answer = client.post("/api/v1/watches", json={"from": "verubecestat", "to": "Alzheimer disease"})
    assert answer.status_code == 201
    watch = answer.json()
    assert watch["standing"]["rank"] == 1
    store.write([paper("pmid:9", DRUG_TREATS_ALZHEIMER)])
    done = client.post("/api/v1/watches/run").json()
    (alert,) = done["alerts"]
    assert (done["watches"], alert["kind"], alert["watch"]) == (1, "confirmed", watch["id"])
    assert client.get("/api/v1/alerts").json()["items"] == [alert]
    assert client.get("/api/v1/alerts", params={"watch": watch["id"]}).json()["items"] == [alert]
    feed = client.get("/api/v1/watches/feed.xml")
    assert feed.headers["content-type"] == "application/atom+xml"
    assert alert["id"] in etree.tostring(etree.fromstring(feed.content)).decode()
    assert client.get(f"/api/v1/watches/{watch['id']}").json()["watch"] == watch["watch"]
    assert client.delete(f"/api/v1/watches/{watch['id']}").status_code == 204
    assert client.get("/api/v1/watches").json()["items"] == []


@pytest.mark.parametrize(
    ("asked", "status"),
    [
        ({}, 422),
        ({"from": "APP"}, 422),
        ({"from": "APP", "to": "APP"}, 422),
        ({"for": "nobody"}, 404),
        ({"hypothesis": "123456"}, 404),
        ({"gaps": True, "notify": ["webhook:http://169.254.169.254/"]}, 422),
        ({"gaps": True, "notify": ["mail:a@b.example"]}, 422),
        ({"gaps": True, "top": 0}, 422),
        ({"gaps": True, "unknown": 1}, 422),
    ],
)
def test_what_cannot_be_watched_is_refused(client, asked, status):
    answer = client.post("/api/v1/watches", json=asked)
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    assert client.get("/api/v1/watches").json()["items"] == []


def test_who_moves_a_hypothesis_says_who(client, store, tmp_path):
    hypothesis = kept(store, tmp_path / "cache").hypothesis.id
    for body in ({"to": "under_review"}, {"to": "under_review", "by": "isthmus"}, {"to": "nowhere", "by": "Ada"}):
        assert client.post(f"/api/v1/hypotheses/{hypothesis}/events", json=body).status_code == 422
    assert client.post("/api/v1/hypotheses/000000/events", json={"to": "accepted", "by": "A"}).status_code == 404
