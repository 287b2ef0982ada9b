"""``isthmus replay``: a hypothesis worked out again from its file alone."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from isthmus.service.cli.options import JsonOption, print_json
from isthmus.service.panel.formats import ReportFormat


def replay(
    file: Annotated[
        Path,
        typer.Argument(metavar="FILE", help="What propose --json or hypotheses show --json wrote.", show_default=False),
    ],
    form: Annotated[ReportFormat, typer.Option("--format", help="How the report is written.")] = ReportFormat.TEXT,
    json: JsonOption = False,
) -> None:
    """The same report from the file alone, without a store. Exit code 1 where the file says something else than comes out."""
    from isthmus.service.hypotheses.edition import read_edition
    from isthmus.service.hypotheses.replay import replay as replayed
    from isthmus.service.panel.render import render

    found = replayed(read_edition(file))
    if json:
        print_json(
            {
                "report": found.report.model_dump(mode="json", by_alias=True),
                "differences": found.differences,
                "beliefs": found.beliefs,
                "carried": found.carried,
            }
        )
    else:
        typer.echo(render(found.report, form), nl=False)
    for each in found.differences:
        typer.echo(f"isthmus: {each}", err=True)
    told = "agrees" if not found.differences else f"{len(found.differences)} differences"
    typer.echo(
        f"{file.name}: {told}; {found.beliefs} beliefs worked out again, {found.carried} carried from the whole graph",
        err=True,
    )
    raise typer.Exit(1 if found.differences else 0)
