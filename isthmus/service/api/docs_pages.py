"""The description of the API as a page, from files of this package: it loads nothing from anywhere else."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from pathlib import Path

from fastapi import FastAPI
from fastapi.responses import FileResponse

_STATIC = Path(__file__).parent / "static"
_VERSIONED = "public, max-age=31536000, immutable"  # its name changes with what is in it
_FILES = {
    "/docs": ("docs.html", "text/html; charset=utf-8", "no-cache"),
    "/docs/docs.js": ("docs.js", "text/javascript; charset=utf-8", "no-cache"),
    "/docs/swagger-ui-5.35.0.js": ("swagger-ui-5.35.0.js", "text/javascript; charset=utf-8", _VERSIONED),
    "/docs/swagger-ui-5.35.0.css": ("swagger-ui-5.35.0.css", "text/css; charset=utf-8", _VERSIONED),
}
DOCS_PATHS = frozenset(_FILES)


def install(app: FastAPI) -> None:
    """Serve the page, at ``/docs``."""
    for path, (name, media_type, cached) in _FILES.items():
        app.add_api_route(path, _file(name, media_type, cached), include_in_schema=False, response_class=FileResponse)


def _file(name: str, media_type: str, cached: str) -> Callable[[], Awaitable[FileResponse]]:
    async def send() -> FileResponse:
        return FileResponse(_STATIC / name, media_type=media_type, headers={"cache-control": cached})

    return send
