"""The cost of a query is what one works out by hand, and no spelling of it is cheaper."""

import pytest
from graphql import build_schema, parse

from isthmus.service.api.graphql.cost import LIST, UNKNOWN_PAGE, weigh
from isthmus.service.api.graphql.limits import RefusedQuery

SCHEMA = build_schema(
    """
    interface Named { name: String }
    type Gene implements Named { name: String parts: [Part] }
    type Drug implements Named { name: String parts: [Part] doses: [Part] }
    type Part { label: String parts(first: Int = 3): PartConnection }
    type PartConnection { edges: [PartEdge] nodes: [Part] }
    type PartEdge { cursor: String node: Part }
    union Thing = Gene | Drug
    type Query { named: Named things(first: Int = 10): [Thing] parts(first: Int = 10): PartConnection part: Part }
    """
)

for kind in ("Part", "Query"):  # a schema that is made from text keeps its defaults as text
    for field in SCHEMA.type_map[kind].fields.values():
        for argument in field.args.values():
            argument.default_value = int(argument.default.literal.value)


def cost(query, **variables):
    return weigh(SCHEMA, parse(query), variables).cost


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("{ part { label } }", 1 + 1),
        ("{ parts { nodes { label } } }", 1 + 10 * (1 + 1)),
        ("{ parts(first: 4) { edges { cursor node { label } } } }", 1 + 4 * (1 + (1 + (1 + 1)))),
        ("{ parts(first: 2) { nodes { parts { nodes { label } } } } }", 1 + 2 * (1 + (1 + 3 * (1 + 1)))),
        ("{ named { ... on Gene { parts { label } } } }", 1 + (1 + LIST * 1)),
        ("query($n: Int = 7) { parts(first: $n) { nodes { label } } }", 1 + 7 * 2),
        ("query($n: Int) { parts(first: $n) { nodes { label } } }", 1 + 10 * 2),
        ('{ parts(first: "x") { nodes { label } } }', 1 + UNKNOWN_PAGE * 2),
        ("{ parts(first: -5) { nodes { label } } }", 1 + 1 * 2),
        ("{ parts(first: 0) { nodes { label } } }", 1 + 1 * 2),
        ("query A { part { label } } query B { parts { nodes { label } } }", 2 + 21),
    ],
)
def test_the_cost_is_fields_times_pages(query, expected):
    assert cost(query) == expected


@pytest.mark.parametrize(
    ("given", "items"), [(6, 6), (6.0, 6), (-3, 1), (None, UNKNOWN_PAGE), ("6", UNKNOWN_PAGE), ([6], UNKNOWN_PAGE)]
)
def test_a_variable_counts_by_what_was_sent(given, items):
    assert cost("query($n: Int) { parts(first: $n) { nodes { label } } }", n=given) == 1 + items * 2


PLAIN = "{ things(first: 9) { ... on Gene { name parts { label } } ... on Drug { name doses { label } } } }"


@pytest.mark.parametrize(
    "spelling",
    [
        "{ ...Q } fragment Q on Query { things(first: 9) { ...G ...D } } "
        "fragment G on Gene { name parts { label } } fragment D on Drug { name doses { label } }",
        "{ ... on Query { things(first: 9) { ... on Thing { ... on Gene { ... { name } parts { label } } ...D } } } } "
        "fragment D on Drug { name doses { label } }",
        "{ things(first: 9) { ... on Gene @include(if: false) { name parts @skip(if: true) { label } } "
        "... on Drug { name doses { label } } } }",
        "query($n: Int = 9) { things(first: $n) { ... on Gene { name parts { label } } ... on Drug { n: name d: doses { l: label } } } }",
    ],
)
def test_no_spelling_makes_a_query_cheaper(spelling):
    assert cost(spelling) == cost(PLAIN)


def test_fragments_on_an_interface_and_its_types_add_up():
    query = "{ named { ... on Named { name } ... on Gene { parts { label } } ... on Drug { parts { label } doses { label } } } }"
    assert cost(query) == 1 + 1 + 3 * (1 + LIST)


def test_a_field_that_stands_twice_counts_twice():
    assert cost("{ part { label label } part { label } }") == 3 + 2


def test_the_default_of_one_operation_is_not_that_of_another():
    shared = "fragment P on Query { parts(first: $n) { nodes { label } } }"
    assert cost(f"query A($n: Int = 1) {{ ...P }} query B($n: Int = 50) {{ ...P }} {shared}") == (1 + 2) + (1 + 100)


def test_fragments_that_double_are_counted_without_being_expanded():
    steps = " ".join(f"fragment F{n} on Query {{ ...F{n + 1} ...F{n + 1} }}" for n in range(30))
    weight = weigh(SCHEMA, parse(f"{{ ...F0 }} {steps} fragment F30 on Query {{ a: part {{ label }} }}"), {})
    assert (weight.cost, weight.fields, weight.aliases, weight.depth) == (2**31, 2**31, 2**30, 2)


def test_a_circle_is_told_by_its_names():
    with pytest.raises(RefusedQuery, match="A -> B -> A"):
        cost("{ ...A } fragment A on Query { ...B } fragment B on Query { ...A }")


def test_fields_and_types_that_are_not_known_count_as_plain_ones():
    assert cost("{ nope { neither { nor } } ... on Nobody { part { label } } }") == 3 + 2
