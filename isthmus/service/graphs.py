"""The store and its snapshots, as a process that answers many questions holds them."""

from __future__ import annotations

import shutil
import threading
from collections import OrderedDict
from collections.abc import Callable, Iterator
from contextlib import suppress
from contextvars import copy_context
from pathlib import Path

from isthmus.errors import IsthmusError
from isthmus.graph.discovery.chance.nulls import Nulls, nulls_of
from isthmus.graph.discovery.memory.saved import FORMAT, UnusableSnapshot, open_columns, open_snapshot, save_snapshot
from isthmus.graph.discovery.memory.snapshot import Snapshot
from isthmus.graph.stores.columns import GraphColumns
from isthmus.graph.stores.open import Place, open_store, place_of
from isthmus.graph.stores.protocol import Store
from isthmus.graph.vocabulary import Category
from isthmus.service.learned import keep, recall
from isthmus.service.settings import settings
from isthmus.steps import step

SNAPSHOTS_KEPT = 4  # in memory
FOLDERS_KEPT = 4  # versions of graphs, on disk
PATIENCE = 3.0  # seconds that whoever asks waits for a server that is away: then they are told to come back
YEARS_KEPT = 4  # of each of these
BACKGROUND = "isthmus-nulls"  # name of the threads that fit while questions are answered
WORTH_SAVING = 20_000  # statements: a smaller graph is made from the store as fast as it is opened


def snapshot_of(
    store: Store, as_of: int | None = None, *, cache: Path | None = None, worth_saving: int = WORTH_SAVING
) -> Snapshot:
    """The store's graph in memory, as it is now or was at the end of a year.

    A graph that was asked for before is mapped from the cache, which all processes share; one that has changed a little
    since then is brought up to date from that. Where the cache cannot be used, the graph is made from the store.

    Args:
        store: where the graph is.
        as_of: the year.
        cache: the folder to use instead of that of the settings.
        worth_saving: how many statements a graph must have to be kept in the cache.
    """
    with step("snapshot.make") as making:
        snapshot, how = _opened_or_made(store, as_of, (cache or settings().cache_folder) / "snapshots", worth_saving)
        making.add(how=how, statements=len(snapshot.statement_ids))
    return snapshot


def _opened_or_made(store: Store, as_of: int | None, snapshots: Path, worth_saving: int) -> tuple[Snapshot, str]:
    """The snapshot, and how it was had: ``opened``, ``refreshed`` or ``built``."""
    folder = snapshots / _name(store.version())
    with suppress(UnusableSnapshot):
        found = open_snapshot(folder, as_of)
        folder.touch()
        return found, "opened"
    caught_up = _caught_up(store, as_of, snapshots)
    made, how = (caught_up, "refreshed") if caught_up else (Snapshot.from_columns(store.columns(), as_of), "built")
    if len(made.statement_ids) < worth_saving:
        return made, how
    with suppress(OSError, UnusableSnapshot):
        folder = snapshots / _name(made.columns.version)
        save_snapshot(made, folder)
        _clear(folder)
        return open_snapshot(folder, as_of), how
    return made, how


def _caught_up(store: Store, as_of: int | None, snapshots: Path) -> Snapshot | None:
    """From the saved graph that the store says it was last, with what was touched since; ``None`` where there is none."""
    for folder in _latest_first(snapshots.glob(f"{FORMAT}-*")):
        with suppress(UnusableSnapshot):
            columns = open_columns(folder)
            if columns.version == store.version():  # another year of the same graph
                return Snapshot.from_columns(columns, as_of)
            changes = store.changes(columns.version)
            if changes is not None:
                return _open(folder, columns, as_of).refreshed(changes)
    return None


def _open(folder: Path, columns: GraphColumns, as_of: int | None) -> Snapshot:
    try:
        return open_snapshot(folder, as_of)
    except UnusableSnapshot:
        return Snapshot.from_columns(columns, as_of)


def _name(version: str) -> str:
    return f"{FORMAT}-{version[:32]}"


def _clear(used: Path) -> None:
    """Remove all but the folders, and in the one in use all but the years, that were used last."""
    used.touch()
    folders = _latest_first(each for each in used.parent.iterdir() if each.is_dir())
    years = _latest_first(used.glob("layers-*.bin"))
    for each in folders[FOLDERS_KEPT:]:
        shutil.rmtree(each, ignore_errors=True)
    for each in years[YEARS_KEPT:]:
        each.unlink(missing_ok=True)


def _latest_first(paths: Iterator[Path]) -> list[Path]:
    times = {}
    for path in paths:
        with suppress(OSError):  # another process was faster
            times[path] = path.stat().st_mtime_ns
    return sorted(times, key=lambda path: times[path], reverse=True)


class Graphs:
    """One store, shared by all threads, and the snapshots of it that were asked for last.

    A snapshot belongs to a version of the graph and a year: when the graph changes, the next question gets a new one.
    """

    def __init__(self, url: str) -> None:
        self.url = url  # with the password, where it holds one: not to be shown
        self._lock = threading.Lock()
        self._opening = threading.Lock()
        self._opened: tuple[Place, Store] | None = None
        self._snapshots: OrderedDict[tuple[str, int | None], Snapshot] = OrderedDict()

    @property
    def store(self) -> Store:
        """The store. One that was away is opened when it is back, a file in place of another one too.

        Raises ``StoreUnreachable``.
        """
        place, opened = place_of(self.url), self._opened
        if opened is not None and opened[0] == place:
            return opened[1]
        with self._opening:
            if self._opened is not None and self._opened[0] != place:
                self._opened[1].close()  # before the other file is opened: SQLite finds its log by the file's name
                self._opened = None
            if self._opened is None:
                self._opened = place, open_store(self.url, create=False, patience=PATIENCE)
            return self._opened[1]

    def snapshot(self, as_of: int | None = None) -> Snapshot:
        """The graph in memory, as it is now or was at the end of a year."""
        key = (self.store.version(), as_of)
        with self._lock:
            if key not in self._snapshots:
                before = next((known for (_, year), known in reversed(self._snapshots.items()) if year == as_of), None)
                self._snapshots[key] = recall(snapshot_of(self.store, as_of))
                if before is not None:
                    _in_background(_fit_anew, self._snapshots[key], before)
                while len(self._snapshots) > SNAPSHOTS_KEPT:
                    keep(self._snapshots.popitem(last=False)[1])
            self._snapshots.move_to_end(key)
            return self._snapshots[key]

    def held(self, version: str, as_of: int | None) -> Snapshot | None:
        """The graph as it was in a version (or its beginning), where it is still in memory or is that of now."""
        with self._lock:
            for (known, year), snapshot in reversed(self._snapshots.items()):
                if version and year == as_of and known.startswith(version):
                    return snapshot
        return self.snapshot(as_of) if version and self.store.version().startswith(version) else None

    def warm(self) -> None:
        """Fit the nulls that most questions need in the background: the first one need not wait, or not as long."""

        def fit() -> None:
            with suppress(IsthmusError):  # no store yet, or it is away: the first question says so
                _fit_usual(self.snapshot())

        _in_background(fit)

    def close(self) -> None:
        """Let go of every connection; what was learned is kept."""
        with self._lock:
            for snapshot in self._snapshots.values():
                keep(snapshot)
        with self._opening:
            if self._opened is not None:
                self._opened[1].close()
            self._opened = None


def _in_background(work: Callable[..., None], *on: Snapshot) -> None:
    here = copy_context()  # the request that it is for: in logs and traces it is part of that
    threading.Thread(target=here.run, args=(work, *on), name=BACKGROUND, daemon=True).start()


def _fit_anew(snapshot: Snapshot, before: Snapshot) -> None:
    """The nulls that were had of the graph as it was, for the graph as it is: layers that did not change are not fitted."""
    for key, known in list(before.memo.items()):
        if isinstance(known, Nulls) and key not in snapshot.memo:
            _, source, target, hops, damping = key
            nulls_of(snapshot, source, target, hops, damping=damping, known=known)
    keep(snapshot)


def _fit_usual(snapshot: Snapshot) -> None:
    """The nulls between each kind of drug, or genes, and diseases."""
    if Category.DISEASE in snapshot.members:
        for kind in snapshot.members:
            if Category.DRUG.includes(kind) or kind is Category.GENE:
                nulls_of(snapshot, kind, Category.DISEASE)
    keep(snapshot)
