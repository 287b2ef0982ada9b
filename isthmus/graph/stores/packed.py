"""Texts in one piece of memory that can lie in a mapped file: read one by one, none is a Python object before."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Self, overload

import numpy as np
from numpy.typing import NDArray

HASH_BYTES = 16
_AT_A_TIME = 65_536  # texts that are taken apart together


@dataclass(frozen=True, eq=False, slots=True)
class PackedTexts(Sequence[str]):
    """Any texts: their UTF-8 bytes one after another, and where each begins; ``starts`` is of shape (n + 1,), int64.

    >>> list(PackedTexts.of(["APP", "", "Aβ"]))
    ['APP', '', 'Aβ']
    """

    data: NDArray[np.uint8]
    starts: NDArray[np.int64]

    @classmethod
    def of(cls, texts: Iterable[str]) -> Self:
        """These texts."""
        pieces = [text.encode() for text in texts]
        lengths = np.fromiter(map(len, pieces), dtype=np.int64, count=len(pieces))
        return cls(np.frombuffer(b"".join(pieces), dtype=np.uint8), np.append(np.int64(0), np.cumsum(lengths)))

    def __len__(self) -> int:
        return len(self.starts) - 1

    @overload
    def __getitem__(self, index: int) -> str: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[str]: ...
    def __getitem__(self, index: int | slice) -> str | Sequence[str]:
        if isinstance(index, slice):
            return self.take(np.arange(len(self))[index])
        if index < 0:
            index += len(self)
        if not 0 <= index < len(self):
            raise IndexError(index)
        return self.data[self.starts[index] : self.starts[index + 1]].tobytes().decode()

    def __iter__(self) -> Iterator[str]:
        for first in range(0, len(self), _AT_A_TIME):
            starts = self.starts[first : first + _AT_A_TIME + 1]
            piece = self.data[starts[0] : starts[-1]].tobytes()
            bounds = (starts - starts[0]).tolist()
            yield from (piece[bounds[i] : bounds[i + 1]].decode() for i in range(len(bounds) - 1))

    def take(self, places: NDArray[np.integer]) -> PackedTexts:
        """The texts at these places, in their order, without a Python object for each."""
        lengths = np.diff(self.starts)[places]
        starts = np.append(np.int64(0), np.cumsum(lengths))
        within = np.arange(starts[-1]) - np.repeat(starts[:-1], lengths)
        return PackedTexts(self.data[np.repeat(self.starts[places], lengths) + within], starts)


@dataclass(frozen=True, eq=False, slots=True)
class PackedHashes(Sequence[str]):
    """Content hashes: 32 hex digits each, held as bytes of shape (n, 16).

    >>> list(PackedHashes.of(["00ff" * 8]))
    ['00ff00ff00ff00ff00ff00ff00ff00ff']
    """

    data: NDArray[np.uint8]

    @classmethod
    def of(cls, hashes: Iterable[str]) -> Self:
        """These hashes."""
        return cls.of_bytes(bytes.fromhex("".join(hashes)))

    @classmethod
    def of_bytes(cls, data: bytes) -> Self:
        """Hashes one after another."""
        return cls(np.frombuffer(data, dtype=np.uint8).reshape(-1, HASH_BYTES))

    def __len__(self) -> int:
        return len(self.data)

    @overload
    def __getitem__(self, index: int) -> str: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[str]: ...
    def __getitem__(self, index: int | slice) -> str | Sequence[str]:
        return PackedHashes(self.data[index]) if isinstance(index, slice) else self.data[index].tobytes().hex()

    def __iter__(self) -> Iterator[str]:
        for first in range(0, len(self), _AT_A_TIME):
            digits = self.data[first : first + _AT_A_TIME].tobytes().hex()
            yield from (digits[i : i + 2 * HASH_BYTES] for i in range(0, len(digits), 2 * HASH_BYTES))

    def take(self, places: NDArray[np.integer]) -> PackedHashes:
        """The hashes at these places."""
        return PackedHashes(self.data[places])


def place_of(sorted_texts: Sequence[str], text: str) -> int | None:
    """Where a text stands among sorted ones; ``None`` where it does not.

    >>> place_of(["a", "c"], "c"), place_of(["a", "c"], "b")
    (1, None)
    """
    place = bisect_left(sorted_texts, text)
    return place if place < len(sorted_texts) and sorted_texts[place] == text else None
