"""The typed plan that a question becomes: what is asked of the graph, and which words each part came from."""

from __future__ import annotations

from enum import StrEnum
from typing import Self

from pydantic import BaseModel, ConfigDict, Field, computed_field, model_validator

from isthmus.errors import UsageError
from isthmus.graph.discovery.walks.signs import PathSign
from isthmus.graph.vocabulary import Category, Predicate

MOST_SHOWN = 200
MOST_HOPS = 4
YEARS = (1000, 9999)

EXAMPLES = (
    "Which drugs might help Parkinson disease, as of 2005?",
    "What links the gut microbiome to Parkinson disease?",
    "Is there any evidence that riluzole inhibits glutamate release?",
    "Which genes are associated with Alzheimer disease?",
    "What does the link between rasagiline and dopamine rest on?",
    "Which fields do not talk to each other?",
    "What could bridge imaging and genetics?",
    "How good were the proposals in 2003?",
    "What is alpha-synuclein?",
)


class UnreadableQuestion(UsageError):
    """Words that do not say what is wanted of the graph. The message lists what can be asked."""

    def __init__(self, reason: str) -> None:
        listed = " ".join(f"“{example}”" for example in EXAMPLES)
        super().__init__(f"{reason}. One can ask, for instance: {listed}")


class BadPlan(UsageError):
    """A plan that lacks a part that its mode needs."""


class OutOfRange(UsageError):
    """A limit that a question may not have."""


class Mode(StrEnum):
    """What is asked of the graph."""

    CLOSED = "closed"  # the paths between A and C
    OPEN = "open"  # what of a category may have to do with A
    BRIDGE = "bridge"  # what would join two subfields
    GAPS = "gaps"  # which subfields do not talk
    ENTITY = "entity"  # what is known of A
    EVIDENCE = "evidence"  # what is said of A, or between A and C
    WHY = "why"  # what the best path between A and C stands on
    BACKTEST = "backtest"  # how good the proposals of a year were


class Role(StrEnum):
    """What A is in the statements that are asked for."""

    SUBJECT = "subject"
    OBJECT = "object"
    EITHER = "either"


class Source(StrEnum):
    """Who says that a part of a plan is so."""

    RULE = "rule"
    MODEL = "model"
    DEFAULT = "default"  # nobody: the question does not say


# How much each mode shows, and how far it goes, where the question does not say; absent where that has no meaning.
TOP = {
    Mode.CLOSED: 10,
    Mode.OPEN: 20,
    Mode.BRIDGE: 10,
    Mode.GAPS: 20,
    Mode.ENTITY: 10,
    Mode.EVIDENCE: 20,
    Mode.WHY: 10,
}
MAX_HOPS = {Mode.CLOSED: 3, Mode.WHY: 3, Mode.BRIDGE: 2}
TWO_ENDS = frozenset({Mode.CLOSED, Mode.BRIDGE, Mode.WHY})
ONE_END = TWO_ENDS | {Mode.OPEN, Mode.ENTITY, Mode.EVIDENCE}

# What counts as a relation, beside itself: readers and sources choose among near predicates.
FAMILIES: dict[Predicate, tuple[Predicate, ...]] = {
    Predicate.TREATS: (Predicate.STUDIED_TO_TREAT, Predicate.AMELIORATES, Predicate.PREVENTS),
    Predicate.PREVENTS: (Predicate.AMELIORATES,),
    Predicate.CAUSES: (Predicate.CONTRIBUTES_TO, Predicate.PREDISPOSES_TO),
    Predicate.EXACERBATES: (Predicate.CAUSES, Predicate.CONTRIBUTES_TO, Predicate.PREDISPOSES_TO),
    Predicate.INHIBITS: (
        Predicate.DECREASES,
        Predicate.DECREASES_EXPRESSION_OF,
        Predicate.TREATS,
        Predicate.AMELIORATES,
        Predicate.PREVENTS,
    ),
    Predicate.ACTIVATES: (
        Predicate.INCREASES,
        Predicate.INCREASES_EXPRESSION_OF,
        Predicate.CAUSES,
        Predicate.EXACERBATES,
        Predicate.CONTRIBUTES_TO,
    ),
    Predicate.AFFECTS: (
        Predicate.REGULATES,
        Predicate.ACTIVATES,
        Predicate.INHIBITS,
        Predicate.INCREASES,
        Predicate.DECREASES,
        Predicate.INCREASES_EXPRESSION_OF,
        Predicate.DECREASES_EXPRESSION_OF,
    ),
    Predicate.INTERACTS_WITH: (
        Predicate.PHYSICALLY_INTERACTS_WITH,
        Predicate.BINDS,
        Predicate.GENETICALLY_INTERACTS_WITH,
    ),
    Predicate.BINDS: (Predicate.PHYSICALLY_INTERACTS_WITH,),
    Predicate.ASSOCIATED_WITH: (
        Predicate.RELATED_TO,
        Predicate.GENE_ASSOCIATED_WITH_CONDITION,
        Predicate.CORRELATED_WITH,
        Predicate.POSITIVELY_CORRELATED_WITH,
        Predicate.NEGATIVELY_CORRELATED_WITH,
        Predicate.PARTICIPATES_IN,
        Predicate.COEXISTS_WITH,
    ),
    Predicate.BIOMARKER_FOR: (),
    Predicate.HAS_SIDE_EFFECT: (),
    Predicate.EXPRESSED_IN: (Predicate.COEXPRESSED_WITH,),
    Predicate.LOCATED_IN: (Predicate.EXPRESSED_IN, Predicate.PART_OF),
    Predicate.HAS_PHENOTYPE: (),
    Predicate.PRODUCES: (),
}
UNDIRECTED = frozenset({Predicate.INTERACTS_WITH, Predicate.BINDS, Predicate.ASSOCIATED_WITH})


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class End(_Frozen):
    """One end of the question. A subfield of a bridge has no ``id``: it is all that ``text`` stands for."""

    text: str = Field(min_length=1, max_length=500, description="as the question names it")
    id: str = ""
    name: str = ""
    category: Category | None = None

    @property
    def key(self) -> str:
        """The identifier, or the words where there is none."""
        return self.id or self.text


class Part(_Frozen):
    """Where a part of the plan came from. ``start`` and ``end`` count characters of the question, where it says so."""

    field: str
    source: Source
    text: str = ""
    start: int | None = None
    end: int | None = None


class Ignored(_Frozen):
    """Words of the question that the plan does nothing with, and why."""

    text: str
    start: int
    end: int
    reason: str


class QueryPlan(_Frozen):
    """What is asked of the graph, in the closed words of it. Frozen, and whole: a mode without its parts is no plan."""

    question: str
    mode: Mode
    a: End | None = None
    c: End | None = None
    category: Category | None = Field(None, description="of what is asked for")
    relation: Predicate | None = Field(
        None, description="of the statements asked for; `predicates` is what counts as it"
    )
    role: Role | None = Field(None, description="what A is in the statements asked for")
    sign: PathSign | None = Field(None, description="only paths that push this way")
    new: bool = Field(False, description="leave out what a statement joins to A already")
    top: int | None = Field(None, ge=1, le=MOST_SHOWN)
    max_hops: int | None = Field(None, ge=1, le=MOST_HOPS)
    as_of: int | None = Field(None, ge=YEARS[0], le=YEARS[1], description="of a backtest, the last year that is known")
    until: int | None = Field(None, ge=YEARS[0], le=YEARS[1], description="of a backtest, the last year looked at")
    parts: tuple[Part, ...] = ()
    ignored: tuple[Ignored, ...] = ()
    notes: tuple[str, ...] = ()

    @computed_field  # type: ignore[prop-decorator]
    @property
    def predicates(self) -> tuple[Predicate, ...]:
        """All that counts as the relation; empty where any relation does."""
        return () if self.relation is None else (self.relation, *FAMILIES[self.relation])

    def asked(self) -> dict[str, str | int | bool]:
        """What is asked, in short: each part that is there by its value, the ends by identifier or words."""
        names = ("mode", "a", "c", "category", "relation", "role", "sign", "new", "top", "max_hops", "as_of", "until")
        values = {name: getattr(self, name) for name in names}
        keys = {name: value.key if isinstance(value, End) else value for name, value in values.items()}
        return {name: str(value) if isinstance(value, StrEnum) else value for name, value in keys.items() if value}

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if self.mode in ONE_END and self.a is None:
            raise BadPlan(f"a question of the mode {self.mode} needs the name of an entity")
        if self.mode in TWO_ENDS and self.c is None:
            raise BadPlan(f"a question of the mode {self.mode} needs two names")
        if self.mode is Mode.OPEN and self.category is None:
            raise BadPlan("say what to rank: drugs, genes, diseases, cells, microbes…")
        if self.mode is Mode.BACKTEST and self.as_of is None:
            raise BadPlan("say of which year: “How good were the proposals in 2003?”")
        if self.relation is not None and self.relation not in FAMILIES:
            raise BadPlan(f"{self.relation} is none of the relations that a question can ask for")
        if self.sign is PathSign.UNKNOWN:
            raise BadPlan("a sign that is asked for is a known one")
        return self


def sentence(plan: QueryPlan) -> str:
    """What will be done, in a line for a person."""
    when = f", as of {plan.as_of}" if plan.as_of is not None and plan.mode is not Mode.BACKTEST else ""
    a, c = _shown(plan.a), _shown(plan.c)
    sign = f"{plan.sign} " if plan.sign else ""
    told = {
        Mode.CLOSED: f"the {plan.top} best {sign}paths from {a} to {c}, of at most {plan.max_hops} statements",
        Mode.OPEN: f"rank {plan.category}{', not joined to it yet,' if plan.new else ''} for {a}"
        f"{f' by {sign}paths' if sign else ''}, the first {plan.top}",
        Mode.BRIDGE: f"what would bridge {a} and {c}, the first {plan.top}",
        Mode.GAPS: f"the {plan.top} widest gaps between the graph's subfields",
        Mode.ENTITY: f"what the graph holds of {a}",
        Mode.EVIDENCE: _statements(plan, a, c),
        Mode.WHY: f"what the best path from {a} to {c} stands on",
        Mode.BACKTEST: f"how well the graph as of {plan.as_of} foretold what came"
        + (f" by {plan.until}" if plan.until else " after"),
    }
    return told[plan.mode] + when


def _shown(end: End | None) -> str:
    if end is None:
        return "anything"
    return f"{end.name or end.text} ({end.id})" if end.id else f"“{end.text}”"


def _statements(plan: QueryPlan, a: str, c: str) -> str:
    relation = plan.relation.replace("_", " ") if plan.relation else "any relation"
    other = c if plan.c else (plan.category or "anything")
    if plan.role is Role.EITHER:
        return f"statements between {a} and {other}: {relation}"
    subject, obj = (other, a) if plan.role is Role.OBJECT else (a, other)
    return f"statements that say: {subject} – {relation} – {obj}"
