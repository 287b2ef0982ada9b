"""``isthmus schedule``: what is read by itself, when, and how it went."""

from __future__ import annotations

import logging
import signal
import threading
from contextlib import ExitStack
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from isthmus.service.cli.options import JsonOption, StoreOption, open_existing, open_or_create, print_json

if TYPE_CHECKING:
    from isthmus.errors import IsthmusError
    from isthmus.service.scheduler.history import ScheduledRun
    from isthmus.service.scheduler.schedules import Schedule

app = typer.Typer(
    no_args_is_help=True, help="Feed the graph by itself: PubMed, Europe PMC, preprints, PubTator, a folder."
)

_log = logging.getLogger("isthmus.scheduler")
Name = Annotated[str, typer.Argument(metavar="NAME", help="Of a schedule.", show_default=False)]


class Feeds(StrEnum):
    """The feeds of ``--feed``; the extractors' own enum is not imported here, to keep ``--help`` quick."""

    PUBMED = "pubmed"
    EUROPEPMC = "europepmc"
    BIORXIV = "biorxiv"
    PUBTATOR = "pubtator"
    FOLDER = "folder"


@app.command()
def add(
    name: Name,
    feed: Annotated[Feeds, typer.Option(help="Where papers come from; biorxiv is medRxiv too.", show_default=False)],
    query: Annotated[
        str, typer.Option("--query", metavar="Q", help="As the service reads it; of a folder, its path.")
    ] = "",
    cron: Annotated[
        str, typer.Option("--cron", metavar="CRON", help="Minute, hour, day, month, weekday; UTC.")
    ] = "0 3 * * *",
    since: Annotated[
        str, typer.Option("--since", metavar="DATE", help="YYYY-MM-DD: the first day to read; else 30 days ago.")
    ] = "",
    store: StoreOption = "",
    json: JsonOption = False,
) -> None:
    """Keep a schedule. The scheduler (`isthmus schedule daemon`) runs it when it is due."""
    from isthmus.extractors.feeds.feed import FeedKind
    from isthmus.service.scheduler.schedules import add as kept

    with open_or_create(store) as opened:
        made = kept(opened, name, FeedKind(feed.value), query, cron, since)
    if json:
        print_json(made.as_json())
    else:
        _say_schedule(made)


@app.command("list")
def list_(store: StoreOption = "", json: JsonOption = False) -> None:
    """What is scheduled, and when it is due next."""
    from isthmus.service.scheduler.schedules import schedules_of

    with open_existing(store) as opened:
        found = list(schedules_of(opened))
    if json:
        print_json([one.as_json() for one in found])
        return
    for one in found:
        _say_schedule(one)
    if not found:
        typer.echo("nothing is scheduled: isthmus schedule add keeps a schedule", err=True)


@app.command()
def run(name: Name, store: StoreOption = "", json: JsonOption = False) -> None:
    """Run it now, from its cursor, to the end. Stopped with Ctrl-C, it goes on from there the next time."""
    from isthmus.service.cli.tables import ingest_progress, summary_table
    from isthmus.service.scheduler.run import run_schedule

    with open_existing(store) as opened, ingest_progress() as progress:
        done = run_schedule(opened, name, progress=progress)
    assert done is not None  # a run by hand is always made
    ran, summary = done
    if json:
        print_json(ran.as_json())
    else:
        summary_table(summary)
    typer.echo(_told(ran), err=True)
    raise typer.Exit(1 if summary.failed else 0)


@app.command()
def pause(name: Name, store: StoreOption = "", json: JsonOption = False) -> None:
    """Run it no more by itself; a run that is on ends with its batch."""
    from isthmus.service.scheduler.schedules import pause as paused

    with open_existing(store) as opened:
        _answer(paused(opened, name), json=json)


@app.command()
def resume(name: Name, store: StoreOption = "", json: JsonOption = False) -> None:
    """Run it by itself again, from where it stopped."""
    from isthmus.service.scheduler.schedules import resume as resumed

    with open_existing(store) as opened:
        _answer(resumed(opened, name), json=json)


@app.command()
def history(name: Name, store: StoreOption = "", json: JsonOption = False) -> None:
    """What its runs did, the newest first."""
    from isthmus.service.scheduler.history import history_of
    from isthmus.service.scheduler.schedules import find

    with open_existing(store) as opened:
        find(opened, name)
        found = history_of(opened, name)
    if json:
        print_json([one.as_json() for one in found])
        return
    for one in found:
        typer.echo(f"{one.started[:19]}  {_told(one)}")
    if not found:
        typer.echo(f"{name} has not run yet", err=True)


@app.command()
def remove(name: Name, store: StoreOption = "", json: JsonOption = False) -> None:
    """Take it out with its history. What it fed stays in the graph."""
    from isthmus.service.scheduler.schedules import remove as taken_out

    with open_existing(store) as opened:
        removed = taken_out(opened, name)
    if json:
        print_json(removed.as_json())
    else:
        typer.echo(f"no longer scheduled: {removed.name}", err=True)


@app.command()
def daemon(
    once: Annotated[bool, typer.Option("--once", help="Run what is due now, then end.")] = False,
    metrics_port: Annotated[
        int | None, typer.Option(min=0, max=65535, help="Serve /metrics for Prometheus there.", show_default=False)
    ] = None,
    metrics_host: Annotated[str, typer.Option(help="Address that /metrics is served at.")] = "127.0.0.1",
    store: StoreOption = "",
) -> None:
    """Run what is due, until it is stopped. Several may run: one leads, another takes over when it dies."""
    from isthmus.service.scheduler.daemon import serve
    from isthmus.service.settings import settings
    from isthmus.service.telemetry.exposed import metrics_at
    from isthmus.service.telemetry.logs import configure

    stop = threading.Event()
    for sign in (signal.SIGTERM, signal.SIGINT):
        signal.signal(sign, lambda number, frame: stop.set())
    configure(settings().log, settings().log_level)
    failed: list[str] = []

    def told(name: str, what: ScheduledRun | IsthmusError) -> None:
        if isinstance(what, Exception):
            failed.append(name)
            _log.warning("%s: %s", name, what, extra={"told": {"schedule": name, "outcome": "failed"}})
        else:
            fields = {"schedule": name, "outcome": what.outcome.value, "run_id": what.run, "requests": what.requests}
            _log.info("%s", _told(what), extra={"told": fields})

    with ExitStack() as stack:
        opened = stack.enter_context(open_or_create(store))
        if metrics_port is not None:
            at = stack.enter_context(metrics_at(metrics_host, metrics_port, store or settings().store_url))
            _log.info("metrics at http://%s:%d/metrics", metrics_host, at)
        _log.info("the scheduler is on: Ctrl-C stops it at the end of a batch")
        serve(opened, stop, told=told, once=once)
    raise typer.Exit(1 if once and failed else 0)


def _answer(schedule: Schedule, *, json: bool) -> None:
    if json:
        print_json(schedule.as_json())
    else:
        _say_schedule(schedule)


def _say_schedule(one: Schedule) -> None:
    from isthmus.service.panel.render import visible

    state = "paused" if one.paused else f"next {one.due.isoformat(timespec='minutes')[:16]} UTC"
    trouble = f", failed {one.failures} times in a row" if one.failures else ""
    typer.echo(f"{one.name}  {one.feed}  {visible(one.query)}  since {one.since}  [{one.cron}]  {state}{trouble}")


def _told(ran: ScheduledRun) -> str:
    from isthmus.service.panel.render import visible

    counts = ran.counts
    told = ", ".join(
        f"{counts[name]:,} {name}" for name in ("written", "unchanged", "failed", "deleted") if counts.get(name)
    )
    parts = [
        f"{ran.schedule}: {ran.outcome}",
        visible(ran.reason),
        told,
        f"{ran.requests:,} requests" if ran.requests else "",
    ]
    return "; ".join(part for part in parts if part)
