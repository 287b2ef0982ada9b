"""Rows of a comma-, semicolon- or tab-separated file whose quoted cells may hold line breaks.

A quotation mark that is never closed would swallow the rows after it. So a row that goes wrong over several lines loses
only its first line, and the lines after it are read again as rows of their own.
"""

from __future__ import annotations

import csv
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from isthmus.extractors.readers.source import LONGEST_LINE, Line, lines
from isthmus.extractors.reading import Unreadable

DELIMITERS = "\t,;"
_LONGEST_ROW = 2000  # lines; a report has a hundred
csv.field_size_limit(LONGEST_LINE)


@dataclass(frozen=True, slots=True)
class Row:
    """The cells of one row; ``line`` is where it starts, from 1."""

    line: int
    cells: tuple[str, ...]


def cells_of(line: str, delimiter: str) -> tuple[str, ...]:
    """The cells of a row on one line, whatever its quotation marks are like.

    >>> cells_of('7,"a, b",5" tube', ",")
    ('7', 'a, b', '5" tube')
    """
    return tuple(next(csv.reader([_unbroken(line)], delimiter=delimiter), ()))


def rows(path: Path, delimiter: str) -> Iterator[Row | Unreadable]:
    """The header, then each row that has as many cells as the header; the others as ``Unreadable``. Blank lines go.

    Raises ``UnreadableFile`` where no line can be read.
    """
    return _Rows(path, delimiter).all()


class _Rows:
    """Where a pass over a file stands; ``ahead`` holds the lines to read again."""

    def __init__(self, path: Path, delimiter: str) -> None:
        self.path, self.delimiter = path, delimiter
        self.source = lines(path)
        self.ahead: deque[Line | Unreadable] = deque()

    def all(self) -> Iterator[Row | Unreadable]:
        width = 0
        while (line := self._next()) is not None:
            if isinstance(line, Unreadable):
                yield line
            elif line.text.strip():
                cells = self._cells(line, width)
                width = width or len(cells)
                if len(cells) == width:
                    yield Row(line.number, cells)
                else:
                    yield Unreadable(self.path.name, f"line {line.number}", _miscounted(len(cells), width))

    def _next(self) -> Line | Unreadable | None:
        return self.ahead.popleft() if self.ahead else next(self.source, None)

    def _cells(self, first: Line, width: int) -> tuple[str, ...]:
        """The cells of the row that starts there, over several lines where that makes sense of it."""
        taken: list[Line | Unreadable] = [first]
        try:
            cells = tuple(next(csv.reader(self._texts(taken), delimiter=self.delimiter, strict=True)))
            if width in (0, len(cells)):
                return cells
        except (csv.Error, StopIteration):
            pass
        self.ahead.extendleft(reversed(taken[1:]))
        return cells_of(first.text, self.delimiter)

    def _texts(self, taken: list[Line | Unreadable]) -> Iterable[str]:
        """The lines from the first on, each noted in ``taken``; none after one that cannot be read."""
        line = taken[0]
        while isinstance(line, Line):
            yield f"{_unbroken(line.text)}\n"
            following = self._next() if len(taken) < _LONGEST_ROW else None
            if following is None:
                return
            taken.append(following)
            line = following


def _unbroken(line: str) -> str:
    # a carriage return inside a line is a line break of another system, which would end the row
    return line.replace("\r", " ")


def _miscounted(count: int, width: int) -> str:
    return f"has {count} cells where the header has {width}. Is a quotation mark left open, or a comma not quoted?"
