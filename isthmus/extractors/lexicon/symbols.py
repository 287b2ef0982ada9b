"""What is named by symbols, in which an English word is found by chance."""

from __future__ import annotations

from isthmus.extractors.lexicon.normalise import Name
from isthmus.extractors.lexicon.words import own_words
from isthmus.graph.vocabulary import Category

SYMBOLIC = (
    Category.GENE,
    Category.GENE_FAMILY,
    Category.MACROMOLECULAR_COMPLEX,
    Category.CHEMICAL_ENTITY,
    Category.DISEASE,
)


def is_symbolic(category: Category) -> bool:
    """Whether things of this category have short symbols for names."""
    return any(wider.includes(category) for wider in SYMBOLIC)


def is_english(name: Name) -> bool:
    """Whether a text only uses an English word: one of our list, without a capital that no sentence begins with.

    "clock" and "Clock" are, "CLOCK" may be the gene.
    """
    words = own_words("english")
    return (name.key in words or name.stem in words) and "U" not in name.capitals[1:]


def is_never(name: Name) -> bool:
    """Whether our list says that nobody names anything so."""
    words = own_words("never")
    return name.key in words or name.stem in words
