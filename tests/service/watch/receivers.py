"""Those who are told: a webhook's server and a mail server on loopback, each a few lines, that remember what came."""

from __future__ import annotations

import socket
import socketserver
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass
class Hook:
    """A webhook: ``answer`` is the status of each request in turn, the last one of all that follow."""

    port: int
    answers: list[int]
    requests: list[tuple[dict[str, str], bytes]] = field(default_factory=list)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/alerts?team=1"


@contextmanager
def webhook(*answers: int) -> Iterator[Hook]:
    hook = Hook(0, list(answers))

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            hook.requests.append(({"path": self.path, **{k.lower(): v for k, v in self.headers.items()}}, body))
            place = min(len(hook.requests), len(hook.answers)) - 1
            self.send_response(hook.answers[place])
            self.send_header("Location", f"http://127.0.0.1:{hook.port}/elsewhere")
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *arguments: object) -> None:
            """Say nothing."""

    with _serving(ThreadingHTTPServer(("127.0.0.1", 0), Handler)) as server:
        hook.port = server.server_address[1]
        yield hook


@dataclass
class Post:
    """A mail server with the letters that it took; ``refuse`` is a step that it refuses."""

    port: int
    refuse: str
    letters: list[str] = field(default_factory=list)
    said: list[str] = field(default_factory=list)


@contextmanager
def mail_server(refuse: str = "") -> Iterator[Post]:
    post = Post(0, refuse)

    class Handler(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            self._say("220 ready")
            while line := self.rfile.readline():
                command = line.decode().strip()
                post.said.append(command)
                verb = command[:4].upper()
                if verb == post.refuse:
                    self._say("550 not here")
                elif verb == "DATA":
                    self._say("354 go on")
                    post.letters.append(self._letter())
                    self._say("250 taken")
                elif verb == "QUIT":
                    self._say("221 bye")
                    return
                else:
                    self._say("250 ok")

        def _letter(self) -> str:
            lines = []
            while (line := self.rfile.readline().decode().rstrip("\r\n")) != ".":
                lines.append(line)
            return "\n".join(lines)

        def _say(self, text: str) -> None:
            self.wfile.write(f"{text}\r\n".encode())

    with _serving(socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler)) as server:
        post.port = server.server_address[1]
        yield post


@contextmanager
def silent(answer: bytes = b"") -> Iterator[int]:
    """A server that takes a connection, sends this, and then nothing."""

    class Handler(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            self.request.recv(65536)
            self.request.sendall(answer)
            done.wait(30)

    done = threading.Event()
    with _serving(socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler)) as server:
        yield server.server_address[1]
        done.set()


@contextmanager
def _serving(server: socketserver.TCPServer) -> Iterator[socketserver.TCPServer]:
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def resolving(addresses: dict[str, list[str]]) -> Callable[..., list[tuple[object, ...]]]:
    """A resolver that knows these names only."""

    def lookup(host: str, port: int, **named: object) -> list[tuple[object, ...]]:
        if host not in addresses:
            raise socket.gaierror(-2, "Name or service not known")
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (each, port)) for each in addresses[host]]

    return lookup
