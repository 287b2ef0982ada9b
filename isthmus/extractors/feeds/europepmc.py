"""Europe PMC: search pages by ``cursorMark``, with the full text where the paper is open.

Papers come by the day they were first indexed or last updated. See https://europepmc.org/RestfulWebService.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date
from typing import Any

import orjson
from lxml import etree, html

from isthmus.extractors.feeds.feed import (
    Asked,
    BrokenAnswer,
    Cursor,
    FeedBatch,
    Fetch,
    RequestRefused,
    next_window,
    through_of,
)
from isthmus.extractors.feeds.jats import check_whole, sections_of
from isthmus.extractors.readers.dates import is_date
from isthmus.extractors.readers.publications import publication_id
from isthmus.extractors.readers.visible_text import one_line
from isthmus.extractors.reading import Note, Record, Unreadable, UnreadableFile
from isthmus.graph.model import Document, DocumentKind, Modality, Section

PAGE = 100
SOURCE, SOURCE_WHOLE = "europepmc", "europepmc full text"
_RETRACTED = {"retracted publication"}


class EuropePmc:
    """Articles and preprints of a Europe PMC query."""

    def __init__(self, fetch: Fetch, *, email: str = "") -> None:
        self._fetch = fetch
        self._told = {"email": email} if email else {}

    def batches(self, asked: Asked, cursor: Cursor) -> Iterator[FeedBatch]:
        """See ``Feed``. A cursor in the middle of a window holds the mark of its next page."""
        through, left = cursor.get("through", ""), cursor.get("left")
        if left is not None:
            yield from self._window(asked.query, through, left)
            through = through_of(date.fromisoformat(left["last"]), self._fetch.server_day)
            if date.fromisoformat(left["last"]) >= asked.today:
                return
        window = next_window(asked, through)
        days = {"first": window.first.isoformat(), "last": window.last.isoformat()}
        yield from self._window(asked.query, through, {**days, "mark": "*"})

    def _window(self, query: str, through: str, left: Mapping[str, str]) -> Iterator[FeedBatch]:
        days = f"[{left['first']} TO {left['last']}]"
        asked = f"({query}) AND (FIRST_IDATE:{days} OR UPDATE_DATE:{days})"
        mark = left["mark"]
        while mark:
            parameters = {"query": asked, "format": "json", "resultType": "core", "pageSize": str(PAGE)}
            page = self._fetch("/search", {**parameters, "cursorMark": mark, **self._told}, _page)
            following = str(page.get("nextCursorMark") or "")
            results = page["resultList"]["result"]
            mark = following if results and following != mark else ""  # the last page names itself as the next
            cursor = {"through": through, "left": {**left, "mark": mark}}
            if not mark:
                cursor = {"through": through_of(date.fromisoformat(left["last"]), self._fetch.server_day)}
            yield FeedBatch(f"Europe PMC {left['first']} to {left['last']}", self._records(results), cursor)

    def _records(self, results: list[Mapping[str, Any]]) -> Iterator[Record]:
        for result in results:
            name = f"{result.get('source', '')} {result.get('id', '')}".strip()
            if "book" in str(result.get("pubTypeList", "")).lower() or result.get("source") == "NBK":
                yield Note("books", f"{name} is a book or a chapter of one: only articles are fed")
                continue
            document = _document(result)
            if document is None:
                yield Unreadable(SOURCE, name, "has no PMID, PMC number or DOI, or no title")
            else:
                yield from self._with_full_text(document, result)

    def _with_full_text(self, document: Document, result: Mapping[str, Any]) -> Iterator[Record]:
        """The document with its body where that may be read; where it cannot be, the abstract and why."""
        number = str(result.get("pmcid") or "")
        if result.get("isOpenAccess") != "Y" or not number:
            yield document
            return
        try:
            body = sections_of(self._fetch(f"/{number}/fullTextXML", {}, check_whole))
        except (RequestRefused, UnreadableFile) as error:
            yield Note("no full text", f"{document.id}: {error}")
            body = ()
        if body:
            document = replace(document, sections=(*document.sections, *body), source=SOURCE_WHOLE)
        yield document


def _page(body: bytes) -> dict[str, Any]:
    try:
        page: dict[str, Any] = orjson.loads(body)
        [each.get("id") for each in page["resultList"]["result"]]
    except (orjson.JSONDecodeError, KeyError, TypeError, AttributeError) as error:
        raise BrokenAnswer(f"Europe PMC's answer is not a page of results ({error!r:.80})") from None
    return page


def _document(result: Mapping[str, Any]) -> Document | None:
    identifier = next((found for key in ("pmid", "pmcid", "doi") if (found := _id(key, result))), "")
    title = text_of(str(result.get("title") or ""))
    if not identifier or not title:
        return None
    types = tuple(str(each) for each in (result.get("pubTypeList") or {}).get("pubType", ()))
    abstract = text_of(str(result.get("abstractText") or ""))
    given = str(result.get("firstPublicationDate") or result.get("pubYear") or "")
    authors = (result.get("authorList") or {}).get("author", ())
    return Document(
        id=identifier,
        kind=DocumentKind.ARTICLE,
        modality=Modality.LITERATURE,
        title=title,
        sections=(Section("", abstract),) if abstract else (),
        date=given if is_date(given) else "",
        retracted=any(each.lower() in _RETRACTED for each in types),
        journal=str(((result.get("journalInfo") or {}).get("journal") or {}).get("title") or ""),
        authors=tuple(
            name for each in authors if (name := str(each.get("fullName") or each.get("collectiveName") or ""))
        ),
        publication_types=types,
        xrefs=tuple(sorted({found for key in ("pmcid", "doi") if (found := _id(key, result)) and found != identifier})),
        language=str(result.get("language") or ""),
        source=SOURCE,
    )


def _id(key: str, result: Mapping[str, Any]) -> str:
    return publication_id(str(result.get(key) or ""))


def text_of(markup: str) -> str:
    """What a person reads in a title or an abstract that carries HTML tags.

    >>> text_of("<h4>Aim</h4>Fe<sup>2+</sup> in <i>E. coli</i>")
    'Aim: Fe2+ in E. coli'
    """
    if "<" not in markup and "&" not in markup:
        return one_line(markup)
    try:
        tree = html.fragment_fromstring(markup, create_parent="div")
    except (etree.ParserError, ValueError):
        return one_line(markup)
    for heading in tree.iter("h1", "h2", "h3", "h4", "h5", "h6"):
        heading.text = f"{(heading.text or '').strip().rstrip(':')}: "
        heading.tail = f"{heading.tail or ''}"
    for paragraph in tree.iter("p", "br"):
        paragraph.tail = f" {paragraph.tail or ''}"
    return one_line(str(tree.text_content()))
