"""What there is to ask a language model, in which order, and what it would cost: nothing is sent from here."""

from __future__ import annotations

from bisect import insort
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from typing import Any

from isthmus.extractors.chat.asking import Usage
from isthmus.extractors.chat.assembly import Reading
from isthmus.extractors.chat.doubts import Question, questions
from isthmus.extractors.chat.extractor import REPORTS_STAY
from isthmus.graph.model import DocumentKind, Extraction
from isthmus.service.budget import Budget, Price
from isthmus.service.extraction import JOINT

# Questions are kept for so many times the budget: an answer may be shorter than it was taken for, or be there already.
SLACK = 1.5


@dataclass(frozen=True, slots=True)
class Estimate:
    """The preflight: what there is to ask, and how much of it the budget is good for. Counts ``total`` and ``affordable``.

    ``answered_before`` questions cost nothing. ``reports_kept`` clinical reports have questions that may not be sent.
    """

    model: str
    documents: int
    doubtful_sentences: int
    questions: int
    answered_before: int
    reports_kept: int
    total: Usage
    total_money: float
    affordable_questions: int
    affordable: Usage
    affordable_money: float

    def as_json(self) -> dict[str, Any]:
        """The estimate as the command line prints it."""
        return {
            "model": self.model,
            "documents": self.documents,
            "doubtful_sentences": self.doubtful_sentences,
            "questions": self.questions,
            "answered_before": self.answered_before,
            "reports_kept": self.reports_kept,
            "tokens": {"input": self.total.input, "output": self.total.output},
            "money": round(self.total_money, 6),
            "within_budget": {
                "questions": self.affordable_questions,
                "tokens": {"input": self.affordable.input, "output": self.affordable.output},
                "money": round(self.affordable_money, 6),
            },
        }

    def __str__(self) -> str:
        cost = f"{self.total.total:,} tokens" + (f", {self.total_money:.2f} in money" if self.total_money else "")
        within = f"{self.affordable.total:,} tokens" + (
            f", {self.affordable_money:.2f} in money" if self.affordable_money else ""
        )
        kept = f"; {self.reports_kept:,} clinical reports stay here" if self.reports_kept else ""
        return (
            f"{self.doubtful_sentences:,} doubtful sentences of {self.documents:,} documents make {self.questions:,} "
            f"questions ({self.answered_before:,} answered before), about {cost}; within the budget "
            f"{self.affordable_questions:,} of them, about {within}{kept}"
        )


@dataclass
class Held:
    """A document that waits for answers: ``questions`` it has in all, ``waiting`` of which may be asked."""

    extraction: Extraction
    questions: int
    waiting: int = 0
    settled: int = 0  # answered, or without hope of an answer
    readings: list[Reading] = field(default_factory=list)
    unread: Counter[str] = field(default_factory=Counter)


@dataclass(frozen=True, slots=True)
class _Planned:
    document: str
    number: int
    question: Question
    cost: Usage

    @property
    def rank(self) -> tuple[bool, float, str, int]:
        """What is answered already first, then by gain per token; the rest makes the order certain."""
        return self.cost.total > 0, -self.question.gain_per_token, self.document, self.number


class Plan:
    """The questions worth asking, in their order, and the documents that wait for them.

    Only as many questions are kept as the budget may be good for, so memory does not grow with the input: ``consider``
    hands back at once what nothing will be asked about. ``compact`` is the name of the extractor whose doubts count.
    With ``holding`` false all documents are handed back, for an estimate alone.
    """

    def __init__(
        self,
        compact: str,
        budget: Budget,
        price: Price,
        *,
        model: str = "",
        reads_reports: bool = False,
        has_answered: Callable[[Question], bool] = lambda question: False,
        holding: bool = True,
    ) -> None:
        budget.need(price)
        self.compact, self.model, self._budget, self._price = compact, model, budget, price
        self._reads_reports, self._has_answered, self._holding = reads_reports, has_answered, holding
        self._order: list[_Planned] = []
        self._cost = Usage()
        self._held: dict[str, Held] = {}
        self._counts: Counter[str] = Counter()
        self._total = Usage()

    @property
    def whole(self) -> str:
        """The extractor's name on a document that is done with."""
        return f"{self.compact}{JOINT}{self.model}"

    def consider(self, extraction: Extraction) -> list[Extraction]:
        """Take an extraction in; hand out those that are ready: nothing of them is doubtful, or too little for the budget."""
        if extraction.extractor != self.compact:
            return [extraction]
        ready = self.release(extraction.document.id)  # the same document twice is handed out twice
        asked = questions(extraction)
        self._counts["documents"] += 1
        if not asked:
            return [*ready, replace(extraction, extractor=self.whole)]
        if extraction.document.kind is DocumentKind.REPORT and not self._reads_reports:
            self._counts["reports"] += 1
            reasons = (extraction.reason, REPORTS_STAY)
            return [*ready, replace(extraction, reason="; ".join(filter(None, reasons)))]
        held = self._held[extraction.document.id] = Held(extraction, len(asked))
        for number, question in enumerate(asked):
            self._insert(extraction.document.id, number, question)
            held.waiting += 1
        ready += self._let_go()
        if not self._holding:
            self._held.pop(extraction.document.id, None)
        return ready

    def release(self, document: str) -> list[Extraction]:
        """Hand out a document that waits, as it is: another version of it comes, or it is withdrawn."""
        held = self._held.pop(document, None)
        if held is None:
            return []
        for planned in [each for each in self._order if each.document == document]:
            self._order.remove(planned)
            self._cost = _less(self._cost, planned.cost)
        return [held.extraction]

    def take(self) -> Iterator[tuple[Held, Question]]:
        """The questions in their order, each once, with the document that waits for it."""
        order, self._order, self._cost = self._order, [], Usage()
        for planned in order:
            yield self._held[planned.document], planned.question
        self._held = {}

    def estimate(self) -> Estimate:
        """What there is to ask so far."""
        within, count = Usage(), 0
        for planned in self._order:
            if self._budget.allows(within + planned.cost, self._price):
                within, count = within + planned.cost, count + 1
        return Estimate(
            self.model,
            self._counts["documents"],
            self._counts["sentences"],
            self._counts["questions"],
            self._counts["answered"],
            self._counts["reports"],
            self._total,
            self._price.of(self._total),
            count,
            within,
            self._price.of(within),
        )

    def _insert(self, document: str, number: int, question: Question) -> None:
        answered = self._has_answered(question)
        planned = _Planned(document, number, question, Usage() if answered else question.tokens)
        insort(self._order, planned, key=lambda each: each.rank)
        self._cost += planned.cost
        self._total += planned.cost
        self._counts["questions"] += 1
        self._counts["answered"] += answered
        self._counts["sentences"] += len(question.doubts)

    def _let_go(self) -> Iterator[Extraction]:
        """Drop the last questions while the others are enough for the budget, and documents that none is left of."""
        while self._order:
            others = _less(self._cost, self._order[-1].cost)
            kept = Usage(int(others.input / SLACK), int(others.output / SLACK))
            if self._budget.allows(kept, self._price):
                return
            last = self._order.pop()
            self._cost = others
            held = self._held.get(last.document)
            if held is not None:
                held.waiting -= 1
                if not held.waiting:
                    yield self._held.pop(last.document).extraction


def _less(one: Usage, other: Usage) -> Usage:
    return Usage(one.input - other.input, one.output - other.output)
