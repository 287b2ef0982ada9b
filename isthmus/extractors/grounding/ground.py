"""Which entity each tagged name of a text means.

In this order: the long form where the document defines the name as a short one; the name as written; its other
spellings; what the lexicon's own finder chose for the same characters, which on the training documents of BC5CDR was right
less often than the rest. A reading has to be of the tagger's kind.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum, auto

from isthmus.extractors.grounding.kinds import CHEMICALS, DISEASES, GENES, is_of_kind
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
THRESHOLD = 0.5  # of the probability that an id is the annotators'; below it a name stays ungrounded


class Route(Enum):
    """How an entity was come by."""

    USED = auto()
    NAME = auto()
    SYNONYM = auto()
    SPELLING = auto()
    FINDER = auto()


# How often an id was the annotators', of the names in the development documents of BC5CDR, NCBI disease and BioRED:
# of diseases, chemicals and genes. A concept without the annotators' namespace counts as wrong there, so it is a floor.
_RIGHT: dict[Route, tuple[float, float, float]] = {
    Route.USED: (0.97, 0.99, 0.93),
    Route.NAME: (0.71, 0.77, 0.67),
    Route.SYNONYM: (0.66, 0.87, 0.69),
    Route.SPELLING: (0.85, 0.95, 0.95),
    Route.FINDER: (0.44, 0.81, 0.94),
}
_OTHER_RIGHT = 0.7  # of kinds that those corpora do not number


@dataclass(frozen=True, slots=True)
class Grounded:
    """A tagged name and its entity; ``score`` is the probability that its id is right, 0 where ungrounded."""

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
            score = _right(Route.FINDER, span.category)
            if score >= THRESHOLD:
                finder.setdefault((text[span.start : span.end], span.category), (found.entity, score))
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
        for number, spelling in enumerate(_written(form, category)):
            used = used_for(spelling, category)
            entity = lexicon.canonical(used) if used else None
            if entity is not None and is_of_kind(category, entity.category):
                return entity, _right(Route.USED, category)
            readings = [c for c in lexicon.candidates(spelling) if is_of_kind(category, c.entity.category)]
            if readings:
                best = _best_known(readings)
                route = Route.SPELLING if number else Route.NAME if best.match == "name" else Route.SYNONYM
                return best.entity, _right(route, category)
    return ungrounded_entity(long or name, category), 0.0


def _right(route: Route, category: Category) -> float:
    families = (DISEASES, CHEMICALS, GENES)
    of = next((number for number, family in enumerate(families) if category in family), None)
    return _OTHER_RIGHT if of is None else _RIGHT[route][of]


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
