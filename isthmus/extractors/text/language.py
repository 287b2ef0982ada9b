"""Which language a piece of text is in, told by its small words, its letters and its script.

Nothing is learned: a list of each language's commonest words (``function_words.tsv``) is counted against English's. So a
text has to say much that is not English before it is called foreign. Names alone never do that, and biomedical English is
full of them; nor does the mere absence of English small words, which reports do without ("Lungs clear. Heart normal.").
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

ENGLISH, UNKNOWN = "en", "und"  # ISO 639-1; ``und`` (ISO 639-2) is a language that is not English and none of ours
LEAST_WORDS = 6  # of fewer nothing is told, unless by their script
LEAST_SHARE = 0.15  # of the words that must be another language's small words, or be written with its letters
LEAST_FOUND = 3
AHEAD = 1.5  # more than so many times as many as English's
MOST_ENGLISH = 0.08  # share of English small words up to which a language of none of the lists is thought of
STRANGE = 0.15  # share of words with letters that English has not, from which such a language is called one
JUDGED = 20_000  # characters judged at once: what is longer is told piece by piece

_WORD = re.compile(r"[^\W\d_]+")
_MARKUP = re.compile(r"</?[A-Za-z]{1,4}>")
_BLANK_LINES = re.compile(r"\n[^\S\n]*\n\s*")
_NAMES = {
    "ru": "Russian", "uk": "Ukrainian", "el": "Greek", "he": "Hebrew", "ar": "Arabic", "fa": "Persian", "zh": "Chinese",
    "ja": "Japanese", "ko": "Korean", "th": "Thai", "hi": "Hindi", UNKNOWN: "an unknown language",
}  # fmt: skip
# Runs of at least two letters: a lone α is a symbol. A Chinese or Japanese sign says as much as several letters do.
_SCRIPTS: tuple[tuple[str, re.Pattern[str], float], ...] = (
    ("zh", re.compile(r"[\u3400-\u9fff]"), 2.5),
    ("ja", re.compile(r"[\u3040-\u30ff]"), 2.5),
    ("ko", re.compile(r"[\uac00-\ud7af]"), 2.5),
    ("ru", re.compile(r"[\u0400-\u04ff]{2,}"), 1.0),
    ("el", re.compile(r"[\u0370-\u03ff\u1f00-\u1fff]{3,}"), 1.0),
    ("he", re.compile(r"[\u0590-\u05ff]{2,}"), 1.0),
    ("ar", re.compile(r"[\u0600-\u06ff]{2,}"), 1.0),
    ("th", re.compile(r"[\u0e00-\u0e7f]{2,}"), 1.0),
    ("hi", re.compile(r"[\u0900-\u097f]{2,}"), 1.0),
)
_UKRAINIAN = re.compile(r"[іїєґ]")
_PERSIAN = re.compile(r"[پچژگکی]")


class Foreign(NamedTuple):
    """Characters ``start:end`` of a text are in ``language``, which is not English."""

    start: int
    end: int
    language: str


def language_name(code: str) -> str:
    """The English name of a language that ``language_of`` answers.

    >>> language_name("de"), language_name("ja")
    ('German', 'Japanese')
    """
    return _NAMES.get(code) or _lists().names[code]


def language_of(text: str) -> str:
    """The ISO 639-1 code of a text's language; ``en`` where nothing speaks against it, ``und`` where it is none of ours.

    >>> language_of("Die Ratten wurden mit Levodopa behandelt und danach wieder untersucht.")
    'de'
    >>> language_of("Levodopa, carbidopa, MAO-B inhibitors; SNCA, LRRK2, GBA1.")
    'en'
    """
    text = _MARKUP.sub(" ", text[:JUDGED])
    return (None if text.isascii() else _by_script(text)) or _by_words(text)


def foreign_parts(text: str) -> list[Foreign]:
    """The parts of a text that are not in English, in order: paragraphs, or pieces of one that is very long.

    A paragraph of too few words to be told goes with the text as a whole.
    """
    parts = list(_parts(text))
    if len(parts) == 1:
        whole = language_of(text)
        return [] if whole == ENGLISH else [Foreign(0, len(text), whole)]
    whole = language_of(text)
    found = []
    for start, end in parts:
        piece = text[start:end]
        language = language_of(piece) if len(_WORD.findall(piece)) >= 2 * LEAST_WORDS else whole
        if language != ENGLISH:
            found.append(Foreign(start, end, language))
    return found


def _parts(text: str) -> Iterator[tuple[int, int]]:
    start = 0
    for end in [*(match.end() for match in _BLANK_LINES.finditer(text)), len(text)]:
        while end - start > JUDGED:
            space = text.rfind(" ", start + JUDGED // 2, start + JUDGED)
            cut = space + 1 if space >= 0 else start + JUDGED
            yield start, cut
            start = cut
        if start < end:
            yield start, end
        start = end


def _by_script(text: str) -> str | None:
    """The language of the script in which most is written; None where that is Latin."""
    weights = Counter({code: weight * sum(map(len, runs.findall(text))) for code, runs, weight in _SCRIPTS})
    other = sum(weights.values())
    if not other or other < sum(len(word) for word in _WORD.findall(text) if word[0] < "\u0250"):
        return None
    if weights["ja"] > 0.1 * other:
        return "ja"
    code = max(weights, key=weights.__getitem__)
    if code == "ru" and len(_UKRAINIAN.findall(text)) > 0.02 * weights["ru"]:
        return "uk"
    if code == "ar" and len(_PERSIAN.findall(text)) > 0.03 * weights["ar"]:
        return "fa"
    return code


def _by_words(text: str) -> str:
    lists = _lists()
    words = _WORD.findall(text)
    if len(words) < LEAST_WORDS:
        return ENGLISH
    shouted = not any(word.islower() for word in words)
    # Names are written with a capital, in English too: "Müller", "Los Angeles".
    small = Counter(word.lower() for word in words if shouted or word[0].islower())
    spoken, letters = Counter[str](), Counter[str]()
    strange = 0
    for word, count in small.items():
        for code in lists.of_word.get(word, ()):
            (letters if len(word) == 1 else spoken)[code] += count
        if not word.isascii() and len(word) > 2:  # "μg", "α" and "à" are written in English too
            strange += count
            for code in {code for letter in word for code in lists.of_letter.get(letter, ())}:
                spoken[code] += count
    for code in spoken:  # "i.v.", "p < .05": letters are words only among words
        spoken[code] += min(spoken[code], letters[code])
    english = sum(ENGLISH in lists.of_word.get(word.lower(), ()) for word in words)
    del spoken[ENGLISH]
    code, most = max(spoken.items(), key=lambda item: item[1], default=("", 0))
    if most >= max(LEAST_FOUND, LEAST_SHARE * len(words)) and most > AHEAD * english:
        return code
    if english <= MOST_ENGLISH * len(words) and strange >= max(LEAST_FOUND, STRANGE * len(words)):
        return UNKNOWN
    return ENGLISH


@dataclass(frozen=True, slots=True)
class _Lists:
    names: dict[str, str]
    of_word: dict[str, tuple[str, ...]]
    of_letter: dict[str, tuple[str, ...]]


@lru_cache(maxsize=1)
def _lists() -> _Lists:
    names: dict[str, str] = {}
    of_word: dict[str, tuple[str, ...]] = {}
    of_letter: dict[str, tuple[str, ...]] = {}
    table = Path(__file__).with_name("function_words.tsv").read_text(encoding="utf-8")
    for row in table.splitlines():
        code, name, words, *letters = row.split("\t")
        names[code] = name
        for word in dict.fromkeys(words.split()):
            of_word[word] = (*of_word.get(word, ()), code)
        for letter in letters[0].split() if letters else ():
            of_letter[letter] = (*of_letter.get(letter, ()), code)
    return _Lists(names, of_word, of_letter)
