"""How much may be sent with a request, and how long an answer may take to begin."""

from __future__ import annotations

import asyncio
from time import monotonic

from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from isthmus.service.api.problems import problem

BODY_SECONDS = 60.0  # in which a body has to be here


class Intake:
    """Refuses bodies over ``most`` bytes (413) and slow ones (408), and answers 504 where no answer begins in time.

    A thread cannot be stopped: what came too late is worked on to its next checkpoint, or to its end, and keeps its place
    among the threads, so that their number stays bounded. A stream may go on for as long as it likes once it has begun.
    """

    def __init__(self, app: ASGIApp, *, most: int, seconds: float, body_seconds: float = BODY_SECONDS) -> None:
        self._app, self._most, self._seconds, self._body_seconds = app, most, seconds, body_seconds
        self._running: set[asyncio.Task[None]] = set()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """As ASGI has it."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        one = _Exchange(self._most, monotonic() + self._body_seconds, receive, send)
        length = next((value for name, value in scope["headers"] if name == b"content-length"), b"0")
        if length.isdigit() and int(length) > self._most:
            await self._refuse(one.too_large(), scope, receive, send)
            return
        task = asyncio.create_task(self._run(scope, one))
        self._running.add(task)
        task.add_done_callback(self._running.discard)
        waiting = asyncio.create_task(one.begun.wait())
        try:
            await asyncio.wait({task, waiting}, timeout=self._seconds, return_when=asyncio.FIRST_COMPLETED)
        except asyncio.CancelledError:  # the server stops
            task.cancel()
            raise
        finally:
            waiting.cancel()
        if task.done() or one.begun.is_set():
            await task
            if one.refusal:
                await self._refuse(one.refusal, scope, receive, send)
            return
        one.over = True
        task.add_done_callback(_look_away)
        told = f"no answer within {self._seconds:g} s: ask for less, or raise ISTHMUS_TIME_LIMIT"
        await self._refuse(problem("too-slow", 504, told), scope, receive, send)

    async def _run(self, scope: Scope, one: _Exchange) -> None:
        await self._app(scope, one.receive, one.send)

    async def _refuse(self, response: Response, scope: Scope, receive: Receive, send: Send) -> None:
        response.headers["connection"] = "close"  # the rest of what is sent is not read
        await response(scope, receive, send)


class _Exchange:
    """One request: what the application reads and sends, as far as it may."""

    def __init__(self, most: int, until: float, receive: Receive, send: Send) -> None:
        self._most, self._until, self._receive, self._send = most, until, receive, send
        self._got, self._whole = 0, False
        self.begun = asyncio.Event()
        self.over = False  # somebody else has answered
        self.refusal: Response | None = None

    async def receive(self) -> Message:
        if self.over:
            return {"type": "http.disconnect"}
        if self._whole:
            return await self._receive()
        try:
            message = await asyncio.wait_for(self._receive(), self._until - monotonic())
        except TimeoutError:
            self.refusal = problem("slow-body", 408, "what you send comes too slowly: send it again, in smaller parts")
            raise HTTPException(408) from None
        self._got += len(message.get("body", b""))
        self._whole = not message.get("more_body", False)
        if self._got > self._most:
            self.refusal = self.too_large()
            raise HTTPException(413)
        return message

    async def send(self, message: Message) -> None:
        if self.over or (self.refusal and not self.begun.is_set()):
            return
        self.begun.set()
        await self._send(message)

    def too_large(self) -> Response:
        told = f"more than {self._most:,} bytes: send it in parts, or raise ISTHMUS_BODY_LIMIT"
        return problem("body-too-large", 413, told)


def _look_away(task: asyncio.Task[None]) -> None:
    """Nobody waits for it any more, nor for its error."""
    if not task.cancelled():
        task.exception()
