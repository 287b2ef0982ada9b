"""A real server over a store, in a process of its own."""

import os
import socket
import subprocess
import sys
from contextlib import closing, contextmanager
from time import monotonic


@contextmanager
def serving(url, log, *arguments, **environment):
    """The port that ``isthmus serve`` listens on, with these arguments and variables besides."""
    with started(url, log, *arguments, **environment) as (_, port):
        yield port


@contextmanager
def started(url, log, *arguments, **environment):
    """The process, too: it may be stopped, or killed."""
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with log.open("wb") as written:
        process = subprocess.Popen(
            [sys.executable, "-m", "isthmus", "serve", "--port", str(port), "--store", url, *arguments],
            stdout=written,
            stderr=written,
            env={**os.environ, **environment},
        )
        try:
            _wait(process, port, log)
            yield process, port
        finally:
            process.terminate()
            process.wait(30)


def _wait(process, port, log):
    until = monotonic() + 60
    while monotonic() < until:
        assert process.poll() is None, log.read_text()
        try:
            socket.create_connection(("127.0.0.1", port), 0.2).close()
        except OSError:
            continue
        return
    raise AssertionError("the server does not listen")
