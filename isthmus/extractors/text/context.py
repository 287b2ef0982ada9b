"""In what a sentence saw what it says: the species, the cells, the part of the body, where it names just one."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable

from isthmus.graph.model import ANYWHERE, Context, Mention
from isthmus.graph.vocabulary import Category

_HUMAN = frozenset({"NCBITaxon:9606", "MESH:D006801"})
_ANIMAL = re.compile(
    r"(?i)(?:mouse|mice|murine|rats?|zebrafish|drosophila|c\. elegans|pigs?|piglets?|(?:rhesus )?monkeys?|macaques?)"
)
_SPECIES = (
    (re.compile(r"(?i)(?:mouse|mice|murine)\Z"), "NCBITaxon:10090"),
    (re.compile(r"(?i)rats?\Z"), "NCBITaxon:10116"),
)
# "In cultured microglia", "within the rat hippocampus": a place that something happened in, not one that it happened to.
_IN = re.compile(r"\b(?:in|within|inside)\s+(?:[\w-]+\s+){0,3}\Z", re.IGNORECASE)
_CELLS = frozenset({Category.CELL, Category.CELL_LINE})
_PLACES = frozenset({Category.ANATOMICAL_ENTITY, Category.GROSS_ANATOMICAL_STRUCTURE})


def context_of(mentions: Iterable[Mention], text: str = "", arguments: Collection[str] = ()) -> Context:
    """What these mentions of a passage say of where it holds.

    The species is the one laboratory animal that is named; cells and parts of the body count where ``text`` has "in"
    before them and they are none of the statement's own ``arguments``. What is named twice differently is left open.
    """
    named = list(mentions)
    species = {_species(mention) for mention in named if is_laboratory_animal(mention)}
    inside = [
        each
        for each in named
        if each.entity not in arguments and _IN.search(text[max(each.start - 60, 0) : each.start])
    ]
    cells, places = ({each.entity for each in inside if each.category in kinds} for kinds in (_CELLS, _PLACES))
    context = Context(*(found.pop() if len(found) == 1 else "" for found in (species, cells, places)))
    return ANYWHERE if context == ANYWHERE else context


def _species(mention: Mention) -> str:
    """The taxon of an animal, whatever strain of it the sources know."""
    return next((taxon for animal, taxon in _SPECIES if animal.match(mention.text)), mention.entity)


def is_host(mention: Mention) -> bool:
    """Whether it is only in whom something was seen: patients, people, laboratory animals."""
    return mention.entity in _HUMAN or is_laboratory_animal(mention)


def is_laboratory_animal(mention: Mention) -> bool:
    """Bacteria are what abstracts speak about, mice are where it was seen."""
    return mention.category is Category.ORGANISM_TAXON and _ANIMAL.fullmatch(mention.text) is not None
