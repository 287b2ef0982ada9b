"""How much a key may ask in a day: counted in the store, so that replicas share it and a restart forgets nothing."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from isthmus.graph.stores.entries import EntryChanged, EntryKind
from isthmus.graph.stores.protocol import Store
from isthmus.service.security.keys import Key
from isthmus.service.security.limits import Allowance

DAY = 86_400  # seconds
SHARE = 50  # a process takes this part of a quota at a time: one write for so many requests


def _now() -> datetime:
    return datetime.now(UTC)


@dataclass(slots=True)
class _Taken:
    """What this process has taken of a key's day and not yet used, and how much all have taken of it."""

    day: str
    quota: int
    unused: int = 0
    used_up: int = 0


class Quotas:
    """Counts the requests of keys that have a quota, in days of UTC.

    A process takes requests from the store by the block, by compare and set, and gives them out from memory: a quota is never
    exceeded, by however many replicas; what a process held when it ended is lost for that day (a fiftieth of the quota at most).
    """

    def __init__(self, now: Callable[[], datetime] = _now) -> None:
        self._now = now
        self._taken: dict[str, _Taken] = {}
        self._lock = threading.Lock()

    def take(self, store: Store, key: Key) -> Allowance | None:
        """Take one request from a key's day; ``None`` for a key without a quota. Raises what a store that is away does."""
        if not key.quota:
            return None
        now = self._now()
        day = now.date().isoformat()
        with self._lock:  # one thread of this process at a time takes a block
            held = self._taken.get(key.id)
            if held is None or (held.day, held.quota) != (day, key.quota):
                held = self._taken[key.id] = _Taken(day, key.quota)
            if not held.unused and held.used_up < key.quota:
                held.unused, held.used_up = _block(store, key, day)
            granted = held.unused > 0
            held.unused -= granted
            left = held.unused + max(0, key.quota - held.used_up)
        until = (_midnight(now) - now).total_seconds()
        return Allowance(key.quota, left, 0.0 if granted else until, until, window=DAY)


def used_today(store: Store, key: Key, now: datetime | None = None) -> int:
    """How many requests of a key's quota are taken today, those that processes hold included."""
    entry = store.entry(EntryKind.USAGE, _id(key, (now or _now()).date().isoformat()))
    return int(entry.value["requests"]) if entry else 0


def _block(store: Store, key: Key, day: str) -> tuple[int, int]:
    """The next requests of a key's day for this process, none where it is used up; and how many are taken then."""
    while True:
        entry = store.entry(EntryKind.USAGE, _id(key, day))
        taken = int(entry.value["requests"]) if entry else 0
        block = min(max(1, key.quota // SHARE), key.quota - taken)
        if block <= 0:
            return 0, taken
        try:
            value = {"requests": taken + block}
            store.put_entry(EntryKind.USAGE, _id(key, day), value, expected=entry.revision if entry else 0)
        except EntryChanged:  # another replica took some
            continue
        return block, taken + block


def _id(key: Key, day: str) -> str:
    return f"{key.id}/{day}"


def _midnight(now: datetime) -> datetime:
    return datetime.combine(now.date() + timedelta(days=1), datetime.min.time(), UTC)
