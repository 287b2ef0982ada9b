"""A process of its own that asks the server: what it may use is bounded, and to end it ends its query on the server.

The driver reads a record whole before it hands it over, so no count of bytes in the service itself could bound what one
record takes.
"""

from __future__ import annotations

import resource
import signal
import time
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing.connection import Connection
from typing import Any

import neo4j
import orjson
from neo4j import exceptions

from isthmus.errors import IsthmusError, UsageError
from isthmus.graph.stores.neo4j_connection import Address, connect, driver_errors
from isthmus.service.cypher.guard import RefusedQuery
from isthmus.service.cypher.plan import check_plan
from isthmus.service.cypher.values import as_json

LANGUAGE = "CYPHER 5"  # the one that both lines of the server speak, whatever the default of a database


class QueryTooLarge(UsageError):
    """An answer, or what the server needs for it, that is larger than a query may take."""


class QueryStopped(IsthmusError):
    """A query that took too long, or whose server let go of it."""

    http_status = 504


@dataclass(frozen=True, slots=True)
class Limits:
    """What one query may take."""

    seconds: float = 10.0
    rows: int = 1_000
    bytes: int = 4_000_000  # of the answer as JSON
    memory: int = 512_000_000  # bytes of the process that reads it, beside what it has at the start


@dataclass(frozen=True, slots=True)
class Asked:
    """A query that has been checked as text, and its parameters."""

    query: str
    parameters: dict[str, Any]
    limits: Limits


@dataclass(frozen=True, slots=True)
class CypherAnswer:
    """Rows of JSON values. ``cut`` says which limit the rows end at: ``rows``, ``bytes`` or empty."""

    columns: list[str]
    rows: list[list[Any]]
    cut: str
    seconds: float


def serve(pipe: Connection, address: Address, memory: int) -> None:
    """Answer what comes through the pipe, one after the other, until it closes."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # of the terminal: the service ends this process
    driver: neo4j.Driver | None = None
    _bound_memory(memory)
    with suppress(EOFError, BrokenPipeError):
        while True:
            asked: Asked = pipe.recv()
            reply: CypherAnswer | IsthmusError
            try:
                driver = driver or connect(address)
                reply = answer(driver, address, asked)
            except MemoryError:
                reply = QueryTooLarge("the answer does not fit in memory: ask for fewer values, with LIMIT")
            except IsthmusError as error:
                reply = error
            except exceptions.Neo4jError as error:
                reply = QueryStopped(f"the server gave the query up ({error.code}): look at its log, or ask in parts")
            pipe.send(reply)


def _bound_memory(memory: int) -> None:
    used = 0
    with suppress(OSError), open("/proc/self/statm") as told:  # noqa: PTH123 - not a file of a folder
        used = int(told.read().split()[5]) * resource.getpagesize()
    _, hard = resource.getrlimit(resource.RLIMIT_DATA)
    limit = used + memory if hard == resource.RLIM_INFINITY else min(hard, used + memory)
    with suppress(ValueError, OSError):  # a system that knows no such limit
        resource.setrlimit(resource.RLIMIT_DATA, (limit, hard))


def answer(driver: neo4j.Driver, address: Address, asked: Asked) -> CypherAnswer:
    """Plan, look at the plan, run, and read until a limit is met.

    Raises:
        RefusedQuery: the plan does what is not allowed, or the query is wrong.
        QueryStopped: it took too long.
        QueryTooLarge: the server had too little memory for it, or one row is too long.
        StoreUnreachable: the server does not answer.
    """
    began = time.monotonic()
    with (
        driver_errors(address),
        driver.session(database=address.database, default_access_mode=neo4j.READ_ACCESS, fetch_size=100) as session,
    ):
        try:
            with session.begin_transaction(timeout=asked.limits.seconds) as tx:
                planned = tx.run(f"{LANGUAGE} EXPLAIN {asked.query}", asked.parameters).consume()
                check_plan(planned.plan, planned.query_type)
                columns, rows, cut = _read(tx.run(f"{LANGUAGE} {asked.query}", asked.parameters), asked.limits)
        except exceptions.Neo4jError as error:
            raise _as_ours(error, asked.limits) or error from error
    return CypherAnswer(columns, rows, cut, round(time.monotonic() - began, 3))


def _read(result: neo4j.Result, limits: Limits) -> tuple[list[str], list[list[Any]], str]:
    rows: list[list[Any]] = []
    size = 0
    for record in result:
        if len(rows) == limits.rows:
            return list(result.keys()), rows, "rows"
        row = [as_json(value) for value in record.values()]
        size += len(orjson.dumps(row))
        if size > limits.bytes:
            if not rows:
                raise QueryTooLarge(f"one row has more than {limits.bytes} bytes: ask for fewer values")
            return list(result.keys()), rows, "bytes"
        rows.append(row)
    return list(result.keys()), rows, ""


def _as_ours(error: exceptions.Neo4jError, limits: Limits) -> IsthmusError | None:
    code, said = error.code or "", ((error.message or "").splitlines() or [""])[0][:300]
    if "TimedOut" in code or "Terminated" in code or "TransactionTimeout" in code:
        return QueryStopped(
            f"the query took longer than {limits.seconds:g} s: name an entity, shorten paths, use LIMIT"
        )
    if "OutOfMemory" in code or "StackOverFlow" in code:
        return QueryTooLarge("the server had too little memory for the query: name an entity, shorten paths, use LIMIT")
    if "Statement" in code or "AccessMode" in code or "Procedure" in code:
        return RefusedQuery(f"{said} ({code})")
    return None
