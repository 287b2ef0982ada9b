"""The REST application: routes that ask the store and the snapshot, and nothing that thinks by itself."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI
from fastapi.responses import RedirectResponse
from starlette.middleware.cors import CORSMiddleware

from isthmus import __version__
from isthmus.service.api import (
    cypher_routes,
    discovery_routes,
    graph_routes,
    health_routes,
    hypothesis_routes,
    mcp_routes,
    panel_routes,
    problems,
    question_routes,
    review_routes,
    schedule_routes,
    watch_routes,
)
from isthmus.service.api.graphql.route import graphql_router
from isthmus.service.graphs import Graphs
from isthmus.service.security.access import needs
from isthmus.service.security.front import Front
from isthmus.service.security.guard import Guard
from isthmus.service.security.intake import Intake
from isthmus.service.security.limits import RateLimiter
from isthmus.service.security.safety import LOOPBACK_HOSTS, is_loopback, names_of
from isthmus.service.security.scope import Scope
from isthmus.service.security.shield import Shield
from isthmus.service.settings import Settings, settings

API = "/api/v1"
OPEN_PATHS = frozenset({"/health", "/ready"})
DESCRIPTION_PATHS = frozenset({"/", "/docs", "/docs/oauth2-redirect", "/redoc", "/openapi.json"})


def create_app(store_url: str, *, host: str = "127.0.0.1", options: Settings | None = None) -> FastAPI:
    """The application over one store. The store is opened with the first request, so that health answers without it.

    ``host`` is where it will listen: only where that is this machine alone may anybody in without a key, while there is none.
    """
    options = options or settings()

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        yield
        app.state.graphs.close()

    described = options.environment != "production"
    app = FastAPI(
        title="Isthmus",
        version=__version__,
        summary="Paths between isolated fields of research, each hop with the sentence it came from.",
        lifespan=lifespan,
        responses={"4XX": {"model": problems.Problem, "content": {problems.MEDIA_TYPE: {}}}},
        openapi_url="/openapi.json" if described else None,
    )
    app.state.graphs = Graphs(store_url)
    problems.install(app)
    _protect(app, host, options, DESCRIPTION_PATHS if described else frozenset())
    _include(app, described=described)
    if described:
        app.add_api_route("/", lambda: RedirectResponse("/docs"), include_in_schema=False)
    return app


def _include(app: FastAPI, *, described: bool) -> None:
    """Every router with what it needs; a test finds those without."""
    reading = [needs(Scope.READ)]
    judging = [needs(Scope.READ, Scope.REVIEW, writes=Scope.REVIEW)]
    app.include_router(health_routes.router)
    app.include_router(graph_routes.router, prefix=API, dependencies=reading)
    app.include_router(discovery_routes.router, prefix=API, dependencies=reading)
    app.include_router(panel_routes.router, prefix=API, dependencies=reading)
    app.include_router(question_routes.router, prefix=API, dependencies=reading)
    app.include_router(graphql_router(introspection=described), dependencies=reading)
    app.include_router(cypher_routes.router, prefix=API, dependencies=reading)
    app.include_router(mcp_routes.router, dependencies=reading)
    app.include_router(review_routes.router, prefix=API, dependencies=judging)
    app.include_router(hypothesis_routes.router, prefix=API, dependencies=judging)
    app.include_router(watch_routes.router, prefix=API, dependencies=judging)
    feeding = [needs(Scope.READ, Scope.INGEST, writes=Scope.INGEST)]
    app.include_router(schedule_routes.router, prefix=API, dependencies=feeding)


def _protect(app: FastAPI, host: str, options: Settings, described: frozenset[str]) -> None:
    """The layers that every request goes through, from the inside out."""
    local = is_loopback(host)
    app.add_middleware(
        Guard,
        graphs=app.state.graphs,
        limiter=RateLimiter(options.rate_limit),
        keyless=local,
        open_paths=OPEN_PATHS | described | (frozenset({"/metrics"}) if options.metrics == "open" else frozenset()),
    )
    app.add_middleware(Intake, most=options.body_limit * 1_000_000, seconds=options.time_limit)
    if options.origins:
        app.add_middleware(
            CORSMiddleware,
            allow_origins=options.origins,
            allow_methods=["GET", "POST", "PUT", "DELETE"],
            allow_headers=["Authorization", "Content-Type", "Idempotency-Key", "If-None-Match"],
            expose_headers=["ETag", "Retry-After", "X-Request-ID"],
        )
    # Pages of other origins must not reach a service on loopback by a name that they made resolve to it.
    app.add_middleware(
        Shield,
        hosts=LOOPBACK_HOSTS | (frozenset(options.hosts) or (frozenset() if local else names_of(host))),
        addresses=not local and not options.hosts,
        origins=options.origins,
    )
    app.add_middleware(Front)
