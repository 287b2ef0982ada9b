"""Logs: a line of JSON for each thing that happens, with the request or run that it belongs to.

What is secret is taken out of every line, whoever wrote it, tracebacks too (``security.hidden``).
"""

from __future__ import annotations

import json
import logging
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime

from isthmus.service.security.hidden import without_secrets
from isthmus.service.telemetry.tracing import trace_id

request_id: ContextVar[str] = ContextVar("request_id", default="")
run_id: ContextVar[str] = ContextVar("run_id", default="")


@contextmanager
def of_run(run: str) -> Iterator[None]:
    """What is logged in here is of a run."""
    token = run_id.set(run)
    try:
        yield
    finally:
        run_id.reset(token)


class JsonLines(logging.Formatter):
    """A record as one line of JSON; an error's traceback is in the line."""

    def format(self, record: logging.LogRecord) -> str:
        """The line."""
        line: dict[str, object] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
        }
        line |= getattr(record, "told", {})  # fields of whoever wrote it
        for name, value in (("request_id", request_id.get()), ("run_id", run_id.get()), ("trace_id", trace_id())):
            if value:
                line.setdefault(name, value)
        if record.exc_info:
            line["error"] = self.formatException(record.exc_info)
        return without_secrets(json.dumps(line, ensure_ascii=False, default=str))


class TextLines(logging.Formatter):
    """A record as a person reads it."""

    def format(self, record: logging.LogRecord) -> str:
        """The line, with the fields of whoever wrote it at its end."""
        told = " ".join(f"{name}={value}" for name, value in getattr(record, "told", {}).items())
        return without_secrets(f"{super().format(record)}{f' {told}' if told else ''}")


def configure(form: str, level: str) -> None:
    """Write what this process logs to stderr, as ``json`` or ``text``; empty: text where a person looks on."""
    chosen = form or ("text" if sys.stderr.isatty() else "json")
    handler = logging.StreamHandler()
    handler.setFormatter(
        JsonLines() if chosen == "json" else TextLines("%(asctime)s %(levelname)s %(name)s: %(message)s")
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level.upper())
    for noisy in ("neo4j", "httpx", "httpcore", "uvicorn.access", "multipart", "python_multipart"):
        logging.getLogger(noisy).setLevel(logging.WARNING)
