"""Questions to several models at once, with an end: whoever has not answered by then is not waited for."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from contextvars import copy_context
from queue import Empty, Queue
from threading import Thread
from typing import TypeVar

T = TypeVar("T")


def at_once(tasks: Mapping[str, Callable[[], T]], deadline: float) -> Iterator[tuple[str, T]]:
    """Run all tasks, each in a thread of its own, and hand out what each returns as it comes.

    After ``deadline`` (``time.monotonic``) nothing more comes; what still runs then is left to itself and never waited for,
    not even by the end of the process. A task must not raise.
    """
    done: Queue[tuple[str, T]] = Queue()

    def run(name: str, task: Callable[[], T]) -> None:
        done.put((name, task()))

    for name, task in tasks.items():
        here = copy_context()
        Thread(target=here.run, args=(run, name, task), daemon=True, name=f"panel {name}").start()
    for _ in tasks:
        try:
            yield done.get(timeout=max(deadline - time.monotonic(), 0.0))
        except Empty:
            return
