"""What each kind of job does: the same as its command and its route, with a word now and then of how far it is."""

from __future__ import annotations

import json
import tarfile
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import orjson

from isthmus.graph.model import canonical_json
from isthmus.graph.stores.sqlite import SqliteStore
from isthmus.service.backtests import answer_backtest
from isthmus.service.backup.taking import CannotBackUp, back_up
from isthmus.service.budget import Budget
from isthmus.service.exports.files import CannotWrite
from isthmus.service.exports.write import write
from isthmus.service.gaps import answer_bridges, answer_gaps
from isthmus.service.graphs import Graphs
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
from isthmus.service.jobs.folder import JobFolder, NoRoom, no_room
from isthmus.service.jobs.job import JobFile
from isthmus.service.lexicon import lexicon
from isthmus.service.names import resolve
from isthmus.service.pair_scores import answer_scores
from isthmus.service.panel.assemble import propose
from isthmus.service.panel.convene import convene
from isthmus.service.panel.report import Turn
from isthmus.service.reading_sent import read_sent
from isthmus.service.runs.summary import Summary
from isthmus.service.verification import BadRow, verify_rows

Tell = Callable[
    [float | None, str], None
]  # the share that is done, 0 to 1 (None: nobody knows), and what is being done

JSON = "application/json"
PACKING = 0.9  # of an export: what is done when all is written and waits to be packed


@dataclass(frozen=True, slots=True)
class Made:
    """What a job came to. The message is for people, ``summary`` holds a few figures for programs."""

    message: str
    file: JobFile
    summary: Mapping[str, Any] = field(default_factory=dict)


def work(asked: JobIn, folder: JobFolder, graphs: Graphs, tell: Tell) -> Made:
    """Do what was asked for. Raises ``IsthmusError``, and whatever ``tell`` raises."""
    try:
        return _work(asked, folder, graphs, tell)
    except OSError as error:
        raise no_room(error) from error
    except (CannotWrite, CannotBackUp) as error:  # they name the folder, and options of a command
        if isinstance(error.__cause__, OSError):
            raise no_room(error.__cause__) from error
        raise NoRoom("what was written is not what the store held: look at the server's disk") from error


def _work(asked: JobIn, folder: JobFolder, graphs: Graphs, tell: Tell) -> Made:
    match asked:
        case IngestIn():
            return _ingest(asked, folder, graphs, tell)
        case ExportIn():
            return _export(asked.parameters, folder, graphs, tell)
        case BackupIn():
            return _backup(asked, folder, graphs, tell)
        case BacktestIn():
            found = answer_backtest(graphs.store, graphs.snapshot(), asked.parameters.cut, asked.parameters.until)
            return _told(folder, f"{found['positives']:,} links that came to be known", found)
        case GapsIn():
            return _gaps(asked, folder, graphs)
        case ProposeIn():
            return _propose(asked.parameters, folder, graphs, tell)
        case ScoreIn():
            return _score(asked, folder, graphs)
        case VerifyIn():
            return _verify(asked, folder, tell)


def _ingest(asked: IngestIn, folder: JobFolder, graphs: Graphs, tell: Tell) -> Made:
    if asked.parameters.documents:
        documents = [one.model_dump(mode="json", exclude_unset=True) for one in asked.parameters.documents]
        (folder.given / "documents.json").write_bytes(canonical_json({"documents": documents}))

    def progress(source: str, summary: Summary, share: float) -> None:
        tell(share, f"{source}: {summary.read:,} documents read, {summary.statements:,} new statements")

    paths = sorted(folder.given.iterdir())
    summary = read_sent(
        graphs.store, paths, kind=asked.parameters.as_, profile=asked.parameters.profile, progress=progress
    )
    told = summary.as_json()
    figures = {name: told[name] for name in ("run", "read", "written", "unchanged", "empty", "failed", "quarantined")}
    message = f"{summary.written:,} of {summary.read:,} documents written, {summary.failed:,} failed"
    return _told(folder, message, told, figures)


def _export(asked: ExportParameters, folder: JobFolder, graphs: Graphs, tell: Tell) -> Made:
    store = graphs.store
    counts = store.counts()
    everything, passed = max(counts.entities + counts.statements, 1), 0

    def seen(more: int) -> None:
        nonlocal passed
        passed += more
        share = min(passed / everything, 1.0) * PACKING
        tell(share, f"{passed:,} of {everything:,} entities and statements")

    unpacked = folder.made / asked.format
    written = write(store, unpacked, asked.format, least_belief=asked.min_belief, seen=seen)
    tell(PACKING, "packing")
    name = f"isthmus-{asked.format}-{datetime.now(UTC):%Y-%m-%d}-graph-{store.version()[:12]}"
    packed = folder.made / (f"{name}.zip" if asked.archive == "zip" else f"{name}.tar.gz")
    _pack(written.files, packed, name)
    for file in written.files:
        file.unlink()
    unpacked.rmdir()
    summary = {
        "format": asked.format,
        "nodes": written.nodes,
        "edges": written.edges,
        "files": [file.name for file in written.files],
        "notes": [{"reason": reason, "count": count} for reason, count in written.notes.items()],
    }
    kind = "application/zip" if asked.archive == "zip" else "application/gzip"
    return Made(f"{written.nodes:,} nodes and {written.edges:,} edges", _file(packed, kind), summary)


def _pack(files: tuple[Path, ...], into: Path, name: str) -> None:
    """The files in a folder of this name, so that unpacking strews nothing about."""
    if into.suffix == ".zip":
        with zipfile.ZipFile(into, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as packed:
            for file in files:
                packed.write(file, f"{name}/{file.name}")
        return
    with tarfile.open(into, "w:gz", compresslevel=6) as tar:
        for file in files:
            tar.add(file, f"{name}/{file.name}")


def _backup(asked: BackupIn, folder: JobFolder, graphs: Graphs, tell: Tell) -> Made:
    store, form = graphs.store, asked.parameters.form
    copy = form == "copy" or (form is None and isinstance(store, SqliteStore))
    target = folder.made / f"isthmus-{datetime.now(UTC):%Y%m%dT%H%M%SZ}{'.db' if copy else '.tar'}"
    taken = back_up(store, target, lambda share: tell(share, "backing up"))
    summary = {"form": taken.form, "graph_hash": taken.graph_hash, "counts": asdict(taken.counts), "bytes": taken.size}
    kind = "application/vnd.sqlite3" if copy else "application/x-tar"
    return Made(f"graph {taken.graph_hash[:16]}, checked", _file(taken.file, kind), summary)


def _gaps(asked: GapsIn, folder: JobFolder, graphs: Graphs) -> Made:
    told = asked.parameters
    snapshot = graphs.snapshot(told.as_of)
    if told.a:
        bridged = answer_bridges(graphs.store, snapshot, told.a, told.b, lexicon().canonical, top=told.top)
        return _told(folder, f"{len(bridged.bridges):,} bridges", _json(bridged))
    found = answer_gaps(graphs.store, snapshot, top=told.top)
    return _told(folder, f"{len(found.gaps):,} gaps", _json(found))


def _propose(asked: ProposeParameters, folder: JobFolder, graphs: Graphs, tell: Tell) -> Made:
    store, turns = graphs.store, 0
    source, target = (resolve(name, store, lexicon().canonical) for name in (asked.from_, asked.to))

    def on_turn(turn: Turn) -> None:
        nonlocal turns
        turns += 1
        tell(None, f"{turns} turns of the panel")  # nobody knows how many come

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
    return _told(folder, f"a report on {source.name} and {target.name}", _json(found.report))


def _score(asked: ScoreIn, folder: JobFolder, graphs: Graphs) -> Made:
    told = asked.parameters
    pairs = [(pair.a, pair.c) for pair in told.pairs]
    scores = answer_scores(pairs, graphs.store, graphs.snapshot(told.as_of), lexicon().canonical)
    problems = sum(1 for one in scores if one.problem)
    value = {"as_of": told.as_of, "scores": [_json(one) for one in scores]}
    return _told(folder, f"{len(scores) - problems:,} of {len(scores):,} pairs scored", value)


def _verify(asked: VerifyIn, folder: JobFolder, tell: Tell) -> Made:
    rows: list[Mapping[str, Any]] = []
    problems: list[dict[str, Any]] = []
    total = len(asked.parameters.rows)
    for number, row in enumerate(verify_rows(asked.parameters.rows, lexicon()), start=1):
        if isinstance(row, BadRow):
            problems.append({"row": row.line, "reason": row.reason})
        else:
            rows.append(row)
        tell(number / total, f"{number:,} of {total:,} rows")
    return _told(folder, f"{len(rows):,} of {total:,} rows judged", {"rows": rows, "problems": problems})


def _told(folder: JobFolder, message: str, value: Any, summary: Mapping[str, Any] | None = None) -> Made:  # noqa: ANN401 - JSON
    file = folder.made / "result.json"
    try:
        file.write_bytes(orjson.dumps(value))
    except TypeError:  # half a surrogate pair in a row that was sent: UTF-8 cannot hold it
        file.write_text(json.dumps(value), encoding="ascii")
    return Made(message, _file(file, JSON), summary or {})


def _json(answer: Any) -> Any:  # noqa: ANN401 - a model of pydantic
    return answer.model_dump(mode="json", by_alias=True)


def _file(path: Path, media_type: str) -> JobFile:
    return JobFile(path.name, media_type, path.stat().st_size)
