"""The store and its snapshots, as a process that answers many questions holds them."""

from __future__ import annotations

import threading
from collections import OrderedDict

from isthmus.graph.discovery.snapshot import Snapshot
from isthmus.graph.stores.open import open_store
from isthmus.graph.stores.protocol import Store

SNAPSHOTS_KEPT = 4


class Graphs:
    """One store, opened once a thread, and the snapshots of it that were asked for last.

    A snapshot belongs to a graph hash and a year: when the graph changes, the next question builds a new one.
    """

    def __init__(self, url: str) -> None:
        self._url = url
        self._local = threading.local()
        self._lock = threading.Lock()
        self._opened: list[Store] = []
        self._snapshots: OrderedDict[tuple[str, int | None], Snapshot] = OrderedDict()

    @property
    def store(self) -> Store:
        """This thread's connection. Raises ``StoreUnreachable``."""
        if not hasattr(self._local, "store"):
            self._local.store = open_store(self._url, create=False)
            with self._lock:
                self._opened.append(self._local.store)
        store: Store = self._local.store
        return store

    def snapshot(self, as_of: int | None = None) -> Snapshot:
        """The graph in memory, as it is now or was at the end of a year."""
        key = (self.store.graph_hash(), as_of)
        with self._lock:
            if key not in self._snapshots:
                self._snapshots[key] = Snapshot.from_columns(self.store.columns(), as_of=as_of)
                while len(self._snapshots) > SNAPSHOTS_KEPT:
                    self._snapshots.popitem(last=False)
            self._snapshots.move_to_end(key)
            return self._snapshots[key]

    def close(self) -> None:
        """Let go of every connection."""
        with self._lock:
            for store in self._opened:
                store.close()
            self._opened.clear()
