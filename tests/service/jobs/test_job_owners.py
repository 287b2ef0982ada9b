"""Whose a job is: a key sees and stops its own, and an administrator all."""

import pytest
from service.jobs.events_read import events_of
from starlette.testclient import TestClient

from isthmus.service.api.app import create_app
from isthmus.service.security.audit import latest_deeds
from isthmus.service.security.keys import create_key, rotate_key
from isthmus.service.security.scope import Scope

GAPS = {"kind": "gaps", "parameters": {"a": "Drug", "b": "Disease"}}
BACKUP = {"kind": "backup"}
INGEST = {"kind": "ingest", "parameters": {"documents": [{"text": "Metformin activates AMPK."}]}}


def headers(text):
    return {"Authorization": f"Bearer {text}"}


@pytest.fixture(scope="module")
def keyless_job(url):
    with TestClient(create_app(url)) as client:
        sent = client.post("/api/v1/jobs", json=GAPS)
        client.get(f"{sent.headers['location']}/events")
        return sent.headers["location"]


@pytest.fixture(scope="module")
def keys(store, keyless_job):
    return {
        name: create_key(store, scopes, name=name)
        for name, scopes in {
            "anna": [Scope.READ],
            "bert": [Scope.READ],
            "feeder": [Scope.INGEST],
            "judge": [Scope.REVIEW],
            "admin": [Scope.ADMIN],
        }.items()
    }


@pytest.fixture(scope="module")
def keyed(url, keys):
    with TestClient(create_app(url), raise_server_exceptions=False) as client:

        def ask(who, method, path, **more):
            return client.request(method, path, headers=headers(keys[who][1]), **more)

        yield ask


@pytest.fixture(scope="module")
def of_anna(keyed):
    sent = keyed("anna", "POST", "/api/v1/jobs", json=GAPS)
    at = sent.headers["location"]
    assert list(events_of(keyed("anna", "GET", f"{at}/events").text.splitlines()))[-1].job["name"] == "anna"
    return at


@pytest.mark.parametrize(
    ("who", "asked", "status"),
    [
        ("anna", INGEST, 403),
        ("anna", BACKUP, 403),
        ("feeder", GAPS, 403),
        ("feeder", BACKUP, 403),
        ("judge", GAPS, 403),
        ("feeder", INGEST, 202),
        ("admin", BACKUP, 202),
        ("anna", {"kind": "export"}, 202),
    ],
    ids=lambda value: value if isinstance(value, str) else str(value.get("kind")) if isinstance(value, dict) else None,
)
def test_a_job_needs_the_scope_of_what_it_asks_for(keyed, who, asked, status):
    assert keyed(who, "POST", "/api/v1/jobs", json=asked).status_code == status


@pytest.mark.parametrize("rest", ["", "/events", "/result", "/cancel"])
def test_a_job_of_another_key_is_not_there(keyed, of_anna, keyless_job, rest):
    method = "POST" if rest == "/cancel" else "GET"
    for who in ("bert", "feeder"):
        for at in (of_anna, keyless_job):
            assert keyed(who, method, at + rest).status_code == 404
    assert keyed("judge", method, of_anna + rest).status_code in (403, 404)
    assert keyed("anna", method, of_anna + rest).status_code == 200
    assert keyed("admin", method, of_anna + rest).status_code == 200
    assert keyed("admin", method, keyless_job + rest).status_code == 200


def test_the_list_holds_ones_own_and_an_administrators_holds_all(keyed, of_anna):
    owners = {who: keyed(who, "GET", "/api/v1/jobs").json()["items"] for who in ("anna", "bert", "admin")}
    assert {job["name"] for job in owners["anna"]} == {"anna"}
    assert owners["bert"] == []
    assert {"anna", "", "admin"} <= {job["name"] for job in owners["admin"]}
    assert any(of_anna.endswith(job["id"]) for job in owners["admin"])


def test_a_key_in_place_of_another_has_its_jobs(keyed, keys, store, of_anna, url):
    _, text = rotate_key(store, keys["anna"][0].id, overlap=1)
    with TestClient(create_app(url)) as client:
        assert client.get(of_anna, headers=headers(text)).status_code == 200


def test_who_handed_a_job_in_is_written_down_with_its_id(store, of_anna, keys):
    lines = [deed.path for deed in latest_deeds(store, 100) if deed.key == keys["anna"][0].id]
    assert f"/api/v1/jobs gaps {of_anna.rpartition('/')[2]}" in lines
