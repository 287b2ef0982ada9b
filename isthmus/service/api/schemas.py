"""The shapes of the REST answers about what the graph holds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Generic, TypeVar

from pydantic import BaseModel, ConfigDict, Field

from isthmus.graph.model import Assertion, Document, DocumentKind, Entity, Evidence, Modality
from isthmus.graph.stores.protocol import MentionCount, SearchHit, StatementRow
from isthmus.graph.vocabulary import Category, Predicate
from isthmus.service.api.examples import DISEASE, DRUG, example
from isthmus.service.pair_scores import PairAnswer

T = TypeVar("T")


class Answer(BaseModel):
    """What all answers share: they are validated straight from the graph's own values."""

    model_config = ConfigDict(frozen=True, from_attributes=True)


class PageOut(Answer, Generic[T]):
    """Some of a longer list; pass ``cursor`` back for the next ones, until it is empty."""

    items: list[T]
    cursor: str = ""


class EntityOut(Answer):
    """A concept of the graph."""

    id: str = Field(examples=["MONDO:0005180"])
    name: str = Field(examples=["Parkinson disease"])
    category: Category
    synonyms: list[str] = []
    xrefs: list[str] = []
    given_categories: list[str] = []


class SearchHitOut(Answer):
    """An entity that the words name, the name that matched, and how many statements it has."""

    id: str
    name: str
    category: Category
    matched: str = Field(description="the name or synonym that the words are in")
    statements: int = Field(description="that it is an end of")

    @classmethod
    def of(cls, hit: SearchHit) -> SearchHitOut:
        """From the graph's own value."""
        entity = hit.entity
        return cls(
            id=entity.id, name=entity.name, category=entity.category, matched=hit.matched, statements=hit.statements
        )


class EvidenceOut(Answer):
    """One place that makes a statement. Spans count characters of the document's text."""

    id: str
    document: str = Field(examples=["pmid:38068763"])
    year: int | None
    text: str
    assertion: Assertion
    extractor: str
    score: float
    section: str = ""
    start: int | None = None
    end: int | None = None
    subject_span: tuple[int, int] | None = None
    object_span: tuple[int, int] | None = None
    original: str = ""


class StatementOut(Answer):
    """Subject, predicate, object, and what the graph makes of it; with ``evidence`` where one is asked for."""

    id: str
    subject: str
    predicate: Predicate
    object: str
    negated: bool
    species: str = ""
    cell: str = ""
    anatomy: str = ""
    belief: float
    evidence_count: int
    first_year: int | None
    evidence: list[EvidenceOut] | None = None

    @classmethod
    def of(cls, row: StatementRow, evidence: list[Evidence] | None = None) -> StatementOut:
        """From the graph's own value."""
        statement = row.statement
        return cls(
            id=statement.id,
            subject=statement.subject,
            predicate=statement.predicate,
            object=statement.object,
            negated=statement.negated,
            species=statement.context.species,
            cell=statement.context.cell,
            anatomy=statement.context.anatomy,
            belief=row.belief,
            evidence_count=row.evidence_count,
            first_year=row.first_year,
            evidence=None if evidence is None else [EvidenceOut.model_validate(one) for one in evidence],
        )


class StatementRowOut(Answer):
    """A statement in a table, with the names of its ends."""

    id: str
    subject: str
    subject_name: str
    predicate: Predicate
    object: str
    object_name: str
    negated: bool
    species: str = ""
    cell: str = ""
    anatomy: str = ""
    belief: float
    evidence_count: int
    first_year: int | None

    @classmethod
    def of_page(cls, rows: Sequence[StatementRow], names: Mapping[str, Entity]) -> list[StatementRowOut]:
        """From the graph's own values; an end that a write took away meanwhile has no name."""
        told = [StatementOut.of(row).model_dump(exclude={"evidence"}) for row in rows]
        named = {curie: entity.name for curie, entity in names.items()}
        return [
            cls(**one, subject_name=named.get(one["subject"], ""), object_name=named.get(one["object"], ""))
            for one in told
        ]


class SectionOut(Answer):
    """A labelled piece of a document."""

    label: str
    text: str


class DocumentOut(Answer):
    """One thing read. ``text`` is what every offset counts characters of."""

    id: str
    kind: DocumentKind
    modality: Modality
    title: str
    text: str
    sections: list[SectionOut]
    date: str
    retracted: bool
    journal: str
    authors: list[str]
    mesh: list[str]
    publication_types: list[str]
    xrefs: list[str]


class DocumentBriefOut(Answer):
    """A document among others; its text is at ``/documents/{id}``."""

    id: str = Field(examples=["pmid:1001"])
    kind: DocumentKind
    modality: Modality
    title: str
    date: str
    year: int | None
    retracted: bool
    journal: str


class NamingDocumentOut(DocumentBriefOut):
    """A document that names an entity."""

    mentions: int = Field(description="how often it names the entity")
    sentences: list[int] = Field(description="in which of its sentences, from 0")

    @classmethod
    def of(cls, document: Document, mention: MentionCount) -> NamingDocumentOut:
        """From the graph's own values."""
        brief = DocumentBriefOut.model_validate(document)
        return cls(**brief.model_dump(), mentions=mention.count, sentences=list(mention.sentences))


class MentionOut(Answer):
    """An entity that a document names."""

    id: str = Field(examples=["CHEBI:6801"])
    name: str
    category: Category
    count: int = Field(description="how often the document names it")
    sentences: list[int] = Field(description="in which of its sentences, from 0")

    @classmethod
    def of(cls, entity: Entity, mention: MentionCount) -> MentionOut:
        """From the graph's own values."""
        sentences = list(mention.sentences)
        return cls(id=entity.id, name=entity.name, category=entity.category, count=mention.count, sentences=sentences)


MOST_PAIRS = 10_000  # in one request


class PairIn(BaseModel):
    """Two entities, each a CURIE or a name."""

    a: str = Field(min_length=1, max_length=500)
    c: str = Field(min_length=1, max_length=500)


class PairsIn(BaseModel):
    """Pairs to score."""

    model_config = ConfigDict(json_schema_extra=example({"pairs": [{"a": DRUG, "c": DISEASE}]}))

    pairs: list[PairIn] = Field(min_length=1, max_length=MOST_PAIRS)


class ScoresOut(Answer):
    """Scores of pairs, in the order of the pairs."""

    as_of: int | None
    scores: list[PairAnswer]


class BestBaseline(Answer):
    """The baseline that did best."""

    name: str
    auroc: float


class BacktestOut(Answer):
    """What a backtest found. ``trials`` holds every method against each sort of negatives, with curves."""

    model_config = ConfigDict(extra="allow", frozen=True)

    cut: int
    until: int
    positives: int
    auroc: dict[str, float] = Field(description="of the score, by sort of negatives")
    best_baseline: dict[str, BestBaseline]
