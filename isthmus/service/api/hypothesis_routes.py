"""Hypotheses: those that are kept, what became of them, what changed."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Response, status
from pydantic import BaseModel, ConfigDict, Field, StrictBool, StrictInt

from isthmus.service.api.dependencies import Cursor, DeedOf, GraphsOf, Limit, StoreOf
from isthmus.service.api.examples import DISEASE_NAME, DRUG_NAME, HYPOTHESIS, REVIEWER, example
from isthmus.service.api.report_forms import FORMS, FormOf, told
from isthmus.service.api.schemas import PageOut
from isthmus.service.api.tables_out import ListsOf, as_table
from isthmus.service.hypotheses.diff import Difference
from isthmus.service.hypotheses.edition import edition_of, parts_of
from isthmus.service.hypotheses.hypothesis import Event, Living
from isthmus.service.hypotheses.kept import difference_of, find, keep, living, move, page_of, whole
from isthmus.service.hypotheses.status import Status
from isthmus.service.lexicon import lexicon
from isthmus.service.names import resolve
from isthmus.service.panel.assemble import propose
from isthmus.service.panel.convene import convene
from isthmus.service.panel.formats import ReportFormat

router = APIRouter(tags=["hypotheses"])

HypothesisId = Annotated[
    str, Path(max_length=200, description="its id, or six characters of its beginning or more", examples=[HYPOTHESIS])
]

LOOKS = 20  # into the store, for one page of those that stand so
When = Annotated[
    str, Query(max_length=100, description="a date, or a graph's hash or its beginning; empty for the last edition")
]


class MoveIn(BaseModel):
    """What a hypothesis becomes, and who says so."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra=example({"to": "under_review", "by": REVIEWER, "comment": "the AMPK hop is well tested"}),
    )

    to: Status
    by: str = Field(min_length=1, max_length=200)
    comment: str = Field("", max_length=10_000)


class QuestionIn(BaseModel):
    """A link to be proposed and kept."""

    model_config = ConfigDict(
        extra="forbid", populate_by_name=True, json_schema_extra=example({"from": DRUG_NAME, "to": DISEASE_NAME})
    )

    from_: str = Field(alias="from", min_length=1, max_length=500, description="a CURIE or a name")
    to: str = Field(min_length=1, max_length=500, description="a CURIE or a name")
    max_hops: StrictInt = Field(3, ge=1, le=4)
    as_of: StrictInt | None = Field(None, ge=1000, le=9999, description="the graph as it was at the end of that year")
    panel: StrictBool = Field(False, description="whether the specialists discuss it")


@router.post("/hypotheses", status_code=status.HTTP_201_CREATED)
def keep_link(graphs: GraphsOf, asked: QuestionIn) -> dict[str, Any]:
    """Propose a link and keep it; the same question again is the same hypothesis, with an edition for each graph."""
    store, snapshot = graphs.store, graphs.snapshot(asked.as_of)
    source, target = (resolve(name, store, lexicon().canonical) for name in (asked.from_, asked.to))
    discuss = convene() if asked.panel else None
    proposal = propose(store, snapshot, source, target, max_hops=asked.max_hops, discuss=discuss)
    kept = keep(store, edition_of(store, snapshot, proposal, max_hops=asked.max_hops))
    return whole(store, kept.hypothesis.id)


@router.get("/hypotheses", **as_table(Living))
def list_(
    store: StoreOf,
    lists: ListsOf,
    stands: Annotated[Status | None, Query(alias="status", description="only those that stand so")] = None,
    limit: Limit = 100,
    cursor: Cursor = "",
) -> PageOut[Living] | Response:
    """Those that are kept, by id. With a status a page may hold fewer than asked, and more follow."""

    def page(limit: int, cursor: str) -> PageOut[Living]:
        found: list[Living] = []
        for _ in range(LOOKS):
            some = page_of(store, limit=limit - len(found), cursor=cursor)
            found += [one for one in some.items if stands in (None, one.status)]
            cursor = some.cursor
            if not cursor or len(found) == limit:
                break
        return PageOut(items=found, cursor=cursor)

    return lists.paged(Living, page, limit=limit, cursor=cursor)


@router.get("/hypotheses/{hypothesis}", response_model=dict[str, Any], responses=FORMS)
def show(store: StoreOf, hypothesis: HypothesisId, form: FormOf, at: When = "") -> dict[str, Any] | Response:
    """An edition whole, with where the hypothesis stands: report, subgraph, seeds, models; what `isthmus replay` reads.

    In another form than JSON its report alone.
    """
    found = whole(store, find(store, hypothesis), at)
    return found if form is ReportFormat.JSON else told(parts_of(found)[0], form)


@router.get("/hypotheses/{hypothesis}/history")
def history(store: StoreOf, hypothesis: HypothesisId) -> Living:
    """What became of it, oldest first, and its editions."""
    return living(store, find(store, hypothesis))


@router.post("/hypotheses/{hypothesis}/events", status_code=status.HTTP_201_CREATED)
def move_on(store: StoreOf, hypothesis: HypothesisId, asked: MoveIn, deed: DeedOf) -> Event:
    """Let it become something else; 409 where the table of transitions does not allow it, or somebody else was faster."""
    deed.reviewer = asked.by
    return move(store, find(store, hypothesis), asked.to, who=asked.by, comment=asked.comment)


@router.get("/hypotheses/{hypothesis}/diff")
def diff(
    store: StoreOf,
    hypothesis: HypothesisId,
    before: Annotated[str, Query(alias="from", max_length=100, description="a date or a graph's hash")] = "",
    after: Annotated[str, Query(alias="to", max_length=100, description="a date or a graph's hash")] = "",
) -> Difference:
    """What changed between two editions; by default the last two."""
    return difference_of(store, find(store, hypothesis), before, after)
