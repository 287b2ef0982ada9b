"""Idempotency keys: a write that is sent twice, since nobody knows whether the first arrived, is done once.

As draft-ietf-httpapi-idempotency-key-header has it. A key belongs to the caller who sent it. What it stands for is kept in
the store, so that all servers over it agree who was first; the answer is kept for a day and said again.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Awaitable, Callable
from functools import partial
from hashlib import sha256
from time import monotonic
from typing import TypeVar

import anyio
import anyio.to_thread
from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from isthmus.errors import IsthmusError
from isthmus.service.api.problems import problem, problem_of
from isthmus.service.graphs import Graphs
from isthmus.service.security.answers import Claim, KeptAnswer, Without, claim, clear_old, keep, let_go

HEADER = "Idempotency-Key"
REPLAYED = "idempotency-replayed"
WRITING = frozenset({"POST", "PUT", "PATCH", "DELETE"})
MOST_BYTES = 256_000  # of an answer that is kept
CLEARED_EVERY = 600.0  # seconds
PASSING = frozenset({401, 403, 408, 409, 413, 425, 429, 499})  # refusals that say nothing of the next try
_KEY = re.compile(r'"([!#-~]{1,255})"|([!#-~]{1,255})')  # a string of RFC 9651, or the same without its quotes
_THREADS = 8  # of its own, as the guard has them
_PATHS = "/api/v1/"
_log = logging.getLogger(__name__)
T = TypeVar("T")
End = Callable[[KeptAnswer | None], Awaitable[None]]


class Idempotency:
    """Does a write under ``/api/v1`` with the header ``Idempotency-Key`` once. It stands behind the guard: who asks is known."""

    def __init__(self, app: ASGIApp, *, graphs: Graphs) -> None:
        self._app, self._graphs = app, graphs
        self._threads: anyio.CapacityLimiter | None = None
        self._cleared = monotonic()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """As ASGI has it."""
        given = _given(scope)
        if not given:
            await self._app(scope, receive, send)
            return
        match = _KEY.fullmatch(given[0].strip()) if len(given) == 1 else None
        if match is None:
            told = f"send one header {HEADER}: up to 255 visible characters, for instance a UUID"
            await problem("bad-idempotency-key", 400, told)(scope, receive, send)
            return
        body = await _whole(receive)
        if body is not None:
            await self._once(match[1] or match[2], body, scope, receive, send)

    async def _once(self, key: str, body: bytes, scope: Scope, receive: Receive, send: Send) -> None:
        caller = scope["state"]["caller"].key
        who, what = caller.id if caller else "", _fingerprint(scope, body)
        try:
            found = await self._in_thread(lambda: claim(self._graphs.store, who, key, what))
        except IsthmusError as error:
            await problem_of(error)(scope, receive, send)
            return
        if isinstance(found, KeptAnswer):
            await _again(found)(scope, receive, send)
            return
        answering = _Answering(send, partial(self._end, found))
        try:
            await self._app(scope, _replay(body, receive), answering.send)
        finally:
            if not answering.ended:  # it raised, or was cut off: nobody has an answer, and the next try is the first
                with anyio.CancelScope(shield=True):
                    await self._end(found, None)
        if monotonic() - self._cleared > CLEARED_EVERY:
            self._cleared = monotonic()
            await self._in_thread(lambda: clear_old(self._graphs.store))

    async def _end(self, found: Claim, answer: KeptAnswer | None) -> None:
        """Keep an answer; or let the key go, where the next try may have another."""
        try:
            if answer is None or answer.status >= 500 or answer.status in PASSING:
                await self._in_thread(lambda: let_go(self._graphs.store, found))
            else:
                await self._in_thread(lambda: keep(self._graphs.store, found, answer))
        except IsthmusError as error:  # who asks has the answer nevertheless
            _log.warning("an answer to a request with an idempotency key is not kept: %s", error)

    async def _in_thread(self, work: Callable[[], T]) -> T:
        if self._threads is None:  # belongs to the loop that runs
            self._threads = anyio.CapacityLimiter(_THREADS)
        return await anyio.to_thread.run_sync(work, limiter=self._threads)


class _Answering:
    """Passes an answer on once it is whole and kept: whoever has it can have it again. A long one, or a stream, goes through."""

    def __init__(self, send: Send, end: End) -> None:
        self._send, self._end = send, end
        self._held: list[Message] = []
        self._start: Message = {}
        self._body = bytearray()
        self._through = self.ended = False

    async def send(self, message: Message) -> None:
        """As ASGI has it."""
        if message["type"] == "http.response.start":
            self._start = message
            self._through = Headers(raw=message["headers"]).get("content-type", "").startswith("text/event-stream")
        last = message["type"] == "http.response.body" and not message.get("more_body", False)
        self._held.append(message)
        if not self._through:
            self._body += message.get("body", b"")
            self._through = len(self._body) > MOST_BYTES
        if last:
            self.ended = True
            await self._end(self._answer())
        if self._through or last:
            held, self._held = self._held, []
            for each in held:
                await self._send(each)

    def _answer(self) -> KeptAnswer:
        headers = Headers(raw=self._start["headers"])
        kept, status = tuple(headers.items()), self._start["status"]
        if "no-store" in headers.get("cache-control", ""):  # what is told once: the text of a key
            return KeptAnswer(status, (), without=Without.SECRET)
        if self._through:
            return KeptAnswer(status, (), without=Without.LONG)
        return KeptAnswer(status, kept, bytes(self._body))


def _given(scope: Scope) -> list[str]:
    if scope["type"] != "http" or scope["method"] not in WRITING or not scope["path"].startswith(_PATHS):
        return []
    return Headers(scope=scope).getlist(HEADER)


async def _whole(receive: Receive) -> bytes | None:
    """The body; ``None`` where it did not come, which others have answered or nobody waits for."""
    body = bytearray()
    while True:
        try:
            message = await receive()
        except HTTPException:  # of the intake, which refuses it by itself
            return None
        if message["type"] != "http.request":
            return None
        body += message.get("body", b"")
        if not message.get("more_body", False):
            return bytes(body)


def _replay(body: bytes, receive: Receive) -> Receive:
    """What was read already, then what comes after."""
    told = False

    async def again() -> Message:
        nonlocal told
        if told:
            return await receive()
        told = True
        return {"type": "http.request", "body": body, "more_body": False}

    return again


def _fingerprint(scope: Scope, body: bytes) -> str:
    """What the request is, whoever sends it."""
    kind = Headers(scope=scope).get("content-type", "")
    head = "\0".join((scope["method"], scope["path"], scope["query_string"].decode("latin-1"), kind))
    return sha256(head.encode("utf-8", "surrogatepass") + b"\0" + sha256(body).digest()).hexdigest()


def _again(answer: KeptAnswer) -> Response:
    response = Response(answer.body, answer.status)
    response.raw_headers = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in answer.headers]
    response.headers[REPLAYED] = "true"
    return response
