"""Keys: made once, kept as hashes, and looked up with each request.

A key is ``isthmus_ID_SECRET``: twelve hexadecimal digits that are no secret and name it in lists and logs, and 256 random
bits. The store holds SHA-256 of the whole. A slow hash (bcrypt, Argon2) makes guessing dear where a person chose the secret;
nobody guesses 256 random bits, and each request would pay for it.
"""

from __future__ import annotations

import hmac
import re
import secrets
from collections.abc import Collection
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256

from isthmus.errors import IsthmusError, UsageError
from isthmus.graph.stores.entries import Entry, EntryChanged, EntryKind
from isthmus.graph.stores.protocol import Store
from isthmus.service.hypotheses.kept import every
from isthmus.service.security.scope import Scope

KEY_PATTERN = re.compile(r"isthmus_([0-9a-f]{12})_[0-9a-f]{64}", re.ASCII)
_ID = re.compile(r"[0-9a-f]{12}", re.ASCII)
MOST = 1_000_000_000  # requests that a limit can name
_NOBODY = "0" * 64  # what a key that is not there is compared with, so that it takes as long as a wrong one


class BadKey(IsthmusError):
    """No key, one that nobody gave out, one that has expired, or one that was revoked; the answer does not tell which."""

    http_status = 401


class UnknownKey(UsageError):
    """An id that no key of this store has."""

    http_status = 404


class UnusableKey(UsageError):
    """A key that is wanted without a scope, or with an end that has passed; or one that has ended already."""


@dataclass(frozen=True, slots=True)
class Key:
    """What is known of a key. Times are ISO 8601 UTC; ``expires`` and ``revoked`` are empty where it does not, was not.

    ``used`` is the last day on which it was. ``rate`` is how many requests a minute it may send, ``quota`` how many a day;
    where 0 what the server allows every key, and any number.
    """

    id: str
    scopes: tuple[Scope, ...]
    name: str
    created: str
    expires: str = ""
    revoked: str = ""
    used: str = ""
    replaces: str = ""
    rate: int = 0
    quota: int = 0
    revision: int = 0
    digest: str = field(default="", repr=False)

    def allows(self, scope: Scope) -> bool:
        """Whether it opens what needs this scope."""
        return scope in self.scopes or Scope.ADMIN in self.scopes

    def works(self, now: datetime) -> bool:
        """Whether it opens anything at this time."""
        return not self.revoked and (not self.expires or now < datetime.fromisoformat(self.expires))


def create_key(
    store: Store,
    scopes: Collection[Scope],
    *,
    name: str = "",
    days: float | None = None,
    replaces: str = "",
    expires: str = "",
    rate: int = 0,
    quota: int = 0,
) -> tuple[Key, str]:
    """A new key and its text, which is told this once. It ends after ``days``, else at ``expires``, else never.

    Raises ``UnusableKey``.
    """
    if not scopes:
        raise UnusableKey(f"a key needs a scope: one or more of {', '.join(Scope)}")
    if days is not None and not 0 < days <= 36_500:
        raise UnusableKey(f"{days:g} days is no time for a key to last: give a number above 0, up to 36500")
    now = datetime.now(UTC)
    ends = _text(now + timedelta(days=days)) if days is not None else expires
    while True:
        identifier = secrets.token_hex(6)
        text = f"isthmus_{identifier}_{secrets.token_hex(32)}"
        ordered = tuple(scope for scope in Scope if scope in scopes)
        made = Key(identifier, ordered, name.strip(), _text(now), ends, replaces=replaces, digest=_digest(text))
        key = replace(made, rate=_limit(rate), quota=_limit(quota))
        try:
            return _put(store, key), text
        except EntryChanged:  # 48 random bits that were drawn before
            continue


def check_key(store: Store, text: str, now: datetime | None = None) -> Key:
    """The key whose text this is. Raises ``BadKey``, in the same words for whatever is wrong with it."""
    match = KEY_PATTERN.fullmatch(text)
    entry = store.entry(EntryKind.KEY, match[1]) if match else None
    key = _key(entry) if entry else None
    same = hmac.compare_digest(_digest(text), key.digest if key else _NOBODY)
    if key is None or not same or not key.works(now or datetime.now(UTC)):
        raise BadKey("this key opens nothing: ask whoever runs this service for one (`isthmus keys create`)")
    return key


def keys_of(store: Store) -> list[Key]:
    """All keys that were made, those that have ended too, oldest first."""
    return sorted((_key(entry) for entry in every(store, EntryKind.KEY)), key=lambda key: (key.created, key.id))


def any_key(store: Store) -> bool:
    """Whether one was ever made: from then on nobody gets in without, even when all are revoked."""
    return bool(store.entries(EntryKind.KEY, limit=1).items)


def find_key(store: Store, text: str) -> Key:
    """By its id, or by the whole key. Raises ``UnknownKey``."""
    match = KEY_PATTERN.fullmatch(text.strip())
    identifier = match[1] if match else text.strip().lower()
    entry = store.entry(EntryKind.KEY, identifier) if _ID.fullmatch(identifier) else None
    if entry is None:
        raise UnknownKey("no key has this id of twelve characters: `isthmus keys list` shows them")
    return _key(entry)


def revoke_key(store: Store, text: str) -> Key:
    """From now on it opens nothing; once revoked it stays so. Raises ``UnknownKey``."""
    while True:
        key = find_key(store, text)
        if key.revoked:
            return key
        try:
            return _put(store, replace(key, revoked=_text(datetime.now(UTC))))
        except EntryChanged:
            continue


def rotate_key(store: Store, text: str, *, overlap: float, days: float | None = None) -> tuple[Key, str]:
    """A new key in place of one, with its scopes, name and limits; the old one opens for ``overlap`` hours more.

    The new one lasts ``days``; where none are given as long as the old one was made for.

    Raises ``UnknownKey``, and ``UnusableKey`` where the old one has ended.
    """
    old, now = find_key(store, text), datetime.now(UTC)
    if not old.works(now):
        raise UnusableKey(f"key {old.id} has ended already: make a new one with `isthmus keys create`")
    if days is None and old.expires:
        lasts = datetime.fromisoformat(old.expires) - datetime.fromisoformat(old.created)
        days = lasts / timedelta(days=1)
    made = create_key(store, old.scopes, name=old.name, days=days, replaces=old.id, rate=old.rate, quota=old.quota)
    end = _text(now + timedelta(hours=overlap))
    while True:
        old = find_key(store, old.id)
        try:
            _put(store, replace(old, expires=min(filter(None, (old.expires, end)))))
        except EntryChanged:
            continue
        return made


def limit_key(store: Store, text: str, *, rate: int | None = None, quota: int | None = None) -> Key:
    """From now on a key may ask so many times a minute and a day; what is not given stays, 0 takes a limit away.

    Raises ``UnknownKey`` and ``UnusableKey``.
    """
    while True:
        key = find_key(store, text)
        changed = replace(key, rate=_limit(rate, key.rate), quota=_limit(quota, key.quota))
        try:
            return _put(store, changed)
        except EntryChanged:
            continue


def mark_used(store: Store, key: Key, day: str) -> None:
    """Write down that it was used on a day, once a day; whoever is faster wrote the same."""
    if key.used >= day:
        return
    try:
        _put(store, replace(key, used=day))
    except EntryChanged:
        return


def _put(store: Store, key: Key) -> Key:
    value = {
        "scopes": list(key.scopes),
        "name": key.name,
        "created": key.created,
        "expires": key.expires,
        "revoked": key.revoked,
        "used": key.used,
        "replaces": key.replaces,
        "rate": key.rate,
        "quota": key.quota,
        "digest": key.digest,
    }
    return replace(key, revision=store.put_entry(EntryKind.KEY, key.id, value, expected=key.revision).revision)


def _key(entry: Entry) -> Key:
    value = dict(entry.value)
    scopes = tuple(Scope(scope) for scope in value.pop("scopes"))
    return Key(id=entry.id, scopes=scopes, revision=entry.revision, **value)


def _digest(text: str) -> str:
    return sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def _limit(asked: int | None, before: int = 0) -> int:
    number = before if asked is None else asked
    if not 0 <= number <= MOST:
        raise UnusableKey(f"{number} is no limit of requests: give a number from 0 (none) to {MOST}")
    return number


def _text(time: datetime) -> str:
    return time.isoformat(timespec="microseconds")
