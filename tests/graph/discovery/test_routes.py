"""Routes: what a metapath gives to the pairs that it joins, and what length and trivial hops cost."""

import numpy as np
import pytest
from small_graphs import graph, random_facts

from isthmus.graph.discovery.walks.dwpc import degree_weighted_path_count
from isthmus.graph.discovery.walks.routes import LENGTH_DISCOUNT, TRIVIAL_COST, routes_between
from isthmus.graph.vocabulary import Category, Predicate

CHEMICAL, GENE, DISEASE = Category.CHEMICAL_ENTITY, Category.GENE, Category.DISEASE


def test_a_route_is_the_same_from_either_end():
    snapshot = graph(*random_facts(3, {"drug": 8, "gene": 12, "dis": 6}, 0.2, beliefs=(0.5, 1.0)))
    there = {route.metapath: route for route in routes_between(snapshot, CHEMICAL, DISEASE).routes}
    back = {route.metapath.reversed: route for route in routes_between(snapshot, DISEASE, CHEMICAL).routes}
    assert there.keys() == back.keys()
    for metapath, route in there.items():
        assert route.factor == pytest.approx(back[metapath].factor, rel=1e-9)


def test_the_typical_count_is_near_the_mean_of_the_pairs_that_are_joined():
    sizes = {"drug": 40, "gene": 80, "dis": 30}
    snapshot = graph(*random_facts(2, sizes, 0.03))
    for route in routes_between(snapshot, CHEMICAL, DISEASE).routes:
        if len(set(route.metapath.categories)) == len(route.metapath.categories):  # no walks that turn back
            counts = [
                degree_weighted_path_count(snapshot, int(node), route.metapath) for node in snapshot.members[CHEMICAL]
            ]
            joined = np.concatenate(counts)
            assert route.typical == pytest.approx(joined[joined > 0].mean(), rel=0.35), route.metapath.text


def test_each_hop_and_each_trivial_hop_costs():
    snapshot = graph("drug:a treats dis:d", "dis:d subclass_of dis:e", "drug:a treats dis:e", "dis:e causes dis:d")
    weights = {
        tuple(hop.predicate for hop in route.metapath.hops): route.weight
        for route in routes_between(snapshot, CHEMICAL, DISEASE, max_hops=2).routes
    }
    assert weights[Predicate.TREATS,] == 1.0
    assert weights[Predicate.TREATS, Predicate.CAUSES] == LENGTH_DISCOUNT
    assert weights[Predicate.TREATS, Predicate.SUBCLASS_OF] == LENGTH_DISCOUNT * TRIVIAL_COST


def test_without_trivial_hops_no_route_has_one():
    snapshot = graph("drug:a treats dis:d", "dis:d similar_to dis:e")
    routes = routes_between(snapshot, CHEMICAL, DISEASE, trivial=False).routes
    assert [route.metapath.text for route in routes] == [
        "Chemical Entity treats Disease",
        "Chemical Entity treats Disease treated by Chemical Entity treats Disease",
    ]


def test_a_kind_that_is_not_there_has_no_routes():
    snapshot = graph("drug:a inhibits gene:g")
    assert routes_between(snapshot, CHEMICAL, DISEASE).routes == ()
    assert routes_between(graph(), CHEMICAL, DISEASE).routes == ()


def test_a_route_that_one_node_of_many_walks_is_typical_of_that_one():
    crowd = [f"drug:{number} treats dis:common" for number in range(600)]
    snapshot = graph(*crowd, "drug:a inhibits gene:g", "gene:g causes dis:rare")
    (route,) = [
        route for route in routes_between(snapshot, CHEMICAL, DISEASE).routes if GENE in route.metapath.categories
    ]
    assert 1.0 <= route.typical < 2.0  # the true mean is 1, the estimate knows of chance
