"""``isthmus review blind``: can you tell what the graph holds from what chance made?"""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from isthmus.service.cli.options import JsonOption, StoreOption, open_existing, open_graph, print_json

app = typer.Typer(invoke_without_command=True, help="Tell paths of the graph from decoys that chance made.")

ReviewerOption = Annotated[str, typer.Option(metavar="NAME", help="Who judges; by default you.", show_default=False)]
ListId = Annotated[str, typer.Argument(metavar="LIST", help="Id of a blind list.", show_default=False)]


@app.callback()
def blind(
    context: typer.Context,
    size: Annotated[int, typer.Option(min=2, max=400, help="Paths on the list; half of them are decoys.")] = 20,
    seed: Annotated[int, typer.Option(min=0, help="Equal seeds give equal lists.")] = 0,
    hops: Annotated[int, typer.Option(min=1, max=3, help="Statements in a path.")] = 2,
    proposals: Annotated[bool, typer.Option("--proposals", help="Take stored hypotheses first.")] = False,
    reviewer: ReviewerOption = "",
    store: StoreOption = "",
    json: JsonOption = False,
) -> None:
    """Make a list of real paths and decoys, unlabelled; on a terminal, rate them from 1 (decoy) to 5 (real)."""
    if context.invoked_subcommand is not None:
        return
    from isthmus.service.review.blind import answer_blind, make_blind_list
    from isthmus.service.review.interests import proposals_of
    from isthmus.service.review.reviewer import reviewer_name

    name = reviewer_name(reviewer)
    with open_graph(store) as (opened, snapshot):
        first = proposals_of(opened, snapshot) if proposals else []
        made = make_blind_list(opened, snapshot, size, hops=hops, seed=seed, proposals=first)
        answer = answer_blind(opened, made, name)
        if json:
            print_json(answer.model_dump(mode="json"))
            return
        from isthmus.service.cli.review_tables import print_blind

        if not sys.stdin.isatty():
            print_blind(answer)
            return
        from isthmus.service.cli.review_walk import TerminalKeys, rate_blind

        rate_blind(opened, answer, TerminalKeys())


@app.command()
def rate(
    list_id: ListId,
    number: Annotated[int, typer.Argument(metavar="NUMBER", help="Of the item.", show_default=False)],
    rating: Annotated[float, typer.Argument(metavar="1-5", help="1 decoy, 5 real.", show_default=False)],
    reviewer: ReviewerOption = "",
    store: StoreOption = "",
    json: JsonOption = False,
) -> None:
    """Rate one path of a list, in place of what you thought of it before."""
    from isthmus.service.review.blind import rate as rate_item
    from isthmus.service.review.reviewer import reviewer_name

    name = reviewer_name(reviewer)
    with open_existing(store) as opened:
        rated = rate_item(opened, list_id, name, {number: rating})
    if json:
        print_json({"list": list_id, "reviewer": name, "rated": {str(one): rated[one] for one in sorted(rated)}})
    else:
        typer.echo(f"{len(rated)} rated")


@app.command()
def show(list_id: ListId, reviewer: ReviewerOption = "", store: StoreOption = "", json: JsonOption = False) -> None:
    """A list that was made, as you see it."""
    from isthmus.service.review.blind import answer_blind, blind_list
    from isthmus.service.review.reviewer import reviewer_name

    with open_existing(store) as opened:
        answer = answer_blind(opened, blind_list(opened, list_id), reviewer_name(reviewer))
    if json:
        print_json(answer.model_dump(mode="json"))
    else:
        from isthmus.service.cli.review_tables import print_blind

        print_blind(answer)


@app.command()
def lists(store: StoreOption = "", json: JsonOption = False) -> None:
    """The lists that were made."""
    from isthmus.service.review.blind import blind_lists

    with open_existing(store) as opened:
        made = blind_lists(opened)
    if json:
        print_json([{"id": one.id, "size": one.size, "hops": one.hops, "seed": one.seed} for one in made])
    else:
        from isthmus.service.cli.review_tables import print_blind_lists

        print_blind_lists(made)


@app.command()
def ask(
    list_id: ListId,
    model: Annotated[str, typer.Option(metavar="NAME", help="provider:model.", envvar="ISTHMUS_LLM")] = "",
    store: StoreOption = "",
    json: JsonOption = False,
) -> None:
    """Let a chat model rate a list, as one more reviewer."""
    from isthmus.service.review.blind_model import NoModel, ask_model, model_asking

    if not model:
        raise NoModel("no chat model to ask: give --model provider:model, or set ISTHMUS_LLM.")
    with open_existing(store) as opened:
        answer = ask_model(opened, list_id, model, model_asking(model))
    if json:
        print_json(answer.model_dump(mode="json"))
    else:
        typer.echo(f"{model} rated {len(answer.rated)} of {answer.size}")


@app.command()
def report(
    list_id: Annotated[str, typer.Argument(metavar="[LIST]", help="By default all lists together.")] = "",
    store: StoreOption = "",
    json: JsonOption = False,
) -> None:
    """How well each reviewer, each model and the graph's own score told real paths from decoys."""
    from isthmus.service.review.blind import blind_list, blind_lists
    from isthmus.service.review.blind_report import answer_blind_report

    with open_graph(store) as (opened, snapshot):
        made = [blind_list(opened, list_id)] if list_id else blind_lists(opened)
        answer = answer_blind_report(opened, snapshot, made)
    if json:
        print_json(answer.model_dump(mode="json"))
    else:
        from isthmus.service.cli.review_tables import print_blind_report

        print_blind_report(answer)
