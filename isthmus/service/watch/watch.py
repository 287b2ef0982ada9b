"""What is watched, where it stood when last looked at, and the alerts that came of it: the values."""

from __future__ import annotations

from enum import StrEnum

from pydantic import Field

from isthmus.graph.model import content_hash
from isthmus.graph.vocabulary import Category, Predicate, Sign
from isthmus.service.answers import EntityName, Told
from isthmus.service.hypotheses.status import Status

TOP = 10
MAX_HOPS = 3  # of the paths that scores and standings look at


class WatchKind(StrEnum):
    """What is watched."""

    HYPOTHESIS = "hypothesis"
    PAIR = "pair"  # how A and C are joined
    CANDIDATES = "candidates"  # the best entities of a category for A
    GAPS = "gaps"  # the pairs of subfields that ought to talk and do not


class Watch(Told):
    """A stored question. ``source`` and ``target`` are absent where the kind has none; ``notify`` holds
    ``webhook:URL`` and ``mail:ADDRESS``.
    """

    kind: WatchKind
    hypothesis: str = ""
    source: EntityName | None = None
    target: EntityName | None = None
    category: Category | None = None
    top: int = Field(TOP, ge=1, le=200, description="an alert comes where something enters or leaves the best so many")
    notify: list[str] = Field(default_factory=list)
    created: str = ""

    @property
    def id(self) -> str:
        """A hash of the question: whoever watches the same twice has one watch."""
        ends = [each.id if each else "" for each in (self.source, self.target)]
        return content_hash(["watch", self.kind, self.hypothesis, *ends, self.category])

    @property
    def joins(self) -> bool:
        """Whether it asks for the link of two entities."""
        return self.kind in (WatchKind.HYPOTHESIS, WatchKind.PAIR)

    @property
    def text(self) -> str:
        """What is watched, in words."""
        source, target = (each.name if each else "" for each in (self.source, self.target))
        if self.joins:
            return f"{source} and {target}"
        if self.kind is WatchKind.CANDIDATES:
            return f"{(self.category or '').replace('_', ' ')} candidates for {source}"
        return "gaps between subfields"


class GroundRole(StrEnum):
    """What a statement does in a standing."""

    PATH = "path"
    DIRECT = "direct"
    DENIAL = "denial"


class Ground(Told):
    """A statement that a standing rests on, as it was then. ``papers`` and ``retracted`` are documents that give evidence."""

    id: str
    text: str
    role: GroundRole
    predicate: Predicate
    subject: str
    belief: float
    papers: list[str] = Field(default_factory=list)
    retracted: list[str] = Field(default_factory=list)
    verdicts: dict[str, str] = Field(default_factory=dict, description="what reviewers said, by the verdict's id")


class BestPath(Told):
    """The best path of two or more hops between the two."""

    text: str
    statements: list[str]
    score: float
    p_value: float
    q_value: float
    belief: float
    sign: str


class LinkStanding(Told):
    """Where a link stands. ``rank`` (from 1) is that of the target among the ``of`` entities of its kind, for the source."""

    score: float
    rank: int | None = Field(description="absent where nothing joins them")
    of: int
    best: BestPath | None
    grounds: list[Ground]

    @property
    def sign(self) -> Sign:
        """Which way the best path moves the target."""
        if self.best is None or self.best.sign == "unknown":
            return Sign.UNKNOWN
        return Sign.NEGATIVE if self.best.sign in ("therapeutic", "negative") else Sign.POSITIVE


class Ranked(Told):
    """One answer of a list."""

    id: str
    name: str
    score: float
    known: bool = False


class ListStanding(Told):
    """The best answers, best first, with one page more than is watched, so that whoever falls out has a rank."""

    items: list[Ranked]

    def rank(self, identifier: str) -> int | None:
        """From 1; absent where it is not among them."""
        return next((place for place, one in enumerate(self.items, start=1) if one.id == identifier), None)


class AlertKind(StrEnum):
    """What happened."""

    ENTERED = "entered"
    LEFT = "left"
    CONFIRMED = "confirmed"
    CONTRADICTED = "contradicted"
    LOST_SUPPORT = "lost_support"


class ChangeKind(StrEnum):
    """What in the graph is other than it was."""

    NEW_STATEMENT = "new_statement"
    LOST_STATEMENT = "lost_statement"
    NEW_PAPER = "new_paper"
    LOST_PAPER = "lost_paper"
    RETRACTION = "retraction"
    VERDICT = "verdict"
    BELIEF = "belief"
    PATH = "path"


class Change(Told):
    """One thing that changed: the id of the statement, paper or verdict, and words for a person."""

    kind: ChangeKind
    id: str
    text: str


class Finding(Told):
    """What comparing two standings found. ``certain`` is whether the graph alone decides what it proposes."""

    kind: AlertKind
    subject: str = Field(description="id of what entered, left or is meant")
    text: str
    rank_before: int | None = None
    rank_after: int | None = None
    score_before: float | None = None
    score_after: float | None = None
    changes: list[Change] = Field(default_factory=list)
    proposes: Status | None = None
    certain: bool = False


class Alert(Finding):
    """A finding that somebody is told of. ``moved`` is whether the status of the hypothesis was set by it."""

    id: str
    watch: str
    watched: str = Field(description="what is watched, in words")
    hypothesis: str = ""
    at: str = Field(description="ISO 8601, UTC")
    version: str = Field(description="of the graph")
    moved: bool = False
