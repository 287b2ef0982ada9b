"""A document cut into passages that a model can read, and the way back from a quote to the document's characters."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from isthmus.extractors.chat.instructions import speaks_to_a_model
from isthmus.extractors.readers.visible_text import visible
from isthmus.extractors.text.sentences import Sentence, document_sentences
from isthmus.graph.model import Document

PASSAGE_LENGTH = 1200  # characters: a short abstract at once; longer ones make small models lose the thread
GAP = "\n[…]\n"  # what a model sees where sentences are left out
_NOWHERE = -1  # the origin of the characters of a gap


@dataclass(frozen=True)
class Passage:
    """Sentences of one document, in order.

    ``sentences`` are pairs of a sentence and its ordinal in the document. ``origin[i]`` is the offset in the document of
    the i-th character of ``visible``, which is the passage without its hidden characters, and with ``GAP`` where
    sentences are left out.
    """

    sentences: tuple[tuple[int, Sentence], ...]
    visible: str
    origin: tuple[int, ...]

    @classmethod
    def of(cls, text: str, sentences: tuple[tuple[int, Sentence], ...]) -> Passage:
        """The passage of these sentences."""
        shown: list[str] = []
        origin: list[int] = []
        before: tuple[int, Sentence] | None = None
        for ordinal, sentence in sentences:
            start = sentence.start
            if before is not None and ordinal == before[0] + 1:
                start = before[1].end
            elif before is not None:
                shown.append(GAP)
                origin.extend([_NOWHERE] * len(GAP))
            piece = text[start : sentence.end]
            if visible(piece) == piece:
                shown.append(piece)
                origin.extend(range(start, sentence.end))
            else:
                for offset, character in enumerate(map(visible, piece), start):
                    shown.append(character)
                    origin.extend([offset] * len(character))
            before = ordinal, sentence
        return cls(sentences, "".join(shown), tuple(origin))

    def find(self, quote: str, within: tuple[int, int] | None = None) -> list[tuple[int, int]]:
        """Where the quote stands in the document, in order: start and end offsets, inside of ``within`` where given.

        Letters must agree exactly; a run of white space agrees with any other, since line ends are not words. A quote
        does not match inside a longer word: "APP" is not in "APPL1". No quote goes over a gap.
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
            if _NOWHERE not in self.origin[match.start() : match.end()]
        )
        low, high = within or (0, self._end)
        return [(start, end) for start, end in spans if low <= start and end <= high]

    def covering(self, start: int, end: int) -> tuple[tuple[int, Sentence], ...]:
        """The sentences that a span of the document touches, with their ordinals."""
        return tuple(pair for pair in self.sentences if pair[1].start < end and start < pair[1].end)

    def speaks_to_a_model(self, sentence: Sentence) -> bool:
        """Whether a sentence of the passage is not for its readers."""
        return sentence in self._spoken

    @cached_property
    def _spoken(self) -> frozenset[Sentence]:
        return frozenset(
            sentence for _, sentence in self.sentences if speaks_to_a_model(self._shown(sentence.start, sentence.end))
        )

    def _shown(self, start: int, end: int) -> str:
        return "".join(
            character for character, offset in zip(self.visible, self.origin, strict=True) if start <= offset < end
        )

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
