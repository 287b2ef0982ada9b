"""``isthmus review``: what waits for a look, verdicts, how well reviewers agree, and what verdicts teach."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from isthmus.errors import UsageError
from isthmus.service.cli import review_blind
from isthmus.service.cli.options import JsonOption, StoreOption, open_existing, open_graph, print_json

if TYPE_CHECKING:
    from isthmus.graph.model import Entity
    from isthmus.graph.stores.protocol import Store
    from isthmus.service.review.waiting import QueueAnswer

app = typer.Typer(invoke_without_command=True, help="Judge statements and hypotheses, the most telling first.")
app.add_typer(review_blind.app, name="blind")

ForOption = Annotated[str, typer.Option("--for", metavar="A", help="Only what answers for this CURIE or name lean on.")]
HypothesisOption = Annotated[
    str, typer.Option("--hypothesis", metavar="ID", help="Only this one and what it rests on.")
]
Target = Annotated[str, typer.Argument(metavar="ID", help="Of a statement or hypothesis.", show_default=False)]


class NoTerminal(UsageError):
    """A command that asks for keys where nobody can press one."""


@app.callback()
def review(
    context: typer.Context,
    entity: ForOption = "",
    hypothesis: HypothesisOption = "",
    reviewer: review_blind.ReviewerOption = "",
    store: StoreOption = "",
) -> None:
    """Walk through the queue, one key for each verdict (? shows the keys); belief moves at once."""
    if context.invoked_subcommand is not None:
        return
    if not sys.stdin.isatty():
        raise NoTerminal(
            "isthmus review asks for keys and this is no terminal: see `isthmus review list`, "
            "then `isthmus review give ID --verdict correct`"
        )
    from isthmus.service.cli.review_walk import TerminalKeys, walk
    from isthmus.service.review.reviewer import reviewer_name
    from isthmus.service.review.waiting import answer_queue

    name = reviewer_name(reviewer)
    with open_graph(store) as (opened, snapshot):
        source = _entity(opened, entity)

        def page(cursor: str) -> QueueAnswer:
            return answer_queue(
                opened, snapshot, reviewer=name, source=source, hypothesis=hypothesis, limit=20, cursor=cursor
            )

        walk(opened, name, page, TerminalKeys())


@app.command("list")
def list_(
    entity: ForOption = "",
    hypothesis: HypothesisOption = "",
    top: Annotated[int, typer.Option("--top", min=1, max=500, help="How many to show.")] = 20,
    cursor: Annotated[str, typer.Option(help="From the page before.", show_default=False)] = "",
    reviewer: review_blind.ReviewerOption = "",
    store: StoreOption = "",
    json: JsonOption = False,
) -> None:
    """What is most worth a look: what is in doubt and much leans on. What you judged already is left out."""
    from isthmus.service.review.reviewer import reviewer_name
    from isthmus.service.review.waiting import answer_queue

    with open_graph(store) as (opened, snapshot):
        answer = answer_queue(
            opened,
            snapshot,
            reviewer=reviewer_name(reviewer),
            source=_entity(opened, entity),
            hypothesis=hypothesis,
            limit=top,
            cursor=cursor,
        )
    if json:
        print_json(answer.model_dump(mode="json"))
    else:
        from isthmus.service.cli.review_tables import print_queue

        print_queue(answer)


@app.command()
def give(
    target: Target,
    verdict: Annotated[
        str,
        typer.Option(
            metavar="KIND",
            help="correct, wrong-relation, wrong-entity, wrong-direction, negation-missed, speculative or other.",
            show_default=False,
        ),
    ],
    comment: Annotated[str, typer.Option(help="Why.")] = "",
    evidence: Annotated[str, typer.Option(metavar="ID", help="The sentence that you looked at.")] = "",
    reviewer: review_blind.ReviewerOption = "",
    store: StoreOption = "",
    json: JsonOption = False,
) -> None:
    """Say what you think of a statement or hypothesis; it takes the place of what you said before."""
    from isthmus.service.review.reviewer import reviewer_name
    from isthmus.service.review.told import MovedAnswer
    from isthmus.service.review.verdicts import give as give_verdict
    from isthmus.service.review.verdicts import verdict_kind

    kind, name = verdict_kind(verdict), reviewer_name(reviewer)
    with open_existing(store) as opened:
        moved = MovedAnswer.of(give_verdict(opened, target, kind, name, comment=comment, evidence=evidence))
    if json:
        print_json(moved.model_dump(mode="json"))
    else:
        from isthmus.service.cli.review_tables import print_moved

        print_moved(moved)


@app.command()
def undo(
    target: Annotated[str, typer.Argument(metavar="[ID]", help="By default whatever you judged last.")] = "",
    reviewer: review_blind.ReviewerOption = "",
    store: StoreOption = "",
    json: JsonOption = False,
) -> None:
    """Take your latest verdict back; what you said of it before counts again."""
    from isthmus.service.review.reviewer import reviewer_name
    from isthmus.service.review.told import MovedAnswer
    from isthmus.service.review.verdicts import undo as undo_verdict

    with open_existing(store) as opened:
        moved = MovedAnswer.of(undo_verdict(opened, reviewer_name(reviewer), target))
    if json:
        print_json(moved.model_dump(mode="json"))
    else:
        from isthmus.service.cli.review_tables import print_moved

        print_moved(moved, taken_back=True)


@app.command()
def show(target: Target, store: StoreOption = "", json: JsonOption = False) -> None:
    """A statement with its sentences, both ends marked, and all that reviewers said of it."""
    from isthmus.service.review.shown import answer_show

    with open_existing(store) as opened:
        answer = answer_show(opened, target)
    if json:
        print_json(answer.model_dump(mode="json"))
    else:
        from isthmus.service.cli.review_tables import print_shown

        print_shown(answer)


@app.command()
def agreement(store: StoreOption = "", json: JsonOption = False) -> None:
    """How well reviewers agree beyond chance (kappa), and what they disagree on."""
    from isthmus.service.review.agreement import answer_agreement

    with open_existing(store) as opened:
        answer = answer_agreement(opened)
    if json:
        print_json(answer.model_dump(mode="json"))
    else:
        from isthmus.service.cli.review_tables import print_agreement

        print_agreement(answer)


@app.command()
def export(
    file: Annotated[Path, typer.Argument(metavar="FILE.jsonl", help="JSON lines to write.", show_default=False)],
    store: StoreOption = "",
    json: JsonOption = False,
) -> None:
    """Write the verdicts as rows that teach: sentence, statement, and whether it is right."""
    from isthmus.service.review.teaching import export_verdicts

    with open_existing(store) as opened:
        taught = export_verdicts(opened, file)
    if json:
        print_json(
            {"file": str(file), "rows": taught.rows, "tied": taught.tied, "without_sentence": taught.without_sentence}
        )
    else:
        left = f"; {taught.tied} tied and {taught.without_sentence} without a sentence left out"
        typer.echo(f"{taught.rows:,} rows in {file}{left if taught.tied or taught.without_sentence else ''}")


def _entity(store: Store, name: str) -> Entity | None:
    from isthmus.service.lexicon import lexicon
    from isthmus.service.names import resolve

    return resolve(name, store, lexicon().canonical) if name else None
