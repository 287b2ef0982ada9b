"""A chat model as one more blind reviewer: it sees what a person sees, and its ratings are kept as a person's are."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from pydantic import BaseModel, Field

from isthmus.errors import IsthmusError, UsageError
from isthmus.graph.stores.protocol import Store
from isthmus.service.review.blind import HIGHEST, LOWEST, BlindAnswer, BlindItem, answer_blind, blind_list, rate

if TYPE_CHECKING:
    from langchain_core.messages import BaseMessage

    from isthmus.extractors.chat.asking import Ask

AT_ONCE = 10  # items in one question
LONGEST_ANSWER = 1000  # tokens

_TASK = (
    "You are a blind reviewer of biomedical paths. About half of the paths below are taken from a knowledge graph that was read "
    "from the literature; the others were made by exchanging the ends of its links at random. Rate each path from 1 (surely made "
    "at random) to 5 (surely from the literature); 3 means that you cannot tell. Answer with one rating for each number."
)


class NoModel(UsageError):
    """No chat model to ask."""


class ModelGaveNoRatings(IsthmusError):
    """A chat model of which no answer could be used."""


class Rating(BaseModel):
    """What the model thinks of one path."""

    number: int = Field(description="the number of the path")
    rating: float = Field(ge=LOWEST, le=HIGHEST, description="1: surely made at random, 5: surely from the literature")


class Ratings(BaseModel):
    """What the model thinks of the paths."""

    ratings: list[Rating]


def ask_model(store: Store, identifier: str, name: str, ask: Ask[Ratings]) -> BlindAnswer:
    """Ask a model about all items of a list that it has not rated, and keep what it says; ratings of other numbers are dropped.

    Raises:
        UnknownBlindList: there is no such list.
        ModelGaveNoRatings: it answered nothing that could be used.
    """
    from isthmus.extractors.chat.asking import NoAnswer

    made = blind_list(store, identifier)
    seen = answer_blind(store, made, name)
    asked = [item for item in seen.items if item.number not in seen.rated]
    failure = ""
    for first in range(0, len(asked), AT_ONCE):
        some = asked[first : first + AT_ONCE]
        try:
            told = ask(_messages(some)).filled.ratings
        except NoAnswer as error:
            failure = str(error)
            if error.outage:
                break
            continue
        wanted = {item.number for item in some}
        rate(store, identifier, name, {one.number: one.rating for one in told if one.number in wanted})
    seen = answer_blind(store, made, name)
    if not seen.rated:
        raise ModelGaveNoRatings(
            f"{name} rated nothing: {failure or 'no number was one of the list'}. Try another model."
        )
    return seen


def model_asking(name: str) -> Ask[Ratings]:
    """The way to ask the model of this name, with the settings' address and key; answers are kept and not paid for twice.

    Raises ``NoLanguageModels``, ``UnknownModel`` or ``UnsuitableModel``.
    """
    from isthmus.extractors.chat.asking import asking, in_form
    from isthmus.service.language_model import answers_kept, open_chat_model
    from isthmus.service.settings import settings

    base_url, key = settings().llm_base_url, settings().llm_api_key.get_secret_value()
    model = open_chat_model(name, base_url or None, key or None, LONGEST_ANSWER)
    return asking(in_form(model, Ratings), name, Ratings, answers_kept())


def _messages(items: Sequence[BlindItem]) -> list[BaseMessage]:
    from langchain_core.messages import HumanMessage, SystemMessage

    listed = "\n".join(f"{item.number}. {item.text}" for item in items)
    return [SystemMessage(_TASK), HumanMessage(listed)]
