"""The shapes of the REST answers about what the graph holds."""

from __future__ import annotations

from typing import Generic, TypeVar

from pydantic import BaseModel, ConfigDict, Field

from isthmus.graph.model import Assertion, DocumentKind, Evidence, Modality
from isthmus.graph.stores.protocol import SearchHit, StatementRow
from isthmus.graph.vocabulary import Category, Predicate
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
    matched: str
    statements: int

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


MOST_PAIRS = 10_000  # in one request


class PairIn(BaseModel):
    """Two entities, each a CURIE or a name."""

    a: str = Field(min_length=1, max_length=500)
    c: str = Field(min_length=1, max_length=500)


class PairsIn(BaseModel):
    """Pairs to score."""

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
