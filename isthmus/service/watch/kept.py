"""Watches and alerts in the store. A watch is one entry with its standing; an alert one, and one in the outbox for each who
is to be told.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from isthmus.errors import UsageError
from isthmus.graph.stores.entries import Entry, EntryChanged, EntryKind
from isthmus.graph.stores.protocol import Page, Store
from isthmus.service.hypotheses.kept import SHORTEST, every
from isthmus.service.watch.watch import Alert, LinkStanding, ListStanding, Watch


class UnknownWatch(UsageError):
    """An id that no watch of this store has, or that several begin with."""

    http_status = 404


@dataclass(frozen=True, slots=True)
class Watched:
    """A watch with where it stood, in which version of the graph; ``pending`` are alerts that are not yet where people look."""

    watch: Watch
    standing: LinkStanding | ListStanding | None
    version: str
    pending: Sequence[Alert]
    revision: int


def add(store: Store, watch: Watch) -> Watched:
    """Watch something. The same again changes whom to tell and the length of the top, and keeps where it stood."""
    while True:
        entry = store.entry(EntryKind.WATCH, watch.id)
        known = _watched(entry) if entry else Watched(watch, None, "", (), 0)
        same = known.watch.top == watch.top or watch.joins
        now = replace(known, watch=watch, standing=known.standing if same else None)
        try:
            return _put(store, now)
        except EntryChanged:
            continue


def remove(store: Store, text: str) -> Watch:
    """Watch it no longer. Raises ``UnknownWatch``. Its alerts stay."""
    found = find(store, text)
    store.delete_entry(EntryKind.WATCH, found.watch.id)
    return found.watch


def find(store: Store, text: str) -> Watched:
    """A watch from the beginning of its id. Raises ``UnknownWatch``."""
    wanted = text.strip().lower()
    entries = store.entries(EntryKind.WATCH, prefix=wanted, limit=2).items if len(wanted) >= SHORTEST else ()
    if len(entries) != 1:
        what = "several watches begin" if entries else "no watch begins"
        raise UnknownWatch(
            f"{what} with {wanted!r}: `isthmus watch list` shows their ids, {SHORTEST} characters are enough"
        )
    return _watched(entries[0])


def watched_of(store: Store) -> list[Watched]:
    """All watches with where they stood, by id."""
    return [_watched(entry) for entry in every(store, EntryKind.WATCH)]


def any_watch(store: Store) -> bool:
    """Whether anything is watched."""
    return bool(store.entries(EntryKind.WATCH, limit=1).items)


def unpublished(store: Store) -> list[Watched]:
    """The watches of which a run was cut off before its alerts were out."""
    return [one for one in watched_of(store) if one.pending]


def write(
    store: Store,
    watched: Watched,
    standing: LinkStanding | ListStanding | None,
    version: str,
    alerts: Sequence[Alert],
) -> Watched:
    """Where it stands now, and with the same stroke the alerts that are still to be published.

    Raises ``EntryChanged`` where it was written or taken away since it was read.
    """
    return _put(store, replace(watched, standing=standing, version=version, pending=tuple(alerts)))


def publish(store: Store, watched: Watched) -> None:
    """Put the pending alerts where people look and into the outbox, then strike them off; twice does no harm."""
    for alert in watched.pending:
        put_once(store, EntryKind.ALERT, alert.id, alert.model_dump(mode="json"))
        for place, target in enumerate(watched.watch.notify):
            letter = {"alert": alert.id, "to": target, "attempts": 0, "next": "", "error": ""}
            put_once(store, EntryKind.OUTBOX, f"{alert.id}/{place}", letter)
    try:
        _put(store, replace(watched, pending=()))
    except EntryChanged:  # another run has published the same
        return


def put_once(store: Store, kind: EntryKind, key: str, value: dict[str, Any]) -> None:
    """Write an entry that is not there yet."""
    try:
        store.put_entry(kind, key, value, expected=0)
    except EntryChanged:
        return


def alerts_of(store: Store, *, limit: int = 100, cursor: str = "") -> Page[Alert]:
    """Alerts in the order in which they came."""
    page = store.entries(EntryKind.ALERT, limit=limit, cursor=cursor)
    return Page(tuple(Alert.model_validate(entry.value) for entry in page.items), page.cursor)


def latest_alerts(store: Store, most: int = 100, watch: str = "") -> list[Alert]:
    """The newest alerts, newest first; of one watch where its id is given."""
    found = [entry for entry in every(store, EntryKind.ALERT) if watch in ("", entry.value["watch"])]
    return [Alert.model_validate(entry.value) for entry in reversed(found[-most:])]


def letters(store: Store) -> Iterator[Entry]:
    """Who is still to be told of what, oldest first."""
    yield from every(store, EntryKind.OUTBOX)


def _put(store: Store, watched: Watched) -> Watched:
    standing = watched.standing
    value = {
        "hypothesis": watched.watch.hypothesis,
        "watch": watched.watch.model_dump(mode="json"),
        "standing": standing.model_dump(mode="json") if standing is not None else None,
        "version": watched.version,
        "pending": [one.model_dump(mode="json") for one in watched.pending],
    }
    entry = store.put_entry(EntryKind.WATCH, watched.watch.id, value, expected=watched.revision)
    return replace(watched, revision=entry.revision)


def _watched(entry: Entry) -> Watched:
    value = entry.value
    watch = Watch.model_validate(value["watch"])
    form = LinkStanding if watch.joins else ListStanding
    standing = form.model_validate(value["standing"]) if value["standing"] is not None else None
    pending = tuple(Alert.model_validate(one) for one in value["pending"])
    return Watched(watch, standing, value["version"], pending, entry.revision)
