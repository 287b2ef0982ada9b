"""Is the process alive, and can it answer?"""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request

from isthmus.service.graphs import Graphs

router = APIRouter(tags=["health"])


@router.get("/health")
async def health() -> dict[str, str]:
    """The process runs; asked of no thread, since all may be at work on long questions."""
    return {"status": "ok"}


@router.get("/ready")
def ready(request: Request) -> dict[str, Any]:
    """The store answers; 503 with the reason where it does not."""
    graphs: Graphs = request.app.state.graphs
    counts = graphs.store.counts()
    return {"status": "ok", "documents": counts.documents, "statements": counts.statements}
