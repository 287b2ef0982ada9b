"""What goes away of jobs: those that are old, results that take too much room, what servers left that have died."""

from __future__ import annotations

import socket
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from isthmus.graph.stores.protocol import Store
from isthmus.service.jobs.folder import abandoned, folder_of
from isthmus.service.jobs.job import Job, all_jobs, change, forget, write_down_interrupted


@dataclass(frozen=True, slots=True)
class Bounds:
    """How long jobs are kept, how many bytes the results on this machine may take, and how many jobs there may be."""

    days: float = 7.0
    room: int = 10_000_000_000
    jobs: int = 1000


def clear(store: Store, bounds: Bounds) -> None:
    """Clear away what is over the bounds, the oldest first; the newest result stays however large it is."""
    oldest = (datetime.now(UTC) - timedelta(days=bounds.days)).isoformat()
    kept: list[Job] = []
    for job in all_jobs(store):
        job = write_down_interrupted(store, job)
        if job.state.ended and (job.ended < oldest or len(kept) >= bounds.jobs):
            folder_of(job.id).remove()
            forget(store, job)
        else:
            kept.append(job)
    _clear_results(store, kept, bounds.room)
    for folder in abandoned({job.id for job in kept}, bounds.days * 86_400):
        folder.remove()


def _clear_results(store: Store, jobs: list[Job], room: int) -> None:
    """``jobs`` are in their order, the newest first."""
    here, taken = socket.gethostname(), 0
    for job in jobs:
        if not job.state.ended or job.machine != here:
            continue
        if job.file is None:
            folder_of(job.id).remove()  # of one that was interrupted
            continue
        if job.cleared:
            continue
        if taken and taken + job.file.bytes > room:
            folder_of(job.id).remove()
            change(store, job.id, lambda found: replace(found, cleared=True))
        else:
            taken += job.file.bytes
