"""A plan in the making: which spans of the question were used for which part, and which were not."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from isthmus.graph.vocabulary import Category, Predicate
from isthmus.service.questions.cues import Kind
from isthmus.service.questions.plan import (
    MAX_HOPS,
    MOST_HOPS,
    MOST_SHOWN,
    TOP,
    UNDIRECTED,
    YEARS,
    End,
    Ignored,
    Mode,
    OutOfRange,
    Part,
    QueryPlan,
    Source,
)
from isthmus.service.questions.spans import Span

_SAYS_NOTHING = frozenset({Kind.MODAL, Kind.JUDGE, Kind.PROPOSAL, Kind.LINK})
_ORDINARY_MODES = frozenset({Mode.ENTITY, Mode.OPEN, Mode.CLOSED, Mode.EVIDENCE})
_REASONS = {
    Kind.NAME: "a plan has two names at most, and this mode has no room for it",
    Kind.CATEGORY: "this mode has no room for another category",
    Kind.FIELD: "a kind of research is a side of a bridge only",
    Kind.VERB: "this mode has no room for another relation",
    Kind.SINCE: "the graph can be asked as it was up to a year, not from one on",
    Kind.YEAR: "another year is the later one",
    Kind.BEFORE: "another year is the later one",
    Kind.TOP: "this mode has no such limit, or another one is given",
    Kind.HOPS: "this mode has no such limit, or another one is given",
    Kind.NEW: "this mode does not tell the known from the new",
    Kind.MODE: "the rest of the question asks for something else",
}


class Draft:
    """The parts of a plan that are known so far. It lives for one question."""

    def __init__(self, text: str, spans: Sequence[Span]) -> None:
        self.text, self.spans = text, tuple(spans)
        self._hints: dict[Span, Span] = {}
        self._used: set[Span] = set()
        self._fields: dict[str, Any] = {}
        self._parts: list[Part] = []
        self._over: dict[Span, str] = {}
        self._words: list[tuple[int, int]] = []

    def of(self, kind: Kind) -> list[Span]:
        """The spans of a kind, in order; hints, and what is passed over, are none of them."""
        out = {*self._hints.values(), *self._over}
        return [span for span in self.spans if span.kind is kind and span not in out]

    def modes(self) -> set[Mode]:
        """The modes that some words speak for."""
        return {span.value for span in self.of(Kind.MODE)}

    def hint(self, name: Span, category: Span) -> None:
        """A category that says which of its meanings a name has."""
        self._hints[name] = category
        self._used.add(category)

    def pass_over(self, span: Span, reason: str) -> None:
        """A span that the plan does nothing with, and why."""
        self._over[span] = reason

    def hint_of(self, name: Span) -> Category | None:
        """The category that a name is said to have."""
        found = self._hints.get(name)
        return None if found is None else found.value

    def verb(self) -> Span | None:
        """The verb that counts: the first."""
        return next(iter(self.of(Kind.VERB)), None)

    def undirected(self, relation: Predicate) -> bool:
        """Whether a relation reads the same both ways."""
        return relation in UNDIRECTED

    def decide(self, mode: Mode, *kinds: Kind) -> Mode:
        """The mode, with the words that speak for it: cues of the mode itself and those of other kinds."""
        for span in self.spans:
            if (span.kind is Kind.MODE and span.value is mode) or span.kind in kinds:
                self._note("mode", span)
        if not any(part.field == "mode" for part in self._parts):  # what else is asked decides it
            self._parts.append(Part(field="mode", source=Source.RULE))
        return mode

    def use(self, span: Span) -> None:
        """A span that was understood, though it is no part of the plan."""
        self._used.add(span)

    def take(self, field: str, value: Any, span: Span) -> None:  # noqa: ANN401 - what the field holds
        """A part of the plan that these words give."""
        self._fields[field] = value
        self._note(field, span)

    def take_words(self, field: str, start: int, end: int) -> None:
        """An end of a bridge that no name, only words stand for."""
        self._fields[field] = End(text=self.text[start:end])
        self._parts.append(Part(field=field, source=Source.RULE, text=self.text[start:end], start=start, end=end))
        self._words.append((start, end))

    def take_category(self) -> Category | None:
        """The category that is asked for: the first one named."""
        for span in self.of(Kind.CATEGORY)[:1]:
            self.take("category", span.value, span)
            category: Category = span.value
            return category
        return None

    def put(self, field: str, value: Any, *, default: bool = False) -> None:  # noqa: ANN401 - as above
        """A part that follows from the others, or that nobody gave."""
        self._fields[field] = value
        self._parts.append(Part(field=field, source=Source.DEFAULT if default else Source.RULE))

    def take_limits(self, mode: Mode) -> None:
        """How much, how far and as of when. Raises ``OutOfRange``."""
        for field, kind, known, most in (
            ("top", Kind.TOP, TOP, MOST_SHOWN),
            ("max_hops", Kind.HOPS, MAX_HOPS, MOST_HOPS),
        ):
            given = self.of(kind)[:1] if mode in known else []
            for span in given:
                if not 1 <= span.value <= most:
                    raise OutOfRange(f"“{span.text}”: {field.replace('_', ' ')} is from 1 to {most}")
                self.take(field, span.value, span)
            if not given and mode in known:
                self.put(field, known[mode], default=True)
        self._take_years(mode)

    def _take_years(self, mode: Mode) -> None:
        dated = [*self.of(Kind.YEAR), *self.of(Kind.BEFORE), *(self.of(Kind.SINCE) if mode is Mode.BACKTEST else ())]
        years = sorted(((span.value - (span.kind is Kind.BEFORE), span) for span in dated), key=lambda pair: pair[0])
        for year, span in years:
            if not YEARS[0] <= year <= YEARS[1]:
                raise OutOfRange(f"“{span.text}”: a year is from {YEARS[0]} to {YEARS[1]}")
        if mode is Mode.BACKTEST:
            for field, (year, span) in zip(("as_of", "until"), years, strict=False):
                self.take(field, year, span)
        elif years:
            self.take("as_of", *years[-1])

    def plan(self, mode: Mode, left: Sequence[tuple[int, int]]) -> QueryPlan:
        """The whole plan, with what was passed over: unused spans and the words that are left. Raises ``BadPlan``."""
        ignored = [
            Ignored(text=span.text, start=span.start, end=span.end, reason=self._over.get(span) or _REASONS[span.kind])
            for span in self.spans
            if span not in self._used and self._says_something(span)
        ]
        ignored += [
            Ignored(text=self.text[start:end], start=start, end=end, reason="no rule reads it")
            for start, end in left
            if (start, end) not in self._words
        ]
        return QueryPlan(
            question=self.text,
            mode=mode,
            parts=tuple(self._parts),
            ignored=tuple(sorted(ignored, key=lambda one: one.start)),
            **self._fields,
        )

    def _note(self, field: str, span: Span) -> None:
        self._used.add(span)
        self._parts.append(Part(field=field, source=Source.RULE, text=span.text, start=span.start, end=span.end))

    def _says_something(self, span: Span) -> bool:
        return span.kind not in _SAYS_NOTHING and not (span.kind is Kind.MODE and span.value in _ORDINARY_MODES)
