"""Lists as JSON pages, or whole as CSV and TSV: chosen by ``Accept``, or by ``?format=`` in a link."""

from __future__ import annotations

import csv
import re
import tempfile
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime
from enum import StrEnum
from itertools import islice
from typing import IO, Annotated, Any, TypeVar

from fastapi import Depends, Query, Request, Response
from fastapi.responses import StreamingResponse
from pydantic import BaseModel

from isthmus.errors import UsageError
from isthmus.service.api.flat import Cell, columns_of
from isthmus.service.api.schemas import PageOut

T = TypeVar("T", bound=BaseModel)

MOST_ROWS = 100_000  # of one table
ROWS_A_PAGE = 500  # asked of the store at once
IN_MEMORY = 4_000_000  # bytes of a table; a longer one waits in a file that has no name
_CHUNK = 65_536  # bytes
_FORMULAS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
_UNFIT_FOR_NAMES = re.compile(r"[^A-Za-z0-9.]+")
_LONGEST_NAME = 120


class Form(StrEnum):
    """The forms of a list."""

    JSON = "json"
    CSV = "csv"
    TSV = "tsv"


MEDIA_TYPES = {Form.JSON: "application/json", Form.CSV: "text/csv", Form.TSV: "text/tab-separated-values"}


class NotAcceptable(UsageError):
    """A form that no list has."""

    http_status = 406

    def __init__(self, asked: str) -> None:
        self.choices = list(MEDIA_TYPES.values())
        super().__init__(f"{asked[:80]!r} is not to be had: ask for {', '.join(self.choices)}")


class Lists:
    """How this request wants a list."""

    def __init__(self, request: Request, form: Form) -> None:
        self.form, self._request = form, request

    @property
    def tabular(self) -> bool:
        """Whether it wants all rows, and no page."""
        return self.form is not Form.JSON

    def paged(
        self, item: type[T], page: Callable[[int, str], PageOut[T]], *, limit: int, cursor: str = ""
    ) -> PageOut[T] | Response:
        """A page; or from there on the whole list as a table, as many rows as were asked for where a number was."""
        return self.whole(item, page, limit=limit, cursor=cursor) if self.tabular else page(limit, cursor)

    def whole(self, item: type[T], page: Callable[[int, str], PageOut[T]], *, limit: int, cursor: str = "") -> Response:
        """The list from there on as a table."""
        most = limit if "limit" in self._request.query_params else MOST_ROWS
        return self.table(item, _all(page, cursor), most)

    def table(self, item: type[T], rows: Iterable[T], most: int = MOST_ROWS) -> Response:
        """Rows as a table, with how many there are in a header, and whether more were cut off."""
        found = iter(rows)
        file, count = written(item, islice(found, most), self.form)
        cut = count == most and next(found, None) is not None
        headers = {
            **getattr(self._request.state, "graph_headers", {}),
            "Content-Disposition": f'attachment; filename="{self._name()}.{self.form}"',
            "Row-Count": str(count),
            "Rows-Cut": "true" if cut else "false",
        }
        media_type = f"{MEDIA_TYPES[self.form]}; charset=utf-8"
        return StreamingResponse(_chunks(file), headers=headers, media_type=media_type)

    def _name(self) -> str:
        """What is asked, when, and of which graph."""
        request = self._request
        asked = [
            request.url.path.removeprefix("/api/v1/"),
            *(value for name, value in request.query_params.items() if name not in ("format", "cursor")),
        ]
        words = _UNFIT_FOR_NAMES.sub("-", "-".join(asked)).strip("-.")[:_LONGEST_NAME].rstrip("-.")
        graph = getattr(request.state, "graph_headers", {}).get("Graph-Version", "")
        return "-".join(
            filter(None, ("isthmus", words, datetime.now(UTC).date().isoformat(), graph and f"graph-{graph}"))
        )


async def _lists(
    request: Request,
    form: Annotated[
        Form | None,
        Query(alias="format", description="instead of the header Accept, for links", examples=["json", "csv", "tsv"]),
    ] = None,
) -> Lists:
    return Lists(request, form or accepted(request.headers.get("accept", "")))


ListsOf = Annotated[Lists, Depends(_lists)]


def accepted(accept: str) -> Form:
    """The form that a header ``Accept`` likes best, of equals the first (RFC 9110, 12.5.1). Raises ``NotAcceptable``.

    >>> accepted("text/html, */*;q=0.1"), accepted("text/csv"), accepted("")
    (<Form.JSON: 'json'>, <Form.CSV: 'csv'>, <Form.JSON: 'json'>)
    """
    ranges = [_range(each) for each in accept.split(",") if each.strip()] or [("*/*", 1.0)]
    best, liked = Form.JSON, 0.0
    for form, media_type in MEDIA_TYPES.items():
        fitting = [(name != "*/*", not name.endswith("/*"), q) for name, q in ranges if _fits(name, media_type)]
        quality = max(fitting)[2] if fitting else 0.0
        if quality > liked:
            best, liked = form, quality
    if not liked:
        raise NotAcceptable(accept)
    return best


def _range(text: str) -> tuple[str, float]:
    name, *parameters = (part.strip().lower() for part in text.split(";"))
    for parameter in parameters:
        if re.fullmatch(r"q=(0(\.[0-9]{0,3})?|1(\.0{0,3})?)", parameter):
            return name, float(parameter[2:])
    return name, 1.0


def _fits(name: str, media_type: str) -> bool:
    return name in ("*/*", media_type, f"{media_type.partition('/')[0]}/*")


def written(item: type[T], rows: Iterable[T], form: Form) -> tuple[IO[bytes], int]:
    """A file, at its beginning, with a head and the rows, and how many rows there are. UTF-8, lines end as CSV's do."""
    columns = columns_of(item)
    file = tempfile.SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115 - closed by whoever sends it
    writer = csv.writer(_Encoder(file), delimiter="," if form is Form.CSV else "\t")
    writer.writerow([column.name for column in columns])
    count = 0
    try:
        for row in rows:
            writer.writerow([harmless(column.cell(row)) for column in columns])
            count += 1
    except BaseException:  # a cursor of another list, a store that went away
        file.close()
        raise
    file.seek(0)
    return file, count


def harmless(cell: Cell) -> Cell:
    """A cell that no spreadsheet takes for a formula: a text that could be one gets an apostrophe first (OWASP).

    >>> harmless("=HYPERLINK(1)"), harmless(-1.5), harmless("a-b"), harmless(None), harmless(True)
    ("'=HYPERLINK(1)", -1.5, 'a-b', '', 'true')
    """
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, str):
        return f"'{cell}" if cell.startswith(_FORMULAS) else cell
    return "" if cell is None else cell


class _Encoder:
    """What ``csv`` writes to; half a character, which UTF-8 cannot hold, is shown as a question mark."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file

    def write(self, text: str) -> int:
        return self._file.write(text.encode("utf-8", "replace"))


def _all(page: Callable[[int, str], PageOut[T]], cursor: str) -> Iterator[T]:
    while True:
        found = page(ROWS_A_PAGE, cursor)
        yield from found.items
        cursor = found.cursor
        if not cursor:
            return


def _chunks(file: IO[bytes]) -> Iterator[bytes]:
    with file:
        while chunk := file.read(_CHUNK):
            yield chunk


def as_table(item: type[BaseModel], model: Any = None) -> dict[str, Any]:  # noqa: ANN401 - a type of answer
    """What the decorator of a route with such lists is given: its model, and its other forms with their columns."""
    columns = columns_of(item)
    listed = "\n".join(f"* `{each.name}`{': ' if each.about else ''}{each.about}" for each in columns)
    form = {"schema": {"type": "string"}}
    return {
        "response_model": PageOut[item] if model is None else model,  # type: ignore[valid-type]
        "responses": {
            200: {
                "description": f"A page; or as CSV or TSV all rows, with these columns:\n\n{listed}",
                "content": {MEDIA_TYPES[Form.CSV]: form, MEDIA_TYPES[Form.TSV]: form},
                "headers": {
                    "Row-Count": {"description": "rows of a table", "schema": {"type": "integer"}},
                    "Rows-Cut": {
                        "description": "whether the table ends before the list does",
                        "schema": {"type": "string"},
                    },
                },
            },
        },
    }
