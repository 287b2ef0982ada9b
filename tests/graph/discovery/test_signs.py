"""Which way a path pushes."""

import pytest

from isthmus.graph.discovery.signs import PathSign, path_sign
from isthmus.graph.vocabulary import Category, Predicate

DRUG, GENE, DISEASE, SYMPTOM = Category.DRUG, Category.GENE, Category.DISEASE, Category.PHENOTYPIC_FEATURE
P = Predicate


@pytest.mark.parametrize(
    ("source", "predicates", "target", "sign"),
    [
        (DRUG, [P.TREATS], DISEASE, PathSign.THERAPEUTIC),
        (DRUG, [P.INHIBITS, P.CAUSES], DISEASE, PathSign.THERAPEUTIC),
        (DRUG, [P.ACTIVATES, P.CAUSES], DISEASE, PathSign.HARMFUL),
        (DRUG, [P.HAS_SIDE_EFFECT], SYMPTOM, PathSign.HARMFUL),
        (DRUG, [P.DECREASES_EXPRESSION_OF, P.INCREASES_EXPRESSION_OF], DISEASE, PathSign.THERAPEUTIC),
        (DISEASE, [P.INCREASES_EXPRESSION_OF, P.DECREASES_EXPRESSION_OF], DRUG, PathSign.THERAPEUTIC),
        (DRUG, [P.INHIBITS, P.INHIBITS, P.INHIBITS], DISEASE, PathSign.THERAPEUTIC),
        (DRUG, [P.INHIBITS, P.ASSOCIATED_WITH], DISEASE, PathSign.UNKNOWN),
        (DRUG, [P.INHIBITS, P.ACTIVATES], GENE, PathSign.NEGATIVE),
        (DRUG, [P.INHIBITS, P.INHIBITS], GENE, PathSign.POSITIVE),
        (DRUG, [P.BINDS], GENE, PathSign.UNKNOWN),
    ],
)
def test_signs_multiply_along_the_path(source: Category, predicates: list[Predicate], target: Category, sign: PathSign):
    assert path_sign(predicates, source, target) is sign
