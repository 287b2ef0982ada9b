"""Who is let in: keys that work, and settings that are fit for where the service stands."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import partial

from isthmus.graph.stores.protocol import Store
from isthmus.service.doctor.check import Broken, Look
from isthmus.service.security.keys import Key, keys_of
from isthmus.service.security.safety import check_safe
from isthmus.service.settings import Settings

ENDS_SOON = timedelta(days=14)


def key_looks(store: Store, store_url: str, known: Settings) -> Iterator[Look]:
    """Looks at keys and at the settings of a server."""
    yield "keys", partial(_keys, store, known)
    yield "settings", partial(_settings, store_url, known)


def _keys(store: Store, known: Settings) -> str:
    now, keys = datetime.now(UTC), keys_of(store)
    working = [key for key in keys if key.works(now)]
    make = "`isthmus keys create --scope admin` makes one"
    if keys and not working:
        raise Broken(f"all {len(keys)} have ended: nobody is let in; {make}")
    if not keys and known.environment == "production":
        raise Broken(f"none, and this is production: a server would let this machine do all, and no other in; {make}")
    if not keys:
        return f"none: a server listens on loopback only, and lets this machine do all; {make}"
    ending = [key for key in working if _ends_soon(key, now)]
    if ending:
        names = ", ".join(f"{key.id} ({key.expires[:10]})" for key in ending)
        return f"{len(working)} work; soon to end: {names}: `isthmus keys rotate ID` replaces one"
    return f"{len(working)} work"


def _ends_soon(key: Key, now: datetime) -> bool:
    return bool(key.expires) and datetime.fromisoformat(key.expires) - now < ENDS_SOON


def _settings(store_url: str, known: Settings) -> str:
    check_safe(store_url, "127.0.0.1", known)
    return known.environment
