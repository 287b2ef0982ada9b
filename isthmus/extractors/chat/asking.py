"""Putting a question to a chat model, and again when the answer is of no use, with patience and an end to it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any, Generic, Protocol, TypeVar

import stamina
from pydantic import BaseModel

from isthmus.errors import IsthmusError
from isthmus.graph.model import content_hash

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel
    from langchain_core.messages import BaseMessage
    from langchain_core.runnables import Runnable

F = TypeVar("F", bound=BaseModel)

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

    def __sub__(self, other: Usage) -> Usage:
        return Usage(self.input - other.input, self.output - other.output)


@dataclass(frozen=True, slots=True)
class Answer(Generic[F]):
    """A filled-in form, and the words it came in."""

    filled: F
    words: str


class Meter(Protocol):
    """Who counts what requests cost."""

    def admit(self, prompt: int) -> None:
        """Called before each request with its tokens, as estimated. Raises ``NotAllowed`` where none may be sent."""

    def charge(self, prompt: int, usage: Usage | None) -> None:
        """Called once after each request that was let through; ``usage`` is None where it may cost and nobody told what."""


class Answers(Protocol):
    """Where answers are kept, by the content hash of what they answer."""

    def get(self, key: str, form: type[F]) -> Answer[F] | None:
        """The answer in this form, where there is one."""

    def put(self, key: str, answer: Answer[Any]) -> None:
        """Keep an answer."""


# A question to its answer. Raises ``NoAnswer`` and nothing else.
Ask = Callable[["Sequence[BaseMessage]"], Answer[F]]


def tokens(text: str) -> int:
    """Tokens that a text will not exceed with the tokenizers in use: a third of its UTF-8 bytes.

    English prose takes a fourth to a fifth; names of chemicals, and JSON, come close to a third.

    >>> tokens("MAOB"), tokens("")
    (2, 0)
    """
    return -(-len(text.encode("utf-8", "replace")) // 3)


@cache
def form_tokens(form: type[BaseModel]) -> int:
    """Tokens of the form, which most providers count with each request."""
    return tokens(json.dumps(form.model_json_schema()))


def question_key(model: str, told: Iterable[tuple[str, str]], form: type[BaseModel]) -> str:
    """Content hash of a question: the model's name, the role and text of each message, and the form."""
    messages = [[role, text.encode("utf-8", "replace").decode()] for role, text in told]
    return content_hash([model, messages, form.model_json_schema()])


def asking(
    model: Runnable[Any, Any],
    name: str,
    form: type[F],
    answers: Answers | None = None,
    meter: Meter | None = None,
    patience: float = PATIENCE,
) -> Ask[F]:
    """The way to ask a model that is bound by ``in_form``: what was answered before is not asked again."""

    def asked(messages: Sequence[BaseMessage]) -> Answer[F]:
        if answers is None:
            return ask(model, messages, form, meter, patience)
        key = question_key(name, ((each.type, each.text) for each in messages), form)
        answer = answers.get(key, form)
        if answer is None:
            answer = ask(model, messages, form, meter, patience)
            answers.put(key, answer)
        return answer

    return asked


def in_form(model: BaseChatModel, form: type[BaseModel]) -> Runnable[Any, Any]:
    """The model, bound to answer with a filled-in form. Raises ``UnsuitableModel``."""
    try:
        return model.with_structured_output(form, method="json_schema", include_raw=True)
    except (NotImplementedError, ValueError, TypeError) as error:
        raise UnsuitableModel(
            f"{type(model).__name__} cannot answer by a JSON schema ({error}). Choose a model that can."
        ) from error


def ask(
    model: Runnable[Any, Any],
    messages: Sequence[BaseMessage],
    form: type[F],
    meter: Meter | None = None,
    patience: float = PATIENCE,
) -> Answer[F]:
    """The answer of a model that is bound to ``form``. Raises ``NoAnswer`` after ``patience`` seconds, and nothing else.

    A busy or silent server, a refusal and an answer that is not the form are asked again, with growing pauses; a wrong
    key or an unknown model is not. Each request passes the meter.
    """
    for attempt in _attempts(patience):
        with attempt:
            return _ask_once(model, messages, form, meter)
    raise AssertionError("unreachable: the last attempt returns or raises")


def reply(
    model: Runnable[Any, Any], messages: Sequence[BaseMessage], meter: Meter | None = None, patience: float = PATIENCE
) -> BaseMessage:
    """What a model says that is bound to no form, for instance which of its tools it calls. Raises as ``ask`` does."""
    prompt = sum(tokens(message.text) for message in messages)
    for attempt in _attempts(patience):
        with attempt:
            said: BaseMessage = _sent(model, messages, prompt, meter)
            if meter is not None:
                meter.charge(prompt, _told_usage(said))
            return said
    raise AssertionError("unreachable: the last attempt returns or raises")


def _attempts(patience: float) -> Iterator[stamina.Attempt]:
    return iter(
        stamina.retry_context(
            on=_again, attempts=ATTEMPTS, timeout=patience, wait_initial=FIRST_WAIT, wait_max=LONGEST_WAIT
        )
    )


def _again(error: Exception) -> bool | float:
    if not isinstance(error, NoAnswer) or not error.passing:
        return False
    return True if error.wait is None else error.wait


def _ask_once(
    model: Runnable[Any, Any], messages: Sequence[BaseMessage], form: type[F], meter: Meter | None
) -> Answer[F]:
    prompt = form_tokens(form) + sum(tokens(message.text) for message in messages)
    answer = _sent(model, messages, prompt, meter)
    raw, filled = answer["raw"], answer["parsed"]
    if meter is not None:
        meter.charge(prompt, _told_usage(raw))
    if isinstance(filled, form):
        return Answer(filled, raw.text)
    if raw.additional_kwargs.get("refusal") or type(answer["parsing_error"]).__name__.endswith("RefusalError"):
        raise NoAnswer("the model refused", outage=False, passing=True)
    raise NoAnswer("the model's answer is not the form", outage=False, passing=True)


def _sent(model: Runnable[Any, Any], messages: Sequence[BaseMessage], prompt: int, meter: Meter | None) -> Any:  # noqa: ANN401 - what the model is bound to give
    """What one request brings. The caller charges for it; where it fails that is done."""
    if meter is not None:
        meter.admit(prompt)
    try:
        return model.invoke(list(messages))
    except Exception as error:  # a provider may raise anything at all; no document may be lost to it
        failure = _no_answer(error)
        if meter is not None:
            meter.charge(prompt, None if failure.billed else Usage())
        raise failure from error


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
