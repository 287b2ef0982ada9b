"""``isthmus hypotheses``: those that are kept, what became of them, and what changed."""

from __future__ import annotations

from typing import Annotated

import typer

from isthmus.service.cli.options import JsonOption, StoreOption, open_existing, print_json
from isthmus.service.hypotheses.status import Status

app = typer.Typer(no_args_is_help=True, help="Hypotheses that are kept: where they stand, and what changed.")

HypothesisId = Annotated[
    str, typer.Argument(metavar="ID", help="Of a hypothesis, or its beginning.", show_default=False)
]
WHEN = "A date (2026-11-25) or the hash of a graph, or its beginning."


@app.command("list")
def list_(
    status: Annotated[
        Status | None, typer.Option("--status", help="Only those that stand so.", show_default=False)
    ] = None,
    store: StoreOption = "",
    json: JsonOption = False,
) -> None:
    """Those that are kept, the one that last moved first."""
    from isthmus.service.cli.hypothesis_tables import print_list
    from isthmus.service.hypotheses.kept import all_living

    with open_existing(store) as opened:
        found = all_living(opened, status)
    if json:
        print_json([one.model_dump(mode="json", by_alias=True) for one in found])
    else:
        print_list(found)


@app.command()
def show(
    hypothesis: HypothesisId,
    when: Annotated[str, typer.Option("--at", metavar="WHEN", help=WHEN + " By default the last edition.")] = "",
    store: StoreOption = "",
    json: JsonOption = False,
) -> None:
    """Its report, and where it stands. With --json the whole edition, which `isthmus replay` reads."""
    from isthmus.service.cli.hypothesis_tables import print_history
    from isthmus.service.hypotheses.edition import parts_of
    from isthmus.service.hypotheses.kept import find, living, whole
    from isthmus.service.panel.formats import ReportFormat
    from isthmus.service.panel.render import render

    with open_existing(store) as opened:
        key = find(opened, hypothesis)
        value, now = whole(opened, key, when), living(opened, key)
    if json:
        print_json(value)
        return
    print_history(now)
    typer.echo(render(parts_of(value)[0], ReportFormat.TEXT), nl=False)


@app.command()
def move(
    hypothesis: HypothesisId,
    to: Annotated[Status, typer.Option("--to", help="What it becomes.", show_default=False)],
    who: Annotated[str, typer.Option("--by", metavar="NAME", help="Your name; by default that of your verdicts.")] = "",
    comment: Annotated[str, typer.Option("--comment", metavar="TEXT", help="Why.")] = "",
    store: StoreOption = "",
    json: JsonOption = False,
) -> None:
    """Let it become something else, as the table of transitions allows."""
    from isthmus.service.hypotheses.kept import find
    from isthmus.service.hypotheses.kept import move as moved
    from isthmus.service.review.reviewer import reviewer_name

    with open_existing(store) as opened:
        event = moved(opened, find(opened, hypothesis), to, who=reviewer_name(who), comment=comment)
    if json:
        print_json(event.model_dump(mode="json"))
    else:
        typer.echo(f"{event.hypothesis[:12]}: {event.was} -> {event.to}, by {event.who}")


@app.command()
def history(hypothesis: HypothesisId, store: StoreOption = "", json: JsonOption = False) -> None:
    """What became of it: who moved it when, and each time the question was asked."""
    from isthmus.service.cli.hypothesis_tables import print_history
    from isthmus.service.hypotheses.kept import find, living

    with open_existing(store) as opened:
        now = living(opened, find(opened, hypothesis))
    if json:
        print_json(now.model_dump(mode="json", by_alias=True))
    else:
        print_history(now)


@app.command()
def diff(
    hypothesis: HypothesisId,
    before: Annotated[str, typer.Option("--from", metavar="WHEN", help=WHEN + " By default the edition before.")] = "",
    after: Annotated[str, typer.Option("--to", metavar="WHEN", help=WHEN + " By default the last edition.")] = "",
    store: StoreOption = "",
    json: JsonOption = False,
) -> None:
    """What changed between two editions: figures, paths, and the statements whose belief moved, with the reasons."""
    from isthmus.service.cli.hypothesis_tables import print_difference
    from isthmus.service.hypotheses.kept import difference_of, find

    with open_existing(store) as opened:
        found = difference_of(opened, find(opened, hypothesis), before, after)
    if json:
        print_json(found.model_dump(mode="json"))
    else:
        print_difference(found)
