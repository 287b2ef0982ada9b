"""A text as the models see it: word pieces with their characters, and what is known of each word beforehand.

One way for training and for reading, so that a model meets what it was taught on.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from tokenizers import Tokenizer

from isthmus.graph.vocabulary import Category

TOKENIZER = Path(__file__).parent / "data" / "wordpiece.json"
FIRST, LAST = 101, 102  # [CLS] and [SEP] of the encoder's vocabulary
LONGEST_TEXT = 4000  # characters handed to the tokenizer at once

_C = Category
# Which categories the lexicon features tell apart; what is absent is the last group.
GROUPS: tuple[frozenset[Category], ...] = (
    frozenset({_C.GENE, _C.PROTEIN, _C.GENE_FAMILY, _C.MACROMOLECULAR_COMPLEX}),
    frozenset({_C.SEQUENCE_VARIANT}),
    frozenset({_C.DISEASE, _C.DISEASE_OR_PHENOTYPIC_FEATURE}),
    frozenset({_C.PHENOTYPIC_FEATURE}),
    frozenset({_C.CHEMICAL_ENTITY, _C.SMALL_MOLECULE, _C.DRUG}),
    frozenset({_C.FOOD}),
    frozenset({_C.ANATOMICAL_ENTITY, _C.GROSS_ANATOMICAL_STRUCTURE}),
    frozenset({_C.CELL}),
    frozenset({_C.CELL_LINE}),
    frozenset({_C.CELLULAR_COMPONENT}),
    frozenset({_C.BIOLOGICAL_PROCESS, _C.PATHWAY, _C.MOLECULAR_ACTIVITY}),
    frozenset({_C.ORGANISM_TAXON}),
    frozenset({_C.PROCEDURE, _C.DEVICE}),
    frozenset(),
)
GROUP_OF = {category: number for number, group in enumerate(GROUPS) for category in group}
LEXICON_FEATURES = 2 * len(GROUPS) + 1  # none, and for each group: its name begins here, goes on here
SHAPES = 10


@dataclass(frozen=True, slots=True)
class Words:
    """The words of a text and their pieces.

    ``start``, ``end``: shape (n_words,), characters. ``first``: shape (n_words + 1,), the place of each word's first
    piece in ``pieces``, which has shape (n_pieces,).
    """

    start: NDArray[np.int32]
    end: NDArray[np.int32]
    first: NDArray[np.int32]
    pieces: NDArray[np.int32]

    def __len__(self) -> int:
        return len(self.start)


@lru_cache(maxsize=1)
def tokenizer() -> Tokenizer:
    """The encoder's word pieces (uncased English, 30,522)."""
    loaded = Tokenizer.from_file(str(TOKENIZER))
    loaded.no_padding()
    loaded.no_truncation()
    return loaded


def read_words(text: str) -> Words:
    """The words of a text: runs of letters and digits, and single signs; offsets count characters of ``text``."""
    starts: list[int] = []
    ends: list[int] = []
    first: list[int] = []
    pieces: list[int] = []
    for low, high in _portions(text):
        encoded = tokenizer().encode(text[low:high], add_special_tokens=False)
        word = None
        for piece, number, (start, end) in zip(encoded.ids, encoded.word_ids, encoded.offsets, strict=True):
            if number != word or word is None:
                starts.append(low + start)
                ends.append(low + end)
                first.append(len(pieces))
                word = number
            ends[-1] = max(ends[-1], low + end)
            pieces.append(piece)
    return Words(*(np.array(values, dtype=np.int32) for values in (starts, ends, [*first, len(pieces)], pieces)))


def _portions(text: str) -> Iterable[tuple[int, int]]:
    """A long text in portions that end at white space where there is any."""
    low = 0
    while len(text) - low > LONGEST_TEXT:
        cut = text.rfind(" ", low + LONGEST_TEXT // 2, low + LONGEST_TEXT)
        high = cut if cut > 0 else low + LONGEST_TEXT
        yield low, high
        low = high
    yield low, len(text)


def lexicon_features(words: Words, named: Iterable[tuple[int, int, Category]]) -> NDArray[np.int8]:
    """Shape (n_words,): 0 where no name is known, else which group's name begins (odd) or goes on (even) there."""
    features = np.zeros(len(words), dtype=np.int8)
    for start, end, category in named:
        low, high = np.searchsorted(words.start, [start, end])
        if low < high:
            group = GROUP_OF.get(category, len(GROUPS) - 1)
            features[low] = 2 * group + 1
            features[low + 1 : high] = 2 * group + 2
    return features


_SHAPES: tuple[re.Pattern[str], ...] = tuple(
    re.compile(pattern)
    for pattern in (
        r"[a-z]+", r"[A-Z][a-z]+", r"[A-Z]", r"[A-Z]{2,}", r"[A-Z]+s", r"\d+", r"(?=.*\d)(?=.*[A-Z])\w+", r"(?=.*\d)\w+",
        r"\w+",
    )
)  # fmt: skip


@lru_cache(maxsize=1 << 16)
def _shape(word: str) -> int:
    return next((number for number, pattern in enumerate(_SHAPES, 1) if pattern.fullmatch(word)), 0)


def shapes(text: str, words: Words) -> NDArray[np.int8]:
    """Shape (n_words,), in [0, SHAPES): the pattern of capitals and digits, which the uncased pieces have lost."""
    return np.array([_shape(text[start:end]) for start, end in zip(words.start, words.end, strict=True)], dtype=np.int8)


def windows(words: Words, sentences: Sequence[tuple[int, int]], longest: int) -> list[tuple[int, int]]:
    """The words in windows of whole sentences, each at most ``longest`` pieces; a longer sentence is cut at a word.

    Returns (first word, end word) pairs that cover every word once, in order.
    """
    ends = np.searchsorted(words.start, np.array([end for _, end in sentences], dtype=np.int32))
    found: list[tuple[int, int]] = []
    low = high = 0
    for stop in [*(int(end) for end in ends), len(words)]:
        if words.first[stop] - words.first[low] > longest:
            if high > low:
                found.append((low, high))
                low = high
            while words.first[stop] - words.first[low] > longest:
                cut = max(int(np.searchsorted(words.first, words.first[low] + longest, side="right")) - 1, low + 1)
                found.append((low, cut))
                low = cut
        high = stop
    if low < len(words):
        found.append((low, len(words)))
    return found
