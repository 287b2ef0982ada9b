"""Hypotheses that are kept, as GraphQL shows them."""

from __future__ import annotations

import strawberry
from strawberry.scalars import JSON

from isthmus.service.api.graphql.context import Info
from isthmus.service.api.graphql.found import NamedEntity
from isthmus.service.api.graphql.types import Verdict, verdicts_on
from isthmus.service.hypotheses import hypothesis as kept
from isthmus.service.hypotheses.kept import whole
from isthmus.service.hypotheses.status import Status

strawberry.enum(Status, description="Where a hypothesis stands.")


@strawberry.type
class Event:
    """Something that became of a hypothesis. `was` is empty in the first one."""

    number: int
    at: str
    who: str
    was: Status | None
    to: Status
    comment: str
    alert: str

    @classmethod
    def of(cls, told: kept.Event) -> Event:
        """From the answer."""
        return cls(
            number=told.number,
            at=told.at,
            who=told.who,
            was=told.was,
            to=told.to,
            comment=told.comment,
            alert=told.alert,
        )


@strawberry.type
class Scores:
    """What the whole graph made of the leading path."""

    score: float
    p_value: float
    q_value: float
    belief: float
    sign: str
    metapath: str


@strawberry.type
class Edition:
    """An answer to the question of a hypothesis, briefly."""

    id: strawberry.ID
    created: str
    graph_hash: str
    version: str
    scores: Scores | None
    verdict: str
    novelty: float
    plausibility: float
    testability: float
    with_models: bool

    @classmethod
    def of(cls, told: kept.EditionName) -> Edition:
        """From the answer."""
        plain = told.model_dump(exclude={"id", "scores"})
        return cls(
            **plain,
            id=strawberry.ID(told.id),
            scores=Scores(**told.scores.model_dump()) if told.scores else None,
        )


@strawberry.type
class Hypothesis:
    """A question to the graph that is kept, what was found each time, and what became of it."""

    id: strawberry.ID
    claim: str
    created: str
    status: Status
    from_: NamedEntity = strawberry.field(name="from")
    to: NamedEntity
    max_hops: int
    as_of: int | None
    editions: list[Edition]
    events: list[Event]

    @classmethod
    def of(cls, told: kept.Living) -> Hypothesis:
        """From the answer."""
        one = told.hypothesis
        return cls(
            id=strawberry.ID(one.id),
            claim=one.claim,
            created=one.created,
            status=told.status,
            from_=NamedEntity.of(one.from_),
            to=NamedEntity.of(one.to),
            max_hops=one.plan.max_hops,
            as_of=one.plan.as_of,
            editions=[Edition.of(each) for each in one.editions],
            events=[Event.of(each) for each in told.events],
        )

    @strawberry.field(description="an edition whole, as REST gives it: of a date or a graph's hash, else the last one")
    def report(self, info: Info, at: str = "") -> JSON:
        """Report, subgraph, seeds and models."""
        return JSON(whole(info.context.store, self.id, at[:100]))

    @strawberry.field(description="what reviewers said of it, oldest first")
    async def verdicts(self, info: Info) -> list[Verdict]:
        """All of them, those that were overtaken too."""
        return await verdicts_on(info, self.id)
