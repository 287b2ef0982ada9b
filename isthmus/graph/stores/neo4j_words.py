"""What Lucene is given of an entity's names, and how it is asked for them."""

from __future__ import annotations

import hashlib

from isthmus.graph.model import Entity
from isthmus.graph.stores.words import MOST_WORDS, joined_words


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
        *(f"{joined_words(name)} {name_token(name)}" for name in names),
        *sorted({xref_token(curie) for curie in entity.xrefs}),
    ]


def word_query(words: list[str]) -> str:
    """All of these words, the last perhaps unfinished, as Lucene reads it: of letters and digits only."""
    whole = list(dict.fromkeys(words[:-1]))[: MOST_WORDS - 1]
    return " ".join((*(f"+{word}" for word in whole), f"+{words[-1]}*"))


def _token(kind: str, text: str) -> str:
    return f"_{kind}{hashlib.sha256(text.encode('utf-8', 'surrogatepass')).hexdigest()[:24]}"
