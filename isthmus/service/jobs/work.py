"""What each kind of job does, as the command line does it; run by the job's own process."""

from __future__ import annotations

import zipfile
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from tarfile import TarFile
from tarfile import open as open_tar
from typing import Any

from isthmus.errors import IsthmusError
from isthmus.graph.model import canonical_json
from isthmus.graph.stores.sqlite import SqliteStore
from isthmus.service.backtests import answer_backtest
from isthmus.service.backup.taking import back_up
from isthmus.service.budget import Budget
from isthmus.service.exports.write import write
from isthmus.service.gaps import answer_bridges, answer_gaps
from isthmus.service.graphs import Graphs
from isthmus.service.ingest import ingest
from isthmus.service.jobs.asked import (
    BacktestIn,
    BackupIn,
    ExportIn,
    ExportParameters,
    GapsIn,
    IngestIn,
    JobIn,
    ProposeIn,
    ProposeParameters,
    ScoreIn,
    VerifyIn,
)
from isthmus.service.jobs.folder import JobFolder
from isthmus.service.jobs.job import JobFile
from isthmus.service.lexicon import lexicon
from isthmus.service.names import HalfAPair, resolve
from isthmus.service.pair_scores import answer_scores
from isthmus.service.panel.assemble import propose
from isthmus.service.panel.convene import convene
from isthmus.service.panel.report import Turn
from isthmus.service.runs.record import Trigger
from isthmus.service.runs.summary import Summary
from isthmus.service.settings import settings
from isthmus.service.verification import BadRow, verify_rows
from isthmus.service.watch.after_ingest import tell_watchers

Tell = Callable[[float, str], None]  # the share that is done, 0 to 1, and what is being done

_TOLD_OF = 1000  # documents whose ids are told


class NothingRead(IsthmusError):
    """None of what was sent could be read."""

    http_status = 422


@dataclass(frozen=True, slots=True)
class Made:
    """What a job came to: JSON, a file, or both; the message is for people."""

    message: str
    value: Any = None
    file: JobFile | None = None


def work(asked: JobIn, folder: JobFolder, graphs: Graphs, tell: Tell) -> Made:
    """Do what was asked for. Raises ``IsthmusError``."""
    match asked:
        case IngestIn():
            return _ingest(asked, folder, graphs, tell)
        case ExportIn():
            return _export(asked.parameters, folder, graphs, tell)
        case BackupIn():
            return _backup(asked, folder, graphs, tell)
        case BacktestIn():
            found = answer_backtest(graphs.store, graphs.snapshot(), asked.parameters.cut, asked.parameters.until)
            return Made(f"{found['positives']:,} links that came to be known", found)
        case GapsIn():
            return _gaps(asked, graphs)
        case ProposeIn():
            return _propose(asked.parameters, graphs, tell)
        case ScoreIn():
            return _score(asked, graphs)
        case VerifyIn():
            return _verify(asked, tell)


def ingested(summary: Summary) -> dict[str, Any]:
    """What became of documents that were sent. Raises ``NothingRead`` where none of them could be read."""
    if summary.read and summary.failed == summary.read:
        told = [f"{one.record}: {one.reason}" if one.record else one.reason for one in summary.failures[:5]]
        raise NothingRead("; ".join(told))
    documents = [{"id": name, "outcome": outcome} for name, outcome in list(summary.documents.items())[:_TOLD_OF]]
    return {**summary.as_json(), "documents": documents}


def _ingest(asked: IngestIn, folder: JobFolder, graphs: Graphs, tell: Tell) -> Made:
    store = graphs.store
    paths = sorted(folder.given.iterdir())
    if asked.parameters.documents:
        sent = folder.given / "documents.json"
        documents = [one.model_dump(mode="json", exclude_unset=True) for one in asked.parameters.documents]
        sent.write_bytes(canonical_json({"documents": documents}))
        paths = [sent]

    def progress(source: str, summary: Summary, share: float) -> None:
        tell(share, f"{source}: {summary.read:,} documents read, {summary.statements:,} new statements")

    summary = ingest(
        paths,
        store,
        kind=asked.parameters.as_,
        profile=asked.parameters.profile,
        workers=settings().workers,
        progress=progress,
        trigger=Trigger.REST,
    )
    if summary.changed:
        tell_watchers(store)
    value = ingested(summary)
    return Made(f"{summary.written:,} of {summary.read:,} documents written, {summary.failed:,} failed", value)


def _export(asked: ExportParameters, folder: JobFolder, graphs: Graphs, tell: Tell) -> Made:
    store = graphs.store
    counts = store.counts()
    everything, passed = max(counts.entities + counts.statements, 1), 0

    def seen(more: int) -> None:
        nonlocal passed
        passed += more
        tell(min(0.9 * passed / everything, 0.9), f"{passed:,} of {everything:,} entities and statements")

    unpacked = folder.made / asked.format
    written = write(store, unpacked, asked.format, least_belief=asked.min_belief, seen=seen)
    tell(0.9, "packing")
    name = f"isthmus-{asked.format}-{datetime.now(UTC):%Y-%m-%d}-graph-{store.version()[:12]}"
    packed = folder.made / (f"{name}.zip" if asked.archive == "zip" else f"{name}.tar.gz")
    _pack(written.files, packed, name)
    for file in written.files:
        file.unlink()
    value = {
        "format": asked.format,
        "nodes": written.nodes,
        "edges": written.edges,
        "files": [file.name for file in written.files],
        "notes": [{"reason": reason, "count": count} for reason, count in written.notes.items()],
    }
    kind = "application/zip" if asked.archive == "zip" else "application/gzip"
    return Made(f"{written.nodes:,} nodes and {written.edges:,} edges", value, _file(packed, kind))


def _pack(files: tuple[Path, ...], into: Path, name: str) -> None:
    """The files in a folder of this name, so that unpacking strews nothing about."""
    if into.suffix == ".zip":
        with zipfile.ZipFile(into, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as packed:
            for file in files:
                packed.write(file, f"{name}/{file.name}")
        return
    tar: TarFile
    with open_tar(into, "w:gz", compresslevel=6) as tar:
        for file in files:
            tar.add(file, f"{name}/{file.name}")


def _backup(asked: BackupIn, folder: JobFolder, graphs: Graphs, tell: Tell) -> Made:
    store, form = graphs.store, asked.parameters.form
    copy = form == "copy" or (form is None and isinstance(store, SqliteStore))
    target = folder.made / f"isthmus-{datetime.now(UTC):%Y%m%dT%H%M%SZ}{'.db' if copy else '.tar'}"
    taken = back_up(store, target, lambda share: tell(share, "backing up"))
    value = {"form": taken.form, "graph_hash": taken.graph_hash, "counts": asdict(taken.counts), "bytes": taken.size}
    kind = "application/vnd.sqlite3" if copy else "application/x-tar"
    return Made(f"graph {taken.graph_hash[:16]}, checked", value, _file(taken.file, kind))


def _gaps(asked: GapsIn, graphs: Graphs) -> Made:
    told = asked.parameters
    if bool(told.a) != bool(told.b):
        raise HalfAPair("name two subfields, a and b, or neither for the whole map")
    snapshot = graphs.snapshot(told.as_of)
    if told.a:
        bridged = answer_bridges(graphs.store, snapshot, told.a, told.b, lexicon().canonical, top=told.top)
        return Made(f"{len(bridged.bridges):,} bridges", _json(bridged))
    found = answer_gaps(graphs.store, snapshot, top=told.top)
    return Made(f"{len(found.gaps):,} gaps", _json(found))


def _propose(asked: ProposeParameters, graphs: Graphs, tell: Tell) -> Made:
    store, turns = graphs.store, 0
    source, target = (resolve(name, store, lexicon().canonical) for name in (asked.from_, asked.to))

    def on_turn(turn: Turn) -> None:
        nonlocal turns
        turns += 1
        tell(1 - 0.8**turns, f"{turns} turns of the panel")  # nobody knows how many come

    budget = Budget.parse(asked.budget) if asked.budget else None
    discuss = convene(rounds=asked.rounds, seconds=asked.seconds, budget=budget, on_turn=on_turn)
    found = propose(
        store,
        graphs.snapshot(asked.as_of),
        source,
        target,
        max_hops=asked.max_hops,
        discuss=discuss if asked.panel else None,
    )
    return Made(f"a report on {source.name} and {target.name}", _json(found.report))


def _score(asked: ScoreIn, graphs: Graphs) -> Made:
    told = asked.parameters
    pairs = [(pair.a, pair.c) for pair in told.pairs]
    scores = answer_scores(pairs, graphs.store, graphs.snapshot(told.as_of), lexicon().canonical)
    problems = sum(1 for one in scores if one.problem)
    value = {"as_of": told.as_of, "scores": [_json(one) for one in scores]}
    return Made(f"{len(scores) - problems:,} of {len(scores):,} pairs scored", value)


def _verify(asked: VerifyIn, tell: Tell) -> Made:
    rows: list[Mapping[str, Any]] = []
    problems: list[dict[str, Any]] = []
    total = len(asked.parameters.rows)
    for number, row in enumerate(verify_rows(asked.parameters.rows, lexicon()), start=1):
        if isinstance(row, BadRow):
            problems.append({"row": row.line, "reason": row.reason})
        else:
            rows.append(row)
        tell(number / total, f"{number:,} of {total:,} rows")
    return Made(f"{len(rows):,} of {total:,} rows judged", {"rows": rows, "problems": problems})


def _json(answer: Any) -> Any:  # noqa: ANN401 - a model of pydantic
    return answer.model_dump(mode="json", by_alias=True)


def _file(path: Path, media_type: str) -> JobFile:
    return JobFile(path.name, media_type, path.stat().st_size)
