"""What a source's ids and names stand for: the graph's one entity, else the source's own, else an ungrounded one."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import TypeAlias

from isthmus.extractors.reading import Canonical
from isthmus.extractors.ungrounded import ungrounded_id
from isthmus.graph.model import Entity
from isthmus.graph.vocabulary import Category

REMEMBERED = 1 << 16


def remembering(canonical: Canonical) -> Canonical:
    """The same lookup, with its last answers kept: a table names the same things over and over."""
    return lru_cache(maxsize=REMEMBERED)(canonical)


def described(canonical: Canonical, curie: str, name: str, category: Category | None = None) -> Entity:
    """The graph's one entity for a source's id; where there is none, the source's own id and name.

    Without a ``category`` that of the id's prefix is taken.
    """
    known = canonical(curie)
    return known if known is not None else Entity(curie, name or curie, category or category_of(curie))


Names: TypeAlias = Callable[[str, Category], Entity | None]


def no_names(name: str, category: Category) -> Entity | None:
    """Finds nothing: names without ids stay ungrounded."""
    return None


def named(names: Names, name: str, category: Category) -> Entity:
    """What a name without an id stands for: what ``names`` finds, else an ungrounded entity."""
    known = names(name, category)
    return known if known is not None else Entity(ungrounded_id(name, category), name, category)


# Which kind of thing a namespace identifies, where a source does not say.
PREFIX_CATEGORIES: dict[str, Category] = {
    "ncbigene": Category.GENE,
    "hgnc": Category.GENE,
    "hgnc.symbol": Category.GENE,
    "ensembl": Category.GENE,
    "mgi": Category.GENE,
    "rgd": Category.GENE,
    "uniprotkb": Category.PROTEIN,
    "uniprot": Category.PROTEIN,
    "mondo": Category.DISEASE,
    "doid": Category.DISEASE,
    "omim": Category.DISEASE,
    "orpha": Category.DISEASE,
    "orphanet": Category.DISEASE,
    "decipher": Category.DISEASE,
    "efo": Category.DISEASE_OR_PHENOTYPIC_FEATURE,
    "hp": Category.PHENOTYPIC_FEATURE,
    "chebi": Category.CHEMICAL_ENTITY,
    "drugbank": Category.DRUG,
    "go": Category.BIOLOGICAL_PROCESS,
    "uberon": Category.ANATOMICAL_ENTITY,
    "cl": Category.CELL,
    "ncbitaxon": Category.ORGANISM_TAXON,
    "dbsnp": Category.SEQUENCE_VARIANT,
}


def category_of(curie: str) -> Category:
    """The category that the prefix stands for; ``NAMED_THING`` where it stands for several or is not known."""
    return PREFIX_CATEGORIES.get(curie.partition(":")[0].lower(), Category.NAMED_THING)
