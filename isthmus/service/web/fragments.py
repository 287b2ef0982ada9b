"""A part of a page that comes later: what goes wrong while it is made is told in its place."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from http import HTTPStatus
from typing import Any

from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from starlette.requests import Request
from starlette.responses import Response

from isthmus.errors import IsthmusError
from isthmus.service.web.pages import render


class FragmentRoute(APIRoute):
    """A route whose errors are a message, to stand where the answer would."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """As FastAPI has it."""
        handle = super().get_route_handler()

        async def told(request: Request) -> Response:
            try:
                return await handle(request)
            except IsthmusError as error:
                return _message(request, error.http_status, str(error))
            except RequestValidationError as error:
                first = error.errors()[0]
                return _message(request, 422, f"{'.'.join(map(str, first['loc'][1:]))}: {first['msg']}")

        return told


def _message(request: Request, status: int, detail: str) -> Response:
    return render(
        request,
        "fragment_failed.html.jinja",
        status,
        title=HTTPStatus(status).phrase,
        detail=detail,
        status=status,
        request_id=request.state.request_id,
    )
