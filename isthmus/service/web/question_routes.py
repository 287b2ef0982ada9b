"""The pages of paths and candidates: the page comes at once, the answer when it is worked out, since the first may take long."""

from __future__ import annotations

import re
from typing import Annotated, Any

import anyio.to_thread
import orjson
from fastapi import APIRouter, Query, Request
from fastapi.responses import Response

from isthmus.graph.discovery.walks.signs import PathSign
from isthmus.graph.model import Modality
from isthmus.graph.vocabulary import Category
from isthmus.service.api.dependencies import GraphsOf, NotFound, StoreOf
from isthmus.service.api.heavy import HeavyOf
from isthmus.service.asking import answer_candidates, answer_paths
from isthmus.service.graphs import Graphs
from isthmus.service.kinds import example_of
from isthmus.service.path_picture import draw, ways_of, ways_of_bridges
from isthmus.service.web.pages import environment, render
from isthmus.service.web.question_form import MOST_CANDIDATES, MOST_PATHS, AskedCandidates, AskedPaths, meant
from isthmus.service.web.question_views import copies_of, cytoscape, hop_rows, narrowed, score_bars, weakest_hop
from isthmus.service.web.refusals import FragmentRoute, PageRoute
from isthmus.service.web.views import statement_view

router = APIRouter(route_class=PageRoute, include_in_schema=False)
fragment_router = APIRouter(route_class=FragmentRoute, include_in_schema=False)

Paths = Annotated[AskedPaths, Query()]
Candidates = Annotated[AskedCandidates, Query()]
MORE = 15  # paths that come with each "more"
RANKED = (Category.DRUG, Category.GENE, Category.DISEASE, Category.PHENOTYPIC_FEATURE, Category.BIOLOGICAL_PROCESS,
          Category.CELL, Category.ANATOMICAL_ENTITY, Category.ORGANISM_TAXON)  # fmt: skip


@router.get("/question")
async def question(request: Request, graphs: GraphsOf, heavy: HeavyOf, asked: Paths) -> Response:
    """The paths between two entities; without both of them the form alone."""
    given: dict[str, Any] = {}
    if asked.ready:
        asked = await anyio.to_thread.run_sync(_understood, graphs, asked)
        given = await heavy.run(paths_told, graphs, asked, _address(request)) if asked.whole else {}
    return render(
        request, "question.html.jinja", **{"asked": asked, **given}, signs=list(PathSign), modalities=list(Modality)
    )


@fragment_router.get("/question/answer")
async def question_answer(request: Request, graphs: GraphsOf, heavy: HeavyOf, asked: Paths) -> Response:
    """The answer of that page alone."""
    given = await heavy.run(paths_told, graphs, asked, _address(request))
    return render(request, "question_answer.html.jinja", **given)


@router.get("/question/picture.svg")
async def picture_svg(graphs: GraphsOf, heavy: HeavyOf, asked: Paths) -> Response:
    """The picture of the page as a file."""
    told = await heavy.run(paths_told, graphs, asked, "")
    file = environment().get_template("picture_file.svg.jinja").render(drawing=told["drawing"], label=_title(told))
    return _file(file, "image/svg+xml", f"{_title(told)}.svg")


@router.get("/question/picture.cyjs")
async def picture_cytoscape(graphs: GraphsOf, heavy: HeavyOf, asked: Paths) -> Response:
    """The picture of the page for Cytoscape."""
    told = await heavy.run(paths_told, graphs, asked, "")
    return _file(orjson.dumps(told["network"]).decode(), "application/json", f"{_title(told)}.cyjs")


def _understood(graphs: Graphs, asked: AskedPaths) -> AskedPaths:
    store = graphs.store
    return asked.of(meant(store, asked.from_, asked.from_id), meant(store, asked.to, asked.to_id))


def paths_told(graphs: Graphs, asked: AskedPaths, address: str) -> dict[str, Any]:
    """What the template of an answer is given. Raises ``SameEnds``, and for names as ``resolve`` does."""
    store, snapshot = graphs.store, graphs.snapshot(asked.as_of)
    ends = meant(store, asked.from_, asked.from_id), meant(store, asked.to, asked.to_id)
    asked = asked.of(*ends)
    looked_at = MOST_PATHS if asked.narrowed else asked.top
    answer = answer_paths(store, snapshot, *ends, max_hops=asked.max_hops, top=looked_at)
    paths = narrowed(answer.paths, asked)[: asked.top]
    bridges = answer.co_mention.bridges if answer.co_mention and not answer.paths else []
    drawing = draw(ways_of(paths) or ways_of_bridges(answer.from_, answer.to, bridges))
    more = asked.top < MOST_PATHS and (len(answer.paths) == asked.top or (asked.narrowed and len(paths) == asked.top))
    return {
        "asked": asked,
        "answer": answer,
        "paths": paths,
        "weakest": [weakest_hop(path) for path in paths],
        "rows": hop_rows(paths),
        "drawing": drawing,
        "links": {
            line.hop.statement: f"/statements/{line.hop.statement}" for line in drawing.lines if line.hop.statement
        },
        "kinds": [(each, example_of(each)) for each in dict.fromkeys(box.kind for box in drawing.boxes)],
        "network": cytoscape(drawing, f"{answer.from_.name} and {answer.to.name}"),
        "more": min(asked.top + MORE, MOST_PATHS) if more else None,
        "copies": copies_of(asked, address),
    }


@fragment_router.get("/question/sentences/{statement}")
def sentences(request: Request, store: StoreOf, statement: str) -> Response:
    """The sentences of a hop, with both names marked."""
    view = statement_view(store, statement)
    if view is None:
        raise NotFound(f"This graph has no statement {statement[:80]} any more: load the page again.")
    return render(request, "question_sentences.html.jinja", view=view)


@router.get("/candidates")
async def candidates(request: Request, graphs: GraphsOf, heavy: HeavyOf, asked: Candidates) -> Response:
    """What of a category ranks best for one entity; without one the form alone."""
    given: dict[str, Any] = {}
    if asked.ready:
        asked = await anyio.to_thread.run_sync(_understood_one, graphs, asked)
        given = await heavy.run(candidates_told, graphs, asked) if asked.whole else {}
    return render(request, "candidates.html.jinja", **{"asked": asked, **given}, categories=RANKED)


def _understood_one(graphs: Graphs, asked: AskedCandidates) -> AskedCandidates:
    return asked.of(meant(graphs.store, asked.for_, asked.for_id))


@fragment_router.get("/candidates/answer")
async def candidates_answer(request: Request, graphs: GraphsOf, heavy: HeavyOf, asked: Candidates) -> Response:
    """The answer of that page alone."""
    return render(request, "candidates_answer.html.jinja", **await heavy.run(candidates_told, graphs, asked))


def candidates_told(graphs: Graphs, asked: AskedCandidates) -> dict[str, Any]:
    """What the template of an answer is given. Raises for names as ``resolve`` does."""
    store = graphs.store
    entity = meant(store, asked.for_, asked.for_id)
    asked = asked.of(entity)
    answer = answer_candidates(
        store, graphs.snapshot(asked.as_of), entity, asked.category, top=asked.top, new=asked.new, kin=asked.kin
    )
    more = len(answer.candidates) == asked.top < MOST_CANDIDATES
    return {
        "asked": asked,
        "answer": answer,
        "bars": score_bars(answer.candidates),
        "components": list(dict.fromkeys(name for one in answer.candidates for name in one.components)),
        "more": min(asked.top * 2, MOST_CANDIDATES) if more else None,
    }


def _address(request: Request) -> str:
    return str(request.base_url).rstrip("/")


def _title(told: dict[str, Any]) -> str:
    return f"{told['answer'].from_.name} and {told['answer'].to.name}"


def _file(content: str, media_type: str, name: str) -> Response:
    stem, _, ending = name.rpartition(".")
    plain = re.sub(r"[^A-Za-z0-9]+", "-", stem).strip("-")[:80] or "paths"
    headers = {"content-disposition": f'attachment; filename="isthmus-{plain}.{ending}"', "cache-control": "no-cache"}
    return Response(content, media_type=media_type, headers=headers)
