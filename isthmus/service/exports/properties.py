"""What a node and an edge carry in the formats of pictures: one edge a statement, its evidence as readable lines."""

from __future__ import annotations

from isthmus.graph.model import Assertion, Entity
from isthmus.service.exports.walk import Claim, Sourced

Value = str | bool | int | float | tuple[str, ...]

# The type of each property, as GraphML names it; ``lines`` are several texts.
NODE_PROPERTIES = {
    "curie": "string",
    "name": "string",
    "category": "string",
    "synonyms": "lines",
    "xrefs": "lines",
    "given_categories": "lines",
}
EDGE_PROPERTIES = {
    "predicate": "string",
    "biolink": "string",
    "negated": "boolean",
    "belief": "double",
    "evidence_count": "int",
    "first_year": "int",
    "species": "string",
    "cell": "string",
    "anatomy": "string",
    "publications": "lines",
    "sentences": "lines",
}


def of_entity(entity: Entity) -> dict[str, Value]:
    """The properties of a node, without those that are empty."""
    return _filled(
        {
            "curie": entity.id,
            "name": entity.name,
            "category": entity.category.value,
            "synonyms": entity.synonyms,
            "xrefs": entity.xrefs,
            "given_categories": entity.given_categories,
        }
    )


def of_claim(claim: Claim) -> dict[str, Value]:
    """The properties of an edge, without those that are empty. Each piece of evidence is a line of ``sentences``."""
    row, context = claim.row, claim.row.statement.context
    return _filled(
        {
            "predicate": row.statement.predicate.value,
            "biolink": row.statement.predicate.curie,
            "negated": row.statement.negated,
            "belief": row.belief,
            "evidence_count": row.evidence_count,
            "first_year": row.first_year or "",
            "species": context.species,
            "cell": context.cell,
            "anatomy": context.anatomy,
            "publications": tuple(dict.fromkeys(each.evidence.document for each in claim.sources)),
            "sentences": tuple(map(_line, claim.sources)),
        }
    )


def _line(sourced: Sourced) -> str:
    evidence = sourced.evidence
    remarks = [str(evidence.year)] if evidence.year else []
    remarks += [evidence.assertion.value] if evidence.assertion is not Assertion.AFFIRMED else []
    remarks += ["retracted"] if sourced.document.retracted else []
    told = f" ({', '.join(remarks)})" if remarks else ""
    return f"{evidence.document}{told}: {' '.join(evidence.text.split())}"


def _filled(properties: dict[str, Value]) -> dict[str, Value]:
    return {name: value for name, value in properties.items() if value not in ("", ())}
