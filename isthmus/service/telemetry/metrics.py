"""Metrics in Prometheus' form: what this process does, and what the store tells of all processes.

Labels are few and bounded: routes as they are declared, never the address that was asked; names of schedules, which whoever
runs the service gave. Counts of documents, tokens and money come from the runs that the store keeps, so that what the
command line and the scheduler did is seen here too.
"""

from __future__ import annotations

import threading
from collections import Counter as Counted
from collections.abc import Iterator
from copy import deepcopy
from datetime import UTC, datetime
from itertools import takewhile
from time import monotonic

from prometheus_client import (
    GC_COLLECTOR,
    PLATFORM_COLLECTOR,
    PROCESS_COLLECTOR,
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
)
from prometheus_client.metrics_core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from isthmus.errors import IsthmusError
from isthmus.graph.stores.open import NEO4J_SCHEMES, sqlite_path
from isthmus.graph.stores.protocol import Store
from isthmus.service.graphs import Graphs
from isthmus.service.runs.record import Run, RunState, all_runs
from isthmus.service.scheduler.history import RunOutcome, history_of
from isthmus.service.scheduler.schedules import schedules_of
from isthmus.service.telemetry import work
from isthmus.service.telemetry.routes import method_of, route_of

SECONDS_KEPT = 10.0  # that what the store told is told again
BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.15, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0, 300.0)
_OUTCOMES = ("written", "unchanged", "empty", "failed", "quarantined", "deleted")


class Metrics:
    """The metrics of one application, in a registry of their own."""

    def __init__(self, graphs: Graphs) -> None:
        self.registry = registry_of(graphs)
        names = ("method", "route", "status")
        self.requests = Counter("isthmus_requests", "Requests that were answered.", names, registry=self.registry)
        self.seconds = Histogram(
            "isthmus_request_seconds",
            "Seconds until an answer began.",
            ("method", "route"),
            buckets=BUCKETS,
            registry=self.registry,
        )
        self.in_flight = Gauge("isthmus_requests_in_flight", "Requests that are worked on.", registry=self.registry)


def registry_of(graphs: Graphs) -> CollectorRegistry:
    """What a process tells that works on a store: of itself, of its work, and what the store says of all processes."""
    registry = CollectorRegistry()
    for collector in (PROCESS_COLLECTOR, PLATFORM_COLLECTOR, GC_COLLECTOR):
        registry.register(collector)
    work.register(registry)
    registry.register(_OfStore(graphs))
    return registry


class Meter:
    """Counts requests and takes their time. Of ASGI; the outermost but for what gives each request its id."""

    def __init__(self, app: ASGIApp, *, metrics: Metrics) -> None:
        self._app, self._metrics = app, metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """As ASGI has it."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        began, status = monotonic(), 500

        async def told_send(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                self._metrics.seconds.labels(method_of(scope), route_of(scope)).observe(monotonic() - began)
            await send(message)

        with self._metrics.in_flight.track_inprogress():
            try:
                await self._app(scope, receive, told_send)
            finally:
                self._metrics.requests.labels(method_of(scope), route_of(scope), str(status)).inc()


class _OfStore(Collector):
    """What the store tells, asked of it now and then; a store that is away is told as such."""

    def __init__(self, graphs: Graphs) -> None:
        self._graphs, self._lock = graphs, threading.Lock()
        self._told: list[Metric] = []
        self._until, self._runs = 0.0, _Runs()

    def collect(self) -> Iterator[Metric]:
        """As Prometheus' client has it."""
        with self._lock:
            if monotonic() >= self._until:
                try:
                    self._told = [
                        _gauge("isthmus_store_up", "Whether the store answers.", 1),
                        *_told_of(self._graphs.url),
                        *_told_by(self._graphs.store, self._runs),
                    ]
                except IsthmusError:
                    self._told = [_gauge("isthmus_store_up", "Whether the store answers.", 0)]
                self._until = monotonic() + SECONDS_KEPT
            yield from self._told

    def describe(self) -> list[Metric]:
        """Nothing: or the store would be asked when this is made."""
        return []


def _told_of(url: str) -> Iterator[Metric]:
    of_server = url.partition("://")[0].lower() in NEO4J_SCHEMES
    kind = GaugeMetricFamily("isthmus_store_info", "Which kind of store it is.", labels=["kind"])
    kind.add_metric(["neo4j" if of_server else "sqlite"], 1)
    yield kind
    if not of_server:  # a server watches its own disk
        file = sqlite_path(url)
        sizes = (part.stat().st_size for part in (file, file.with_name(f"{file.name}-wal")) if part.exists())
        yield _gauge("isthmus_store_bytes", "The store's file, with its log.", sum(sizes))


def _told_by(store: Store, runs: _Runs) -> Iterator[Metric]:
    counts = store.counts()
    held = GaugeMetricFamily("isthmus_graph_size", "What the graph holds.", labels=["what"])
    for what in ("documents", "entities", "statements", "evidence", "mentions"):
        held.add_metric([what], getattr(counts, what))
    yield held
    yield _gauge("isthmus_graph_revision", "How many writes the graph has seen.", store.revision()[0])
    yield from runs.collect(store)
    yield from _of_feeds(store)


class _Runs:
    """Sums over all runs that were ever kept; those that have ended are added once."""

    def __init__(self) -> None:
        self._ended, self._through = _Sums(), ""

    def collect(self, store: Store) -> Iterator[Metric]:
        """As of now."""
        later = list(takewhile(lambda run: run.id > self._through, all_runs(store)))
        while later and later[-1].state is not RunState.RUNNING:  # the oldest come last
            run = later.pop()
            self._ended.add(run)
            self._through = max(self._through, run.id)
        sums = self._ended.copy()
        for run in later:
            sums.add(run)
        return sums.metrics()


class _Sums:
    """Of some runs."""

    def __init__(self) -> None:
        self.documents, self.states = Counted[str](), Counted[str]()
        self.tokens, self.money, self.seconds = 0, 0.0, 0.0

    def copy(self) -> _Sums:
        """To be added to without changing this one."""
        return deepcopy(self)

    def add(self, run: Run) -> None:
        """One more run."""
        self.states[run.state.value] += 1
        self.documents.update({name: run.counts.get(name, 0) for name in _OUTCOMES})
        self.tokens, self.money, self.seconds = (
            self.tokens + run.tokens,
            self.money + run.money,
            self.seconds + run.seconds,
        )

    def metrics(self) -> Iterator[Metric]:
        """What they come to."""
        read = CounterMetricFamily(
            "isthmus_documents_read", "Documents that were read, by what became of them.", labels=["outcome"]
        )
        for outcome in _OUTCOMES:
            read.add_metric([outcome], self.documents[outcome])
        yield read
        runs = GaugeMetricFamily("isthmus_runs", "Runs that are kept, by how they are or ended.", labels=["state"])
        for state in RunState:
            runs.add_metric([state.value], self.states[state.value])
        yield runs
        yield _counter("isthmus_reading_seconds", "Seconds that runs took.", self.seconds)
        told = "Tokens that language models were asked with and answered while reading."
        yield _counter("isthmus_llm_tokens", told, self.tokens)
        yield _counter("isthmus_llm_money", "What that cost, in the money of the prices that were set.", self.money)


def _of_feeds(store: Store) -> Iterator[Metric]:
    lag = GaugeMetricFamily(
        "isthmus_feed_lag_seconds", "Seconds since a feed was last read to its end.", labels=["schedule"]
    )
    failures = GaugeMetricFamily("isthmus_feed_failures", "How often in a row a feed has failed.", labels=["schedule"])
    paused = GaugeMetricFamily("isthmus_feed_paused", "Whether a feed is paused.", labels=["schedule"])
    now = datetime.now(UTC)
    for one in schedules_of(store):
        well = (run for run in history_of(store, one.name) if run.outcome in (RunOutcome.DONE, RunOutcome.EMPTY))
        last = next((run.ended for run in well if run.ended), "") or one.created
        lag.add_metric([one.name], (now - datetime.fromisoformat(last)).total_seconds())
        failures.add_metric([one.name], one.failures)
        paused.add_metric([one.name], one.paused)
    yield from (lag, failures, paused)


def _gauge(name: str, about: str, value: float) -> Metric:
    return GaugeMetricFamily(name, about, value=value)


def _counter(name: str, about: str, value: float) -> Metric:
    return CounterMetricFamily(name, about, value=value)
