"""Serve the Browser guide, the style and the saved queries to a Neo4j Browser on this machine: ``python serve.py``.

The Browser loads guides from an address only, and only where that address lets its page read them.
"""

import functools
import http.server
import sys
from pathlib import Path

PORT = 7475
BROWSERS = ("http://localhost:7474", "http://127.0.0.1:7474")


class Guide(http.server.SimpleHTTPRequestHandler):
    """The files of this folder, readable by the pages of a Browser on this machine."""

    def do_OPTIONS(self) -> None:
        """The Browser asks first whether it may."""
        self.send_response(204)
        self.send_header("Access-Control-Allow-Methods", "GET")
        self.send_header("Access-Control-Allow-Headers", self.headers.get("Access-Control-Request-Headers", ""))
        self.end_headers()

    def end_headers(self) -> None:
        """Let the Browser's page, and no other, read the answer."""
        origin = self.headers.get("Origin", "") if hasattr(self, "headers") else ""
        if origin in BROWSERS:
            self.send_header("Access-Control-Allow-Origin", origin)
            self.send_header("Access-Control-Allow-Private-Network", "true")
        self.send_header("Vary", "Origin")
        super().end_headers()


def main(port: int = PORT) -> None:
    """Serve until interrupted."""
    handler = functools.partial(Guide, directory=str(Path(__file__).resolve().parent))
    with http.server.ThreadingHTTPServer(("127.0.0.1", port), handler) as server:
        server.serve_forever()


if __name__ == "__main__":
    main(*map(int, sys.argv[1:2]))
