"""Which version of a paper stays when several feeds have it: the same one in whatever order they are read.

A version with the full text goes before PubMed's record, that before an abstract from elsewhere; one that is retracted
before all that are not. A newer version from the same feed always takes the place of the older.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from isthmus.extractors.feeds import biorxiv, europepmc, pubmed, pubtator
from isthmus.extractors.reading import Note, Record
from isthmus.graph.model import Document
from isthmus.graph.stores.ledger import Outcome
from isthmus.graph.stores.protocol import Store

_RANKS = {europepmc.SOURCE_WHOLE: 4, pubmed.SOURCE: 3, europepmc.SOURCE: 2, pubtator.SOURCE: 1}
_RANKS |= dict.fromkeys(biorxiv.SERVERS, 2)
_TOGETHER = 48
_GONE = (Outcome.DELETED, Outcome.FAILED)


def preferred(store: Store, records: Iterable[Record]) -> Iterator[Record]:
    """The records in their order, without documents of which the store has a better version from another feed."""
    waiting: list[Document] = []
    for record in records:
        if isinstance(record, Document):
            waiting.append(record)
        else:
            yield from _kept(store, waiting)
            waiting = []
            yield record
        if len(waiting) == _TOGETHER:
            yield from _kept(store, waiting)
            waiting = []
    yield from _kept(store, waiting)


def _kept(store: Store, documents: list[Document]) -> Iterator[Record]:
    if not documents:
        return
    ids = [document.id for document in documents]
    ledger, there = store.ledger(ids), store.documents(ids)
    for document in documents:
        row, known = ledger.get((document.id, 0)), there.get(document.id)
        if row is None or known is None or row.outcome in _GONE or _goes_before(document, known, row.source):
            yield document
        else:
            yield Note("better version kept", f"from {row.source}, not {document.source}")


def _goes_before(document: Document, known: Document, source: str) -> bool:
    """Whether a document takes the place of the known one, which came from this source."""
    if document.source == source:
        return True
    return (document.retracted, _RANKS.get(document.source, 0)) >= (known.retracted, _RANKS.get(source, 0))
