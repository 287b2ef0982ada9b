"""An extraction as one line of JSON: the contract of ``isthmus extract``."""

from __future__ import annotations

from typing import Any

import orjson

from isthmus.graph.model import Assertion, DocumentKind, Extraction, Mention


def extraction_json(extraction: Extraction) -> bytes:
    """One line with its newline. Offsets count characters of the document's text: title, a space, abstract."""
    statements = {statement.id: statement for statement in extraction.statements}
    names = {entity.id: entity.name for entity in extraction.entities}
    line = {
        "document": extraction.document.id,
        "mentions": [
            {
                "start": mention.start,
                "end": mention.end,
                "text": mention.text,
                "category": mention.category,
                "id": mention.entity,
                "name": names.get(mention.entity, ""),
                "xrefs": mention.xrefs,
                "score": mention.score,
                **(_standing(mention) if extraction.document.kind is DocumentKind.REPORT else {}),
            }
            for mention in extraction.mentions
        ],
        "statements": [
            {
                "subject": statements[evidence.statement].subject,
                "predicate": statements[evidence.statement].predicate,
                "object": statements[evidence.statement].object,
                "negated": statements[evidence.statement].negated,
                "speculated": evidence.assertion is Assertion.SPECULATED,
                "evidence": {"start": evidence.start, "end": evidence.end, "text": evidence.text},
                "document": evidence.document,
                "score": evidence.score,
            }
            for evidence in extraction.evidence
        ],
        "reason": extraction.reason,
    }
    return orjson.dumps(line) + b"\n"


def _standing(mention: Mention) -> dict[str, Any]:
    """How a clinical report puts what it names."""
    how = mention.standing
    return {
        "negated": how.negated,
        "historical": how.historical,
        "hypothetical": how.hypothetical,
        "experiencer": how.experiencer,
    }
