"""A document cut into passages that a model can read, and the way back from a quote to the document's characters."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from isthmus.extractors.readers.visible_text import visible
from isthmus.extractors.text.sentences import Sentence, document_sentences
from isthmus.graph.model import Document

PASSAGE_LENGTH = 1200  # characters: a short abstract at once; longer ones make small models lose the thread


@dataclass(frozen=True)
class Passage:
    """Consecutive sentences of one document.

    ``sentences`` are pairs of a sentence and its ordinal in the document, in order. ``origin[i]`` is the offset in the
    document of the i-th character of ``visible``, which is the passage without its hidden characters.
    """

    sentences: tuple[tuple[int, Sentence], ...]
    visible: str
    origin: tuple[int, ...]

    @classmethod
    def of(cls, text: str, sentences: tuple[tuple[int, Sentence], ...]) -> Passage:
        """The passage from the first of the sentences to the last."""
        start, end = sentences[0][1].start, sentences[-1][1].end
        shown = [(visible(text[offset]), offset) for offset in range(start, end)]
        return cls(
            sentences,
            "".join(character for character, _ in shown),
            tuple(offset for character, offset in shown if character),
        )

    def find(self, quote: str, within: tuple[int, int] | None = None) -> list[tuple[int, int]]:
        """Where the quote stands in the document, in order: start and end offsets, inside of ``within`` where given.

        Letters must agree exactly; a run of white space agrees with any other, since line ends are not words. A quote
        does not match inside a longer word: "APP" is not in "APPL1".
        """
        words = visible(quote).split()
        if not words:
            return []
        pattern = r"\s+".join(map(re.escape, words))
        if re.match(r"\w", words[0]):
            pattern = r"(?<!\w)" + pattern
        if re.search(r"\w\Z", words[-1]):
            pattern += r"(?!\w)"
        spans = (
            (self.origin[match.start()], self.origin[match.end() - 1] + 1)
            for match in re.finditer(pattern, self.visible)
        )
        low, high = within or (0, self._end)
        return [(start, end) for start, end in spans if low <= start and end <= high]

    def covering(self, start: int, end: int) -> tuple[tuple[int, Sentence], ...]:
        """The sentences that a span of the document touches, with their ordinals."""
        return tuple(pair for pair in self.sentences if pair[1].start < end and start < pair[1].end)

    @cached_property
    def _end(self) -> int:
        return self.sentences[-1][1].end


def passages(document: Document, length: int = PASSAGE_LENGTH) -> Iterator[Passage]:
    """The document as passages of whole sentences, each within one section and at most ``length`` characters.

    A sentence that is longer is a passage by itself. What holds nothing visible is left out.
    """
    waiting: list[tuple[int, Sentence]] = []
    for ordinal, sentence in enumerate(next(document_sentences([document]))):
        if waiting and (sentence.section != waiting[0][1].section or sentence.end - waiting[0][1].start > length):
            yield from _readable(document.text, waiting)
            waiting = []
        waiting.append((ordinal, sentence))
    if waiting:
        yield from _readable(document.text, waiting)


def _readable(text: str, sentences: list[tuple[int, Sentence]]) -> Iterator[Passage]:
    passage = Passage.of(text, tuple(sentences))
    if passage.visible.strip():
        yield passage
