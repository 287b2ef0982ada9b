"""Rows of a table whose separator is any sign: CSV with its quotation marks, and tab-separated text."""

from __future__ import annotations

import csv
from collections import deque
from collections.abc import Iterator
from pathlib import Path

from isthmus.extractors.readers.source import Line, lines
from isthmus.extractors.readers.tabular import NumberedRow, first_lines, tab_separated
from isthmus.extractors.reading import Unreadable

LONGEST_RECORD = 200  # lines: a mark left open must not take the rest of the file for one cell


def sniffed_delimiter(path: Path) -> str:
    """The separator that the first lines have in common: the one that occurs equally often in most of them."""
    beginning = [line.text for line in first_lines(path) if line.text.strip()]
    sample = [text for text in beginning if not text.startswith("#")][:20] or beginning
    if not sample:
        return "\t"
    best = max(
        "\t,;|",
        key=lambda sign: sum(line.count(sign) == sample[0].count(sign) for line in sample) if sign in sample[0] else 0,
    )
    return "\t" if "\t" in sample[0] else best


def delimited(path: Path, delimiter: str) -> Iterator[NumberedRow | Unreadable]:
    """The rows, the header among them, each with the number of its first line; blank ones are left out.

    Tab-separated cells may be quoted as a whole; others follow CSV's rules, where a quoted cell may run over lines.
    A record that never ends, or has not as many cells as the first, costs its first line only.
    """
    if delimiter != "\t":
        yield from _csv(path, delimiter)
        return
    for row in tab_separated(path):
        yield row if isinstance(row, Unreadable) else (row[0], [_unquoted(cell) for cell in row[1]])


def _csv(path: Path, delimiter: str) -> Iterator[NumberedRow | Unreadable]:
    source = lines(path)
    again: deque[Line | Unreadable] = deque()
    width = 0
    while (line := again.popleft() if again else next(source, None)) is not None:
        if isinstance(line, Unreadable):
            yield line
            continue
        taken, cells = [line], _cells(line.text, delimiter)
        while cells is None and len(taken) < LONGEST_RECORD:
            more = again.popleft() if again else next(source, None)
            if not isinstance(more, Line):
                again.extendleft([more] if more is not None else [])
                break
            taken.append(more)
            cells = _cells("\n".join(each.text for each in taken), delimiter)
        if cells is None or (len(taken) > 1 and width and len(cells) != width):
            yield Unreadable(path.name, f"line {line.number}", "is not CSV. Is a quotation mark left open?")
            again.extendleft(reversed(taken[1:]))
        elif any(cell.strip() for cell in cells):
            width = width or len(cells)
            yield line.number, cells


def _cells(text: str, delimiter: str) -> list[str] | None:
    """The cells of a record; None where a quoted cell, or one too long, is not at its end."""
    try:
        return next(csv.reader([text], delimiter=delimiter, strict=True), [])
    except csv.Error as error:
        if "unexpected end" in str(error) or "limit" in str(error):
            return None
    return next(csv.reader([text], delimiter=delimiter), [])  # a mark inside a cell, which people write for inches


def _unquoted(cell: str) -> str:
    inner = cell[1:-1]
    if len(cell) > 1 and cell[0] == cell[-1] == '"' and '"' not in inner.replace('""', ""):
        return inner.replace('""', '"')
    return cell
