"""What answers tell: entities, paths, hops and their sentences. The command line and REST share it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from pydantic import BaseModel, ConfigDict, Field

from isthmus.graph.discovery.memory.snapshot import Snapshot
from isthmus.graph.discovery.walks.paths import FoundPath, PathStep
from isthmus.graph.model import Assertion, Entity, Evidence, Modality
from isthmus.graph.stores.protocol import StatementRow, Store
from isthmus.graph.vocabulary import Category, Predicate

SENTENCES_SHOWN = 5  # per hop, best first; all are at /api/v1/statements/{id}


class Told(BaseModel):
    """What all answers share."""

    model_config = ConfigDict(frozen=True, populate_by_name=True)


class EntityName(Told):
    """An entity, briefly."""

    id: str
    name: str
    category: Category

    @classmethod
    def of(cls, entity: Entity) -> EntityName:
        """From the graph's own value."""
        return cls(id=entity.id, name=entity.name, category=entity.category)


class Sentence(Told):
    """One piece of evidence, briefly."""

    id: str
    document: str
    title: str
    year: int | None
    text: str
    assertion: Assertion

    @classmethod
    def of(cls, evidence: Evidence, title: str) -> Sentence:
        """From the graph's own value and its document's title."""
        return cls(
            id=evidence.id,
            document=evidence.document,
            title=title,
            year=evidence.year,
            text=evidence.text,
            assertion=evidence.assertion,
        )


class HopStatement(Told):
    """The statement that one hop of a path stands on."""

    id: str
    subject: str
    predicate: Predicate
    object: str
    belief: float
    evidence_count: int
    papers: int = Field(description="that speak for it, in whatever context")
    groups: int = Field(description="of authors, those of one senior author counted once")
    modalities: list[Modality]
    first_year: int | None
    kin: str | None = Field(None, description="why its two ends are nearly the same thing, where they are")
    evidence: list[Sentence]


class SwitchAnswer(Told):
    """Where a path goes over from one species, cell or tissue to another: after which hop, from 0."""

    after: int
    facet: str
    left: list[str]
    right: list[str]


class PathAnswer(Told):
    """One path. ``nodes`` run from A to C; ``statements`` are its hops, each in its own direction."""

    score: float
    p_value: float = Field(description="of its metapath between these two, given their degrees alone")
    q_value: float = Field(description="the same over all metapaths that were looked at")
    degree_score: float = Field(description="the degree-weighted path count that degree alone leads one to expect")
    count: float = Field(description="the degree-weighted path count there is")
    share: float = Field(description="this path's part of that count")
    belief: float
    sign: str
    weakest: str
    metapath: str
    known: bool = Field(description="whether the path is one direct statement")
    trivial: bool = Field(description="whether it leans on a parent, a lookalike or other kin")
    switches: list[SwitchAnswer]
    papers: int
    groups: int
    modalities: list[Modality]
    first_year: int | None
    last_year: int | None
    bundle: int = Field(description="paths that share their middle have one number")
    alike: int = Field(description="how many more of its bundle were found")
    nodes: list[EntityName]
    statements: list[HopStatement]


def tell_paths(store: Store, snapshot: Snapshot, paths: Sequence[FoundPath]) -> list[PathAnswer]:
    """The paths with names and sentences; one that a write took away meanwhile is left out."""
    hops = _tell_hops(store, {step.statement: step for path in paths for step in path.steps}, snapshot.as_of)
    return [
        _tell_path(path, hops)
        for path in paths
        if all(step.statement in hops for step in path.steps)  # gone, where a write came between the snapshot and now
    ]


def _tell_path(path: FoundPath, hops: Mapping[str, HopStatement]) -> PathAnswer:
    support = path.support
    return PathAnswer(
        score=path.score,
        p_value=path.p_value,
        q_value=path.q_value,
        degree_score=path.degree_score,
        count=path.count,
        share=path.share,
        belief=path.belief,
        sign=path.sign,
        weakest=path.weakest,
        metapath=path.metapath,
        known=path.direct,
        trivial=path.trivial,
        switches=[
            SwitchAnswer(after=one.after, facet=one.facet, left=list(one.left), right=list(one.right))
            for one in path.switches
        ],
        papers=support.papers,
        groups=support.groups,
        modalities=list(support.modalities),
        first_year=support.first_year,
        last_year=support.last_year,
        bundle=path.bundle,
        alike=path.alike,
        nodes=[EntityName(id=node.id, name=node.name, category=node.category) for node in path.nodes],
        statements=[hops[step.statement] for step in path.steps],
    )


def _tell_hops(store: Store, steps: Mapping[str, PathStep], as_of: int | None) -> dict[str, HopStatement]:
    """The statements of these ids that the store has, each with its best sentences and the titles of their documents."""
    rows = store.statements(steps)
    evidence = {
        statement: [one for one in told if as_of is None or (one.year is not None and one.year <= as_of)]
        for statement, told in store.evidence(rows).items()
    }
    best = {
        statement: sorted(told, key=lambda one: (-one.score, one.year or 0, one.id))[:SENTENCES_SHOWN]
        for statement, told in evidence.items()
    }
    documents = store.documents({one.document for told in best.values() for one in told})
    return {
        statement: _tell_hop(
            row,
            steps[statement],
            evidence.get(statement, []),
            [Sentence.of(one, documents[one.document].title) for one in best.get(statement, ())],
        )
        for statement, row in rows.items()
    }


def _tell_hop(row: StatementRow, step: PathStep, evidence: Sequence[Evidence], shown: list[Sentence]) -> HopStatement:
    statement, support = row.statement, step.support
    return HopStatement(
        id=statement.id,
        subject=statement.subject,
        predicate=statement.predicate,
        object=statement.object,
        belief=step.belief,
        evidence_count=len(evidence),
        papers=support.papers,
        groups=support.groups,
        modalities=list(support.modalities),
        kin=step.kin,
        first_year=min((one.year for one in evidence if one.year), default=None),
        evidence=shown,
    )
