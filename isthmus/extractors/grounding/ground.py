"""Which entity each tagged name of a text means.

In this order: the long form where the document defines the name as a short one; the name as written; its other
spellings; what the lexicon's own finder chose for the same characters, which on the training documents of BC5CDR was right
less often than the rest. A reading has to be of the tagger's kind.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from isthmus.extractors.grounding.kinds import CHEMICALS, is_of_kind
from isthmus.extractors.grounding.spellings import SHORT_FOR, spellings
from isthmus.extractors.grounding.usage import used_for
from isthmus.extractors.lexicon.lexicon import Candidate, Lexicon
from isthmus.extractors.models.tagger import TaggedSpan
from isthmus.extractors.text.abbreviations import find_abbreviations
from isthmus.extractors.text.mentions import Found
from isthmus.extractors.text.stop_names import ALIASES
from isthmus.extractors.ungrounded import ungrounded_entity
from isthmus.graph.model import Entity, Mention
from isthmus.graph.vocabulary import Category

_AS_LIKELY = 0.6  # of the first reading's score


@dataclass(frozen=True, slots=True)
class Grounded:
    """A tagged name and its entity; ``score`` in [0, 1] ranks readings, is 0 where ungrounded, and is no probability."""

    span: TaggedSpan
    entity: Entity
    score: float


def ground(
    text: str,
    spans: Sequence[TaggedSpan],
    sentences: Sequence[tuple[int, int]],
    lexicon: Lexicon,
    known: Sequence[tuple[Mention, Found]] = (),
) -> list[Grounded]:
    """One entity for each span, order kept; a name that no source knows gets a ``text:`` id.

    ``known`` is what ``find_mentions`` found in the same text. The same name with the same category means the same entity
    all over the document.
    """
    longs = {found.short: found.long for found in reversed(find_abbreviations(text, sentences))}
    at_place = {(found.start, found.end): found for _, found in known if found.entity.grounded}
    finder: dict[tuple[str, Category], tuple[Entity, float]] = {}
    for span in spans:
        found = at_place.get((span.start, span.end))
        if found is not None and is_of_kind(span.category, found.entity.category):
            finder.setdefault((text[span.start : span.end], span.category), (found.entity, found.score))
    chosen: dict[tuple[str, Category], tuple[Entity, float]] = {}
    grounded = []
    for span in spans:
        key = text[span.start : span.end], span.category
        if key not in chosen:
            entity, score = _meaning(*key, longs, lexicon)
            chosen[key] = (entity, score) if entity.grounded else finder.get(key, (entity, score))
        grounded.append(Grounded(span, *chosen[key]))
    return grounded


def _meaning(name: str, category: Category, longs: Mapping[str, str], lexicon: Lexicon) -> tuple[Entity, float]:
    long = longs.get(name) or (longs.get(name[:-1]) if name.endswith("s") else None)
    for form in (long, name):
        for spelling in _written(form, category):
            used = used_for(spelling, category)
            entity = lexicon.canonical(used) if used else None
            if entity is not None and is_of_kind(category, entity.category):
                return entity, 1.0
            readings = [c for c in lexicon.candidates(spelling) if is_of_kind(category, c.entity.category)]
            if readings:
                best = _best_known(readings)
                return best.entity, min(best.score, 1.0)
    return ungrounded_entity(long or name, category), 0.0


def _best_known(readings: Sequence[Candidate]) -> Candidate:
    """Of the readings nearly as likely as the first, the first that MeSH has too: literature is indexed by it."""
    near = [each for each in readings if each.score >= _AS_LIKELY * readings[0].score]
    return next((each for each in near if any(x.startswith("MESH:") for x in _curies(each.entity))), readings[0])


def _curies(entity: Entity) -> tuple[str, ...]:
    return entity.id, *entity.xrefs


def _written(form: str | None, category: Category) -> Iterator[str]:
    if not form:
        return
    alias = (SHORT_FOR.get(form) if category in CHEMICALS else None) or ALIASES.get(form) or ALIASES.get(form.lower())
    if alias:
        yield alias
    yield from spellings(form, category in CHEMICALS)
