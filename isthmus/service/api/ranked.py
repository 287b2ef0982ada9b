"""Rankings, page by page: paths, candidates, gaps. All pages of one ranking are of one version of the graph."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Literal, TypeVar

from pydantic import Field

from isthmus.graph.model import Entity
from isthmus.graph.vocabulary import Category
from isthmus.service.answers import HopStatement, Told
from isthmus.service.api.pages import ranked_cursor, ranked_snapshot
from isthmus.service.asking import CandidatesAnswer, PathsAnswer, answer_candidates, answer_paths
from isthmus.service.co_mention import CoMentionCandidatesAnswer, answer_candidates_by_co_mention
from isthmus.service.gaps import GapsAnswer, answer_gaps
from isthmus.service.graphs import Graphs

MOST_PATHS = 200  # between two entities that can be paged through
MOST_RANKED = 2_000  # candidates, or gaps
RankedBy = Literal["statements", "co-mention"]
Cursor = Annotated[str, Field(description="fetches the next ones, and is empty at the end")]
A = TypeVar("A", bound=Told)


class PathsPage(PathsAnswer):
    """Some of the paths between two entities."""

    cursor: Cursor = ""


class CandidatesPage(CandidatesAnswer):
    """Some of the candidates, by what statements say."""

    cursor: Cursor = ""


class CoMentionCandidatesPage(CoMentionCandidatesAnswer):
    """Some of the candidates, by what papers name together."""

    cursor: Cursor = ""


class GapsPage(GapsAnswer):
    """Some of the gaps of the map."""

    cursor: Cursor = ""


def paths_page(
    graphs: Graphs,
    source: Entity,
    target: Entity,
    *,
    max_hops: int,
    top: int,
    co_mention: bool,
    as_of: int | None,
    cursor: str,
) -> PathsPage:
    """The best paths; then those of the best ``MOST_PATHS`` that were not among these.

    Which variants of a path give way to others depends on how many are wanted, so the pages are cut from two answers.
    Raises ``BadCursor`` and ``StaleCursor``.
    """
    snapshot, shown = ranked_snapshot(graphs, as_of, of="paths", cursor=cursor)
    store = graphs.store
    first = answer_paths(store, snapshot, source, target, max_hops=max_hops, top=top, co_mention=co_mention)
    if not shown:
        more = len(first.paths) == top < MOST_PATHS
        after = ranked_cursor(snapshot, of="paths", shown=top) if more else ""
        return _page(PathsPage, first, cursor=after)
    whole = answer_paths(store, snapshot, source, target, max_hops=max_hops, top=MOST_PATHS)
    known = {_steps(path.statements) for path in first.paths}
    ranked = [*first.paths, *(path for path in whole.paths if _steps(path.statements) not in known)]
    page, more = ranked[shown : shown + top], len(ranked) > shown + top
    after = ranked_cursor(snapshot, of="paths", shown=shown + top) if more else ""
    return _page(PathsPage, first, paths=page, cursor=after)


def candidates_page(
    graphs: Graphs,
    entity: Entity,
    category: Category,
    *,
    by: RankedBy,
    top: int,
    new: bool,
    kin: bool,
    as_of: int | None,
    cursor: str,
) -> CandidatesPage | CoMentionCandidatesPage:
    """Candidates, best first. Raises ``BadCursor`` and ``StaleCursor``."""
    of = f"candidates by {by}"
    snapshot, shown = ranked_snapshot(graphs, as_of, of=of, cursor=cursor)
    ask = answer_candidates if by == "statements" else answer_candidates_by_co_mention
    found = ask(graphs.store, snapshot, entity, category, top=top + 1, skip=shown, new=new, kin=kin)
    more = len(found.candidates) > top and shown + top < MOST_RANKED
    after = ranked_cursor(snapshot, of=of, shown=shown + top) if more else ""
    if isinstance(found, CandidatesAnswer):
        return _page(CandidatesPage, found, candidates=found.candidates[:top], cursor=after)
    return _page(CoMentionCandidatesPage, found, candidates=found.candidates[:top], cursor=after)


def gaps_page(graphs: Graphs, *, top: int, as_of: int | None, cursor: str) -> GapsPage:
    """Gaps, widest first. Raises ``BadCursor`` and ``StaleCursor``."""
    snapshot, shown = ranked_snapshot(graphs, as_of, of="gaps", cursor=cursor)
    found = answer_gaps(graphs.store, snapshot, top=shown + top + 1)
    page, more = found.gaps[shown : shown + top], len(found.gaps) > shown + top and shown + top < MOST_RANKED
    after = ranked_cursor(snapshot, of="gaps", shown=shown + top) if more else ""
    return _page(GapsPage, found, gaps=page, cursor=after)


def _page(page: type[A], found: Told, **other: object) -> A:
    """An answer as a page of it, with some fields other than they were."""
    return page(**{name: getattr(found, name) for name in type(found).model_fields} | other)


def _steps(statements: Sequence[HopStatement]) -> tuple[str, ...]:
    return tuple(one.id for one in statements)
