"""Annotation lines of PubTator: ``ID <tab> start <tab> end <tab> name <tab> kind <tab> identifiers``."""

from __future__ import annotations

import re
from collections.abc import Iterable

from isthmus.graph.model import Annotation
from isthmus.graph.vocabulary import Category

_C = Category
_KINDS = {
    "gene": _C.GENE,
    "disease": _C.DISEASE,
    "chemical": _C.CHEMICAL_ENTITY,
    "species": _C.ORGANISM_TAXON,
    "cellline": _C.CELL_LINE,
    "snp": _C.SEQUENCE_VARIANT,
    "variant": _C.SEQUENCE_VARIANT,
    "mutation": _C.SEQUENCE_VARIANT,
    "dnamutation": _C.SEQUENCE_VARIANT,
    "proteinmutation": _C.SEQUENCE_VARIANT,
}
_NUMBERS = {_C.GENE: "NCBIGene", _C.ORGANISM_TAXON: "NCBITaxon"}  # identifiers that come without their prefix
_PLACE, _NUMBER = re.compile(r"[0-9]{1,9}"), re.compile(r"[0-9]{1,12}")
_VARIANT = re.compile(r"(?:\brs|\bRS#:\s*)([0-9]+)")
_CELL_LINE = re.compile(r"CVCL[_:]([0-9A-Z]{4})")
_MESH = re.compile(r"[CD][0-9]{6,9}")
_CURIE = re.compile(r"(MESH|OMIM|CHEBI|NCBIGene|NCBITaxon):([A-Za-z0-9_.]+)", re.IGNORECASE)


def annotation(columns: list[str]) -> Annotation | None:
    """What a line marks; ``None`` where it is a relation, or of a kind or an identifier that stands for nothing here."""
    if len(columns) < 6 or not (_PLACE.fullmatch(columns[1]) and _PLACE.fullmatch(columns[2])):
        return None
    start, end, name, kind, identifiers = int(columns[1]), int(columns[2]), *columns[3:6]
    category = _KINDS.get(kind.lower())
    curie = "" if category is None else _curie(category, identifiers.strip())
    return Annotation(start, end, name, category, curie) if category is not None and curie else None


def apart(annotations: Iterable[Annotation], text: str) -> tuple[tuple[Annotation, ...], int]:
    """Those that stand in the text as they say, in order, the longer of two that overlap; and how many do not."""
    kept: list[Annotation] = []
    misplaced = 0
    for one in sorted(set(annotations), key=lambda one: (one.start - one.end, one.start, one.entity)):
        if one.start >= one.end or text[one.start : one.end] != one.text:
            misplaced += 1
        elif all(one.end <= other.start or other.end <= one.start for other in kept):
            kept.append(one)
    return tuple(sorted(kept, key=lambda one: one.start)), misplaced


def _curie(category: Category, identifiers: str) -> str:
    """Of several the first: a name that stands for two things at once is rare, and a mention has one meaning."""
    if category is _C.SEQUENCE_VARIANT:
        found = _VARIANT.search(identifiers)
        return f"dbSNP:rs{found[1]}" if found else ""
    if category is _C.CELL_LINE:
        found = _CELL_LINE.search(identifiers)
        return f"Cellosaurus:CVCL_{found[1]}" if found else ""
    first = re.split(r"[;,|]", identifiers)[0].strip()
    if _NUMBER.fullmatch(first) and category in _NUMBERS:
        return f"{_NUMBERS[category]}:{int(first)}" if int(first) else ""
    if _MESH.fullmatch(first):
        return f"MESH:{first}"
    return first if _CURIE.fullmatch(first) else ""
