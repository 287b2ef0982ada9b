"""Short forms that a document defines: "Parkinson disease (PD)".

The algorithm of Schwartz and Hearst 2003, "A simple algorithm for identifying abbreviation definitions in biomedical
text", Pacific Symposium on Biocomputing 8:451-462, https://psb.stanford.edu/psb-online/proceedings/psb03/schwartz.pdf.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import NamedTuple

LONGEST_SHORT_FORM = 10
_PARENTHESIS = re.compile(r"[(\[]([^()\[\]]{1,200})[)\]]")
_WORD = re.compile(r"\S+")
_FIRST_PART = re.compile(r"[^;,:]+")
# A number and its unit: "5 mg" shortens nothing.
_QUANTITY = re.compile(r"\d+(?:[.,]\d+)?\s?[a-zµμ°%]\w{0,4}\Z")
# An aside in a long form is another definition: "rapid eye movement (REM) sleep behavior disorder (RBD)".
_ASIDE = re.compile(r"(?<=\s)\([^()]*\)(?=\s)")
_FUNCTION_WORD = re.compile(
    r"(?:and|or|of|the|in|for|with|to|by|on|at|from|is|are|was|were|as|that|than|but)\s", re.IGNORECASE
)
_QUOTES = "\"“”'‘’«»"
# What joins the parts of a word: a long form begins with a whole word, "1-methyl-4-phenyl-...", not with its "methyl".
_WORD_START = re.compile(r"[^\s/\"“”‘«»—;]*\Z")
# A Greek letter stands for its name.
_GREEK = str.maketrans("αβγδεκλμω", "abgdeklmo")


class Abbreviation(NamedTuple):
    """One definition, with the characters of both forms in the text."""

    short: str
    long: str
    short_start: int
    short_end: int
    long_start: int
    long_end: int


def find_abbreviations(text: str, sentences: Iterable[tuple[int, int]] | None = None) -> list[Abbreviation]:
    """Every definition in the text, in order; both forms lie in one of ``sentences`` (the whole text if None).

    >>> [(found.short, found.long) for found in find_abbreviations("We studied amyotrophic lateral sclerosis (ALS).")]
    [('ALS', 'amyotrophic lateral sclerosis')]
    """
    found = []
    for start, end in [(0, len(text))] if sentences is None else sentences:
        for match in _PARENTHESIS.finditer(text, start, end):
            definition = _inside_is_short(text, start, match) or _inside_is_long(text, start, match)
            if definition is not None:
                found.append(definition)
    return found


def _inside_is_short(text: str, start: int, match: re.Match[str]) -> Abbreviation | None:
    """As in "long form (SF)", also "(SF; more)"."""
    part = _FIRST_PART.match(match.group(1))
    if part is None:
        return None
    short = part.group().strip()
    if not is_short_form(short):
        return None
    short_start = match.start(1) + part.group().index(short)
    words = [
        word
        for word in _WORD.finditer(text, max(start, match.start() - 400), match.start())
        if not (word.group()[0] == "(" and word.group()[-1] == ")")  # an aside is no word of the long form
    ]
    candidates = words[-min(len(short) + 5, 2 * len(short)) :]
    if not candidates:
        return None
    low, high = candidates[0].start(), candidates[-1].end()
    high -= len(text[low:high]) - len(text[low:high].rstrip(_QUOTES))
    at = _best_long_form(short, text[low:high])
    if at is None:
        return None
    return Abbreviation(short, text[low + at : high], short_start, short_start + len(short), low + at, high)


def _inside_is_long(text: str, start: int, match: re.Match[str]) -> Abbreviation | None:
    """As in "SF (long form)"."""
    words = list(_WORD.finditer(text, max(start, match.start() - 40), match.start()))
    inside = match.group(1).strip()
    if not words or len(inside.split()) < 2:
        return None
    short = words[-1].group()
    if not is_short_form(short) or len(inside.split()) > min(len(short) + 5, 2 * len(short)):
        return None
    # The whole parenthesis has to be the long form: its first letter begins the short form.
    if _best_long_form(short, inside) != 0:
        return None
    long_start = match.start(1) + match.group(1).index(inside)
    return Abbreviation(short, inside, words[-1].start(), words[-1].end(), long_start, long_start + len(inside))


def is_short_form(text: str) -> bool:
    """Two to ten characters, at most two words, a letter in it, begins with a letter or digit; one capital, digit or Greek letter.

    >>> is_short_form("TNF-α"), is_short_form("however"), is_short_form("n = 5"), is_short_form("5 mg")
    (True, False, False, False)
    """
    return (
        2 <= len(text) <= LONGEST_SHORT_FORM
        and len(text.split()) <= 2
        and text[0].isalnum()
        and any(char.isalpha() for char in text)
        and any(char.isupper() or char.isdigit() or not char.isascii() for char in text)
        and not any(char in "=<>%/±" for char in text)
        and not _QUANTITY.match(text)
    )


def _best_long_form(short: str, long: str) -> int | None:
    """Where the long form begins in ``long``: each letter of ``short`` found from right to left, the first at a word's start.

    A plural's last s may be absent from the long form.
    """
    plain = _ASIDE.sub(lambda aside: " " * len(aside.group()), long)
    at = _match_backwards(short, plain)
    if at is None and len(short) > 2 and short.endswith("s") and short[-2].isupper():
        at = _match_backwards(short[:-1], plain)
    if at is None:
        return None
    word = _WORD_START.search(long, 0, at)
    at = word.start() if word else at
    at = _without_open_brackets(long, at)
    form = long[at:]
    too_short = len(form) <= len(short)
    joins_only = _FUNCTION_WORD.match(form) is not None
    return None if too_short or joins_only or short in form.split() or form.count("(") != form.count(")") else at


def _without_open_brackets(long: str, at: int) -> int:
    """The start moved past brackets that do not close again: "([long form" begins with its "l"."""
    while long[at] in "([{'" and long.find({"(": ")", "[": "]", "{": "}", "'": "'"}[long[at]], at + 1) < 0:
        at += 1
    return at


def _match_backwards(short: str, long: str) -> int | None:
    short, long = short.translate(_GREEK), long.translate(_GREEK)
    place = len(long)
    for index in range(len(short) - 1, -1, -1):
        char = short[index].lower()
        if not char.isalnum():
            continue
        place -= 1
        while place >= 0 and (long[place].lower() != char or (index == 0 and place > 0 and long[place - 1].isalnum())):
            place -= 1
        if place < 0:
            return None
    return place if place == 0 or not long[place - 1].isalnum() else None
