"""Every error as problem+json (RFC 9457), one shape for all of them."""

from __future__ import annotations

import errno
from http import HTTPStatus

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field
from starlette.exceptions import HTTPException

from isthmus.errors import IsthmusError
from isthmus.service.api.methods import allowed
from isthmus.service.api.tables_out import NotAcceptable
from isthmus.service.names import AmbiguousName
from isthmus.service.security.hidden import without_secrets

MEDIA_TYPE = "application/problem+json"
_PHRASES = {499: "Client Closed Request"}  # where no standard has one


class Problem(BaseModel):
    """What went wrong. ``type`` is stable and names the kind of error; ``detail`` says what to do."""

    type: str = Field(examples=["urn:isthmus:problem:ambiguous-name"])
    title: str
    status: int
    detail: str
    choices: list[str] | None = Field(None, description="identifiers to choose from, for an ambiguous name")


def problem(kind: str, status: int, detail: str, choices: list[str] | None = None) -> JSONResponse:
    """One problem+json response."""
    body = Problem(
        type=f"urn:isthmus:problem:{kind}",
        title=_PHRASES.get(status) or HTTPStatus(status).phrase,
        status=status,
        detail=detail,
        choices=choices,
    )
    return JSONResponse(body.model_dump(exclude_none=True), status, media_type=MEDIA_TYPE)


def problem_of(error: IsthmusError) -> JSONResponse:
    """A domain error as a problem."""
    choices = [entity.id for entity in error.choices] if isinstance(error, AmbiguousName) else None
    choices = error.choices if isinstance(error, NotAcceptable) else choices
    response = problem(kind_of(error), error.http_status, without_secrets(str(error)), choices)
    if error.retry_after is not None:
        response.headers["retry-after"] = str(error.retry_after)
    return response


def fault(number: str) -> JSONResponse:
    """The problem for an error that nobody foresaw; ``number`` finds it in the log."""
    return problem("internal", 500, f"A fault of this service, number {number} in its log.")


def install(app: FastAPI) -> None:
    """Answer every error that is foreseen with a problem."""

    @app.exception_handler(IsthmusError)
    async def _domain(request: Request, error: IsthmusError) -> JSONResponse:
        return problem_of(error)

    @app.exception_handler(OSError)
    async def _disk(request: Request, error: OSError) -> JSONResponse:
        if error.errno not in (errno.ENOSPC, errno.EDQUOT):
            raise error
        told = (
            "no room is left on a disk of this service, for what you sent or for the answer: make room, then ask again"
        )
        return problem("disk-full", 507, told)

    @app.exception_handler(RequestValidationError)
    async def _validation(request: Request, error: RequestValidationError) -> JSONResponse:
        told = "; ".join(f"{'.'.join(map(str, part['loc'][1:]))}: {part['msg']}" for part in error.errors())
        return problem("bad-request", 422, told)

    @app.exception_handler(HTTPException)
    async def _http(request: Request, error: HTTPException) -> JSONResponse:
        response = problem("http", error.status_code, str(error.detail))
        response.headers.update(error.headers or {})
        if error.status_code == 405:  # the first route of an address knows of its own methods only
            response.headers["allow"] = ", ".join(allowed(app.routes, request.scope))
        return response


def kind_of(error: IsthmusError) -> str:
    """The stable name of a kind of error, as it stands in a problem's type and in an error of GraphQL."""
    name = type(error).__name__
    return "".join(f"-{letter.lower()}" if letter.isupper() else letter for letter in name).lstrip("-")
