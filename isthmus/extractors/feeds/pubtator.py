"""PubTator 3: papers found by its search or named by PMID, in PubTator's format.

Its search knows entities (``@GENE_MAPT``) besides words. The newest papers come first, so that a run reads down to where
the one before began. See https://www.ncbi.nlm.nih.gov/research/pubtator3/api.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import date
from functools import partial
from typing import Any

import orjson

from isthmus.extractors.feeds.feed import (
    Asked,
    BrokenAnswer,
    Cursor,
    FeedBatch,
    Fetch,
    as_file,
    next_window,
    through_of,
)
from isthmus.extractors.readers import pubtator
from isthmus.extractors.reading import Note, Record

PAGE = 100  # papers of one export, as many as the service gives
SOURCE = "pubtator"
_PMIDS = re.compile(r"\s*[0-9]{1,9}(?:[\s,]+[0-9]{1,9})*\s*")


class PubTator:
    """Papers of a PubTator query, or of a list of PMIDs."""

    def __init__(self, fetch: Fetch) -> None:
        self._fetch = fetch

    def batches(self, asked: Asked, cursor: Cursor) -> Iterator[FeedBatch]:
        """See ``Feed``. A cursor in the middle of a run holds the next page of the search.

        PMIDs that are named are all asked for in each run: the service does not tell which of them have changed.
        """
        if _PMIDS.fullmatch(asked.query):
            yield from self._named(asked, re.findall("[0-9]+", asked.query), int(cursor.get("at", 0)))
            return
        through, left = cursor.get("through", ""), cursor.get("left")
        if left is not None:
            yield from self._search(asked.query, through, left)
            through = through_of(date.fromisoformat(left["last"]), self._fetch.server_day)
            if date.fromisoformat(left["last"]) >= asked.today:
                return
        window = next_window(asked, through)
        days = {"first": window.first.isoformat(), "last": window.last.isoformat()}
        yield from self._search(asked.query, through, {**days, "page": 1})

    def _named(self, asked: Asked, pmids: Sequence[str], start: int) -> Iterator[FeedBatch]:
        for at in range(start, len(pmids), PAGE):
            some = pmids[at : at + PAGE]
            done = {"at": at + PAGE} if at + PAGE < len(pmids) else {"through": asked.today.isoformat()}
            yield FeedBatch(f"PubTator, PMIDs {some[0]} to {some[-1]}", self._records(some), done)

    def _search(self, query: str, through: str, left: dict[str, Any]) -> Iterator[FeedBatch]:
        page = int(left["page"])
        while page:
            parameters = {"text": query, "page": str(page), "sort": "date desc"}
            found = self._fetch("/search/", parameters, _page)
            fresh = [str(each["pmid"]) for each in found["results"] if _day(each) >= left["first"]]
            name = f"PubTator since {left['first']}, page {page}"
            older = len(fresh) < len(found["results"])
            page = 0 if older or not fresh or page >= int(found.get("total_pages") or 0) else page + 1
            cursor: dict[str, Any] = {"through": through, "left": {**left, "page": page}}
            if not page:
                cursor = {"through": through_of(date.fromisoformat(left["last"]), self._fetch.server_day)}
            yield FeedBatch(name, self._records(fresh), cursor)

    def _records(self, pmids: Sequence[str]) -> Iterator[Record]:
        if not pmids:
            return
        body = self._fetch("/publications/export/pubtator", {"pmids": ",".join(pmids)}, partial(_texts, pmids))
        if not body.strip():
            yield Note("no text", f"PubTator has none of {len(pmids)} papers", len(pmids))
            return
        with as_file(body, SOURCE) as path:
            yield from pubtator.read(path, lambda curie: None)


def _day(result: dict[str, Any]) -> str:
    """The day of a result, ``YYYY-MM-DD``; one without a day counts as new."""
    return str(result.get("date") or "9999")[:10]


def _page(body: bytes) -> dict[str, Any]:
    try:
        page: dict[str, Any] = orjson.loads(body)
        [each["pmid"] for each in page["results"]]
        int(page.get("total_pages") or 0)
    except (orjson.JSONDecodeError, KeyError, TypeError, ValueError) as error:
        raise BrokenAnswer(f"PubTator's answer is not a page of results ({error!r:.80})") from None
    return page


def _texts(pmids: Sequence[str], body: bytes) -> bytes:
    """The export, if its last document is whole: each ends with an empty line."""
    if body.strip() and not body.endswith(b"\n"):
        raise BrokenAnswer(f"PubTator's export of {len(pmids)} papers breaks off before its end")
    return body
