"""bioRxiv and medRxiv: the preprints of some days, page by page, each version of each.

The service has no search: it hands out all preprints of the days asked for, and the query picks among them here. See
https://api.biorxiv.org/.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

import orjson

from isthmus.extractors.feeds.europepmc import text_of
from isthmus.extractors.feeds.feed import Asked, BrokenAnswer, Cursor, FeedBatch, Fetch, next_window, through_of
from isthmus.extractors.readers.dates import is_date
from isthmus.extractors.readers.publications import publication_id
from isthmus.extractors.reading import Record, Unreadable
from isthmus.graph.model import Document, DocumentKind, Modality, Section

SERVERS = ("biorxiv", "medrxiv")
_WORD = re.compile(r'"([^"]+)"|(\S+)')
_WITHDRAWN = re.compile(r"withdraw|retract", re.IGNORECASE)
_NOTHING = re.compile(r"no posts found|no articles found", re.IGNORECASE)


class Biorxiv:
    """Preprints of both servers whose title, abstract or subject holds the words of the query."""

    def __init__(self, fetch: Fetch) -> None:
        self._fetch = fetch

    def batches(self, asked: Asked, cursor: Cursor) -> Iterator[FeedBatch]:
        """See ``Feed``. A cursor in the middle of a window holds the server and the place in its list."""
        through, left = cursor.get("through", ""), cursor.get("left")
        if left is not None:
            yield from self._window(asked.query, through, left)
            through = through_of(date.fromisoformat(left["last"]), self._fetch.server_day)
            if date.fromisoformat(left["last"]) >= asked.today:
                return
        window = next_window(asked, through)
        days = {"first": window.first.isoformat(), "last": window.last.isoformat()}
        yield from self._window(asked.query, through, {**days, "server": SERVERS[0], "at": 0})

    def _window(self, query: str, through: str, left: Mapping[str, Any]) -> Iterator[FeedBatch]:
        server, at = left["server"], int(left["at"])
        while server:
            name = f"{server} {left['first']} to {left['last']}"
            page = self._fetch(f"/details/{server}/{left['first']}/{left['last']}/{at}/json", {}, _page)
            at, server = _following(server, at, page)
            cursor: dict[str, Any] = {"through": through, "left": {**left, "server": server, "at": at}}
            if not server:
                cursor = {"through": through_of(date.fromisoformat(left["last"]), self._fetch.server_day)}
            yield FeedBatch(name, _records(page["collection"], query), cursor)


def _following(server: str, at: int, page: Mapping[str, Any]) -> tuple[int, str]:
    """Where the next page starts, and of which server; no server after the last page of the last."""
    found = len(page["collection"])
    total = int((page["messages"] or [{}])[0].get("total") or 0)
    if found and at + found < total:
        return at + found, server
    following = SERVERS.index(server) + 1
    return 0, SERVERS[following] if following < len(SERVERS) else ""


def _page(body: bytes) -> dict[str, Any]:
    try:
        page: dict[str, Any] = orjson.loads(body)
        messages = page["messages"]
        status = str(messages[0].get("status", "")) if messages else ""
        page.setdefault("collection", [])
        if status != "ok" and not _NOTHING.search(status) and not page["collection"]:
            raise BrokenAnswer(f"the preprint server answered: {status[:200] or 'nothing'}")
        int((messages or [{}])[0].get("total") or 0)
    except (orjson.JSONDecodeError, KeyError, TypeError, AttributeError, IndexError, ValueError) as error:
        raise BrokenAnswer(f"the preprint server's answer is not a page ({error!r:.80})") from None
    return page


def _records(collection: list[Mapping[str, Any]], query: str) -> Iterator[Record]:
    """The newest version on the page of each preprint that the query wants, in the page's order."""
    newest: dict[str, int] = {}
    for entry in collection:
        newest[str(entry.get("doi"))] = max(newest.get(str(entry.get("doi")), 0), _version(entry))
    for entry in collection:
        if _version(entry) < newest[str(entry.get("doi"))]:
            continue
        document = _document(entry)
        if document is None:
            yield Unreadable(str(entry.get("server") or "biorxiv"), str(entry.get("doi")), "has no DOI or no title")
        elif wanted(query, f"{document.text} {entry.get('category', '')}"):
            yield document


def _version(entry: Mapping[str, Any]) -> int:
    version = str(entry.get("version") or "")
    return int(version) if version.isascii() and version.isdigit() else 1


def _document(entry: Mapping[str, Any]) -> Document | None:
    identifier, title = publication_id(str(entry.get("doi") or "")), text_of(str(entry.get("title") or ""))
    if not identifier or not title:
        return None
    abstract, given = text_of(str(entry.get("abstract") or "")), str(entry.get("date") or "")
    server = str(entry.get("server") or "biorxiv").lower()
    return Document(
        id=identifier,
        kind=DocumentKind.ARTICLE,
        modality=Modality.LITERATURE,
        title=title,
        sections=(Section("", abstract),) if abstract else (),
        date=given if is_date(given) else "",
        retracted=bool(_WITHDRAWN.search(str(entry.get("type") or "")) or title.upper().startswith("WITHDRAWN")),
        journal="bioRxiv" if server == "biorxiv" else "medRxiv",
        authors=tuple(name for each in str(entry.get("authors") or "").split(";") if (name := _author(each))),
        publication_types=("Preprint",),
        source=server,
    )


def _author(given: str) -> str:
    """``Family, A. B.`` as PubMed writes it: ``Family AB``."""
    family, _, initials = given.strip().partition(",")
    return f"{family.strip()} {initials.replace('.', '').replace(' ', '').strip()}".strip()


def wanted(query: str, text: str) -> bool:
    """Whether a text holds all words and "phrases" of one of the alternatives that OR parts; whole words, any case.

    >>> wanted('tau "gut microbiota" OR ferroptosis', "Ferroptosis in yeast"), wanted("tau gut", "Tau in the brain")
    (True, False)
    """
    return any(
        all(
            re.search(rf"(?<!\w){re.escape(phrase or word)}(?!\w)", text, re.IGNORECASE)
            for phrase, word in _WORD.findall(alternative)
            if word.upper() != "AND"
        )
        for alternative in re.split(r"\s+OR\s+", query.strip("() "))
    )
