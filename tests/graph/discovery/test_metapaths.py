"""Metapaths: which ones a schema allows, and how they read."""

import pytest
from small_graphs import graph

from isthmus.graph.discovery.walks.metapaths import Hop, Metapath, TooManyHops, enumerate_metapaths
from isthmus.graph.vocabulary import Category, Predicate

CHEMICAL, GENE, DISEASE = Category.CHEMICAL_ENTITY, Category.GENE, Category.DISEASE
SNAPSHOT = graph(
    "drug:a inhibits gene:g",
    "drug:b inhibits gene:g",
    "gene:g associated_with dis:d",
    "drug:a treats dis:d",
    "gene:g regulates gene:h",
    "gene:g participates_in path:p",
)


def texts(max_hops: int, **options: int) -> list[str]:
    found = enumerate_metapaths(SNAPSHOT.support, [CHEMICAL], [DISEASE], max_hops=max_hops, **options)
    return [metapath.text for metapath in found.metapaths]


def test_short_metapaths_come_first_and_only_what_the_schema_allows():
    assert texts(2) == [
        "Chemical Entity treats Disease",
        "Chemical Entity inhibits Gene associated with Disease",
    ]
    assert set(texts(3)) - set(texts(2)) == {
        "Chemical Entity treats Disease treated by Chemical Entity treats Disease",
        "Chemical Entity treats Disease associated with Gene associated with Disease",
        "Chemical Entity inhibits Gene inhibited by Chemical Entity treats Disease",
        "Chemical Entity inhibits Gene regulates Gene associated with Disease",
        "Chemical Entity inhibits Gene regulated by Gene associated with Disease",
    }
    assert (
        "Chemical Entity inhibits Gene participates in Pathway has participant Gene associated with Disease" in texts(4)
    )


def test_a_hop_with_too_few_edges_is_not_walked():
    assert texts(2, min_support=2) == []


def test_what_is_left_out_is_the_longest_and_is_counted():
    all_of_them = texts(3)
    found = enumerate_metapaths(SNAPSHOT.support, [CHEMICAL], [DISEASE], max_hops=3, most=3)
    assert [metapath.text for metapath in found.metapaths] == all_of_them[:3]
    assert found.left_out == len(all_of_them) - 3


def test_reversing_twice_changes_nothing():
    for metapath in enumerate_metapaths(SNAPSHOT.support, [CHEMICAL], [DISEASE], max_hops=4).metapaths:
        assert metapath.reversed.categories == metapath.categories[::-1]
        assert metapath.reversed.reversed == metapath


def test_the_predicate_for_genes_and_conditions_does_not_name_them_twice():
    hop = Hop(Predicate.GENE_ASSOCIATED_WITH_CONDITION, True, GENE, DISEASE)
    assert Metapath((hop,)).text == "Gene associated with Disease"
    assert Metapath((hop.reversed,)).text == "Disease associated with Gene"


@pytest.mark.parametrize("max_hops", [0, 5])
def test_only_one_to_four_hops_can_be_asked_for(max_hops: int):
    with pytest.raises(TooManyHops, match="1 to 4"):
        texts(max_hops)
