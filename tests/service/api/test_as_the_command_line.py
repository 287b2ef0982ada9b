"""What the command line does, REST does too, with the same answer."""

import json
import shutil
from functools import partial

import anyio
import anyio.lowlevel
import pytest
from starlette.testclient import TestClient

from isthmus.graph.stores.open import open_store, sqlite_path
from isthmus.service.api.app import create_app
from isthmus.service.api.examples import DISEASE, DRUG, STATEMENT
from isthmus.service.api.heavy import HeavyWork, TooBusy
from isthmus.service.security.keys import create_key
from isthmus.service.security.scope import Scope

TEXT = "Metformin activates AMPK.\n\nIn our mice metformin activated AMPK. It did not inhibit mTOR.\n"
ROWS = [
    {
        "text": "Metformin activated AMPK in neurons.",
        "subject": "metformin",
        "predicate": "activates",
        "object": "AMPK",
    },
    {"text": "Metformin was given.", "subject": "metformin"},
    {"text": "Donepezil inhibits ACHE.", "subject": "donepezil", "type": "inhibits", "object": "ACHE", "note": "mine"},
]


@pytest.fixture(scope="module")
def url(story_store, tmp_path_factory):
    folder = tmp_path_factory.mktemp("rest")
    shutil.copy(sqlite_path(story_store), folder / "graph.sqlite")
    return f"sqlite:///{folder / 'graph.sqlite'}"


@pytest.fixture(scope="module")
def client(url):
    with TestClient(create_app(url), raise_server_exceptions=False) as opened:
        yield opened


def refused(response, status, kind):
    assert (response.status_code, response.json()["type"]) == (status, f"urn:isthmus:problem:{kind}"), response.text


def test_extract_says_what_the_command_prints(client, isthmus, tmp_path):
    file = tmp_path / "note.txt"
    file.write_text(TEXT)
    printed = isthmus("extract", file).lines
    [document] = printed
    assert document["mentions"]
    as_text = client.post("/api/v1/extract", content=TEXT, headers={"Content-Type": "text/plain"})
    title, _, text = TEXT.strip().partition("\n\n")
    as_json = client.post("/api/v1/extract", json={"title": title, "text": text})
    lines = client.post("/api/v1/extract", content=TEXT, headers={"Accept": "application/x-ndjson"})
    assert [json.loads(line) for line in lines.text.splitlines()] == printed
    for response in (as_text, as_json):
        told = response.json()
        assert told["problems"] == []
        [found] = told["documents"]
        for mention in found["mentions"]:  # what only clinical reports have
            for name in ("negated", "historical", "hypothetical", "experiencer"):
                assert mention.pop(name) is None
        assert found == document


def test_extract_reads_files_of_every_kind_and_de_identifies_reports(client):
    pubtator = "7|t|Metformin activates AMPK.\n7|a|In mice it did.\n\n"
    assert client.post("/api/v1/extract", content=pubtator).json()["documents"][0]["document"] == "pmid:7"
    report = "Patient: Jane Roe\nDate of birth: 01/02/1950\nFINDINGS: Hippocampal atrophy.\nIMPRESSION: Dementia.\n"
    told = client.post("/api/v1/extract?as=report", content=report)
    assert told.status_code == 200, told.text
    assert "Roe" not in told.text


@pytest.mark.parametrize(
    ("content", "media_type"),
    [
        (b"", "text/plain"),
        (b" \n", "text/plain"),
        (b"\xff\xfe\x00\x01 not text", "text/plain"),
        (b"{", "application/json"),
        (b'{"text": ""}', "application/json"),
        (b"[]", "application/json"),
        (b'{"documents": [{"text": 1}]}', "application/json"),
        (b'{"path": "/etc/passwd"}', "application/json"),
        (b'{"text": "\\ud800"}', "application/json"),
        (b"<!DOCTYPE a [<!ENTITY b SYSTEM 'file:///etc/passwd'>]><PubmedArticleSet>&b;</PubmedArticleSet>", "text/xml"),
    ],
)
def test_what_cannot_be_read_is_refused_in_words(client, content, media_type):
    response = client.post("/api/v1/extract", content=content, headers={"Content-Type": media_type})
    refused(response, 422, "unreadable-text")
    assert "root:" not in response.text
    assert "isthmus-" not in response.text  # the folder in which it lay


def test_verify_judges_rows_as_the_command_does(client, isthmus, tmp_path):
    file = tmp_path / "rows.jsonl"
    file.write_text("".join(json.dumps(row) + "\n" for row in ROWS))
    told = client.post("/api/v1/verify", json={"rows": ROWS}).json()
    assert told["rows"] == isthmus("verify", file).lines
    assert [row["note"] for row in told["rows"] if "note" in row] == ["mine"]
    [problem] = told["problems"]
    assert problem["row"] == 2
    assert "predicate" in problem["reason"]


def test_a_hypothesis_is_replayed_and_its_report_checked(client):
    made = client.post("/api/v1/hypotheses", json={"from": DRUG, "to": DISEASE}).json()
    again = client.post("/api/v1/replay", json=made).json()
    assert again["differences"] == []
    assert again["report"]["claim"] == made["claim"]
    checked = client.post("/api/v1/check-report?against_store=true", json=made).json()
    assert checked["faults"] == []
    assert checked["claims"] > 0
    made["case"][0]["text"] = "Metformin cures everything."
    assert client.post("/api/v1/check-report", json=made).json()["faults"] != []
    assert client.post("/api/v1/replay", json=made).json()["differences"] != []
    refused(client.post("/api/v1/replay", json={"a": 1}), 422, "unreadable-edition")


@pytest.mark.parametrize(
    ("form", "media_type"), [("markdown", "text/markdown"), ("text", "text/plain"), ("html", "text/html")]
)
def test_a_report_comes_in_every_form(client, form, media_type):
    asked = {"from": DRUG, "to": DISEASE}
    by_accept = client.post("/api/v1/proposals", json=asked, headers={"Accept": media_type})
    by_link = client.post(f"/api/v1/proposals?format={form}", json=asked)
    identifier = client.post("/api/v1/hypotheses", json=asked).json()["hypothesis"]["id"]
    kept = client.get(f"/api/v1/hypotheses/{identifier}?format={form}")
    for response in (by_accept, by_link, kept):
        assert response.headers["content-type"].startswith(media_type)
        assert "metformin" in response.text


def test_doctor_looks_at_every_part(client, isthmus, url):
    told = client.get("/api/v1/doctor").json()
    printed = isthmus("doctor", "--store", url, "--json").json
    assert [one["name"] for one in told["checks"]] == [one["name"] for one in printed["checks"]]
    assert (told["graph_hash"], told["counts"]) == (printed["graph_hash"], printed["counts"])


def test_verdicts_are_listed_and_teach(client, isthmus, url, tmp_path):
    client.post("/api/v1/verdicts", json={"statement": STATEMENT, "verdict": "correct", "reviewer": "M. Curie"})
    [said] = client.get("/api/v1/verdicts", params={"target": STATEMENT}).json()["items"]
    assert (said["kind"], said["reviewer"]) == ("correct", "M. Curie")
    assert client.get("/api/v1/verdicts", params={"reviewer": "nobody"}).json()["items"] == []
    isthmus("review", "export", tmp_path / "rows.jsonl", "--store", url)
    rows = [json.loads(line) for line in (tmp_path / "rows.jsonl").read_text().splitlines()]
    assert client.get("/api/v1/review/export").json()["items"] == rows


@pytest.fixture
def keyed(story_store, tmp_path):
    shutil.copy(sqlite_path(story_store), tmp_path / "graph.sqlite")
    url = f"sqlite:///{tmp_path / 'graph.sqlite'}"
    with open_store(url) as store:
        texts = {scope: create_key(store, [scope])[1] for scope in Scope}
    with TestClient(create_app(url)) as client:
        yield client, {scope: {"Authorization": f"Bearer {text}"} for scope, text in texts.items()}


def test_an_administrator_makes_rotates_and_revokes_keys(keyed):
    client, headers = keyed
    admin = headers[Scope.ADMIN]
    made = client.post("/api/v1/keys", json={"scopes": ["read"], "name": "lab", "days": 9}, headers=admin)
    assert made.headers["cache-control"] == "no-store"
    key, text = made.json()["key"], made.json()["text"]
    mine = {"Authorization": f"Bearer {text}"}
    assert client.get(f"/api/v1/entities/{DISEASE}", headers=mine).status_code == 200
    assert client.get(f"/api/v1/keys/{key['id']}", headers=admin).json()["name"] == "lab"
    new = client.post(f"/api/v1/keys/{key['id']}/rotate", json={"overlap": 0}, headers=admin).json()
    assert new["key"]["replaces"] == key["id"]
    assert client.get(f"/api/v1/entities/{DISEASE}", headers=mine).status_code == 401
    theirs = {"Authorization": f"Bearer {new['text']}"}
    assert client.delete(f"/api/v1/keys/{new['key']['id']}", headers=admin).json()["revoked"]
    assert client.get(f"/api/v1/entities/{DISEASE}", headers=theirs).status_code == 401
    listed = client.get("/api/v1/keys", headers=admin)
    assert len(listed.json()["items"]) == len(Scope) + 2
    assert text not in listed.text
    assert "digest" not in listed.text


def test_what_was_done_to_keys_is_on_the_record(keyed):
    client, headers = keyed
    admin = headers[Scope.ADMIN]
    key = client.post("/api/v1/keys", json={"scopes": ["review"]}, headers=admin).json()["key"]
    client.delete(f"/api/v1/keys/{key['id']}", headers=admin)
    deeds = client.get("/api/v1/audit", headers=admin).json()["items"]
    assert [(one["method"], one["path"], one["status"]) for one in deeds] == [
        ("POST", f"/api/v1/keys {key['id']} review", 201),
        ("DELETE", f"/api/v1/keys/{key['id']}", 200),
    ]
    assert client.get("/api/v1/audit?last=1", headers=admin).json()["items"] == deeds[1:]
    assert client.get("/api/v1/audit", params={"since": deeds[1]["at"]}, headers=admin).json()["items"] == deeds[1:]
    assert client.get("/api/v1/audit?since=9999", headers=admin).json()["items"] == []


@pytest.mark.parametrize(
    "method_path", ["GET /keys", "POST /keys", "GET /audit", "GET /doctor", "GET /keys/a", "DELETE /keys/a"]
)
@pytest.mark.parametrize("scope", [Scope.READ, Scope.INGEST, Scope.REVIEW])
def test_only_an_administrator_may(keyed, method_path, scope):
    client, headers = keyed
    method, path = method_path.split()
    refused(
        client.request(method, f"/api/v1{path}", headers=headers[scope], json={"scopes": ["admin"]}),
        403,
        "scope-too-small",
    )


@pytest.mark.anyio
async def test_long_work_waits_its_turn_and_too_much_is_told_to_come_back():
    heavy = HeavyWork(at_once=1, waiting=1)
    begun, go_on = anyio.Event(), anyio.Event()
    done = []

    async def gone():
        return False

    def work(name):
        anyio.from_thread.run_sync(begun.set)
        anyio.from_thread.run(go_on.wait)
        done.append(name)

    async with anyio.create_task_group() as group:
        group.start_soon(heavy.run, partial(work, "first"), gone)
        await begun.wait()
        group.start_soon(heavy.run, partial(work, "second"), gone)
        await anyio.lowlevel.checkpoint()
        await anyio.lowlevel.checkpoint()
        with pytest.raises(TooBusy):
            await heavy.run(partial(work, "third"), gone)
        assert done == []
        go_on.set()
    assert done == ["first", "second"]
    assert await heavy.run(lambda: 1, gone) == 1
