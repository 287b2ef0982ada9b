"""Where in a text the lexicon may have a name: all runs of words at once, by rolling hashes."""

from __future__ import annotations

import re
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from isthmus.extractors.lexicon.normalise import (
    LONGEST_NAME,
    LONGEST_WORD,
    WORD,
    Word,
    fold,
    is_possessive,
    mix,
    singular,
)

BLOCK = 4096
# What ends every name: a full stop, question mark or exclamation mark before white space, a semicolon, a wide gap.
_BREAK = re.compile(r"[.?!;:]\s|[;\n]\s*\n|.{6}", re.DOTALL)
NOTHING = Word("", "", 0, 1)


def windows(text: str, hashes: NDArray[np.uint32]) -> Iterator[tuple[int, int]]:
    """Spans of ``text`` whose key has one of ``hashes`` (sorted), by start, longer ones first.

    A few of them are there by chance: the caller looks closer. Memory does not grow with the text.
    """
    spans: list[tuple[int, int]] = []
    words: list[Word] = []
    joined: list[bool] = []  # whether this word may follow the one before it within a name
    end = 0
    for found in WORD.finditer(text):
        start = found.start()
        if is_possessive(text, end, start, found.end()):
            continue
        known = found.end() - start <= LONGEST_WORD
        joined.append(
            bool(words) and known and words[-1] is not NOTHING and not _BREAK.search(text, end, min(start, end + 7))
        )
        end = found.end()
        words.append(fold(found.group()) if known else NOTHING)
        spans.append((start, end))
        if len(words) == BLOCK:
            yield from _hits(spans, words, joined, hashes, BLOCK - LONGEST_NAME)
            for rows in (spans, words, joined):
                del rows[: BLOCK - LONGEST_NAME]
    yield from _hits(spans, words, joined, hashes, len(words))


def _hits(
    spans: list[tuple[int, int]], words: list[Word], joined: list[bool], hashes: NDArray[np.uint32], n_starts: int
) -> Iterator[tuple[int, int]]:
    """The spans that start with one of the first ``n_starts`` words."""
    if not words or not len(hashes):
        return
    stems = [singular(word) or word for word in words]
    value, shift = _columns(words)
    stem_value, stem_shift = _columns(stems)
    starts = np.array([index for index in range(n_starts) if words[index] is not NOTHING], dtype=np.int64)
    so_far = np.zeros(len(starts), dtype=np.uint64)
    follows = np.array(joined)
    found: list[tuple[int, int]] = []
    for length in range(1, LONGEST_NAME + 1):
        last = starts + (length - 1)
        inside = last < len(words)
        if length > 1:
            inside[inside] = follows[last[inside]]
        starts, so_far, last = starts[inside], so_far[inside], last[inside]
        if not len(starts):
            break
        stem = mix(so_far * stem_shift[last] + stem_value[last])
        so_far = so_far * shift[last] + value[last]
        hit = _among(mix(so_far), hashes) | _among(stem, hashes)
        found.extend((int(start), -length) for start in starts[hit])
    for start, length in sorted(found):
        yield spans[start][0], spans[start - length - 1][1]


def _columns(words: list[Word]) -> tuple[NDArray[np.uint64], NDArray[np.uint64]]:
    n = len(words)
    return np.fromiter((word.hash for word in words), np.uint64, n), np.fromiter(
        (word.shift for word in words), np.uint64, n
    )


def _among(values: NDArray[np.uint32], hashes: NDArray[np.uint32]) -> NDArray[np.bool_]:
    places = np.searchsorted(hashes, values)
    return np.equal(hashes[np.minimum(places, len(hashes) - 1)], values)
