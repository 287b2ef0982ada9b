"""The pages that ask: paths between two entities, candidates for one, a question in words."""

from __future__ import annotations

import json
import shlex
from typing import Annotated, Any
from urllib.parse import urlencode

import orjson
from fastapi import APIRouter, Query, Request
from fastapi.responses import RedirectResponse, Response

from isthmus.graph.model import Entity
from isthmus.graph.stores.protocol import Store
from isthmus.graph.vocabulary import Category
from isthmus.service.api.dependencies import AsOf, GraphsOf
from isthmus.service.asking import answer_candidates, answer_paths
from isthmus.service.kinds import kind
from isthmus.service.lexicon import lexicon
from isthmus.service.names import resolve
from isthmus.service.questions.model import configured_asker
from isthmus.service.questions.plan import Mode, QueryPlan, sentence
from isthmus.service.questions.reading import read_question
from isthmus.service.questions.run import run_plan
from isthmus.service.web.pages import render
from isthmus.service.web.path_picture import Picture, picture
from isthmus.service.web.refusals import PageRoute

router = APIRouter(route_class=PageRoute, include_in_schema=False)

Text = Annotated[str, Query(max_length=500)]
Top = Annotated[int, Query(ge=1, le=50)]
LONGEST_TOLD = 200_000  # characters of an answer that has no page of its own
RANKED = (Category.DRUG, Category.GENE, Category.DISEASE, Category.PHENOTYPIC_FEATURE, Category.BIOLOGICAL_PROCESS,
          Category.CELL, Category.ANATOMICAL_ENTITY, Category.ORGANISM_TAXON)  # fmt: skip


@router.get("/question")
def question(
    request: Request,
    graphs: GraphsOf,
    start: Annotated[str, Query(alias="from", max_length=500)] = "",
    from_id: Text = "",
    to: Text = "",
    to_id: Text = "",
    max_hops: Annotated[int, Query(ge=1, le=4)] = 3,
    as_of: AsOf = None,
    top: Top = 10,
    plan: Text = "",
) -> Response:
    """The best paths between two entities as a picture and a list; without both of them the form alone."""
    form: dict[str, Any] = {"from": start, "from_id": from_id, "to": to, "to_id": to_id, "max_hops": max_hops,
                            "as_of": as_of, "top": top}  # fmt: skip
    if not ((start or from_id) and (to or to_id)):
        return render(
            request, "question.html.jinja", form=form, answer=None, picture=None, drawn="", plan="", copies=[]
        )
    store, snapshot = graphs.store, graphs.snapshot(as_of)
    ends = _entity(store, start, from_id), _entity(store, to, to_id)
    form |= {"from": ends[0].name, "from_id": ends[0].id, "to": ends[1].name, "to_id": ends[1].id}
    answer = answer_paths(store, snapshot, *ends, max_hops=max_hops, top=top)
    drawn = picture(answer.paths)
    return render(
        request,
        "question.html.jinja",
        form=form,
        answer=answer,
        picture=drawn,
        drawn=json.dumps(elements(drawn)),
        plan=plan,
        copies=_copies(ends, max_hops, as_of),
    )


@router.get("/candidates")
def candidates(
    request: Request,
    graphs: GraphsOf,
    entity: Annotated[str, Query(alias="for", max_length=500)] = "",
    for_id: Text = "",
    category: Category = Category.DRUG,
    new: bool = False,
    as_of: AsOf = None,
    top: Top = 20,
    plan: Text = "",
) -> Response:
    """The entities of a category that rank best for one; without one the form alone."""
    form: dict[str, Any] = {"for": entity, "for_id": for_id, "category": category.value, "new": new, "as_of": as_of}
    answer = None
    if entity or for_id:
        store = graphs.store
        found = _entity(store, entity, for_id)
        form |= {"for": found.name, "for_id": found.id}
        answer = answer_candidates(store, graphs.snapshot(as_of), found, category, top=top, new=new)
    return render(request, "candidates.html.jinja", form=form, answer=answer, categories=RANKED, plan=plan)


@router.get("/ask")
def ask(request: Request, graphs: GraphsOf, q: Text = "") -> Response:
    """A question in words: the plan that it becomes, asked on the page that shows such answers."""
    if not q.strip():
        return RedirectResponse("/question", 303)
    plan = read_question(q, graphs.store, lexicon(), configured_asker())
    if where := _page_of(plan):
        return RedirectResponse(where, 303)
    answer = run_plan(plan, graphs.store, graphs.snapshot, lexicon().canonical)
    told = orjson.dumps(answer.model_dump(mode="json", by_alias=True)["answer"], option=orjson.OPT_INDENT_2).decode()
    return render(request, "answer.html.jinja", q=q, plan=sentence(plan), notes=answer.notes, told=told[:LONGEST_TOLD])


def _page_of(plan: QueryPlan) -> str:
    asked = {"plan": sentence(plan), "as_of": plan.as_of, "top": min(plan.top or 10, 50)}
    if plan.mode is Mode.CLOSED and plan.a and plan.c:
        return _to("/question", {"from": plan.a.key, "to": plan.c.key, "max_hops": plan.max_hops, **asked})
    if plan.mode is Mode.OPEN and plan.a and plan.category:
        return _to(
            "/candidates", {"for": plan.a.key, "category": plan.category.value, "new": plan.new or None, **asked}
        )
    if plan.mode is Mode.ENTITY or (plan.mode is Mode.EVIDENCE and plan.c is None):
        assert plan.a is not None
        return f"/entities/{plan.a.key}"
    return ""


def _to(path: str, given: dict[str, Any]) -> str:
    return f"{path}?{urlencode({name: value for name, value in given.items() if value is not None})}"


def _entity(store: Store, text: str, curie: str) -> Entity:
    return resolve(curie or text, store, lexicon().canonical)


def elements(drawn: Picture) -> list[dict[str, Any]]:
    """The picture as Cytoscape's elements, each node where it is drawn."""
    nodes = [
        {
            "data": {"id": one.id, "name": one.name, "whole": one.whole, "kind": kind(one.category)},
            "position": {"x": one.x + 80, "y": one.middle},
        }
        for one in drawn.nodes
    ]
    edges = [
        {
            "data": {
                "id": one.statement,
                "source": one.source,
                "target": one.target,
                "words": one.words,
                "sign": one.sign,
                "directed": bool(one.points),
                "belief": one.belief,
                "weakest": one.weakest,
                "paths": list(one.paths),
            }
        }
        for one in drawn.edges
    ]
    return nodes + edges


def _copies(ends: tuple[Entity, Entity], max_hops: int, as_of: int | None) -> list[tuple[str, str]]:
    """The question of the page for programs."""
    a, c = (end.id for end in ends)
    asked = {"from": a, "to": c, "max_hops": max_hops, **({"as_of": as_of} if as_of else {})}
    year = f" --as-of {as_of}" if as_of else ""
    arguments = f"from: {json.dumps(a)}, to: {json.dumps(c)}, maxHops: {max_hops}" + (
        f", asOf: {as_of}" if as_of else ""
    )
    return [
        (
            "Command line",
            f"isthmus paths --from {shlex.quote(a)} --to {shlex.quote(c)} --max-hops {max_hops}{year} --json",
        ),
        ("REST", f"/api/v1/paths?{urlencode(asked)}"),
        ("GraphQL", f"{{ paths({arguments}) {{ score pValue nodes {{ name }} }} }}"),
        (
            "Cypher",
            f"MATCH path = (:Entity {{id: {_quoted(a)}}})-[*1..{max_hops}]-(:Entity {{id: {_quoted(c)}}}) RETURN path LIMIT 25",
        ),
    ]


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace("'", "\\'")
    return f"'{escaped}'"
