"""Work that keeps a core busy for long: a few at a time, in threads of its own, so that short questions find some free."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, ParamSpec, TypeVar

import anyio
import anyio.to_thread
from fastapi import Depends, Request

from isthmus.errors import IsthmusError

P = ParamSpec("P")
T = TypeVar("T")
AT_ONCE = 2
WAITING = 16  # besides; the next one is told to come back


class TooBusy(IsthmusError):
    """More long work than there is room for."""

    http_status = 503
    retry_after = 5


class HeavyWork:
    """Runs long work of one application. It is made anew for each event loop's application."""

    def __init__(self, at_once: int = AT_ONCE, waiting: int = WAITING) -> None:
        self._most, self._at_once, self._asked = at_once + waiting, at_once, 0
        self._threads: anyio.CapacityLimiter | None = None

    async def run(self, work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """What ``work`` returns, once it had its turn. Raises ``TooBusy`` where too many wait already."""
        if self._asked >= self._most:
            raise TooBusy(f"{self._asked} long questions are on or wait already: ask again in a few seconds")
        if self._threads is None:  # belongs to the loop that runs
            self._threads = anyio.CapacityLimiter(self._at_once)
        self._asked += 1
        try:
            return await anyio.to_thread.run_sync(lambda: work(*args, **kwargs), limiter=self._threads)
        finally:
            self._asked -= 1


async def _heavy(request: Request) -> HeavyWork:
    heavy: HeavyWork = request.app.state.heavy
    return heavy


HeavyOf = Annotated[HeavyWork, Depends(_heavy)]
