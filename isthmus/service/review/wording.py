"""Statements as a person reads them."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from isthmus.graph.model import Entity, Statement
from isthmus.graph.stores.protocol import StatementRow, Store


def statement_texts(store: Store, rows: Collection[StatementRow]) -> dict[str, str]:
    """Each statement by its id in words: "metformin activates PRKAA1"."""
    statements = [row.statement for row in rows]
    entities = store.entities({end for one in statements for end in (one.subject, one.object)})
    return {one.id: statement_text(one, entities) for one in statements}


def statement_text(statement: Statement, entities: Mapping[str, Entity]) -> str:
    """One statement in words; an end that is not among the entities as its id."""
    subject, obj = (entities[end].name if end in entities else end for end in (statement.subject, statement.object))
    denied = "NOT " if statement.negated else ""
    context = statement.context
    where = ", ".join(place for place in (context.species, context.cell, context.anatomy) if place)
    told = f"{subject} {denied}{statement.predicate.replace('_', ' ')} {obj}"
    return f"{told} ({where})" if where else told
