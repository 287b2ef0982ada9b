"""The files of an export: they take their names when all are whole, so that a half of one is never taken for a graph."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TextIO

from isthmus.errors import IsthmusError


class CannotWrite(IsthmusError):
    """The folder of an export cannot be written."""


@dataclass(frozen=True, slots=True)
class Exported:
    """What was written. ``notes`` says what the format could not hold, or held less exactly: a reason, how often."""

    nodes: int
    edges: int
    files: tuple[Path, ...]
    notes: Mapping[str, int] = field(default_factory=dict)


@contextmanager
def whole_files(folder: Path, *names: str) -> Iterator[tuple[TextIO, ...]]:
    """Open files of a folder, which is made where it is not there, under names that say they are unfinished.

    At the end of the block they are closed and renamed; where it raises they are removed, and what was there stays.
    Raises ``CannotWrite``.
    """
    files = [folder / name for name in names]
    unfinished = [file.with_name(f"{file.name}.unfinished") for file in files]
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with ExitStack() as opened:
            yield tuple(opened.enter_context(file.open("w", encoding="utf-8", newline="\n")) for file in unfinished)
        for written, file in zip(unfinished, files, strict=True):
            written.replace(file)
    except OSError as error:
        raise CannotWrite(f"{folder} cannot be written: {error.strerror or error}. Name another with --out.") from error
    finally:
        for file in unfinished:
            with suppress(OSError):
                file.unlink(missing_ok=True)
