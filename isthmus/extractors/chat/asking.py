"""Putting a question to a chat model, and again when the answer is of no use, with patience and an end to it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import stamina

from isthmus.errors import IsthmusError
from isthmus.extractors.chat.findings import Findings

if TYPE_CHECKING:
    from collections.abc import Sequence

    from langchain_core.language_models import BaseChatModel
    from langchain_core.messages import BaseMessage
    from langchain_core.runnables import Runnable

ATTEMPTS = 4
PATIENCE = 120.0  # seconds for one question, waiting included
FIRST_WAIT, LONGEST_WAIT = 1.0, 30.0  # seconds between two attempts

_BUSY = frozenset({408, 409, 425, 429})
# Class names, since each provider has its own classes and none of them need be installed.
_PASSING = (
    "Timeout",
    "Connection",
    "ConnectError",
    "TransportError",
    "RemoteProtocol",
    "RateLimit",
    "ServiceUnavailable",
)


class UnsuitableModel(IsthmusError):
    """A chat model that cannot answer in a given form."""


class NoAnswer(IsthmusError):
    """A question without a usable answer. ``outage`` is true where the next question would fare no better."""

    def __init__(self, reason: str, *, outage: bool, passing: bool, wait: float | None = None) -> None:
        self.outage, self.passing, self.wait = outage, passing, wait
        super().__init__(reason)


@dataclass(frozen=True, slots=True)
class Answer:
    """A filled-in form, and the words it came in."""

    findings: Findings
    words: str


def in_form(model: BaseChatModel) -> Runnable[Any, Any]:
    """The model, bound to answer with ``Findings``. Raises ``UnsuitableModel``."""
    try:
        return model.with_structured_output(Findings, method="json_schema", include_raw=True)
    except (NotImplementedError, ValueError, TypeError) as error:
        raise UnsuitableModel(
            f"{type(model).__name__} cannot answer by a JSON schema ({error}). Choose a model that can."
        ) from error


def ask(model: Runnable[Any, Any], messages: Sequence[BaseMessage]) -> Answer:
    """The model's answer. Raises ``NoAnswer`` once its patience is at an end, and nothing else.

    A busy or silent server, a refusal and an answer that is not the form are asked again, with growing pauses; a wrong
    key or an unknown model is not.
    """
    for attempt in stamina.retry_context(
        on=_again, attempts=ATTEMPTS, timeout=PATIENCE, wait_initial=FIRST_WAIT, wait_max=LONGEST_WAIT
    ):
        with attempt:
            return _ask_once(model, messages)
    raise AssertionError("unreachable: the last attempt returns or raises")


def _again(error: Exception) -> bool | float:
    if not isinstance(error, NoAnswer) or not error.passing:
        return False
    return True if error.wait is None else error.wait


def _ask_once(model: Runnable[Any, Any], messages: Sequence[BaseMessage]) -> Answer:
    try:
        answer = model.invoke(list(messages))
    except Exception as error:  # a provider may raise anything at all; no document may be lost to it
        raise _no_answer(error) from error
    raw, findings = answer["raw"], answer["parsed"]
    if isinstance(findings, Findings):
        return Answer(findings, raw.text)
    if raw.additional_kwargs.get("refusal") or type(answer["parsing_error"]).__name__.endswith("RefusalError"):
        raise NoAnswer("the model refused", outage=False, passing=True)
    raise NoAnswer("the model's answer is not the form", outage=False, passing=True)


def _no_answer(error: Exception) -> NoAnswer:
    """Which kind of failure this is, without the provider's own words: they may hold a key or a piece of the text."""
    kinds = [kind.__name__ for kind in type(error).__mro__]
    status = getattr(error, "status_code", None) or getattr(getattr(error, "response", None), "status_code", None)
    if isinstance(status, int) and status >= 400:
        passing = status in _BUSY or status >= 500
        return NoAnswer(f"the model's server answered {status}", outage=True, passing=passing, wait=_wished_wait(error))
    if isinstance(error, TimeoutError | ConnectionError) or any(word in kind for kind in kinds for word in _PASSING):
        return NoAnswer(f"the model's server did not answer ({kinds[0]})", outage=True, passing=True)
    if isinstance(error, ValueError) or status is not None or "FinishReason" in kinds[0]:
        # pydantic and JSON errors are ValueErrors; an answer cut off at the model's limit is one that is not whole;
        # some clients tell by the status 200 that what came was no JSON.
        return NoAnswer("the model's answer is not the form", outage=False, passing=True)
    return NoAnswer(f"the model could not be asked ({kinds[0]})", outage=True, passing=False)


def _wished_wait(error: Exception) -> float | None:
    """The seconds that a server asks for in ``Retry-After``, within reason."""
    headers = getattr(getattr(error, "response", None), "headers", {})
    try:
        return min(max(float(headers["retry-after"]), 0.0), LONGEST_WAIT)
    except (KeyError, ValueError):
        return None
