"""Links between groups: counted one by one, and expected as the mean over all graphs with the same degrees."""

from itertools import combinations, permutations

import numpy as np
import pytest
from small_graphs import graph, random_facts

from isthmus.graph.discovery.chance.rewire import rewirings
from isthmus.graph.discovery.fields.expected_links import links_between
from isthmus.graph.discovery.memory.snapshot import Snapshot
from isthmus.graph.discovery.walks.metapaths import TRIVIAL
from isthmus.graph.vocabulary import Predicate


def nodes(snapshot: Snapshot, *ids: str) -> np.ndarray:
    return np.sort(np.array([snapshot.locate(each) for each in ids], dtype=np.int32))


def counted(snapshot: Snapshot, a: set[int], b: set[int]) -> int:
    """Statements between the two, one by one; nodes in both are left out."""
    only_a, only_b = a - b, b - a
    total = 0
    for hop, layer in snapshot.layers.items():
        if hop.predicate in TRIVIAL:
            continue
        entries = layer.beliefs.tocoo()
        for row, column in zip(entries.row, entries.col, strict=True):
            ends = int(snapshot.members[hop.source][row]), int(snapshot.members[hop.target][column])
            total += ends[0] in only_a and ends[1] in only_b  # the other direction has its own layer
    return total


@pytest.mark.parametrize("overlap", [0, 3])
def test_observed_links_are_those_that_one_counts(overlap: int):
    facts = random_facts(4, {"drug": 10, "gene": 14, "dis": 8}, 0.2)
    snapshot = graph(*facts)
    order = np.random.default_rng(0).permutation(snapshot.n_nodes).astype(np.int32)
    groups = [np.sort(order[:10]), np.sort(order[10 - overlap : 20]), np.sort(order[20:])]
    links = links_between(snapshot, groups)
    for a, b in combinations(range(3), 2):
        expected = counted(snapshot, set(groups[a].tolist()), set(groups[b].tolist()))
        assert links.observed[a, b] == links.observed[b, a] == expected
        assert links.shared[a, b] == len(set(groups[a].tolist()) & set(groups[b].tolist()))
    assert not links.observed.diagonal().any()


def test_a_layer_of_two_kinds_has_the_mean_and_variance_of_all_graphs_with_its_degrees():
    """Three drugs with 2, 1, 1 targets among four genes with 1 each: every one of the graphs, counted out."""
    snapshot = graph(
        "drug:x inhibits gene:a", "drug:x inhibits gene:b", "drug:y inhibits gene:c", "drug:z inhibits gene:d"
    )
    links = links_between(snapshot, [nodes(snapshot, "drug:x"), nodes(snapshot, "gene:a", "gene:b")])
    dealt = [sum(owner == "x" for owner in deal[:2]) for deal in set(permutations("xxyz"))]
    assert links.observed[0, 1] == 2
    assert links.expected[0, 1] == pytest.approx(np.mean(dealt), rel=1e-3)
    assert links.variance[0, 1] == pytest.approx(np.var(dealt), rel=1e-3)


def test_between_hubs_there_is_no_double_link():
    """Degrees 2, 1 on one side and 2, 1 on the other: in the only simple graph the hubs are joined once, never d d / m."""
    snapshot = graph("drug:hub inhibits gene:hub", "drug:hub inhibits gene:leaf", "drug:leaf inhibits gene:hub")
    links = links_between(snapshot, [nodes(snapshot, "drug:hub"), nodes(snapshot, "gene:hub")])
    assert links.expected[0, 1] == pytest.approx(1.0, abs=0.01)


def test_what_degrees_settle_cannot_be_surprising():
    facts = random_facts(1, {"drug": 6, "gene": 9, "dis": 5}, 0.3, schema=[("drug", Predicate.INHIBITS, "gene")])
    snapshot = graph(*facts)
    kinds = [np.flatnonzero(snapshot.categories == kind).astype(np.int32) for kind in np.unique(snapshot.categories)]
    links = links_between(snapshot, kinds)
    assert links.observed[0, 1] == len(facts) == pytest.approx(links.expected[0, 1], rel=1e-3)
    assert links.z[0, 1] == 0.0


def test_parents_and_lookalikes_are_no_links():
    snapshot = graph("dis:a subclass_of dis:b", "dis:a similar_to dis:b", "gene:g causes dis:b")
    links = links_between(snapshot, [nodes(snapshot, "dis:a"), nodes(snapshot, "dis:b")])
    assert (links.observed[0, 1], links.expected[0, 1], links.z[0, 1]) == (0, 0.0, 0.0)


def test_on_rewired_graphs_z_is_about_standard_normal():
    facts = random_facts(2, {"drug": 40, "gene": 60, "dis": 30}, 0.06)
    snapshot = graph(*facts)
    order = np.random.default_rng(1).permutation(snapshot.n_nodes).astype(np.int32)
    groups = [np.sort(part) for part in np.array_split(order, 5)]
    pairs = np.triu_indices(5, 1)
    copies = (rewired for rewired, _ in zip(rewirings(snapshot, seed=7), range(60), strict=False))
    z = np.array([links_between(copy, groups).z[pairs] for copy in copies])
    assert abs(z.mean()) < 0.1
    assert 0.9 < z.std() < 1.1
    assert 0.02 < (np.abs(z) > 1.96).mean() < 0.08


def test_no_groups_and_no_edges_have_no_links():
    assert links_between(graph(), []).observed.shape == (0, 0)
    snapshot = graph(alone=["dis:a", "dis:b"])
    links = links_between(snapshot, [nodes(snapshot, "dis:a"), nodes(snapshot, "dis:b")])
    assert not links.observed.any()
    assert not links.z.any()
