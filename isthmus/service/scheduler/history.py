"""What the runs of a schedule did. Each is written when it starts, after each batch, and when it ends."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from isthmus.graph.stores.entries import EntryKind
from isthmus.graph.stores.protocol import Store

KEPT = 200  # runs of each schedule


class RunOutcome(StrEnum):
    """How a run ended. ``interrupted``: its process died, and the next run went on where it had come to."""

    RUNNING = "running"
    DONE = "done"
    EMPTY = "empty"
    FAILED = "failed"
    CANCELLED = "cancelled"
    INTERRUPTED = "interrupted"


class Trigger(StrEnum):
    """Who started it."""

    CRON = "cron"
    MANUAL = "manual"


@dataclass(frozen=True, slots=True)
class ScheduledRun:
    """One run. ``reason`` is never empty but for ``running`` and ``done``; ``counts`` are those of an ingest,
    ``run`` its id, by which the ledger and ``isthmus runs`` know it.
    """

    schedule: str
    started: str
    trigger: Trigger
    outcome: RunOutcome = RunOutcome.RUNNING
    reason: str = ""
    ended: str = ""
    batches: int = 0
    requests: int = 0
    through: str = ""
    run: str = ""
    counts: dict[str, Any] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        """The run as it is printed: its counts beside its other fields."""
        told = asdict(self)
        return {**told.pop("counts"), **told}


def write(store: Store, run: ScheduledRun) -> ScheduledRun:
    """Keep a run as it is now."""
    store.put_entry(EntryKind.RUN, f"{run.schedule}/{run.started}", asdict(run))
    return run


def history_of(store: Store, name: str) -> list[ScheduledRun]:
    """The runs of a schedule that are kept, the newest first."""
    return sorted(_runs(store, name), key=lambda run: run.started, reverse=True)


def close_interrupted(store: Store, name: str) -> None:
    """Mark runs that nobody ended, and let go of the oldest. Called by whoever holds the schedule's lease."""
    for number, run in enumerate(history_of(store, name)):
        if run.outcome is RunOutcome.RUNNING:
            reason = "its process ended in the middle: the next run went on where it had come to"
            write(store, replace(run, outcome=RunOutcome.INTERRUPTED, reason=reason, ended=_now()))
        elif number >= KEPT:
            store.delete_entry(EntryKind.RUN, f"{name}/{run.started}")


def forget(store: Store, name: str) -> None:
    """Take the history of a schedule out."""
    for run in list(_runs(store, name)):
        store.delete_entry(EntryKind.RUN, f"{name}/{run.started}")


def _runs(store: Store, name: str) -> Iterator[ScheduledRun]:
    cursor = ""
    while True:
        page = store.entries(EntryKind.RUN, prefix=f"{name}/", limit=500, cursor=cursor)
        for entry in page.items:
            value = entry.value
            yield ScheduledRun(
                **{**value, "trigger": Trigger(value["trigger"]), "outcome": RunOutcome(value["outcome"])}
            )
        cursor = page.cursor
        if not cursor:
            return


def _now() -> str:
    return datetime.now(UTC).isoformat()
