"""What routes ask for."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, Query, Request
from starlette.concurrency import run_in_threadpool

from isthmus.errors import UsageError
from isthmus.graph.stores.protocol import Store
from isthmus.service.graphs import Graphs
from isthmus.service.security.audit import Deed


class NotFound(UsageError):
    """An identifier that the graph does not hold."""

    http_status = 404


# Those that wait for nothing are no work for a thread: each that is sent to one costs as much as a look into the store.
async def _graphs(request: Request) -> Graphs:
    graphs: Graphs = request.app.state.graphs
    return graphs


async def _store(request: Request) -> Store:
    if not hasattr(request.state, "store"):
        graphs: Graphs = request.app.state.graphs
        request.state.store = await run_in_threadpool(lambda: graphs.store)
    store: Store = request.state.store
    return store


async def _deed(request: Request) -> Deed:
    deed: Deed = request.state.deed
    return deed


DeedOf = Annotated[Deed, Depends(_deed)]  # of a route that writes: its line in the record
GraphsOf = Annotated[Graphs, Depends(_graphs)]
StoreOf = Annotated[Store, Depends(_store)]
Limit = Annotated[int, Query(ge=1, le=500, description="items on a page")]
Cursor = Annotated[str, Query(max_length=200, description="from the page before")]
AsOf = Annotated[int | None, Query(ge=1000, le=9999, description="the graph as it was at the end of that year")]
