"""Cypher over REST, read only, on a Neo4j store."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

from fastapi import APIRouter, FastAPI, Request
from pydantic import BaseModel, ConfigDict, Field
from starlette.concurrency import run_in_threadpool

from isthmus.service.api.dependencies import GraphsOf
from isthmus.service.cypher.guard import MOST_CHARACTERS

if TYPE_CHECKING:
    from isthmus.service.cypher.run import CypherQueries

LOOK = 0.2  # seconds between two looks at whether the client is still there


class CypherIn(BaseModel):
    """A query and the values that it names."""

    model_config = ConfigDict(extra="forbid")

    query: str = Field(
        max_length=MOST_CHARACTERS,
        description="one query in Cypher 5 that only reads",
        examples=["MATCH (e:Entity) WHERE e.name CONTAINS $part RETURN e.id, e.name LIMIT 10"],
    )
    parameters: dict[str, Any] = Field(default_factory=dict, examples=[{"part": "alzheimer"}])


class CypherOut(BaseModel):
    """Rows of values; nodes, relationships and paths are maps."""

    columns: list[str]
    rows: list[list[Any]]
    cut: str = Field(description="the limit that the rows end at: rows, bytes, or empty when all are there")
    seconds: float


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    yield
    queries: CypherQueries | None = getattr(app.state, "cypher", None)
    if queries:
        queries.close()


router = APIRouter(tags=["cypher"], lifespan=_lifespan)


@router.post("/cypher")
async def cypher(request: Request, graphs: GraphsOf, asked: CypherIn) -> CypherOut:
    """What a Neo4j store says to a query that only reads. The query ends when the client goes away."""
    app = request.app
    if not hasattr(app.state, "cypher"):
        from isthmus.service.cypher.run import CypherQueries  # the driver takes 0.2 s to import

        app.state.cypher = CypherQueries(graphs.url)
    gone = threading.Event()
    watch = asyncio.create_task(_watch(request, gone))
    try:
        found = await run_in_threadpool(app.state.cypher.answer, asked.query, asked.parameters, gone=gone.is_set)
    except asyncio.CancelledError:
        gone.set()
        raise
    finally:
        watch.cancel()
    return CypherOut(columns=found.columns, rows=found.rows, cut=found.cut, seconds=found.seconds)


async def _watch(request: Request, gone: threading.Event) -> None:
    while not await request.is_disconnected():
        await asyncio.sleep(LOOK)
    gone.set()
