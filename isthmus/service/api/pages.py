"""Pages of lists that no store pages: by a key that does not change, or of what was ranked in one version of the graph."""

from __future__ import annotations

import secrets
import threading
from collections import OrderedDict
from collections.abc import Callable, Sequence
from typing import Annotated, TypeVar

from fastapi import Depends, Request

from isthmus.errors import UsageError
from isthmus.graph.discovery.memory.snapshot import Snapshot
from isthmus.graph.stores.cursor import read_cursor, write_cursor
from isthmus.graph.stores.protocol import BadCursor, SearchHit, Store
from isthmus.graph.vocabulary import Category
from isthmus.service.api.schemas import PageOut
from isthmus.service.graphs import Graphs

T = TypeVar("T")
WALKS_KEPT = 512  # through what a search finds
FARTHEST = 10_000  # hits of a search that can be paged through
_VERSION = 16  # characters of a version in a cursor


class StaleCursor(UsageError):
    """A cursor of a ranking that cannot be gone on with."""

    http_status = 410


def page_after(
    items: Sequence[T], key: Callable[[T], str], *, of: str, limit: int, cursor: str, newest_first: bool = False
) -> PageOut[T]:
    """A page of a list that is sorted by ``key`` (with ``newest_first`` the other way round), which no two items share.

    What comes or goes meanwhile moves nothing else to another page. Raises ``BadCursor`` for one of another list.
    """
    rest = list(items)
    if cursor:
        after = read_cursor(of, cursor)
        rest = [item for item in items if (key(item) < after if newest_first else key(item) > after)]
    shown = rest[:limit]
    return PageOut(items=shown, cursor=write_cursor(of, key(shown[-1])) if len(rest) > limit else "")


def ranked_snapshot(graphs: Graphs, as_of: int | None, *, of: str, cursor: str) -> tuple[Snapshot, int]:
    """The graph that a ranking goes on with, and how many of it were shown.

    With a cursor the graph that its first page was made from: whatever is written meanwhile, the pages are of one ranking.
    Raises ``BadCursor``, and ``StaleCursor`` where that graph is held no longer.
    """
    if not cursor:
        return graphs.snapshot(as_of), 0
    version, _, place = read_cursor(of, cursor).partition(".")
    if not place.isdecimal() or len(place) > 6:
        raise BadCursor(f"{cursor[:40]!r} is not a cursor of this question: use the one that came with the last page")
    found = graphs.held(version, as_of)
    if found is None:
        raise StaleCursor("the graph has changed since the first page: ask anew, without a cursor")
    return found, int(place)


def ranked_cursor(snapshot: Snapshot, *, of: str, shown: int) -> str:
    """Where a ranking of this graph goes on."""
    return write_cursor(of, f"{snapshot.columns.version[:_VERSION]}.{shown}")


class SearchWalks:
    """What was shown of searches that are paged through: hits are ranked anew with each write, and none may come twice."""

    def __init__(self) -> None:
        self._shown: OrderedDict[str, list[str]] = OrderedDict()
        self._lock = threading.Lock()

    def page(
        self, store: Store, query: str, category: Category | None, *, limit: int, cursor: str
    ) -> PageOut[SearchHit]:
        """The best hits that no page before this one had.

        Raises ``BadCursor``, and ``StaleCursor`` where the graph has changed and what was shown is not known here.
        """
        revision, _ = store.revision()
        walk, shown = secrets.token_hex(6), list[str]()
        place = 0
        if cursor:
            walk, place, then = _search_place(cursor)
            known = self._known(walk, place)
            if known is None and then != revision:
                raise StaleCursor("the graph has changed since the first page: search anew, without a cursor")
            shown = known if known is not None else []
        found = list(store.search(query, category=category, limit=place + limit + 1).items)
        before = set(shown)
        hits = [hit for hit in found if hit.entity.id not in before] if shown else found[place:]
        page, more = hits[:limit], len(hits) > limit and place + limit < FARTHEST
        if not more:
            return PageOut(items=page)
        if shown or not place:
            self._keep(walk, [*shown, *(hit.entity.id for hit in page)])
        return PageOut(items=page, cursor=write_cursor("search", f"{walk}.{place + limit}.{revision}"))

    def _known(self, walk: str, place: int) -> list[str] | None:
        with self._lock:
            ids = self._shown.get(walk)
        return ids[:place] if ids is not None and len(ids) >= place else None

    def _keep(self, walk: str, ids: list[str]) -> None:
        with self._lock:
            self._shown[walk] = ids
            self._shown.move_to_end(walk)
            while len(self._shown) > WALKS_KEPT:
                self._shown.popitem(last=False)


def _search_place(cursor: str) -> tuple[str, int, int]:
    walk, _, rest = read_cursor("search", cursor).partition(".")
    place, _, revision = rest.partition(".")
    if not (place.isdecimal() and revision.isdecimal() and int(place) <= FARTHEST):
        raise BadCursor(f"{cursor[:40]!r} is not a cursor of this question: use the one that came with the last page")
    return walk, int(place), int(revision)


async def _walks(request: Request) -> SearchWalks:
    walks: SearchWalks = request.app.state.search_walks
    return walks


WalksOf = Annotated[SearchWalks, Depends(_walks)]
