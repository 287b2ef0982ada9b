"""Documents that were sent to the service, read into the graph."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from isthmus.errors import UsageError
from isthmus.extractors.readers import Kind
from isthmus.graph.stores.protocol import Store
from isthmus.service.ingest import Progress, ingest
from isthmus.service.profile import Profile
from isthmus.service.runs.record import Trigger
from isthmus.service.runs.summary import Summary
from isthmus.service.settings import settings
from isthmus.service.watch.after_ingest import tell_watchers


class NothingToRead(UsageError):
    """A request without a document that can be read."""

    http_status = 422


def read_sent(
    store: Store,
    paths: Sequence[Path],
    *,
    kind: Kind | None = None,
    profile: Profile = Profile.DEFAULT,
    progress: Progress = lambda source, summary, share: None,
) -> Summary:
    """Ingest files that were sent, and tell whoever watches. Raises ``NothingToRead`` where none of them could be read."""
    summary = ingest(
        paths,
        store,
        kind=kind,
        profile=profile,
        workers=settings().workers,
        progress=progress,
        trigger=Trigger.REST,
    )
    if summary.changed:
        tell_watchers(store)
    if summary.failed and summary.failed == summary.read:
        told = "; ".join(f"{each.record}: {each.reason}".removeprefix(": ") for each in summary.failures[:5])
        raise NothingToRead(told)
    return summary
