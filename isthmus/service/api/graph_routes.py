"""What the graph holds: entities, statements with their sentences, documents."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated

from fastapi import APIRouter, Path, Query, Response

from isthmus.graph.model import Evidence, Modality
from isthmus.graph.stores.protocol import Page, StatementRow, Store
from isthmus.graph.vocabulary import Category, Predicate
from isthmus.service.api.dependencies import Cursor, GraphsOf, Limit, NotFound, StoreOf
from isthmus.service.api.examples import DISEASE, DOCUMENT, DRUG, STATEMENT
from isthmus.service.api.graph_lists import StatementRole, documents_page, mentions_page, naming_page, statements_of
from isthmus.service.api.pages import WalksOf, page_after
from isthmus.service.api.schemas import (
    DocumentBriefOut,
    DocumentOut,
    EntityOut,
    EvidenceOut,
    MentionOut,
    NamingDocumentOut,
    PageOut,
    SearchHitOut,
    StatementOut,
    StatementRowOut,
)
from isthmus.service.api.tables_out import Lists, ListsOf, as_table

router = APIRouter(tags=["graph"])

Curie = Annotated[str, Path(description="a CURIE", examples=[DISEASE])]
StatementId = Annotated[str, Path(description="32 hex digits", examples=[STATEMENT])]
DocumentId = Annotated[str, Path(description="as evidence names it", examples=[DOCUMENT])]
End = Annotated[str | None, Query(max_length=500, description="a CURIE", examples=[DRUG])]


@router.get("/search", **as_table(SearchHitOut))
def search(
    store: StoreOf,
    walks: WalksOf,
    lists: ListsOf,
    q: Annotated[
        str,
        Query(
            min_length=1,
            max_length=500,
            description="words; the last one may be unfinished",
            examples=["parkinson", "alpha-synu"],
        ),
    ],
    category: Annotated[Category | None, Query(description="with all that is below it", examples=["Disease"])] = None,
    limit: Limit = 20,
    cursor: Cursor = "",
) -> PageOut[SearchHitOut] | Response:
    """Entities by the words of their names and synonyms, best first."""

    def page(limit: int, cursor: str) -> PageOut[SearchHitOut]:
        found = walks.page(store, q, category, limit=limit, cursor=cursor)
        return PageOut(items=[SearchHitOut.of(hit) for hit in found.items], cursor=found.cursor)

    return lists.paged(SearchHitOut, page, limit=limit, cursor=cursor)


@router.get("/entities/{curie:path}/statements", **as_table(StatementRowOut, PageOut[StatementOut]))
def entity_statements(
    store: StoreOf,
    lists: ListsOf,
    curie: Curie,
    role: Annotated[StatementRole, Query(description="which end of the statement it is")] = StatementRole.EITHER,
    predicate: Predicate | None = None,
    limit: Limit = 100,
    cursor: Cursor = "",
) -> PageOut[StatementOut] | Response:
    """The statements that an entity is an end of, by their ids."""
    _entity(store, curie)

    def find(limit: int, cursor: str) -> Page[StatementRow]:
        return statements_of(store, curie, role, predicate, limit=limit, cursor=cursor)

    return _statements(store, lists, find, limit, cursor)


@router.get("/entities/{curie:path}/documents", **as_table(NamingDocumentOut))
def entity_documents(
    store: StoreOf, lists: ListsOf, curie: Curie, limit: Limit = 100, cursor: Cursor = ""
) -> PageOut[NamingDocumentOut] | Response:
    """The documents that name an entity, by their ids."""
    _entity(store, curie)
    return lists.paged(
        NamingDocumentOut, lambda limit, cursor: naming_page(store, curie, limit, cursor), limit=limit, cursor=cursor
    )


@router.get("/entities/{curie:path}")
def entity(store: StoreOf, curie: Curie) -> EntityOut:
    """One entity by its identifier."""
    return _entity(store, curie)


@router.get("/statements", **as_table(StatementRowOut, PageOut[StatementOut]))
def statements(
    store: StoreOf,
    lists: ListsOf,
    subject: End = None,
    object: End = None,
    predicate: Predicate | None = None,
    limit: Limit = 100,
    cursor: Cursor = "",
) -> PageOut[StatementOut] | Response:
    """Statements by their ends and predicate, by their ids."""

    def find(limit: int, cursor: str) -> Page[StatementRow]:
        return store.find_statements(subject=subject, obj=object, predicate=predicate, limit=limit, cursor=cursor)

    return _statements(store, lists, find, limit, cursor)


@router.get("/statements/{statement_id}/evidence", **as_table(EvidenceOut))
def evidence(
    store: StoreOf, lists: ListsOf, statement_id: StatementId, limit: Limit = 100, cursor: Cursor = ""
) -> PageOut[EvidenceOut] | Response:
    """The evidence of a statement, oldest first; what has no year comes last."""
    if statement_id not in store.statements([statement_id]):
        raise NotFound(f"No statement {statement_id} in this graph.")
    found = store.evidence([statement_id]).get(statement_id, [])

    def page(limit: int, cursor: str) -> PageOut[EvidenceOut]:
        shown = page_after(found, _evidence_place, of="evidence", limit=limit, cursor=cursor)
        return PageOut(items=[EvidenceOut.model_validate(one) for one in shown.items], cursor=shown.cursor)

    return lists.paged(EvidenceOut, page, limit=limit, cursor=cursor)


@router.get("/statements/{statement_id}")
def statement(store: StoreOf, statement_id: StatementId) -> StatementOut:
    """One statement with all its evidence."""
    row = store.statements([statement_id]).get(statement_id)
    if row is None:
        raise NotFound(f"No statement {statement_id} in this graph.")
    return StatementOut.of(row, store.evidence([statement_id]).get(statement_id, []))


@router.get("/documents", **as_table(DocumentBriefOut))
def documents(
    graphs: GraphsOf,
    lists: ListsOf,
    entity: Annotated[str | None, Query(max_length=500, description="only those that name this CURIE")] = None,
    modality: Modality | None = None,
    year: Annotated[int | None, Query(ge=1000, le=9999)] = None,
    retracted: Annotated[bool | None, Query(description="only retracted ones, or only others")] = None,
    limit: Limit = 100,
    cursor: Cursor = "",
) -> PageOut[DocumentBriefOut] | Response:
    """Documents that give evidence or name an entity, by their ids. A page may hold fewer than asked, and more follow."""

    def page(limit: int, cursor: str) -> PageOut[DocumentBriefOut]:
        return documents_page(
            graphs, entity=entity, modality=modality, year=year, retracted=retracted, limit=limit, cursor=cursor
        )

    return lists.paged(DocumentBriefOut, page, limit=limit, cursor=cursor)


@router.get("/documents/{document_id:path}/mentions", **as_table(MentionOut))
def document_mentions(
    store: StoreOf, lists: ListsOf, document_id: DocumentId, limit: Limit = 100, cursor: Cursor = ""
) -> PageOut[MentionOut] | Response:
    """The entities that a document names, by their ids."""
    _document(store, document_id)
    return lists.paged(
        MentionOut, lambda limit, cursor: mentions_page(store, document_id, limit, cursor), limit=limit, cursor=cursor
    )


@router.get("/documents/{document_id:path}")
def document(store: StoreOf, document_id: DocumentId) -> DocumentOut:
    """One document with its text."""
    return _document(store, document_id)


def _statements(
    store: Store, lists: Lists, find: Callable[[int, str], Page[StatementRow]], limit: int, cursor: str
) -> PageOut[StatementOut] | Response:
    """A page of statements; or a table of them, which names their ends."""

    def page(limit: int, cursor: str) -> PageOut[StatementRowOut]:
        found = find(limit, cursor)
        ends = {end for row in found.items for end in (row.statement.subject, row.statement.object)}
        return PageOut(items=StatementRowOut.of_page(found.items, store.entities(ends)), cursor=found.cursor)

    if lists.tabular:
        return lists.whole(StatementRowOut, page, limit=limit, cursor=cursor)
    found = find(limit, cursor)
    return PageOut(items=[StatementOut.of(row) for row in found.items], cursor=found.cursor)


def _entity(store: Store, curie: str) -> EntityOut:
    found = store.entities([curie]).get(curie)
    if found is None:
        raise NotFound(f"No entity {curie} in this graph. Look for it with /api/v1/search?q=NAME.")
    return EntityOut.model_validate(found)


def _document(store: Store, document_id: str) -> DocumentOut:
    found = store.documents([document_id]).get(document_id)
    if found is None:
        raise NotFound(f"No document {document_id} in this graph.")
    return DocumentOut.model_validate(found)


def _evidence_place(one: Evidence) -> str:
    """Where it stands: by year, then id, as the store has it."""
    return f"{9999 if one.year is None else one.year:04d}/{one.id}"
