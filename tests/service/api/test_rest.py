"""The REST interface over a small real graph: what it answers, how it pages, and how it refuses."""

import pytest
from starlette.testclient import TestClient

from isthmus.service.api.app import create_app

METFORMIN, PARKINSON = "CHEBI:6801", "MONDO:0005180"


@pytest.fixture(scope="module")
def client(story_store):
    with TestClient(create_app(story_store), raise_server_exceptions=False) as opened:
        yield opened


@pytest.fixture
def get(client):
    def ask(path, status=200, **parameters):
        response = client.get(path, params=parameters)
        assert response.status_code == status, response.text
        kind = "application/json" if status == 200 else "application/problem+json"
        assert response.headers["content-type"] == kind
        return response.json()

    return ask


def test_health_needs_no_store():
    with TestClient(create_app("bolt://127.0.0.1:9")) as client:
        assert client.get("/health").json() == {"status": "ok"}
        assert client.get("/ready").status_code == 503


def test_ready_tells_what_the_store_holds(get):
    assert get("/ready")["statements"] == 9


def test_search_finds_by_synonym_and_prefix(get):
    hits = get("/api/v1/search", q="alpha-synu")["items"]
    assert hits[0]["id"] == "HGNC:11138"
    assert hits[0]["matched"] == "alpha-synuclein"


def test_an_entity_by_its_curie(get):
    assert get(f"/api/v1/entities/{PARKINSON}")["name"] == "Parkinson disease"


def test_a_statement_brings_its_sentence_and_leads_to_its_document(get):
    (row,) = get("/api/v1/statements", subject=METFORMIN)["items"]
    statement = get(f"/api/v1/statements/{row['id']}")
    (evidence,) = statement["evidence"]
    assert evidence["text"] == "Metformin switched AMPK on in cultured neurons."
    assert get(f"/api/v1/documents/{evidence['document']}")["date"] == "2001"


def test_pages_neither_repeat_nor_miss_a_statement(get):
    seen, cursor = [], ""
    while True:
        page = get("/api/v1/statements", limit=2, cursor=cursor)
        seen += [row["id"] for row in page["items"]]
        cursor = page["cursor"]
        if not cursor:
            break
    assert len(seen) == len(set(seen)) == 9


def test_paths_and_candidates_answer_as_the_command_line_does(get, isthmus, story_store):
    from_rest = get("/api/v1/paths", **{"from": METFORMIN, "to": PARKINSON})
    from_shell = isthmus("paths", "--from", METFORMIN, "--to", PARKINSON, "--store", story_store, "--json").json
    assert from_rest == {**from_shell, "cursor": ""}
    from_rest = get("/api/v1/candidates", **{"for": PARKINSON, "category": "Drug"})
    from_shell = isthmus("candidates", "--for", PARKINSON, "--category", "Drug", "--store", story_store, "--json").json
    assert from_rest == {**from_shell, "cursor": ""}


@pytest.mark.parametrize(
    ("path", "parameters", "status", "kind"),
    [
        ("/api/v1/entities/NOPE:1", {}, 404, "not-found"),
        ("/api/v1/statements/nope", {}, 404, "not-found"),
        ("/api/v1/documents/pmid:0", {}, 404, "not-found"),
        ("/api/v1/nowhere", {}, 404, "http"),
        ("/api/v1/search", {"q": ""}, 422, "bad-request"),
        ("/api/v1/search", {"q": "x", "limit": 100000}, 422, "bad-request"),
        ("/api/v1/statements", {"cursor": "not a cursor"}, 422, "bad-cursor"),
        ("/api/v1/paths", {"from": "AD", "to": PARKINSON}, 409, "ambiguous-name"),
        ("/api/v1/paths", {"from": "nobody", "to": PARKINSON}, 404, "unknown-name"),
        ("/api/v1/candidates", {"for": PARKINSON, "category": "Wizard"}, 422, "bad-request"),
    ],
)
def test_every_error_is_a_problem_of_one_shape(get, path, parameters, status, kind):
    body = get(path, status, **parameters)
    assert body["type"] == f"urn:isthmus:problem:{kind}"
    assert body["status"] == status
    assert body["title"]
    assert body["detail"]


def test_an_ambiguous_name_lists_its_choices(get):
    body = get("/api/v1/paths", 409, **{"from": "AD", "to": PARKINSON})
    assert set(body["choices"]) == {"MONDO:0004975", "MONDO:0004980"}


@pytest.mark.parametrize("query", ['"', "AND OR NOT", "a*b:c^2", "'; DROP TABLE entity; --", "\u202e\u0000", "(" * 400])
def test_any_text_is_a_safe_search(get, query):
    assert isinstance(get("/api/v1/search", q=query)["items"], list)


def test_a_page_of_another_origin_cannot_reach_it_by_a_rebound_name(client):
    assert client.get("/health", headers={"host": "evil.example"}).status_code == 400


def test_the_description_names_every_route(client):
    paths = client.get("/openapi.json").json()["paths"]
    assert {
        "/health",
        "/ready",
        "/api/v1/search",
        "/api/v1/entities/{curie}",
        "/api/v1/statements",
        "/api/v1/statements/{statement_id}",
        "/api/v1/documents/{document_id}",
        "/api/v1/paths",
        "/api/v1/candidates",
    } <= set(paths)


def test_anything_but_loopback_is_refused_without_keys(isthmus, story_store):
    ran = isthmus("serve", "--host", "0.0.0.0", "--store", story_store)
    assert ran.code == 2
    assert "127.0.0.1" in ran.err
