"""The words by which entities are found, cut by our own rules so that Lucene and SQLite find the same."""

from __future__ import annotations

import hashlib
import re
import unicodedata

from isthmus.graph.model import Entity

_WORD = re.compile(r"[^\W_]+")
LONGEST_WORD = 200  # Lucene cuts at 255
MOST_WORDS = 32  # of a query that Lucene is asked for; the rest is looked at here


def fold(text: str) -> str:
    """Without case and accents.

    >>> fold("Sjögren ΒACE")
    'sjogren βace'
    """
    bare = unicodedata.normalize("NFKD", text)
    return "".join(letter for letter in bare if not unicodedata.combining(letter)).casefold()


def words_of(text: str) -> list[str]:
    """Its words, folded, in their order.

    >>> words_of("Alzheimer's MK-8931")
    ['alzheimer', 's', 'mk', '8931']
    """
    return [word[:LONGEST_WORD] for word in _WORD.findall(fold(text))]


def name_token(name: str) -> str:
    """One word that stands for a whole name but for its case; no text gives such a word, for it begins with ``_``."""
    return _token("n", name.casefold())


def xref_token(curie: str) -> str:
    """One word that stands for a cross-reference."""
    return _token("x", curie)


def index_words(entity: Entity) -> list[str]:
    """What the index holds of an entity: a text for each name with its words, and its tokens."""
    names = dict.fromkeys((entity.name, *entity.synonyms))
    return [
        *(" ".join((*words_of(name), name_token(name))) for name in names),
        *sorted({xref_token(curie) for curie in entity.xrefs}),
    ]


def word_query(words: list[str]) -> str:
    """All of these words, the last perhaps unfinished, as Lucene reads it: of letters and digits only."""
    whole = list(dict.fromkeys(words[:-1]))[: MOST_WORDS - 1]
    return " ".join((*(f"+{word}" for word in whole), f"+{words[-1]}*"))


def answers(name: str, words: list[str]) -> bool:
    """Whether one name has all the words, the last of them perhaps unfinished."""
    has = words_of(name)
    return set(words[:-1]) <= set(has) and any(word.startswith(words[-1]) for word in has)


def _token(kind: str, text: str) -> str:
    return f"_{kind}{hashlib.sha256(text.encode('utf-8', 'surrogatepass')).hexdigest()[:24]}"
