"""``isthmus verify``: statements with their sentences in, the same rows with a belief out."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

from isthmus.errors import UsageError
from isthmus.extractors.lexicon.lexicon import Lexicon
from isthmus.extractors.models.verification import beliefs
from isthmus.extractors.verification.claim import Claim

BATCH = 64  # rows judged together
Progress = Callable[[int], None]
Row = dict[str, Any]


class UnreadableStatements(UsageError):
    """A file of statements that cannot be opened."""


@dataclass(frozen=True, slots=True)
class BadRow:
    """A line that could not be judged, and why."""

    file: str
    line: int
    reason: str

    def __str__(self) -> str:
        return f"{self.file}, line {self.line}: {self.reason}"


@dataclass(frozen=True, slots=True)
class _Line:
    number: int
    read: tuple[Row, Claim] | str


def verify_file(path: Path, lexicon: Lexicon, progress: Progress | None = None) -> Iterator[Row | BadRow]:
    """Each row of JSON lines in its order, with ``belief`` in (0, 1) added; a bad line comes as ``BadRow``.

    A ``belief`` that the row had is replaced. Empty lines are passed over. ``progress`` is told the bytes read so far.
    Raises ``UnreadableStatements``.
    """
    yield from _judged(_lines(path, progress), path.name, lexicon)


def verify_rows(rows: Iterable[object], lexicon: Lexicon) -> Iterator[Row | BadRow]:
    """The same for rows that are at hand: a bad one's ``line`` is its number, from 1."""
    read = (_Line(number, _claim(row)) for number, row in enumerate(rows, start=1))
    yield from _judged(read, "rows", lexicon)


def _judged(read: Iterator[_Line], name: str, lexicon: Lexicon) -> Iterator[Row | BadRow]:
    while lines := list(islice(read, BATCH)):
        good = [line.read for line in lines if not isinstance(line.read, str)]
        judged = iter(beliefs([claim for _, claim in good], lexicon))
        for line in lines:
            if isinstance(line.read, str):
                yield BadRow(name, line.number, line.read)
            else:
                yield {**line.read[0], "belief": round(float(next(judged)), 4)}


def row_json(row: Row) -> bytes:
    """One line of UTF-8 JSON with its newline; what UTF-8 cannot hold (half a surrogate pair) stays escaped."""
    try:
        return json.dumps(row, ensure_ascii=False).encode() + b"\n"
    except UnicodeEncodeError:
        return json.dumps(row).encode() + b"\n"


def _lines(path: Path, progress: Progress | None) -> Iterator[_Line]:
    try:
        with path.open("rb") as file:
            for number, line in enumerate(file, start=1):
                if progress is not None:
                    progress(file.tell())
                text = line.removeprefix(b"\xef\xbb\xbf") if number == 1 else line
                if text.strip():
                    yield _Line(number, _read(text))
    except OSError as error:
        raise UnreadableStatements(f"{path}: {error.strerror}.") from None


def _read(line: bytes) -> tuple[Row, Claim] | str:
    """The row and what it claims, or what is wrong with it."""
    try:
        row = json.loads(line)
    except UnicodeDecodeError:
        return "is not UTF-8"
    except (ValueError, RecursionError) as error:
        return f"is not JSON: {error}"
    return _claim(row)


def _claim(row: object) -> tuple[Row, Claim] | str:
    if not isinstance(row, dict):
        return 'is not a JSON object such as {"text": …, "subject": …, "predicate": …, "object": …}'
    relation = "predicate" if row.get("predicate") is not None else "type"
    wanted = ("text", "subject", relation, "object")
    missing = [name for name in wanted if row.get(name) is None]
    if missing:
        return f"lacks {_listed(missing)}; it needs text, subject, predicate or type, and object"
    wrong = [name for name in wanted if not isinstance(row[name], str) or not row[name].strip()]
    if wrong:
        return f"{_listed(wrong)} must be a text that is not empty"
    return row, Claim(row["text"], row[relation], row["subject"], row["object"])


def _listed(names: Sequence[str]) -> str:
    return " and ".join("predicate or type" if name == "type" else name for name in names)
