"""``isthmus demo``: fetch, read, ask, show."""

from __future__ import annotations

from pathlib import Path

import typer
from rich.console import Console

from isthmus.extractors.readers import Kind
from isthmus.extractors.readers.association_table import ColumnMap
from isthmus.graph.discovery.memory.snapshot import Snapshot
from isthmus.graph.stores.open import open_store
from isthmus.graph.stores.protocol import Store
from isthmus.service.asking import answer_candidates, answer_paths
from isthmus.service.cli.tables import ingest_progress, print_candidates, print_paths
from isthmus.service.demo.inputs import DemoInput, fetch, prepare
from isthmus.service.demo.questions import QUESTIONS, CandidatesQuestion, PathsQuestion
from isthmus.service.ingest import ingest
from isthmus.service.lexicon import lexicon
from isthmus.service.names import resolve
from isthmus.service.runs.record import Trigger
from isthmus.service.settings import settings


def demonstrate(folder: Path, store_url: str) -> None:
    """Run the demo in a folder that keeps its inputs, so that the second time takes seconds.

    Raises ``SourcesUnreachable`` where the inputs are not there and cannot be fetched.
    """
    say = Console(stderr=True).print
    say("fetching the demo's inputs (checked by SHA-256, kept for the next time)")
    inputs = prepare(_fetched(folder), folder / "inputs")
    with open_store(store_url) as store:
        for one in inputs:
            _read(one, store)
        counts = store.counts()
        say(
            f"the graph: {counts.documents:,} documents, {counts.entities:,} entities, "
            f"{counts.statements:,} statements, {counts.evidence:,} pieces of evidence"
        )
        snapshot = Snapshot.from_columns(store.columns())
        for question in QUESTIONS:
            _ask(question, store, snapshot)
    typer.echo(
        f"\nAsk on: isthmus serve --store {store_url}  then open http://127.0.0.1:8000/ (its API: /docs)", err=True
    )


def _fetched(folder: Path) -> Path:
    sources = folder / "sources"
    fetch(sources)
    return sources


def _read(one: DemoInput, store: Store) -> None:
    columns = ColumnMap.load(one.columns) if one.columns else None
    with ingest_progress() as progress:
        summary = ingest(
            [one.path],
            store,
            kind=Kind(one.kind),
            columns=columns,
            workers=settings().workers,
            progress=progress,
            trigger=Trigger.DEMO,
        )
    news = f"{summary.statements:,} new statements" if summary.written else "nothing new"
    told = f"  {one.title} ({one.modality}): {news}, {summary.seconds:.1f} s"
    Console(stderr=True).print(told, highlight=False, markup=False, soft_wrap=True)


def _ask(question: CandidatesQuestion | PathsQuestion, store: Store, snapshot: Snapshot) -> None:
    Console().print(f"\n[bold]{question.title}[/]")
    find = lexicon().canonical
    if isinstance(question, CandidatesQuestion):
        entity = resolve(question.entity, store, find)
        print_candidates(answer_candidates(store, snapshot, entity, question.category, top=question.top, new=True))
    else:
        ends = [resolve(name, store, find) for name in (question.start, question.end)]
        print_paths(answer_paths(store, snapshot, ends[0], ends[1], max_hops=question.max_hops, top=question.top))
