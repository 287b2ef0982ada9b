"""Answers that are fetched: from the hosts of a feed only, whole or not at all, never more than is taken."""

from __future__ import annotations

import gzip
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from isthmus.service.egress import AddressRefused, Caps, NotDelivered, get

HOSTS = {"127.0.0.1"}


class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        bodies = {
            "/plain": b"x" * 1000,
            "/long": b"x" * 5000,
            "/bomb": gzip.compress(bytes(30_000_000)),
            "/broken": gzip.compress(b"some text that is long enough" * 10)[:-20],
        }
        place = {"/there": "/plain", "/round": "/round", "/metadata": "http://169.254.169.254/latest/", "/file": "file:///etc/passwd",
                 "/other": "http://localhost:1/"}.get(self.path)  # fmt: skip
        self.send_response(302 if place else 200)
        if place:
            self.send_header("Location", place)
        if self.path in ("/bomb", "/broken"):
            self.send_header("Content-Encoding", "gzip")
        self.end_headers()
        if self.path == "/slow":
            for _ in range(50):
                self.wfile.write(b"x")
                self.wfile.flush()
                if self.server.stopping.wait(0.1):
                    return
        try:
            self.wfile.write(bodies.get(self.path, b""))
        except OSError:
            return

    def log_message(self, *args):
        return


@pytest.fixture
def pair():
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.stopping = threading.Event()
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    yield f"127.0.0.1:{server.server_port}"
    server.stopping.set()
    server.shutdown()
    server.server_close()
    thread.join()


def test_this_machine_is_reached_only_where_it_is_allowed(pair):
    assert get(f"http://{pair}/plain", HOSTS, {}, allow={pair}).body == b"x" * 1000
    with pytest.raises(AddressRefused, match="ISTHMUS_EGRESS_ALLOW"):
        get(f"http://{pair}/plain", HOSTS, {})


def test_a_redirect_is_followed_within_the_hosts(pair):
    assert get(f"http://{pair}/there", HOSTS, {}, allow={pair}).body == b"x" * 1000


@pytest.mark.parametrize("path", ["/metadata", "/file", "/other"])
def test_a_redirect_to_anywhere_else_is_refused(pair, path):
    with pytest.raises(AddressRefused):
        get(f"http://{pair}{path}", HOSTS, {}, allow={pair, "169.254.169.254:80"})


@pytest.mark.parametrize(
    ("path", "why"),
    [
        ("/round", "redirects more"),
        ("/long", "longer than"),
        ("/bomb", "longer than|times its size"),
        ("/broken", "IncompleteRead"),
    ],
)
def test_what_is_too_much_or_too_little_is_not_taken(pair, path, why):
    with pytest.raises(NotDelivered, match=why):
        get(f"http://{pair}{path}", HOSTS, {}, allow={pair}, caps=Caps(size=4000))


def test_a_bomb_is_known_by_its_ratio(pair):
    with pytest.raises(NotDelivered, match="times its size"):
        get(f"http://{pair}/bomb", HOSTS, {}, allow={pair})


def test_a_server_that_sends_byte_after_byte_is_left(pair):
    with pytest.raises(NotDelivered):
        get(f"http://{pair}/slow", HOSTS, {}, allow={pair}, caps=Caps(seconds=0.5))
