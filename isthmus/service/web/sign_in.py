"""Signing in: a key for a pass that the browser keeps.

The pass is sent by this site's own pages alone (SameSite=Strict), scripts cannot read it (HttpOnly), and whatever is not
read with it must say that it comes from here (see ``Shield``): no other page can write in a reader's name.
"""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form, Query, Request
from fastapi.responses import RedirectResponse, Response

from isthmus.service.api.dependencies import StoreOf
from isthmus.service.security.keys import BadKey, check_key
from isthmus.service.security.limits import RateLimiter
from isthmus.service.security.sessions import COOKIE, HOURS, close_session, open_session
from isthmus.service.web.pages import render
from isthmus.service.web.refusals import PageRoute

router = APIRouter(route_class=PageRoute, include_in_schema=False)
SIGN_IN_PATHS = frozenset({"/sign-in", "/sign-out"})
_TRIES = RateLimiter(20)  # a minute, from one place: a key has 256 random bits, and logs should stay readable
_PLACES = 1024  # that are told apart, so that memory stays bounded


@router.get("/sign-in")
async def ask(request: Request, next: Annotated[str, Query(max_length=2_000)] = "/") -> Response:
    """Ask for the key."""
    return render(request, "sign_in.html.jinja", next=_here(next), hours=HOURS, wrong="")


@router.post("/sign-in")
def sign_in(
    request: Request,
    store: StoreOf,
    secret: Annotated[str, Form(max_length=300)],
    next: Annotated[str, Form(max_length=2_000)] = "/",
) -> Response:
    """Give a pass for a key that works."""
    if not _TRIES.take(_place(request)).granted:
        return render(
            request, "sign_in.html.jinja", 429, next=_here(next), hours=HOURS, wrong="Too many tries: wait a minute."
        )
    try:
        key = check_key(store, secret.strip())
    except BadKey as error:
        return render(request, "sign_in.html.jinja", 401, next=_here(next), hours=HOURS, wrong=str(error).capitalize())
    answer = RedirectResponse(_here(next), 303)
    answer.set_cookie(
        COOKIE,
        open_session(store, key),
        max_age=HOURS * 3600,
        httponly=True,
        samesite="strict",
        secure=request.url.scheme == "https",
    )
    return answer


@router.post("/sign-out")
def sign_out(request: Request, store: StoreOf) -> Response:
    """End the pass."""
    if token := request.cookies.get(COOKIE):
        close_session(store, token)
    answer = RedirectResponse("/sign-in", 303)
    answer.delete_cookie(COOKIE)
    return answer


def _place(request: Request) -> str:
    return str(hash(request.client.host if request.client else "") % _PLACES)


def _here(path: str) -> str:
    r"""A path of this site; the beginning where it is another's.

    >>> _here("/entities/HGNC:620?sort=year"), _here("//evil.example"), _here("https://evil.example"), _here("/\\evil.example")
    ('/entities/HGNC:620?sort=year', '/', '/', '/')
    """
    plain = path.startswith("/") and not path.startswith("//") and "\\" not in path and path.isprintable()
    return path if plain else "/"
