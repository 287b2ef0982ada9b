"""Leases: one holder among all processes that share a store, by compare-and-set.

A lease ends by itself when its holder no longer renews it. On the same machine a holder that has died is known at once.
Clocks of replicas may differ by ``LASTS - RENEWED`` seconds; what happens beyond that is two readers of the same window,
which changes nothing in the graph, and of which the second to move a cursor is refused.
"""

from __future__ import annotations

import os
import socket
import threading
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import TracebackType
from typing import Self

from isthmus.errors import IsthmusError
from isthmus.graph.stores.entries import Entry, EntryChanged, EntryKind
from isthmus.graph.stores.protocol import Store

LASTS = 60.0  # seconds without a sign of life
RENEWED = 10.0


class LeaseTaken(IsthmusError):
    """Somebody else holds the lease."""

    http_status = 409


class LeaseLost(IsthmusError):
    """The lease ran out, or was taken, while it was held."""


class Lease:
    """A lease while it is held; a thread renews it. Use it in a ``with`` block."""

    def __init__(self, store: Store, key: str, entry: Entry, lasts: float) -> None:
        self._store, self._key, self._entry, self._lasts = store, key, entry, lasts
        self._ended, self._lost = threading.Event(), False
        self._thread = threading.Thread(target=self._keep, name=f"lease {key}", daemon=True)
        self._thread.start()

    @property
    def lost(self) -> bool:
        """Whether it ran out, or was taken."""
        return self._lost

    def check(self) -> None:
        """Whether it is still held. Raises ``LeaseLost``."""
        if self._lost:
            raise LeaseLost(f"the lease of {self._key} went to somebody else: what was written is kept")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._ended.set()
        self._thread.join()
        with suppress(EntryChanged, IsthmusError):  # whoever has it now, or finds it run out, needs no word of ours
            free = {"holder": "", "until": ""}
            self._store.put_entry(EntryKind.LEASE, self._key, free, expected=self._entry.revision)

    def _keep(self) -> None:
        failed_since: datetime | None = None
        while not self._ended.wait(min(RENEWED, self._lasts / 4)):
            try:
                value = _value(holder(), self._lasts)
                self._entry = self._store.put_entry(EntryKind.LEASE, self._key, value, expected=self._entry.revision)
                failed_since = None
            except EntryChanged:
                self._lost = True
                return
            except IsthmusError:  # a store that is away for a moment: as long as the lease lasts it is ours
                failed_since = failed_since or datetime.now(UTC)
                self._lost = datetime.now(UTC) - failed_since > timedelta(seconds=self._lasts * 0.7)


def acquire(store: Store, key: str, *, lasts: float = LASTS, me: str = "") -> Lease:
    """Take a lease that is free, has run out, or whose holder died on this machine. Raises ``LeaseTaken``."""
    me = me or holder()
    found = store.entry(EntryKind.LEASE, key)
    if found is not None and _in_force(found):
        machine, process = found.value["holder"].split("/")[:2]
        raise LeaseTaken(f"{key} is held by {machine} (process {process}) until {found.value['until'][:19]} UTC")
    try:
        expected = found.revision if found else 0
        return Lease(store, key, store.put_entry(EntryKind.LEASE, key, _value(me, lasts), expected=expected), lasts)
    except EntryChanged:
        raise LeaseTaken(f"{key} was taken by another process at this moment") from None


def is_held(store: Store, key: str) -> bool:
    """Whether somebody holds a lease who is, as far as can be told, alive."""
    found = store.entry(EntryKind.LEASE, key)
    return found is not None and _in_force(found)


def _in_force(lease: Entry) -> bool:
    who, until = lease.value["holder"], lease.value["until"]
    return bool(who) and until > datetime.now(UTC).isoformat() and not is_dead(who)


def _value(who: str, lasts: float) -> dict[str, str]:
    return {"holder": who, "until": (datetime.now(UTC) + timedelta(seconds=lasts)).isoformat()}


def holder() -> str:
    """This process among all: machine, number, and the moment it started in the machine's own count."""
    return f"{socket.gethostname()}/{os.getpid()}/{_started(os.getpid())}/{_boot()}"


def is_dead(who: str) -> bool:
    """Whether a holder was a process of this machine that is no more; False where that cannot be told."""
    machine, pid, started, boot = (who.split("/") + [""] * 4)[:4]
    if machine != socket.gethostname() or not boot or boot != _boot() or not pid.isdigit():
        return False
    return _started(int(pid)) != started


def _started(pid: int) -> str:
    try:
        status = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()
    except OSError:
        return ""
    return "" if status[0] in ("Z", "X") else status[19]  # a zombie holds nothing


def _boot() -> str:
    """Which start of the machine, and which space of process numbers in it; empty where the system does not tell."""
    with suppress(OSError):
        boot = Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
        return f"{boot}:{Path('/proc/self/ns/pid').readlink().name}"
    return ""
