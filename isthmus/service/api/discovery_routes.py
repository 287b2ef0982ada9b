"""Questions: paths between two entities and why, candidates for one, scores of pairs, gaps, the backtest."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query
from fastapi.responses import HTMLResponse

from isthmus.errors import UsageError
from isthmus.graph.vocabulary import Category
from isthmus.service.answers import CandidatesAnswer, PathsAnswer, answer_candidates, answer_paths
from isthmus.service.api.dependencies import AsOf, GraphsOf
from isthmus.service.api.schemas import BacktestOut, PairsIn, ScoresOut
from isthmus.service.backtest_page import backtest_page
from isthmus.service.backtests import answer_backtest
from isthmus.service.gaps import BridgesAnswer, GapsAnswer, answer_bridges, answer_gaps
from isthmus.service.lexicon import lexicon
from isthmus.service.names import resolve
from isthmus.service.pair_scores import answer_scores
from isthmus.service.why import WhyAnswer, answer_why

router = APIRouter(tags=["discovery"])

Name = Annotated[str, Query(min_length=1, max_length=500, description="a CURIE or a name")]
From = Annotated[str, Query(alias="from", min_length=1, max_length=500, description="a CURIE or a name")]
MaxHops = Annotated[int, Query(ge=1, le=4)]
Subfield = Annotated[
    str, Query(max_length=500, description="a name, CURIE, category or modality:NAME; empty for the map")
]
Year = Annotated[int, Query(ge=1000, le=9999)]


class HalfAPair(UsageError):
    """One subfield named without the other."""


@router.get("/paths")
def paths(
    graphs: GraphsOf,
    from_: From,
    to: Name,
    max_hops: MaxHops = 3,
    top: Annotated[int, Query(ge=1, le=200)] = 10,
    as_of: AsOf = None,
) -> PathsAnswer:
    """The best paths between two entities, each hop with its sentences."""
    store = graphs.store
    source, target = (resolve(name, store, lexicon().canonical) for name in (from_, to))
    return answer_paths(store, graphs.snapshot(as_of), source, target, max_hops=max_hops, top=top)


@router.get("/candidates")
def candidates(
    graphs: GraphsOf,
    for_: Annotated[str, Query(alias="for", min_length=1, max_length=500, description="a CURIE or a name")],
    category: Category = Category.DRUG,
    top: Annotated[int, Query(ge=1, le=200)] = 20,
    new: Annotated[bool, Query(description="leave out what a statement joins to it already")] = False,
    as_of: AsOf = None,
) -> CandidatesAnswer:
    """The entities of a category that rank best for one entity."""
    store = graphs.store
    entity = resolve(for_, store, lexicon().canonical)
    return answer_candidates(store, graphs.snapshot(as_of), entity, category, top=top, new=new)


@router.get("/why")
def why(
    graphs: GraphsOf,
    from_: From,
    to: Name,
    path: Annotated[int, Query(ge=1, le=200, description="which of the paths, from 1")] = 1,
    max_hops: MaxHops = 3,
    top: Annotated[int, Query(ge=1, le=1000, description="beyond this rank a path counts as lost")] = 10,
    as_of: AsOf = None,
) -> WhyAnswer:
    """Where a path would rank without each paper, group or kind of research that it stands on."""
    store = graphs.store
    source, target = (resolve(name, store, lexicon().canonical) for name in (from_, to))
    return answer_why(store, graphs.snapshot(as_of), source, target, number=path, max_hops=max_hops, top=top)


@router.post("/score")
def score(graphs: GraphsOf, pairs: PairsIn, as_of: AsOf = None) -> ScoresOut:
    """The scores of pairs, in their order; a pair that cannot be scored has the reason."""
    scores = answer_scores(
        [(pair.a, pair.c) for pair in pairs.pairs], graphs.store, graphs.snapshot(as_of), lexicon().canonical
    )
    return ScoresOut(as_of=as_of, scores=scores)


@router.get("/gaps")
def gaps(
    graphs: GraphsOf,
    a: Subfield = "",
    b: Subfield = "",
    top: Annotated[int, Query(ge=1, le=200)] = 20,
    as_of: AsOf = None,
) -> GapsAnswer | BridgesAnswer:
    """Which pairs of subfields ought to talk and do not; with ``a`` and ``b``, what would bridge these two."""
    if bool(a) != bool(b):
        raise HalfAPair("name two subfields, a and b, or neither for the whole map")
    store, snapshot = graphs.store, graphs.snapshot(as_of)
    if a:
        return answer_bridges(store, snapshot, a, b, lexicon().canonical, top=top)
    return answer_gaps(store, snapshot, top=top)


@router.get("/backtest")
def backtest(graphs: GraphsOf, cut: Year, until: Year | None = None) -> BacktestOut:
    """How well the graph as of a year would have foretold what came after, beside simple baselines."""
    return BacktestOut.model_validate(answer_backtest(graphs.store, graphs.snapshot(), cut, until))


@router.get("/backtest.html", response_class=HTMLResponse)
def backtest_as_page(graphs: GraphsOf, cut: Year, until: Year | None = None) -> str:
    """The same as a page with plots."""
    return backtest_page(answer_backtest(graphs.store, graphs.snapshot(), cut, until))
