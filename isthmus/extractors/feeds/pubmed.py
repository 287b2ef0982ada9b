"""PubMed by the E-utilities: esearch leaves its result on the history server, efetch takes it page by page.

Papers come by the day they were entered and once more by the day they were changed, so that revisions and retractions
arrive too. NCBI hands out 10,000 records of a search at most: a window with more is halved by date, and a single day by
PMID. See the E-utilities manual, https://www.ncbi.nlm.nih.gov/books/NBK25499/.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import date
from typing import Any

import orjson
from lxml import etree

from isthmus.extractors.feeds.feed import (
    Asked,
    BrokenAnswer,
    Cursor,
    FeedBatch,
    Fetch,
    RequestRefused,
    Window,
    as_file,
    next_window,
    through_of,
)
from isthmus.extractors.readers import pubmed
from isthmus.extractors.reading import Note, Record
from isthmus.graph.model import Document, DocumentKind

PAGE = 200  # records an efetch
MOST = 9_999  # records of one search
SEARCHES = 5  # for one part of a window, when its history session is lost again and again
HIGHEST_PMID = 2**31 - 1
SOURCE = "pubmed"
_END = re.compile(rb"</Pubmed(?:Book)?ArticleSet>\s*\Z|<PubmedArticleSet\s*/>\s*\Z")


class SessionLost(BrokenAnswer):
    """The history server has forgotten a search, as it does after some hours."""


@dataclass(frozen=True, slots=True)
class Part:
    """What one search asks for: papers entered (``edat``) or changed (``mdat``) within days, of a range of PMIDs."""

    datetype: str
    first: str
    last: str
    lowest: int = 1
    highest: int = HIGHEST_PMID

    def halves(self) -> list[Part]:
        """Two parts that make up this one. Raises ``BrokenAnswer`` where it is one day of one PMID."""
        window = Window(date.fromisoformat(self.first), date.fromisoformat(self.last))
        if window.first < window.last:
            early, late = window.halves()
            return [replace(self, last=early.last.isoformat()), replace(self, first=late.first.isoformat())]
        if self.lowest < self.highest:
            middle = (self.lowest + self.highest) // 2
            return [replace(self, highest=middle), replace(self, lowest=middle + 1)]
        raise BrokenAnswer("PubMed counts more papers than one PMID can have: try again later")


@dataclass(frozen=True, slots=True)
class Session:
    """A search whose result the history server holds."""

    count: int
    environment: str
    key: str


class PubMed:
    """Articles of a PubMed query. ``key`` and ``email`` are what NCBI asks programs to send."""

    def __init__(self, fetch: Fetch, *, key: str = "", email: str = "", tool: str = "isthmus") -> None:
        self._fetch = fetch
        told = {"tool": tool, "email": email, "api_key": key}
        self._told = {name: value for name, value in told.items() if value}

    def batches(self, asked: Asked, cursor: Cursor) -> Iterator[FeedBatch]:
        """See ``Feed``. A cursor in the middle of a window holds the parts that are left and the session's page."""
        through, left = cursor.get("through", ""), cursor.get("left")
        if left is not None:  # a run that was cut off: its window first, then what came since
            for batch in self._window(asked, through, left):
                yield batch
                through = batch.cursor["through"]
            if date.fromisoformat(left["last"]) >= asked.today:
                return
        window = next_window(asked, through)
        days = (window.first.isoformat(), window.last.isoformat())
        parts = [asdict(Part("edat", *days)), asdict(Part("mdat", *days))]
        yield from self._window(asked, through, {"last": days[1], "parts": parts})

    def _window(self, asked: Asked, through: str, left: Mapping[str, Any]) -> Iterator[FeedBatch]:
        parts = [Part(**part) for part in left["parts"]]
        session = Session(**left["session"]) if left.get("session") else None
        start, searches = left.get("start", 0), 0
        while parts:
            if session is None:
                session, start, searches = self._search(asked.query, parts[0]), 0, searches + 1
            if session.count > MOST:
                parts, session, searches = [*parts[0].halves(), *parts[1:]], None, 0
                continue
            if start >= session.count:
                parts, session, searches = parts[1:], None, 0
                continue
            try:
                body = self._page(session, start)
            except SessionLost:
                if searches >= SEARCHES:
                    raise
                session = None  # what came may be in another order now: the part is read again from its start
                continue
            name = f"PubMed {parts[0].datetype} {parts[0].first} to {parts[0].last}, {start + 1:,} of {session.count:,}"
            start += PAGE
            state = {"last": left["last"], "parts": [asdict(p) for p in parts], "session": asdict(session)}
            yield FeedBatch(name, _records(body), {"through": through, "left": {**state, "start": start}})
        done = through_of(date.fromisoformat(left["last"]), self._fetch.server_day)
        yield FeedBatch(f"PubMed to {left['last']}", (), {"through": done})

    def _search(self, query: str, part: Part) -> Session:
        whole = (part.lowest, part.highest) == (1, HIGHEST_PMID)
        term = query if whole else f"({query}) AND {part.lowest}:{part.highest}[uid]"
        days = {"mindate": part.first.replace("-", "/"), "maxdate": part.last.replace("-", "/")}
        parameters = {"db": "pubmed", "term": term, "usehistory": "y", "retmax": "0", "retmode": "json"}
        return self._fetch("/esearch.fcgi", {**parameters, "datetype": part.datetype, **days, **self._told}, _session)

    def _page(self, session: Session, start: int) -> bytes:
        history = {"WebEnv": session.environment, "query_key": session.key}
        page = {"retstart": str(start), "retmax": str(PAGE), "retmode": "xml"}
        try:
            return self._fetch("/efetch.fcgi", {"db": "pubmed", **history, **page, **self._told}, _article_set)
        except RequestRefused as error:
            if error.status != 400:
                raise
            raise SessionLost(f"PubMed forgot the search: {error}") from None  # how efetch tells it


def _session(body: bytes) -> Session:
    """What esearch answers, as JSON or, from servers that know no other, as XML."""
    try:
        if body.lstrip().startswith(b"<"):
            tree = etree.fromstring(body, etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False))
            told = {name: tree.findtext(name) for name in ("Count", "WebEnv", "QueryKey", "ERROR")}
            found = {name.lower(): value for name, value in told.items() if value is not None}
        else:
            found = orjson.loads(body)["esearchresult"]
        if "error" in found and "count" not in found:
            raise BrokenAnswer(f"PubMed could not search: {str(found['error'])[:200]}")
        count = int(found["count"])
        return Session(count, str(found["webenv"]) if count else "", str(found["querykey"]) if count else "")
    except (ValueError, KeyError, TypeError, etree.XMLSyntaxError) as error:
        told_error = _error(body)
        raise BrokenAnswer(f"PubMed's search answered {told_error or 'what is no result'} ({error!r:.80})") from None


def _article_set(body: bytes) -> bytes:
    """The answer, if it is a whole set of articles. Raises ``SessionLost`` or ``BrokenAnswer``."""
    if _END.search(body[-200:]):
        return body
    if error := _error(body):
        raise RequestRefused(f"PubMed: {error}", 400)
    raise BrokenAnswer("PubMed's answer breaks off before its end")


def _error(body: bytes) -> str:
    found = re.search(rb'<ERROR>([^<]{1,200})|"error"\s*:\s*"([^"]{1,200})', body[:5000], re.IGNORECASE)
    return (found[1] or found[2]).decode(errors="replace") if found else ""


def _records(body: bytes) -> Iterator[Record]:
    """The articles of a page; a book or a chapter among them is no article and is noted."""
    with as_file(body, SOURCE) as path:
        for record in pubmed.read(path, lambda curie: None):
            if isinstance(record, Document) and record.kind is DocumentKind.BOOK:
                yield Note("books", f"{record.id} is a book or a chapter of one: only articles are fed")
            elif not (isinstance(record, Note) and record.topic == "no records"):
                yield record
