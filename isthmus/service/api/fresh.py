"""Whether a client's copy of an answer is still right, told before anything is worked out; and of which graph an answer is."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any

from fastapi import Depends, FastAPI, Request, Response
from starlette.types import Scope

from isthmus import __version__
from isthmus.graph.stores.protocol import Store

GRAPH_VERSION = "Graph-Version"
_OF_GRAPHS = "/api/v1/"  # where such routers are
_WORDS_OF_HASH = 12  # hex digits of the graph's version that are shown


class _NotModified(Exception):
    """Ends a request whose answer the client has already."""

    def __init__(self, headers: Mapping[str, str]) -> None:
        super().__init__()
        self.headers = headers


def fresh() -> Any:  # noqa: ANN401 - as FastAPI's Depends
    """A dependency for a router that answers from the graph alone: its GETs get an ``ETag``, and 304 where it is known.

    The tag is weak: it stands for what is said, and the bytes depend on compression. It is made of what an answer depends
    on, the software, the address, the forms that are accepted and the number of the last write to the graph, so it costs
    one look at the store, also while somebody writes.
    """
    return Depends(_look)


def look_ahead(scope: Scope, store: Store) -> None:
    """Look at the store for a request to come: of the guard, which is in a thread already. Each trip to one costs as much."""
    if scope["method"] == "GET" and scope["path"].startswith(_OF_GRAPHS):
        scope["state"] |= {"store": store, "revision": store.revision()}


async def _look(request: Request, response: Response) -> None:
    if request.method != "GET":
        return
    number, version = request.state.revision
    url, accept = request.url, request.headers.get("accept", "")
    said = "\n".join((__version__, url.path, url.query, accept, str(number), version))
    tag = f'W/"{hashlib.sha256(said.encode("utf-8", "surrogatepass")).hexdigest()[:32]}"'
    headers = {
        "ETag": tag,
        "Cache-Control": "private, no-cache",
        "Vary": "Accept, Authorization, Cookie",
        GRAPH_VERSION: graph_version(number, version),
    }
    if _strong(tag) in {_strong(each.strip()) for each in request.headers.get("if-none-match", "").split(",")}:
        raise _NotModified(headers)
    response.headers.update(headers)
    request.state.graph_headers = headers


def _strong(tag: str) -> str:
    """A tag as ``If-None-Match`` compares it: weak ones are as good as others (RFC 9110, 8.8.3.2)."""
    return tag.removeprefix("W/")


def graph_version(number: int, version: str) -> str:
    """How a graph is called in headers and names of files: how many writes it has seen, and its version where it is known.

    >>> graph_version(42, "3fa9c1d2e4f5a6b7"), graph_version(43, "")
    ('42-3fa9c1d2e4f5', '43')
    """
    return f"{number}-{version[:_WORDS_OF_HASH]}" if version else str(number)


def install(app: FastAPI) -> None:
    """Answer 304 where the client has the answer."""

    @app.exception_handler(_NotModified)
    async def _not_modified(request: Request, known: _NotModified) -> Response:
        return Response(status_code=304, headers=known.headers)
