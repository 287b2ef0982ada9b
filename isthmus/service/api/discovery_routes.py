"""Questions: paths between two entities, candidates for one."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query

from isthmus.graph.vocabulary import Category
from isthmus.service.answers import CandidatesAnswer, PathsAnswer, answer_candidates, answer_paths
from isthmus.service.api.dependencies import AsOf, GraphsOf
from isthmus.service.lexicon import lexicon
from isthmus.service.names import resolve

router = APIRouter(tags=["discovery"])


@router.get("/paths")
def paths(
    graphs: GraphsOf,
    from_: Annotated[str, Query(alias="from", min_length=1, max_length=500, description="a CURIE or a name")],
    to: Annotated[str, Query(min_length=1, max_length=500, description="a CURIE or a name")],
    max_hops: Annotated[int, Query(ge=1, le=4)] = 3,
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
    as_of: AsOf = None,
) -> CandidatesAnswer:
    """The entities of a category that rank best for one entity."""
    store = graphs.store
    entity = resolve(for_, store, lexicon().canonical)
    return answer_candidates(store, graphs.snapshot(as_of), entity, category, top=top)
