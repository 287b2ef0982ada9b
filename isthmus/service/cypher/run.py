"""Asking a Neo4j store in Cypher: a few processes that wait for queries, ended with them when need be."""

from __future__ import annotations

import multiprocessing
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from typing import Any
from urllib.parse import urlsplit

from isthmus.errors import IsthmusError, Unreachable, UsageError
from isthmus.graph.stores.neo4j_connection import read_address
from isthmus.graph.stores.open import NEO4J_SCHEMES
from isthmus.service.cypher.guard import checked
from isthmus.service.cypher.values import check_parameters
from isthmus.service.cypher.worker import Asked, CypherAnswer, Limits, QueryStopped, QueryTooLarge, serve

AT_ONCE = 2  # queries
WAIT = 5.0  # seconds for one of them to end
GRACE = 3.0  # seconds that the server has, past the limit, to stop a query by itself
LOOK = 0.05  # seconds between two looks at whether anybody waits for the answer


class CypherNeedsNeo4j(UsageError):
    """A query in Cypher to a store that is not on a Neo4j server."""

    http_status = 409


class CypherBusy(Unreachable):
    """As many queries as may run at once are running."""


class NobodyWaits(IsthmusError):
    """Whoever asked is gone: the query has been ended."""

    http_status = 499


@dataclass(slots=True)
class _Worker:
    process: BaseProcess
    pipe: Connection

    def end(self) -> None:
        self.process.kill()
        self.process.join()
        self.pipe.close()


@dataclass
class CypherQueries:
    """The processes that ask one store. May be used from several threads; ``close`` ends the processes."""

    url: str = field(repr=False)
    limits: Limits = field(default_factory=Limits)
    _free: threading.BoundedSemaphore = field(default_factory=lambda: threading.BoundedSemaphore(AT_ONCE), repr=False)
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False)
    _idle: list[_Worker] = field(default_factory=list, repr=False)

    def answer(
        self, query: str, parameters: Mapping[str, Any], *, gone: Callable[[], bool] = lambda: False
    ) -> CypherAnswer:
        """What the store says to a query.

        Args:
            query: one query in Cypher 5 that only reads.
            parameters: the values that it names as ``$name``.
            gone: whether nobody waits for the answer any more; asked all the while.

        Raises:
            CypherNeedsNeo4j: the store is of another kind.
            RefusedQuery: the query or a parameter is not allowed, or wrong.
            QueryStopped: it took too long.
            QueryTooLarge: it took too much memory.
            NobodyWaits: ``gone`` said so.
            CypherBusy: too many queries at once.
            StoreUnreachable: the server does not answer.
        """
        if urlsplit(self.url).scheme.lower() not in NEO4J_SCHEMES:
            raise CypherNeedsNeo4j(
                "Cypher is answered where the store is a Neo4j server: set ISTHMUS_STORE=neo4j://..."
            )
        check_parameters(parameters)
        asked = Asked(checked(query), dict(parameters), self.limits)
        if not self._free.acquire(timeout=WAIT):
            raise CypherBusy(f"{AT_ONCE} queries are running, as many as may at once: ask again in a moment")
        try:
            return self._ask(asked, gone)
        finally:
            self._free.release()

    def close(self) -> None:
        """End the processes that wait."""
        with self._lock:
            while self._idle:
                self._idle.pop().end()

    def _ask(self, asked: Asked, gone: Callable[[], bool]) -> CypherAnswer:
        worker = self._take()
        try:
            worker.pipe.send(asked)
            reply = _reply(worker, time.monotonic() + asked.limits.seconds + GRACE, gone)
        except BaseException:
            worker.end()
            raise
        with self._lock:
            self._idle.append(worker)
        if isinstance(reply, IsthmusError):
            raise reply
        return reply

    def _take(self) -> _Worker:
        with self._lock:
            while self._idle:
                worker = self._idle.pop()
                if worker.process.is_alive():
                    return worker
                worker.end()
        address = read_address(self.url)
        ours, theirs = multiprocessing.Pipe()
        spawn = multiprocessing.get_context("spawn")  # a fork would take the service's connections and threads along
        process = spawn.Process(target=serve, args=(theirs, address, self.limits.memory), daemon=True, name="cypher")
        process.start()
        theirs.close()
        return _Worker(process, ours)


def _reply(worker: _Worker, until: float, gone: Callable[[], bool]) -> CypherAnswer | IsthmusError:
    try:
        while not worker.pipe.poll(LOOK):
            if gone():
                raise NobodyWaits("whoever asked is gone")
            if time.monotonic() > until:
                raise QueryStopped("the query took too long and was ended: name an entity, shorten paths, use LIMIT")
        reply: CypherAnswer | IsthmusError = worker.pipe.recv()
    except (EOFError, ConnectionResetError):
        raise QueryTooLarge("the answer was too large to be read: ask for fewer values, with LIMIT") from None
    return reply
