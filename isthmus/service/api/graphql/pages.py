"""Relay's pages: edges with a cursor each, and whether more follow. Only forwards: ``first`` and ``after``."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Generic, TypeVar

import strawberry

from isthmus.errors import UsageError
from isthmus.graph.stores.cursor import read_cursor, write_cursor
from isthmus.graph.stores.protocol import BadCursor

T = TypeVar("T")
N = TypeVar("N")
LARGEST_PAGE = 500
LONGEST_CURSOR = 200

First = Annotated[int, strawberry.argument(description=f"items on the page, 1 to {LARGEST_PAGE}")]
After = Annotated[str, strawberry.argument(description="cursor of the item before; empty: from the start")]
Top = Annotated[int, strawberry.argument(description="how many, 1 to 200")]


class BadRequest(UsageError):
    """An argument outside its bounds."""


@strawberry.type
class PageInfo:
    """Where the page ends, and whether more follow."""

    has_next_page: bool
    has_previous_page: bool
    start_cursor: str | None
    end_cursor: str | None


@strawberry.type
class Edge(Generic[N]):
    """An item of a page, and the cursor to go on after it."""

    cursor: str
    node: N


@strawberry.type
class Connection(Generic[N]):
    """A page of a longer list."""

    edges: list[Edge[N]]
    page_info: PageInfo

    @strawberry.field(description="the items without their cursors")
    def nodes(self) -> list[N]:
        """The items of the edges."""
        return [edge.node for edge in self.edges]


def bounded(name: str, value: int, most: int) -> int:
    """The value itself. Raises ``BadRequest`` where it is not from 1 to ``most``."""
    if not 1 <= value <= most:
        raise BadRequest(f"{name} is {value}: from 1 to {most} are answered")
    return value


def worded(name: str, text: str, most: int = 500) -> str:
    """The text itself. Raises ``BadRequest`` where it is empty or too long."""
    if not text.strip() or len(text) > most:
        raise BadRequest(f"{name} has {len(text)} characters: from 1 to {most} are looked up")
    return text


def page_info(cursors: Sequence[str], *, after: str, more: bool) -> PageInfo:
    """That of a page whose items have these cursors."""
    return PageInfo(
        has_next_page=more,
        has_previous_page=bool(after),
        start_cursor=cursors[0] if cursors else None,
        end_cursor=cursors[-1] if cursors else None,
    )


def connection(items: Sequence[tuple[str, N]], *, after: str, more: bool) -> Connection[N]:
    """A page of items with their cursors."""
    edges = [Edge(cursor=cursor, node=node) for cursor, node in items]
    return Connection(edges=edges, page_info=page_info([one.cursor for one in edges], after=after, more=more))


def slice_after(items: Sequence[tuple[str, T]], kind: str, first: int, after: str) -> tuple[list[tuple[str, T]], bool]:
    """The items after a cursor, each with its own, and whether more follow.

    Args:
        items: the whole list, each with an id that no other has.
        kind: of the list: the cursor of another kind is refused.
        first: how many.
        after: the cursor of one of the items, or empty.

    Raises:
        BadCursor: a cursor that is not of this list.
    """
    start = 0
    if after:
        wanted = position(kind, after)
        places = [place for place, (identifier, _) in enumerate(items) if identifier == wanted]
        if not places:
            raise BadCursor(f"{after[:40]!r} is not a cursor of this list, or its item is gone: start anew without it")
        start = places[0] + 1
    shown = [(write_cursor(kind, identifier), item) for identifier, item in items[start : start + first]]
    return shown, len(items) > start + first


def position(kind: str, cursor: str) -> str:
    """What a cursor of this kind says, empty for none. Raises ``BadCursor``."""
    if not cursor:
        return ""
    if len(cursor) > LONGEST_CURSOR:
        raise BadCursor(f"a cursor has {LONGEST_CURSOR} characters or fewer: use the one that came with the last page")
    return read_cursor(kind, cursor)
