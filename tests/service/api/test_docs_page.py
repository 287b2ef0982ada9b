"""The description as a page: all of it from this service, under the policy of every page."""

import re

import pytest
from starlette.testclient import TestClient

from isthmus.service.api.app import create_app
from isthmus.service.api.docs_pages import DOCS_PATHS


@pytest.fixture(scope="module")
def client(story_store):
    with TestClient(create_app(story_store)) as opened:
        yield opened


def test_the_page_asks_for_nothing_from_elsewhere(client):
    page = client.get("/docs")
    assert page.headers["content-type"] == "text/html; charset=utf-8"
    asked = re.findall(r'(?:src|href)="([^"]+)"', page.text)
    assert len(asked) == 5
    for address in asked:
        assert address == "data:," or f"/{address}" in DOCS_PATHS | {"/openapi.json"}
    policy = page.headers["content-security-policy"]
    assert "script-src 'self'" in policy
    assert "http" not in policy
    assert not re.search(r"<script(?![^>]*\bsrc=)|\son[a-z]+=|style=", page.text)


@pytest.mark.parametrize("path", sorted(DOCS_PATHS))
def test_its_files_are_there_with_their_kinds(client, path):
    response = client.get(path)
    assert response.status_code == 200
    kind = {"js": "text/javascript", "css": "text/css"}.get(path.rpartition(".")[2], "text/html")
    assert response.headers["content-type"] == f"{kind}; charset=utf-8"
    cached = response.headers["cache-control"]
    assert ("immutable" in cached) == bool(re.search(r"[0-9]", path))


def test_nothing_else_can_be_had_there(client):
    for path in ("/docs/../app.py", "/docs/%2e%2e/app.py", "/docs/docs.html", "/docs/swagger-ui-LICENSE.txt", "/redoc"):
        assert client.get(path).status_code == 404
