"""A write that is sent twice is done once."""

import json
import shutil
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from fastapi import APIRouter, Response
from fastapi.responses import StreamingResponse
from starlette.testclient import TestClient

from isthmus.graph.stores.entries import EntryKind
from isthmus.graph.stores.open import open_store, sqlite_path
from isthmus.service.api.app import create_app
from isthmus.service.api.examples import REVIEWER, STATEMENT
from isthmus.service.scheduler.lease import holder
from isthmus.service.security import answers, idempotency
from isthmus.service.security.audit import latest_deeds
from isthmus.service.security.keys import create_key, keys_of
from isthmus.service.security.scope import Scope
from isthmus.service.settings import Settings

VERDICT = {"statement": STATEMENT, "verdict": "correct", "reviewer": REVIEWER}
REPLAYED = "idempotency-replayed"


@pytest.fixture
def client(graph_url):
    with TestClient(create_app(graph_url), raise_server_exceptions=False) as opened:
        yield opened


class Counted:
    """Routes that count how often they were at work, and answer as they are told to."""

    def __init__(self, url, store):
        self.times, self.status, self.go = 0, 201, None
        self.store, self.router = store, APIRouter(prefix="/api/v1")
        self.router.post("/counted")(self.work)
        self.router.post("/long")(self.long)
        self.router.post("/stream")(self.stream)
        app = create_app(url)
        app.include_router(self.router)
        self.client = TestClient(app, raise_server_exceptions=False)

    def work(self) -> Response:
        self.times += 1
        if self.go:
            assert self.go.wait(20)
        if self.status == 0:
            raise RuntimeError("a fault")
        return Response(f"{self.times}", self.status, headers={"location": "/made"}, media_type="text/plain")

    def long(self) -> Response:
        self.times += 1
        return Response(b"x" * (idempotency.MOST_BYTES + 1))

    def stream(self) -> Response:
        self.times += 1
        return StreamingResponse(iter(["data: 1\n\n", "data: 2\n\n"]), media_type="text/event-stream")

    def send(self, path="counted", key="k", **more):
        headers = with_key(key, **more.pop("headers", {}))
        return self.client.post(f"/api/v1/{path}", headers=headers, **more)


@pytest.fixture(scope="module")
def counting(story_store, tmp_path_factory):
    file = tmp_path_factory.mktemp("counted") / "graph.sqlite"
    shutil.copy(sqlite_path(story_store), file)
    with open_store(f"sqlite:///{file}") as store:
        counted = Counted(store.url, store)
        with counted.client:
            yield counted


@pytest.fixture
def counted(counting):
    for entry in counting.store.entries(EntryKind.ANSWER).items:
        counting.store.delete_entry(EntryKind.ANSWER, entry.id)
    counting.times, counting.status, counting.go = 0, 201, None
    return counting


def with_key(key, **more):
    return {"Idempotency-Key": key, **more}


def refused(response, status, kind):
    assert (response.status_code, response.json()["type"]) == (status, f"urn:isthmus:problem:{kind}"), response.text
    return response


def test_the_second_time_the_answer_is_said_again_and_nothing_is_written(client, opened):
    sent = [client.post("/api/v1/verdicts", json=VERDICT, headers=with_key("v-1")) for _ in range(3)]
    assert {one.status_code for one in sent} == {201}
    assert [one.headers.get(REPLAYED) for one in sent] == [None, "true", "true"]
    assert sent[0].content == sent[1].content == sent[2].content
    assert sent[1].headers["content-type"] == sent[0].headers["content-type"]
    assert len(list(opened.verdicts())) == 1
    assert len(latest_deeds(opened, 10)) == 1
    client.post("/api/v1/verdicts", json=VERDICT, headers=with_key("v-2"))
    assert len(latest_deeds(opened, 10)) == 2


def test_the_quotes_of_a_structured_field_are_no_part_of_the_key(counted):
    for key in ('"a-1"', "a-1"):
        assert counted.send(key=key).text == "1"


@pytest.mark.parametrize("key", ["", " ", "two words", "ü", "x" * 256, '"', '"a', "a\tb"])
def test_what_is_no_key_is_refused_before_anything_is_done(counted, key):
    refused(counted.send(key=key.encode("utf-8")), 400, "bad-idempotency-key")
    assert counted.times == 0


def test_two_keys_in_one_request_are_none(counted):
    headers = [("Idempotency-Key", "a"), ("Idempotency-Key", "a")]
    refused(counted.client.post("/api/v1/counted", headers=headers), 400, "bad-idempotency-key")
    assert counted.times == 0


@pytest.mark.parametrize(
    "other",
    [
        {"path": "counted?a=1"},
        {"path": "long"},
        {"content": b"{} "},
        {"headers": {"content-type": "text/plain"}},
    ],
    ids=["query", "path", "body", "content-type"],
)
def test_the_same_key_with_another_request_is_refused(counted, other):
    sent = {"content": b"{}", "headers": {"content-type": "application/json"}}
    assert counted.send(**sent).status_code == 201
    refused(counted.send(**{**sent, **other}), 422, "other-request")
    assert counted.times == 1


def test_while_the_first_is_on_the_others_are_told_to_come_back(counted):
    counted.go = threading.Event()
    with ThreadPoolExecutor(1) as pool:
        first = pool.submit(counted.send)
        while not counted.times:
            pass
        second = refused(counted.send(), 409, "still-at-work")
        assert int(second.headers["retry-after"]) > 0
        refused(counted.send("counted?other"), 422, "other-request")
        counted.go.set()
        assert first.result().text == "1"
    again = counted.send()
    assert (again.text, again.headers[REPLAYED], again.headers["location"]) == ("1", "true", "/made")


def test_of_many_at_the_same_moment_on_two_servers_one_does_the_work(graph_url, opened):
    with (
        TestClient(create_app(graph_url)) as one,
        TestClient(create_app(graph_url)) as other,
        ThreadPoolExecutor(16) as pool,
    ):
        sent = [
            pool.submit((one, other)[n % 2].post, "/api/v1/verdicts", json=VERDICT, headers=with_key("k"))
            for n in range(16)
        ]
        statuses = [each.result().status_code for each in sent]
    assert set(statuses) <= {201, 409}
    assert 201 in statuses
    assert len(list(opened.verdicts())) == 1
    assert len(latest_deeds(opened, 100)) == 1


def test_a_key_belongs_to_the_caller_who_sent_it(graph_url, opened):
    callers = [{"authorization": f"Bearer {create_key(opened, [Scope.REVIEW], name=n)[1]}"} for n in "ab"]
    with TestClient(create_app(graph_url)) as client:
        for caller in callers:
            sent = client.post("/api/v1/verdicts", json=VERDICT, headers=with_key("k", **caller))
            assert (sent.status_code, REPLAYED in sent.headers) == (201, False)
        for caller in callers:
            again = client.post("/api/v1/verdicts", json=VERDICT, headers=with_key("k", **caller))
            assert again.headers[REPLAYED] == "true"
        nobody = client.post("/api/v1/verdicts", json=VERDICT, headers=with_key("k"))
        assert nobody.status_code == 401
    assert len(latest_deeds(opened, 10)) == 2


@pytest.mark.parametrize("status", [500, 503, 507, 0, 403, 409, 429])
def test_what_may_go_well_the_next_time_is_not_kept(counted, status):
    counted.status = status
    assert counted.send().status_code == (status or 500)
    counted.status = 201
    again = counted.send()
    assert (again.status_code, again.text, REPLAYED in again.headers) == (201, "2", False)


def test_a_refusal_of_the_request_itself_is_said_again(client):
    for times in range(2):
        refusal = client.post("/api/v1/verdicts", json={"verdict": "nonsense"}, headers=with_key("k"))
        refused(refusal, 422, "bad-request")
        assert (REPLAYED in refusal.headers) == bool(times)


def test_the_text_of_a_key_is_kept_nowhere_and_no_second_key_is_made(graph_url, opened):
    _, admin = create_key(opened, [Scope.ADMIN])
    headers = with_key("k", authorization=f"Bearer {admin}")
    with TestClient(create_app(graph_url)) as client:
        made = client.post("/api/v1/keys", json={"scopes": ["read"]}, headers=headers)
        again = client.post("/api/v1/keys", json={"scopes": ["read"]}, headers=headers)
    text = made.json()["text"]
    refused(again, 409, "answer-not-kept")
    assert text not in again.text
    assert len(keys_of(opened)) == 2
    [kept] = opened.entries(EntryKind.ANSWER).items
    assert (kept.value["status"], kept.value["without"], kept.value["headers"]) == (201, "secret", [])
    assert text.encode() not in answers.zlib.decompress(answers.b64decode(kept.value["body"]))


@pytest.mark.parametrize("path", ["long", "stream"])
def test_what_is_too_long_to_keep_goes_out_whole_and_is_not_done_again(counted, path):
    first = counted.send(path)
    assert first.status_code == 200
    assert len(first.content) in (idempotency.MOST_BYTES + 1, 18)
    refused(counted.send(path), 409, "answer-not-kept")
    assert counted.times == 1


def test_after_a_day_a_key_is_forgotten(counted, monkeypatch):
    counted.send()
    monkeypatch.setattr(answers, "KEPT", answers.timedelta(0))
    assert counted.send().text == "2"
    answers.clear_old(counted.store)
    assert not counted.store.entries(EntryKind.ANSWER).items


def test_of_too_many_answers_the_oldest_go(counted, monkeypatch):
    for key in "abcd":
        counted.send(key=key)
    monkeypatch.setattr(answers, "MOST_KEPT", 2)
    answers.clear_old(counted.store)
    again = [counted.send(key=key).text for key in "dcba"]
    assert again == ["4", "3", "5", "6"]


def test_a_server_that_died_at_work_does_not_block_the_next_try(counted):
    counted.send()
    [entry] = counted.store.entries(EntryKind.ANSWER).items
    machine, _, _, boot = holder().split("/")
    for who, then in ((holder(), 409), (f"elsewhere/1/2/{boot}", 409), (f"{machine}/999999999/1/{boot}", 201)):
        counted.store.put_entry(EntryKind.ANSWER, entry.id, {"what": entry.value["what"], "holder": who})
        assert counted.send().status_code == then
    assert counted.times == 2


def test_reading_and_other_places_know_no_such_keys(client, opened):
    for _ in range(2):
        assert REPLAYED not in client.get("/api/v1/entities/MONDO:0005180", headers=with_key("k")).headers
    asked = {"query": "{ __typename }"}
    for _ in range(2):
        assert REPLAYED not in client.post("/graphql", json=asked, headers=with_key("k")).headers
    assert not opened.entries(EntryKind.ANSWER).items


def test_a_body_over_the_limit_is_refused_as_ever(graph_url):
    with TestClient(create_app(graph_url, options=Settings(body_limit=1))) as client:
        sent = client.post("/api/v1/verdicts", content=iter([b"x" * 600_000] * 2), headers=with_key("k"))
    refused(sent, 413, "body-too-large")


def test_a_store_that_is_away_is_said_to_be(tmp_path):
    with TestClient(create_app(f"sqlite:///{tmp_path / 'none.sqlite'}"), raise_server_exceptions=False) as client:
        sent = client.post("/api/v1/verdicts", content=json.dumps(VERDICT), headers=with_key("k"))
    assert sent.status_code == 503
