"""The values that flow through Isthmus: what was read, what was found in it, what it says.

All are frozen. A fact's identity is a hash of what it says, so the same statement from ten papers is one statement
with ten pieces of evidence, and writing anything twice changes nothing.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import asdict, dataclass, fields, is_dataclass, replace
from enum import StrEnum
from functools import cached_property
from typing import Any

import orjson

from isthmus.graph.vocabulary import Category, Predicate


def canonical_json(value: Any) -> bytes:  # noqa: ANN401 - anything JSON can say
    """The one way to write a value as JSON: UTF-8, keys sorted, no spaces; dataclasses and enums as their fields.

    >>> canonical_json({"b": 1, "a": [2.5, None]})
    b'{"a":[2.5,null],"b":1}'
    """
    return orjson.dumps(value, _fields, orjson.OPT_SORT_KEYS | orjson.OPT_PASSTHROUGH_DATACLASS)


def _fields(value: Any) -> dict[str, Any]:  # noqa: ANN401 - what orjson could not write by itself
    # Left to itself orjson writes a dataclass in the order of its fields, and whatever a cached property left behind.
    if is_dataclass(value):
        return {each.name: getattr(value, each.name) for each in fields(value)}
    raise TypeError


def content_hash(value: Any) -> str:  # noqa: ANN401 - anything JSON can say
    """The first 128 bits of the SHA-256 of the canonical JSON, as 32 hex digits."""
    return hashlib.sha256(canonical_json(value)).hexdigest()[:32]


class DocumentKind(StrEnum):
    """What was read."""

    ARTICLE = "article"
    BOOK = "book"
    NOTE = "note"
    ANNOTATIONS = "annotations"
    REPORT = "report"
    GRAPH = "graph"
    CITATION = "citation"  # known only because something that was read cites it


class Modality(StrEnum):
    """Which field of research a document speaks for."""

    LITERATURE = "literature"
    GENOMICS = "genomics"
    SINGLE_CELL = "single_cell"
    IMAGING = "imaging"
    CLINICAL = "clinical"


class Assertion(StrEnum):
    """How a sentence puts its statement."""

    AFFIRMED = "affirmed"
    NEGATED = "negated"
    SPECULATED = "speculated"


class Experiencer(StrEnum):
    """Whose finding a clinical sentence speaks of."""

    PATIENT = "patient"
    FAMILY = "family"


@dataclass(frozen=True, slots=True)
class Standing:
    """How a clinical sentence puts a finding; the default is what the patient has now.

    ``historical``: of before this visit, a habit or allergy included. ``hypothetical``: what to look or watch for.
    """

    negated: bool = False
    historical: bool = False
    hypothetical: bool = False
    experiencer: Experiencer = Experiencer.PATIENT


PRESENT = Standing()


# PubMed's publication types of what reports the findings of other papers.
REVIEWS = frozenset({"Review", "Systematic Review", "Scoping Review", "Meta-Analysis", "Network Meta-Analysis"})


@dataclass(frozen=True, slots=True)
class Section:
    """A labelled piece of a document's text, for instance ``Section("results", "…")``; the label may be empty."""

    label: str
    text: str


@dataclass(frozen=True, slots=True)
class Annotation:
    """A name that the source of a document had marked in it: ``document.text[start:end] == text``.

    ``entity`` is the CURIE of what it means, as the source has it.
    """

    start: int
    end: int
    text: str
    category: Category
    entity: str


@dataclass(frozen=True)
class Document:
    """One thing read.

    ``id`` is ``pmid:…``, ``pmc:…``, ``doi:…`` or ``sha256:…`` of the content. ``date`` is ``YYYY``, ``YYYY-MM`` or
    ``YYYY-MM-DD``, or empty where unknown. ``source`` is the name of the file or feed it came from, without its path.
    ``annotations`` are in order and do not overlap.
    """

    id: str
    kind: DocumentKind
    modality: Modality
    title: str = ""
    sections: tuple[Section, ...] = ()
    date: str = ""
    retracted: bool = False
    journal: str = ""
    authors: tuple[str, ...] = ()
    mesh: tuple[str, ...] = ()
    publication_types: tuple[str, ...] = ()
    xrefs: tuple[str, ...] = ()
    language: str = ""
    source: str = ""
    annotations: tuple[Annotation, ...] = ()

    @cached_property
    def text(self) -> str:
        """Title, one space, and the sections joined by one space each: every offset counts characters of this.

        >>> Document("pmid:1", DocumentKind.ARTICLE, Modality.LITERATURE, "A title.", (Section("", "Body."),)).text
        'A title. Body.'
        """
        return f"{self.title} {' '.join(section.text for section in self.sections)}"

    @property
    def year(self) -> int | None:
        """The year of ``date``."""
        return int(self.date[:4]) if self.date else None

    @property
    def senior_author(self) -> str:
        """The last author, who as a rule leads the group; empty where none is known."""
        return self.authors[-1] if self.authors else ""

    @property
    def review(self) -> bool:
        """Whether it reports what other papers have found."""
        return not REVIEWS.isdisjoint(self.publication_types)

    @cached_property
    def digest(self) -> str:
        """Content hash of everything but ``source``: the same paper from another file is the same paper."""
        said = {**asdict(self), "source": ""}
        if not self.annotations:
            del said["annotations"]
        return content_hash(said)


@dataclass(frozen=True, slots=True)
class Entity:
    """A concept.

    ``id`` is a CURIE with a Bioregistry prefix, or ``text:…`` while it is not grounded. ``xrefs`` are the same concept
    in other namespaces. ``given_categories`` are a source's own words where they lie outside our vocabulary.
    """

    id: str
    name: str
    category: Category
    synonyms: tuple[str, ...] = ()
    xrefs: tuple[str, ...] = ()
    given_categories: tuple[str, ...] = ()

    @property
    def digest(self) -> str:
        """Content hash of the whole description."""
        return content_hash(self)

    @property
    def grounded(self) -> bool:
        """Whether an identifier was found."""
        return not self.id.startswith("text:")

    def merge(self, other: Entity) -> Entity:
        """One description from two of the same id, in whichever order they come.

        The smaller name stays and the other becomes a synonym; the more specific category stays.

        >>> a = Entity("HGNC:620", "APP", Category.NAMED_THING, ("AD1",))
        >>> b = Entity("HGNC:620", "amyloid precursor", Category.GENE)
        >>> a.merge(b) == b.merge(a) == Entity("HGNC:620", "APP", Category.GENE, ("AD1", "amyloid precursor"))
        True
        """
        if self == other:
            return self
        name = min(self.name, other.name)
        return Entity(
            self.id,
            name,
            max(self.category, other.category, key=lambda category: (category.depth, category.value)),
            tuple(sorted({*self.synonyms, *other.synonyms, self.name, other.name} - {name})),
            tuple(sorted({*self.xrefs, *other.xrefs})),
            tuple(sorted({*self.given_categories, *other.given_categories})),
        )


@dataclass(frozen=True, slots=True)
class Mention:
    """A span of a document's text that names an entity: ``document.text[start:end] == text``.

    ``sentence`` is the ordinal of its sentence in the document, from 0. ``score`` is the extractor's, in [0, 1].
    ``standing`` is told of the mentions of clinical reports only.
    """

    start: int
    end: int
    text: str
    category: Category
    entity: str
    sentence: int
    score: float
    xrefs: tuple[str, ...] = ()
    standing: Standing = PRESENT


@dataclass(frozen=True, slots=True)
class Context:
    """Where a statement was said to hold, as CURIEs; empty where the source does not say."""

    species: str = ""
    cell: str = ""
    anatomy: str = ""


ANYWHERE = Context()


@dataclass(frozen=True)
class Statement:
    """Subject, predicate, object. A symmetric predicate has its smaller id as subject: use ``Statement.of``."""

    subject: str
    predicate: Predicate
    object: str
    negated: bool = False
    context: Context = ANYWHERE

    @classmethod
    def of(
        cls, subject: str, predicate: Predicate, obj: str, *, negated: bool = False, context: Context = ANYWHERE
    ) -> Statement:
        """The statement in canonical order.

        >>> Statement.of("b", Predicate.INTERACTS_WITH, "a") == Statement.of("a", Predicate.INTERACTS_WITH, "b")
        True
        """
        if predicate.symmetric and obj < subject:
            subject, obj = obj, subject
        return cls(subject, predicate, obj, negated, context)

    @cached_property
    def id(self) -> str:
        """Content hash: 32 hex digits."""
        context = self.context
        return content_hash(
            [self.subject, self.predicate, self.object, self.negated, context.species, context.cell, context.anatomy]
        )

    def negate(self) -> Statement:
        """The opposite claim, which is another statement with another id."""
        return replace(self, negated=not self.negated)


@dataclass(frozen=True)
class Evidence:
    """One place that makes a statement.

    ``document`` is the publication that says it: for a table's row the paper that it cites, or the table.
    ``text`` is the sentence, or the row in words. ``start``/``end`` are its characters in ``document.text`` and
    ``subject_span``/``object_span`` those of the two names, absent where there is no running text. ``score`` is the
    extractor's confidence in [0, 1], ``original`` a source's own predicate where it lies outside our vocabulary.
    """

    statement: str
    document: str
    text: str
    extractor: str
    score: float
    assertion: Assertion = Assertion.AFFIRMED
    year: int | None = None
    start: int | None = None
    end: int | None = None
    subject_span: tuple[int, int] | None = None
    object_span: tuple[int, int] | None = None
    section: str = ""
    original: str = ""

    @cached_property
    def id(self) -> str:
        """Content hash: 32 hex digits."""
        return content_hash(
            [
                self.statement,
                self.document,
                self.text,
                self.extractor,
                self.score,
                self.assertion,
                self.year,
                self.start,
                self.end,
                self.subject_span,
                self.object_span,
                self.section,
                self.original,
            ]
        )


@dataclass(frozen=True, slots=True)
class Extraction:
    """Everything one document, or one part of a long one, says.

    A file of a million rows is one ``document`` read in parts, each written by itself; a paper has the single part 0.
    ``entities`` describes each id that mentions and statements use; an entity that nothing uses is kept too (a node of
    somebody's graph without edges). ``cited`` are the publications that rows refer to. ``reason`` says why nothing was
    found, where nothing was, and what of a text was left out: "success with zero" does not exist.
    """

    document: Document
    extractor: str
    entities: tuple[Entity, ...] = ()
    mentions: tuple[Mention, ...] = ()
    statements: tuple[Statement, ...] = ()
    evidence: tuple[Evidence, ...] = ()
    cited: tuple[Document, ...] = ()
    part: int = 0
    reason: str = ""

    @property
    def empty(self) -> bool:
        """Whether neither a mention, a statement nor an entity was found."""
        return not (self.entities or self.mentions or self.statements)


def merge_entities(entities: Iterable[Entity]) -> dict[str, Entity]:
    """One description per id, whatever the order they come in."""
    merged: dict[str, Entity] = {}
    for entity in entities:
        known = merged.get(entity.id)
        merged[entity.id] = entity if known is None else known.merge(entity)
    return merged
