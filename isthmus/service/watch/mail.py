"""Alerts by mail, over the server of the settings."""

from __future__ import annotations

import re
import smtplib
import ssl
from email.message import EmailMessage
from email.utils import formatdate

from isthmus.errors import UsageError
from isthmus.service.egress import NotDelivered, allowed_pairs
from isthmus.service.settings import Settings
from isthmus.service.watch.watch import Alert

TIMEOUT = 20.0
LONGEST_SUBJECT = 120
# Enough to keep out what is no address, lists of them and header lines; whether it exists only its server knows.
_ADDRESS = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9](?:[A-Za-z0-9.-]{0,250}[A-Za-z0-9])?")


class UnusableMail(UsageError):
    """An address that is none, or no server to send over."""


def check_mail(address: str, settings: Settings) -> None:
    """Whether alerts could be sent there. Raises ``UnusableMail``."""
    if not _ADDRESS.fullmatch(address):
        raise UnusableMail(f"{address[:100]!r} is no mail address: give one as NAME@HOST")
    if not settings.smtp_host:
        raise UnusableMail("there is no server to send mail over: set ISTHMUS_SMTP_HOST")
    if settings.smtp_tls == "none" and not _may_be_plain(settings):
        raise UnusableMail(
            "mail would go out without encryption: set ISTHMUS_SMTP_TLS to starttls or tls, "
            "or name the server as host:port in ISTHMUS_EGRESS_ALLOW"
        )


def _may_be_plain(settings: Settings) -> bool:
    here = settings.smtp_host in ("localhost", "127.0.0.1", "::1")
    return here or f"{settings.smtp_host.lower()}:{settings.smtp_port}" in allowed_pairs(settings.egress_allow)


def send_mail(alert: Alert, address: str, settings: Settings) -> None:
    """Send it once. Raises ``NotDelivered`` where the server does not take it."""
    check_mail(address, settings)
    message = letter(alert, address, settings.smtp_from)
    secure = ssl.create_default_context()
    host, port = settings.smtp_host, settings.smtp_port
    try:
        with (
            smtplib.SMTP_SSL(host, port, timeout=TIMEOUT, context=secure)
            if settings.smtp_tls == "tls"
            else smtplib.SMTP(host, port, timeout=TIMEOUT)
        ) as server:
            if settings.smtp_tls == "starttls":
                server.starttls(context=secure)
            if settings.smtp_user:
                server.login(settings.smtp_user, settings.smtp_password.get_secret_value())
            server.send_message(message)
    except (OSError, smtplib.SMTPException, ValueError) as error:  # ValueError: a log-in that is not ASCII
        raise NotDelivered(f"the mail server {host}:{port} did not take it: {error}") from None


def letter(alert: Alert, address: str, sender: str) -> EmailMessage:
    """The alert as a mail. What papers say is text in it: line ends do not get into a header."""
    message = EmailMessage()
    subject = " ".join(f"Isthmus: {alert.text}".split())
    message["Subject"] = subject if len(subject) <= LONGEST_SUBJECT else f"{subject[: LONGEST_SUBJECT - 1]}…"
    message["From"] = sender
    message["To"] = address
    message["Date"] = formatdate()
    message["Message-ID"] = f"<{alert.id}@isthmus>"  # a mail that comes twice is known by it
    message.set_content(plain(alert))
    return message


def plain(alert: Alert) -> str:
    """The alert in lines of text: what happened, what changed, what it proposes."""
    lines = [alert.text, ""]
    if alert.rank_before != alert.rank_after:
        ranks = ["none" if rank is None else str(rank) for rank in (alert.rank_before, alert.rank_after)]
        lines.append(f"Rank: {ranks[0]} -> {ranks[1]}")
    if alert.changes:
        lines += ["What changed:", *(f"- {change.text}" for change in alert.changes)]
    if alert.proposes is not None:
        word = alert.proposes.replace("_", " ")
        told = "has been set to" if alert.moved else "could be set to"
        lines += ["", f"The hypothesis {told}: {word}."] if alert.hypothesis else ["", f"It looks {word}."]
    lines += ["", f"Watched: {alert.watched}", f"Watch {alert.watch}, alert {alert.id}"]
    return "\n".join(lines) + "\n"
