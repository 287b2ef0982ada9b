"""A collector of traces on loopback: it takes what is sent to it by OTLP over HTTP."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest


class Collector(ThreadingHTTPServer):
    """The server, with all that came: bodies by path, and the headers of what was only looked at."""

    daemon_threads = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), _Handler)
        self.place = f"127.0.0.1:{self.server_port}"
        self.sent: list[tuple[str, bytes]] = []
        self.looked: list[dict[str, str]] = []

    @property
    def resources(self):
        """What was told, by whom: each has its attributes and its spans."""
        requests = [ExportTraceServiceRequest.FromString(body) for _, body in self.sent]
        return [one for request in requests for one in request.resource_spans]

    @property
    def spans(self):
        return [span for one in self.resources for scope in one.scope_spans for span in scope.spans]


class _Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        self.server.looked.append(dict(self.headers))
        self._answer()

    def do_POST(self):
        self.server.sent.append((self.path, self.rfile.read(int(self.headers["Content-Length"]))))
        self._answer()

    def _answer(self):
        self.send_response(200)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *told):
        """Say nothing."""


@contextmanager
def collecting() -> Iterator[Collector]:
    with Collector() as server:
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()
