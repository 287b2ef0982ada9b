"""Questions: paths between two entities and why, candidates for one, scores of pairs, gaps, the backtest."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Response
from fastapi.responses import HTMLResponse

from isthmus.graph.vocabulary import Category
from isthmus.service.answers import PathAnswer
from isthmus.service.api.dependencies import AsOf, Cursor, GraphsOf
from isthmus.service.api.examples import DISEASE_NAME, DRUG_NAME
from isthmus.service.api.ranked import (
    CandidatesPage,
    CoMentionCandidatesPage,
    GapsPage,
    PathsPage,
    RankedBy,
    candidates_page,
    gaps_page,
    paths_page,
)
from isthmus.service.api.schemas import BacktestOut, PairsIn, ScoresOut
from isthmus.service.api.tables_out import ListsOf, as_table
from isthmus.service.asking import CandidateAnswer
from isthmus.service.backtest_page import backtest_page
from isthmus.service.backtests import answer_backtest
from isthmus.service.co_mention import CoMentionCandidate
from isthmus.service.gaps import BridgeAnswer, BridgesAnswer, GapAnswer, answer_bridges
from isthmus.service.lexicon import lexicon
from isthmus.service.names import HalfAPair, resolve
from isthmus.service.pair_scores import PairAnswer, answer_scores
from isthmus.service.why import (
    WhyAnswer,
    WhyCandidateAnswer,
    answer_why,
    answer_why_candidate,
    path_or_candidate,
)

router = APIRouter(tags=["discovery"])

To = Annotated[str, Query(min_length=1, max_length=500, description="a CURIE or a name", examples=[DISEASE_NAME])]
From = Annotated[
    str, Query(alias="from", min_length=1, max_length=500, description="a CURIE or a name", examples=[DRUG_NAME])
]
For = Annotated[
    str,
    Query(alias="for", min_length=1, max_length=500, description="a CURIE or a name", examples=[DISEASE_NAME]),
]
MaxHops = Annotated[int, Query(ge=1, le=4, description="statements that a path may have", examples=[3])]
Top = Annotated[int, Query(ge=1, le=200, description="items on a page", examples=[10])]
SUBFIELD = "a name, CURIE, category or modality:NAME; empty for the map"
A = Annotated[str, Query(max_length=500, description=SUBFIELD, examples=["Drug"])]
B = Annotated[str, Query(max_length=500, description=SUBFIELD, examples=["Disease"])]
Cut = Annotated[int, Query(ge=1000, le=9999, description="what is known at the end of that year", examples=[2007])]
Until = Annotated[int | None, Query(ge=1000, le=9999, description="the last year of what is foretold", examples=[2010])]
New = Annotated[
    bool, Query(description="leave out what a statement joins to it already; by co-mention also what a paper does")
]
Kin = Annotated[bool, Query(description="rank its parents, lookalikes and family too")]


@router.get("/paths", **as_table(PathAnswer, PathsPage))
def paths(
    graphs: GraphsOf,
    lists: ListsOf,
    from_: From,
    to: To,
    max_hops: MaxHops = 3,
    top: Top = 10,
    co_mention: Annotated[bool, Query(description="also who papers name with both, as where there is no path")] = False,
    as_of: AsOf = None,
    cursor: Cursor = "",
) -> PathsPage | Response:
    """The best paths between two entities, each hop with its sentences."""
    ends = [resolve(name, graphs.store, lexicon().canonical) for name in (from_, to)]
    found = paths_page(graphs, *ends, max_hops=max_hops, top=top, co_mention=co_mention, as_of=as_of, cursor=cursor)
    return lists.table(PathAnswer, found.paths) if lists.tabular else found


@router.get("/candidates", **as_table(CandidateAnswer, CandidatesPage | CoMentionCandidatesPage))
def candidates(
    graphs: GraphsOf,
    lists: ListsOf,
    for_: For,
    category: Annotated[Category, Query(description="with all that is below it", examples=["Drug"])] = Category.DRUG,
    by: Annotated[RankedBy, Query(description="what statements say, or what papers name together")] = "statements",
    top: Top = 20,
    new: New = False,
    kin: Kin = False,
    as_of: AsOf = None,
    cursor: Cursor = "",
) -> CandidatesPage | CoMentionCandidatesPage | Response:
    """The entities of a category that rank best for one entity."""
    entity = resolve(for_, graphs.store, lexicon().canonical)
    found = candidates_page(graphs, entity, category, by=by, top=top, new=new, kin=kin, as_of=as_of, cursor=cursor)
    if not lists.tabular:
        return found
    if isinstance(found, CandidatesPage):
        return lists.table(CandidateAnswer, found.candidates)
    return lists.table(CoMentionCandidate, found.candidates)


@router.get("/why")
def why(
    graphs: GraphsOf,
    from_: Annotated[
        str, Query(alias="from", max_length=500, description="of a path: where it starts", examples=[DRUG_NAME])
    ] = "",
    to: Annotated[str, Query(max_length=500, description="of a path: where it ends", examples=[DISEASE_NAME])] = "",
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


@router.post("/score", **as_table(PairAnswer, ScoresOut))
def score(graphs: GraphsOf, lists: ListsOf, pairs: PairsIn, as_of: AsOf = None) -> ScoresOut | Response:
    """The scores of pairs, in their order; a pair that cannot be scored has the reason."""
    scores = answer_scores(
        [(pair.a, pair.c) for pair in pairs.pairs], graphs.store, graphs.snapshot(as_of), lexicon().canonical
    )
    return lists.table(PairAnswer, scores) if lists.tabular else ScoresOut(as_of=as_of, scores=scores)


@router.get("/gaps", **as_table(GapAnswer, GapsPage | BridgesAnswer))
def gaps(
    graphs: GraphsOf,
    lists: ListsOf,
    a: A = "",
    b: B = "",
    top: Top = 20,
    as_of: AsOf = None,
    cursor: Annotated[Cursor, Query(description="from the page before, of the map")] = "",
) -> GapsPage | BridgesAnswer | Response:
    """Which pairs of subfields ought to talk and do not; with ``a`` and ``b``, what would bridge these two."""
    if bool(a) != bool(b):
        raise HalfAPair("name two subfields, a and b, or neither for the whole map")
    if a:
        bridged = answer_bridges(graphs.store, graphs.snapshot(as_of), a, b, lexicon().canonical, top=top)
        return lists.table(BridgeAnswer, bridged.bridges) if lists.tabular else bridged
    found = gaps_page(graphs, top=top, as_of=as_of, cursor=cursor)
    return lists.table(GapAnswer, found.gaps) if lists.tabular else found


@router.get("/backtest")
def backtest(graphs: GraphsOf, cut: Cut, until: Until = None) -> BacktestOut:
    """How well the graph as of a year would have foretold what came after, beside simple baselines."""
    return BacktestOut.model_validate(answer_backtest(graphs.store, graphs.snapshot(), cut, until))


@router.get("/backtest.html", response_class=HTMLResponse)
def backtest_as_page(graphs: GraphsOf, cut: Cut, until: Until = None) -> str:
    """The same as a page with plots."""
    return backtest_page(answer_backtest(graphs.store, graphs.snapshot(), cut, until))
