"""Entries: values that are kept beside the graph and are no part of it, its hash or its version.

Hypotheses, watch-lists, alerts: what people and programs make of the graph. Each is JSON under a kind and an id, counts
its writes, and can be written on condition that nobody has written it since (compare and set): so two processes agree.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import orjson

from isthmus.errors import IsthmusError, UsageError
from isthmus.graph.model import canonical_json

_UNSAYABLE = re.compile("[\ud800-\udfff\x00]")  # what no store can write, or look for


class EntryKind(StrEnum):
    """What an entry is."""

    HYPOTHESIS = "hypothesis"
    EVENT = "event"
    WATCH = "watch"
    ALERT = "alert"
    EDITION = "edition"  # of a hypothesis: one answer to its question, whole
    YARDSTICK = "yardstick"  # what the scores of watched questions are measured with
    OUTBOX = "outbox"  # an alert that somebody has to be told of
    BLIND_LIST = "blind_list"
    BLIND_RATING = "blind_rating"
    KEY = "key"  # of the service, as a hash
    USAGE = "usage"  # of a key on a day, where it has a quota
    SESSION = "session"  # a browser's pass, as a hash
    AUDIT = "audit"  # who wrote what by the service
    FEED = "feed"  # a schedule: what is read from where, and when
    FEED_CURSOR = "feed_cursor"  # where a schedule's next run goes on
    RUN = "run"  # of a schedule: what it did
    READING_RUN = "reading_run"  # of an ingest, whoever started it
    JOB = "job"  # long work that was asked for by REST
    ANSWER = "answer"  # to a write that has a key of its own, for a day
    LEASE = "lease"  # who alone may do something, and until when


@dataclass(frozen=True, slots=True)
class Entry:
    """A value that is kept.

    ``revision`` counts its writes, from 1 on; an entry that was deleted and is made again begins anew, so one whose
    holders compare revisions (a lease) is let go by a write, not by deleting it. ``at`` is when it was last written,
    ISO 8601 UTC to the microsecond.
    """

    kind: EntryKind
    id: str
    value: Mapping[str, Any]
    revision: int
    at: str


class EntryChanged(IsthmusError):
    """A write on condition that came too late: somebody else wrote the entry, made it or deleted it first."""

    http_status = 409

    def __init__(self, kind: EntryKind, key: str, expected: int, found: int) -> None:
        was = f"at revision {expected}" if expected else "not there"
        now = f"at revision {found}" if found else "not there"
        self.found = found
        super().__init__(f"{kind} {key} was to be {was} and is {now}: read it again, then decide anew")


class UnusableEntry(UsageError):
    """An id that is empty or no text, or a value that is not JSON."""


def check_id(key: str) -> str:
    """The id, if a store can keep it. Raises ``UnusableEntry``."""
    if not key or _UNSAYABLE.search(key):
        raise UnusableEntry(f"{key[:40]!r} cannot be the id of an entry: use a text of one character or more")
    return key


def sayable(key: str) -> bool:
    """Whether an entry could have such an id, or one that begins so."""
    return _UNSAYABLE.search(key) is None


def to_json(kind: EntryKind, key: str, value: Mapping[str, Any]) -> str:
    """The value as canonical JSON: dataclasses as their fields, tuples as lists, what is no number as null.

    Raises:
        UnusableEntry: it is no object, or holds what JSON cannot say.
    """
    try:
        text = canonical_json(dict(value)).decode()
    except (TypeError, ValueError) as error:
        raise UnusableEntry(f"{kind} {key} is not JSON ({error}): keep texts, numbers, lists and objects") from error
    return text


def entry_of(kind: EntryKind, key: str, text: str, revision: int, at: str) -> Entry:
    """The entry as it is read back."""
    return Entry(kind, key, orjson.loads(text), revision, at)
