"""What a request is called where others look on: by its route as it is declared, never by the address that was asked."""

from __future__ import annotations

import re
from typing import Any

from starlette.types import Scope

_API = "/api/v1"
_METHODS = ("GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS")


def route_of(scope: Scope) -> str:
    """The route of a request as it is declared; ``other`` for what has none, so that nobody can make new ones.

    One that was refused before it came to its route is called by it all the same.
    """
    route = scope.get("route")
    path: str = getattr(route, "path_format", "") or getattr(route, "path", "")
    if not path:
        return _would_be(scope)
    # a router's route lacks its prefix
    return f"{_API}{path}" if scope["path"].startswith(f"{_API}/") and not path.startswith(_API) else path


def method_of(scope: Scope) -> str:
    """Its method, where that is one that is known; else ``other``."""
    return scope["method"] if scope["method"] in _METHODS else "other"


def _would_be(scope: Scope) -> str:
    app = scope.get("app")
    declared = declared_routes(app) if app is not None else []
    return next((name for pattern, name in declared if pattern.match(scope["path"])), "other")


def declared_routes(app: Any) -> list[tuple[re.Pattern[str], str]]:  # noqa: ANN401 - an application of FastAPI or of a test
    """Patterns and names of an application's routes, worked out once.

    FastAPI makes what it knows of a route when first asked, and two threads may not ask at once: ask as it starts.
    """
    if not hasattr(app.state, "declared_routes"):
        from fastapi.routing import iter_route_contexts  # long to import: whoever logs imports this, servers or not

        contexts = iter_route_contexts(app.router.routes)
        found = [(getattr(one, "path_regex", None), getattr(one, "path_format", "")) for one in contexts]
        app.state.declared_routes = [(pattern, name) for pattern, name in found if pattern is not None and name]
    known: list[tuple[re.Pattern[str], str]] = app.state.declared_routes
    return known
