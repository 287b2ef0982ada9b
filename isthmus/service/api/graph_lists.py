"""Lists of the graph that are put together from what a store tells: an entity's statements and papers, all documents."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Sequence
from enum import StrEnum
from itertools import islice
from typing import TypeVar, cast

from isthmus.graph.model import Document, Modality
from isthmus.graph.stores.cursor import read_cursor, write_cursor
from isthmus.graph.stores.protocol import Page, StatementRow, Store
from isthmus.graph.vocabulary import Predicate
from isthmus.service.api.schemas import DocumentBriefOut, MentionOut, NamingDocumentOut, PageOut
from isthmus.service.graphs import Graphs

T = TypeVar("T")
LOOKED_AT = 2_000  # documents for one page of those that are wanted
_STATEMENTS = "statements"  # of find_statements: its cursors are this list's


class StatementRole(StrEnum):
    """Which end of a statement an entity is."""

    SUBJECT = "subject"
    OBJECT = "object"
    EITHER = "either"


def statements_of(
    store: Store, curie: str, role: StatementRole, predicate: Predicate | None, *, limit: int, cursor: str
) -> Page[StatementRow]:
    """Statements that an entity is an end of, by their ids, each once. Raises ``BadCursor``."""
    pages = [
        store.find_statements(**{end: curie}, predicate=predicate, limit=limit, cursor=cursor)
        for end, wanted in (("subject", StatementRole.SUBJECT), ("obj", StatementRole.OBJECT))
        if role in (wanted, StatementRole.EITHER)
    ]
    found = {row.statement.id: row for page in pages for row in page.items}
    rows = [found[identifier] for identifier in sorted(found)]
    more = len(rows) > limit or any(page.cursor for page in pages)
    after = write_cursor(_STATEMENTS, rows[:limit][-1].statement.id) if more else ""
    return Page(tuple(rows[:limit]), after)


def naming_page(store: Store, curie: str, limit: int, cursor: str) -> PageOut[NamingDocumentOut]:
    """The documents that name an entity. Raises ``BadCursor``."""
    after = read_cursor("naming", cursor) if cursor else ""
    rest = (one for one in store.mentions(entity=curie) if one.document > after)
    found = list(islice(rest, limit + 1))
    documents = store.documents([one.document for one in found[:limit]])
    items = [NamingDocumentOut.of(documents[one.document], one) for one in found[:limit] if one.document in documents]
    return PageOut(items=items, cursor=_next("naming", found, limit, lambda one: one.document))


def mentions_page(store: Store, document: str, limit: int, cursor: str) -> PageOut[MentionOut]:
    """The entities that a document names. Raises ``BadCursor``."""
    after = read_cursor("mentions", cursor) if cursor else ""
    found = list(islice((one for one in store.mentions(document=document) if one.entity > after), limit + 1))
    entities = store.entities([one.entity for one in found[:limit]])
    items = [MentionOut.of(entities[one.entity], one) for one in found[:limit] if one.entity in entities]
    return PageOut(items=items, cursor=_next("mentions", found, limit, lambda one: one.entity))


def documents_page(
    graphs: Graphs,
    *,
    entity: str | None,
    modality: Modality | None,
    year: int | None,
    retracted: bool | None,
    limit: int,
    cursor: str,
) -> PageOut[DocumentBriefOut]:
    """Documents that are as wanted. Where few are, a page is cut short after ``LOOKED_AT``. Raises ``BadCursor``."""
    store = graphs.store
    after = read_cursor("documents", cursor) if cursor else ""
    ids = _ids(graphs) if entity is None else [one.document for one in store.mentions(entity=entity)]
    rest = ids[bisect_right(ids, after) :] if after else ids

    def wanted(document: Document | None) -> bool:
        return (
            document is not None
            and modality in (None, document.modality)
            and year in (None, document.year)
            and retracted in (None, document.retracted)
        )

    found: list[Document] = []
    looked_at = 0
    while looked_at < min(LOOKED_AT, len(rest)) and len(found) < limit:
        batch = rest[looked_at : looked_at + limit - len(found)]
        known = store.documents(batch)
        found += [known[one] for one in batch if wanted(known.get(one))]
        looked_at += len(batch)
    items = [DocumentBriefOut.model_validate(one) for one in found]
    return PageOut(items=items, cursor=write_cursor("documents", rest[looked_at - 1]) if looked_at < len(rest) else "")


def _ids(graphs: Graphs) -> Sequence[str]:
    """Of the documents that give evidence or name something, sorted, put together once for each write."""
    snapshot, number = graphs.snapshot(), graphs.store.revision()[0]
    known = cast("tuple[int, Sequence[str]] | None", snapshot.memo.get("documents"))
    if known is None or known[0] != number:  # mentions may change without the version
        naming = graphs.store.mention_columns().document_ids
        known = snapshot.memo["documents"] = number, sorted({*snapshot.columns.document_ids, *naming})
    return known[1]


def _next(question: str, found: Sequence[T], limit: int, key: Callable[[T], str]) -> str:
    return write_cursor(question, key(found[limit - 1])) if len(found) > limit else ""
