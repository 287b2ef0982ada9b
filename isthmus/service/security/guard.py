"""The guard: whatever is asked, but for a few open paths, is asked by somebody who is known."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Collection
from contextlib import suppress
from datetime import UTC, datetime
from time import monotonic
from urllib.parse import urlencode

import anyio
import anyio.to_thread
from starlette.datastructures import MutableHeaders
from starlette.requests import HTTPConnection
from starlette.responses import JSONResponse, RedirectResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from isthmus.errors import IsthmusError
from isthmus.graph.stores.protocol import Store, StoreUnreachable
from isthmus.service.api.problems import problem, problem_of
from isthmus.service.graphs import Graphs
from isthmus.service.security.access import Caller
from isthmus.service.security.audit import Deed, write_down
from isthmus.service.security.keys import BadKey, Key, any_key, check_key, mark_used
from isthmus.service.security.limits import Allowance, RateLimiter
from isthmus.service.security.quotas import DAY, Quotas
from isthmus.service.security.sessions import COOKIE, key_of_session

_BEARER = re.compile(rb"bearer +([!-~]{1,200})", re.IGNORECASE)
AWAY = 1.0  # seconds for which a store that did not answer is not asked again: else all would wait for it, in turn
_THREADS = 8  # of its own: who asks is known while all others are at work on long questions
_log = logging.getLogger(__name__)


class Guard:
    """Finds out who asks and whether they ask too often; and writes down what became of a write.

    ``keyless`` lets this machine in without a key for as long as none was ever made. ``look_ahead`` is told of each request
    that was let in, in the thread that has looked at the store for its key.
    """

    def __init__(
        self,
        app: ASGIApp,
        *,
        graphs: Graphs,
        limiter: RateLimiter,
        keyless: bool,
        open_paths: Collection[str],
        look_ahead: Callable[[Scope, Store], None],
    ) -> None:
        self._app, self._graphs, self._limiter, self._quotas = app, graphs, limiter, Quotas()
        self._look_ahead = look_ahead
        self._keyless, self._open = keyless, frozenset(open_paths)
        self._marked: dict[str, str] = {}
        self._away = ("", 0.0)  # what was said of a store that is, and until when that is said again
        self._threads: anyio.CapacityLimiter | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """As ASGI has it."""
        if scope["type"] == "websocket":  # nothing here speaks it
            await send({"type": "websocket.close", "code": 1008})
            return
        if scope["type"] != "http" or scope["path"] in self._open:
            await self._app(scope, receive, send)
            return
        try:
            caller = await anyio.to_thread.run_sync(self._admitted, scope, limiter=self._own_threads())
        except IsthmusError as error:
            if isinstance(error, BadKey) and _is_page(scope):
                await _to_sign_in(scope)(scope, receive, send)
                return
            response = problem_of(error)
            if isinstance(error, BadKey):
                response.headers["www-authenticate"] = 'Bearer realm="isthmus"'
            await response(scope, receive, send)
            return
        await self._pass(caller, scope, receive, send)

    async def _pass(self, caller: Caller, scope: Scope, receive: Receive, send: Send) -> None:
        state = scope.setdefault("state", {})
        state["caller"] = caller
        try:
            allowance = await self._allowance(caller.key) if caller.key else None
        except IsthmusError as error:  # the store that counts is away
            await problem_of(error)(scope, receive, send)
            return
        if allowance and not allowance.granted:
            await _too_many(allowance)(scope, receive, send)
            return

        async def told_send(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(allowance.headers() if allowance else {})
                await self._end(state.get("deed"), message["status"])
            await send(message)

        await self._app(scope, receive, told_send)
        if caller.key:
            await self._mark(caller.key)

    def _admitted(self, scope: Scope) -> Caller:
        told, until = self._away
        if monotonic() < until:
            raise StoreUnreachable(told)
        try:
            caller = self._caller(scope)
            scope.setdefault("state", {})
            self._look_ahead(scope, self._graphs.store)
        except StoreUnreachable as error:
            self._away = str(error), monotonic() + AWAY
            raise
        return caller

    def _caller(self, scope: Scope) -> Caller:
        """Raises ``BadKey``, and ``Unreachable`` where the store does not answer."""
        given = [value for name, value in scope["headers"] if name == b"authorization"]
        if not given:
            if token := HTTPConnection(scope).cookies.get(COOKIE):
                _check_own(scope)
                return Caller(key_of_session(self._graphs.store, token))
            if self._keyless and not any_key(self._graphs.store):
                return Caller(None)
            raise BadKey("this needs a key: send the header `Authorization: Bearer KEY`")
        match = _BEARER.fullmatch(given[0]) if len(given) == 1 else None
        if match is None:
            raise BadKey("send one header `Authorization: Bearer KEY`, with one space and the key as it was printed")
        return Caller(check_key(self._graphs.store, match[1].decode("ascii")))

    async def _allowance(self, key: Key) -> Allowance:
        """What is left to a key: of its minute, or of its day where less of that is left. One too many costs no day."""
        of_minute = self._limiter.take(key.id, key.rate)
        if not of_minute.granted or not key.quota:
            return of_minute
        of_day = await anyio.to_thread.run_sync(self._of_day, key, limiter=self._own_threads())
        if of_day is None:
            return of_minute
        return of_day if of_day.remaining < of_minute.remaining or not of_day.granted else of_minute

    def _of_day(self, key: Key) -> Allowance | None:
        return self._quotas.take(self._graphs.store, key)  # of the thread that asks

    async def _end(self, deed: Deed | None, status: int) -> None:
        if deed is None:
            return
        deed.status = status
        try:
            await anyio.to_thread.run_sync(lambda: write_down(self._graphs.store, deed), limiter=self._own_threads())
        except IsthmusError as error:  # the line is there, without the status
            _log.warning("what became of request %s is not written down: %s", deed.request, error)

    async def _mark(self, key: Key) -> None:
        """The last day of use, once a day; the answer is out already, and none waits for it."""
        day = datetime.now(UTC).date().isoformat()
        if key.used >= day or self._marked.get(key.id) == day:
            return
        self._marked[key.id] = day
        with suppress(IsthmusError):
            await anyio.to_thread.run_sync(lambda: mark_used(self._graphs.store, key, day), limiter=self._own_threads())

    def _own_threads(self) -> anyio.CapacityLimiter:
        if self._threads is None:  # belongs to the loop that runs
            self._threads = anyio.CapacityLimiter(_THREADS)
        return self._threads


def _too_many(allowance: Allowance) -> JSONResponse:
    per = "minute" if allowance.window < DAY else "day"
    headers = allowance.headers()
    told = f"more than {allowance.limit} requests a {per}: wait {headers['retry-after']} s"
    response = problem("too-many-requests", 429, told)
    response.headers.update(headers)
    return response


def _check_own(scope: Scope) -> None:
    """A browser sends its pass by itself, and says where a write comes from; the shield has refused other origins."""
    told = any(name in (b"origin", b"sec-fetch-site") for name, _ in scope["headers"])
    if scope["method"] not in ("GET", "HEAD") and not told:
        raise BadKey("a pass writes from this site's pages only: a program sends `Authorization: Bearer KEY`")


def _is_page(scope: Scope) -> bool:
    accepted = next((value for name, value in scope["headers"] if name == b"accept"), b"")
    of_programs = scope["path"].startswith(("/api/", "/graphql", "/mcp", "/metrics"))
    return scope["method"] == "GET" and b"text/html" in accepted and not of_programs


def _to_sign_in(scope: Scope) -> RedirectResponse:
    asked = scope["path"] + (f"?{scope['query_string'].decode('latin-1')}" if scope["query_string"] else "")
    return RedirectResponse(f"/sign-in?{urlencode({'next': asked})}", 303)
