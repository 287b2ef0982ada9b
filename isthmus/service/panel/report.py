"""What the panel hands over: claims that resolve, claims that were struck out, and the figures. JSON is its first form.

Whatever a model wrote stands in exactly three places: in a claim that passed every check, in a claim shown as struck, and
in the transcript. All other sentences are made by code from the dossier.
"""

from __future__ import annotations

from enum import StrEnum

from pydantic import Field

from isthmus.graph.model import Assertion, Modality
from isthmus.graph.vocabulary import Predicate
from isthmus.service.answers import EntityName, PathAnswer, Told

REPORT_FORM = 1  # one more with each change that an older checker would not understand


class Stance(StrEnum):
    """What a claim does for the proposed link."""

    SUPPORTS = "supports"
    CONTRADICTS = "contradicts"
    CONTEXT = "context"


class Asserted(Told):
    """What a claim says in the graph's own words; this is what is checked against the statement it cites."""

    subject: str
    predicate: Predicate
    object: str
    negated: bool = False


class Claim(Told):
    """One sentence of the case. Every id resolves in the dossier; ``quote`` is verbatim in one of the evidence cited."""

    text: str
    asserted: list[Asserted] = Field(description="one for each statement cited, in the same order")
    statement_ids: list[str]
    evidence_ids: list[str]
    quote: str = ""
    stance: Stance
    modality: Modality
    by: str = Field(description="the specialist's name")
    model: str = Field("", description="the language model that wrote it; empty where code made it from the evidence")
    round: int = 0


class Strike(StrEnum):
    """Why a claim was struck out."""

    UNKNOWN_ID = "unknown_id"
    NOT_VISIBLE = "not_visible"
    NO_CITATION = "no_citation"
    MISMATCHED_EVIDENCE = "mismatched_evidence"
    WRONG_DIRECTION = "wrong_direction"
    WRONG_RELATION = "wrong_relation"
    WRONG_SIGN = "wrong_sign"
    WRONG_NEGATION = "wrong_negation"
    NOT_VERBATIM = "not_verbatim"
    UNNAMED_ENDS = "unnamed_ends"
    FOREIGN_NAME = "foreign_name"
    FOREIGN_NUMBER = "foreign_number"
    OVERSTATED = "overstated"
    CONTRADICTED = "contradicted"
    MALFORMED = "malformed"
    WITHDRAWN = "withdrawn"


class StruckClaim(Told):
    """A claim that no check let through, as it was put, and why not.

    The same words may stand in the case where they came with another assertion, side or citation, or from a specialist that
    sees what they cite.
    """

    text: str
    asserted: list[Asserted] = Field(default_factory=list, description="as far as it could be understood")
    statement_ids: list[str]
    evidence_ids: list[str]
    quote: str = ""
    stance: Stance | None = None
    by: str
    model: str = ""
    round: int = 0
    reasons: list[Strike]
    explanation: str = Field(description="what was wrong, in words for a person")


class TurnKind(StrEnum):
    """The steps of the protocol."""

    PROPOSE = "propose"
    CROSS_EXAMINE = "cross_examine"
    REVISE = "revise"
    JUDGE = "judge"


class Turn(Told):
    """One answer of one specialist, as it came; the transcript is for reading, nothing in it has been checked."""

    round: int
    kind: TurnKind
    by: str
    model: str
    text: str
    failure: str = Field("", description="why there is no usable answer, where there is none")
    claims: int = 0
    struck: int = 0
    input_tokens: int = 0
    output_tokens: int = 0
    seconds: float = 0.0


class Figure(Told):
    """A number from 0 to 1 with the reasons for it, each made by code."""

    value: float = Field(ge=0, le=1)
    reasons: list[str]


class Break(Told):
    """What would break the proposal: without this, it would be ``rank`` among the paths of the report (absent: lost)."""

    ground: str = Field(description="paper, group or modality")
    id: str
    title: str = ""
    rank: int | None
    score: float


class Weakest(Told):
    """The hop that is believed least, and what the whole stands on."""

    statement_id: str
    belief: float
    text: str
    rank: int | None = Field(description="of the proposal among the paths of the report, now")
    breaks: list[Break]
    minimal: list[str] = Field(description="the fewest documents without which the path is lost")


class Known(Told):
    """What is known of the link already."""

    direct: list[str] = Field(description="ids of statements that join the two ends themselves")
    since: int | None = Field(description="year of the first of these")
    named_together: int | None = Field(description="documents that name both; absent where not counted")
    named_together_since: int | None = None
    text: str


class Experiment(Told):
    """What would decide it, put together from what the graph knows of how such things are tested."""

    hypothesis: str
    assay: str
    model_system: str
    readout: str
    expected: str = Field(description="which outcome speaks for it and which against")
    text: str
    statement_ids: list[str] = Field(description="what each part was taken from")


class Modalities(Told):
    """How much of the case each kind of research bears."""

    modality: Modality
    statements: int
    evidence: int
    claims: int
    text: str


class CitedSentence(Told):
    """A piece of evidence that the report cites, so that it reads without a store."""

    id: str
    statement_id: str
    document: str
    title: str
    year: int | None
    text: str
    assertion: Assertion
    modality: Modality
    extractor: str
    retracted: bool = Field(False, description="whether its document is: then it speaks for nothing")


class CitedStatement(Told):
    """A statement that the report cites, with all that its id is a hash of."""

    id: str
    subject: EntityName
    predicate: Predicate
    object: EntityName
    negated: bool
    belief: float
    species: EntityName | None = Field(None, description="in which it was found to hold; absent where nobody says")
    cell: EntityName | None = None
    anatomy: EntityName | None = None


class Cost(Told):
    """What the models took."""

    requests: int = 0
    input_tokens: int = 0
    output_tokens: int = 0
    money: float = 0.0
    seconds: float = 0.0
    stopped: str = Field("", description="which cap ended the discussion early, where one did")


class Report(Told):
    """The report of a proposal. ``case``, ``dissent`` and ``contradicting`` hold claims that passed every check."""

    form: int = REPORT_FORM
    from_: EntityName = Field(alias="from")
    to: EntityName
    as_of: int | None
    graph_hash: str
    created: str = Field(description="ISO 8601, UTC")
    claim: str = Field(description="the proposal in one sentence")
    claim_statement_ids: list[str]
    verdict: str = Field(description="what the chair makes of it: supported, contested, weak or unsupported")
    verdict_reasons: list[str]
    paths: list[PathAnswer]
    case: list[Claim]
    modalities: list[Modalities]
    dissent: list[Claim]
    contradicting: list[Claim]
    struck: list[StruckClaim]
    struck_counts: dict[Strike, int]
    weakest: Weakest | None
    novelty: Figure
    plausibility: Figure
    testability: Figure
    known: Known
    experiment: Experiment | None
    not_looked_at: list[str]
    statements: list[CitedStatement]
    evidence: list[CitedSentence]
    specialists: dict[str, str] = Field(description="each one's model, or evidence-only and why")
    transcript: list[Turn]
    cost: Cost
    with_models: bool = Field(description="false: built from the evidence alone")
