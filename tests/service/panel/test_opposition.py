"""When two statements cannot both hold."""

import pytest

from isthmus.graph.model import Statement
from isthmus.graph.vocabulary import Predicate
from isthmus.service.panel.opposition import speaks_against

P = Predicate


@pytest.mark.parametrize(
    ("one", "other", "against"),
    [
        (("a", P.INCREASES, "b"), ("a", P.DECREASES, "b"), True),
        (("a", P.INCREASES, "b"), ("b", P.DECREASES, "a"), False),  # a loop, no quarrel
        (("a", P.INCREASES, "b"), ("a", P.ACTIVATES, "b"), False),
        (("a", P.INCREASES, "b"), ("a", P.AFFECTS, "b"), False),
        (("a", P.INCREASES, "b"), ("a", P.INCREASES, "c"), False),
        (("a", P.POSITIVELY_CORRELATED_WITH, "b"), ("b", P.NEGATIVELY_CORRELATED_WITH, "a"), True),
        (("a", P.INCREASES, "b"), ("not", "a", P.INCREASES, "b"), True),
        (("a", P.INCREASES, "b"), ("not", "a", P.ACTIVATES, "b"), True),  # the same way
        (("a", P.INCREASES, "b"), ("not", "a", P.DECREASES, "b"), False),  # that it is not moved the other way
        (("a", P.TREATS, "b"), ("not", "a", P.ASSOCIATED_WITH, "b"), True),  # what any relation comes with
        (("a", P.ASSOCIATED_WITH, "b"), ("not", "a", P.TREATS, "b"), False),  # other relations are left
        (("a", P.ASSOCIATED_WITH, "b"), ("not", "b", P.ASSOCIATED_WITH, "a"), True),
        (("a", P.TREATS, "b"), ("not", "b", P.TREATS, "a"), False),
        (("not", "a", P.TREATS, "b"), ("not", "a", P.TREATS, "b"), False),
        (("not", "a", P.INCREASES, "b"), ("not", "a", P.DECREASES, "b"), False),
    ],
)
def test_two_statements(one, other, against):
    first, second = (
        Statement.of(*said[1:], negated=True) if said[0] == "not" else Statement.of(*said) for said in (one, other)
    )
    assert speaks_against(first, second) is against
    assert speaks_against(second, first) is against
