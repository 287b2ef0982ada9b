"""The pages of the graph: search, an entity, a statement with its sentences, a document."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated, Literal
from urllib.parse import quote, urlencode

from fastapi import APIRouter, Form, Query, Request
from fastapi.responses import FileResponse, RedirectResponse, Response

from isthmus.graph.stores.protocol import Store
from isthmus.graph.verdict import VerdictKind
from isthmus.graph.vocabulary import Category
from isthmus.service.api.dependencies import Cursor, DeedOf, GraphsOf, NotFound, StoreOf
from isthmus.service.api.fresh import graph_version
from isthmus.service.api.graph_lists import naming_page
from isthmus.service.api.schemas import SearchHitOut
from isthmus.service.review.shown import verdicts_on
from isthmus.service.review.verdicts import give
from isthmus.service.web.pages import STATIC, render
from isthmus.service.web.refusals import PageRoute
from isthmus.service.web.views import document_view, statement_view, statements_view

router = APIRouter(route_class=PageRoute, include_in_schema=False)
judging_router = APIRouter(route_class=PageRoute, include_in_schema=False)
open_router = APIRouter(include_in_schema=False)

Words = Annotated[str, Query(max_length=500)]
SUGGESTED = 8
DOCUMENTS = 20
STATIC_PATHS = frozenset(f"/static/{path.name}" for path in STATIC.iterdir())
JUDGEMENTS = (
    (VerdictKind.CORRECT, "Right"),
    (VerdictKind.WRONG_RELATION, "Wrong relation"),
    (VerdictKind.WRONG_ENTITY, "Wrong entity"),
    (VerdictKind.WRONG_DIRECTION, "Wrong direction"),
    (VerdictKind.NEGATION_MISSED, "It is denied"),
    (VerdictKind.SPECULATIVE, "Only supposed"),
    (VerdictKind.OTHER, "Wrong otherwise"),
)
_ASKING = frozenset(
    ["what", "which", "how", "why", "who", "where", "is", "are", "does", "do", "can", "find", "show", "rank"]
)


@dataclass(frozen=True, slots=True)
class Example:
    """A question that works on the graph as it is."""

    who: str
    title: str
    about: str
    link: str


@router.get("/")
def home(request: Request, graphs: GraphsOf) -> Response:
    """Where one begins."""
    store = graphs.store
    counts = store.counts()
    examples = list(_examples(store)) if counts.statements else []
    version = graph_version(*store.revision())
    return render(request, "home.html.jinja", counts=counts, examples=examples, version=version)


def _examples(store: Store) -> Iterator[Example]:
    """One for each of those who come, about what the graph holds most of."""
    diseases = [hit.entity for hit in store.search("disease", category=Category.DISEASE, limit=20).items]
    known = next(
        (one for name in ("Parkinson disease", "Alzheimer disease") for one in store.entities_named(name)), None
    )
    disease = known or next(iter(diseases), None)
    if disease is None:
        return
    asked = urlencode({"for": disease.name, "for_id": disease.id, "category": Category.DRUG.value})
    yield Example(
        "Neuroscientist",
        f"Which drugs may act on {disease.name}?",
        "Ranked beyond what degree explains, each with its paths.",
        f"/candidates?{asked}",
    )
    page = store.find_statements(obj=disease.id, limit=50).items
    gene = next((row for row in page if row.first_year), None) or next(iter(page), None)
    if gene is not None:
        yield Example(
            "Bioinformatician",
            f"What is said of {disease.name}?",
            "Every statement with its belief, sorted; the same as CSV.",
            f"/entities/{quote(disease.id, safe=':')}",
        )
        yield Example(
            "Reviewer",
            "Is this sentence read rightly?",
            "A statement, its sentences with both names marked, and your verdict.",
            f"/statements/{gene.statement.id}",
        )


@router.get("/search")
def search(request: Request, store: StoreOf, q: Words = "", cursor: Cursor = "") -> Response:
    """Entities by words; a sentence that asks is taken to be a question."""
    words = q.strip()
    if words.endswith("?") or (len(words.split()) > 3 and words.split()[0].lower() in _ASKING):
        return RedirectResponse(f"/ask?{urlencode({'q': words})}", 303)
    page = store.search(words, limit=30, cursor=cursor) if words else None
    hits = [SearchHitOut.of(hit) for hit in page.items] if page else []
    return render(request, "search.html.jinja", q=words, hits=hits, cursor=page.cursor if page else "")


@router.get("/search/options")
def options(
    request: Request, store: StoreOf, q: Words = "", list: Annotated[str, Query(max_length=60)] = "o"
) -> Response:
    """What a name may become while it is typed."""
    words = q.strip()
    hits = [SearchHitOut.of(hit) for hit in store.search(words, limit=SUGGESTED).items] if words else []
    return render(request, "options.html.jinja", q=words, hits=hits, list=list)


@router.get("/entities/{curie:path}")
def entity(
    request: Request,
    store: StoreOf,
    curie: str,
    predicate: Annotated[str, Query(max_length=100)] = "",
    sort: Literal["belief", "evidence", "year"] = "belief",
    start: Annotated[int, Query(ge=0, le=100_000)] = 0,
    rows: bool = False,
) -> Response:
    """An entity: what is said of it and who names it; with ``rows`` only the next rows of its table."""
    found = store.entities([curie]).get(curie)
    if found is None:
        raise NotFound(f"Nothing in this graph has the identifier {curie}. Search for its name.")
    view = statements_view(store, curie, predicate, sort, start)
    if rows:
        return render(request, "statement_rows.html.jinja", view=view)
    naming = naming_page(store, curie, DOCUMENTS, "")
    return render(
        request,
        "entity.html.jinja",
        entity=found,
        view=view,
        documents=naming.items,
        more_documents=bool(naming.cursor),
    )


@router.get("/statements/{statement_id}")
def statement(request: Request, store: StoreOf, statement_id: str) -> Response:
    """A statement with its sentences, and what people say of it."""
    view = statement_view(store, statement_id)
    if view is None:
        raise NotFound(f"This graph has no statement {statement_id[:80]}. An ingest may have taken it away.")
    return render(
        request,
        "statement.html.jinja",
        view=view,
        verdicts=verdicts_on(store, statement_id),
        kinds=JUDGEMENTS,
        judge=f"/statements/{statement_id}/verdicts",
    )


@router.get("/fragments/statements/{statement_id}")
def statement_fragment(request: Request, store: StoreOf, statement_id: str) -> Response:
    """The same for the drawer of another page."""
    view = statement_view(store, statement_id)
    if view is None:
        raise NotFound(f"This graph has no statement {statement_id[:80]} any more.")
    return render(request, "fragment_statement.html.jinja", view=view)


@judging_router.post("/statements/{statement_id}/verdicts")
def judge(
    store: StoreOf,
    deed: DeedOf,
    statement_id: str,
    kind: Annotated[VerdictKind, Form()],
    reviewer: Annotated[str, Form(max_length=200)],
    comment: Annotated[str, Form(max_length=2_000)] = "",
) -> Response:
    """What a person says of a statement. Belief moves at once."""
    deed.reviewer = reviewer
    give(store, statement_id, kind, reviewer, comment=comment)
    return RedirectResponse(f"/statements/{statement_id}", 303)


@router.get("/documents/{document_id:path}")
def document(request: Request, store: StoreOf, document_id: str) -> Response:
    """A document and whom it names."""
    view = document_view(store, document_id)
    if view is None:
        raise NotFound(f"This graph has no document {document_id[:200]}.")
    return render(request, "document.html.jinja", view=view)


@open_router.get("/static/{name}")
async def static(name: str) -> Response:
    """Scripts, styles and pictures of ours."""
    if f"/static/{name}" not in STATIC_PATHS:
        raise NotFound(f"There is no file {name[:80]}.")
    return FileResponse(STATIC / name, headers={"cache-control": "public, max-age=31536000, immutable"})
