"""Pairs of entities that may be related: which kinds of things each corpus relates, and what is known of a pair.

The labels are the corpora's own; ``text/predicates.py`` makes our predicates of them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from isthmus.extractors.models.words import Words, windows
from isthmus.graph.vocabulary import Category

NONE = "none"
HEADS: dict[str, tuple[str, ...]] = {
    "biored": (
        NONE, "Association", "Positive_Correlation", "Negative_Correlation", "Bind", "Cotreatment", "Comparison",
        "Drug_Interaction", "Conversion",
    ),
    "bc5cdr": (NONE, "CID"),
    "drugprot": (
        NONE, "INHIBITOR", "SUBSTRATE", "DIRECT-REGULATOR", "ACTIVATOR", "ANTAGONIST", "INDIRECT-UPREGULATOR",
        "INDIRECT-DOWNREGULATOR", "PART-OF", "PRODUCT-OF", "AGONIST",
    ),
    "gutbrainie": (
        NONE, "is linked to", "target", "affect", "influence", "located in", "used by", "change abundance", "part of", "is a",
        "interact", "impact", "strike", "change effect", "change expression", "administered", "produced by", "compared to",
    ),
}  # fmt: skip
LABELS = tuple((head, label) for head, labels in HEADS.items() for label in labels)
OFFSET = {head: LABELS.index((head, labels[0])) for head, labels in HEADS.items()}  # of a corpus's labels among all
WINDOW = 510  # pieces of a window, less the two marks at its ends
BLOCK = 32  # of the grouped bilinear form
# Relations without a direction: a pair stands once, in the order of its first mentions.
SYMMETRIC = frozenset({"biored"})

# Kinds of things as the pairs see them.
GENE, VARIANT, DISEASE, CHEMICAL, FOOD, MICROBIOME, ORGANISM, HOST, PLACE, PROCEDURE, METHOD, OTHER = range(12)
KINDS = 12
_C = Category
KIND_OF: dict[Category, int] = {
    **dict.fromkeys((_C.GENE, _C.PROTEIN, _C.GENE_FAMILY, _C.MACROMOLECULAR_COMPLEX), GENE),
    _C.SEQUENCE_VARIANT: VARIANT,
    **dict.fromkeys((_C.DISEASE, _C.PHENOTYPIC_FEATURE, _C.DISEASE_OR_PHENOTYPIC_FEATURE), DISEASE),
    **dict.fromkeys((_C.CHEMICAL_ENTITY, _C.SMALL_MOLECULE, _C.DRUG), CHEMICAL),
    _C.FOOD: FOOD,
    _C.PHENOMENON: MICROBIOME,
    _C.ORGANISM_TAXON: ORGANISM,
    _C.POPULATION: HOST,
    **dict.fromkeys((_C.ANATOMICAL_ENTITY, _C.GROSS_ANATOMICAL_STRUCTURE), PLACE),
    _C.PROCEDURE: PROCEDURE,
    _C.INFORMATION_CONTENT_ENTITY: METHOD,
}
_BIORED = {GENE, DISEASE, CHEMICAL, VARIANT}
_TAKEN = frozenset({CHEMICAL, FOOD})
ALLOWED: dict[str, frozenset[tuple[int, int]]] = {
    "biored": frozenset(
        (a, b) for a in _BIORED for b in _BIORED if (a, b) not in ((DISEASE, DISEASE), (GENE, VARIANT), (VARIANT, GENE))
    ),
    "bc5cdr": frozenset({(CHEMICAL, DISEASE)}),
    "drugprot": frozenset({(CHEMICAL, GENE)}),
    "gutbrainie": frozenset(
        {(MICROBIOME, kind) for kind in (DISEASE, HOST, PLACE, PROCEDURE, GENE, MICROBIOME)}
        | {(DISEASE, kind) for kind in (HOST, DISEASE, ORGANISM, MICROBIOME, CHEMICAL, PLACE)}
        | {(ORGANISM, kind) for kind in (DISEASE, MICROBIOME, HOST, CHEMICAL, GENE, ORGANISM)}
        | {(taken, kind) for taken in _TAKEN for kind in (DISEASE, MICROBIOME, ORGANISM, GENE, HOST)}
        | {(CHEMICAL, kind) for kind in (PLACE, CHEMICAL)}
        | {(HOST, PROCEDURE), (PLACE, HOST)}
    ),
}  # fmt: skip
# Corpora that relate names within a sentence, or nearly so.
FARTHEST: dict[str, int] = {"biored": 99, "bc5cdr": 99, "drugprot": 0, "gutbrainie": 1}

FEATURES = 14 + 2 * KINDS


@dataclass(frozen=True, slots=True)
class Place:
    """One mention in a window: pieces ``first:last`` (with the mark at the window's start counted), its sentence."""

    first: int
    last: int
    sentence: int
    entity: int


@dataclass(frozen=True, slots=True)
class EntityPlaces:
    """An entity in a window: its kind and its mentions in order."""

    kind: int
    places: tuple[Place, ...]


def in_window(
    words: Words,
    low: int,
    high: int,
    sentences: Sequence[tuple[int, int]],
    mentions: Sequence[tuple[int, int, Category, int]],
) -> dict[int, EntityPlaces]:
    """The entities named by words ``low:high``; ``mentions`` are (start, end, category, entity) in characters."""
    starts = [start for start, _ in sentences]
    found: dict[int, tuple[int, list[Place]]] = {}
    base = int(words.first[low]) - 1  # the window's own first piece is its mark
    begin, stop = (int(words.start[low]), int(words.end[high - 1])) if low < high else (0, 0)
    inside = [mention for mention in mentions if begin <= mention[0] and mention[1] <= stop]
    for start, end, category, entity in sorted(inside, key=lambda mention: mention[:2]):
        first_word, last_word = (int(place) for place in np.searchsorted(words.start, [start, end]))
        if low <= first_word < last_word <= high:
            place = Place(
                int(words.first[first_word]) - base,
                int(words.first[last_word]) - base,
                int(np.searchsorted(starts, start, side="right")) - 1,
                entity,
            )
            found.setdefault(entity, (KIND_OF.get(category, OTHER), []))[1].append(place)
    return {entity: EntityPlaces(kind, tuple(places)) for entity, (kind, places) in found.items()}


def distance(one: EntityPlaces, other: EntityPlaces) -> int:
    """How many sentence ends lie between their nearest mentions; 0 in one sentence."""
    return min(abs(a.sentence - b.sentence) for a in one.places for b in other.places)


def candidates(entities: dict[int, EntityPlaces], head: str) -> Iterator[tuple[int, int]]:
    """The pairs that a corpus may relate, subject first."""
    allowed, farthest = ALLOWED[head], FARTHEST[head]
    ordered = sorted(entities, key=lambda number: (entities[number].places[0].first, number))
    for at, one in enumerate(ordered):
        for other in ordered[at + 1 :]:
            a, b = entities[one], entities[other]
            if distance(a, b) > farthest or _overlap(a, b):
                continue
            if head in SYMMETRIC:
                if (a.kind, b.kind) in allowed or (b.kind, a.kind) in allowed:
                    yield one, other
            else:
                if (a.kind, b.kind) in allowed:
                    yield one, other
                if (b.kind, a.kind) in allowed:
                    yield other, one


def _overlap(one: EntityPlaces, other: EntityPlaces) -> bool:
    """Whether all they are is one inside the other, as for single mentions of nested names."""
    if len(one.places) > 1 or len(other.places) > 1:
        return False
    a, b = one.places[0], other.places[0]
    return a.first < b.last and b.first < a.last


def pair_features(subject: EntityPlaces, obj: EntityPlaces, n_sentences: int) -> NDArray[np.float32]:
    """Shape (FEATURES,): how near, how often, where and what the two are."""
    ours, theirs = {place.sentence for place in subject.places}, {place.sentence for place in obj.places}
    shared = len(ours & theirs)
    gap = distance(subject, obj)
    nearest = min(
        (max(b.first - a.last, a.first - b.last, 0), a.first > b.first)
        for a in subject.places
        for b in obj.places
        if abs(a.sentence - b.sentence) == gap
    )
    last = max(n_sentences - 1, 0)
    known = [
        gap == 0,
        min(gap, 6) / 6,
        np.log1p(nearest[0]) / 5,
        nearest[1],
        np.log1p(shared),
        shared / max(len(ours | theirs), 1),
        np.log1p(len(subject.places)) / 2,
        np.log1p(len(obj.places)) / 2,
        0 in ours,
        0 in theirs,
        0 in ours and 0 in theirs,
        last in ours and last in theirs,
        subject.places[0].first < obj.places[0].first,
        1.0,
    ]
    kinds = np.zeros((2, KINDS), dtype=np.float32)
    kinds[0, subject.kind] = kinds[1, obj.kind] = 1
    return np.concatenate([np.array(known, dtype=np.float32), kinds.ravel()])


def reading_windows(words: Words, sentences: Sequence[tuple[int, int]], longest: int) -> list[tuple[int, int]]:
    """Windows of whole sentences, as (first word, end word); each but the first begins half a window before its own.

    A document that fits is one window. What two windows share is read in both, so that near pairs are never parted.
    """
    if words.first[-1] <= longest:
        return [(0, len(words))] if len(words) else []
    halves = windows(words, sentences, longest // 2)
    return [(low, high) for (low, _), (_, high) in zip(halves, halves[1:] or halves, strict=False)]
