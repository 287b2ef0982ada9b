"""What a request is called where others look on: by its route as it is declared, never by the address that was asked."""

from __future__ import annotations

from starlette.types import Scope

_API = "/api/v1"
_METHODS = ("GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS")


def route_of(scope: Scope) -> str:
    """The route of a request as it is declared; ``other`` for what has none, so that nobody can make new ones."""
    route = scope.get("route")
    path: str = getattr(route, "path_format", "") or getattr(route, "path", "")
    before = (
        _API if scope["path"].startswith(f"{_API}/") and not path.startswith(_API) else ""
    )  # a router's route lacks it
    return f"{before}{path}" if path else "other"


def method_of(scope: Scope) -> str:
    """Its method, where that is one that is known; else ``other``."""
    return scope["method"] if scope["method"] in _METHODS else "other"
