"""What is told of each request to a chat model: whose it is, how it ended, its time, its tokens and what they cost."""

from __future__ import annotations

from time import monotonic
from typing import Any
from uuid import UUID

from langchain_core.callbacks import BaseCallbackHandler
from langchain_core.messages import AIMessage
from langchain_core.outputs import ChatGeneration, LLMResult

from isthmus.service.settings import settings
from isthmus.steps import Fact, told


class ModelCalls(BaseCallbackHandler):
    """LangChain calls this in the thread that asks, before and after each request; words of either side are passed over."""

    def __init__(self, provider: str) -> None:
        self._provider = provider
        self._began: dict[UUID, float] = {}

    def on_chat_model_start(self, serialized: Any, messages: Any, *, run_id: UUID, **more: Any) -> None:  # noqa: ANN401
        """A request is sent."""
        self._began[run_id] = monotonic()

    def on_llm_end(self, response: LLMResult, *, run_id: UUID, **more: Any) -> None:  # noqa: ANN401
        """It was answered; whether the answer is of use is another question."""
        sent, came = _tokens(response)
        price = settings()
        money = (sent * price.llm_input_price + came * price.llm_output_price) / 1e6
        self._tell(run_id, outcome="answered", tokens_in=sent, tokens_out=came, money=money)

    def on_llm_error(self, error: BaseException, *, run_id: UUID, **more: Any) -> None:  # noqa: ANN401
        """It was not."""
        self._tell(run_id, outcome="failed")

    def _tell(self, run_id: UUID, **facts: Fact) -> None:
        began = self._began.pop(run_id, None)
        if began is not None:
            told("llm.ask", monotonic() - began, provider=self._provider, **facts)


def _tokens(response: LLMResult) -> tuple[int, int]:
    """In and out, as the server told them; 0 where it did not."""
    sent = came = 0
    for generation in (each for several in response.generations for each in several):
        message = generation.message if isinstance(generation, ChatGeneration) else None
        usage = message.usage_metadata if isinstance(message, AIMessage) else None
        if usage:
            sent, came = sent + usage["input_tokens"], came + usage["output_tokens"]
    return sent, came
