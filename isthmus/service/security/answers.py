"""What idempotency keys stand for: the request that came first, whether it is on, and what it was answered."""

from __future__ import annotations

import zlib
from base64 import b64decode, b64encode
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from hashlib import sha256
from typing import Any

from isthmus.errors import IsthmusError, UsageError
from isthmus.graph.stores.entries import Entry, EntryChanged, EntryKind
from isthmus.graph.stores.protocol import Store
from isthmus.service.hypotheses.kept import every
from isthmus.service.scheduler.lease import holder, is_dead

KEPT = timedelta(hours=24)
LONGEST_AT_WORK = timedelta(hours=1)  # after which the server that did it is taken for dead, where that cannot be told
MOST_KEPT = 50_000  # answers; the oldest go first


class OtherRequest(UsageError):
    """A key that was used for another request before."""


class StillAtWork(IsthmusError):
    """The first request with the key has no answer yet."""

    http_status = 409
    retry_after = 2  # seconds


class AnswerNotKept(IsthmusError):
    """The request was done, and its answer cannot be said again."""

    http_status = 409


class Without(StrEnum):
    """Why an answer was kept without its body."""

    SECRET = "secret"  # noqa: S105 - a reason, and no password
    LONG = "long"


@dataclass(frozen=True, slots=True)
class KeptAnswer:
    """An answer as it was given. ``body`` is empty where it is not kept, and ``without`` says why."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes = b""
    without: Without | None = None


@dataclass(frozen=True, slots=True)
class Claim:
    """The right to do what a key was sent with first."""

    id: str
    what: str
    revision: int


def claim(store: Store, who: str, key: str, what: str) -> Claim | KeptAnswer:
    """The right to do it for whoever is first; for others what it was answered.

    Args:
        store: shared by all who may be asked.
        who: id of the caller, to whom the key belongs.
        key: theirs.
        what: a hash of the request.

    Raises:
        OtherRequest: the key stands for another request.
        StillAtWork: the first is on.
        AnswerNotKept: it was done, and the answer is not kept.
    """
    name = sha256(f"{who}\0{key}".encode()).hexdigest()
    while True:
        found = store.entry(EntryKind.ANSWER, name)
        if found is not None and not _is_over(found):
            return _answer(found, what)
        try:
            value = {"what": what, "holder": holder()}
            made = store.put_entry(EntryKind.ANSWER, name, value, expected=found.revision if found else 0)
            return Claim(name, what, made.revision)
        except EntryChanged:  # somebody else was faster
            continue


def keep(store: Store, claimed: Claim, answer: KeptAnswer) -> None:
    """Keep what it was answered."""
    value = {
        "what": claimed.what,
        "status": answer.status,
        "headers": answer.headers,
        "body": b64encode(zlib.compress(answer.body)).decode("ascii"),
        "without": answer.without,
    }
    with suppress(EntryChanged):  # it took so long that another was let in
        store.put_entry(EntryKind.ANSWER, claimed.id, value, expected=claimed.revision)


def let_go(store: Store, claimed: Claim) -> None:
    """Leave it to the next try."""
    with suppress(EntryChanged):
        store.delete_entry(EntryKind.ANSWER, claimed.id, expected=claimed.revision)


def clear_old(store: Store) -> None:
    """Forget answers that are over, and the oldest of too many."""
    kept: list[tuple[str, str, int]] = []
    for entry in every(store, EntryKind.ANSWER):
        if datetime.now(UTC) - datetime.fromisoformat(entry.at) > KEPT:
            let_go(store, Claim(entry.id, "", entry.revision))
        else:
            kept.append((entry.at, entry.id, entry.revision))
    for _, name, revision in sorted(kept)[: max(len(kept) - MOST_KEPT, 0)]:
        let_go(store, Claim(name, "", revision))


def _is_over(entry: Entry) -> bool:
    """Whether nobody has to be told of it any more: it is old, or whoever did it died on the way."""
    age = datetime.now(UTC) - datetime.fromisoformat(entry.at)
    if "status" in entry.value:
        return age > KEPT
    return age > LONGEST_AT_WORK or is_dead(entry.value["holder"])


def _answer(entry: Entry, what: str) -> KeptAnswer:
    value = entry.value
    if value["what"] != what:
        raise OtherRequest("this Idempotency-Key was sent with another request: a new request needs a new key")
    if "status" not in value:
        raise StillAtWork("the first request with this Idempotency-Key is on: ask again in a moment")
    answer = _kept(value)
    if answer.without is Without.SECRET:
        raise AnswerNotKept(
            f"it was done (status {answer.status}), and its answer held a secret, which is told once and not kept: where "
            "you did not get it, take back what was made (GET keys, DELETE keys/{id}) and make another with a new key"
        )
    if answer.without:
        raise AnswerNotKept(f"it was done (status {answer.status}), and its answer was too long to be kept")
    return answer


def _kept(value: Any) -> KeptAnswer:  # noqa: ANN401 - JSON
    without = Without(value["without"]) if value["without"] else None
    headers = tuple((name, text) for name, text in value["headers"])
    return KeptAnswer(value["status"], headers, zlib.decompress(b64decode(value["body"])), without)
