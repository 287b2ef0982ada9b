"""The process that serves."""

from __future__ import annotations

import logging

import typer
import uvicorn

from isthmus.service.api.app import create_app
from isthmus.service.api.punctual import PunctualProtocol
from isthmus.service.security.front import access_log
from isthmus.service.security.safety import check_safe
from isthmus.service.settings import settings

MOST_CONNECTIONS = 1000  # at once; above it 503


def run(store_url: str, host: str, port: int) -> None:
    """Serve until stopped.

    Raises ``UnsafeAddress`` for anything but loopback where there is no key to check, and ``UnsafeSetting``.
    """
    keyed = check_safe(store_url, host, settings())
    who = "with a key" if keyed else "loopback only: no key is configured"
    described = ", API at /docs" if settings().environment == "development" else ""
    typer.echo(f"Isthmus on http://{host}:{port}/ ({who}){described}", err=True)
    if settings().environment == "production":
        _log_access()
    app = create_app(store_url, host=host)
    app.state.graphs.warm()
    uvicorn.run(
        app,
        host=host,
        port=port,
        log_level="warning",
        access_log=False,
        server_header=False,
        http=PunctualProtocol,
        ws="none",
        limit_concurrency=MOST_CONNECTIONS,
    )


def _log_access() -> None:
    """One JSON line for each request on stderr."""
    access_log.setLevel(logging.INFO)
    access_log.addHandler(logging.StreamHandler())
    access_log.propagate = False
