"""Alerts to a webhook: the alert as JSON, signed, with an id by which the receiver knows one that comes twice.

``Isthmus-Signature: t=TIME,v1=HEX`` is the HMAC-SHA256 of ``TIME.BODY`` under ``ISTHMUS_WEBHOOK_SECRET``; TIME, in seconds
since 1970, lets the receiver refuse what somebody recorded and sends again. ``Idempotency-Key`` is the alert's id.
"""

from __future__ import annotations

import hashlib
import hmac
import time

from isthmus import __version__
from isthmus.errors import UsageError
from isthmus.graph.model import canonical_json
from isthmus.service.egress import NotDelivered, address_of, allowed_pairs, post
from isthmus.service.settings import Settings
from isthmus.service.watch.watch import Alert


class NoSecret(UsageError):
    """A webhook without a key to sign with."""


def check_webhook(url: str, settings: Settings) -> None:
    """Whether alerts could be sent there. Raises ``AddressRefused`` or ``NoSecret``."""
    address_of(url, allowed_pairs(settings.egress_allow))
    if not settings.webhook_secret.get_secret_value():
        raise NoSecret("alerts to a webhook are signed: set ISTHMUS_WEBHOOK_SECRET, the same as at the receiver")


def send_webhook(alert: Alert, url: str, settings: Settings) -> None:
    """Send it once. Raises ``NotDelivered`` for any answer but 2xx."""
    check_webhook(url, settings)
    body = canonical_json(alert.model_dump(mode="json"))
    now = int(time.time())
    headers = {
        "Content-Type": "application/json",
        "User-Agent": f"isthmus/{__version__}",
        "Idempotency-Key": alert.id,
        "Isthmus-Signature": f"t={now},v1={signature(body, now, settings.webhook_secret.get_secret_value())}",
    }
    status = post(address_of(url, allowed_pairs(settings.egress_allow)), body, headers, service="webhook")
    if not 200 <= status < 300:
        hint = ": redirects are not followed, give the address that it leads to" if 300 <= status < 400 else ""
        raise NotDelivered(f"the webhook answered {status}{hint}")


def signature(body: bytes, at: int, secret: str) -> str:
    """HMAC-SHA256 of ``TIME.BODY``, 64 hex digits."""
    return hmac.new(secret.encode(), f"{at}.".encode() + body, hashlib.sha256).hexdigest()
