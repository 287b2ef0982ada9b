"""``isthmus ingest`` and ``isthmus extract``: files in."""

from __future__ import annotations

import sys
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from isthmus.errors import UsageError
from isthmus.extractors.reading import Note, Unreadable
from isthmus.service.cli.consulting import BudgetOption, DryRunOption, cascade, estimate, say_estimate, say_spent
from isthmus.service.cli.options import JsonOption, StoreOption, open_existing, open_or_create, print_json
from isthmus.service.profile import Profile

if TYPE_CHECKING:
    from collections.abc import Iterable

    from isthmus.extractors.readers.association_table import ColumnMap
    from isthmus.graph.model import Extraction
    from isthmus.graph.stores.protocol import Store
    from isthmus.service.runs.again import Task
    from isthmus.service.runs.summary import Summary
    from isthmus.service.watch.after_ingest import Told

ProfileOption = Annotated[
    Profile, typer.Option(help="fast reads with a much smaller model: several times faster, but it finds less.")
]
Paths = Annotated[list[Path], typer.Argument(help="Files or folders.", show_default=False)]
ResumedPaths = Annotated[list[Path] | None, typer.Argument(help="Files or folders.", show_default=False)]


class InputKind(StrEnum):
    """The kinds of ``--as``; the readers' own enum is not imported here, to keep ``--help`` quick."""

    PUBMED = "pubmed"
    PUBTATOR = "pubtator"
    TEXT = "text"
    DOCUMENTS = "documents"
    REPORT = "report"
    GAF = "gaf"
    HPO = "hpo"
    GWAS = "gwas"
    TABLE = "table"
    KGX = "kgx"


def ingest(
    paths: ResumedPaths = None,
    kind: Annotated[
        InputKind | None, typer.Option("--as", help="What the files are, where their content does not tell.")
    ] = None,
    columns: Annotated[
        str,
        typer.Option(
            help="For --as table: a YAML file, or subject=COLUMN,object=COLUMN,predicate=WORD,…", show_default=False
        ),
    ] = "",
    workers: Annotated[
        int | None, typer.Option(min=1, max=256, help="Processes that read.", show_default=False)
    ] = None,
    model: Annotated[
        str,
        typer.Option(metavar="NAME", help="The chat model of --budget as provider:model; else that of the settings."),
    ] = "",
    profile: ProfileOption = Profile.DEFAULT,
    budget: BudgetOption = "",
    dry_run: DryRunOption = False,
    resume: Annotated[bool, typer.Option("--resume", help="Go on with the last run that was cut off.")] = False,
    run: Annotated[
        str, typer.Option("--run", metavar="RUN", help="With --resume: go on with this one of `runs list`.")
    ] = "",
    store: StoreOption = "",
    json: JsonOption = False,
) -> None:
    """Read files into the graph. Run it again at any time: what is in already costs nothing."""
    if resume or run:
        raise typer.Exit(_go_on(paths or [], run, store, json=json))
    if not paths:
        raise UsageError("name the files or folders to read, or --resume to go on with a run that was cut off")
    from isthmus.extractors.readers import Kind
    from isthmus.service.cli.tables import ingest_progress
    from isthmus.service.ingest import ingest as read_all
    from isthmus.service.settings import settings
    from isthmus.service.watch.after_ingest import tell_watchers

    _check(profile, model, budget, dry_run)
    as_kind, mapped = Kind(kind.value) if kind else None, _column_map(columns)
    if dry_run:
        estimated = estimate(paths, model, budget, as_kind, mapped)
        say_estimate(estimated)
        if json:
            print_json(estimated.as_json())
        raise typer.Exit
    if model and not budget:
        raise UsageError("ingest asks a chat model only within a budget: add --budget, for instance --budget 20000.")
    asked = cascade(model, budget) if budget else None
    with open_or_create(store) as opened, ingest_progress() as progress:
        summary = read_all(
            paths,
            opened,
            kind=as_kind,
            columns=mapped,
            workers=workers or settings().workers,
            profile=profile,
            progress=progress,
            cascade=asked,
            preflight=say_estimate,
        )
        told = tell_watchers(opened) if summary.changed else None
    if asked is not None:
        say_spent(asked)
    raise typer.Exit(_say(summary, told, json=json))


def _go_on(paths: list[Path], run: str, store: str, *, json: bool) -> int:
    """Go on with a run; returns the exit code."""
    from isthmus.service.runs.again import resumed

    if paths:
        raise UsageError("--resume knows what to read from the run: leave the paths out")
    with open_existing(store) as opened:
        return read_and_tell(resumed(opened, run), opened, json=json)


def read_and_tell(task: Task, store: Store, *, json: bool) -> int:
    """Read what is left of a run, or failed in it, and tell of it; returns the exit code."""
    from isthmus.service.cli.tables import ingest_progress
    from isthmus.service.ingest import read_task
    from isthmus.service.settings import settings
    from isthmus.service.watch.after_ingest import tell_watchers

    for line in task.told:
        typer.echo(line, err=True)
    if task.asked.budget:
        typer.echo("no language model is asked now: ingest with --budget asks it again", err=True)
    with ingest_progress() as progress:
        summary = read_task(task, store, workers=settings().workers, progress=progress)
    return _say(summary, tell_watchers(store) if summary.changed else None, json=json)


def _say(summary: Summary, told: Told | None, *, json: bool) -> int:
    from isthmus.service.cli.tables import summary_table
    from isthmus.service.cli.watch import say_run

    if json:
        print_json(summary.as_json())
    else:
        summary_table(summary)
    if told is not None:
        say_run(told.run, told.delivered, quiet=json)
    return 0 if summary.went_well else 1


def extract(
    paths: Paths,
    model: Annotated[
        str,
        typer.Option(
            metavar="NAME",
            help="A chat model as provider:model: it reads all by itself, or what is doubtful with --budget.",
        ),
    ] = "",
    profile: ProfileOption = Profile.DEFAULT,
    budget: BudgetOption = "",
    dry_run: DryRunOption = False,
) -> None:
    """Print what each document says as JSON lines, without a store."""
    from isthmus.service.extraction import extract_files
    from isthmus.service.settings import settings

    _check(profile, model, budget, dry_run)
    if dry_run:
        say_estimate(estimate(paths, model, budget))
        raise typer.Exit
    workers = settings().workers
    if not budget:
        raise typer.Exit(_print_results(extract_files(paths, workers=workers, model=model, profile=profile)))
    from isthmus.service.cascade import consulted

    asked = cascade(model, budget)
    failed = _print_results(consulted(extract_files(paths, workers=workers), asked, say_estimate))
    say_spent(asked)
    raise typer.Exit(failed)


def _print_results(results: Iterable[Extraction | Unreadable | Note]) -> int:
    """Extractions on stdout, the rest on stderr; returns the exit code."""
    from isthmus.graph.model import Extraction
    from isthmus.service.extraction_json import extraction_json

    failed = 0
    for result in results:
        if isinstance(result, Extraction):
            sys.stdout.buffer.write(extraction_json(result))
        else:
            failed += isinstance(result, Unreadable)
            typer.echo(f"isthmus: {_told(result)}", err=True)
    sys.stdout.buffer.flush()
    return 1 if failed else 0


def _check(profile: Profile, model: str, budget: str, dry_run: bool) -> None:
    if profile is Profile.FAST and (model or budget or dry_run):
        raise UsageError(
            "--profile fast asks no chat model: leave out --model, --budget and --dry-run, or leave out --profile."
        )


def _told(result: Unreadable | Note) -> str:
    if isinstance(result, Note):
        return f"{result.topic}: {result.text} ({result.count})"
    return f"{result.source}, {result.record}: {result.reason}" if result.record else result.reason


def _column_map(text: str) -> ColumnMap | None:
    if not text:
        return None
    from isthmus.extractors.readers.association_table import ColumnMap

    return ColumnMap.load(Path(text)) if "=" not in text else ColumnMap.parse(text)
