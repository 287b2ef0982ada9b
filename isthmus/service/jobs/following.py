"""How a job goes on, as server-sent events.

Each tells the job as it is then, under the number of the job's writes: whoever comes back with the last number that they
have seen (``Last-Event-ID``) misses nothing that counts, on whichever server over the store they ask.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from time import monotonic

import anyio
import anyio.to_thread

from isthmus.errors import IsthmusError, Unreachable
from isthmus.service.jobs.job import Job
from isthmus.service.jobs.running import Jobs

MOST = 64  # that listen to one server at the same time
EVERY = 0.5  # seconds between two looks into the store
HEARTBEAT = 15.0  # seconds without news after which a comment is sent, so that nobody in between hangs up
LONGEST = 3600.0  # seconds: then whoever listens asks again, with a key that still has to work
RETRY = 3000  # milliseconds that a browser waits before it does


class TooManyListeners(IsthmusError):
    """More streams of events than are served at once."""

    http_status = 503
    retry_after = 10  # seconds


async def follow(
    jobs: Jobs, look: Callable[[], Job], tell: Callable[[Job], str], after: int, *, every: float = EVERY
) -> AsyncIterator[str]:
    """The events of a job after one number, until it has ended.

    Args:
        jobs: of this server, which count who listens.
        look: the job as it is; called in a thread.
        tell: a job as JSON.
        after: number of the last event that was seen; 0: none.
        every: seconds between two looks.
    """
    began = told = monotonic()
    jobs.listeners += 1
    try:
        yield f"retry: {RETRY}\n\n"
        while monotonic() - began < LONGEST and not jobs.closing.is_set():
            try:
                job = await anyio.to_thread.run_sync(look)
            except Unreachable:  # the store is away: the heart goes on beating
                job = None
            if job is not None and job.revision > after:
                after, told = job.revision, monotonic()
                yield f"id: {job.revision}\nevent: {'end' if job.state.ended else 'progress'}\ndata: {tell(job)}\n\n"
            if job is not None and job.state.ended:
                return
            if monotonic() - told >= HEARTBEAT:
                told = monotonic()
                yield ": still at work\n\n"
            await anyio.sleep(every)
    finally:
        jobs.listeners -= 1


def room_for_one_more(jobs: Jobs) -> None:
    """Raise ``TooManyListeners`` where too many listen already."""
    if jobs.listeners >= MOST:
        raise TooManyListeners(f"{jobs.listeners} listen to jobs already: ask for the job now and then instead")
