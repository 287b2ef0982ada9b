"""Putting a question to a chat model, and again when the answer is of no use, with patience and an end to it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any, Protocol

import stamina

from isthmus.errors import IsthmusError
from isthmus.extractors.chat.findings import Findings
from isthmus.graph.model import content_hash

if TYPE_CHECKING:
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
    """A question without a usable answer.

    ``outage``: the next question would fare no better. ``passing``: the same question may fare better later.
    ``billed``: the provider may ask money for it all the same.
    """

    def __init__(
        self, reason: str, *, outage: bool, passing: bool, wait: float | None = None, billed: bool = False
    ) -> None:
        self.outage, self.passing, self.wait, self.billed = outage, passing, wait, billed
        super().__init__(reason)


class NotAllowed(NoAnswer):
    """A request that may not be sent any more, for instance because the budget is spent."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason, outage=True, passing=False)


@dataclass(frozen=True, slots=True)
class Usage:
    """Tokens that went to a model and that came from it, both >= 0."""

    input: int = 0
    output: int = 0

    @property
    def total(self) -> int:
        """Both together."""
        return self.input + self.output

    def __add__(self, other: Usage) -> Usage:
        return Usage(self.input + other.input, self.output + other.output)


@dataclass(frozen=True, slots=True)
class Answer:
    """A filled-in form, and the words it came in."""

    findings: Findings
    words: str


class Meter(Protocol):
    """Who counts what requests cost."""

    def admit(self, prompt: int) -> None:
        """Called before each request with its tokens, as estimated. Raises ``NotAllowed`` where none may be sent."""

    def charge(self, prompt: int, usage: Usage | None) -> None:
        """Called after each request that was or may have been paid; ``usage`` is None where nobody told it."""


class Answers(Protocol):
    """Where answers are kept, by the content hash of what they answer."""

    def get(self, key: str) -> Answer | None:
        """The answer, where there is one."""

    def put(self, key: str, answer: Answer) -> None:
        """Keep an answer."""


# A question to its answer. Raises ``NoAnswer`` and nothing else.
Ask = Callable[["Sequence[BaseMessage]"], Answer]


def tokens(text: str) -> int:
    """Tokens that a text will not exceed with the tokenizers in use: a third of its UTF-8 bytes.

    English prose takes a fourth to a fifth; names of chemicals, and JSON, come close to a third.

    >>> tokens("MAOB"), tokens("")
    (2, 0)
    """
    return -(-len(text.encode("utf-8", "replace")) // 3)


@cache
def form_tokens() -> int:
    """Tokens of the form, which most providers count with each request."""
    return tokens(json.dumps(Findings.model_json_schema()))


def question_key(model: str, told: Iterable[tuple[str, str]]) -> str:
    """Content hash of a question: the model's name, the role and text of each message, and the form."""
    messages = [[role, text.encode("utf-8", "replace").decode()] for role, text in told]
    return content_hash([model, messages, Findings.model_json_schema()])


def asking(model: Runnable[Any, Any], name: str, answers: Answers | None = None, meter: Meter | None = None) -> Ask:
    """The way to ask a model that is bound by ``in_form``: what was answered before is not asked again."""

    def asked(messages: Sequence[BaseMessage]) -> Answer:
        if answers is None:
            return ask(model, messages, meter)
        key = question_key(name, ((each.type, each.text) for each in messages))
        answer = answers.get(key)
        if answer is None:
            answer = ask(model, messages, meter)
            answers.put(key, answer)
        return answer

    return asked


def in_form(model: BaseChatModel) -> Runnable[Any, Any]:
    """The model, bound to answer with ``Findings``. Raises ``UnsuitableModel``."""
    try:
        return model.with_structured_output(Findings, method="json_schema", include_raw=True)
    except (NotImplementedError, ValueError, TypeError) as error:
        raise UnsuitableModel(
            f"{type(model).__name__} cannot answer by a JSON schema ({error}). Choose a model that can."
        ) from error


def ask(model: Runnable[Any, Any], messages: Sequence[BaseMessage], meter: Meter | None = None) -> Answer:
    """The model's answer. Raises ``NoAnswer`` once its patience is at an end, and nothing else.

    A busy or silent server, a refusal and an answer that is not the form are asked again, with growing pauses; a wrong
    key or an unknown model is not. Each request passes the meter.
    """
    for attempt in stamina.retry_context(
        on=_again, attempts=ATTEMPTS, timeout=PATIENCE, wait_initial=FIRST_WAIT, wait_max=LONGEST_WAIT
    ):
        with attempt:
            return _ask_once(model, messages, meter)
    raise AssertionError("unreachable: the last attempt returns or raises")


def _again(error: Exception) -> bool | float:
    if not isinstance(error, NoAnswer) or not error.passing:
        return False
    return True if error.wait is None else error.wait


def _ask_once(model: Runnable[Any, Any], messages: Sequence[BaseMessage], meter: Meter | None) -> Answer:
    prompt = form_tokens() + sum(tokens(message.text) for message in messages)
    if meter is not None:
        meter.admit(prompt)
    try:
        answer = model.invoke(list(messages))
    except Exception as error:  # a provider may raise anything at all; no document may be lost to it
        failure = _no_answer(error)
        if meter is not None and failure.billed:
            meter.charge(prompt, None)
        raise failure from error
    raw, findings = answer["raw"], answer["parsed"]
    if meter is not None:
        meter.charge(prompt, _told_usage(raw))
    if isinstance(findings, Findings):
        return Answer(findings, raw.text)
    if raw.additional_kwargs.get("refusal") or type(answer["parsing_error"]).__name__.endswith("RefusalError"):
        raise NoAnswer("the model refused", outage=False, passing=True)
    raise NoAnswer("the model's answer is not the form", outage=False, passing=True)


def _told_usage(raw: BaseMessage) -> Usage | None:
    """What the server says that the request took; an answer of no tokens at all is a server that does not count."""
    told = getattr(raw, "usage_metadata", None)
    return Usage(told["input_tokens"], told["output_tokens"]) if told and told["output_tokens"] else None


def _no_answer(error: Exception) -> NoAnswer:
    """Which kind of failure this is, without the provider's own words: they may hold a key or a piece of the text."""
    kinds = [kind.__name__ for kind in type(error).__mro__]
    status = getattr(error, "status_code", None) or getattr(getattr(error, "response", None), "status_code", None)
    if isinstance(status, int) and status >= 400:
        passing = status in _BUSY or status >= 500
        return NoAnswer(f"the model's server answered {status}", outage=True, passing=passing, wait=_wished_wait(error))
    if isinstance(error, TimeoutError | ConnectionError) or any(word in kind for kind in kinds for word in _PASSING):
        # A server that was only too slow may have answered nobody, and charge for it.
        late = any("Timeout" in kind for kind in kinds)
        return NoAnswer(f"the model's server did not answer ({kinds[0]})", outage=True, passing=True, billed=late)
    if isinstance(error, ValueError) or status is not None or "FinishReason" in kinds[0]:
        # pydantic and JSON errors are ValueErrors; an answer cut off at the model's limit is one that is not whole;
        # some clients tell by the status 200 that what came was no JSON.
        return NoAnswer("the model's answer is not the form", outage=False, passing=True, billed=True)
    return NoAnswer(f"the model could not be asked ({kinds[0]})", outage=True, passing=False)


def _wished_wait(error: Exception) -> float | None:
    """The seconds that a server asks for in ``Retry-After``, within reason."""
    headers = getattr(getattr(error, "response", None), "headers", {})
    try:
        return min(max(float(headers["retry-after"]), 0.0), LONGEST_WAIT)
    except (KeyError, ValueError):
        return None
