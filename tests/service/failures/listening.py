"""A real server over an application of this process, and what clients of it see."""

import http.client
import json
import socket
import threading
import time
from contextlib import contextmanager

import uvicorn


def wait_until(true, seconds=60.0):
    until = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < until
        time.sleep(0.01)


@contextmanager
def listening(app):
    """The port that the application is served on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    service = uvicorn.Server(
        uvicorn.Config(app, host="127.0.0.1", port=port, log_level="critical", timeout_graceful_shutdown=5)
    )
    thread = threading.Thread(target=service.run, daemon=True)
    thread.start()
    try:
        wait_until(lambda: service.started)
        yield port
    finally:
        service.should_exit = True
        thread.join()


def got(port, path):
    """Status, headers and JSON of one question on a connection of its own."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    try:
        connection.request("GET", path)
        answer = connection.getresponse()
        return answer.status, answer.headers, json.loads(answer.read())
    finally:
        connection.close()


class Crowd:
    """Clients that ask one question after the other until the block ends; ``seen`` counts what they are told."""

    def __init__(self, port, paths):
        self.seen, self.problems, self._stop = {}, [], threading.Event()
        self._threads = [threading.Thread(target=self._ask, args=(port, path), daemon=True) for path in paths]

    def _ask(self, port, path):
        while not self._stop.is_set():
            status, headers, told = got(port, path)
            self.seen[path, status] = self.seen.get((path, status), 0) + 1
            if status >= 500:
                self.problems.append((path, status, headers, told))

    def all_see(self, status):
        """Wait until each has been told this status once more."""
        before = {path: count for (path, told), count in self.seen.items() if told == status}
        paths = {path for path, _ in self.seen}
        wait_until(lambda: all(self.seen.get((path, status), 0) > before.get(path, 0) for path in paths))

    def __enter__(self):
        for thread in self._threads:
            thread.start()
        wait_until(lambda: len({path for path, _ in self.seen}) == len(self._threads))
        return self

    def __exit__(self, *_):
        self._stop.set()
        for thread in self._threads:
            thread.join()
