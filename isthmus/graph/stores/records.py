"""Values out of the canonical JSON that stores keep them in."""

from __future__ import annotations

import orjson

from isthmus.graph.model import Annotation, Document, DocumentKind, Entity, Modality, Section
from isthmus.graph.vocabulary import Category


def document_from_json(text: str | bytes) -> Document:
    """The document that ``canonical_json`` wrote."""
    value = orjson.loads(text)
    for name in ("authors", "mesh", "publication_types", "xrefs"):
        value[name] = tuple(value[name])
    value["kind"] = DocumentKind(value["kind"])
    value["modality"] = Modality(value["modality"])
    value["sections"] = tuple(Section(**section) for section in value["sections"])
    value["annotations"] = tuple(
        Annotation(**{**one, "category": Category(one["category"])}) for one in value.get("annotations", ())
    )  # documents of earlier versions have none
    return Document(**value)


def entity_from_json(text: str | bytes) -> Entity:
    """The entity that ``canonical_json`` wrote."""
    value = orjson.loads(text)
    for name in ("synonyms", "xrefs", "given_categories"):
        value[name] = tuple(value[name])
    value["category"] = Category(value["category"])
    return Entity(**value)
