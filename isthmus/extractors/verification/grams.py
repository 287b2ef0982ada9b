"""The words of a sentence around and between the two names, and those on the path that joins them, as hashed features.

The names themselves stand as marks, so that "X inhibits Y" is one text whatever X and Y are. Words are counted once, with
and without the kind of statement, and by whether they stand before, between or behind the names.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from isthmus.extractors.verification.claim import Reading

BUCKETS = 1 << 16
BESIDE = 5  # words before the first name and behind the second
SUBJECT, OBJECT = "<S>", "<O>"
STEM = 6  # letters
_WORD = re.compile(r"[^\W\d_]+|\d+|[^\w\s]")


def hashed_grams(reading: Reading, path: Sequence[str]) -> NDArray[np.int32]:
    """Shape (n,), sorted, each once, in [0, BUCKETS): the buckets of what ``grams`` finds."""
    buckets = {zlib.crc32(gram.encode("utf-8", "replace")) % BUCKETS for gram in grams(reading, path)}
    return np.array(sorted(buckets), dtype=np.int32)


def grams(reading: Reading, path: Sequence[str]) -> Iterator[str]:
    """Single words, pairs and threes, each with what it is."""
    words = marked_words(reading)
    marks = [number for number, word in enumerate(words) if word in (SUBJECT, OBJECT)]
    first, last = (marks[0], marks[-1]) if marks else (0, 0)
    kind = reading.kind
    for number in range(max(0, first - BESIDE), min(len(words), last + BESIDE + 1)):
        side = "between" if first <= number <= last else "before" if number < first else "behind"
        pair = " ".join(words[number : number + 2])
        for gram in (words[number], pair, f"{words[number][:STEM]}*"):
            yield f"{side} {gram}"
            yield f"{kind} {side} {gram}"
        if side == "between":
            yield f"three {' '.join(words[number : number + 3])}"
    yield from (f"anywhere {word}" for word in words)
    yield f"subject {reading.claim.subject.lower()}"
    yield f"object {reading.claim.object.lower()}"
    yield f"type {reading.claim.type}"
    yield from _path_grams(path, kind)


def _path_grams(path: Sequence[str], kind: str) -> Iterator[str]:
    for number, step in enumerate(path):
        yield f"path {step}"
        yield f"{kind} path {step}"
        yield f"path pair {' '.join(path[number : number + 2])}"
        yield f"{kind} path three {' '.join(path[number : number + 3])}"
    yield f"path whole {' '.join(path)}"
    yield f"{kind} path whole {' '.join(path)}"


def marked_words(reading: Reading) -> list[str]:
    """The words in small letters, every number as 0, the two names as marks."""
    text, words, at = reading.claim.text, [], 0
    places = [(place, mark) for place, mark in zip(reading.pair, (SUBJECT, OBJECT), strict=True) if place is not None]
    for place, mark in sorted(places, key=lambda row: row[0].start):
        if place.start >= at:
            words += [*_words(text[at : place.start]), mark]
            at = place.end
    return words + _words(text[at:])


def _words(text: str) -> list[str]:
    return ["0" if word.isdigit() else word.lower() for word in _WORD.findall(text)]
