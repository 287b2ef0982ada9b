"""What may be done with an address: HEAD wherever there is GET (RFC 9110, 9.1), and a refusal that names the others."""

from __future__ import annotations

from collections.abc import Iterable

from starlette.routing import BaseRoute, Match
from starlette.types import ASGIApp, Message, Receive, Scope, Send

_METHODS = ("GET", "POST", "PUT", "DELETE")


class Heads:
    """Answers HEAD as GET would, without the body."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """As ASGI has it."""
        if scope["type"] != "http" or scope["method"] != "HEAD":
            await self._app(scope, receive, send)
            return

        async def send_head(message: Message) -> None:
            if message["type"] == "http.response.body":
                message = {**message, "body": b""}
            await send(message)

        scope["method"] = "GET"
        try:
            await self._app(scope, receive, send_head)
        finally:
            scope["method"] = "HEAD"  # whoever writes it down was asked that


def allowed(routes: Iterable[BaseRoute], scope: Scope) -> list[str]:
    """The methods that an address has, whichever routes they are of."""
    known = list(routes)
    found = [one for one in _METHODS if any(_has(route, {**scope, "method": one}) for route in known)]
    return ["GET", "HEAD", *found[1:]] if "GET" in found else found


def _has(route: BaseRoute, scope: Scope) -> bool:
    return route.matches(scope)[0] is Match.FULL
