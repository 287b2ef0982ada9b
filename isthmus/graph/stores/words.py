"""How names and queries are cut into words: by our own rules, so that every store finds the same."""

from __future__ import annotations

import re
import unicodedata

_WORD = re.compile(r"[^\W_]+")
LONGEST_WORD = 200  # Lucene cuts at 255
MOST_WORDS = 32  # of a query that an index is asked for


def fold(text: str) -> str:
    """Without case, accents and forms of the same letter or digit.

    >>> fold("Sjögren ΒACE H₂O")
    'sjogren βace h2o'
    """
    bare = unicodedata.normalize("NFKD", text)
    return "".join(letter for letter in bare if not unicodedata.combining(letter)).casefold()


def words_of(text: str) -> list[str]:
    """Its words, folded, in their order.

    >>> words_of("Alzheimer's MK-8931")
    ['alzheimer', 's', 'mk', '8931']
    """
    return [word[:LONGEST_WORD] for word in _WORD.findall(fold(text))]


def joined_words(text: str) -> str:
    """Its words with a space between them."""
    return " ".join(words_of(text))


def answers(name: str, words: list[str]) -> bool:
    """Whether one name has all the words, the last of them perhaps unfinished."""
    has = words_of(name)
    return set(words[:-1]) <= set(has) and any(word.startswith(words[-1]) for word in has)
