"""``isthmus question``: a question in plain language, the plan that it becomes, and the answer."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated

import typer

from isthmus.service.cli.options import JsonOption, StoreOption, open_existing, print_json

if TYPE_CHECKING:
    from isthmus.graph.stores.protocol import Store
    from isthmus.service.questions.plan import QueryPlan
    from isthmus.service.questions.run import QuestionAnswer


def question(
    text: Annotated[str, typer.Argument(metavar="QUESTION", help="In plain English.", show_default=False)],
    plan_only: Annotated[bool, typer.Option("--plan-only", help="Show what would be asked; ask nothing.")] = False,
    model: Annotated[
        str,
        typer.Option(
            "--model",
            metavar="NAME",
            help="Chat model that reads the question, as provider:model. By default ISTHMUS_LLM; without one, rules do.",
            show_default=False,
        ),
    ] = "",
    store: StoreOption = "",
    json: JsonOption = False,
) -> None:
    """Ask in plain English: "which drugs might help Parkinson disease, as of 2005?"."""
    from isthmus.service.lexicon import lexicon
    from isthmus.service.questions.model import configured_asker
    from isthmus.service.questions.reading import read_question

    ask = configured_asker(model)
    with open_existing(store) as opened:
        plan = read_question(text, opened, lexicon(), ask)
        for line in () if json else _plan_lines(plan):
            typer.echo(line, err=not plan_only)
        if plan_only:
            if json:
                print_json({"plan": plan.model_dump(mode="json")})
            return
        answered = _answered(plan, opened)
    if json:
        print_json(answered.model_dump(mode="json", by_alias=True))
        return
    from isthmus.service.cli.question_tables import print_answer

    print_answer(answered)


def _answered(plan: QueryPlan, store: Store) -> QuestionAnswer:
    """The answer, with what earlier commands learned of the graph; what this one learns is kept."""
    from isthmus.graph.discovery.memory.snapshot import Snapshot
    from isthmus.service.graphs import snapshot_of
    from isthmus.service.learned import keep, recall
    from isthmus.service.lexicon import lexicon
    from isthmus.service.questions.run import run_plan

    used: list[Snapshot] = []

    def at(year: int | None) -> Snapshot:
        used.append(recall(snapshot_of(store, year)))
        return used[-1]

    answered = run_plan(plan, store, at, lexicon().canonical)
    for snapshot in used:
        keep(snapshot)
    return answered


def _plan_lines(plan: QueryPlan) -> Iterator[str]:
    """The plan in a line, then what each part came from, what was passed over, and what else to know."""
    from isthmus.service.questions.plan import Source, sentence

    yield f"plan ({plan.mode}): {sentence(plan)}"
    for part in plan.parts:
        words = f"“{part.text}”" if part.text else ""
        if part.source is Source.DEFAULT:
            yield f"  {part.field}: not said, {_value(plan, part.field)}"
        else:
            yield f"  {part.field}: {_value(plan, part.field)}  by {part.source} {words}".rstrip()
    for one in plan.ignored:
        yield f"  ignored: “{one.text}” ({one.reason})"
    for note in plan.notes:
        yield f"  note: {note}"


def _value(plan: QueryPlan, field: str) -> str:
    value = getattr(plan, field)
    return str(getattr(value, "key", value))
