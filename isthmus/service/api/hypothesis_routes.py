"""Hypotheses: those that are kept, what became of them, what changed."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query, status
from pydantic import BaseModel, ConfigDict, Field

from isthmus.service.api.dependencies import Cursor, DeedOf, GraphsOf, Limit, StoreOf
from isthmus.service.api.schemas import PageOut
from isthmus.service.hypotheses.diff import Difference
from isthmus.service.hypotheses.edition import edition_of
from isthmus.service.hypotheses.hypothesis import Event, Living
from isthmus.service.hypotheses.kept import all_living, difference_of, find, keep, living, move, page_of, whole
from isthmus.service.hypotheses.status import Status
from isthmus.service.lexicon import lexicon
from isthmus.service.names import resolve
from isthmus.service.panel.assemble import propose
from isthmus.service.panel.convene import convene

router = APIRouter(tags=["hypotheses"])

When = Annotated[
    str, Query(max_length=100, description="a date, or a graph's hash or its beginning; empty for the last edition")
]


class MoveIn(BaseModel):
    """What a hypothesis becomes, and who says so."""

    model_config = ConfigDict(extra="forbid")

    to: Status
    by: str = Field(min_length=1, max_length=200)
    comment: str = Field("", max_length=10_000)


class QuestionIn(BaseModel):
    """A link to be proposed and kept."""

    model_config = ConfigDict(extra="forbid", populate_by_name=True)

    from_: str = Field(alias="from", min_length=1, max_length=500, description="a CURIE or a name")
    to: str = Field(min_length=1, max_length=500, description="a CURIE or a name")
    max_hops: int = Field(3, ge=1, le=4)
    as_of: int | None = Field(None, ge=1000, le=9999, description="the graph as it was at the end of that year")
    panel: bool = Field(False, description="whether the specialists discuss it")


@router.post("/hypotheses", status_code=status.HTTP_201_CREATED)
def keep_hypothesis(graphs: GraphsOf, asked: QuestionIn) -> dict[str, Any]:
    """Propose a link and keep it; the same question again is the same hypothesis, with an edition for each graph."""
    store, snapshot = graphs.store, graphs.snapshot(asked.as_of)
    source, target = (resolve(name, store, lexicon().canonical) for name in (asked.from_, asked.to))
    discuss = convene() if asked.panel else None
    proposal = propose(store, snapshot, source, target, max_hops=asked.max_hops, discuss=discuss)
    kept = keep(store, edition_of(store, snapshot, proposal, max_hops=asked.max_hops))
    return whole(store, kept.hypothesis.id)


@router.get("/hypotheses")
def hypotheses(
    store: StoreOf,
    stands: Annotated[
        Status | None, Query(alias="status", description="only those that stand so, all on one page")
    ] = None,
    limit: Limit = 100,
    cursor: Cursor = "",
) -> PageOut[Living]:
    """Those that are kept, by id; of one status the one that last moved first."""
    if stands is not None:
        return PageOut(items=all_living(store, stands)[:limit])
    page = page_of(store, limit=limit, cursor=cursor)
    return PageOut(items=list(page.items), cursor=page.cursor)


@router.get("/hypotheses/{hypothesis}")
def hypothesis(store: StoreOf, hypothesis: str, at: When = "") -> dict[str, Any]:
    """An edition whole, with where the hypothesis stands: report, subgraph, seeds, models; what `isthmus replay` reads."""
    return whole(store, find(store, hypothesis), at)


@router.get("/hypotheses/{hypothesis}/history")
def history(store: StoreOf, hypothesis: str) -> Living:
    """What became of it, oldest first, and its editions."""
    return living(store, find(store, hypothesis))


@router.post("/hypotheses/{hypothesis}/events", status_code=status.HTTP_201_CREATED)
def move_hypothesis(store: StoreOf, hypothesis: str, asked: MoveIn, deed: DeedOf) -> Event:
    """Let it become something else; 409 where the table of transitions does not allow it, or somebody else was faster."""
    deed.reviewer = asked.by
    return move(store, find(store, hypothesis), asked.to, who=asked.by, comment=asked.comment)


@router.get("/hypotheses/{hypothesis}/diff")
def diff(
    store: StoreOf,
    hypothesis: str,
    before: Annotated[str, Query(alias="from", max_length=100, description="a date or a graph's hash")] = "",
    after: Annotated[str, Query(alias="to", max_length=100, description="a date or a graph's hash")] = "",
) -> Difference:
    """What changed between two editions; by default the last two."""
    return difference_of(store, find(store, hypothesis), before, after)
