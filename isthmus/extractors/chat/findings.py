"""The form in which a chat model answers.

The closed vocabularies stand in the JSON schema that the model is given, but are read as plain text: one unknown word
costs its own finding, not the whole answer.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, WithJsonSchema

from isthmus.graph.model import Assertion
from isthmus.graph.vocabulary import Category, Predicate

# A small model under a grammar may go on for ever; no passage has more names than this.
MOST_MENTIONS = 40
MOST_STATEMENTS = 20


def _one_of(words: Iterable[str]) -> WithJsonSchema:
    return WithJsonSchema({"type": "string", "enum": list(words)})


CategoryName = Annotated[str, _one_of(Category)]
PredicateName = Annotated[str, _one_of(Predicate)]
AssertionName = Annotated[str, _one_of(Assertion)]


class _Form(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class FoundMention(_Form):
    """A name in the passage."""

    quote: str = Field(description="the name, copied letter by letter from the passage")
    category: CategoryName


class FoundStatement(_Form):
    """A relation that the passage states between two names."""

    subject: str = Field(description="the subject's name, copied letter by letter from the sentence")
    subject_category: CategoryName
    predicate: PredicateName
    object: str = Field(description="the object's name, copied letter by letter from the sentence")
    object_category: CategoryName
    assertion: AssertionName = Field(description="how the sentence puts it")
    sentence: str = Field(description="the sentence that states it, copied letter by letter from the passage")


class Findings(_Form):
    """Everything that the passage names and states."""

    mentions: list[FoundMention] = Field(json_schema_extra={"maxItems": MOST_MENTIONS})
    statements: list[FoundStatement] = Field(json_schema_extra={"maxItems": MOST_STATEMENTS})
