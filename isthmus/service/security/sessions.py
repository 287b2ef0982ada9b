"""Passes of browsers: a key is asked for once, and a random token stands for it until it ends.

The store holds the token's hash, the key's id and the end; the key itself is looked at with each request, so that revoking
it ends every pass that it gave.
"""

from __future__ import annotations

import secrets
from datetime import UTC, datetime, timedelta
from hashlib import sha256

from isthmus.graph.stores.entries import EntryKind
from isthmus.graph.stores.protocol import Store
from isthmus.service.hypotheses.kept import every
from isthmus.service.security.keys import BadKey, Key, find_key

HOURS = 12
COOKIE = "isthmus_pass"


def open_session(store: Store, key: Key) -> str:
    """A new pass for a key: its token, which is told this once. Those that have ended are cleared away."""
    now = datetime.now(UTC)
    for entry in list(every(store, EntryKind.SESSION)):
        if entry.value["ends"] <= now.isoformat():
            store.delete_entry(EntryKind.SESSION, entry.id)
    token = secrets.token_urlsafe(32)
    ends = (now + timedelta(hours=HOURS)).isoformat()
    store.put_entry(EntryKind.SESSION, _hash(token), {"key": key.id, "ends": ends})
    return token


def key_of_session(store: Store, token: str, now: datetime | None = None) -> Key:
    """The key that a pass stands for. Raises ``BadKey`` where there is none, it has ended, or its key has."""
    now = now or datetime.now(UTC)
    entry = store.entry(EntryKind.SESSION, _hash(token))
    if entry is not None and entry.value["ends"] > now.isoformat():
        key = find_key(store, entry.value["key"])
        if key.works(now):
            return key
    raise BadKey("this pass has ended: sign in again")


def close_session(store: Store, token: str) -> None:
    """End a pass."""
    store.delete_entry(EntryKind.SESSION, _hash(token))


def _hash(token: str) -> str:
    return sha256(token.encode("utf-8", "surrogatepass")).hexdigest()
