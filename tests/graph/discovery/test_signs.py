"""Which way a path pushes."""

import pytest

from isthmus.graph.discovery.walks.signs import PathSign, Push, path_sign
from isthmus.graph.vocabulary import Category, Predicate

DRUG, GENE, DISEASE, SYMPTOM = Category.DRUG, Category.GENE, Category.DISEASE, Category.PHENOTYPIC_FEATURE
VARIANT = Category.SEQUENCE_VARIANT
P = Predicate


def pushes(words: str) -> list[Push]:
    """``"inhibits <causes"``: hops in the order walked, ``<`` before one walked from object to subject."""
    return [Push(P(word.lstrip("<")), not word.startswith("<")) for word in words.split()]


@pytest.mark.parametrize(
    ("categories", "hops", "sign"),
    [
        ((DRUG, DISEASE), "treats", PathSign.THERAPEUTIC),
        ((DRUG, GENE, DISEASE), "inhibits causes", PathSign.THERAPEUTIC),
        ((DRUG, GENE, DISEASE), "activates causes", PathSign.HARMFUL),
        ((DRUG, SYMPTOM), "has_side_effect", PathSign.HARMFUL),
        ((DRUG, GENE, GENE, DISEASE), "inhibits inhibits prevents", PathSign.THERAPEUTIC),
        ((DRUG, GENE, DISEASE), "inhibits associated_with", PathSign.UNKNOWN),
        ((DRUG, GENE, GENE), "inhibits activates", PathSign.NEGATIVE),
        ((DRUG, GENE, GENE), "inhibits inhibits", PathSign.POSITIVE),
        ((DRUG, GENE), "binds", PathSign.UNKNOWN),
    ],
)
def test_signs_multiply_along_the_path(categories: tuple[Category, ...], hops: str, sign: PathSign):
    assert path_sign(pushes(hops), categories) is sign


@pytest.mark.parametrize(
    ("hops", "sign"),
    [
        ("decreases_expression_of <increases_expression_of", PathSign.THERAPEUTIC),
        ("increases_expression_of <increases_expression_of", PathSign.HARMFUL),
        ("<increases <causes", PathSign.HARMFUL),
    ],
)
def test_a_hop_walked_backward_keeps_its_sign(hops: str, sign: PathSign):
    """A drug that undoes what the disease does to a gene opposes it; so does the answer asked from the other end."""
    assert path_sign(pushes(hops), (DRUG, GENE, DISEASE)) is sign
    turned = [Push(push.predicate, not push.forward) for push in reversed(pushes(hops))]
    assert path_sign(turned, (DISEASE, GENE, DRUG)) is sign


def test_what_a_common_cause_moves_together_does_not_push():
    assert path_sign(pushes("<increases causes"), (Category.SMALL_MOLECULE, GENE, DISEASE)) is PathSign.UNKNOWN
    assert path_sign(pushes("<treats treats"), (DISEASE, DRUG, DISEASE)) is PathSign.UNKNOWN


@pytest.mark.parametrize(
    ("drug_does", "variant_does", "sign"),
    [
        ("activates", "decreases", PathSign.THERAPEUTIC),
        ("inhibits", "decreases", PathSign.HARMFUL),
        ("inhibits", "increases", PathSign.THERAPEUTIC),
    ],
)
def test_a_variant_acts_through_its_gene(drug_does: str, variant_does: str, sign: PathSign):
    """Loss of function: where less of the gene makes ill, a drug that activates it is the right one."""
    hops = pushes(f"{drug_does} <{variant_does} causes")
    assert path_sign(hops, (DRUG, GENE, VARIANT, DISEASE)) is sign


def test_a_variant_of_unknown_effect_leaves_the_sign_unknown():
    assert path_sign(pushes("activates <variant_of causes"), (DRUG, GENE, VARIANT, DISEASE)) is PathSign.UNKNOWN


@pytest.mark.parametrize("hop", ["biomarker_for", "positively_correlated_with", "negatively_correlated_with"])
def test_neither_a_biomarker_nor_a_correlation_makes_a_treatment(hop: str):
    assert path_sign(pushes(f"inhibits {hop}"), (DRUG, GENE, DISEASE)) is PathSign.UNKNOWN


def test_between_things_that_are_no_condition_a_correlation_says_that_they_move_together():
    assert path_sign(pushes("inhibits positively_correlated_with"), (DRUG, GENE, GENE)) is PathSign.NEGATIVE
