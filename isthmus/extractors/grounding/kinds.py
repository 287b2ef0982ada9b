"""Which categories may be one kind of thing: sources and annotators draw the lines between them in different places."""

from __future__ import annotations

from isthmus.graph.vocabulary import Category

_C = Category
GENES = frozenset({_C.GENE, _C.PROTEIN, _C.GENE_FAMILY, _C.MACROMOLECULAR_COMPLEX})
DISEASES = frozenset({_C.DISEASE, _C.PHENOTYPIC_FEATURE, _C.DISEASE_OR_PHENOTYPIC_FEATURE})
CHEMICALS = frozenset({_C.CHEMICAL_ENTITY, _C.SMALL_MOLECULE, _C.DRUG, _C.FOOD})
FAMILIES: tuple[frozenset[Category], ...] = (
    GENES,
    DISEASES,
    CHEMICALS,
    frozenset({_C.ANATOMICAL_ENTITY, _C.GROSS_ANATOMICAL_STRUCTURE, _C.CELL, _C.CELLULAR_COMPONENT}),
    frozenset({_C.PROCEDURE, _C.DEVICE}),
    frozenset({_C.ORGANISM_TAXON, _C.POPULATION}),
)
_FAMILY = {category: family for family in FAMILIES for category in family}


def family(category: Category) -> frozenset[Category]:
    """The categories of the same kind of thing, itself among them."""
    return _FAMILY.get(category, frozenset({category}))


def is_of_kind(tagged: Category, found: Category) -> bool:
    """Whether an entity of category ``found`` may be what a tagger calls ``tagged``."""
    # What the annotators of microbiomes mark, the sources file under organisms, processes and more.
    if tagged is _C.PHENOMENON:
        return True
    if found is _C.FOOD and tagged is not _C.FOOD:
        return False  # a chemical is not its food, though a food or supplement may be a chemical
    return tagged.includes(found) or found in family(tagged)
