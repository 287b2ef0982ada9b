"""What PubMed has deleted: its daily update files, which alone tell that.

A file says of no query, so that only its deletions are taken. The folder lists its files by name, each with a number that
only grows; see https://pubmed.ncbi.nlm.nih.gov/download/.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from isthmus.extractors.feeds.feed import Asked, BrokenAnswer, Cursor, Feed, FeedBatch, Fetch, RequestRefused, as_file
from isthmus.extractors.readers import pubmed
from isthmus.extractors.reading import Deletion, Note, Record

_FILE = re.compile(rb"pubmed([0-9]{2}n[0-9]{4})\.xml\.gz(?![.\w])")
MOST_FILES = 60  # of one run, the newest: some three months


class WithDeletions:
    """A feed of articles, and then the deletions of the update files since its last run."""

    def __init__(self, articles: Feed, updates: Fetch) -> None:
        self._articles, self._updates = articles, updates

    def batches(self, asked: Asked, cursor: Cursor) -> Iterator[FeedBatch]:
        """See ``Feed``. The cursor is that of the articles with the number of the last update file."""
        seen = str(cursor.get("updates", ""))
        own = {name: value for name, value in cursor.items() if name != "updates"}
        for batch in self._articles.batches(asked, own):
            own = dict(batch.cursor)
            yield FeedBatch(batch.name, batch.records, {**own, "updates": seen})
        files = sorted(set(self._updates("/", {}, _listed)))
        # a first run asks for nothing that was deleted before it: what was, it has not read
        fresh = [number for number in files if number > seen] if seen else []
        for number in fresh[-MOST_FILES:]:
            yield FeedBatch(f"PubMed update {number}", self._deletions(number), {**own, "updates": number})
        if not seen and files:
            yield FeedBatch("PubMed updates", (), {**own, "updates": files[-1]})

    def _deletions(self, number: str) -> Iterator[Record]:
        name = f"pubmed{number}.xml.gz"
        try:
            body = self._updates(f"/{name}", {}, lambda answer: answer)
        except RequestRefused as error:
            yield Note("deletions", f"{name} could not be read: {error}")
            return
        with as_file(body, name) as path:
            for record in pubmed.read(path, lambda curie: None):
                if isinstance(record, Deletion):
                    yield record


def _listed(body: bytes) -> list[str]:
    found = [number.decode() for number in _FILE.findall(body)]
    if not found:
        raise BrokenAnswer("the folder of PubMed's update files lists none")
    return found
