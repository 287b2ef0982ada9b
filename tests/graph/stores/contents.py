"""All that a store says, as one value that can be compared."""

from dataclasses import fields
from typing import Any

import numpy as np

from isthmus.graph.belief import believe, contradict, judge
from isthmus.graph.model import Statement
from isthmus.graph.stores.columns import GraphColumns
from isthmus.graph.stores.protocol import Store
from isthmus.graph.vocabulary import Predicate


def contents(store: Store, documents: tuple[str, ...] = ()) -> dict[str, Any]:
    """Everything that must be the same in two stores with the same graph; belief to nine places."""
    return {
        "hash": store.graph_hash(),
        "counts": store.counts(),
        "entities": list(store.all_entities()),
        "statements": [
            (row.statement, round(row.belief, 9), row.evidence_count, row.first_year) for row in store.all_statements()
        ],
        "evidence": list(store.all_evidence()),
        "mentions": list(store.mentions()),
        "documents": store.documents(documents),
    }


def belief_from_columns(columns: GraphColumns) -> dict[str, float]:
    """The belief in each statement, worked out from scratch."""
    own = believe(columns.evidence, len(columns.statement_ids))
    own = judge(own, columns.verdict_statement, columns.verdict_kind)
    index = {statement: position for position, statement in enumerate(columns.statement_ids)}
    opposite = np.array([index.get(_opposite(columns, position), -1) for position in index.values()], dtype=np.int64)
    return dict(zip(columns.statement_ids, contradict(own, opposite).tolist(), strict=True)) if index else {}


def _opposite(columns: GraphColumns, position: int) -> str:
    # Columns know no context: enough for statements that were said to hold anywhere.
    statement = Statement(
        columns.entity_ids[columns.subjects[position]],
        list(Predicate)[columns.predicates[position]],
        columns.entity_ids[columns.objects[position]],
        bool(columns.negated[position]),
    )
    return statement.negate().id


def columns_as_values(columns: GraphColumns) -> dict[str, Any]:
    """All of them as lists with their types, so that equal columns compare equal."""
    values = {each.name: getattr(columns, each.name) for each in fields(columns)}
    return {
        name: value if isinstance(value, str) else [str(getattr(value, "dtype", "")), *map(_plain, value)]
        for name, value in values.items()
    }


def _plain(value: Any) -> Any:
    return value.item() if isinstance(value, np.generic) else value
