"""Who speaks for a specialist: a chat model, opened by its own name and address or by the settings'."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from isthmus.errors import IsthmusError
from isthmus.extractors.chat.asking import Answer, F, Meter, ask, in_form, reply
from isthmus.service.budget import LONGEST_ANSWER
from isthmus.service.language_model import on_this_machine, open_chat_model
from isthmus.service.panel.specialists import Specialist
from isthmus.service.settings import Settings

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel
    from langchain_core.messages import BaseMessage
    from langchain_core.runnables import Runnable
    from langchain_core.tools import BaseTool

NO_MODEL = "no language model is configured"


class Voice:
    """A chat model that speaks for one specialist or several. Threads may share it.

    ``reads_reports``: whether it may be told what stands in clinical reports.
    """

    def __init__(self, model: BaseChatModel, name: str, *, reads_reports: bool) -> None:
        self.name, self.reads_reports = name, reads_reports
        self._model = model
        self._bound = lru_cache(maxsize=16)(lambda form: in_form(model, form))

    def ask(self, messages: Sequence[BaseMessage], form: type[F], meter: Meter, patience: float) -> Answer[F]:
        """The form, filled in. Raises ``NoAnswer`` or ``UnsuitableModel``."""
        bound: Runnable[Any, Any] = self._bound(form)
        return ask(bound, messages, form, meter, patience)

    def reply(
        self, messages: Sequence[BaseMessage], tools: Sequence[BaseTool], meter: Meter, patience: float
    ) -> BaseMessage:
        """What it says that may call these tools. Raises ``NoAnswer``."""
        return reply(self._model.bind_tools(list(tools)), messages, meter, patience)


def open_voices(panel: Mapping[str, Specialist], settings: Settings) -> dict[str, Voice | str]:
    """The voice of each specialist, or why it has none. Two that name the same model at the same address share one."""
    opened: dict[tuple[str, str], Voice | str] = {}
    voices: dict[str, Voice | str] = {}
    for specialist in panel.values():
        where = _where(specialist, settings)
        if where not in opened:
            opened[where] = _opened(*where, settings)
        voices[specialist.name] = opened[where]
    return voices


def _where(specialist: Specialist, settings: Settings) -> tuple[str, str]:
    """The model's name and the address of its server: its own, or the settings' where the provider is the same."""
    name = specialist.model or settings.llm
    same = name.partition(":")[0] == settings.llm.partition(":")[0]
    return name, specialist.base_url or (settings.llm_base_url if same else "")


def _opened(name: str, address: str, settings: Settings) -> Voice | str:
    if not name:
        return NO_MODEL
    # The settings' key goes nowhere but to the settings' own server.
    ours = address == settings.llm_base_url and name.partition(":")[0] == settings.llm.partition(":")[0]
    key = settings.llm_api_key.get_secret_value() if ours else ""
    try:
        model = open_chat_model(name, address or None, key or None, LONGEST_ANSWER)
    except IsthmusError as error:
        return str(error)
    return Voice(model, name, reads_reports=settings.llm_clinical or on_this_machine(address))
