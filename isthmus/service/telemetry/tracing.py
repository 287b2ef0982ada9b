"""Traces by OpenTelemetry: a span for each request and each step (``isthmus.steps``) on its way, sent by OTLP over HTTP.

On where the standard ``OTEL_EXPORTER_OTLP_ENDPOINT`` (or ``…_TRACES_ENDPOINT``) is set and the packages of the extra
``traces`` are there; else nothing of OpenTelemetry is imported. The tracer is ours alone and not the process's: libraries
that trace by themselves would tell of texts and questions. A span says counts, routes as they are declared and words of the
program; of an error its kind, never what it says.
"""

from __future__ import annotations

import logging
import os
import re
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from isthmus import __version__
from isthmus.service.telemetry.routes import method_of, route_of
from isthmus.steps import Step, listen

if TYPE_CHECKING:
    from opentelemetry.context import Context
    from opentelemetry.sdk.trace import SpanProcessor
    from opentelemetry.trace import Span, Tracer

_ENDPOINTS = ("OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT")
_WORD = re.compile(r"[A-Za-z0-9_.+-]{1,40}", re.ASCII)  # no sentence, address, path or key of ours passes
# Facts that are words of the program. Any other fact is a number.
_WORDS = frozenset({"feed", "how", "outcome", "provider", "service", "status", "store", "trigger"})
_UNTRACED = frozenset({"/health", "/live", "/ready", "/metrics"})  # asked every few seconds, and of no interest
_log = logging.getLogger(__name__)
_tracer: Tracer | None = None


def wanted(environment: Mapping[str, str] = os.environ) -> bool:
    """Whether somebody has named where traces go, and not turned them off again."""
    off = (
        environment.get("OTEL_SDK_DISABLED", "").lower() == "true" or environment.get("OTEL_TRACES_EXPORTER") == "none"
    )
    return not off and any(environment.get(name) for name in _ENDPOINTS)


def start(environment: Mapping[str, str] = os.environ) -> Callable[[], None]:
    """Begin to trace where that is wanted; returns what sends the rest and ends it.

    Where the packages are missing that is logged, and the work goes on.
    """
    if not wanted(environment):
        return lambda: None
    try:
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
        from opentelemetry.sdk.trace.export import BatchSpanProcessor
    except ImportError:
        _log.warning("nothing is traced: OTEL_EXPORTER_OTLP_ENDPOINT needs more packages: pip install isthmus[traces]")
        return lambda: None
    return trace_to(BatchSpanProcessor(OTLPSpanExporter()))


def trace_to(processor: SpanProcessor) -> Callable[[], None]:
    """Hand every span of this process to a processor; returns what ends that."""
    global _tracer
    from opentelemetry.sdk.resources import Resource
    from opentelemetry.sdk.trace import TracerProvider

    named = {"service.version": __version__}
    if "OTEL_SERVICE_NAME" not in os.environ:
        named["service.name"] = "isthmus"
    provider = TracerProvider(resource=Resource.create(named), shutdown_on_exit=False)
    provider.add_span_processor(processor)
    _tracer = provider.get_tracer("isthmus", __version__)
    leave = listen(_follow)

    def end() -> None:
        global _tracer
        leave()
        _tracer = None
        provider.shutdown()

    return end


def trace_id() -> str:
    """The trace that this work belongs to, 32 hexadecimal digits; empty where nothing is traced."""
    if _tracer is None:
        return ""
    from opentelemetry import trace

    context = trace.get_current_span().get_span_context()
    return f"{context.trace_id:032x}" if context.is_valid else ""


def handed_on() -> dict[str, str]:
    """The headers by which whoever is asked knows the trace (W3C ``traceparent``); none where nothing is traced."""
    if _tracer is None:
        return {}
    from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

    headers: dict[str, str] = {}
    TraceContextTextMapPropagator().inject(headers)
    return headers


class Traced:
    """A span for each request. Of ASGI; the outermost layer, so that the line in the log knows its trace."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """As ASGI has it."""
        tracer = _tracer
        if tracer is None or scope["type"] != "http" or scope["path"] in _UNTRACED:
            await self._app(scope, receive, send)
            return
        from opentelemetry import trace

        method = method_of(scope)
        span = tracer.start_span(method, _taken_in(scope), trace.SpanKind.SERVER)

        async def told_send(message: Message) -> None:
            if message["type"] == "http.response.start":
                span.set_attribute("http.response.status_code", message["status"])
                if message["status"] >= 500:
                    span.set_status(trace.StatusCode.ERROR)
            await send(message)

        with _current(span):
            try:
                await self._app(scope, receive, told_send)
            finally:
                route = route_of(scope)
                span.update_name(f"{method} {route}")
                span.set_attributes({"http.request.method": method, "http.route": route})


def _taken_in(scope: Scope) -> Context:
    """What a client says that its request is part of; what is no ``traceparent`` counts as none."""
    from opentelemetry.context import Context
    from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

    said = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
    known = {name: said[name] for name in ("traceparent", "tracestate") if name in said}
    return TraceContextTextMapPropagator().extract(known, context=Context())


@contextmanager
def _follow(step: Step) -> Iterator[None]:
    """A step as a span."""
    if _tracer is None:
        yield
        return
    began = time.time_ns() - int(step.ago * 1e9)
    span = _tracer.start_span(step.name, start_time=began)
    with _current(span):
        try:
            yield
        finally:
            span.set_attributes(
                {f"isthmus.{name}": value for name, value in step.facts.items() if _sayable(name, value)}
            )


@contextmanager
def _current(span: Span) -> Iterator[None]:
    """Within it what begins is part of this span. An error ends it, told by its kind alone."""
    from opentelemetry import trace

    with trace.use_span(span, end_on_exit=True, record_exception=False, set_status_on_exception=False):
        try:
            yield
        except BaseException as error:
            span.set_attribute("error.type", type(error).__name__)
            span.set_status(trace.StatusCode.ERROR)
            raise


def _sayable(name: str, value: object) -> bool:
    return not isinstance(value, str) or (name in _WORDS and _WORD.fullmatch(value) is not None)
