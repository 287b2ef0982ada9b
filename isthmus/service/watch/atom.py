"""Alerts as an Atom feed (RFC 4287), for a reader of feeds."""

from __future__ import annotations

from collections.abc import Sequence

from lxml import etree

from isthmus.service.watch.mail import plain
from isthmus.service.watch.watch import Alert

MEDIA_TYPE = "application/atom+xml"
MOST_ENTRIES = 100
_ATOM = "http://www.w3.org/2005/Atom"
_NEVER = "1970-01-01T00:00:00+00:00"


def atom_feed(alerts: Sequence[Alert], *, address: str = "") -> bytes:
    """The newest alerts, newest first, as one XML document; ``address`` is where it can be fetched again."""
    feed = etree.Element(f"{{{_ATOM}}}feed", nsmap={None: _ATOM})  # type: ignore[dict-item] # the stubs know no default namespace
    _add(feed, "id", "urn:isthmus:alerts")
    _add(feed, "title", "Isthmus alerts")
    _add(feed, "updated", alerts[0].at if alerts else _NEVER)
    _add(etree.SubElement(feed, f"{{{_ATOM}}}author"), "name", "Isthmus")
    if address:
        etree.SubElement(feed, f"{{{_ATOM}}}link", rel="self", href=_sayable(address))
    for alert in alerts[:MOST_ENTRIES]:
        entry = etree.SubElement(feed, f"{{{_ATOM}}}entry")
        _add(entry, "id", f"urn:isthmus:alert:{alert.id}")
        _add(entry, "title", alert.text)
        _add(entry, "updated", alert.at)
        etree.SubElement(entry, f"{{{_ATOM}}}category", term=alert.kind.value)
        _add(entry, "content", plain(alert))
    return etree.tostring(feed, xml_declaration=True, encoding="UTF-8", pretty_print=True)


def _add(parent: etree._Element, name: str, text: str) -> None:
    etree.SubElement(parent, f"{{{_ATOM}}}{name}").text = _sayable(text)


def _sayable(text: str) -> str:
    """Without the characters that XML cannot hold; what papers say is text, and escaped as such."""
    return "".join(
        each
        for each in text
        if each in "\t\n\r" or " " <= each <= "\ud7ff" or "\ue000" <= each <= "\ufffd" or each > "\uffff"
    )
