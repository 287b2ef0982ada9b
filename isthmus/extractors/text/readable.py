"""A document as it can be read: in portions of bounded size, without what is no English text, and the way back.

What is left out keeps no offset from being right: every span that was found in a portion is put back onto the characters of
the document as it came. Left out are parts in other languages, characters that do not show (control characters, marks of
writing direction, soft hyphens, zero-width spaces); an HTML entity is read as the character that it stands for.
"""

from __future__ import annotations

import html
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from isthmus.extractors.text.language import Foreign, foreign_parts, language_name
from isthmus.extractors.text.sentences import Sentence
from isthmus.graph.model import Annotation, Document, Evidence, Extraction, Mention, Section

LONGEST_PORTION = 60_000  # characters; the models' answers to one portion, and its parses, are held at once
LONGEST_PARSED = (
    1200  # characters; a longer sentence is a list or a table that lost its lines; parsing costs its square
)

_ENTITY = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,30});")
# \t, \n, \r, \x0b, \x0c are white space. Of the format characters those that join emoji and letters go too.
_UNSEEN = re.compile(
    r"[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f]|[\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufe00-\ufe0f\ufeff\ufff9-\ufffb]"
)
_ODD = re.compile(f"{_ENTITY.pattern}|{_UNSEEN.pattern}")

Places = NDArray[np.int32]
# A batch of short documents to what each says, with its sentences.
Read = Callable[[Sequence[Document]], Iterable[tuple[Extraction, Sequence[Sentence]]]]


@dataclass(frozen=True, slots=True)
class Clean:
    """A text as it is read. Its i-th character stands for characters ``start[i]:end[i]`` of the text as it came."""

    text: str
    start: Places
    end: Places

    def __getitem__(self, part: slice) -> Clean:
        return Clean(self.text[part], self.start[part], self.end[part])


@dataclass(frozen=True, slots=True)
class Portion:
    """A part of a document as a short document of its own; ``start`` and ``end`` are None where it is the whole as it came."""

    document: Document
    start: Places | None = None
    end: Places | None = None


@dataclass
class LeftOut:
    """What of a document is not read, or not in full, and why."""

    foreign: Counter[str] = field(default_factory=Counter)  # characters by language
    unseen: int = 0
    unparsed: int = 0

    def told(self) -> str:
        """One line for the ledger; empty where nothing was left out."""
        parts = [
            f"{count:,} characters in {language_name(code)}, so not extracted"
            for code, count in self.foreign.most_common()
        ]
        if self.unseen:
            parts.append(f"{self.unseen:,} control and format characters")
        if self.unparsed:
            parts.append(
                f"{self.unparsed:,} stretches of more than {LONGEST_PARSED:,} characters without a sentence's end, so not parsed"
            )
        return "; ".join(parts)


def read_in_portions(documents: Iterable[Document], read: Read) -> Iterator[Extraction]:
    """What ``read`` finds in each document, in the order given, with ``reason`` telling what was left out and why.

    ``read`` is handed no more than about ``LONGEST_PORTION`` characters at once, whatever the documents' lengths.
    """
    waiting: list[tuple[Portion, _Whole]] = []
    size = 0
    for document in documents:
        whole = _Whole(document)
        for portion in _portions(document, whole.left_out):
            length = len(portion.document.text)
            if waiting and size + length > LONGEST_PORTION:
                yield from _flush(waiting, read)
                waiting, size = [], 0
            waiting.append((portion, whole))
            size += length
        whole.complete = True
    yield from _flush(waiting, read)


@dataclass
class _Whole:
    """A document whose portions are being read: what they gave so far."""

    document: Document
    left_out: LeftOut = field(default_factory=LeftOut)
    parts: list[Extraction] = field(default_factory=list)
    n_sentences: int = 0
    complete: bool = False


def _flush(waiting: Sequence[tuple[Portion, _Whole]], read: Read) -> Iterator[Extraction]:
    answers = read([portion.document for portion, _ in waiting])
    for number, ((portion, whole), (found, sentences)) in enumerate(zip(waiting, answers, strict=True)):
        whole.parts.append(_put_back(found, portion, whole))
        whole.n_sentences += len(sentences)
        whole.left_out.unparsed += sum(each.end - each.start > LONGEST_PARSED for each in sentences)
        last = number + 1 == len(waiting) or waiting[number + 1][1] is not whole
        if last and whole.complete:
            yield _joined(whole)


def _joined(whole: _Whole) -> Extraction:
    first = whole.parts[0]
    told = whole.left_out.told()
    if len(whole.parts) == 1:
        return replace(first, document=whole.document, reason=_reason(first, whole, told))
    joined = Extraction(
        whole.document,
        first.extractor,
        entities=tuple({entity.id: entity for part in whole.parts for entity in part.entities}.values()),
        mentions=tuple(mention for part in whole.parts for mention in part.mentions),
        statements=tuple({each.id: each for part in whole.parts for each in part.statements}.values()),
        evidence=tuple(piece for part in whole.parts for piece in part.evidence),
    )
    return replace(joined, reason=_reason(joined, whole, told))


def _reason(found: Extraction, whole: _Whole, told: str) -> str:
    """Why nothing was found, where nothing was; and what was left out, where something was."""
    if found.mentions:
        return f"left out: {told}" if told else ""
    if not whole.document.text.strip():
        return "holds no text"
    if whole.left_out.foreign and not whole.n_sentences:
        names = " and ".join(language_name(code) for code, _ in whole.left_out.foreign.most_common())
        return f"not in English but in {names}, so not extracted"
    return "names nothing that the lexicon knows" + (f"; left out: {told}" if told else "")


def _put_back(found: Extraction, portion: Portion, whole: _Whole) -> Extraction:
    """The extraction of a portion with the document's own characters."""
    start, end = portion.start, portion.end
    if start is None or end is None:
        return found
    text, before = whole.document.text, whole.n_sentences

    def span(low: int, high: int) -> tuple[int, int]:
        return int(start[low]), int(end[high - 1])

    def mention(each: Mention) -> Mention:
        low, high = span(each.start, each.end)
        return replace(each, start=low, end=high, text=text[low:high], sentence=each.sentence + before)

    def piece(each: Evidence) -> Evidence:
        assert each.start is not None  # evidence of a text always has its place
        assert each.end is not None
        low, high = span(each.start, each.end)
        return replace(
            each,
            text=text[low:high],
            start=low,
            end=high,
            subject_span=span(*each.subject_span) if each.subject_span else None,
            object_span=span(*each.object_span) if each.object_span else None,
        )

    return replace(found, mentions=tuple(map(mention, found.mentions)), evidence=tuple(map(piece, found.evidence)))


def _portions(document: Document, left_out: LeftOut) -> Iterator[Portion]:
    texts = (document.title, *(section.text for section in document.sections))
    foreign = [foreign_parts(text) for text in texts]
    if sum(map(len, texts)) <= LONGEST_PORTION and not any(foreign) and not any(map(_ODD.search, texts)):
        yield Portion(document)
        return
    pieces: list[tuple[str, Clean]] = []  # the first is the title
    size = offset = 0
    for number, text in enumerate(texts):
        label = document.sections[number - 1].label if number else ""
        for clean in _cut(_clean(text, offset, foreign[number], left_out)):
            if pieces and size + len(clean.text) > LONGEST_PORTION:
                yield _portion(document, pieces)
                pieces, size = [("", clean[:0])], 0  # no title where another portion ended
            pieces.append((label, clean))
            size += len(clean.text) + 1
        offset += len(text) + 1
    yield _portion(document, pieces)


def _portion(document: Document, pieces: Sequence[tuple[str, Clean]]) -> Portion:
    (_, title), *rest = pieces
    starts, ends = [title.start], [title.end]
    for _, clean in rest or [("", title[:0])]:
        # The space that joins two pieces: no name or sentence begins or ends with it, so its own place is never asked for.
        joint = np.zeros(1, dtype=np.int32)
        starts += [joint, clean.start]
        ends += [joint, clean.end]
    sections = tuple(Section(label, clean.text) for label, clean in rest)
    start, end = np.concatenate(starts), np.concatenate(ends)
    annotations = tuple(_moved(document.annotations, start, end)) if document.annotations else ()
    short = replace(document, title=title.text, sections=sections, annotations=annotations)
    return Portion(short, start, end)


def _moved(annotations: Sequence[Annotation], start: Places, end: Places) -> Iterator[Annotation]:
    """Those that a portion holds whole, where they are in it."""
    last = len(start) - 1
    first_at = dict(zip(start[::-1].tolist(), range(last, -1, -1), strict=True))
    ends_at = dict(zip(end.tolist(), range(1, last + 2), strict=True))
    for one in annotations:
        low, high = first_at.get(one.start), ends_at.get(one.end)
        if low is not None and high is not None and low < high:
            yield replace(one, start=low, end=high)


def _clean(text: str, offset: int, foreign: Sequence[Foreign], left_out: LeftOut) -> Clean:
    """What is read of one title or section that begins at ``offset`` of its document."""
    out: list[str] = []
    start: list[Places] = []
    end: list[Places] = []

    def keep(shown: str, low: int, high: int) -> None:
        out.append(shown)
        same = len(shown) == high - low
        places = np.arange(low, high + 1, dtype=np.int32)
        start.append(places[:-1] if same else np.full(len(shown), low, dtype=np.int32))
        end.append(places[1:] if same else np.full(len(shown), high, dtype=np.int32))

    position = 0
    for low, high, shown in _changes(text, foreign, left_out):
        keep(text[position:low], position, low)
        keep(shown, low, high)
        position = high
    keep(text[position:], position, len(text))
    return Clean("".join(out), np.concatenate(start) + offset, np.concatenate(end) + offset)


def _changes(text: str, foreign: Sequence[Foreign], left_out: LeftOut) -> Iterator[tuple[int, int, str]]:
    """Spans of a text that are read otherwise, in order, and how: a foreign part as blanks, to part what is around it."""
    skipped = iter(foreign)
    part = next(skipped, None)
    for match in _ODD.finditer(text):
        low, high = match.span()
        while part and part[0] <= low:
            if low < part[1]:
                break
            yield _blank(part, left_out)
            part = next(skipped, None)
        if part and part[0] <= low < part[1]:
            continue
        yield low, high, _shown(match.group(), left_out)
    while part:
        yield _blank(part, left_out)
        part = next(skipped, None)


def _blank(part: Foreign, left_out: LeftOut) -> tuple[int, int, str]:
    start, end, language = part
    left_out.foreign[language] += end - start
    return start, end, "\n\n"


def _shown(odd: str, left_out: LeftOut) -> str:
    """What is read in place of an entity or of a character that does not show: a control character parts words."""
    if odd[0] == "&":
        character = html.unescape(odd)
        if character == odd:
            return odd
        odd = character
        if not _UNSEEN.fullmatch(character):
            return character
    left_out.unseen += 1
    return " " if ord(odd[0]) < 0xA0 else ""


def _cut(clean: Clean) -> Iterator[Clean]:
    """Pieces of at most half a portion, cut where a sentence seems to end, else at a space."""
    low, most = 0, LONGEST_PORTION // 2
    while len(clean.text) - low > most:
        at = max(
            clean.text.rfind(". ", low + most // 2, low + most), clean.text.rfind("\n", low + most // 2, low + most)
        )
        if at < 0:
            at = clean.text.rfind(" ", low + most // 2, low + most)
        high = at + 1 if at >= 0 else low + most
        yield clean[low:high]
        low = high
    yield clean[low:]
