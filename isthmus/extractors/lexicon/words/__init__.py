"""Our own lists: what the sources lack, say wrongly, or would find too often. Each file says what it is in its first line."""

from __future__ import annotations

from functools import cache
from importlib.resources import files


@cache
def own_rows(name: str) -> tuple[tuple[str, ...], ...]:
    """The rows of ``name.tsv``."""
    text = (files("isthmus.extractors.lexicon.words") / f"{name}.tsv").read_text(encoding="utf-8")
    return tuple(tuple(line.split("\t")) for line in text.splitlines() if line and not line.startswith("#"))


@cache
def own_words(name: str) -> frozenset[str]:
    """The words of ``name.txt``, one a line, lower case."""
    text = (files("isthmus.extractors.lexicon.words") / f"{name}.txt").read_text(encoding="utf-8")
    return frozenset(line for line in text.splitlines() if line and not line.startswith("#"))
