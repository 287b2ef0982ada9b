"""What discovery finds, as GraphQL shows it: paths, candidates, gaps, bridges. Made from the answers that REST gives."""

from __future__ import annotations

from collections.abc import Mapping

import strawberry

from isthmus.graph.model import Assertion, Modality
from isthmus.graph.vocabulary import Category, Predicate
from isthmus.service.answers import EntityName, HopStatement, PathAnswer, Sentence, SwitchAnswer
from isthmus.service.api.graphql.context import Info
from isthmus.service.api.graphql.types import Document, Entity, document_of, entity_of
from isthmus.service.asking import CandidateAnswer
from isthmus.service.gaps import BridgeAnswer, BridgesAnswer, CrossingAnswer, GapAnswer, GapsAnswer, SubfieldName


@strawberry.type
class Measure:
    """A figure with its name."""

    name: str
    value: float


@strawberry.type
class NamedEntity:
    """An entity of an answer, briefly; `entity` has all of it."""

    id: strawberry.ID
    name: str
    category: Category

    @classmethod
    def of(cls, told: EntityName) -> NamedEntity:
        """From the answer."""
        return cls(id=strawberry.ID(told.id), name=told.name, category=told.category)

    @strawberry.field(description="absent where a write took it out a moment ago")
    async def entity(self, info: Info) -> Entity | None:
        """The whole entity."""
        return await entity_of(info, self.id)


@strawberry.type
class PathSentence:
    """One piece of evidence of a hop, briefly."""

    id: strawberry.ID
    document_id: strawberry.ID
    title: str
    year: int | None
    text: str
    assertion: Assertion

    @classmethod
    def of(cls, told: Sentence) -> PathSentence:
        """From the answer."""
        return cls(
            id=strawberry.ID(told.id),
            document_id=strawberry.ID(told.document),
            title=told.title,
            year=told.year,
            text=told.text,
            assertion=told.assertion,
        )

    @strawberry.field(description="absent where a write took it out a moment ago")
    async def document(self, info: Info) -> Document | None:
        """What says it."""
        return await document_of(info, self.document_id)


@strawberry.type
class Hop:
    """The statement that one hop of a path stands on; belief as of the year that was asked for."""

    id: strawberry.ID
    predicate: Predicate
    belief: float
    evidence_count: int
    papers: int
    groups: int
    modalities: list[Modality]
    first_year: int | None
    kin: str | None
    evidence: list[PathSentence]
    subject_id: strawberry.ID
    object_id: strawberry.ID

    @classmethod
    def of(cls, told: HopStatement) -> Hop:
        """From the answer."""
        return cls(
            id=strawberry.ID(told.id),
            predicate=told.predicate,
            belief=told.belief,
            evidence_count=told.evidence_count,
            papers=told.papers,
            groups=told.groups,
            modalities=list(told.modalities),
            first_year=told.first_year,
            kin=told.kin,
            evidence=[PathSentence.of(one) for one in told.evidence],
            subject_id=strawberry.ID(told.subject),
            object_id=strawberry.ID(told.object),
        )

    @strawberry.field(description="absent where a write took it out a moment ago")
    async def subject(self, info: Info) -> Entity | None:
        """Its first end."""
        return await entity_of(info, self.subject_id)

    @strawberry.field(description="absent where a write took it out a moment ago")
    async def object(self, info: Info) -> Entity | None:
        """Its other end."""
        return await entity_of(info, self.object_id)


@strawberry.type
class Switch:
    """Where a path goes over from one species, cell or tissue to another: after which hop, from 0."""

    after: int
    facet: str
    left: list[str]
    right: list[str]

    @classmethod
    def of(cls, told: SwitchAnswer) -> Switch:
        """From the answer."""
        return cls(after=told.after, facet=told.facet, left=told.left, right=told.right)


@strawberry.type
class Path:
    """One path. `nodes` run from A to C; `statements` are its hops, each in its own direction."""

    score: float
    p_value: float
    q_value: float
    degree_score: float
    count: float
    share: float
    belief: float
    sign: str
    weakest: strawberry.ID
    metapath: str
    known: bool
    trivial: bool
    switches: list[Switch]
    papers: int
    groups: int
    modalities: list[Modality]
    first_year: int | None
    last_year: int | None
    bundle: int
    alike: int
    nodes: list[NamedEntity]
    statements: list[Hop]

    @classmethod
    def of(cls, told: PathAnswer) -> Path:
        """From the answer."""
        plain = told.model_dump(exclude={"switches", "nodes", "statements", "weakest"})
        return cls(
            **plain,
            weakest=strawberry.ID(told.weakest),
            switches=[Switch.of(one) for one in told.switches],
            nodes=[NamedEntity.of(one) for one in told.nodes],
            statements=[Hop.of(one) for one in told.statements],
        )


@strawberry.type
class Candidate:
    """One entity ranked for another, with its best few paths. `degree` is what degree alone would rank by."""

    id: strawberry.ID
    name: str
    category: Category
    score: float
    p_value: float | None
    q_value: float | None
    known: bool
    degree: int
    degree_product: int
    components: list[Measure]
    paths: list[Path]

    @classmethod
    def of(cls, told: CandidateAnswer) -> Candidate:
        """From the answer."""
        return cls(
            id=strawberry.ID(told.id),
            name=told.name,
            category=told.category,
            score=told.score,
            p_value=told.p_value,
            q_value=told.q_value,
            known=told.known,
            degree=told.degree,
            degree_product=told.degree_product,
            components=measures(told.components),
            paths=[Path.of(one) for one in told.paths],
        )

    @strawberry.field(description="absent where a write took it out a moment ago")
    async def entity(self, info: Info) -> Entity | None:
        """The whole entity."""
        return await entity_of(info, self.id)


@strawberry.type
class CategoryCount:
    """How many entities of a category."""

    category: Category
    entities: int


@strawberry.type
class Subfield:
    """Entities and papers that belong together."""

    name: str
    entities: int
    documents: int
    categories: list[CategoryCount]

    @classmethod
    def of(cls, told: SubfieldName) -> Subfield:
        """From the answer."""
        counts = [CategoryCount(category=category, entities=count) for category, count in told.categories.items()]
        return cls(name=told.name, entities=told.entities, documents=told.documents, categories=counts)


@strawberry.type
class Crossing:
    """A pair of entities that a gap could be crossed by; `via` is between them, absent where it takes two."""

    from_: NamedEntity = strawberry.field(name="from")
    via: NamedEntity | None
    to: NamedEntity

    @classmethod
    def of(cls, told: CrossingAnswer) -> Crossing:
        """From the answer."""
        via = NamedEntity.of(told.via) if told.via else None
        return cls(from_=NamedEntity.of(told.from_), via=via, to=NamedEntity.of(told.to))


@strawberry.type
class Gap:
    """Two subfields with what is between them."""

    a: str
    b: str
    score: float
    observed: int
    expected: float
    z: float
    affinity: float
    text_affinity: float | None
    shared: int
    co_mentions: int | None
    bridges: list[Crossing]

    @classmethod
    def of(cls, told: GapAnswer) -> Gap:
        """From the answer."""
        plain = told.model_dump(exclude={"bridges"})
        return cls(**plain, bridges=[Crossing.of(one) for one in told.bridges])


@strawberry.type
class Gaps:
    """The gap map: subfields, the largest first, and the gaps between them, widest first."""

    as_of: int | None
    reason: str
    subfields: list[Subfield]
    gaps: list[Gap]

    @classmethod
    def of(cls, told: GapsAnswer) -> Gaps:
        """From the answer."""
        return cls(
            as_of=told.as_of,
            reason=told.reason,
            subfields=[Subfield.of(one) for one in told.subfields],
            gaps=[Gap.of(one) for one in told.gaps],
        )


@strawberry.type
class Bridge:
    """A pair of entities, one of each subfield, that nothing joins directly, and the paths that do."""

    from_: NamedEntity = strawberry.field(name="from")
    to: NamedEntity
    score: float
    p_value: float | None
    q_value: float | None
    components: list[Measure]
    paths: list[Path]

    @classmethod
    def of(cls, told: BridgeAnswer) -> Bridge:
        """From the answer."""
        return cls(
            from_=NamedEntity.of(told.from_),
            to=NamedEntity.of(told.to),
            score=told.score,
            p_value=told.p_value,
            q_value=told.q_value,
            components=measures(told.components),
            paths=[Path.of(one) for one in told.paths],
        )


@strawberry.type
class Bridges:
    """What is, and what could be, between two subfields that were named."""

    as_of: int | None
    a: Subfield
    b: Subfield
    gap: Gap
    reason: str
    bridges: list[Bridge]

    @classmethod
    def of(cls, told: BridgesAnswer) -> Bridges:
        """From the answer."""
        return cls(
            as_of=told.as_of,
            a=Subfield.of(told.a),
            b=Subfield.of(told.b),
            gap=Gap.of(told.gap),
            reason=told.reason,
            bridges=[Bridge.of(one) for one in told.bridges],
        )


def measures(named: Mapping[str, float]) -> list[Measure]:
    """Figures by name as a list, since GraphQL has no maps."""
    return [Measure(name=name, value=value) for name, value in named.items()]
