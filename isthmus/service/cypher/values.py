"""Values on their way to a query (parameters) and out of it (JSON)."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from neo4j.graph import Node, Path, Relationship

from isthmus.service.cypher.guard import RefusedQuery

MOST_PARAMETERS = 50
MOST_VALUES = 1_000  # in all of them
LONGEST_TEXT = 4_000
DEEPEST_PARAMETER = 3

# Of the store's own use, long, and of no use to who asks: they can still be asked for by name.
LEFT_OUT = frozenset({"words", "embedding", "value"})


def check_parameters(parameters: Mapping[str, Any]) -> None:
    """Texts, numbers, truth values, nothing, and lists and maps of them, of a bounded size.

    Raises:
        RefusedQuery: another type, or too much of it.
    """
    if len(parameters) > MOST_PARAMETERS:
        raise RefusedQuery(f"{len(parameters)} parameters, {MOST_PARAMETERS} at most")
    values = 0
    for name, given in parameters.items():
        if not (name.isidentifier() and name.isascii()):
            raise RefusedQuery(f"the parameter {name[:60]!r} is no name: use letters, digits and _")
        waiting = [(given, 0)]
        while waiting:
            value, depth = waiting.pop()
            values += 1
            if values > MOST_VALUES or depth > DEEPEST_PARAMETER:
                raise RefusedQuery(
                    f"the parameters hold more than {MOST_VALUES} values, or lists more than {DEEPEST_PARAMETER} deep"
                )
            if isinstance(value, dict):
                waiting += [(each, depth + 1) for pair in value.items() for each in pair]
            elif isinstance(value, list):
                waiting += [(each, depth + 1) for each in value]
            else:
                _check_single(name, value)


def _check_single(name: str, value: object) -> None:
    if isinstance(value, str):
        if len(value) > LONGEST_TEXT or "\x00" in value:
            raise RefusedQuery(f"${name[:60]} is a text of more than {LONGEST_TEXT} characters, or with a zero in it")
        if any("\ud800" <= letter <= "\udfff" for letter in value):
            raise RefusedQuery(f"${name[:60]} is no text: half a surrogate pair is in it")
    elif isinstance(value, bool) or value is None:
        return
    elif isinstance(value, int):
        if not -(2**63) <= value < 2**63:
            raise RefusedQuery(f"${name[:60]} is a whole number of more than 64 bits")
    elif not (isinstance(value, float) and math.isfinite(value)):
        raise RefusedQuery(f"${name[:60]} is no text, number, truth value, list or map")


def as_json(value: Any) -> Any:  # noqa: ANN401 - only the driver knows the types
    """A value of an answer as JSON has it: nodes, relationships and paths as maps, times as ISO 8601, NaN as null."""
    if value is None or isinstance(value, str | bool | int):
        return value
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, Node):
        return {"labels": sorted(value.labels), "properties": _properties(value)}
    if isinstance(value, Relationship):
        ends = {
            name: None if end is None else end.get("id") for name, end in zip(("from", "to"), value.nodes, strict=True)
        }
        return {"type": value.type, **ends, "properties": _properties(value)}
    if isinstance(value, Path):
        return {
            "nodes": [as_json(node) for node in value.nodes],
            "relationships": [as_json(relationship) for relationship in value.relationships],
        }
    if isinstance(value, Mapping):
        return {str(key): as_json(each) for key, each in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [as_json(each) for each in value]
    return value.iso_format() if hasattr(value, "iso_format") else str(value)


def _properties(entity: Node | Relationship) -> dict[str, Any]:
    return {key: as_json(value) for key, value in sorted(entity.items()) if key not in LEFT_OUT}
