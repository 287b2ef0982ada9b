"""The cascade: what the compact extractor is unsure of goes to a language model, the best questions first.

``preflight.Plan`` collects the questions, ``Cascade`` asks them within a budget. A document is never lost: what the compact
extractor found stays, and ``reason`` says what had no answer. ``Extraction.extractor`` says how far it went:
``COMPACT&MODEL`` where all of a document's questions were put, ``COMPACT&MODEL 2/3`` where some were, ``COMPACT`` where
none was.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from typing import Any, Protocol

from isthmus.extractors.chat.asking import Ask, Meter, NoAnswer, NotAllowed, Usage
from isthmus.extractors.chat.assembly import Ground, Reading, assemble, dropped_note, unread_note
from isthmus.extractors.chat.doubts import Question
from isthmus.extractors.chat.findings import Findings
from isthmus.extractors.chat.reading import read_passage
from isthmus.extractors.reading import Note, Unreadable
from isthmus.graph.model import Extraction
from isthmus.service.budget import SPENT, Account, Budget, Price
from isthmus.service.preflight import Estimate, Held, Plan

MOST_OUTAGES = 2  # questions in a row that a server leaves unanswered, after all patience, before no more are sent


class Adviser(Protocol):
    """A language model as the cascade sees it. ``name`` is ``provider:model/version`` and written on the evidence."""

    name: str
    ground: Ground
    reads_reports: bool

    def ask_with(self, meter: Meter) -> Ask[Findings]:
        """The way to ask, counted by the meter."""

    def has_answered(self, question: Question) -> bool:
        """Whether the answer is there already and costs nothing."""


@dataclass
class Asked:
    """What asking came to. ``documents`` got something from the model, ``new_statements`` were not there before."""

    model: str = ""
    documents: int = 0
    answers: int = 0
    new_mentions: int = 0
    new_statements: int = 0
    new_evidence: int = 0
    dropped: Counter[str] = field(default_factory=Counter)
    unanswered: Counter[str] = field(default_factory=Counter)

    def as_json(self, account: Account) -> dict[str, Any]:
        """The counts and the bill as the command line prints them."""
        return {
            "model": self.model,
            "documents": self.documents,
            "answers": self.answers,
            "new_mentions": self.new_mentions,
            "new_statements": self.new_statements,
            "new_evidence": self.new_evidence,
            "dropped": dict(self.dropped),
            "unanswered": dict(self.unanswered),
            "requests": account.requests,
            "tokens": {"input": account.spent.input, "output": account.spent.output},
            "money": round(account.money, 6),
            "stopped": account.stopped,
        }


class Cascade:
    """Compact extractions in, the same with a language model's checked findings out."""

    def __init__(self, adviser: Adviser, compact: str, budget: Budget, price: Price) -> None:
        self.plan = Plan(
            compact,
            budget,
            price,
            model=adviser.name,
            reads_reports=adviser.reads_reports,
            has_answered=adviser.has_answered,
        )
        self.account = Account(budget, price)
        self.asked = Asked(adviser.name)
        self.spent_on: dict[str, Usage] = {}  # of each document, until it is taken away from here
        self._adviser = adviser
        self._outages = 0

    def ask(self) -> Iterator[Extraction]:
        """Put the questions in their order; hand out each document once it waits for nothing more. Raises nothing.

        Once the budget is spent, or the server is away, no request is sent; what was answered before is used all the same.
        """
        ask = self._adviser.ask_with(self.account)
        for held, question in self.plan.take():
            before = self.account.spent
            try:
                held.readings.append(Reading(question.passage, read_passage(ask, question.passage)))
            except NoAnswer as failure:
                self._fail(held, failure)
            else:
                self._outages = 0
                self.asked.answers += 1
                held.settled += 1
            document = held.extraction.document.id
            self.spent_on[document] = self.spent_on.get(document, Usage()) + (self.account.spent - before)
            held.waiting -= 1
            if not held.waiting:
                yield self._finished(held)

    def summary(self) -> dict[str, Any]:
        """What it came to and what it cost, as JSON."""
        return self.asked.as_json(self.account)

    def _fail(self, held: Held, failure: NoAnswer) -> None:
        self.asked.unanswered[str(failure)] += 1
        if str(failure) != SPENT:
            held.unread[str(failure)] += 1
        if not failure.outage:
            held.settled += 1
        elif not isinstance(failure, NotAllowed):
            self._outages += 1
            if self._outages == MOST_OUTAGES or not failure.passing:
                self.account.stop(str(failure))

    def _finished(self, held: Held) -> Extraction:
        found = assemble(held.extraction, self._adviser.name, self._adviser.ground, held.readings)
        before, after = held.extraction, found.extraction
        self.asked.documents += bool(held.readings)
        self.asked.new_mentions += len(after.mentions) - len(before.mentions)
        self.asked.new_statements += len(after.statements) - len(before.statements)
        self.asked.new_evidence += len(after.evidence) - len(before.evidence)
        self.asked.dropped.update(str(each.fault) for each in found.dropped)
        name = self.plan.whole if held.settled == held.questions else self.plan.compact
        if len(held.readings) > 0 and held.settled < held.questions:
            name = f"{self.plan.whole} {held.settled}/{held.questions}"
        notes = (before.reason, dropped_note(found.dropped), unread_note(held.unread))
        return replace(after, extractor=name, reason="; ".join(note for note in notes if note))


def consulted(
    results: Iterable[Extraction | Unreadable | Note], cascade: Cascade, preflight: Callable[[Estimate], None]
) -> Iterator[Extraction | Unreadable | Note]:
    """Results of reading, with what the model adds; ``preflight`` is told the estimate before the first request."""
    for result in results:
        if isinstance(result, Extraction):
            yield from cascade.plan.consider(result)
        else:
            yield result
    preflight(cascade.plan.estimate())
    yield from cascade.ask()
