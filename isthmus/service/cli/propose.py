"""``isthmus propose`` and ``check-report``: the report of a proposed link, and whether a report is what it claims to be."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from isthmus.service.cli.ask import MaxHops
from isthmus.service.cli.options import (
    AsOfOption,
    JsonOption,
    StoreOption,
    json_text,
    open_existing,
    open_graph,
    print_json,
)
from isthmus.service.panel.formats import ReportFormat

if TYPE_CHECKING:
    from isthmus.graph.stores.protocol import Store
    from isthmus.service.panel.discussed import Discussed
    from isthmus.service.panel.dossier import Dossier
    from isthmus.service.panel.report import Turn


def propose(
    source: Annotated[str, typer.Option("--from", metavar="A", help="A CURIE or a name.", show_default=False)],
    target: Annotated[str, typer.Option("--to", metavar="C", help="A CURIE or a name.", show_default=False)],
    panel: Annotated[bool, typer.Option("--panel", help="Let the specialists discuss it.")] = False,
    rounds: Annotated[int, typer.Option(min=1, max=5, help="Of questions and revisions, with --panel.")] = 1,
    budget: Annotated[
        str,
        typer.Option(
            metavar="AMOUNT",
            help="What the panel may spend: 20000 (tokens), 0.50usd, or 20000,0.50usd.",
            show_default=False,
        ),
    ] = "",
    max_hops: MaxHops = 3,
    as_of: AsOfOption = None,
    form: Annotated[ReportFormat, typer.Option("--format", help="How the report is written.")] = ReportFormat.TEXT,
    out: Annotated[
        Path | None, typer.Option("--out", metavar="FILE", help="Write it there, not to stdout.", show_default=False)
    ] = None,
    keep: Annotated[bool, typer.Option("--keep/--no-keep", help="Keep it in the store as a hypothesis.")] = True,
    store: StoreOption = "",
    json: JsonOption = False,
) -> None:
    """Report on a proposed link: the case, what speaks against it, what would break it, and how to test it."""
    from isthmus.service.hypotheses.edition import edition_of
    from isthmus.service.lexicon import lexicon
    from isthmus.service.names import resolve
    from isthmus.service.panel.assemble import propose as proposed
    from isthmus.service.panel.render import render

    discuss = _panel(rounds, budget) if panel else None
    form = ReportFormat.JSON if json else form
    with open_graph(store, as_of) as (opened, snapshot):
        ends = [resolve(name, opened, lexicon().canonical) for name in (source, target)]
        proposal = proposed(opened, snapshot, ends[0], ends[1], max_hops=max_hops, discuss=discuss)
        value = edition_of(opened, snapshot, proposal, max_hops=max_hops)
        if keep:
            value = _kept(opened, value)
    _write(json_text(value) if form is ReportFormat.JSON else render(proposal.report, form), out)


def _write(told: str, out: Path | None) -> None:
    if out is None:
        typer.echo(told, nl=False)
    else:
        out.write_text(told, encoding="utf-8")
        typer.echo(f"wrote {out}", err=True)


def _panel(rounds: int, budget: str) -> Callable[[Dossier], Discussed]:
    """The panel, telling each turn on stderr as it comes."""
    from isthmus.service.budget import Budget
    from isthmus.service.panel.convene import convene

    return convene(rounds=rounds, budget=Budget.parse(budget) if budget else None, on_turn=_say)


def _say(turn: Turn) -> None:
    what = f"failed: {turn.failure}" if turn.failure else f"{turn.claims} claims, {turn.struck} struck"
    by = f"{turn.by} ({turn.model})" if turn.model else turn.by
    typer.echo(
        f"isthmus: round {turn.round}, {turn.kind.replace('_', ' ')}: {by}, {what}, {turn.seconds:.1f} s", err=True
    )


def _kept(store: Store, value: Mapping[str, Any]) -> dict[str, Any]:
    """The edition with where its hypothesis stands, put into the store."""
    from isthmus.service.hypotheses.kept import keep

    living = keep(store, value)
    typer.echo(f"isthmus: kept as hypothesis {living.hypothesis.id}, {living.status.replace('_', ' ')}", err=True)
    events = [event.model_dump(mode="json") for event in living.events]
    return {**value, "hypothesis": value["hypothesis"] | {"status": living.status.value, "events": events}}


def check_report(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="What propose wrote with --json.", show_default=False)],
    store: Annotated[
        str,
        typer.Option("--store", metavar="URL", help="Look up what it cites in this store as well.", show_default=False),
    ] = "",
    json: JsonOption = False,
) -> None:
    """Does every claim of a report resolve, and agree with what it cites? One line for each fault; exit code 1 with any."""
    from isthmus.service.panel.check_report import check, read_report

    value = read_report(file)
    if store:
        with open_existing(store) as opened:
            found = check(value, opened)
    else:
        found = check(value)
    if json:
        print_json(
            {"claims": found.claims, "citations": found.citations, "faults": [asdict(one) for one in found.faults]}
        )
    else:
        for fault in found.faults:
            typer.echo(fault)
        typer.echo(f"{found.claims} claims with {found.citations} citations, {len(found.faults)} faults", err=True)
    raise typer.Exit(1 if found.faults else 0)
