"""``isthmus runs``: what was read, when and by whom, what became of it, and once more what failed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from isthmus.service.cli.options import JsonOption, StoreOption, open_existing, print_json

if TYPE_CHECKING:
    from isthmus.graph.stores.ledger import LedgerRow, Outcome
    from isthmus.service.runs.record import Run

app = typer.Typer(no_args_is_help=True, help="What was read into the graph, and what became of it.")

RunId = Annotated[str, typer.Argument(metavar="RUN", help="An id of `runs list`.", show_default=False)]
OutcomeOption = Annotated[
    str,
    typer.Option("--outcome", metavar="OUTCOME", help="Only documents that are written, empty, failed or quarantined."),
]


@app.command("list")
def list_(
    state: Annotated[
        str,
        typer.Option(help="Only runs that are running, done, partly_failed, failed, empty, cancelled or interrupted."),
    ] = "",
    limit: Annotated[int, typer.Option(min=1, max=10_000, help="So many at most.")] = 20,
    store: StoreOption = "",
    json: JsonOption = False,
) -> None:
    """The runs, newest first."""
    from itertools import islice

    from isthmus.service.runs.record import RunState, all_runs

    wanted = _one_of(RunState, state, "--state") if state else None
    with open_existing(store) as opened:
        found = list(islice(all_runs(opened, wanted), limit))
    if json:
        print_json([run.as_json() for run in found])
        return
    if not found:
        typer.echo("no run yet" if wanted is None else f"no run is {state}")
    for run in found:
        typer.echo(_line(run))


@app.command()
def show(
    run: RunId,
    outcome: OutcomeOption = "",
    limit: Annotated[int, typer.Option(min=1, max=10_000, help="Documents on a page.")] = 20,
    cursor: Annotated[str, typer.Option(help="Goes on after the page before.", show_default=False)] = "",
    store: StoreOption = "",
    json: JsonOption = False,
) -> None:
    """One run: what was asked, counts, reasons, cost, the slowest documents, and its documents one by one."""
    from isthmus.graph.stores.ledger import Outcome
    from isthmus.service.runs.record import find_run

    wanted = _one_of(Outcome, outcome, "--outcome") if outcome else None
    with open_existing(store) as opened:
        found = find_run(opened, run)
        page = opened.find_ledger_rows(run=found.id, outcome=wanted, limit=limit, cursor=cursor)
    if json:
        print_json({"run": found.as_json(), "documents": [row_json(row) for row in page.items], "cursor": page.cursor})
        return
    _tell(found)
    for row in page.items:
        typer.echo(f"  {row.outcome:<11} {row.document}  {_about(row)}")
    if page.cursor:
        typer.echo(f"  more: --cursor {page.cursor}")


@app.command()
def retry(
    run: RunId,
    outcome: OutcomeOption = "",
    store: StoreOption = "",
    json: JsonOption = False,
) -> None:
    """Read again what a run could not read, from where it lay, as a new run."""
    from isthmus.service.cli.feed import read_and_tell
    from isthmus.service.runs.again import RETRIED, retried

    chosen = (_one_of(_outcome(), outcome, "--outcome"),) if outcome else RETRIED
    with open_existing(store) as opened:
        task = retried(opened, run, chosen)
        code = read_and_tell(task, opened, json=json)
    raise typer.Exit(code)


def row_json(row: LedgerRow) -> dict[str, Any]:
    """A row of the ledger as it is printed."""
    from dataclasses import asdict

    return asdict(row)


def _outcome() -> type[Outcome]:
    from isthmus.graph.stores.ledger import Outcome

    return Outcome


def _one_of(kind: Any, text: str, option: str) -> Any:  # noqa: ANN401 - an enum, and a value of it
    try:
        return kind(text)
    except ValueError:
        raise typer.BadParameter(f"{text!r} is none of {', '.join(kind)}", param_hint=option) from None


def _line(run: Run) -> str:
    counts = run.counts
    told = ", ".join(
        f"{counts[name]:,} {name}"
        for name in ("written", "unchanged", "empty", "failed", "quarantined")
        if counts.get(name)
    )
    what = run.asked.schedule or ", ".join(path.rsplit("/", 1)[-1] for path in run.asked.paths[:3])
    return f"{run.id}  {run.state:<13} {run.trigger:<8} {told or 'nothing'}  {what}"


def _tell(run: Run) -> None:
    typer.echo(f"{run.id}: {run.state}{f', {run.reason}' if run.reason else ''}")
    who = f"{run.who or 'nobody named'} ({run.trigger})"
    typer.echo(f"  by {who}, {run.started[:19]} UTC, {run.seconds:,.1f} s, {run.share:.0%} of its inputs")
    typer.echo(f"  read by {run.extractor}")
    typer.echo(f"  {', '.join(f'{count:,} {name}' for name, count in run.counts.items() if count) or 'nothing'}")
    if run.tokens:
        typer.echo(f"  a language model: {run.tokens:,} tokens, {run.money:.4f} in money")
    for outcome, reasons in run.reasons.items():
        for reason, count in reasons.items():
            typer.echo(f"  {outcome}: {count:,} {reason}")
    slow = [f"{name} {took:.1f} s" for name, took in run.slowest[:5] if took >= 1]
    if slow:
        typer.echo(f"  slowest: {', '.join(slow)}")


def _about(row: LedgerRow) -> str:
    if row.reason:
        return row.reason
    return (
        f"{row.statements:,} statements, {row.mentions:,} mentions, {row.characters:,} characters, {row.seconds:.2f} s"
    )
