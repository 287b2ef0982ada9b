"""``isthmus serve``, ``export``, ``doctor`` and ``demo``."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from isthmus.service.cli.options import JsonOption, StoreOption, open_existing, print_json


class ExportFormat(StrEnum):
    """What the graph can be written as."""

    KGX = "kgx"


def serve(
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535)] = 8000,
    store: StoreOption = "",
) -> None:
    """Serve the graph by REST on this machine; the interactive description is at /docs."""
    from isthmus.service.api.server import run
    from isthmus.service.settings import settings

    run(store or settings().store_url, host, port)


def export(
    out: Annotated[Path, typer.Option(help="Folder to write into.", show_default=False)],
    format: Annotated[ExportFormat, typer.Option(help="How to write it.")] = ExportFormat.KGX,
    store: StoreOption = "",
    json: JsonOption = False,
) -> None:
    """Write the whole graph to files that other tools, and Isthmus itself, can read."""
    from isthmus.service.exports.kgx import export_kgx

    assert format is ExportFormat.KGX
    with open_existing(store) as opened:
        written = export_kgx(opened, out)
    if json:
        print_json(
            {"format": format, "nodes": written.nodes, "edges": written.edges, "files": list(map(str, written.files))}
        )
    else:
        typer.echo(f"{written.nodes:,} nodes and {written.edges:,} edges in {', '.join(map(str, written.files))}")


def doctor(store: StoreOption = "", json: JsonOption = False) -> None:
    """Look at every part and say what mends the ones that are wrong."""
    from isthmus.service.doctor import diagnose
    from isthmus.service.settings import settings

    diagnosis = diagnose(store or settings().store_url)
    if json:
        print_json(diagnosis.as_json())
    else:
        from isthmus.service.cli.tables import diagnosis_table

        diagnosis_table(diagnosis)
    raise typer.Exit(0 if diagnosis.healthy else 3 if not diagnosis.reachable else 1)


def demo(
    store: StoreOption = "",
    inputs: Annotated[
        Path | None, typer.Option(help="Where the demo's inputs are kept between runs.", show_default=False)
    ] = None,
) -> None:
    """Read real inputs of three modalities, ask two questions, and show the sentences behind each hop."""
    from isthmus.service.cli.demonstration import demonstrate
    from isthmus.service.settings import data_folder

    folder = inputs or data_folder() / "demo"
    demonstrate(folder, store or f"sqlite:///{folder / 'demo.sqlite'}")
