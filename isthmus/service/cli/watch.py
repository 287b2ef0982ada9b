"""``isthmus watch``: what is watched, what became of it, and who is told."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from isthmus.graph.vocabulary import Category
from isthmus.service.cli.options import JsonOption, StoreOption, open_existing, print_json

if TYPE_CHECKING:
    from isthmus.service.watch.outbox import Delivered
    from isthmus.service.watch.run import WatchRun
    from isthmus.service.watch.watch import Alert

app = typer.Typer(
    no_args_is_help=True, help="Watch questions and hypotheses; after each ingest you are told what moved."
)

WatchId = Annotated[str, typer.Argument(metavar="ID", help="Of a watch, or its beginning.", show_default=False)]
CHANGES_SHOWN = 5


@app.command()
def add(
    hypothesis: Annotated[str, typer.Option("--hypothesis", metavar="ID", help="One that is kept.")] = "",
    source: Annotated[str, typer.Option("--from", metavar="A", help="A CURIE or a name; with --to.")] = "",
    target: Annotated[str, typer.Option("--to", metavar="C", help="A CURIE or a name.")] = "",
    entity: Annotated[str, typer.Option("--for", metavar="A", help="The best candidates for it.")] = "",
    category: Annotated[Category, typer.Option(help="Of the candidates, with --for.")] = Category.DRUG,
    gaps: Annotated[bool, typer.Option("--gaps", help="The gaps between subfields.")] = False,
    top: Annotated[
        int, typer.Option("--top", min=1, max=200, help="Tell what enters or leaves the best so many.")
    ] = 10,
    notify: Annotated[
        list[str] | None,
        typer.Option(
            "--notify", metavar="WHOM", help="webhook:URL or mail:ADDRESS; may be repeated.", show_default=False
        ),
    ] = None,
    store: StoreOption = "",
    json: JsonOption = False,
) -> None:
    """Watch something: where it stands now is what the next ingest is compared with."""
    from isthmus.service.cli.watch_tables import print_watched, watched_json
    from isthmus.service.lexicon import lexicon
    from isthmus.service.watch.added import add_watch

    with open_existing(store) as opened:
        added = add_watch(
            opened,
            lexicon().canonical,
            hypothesis=hypothesis,
            source=source,
            target=target,
            entity=entity,
            category=category,
            gaps=gaps,
            top=top,
            notify=notify or (),
        )
    if json:
        print_json(watched_json(added))
    else:
        print_watched([added])


@app.command("list")
def list_(store: StoreOption = "", json: JsonOption = False) -> None:
    """What is watched, and where it stands."""
    from isthmus.service.cli.watch_tables import print_watched, watched_json
    from isthmus.service.watch.kept import watched_of

    with open_existing(store) as opened:
        found = watched_of(opened)
    if json:
        print_json([watched_json(one) for one in found])
    else:
        print_watched(found)


@app.command()
def remove(watch: WatchId, store: StoreOption = "") -> None:
    """Watch it no longer. Its alerts stay."""
    from isthmus.service.watch.kept import remove as taken_out

    with open_existing(store) as opened:
        removed = taken_out(opened, watch)
    typer.echo(f"no longer watched: {removed.text}", err=True)


@app.command()
def run(store: StoreOption = "", json: JsonOption = False) -> None:
    """Score all that is watched anew, write down what moved, and send what is due. An ingest does this by itself."""
    from isthmus.service.watch.outbox import deliver
    from isthmus.service.watch.run import run_watches

    with open_existing(store) as opened:
        done = run_watches(opened)
        delivered = deliver(opened)
    if json:
        print_json(done.as_json())
    say_run(done, delivered, quiet=json)


@app.command()
def alerts(
    watch: Annotated[str, typer.Option("--watch", metavar="ID", help="Only of this one.")] = "",
    top: Annotated[int, typer.Option("--top", min=1, max=10_000, help="How many to show, the newest first.")] = 20,
    store: StoreOption = "",
    json: JsonOption = False,
) -> None:
    """What became of what is watched, the newest first."""
    from isthmus.service.watch.kept import find, latest_alerts

    with open_existing(store) as opened:
        found = latest_alerts(opened, top, find(opened, watch).watch.id if watch else "")
    if json:
        print_json([one.model_dump(mode="json") for one in found])
        return
    for one in found:
        say_alert(one)
    if not found:
        typer.echo("no alerts", err=True)


@app.command()
def feed(
    out: Annotated[
        Path | None, typer.Option("--out", metavar="FILE", help="Write it there, not to stdout.", show_default=False)
    ] = None,
    store: StoreOption = "",
) -> None:
    """The alerts as an Atom feed."""
    from isthmus.service.watch.atom import MOST_ENTRIES, atom_feed
    from isthmus.service.watch.kept import latest_alerts

    with open_existing(store) as opened:
        told = atom_feed(latest_alerts(opened, MOST_ENTRIES))
    if out is None:
        typer.echo(told.decode(), nl=False)
    else:
        out.write_bytes(told)
        typer.echo(f"wrote {out}", err=True)


def say_run(done: WatchRun, delivered: Delivered, *, quiet: bool = False) -> None:
    """What a run found, and who could not be told; alerts on stdout unless ``quiet``."""
    for one in () if quiet else done.alerts:
        say_alert(one)
    told = f"{done.watches:,} watched, {len(done.alerts):,} alerts, {done.seconds:.1f} s"
    sent = f"; {delivered.sent:,} sent, {delivered.waiting:,} waiting" if delivered.sent or delivered.waiting else ""
    typer.echo(told + sent, err=True)
    for error in delivered.errors:
        typer.echo(f"isthmus: not delivered: {error}", err=True)


def say_alert(alert: Alert) -> None:
    """One alert with the first of what changed; names come from files, and may hold what a terminal would obey."""
    from isthmus.service.panel.render import visible

    typer.echo(f"{alert.at}  {alert.kind}: {visible(alert.text)}")
    for change in alert.changes[:CHANGES_SHOWN]:
        typer.echo(f"    {visible(change.text)}")
    if len(alert.changes) > CHANGES_SHOWN:
        typer.echo(f"    and {len(alert.changes) - CHANGES_SHOWN} more changes: --json lists them")
    if alert.proposes is not None and alert.hypothesis:
        way = "is now" if alert.moved else "may be"
        typer.echo(f"    hypothesis {alert.hypothesis[:12]} {way} {alert.proposes.replace('_', ' ')}")
