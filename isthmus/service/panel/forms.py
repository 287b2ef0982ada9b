"""The forms in which a panel's models answer, one for each step of the protocol.

The closed vocabularies stand in the JSON schema that a model is given, but are read as plain text: one unknown word costs
its own claim, not the whole answer. Statements, evidence and claims go by short handles (s1, e1, c1).
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, WithJsonSchema

from isthmus.graph.vocabulary import Predicate
from isthmus.service.panel.report import Stance

# A small model under a grammar may go on for ever.
MOST_CLAIMS = 5
MOST_QUESTIONS = 4
MOST_CITED = 3
VERDICTS = ("supported", "contested", "weak", "unsupported")
CONCERNS = ("direction", "relation", "sign", "negation", "too_strong", "weak_evidence", "contradicted", "other_context")


def _one_of(words: Iterable[str]) -> WithJsonSchema:
    return WithJsonSchema({"type": "string", "enum": list(words)})


def _most(count: int) -> dict[str, Any]:
    return {"maxItems": count}


class _Form(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class AssertForm(_Form):
    """What a claim says, as one row of the table."""

    statement: str = Field(description="its number, for instance s1")
    subject: str = Field(description="name as in the table")
    predicate: Annotated[str, _one_of(Predicate)]
    object: str = Field(description="name as in the table")
    negated: bool = Field(description="true where the row says not")


class ClaimForm(_Form):
    """One claim."""

    text: str = Field(description="one short sentence: subject, verb, object")
    asserts: list[AssertForm] = Field(json_schema_extra=_most(MOST_CITED))
    evidence: list[str] = Field(description="numbers, for instance e1", json_schema_extra=_most(MOST_CITED))
    quote: str = Field(description="words copied letter by letter from that evidence, or empty")
    stance: Annotated[str, _one_of(Stance)]


class ProposeForm(_Form):
    """What a specialist's own evidence says of the proposal."""

    claims: list[ClaimForm] = Field(json_schema_extra=_most(MOST_CLAIMS))
    no_evidence: bool = Field(description="true where nothing in the table bears on the proposal")


class QuestionForm(_Form):
    """A doubt about another's claim."""

    claim: str = Field(description="its number, for instance c1")
    concern: Annotated[str, _one_of(CONCERNS)]
    question: str = Field(json_schema_extra={"maxLength": 300})


class CrossExamineForm(_Form):
    """Questions to the others."""

    questions: list[QuestionForm] = Field(json_schema_extra=_most(MOST_QUESTIONS))


class ReviseForm(_Form):
    """What a specialist takes back and puts instead."""

    withdraw: list[str] = Field(description="numbers of own claims to take back", json_schema_extra=_most(MOST_CLAIMS))
    claims: list[ClaimForm] = Field(description="new or mended claims", json_schema_extra=_most(MOST_CLAIMS))


class JudgeForm(_Form):
    """What the chair makes of the claims."""

    verdict: Annotated[str, _one_of(VERDICTS)]
    carrying: list[str] = Field(description="numbers of the claims that carry the proposal", json_schema_extra=_most(8))
    against: list[str] = Field(description="numbers of the claims that speak against it", json_schema_extra=_most(8))
