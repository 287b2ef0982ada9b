"""The SDK's own client over stdio and over streamable HTTP, each to a process of its own."""

import asyncio
import contextlib
import logging
import os
import sys

import httpx2
import pytest
from server_process import serving
from service.mcp_tools.serving import copied
from starlette.testclient import TestClient

from isthmus.graph.stores.open import open_store
from isthmus.service.api.app import create_app
from isthmus.service.security.keys import create_key
from isthmus.service.security.scope import Scope

mcp = pytest.importorskip("mcp")

LINK = {"from": "metformin", "to": "Parkinson disease"}
PING = {"jsonrpc": "2.0", "id": 1, "method": "tools/list"}
ACCEPT = {"Accept": "application/json, text/event-stream"}


def told(server):
    """What a whole session brings: the tools, and the paths of a link."""

    async def session():
        async with mcp.Client(server) as client:
            tools = await client.list_tools()
            found = await client.call_tool("paths", LINK)
            wrong = await client.call_tool("entity", {"name": "AD"})
            assert wrong.is_error
            return [tool.name for tool in tools.tools], found.structured_content

    return asyncio.run(session())


@pytest.fixture(scope="module")
def from_rest(story_store):
    with TestClient(create_app(story_store)) as client:
        return client.get("/api/v1/paths", params={**LINK, "top": 5}).json()


def test_stdio_answers_as_rest_does(story_store, from_rest, tmp_path):
    from mcp.client.stdio import StdioServerParameters

    command = StdioServerParameters(
        command=sys.executable,
        args=["-m", "isthmus", "mcp", "--store", story_store],
        env={**os.environ, "ISTHMUS_CACHE": str(tmp_path)},
    )
    names, found = told(command)
    assert len(names) == 8
    assert found["paths"] == from_rest["paths"]


def test_a_store_that_is_away_ends_the_command_at_once(isthmus, tmp_path):
    ran = isthmus("mcp", "--store", f"sqlite:///{tmp_path / 'none.sqlite'}")
    assert ran.code == 3
    assert ran.out == ""


def test_http_answers_as_rest_does_and_asks_for_a_key_once_there_is_one(story_store, from_rest, tmp_path):
    url = copied(story_store, tmp_path)
    with serving(url, tmp_path / "log") as port:
        address = f"http://127.0.0.1:{port}/mcp"
        _, found = told(address)
        assert found["paths"] == from_rest["paths"]
        with open_store(url) as store:
            reader, ingester = (create_key(store, [scope])[1] for scope in (Scope.READ, Scope.INGEST))
        assert httpx2.post(address, json=PING, headers=ACCEPT).status_code == 401
        refused = httpx2.post(address, json=PING, headers={**ACCEPT, "Authorization": f"Bearer {ingester}"})
        assert refused.status_code == 403
        assert "scope read" in refused.json()["detail"]
        assert _told_with_key(address, reader)[1]["paths"] == from_rest["paths"]


def _told_with_key(address, key):
    from mcp.client.streamable_http import streamable_http_client

    @contextlib.asynccontextmanager
    async def transport():
        async with (
            httpx2.AsyncClient(headers={"Authorization": f"Bearer {key}"}) as http,
            streamable_http_client(address, http_client=http) as streams,
        ):
            yield streams

    return told(transport())


@pytest.fixture
def client(story_store):
    with TestClient(create_app(story_store), raise_server_exceptions=False) as opened:
        yield opened


def test_the_address_takes_messages_alone(client):
    assert client.get("/mcp").status_code == 405
    assert client.delete("/mcp").status_code == 405
    assert client.post("/mcp", content=b"no message", headers=ACCEPT).status_code == 400
    assert client.get("/health").status_code == 200


def test_a_page_of_another_origin_is_refused(client):
    assert client.post("/mcp", json=PING, headers={**ACCEPT, "Origin": "https://evil.example"}).status_code == 403
    assert client.post("/mcp", json=PING, headers={**ACCEPT, "Host": "evil.example"}).status_code == 400


def test_without_the_package_the_answer_says_what_to_install(client, monkeypatch):
    monkeypatch.setitem(sys.modules, "mcp.server", None)
    refused = client.post("/mcp", json=PING, headers=ACCEPT)
    assert refused.status_code == 501
    assert "pip install isthmus[mcp]" in refused.json()["detail"]


def test_the_logging_of_the_process_is_left_as_it_was(client):
    root = logging.getLogger()
    before = list(root.handlers), root.level
    assert client.post("/mcp", json=PING, headers=ACCEPT).status_code == 200
    assert (root.handlers, root.level) == before
