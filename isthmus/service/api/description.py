"""The description of the API (OpenAPI), as FastAPI makes it from the routes, with what it does not know of ours."""

from __future__ import annotations

import re
from typing import Any

from fastapi import FastAPI
from fastapi.routing import APIRoute

from isthmus.service.api.fresh import GRAPH_VERSION
from isthmus.service.api.problems import MEDIA_TYPE, Problem

TAGS = {
    "health": "Whether the process runs and can answer.",
    "graph": "What the graph holds: entities, statements with their sentences, documents.",
    "discovery": "Paths, candidates, gaps: what may be, ranked, with what chance alone would make of it.",
    "questions": "Plain language in, the plan that it becomes and its answer out.",
    "panel": "The report of a proposed link.",
    "reports": "Reports and hypotheses checked and worked out again from themselves alone.",
    "hypotheses": "Proposals that are kept, and what becomes of them.",
    "review": "What people say of statements and hypotheses.",
    "watches": "What is watched, and what moved.",
    "jobs": "Long work: begun, watched, stopped, fetched.",
    "runs": "What each ingest read, and what became of it.",
    "reading": "What a text says, without a store.",
    "documents": "What is sent to be read into the graph.",
    "schedules": "What feeds the graph by itself.",
    "graphql": "Many things in one question.",
    "cypher": "Queries of a Neo4j store, read only.",
    "admin": "Keys, the record of writes, how the service is.",
}
_PROBLEM = {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}
_ERRORS = {
    "4XX": "What was asked is wrong; `detail` says what to do.",
    "5XX": "The service or its store cannot answer now.",
}
_IDEMPOTENCY = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": False,
    "description": "of your choice, for one write: sent again with the same request it is not done again, but answered again",
    "schema": {"type": "string", "maxLength": 255},
}
_FIRST = re.compile(r"(?:[^.:;?]|[.:;?](?!\s|$))+\??")  # of a docstring, up to where it could stop
_FRESH = ("graph", "discovery")  # tags of routes that answer from the graph alone: see ``fresh``


def operation_id(route: APIRoute) -> str:
    """A name that stays when paths move: the tag and the function's name."""
    name = route.name.rstrip("_")  # of a function that may not be called as what it does
    return f"{route.tags[0]}_{name}" if route.tags else name


def describe(app: FastAPI) -> None:
    """Let the application describe itself so."""
    made = app.openapi

    def openapi() -> dict[str, Any]:
        if app.openapi_schema is None:
            found = made()
            schemas = found["components"]["schemas"]
            schemas["Problem"] = Problem.model_json_schema()
            for unused in ("HTTPValidationError", "ValidationError"):  # our errors have one shape
                schemas.pop(unused, None)
            used = set()
            for name, path in found["paths"].items():
                for method, operation in path.items():
                    if method != "get" and name.startswith("/api/"):
                        operation["parameters"] = [*operation.get("parameters", []), _IDEMPOTENCY]
                    _complete(method, operation)
                    used.update(operation["tags"])
                    for form in operation.get("requestBody", {}).get("content", {}).values():
                        _move_definitions(form.get("schema", {}), schemas)
            found["tags"] = [{"name": name, "description": told} for name, told in TAGS.items() if name in used]
        return app.openapi_schema or made()

    app.openapi = openapi  # type: ignore[method-assign] # as FastAPI's documentation has it


def _complete(method: str, operation: dict[str, Any]) -> None:
    told = operation.get("description", "").strip()
    first = _FIRST.match(told)
    operation["summary"] = first[0].replace("``", "") if first else operation["summary"]
    for parameter in operation.get("parameters", []):
        schema = parameter["schema"]
        kinds = [kind for kind in schema.pop("anyOf", []) if kind != {"type": "null"}]
        if len(kinds) == 1:  # what is left out is not sent as null
            schema.update(kinds[0])
        elif kinds:
            schema["anyOf"] = kinds
        if parameter["required"] and parameter["schema"].get("examples"):
            parameter["example"] = parameter["schema"]["examples"][0]  # with which a page of the description begins
    responses = operation["responses"]
    responses.pop("422", None)
    for status, about in _ERRORS.items():
        own = responses.get(status, {}).get("content", {})
        responses[status] = {"description": about, "content": _PROBLEM | own}
    if method == "get" and operation["tags"][0] in _FRESH:
        responses["304"] = {"description": "What was asked is as it was: `If-None-Match` names its `ETag`."}
        responses["200"].setdefault("headers", {}).update(
            {
                "ETag": {"description": "of this answer, weak", "schema": {"type": "string"}},
                GRAPH_VERSION: {"description": "of the graph that was asked", "schema": {"type": "string"}},
            }
        )


def _move_definitions(schema: Any, schemas: dict[str, Any]) -> None:  # noqa: ANN401 - JSON
    """What the schema of a body that a route describes by itself brings along goes where all schemas are."""
    if isinstance(schema, dict):
        schemas.update(schema.pop("$defs", {}))
    for inner in schema.values() if isinstance(schema, dict) else schema if isinstance(schema, list) else ():
        _move_definitions(inner, schemas)
