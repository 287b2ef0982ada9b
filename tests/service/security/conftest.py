"""A copy of the story's graph that keys may be made in, and a real server over it."""

import os
import shutil
import socket
import subprocess
import sys
from contextlib import closing, contextmanager
from time import monotonic

import pytest

from isthmus.graph.stores.open import open_store, sqlite_path


@pytest.fixture
def graph_url(story_store, tmp_path):
    shutil.copy(sqlite_path(story_store), tmp_path / "graph.sqlite")
    return f"sqlite:///{tmp_path / 'graph.sqlite'}"


@pytest.fixture
def opened(graph_url):
    with open_store(graph_url) as store:
        yield store


@contextmanager
def _serving(url, log, *arguments, **environment):
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
            yield port
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


@pytest.fixture(scope="session")
def serving():
    """A context manager: the port of a server over a store, in a process of its own."""
    return _serving
