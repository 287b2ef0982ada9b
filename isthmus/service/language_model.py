"""Opening a chat model of any provider, by LangChain's names for them."""

from __future__ import annotations

import ipaddress
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from isthmus.errors import IsthmusError, UsageError

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

    from isthmus.extractors.chat import ChatExtractor
    from isthmus.extractors.chat.asking import Ask, Meter
    from isthmus.extractors.chat.assembly import Ground
    from isthmus.extractors.chat.doubts import Question
    from isthmus.extractors.chat.findings import Findings
    from isthmus.extractors.lexicon.lexicon import Lexicon
    from isthmus.graph.model import Entity
    from isthmus.graph.vocabulary import Category
    from isthmus.service.answers_kept import AnswerFolder

SUREST_ENOUGH = 0.3  # a name's best reading below this prior is left ungrounded
# Servers on this machine ask for no key, but their clients do; and no real key should go to an address that was set.
NO_KEY = "none"


class NoLanguageModels(IsthmusError):
    """A package that the chat model needs is not installed."""


class UnknownModel(UsageError):
    """A model's name that LangChain cannot read."""


def open_chat_model(
    name: str, base_url: str | None = None, api_key: str | None = None, longest_answer: int | None = None
) -> BaseChatModel:
    """The chat model ``provider:model``, for instance ``openai:gpt-5-mini``; nothing is sent yet.

    ``base_url`` is the address of another server that speaks the provider's protocol. Without ``api_key`` the
    provider's own variable is used, but never for a ``base_url``. ``longest_answer`` is the number of tokens after which
    an answer is cut. Retries are the caller's. Raises ``NoLanguageModels`` where a package is missing and
    ``UnknownModel`` where the provider is unknown.
    """
    from isthmus.service.settings import settings

    try:
        from langchain.chat_models import init_chat_model
    except ImportError as error:
        raise NoLanguageModels("language models need more packages: pip install isthmus[llm]") from error
    provider, colon, model = name.partition(":")
    if not (provider and colon and model):
        raise UnknownModel(f"{name!r} is not provider:model. Write for instance openai:gpt-5-mini.")
    key = api_key or (NO_KEY if base_url else None)
    options = {"base_url": base_url, "api_key": key, "max_tokens": longest_answer}
    given: dict[str, Any] = {option: value for option, value in options.items() if value}
    from isthmus.service.telemetry.model_calls import ModelCalls

    try:
        return init_chat_model(
            model,
            model_provider=provider,
            configurable_fields=None,
            timeout=settings().llm_timeout,
            max_retries=0,
            callbacks=[ModelCalls(provider)],
            **given,
        )
    except ImportError as error:
        raise NoLanguageModels(f"the provider {provider!r} needs its own package. {_line(error)}") from error
    except ValueError as error:
        raise UnknownModel(f"{name!r} cannot be used: {_line(error)}") from error
    except Exception as error:  # each provider's client has its own complaint about a missing key
        raise UnknownModel(f"{name!r} cannot be used: {_line(error)} Set ISTHMUS_LLM_API_KEY?") from error


def chat_extractor(name: str) -> ChatExtractor:
    """The extractor that asks this model, with the settings' address and key and the lexicon's concepts.

    Raises ``NoLanguageModels``, ``UnknownModel`` or ``UnsuitableModel``.
    """
    from isthmus.service.lexicon import lexicon
    from isthmus.service.settings import settings

    base_url, key = settings().llm_base_url, settings().llm_api_key.get_secret_value()
    model = open_chat_model(name, base_url or None, key or None)

    from isthmus.extractors.chat import ChatExtractor

    return ChatExtractor(
        model,
        grounding(lexicon()),
        versioned(name),
        reads_reports=may_read_reports(),
        answers=answers_kept(),
    )


class ModelAdviser:
    """A chat model that the cascade asks: implements ``Adviser``. Raises ``UnsuitableModel``."""

    def __init__(
        self, model: BaseChatModel, name: str, ground: Ground, answers: AnswerFolder, *, reads_reports: bool
    ) -> None:
        from isthmus.extractors.chat.asking import in_form
        from isthmus.extractors.chat.findings import Findings

        self.name, self.ground, self.reads_reports = name, ground, reads_reports
        self._model, self._answers = in_form(model, Findings), answers

    def ask_with(self, meter: Meter) -> Ask[Findings]:
        """The way to ask, counted by the meter; kept answers pass it by."""
        from isthmus.extractors.chat.asking import asking
        from isthmus.extractors.chat.findings import Findings

        return asking(self._model, self.name, Findings, self._answers, meter)

    def has_answered(self, question: Question) -> bool:
        """Whether the answer is kept."""
        return has_answered(self.name, self._answers, question)


def adviser(name: str) -> ModelAdviser:
    """The model that the cascade asks, with the settings' address and key and the lexicon's concepts.

    Raises ``NoLanguageModels``, ``UnknownModel`` or ``UnsuitableModel``.
    """
    from isthmus.service.budget import LONGEST_ANSWER
    from isthmus.service.lexicon import lexicon
    from isthmus.service.settings import settings

    base_url, key = settings().llm_base_url, settings().llm_api_key.get_secret_value()
    model = open_chat_model(name, base_url or None, key or None, LONGEST_ANSWER)
    return ModelAdviser(model, versioned(name), grounding(lexicon()), answers_kept(), reads_reports=may_read_reports())


def versioned(name: str) -> str:
    """The model's name with the version of what it is told, as it stands on evidence."""
    from isthmus.extractors.chat.prompt import PROMPT_VERSION

    return f"{name}/{PROMPT_VERSION}"


def answers_kept() -> AnswerFolder:
    """Where answers of the settings' server are kept. Two servers may give one name to two models."""
    from isthmus.graph.model import content_hash
    from isthmus.service.answers_kept import AnswerFolder
    from isthmus.service.settings import data_folder, settings

    return AnswerFolder(data_folder() / "answers" / content_hash(settings().llm_base_url)[:12])


def has_answered(name: str, answers: AnswerFolder, question: Question) -> bool:
    """Whether a question to the model of this versioned name was answered before; no model is needed to know."""
    from isthmus.extractors.chat.asking import question_key
    from isthmus.extractors.chat.findings import Findings
    from isthmus.extractors.chat.reading import first_messages

    return question_key(name, first_messages(question.passage), Findings) in answers


def may_read_reports() -> bool:
    """Whether the settings' model may be sent clinical reports: it runs on this machine, or somebody said so."""
    from isthmus.service.settings import settings

    return settings().llm_clinical or on_this_machine(settings().llm_base_url)


def grounding(lexicon: Lexicon) -> Ground:
    """The likeliest concept of a name among those of its category, its ancestors and descendants."""

    def ground(text: str, category: Category) -> Entity | None:
        for candidate in lexicon.candidates(text):
            found = candidate.entity.category
            if candidate.score >= SUREST_ENOUGH and (category.includes(found) or found.includes(category)):
                return candidate.entity
        return None

    return ground


def on_this_machine(address: str) -> bool:
    """Whether an address is of the loopback interface: what is sent there goes nowhere.

    >>> on_this_machine("http://127.0.0.1:8080/v1"), on_this_machine("http://127.0.0.1.example.org/v1")
    (True, False)
    """
    host = urlsplit(address).hostname or ""
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _line(error: Exception) -> str:
    """The first line of a foreign message."""
    return next((line.strip() for line in str(error).splitlines() if line.strip()), type(error).__name__)
