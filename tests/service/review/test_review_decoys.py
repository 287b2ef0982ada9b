"""Decoys: the metapath and the degrees of the real path, and nothing that the graph holds."""

from itertools import pairwise

import numpy as np
import pytest
from graph.discovery.small_graphs import graph, random_facts

from isthmus.graph.discovery.walks.metapaths import TRIVIAL
from isthmus.service.review.blind_report import likelihoods
from isthmus.service.review.decoys import TooFewPaths, blind_paths

SIZES = {"drug": 40, "gene": 70, "dis": 40}


@pytest.fixture(scope="module")
def snapshot():
    return graph(*random_facts(11, SIZES, 0.035, beliefs=(0.4, 0.8, 0.9)))


def joined(snapshot):
    columns = snapshot.columns
    return {frozenset(pair) for pair in zip(columns.subjects.tolist(), columns.objects.tolist(), strict=True)}


@pytest.mark.parametrize("hops", [1, 2, 3])
def test_half_are_decoys_that_the_graph_does_not_hold(snapshot, hops):
    listed = blind_paths(snapshot, 40, hops=hops, seed=1)
    assert [path.decoy for path in listed].count(True) == len(listed) / 2 == 20
    known = joined(snapshot)
    for path in listed:
        assert len(path.nodes) == len(set(path.nodes)) == hops + 1
        steps = [frozenset(pair) for pair in pairwise(path.nodes)]
        assert all((step in known) is not path.decoy for step in steps)
        assert [snapshot.kind(node) for node in path.nodes] == [path.hops[0].source, *(h.target for h in path.hops)]
        if hops > 1:
            assert frozenset((path.nodes[0], path.nodes[-1])) not in known


def test_each_real_path_has_a_decoy_of_its_metapath(snapshot):
    listed = blind_paths(snapshot, 60, seed=2)
    real, decoys = ([path.hops for path in listed if path.decoy is decoy] for decoy in (False, True))
    assert sorted(real) == sorted(decoys)
    assert all(hop.predicate not in TRIVIAL for hops in real for hop in hops)


def test_real_paths_go_over_believed_statements_alone(snapshot):
    for path in blind_paths(snapshot, 60, seed=3):
        if not path.decoy:
            for hop, (left, right) in zip(path.hops, pairwise(path.nodes), strict=True):
                belief = snapshot.layers[hop].beliefs[snapshot.positions[left], snapshot.positions[right]]
                assert belief >= 0.5


def test_degrees_do_not_tell_a_decoy(snapshot):
    listed = blind_paths(snapshot, 200, seed=4)
    logs = np.log(np.maximum(snapshot.degrees, 1))
    real, decoys = (
        np.array([logs[list(path.nodes)].sum() for path in listed if path.decoy is decoy]) for decoy in (False, True)
    )
    higher = (real[:, None] > decoys).mean() + 0.5 * (real[:, None] == decoys).mean()
    assert 0.4 < higher < 0.6


def test_equal_seeds_give_equal_lists_and_others_do_not(snapshot):
    assert blind_paths(snapshot, 30, seed=5) == blind_paths(snapshot, 30, seed=5)
    assert blind_paths(snapshot, 30, seed=5) != blind_paths(snapshot, 30, seed=6)


def test_proposals_come_first_and_their_decoys_have_their_metapath(snapshot):
    proposals = [path for path in blind_paths(snapshot, 8, hops=3, seed=7) if not path.decoy]
    listed = blind_paths(snapshot, 20, hops=1, seed=8, proposals=proposals)
    assert {path.nodes for path in proposals} <= {path.nodes for path in listed if not path.decoy}
    assert sum(len(path.hops) == 3 for path in listed if path.decoy) == len(proposals)


def test_an_odd_list_has_one_real_path_or_decoy_more(snapshot):
    listed = blind_paths(snapshot, 7, seed=9)
    assert len(listed) == 7
    assert abs(2 * sum(path.decoy for path in listed) - 7) == 1


def test_a_graph_with_too_few_paths_says_how_many_it_can_give():
    with pytest.raises(TooFewPaths, match="only 0 paths"):
        blind_paths(graph("drug:a inhibits gene:a", "gene:a associated_with dis:a"), 10)
    with pytest.raises(TooFewPaths):
        blind_paths(graph(alone=["gene:a"]), 2)


def test_what_a_real_path_stands_on_does_not_give_it_away(snapshot):
    """A statement between two strangers: alone in a chance graph, it must not be likelier than no statement at all."""
    paths = blind_paths(snapshot, 200, hops=1, seed=10)
    likely = likelihoods(snapshot, paths)
    decoy = np.array([path.decoy for path in paths])
    higher = (likely[~decoy][:, None] > likely[decoy]).mean() + 0.5 * (likely[~decoy][:, None] == likely[decoy]).mean()
    assert 0.38 < higher < 0.62  # chance made both, and nothing can tell them apart


def test_likelihoods_are_of_hops_and_in_order(snapshot):
    paths = blind_paths(snapshot, 10, hops=2, seed=12)
    assert likelihoods(snapshot, paths) == pytest.approx(likelihoods(snapshot, paths[::-1])[::-1])


def test_the_graph_is_left_as_it_was(snapshot):
    before = snapshot.n_edges, snapshot.columns.version, len(snapshot.statement_ids)
    likelihoods(snapshot, blind_paths(snapshot, 20, seed=13))
    assert (snapshot.n_edges, snapshot.columns.version, len(snapshot.statement_ids)) == before
