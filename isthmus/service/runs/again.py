"""Reading again: going on with a run that was cut off, and trying once more what a run could not read."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from isthmus.errors import UsageError
from isthmus.extractors.readers import Kind, inputs
from isthmus.extractors.readers.association_table import ColumnMap
from isthmus.graph.stores.ledger import LedgerRow, Outcome
from isthmus.graph.stores.protocol import Store
from isthmus.service.runs.record import Asked, Run, RunState, Trigger, all_runs, find_run

RETRIED = (Outcome.FAILED, Outcome.QUARANTINED)


class NothingToResume(UsageError):
    """No run that could be gone on with."""

    http_status = 409


class NothingToRetry(UsageError):
    """No document of a run that could be read again."""

    http_status = 409


@dataclass(frozen=True, slots=True)
class Task:
    """Files to read, and how. With ``anew`` quarantined documents are read again, too.

    ``mended`` are failures of an earlier run which the ledger forgets where they do not happen again. ``told`` is what to
    know about it, a line each.
    """

    files: tuple[Path, ...]
    asked: Asked
    anew: bool = False
    mended: tuple[str, ...] = ()
    told: tuple[str, ...] = ()

    @property
    def kind(self) -> Kind | None:
        """What the files are, where that was said."""
        return Kind(self.asked.kind) if self.asked.kind else None

    @property
    def columns(self) -> ColumnMap | None:
        """Which column of a table holds what."""
        return ColumnMap(**self.asked.columns) if self.asked.columns else None

    def settle(self, store: Store, run: str) -> None:
        """Once all files were read by ``run``: what failed before and did not now is no failure any more."""
        rows = store.ledger(self.mended)
        store.forget_failures([name for (name, _), row in rows.items() if row.run != run])


def resumed(store: Store, key: str = "") -> Task:
    """What is left of a run, or of the last one that was interrupted or stopped. Raises ``NothingToResume``.

    Files that were done are passed over, unless they have changed; of the one that was on, what is in is ``unchanged``.
    """
    run = find_run(store, key) if key else _last_cut_off(store)
    if run.state not in (RunState.INTERRUPTED, RunState.CANCELLED, RunState.FAILED):
        raise NothingToResume(
            f"run {run.id} is {run.state}: only one that was interrupted, stopped or failed is resumed"
        )
    files = _files_of(run)
    left = _left(run, files)
    done = run.counts.get("read", 0)
    passed = f", and {len(files) - len(left):,} of {len(files):,} files are done" if len(files) > 1 else ""
    told = f"run {run.id} had read {done:,} documents{passed}: what is in already is not read again"
    return Task(tuple(left), replace(run.asked, resumes=run.id, retries=""), told=(told,))


def retried(store: Store, key: str, outcomes: Sequence[Outcome] = RETRIED) -> Task:
    """The files of a run which hold what it could not read. Raises ``NoSuchRun`` and ``NothingToRetry``."""
    run = find_run(store, key)
    if run.state is RunState.RUNNING:
        raise NothingToRetry(f"run {run.id} is on: wait for its end")
    rows = [row for outcome in outcomes for row in _rows(store, run.id, outcome)]
    if not rows:
        what = " or ".join(outcomes)
        raise NothingToRetry(f"the ledger has nothing {what} of run {run.id}: isthmus runs show {run.id} tells its end")
    wanted = {row.source for row in rows}
    files = [path for path in _files_of(run) if path.name in wanted]
    gone = sorted(wanted - {path.name for path in files})
    if not files:
        raise NothingToRetry(f"{', '.join(gone[:5])} {_where(run)}")
    told = [f"{name} {_where(run)}: it is left out" for name in gone]
    told += [f"{path.name} has changed since: it is read as it is now" for path in files if _changed_since(run, path)]
    # A failure with a digest is part of a document that is in: it is not met again where that is unchanged.
    failed = [row for row in rows if row.outcome is Outcome.FAILED and not row.digest and row.source not in gone]
    return Task(
        tuple(files),
        replace(run.asked, retries=run.id, resumes=""),
        anew=Outcome.QUARANTINED in outcomes,
        mended=tuple(row.document for row in failed),
        told=tuple(told),
    )


def _last_cut_off(store: Store) -> Run:
    for run in all_runs(store):
        if (
            run.state in (RunState.INTERRUPTED, RunState.CANCELLED)
            and run.asked.paths
            and run.trigger is Trigger.COMMAND
        ):
            return run
    raise NothingToResume("no run was interrupted: isthmus runs list shows what there was")


def _files_of(run: Run) -> list[Path]:
    """The files that a run read which are still there. Raises ``NothingToResume`` for a schedule's."""
    if not run.asked.paths:
        raise NothingToResume(f"run {run.id} is of schedule {run.asked.schedule}: isthmus schedule run goes on with it")
    there = [path for path in map(Path, run.asked.paths) if path.exists()]
    if not there:
        raise NothingToResume(f"{', '.join(run.asked.paths[:3])} {_where(run)}")
    return inputs(there)


def _where(run: Run) -> str:
    if run.trigger is Trigger.REST:
        return "was sent over the network and is not kept: send it again"
    return "is there no longer: put it back where it was, or ingest it from where it is now"


def _left(run: Run, files: Sequence[Path]) -> list[Path]:
    """All files but the first ones that a run was done with, if they are still the first ones."""
    count = run.files_done
    if not 0 < count <= len(files) or str(files[count - 1].absolute()) != run.last_file:
        return list(files)
    return [path for number, path in enumerate(files) if number >= count or _changed_since(run, path)]


def _changed_since(run: Run, path: Path) -> bool:
    return path.stat().st_mtime > datetime.fromisoformat(run.started).timestamp()


def _rows(store: Store, run: str, outcome: Outcome) -> Iterator[LedgerRow]:
    cursor = ""
    while True:
        page = store.find_ledger_rows(run=run, outcome=outcome, limit=1000, cursor=cursor)
        yield from page.items
        cursor = page.cursor
        if not cursor:
            return
