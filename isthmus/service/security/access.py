"""What a route needs, declared where its router is included; and what a caller may do."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

import anyio.to_thread
from fastapi import Depends, Request
from fastapi.security import HTTPBearer

from isthmus.errors import IsthmusError
from isthmus.graph.verdict import now_in_utc
from isthmus.service.graphs import Graphs
from isthmus.service.security.audit import Deed, write_down
from isthmus.service.security.keys import Key
from isthmus.service.security.scope import Scope

_READING = frozenset({"GET", "HEAD", "OPTIONS"})
_LONGEST_PATH = 500  # characters of it that are kept
_scheme = HTTPBearer(auto_error=False, scheme_name="key", description="a key, made by `isthmus keys create`")


class ScopeTooSmall(IsthmusError):
    """A key that opens other things than this."""

    http_status = 403


@dataclass(frozen=True, slots=True)
class Caller:
    """Who asks: a key, or ``None`` for this machine itself, which may do all as long as no key was made."""

    key: Key | None

    def may(self, *scopes: Scope) -> bool:
        """Whether one of the scopes is theirs."""
        return self.key is None or any(self.key.allows(scope) for scope in scopes)


def caller_of(request: Request) -> Caller:
    """Who sent a request that has passed the guard."""
    caller: Caller = request.state.caller
    return caller


def needs(*scopes: Scope, writes: Scope | None = None) -> Any:  # noqa: ANN401 - as FastAPI's Depends
    """A dependency for a router: whoever reads it needs one of ``scopes``, whoever writes (POST, PUT, DELETE) ``writes``.

    Without ``writes`` nothing of the router writes, whatever its methods. What is written is written down.
    """
    return Depends(_needs(scopes, writes))


def _needs(scopes: tuple[Scope, ...], writes: Scope | None) -> Callable[..., Awaitable[None]]:
    async def check(request: Request, _: object = Depends(_scheme)) -> None:
        if writes is None or request.method in _READING:
            _check(request, *scopes)
        else:
            await anyio.to_thread.run_sync(need_to_write, request, writes)

    check.scopes = (*scopes, *([writes] if writes else []))  # type: ignore[attr-defined] # told to who walks the routes
    return check


def need_to_write(request: Request, scope: Scope) -> Deed:
    """Raise ``ScopeTooSmall`` for a caller without the scope; else write down that they are about to write.

    The deed is the request's; whoever knows who judges sets its ``reviewer``.
    """
    _check(request, scope)
    if hasattr(request.state, "deed"):
        known: Deed = request.state.deed
        return known
    key = caller_of(request).key
    deed = Deed(
        at=now_in_utc(),
        request=request.state.request_id,
        key=key.id if key else "",
        name=key.name if key else "",
        method=request.method,
        path=request.url.path[:_LONGEST_PATH],
    )
    graphs: Graphs = request.app.state.graphs
    write_down(graphs.store, deed)
    request.state.deed = deed
    return deed


def _check(request: Request, *scopes: Scope) -> None:
    caller = caller_of(request)
    if not caller.may(*scopes):
        has = ", ".join(caller.key.scopes) if caller.key else ""
        raise ScopeTooSmall(f"this needs a key with scope {' or '.join(scopes)}; yours has {has}")
