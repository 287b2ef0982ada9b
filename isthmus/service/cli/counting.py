"""How far a long command is, on stderr where a person looks on."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TaskProgressColumn, TextColumn, TimeRemainingColumn


@contextmanager
def counting(what: str, total: int) -> Iterator[Callable[[int], None]]:
    """A bar over ``total`` things; call it with how many more have been done."""
    console = Console(stderr=True)
    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(bar_width=20),
        TaskProgressColumn(),
        TimeRemainingColumn(compact=True),
        TextColumn("left"),
    )
    with Progress(*columns, console=console, disable=not console.is_terminal, transient=True) as bar:
        task = bar.add_task(what, total=total)
        yield lambda count: bar.advance(task, count)


@contextmanager
def share_done(what: str) -> Iterator[Callable[[float], None]]:
    """A bar that is called with how far the work is, from 0 to 1."""
    done = 0.0
    with counting(what, 1000) as advance:

        def report(share: float) -> None:
            nonlocal done
            advance(round(1000 * share) - round(1000 * done))
            done = share

        yield report
