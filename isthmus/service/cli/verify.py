"""``isthmus verify``: does this sentence support this statement?"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer


def verify(
    file: Annotated[
        Path,
        typer.Argument(
            metavar="FILE.jsonl",
            help='JSON lines {"text", "subject", "predicate" or "type", "object", …}.',
            show_default=False,
        ),
    ],
) -> None:
    """Print each row again with its belief: how likely its sentence supports its statement, from 0 to 1."""
    from isthmus.service.lexicon import lexicon
    from isthmus.service.verification import BadRow, row_json, verify_file

    failed = 0
    with _progress(file) as progress:
        for row in verify_file(file, lexicon(), progress):
            if isinstance(row, BadRow):
                failed += 1
                typer.echo(f"isthmus: {row}", err=True)
            else:
                sys.stdout.buffer.write(row_json(row))
    sys.stdout.buffer.flush()
    raise typer.Exit(1 if failed else 0)


@contextmanager
def _progress(file: Path) -> Iterator[Callable[[int], None]]:
    """A bar over the bytes of the file, on stderr and only on a terminal."""
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

    console = Console(stderr=True)
    columns = (
        TextColumn("verifying"),
        BarColumn(bar_width=20),
        TaskProgressColumn(),
        TimeRemainingColumn(compact=True),
    )
    with Progress(*columns, console=console, disable=not console.is_terminal, transient=True) as bar:
        task = bar.add_task("", total=file.stat().st_size if file.is_file() else None)
        yield lambda read: bar.update(task, completed=read)
