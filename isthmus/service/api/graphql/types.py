"""What the graph holds, as GraphQL shows it: entities, statements, evidence, documents. Fields are those of REST."""

from __future__ import annotations

import strawberry

from isthmus.graph import model
from isthmus.graph import verdict as judged
from isthmus.graph.model import Assertion, DocumentKind, Modality
from isthmus.graph.stores.cursor import write_cursor
from isthmus.graph.stores.protocol import StatementRow
from isthmus.graph.verdict import VerdictAbout, VerdictKind, latest
from isthmus.graph.vocabulary import Category, Predicate
from isthmus.service.api.graphql.context import Info
from isthmus.service.api.graphql.loaders import About, Role
from isthmus.service.api.graphql.pages import (
    LARGEST_PAGE,
    After,
    Connection,
    First,
    PageInfo,
    bounded,
    connection,
    position,
    slice_after,
)
from isthmus.service.review.agreement import VerdictAnswer

for _enum in (Category, Predicate, Modality, Assertion, DocumentKind, VerdictKind, VerdictAbout, Role):
    strawberry.enum(_enum, description=(_enum.__doc__ or "").split("\n")[0])


@strawberry.type
class Entity:
    """A concept of the graph."""

    id: strawberry.ID
    name: str
    category: Category
    synonyms: list[str]
    xrefs: list[str]
    given_categories: list[str]

    @classmethod
    def of(cls, found: model.Entity) -> Entity:
        """From the graph's own value."""
        return cls(
            id=strawberry.ID(found.id),
            name=found.name,
            category=found.category,
            synonyms=list(found.synonyms),
            xrefs=list(found.xrefs),
            given_categories=list(found.given_categories),
        )

    @strawberry.field(description="its statements by their ids; `role` says at which end it stands")
    async def statements(
        self,
        info: Info,
        role: Role = Role.EITHER,
        predicate: Predicate | None = None,
        first: First = 20,
        after: After = "",
    ) -> Connection[Statement]:
        """A page of them."""
        bounded("first", first, LARGEST_PAGE)
        asked = About(self.id, role, predicate, position("statements", after), first)
        return statement_page(await info.context.loaders.statements_of.load(asked), first, after)


@strawberry.type
class Section:
    """A labelled piece of a document."""

    label: str
    text: str


@strawberry.type
class Document:
    """One thing read. `text` is what every offset counts characters of."""

    id: strawberry.ID
    kind: DocumentKind
    modality: Modality
    title: str
    date: str
    retracted: bool
    journal: str
    authors: list[str]
    mesh: list[str]
    publication_types: list[str]
    xrefs: list[str]
    found: strawberry.Private[model.Document]

    @classmethod
    def of(cls, found: model.Document) -> Document:
        """From the graph's own value."""
        return cls(
            id=strawberry.ID(found.id),
            kind=found.kind,
            modality=found.modality,
            title=found.title,
            date=found.date,
            retracted=found.retracted,
            journal=found.journal,
            authors=list(found.authors),
            mesh=list(found.mesh),
            publication_types=list(found.publication_types),
            xrefs=list(found.xrefs),
            found=found,
        )

    @strawberry.field(description="title and sections, joined by one space each")
    def text(self) -> str:
        """The whole text."""
        return self.found.text

    @strawberry.field
    def sections(self) -> list[Section]:
        """Its pieces."""
        return [Section(label=one.label, text=one.text) for one in self.found.sections]


@strawberry.type
class Evidence:
    """One place that makes a statement. Spans count characters of the document's text."""

    id: strawberry.ID
    year: int | None
    text: str
    assertion: Assertion
    extractor: str
    score: float
    section: str
    start: int | None
    end: int | None
    subject_span: list[int] | None
    object_span: list[int] | None
    original: str
    document_id: strawberry.ID

    @classmethod
    def of(cls, found: model.Evidence) -> Evidence:
        """From the graph's own value."""
        return cls(
            id=strawberry.ID(found.id),
            year=found.year,
            text=found.text,
            assertion=found.assertion,
            extractor=found.extractor,
            score=found.score,
            section=found.section,
            start=found.start,
            end=found.end,
            subject_span=list(found.subject_span) if found.subject_span else None,
            object_span=list(found.object_span) if found.object_span else None,
            original=found.original,
            document_id=strawberry.ID(found.document),
        )

    @strawberry.field(description="absent where a write took it out a moment ago")
    async def document(self, info: Info) -> Document | None:
        """What says it."""
        return await document_of(info, self.document_id)


@strawberry.type
class Statement:
    """Subject, predicate, object, and what the graph makes of it."""

    id: strawberry.ID
    predicate: Predicate
    negated: bool
    species: str
    cell: str
    anatomy: str
    belief: float
    evidence_count: int
    first_year: int | None
    subject_id: strawberry.ID
    object_id: strawberry.ID

    @classmethod
    def of(cls, row: StatementRow) -> Statement:
        """From the graph's own value."""
        said = row.statement
        return cls(
            id=strawberry.ID(said.id),
            predicate=said.predicate,
            negated=said.negated,
            species=said.context.species,
            cell=said.context.cell,
            anatomy=said.context.anatomy,
            belief=row.belief,
            evidence_count=row.evidence_count,
            first_year=row.first_year,
            subject_id=strawberry.ID(said.subject),
            object_id=strawberry.ID(said.object),
        )

    @strawberry.field(description="absent where a write took it out a moment ago")
    async def subject(self, info: Info) -> Entity | None:
        """Its first end."""
        return await entity_of(info, self.subject_id)

    @strawberry.field(description="absent where a write took it out a moment ago")
    async def object(self, info: Info) -> Entity | None:
        """Its other end."""
        return await entity_of(info, self.object_id)

    @strawberry.field(description="its sentences, oldest first")
    async def evidence(self, info: Info, first: First = 10, after: After = "") -> Connection[Evidence]:
        """A page of them."""
        bounded("first", first, LARGEST_PAGE)
        found = await info.context.loaders.evidence.load(self.id) or []
        shown, more = slice_after([(one.id, one) for one in found], "evidence", first, after)
        return connection([(cursor, Evidence.of(one)) for cursor, one in shown], after=after, more=more)

    @strawberry.field(description="what reviewers said of it, oldest first")
    async def verdicts(self, info: Info) -> list[Verdict]:
        """All of them, those that were overtaken too."""
        return await verdicts_on(info, self.id)


@strawberry.type
class Verdict:
    """What one reviewer said once. `counts` is false for what they said otherwise later."""

    id: strawberry.ID
    reviewer: str
    kind: VerdictKind
    comment: str
    evidence: str
    at: str
    counts: bool
    about: VerdictAbout
    target_id: strawberry.ID

    @classmethod
    def of(cls, said: VerdictAnswer, about: VerdictAbout, target: str) -> Verdict:
        """From the answer that REST gives."""
        return cls(
            id=strawberry.ID(said.id),
            reviewer=said.reviewer,
            kind=said.kind,
            comment=said.comment,
            evidence=said.evidence,
            at=said.at,
            counts=said.counts,
            about=about,
            target_id=strawberry.ID(target),
        )


@strawberry.type
class SearchEdge:
    """An entity that the words name, the name that matched, and how many statements it has."""

    cursor: str
    node: Entity
    matched: str
    statement_count: int


@strawberry.type
class SearchConnection:
    """A page of what a search found, best first."""

    edges: list[SearchEdge]
    page_info: PageInfo

    @strawberry.field(description="the entities without their cursors")
    def nodes(self) -> list[Entity]:
        """The entities of the edges."""
        return [edge.node for edge in self.edges]


def statement_page(rows: list[StatementRow], first: int, after: str) -> Connection[Statement]:
    """A page of statements from rows in the order of their ids, one more than are shown where more follow."""
    items = [(write_cursor("statements", row.statement.id), Statement.of(row)) for row in rows[:first]]
    return connection(items, after=after, more=len(rows) > first)


async def entity_of(info: Info, identifier: str) -> Entity | None:
    """The entity of an id, looked up with all others of the moment."""
    found = await info.context.loaders.entities.load(identifier)
    return Entity.of(found) if found else None


async def document_of(info: Info, identifier: str) -> Document | None:
    """The document of an id, looked up with all others of the moment."""
    found = await info.context.loaders.documents.load(identifier)
    return Document.of(found) if found else None


async def verdicts_on(info: Info, target: str) -> list[Verdict]:
    """What was said of a statement or hypothesis, with what still counts marked."""
    return told_verdicts(await info.context.loaders.verdicts.load(target) or [])


def told_verdicts(said: list[judged.Verdict]) -> list[Verdict]:
    """Verdicts on whatever targets, each target's history whole, so that it shows which of them count."""
    counting = {one.id for one in latest(said)}
    return [Verdict.of(VerdictAnswer.of(one, counts=one.id in counting), one.about, one.target) for one in said]
