"""Is the process alive, can it answer, and how does it do?"""

from __future__ import annotations

import shutil
from typing import Any, Literal

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from pydantic import BaseModel

from isthmus.errors import IsthmusError
from isthmus.graph.stores.open import NEO4J_SCHEMES, sqlite_path
from isthmus.service.graphs import Graphs
from isthmus.service.settings import settings
from isthmus.service.telemetry.metrics import Metrics

router = APIRouter(tags=["health"])

LEAST_ROOM = 100_000_000  # bytes on a disk that is written to


@router.get("/health")
@router.get("/live", include_in_schema=False)
async def health() -> dict[str, str]:
    """The process runs; asked of no thread, since all may be at work on long questions."""
    return {"status": "ok"}


class ReadyOut(BaseModel):
    """Whether it can answer, what the graph holds, and each thing that was looked at: ``ok``, or what is wrong with it."""

    status: Literal["ok", "unavailable"]
    documents: int | None = None
    statements: int | None = None
    checks: dict[str, str]


@router.get(
    "/ready", response_model=ReadyOut, responses={503: {"description": "It cannot answer now: `checks` says why."}}
)
def ready(request: Request) -> Response:
    """Whether it can answer: the store does, and there is room on the disk; 503 where not."""
    graphs: Graphs = request.app.state.graphs
    told: dict[str, Any] = {}
    checks = {"disk": _room(graphs.url)}
    try:
        counts = graphs.store.counts()
        told = {"documents": counts.documents, "statements": counts.statements}
        checks["store"] = ""
    except IsthmusError as error:
        checks["store"] = str(error)
    well = not any(checks.values())
    body = {
        "status": "ok" if well else "unavailable",
        **told,
        "checks": {name: what or "ok" for name, what in checks.items()},
    }
    return JSONResponse(body, 200 if well else 503, headers={} if well else {"retry-after": "5"})


def _room(url: str) -> str:
    """What is wrong with the disk that is written to; empty where nothing is."""
    of_server = url.split("://")[0].lower() in NEO4J_SCHEMES
    place = settings().cache_folder if of_server else sqlite_path(url).absolute().parent
    while not place.exists():
        place = place.parent
    free = shutil.disk_usage(place).free
    return f"only {free:,} bytes are free: make room" if free < LEAST_ROOM else ""


@router.get("/metrics", include_in_schema=False)
def metrics(request: Request) -> Response:
    """How it does, for Prometheus."""
    kept: Metrics = request.app.state.metrics
    return Response(generate_latest(kept.registry), media_type=CONTENT_TYPE_LATEST)
