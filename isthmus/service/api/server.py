"""The process that serves."""

from __future__ import annotations

import logging
import os
import signal
import sys
import threading
from time import sleep
from urllib.parse import urlsplit

import typer
import uvicorn

from isthmus.graph.stores.open import NEO4J_SCHEMES, open_store, sqlite_path
from isthmus.service.api.app import create_app
from isthmus.service.api.punctual import PunctualProtocol
from isthmus.service.security.safety import check_safe
from isthmus.service.settings import settings
from isthmus.service.telemetry.logs import configure

MOST_CONNECTIONS = 1000  # at once; above it 503
LEAVES_WITHIN = 3.0  # seconds after the last request was answered or given up
_log = logging.getLogger(__name__)


def run(store_url: str, host: str, port: int) -> None:
    """Serve until stopped. An SQLite file that is not there is made: the graph can be fed by what is served.

    Raises ``UnsafeAddress`` for anything but loopback where there is no key to check, and ``UnsafeSetting``.
    """
    # While it serves, uvicorn's own takes its place: it lets requests end, and raises the signal again for this one.
    signal.signal(signal.SIGTERM, lambda number, frame: sys.exit(0))
    if _make(store_url):
        typer.echo("There was no graph there yet: a new, empty one was made", err=True)
    keyed = check_safe(store_url, host, settings())
    who = "with a key" if keyed else "loopback only: no key is configured"
    described = ", API at /docs" if settings().environment == "development" else ""
    typer.echo(f"Isthmus on http://{host}:{port}/ ({who}){described}", err=True)
    configure(settings().log, settings().log_level)
    app = create_app(store_url, host=host)
    app.state.graphs.warm()
    threading.Thread(target=app.state.jobs.clear, name="isthmus clearing", daemon=True).start()
    try:
        uvicorn.run(
            app,
            host=host,
            port=port,
            log_config=None,  # as all else is logged
            log_level="warning",
            access_log=False,
            server_header=False,
            http=PunctualProtocol,
            ws="none",
            limit_concurrency=MOST_CONNECTIONS,
            timeout_graceful_shutdown=settings().shutdown_seconds,
        )
    finally:
        threading.Thread(target=_leave, daemon=True).start()


def _leave() -> None:
    """End the process though threads are at work: none can be stopped, and Python waits for the last of them.

    What they write is whole or not there, and processes that read for them end with this one.
    """
    sleep(LEAVES_WITHIN)
    _log.warning("work that nobody waits for any more is given up")
    os._exit(0)


def _make(store_url: str) -> bool:
    """Whether there was no file, and now there is one."""
    if urlsplit(store_url).scheme.lower() in NEO4J_SCHEMES or sqlite_path(store_url).exists():
        return False
    open_store(store_url).close()
    return True
