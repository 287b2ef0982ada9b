"""``isthmus ingest`` and ``isthmus extract``: files in."""

from __future__ import annotations

import sys
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from isthmus.extractors.reading import Note, Unreadable
from isthmus.service.cli.options import JsonOption, StoreOption, open_or_create, print_json

if TYPE_CHECKING:
    from isthmus.extractors.readers.association_table import ColumnMap

Paths = Annotated[list[Path], typer.Argument(help="Files or folders.", show_default=False)]


class InputKind(StrEnum):
    """The kinds of ``--as``; the readers' own enum is not imported here, to keep ``--help`` quick."""

    PUBMED = "pubmed"
    PUBTATOR = "pubtator"
    TEXT = "text"
    REPORT = "report"
    GAF = "gaf"
    HPO = "hpo"
    GWAS = "gwas"
    TABLE = "table"
    KGX = "kgx"


def ingest(
    paths: Paths,
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
    store: StoreOption = "",
    json: JsonOption = False,
) -> None:
    """Read files into the graph. Run it again at any time: what is in already costs nothing."""
    from isthmus.extractors.readers import Kind
    from isthmus.service.cli.tables import ingest_progress, summary_table
    from isthmus.service.ingest import ingest as run
    from isthmus.service.settings import settings

    with open_or_create(store) as opened, ingest_progress() as progress:
        summary = run(
            paths,
            opened,
            kind=Kind(kind.value) if kind else None,
            columns=_column_map(columns),
            workers=workers or settings().workers,
            progress=progress,
        )
    if json:
        print_json(summary.as_json())
    else:
        summary_table(summary)
    raise typer.Exit(1 if summary.failed else 0)


def extract(
    paths: Paths,
    model: Annotated[
        str, typer.Option(metavar="NAME", help="A chat model as provider:model, in place of the compact extractor.")
    ] = "",
) -> None:
    """Print what each document says as JSON lines, without a store."""
    from isthmus.graph.model import Extraction
    from isthmus.service.extraction import extract_files
    from isthmus.service.extraction_json import extraction_json
    from isthmus.service.settings import settings

    failed = 0
    for result in extract_files(paths, workers=settings().workers, model=model):
        if isinstance(result, Extraction):
            sys.stdout.buffer.write(extraction_json(result))
        else:
            failed += isinstance(result, Unreadable)
            typer.echo(f"isthmus: {_told(result)}", err=True)
    sys.stdout.buffer.flush()
    raise typer.Exit(1 if failed else 0)


def _told(result: Unreadable | Note) -> str:
    if isinstance(result, Note):
        return f"{result.topic}: {result.text} ({result.count})"
    return f"{result.source}, {result.record}: {result.reason}" if result.record else result.reason


def _column_map(text: str) -> ColumnMap | None:
    if not text:
        return None
    from isthmus.extractors.readers.association_table import ColumnMap

    return ColumnMap.load(Path(text)) if "=" not in text else ColumnMap.parse(text)
