"""Questions: paths between two entities and why, candidates for one, scores of pairs, gaps, the backtest."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Query
from fastapi.responses import HTMLResponse

from isthmus.graph.vocabulary import Category
from isthmus.service.api.dependencies import AsOf, GraphsOf
from isthmus.service.api.schemas import BacktestOut, PairsIn, ScoresOut
from isthmus.service.asking import CandidatesAnswer, PathsAnswer, answer_candidates, answer_paths
from isthmus.service.backtest_page import backtest_page
from isthmus.service.backtests import answer_backtest
from isthmus.service.co_mention import CoMentionCandidatesAnswer, answer_candidates_by_co_mention
from isthmus.service.gaps import BridgesAnswer, GapsAnswer, answer_bridges, answer_gaps
from isthmus.service.lexicon import lexicon
from isthmus.service.names import HalfAPair, resolve
from isthmus.service.pair_scores import answer_scores
from isthmus.service.why import (
    WhyAnswer,
    WhyCandidateAnswer,
    answer_why,
    answer_why_candidate,
    path_or_candidate,
)

router = APIRouter(tags=["discovery"])

Name = Annotated[str, Query(min_length=1, max_length=500, description="a CURIE or a name")]
From = Annotated[str, Query(alias="from", min_length=1, max_length=500, description="a CURIE or a name")]
MaxHops = Annotated[int, Query(ge=1, le=4)]
Subfield = Annotated[
    str, Query(max_length=500, description="a name, CURIE, category or modality:NAME; empty for the map")
]
Year = Annotated[int, Query(ge=1000, le=9999)]
New = Annotated[
    bool, Query(description="leave out what a statement joins to it already; by co-mention also what a paper does")
]
Kin = Annotated[bool, Query(description="rank its parents, lookalikes and family too")]


@router.get("/paths")
def paths(
    graphs: GraphsOf,
    from_: From,
    to: Name,
    max_hops: MaxHops = 3,
    top: Annotated[int, Query(ge=1, le=200)] = 10,
    co_mention: Annotated[bool, Query(description="also who papers name with both, as where there is no path")] = False,
    as_of: AsOf = None,
) -> PathsAnswer:
    """The best paths between two entities, each hop with its sentences."""
    store = graphs.store
    ends = [resolve(name, store, lexicon().canonical) for name in (from_, to)]
    return answer_paths(store, graphs.snapshot(as_of), *ends, max_hops=max_hops, top=top, co_mention=co_mention)


@router.get("/candidates")
def candidates(
    graphs: GraphsOf,
    for_: Annotated[str, Query(alias="for", min_length=1, max_length=500, description="a CURIE or a name")],
    category: Category = Category.DRUG,
    by: Annotated[
        Literal["statements", "co-mention"], Query(description="what statements say, or what papers name together")
    ] = "statements",
    top: Annotated[int, Query(ge=1, le=200)] = 20,
    new: New = False,
    kin: Kin = False,
    as_of: AsOf = None,
) -> CandidatesAnswer | CoMentionCandidatesAnswer:
    """The entities of a category that rank best for one entity."""
    store = graphs.store
    entity = resolve(for_, store, lexicon().canonical)
    ask = answer_candidates if by == "statements" else answer_candidates_by_co_mention
    return ask(store, graphs.snapshot(as_of), entity, category, top=top, new=new, kin=kin)


@router.get("/why")
def why(
    graphs: GraphsOf,
    from_: Annotated[str, Query(alias="from", max_length=500, description="of a path: where it starts")] = "",
    to: Annotated[str, Query(max_length=500, description="of a path: where it ends")] = "",
    path: Annotated[int, Query(ge=1, le=200, description="which of the paths, from 1")] = 1,
    max_hops: MaxHops = 3,
    for_: Annotated[str, Query(alias="for", max_length=500, description="of a candidate: whom it is one for")] = "",
    candidate: Annotated[str, Query(max_length=500, description="of a candidate: which one")] = "",
    category: Annotated[Category, Query(description="of a candidate: what was ranked")] = Category.DRUG,
    new: New = False,
    kin: Kin = False,
    top: Annotated[int, Query(ge=1, le=1000, description="beyond this rank it counts as lost")] = 10,
    as_of: AsOf = None,
) -> WhyAnswer | WhyCandidateAnswer:
    """Where a path (from, to) or a candidate (for, candidate) would rank without each paper, group or kind of research."""
    store = graphs.store
    ends = path_or_candidate(from_, to, for_, candidate)
    a, c = (resolve(name, store, lexicon().canonical) for name in ends)
    snapshot = graphs.snapshot(as_of)
    if from_:
        return answer_why(store, snapshot, a, c, number=path, max_hops=max_hops, top=top)
    return answer_why_candidate(store, snapshot, a, c, category, top=top, new=new, kin=kin)


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
