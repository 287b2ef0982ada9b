"""HEAD answers as GET does but for the body, and an address that lacks a method names those it has."""

import pytest
from starlette.testclient import TestClient

from isthmus.service.api.app import create_app

METFORMIN = "/api/v1/entities/CHEBI:6801"


@pytest.fixture(scope="module")
def client(story_store):
    with TestClient(create_app(story_store)) as opened:
        yield opened


@pytest.mark.parametrize("path", [METFORMIN, "/api/v1/statements?limit=50", "/health", "/", "/openapi.json"])
def test_head_has_the_headers_of_get_and_no_body(client, path):
    plain = {"accept-encoding": "identity"}
    whole, head = client.get(path, headers=plain), client.head(path, headers=plain)
    assert (head.status_code, head.content) == (200, b"")
    told = {name: value for name, value in head.headers.items() if name != "x-request-id"}
    assert told == {name: value for name, value in whole.headers.items() if name != "x-request-id"}
    assert int(told["content-length"]) == len(whole.content) > 0


def test_head_knows_a_tag_and_what_is_not_there(client):
    tag = client.get(METFORMIN).headers["etag"]
    assert client.head(METFORMIN, headers={"if-none-match": tag}).status_code == 304
    assert client.head("/api/v1/entities/NOPE:1").status_code == 404
    refused = client.head("/api/v1/score")
    assert (refused.status_code, refused.headers["allow"]) == (405, "POST")


@pytest.mark.parametrize(
    ("path", "methods"),
    [
        ("/api/v1/verdicts", "GET, HEAD, POST, DELETE"),
        ("/api/v1/documents", "GET, HEAD, POST"),
        (METFORMIN, "GET, HEAD"),
        ("/api/v1/score", "POST"),
    ],
)
def test_a_refused_method_tells_the_others_whichever_routes_they_are_of(client, path, methods):
    refused = client.patch(path)
    assert (refused.status_code, refused.headers["allow"]) == (405, methods)
