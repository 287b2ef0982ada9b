"""What no request may be like, whoever sends it."""

from __future__ import annotations

import ipaddress
from collections.abc import Collection
from urllib.parse import parse_qsl, unquote_plus, urlsplit

from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from isthmus.service.api.problems import problem
from isthmus.service.security.keys import KEY_PATTERN

_READING = frozenset({"GET", "HEAD", "OPTIONS"})
_KEY_NAMES = frozenset(
    {"access_token", "api_key", "api-key", "apikey", "authorization", "bearer", "key", "password", "token"}
)


class Shield:
    """Refuses requests to another host's name, with a key in the address, or sent by a page of another origin.

    Args:
        app: what is behind it.
        hosts: names that this service is reached by, without port; ``*`` for any.
        addresses: whether it may be reached by any IP address: nobody can make one resolve to something else.
        origins: those whose pages may send.
    """

    def __init__(self, app: ASGIApp, *, hosts: Collection[str], addresses: bool, origins: Collection[str]) -> None:
        self._app, self._addresses = app, addresses
        self._hosts = frozenset(host.lower() for host in hosts)
        self._origins = frozenset(origins)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """As ASGI has it."""
        refusal = self._refusal(scope) if scope["type"] == "http" else None
        await (refusal or self._app)(scope, receive, send)

    def _refusal(self, scope: Scope) -> Response | None:
        hosts = _all(scope, b"host")
        if len(hosts) != 1 or not self._known(hosts[0]):
            told = "this service goes by another name: set ISTHMUS_TRUSTED_HOSTS to the names that it is reached by"
            return problem("unknown-host", 400, told)
        if _has_key(scope):
            told = (
                "a key is sent in the header `Authorization: Bearer KEY`, never in the address, which is kept in logs: "
                "if this was a real one, replace it (`isthmus keys rotate`)"
            )
            return problem("key-in-address", 400, told)
        if scope["method"] not in _READING and not self._own(scope, hosts[0]):
            told = "a page of another origin may not write here: see ISTHMUS_CORS_ORIGINS"
            return problem("cross-origin", 403, told)
        return None

    def _known(self, host: str) -> bool:
        name = _name(host)
        if name is None:
            return False
        return "*" in self._hosts or name in self._hosts or (self._addresses and _is_address(name))

    def _own(self, scope: Scope, host: str) -> bool:
        origins = _all(scope, b"origin")
        if not origins:
            return _all(scope, b"sec-fetch-site") in ([], ["same-origin"], ["none"])
        return len(origins) == 1 and (origins[0] in self._origins or _netloc(origins[0]) == host.lower())


def _all(scope: Scope, name: bytes) -> list[str]:
    return [value.decode("latin-1") for each, value in scope["headers"] if each == name]


def _name(host: str) -> str | None:
    """The name or address before the port, without brackets; ``None`` for what is no host."""
    if any(character in host for character in " /\\@?#,\t") or not host.isascii():
        return None
    try:
        parts = urlsplit(f"//{host}")
        _ = parts.port
    except ValueError:
        return None
    return parts.hostname


def _netloc(origin: str) -> str:
    try:
        return urlsplit(origin).netloc.lower()
    except ValueError:
        return ""


def _is_address(name: str) -> bool:
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True


def _has_key(scope: Scope) -> bool:
    query = scope["query_string"].decode("latin-1")
    if KEY_PATTERN.search(scope["path"]) or KEY_PATTERN.search(unquote_plus(query)):
        return True
    return any(name.lower() in _KEY_NAMES for name, _ in parse_qsl(query, keep_blank_values=True))
