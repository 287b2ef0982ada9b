"""Where sentences begin and end.

biosenter, a small model trained on PubMed and PMC text, finds the ends ("Fig. 2", "approx. 37 C. The"); what lies around
it keeps it in bounds: blank lines and list items are ends already, and a run of text without any end is cut.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache
from typing import NamedTuple, TypeAlias

import biosenter
from spacy.language import Language

from isthmus.graph.model import Document

# Longer pieces are cut at a space: the parser's time grows faster than a sentence's length.
LONGEST = 1500

_HARD_BREAK = re.compile(
    r"\n(?:[^\S\n]*\n)+"  # blank lines
    r"|\n(?=[^\S\n]*(?:[-*•#>|]|\d{1,3}[.)])\s)"  # the next line is a list item, a heading or a quotation
    r"|(?<=[.!?:;])[^\S\n]*\n"  # the line ends as a sentence does
    r"|(?:(?<=\n)|\A)[^\S\n]*#[^\n]*\n"  # the line is a heading
)
# Long runs of signs cost the tokenizer time in the square of their length, and hold no sentence.
_RUN_OF_SIGNS = re.compile(r"[^\w\s]{40}")
_PLAIN_END = re.compile(r"[.!?]\s+")
# What the model gets wrong: a genus cut to its initial where a sentence begins with it, and ends that are no full stop.
_INITIAL = re.compile(r"\b(?:[A-Z][a-z]?|subsp|var)\.\Z")
_NUMBER = re.compile(r"\s*\(?\d{1,3}[.)]\s*\Z")  # of a list's item
_OTHER_END = re.compile(r"(?:[?!]|[.?!][\"”])\s+(?=[A-Z])")
# For ``split_by_rule``: an end, and what looks like one.
_RULED_END = re.compile(r"[.?!][\"”’)\]]*\s+(?=[A-Z0-9\"“‘(\[])")
_SHORTENED = re.compile(
    r"\b(?:Figs?|Dr|Prof|vs|cf|al|e\.g|i\.e|approx|ca|Nos?|St|spp?|subsp|var|Eqs?|Refs?|resp|Mrs?|Ms)\.\Z"
)
_MAY_END_INSIDE = re.compile(r"[.!?:;)\]\"'”]\s|\n")


class Sentence(NamedTuple):
    """A sentence of a document: characters ``start:end`` of ``document.text``, and its section's label."""

    start: int
    end: int
    section: str


# Texts to the spans of each one's sentences.
Split: TypeAlias = Callable[[Iterable[str]], Iterator[list[tuple[int, int]]]]


@lru_cache(maxsize=1)
def _senter() -> Language:
    # Words never seen before must not pile up in a process that reads for days: biosenter's own vocabulary is enough.
    return biosenter.load()  # type: ignore[no-any-return]  # biosenter is untyped


def sentence_spans(text: str) -> list[tuple[int, int]]:
    """Start and end of every sentence, in order, without the white space around it.

    The spans do not overlap, none is longer than ``LONGEST``, and every character that is not white space lies in one.
    """
    return next(split_many([text]))


def split_many(texts: Iterable[str], batch_size: int = 64) -> Iterator[list[tuple[int, int]]]:
    """``sentence_spans`` of each text, in order, with the model run on batches."""
    batch: list[str] = []
    for text in texts:
        batch.append(text)
        if len(batch) == batch_size:
            yield from _split_batch(batch)
            batch = []
    yield from _split_batch(batch)


def split_by_rule(texts: Iterable[str]) -> Iterator[list[tuple[int, int]]]:
    """``sentence_spans`` of each text without the model: a sentence ends at a full stop that a capital or a number follows."""
    for text in texts:
        found: list[tuple[int, int]] = []
        for low, high in _pieces(text):
            start = low
            for end in _RULED_END.finditer(text, low, high):
                if not _SHORTENED.search(text, max(low, end.start() - 8), end.start() + 1):
                    found.extend(_cut(text, start, end.end()))
                    start = end.end()
            found.extend(_cut(text, start, high))
        yield found


def document_sentences(documents: Iterable[Document], split: Split = split_many) -> Iterator[list[Sentence]]:
    """The sentences of each document: the title is one, and no sentence goes over a section's end."""
    waiting = list(documents)
    spans = split(section.text for document in waiting for section in document.sections)
    for document in waiting:
        found = [Sentence(start, end, "title") for start, end in _cut(document.title, 0, len(document.title))]
        offset = len(document.title) + 1
        for section in document.sections:
            found.extend(Sentence(offset + start, offset + end, section.label) for start, end in next(spans))
            offset += len(section.text) + 1
        yield found


def _split_batch(texts: list[str]) -> Iterator[list[tuple[int, int]]]:
    pieces = [list(_pieces(text)) for text in texts]
    asked = [
        text[start:end]
        for text, spans in zip(texts, pieces, strict=True)
        for start, end in spans
        if _needs_model(text[start:end])
    ]
    answers = _senter().pipe(asked, batch_size=64)
    for text, spans in zip(texts, pieces, strict=True):
        found: list[tuple[int, int]] = []
        for start, end in spans:
            piece = text[start:end]
            bounds = (
                [(span.start_char, span.end_char) for span in next(answers).sents]
                if _needs_model(piece)
                else _plain(piece)
            )
            for low, high in _mended(piece, bounds):
                found.extend(_cut(text, start + low, start + high))
        yield found


def _mended(piece: str, bounds: Iterable[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """The model's sentences, joined after an initial ("C. elegans") and parted after a question or a quotation."""
    joined: list[tuple[int, int]] = []
    for low, high in bounds:
        goes_on = piece[low : low + 1].isascii() and piece[low : low + 1].islower()
        initial = bool(joined) and _INITIAL.search(piece, max(0, joined[-1][1] - 8), joined[-1][1]) is not None
        if (initial and goes_on) or (len(joined) == 1 and _NUMBER.match(piece, 0, joined[0][1])):
            joined[-1] = joined[-1][0], high
        else:
            joined.append((low, high))
    for low, high in joined:
        for end in _OTHER_END.finditer(piece, low, high):
            yield low, end.end()
            low = end.end()
        yield low, high


def _needs_model(piece: str) -> bool:
    return _MAY_END_INSIDE.search(piece.strip()) is not None and _RUN_OF_SIGNS.search(piece) is None


def _plain(piece: str) -> list[tuple[int, int]]:
    ends = [match.end() for match in _PLAIN_END.finditer(piece)]
    return list(zip([0, *ends], [*ends, len(piece)], strict=True))


def _pieces(text: str) -> Iterator[tuple[int, int]]:
    """Paragraphs and list items, long ones cut where a sentence seems to end, so that the model's memory is bounded."""
    start = 0
    for end in [*(match.end() for match in _HARD_BREAK.finditer(text)), len(text)]:
        while end - start > 4 * LONGEST:
            cut = _good_cut(text, start, start + 4 * LONGEST)
            yield start, cut
            start = cut
        if start < end:
            yield start, end
        start = end


def _cut(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    while end - start > LONGEST:
        cut = _good_cut(text, start, start + LONGEST)
        yield from _trim(text, start, cut)
        start = cut
    yield from _trim(text, start, end)


def _good_cut(text: str, start: int, limit: int) -> int:
    """The best place to cut in the second half of ``start:limit``: after a full stop, else at a space, else the limit."""
    middle = (start + limit) // 2
    for sign in (". ", "; ", ", ", " ", "\n"):
        at = text.rfind(sign, middle, limit)
        if at >= 0:
            return at + len(sign)
    return limit


def _trim(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    piece = text[start:end]
    stripped = piece.strip()
    if stripped:
        low = start + len(piece) - len(piece.lstrip())
        yield low, low + len(stripped)
