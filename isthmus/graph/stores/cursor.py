"""Page cursors: where an answer goes on, opaque to whoever carries it."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Sequence

from isthmus.graph.stores.ledger import LedgerRow
from isthmus.graph.stores.protocol import BadCursor, Page


def write_cursor(question: str, position: str) -> str:
    """A cursor for the next page of this kind of question.

    >>> read_cursor("search", write_cursor("search", "20"))
    '20'
    """
    return base64.urlsafe_b64encode(f"{question}:{position}".encode()).decode().rstrip("=")


def read_cursor(question: str, cursor: str) -> str:
    """The position in a cursor.

    Raises:
        BadCursor: a text that ``write_cursor`` did not make for this kind of question.
    """
    try:
        said = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode()
    except (ValueError, binascii.Error):
        said = ""
    asked, _, position = said.partition(":")
    if asked != question or not position or write_cursor(question, position) != cursor:
        raise BadCursor(f"{cursor[:40]!r} is not a cursor of this question: use the one that came with the last page")
    return position


def ledger_page(rows: Sequence[LedgerRow], limit: int) -> Page[LedgerRow]:
    """The first ``limit`` of rows, of which one more was looked for."""
    shown = tuple(rows[:limit])
    more = len(rows) > limit
    return Page(shown, write_cursor("ledger", f"{shown[-1].part} {shown[-1].document}") if more else "")


def ledger_place(cursor: str) -> tuple[str, int]:
    """The document and part after which a page of ``ledger_page`` begins. Raises ``BadCursor``."""
    if not cursor:
        return "", -1
    part, _, document = read_cursor("ledger", cursor).partition(" ")
    if not part.isdecimal() or len(part) > 9:
        raise BadCursor(f"{cursor[:40]!r} is not a cursor of this question: use the one that came with the last page")
    return document, int(part)
