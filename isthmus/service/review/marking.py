"""Where in a sentence the two ends of its statement are named, so that a reviewer need not look for them.

The reader's own offsets count where they fit the text; a row without them is searched for the names that the graph knows.
Nothing is marked where neither tells: no mark is better than a wrong one.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from isthmus.graph.model import Document, Entity, Evidence

Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Marked:
    """A sentence with the characters that name subject and object, None where they cannot be told; they never overlap."""

    text: str
    subject: Span | None
    object: Span | None

    def with_marks(self) -> str:
        """The sentence with the subject in «…» and the object in ‹…›.

        >>> Marked("BACE1 cuts APP.", (0, 5), (11, 14)).with_marks()
        '«BACE1» cuts ‹APP›.'
        """
        marks = [(span, sides) for span, sides in ((self.subject, "«»"), (self.object, "‹›")) if span is not None]
        text = self.text
        for (start, end), sides in sorted(marks, reverse=True):
            text = f"{text[:start]}{sides[0]}{text[start:end]}{sides[1]}{text[end:]}"
        return text


def marked(evidence: Evidence, subject: Entity, obj: Entity, document: Document | None = None) -> Marked:
    """The sentence of a piece of evidence with its two names marked."""
    ends = _by_offsets(evidence, document)
    if ends is not None:
        return Marked(evidence.text, *ends)
    found = _named(evidence.text, subject)
    return Marked(evidence.text, found, _named(evidence.text, obj, apart_from=found))


def _by_offsets(evidence: Evidence, document: Document | None) -> tuple[Span, Span] | None:
    """The reader's spans, counted from the sentence's start; None where there are none or they do not fit."""
    spans, start = (evidence.subject_span, evidence.object_span), evidence.start
    if start is None or spans[0] is None or spans[1] is None:
        return None
    text = evidence.text
    if document is not None and document.text[start : start + len(text)] != text:
        return None
    first, second = ((span[0] - start, span[1] - start) for span in (spans[0], spans[1]))
    inside = all(0 <= begin < end <= len(text) for begin, end in (first, second))
    return (first, second) if inside and not _overlap(first, second) else None


def _named(text: str, entity: Entity, apart_from: Span | None = None) -> Span | None:
    """The first place of the longest of its names that stands in the text as a word of its own."""
    for name in _longest_first((entity.name, *entity.synonyms)):
        for found in re.finditer(rf"(?<!\w){re.escape(name)}(?!\w)", text, re.IGNORECASE):
            if apart_from is None or not _overlap(found.span(), apart_from):
                return found.span()
    return None


def _longest_first(names: Iterable[str]) -> list[str]:
    return sorted({name for name in names if name.strip()}, key=lambda name: (-len(name), name))


def _overlap(one: Span, other: Span) -> bool:
    return one[0] < other[1] and other[0] < one[1]
