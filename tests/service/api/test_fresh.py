"""ETags: 304 as long as the graph says the same, before anything is looked up; and of which graph an answer is."""

import shutil
from dataclasses import replace

import pytest
from starlette.testclient import TestClient

from isthmus.graph.model import Extraction
from isthmus.graph.stores.open import open_store, sqlite_path
from isthmus.graph.stores.sqlite import SqliteStore
from isthmus.graph.verdict import Verdict, VerdictAbout, VerdictKind, now_in_utc
from isthmus.service.api.app import create_app
from isthmus.service.api.examples import DISEASE, DOCUMENT, DRUG, STATEMENT
from isthmus.service.api.fresh import graph_version

PATHS = [
    f"/api/v1/entities/{DISEASE}",
    f"/api/v1/entities/{DISEASE}/statements",
    "/api/v1/search?q=parkinson",
    f"/api/v1/statements/{STATEMENT}",
    f"/api/v1/documents/{DOCUMENT}",
    f"/api/v1/paths?from={DRUG}&to={DISEASE}",
    f"/api/v1/candidates?for={DISEASE}&category=Drug",
]


@pytest.fixture
def url(story_store, tmp_path):
    shutil.copy(sqlite_path(story_store), tmp_path / "graph.sqlite")
    return f"sqlite:///{tmp_path / 'graph.sqlite'}"


@pytest.fixture
def client(url):
    with TestClient(create_app(url)) as opened:
        opened.get(f"/api/v1/paths?from={DRUG}&to={DISEASE}")  # from here on the graph's version is known
        yield opened


def judge(url, reviewer="M. Curie"):
    with open_store(url) as store:
        said = Verdict(STATEMENT, VerdictAbout.STATEMENT, VerdictKind.WRONG_RELATION, reviewer, at=now_in_utc())
        store.put_verdict(said)


@pytest.mark.parametrize("path", PATHS)
def test_a_copy_is_right_until_the_graph_changes(client, url, path):
    first = client.get(path)
    tag = first.headers["etag"]
    assert tag.startswith('W/"')
    assert first.headers["cache-control"] == "private, no-cache"
    assert {"Accept", "Authorization"} <= {each.strip() for each in first.headers["vary"].split(",")}
    known = client.get(path, headers={"If-None-Match": f'"other", {tag}'})
    assert (known.status_code, known.content, known.headers["etag"]) == (304, b"", tag)
    judge(url)
    anew = client.get(path, headers={"If-None-Match": tag})
    assert anew.status_code == 200
    assert anew.headers["etag"] != tag


def test_nothing_is_looked_up_for_a_copy_that_is_right(client, monkeypatch):
    path = f"/api/v1/statements/{STATEMENT}"
    tag = client.get(path).headers["etag"]

    def broken(*_):
        raise AssertionError("asked the store")

    monkeypatch.setattr(SqliteStore, "statements", broken)
    assert client.get(path, headers={"If-None-Match": tag}).status_code == 304


def test_a_tag_is_of_one_address_and_one_form(client):
    path = f"/api/v1/entities/{DISEASE}/statements"
    tag = client.get(path).headers["etag"]
    as_table = client.get(path, headers={"If-None-Match": tag, "Accept": "text/csv"})
    assert (as_table.status_code, as_table.headers["content-type"]) == (200, "text/csv; charset=utf-8")
    assert as_table.headers["etag"] != tag
    assert client.get("/api/v1/entities/NO:1", headers={"If-None-Match": tag}).status_code == 404
    assert client.get(f"{path}?limit=0", headers={"If-None-Match": tag}).status_code == 422
    assert client.get(path, headers={"If-None-Match": "*"}).status_code == 200


def test_an_error_has_no_tag(client):
    assert "etag" not in client.get("/api/v1/entities/NO:1").headers


def test_an_answer_names_its_graph(client, url):
    path = f"/api/v1/entities/{DISEASE}"
    with open_store(url) as store:
        number, version = store.revision()
        assert version == store.version()
        assert client.get(path).headers["graph-version"] == graph_version(number, version)
        judge(url)
        assert store.revision() == (number + 1, "")
        assert client.get(path).headers["graph-version"] == str(number + 1)


def test_a_document_whose_text_alone_is_corrected_gets_another_tag(client, url):
    """Its text is no part of the graph's hash."""
    path = f"/api/v1/documents/{DOCUMENT}"
    tag = client.get(path).headers["etag"]
    with open_store(url) as store:
        known = store.documents([DOCUMENT])[DOCUMENT]
        before = store.graph_hash()
        store.write([Extraction(replace(known, title="Another title"), "test", reason="nothing was found")])
        assert store.graph_hash() == before
    anew = client.get(path, headers={"If-None-Match": tag})
    assert (anew.status_code, anew.json()["title"]) == (200, "Another title")


def test_long_answers_are_compressed_for_who_can_read_it(client):
    path = f"/api/v1/paths?from={DRUG}&to={DISEASE}"
    packed = client.get(path, headers={"Accept-Encoding": "gzip"})
    plain = client.get(path, headers={"Accept-Encoding": "identity"})
    assert packed.headers["content-encoding"] == "gzip"
    assert "content-encoding" not in plain.headers
    assert packed.json() == plain.json()
    assert "accept-encoding" in packed.headers["vary"].lower()
