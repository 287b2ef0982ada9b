"""A dossier as values that a file can hold, and back: the statements, their evidence, and what is asked of documents."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict

from pydantic import Field

from isthmus.graph.model import Assertion, Context, Document, DocumentKind, Entity, Evidence, Modality, Statement
from isthmus.graph.stores.protocol import StatementRow
from isthmus.graph.verdict import Verdict, VerdictAbout, VerdictKind
from isthmus.graph.vocabulary import Category, Predicate
from isthmus.service.answers import PathAnswer, Told
from isthmus.service.panel.dossier import Dossier, Exhibit, Role


class KeptEntity(Told):
    """An entity with its names."""

    id: str
    name: str
    category: Category
    synonyms: tuple[str, ...] = ()
    xrefs: tuple[str, ...] = ()
    given_categories: tuple[str, ...] = ()


class KeptDocument(Told):
    """A document without its text: what belief and a citation ask of it."""

    id: str
    kind: DocumentKind
    modality: Modality
    title: str = ""
    date: str = ""
    retracted: bool = False
    journal: str = ""
    authors: tuple[str, ...] = ()
    publication_types: tuple[str, ...] = ()
    xrefs: tuple[str, ...] = ()


class KeptEvidence(Told):
    """One piece of evidence, whole: its id is a hash of all of it."""

    id: str
    statement: str
    document: str
    text: str
    extractor: str
    score: float
    assertion: Assertion
    year: int | None
    start: int | None
    end: int | None
    subject_span: tuple[int, int] | None
    object_span: tuple[int, int] | None
    section: str
    original: str

    def value(self) -> Evidence:
        """As the graph has it."""
        return Evidence(**{name: each for name, each in self.model_dump().items() if name != "id"})


class KeptStatement(Told):
    """A statement of the dossier with its evidence. ``belief``, ``evidence_count`` and ``first_year`` are the graph's."""

    id: str
    subject: str
    predicate: Predicate
    object: str
    negated: bool
    species: str = ""
    cell: str = ""
    anatomy: str = ""
    role: Role
    contradicts: str = ""
    belief: float
    evidence_count: int
    first_year: int | None
    evidence: list[KeptEvidence]

    def statement(self) -> Statement:
        """As the graph has it."""
        context = Context(self.species, self.cell, self.anatomy)
        return Statement(self.subject, self.predicate, self.object, self.negated, context)

    @property
    def whole(self) -> bool:
        """Whether all its evidence is here."""
        return len(self.evidence) == self.evidence_count


class KeptVerdict(Told):
    """What a reviewer said of a statement of the dossier."""

    target: str
    kind: VerdictKind
    reviewer: str
    comment: str = ""
    evidence: str = ""
    at: str = ""

    def value(self) -> Verdict:
        """As the graph has it."""
        return Verdict(about=VerdictAbout.STATEMENT, **self.model_dump())


class Subgraph(Told):
    """All that a report may cite, and the verdicts that moved its beliefs."""

    entities: list[KeptEntity]
    documents: list[KeptDocument]
    statements: list[KeptStatement]
    verdicts: list[KeptVerdict]
    left_out: list[str] = Field(description="what was not fetched, and why")

    @classmethod
    def of(cls, dossier: Dossier, verdicts: Iterable[Verdict]) -> Subgraph:
        """What a dossier holds, in its order, with the verdicts on its statements."""
        return cls(
            entities=[KeptEntity.model_validate(asdict(each)) for each in dossier.entities.values()],
            documents=[_kept_document(each) for each in dossier.documents.values()],
            statements=[_kept_statement(each) for each in dossier.exhibits.values()],
            verdicts=[
                KeptVerdict(
                    target=each.target,
                    kind=each.kind,
                    reviewer=each.reviewer,
                    comment=each.comment,
                    evidence=each.evidence,
                    at=each.at,
                )
                for each in verdicts
                if each.about is VerdictAbout.STATEMENT and each.target in dossier.exhibits
            ],
            left_out=list(dossier.left_out),
        )

    def dossier(
        self, source: str, target: str, paths: Sequence[PathAnswer], graph_hash: str, as_of: int | None
    ) -> Dossier:
        """The dossier again, around these paths. Documents come back without their text."""
        entities = {each.id: _entity(each) for each in self.entities}
        return Dossier(
            source=entities[source],
            target=entities[target],
            paths=paths,
            exhibits={each.id: _exhibit(each) for each in self.statements},
            entities=entities,
            documents={each.id: document_of(each) for each in self.documents},
            graph_hash=graph_hash,
            as_of=as_of,
            left_out=self.left_out,
        )


def document_of(kept: KeptDocument) -> Document:
    """As the graph has it, but for its text."""
    return Document(
        id=kept.id,
        kind=kept.kind,
        modality=kept.modality,
        title=kept.title,
        date=kept.date,
        retracted=kept.retracted,
        journal=kept.journal,
        authors=kept.authors,
        publication_types=kept.publication_types,
        xrefs=kept.xrefs,
    )


def _entity(kept: KeptEntity) -> Entity:
    return Entity(kept.id, kept.name, kept.category, kept.synonyms, kept.xrefs, kept.given_categories)


def _exhibit(kept: KeptStatement) -> Exhibit:
    row = StatementRow(kept.statement(), kept.belief, kept.evidence_count, kept.first_year)
    return Exhibit(row, kept.role, tuple(each.value() for each in kept.evidence), kept.contradicts)


def _kept_document(document: Document) -> KeptDocument:
    return KeptDocument(
        id=document.id,
        kind=document.kind,
        modality=document.modality,
        title=document.title,
        date=document.date,
        retracted=document.retracted,
        journal=document.journal,
        authors=document.authors,
        publication_types=document.publication_types,
        xrefs=document.xrefs,
    )


def _kept_statement(exhibit: Exhibit) -> KeptStatement:
    statement, context = exhibit.row.statement, exhibit.row.statement.context
    return KeptStatement(
        id=statement.id,
        subject=statement.subject,
        predicate=statement.predicate,
        object=statement.object,
        negated=statement.negated,
        species=context.species,
        cell=context.cell,
        anatomy=context.anatomy,
        role=exhibit.role,
        contradicts=exhibit.contradicts,
        belief=exhibit.row.belief,
        evidence_count=exhibit.row.evidence_count,
        first_year=exhibit.row.first_year,
        evidence=[KeptEvidence(id=each.id, **asdict(each)) for each in exhibit.evidence],
    )
