"""The pages of hypotheses: those that are kept, the report of each, what became of it and what a person makes of it."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form, Query, Request
from fastapi.responses import RedirectResponse, Response

from isthmus.graph.model import Entity
from isthmus.graph.stores.protocol import Store
from isthmus.service.api.dependencies import DeedOf, GraphsOf, StoreOf
from isthmus.service.api.heavy import HeavyOf
from isthmus.service.graphs import Graphs
from isthmus.service.hypotheses.edition import edition_of, parts_of
from isthmus.service.hypotheses.kept import all_living, find, keep, living, whole
from isthmus.service.hypotheses.status import Status
from isthmus.service.lexicon import lexicon
from isthmus.service.names import resolve
from isthmus.service.panel.assemble import propose
from isthmus.service.panel.render import Page
from isthmus.service.web.hypothesis_views import (
    HASH_SHOWN,
    copies_of,
    difference_before,
    judge,
    judgements,
    row_of,
    shown_edition,
)
from isthmus.service.web.pages import render
from isthmus.service.web.refusals import PageRoute

router = APIRouter(route_class=PageRoute, include_in_schema=False)

ROWS = 50  # on a page
End = Annotated[str, Form(min_length=1, max_length=500)]


@router.get("/hypotheses")
def hypotheses(
    request: Request,
    store: StoreOf,
    status: Status | None = None,
    start: Annotated[int, Query(ge=0, le=1_000_000)] = 0,
) -> Response:
    """Those that are kept, or that stand so; the one that moved last is first."""
    every = all_living(store)
    counts = [(each, sum(one.status is each for one in every)) for each in Status]
    found = [one for one in every if status in (None, one.status)]
    return render(
        request,
        "hypotheses.html.jinja",
        rows=[row_of(one) for one in found[start : start + ROWS]],
        counts=[(each, count) for each, count in counts if count],
        total=len(every),
        status=status,
        next=start + ROWS if start + ROWS < len(found) else None,
    )


@router.post("/hypotheses")
async def propose_link(
    graphs: GraphsOf,
    heavy: HeavyOf,
    deed: DeedOf,
    start: Annotated[End, Form(alias="from")],
    to: End,
    max_hops: Annotated[int, Form(ge=1, le=4)] = 3,
    as_of: Annotated[str, Form(pattern=r"^([12][0-9]{3})?$")] = "",
) -> Response:
    """Propose a link and keep it; the same one again has one more edition where the graph is another one."""
    kept = await heavy.run(_kept, graphs, start, to, max_hops, int(as_of) if as_of else None)
    return RedirectResponse(f"/hypotheses/{kept}", 303)


def _kept(graphs: Graphs, start: str, to: str, max_hops: int, as_of: int | None) -> str:
    store, snapshot = graphs.store, graphs.snapshot(as_of)
    ends = _entity(store, start), _entity(store, to)
    proposal = propose(store, snapshot, *ends, max_hops=max_hops)
    return keep(store, edition_of(store, snapshot, proposal, max_hops=max_hops)).hypothesis.id


def _entity(store: Store, text: str) -> Entity:
    return resolve(text, store, lexicon().canonical)


@router.get("/hypotheses/{hypothesis}")
def hypothesis(
    request: Request, store: StoreOf, hypothesis: str, at: Annotated[str, Query(max_length=100)] = ""
) -> Response:
    """An edition of a hypothesis, by default the last: its report, what moved since the one before, what people say."""
    one = living(store, find(store, hypothesis))
    report, edition = parts_of(whole(store, one.hypothesis.id, at))
    shown = shown_edition(one, edition.created)
    return render(
        request,
        "hypothesis.html.jinja",
        one=one,
        report=report,
        page=Page(report),
        shown=shown,
        latest=shown == one.hypothesis.editions[-1],
        moved=difference_before(store, one, shown),
        judgements=judgements(one.status),
        copies=copies_of(report, one.hypothesis.id, shown, str(request.base_url).rstrip("/")),
        hash_shown=HASH_SHOWN,
        online=True,
    )


@router.post("/hypotheses/{hypothesis}/moves")
def move_on(
    store: StoreOf,
    deed: DeedOf,
    hypothesis: str,
    to: Annotated[Status, Form()],
    reviewer: Annotated[str, Form(max_length=200)],
    comment: Annotated[str, Form(max_length=10_000)] = "",
) -> Response:
    """What a person makes of it: accepted, rejected, under review."""
    deed.reviewer = reviewer
    one = living(store, find(store, hypothesis))
    judge(store, one.hypothesis.id, one.status, to, who=reviewer, comment=comment)
    return RedirectResponse(f"/hypotheses/{one.hypothesis.id}", 303)
