"""A question in plain language, the plan that it becomes, and the answer."""

from __future__ import annotations

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field, StrictBool

from isthmus.service.api.dependencies import GraphsOf
from isthmus.service.api.examples import example
from isthmus.service.lexicon import lexicon
from isthmus.service.questions.model import configured_asker
from isthmus.service.questions.plan import EXAMPLES, QueryPlan
from isthmus.service.questions.reading import read_question
from isthmus.service.questions.rules import LONGEST_QUESTION
from isthmus.service.questions.run import QuestionAnswer, run_plan

router = APIRouter(tags=["questions"])


class QuestionIn(BaseModel):
    """What a person wants to know."""

    model_config = ConfigDict(json_schema_extra=example({"question": EXAMPLES[0]}))

    question: str = Field(min_length=1, max_length=LONGEST_QUESTION)
    plan_only: StrictBool = Field(False, description="show what would be asked, and ask nothing")


class PlanOut(BaseModel):
    """The plan of a question that is not asked."""

    plan: QueryPlan


@router.post("/questions")
def ask(graphs: GraphsOf, asked: QuestionIn) -> QuestionAnswer | PlanOut:
    """The plan that a question becomes, read by the settings' chat model or by rules, and what the graph answers to it."""
    store = graphs.store
    plan = read_question(asked.question, store, lexicon(), configured_asker())
    if asked.plan_only:
        return PlanOut(plan=plan)
    return run_plan(plan, store, graphs.snapshot, lexicon().canonical)
