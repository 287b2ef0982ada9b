"""Every error as problem+json (RFC 9457), one shape for all of them."""

from __future__ import annotations

import logging
import uuid
from http import HTTPStatus

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field
from starlette.exceptions import HTTPException

from isthmus.errors import IsthmusError
from isthmus.service.names import AmbiguousName

MEDIA_TYPE = "application/problem+json"
_log = logging.getLogger(__name__)


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
        title=HTTPStatus(status).phrase,
        status=status,
        detail=detail,
        choices=choices,
    )
    return JSONResponse(body.model_dump(exclude_none=True), status, media_type=MEDIA_TYPE)


def install(app: FastAPI) -> None:
    """Answer every error of the application with a problem."""

    @app.exception_handler(IsthmusError)
    async def _domain(request: Request, error: IsthmusError) -> JSONResponse:
        choices = [entity.id for entity in error.choices] if isinstance(error, AmbiguousName) else None
        return problem(_kebab(type(error).__name__), error.http_status, str(error), choices)

    @app.exception_handler(RequestValidationError)
    async def _validation(request: Request, error: RequestValidationError) -> JSONResponse:
        told = "; ".join(f"{'.'.join(map(str, part['loc'][1:]))}: {part['msg']}" for part in error.errors())
        return problem("bad-request", 422, told)

    @app.exception_handler(HTTPException)
    async def _http(request: Request, error: HTTPException) -> JSONResponse:
        response = problem("http", error.status_code, str(error.detail))
        response.headers.update(error.headers or {})
        return response

    @app.exception_handler(Exception)
    async def _bug(request: Request, error: Exception) -> JSONResponse:
        number = uuid.uuid4().hex
        _log.error("error %s at %s %s", number, request.method, request.url.path, exc_info=error)
        return problem("internal", 500, f"A fault of this service, number {number} in its log.")


def _kebab(name: str) -> str:
    return "".join(f"-{letter.lower()}" if letter.isupper() else letter for letter in name).lstrip("-")
