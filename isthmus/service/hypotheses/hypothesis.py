"""A hypothesis: a question to the graph that is kept, what was found each time it was asked, and what became of it."""

from __future__ import annotations

from pydantic import Field

from isthmus.graph.model import content_hash
from isthmus.service.answers import EntityName, PathAnswer, Told
from isthmus.service.hypotheses.status import Status
from isthmus.service.hypotheses.subgraph import Subgraph

EDITION_FORM = 1  # one more with each change that an older replay would not understand
NOBODY = "isthmus"  # who moves a hypothesis where no person did


class Plan(Told):
    """The question: two entities (ids), how many statements a path may have, and the year, where not now."""

    from_: str = Field(alias="from")
    to: str
    max_hops: int = 3
    as_of: int | None = None

    @property
    def id(self) -> str:
        """The id of the hypothesis: a hash of the question, so that to ask the same again is to go on with the same one."""
        return content_hash(["hypothesis", self.from_, self.to, self.max_hops, self.as_of])


class Scores(Told):
    """What the whole graph makes of the leading path; ``score``, ``p_value`` and ``q_value`` cannot be had from the file."""

    score: float
    p_value: float
    q_value: float
    belief: float
    sign: str
    metapath: str

    @classmethod
    def of(cls, path: PathAnswer) -> Scores:
        """Those of a path."""
        return cls(
            score=path.score,
            p_value=path.p_value,
            q_value=path.q_value,
            belief=path.belief,
            sign=path.sign,
            metapath=path.metapath,
        )


class NamedBoth(Told):
    """How many documents name both ends; absent where not counted."""

    documents: int
    since: int | None


class Edition(Told):
    """One answer to the question: what the graph held then, and what was worked out of it; a report goes with it.

    ``carried`` are the statements whose belief does not follow from the subgraph alone: evidence was cut, or what denies
    them was not fetched. ``seeds`` are those of the null models. ``seal`` is a hash of report and edition.
    """

    form: int = EDITION_FORM
    id: str = Field(description="of the hypothesis")
    plan: Plan
    created: str = Field(description="ISO 8601, UTC")
    software: str
    graph_hash: str
    version: str = Field(description="of the graph, verdicts and retractions among it")
    seeds: dict[str, int]
    models: dict[str, str] = Field(description="of each specialist")
    scores: Scores | None = Field(description="absent where no path was found")
    named: NamedBoth | None
    subgraph: Subgraph
    carried: list[str]
    seal: str = ""


class EditionName(Told):
    """An edition, briefly, as it stands in a list."""

    id: str
    created: str
    graph_hash: str
    version: str
    scores: Scores | None
    verdict: str
    novelty: float
    plausibility: float
    testability: float
    with_models: bool


class Hypothesis(Told):
    """What is kept under the hypothesis' id: the question, the claim as last worked out, and its editions, oldest first."""

    id: str
    plan: Plan
    from_: EntityName = Field(alias="from")
    to: EntityName
    claim: str
    created: str
    editions: list[EditionName]


class Event(Told):
    """Something that became of a hypothesis; events are only ever added. ``was`` is empty in the first one."""

    hypothesis: str
    number: int = Field(description="from 1")
    at: str = Field(description="ISO 8601, UTC")
    who: str
    was: Status | None
    to: Status
    comment: str = ""
    alert: str = Field("", description="the alert that moved it, where one did")


class Living(Told):
    """A hypothesis with where it stands."""

    hypothesis: Hypothesis
    status: Status
    events: list[Event]
