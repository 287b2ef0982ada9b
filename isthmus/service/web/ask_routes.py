"""The page of a question in words: the plan that it becomes, part by part, and below it what the graph answers."""

from __future__ import annotations

from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Request
from fastapi.responses import RedirectResponse, Response

from isthmus.service.api.dependencies import GraphsOf
from isthmus.service.api.heavy import HeavyOf
from isthmus.service.graphs import Graphs
from isthmus.service.lexicon import lexicon
from isthmus.service.names import AmbiguousName
from isthmus.service.questions.model import configured_asker
from isthmus.service.questions.plan import EXAMPLES, Mode, QueryPlan, UnreadableQuestion, sentence
from isthmus.service.questions.reading import read_question
from isthmus.service.questions.run import run_plan
from isthmus.service.web.pages import render
from isthmus.service.web.question_form import MOST_CANDIDATES, MOST_PATHS, AskedCandidates, AskedPaths
from isthmus.service.web.refusals import FragmentRoute, PageRoute

router = APIRouter(route_class=PageRoute, include_in_schema=False)
fragment_router = APIRouter(route_class=FragmentRoute, include_in_schema=False)

Words = Annotated[str, Query(max_length=500)]


@router.get("/ask")
def ask(request: Request, graphs: GraphsOf, q: Words = "") -> Response:
    """A question and its plan. The answer comes after it, in the form of the page that has such answers."""
    words = q.strip()
    if not words:
        return RedirectResponse("/question", 303)
    try:
        plan = read_question(words, graphs.store, lexicon(), configured_asker())
    except UnreadableQuestion as error:
        return render(request, "ask.html.jinja", 422, q=words, plan=None, reason=str(error), examples=EXAMPLES)
    except AmbiguousName as error:
        return render(request, "ask.html.jinja", 409, q=words, plan=None, reason=str(error), examples=EXAMPLES)
    asked = asked_by(plan)
    page = {AskedPaths: "/question", AskedCandidates: "/candidates", None: "/ask"}[type(asked) if asked else None]
    query = asked.query() if asked else urlencode({"q": words})
    return render(
        request,
        "ask.html.jinja",
        q=words,
        plan=plan,
        sentence=sentence(plan),
        told={name: value for name, value in plan.asked().items() if name != "mode"},
        answer_at=f"{page}/answer?{query}",
        change_at=f"{page}?{query}" if asked else "",
        whole_at=f"{page}{'/answer' if asked is None else ''}?{query}{'&whole=true' if asked else ''}",
    )


def asked_by(plan: QueryPlan) -> AskedPaths | AskedCandidates | None:
    """The plan as the address of the page that shows such answers; ``None`` where there is no such page."""
    a, c = plan.a, plan.c
    if plan.mode is Mode.CLOSED and a and c:
        return AskedPaths(
            from_=a.name or a.text,
            from_id=a.id,
            to=c.name or c.text,
            to_id=c.id,
            max_hops=plan.max_hops or 3,
            top=min(plan.top or 10, MOST_PATHS),
            sign=plan.sign,
            as_of=plan.as_of,
        )
    if plan.mode is Mode.OPEN and a and plan.category and plan.sign is None:
        return AskedCandidates(
            for_=a.name or a.text,
            for_id=a.id,
            category=plan.category,
            top=min(plan.top or 20, MOST_CANDIDATES),
            new=plan.new,
            as_of=plan.as_of,
        )
    return None


@fragment_router.get("/ask/answer")
async def ask_answer(request: Request, graphs: GraphsOf, heavy: HeavyOf, q: Words) -> Response:
    """What the graph answers to a question that no other page is made for."""
    told = await heavy.run(_answered, graphs, q)
    return render(request, "ask_answer.html.jinja", **told)


def _answered(graphs: Graphs, question: str) -> dict[str, Any]:
    plan = read_question(question, graphs.store, lexicon(), configured_asker())
    found = run_plan(plan, graphs.store, graphs.snapshot, lexicon().canonical)
    return {"plan": plan, "mode": plan.mode.value, "answer": found.answer, "notes": found.notes}
