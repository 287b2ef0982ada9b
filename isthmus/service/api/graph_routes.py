"""What the graph holds: entities, statements with their sentences, documents."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query

from isthmus.graph.vocabulary import Category, Predicate
from isthmus.service.api.dependencies import Cursor, Limit, NotFound, StoreOf
from isthmus.service.api.schemas import DocumentOut, EntityOut, PageOut, SearchHitOut, StatementOut

router = APIRouter(tags=["graph"])


@router.get("/search")
def search(
    store: StoreOf,
    q: Annotated[str, Query(min_length=1, max_length=500, description="words; the last one may be unfinished")],
    category: Category | None = None,
    limit: Limit = 20,
    cursor: Cursor = "",
) -> PageOut[SearchHitOut]:
    """Entities by the words of their names and synonyms, best first."""
    page = store.search(q, category=category, limit=limit, cursor=cursor)
    return PageOut(items=[SearchHitOut.of(hit) for hit in page.items], cursor=page.cursor)


@router.get("/entities/{curie:path}")
def entity(store: StoreOf, curie: str) -> EntityOut:
    """One entity by its identifier."""
    found = store.entities([curie]).get(curie)
    if found is None:
        raise NotFound(f"No entity {curie} in this graph. Look for it with /api/v1/search?q=NAME.")
    return EntityOut.model_validate(found)


@router.get("/statements")
def statements(
    store: StoreOf,
    subject: str | None = None,
    object: str | None = None,
    predicate: Predicate | None = None,
    limit: Limit = 100,
    cursor: Cursor = "",
) -> PageOut[StatementOut]:
    """Statements by their ends and predicate, page by page."""
    page = store.find_statements(subject=subject, obj=object, predicate=predicate, limit=limit, cursor=cursor)
    return PageOut(items=[StatementOut.of(row) for row in page.items], cursor=page.cursor)


@router.get("/statements/{statement_id}")
def statement(store: StoreOf, statement_id: str) -> StatementOut:
    """One statement with all its evidence."""
    row = store.statements([statement_id]).get(statement_id)
    if row is None:
        raise NotFound(f"No statement {statement_id} in this graph.")
    return StatementOut.of(row, store.evidence([statement_id]).get(statement_id, []))


@router.get("/documents/{document_id:path}")
def document(store: StoreOf, document_id: str) -> DocumentOut:
    """One document with its text."""
    found = store.documents([document_id]).get(document_id)
    if found is None:
        raise NotFound(f"No document {document_id} in this graph.")
    return DocumentOut.model_validate(found)
