"""Other people's words for categories and predicates, read as ours: the same, turned round, or the nearest ancestor.

``data/biolink.json`` is the hierarchy of Biolink Model 4.4.6, made by ``build_biolink.py``. A word is never lost: a
reading tells which words lie outside the vocabulary, and the reader keeps them with the entity or the evidence.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple

import orjson

from isthmus.graph.vocabulary import Category, Predicate

HIERARCHY = Path(__file__).parent / "data" / "biolink.json"
NO_QUALIFIERS: Mapping[str, str] = MappingProxyType({})


class Slot(NamedTuple):
    """A Biolink predicate: what it is a kind of, nearest first, and its inverse or an empty text."""

    parents: tuple[str, ...]
    inverse: str


@cache
def _classes() -> dict[str, tuple[str, ...]]:
    return {name: tuple(above) for name, above in orjson.loads(HIERARCHY.read_bytes())["classes"].items()}


@cache
def _slots() -> dict[str, Slot]:
    slots = orjson.loads(HIERARCHY.read_bytes())["predicates"]
    return {name: Slot(tuple(slot["parents"]), slot["inverse"]) for name, slot in slots.items()}


def _upwards(name: str, parents: Mapping[str, Iterable[str]]) -> Iterator[str]:
    """``name`` and its ancestors, level by level: the first that fits is the nearest."""
    seen, level = {name}, [name]
    while level:
        yield from level
        above = [parent for each in level for parent in parents.get(each, ())]
        level = [parent for parent in dict.fromkeys(above) if parent not in seen]
        seen.update(level)


# -- categories --

_CATEGORIES = {each.value: each for each in Category}

# Classes of earlier Biolink versions.
FORMER_CLASSES = {
    "ChemicalSubstance": Category.CHEMICAL_ENTITY,
    "Chemical": Category.CHEMICAL_ENTITY,
    "Metabolite": Category.SMALL_MOLECULE,
    "Carbohydrate": Category.SMALL_MOLECULE,
    "GeneProduct": Category.PROTEIN,
    "MolecularFunction": Category.MOLECULAR_ACTIVITY,
}


@dataclass(frozen=True, slots=True)
class CategoryReading:
    """The most specific of some categories inside the vocabulary, and the words outside it that it does not include."""

    category: Category
    outside: tuple[str, ...] = ()


@lru_cache(maxsize=4096)
def read_categories(words: tuple[str, ...]) -> CategoryReading:
    """One category for all that a source gives a node.

    The most specific of those that are in the vocabulary, of several the one that the source names first; where none is,
    the nearest ancestor of the most specific one.

    >>> read_categories(("biolink:NamedThing", "biolink:BiologicalEntity", "biolink:Gene"))
    CategoryReading(category=<Category.GENE: 'Gene'>, outside=())
    >>> read_categories(("biolink:JournalArticle",)).category, read_categories(("Compound",)).outside
    (<Category.INFORMATION_CONTENT_ENTITY: 'InformationContentEntity'>, ('Compound',))
    """
    names = {word: _class_name(word) for word in words if word.strip()}
    inside = [Category(name) for name in names.values() if name in _CATEGORIES]
    foreign = [word for word, name in names.items() if name not in _CATEGORIES]
    above = [_nearest_category(names[word]) for word in foreign]
    best = max(inside or above or [Category.NAMED_THING], key=lambda category: category.depth)
    # the ancestors that many graphs list with each category say nothing more
    implied = set(_upwards(best.value, _classes())) if inside else set()
    return CategoryReading(best, tuple(sorted(word.strip() for word in foreign if names[word] not in implied)))


def _nearest_category(name: str) -> Category:
    if name in FORMER_CLASSES:
        return FORMER_CLASSES[name]
    return next((Category(each) for each in _upwards(name, _classes()) if each in _CATEGORIES), Category.NAMED_THING)


def _class_name(word: str) -> str:
    """``biolink:SmallMolecule``, ``small molecule`` and ``small_molecule`` are all ``SmallMolecule``."""
    local = re.sub(r"^biolink:", "", word.strip(), flags=re.IGNORECASE)
    if local in _CATEGORIES or local in _classes() or local in FORMER_CLASSES:
        return local
    return "".join(part[:1].upper() + part[1:] for part in re.split(r"[\s_]+", local)) or local


# -- predicates --


@dataclass(frozen=True, slots=True)
class PredicateReading:
    """A source's predicate as one of ours: ``turned`` exchanges subject and object.

    ``outside`` says that the source's word says something else or more, so that it has to be kept.
    """

    predicate: Predicate
    turned: bool = False
    outside: bool = False


_P = Predicate
_ASPECTS_UP = ("abundance", "amount", "synthesis", "secretion", "stability", "localization", "uptake", "transport")

# Predicates of Biolink 1 to 3 and of graphs made with them, where the hierarchy of today has no place for them.
FORMER_PREDICATES: dict[str, Predicate] = {
    "positively_regulates": _P.INCREASES,
    "negatively_regulates": _P.DECREASES,
    "upregulates": _P.INCREASES,
    "downregulates": _P.DECREASES,
    "stimulates": _P.INCREASES,
    "stabilizes": _P.INCREASES,
    "increases_activity_of": _P.ACTIVATES,
    "decreases_activity_of": _P.INHIBITS,
    "increases_amount_or_activity_of": _P.INCREASES,
    "decreases_amount_or_activity_of": _P.DECREASES,
    "increases_degradation_of": _P.DECREASES,
    "decreases_degradation_of": _P.INCREASES,
    **{f"increases_{aspect}_of": _P.INCREASES for aspect in _ASPECTS_UP},
    **{f"decreases_{aspect}_of": _P.DECREASES for aspect in _ASPECTS_UP},
    "molecularly_interacts_with": _P.PHYSICALLY_INTERACTS_WITH,
    "directly_interacts_with": _P.PHYSICALLY_INTERACTS_WITH,
    "chemically_interacts_with": _P.INTERACTS_WITH,
    "approved_to_treat": _P.TREATS,
    "approved_for_treatment_by": _P.TREATS,
    "predisposes": _P.PREDISPOSES_TO,
    "disease_has_phenotype": _P.HAS_PHENOTYPE,
    "regulates_expression_of": _P.REGULATES,
}
# What tables of drugs and their targets call the drug. Each says more of the mechanism than our word, and is kept.
ROLES: dict[str, Predicate] = {
    **dict.fromkeys(
        (
            "inhibitor",
            "antagonist",
            "inverse_agonist",
            "blocker",
            "suppressor",
            "inactivator",
            "channel_blocker",
            "negative_modulator",
            "negative_allosteric_modulator",
            "inhibitory_allosteric_modulator",
        ),
        _P.INHIBITS,
    ),
    **dict.fromkeys(
        (
            "agonist",
            "partial_agonist",
            "activator",
            "stimulator",
            "potentiator",
            "opener",
            "positive_modulator",
            "positive_allosteric_modulator",
        ),
        _P.ACTIVATES,
    ),
    **dict.fromkeys(("binder", "ligand", "binding_agent"), _P.BINDS),
    **dict.fromkeys(("modulator", "allosteric_modulator"), _P.AFFECTS),
    "inducer": _P.INCREASES,
    "degrader": _P.DECREASES,
    "substrate": _P.SUBSTRATE_OF,
}
FORMER_TURNED = frozenset({"approved_for_treatment_by"})
_FORMER_REGULATION = re.compile(
    r"(?:entity|process)_((?:positively_|negatively_)?regulates)_(?:entity|process)|"
    r"((?:positively_|negatively_)?regulates)_(?:entity_to_entity|process_to_process)"
)
_FORMER_AFFECTS = re.compile(r"(?:affects|increases|decreases)_\w+_(?:of|to|processing_of)")

_PREDICATES = {each.value: each for each in Predicate}
_BY_SLOT = {each.definition.biolink: each for each in Predicate if not each.definition.qualifiers}
_UPWARD_WORDS = frozenset({"increased", "upregulated"})
_DOWNWARD_WORDS = frozenset({"decreased", "downregulated"})


def read_predicate(word: str, qualifiers: Mapping[str, str] = NO_QUALIFIERS) -> PredicateReading:
    """Our predicate for a Biolink CURIE, a slot name of this or an earlier version, one of our own names, or any word.

    ``qualifiers`` are Biolink's edge qualifiers by name; ``object_aspect_qualifier`` and
    ``object_direction_qualifier`` make of ``affects`` what it says, and ``subject_direction_qualifier`` may turn that
    into its opposite: what less of a thing increases, the thing decreases. A word that nobody knows is ``related_to``.

    >>> read_predicate("biolink:treated_by")
    PredicateReading(predicate=<Predicate.TREATS: 'treats'>, turned=True, outside=False)
    >>> read_predicate("biolink:in_clinical_trials_for").predicate, read_predicate("CbG").predicate
    (<Predicate.STUDIED_TO_TREAT: 'studied_to_treat'>, <Predicate.RELATED_TO: 'related_to'>)
    """
    return _read(
        word.strip(),
        qualifiers.get("object_aspect_qualifier", "").strip(),
        qualifiers.get("object_direction_qualifier", "").strip(),
        qualifiers.get("subject_direction_qualifier", "").strip(),
    )


@lru_cache(maxsize=4096)
def _read(word: str, aspect: str, direction: str, subject_direction: str) -> PredicateReading:
    name = re.sub(r"[\s-]+", "_", re.sub(r"^biolink:", "", word, flags=re.IGNORECASE))
    plain = _read_name(name)
    if name not in _slots() and plain.outside:
        plain = _read_name(name.lower())
    if direction and plain.predicate in (Predicate.AFFECTS, Predicate.REGULATES):
        if plain.turned:  # the qualifier speaks of what is now the subject
            return PredicateReading(plain.predicate, turned=True, outside=True)
        local = [each.removeprefix("biolink:") for each in (aspect, direction, subject_direction)]
        return _with_direction(plain, *local)
    return replace(plain, outside=plain.outside or bool(subject_direction))


def _read_name(name: str) -> PredicateReading:
    if name in _PREDICATES:
        return PredicateReading(Predicate(name))
    if name in _BY_SLOT:
        return PredicateReading(_BY_SLOT[name])
    slot = _slots().get(name, Slot((), ""))
    if slot.inverse in _BY_SLOT:
        return PredicateReading(_BY_SLOT[slot.inverse], turned=True)
    if former := _former(name):
        return PredicateReading(former, turned=name in FORMER_TURNED, outside=True)
    nearest = _nearest_predicate(name)
    if nearest is Predicate.RELATED_TO and slot.inverse:
        other_way = _nearest_predicate(slot.inverse)
        return PredicateReading(other_way, turned=not other_way.symmetric, outside=True)
    return PredicateReading(nearest, outside=True)


def _former(name: str) -> Predicate | None:
    if match := _FORMER_REGULATION.fullmatch(name):
        name = match[1] or match[2]
    if known := FORMER_PREDICATES.get(name) or ROLES.get(name):
        return known
    if name == "regulates":
        return Predicate.REGULATES
    return Predicate.AFFECTS if _FORMER_AFFECTS.fullmatch(name) and name not in _slots() else None


def _nearest_predicate(name: str) -> Predicate:
    above = {slot: definition.parents for slot, definition in _slots().items()}
    return next((_BY_SLOT[each] for each in _upwards(name, above) if each in _BY_SLOT), Predicate.RELATED_TO)


def _with_direction(plain: PredicateReading, aspect: str, direction: str, of_subject: str) -> PredicateReading:
    """``affects`` or ``regulates`` with its qualifiers; a kind of change that we have no name for stays outside."""
    known_ways = _UPWARD_WORDS | _DOWNWARD_WORDS
    if direction not in known_ways or (of_subject and of_subject not in known_ways):
        return PredicateReading(plain.predicate, outside=True)
    if of_subject:
        opposite = "decreased" if direction in _UPWARD_WORDS else "increased"
        same = of_subject in _UPWARD_WORDS
        return replace(_with_direction(plain, aspect, direction if same else opposite, ""), outside=True)
    up = direction in _UPWARD_WORDS
    if aspect == "expression":
        return PredicateReading(_P.INCREASES_EXPRESSION_OF if up else _P.DECREASES_EXPRESSION_OF)
    if aspect == "activity":
        return PredicateReading(_P.ACTIVATES if up else _P.INHIBITS)
    if aspect == "degradation":  # the more of it is broken down, the less there is
        return PredicateReading(_P.DECREASES if up else _P.INCREASES, outside=True)
    known = aspect in ("", "activity_or_abundance") and plain.predicate is Predicate.AFFECTS
    if aspect in ("", "activity_or_abundance", "abundance", *_ASPECTS_UP):
        return PredicateReading(_P.INCREASES if up else _P.DECREASES, outside=plain.outside or not known)
    return PredicateReading(plain.predicate, outside=True)
