"""What a store is made of: its schema, its indexes, its file, and its clock beside ours."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from functools import cache, partial

from isthmus.graph.stores.protocol import Store
from isthmus.graph.stores.structure import Structure
from isthmus.service.doctor.check import Broken, Look
from isthmus.service.runs.record import runs_of

MOST_SKEW = 30.0  # seconds: leases last 60 and are renewed every 10
SET_BACK = timedelta(minutes=5)  # that our clock may be behind what was written last


def store_looks(store: Store) -> Iterator[Look]:
    """Looks at a store that answers."""
    structure = cache(store.structure)
    yield "schema", lambda: _schema(structure())
    yield "indexes", lambda: _indexes(structure())
    yield "integrity", lambda: _integrity(structure())
    yield "clock", partial(_clock, store, structure)


def _schema(structure: Structure) -> str:
    if structure.schema < structure.newest:
        raise Broken(f"step {structure.schema} of {structure.newest}: any command that opens the store takes the rest")
    return f"step {structure.schema} of {structure.newest}"


def _indexes(structure: Structure) -> str:
    wrong = [f"{one} is missing" for one in structure.missing] + list(structure.unready)
    if wrong:
        raise Broken(f"{'; '.join(wrong)}: `isthmus doctor --mend` makes them anew")
    return f"all {structure.indexes} are there"


def _integrity(structure: Structure) -> str:
    if structure.damage:
        raise Broken(
            f"the file is damaged ({structure.damage[0]}, {len(structure.damage)} found): stop what writes to it, keep a "
            "copy, and put the last backup in its place with `isthmus restore`"
        )
    return "the file is whole" if structure.clock_ahead is None else "the server looks after its own files"


def _clock(store: Store, structure: Callable[[], Structure]) -> str:
    now = datetime.now(UTC)
    for run in runs_of(store, limit=1).items:
        written = datetime.fromisoformat(run.ended or run.started)
        if written - now > SET_BACK:
            raise Broken(
                f"it is {now:%Y-%m-%d %H:%M} UTC here, and the last run wrote {written:%Y-%m-%d %H:%M}: set this machine's "
                "clock (an NTP client keeps it right); till then schedules wait for the time that was"
            )
    ahead = structure().clock_ahead
    if ahead is not None and abs(ahead) > MOST_SKEW:
        side = "behind" if ahead > 0 else "ahead of"
        raise Broken(
            f"this machine is {abs(ahead):,.0f} s {side} the store's: set the one that is wrong, or two schedulers may "
            "take each other for dead"
        )
    beside = "" if ahead is None else f", {abs(ahead):.1f} s from the store's"
    return f"{now:%Y-%m-%d %H:%M:%S} UTC{beside}"
