"""The REST application: routes that ask the store and the snapshot, and nothing that thinks by itself."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI
from fastapi.responses import RedirectResponse
from starlette.middleware.trustedhost import TrustedHostMiddleware

from isthmus import __version__
from isthmus.service.api import (
    discovery_routes,
    graph_routes,
    health_routes,
    hypothesis_routes,
    panel_routes,
    problems,
    question_routes,
    review_routes,
    watch_routes,
)
from isthmus.service.graphs import Graphs

LOOPBACK_HOSTS = ("127.0.0.1", "localhost", "[::1]", "testserver")


def create_app(store_url: str) -> FastAPI:
    """The application over one store. The store is opened with the first request, so that health answers without it."""

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        yield
        app.state.graphs.close()

    app = FastAPI(
        title="Isthmus",
        version=__version__,
        summary="Paths between isolated fields of research, each hop with the sentence it came from.",
        lifespan=lifespan,
        responses={"4XX": {"model": problems.Problem, "content": {problems.MEDIA_TYPE: {}}}},
    )
    app.state.graphs = Graphs(store_url)
    # Pages of other origins must not reach a service on loopback by a name that they made resolve to it.
    app.add_middleware(TrustedHostMiddleware, allowed_hosts=list(LOOPBACK_HOSTS))
    problems.install(app)
    app.include_router(health_routes.router)
    app.include_router(graph_routes.router, prefix="/api/v1")
    app.include_router(discovery_routes.router, prefix="/api/v1")
    app.include_router(panel_routes.router, prefix="/api/v1")
    app.include_router(review_routes.router, prefix="/api/v1")
    app.include_router(hypothesis_routes.router, prefix="/api/v1")
    app.include_router(watch_routes.router, prefix="/api/v1")
    app.include_router(question_routes.router, prefix="/api/v1")
    app.add_api_route("/", lambda: RedirectResponse("/docs"), include_in_schema=False)
    return app
