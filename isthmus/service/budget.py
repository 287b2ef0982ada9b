"""What questions to a language model may cost: tokens, money, and the account that keeps to it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from threading import Condition

from isthmus.errors import UsageError
from isthmus.extractors.chat.asking import NotAllowed, Usage

# What an answer may have at most; the provider cuts it there, so that a request's cost is known before it is sent.
LONGEST_ANSWER = 4_000  # tokens: a model that thinks before it answers needs most of them for that
MILLION = 1_000_000
SPENT = "the budget is spent"

_AMOUNT = re.compile(r"(\d[\d_]*(?:\.\d+)?|\.\d+)\s*(tokens?|usd)?", re.IGNORECASE)


class BadBudget(UsageError):
    """A budget that cannot be read, or that needs a price."""


@dataclass(frozen=True, slots=True)
class Price:
    """Money for a million tokens, in whatever currency the budget is in."""

    input: float = 0.0
    output: float = 0.0

    def of(self, usage: Usage) -> float:
        """What these tokens cost.

        >>> Price(0.25, 2).of(Usage(1_000_000, 500_000))
        1.25
        """
        return (usage.input * self.input + usage.output * self.output) / MILLION


@dataclass(frozen=True, slots=True)
class Budget:
    """The most that may be spent: tokens, money, or both; None is without bound."""

    tokens: int | None = None
    money: float | None = None

    @classmethod
    def parse(cls, text: str) -> Budget:
        """Read ``20000``, ``20000tokens``, ``0.50usd`` or both, with a comma between. Raises ``BadBudget``.

        >>> Budget.parse("20000"), Budget.parse("0.50usd,20_000 tokens")
        (Budget(tokens=20000, money=None), Budget(tokens=20000, money=0.5))
        """
        read: dict[str, float] = {}
        for part in text.split(","):
            amount = _AMOUNT.fullmatch(part.strip())
            unit = "money" if amount and (amount[2] or "").lower() == "usd" else "tokens"
            if amount is None or unit in read or (unit == "tokens" and "." in amount[1]):
                raise BadBudget(f"{text!r} is no budget. Write 20000 for tokens, 0.50usd for money, or 20000,0.50usd.")
            read[unit] = float(amount[1].replace("_", ""))
        return cls(int(read["tokens"]) if "tokens" in read else None, read.get("money"))

    def allows(self, usage: Usage, price: Price) -> bool:
        """Whether so much may be spent."""
        within = self.tokens is None or usage.total <= self.tokens
        return within and (self.money is None or price.of(usage) <= self.money)

    def need(self, price: Price) -> None:
        """Raise ``BadBudget`` where money is bounded and the price is not known."""
        if self.money is not None and not (price.input or price.output):
            raise BadBudget(
                "a budget in money needs the model's price: set ISTHMUS_LLM_INPUT_PRICE and ISTHMUS_LLM_OUTPUT_PRICE "
                "to what a million tokens cost, or give the budget in tokens."
            )


class Account:
    """Counts what is spent, and stops before the budget is passed: implements ``Meter``.

    A request is let through only if the budget would hold with the longest answer, and with those of the requests that are
    on their way; where it would not for these alone, it waits for them. What nobody told is counted as the most that it can
    have been. Threads may share an account.
    """

    def __init__(self, budget: Budget, price: Price) -> None:
        self.budget, self.price = budget, price
        self.spent = Usage()
        self.requests = 0
        self.stopped = ""
        self._under_way = Usage()
        self._changed = Condition()

    @property
    def money(self) -> float:
        """What was spent."""
        return self.price.of(self.spent)

    @property
    def most_spent(self) -> Usage:
        """What was spent, and what requests on their way may come to."""
        with self._changed:
            return self.spent + self._under_way

    def stop(self, reason: str) -> None:
        """Let no request through any more."""
        with self._changed:
            self.stopped = self.stopped or reason
            self._changed.notify_all()

    def admit(self, prompt: int) -> None:
        """Let a request of so many tokens through. Raises ``NotAllowed`` where it could pass the budget, and ever after."""
        most = Usage(prompt, LONGEST_ANSWER)
        with self._changed:
            while not self.stopped and not self.budget.allows(self.spent + self._under_way + most, self.price):
                if not self._under_way.total:
                    self.stop(SPENT)
                    break
                self._changed.wait()
            if self.stopped:
                raise NotAllowed(self.stopped)
            self.requests += 1
            self._under_way += most

    def charge(self, prompt: int, usage: Usage | None) -> None:
        """Count what a request cost that was let through."""
        most = Usage(prompt, LONGEST_ANSWER)
        with self._changed:
            self._under_way -= most
            self.spent += most if usage is None else usage
            self._changed.notify_all()
