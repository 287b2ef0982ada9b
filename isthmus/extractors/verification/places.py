"""Where a sentence names the subject and the object of a statement, though it may call them otherwise."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import IntEnum
from functools import lru_cache

from isthmus.extractors.lexicon.lexicon import Lexicon
from isthmus.extractors.lexicon.normalise import WORD, fold, read_name

LONGEST = 8  # words of a name


class How(IntEnum):
    """How a name was found, the surest last."""

    NOT_GIVEN = 0  # the statement has no such side
    NOT_FOUND = 1
    INITIALS = 2
    PART = 3  # of a longer word, or a word of the name: ERK in ERK1, Wnt of WNT3A
    SYNONYM = 4
    VERBATIM = 5


@dataclass(frozen=True, slots=True)
class Place:
    """``sentence[start:end]`` stands for the name; ``first``/``last`` are its words, counted from 0, ``last`` inclusive."""

    start: int
    end: int
    first: int
    last: int


@dataclass(frozen=True, slots=True)
class Located:
    """The places of one name in order, all found in the surest way that finds any."""

    how: How
    places: tuple[Place, ...] = ()


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence by its words: runs of letters and digits with their characters and folded keys."""

    text: str
    starts: tuple[int, ...]
    ends: tuple[int, ...]
    keys: tuple[str, ...]


@lru_cache(maxsize=512)
def read_sentence(text: str) -> Sentence:
    """The words of a sentence."""
    found = list(WORD.finditer(text))
    return Sentence(
        text,
        tuple(match.start() for match in found),
        tuple(match.end() for match in found),
        tuple(fold(match.group()).key for match in found),
    )


def locate(text: str, name: str | None, lexicon: Lexicon) -> Located:
    """Where ``text`` names ``name``: as written, by a synonym that the lexicon knows, by a part of it, by its initials."""
    wanted = read_name(name or "").key
    if not wanted:
        return Located(How.NOT_GIVEN)
    sentence = read_sentence(text)
    for how, places in (
        (How.VERBATIM, _runs(sentence, frozenset({wanted}))),
        (How.SYNONYM, _runs(sentence, _synonyms(name or "", lexicon))),
        (How.PART, _parts(sentence, name or "")),
        (How.INITIALS, _initials(sentence, wanted)),
    ):
        found = tuple(places)
        if found:
            return Located(how, found)
    return Located(How.NOT_FOUND)


@lru_cache(maxsize=1 << 14)
def _synonyms(name: str, lexicon: Lexicon) -> frozenset[str]:
    """Keys of every name of the likeliest meanings of a name; short ones that are words are left out."""
    keys: set[str] = set()
    for candidate in lexicon.candidates(name)[:2]:
        entity = lexicon.canonical(candidate.entity.id)
        if entity is not None:
            keys.update(read_name(form).key for form in (entity.name, *entity.synonyms))
    return frozenset(key for key in keys if len(key) > 1)


def _runs(sentence: Sentence, keys: frozenset[str]) -> Iterator[Place]:
    """Every run of words whose joined key is among ``keys``, the longest at each place."""
    longest = max(map(len, keys), default=0)
    following = 0
    for first in range(len(sentence.keys)):
        if first < following:
            continue
        joined, best = "", -1
        for last in range(first, min(first + LONGEST, len(sentence.keys))):
            joined += sentence.keys[last]
            if len(joined) > longest + 1:
                break
            if joined in keys or (joined[-1:] == "s" and len(joined) > 4 and joined[:-1] in keys):
                best = last
        if best >= 0:
            yield Place(sentence.starts[first], sentence.ends[best], first, best)
            following = best + 1


_PREFIX = re.compile(r"^(?:phospho|p|anti|h|m|pro|c|sr|rh)(?=[a-z]*\d*)")


def _parts(sentence: Sentence, name: str) -> Iterator[Place]:
    """Words that begin as the name does, or carry it after a short prefix; or that the name's own first word is."""
    wanted = read_name(name).key
    own = {fold(word.group()).key for word in WORD.finditer(name)}
    stem = re.sub(r"\d+[a-z]?$", "", wanted)
    for number, key in enumerate(sentence.keys):
        grown = len(wanted) > 2 and key.startswith(wanted) and len(key) - len(wanted) <= 4
        prefixed = len(wanted) > 2 and key.endswith(wanted) and _PREFIX.sub("", key) == wanted
        word_of = len(key) > 3 and key in own
        shorter = len(stem) > 2 and (key == stem or (key.startswith(stem) and len(key) - len(stem) <= 2))
        if grown or prefixed or word_of or shorter:
            yield Place(sentence.starts[number], sentence.ends[number], number, number)


def _initials(sentence: Sentence, wanted: str) -> Iterator[Place]:
    """Three or more words that the letters of a symbol begin: "glycogen synthase kinase" for GSK."""
    letters = re.sub(r"\d.*", "", wanted)
    if not 3 <= len(letters) <= 6:
        return
    for first in range(len(sentence.keys) - len(letters) + 1):
        keys = sentence.keys[first : first + len(letters)]
        if all(key[0] == letter for key, letter in zip(keys, letters, strict=True)):
            last = first + len(letters) - 1
            yield Place(sentence.starts[first], sentence.ends[last], first, last)
