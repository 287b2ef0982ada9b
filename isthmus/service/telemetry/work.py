"""Metrics of the work of this process, whoever asked for it: made of its steps (``isthmus.steps``) as they are taken.

They count from the first application or scheduler of the process on, and stand in the registry of each.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from time import monotonic

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, disable_created_metrics
from prometheus_client.metrics_core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from isthmus.service.runs.workers import workers_of_this_process
from isthmus.steps import Step, listen

BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0, 300.0, 1800.0)
# Steps of an ingest, as its stages: what they are called there.
_STAGES = {
    "records.parse": "parse",
    "documents.read": "extract",
    "store.write": "write",
    "watches.run": "watch",
}
disable_created_metrics()  # type: ignore[no-untyped-call] # of each count when it began: half of all lines, and nobody asks
_KNOWN_STATUSES = frozenset(map(str, range(100, 600))) | {"none", "refused"}


def _seconds(name: str, about: str, *labels: str) -> Histogram:
    return Histogram(f"isthmus_{name}_seconds", about, labels, buckets=BUCKETS, registry=None)


def _count(name: str, about: str, *labels: str) -> Counter:
    return Counter(f"isthmus_{name}", about, labels, registry=None)


_settle = _seconds("belief_settle", "Seconds that belief took to be worked out anew after a change.", "store")
_settled = _count("belief_settled_statements", "Statements of which belief was worked out anew.", "store")
_snapshot = _seconds("snapshot", "Seconds until the graph was in memory, by how that was done.", "how")
_nulls = _seconds("nulls_fit", "Seconds that the nulls of a pair of categories took to be fitted.")
_stage = _seconds("ingest_stage", "Seconds of each stage of reading, for a batch of documents or a file.", "stage")
_schedule = _seconds("schedule_run", "Seconds of a run of a schedule, by its feed and how it ended.", "feed", "outcome")
_asked = _count("llm_requests", "Requests to language models.", "provider", "outcome")
_answer = _seconds("llm_request", "Seconds until a language model had answered or failed.", "provider")
_tokens = _count(
    "llm_request_tokens", "Tokens of this process's requests, in and out, as told.", "provider", "direction"
)
_money = _count("llm_request_money", "What they cost, in the money of the prices that were set.", "provider")
_egress = _count("egress_requests", "Requests to services elsewhere, by their answer.", "service", "status")
_way_out = _seconds("egress_request", "Seconds until a service elsewhere had answered or failed.", "service")
_circuit = Gauge(
    "isthmus_egress_circuit_open",
    "Whether a service is left alone for now, since it failed again and again.",
    ("service",),
    registry=None,
)
_ALL: tuple[Collector, ...] = (
    _settle,
    _settled,
    _snapshot,
    _nulls,
    _stage,
    _schedule,
    _asked,
    _answer,
    _tokens,
    _money,
    _egress,
    _way_out,
    _circuit,
)


def register(registry: CollectorRegistry) -> None:
    """Have the work of this process told by a registry."""
    for collector in (*_ALL, _Readers()):
        registry.register(collector)
    listen(_follow)


@contextmanager
def _follow(step: Step) -> Iterator[None]:
    began, failed = monotonic() - step.ago, True
    try:
        yield
        failed = False
    finally:
        seconds = monotonic() - began
        if step.name in _STAGES:
            _stage.labels(_STAGES[step.name]).observe(seconds)
        if step.name in _TOLD:
            _TOLD[step.name](step, seconds, failed)


def _of_belief(step: Step, seconds: float, failed: bool) -> None:
    _settle.labels(step.facts["store"]).observe(seconds)
    _settled.labels(step.facts["store"]).inc(_number(step, "statements"))


def _of_snapshot(step: Step, seconds: float, failed: bool) -> None:
    if not failed:
        _snapshot.labels(step.facts["how"]).observe(seconds)


def _of_nulls(step: Step, seconds: float, failed: bool) -> None:
    _nulls.observe(seconds)


def _of_schedule(step: Step, seconds: float, failed: bool) -> None:
    outcome = "failed" if failed else step.facts["outcome"]
    _schedule.labels(step.facts["feed"], outcome).observe(seconds)


def _of_model(step: Step, seconds: float, failed: bool) -> None:
    provider = step.facts["provider"]
    _asked.labels(provider, step.facts["outcome"]).inc()
    _answer.labels(provider).observe(seconds)
    _tokens.labels(provider, "in").inc(_number(step, "tokens_in"))
    _tokens.labels(provider, "out").inc(_number(step, "tokens_out"))
    _money.labels(provider).inc(_number(step, "money"))


def _of_egress(step: Step, seconds: float, failed: bool) -> None:
    service, status = step.facts["service"], str(step.facts["status"])
    _egress.labels(service, status if status in _KNOWN_STATUSES else "other").inc()
    _way_out.labels(service).observe(seconds)
    _circuit.labels(service)  # so that a closed one is told, too


def _of_rest(step: Step, seconds: float, failed: bool) -> None:
    until = monotonic() + _number(step, "rests")
    _circuit.labels(step.facts["service"]).set_function(lambda: float(monotonic() < until))


_TOLD: dict[str, Callable[[Step, float, bool], None]] = {
    "belief.settle": _of_belief,
    "snapshot.make": _of_snapshot,
    "nulls.fit": _of_nulls,
    "schedule.run": _of_schedule,
    "llm.ask": _of_model,
    "egress.ask": _of_egress,
    "egress.rest": _of_rest,
}


def _number(step: Step, fact: str) -> float:
    return float(step.facts.get(fact, 0))


class _Readers(Collector):
    """The processes that read documents for this one: their memory is not in its own."""

    def collect(self) -> Iterator[Metric]:
        """As of now."""
        readers = workers_of_this_process()
        about = "Processes that read documents for this one."
        yield GaugeMetricFamily("isthmus_reader_processes", about, value=len(readers))
        held = sum(each.memory for each in readers) * 1e6
        about = "Memory that they share with nobody."
        yield GaugeMetricFamily("isthmus_reader_memory_bytes", about, value=held)
