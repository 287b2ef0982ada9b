"""``isthmus serve``, ``export``, ``backup``, ``restore``, ``doctor`` and ``demo``."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from isthmus.service.cli.options import JsonOption, StoreOption, open_existing, print_json
from isthmus.service.exports.formats import ExportFormat

if TYPE_CHECKING:
    from isthmus.graph.stores.protocol import Counts


def serve(
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535)] = 8000,
    store: StoreOption = "",
) -> None:
    """Serve the graph, described at /docs: on this machine, or with keys (`isthmus keys create`) on any address."""
    from isthmus.service.api.server import run
    from isthmus.service.settings import settings

    run(store or settings().store_url, host, port)


def export(
    out: Annotated[Path, typer.Option(help="Folder to write into.", show_default=False)],
    format: Annotated[ExportFormat, typer.Option(help="How to write it.")] = ExportFormat.KGX,
    min_belief: Annotated[
        float, typer.Option(min=0.0, max=1.0, help="Leave out statements that are believed less.")
    ] = 0.0,
    store: StoreOption = "",
    json: JsonOption = False,
) -> None:
    """Write the whole graph to files for other tools; as kgx, Isthmus reads it again to the hash."""
    from isthmus.service.cli.counting import counting
    from isthmus.service.exports.write import write

    with open_existing(store) as opened:
        counts = opened.counts()
        with counting(f"writing {format}", counts.entities + counts.statements) as seen:
            written = write(opened, out, format, least_belief=min_belief, seen=seen)
    if json:
        print_json(
            {
                "format": format,
                "nodes": written.nodes,
                "edges": written.edges,
                "files": list(map(str, written.files)),
                "notes": [{"reason": reason, "count": count} for reason, count in written.notes.items()],
            }
        )
    else:
        typer.echo(f"{written.nodes:,} nodes and {written.edges:,} edges in {', '.join(map(str, written.files))}")
        for reason, count in written.notes.items():
            typer.echo(f"  {count:,} {reason}")


def backup(
    target: Annotated[
        Path,
        typer.Argument(
            metavar="FILE|FOLDER",
            help="A new file: .db copies an SQLite store, any other name is an archive that every kind of store can be "
            "made from. In a folder it gets a name with the time.",
            show_default=False,
        ),
    ],
    store: StoreOption = "",
    json: JsonOption = False,
) -> None:
    """Write everything that the store holds to one file, while others use it, and check what was written."""
    from isthmus.service.backup.taking import back_up
    from isthmus.service.cli.counting import share_done

    with open_existing(store) as opened, share_done("backing up") as far:
        taken = back_up(opened, target, far)
    if json:
        print_json(
            {
                "file": str(taken.file),
                "form": taken.form,
                "graph_hash": taken.graph_hash,
                "counts": asdict(taken.counts),
                "bytes": taken.size,
            }
        )
    else:
        typer.echo(f"{taken.file}: {_told(taken.counts)}, {taken.size / 1e6:,.1f} MB, graph {taken.graph_hash[:16]}")


def restore(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A backup.", show_default=False)],
    store: StoreOption = "",
    into_existing: Annotated[
        bool, typer.Option("--into-existing", help="Also where the store holds something: add to it.")
    ] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Look through the backup and the store, write nothing.")
    ] = False,
    json: JsonOption = False,
) -> None:
    """Put a backup into an empty or new store of either kind, and check that it is the same graph."""
    from isthmus.service.backup.restoring import restore as put_back
    from isthmus.service.cli.counting import share_done
    from isthmus.service.settings import settings

    with share_done("restoring") as far:
        restored = put_back(file, store or settings().store_url, into_existing=into_existing, dry_run=dry_run, far=far)
    if json:
        print_json(asdict(restored))
        return
    done = "would be restored into" if restored.dry_run else "restored into"
    checked = ", the same graph as was backed up" if restored.verified else ""
    typer.echo(f"{_told(restored.counts)} {done} {restored.store}{checked} ({restored.graph_hash[:16]})")


def _told(counts: Counts) -> str:
    return f"{counts.documents:,} documents, {counts.entities:,} entities and {counts.statements:,} statements"


def doctor(
    store: StoreOption = "",
    json: JsonOption = False,
    online: Annotated[
        bool, typer.Option("--online", help="Also ask the language model for a word, which may cost something.")
    ] = False,
    mend: Annotated[
        bool, typer.Option("--mend", help="First make indexes of the store anew that are missing or failed.")
    ] = False,
) -> None:
    """Look at every part and say what mends the ones that are wrong."""
    from isthmus.service.doctor.diagnosis import diagnose
    from isthmus.service.doctor.diagnosis import mend as mended
    from isthmus.service.settings import settings

    url = store or settings().store_url
    if mend:
        mended(url)
    diagnosis = diagnose(url, online=online)
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
