"""Who is still to be told of what. A letter stays until it was delivered: a crash loses none, and at worst sends one twice."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import stamina

from isthmus.errors import UsageError
from isthmus.graph.stores.entries import Entry, EntryChanged, EntryKind
from isthmus.graph.stores.protocol import Store
from isthmus.service.egress import NotDelivered
from isthmus.service.settings import Settings, settings
from isthmus.service.watch.kept import letters
from isthmus.service.watch.mail import check_mail, send_mail
from isthmus.service.watch.watch import Alert
from isthmus.service.watch.webhook import check_webhook, send_webhook

TRIES = 3  # at once; then the letter waits for the next run
LEASE = timedelta(minutes=5)  # so long nobody else takes a letter that is being sent
LONGEST_WAIT = timedelta(hours=6)
WEBHOOK, MAIL = "webhook:", "mail:"


class UnusableTarget(UsageError):
    """Somebody to tell who is neither a webhook nor a mail address."""


@dataclass(frozen=True, slots=True)
class Delivered:
    """What became of the letters that were due; ``waiting`` are those not due yet and those that failed again."""

    sent: int
    failed: int
    waiting: int
    errors: tuple[str, ...]


def check_target(target: str, known: Settings | None = None) -> str:
    """Whether alerts could be sent there: ``webhook:URL`` or ``mail:ADDRESS``, as it is given back.

    Raises ``UnusableTarget``, ``AddressRefused``, ``NoSecret`` or ``UnusableMail``; nothing is sent.
    """
    known = known or settings()
    if target.startswith(WEBHOOK):
        check_webhook(target.removeprefix(WEBHOOK), known)
    elif target.startswith(MAIL):
        check_mail(target.removeprefix(MAIL), known)
    else:
        raise UnusableTarget(f"{target[:100]!r} tells nobody: give webhook:URL or mail:ADDRESS")
    return target


def deliver(store: Store, known: Settings | None = None, *, now: datetime | None = None) -> Delivered:
    """Send every letter that is due. What is not taken, or cannot be sent any more, waits and says why."""
    known, now = known or settings(), now or datetime.now(UTC)
    sent = failed = waiting = 0
    errors: dict[str, str] = {}  # by target: whoever does not answer is not asked again in this run
    for entry in letters(store):
        if entry.value["next"] > now.isoformat():
            waiting += 1
            continue
        taken = _take(store, entry, now)
        if taken is None:
            continue
        target = taken.value["to"]
        error = errors.get(target) or _send(store, taken, known)
        if error:
            failed += 1
            errors[target] = error
            _put_back(store, taken, error, now)
        else:
            sent += 1
            store.delete_entry(EntryKind.OUTBOX, taken.id)
    return Delivered(sent, failed, waiting + failed, tuple(errors.values()))


def _take(store: Store, entry: Entry, now: datetime) -> Entry | None:
    """Claim a letter for as long as it takes to send it; ``None`` where another process has."""
    value = {**entry.value, "next": (now + LEASE).isoformat(), "attempts": entry.value["attempts"] + 1}
    try:
        return store.put_entry(EntryKind.OUTBOX, entry.id, value, expected=entry.revision)
    except EntryChanged:
        return None


def _put_back(store: Store, taken: Entry, error: str, now: datetime) -> None:
    wait = min(timedelta(minutes=2 ** min(taken.value["attempts"], 10) - 1), LONGEST_WAIT)
    value: dict[str, Any] = {**taken.value, "next": (now + wait).isoformat(), "error": error}
    try:
        store.put_entry(EntryKind.OUTBOX, taken.id, value, expected=taken.revision)
    except EntryChanged:  # its lease ran out while it was being sent
        return


def _send(store: Store, taken: Entry, known: Settings) -> str:
    """Send a letter; returns why it was not taken, or nothing."""
    target, alert = taken.value["to"], store.entry(EntryKind.ALERT, taken.value["alert"])
    if alert is None:  # somebody deleted it: there is nothing to tell
        return ""
    send: Callable[[Alert, str, Settings], None] = send_webhook if target.startswith(WEBHOOK) else send_mail
    value = Alert.model_validate(alert.value)
    try:
        for attempt in stamina.retry_context(on=NotDelivered, attempts=TRIES, wait_initial=0.5, wait_max=5.0):
            with attempt:
                send(value, target.removeprefix(WEBHOOK).removeprefix(MAIL), known)
    except (NotDelivered, UsageError) as error:
        return f"{target}: {error}"
    return ""
