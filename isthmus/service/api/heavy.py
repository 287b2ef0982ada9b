"""Work that keeps a core busy for long: a few at a time, in threads of its own, so that short questions find some free."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import partial
from typing import Annotated, ParamSpec, TypeVar

import anyio
import anyio.to_thread
from fastapi import Depends, Request

from isthmus.errors import IsthmusError
from isthmus.steps import heeding

P = ParamSpec("P")
T = TypeVar("T")
AT_ONCE = 2
WAITING = 16  # besides; the next one is told to come back
LOOK = 1.0  # seconds between two looks at whether anybody still waits


class TooBusy(IsthmusError):
    """More long work than there is room for."""

    http_status = 503
    retry_after = 5


class GoneAway(IsthmusError):
    """Whoever asked is gone, and what they asked for was not begun, or given up."""

    http_status = 499


class HeavyWork:
    """Runs long work of one application. It is made anew for each event loop's application."""

    def __init__(self, at_once: int = AT_ONCE, waiting: int = WAITING) -> None:
        self._most, self._at_once, self._asked = at_once + waiting, at_once, 0
        self._threads: anyio.CapacityLimiter | None = None

    async def run(self, work: Callable[[], T], gone: Callable[[], Awaitable[bool]]) -> T:
        """What ``work`` returns, once it had its turn.

        What nobody waits for any more by then is not begun; what has begun stops at its next checkpoint. Raises ``TooBusy``
        where too many wait already, and ``GoneAway`` where ``gone`` said so.
        """
        if self._asked >= self._most:
            raise TooBusy(f"{self._asked} long questions are on or wait already: ask again in a few seconds")
        if self._threads is None:  # belongs to the loop that runs
            self._threads = anyio.CapacityLimiter(self._at_once)
        self._asked += 1
        try:
            await _turn(self._threads, work, gone)
            try:
                return await _done(work, gone)
            finally:
                self._threads.release_on_behalf_of(work)
        finally:
            self._asked -= 1


async def _done(work: Callable[[], T], gone: Callable[[], Awaitable[bool]]) -> T:
    """Do it in a thread. It keeps its place until it ends, though its client goes."""
    left = threading.Event()

    def heed(_doing: str, _done: int, _of: int) -> None:
        if left.is_set():
            raise GoneAway("whoever asked is gone")

    def heeded() -> T:
        with heeding(heed):
            return work()

    doing = asyncio.ensure_future(anyio.to_thread.run_sync(heeded, limiter=anyio.CapacityLimiter(1)))
    try:
        while not doing.done():
            await asyncio.wait({doing}, timeout=LOOK)
            if not doing.done() and await gone():
                left.set()
                break
        return await asyncio.shield(doing)
    except BaseException:
        left.set()
        await asyncio.wait({doing})
        doing.exception()  # nobody else hears of it
        raise


async def _turn(threads: anyio.CapacityLimiter, who: object, gone: Callable[[], Awaitable[bool]]) -> None:
    """Wait for a place, first come first served, and look now and then whether anybody wants it still."""
    turn, left = asyncio.create_task(threads.acquire_on_behalf_of(who)), False
    try:
        while not turn.done() and not left:
            await asyncio.wait({turn}, timeout=LOOK)
            left = not turn.done() and await gone()
    except BaseException:
        _give_up(turn, threads, who)
        raise
    if left:
        _give_up(turn, threads, who)
        raise GoneAway("whoever asked is gone")


def _give_up(turn: asyncio.Task[None], threads: anyio.CapacityLimiter, who: object) -> None:
    if not turn.cancel():  # it came just now
        threads.release_on_behalf_of(who)


@dataclass(frozen=True, slots=True)
class HeavyForClient:
    """Long work that somebody asked for and waits for."""

    work: HeavyWork
    request: Request

    async def run(self, work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """What ``work`` returns. Raises ``TooBusy``; who has gone away is told nothing."""
        return await self.work.run(partial(work, *args, **kwargs), self.request.is_disconnected)


async def _heavy(request: Request) -> HeavyForClient:
    return HeavyForClient(request.app.state.heavy, request)


HeavyOf = Annotated[HeavyForClient, Depends(_heavy)]
