"""Metrics of a process that serves nothing else."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from prometheus_client import start_http_server

from isthmus.errors import UsageError
from isthmus.service.graphs import Graphs
from isthmus.service.telemetry.metrics import registry_of


class NoPort(UsageError):
    """A port that cannot be listened on."""


@contextmanager
def metrics_at(host: str, port: int, store_url: str) -> Iterator[int]:
    """Serve ``/metrics``, to whoever can reach the host; yields the port, chosen by the system for 0. Raises ``NoPort``."""
    graphs = Graphs(store_url)
    try:
        server, thread = start_http_server(port, host, registry_of(graphs))
    except OSError as error:
        raise NoPort(f"metrics cannot be served at {host}:{port} ({error.strerror}): name another port") from None
    try:
        yield server.server_port
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
        graphs.close()
