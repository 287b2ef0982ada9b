"""NERO (Wang et al. 2021, doi:10.1038/s41540-021-00200-x; MIT): sentences whose annotators joined two names by a word.

What was written between the two ("inhibits", "is a type of") is free text and is sorted into ten kinds here. It is not
what DrugProt asks, but it teaches a reader to look at two marked names. Comes in the package NERO-nlp, as a table.
"""

from __future__ import annotations

import random
import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

Span = tuple[int, int]
KINDS = ("none", "bind", "not bind", "activate", "inhibit", "up", "down", "regulate", "is a", "part", "other")
# The first that is found in what the annotator wrote; what is denied is left out, except of binding.
_SAYING: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (kind, re.compile(pattern))
    for kind, pattern in (
        ("not bind", r"\bnot .*bind"),
        ("", r"\bnot "),
        ("bind", r"\bbind|bound|interact"),
        ("inhibit", r"inhibit|block|antagon|inactivat|repress|suppress"),
        ("activate", r"activat|stimulat|agonist"),
        ("up", r"induc|increas|enhanc|upregul|up-regul|elevat|promot|caus|leads to"),
        ("down", r"decreas|reduc|downregul|down-regul|prevent|abolish|lower"),
        ("regulate", r"regulat|mediat|affect|modulat|control"),
        ("is a", r"type of|^is$|are$"),
        ("part", r"contain|part of|consist|compos"),
    )
)
DIRECTED = frozenset({"up", "down", "activate", "inhibit"})
SHORTEST, LONGEST = 20, 500  # characters of a sentence
MOST = 3  # joined pairs of one sentence, and one fewer that nobody joined
BOUND = 0.35  # share that is kept of pairs that merely bind, which are half of all
TURNED = 0.15  # share of directed pairs that stand once more, the wrong way round
APART = 0.5  # share of pairs that nobody joined


@dataclass(frozen=True, slots=True)
class JoinedNames:
    """A sentence, two names in it by their characters, and a number of ``KINDS``."""

    text: str
    subject: Span
    object: Span
    kind: int


def kind_of(saying: str) -> str:
    """The kind of what stands between two names; empty where something other than binding is denied.

    >>> [kind_of(said) for said in ("is an inhibitor of", "does not bind", "does not inhibit", "resembles")]
    ['inhibit', 'not bind', '', 'other']
    """
    lower = saying.lower().strip()
    return next((kind for kind, pattern in _SAYING if pattern.search(lower)), "other")


def read_nero(path: Path, seed: int = 0) -> Iterator[JoinedNames]:
    """Pairs of every sentence of ``annotation_results.txt``, with some that nobody joined, in random order."""
    chance = random.Random(seed)
    sentences = list(_sentences(path).items())
    chance.shuffle(sentences)
    for text, joined in sentences:
        for (subject, obj), kind in _pairs(joined, chance):
            yield JoinedNames(text, subject, obj, KINDS.index(kind))


def _sentences(path: Path) -> dict[str, dict[tuple[Span, Span], str]]:
    found: dict[str, dict[tuple[Span, Span], str]] = defaultdict(dict)
    with path.open(encoding="utf-8", errors="replace") as file:
        for row in (line.rstrip("\n").split("\t") for line in file):
            if len(row) < 30 or not SHORTEST <= len(row[29]) <= LONGEST:
                continue
            text, kind = row[29].replace("`", "").strip('"'), kind_of(row[11])
            ours, theirs = _place(text, row[8]), _place(text, row[16])
            if not kind or (row[23] == "1" and kind != "not bind") or ours is None or theirs is None:
                continue
            if _apart(ours, theirs):
                found[text][ours, theirs] = kind
    return found


def _place(text: str, name: str) -> Span | None:
    """Where a name stands, if it does so once; a statement may take part in another and is no name."""
    if len(name) < 2 or name.startswith("statement") or text.count(name) != 1:
        return None
    start = text.index(name)
    return start, start + len(name)


def _apart(one: Span, other: Span) -> bool:
    return one[1] <= other[0] or other[1] <= one[0]


def _pairs(joined: dict[tuple[Span, Span], str], chance: random.Random) -> Iterator[tuple[tuple[Span, Span], str]]:
    spans = sorted({span for pair in joined for span in pair})
    unjoined = [
        (one, other)
        for one in spans
        for other in spans
        if _apart(one, other) and (one, other) not in joined and (other, one) not in joined
    ]
    for pair, kind in list(joined.items())[:MOST]:
        if kind != "bind" or chance.random() < BOUND:
            yield pair, kind
            if kind in DIRECTED and chance.random() < TURNED:
                yield (pair[1], pair[0]), "none"
    chance.shuffle(unjoined)
    yield from ((pair, "none") for pair in unjoined[: MOST - 1] if chance.random() < APART)
