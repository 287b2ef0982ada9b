"""Which of many paths to show."""

import numpy as np

from isthmus.graph.discovery.walks.bundles import MOST_ALIKE, choose
from isthmus.graph.discovery.walks.meeting import NO_NODE, Best
from isthmus.graph.discovery.walks.metapaths import Hop
from isthmus.graph.vocabulary import Category, Predicate

GENE = Category.GENE
STEPS = [
    (Hop(predicate, True, GENE, GENE),) for predicate in (Predicate.ACTIVATES, Predicate.BINDS, Predicate.INHIBITS)
]


def found(*paths: tuple[float, int, tuple[int, ...]]) -> Best:
    """Paths by value, number of their metapath and nodes between."""
    middles = np.full((len(paths), 2), NO_NODE, dtype=np.int32)
    for row, (_, _, nodes) in enumerate(paths):
        middles[row, : len(nodes)] = nodes
    values = np.array([value for value, _, _ in paths])
    return Best(values, values, list(STEPS), np.array([number for _, number, _ in paths], dtype=np.intp), middles)


def test_the_best_come_first_and_equals_in_the_order_of_their_nodes():
    paths = found((0.5, 0, (3,)), (0.9, 1, (1,)), (0.5, 2, (2,)))
    assert [shown.place for shown in choose(paths, 3)] == [1, 2, 0]


def test_what_shares_a_middle_node_is_one_bundle_and_the_rest_of_it_is_counted():
    hub = [(0.9 - 0.01 * number, number % 3, (7, 10 + number)) for number in range(6)]
    paths = found(*hub, (0.1, 0, (8, 20)))
    shown = choose(paths, MOST_ALIKE + 1)
    assert [one.place for one in shown] == [0, 1, 2, 6]
    assert [one.bundle for one in shown] == [1, 1, 1, 2]
    assert [one.alike for one in shown] == [3, 3, 3, 0]


def test_of_the_same_nodes_only_the_best_path_is_shown_while_there_are_others():
    paths = found((0.9, 0, (1, 2)), (0.8, 1, (1, 2)), (0.1, 2, (3, 4)))
    assert [shown.place for shown in choose(paths, 2)] == [0, 2]
    assert [shown.place for shown in choose(paths, 2, bundle=False)] == [0, 1]
    assert [shown.place for shown in choose(paths, 3)] == [0, 1, 2]


def test_direct_statements_are_a_bundle_of_their_own():
    assert [one.bundle for one in choose(found((0.9, 0, ()), (0.8, 1, ()), (0.7, 2, (1,))), 3)] == [1, 1, 2]


def test_nothing_found_shows_nothing():
    assert choose(found(), 5) == []
