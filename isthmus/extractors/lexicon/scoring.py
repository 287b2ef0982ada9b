"""How likely a name means an entity before any context is looked at."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from isthmus.extractors.lexicon.normalise import Name
from isthmus.graph.model import Entity
from isthmus.graph.vocabulary import Category


@dataclass(frozen=True, slots=True)
class Candidate:
    """One entity that a name may mean.

    ``entity`` has its id, name, category and xrefs; its synonyms are left out here (``Lexicon.canonical`` has them).
    ``match`` says whether the text is the entity's preferred ``name`` or a ``synonym``, ``exact_case`` whether the text
    has the very same capitals as the lexicon's form, ``score`` is the prior in [0, 1] before any context.
    """

    entity: Entity
    match: str
    exact_case: bool
    score: float


# By rank of the name: preferred, exact synonym, related synonym, weak (an abbreviation, a gene's old symbol), everyday.
RANK_PRIOR = (1.0, 0.8, 0.65, 0.45, 1.0)
OTHER_CAPITALS = 0.8
LENGTH_PRIOR = {1: 0.2, 2: 0.4, 3: 0.7}
# An entity that many databases know is the likelier meaning; this many cross-references are as good as any,
# and a MeSH heading of its own counts for as much again: people index papers with it.
WELL_KNOWN = 6
CATEGORY_PRIOR = {
    Category.ORGANISM_TAXON: 0.95,
    Category.MOLECULAR_ACTIVITY: 0.9,
    Category.CELLULAR_COMPONENT: 0.95,
    Category.NAMED_THING: 0.8,
}


def prior(rank: int, exact_case: bool, name: Name, entity: Entity) -> float:
    """Prior in (0, 1] of one reading by itself: how sure the name is, its capitals, its length, how well known the entity."""
    lower = "U" not in name.capitals[1:]  # a capital at the start of a sentence says nothing
    case = 1.0 if exact_case else 0.95 if lower and len(name.key) > 5 else OTHER_CAPITALS
    indexed = entity.id.startswith("MESH:D") or any(xref.startswith("MESH:D") for xref in entity.xrefs)
    known = 0.8 + 0.1 * min(len(entity.xrefs), WELL_KNOWN) / WELL_KNOWN + 0.1 * indexed
    length = LENGTH_PRIOR.get(len(name.key), 1.0)
    return RANK_PRIOR[rank] * case * known * length * CATEGORY_PRIOR.get(entity.category, 1.0)


def ranked(readings: Iterable[Candidate]) -> tuple[Candidate, ...]:
    """Each entity once, best first; a name that means several things is less sure of each: half of the score is shared."""
    best: dict[str, Candidate] = {}
    for reading in readings:
        known = best.get(reading.entity.id)
        if known is None or reading.score > known.score:
            best[reading.entity.id] = reading
    total = sum(reading.score for reading in best.values())
    shared = (replace(reading, score=reading.score * (0.5 + 0.5 * reading.score / total)) for reading in best.values())
    return tuple(sorted(shared, key=lambda reading: (-reading.score, reading.entity.id)))
