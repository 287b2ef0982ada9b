"""What an ingest leaves to be done for those who watch: the run over the watch-list, and the letters."""

from __future__ import annotations

from dataclasses import dataclass

from isthmus.graph.stores.protocol import Store
from isthmus.service.watch.kept import any_watch
from isthmus.service.watch.outbox import Delivered, deliver
from isthmus.service.watch.run import WatchRun, run_watches
from isthmus.steps import step


@dataclass(frozen=True, slots=True)
class Told:
    """What the run found and who was told."""

    run: WatchRun
    delivered: Delivered


def tell_watchers(store: Store) -> Told | None:
    """Run the watch-list and send what is due; ``None``, at the cost of one look, where nobody watches anything."""
    if not any_watch(store):
        return None
    with step("watches.run"):
        run = run_watches(store)
        return Told(run, deliver(store))
