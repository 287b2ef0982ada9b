"""What every answer carries, whatever becomes of the request: an id, headers that browsers obey, a line in the log."""

from __future__ import annotations

import asyncio
import logging
import re
import uuid
from time import monotonic

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from isthmus.errors import IsthmusError
from isthmus.service.api.problems import fault, problem_of
from isthmus.service.telemetry import logs
from isthmus.service.telemetry.routes import method_of, route_of

HEADERS = {
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=()",
}
_CLOSED = "object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
# Pages have their scripts in files of their own; plots have their style with them.
PAGE_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self'; "
    f"connect-src 'self'; {_CLOSED}"
)
DATA_POLICY = "default-src 'none'; frame-ancestors 'none'"
_REQUEST_ID = re.compile(rb"[A-Za-z0-9._-]{1,64}", re.ASCII)
_log = logging.getLogger(__name__)
access_log = logging.getLogger("isthmus.access")


class ServerStopping(IsthmusError):
    """The server stops before it could answer."""

    http_status = 503
    retry_after = 5  # seconds


class Front:
    """The outermost layer. A client's ``X-Request-ID`` is kept where it is harmless; an error without a name becomes a 500."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """As ASGI has it."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        state, began, status = scope.setdefault("state", {}), monotonic(), 0
        state["request_id"] = request_id = _request_id(scope)
        logs.request_id.set(request_id)

        async def told_send(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                _dress(MutableHeaders(scope=message), request_id)
            await send(message)

        try:
            await self._app(scope, receive, told_send)
        except asyncio.CancelledError:  # the server stops, and has waited for it as long as it may
            if status:
                raise
            await problem_of(ServerStopping("the server is stopping: ask again in a moment"))(scope, receive, told_send)
        except Exception as error:
            _log.error("error %s at %s %s", request_id, method_of(scope), route_of(scope), exc_info=error)
            if status:
                raise
            await fault(request_id)(scope, receive, told_send)
        finally:
            _write_line(scope, status, monotonic() - began)


def _dress(headers: MutableHeaders, request_id: str) -> None:
    headers["x-request-id"] = request_id
    page = headers.get("content-type", "").startswith("text/html")
    policy = PAGE_POLICY if page else DATA_POLICY
    for name, value in {**HEADERS, "content-security-policy": policy}.items():
        headers.setdefault(name, value)


def _write_line(scope: Scope, status: int, seconds: float) -> None:
    """One line; address and query stay out, since they say what a person is after, in words that may be a patient's."""
    if not access_log.isEnabledFor(logging.INFO):
        return
    caller = scope["state"].get("caller")
    line = {
        "request_id": scope["state"]["request_id"],
        "client": scope["client"][0] if scope.get("client") else "",
        "key": caller.key.id if caller and caller.key else "",
        "method": method_of(scope),
        "route": route_of(scope),
        "status": status,
        "seconds": round(seconds, 4),
    }
    access_log.info("request", extra={"told": line})


def _request_id(scope: Scope) -> str:
    given = [value for name, value in scope["headers"] if name == b"x-request-id"]
    if len(given) == 1 and _REQUEST_ID.fullmatch(given[0]):
        return bytes(given[0]).decode("ascii")
    return uuid.uuid4().hex
