"""What goes wrong on a page, as a page: the same words as by REST, with a way on."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from isthmus.errors import IsthmusError
from isthmus.graph.vocabulary import Category
from isthmus.service.names import AmbiguousName, UnknownName
from isthmus.service.web.pages import render


@dataclass(frozen=True, slots=True)
class Choice:
    """An entity that may have been meant, and where it is."""

    id: str
    name: str
    category: Category
    link: str


class PageRoute(APIRoute):
    """A route whose errors are pages."""

    template = "error.html.jinja"

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """As FastAPI has it."""
        handle = super().get_route_handler()

        async def told(request: Request) -> Response:
            try:
                return await handle(request)
            except IsthmusError as error:
                response = self._refused(request, error.http_status, str(error), _choices(request, error))
                if wait := getattr(error, "retry_after", 0):
                    response.headers["retry-after"] = str(wait)
                return response
            except RequestValidationError as error:
                first = error.errors()[0]
                return self._refused(request, 422, f"{'.'.join(map(str, first['loc'][1:]))}: {first['msg']}", [])
            except HTTPException as error:
                return self._refused(request, error.status_code, str(error.detail), [])

        return told

    def _refused(self, request: Request, status: int, detail: str, choices: list[Choice]) -> Response:
        return render(
            request,
            self.template,
            status,
            title=HTTPStatus(status).phrase,
            detail=detail,
            choices=choices,
            status=status,
            request_id=request.state.request_id,
        )


class FragmentRoute(PageRoute):
    """A route of a part of a page that comes later: its errors are a message, to stand where the part would."""

    template = "fragment_failed.html.jinja"


def _choices(request: Request, error: IsthmusError) -> list[Choice]:
    """The entities that a name may mean, each with the same question about it, where a question was asked."""
    if isinstance(error, AmbiguousName):
        entities = error.choices[:12]
    elif isinstance(error, UnknownName):
        entities = error.near
    else:
        return []
    return [Choice(one.id, one.name, one.category, _asked_of(request, error, one.id)) for one in entities]


def _asked_of(request: Request, error: AmbiguousName | UnknownName, curie: str) -> str:
    for field in ("from", "to", "for"):
        given = request.query_params.get(f"{field}_id") or request.query_params.get(field, "")
        if given and repr(given) in str(error):
            return str(
                request.url.include_query_params(**{field: curie, f"{field}_id": curie}).replace(scheme="", netloc="")
            )
    return f"/entities/{curie}"
