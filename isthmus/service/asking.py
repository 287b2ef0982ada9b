"""``isthmus paths`` and ``candidates``: what joins two entities, and which entities rank best for one."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from isthmus.graph.discovery.memory.snapshot import Snapshot
from isthmus.graph.discovery.ranking.candidates import Candidate, kin_left_out, rank_candidates
from isthmus.graph.discovery.walks.paths import FoundPath, find_paths
from isthmus.graph.model import Entity
from isthmus.graph.stores.protocol import Store
from isthmus.graph.vocabulary import Category
from isthmus.service.answers import EntityName, PathAnswer, Told, tell_paths
from isthmus.service.co_mention import CoMentionAnswer, answer_co_mention
from isthmus.service.texts import sentences_of
from isthmus.steps import step


class PathsAnswer(Told):
    """The best paths between two entities."""

    from_: EntityName = Field(alias="from")
    to: EntityName
    as_of: int | None
    paths: list[PathAnswer]
    co_mention: CoMentionAnswer | None = Field(
        None, description="who is named with both, where no path was found or it was asked for; no statements"
    )


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
    degree_product: int
    components: dict[str, float]
    paths: list[PathAnswer]


class CandidatesAnswer(Told):
    """Entities of a category ranked for one entity, by what statements say."""

    by: Literal["statements"] = "statements"
    for_: EntityName = Field(alias="for")
    category: Category
    as_of: int | None
    kin_left_out: int = Field(0, description="parents, lookalikes and family of the entity that are no candidates")
    candidates: list[CandidateAnswer]


def answer_paths(
    store: Store,
    snapshot: Snapshot,
    source: Entity,
    target: Entity,
    *,
    max_hops: int = 3,
    top: int = 10,
    co_mention: bool = False,
) -> PathsAnswer:
    """The best paths from one entity to another, each hop with its best sentences.

    Where there is none, or with ``co_mention``, the papers that name both and the entities named with both stand beside.
    Raises ``SameEnds`` where both ends are one. An entity that did not exist as of the snapshot's year has no paths.
    """
    ends = snapshot.index.get(source.id), snapshot.index.get(target.id)
    found: tuple[FoundPath, ...] = ()
    if ends[0] is not None and ends[1] is not None:
        with step("paths.find", hops=max_hops) as finding:
            found = find_paths(snapshot, ends[0], ends[1], max_hops=max_hops, top=top)
            finding.add(paths=len(found))
    beside = answer_co_mention(store, snapshot, source, target, top=top) if co_mention or not found else None
    return PathsAnswer(
        from_=EntityName.of(source),
        to=EntityName.of(target),
        as_of=snapshot.as_of,
        paths=tell_paths(store, snapshot, found),
        co_mention=beside,
    )


def answer_candidates(
    store: Store,
    snapshot: Snapshot,
    entity: Entity,
    category: Category,
    *,
    top: int = 20,
    skip: int = 0,
    new: bool = False,
    kin: bool = False,
) -> CandidatesAnswer:
    """The entities of a category that rank best for one entity, but for the best ``skip``, each with its best few paths.

    With ``new``, those that a statement joins to it already are left out; with ``kin``, its kin are not.
    """
    node = snapshot.index.get(entity.id)
    ranked: tuple[Candidate, ...] = ()
    left_out = 0
    if node is not None:
        sentences = sentences_of(store, snapshot)
        with step("candidates.rank", top=top):
            ranked = rank_candidates(
                snapshot, node, category, named=sentences, top=top, skip=skip, known=not new, kin=kin
            )
        left_out = 0 if kin else kin_left_out(snapshot, node, category, known=not new)
    return CandidatesAnswer(
        for_=EntityName.of(entity),
        category=category,
        as_of=snapshot.as_of,
        kin_left_out=left_out,
        candidates=[tell_candidate(store, snapshot, candidate) for candidate in ranked],
    )


def tell_candidate(store: Store, snapshot: Snapshot, candidate: Candidate) -> CandidateAnswer:
    """A candidate with the sentences of its paths."""
    return CandidateAnswer(
        id=candidate.node.id,
        name=candidate.node.name,
        category=candidate.node.category,
        score=candidate.score,
        p_value=candidate.p_value,
        q_value=candidate.q_value,
        known=candidate.known,
        degree=candidate.degree,
        degree_product=candidate.degree_product,
        components=dict(candidate.components),
        paths=tell_paths(store, snapshot, candidate.paths),
    )
