"""The REST application: routes that ask the store and the snapshot, and nothing that thinks by itself."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI
from starlette.middleware.cors import CORSMiddleware
from starlette.middleware.gzip import GZipMiddleware

from isthmus import __version__
from isthmus.service.api import (
    admin_routes,
    cypher_routes,
    discovery_routes,
    docs_pages,
    document_routes,
    fresh,
    graph_routes,
    health_routes,
    hypothesis_routes,
    job_routes,
    mcp_routes,
    panel_routes,
    problems,
    question_routes,
    reading_routes,
    report_routes,
    review_routes,
    run_routes,
    schedule_routes,
    watch_routes,
)
from isthmus.service.api.description import describe, operation_id
from isthmus.service.api.docs_pages import DOCS_PATHS
from isthmus.service.api.graphql.route import graphql_router
from isthmus.service.api.heavy import HeavyWork
from isthmus.service.api.methods import Heads
from isthmus.service.api.pages import SearchWalks
from isthmus.service.graphs import Graphs
from isthmus.service.jobs.clearing import Bounds
from isthmus.service.jobs.running import Jobs
from isthmus.service.security.access import needs
from isthmus.service.security.front import Front
from isthmus.service.security.guard import Guard
from isthmus.service.security.idempotency import Idempotency
from isthmus.service.security.intake import Intake
from isthmus.service.security.limits import RateLimiter
from isthmus.service.security.safety import LOOPBACK_HOSTS, is_loopback, names_of
from isthmus.service.security.scope import Scope
from isthmus.service.security.shield import Shield
from isthmus.service.settings import Settings, settings
from isthmus.service.telemetry.metrics import Meter, Metrics
from isthmus.service.telemetry.routes import declared_routes
from isthmus.service.telemetry.tracing import Traced
from isthmus.service.web import ask_routes as ask_pages
from isthmus.service.web import hypothesis_routes as hypothesis_pages
from isthmus.service.web import question_routes as question_pages
from isthmus.service.web import routes as web_routes
from isthmus.service.web import sign_in
from isthmus.service.web.routes import STATIC_PATHS
from isthmus.service.web.sign_in import SIGN_IN_PATHS

API = "/api/v1"
OPEN_PATHS = frozenset({"/health", "/live", "/ready"}) | STATIC_PATHS | SIGN_IN_PATHS
DESCRIPTION_PATHS = DOCS_PATHS | {"/openapi.json"}


def create_app(store_url: str, *, host: str = "127.0.0.1", options: Settings | None = None) -> FastAPI:
    """The application over one store. The store is opened with the first request, so that health answers without it.

    ``host`` is where it will listen: only where that is this machine alone may anybody in without a key, while there is none.
    """
    options = options or settings()

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        declared_routes(app)
        yield
        app.state.jobs.close()
        app.state.graphs.close()

    described = options.environment != "production"
    app = FastAPI(
        title="Isthmus",
        version=__version__,
        summary="Paths between isolated fields of research, each hop with the sentence it came from.",
        lifespan=lifespan,
        generate_unique_id_function=operation_id,
        openapi_url="/openapi.json" if described else None,
        docs_url=None,  # ours loads nothing from elsewhere
        redoc_url=None,
    )
    app.state.graphs = Graphs(store_url)
    app.state.search_walks, app.state.heavy = SearchWalks(), HeavyWork()
    bounds = Bounds(options.jobs_kept, options.jobs_room * 1_000_000)
    app.state.jobs = Jobs(app.state.graphs, bounds, at_once=options.jobs_at_once)
    app.state.metrics = Metrics(app.state.graphs)
    problems.install(app)
    fresh.install(app)
    _protect(app, host, options, DESCRIPTION_PATHS if described else frozenset())
    _include(app, described=described)
    if described:
        describe(app)
        docs_pages.install(app)
    return app


def _include(app: FastAPI, *, described: bool) -> None:
    """Every router with what it needs; a test finds those without."""
    reading = [needs(Scope.READ)]
    judging = [needs(Scope.READ, Scope.REVIEW, writes=Scope.REVIEW)]
    app.include_router(health_routes.router)
    of_graph = [*reading, fresh.fresh()]
    app.include_router(graph_routes.router, prefix=API, dependencies=of_graph)
    app.include_router(discovery_routes.router, prefix=API, dependencies=of_graph)
    app.include_router(panel_routes.router, prefix=API, dependencies=reading)
    app.include_router(question_routes.router, prefix=API, dependencies=reading)
    app.include_router(reading_routes.router, prefix=API, dependencies=reading)
    app.include_router(report_routes.router, prefix=API, dependencies=reading)
    app.include_router(admin_routes.router, prefix=API, dependencies=[needs(Scope.ADMIN, writes=Scope.ADMIN)])
    app.include_router(graphql_router(introspection=described), dependencies=reading)
    app.include_router(cypher_routes.router, prefix=API, dependencies=reading)
    app.include_router(mcp_routes.router, dependencies=reading)
    app.include_router(review_routes.router, prefix=API, dependencies=judging)
    app.include_router(hypothesis_routes.router, prefix=API, dependencies=judging)
    app.include_router(watch_routes.router, prefix=API, dependencies=judging)
    feeding = [needs(Scope.READ, Scope.INGEST, writes=Scope.INGEST)]
    app.include_router(schedule_routes.router, prefix=API, dependencies=feeding)
    app.include_router(document_routes.router, prefix=API, dependencies=feeding)
    app.include_router(run_routes.router, prefix=API, dependencies=feeding)
    app.include_router(job_routes.router, prefix=API, dependencies=[needs(Scope.READ, Scope.INGEST)])
    app.include_router(sign_in.router)
    app.include_router(web_routes.open_router)
    app.include_router(web_routes.router, dependencies=reading)
    app.include_router(question_pages.router, dependencies=reading)
    app.include_router(question_pages.fragment_router, dependencies=reading)
    app.include_router(ask_pages.router, dependencies=reading)
    app.include_router(ask_pages.fragment_router, dependencies=reading)
    app.include_router(hypothesis_pages.router, dependencies=judging)
    app.include_router(web_routes.judging_router, dependencies=judging)


def _protect(app: FastAPI, host: str, options: Settings, described: frozenset[str]) -> None:
    """The layers that every request goes through, from the inside out."""
    local = is_loopback(host)
    app.add_middleware(Idempotency, graphs=app.state.graphs)
    app.add_middleware(
        Guard,
        graphs=app.state.graphs,
        limiter=RateLimiter(options.rate_limit),
        keyless=local,
        look_ahead=fresh.look_ahead,
        open_paths=OPEN_PATHS | described | (frozenset({"/metrics"}) if options.metrics == "open" else frozenset()),
    )
    app.add_middleware(Intake, most=options.body_limit * 1_000_000, seconds=options.time_limit)
    if options.origins:
        app.add_middleware(
            CORSMiddleware,
            allow_origins=options.origins,
            allow_methods=["GET", "POST", "PUT", "DELETE"],
            allow_headers=[
                "Authorization",
                "Content-Type",
                "Idempotency-Key",
                "If-None-Match",
                "Last-Event-ID",
                "Prefer",
            ],
            expose_headers=[
                "ETag",
                "Graph-Version",
                "Idempotency-Replayed",
                "Location",
                "Retry-After",
                "Row-Count",
                "Rows-Cut",
                "X-Request-ID",
            ],
        )
    # Pages of other origins must not reach a service on loopback by a name that they made resolve to it.
    app.add_middleware(
        Shield,
        hosts=LOOPBACK_HOSTS | (frozenset(options.hosts) or (frozenset() if local else names_of(host))),
        addresses=not local and not options.hosts,
        origins=options.origins,
    )
    app.add_middleware(GZipMiddleware, minimum_size=1000, compresslevel=1)  # all but the size of the answer is in this
    app.add_middleware(Heads)
    app.add_middleware(Meter, metrics=app.state.metrics)
    app.add_middleware(Front)
    app.add_middleware(Traced)
