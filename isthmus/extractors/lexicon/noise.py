"""Which written forms would find more noise than names, and which need their capitals."""

from __future__ import annotations

import re

from isthmus.extractors.lexicon.concepts import Concept, Concepts, Use
from isthmus.extractors.lexicon.normalise import read_name
from isthmus.extractors.lexicon.symbols import is_english, is_symbolic
from isthmus.extractors.lexicon.words import own_words

# Two-letter element symbols that people do write; the others ("In", "As", "He") are words.
ELEMENTS = {"Ca", "Mg", "Zn", "Fe", "Cu", "Mn", "Li", "Na", "Pb", "Hg", "Cd", "Al", "Se"}
_SYMBOL = re.compile(r"[^\s]{1,6}\Z")
LONGEST_FORM = 120


def quiet(concepts: Concepts) -> None:
    """Take the noise out of every concept's forms, and mark those whose capitals matter. Preferred names stay known."""
    for concept in concepts:
        kept: dict[str, Use] = {}
        seen: set[tuple[str, str, tuple[int, ...]]] = set()
        for form, use in sorted(concept.names.items(), key=lambda item: (item[1].rank, item[0])):
            name = read_name(form)
            looks = (name.key, name.capitals, tuple(offset for offset, _ in name.gaps))
            if looks in seen or is_noise(form, name.key, concept):
                continue
            seen.add(looks)
            kept[form] = Use(use.rank, needs_capitals(form, name.key, concept))
        concept.names = kept


def is_noise(form: str, key: str, concept: Concept) -> bool:
    """Whether a form would match what is not a name."""
    if len(key) < 2 or len(form) > LONGEST_FORM or key.isdigit() or key in own_words("never"):
        return True
    if is_symbolic(concept.category) and is_english(read_name(form)):
        return True
    if len(key) == 2 and form not in ELEMENTS:
        symbol = form.isupper() and form.isalpha() and not concept.id.startswith("CHEBI:")
        return not symbol and not re.fullmatch(r"[A-Z]\d", form)
    return bool(re.fullmatch(r"[\d\W]+[a-z]?", form))


def needs_capitals(form: str, key: str, concept: Concept) -> bool:
    """Whether only the form's own capitals mean it: the shortest symbols. English words are kept apart at run time."""
    if not any(character.isupper() for character in form):
        return False
    if not form.isupper() and not is_symbolic(concept.category):
        return False
    return bool(_SYMBOL.match(form)) and len(key) <= 3
