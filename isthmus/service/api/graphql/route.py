"""``POST /graphql``: one JSON object in, data and errors out."""

from __future__ import annotations

import asyncio
import logging
import uuid
from collections.abc import Sequence
from typing import Annotated, Any

import orjson
from fastapi import APIRouter, Depends, Request, Response
from graphql import GraphQLError
from strawberry.types.execution import PreExecutionError

from isthmus.errors import IsthmusError
from isthmus.service.api.graphql.checks import Schema, checked
from isthmus.service.api.graphql.context import Asked
from isthmus.service.api.graphql.limits import MOST_BYTES, Posed, RefusedQuery, read_body
from isthmus.service.api.graphql.schema import Mutation, Query
from isthmus.service.api.problems import kind_of
from isthmus.service.names import AmbiguousName
from isthmus.service.security.access import need_to_write
from isthmus.service.security.hidden import without_secrets
from isthmus.service.security.scope import Scope

LONGEST_MESSAGE = 500  # a query's own words come back in messages
_MEDIA_TYPES = ("application/graphql-response+json", "application/json")
_log = logging.getLogger(__name__)

_ANSWERED = {media_type: {"schema": {"type": "object"}} for media_type in _MEDIA_TYPES}
_RESPONSES: dict[int | str, dict[str, Any]] = {
    200: {"content": _ANSWERED},
    "4XX": {
        "content": _ANSWERED
    },  # its own errors are told as GraphQL has it, those of the layers before it as problems
}


def graphql_router(*, introspection: bool) -> APIRouter:
    """The route, on a schema that tells about itself or does not."""
    schema = checked(Query, Mutation, introspection=introspection)
    router = APIRouter(tags=["graphql"])

    @router.post("/graphql", openapi_extra=_DESCRIBED, responses=_RESPONSES)
    def graphql(request: Request, body: Annotated[bytes, Depends(_body)]) -> Response:
        """One GraphQL question: `{"query": "…", "variables": {…}, "operationName": "…"}`."""
        status, answer = _answer(schema, request, body)
        wanted = _MEDIA_TYPES[0] if _MEDIA_TYPES[0] in request.headers.get("accept", "") else _MEDIA_TYPES[1]
        return Response(orjson.dumps(answer), status, media_type=wanted)

    return router


async def _body(request: Request) -> bytes:
    """The body, or as much of it as shows that it is too long."""
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > MOST_BYTES:
            break
    return body


def _answer(schema: Schema, request: Request, body: bytes) -> tuple[int, dict[str, Any]]:
    """The HTTP status and the answer. A question that was not looked up has no data: 400, 413 or 415."""
    try:
        posed = _posed(request, body)
        asked = Asked(request.app.state.graphs, posed.operation, lambda name: _to_write(request, name))
        # In this thread and a loop of its own: the store's calls are not made to wait for, and stop nobody else's.
        result = asyncio.run(
            schema.execute(posed.query, posed.variables, context_value=asked, operation_name=posed.operation)
        )
    except RefusedQuery as error:
        return error.http_status, {"errors": [_told(GraphQLError(without_secrets(str(error)), original_error=error))]}
    errors = _told_all(result.errors or [])
    if isinstance(result, PreExecutionError):
        return errors[0]["extensions"]["status"], {"errors": errors}
    return 200, {"data": result.data} | ({"errors": errors} if errors else {})


def _posed(request: Request, body: bytes) -> Posed:
    # Any other type can be sent by a page of another origin without asking first.
    if request.headers.get("content-type", "").split(";")[0].strip().lower() != "application/json":
        raise RefusedQuery("not-json", "Send the question as application/json.", http_status=415)
    return read_body(body)


def _to_write(request: Request, name: str) -> None:
    deed = need_to_write(request, Scope.REVIEW)
    known = deed.reviewer.split(", ") if deed.reviewer else []
    deed.reviewer = ", ".join(
        [*known, name] if name not in known else known
    )  # several mutations may come in one request


def _told_all(errors: Sequence[GraphQLError]) -> list[dict[str, Any]]:
    return [_told(error) for error in errors]


def _told(error: GraphQLError) -> dict[str, Any]:
    """An error as a client sees it: what to do, a code and the status REST would have given; nothing of our insides."""
    told: dict[str, Any] = {"message": error.message[:LONGEST_MESSAGE]}
    if error.locations:
        told["locations"] = [one.formatted for one in error.locations[:3]]
    if error.path:
        told["path"] = error.path
    return told | _cause(error, error.original_error)


def _cause(error: GraphQLError, cause: Exception | None) -> dict[str, Any]:
    if isinstance(cause, RefusedQuery):
        return {"extensions": {"code": cause.code, "status": cause.http_status, **cause.told}}
    if isinstance(cause, IsthmusError):
        extensions: dict[str, Any] = {"code": kind_of(cause), "status": cause.http_status}
        if isinstance(cause, AmbiguousName):
            extensions["choices"] = [entity.id for entity in cause.choices]
        return {"extensions": extensions}
    if cause is None or isinstance(cause, GraphQLError):
        return {"extensions": {"code": "bad-query", "status": 400}}
    number = uuid.uuid4().hex
    _log.error("error %s in GraphQL at %s", number, error.path, exc_info=cause)
    return {
        "message": f"A fault of this service, number {number} in its log.",
        "extensions": {"code": "internal", "status": 500},
    }


_DESCRIBED = {
    "requestBody": {
        "required": True,
        "content": {
            "application/json": {
                "schema": {
                    "type": "object",
                    "required": ["query"],
                    "properties": {
                        "query": {"type": "string"},
                        "variables": {"type": ["object", "null"]},
                        "operationName": {"type": ["string", "null"]},
                    },
                },
                "example": {"query": '{ search(query: "parkinson", first: 3) { nodes { id name } } }'},
            }
        },
    }
}
