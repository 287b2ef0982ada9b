"""What a query costs, worked out before it runs, with every fragment expanded.

A field costs one, or what ``BASE`` says. What stands below a list counts once for each item that may come: as many as
``first`` or ``top`` asks for, else as many as such a list has by rule. Fields of all fragments are added up, whichever
type turns out to be there, and what ``@skip`` and ``@include`` would leave out counts too: no spelling makes it cheaper.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLField,
    GraphQLList,
    GraphQLNonNull,
    GraphQLOutputType,
    GraphQLSchema,
    InlineFragmentNode,
    IntValueNode,
    OperationDefinitionNode,
    SelectionSetNode,
    Undefined,
    VariableNode,
    get_named_type,
    is_composite_type,
)

from isthmus.service.api.graphql.limits import (
    MOST_ALIASES,
    MOST_COST,
    MOST_DEPTH,
    MOST_FIELDS,
    MOST_LEVELS,
    RefusedQuery,
    beyond,
)

# What is worked out over the whole graph, or is long: in the time that a thousand plain fields take, as a rule.
BASE: Mapping[tuple[str, str], int] = {
    ("Query", "search"): 20,
    ("Query", "paths"): 1_000,
    ("Query", "candidates"): 5_000,
    ("Query", "gaps"): 10_000,
    ("Query", "bridges"): 5_000,
    ("Query", "hypotheses"): 100,
    ("Query", "verdicts"): 100,
    ("Hypothesis", "report"): 200,
    ("Document", "text"): 20,
    ("Document", "sections"): 20,
    ("Mutation", "giveVerdict"): 1_000,
    ("Mutation", "moveHypothesis"): 1_000,
}
PAGE = ("first", "top")
LIST = 5  # items of a list that is not asked for by number
INTROSPECTION_LIST = 8
UNKNOWN_PAGE = 100  # a number that cannot be told yet counts as the most that there is


@dataclass(frozen=True, slots=True)
class Weight:
    """What a selection comes to. ``depth`` counts fields within fields."""

    cost: int = 0
    fields: int = 0
    aliases: int = 0
    depth: int = 0

    def __add__(self, other: Weight) -> Weight:
        return Weight(
            self.cost + other.cost,
            self.fields + other.fields,
            self.aliases + other.aliases,
            max(self.depth, other.depth),
        )


def weigh(schema: GraphQLSchema, document: DocumentNode, variables: Mapping[str, Any]) -> Weight:
    """The weight of all operations of a document together.

    Args:
        schema: whose fields they name; what it does not know counts as plain fields (it is refused later on).
        document: parsed, its brackets already within bounds.
        variables: as they were sent.

    Raises:
        RefusedQuery: fragments that name each other in a circle, or a chain of them without a sensible end.
    """
    fragments = {one.name.value: one for one in document.definitions if isinstance(one, FragmentDefinitionNode)}
    scale = _Scale(schema, fragments, variables)
    whole = Weight()
    for operation in document.definitions:
        if isinstance(operation, OperationDefinitionNode):
            scale.defaults = {
                one.variable.name.value: one.default_value
                for one in operation.variable_definitions or ()
                if one.default_value is not None
            }
            scale.weighed.clear()  # another operation may give the same variables other defaults
            whole += scale.selections(operation.selection_set, schema.get_root_type(operation.operation), 1)
    for name in fragments:  # one that nothing uses is validated all the same
        scale.fragment(name, 1)
    return whole


def check(weight: Weight) -> None:
    """Raise ``RefusedQuery`` for a weight beyond the limits; it tells the figure and the limit."""
    for code, what, found, limit in (
        ("too-deep", "nests fields deeply", weight.depth, MOST_DEPTH),
        ("too-many-aliases", "has many aliases", weight.aliases, MOST_ALIASES),
        ("too-many-fields", "names many fields", weight.fields, MOST_FIELDS),
        ("too-costly", "costs too much", weight.cost, MOST_COST),
    ):
        if found > limit:
            raise beyond(code, what, found, limit)


@dataclass(slots=True)
class _Scale:
    schema: GraphQLSchema
    fragments: Mapping[str, FragmentDefinitionNode]
    variables: Mapping[str, Any]
    defaults: Mapping[str, Any] = field(default_factory=dict)
    weighed: dict[str, Weight] = field(default_factory=dict)
    open: list[str] = field(default_factory=list)  # fragments that are being weighed

    def selections(self, chosen: SelectionSetNode | None, parent: Any, level: int) -> Weight:  # noqa: ANN401 - of any kind, or None
        if level > MOST_LEVELS:
            raise beyond("too-deep", "nests fields and fragments deeply", level, MOST_LEVELS)
        weight = Weight()
        for each in chosen.selections if chosen else ():
            if isinstance(each, FieldNode):
                weight += self.field(each, parent, level)
            elif isinstance(each, FragmentSpreadNode):
                weight += self.fragment(each.name.value, level + 1)
            elif isinstance(each, InlineFragmentNode):
                named = each.type_condition
                inner = self.schema.get_type(named.name.value) if named else parent
                weight += self.selections(each.selection_set, inner, level + 1)
        return weight

    def fragment(self, name: str, level: int) -> Weight:
        if name in self.open:
            circle = " -> ".join([*self.open[self.open.index(name) :], name])
            raise RefusedQuery("fragment-cycle", f"Fragments name each other in a circle: {circle[:200]}.")
        if name not in self.fragments:
            return Weight()
        if name not in self.weighed:
            fragment = self.fragments[name]
            self.open.append(name)
            condition = self.schema.get_type(fragment.type_condition.name.value)
            self.weighed[name] = self.selections(fragment.selection_set, condition, level)
            self.open.pop()
        return self.weighed[name]

    def field(self, node: FieldNode, parent: Any, level: int) -> Weight:  # noqa: ANN401
        known = self.schema.get_field(parent, node.name.value) if is_composite_type(parent) else None
        inner = get_named_type(known.type) if known else None
        below = self.selections(node.selection_set, inner, level + 1)
        base = BASE.get((getattr(parent, "name", ""), node.name.value), 1)
        return Weight(
            cost=base + self.items(node, known, parent) * below.cost,
            fields=1 + below.fields,
            aliases=below.aliases + (node.alias is not None),
            depth=1 + below.depth,
        )

    def items(self, node: FieldNode, known: GraphQLField | None, parent: Any) -> int:  # noqa: ANN401
        """How many there may be of what stands below a field."""
        if known is None:
            return 1
        for name in PAGE:
            if name in known.args:
                return self.page(node, name, known.args[name].default_value)
        if not _is_list(known.type) or parent.name.endswith("Connection"):
            return 1  # what is on a page was counted where the page was asked for
        return INTROSPECTION_LIST if parent.name.startswith("__") else LIST

    def page(self, node: FieldNode, name: str, default: Any) -> int:  # noqa: ANN401
        given = next((one.value for one in node.arguments or () if one.name.value == name), None)
        value: Any = default
        if isinstance(given, VariableNode):
            # A variable that is neither sent nor has a default leaves the argument's own.
            value = self.variables.get(given.name.value, self.defaults.get(given.name.value, default))
            given = value if isinstance(value, IntValueNode) else None
        if isinstance(given, IntValueNode):
            value = int(given.value)
        elif given is not None:
            value = None
        known = isinstance(value, int | float) and value is not Undefined and math.isfinite(value)
        return max(1, math.ceil(value)) if known else UNKNOWN_PAGE


def _is_list(kind: GraphQLOutputType) -> bool:
    return isinstance(kind.of_type if isinstance(kind, GraphQLNonNull) else kind, GraphQLList)
