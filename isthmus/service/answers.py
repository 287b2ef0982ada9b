"""Answers to questions: what discovery found, told with names and sentences. The command line and REST share them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from pydantic import BaseModel, ConfigDict, Field

from isthmus.graph.discovery.candidates import Candidate, rank_candidates
from isthmus.graph.discovery.paths import FoundPath, find_paths
from isthmus.graph.discovery.snapshot import Snapshot
from isthmus.graph.model import Assertion, Entity, Evidence
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
    first_year: int | None
    evidence: list[Sentence]


class PathAnswer(Told):
    """One path. ``nodes`` run from A to C; ``statements`` are its hops, each in its own direction."""

    score: float
    p_value: float | None = Field(None, description="absent until a null model was computed")
    q_value: float | None = None
    belief: float
    sign: str
    weakest: str
    metapath: str
    known: bool = Field(description="whether the path is one direct statement")
    nodes: list[EntityName]
    statements: list[HopStatement]


class PathsAnswer(Told):
    """The best paths between two entities."""

    from_: EntityName = Field(alias="from")
    to: EntityName
    as_of: int | None
    paths: list[PathAnswer]


class CandidateAnswer(Told):
    """One entity ranked for another."""

    id: str
    name: str
    category: Category
    score: float
    p_value: float | None = None
    q_value: float | None = None
    known: bool
    degree: int = Field(description="statements of the candidate: what degree alone would rank by")
    components: dict[str, float]
    paths: list[PathAnswer]


class CandidatesAnswer(Told):
    """Entities of a category ranked for one entity."""

    for_: EntityName = Field(alias="for")
    category: Category
    as_of: int | None
    candidates: list[CandidateAnswer]


def answer_paths(
    store: Store, snapshot: Snapshot, source: Entity, target: Entity, *, max_hops: int = 3, top: int = 10
) -> PathsAnswer:
    """The best paths from one entity to another, each hop with its best sentences.

    Raises ``SameEnds`` where both ends are one. An entity that did not exist as of the snapshot's year has no paths.
    """
    ends = snapshot.index.get(source.id), snapshot.index.get(target.id)
    found: tuple[FoundPath, ...] = ()
    if ends[0] is not None and ends[1] is not None:
        found = find_paths(snapshot, ends[0], ends[1], max_hops=max_hops, top=top)
    return PathsAnswer(
        from_=EntityName.of(source),
        to=EntityName.of(target),
        as_of=snapshot.as_of,
        paths=_tell_paths(store, snapshot, found),
    )


def answer_candidates(
    store: Store, snapshot: Snapshot, entity: Entity, category: Category, *, top: int = 20
) -> CandidatesAnswer:
    """The entities of a category that rank best for one entity, each with its best few paths."""
    node = snapshot.index.get(entity.id)
    ranked = rank_candidates(snapshot, node, category, top=top) if node is not None else ()
    return CandidatesAnswer(
        for_=EntityName.of(entity),
        category=category,
        as_of=snapshot.as_of,
        candidates=[_tell_candidate(store, snapshot, candidate) for candidate in ranked],
    )


def _tell_candidate(store: Store, snapshot: Snapshot, candidate: Candidate) -> CandidateAnswer:
    return CandidateAnswer(
        id=candidate.node.id,
        name=candidate.node.name,
        category=candidate.node.category,
        score=candidate.score,
        p_value=candidate.p_value,
        q_value=candidate.q_value,
        known=candidate.known,
        degree=candidate.degree,
        components=dict(candidate.components),
        paths=_tell_paths(store, snapshot, candidate.paths),
    )


def _tell_paths(store: Store, snapshot: Snapshot, paths: Sequence[FoundPath]) -> list[PathAnswer]:
    beliefs = {step.statement: step.belief for path in paths for step in path.steps}
    hops = _tell_hops(store, beliefs, snapshot.as_of)
    return [
        PathAnswer(
            score=path.score,
            p_value=path.p_value,
            q_value=path.q_value,
            belief=path.belief,
            sign=path.sign,
            weakest=path.weakest,
            metapath=path.metapath,
            known=len(path.steps) == 1,
            nodes=[EntityName(id=node.id, name=node.name, category=node.category) for node in path.nodes],
            statements=[hops[step.statement] for step in path.steps],
        )
        for path in paths
        if all(step.statement in hops for step in path.steps)  # gone, where a write came between the snapshot and now
    ]


def _tell_hops(store: Store, beliefs: Mapping[str, float], as_of: int | None) -> dict[str, HopStatement]:
    """The statements of these ids that the store has, each with its best sentences and the titles of their documents."""
    rows = store.statements(beliefs)
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
            beliefs[statement],
            evidence.get(statement, []),
            [Sentence.of(one, documents[one.document].title) for one in best.get(statement, ())],
        )
        for statement, row in rows.items()
    }


def _tell_hop(row: StatementRow, belief: float, evidence: Sequence[Evidence], shown: list[Sentence]) -> HopStatement:
    statement = row.statement
    return HopStatement(
        id=statement.id,
        subject=statement.subject,
        predicate=statement.predicate,
        object=statement.object,
        belief=belief,
        evidence_count=len(evidence),
        first_year=min((one.year for one in evidence if one.year), default=None),
        evidence=shown,
    )
