"""Where a sentence names one of a few given entities, by any of the forms that are known of them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from isthmus.extractors.lexicon.normalise import LONGEST_NAME, SOFT_GAP, WORD, fold, is_possessive, read_name
from isthmus.extractors.lexicon.words import own_words
from isthmus.graph.model import Entity, Evidence, Statement
from isthmus.service.panel.claim_words import KINDS

_ODD = re.compile(r"[^\w\s'’-]")
SHORT = 3  # characters of a key: up to here, capitals must be a known form's own


@dataclass(frozen=True, slots=True)
class Named:
    """``text[start:end]`` names the entity."""

    start: int
    end: int
    entity: str


@dataclass(frozen=True)
class Forms:
    """Which entity each form names: by folded key, with the spellings that short forms must keep; ids by themselves.

    ``odd`` are forms, in lower case, with characters that stand in no other name, "EC 1.2.3 (something)": found as they are.
    ``kinds`` are words that only say of which kind an entity is, and may stand beside its name.
    """

    keys: Mapping[str, str]
    spellings: frozenset[str]
    ids: frozenset[str]
    odd: Mapping[str, str]
    kinds: Mapping[str, frozenset[str]]

    @classmethod
    def of(cls, entities: Iterable[Entity], surfaces: Iterable[tuple[str, str]] = ()) -> Forms:
        """Of names, synonyms and ids, and of ``surfaces``: pairs of an entity's id and a name that a sentence gives it.

        A form that two of the entities share names neither, unless it is the name of one of them alone.
        """
        named = list(entities)
        spelled = [(form, one.id) for one in named for form in (one.name, *one.synonyms)]
        spelled += [(surface, identifier) for identifier, surface in surfaces]
        first = _unshared((read_name(one.name).key, one.id) for one in named)
        keys = _unshared((read_name(form).key, identifier) for form, identifier in spelled) | first
        return cls(
            {key: identifier for key, identifier in keys.items() if key},
            frozenset(form for form, _ in spelled),
            frozenset(one.id for one in named),
            _unshared((form.lower(), identifier) for form, identifier in spelled if _ODD.search(form)),
            {one.id: KINDS.get(one.category, frozenset()) for one in named},
        )


def _unshared(pairs: Iterable[tuple[str, str]]) -> dict[str, str]:
    owners: dict[str, set[str]] = {}
    for key, identifier in pairs:
        owners.setdefault(key, set()).add(identifier)
    return {key: next(iter(own)) for key, own in owners.items() if len(own) == 1}


def surface_forms(statement: Statement, evidence: Iterable[Evidence]) -> list[tuple[str, str]]:
    """What the sentences themselves call the two ends of their statement."""
    found: list[tuple[str, str]] = []
    for one in evidence:
        for end, span in ((statement.subject, one.subject_span), (statement.object, one.object_span)):
            if span is not None and one.start is not None:
                found.append((end, one.text[span[0] - one.start : span[1] - one.start]))
    return [(end, surface) for end, surface in found if surface.strip()]


def find_named(text: str, forms: Forms) -> list[Named]:
    """Every place where the text names one of the entities: leftmost, longest, not overlapping, in order."""
    found = [Named(place, place + len(each), each) for each in forms.ids for place in _places(text, each)]
    small = text.lower()
    if len(small) == len(text):  # a few capitals have two small letters
        found += [Named(at, at + len(form), one) for form, one in forms.odd.items() for at in _places(small, form)]
    words: list[tuple[int, int, str]] = []
    end = 0
    for word in WORD.finditer(text):
        if not is_possessive(text, end, word.start(), word.end()):
            words.append((word.start(), word.end(), fold(word.group()).key))
        end = word.end()
    for first in range(len(words)):
        found.extend(_from(text, words, first, forms))
    chosen: list[Named] = []
    for each in sorted(found, key=lambda one: (one.start, -one.end)):
        if not chosen or each.start >= chosen[-1].end:
            chosen.append(each)
    return chosen


def _from(text: str, words: list[tuple[int, int, str]], first: int, forms: Forms) -> Iterable[Named]:
    """The names that begin with this word."""
    key = ""
    for last in range(first, min(first + LONGEST_NAME, len(words))):
        if last > first and not SOFT_GAP.match(text[words[last - 1][1] : words[last][0]]):
            return
        key += words[last][2]
        start, end = words[first][0], words[last][1]
        identifier = forms.keys.get(key) or forms.keys.get(key.removesuffix("s"))
        if identifier and _capitals_fit(text[start:end], key, forms):
            yield Named(start, end, identifier)


def _capitals_fit(surface: str, key: str, forms: Forms) -> bool:
    plain = len(key) > SHORT and key not in own_words("english")
    return plain or surface in forms.spellings


def _places(text: str, identifier: str) -> Iterable[int]:
    place = text.find(identifier)
    while place >= 0:
        end = place + len(identifier)
        if not (text[place - 1 : place].isalnum() or text[end : end + 1].isalnum()):
            yield place
        place = text.find(identifier, end)
