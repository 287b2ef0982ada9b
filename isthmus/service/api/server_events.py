"""Server-sent events: what a long piece of work says while it runs, and what it comes to, as a stream of text.

The form is that of the HTML standard, section 9.2 (https://html.spec.whatwg.org/multipage/server-sent-events.html).
"""

from __future__ import annotations

import json
import logging
import uuid
from collections.abc import Callable, Iterator
from queue import Empty, Queue
from threading import Event, Thread

from starlette.responses import StreamingResponse
from starlette.types import Receive, Scope, Send

from isthmus.errors import IsthmusError
from isthmus.service.security.hidden import without_secrets

MEDIA_TYPE = "text/event-stream"
HEARTBEAT = 15.0  # seconds without news after which a comment is sent, so that nobody in between hangs up
_log = logging.getLogger(__name__)

# Name of an event, and its data as JSON.
Emit = Callable[[str, str], None]


class ServerEvents(StreamingResponse):
    """A stream of events whose work ends with its client: a stream that is broken off is not closed by whoever read it."""

    def __init__(self, work: Callable[[Emit], None]) -> None:
        self._gone = Event()
        super().__init__(server_events(work, gone=self._gone), media_type=MEDIA_TYPE)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """As ASGI has it."""
        try:
            await super().__call__(scope, receive, send)
        finally:
            self._gone.set()


class Gone(Exception):
    """Nobody listens any more: ends the work where it next has something to say."""


def server_events(
    work: Callable[[Emit], None], heartbeat: float = HEARTBEAT, gone: Event | None = None
) -> Iterator[str]:
    """What ``work`` emits, as it comes. An error ends the stream with an event ``problem``: the status is long sent.

    Once ``gone`` is set, the work ends where it next has something to say.
    """
    queue: Queue[str | None] = Queue()
    gone = gone or Event()

    def emit(name: str, data: str) -> None:
        if gone.is_set():
            raise Gone
        queue.put(event(name, data))

    def run() -> None:
        try:
            work(emit)
        except Gone:
            pass
        except IsthmusError as error:
            queue.put(
                event("problem", json.dumps({"status": error.http_status, "detail": without_secrets(str(error))}))
            )
        except Exception:
            number = uuid.uuid4().hex
            _log.exception("error %s in a stream", number)
            told = {"status": 500, "detail": f"A fault of this service, number {number} in its log."}
            queue.put(event("problem", json.dumps(told)))
        finally:
            queue.put(None)

    Thread(target=run, daemon=True, name="server events").start()
    try:
        while True:
            try:
                told = queue.get(timeout=heartbeat)
            except Empty:
                yield ": still at work\n\n"
                continue
            if told is None:
                return
            yield told
    finally:
        gone.set()


def event(name: str, data: str) -> str:
    r"""One event; data may have several lines.

    >>> event("turn", "{}")
    'event: turn\ndata: {}\n\n'
    """
    lines = "".join(f"data: {line}\n" for line in data.splitlines() or [""])
    return f"event: {name}\n{lines}\n"
