"""The few sorts of things that are told apart at a glance, on pages and in pictures: each has a colour, a shape and a letter."""

from __future__ import annotations

from isthmus.graph.vocabulary import Category

# Sorts of things that are told apart at a glance, each by a colour and a letter; what is in none is "other".
KINDS: dict[str, tuple[str, tuple[Category, ...]]] = {
    "gene": (
        "G",
        (
            Category.GENE,
            Category.PROTEIN,
            Category.GENE_FAMILY,
            Category.MACROMOLECULAR_COMPLEX,
            Category.SEQUENCE_VARIANT,
        ),
    ),
    "disease": (
        "D",
        (Category.DISEASE_OR_PHENOTYPIC_FEATURE, Category.DISEASE, Category.PHENOTYPIC_FEATURE, Category.BEHAVIOR),
    ),
    "chemical": ("C", (Category.CHEMICAL_ENTITY, Category.SMALL_MOLECULE, Category.DRUG, Category.FOOD)),
    "anatomy": (
        "A",
        (
            Category.ANATOMICAL_ENTITY,
            Category.GROSS_ANATOMICAL_STRUCTURE,
            Category.CELL,
            Category.CELLULAR_COMPONENT,
            Category.CELL_LINE,
        ),
    ),
    "process": ("B", (Category.BIOLOGICAL_PROCESS, Category.PATHWAY, Category.MOLECULAR_ACTIVITY, Category.PHENOMENON)),
    "organism": ("O", (Category.ORGANISM_TAXON, Category.POPULATION)),
}
_KIND_OF = {category: kind for kind, (_, categories) in KINDS.items() for category in categories}


def kind(category: Category) -> str:
    """The sort of a category.

    >>> kind(Category.DRUG), kind(Category.DEVICE)
    ('chemical', 'other')
    """
    return _KIND_OF.get(category, "other")


def letter(category: Category) -> str:
    """The letter of its sort.

    >>> letter(Category.GENE), letter(Category.NAMED_THING)
    ('G', '·')
    """
    return KINDS[kind(category)][0] if category in _KIND_OF else "·"


def example_of(kind: str) -> Category:
    """A category of that sort.

    >>> example_of("process").value, example_of("other").value
    ('BiologicalProcess', 'NamedThing')
    """
    return KINDS[kind][1][0] if kind in KINDS else Category.NAMED_THING
