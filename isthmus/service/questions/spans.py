"""Which words of a question are taken, and by what: the longest reading of any words wins, wherever they stand."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from isthmus.service.questions.cues import NUMBERS, Cue, Kind, cues, fillers

WORD = re.compile(r"[^\W_](?:[\w'’./+-]*[^\W_])?")


@dataclass(frozen=True, slots=True)
class Span:
    """``text[start:end]`` of a question, taken for something."""

    start: int
    end: int
    kind: Kind
    value: Any
    text: str

    @property
    def length(self) -> int:
        """In characters."""
        return self.end - self.start


def visible(text: str) -> str:
    """The text on one line, without characters that do not show.

    >>> visible(f"What{chr(0x200B)} links  X?")
    'What links X?'
    """
    shown = "".join(letter for letter in text if letter.isspace() or unicodedata.category(letter)[0] != "C")
    return " ".join(shown.split())


def cue_spans(text: str) -> list[Span]:
    """Every place where a cue stands, overlaps among them."""
    return [
        Span(match.start(), match.end(), cue.kind, _value(cue, match), match.group())
        for cue in cues()
        for match in cue.pattern.finditer(text)
        if match.group().strip()
    ]


def chosen(spans: Iterable[Span]) -> list[Span]:
    """The spans that stay where some overlap: the longest, then the first, then a cue before a name; in order."""
    taken: list[Span] = []
    for span in sorted(spans, key=lambda one: (-one.length, one.start, one.kind is Kind.NAME)):
        if all(span.end <= other.start or other.end <= span.start for other in taken):
            taken.append(span)
    return sorted(taken, key=lambda one: one.start)


def only_cues(text: str) -> bool:
    """Whether a text is made of words that ask for something, or join others: no name.

    >>> only_cues("the drugs"), only_cues("glutamate release")
    (True, False)
    """
    return all(_is_cue(word.casefold()) for word in WORD.findall(text))


def left_over(text: str, spans: Sequence[Span]) -> list[tuple[int, int]]:
    """Runs of words that no span took and that are no fillers; fillers between two such words belong to the run."""
    runs: list[tuple[int, int]] = []
    for match in WORD.finditer(text):
        if any(span.start < match.end() and match.start() < span.end for span in spans):
            continue
        if match.group().casefold() in fillers():
            continue
        between = text[runs[-1][1] : match.start()] if runs else ""
        joins = runs and not re.search(r"[,;:.?!()]", between) and _only_fillers(between)
        if joins and not any(runs[-1][1] <= span.start < match.start() for span in spans):
            runs[-1] = (runs[-1][0], match.end())
        else:
            runs.append((match.start(), match.end()))
    return runs


@lru_cache(maxsize=1 << 12)
def _is_cue(word: str) -> bool:
    return word in fillers() or word.isdigit() or any(cue.pattern.fullmatch(word) for cue in cues())


def _only_fillers(text: str) -> bool:
    return all(word.casefold() in {"of", "the", "in", "for", "on"} for word in WORD.findall(text))


def _value(cue: Cue, match: re.Match[str]) -> Any:  # noqa: ANN401 - what the cue's kind says
    groups = match.groupdict()
    if groups.get("year"):
        return int(groups["year"])
    if groups.get("decade"):
        return int(groups["decade"]) * 10 + 9
    if groups.get("n"):
        word = groups["n"].casefold()
        number = int(word) if word.isdigit() else NUMBERS.get(word, 1)
        return number + cue.more
    return cue.value
