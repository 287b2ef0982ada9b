"""How a name is read: which spellings are the same name. The build and the run time both use this, and only this.

A name is its runs of letters and digits, joined: ``IL-6``, ``IL 6`` and ``IL6`` share the key ``il6``. Where the runs
were apart, and which letters were capitals, is kept beside the key, because short symbols need it.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

WORD = re.compile(r"[^\W_]+")
# What may stand between two words of one name, whatever stands there in the lexicon's own form.
SOFT_GAP = re.compile(r"(?:['’ʼ][sS]?)?[\s\-‐‑‒–—]{0,3}\Z")
LONGEST_WORD = 60
SHORT = 7  # characters of a key: below that, white space must be the lexicon's own
ARTICLE = 2  # letters of a first word that white space parts from the rest: "a murine" is not amurine
LONGEST_NAME = 14  # words of a name that running text is searched for

GREEK = {
    "α": "alpha", "β": "beta", "γ": "gamma", "δ": "delta", "ε": "epsilon", "ζ": "zeta", "η": "eta", "θ": "theta",
    "ι": "iota", "κ": "kappa", "λ": "lambda", "μ": "mu", "ν": "nu", "ξ": "xi", "ο": "omicron", "π": "pi", "ρ": "rho",
    "σ": "sigma", "ς": "sigma", "τ": "tau", "υ": "upsilon", "φ": "phi", "χ": "chi", "ψ": "psi", "ω": "omega", "ϵ": "epsilon",
    "ϕ": "phi", "ϑ": "theta",
}  # fmt: skip
# British and American spelling fall together because both sides of every comparison are folded alike.
_SPELLINGS = (
    (re.compile("ae|oe"), "e"),
    (re.compile("our(?=$|s$|al|ed|in|l)"), "or"),
    (re.compile("sulph"), "sulf"),
    (re.compile("is(?=ation|ed$|ing$|e$)"), "iz"),
)
_ODD, _WRAP = 0x9E3779B97F4A7C15, (1 << 64) - 1


@dataclass(frozen=True, slots=True)
class Word:
    """One run of letters and digits, folded: ``key`` in lower case, ``capitals`` one flag (``U`` or ``l``) a character."""

    key: str
    capitals: str
    hash: int  # polynomial hash of ``key``, 64 bits
    shift: int  # what a hash to the left of this word is multiplied by


@dataclass(frozen=True, slots=True)
class Name:
    """A whole name, read.

    ``stem`` is the key with its last word in the singular, or empty where that word is no plural. ``gaps`` are pairs of
    an offset in ``key`` and the characters that stand there between two words.
    """

    key: str
    stem: str
    capitals: str
    gaps: tuple[tuple[int, str], ...]


def polynomial(key: str) -> tuple[int, int]:
    """Polynomial hash modulo 2^64 of the UTF-8 bytes, and the factor that shifts a hash past them."""
    value, shift = 0, 1
    for byte in key.encode("utf-8", "surrogatepass"):
        value = (value * _ODD + byte + 1) & _WRAP
        shift = (shift * _ODD) & _WRAP
    return value, shift


def mix(values: NDArray[np.uint64]) -> NDArray[np.uint32]:
    """Spread 64-bit polynomial hashes to 32 bits, shape kept (the finaliser of MurmurHash3)."""
    values = values ^ (values >> np.uint64(33))
    values = values * np.uint64(0xFF51AFD7ED558CCD)
    values = values ^ (values >> np.uint64(33))
    return (values >> np.uint64(32)).astype(np.uint32)


def key_hash(key: str) -> int:
    """32 bits of a key."""
    return int(mix(np.array([polynomial(key)[0]], dtype=np.uint64))[0])


def _letters(token: str) -> str:
    """Accents off, compatibility forms (ligatures, superscripts, the micro sign) to plain ones."""
    if token.isascii():
        return token
    plain = unicodedata.normalize("NFKD", token)
    return "".join(character for character in plain if not unicodedata.combining(character))


def fold(token: str) -> Word:
    """One run of letters and digits, read.

    >>> fold("TNFα").key, fold("TNFα").capitals, fold("Tumour").key
    ('tnfalpha', 'UUUlllll', 'tumor')
    """
    return _fold_common(token) if len(token) <= LONGEST_WORD else _fold(token)


def _fold(token: str) -> Word:
    keys: list[str] = []
    capitals: list[str] = []
    for character in _letters(token):
        small = character.lower()
        spelled = GREEK.get(small, small)
        keys.append(spelled)
        flag = "U" if character != small and spelled == small else "l"
        capitals.append(flag + flag * (len(spelled) - 1))
    key, flags = "".join(keys), "".join(capitals)
    if len(key) >= 6 and key.isalpha():
        respelled = key
        for pattern, spelling in _SPELLINGS:
            respelled = pattern.sub(spelling, respelled)
        if respelled != key:
            key, flags = respelled, flags[0] + flags[-1] * (len(respelled) - 1)
    return Word(key, flags, *polynomial(key))


_fold_common = lru_cache(maxsize=1 << 16)(_fold)


def read_name(text: str) -> Name:
    """A name as a whole; what comes before its first and after its last letter or digit does not count.

    >>> read_name("IL-6").key == read_name("il 6").key, read_name("Parkinson's disease").key
    (True, 'parkinsondisease')
    """
    words: list[Word] = []
    gaps: list[tuple[int, str]] = []
    offset = end = 0
    for found in WORD.finditer(text):
        if is_possessive(text, end, found.start(), found.end()):
            continue
        if words:
            gaps.append((offset, text[end : found.start()]))
        words.append(fold(found.group()))
        offset += len(words[-1].key)
        end = found.end()
    key = "".join(word.key for word in words)
    last = singular(words[-1]) if words else None
    stem = "" if last is None else key[: len(key) - len(words[-1].key)] + last.key
    return Name(key, stem, "".join(word.capitals for word in words), tuple(gaps))


def is_possessive(text: str, previous_end: int, start: int, end: int) -> bool:
    """Whether the word at ``start:end`` is the s of "Parkinson's"."""
    return end - start == 1 and start - previous_end == 1 and text[start] in "sS" and text[previous_end] in "'’ʼ"


def singular(word: Word) -> Word | None:
    """The word without its plural ending; None where it has none. Works on both sides, so it need not be good English.

    >>> singular(fold("neurons")).key, singular(fold("therapies")).key, singular(fold("KRAS")), singular(fold("virus"))
    ('neuron', 'therapy', None, None)
    """
    key = word.key
    if len(key) < 4 or word.capitals[-1:] == "U" or not key.endswith("s") or key.endswith(("ss", "us", "is")):
        return None
    stem = key[:-3] + "y" if key.endswith("ies") and len(key) > 5 else key[:-1]
    capitals = word.capitals[: len(stem)]
    return Word(stem, capitals, *polynomial(stem))


def gaps_agree(name: Name, form: Name) -> bool:
    """Whether what stands between the words of a text may stand between the words of the lexicon's form.

    White space and hyphens may, wherever they stand; but a short symbol is not put together from words apart ("was 1"
    is not WAS1), nor any name from an article and a word. Anything else, a comma or a bracket, must stand in the form too.
    """
    theirs = dict(form.gaps)
    for offset, gap in name.gaps:
        if SOFT_GAP.match(gap):
            apart = offset not in theirs and any(map(str.isspace, gap))
            if apart and (len(name.key) < SHORT or (offset <= ARTICLE and name.key[:offset].isalpha())):
                return False
        elif "".join(gap.split()) != "".join(theirs.get(offset, "").split()):
            return False
    return True
