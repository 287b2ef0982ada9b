"""Words and character n-grams of many texts as counts in a sparse matrix, features hashed: no dictionary to keep."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, cast

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array, vstack

if TYPE_CHECKING:
    from typing import TypeAlias

    Counts: TypeAlias = csr_array[np.float32, tuple[int, int]]

BITS = 17  # 131,072 features
BYTES_AT_ONCE = 1_000_000

_NO_WORD = re.compile(r"[\W_]+")
_BASE = 0x9E3779B97F4A7C15  # any odd number has an inverse modulo 2**64
_INVERSE = pow(_BASE, -1, 1 << 64)
_MIX = np.uint64(0xD6E8FEB86659FD93)
_SPACE, _END = 32, 10

Hashes = NDArray[np.uint64]


def hashed_counts(texts: Sequence[str], *, ngrams: Sequence[int] = (), bits: int = BITS) -> Counts:
    """How often each text has each word and, within words, each n-gram of these lengths in bytes of UTF-8.

    Returns shape (len(texts), 2**bits). Case and punctuation do not count; an n-gram may begin or end at a word's edge.
    """
    blocks = [_counts(some, ngrams, bits) for some in _pieces(texts)]
    return cast("Counts", vstack(blocks, format="csr") if blocks else csr_array((0, 1 << bits), dtype=np.float32))


def _pieces(texts: Sequence[str]) -> Iterator[list[str]]:
    some: list[str] = []
    length = 0
    for text in texts:
        some.append(text)
        length += len(text)
        if length > BYTES_AT_ONCE:
            yield some
            some, length = [], 0
    if some:
        yield some


def _counts(texts: Sequence[str], ngrams: Sequence[int], bits: int) -> Counts:
    """The positions of all texts written one after the other, hashed at once."""
    written = [f" {_NO_WORD.sub(' ', text.casefold()).strip()} \n".encode("utf-8", "replace") for text in texts]
    letters = np.frombuffer(b"".join(written), dtype=np.uint8)
    text = np.repeat(np.arange(len(texts), dtype=np.int64), [len(each) for each in written])
    hashes = _prefix_hashes(letters)
    gap = (letters == _SPACE) | (letters == _END)
    rows, features = [], []
    starts = np.flatnonzero(~gap & np.concatenate(([True], gap[:-1])))
    ends = np.flatnonzero(gap & np.concatenate(([False], ~gap[:-1])))
    rows.append(text[starts])
    features.append(_column(_between(hashes, starts, ends), 0, bits))
    gaps = np.concatenate(([0], np.cumsum(gap)))
    line_ends = np.concatenate(([0], np.cumsum(letters == _END)))
    for length in ngrams:
        first = np.arange(len(letters) - length + 1)
        within = gaps[first + length - 1] == gaps[first + 1]  # a gap at most at either edge
        within &= line_ends[first + length] == line_ends[first]
        first = first[within]
        rows.append(text[first])
        features.append(_column(_between(hashes, first, first + length), length, bits))
    where = np.concatenate(rows), np.concatenate(features)
    counts = csr_array((np.ones(len(where[0]), dtype=np.float32), where), shape=(len(texts), 1 << bits))
    counts.sum_duplicates()
    return counts


def _prefix_hashes(letters: NDArray[np.uint8]) -> tuple[Hashes, Hashes]:
    """Σ letter_j base^j over the j before each place, and base^-i of each place i, modulo 2**64."""
    n = len(letters)
    powers, inverses = np.ones(n + 1, dtype=np.uint64), np.ones(n + 1, dtype=np.uint64)
    powers[1:], inverses[1:] = np.uint64(_BASE), np.uint64(_INVERSE)
    np.multiply.accumulate(powers, out=powers)
    np.multiply.accumulate(inverses, out=inverses)
    sums = np.zeros(n + 1, dtype=np.uint64)
    np.cumsum(letters.astype(np.uint64) * powers[:-1], out=sums[1:])
    return sums, inverses


def _between(hashes: tuple[Hashes, Hashes], starts: NDArray[np.int64], ends: NDArray[np.int64]) -> Hashes:
    """The hash of each stretch, the same wherever it stands."""
    sums, inverses = hashes
    stretch: Hashes = (sums[ends] - sums[starts]) * inverses[starts]
    return stretch


def _column(hashes: Hashes, family: int, bits: int) -> NDArray[np.int64]:
    """A feature's column; words and n-grams of each length are told apart."""
    mixed = (hashes ^ (hashes >> np.uint64(29))) * _MIX + np.uint64(family * _INVERSE % (1 << 64))
    mixed = (mixed ^ (mixed >> np.uint64(32))) * _MIX
    return (mixed >> np.uint64(64 - bits)).astype(np.int64)
