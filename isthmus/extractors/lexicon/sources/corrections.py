"""Our own word on what the sources lack or say wrongly (``words/``)."""

from __future__ import annotations

from isthmus.extractors.lexicon.concepts import EVERYDAY, Concepts, Use
from isthmus.extractors.lexicon.sources.files import SourceFiles
from isthmus.extractors.lexicon.words import own_rows


def settle_identifiers(concepts: Concepts, _: SourceFiles) -> None:
    """Our own list of what is the same comes before MeSH joins the rest."""
    for curie, target in own_rows("same"):
        concept = concepts.find(target)
        if concept is not None:
            concepts.settle(curie, concept)


def mend_names(concepts: Concepts, _: SourceFiles) -> None:
    """Everyday names that the sources lack come in, and names that nobody means go out."""
    for name, curie in own_rows("unnamed"):
        concept = concepts.find(curie)
        if concept is not None:
            concept.names.pop(name, None)
    for name, curie in own_rows("names"):
        concept = concepts.find(curie)
        if concept is not None:
            concept.names[name] = Use(EVERYDAY)
