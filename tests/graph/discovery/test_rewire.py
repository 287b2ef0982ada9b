"""Rewiring keeps every degree and nothing else."""

from __future__ import annotations

from itertools import islice

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from small_graphs import Said, graph, random_facts

from isthmus.graph.discovery.chance.rewire import rewire, rewirings, share_changed
from isthmus.graph.discovery.memory.snapshot import Snapshot


def _is_a_graph_with_the_degrees_of(before: Snapshot, after: Snapshot) -> None:
    assert after.layers.keys() == before.layers.keys()
    for hop, layer in after.layers.items():
        old = before.layers[hop]
        edges = layer.beliefs
        np.testing.assert_array_equal(np.diff(edges.indptr), old.source_degrees)
        np.testing.assert_array_equal(np.bincount(edges.indices, minlength=edges.shape[1]), old.target_degrees)
        assert edges.has_sorted_indices
        assert edges.has_canonical_format  # no edge twice
        if hop.source is hop.target:
            assert not edges.diagonal().any()
        assert abs(edges - after.layers[hop.reversed].beliefs.T).nnz == 0
        np.testing.assert_array_equal(np.sort(edges.data), np.sort(old.beliefs.data))


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 10_000), st.sampled_from([0.1, 0.3, 0.8]))
def test_every_degree_is_kept_and_no_edge_is_there_twice(seed: int, density: float):
    before = graph(*random_facts(seed, {"drug": 6, "gene": 9, "dis": 5}, density, beliefs=(0.3, 0.5, 1.0)))
    for after in islice(rewirings(before, seed=seed, burn_in=5, between=2), 3):
        _is_a_graph_with_the_degrees_of(before, after)


def test_what_an_edge_carries_stays_together():
    facts = random_facts(4, {"drug": 8, "gene": 12, "dis": 6}, 0.2)
    before = graph(*[Said(fact.triple, 0.1 + n / 1000, 1950 + n) for n, fact in enumerate(facts)])
    after = rewire(before, seed=1)
    for hop, layer in after.layers.items():
        old = before.layers[hop]
        known = dict(zip(old.statements.tolist(), zip(old.beliefs.data, old.first_years, strict=True), strict=True))
        for statement, belief, year in zip(
            layer.statements.tolist(), layer.beliefs.data, layer.first_years, strict=True
        ):
            assert known[statement] == (belief, year)


def test_equal_seeds_give_equal_copies():
    before = graph(*random_facts(1, {"drug": 8, "gene": 12, "dis": 6}, 0.2))
    one, same, other = rewire(before, seed=3), rewire(before, seed=3), rewire(before, seed=4)
    hops = sorted(before.layers)
    assert all((one.layers[hop].beliefs != same.layers[hop].beliefs).nnz == 0 for hop in hops)
    assert any((one.layers[hop].beliefs != other.layers[hop].beliefs).nnz > 0 for hop in hops)


def test_after_some_rounds_as_much_is_changed_as_ever_will_be():
    before = graph(*random_facts(2, {"drug": 50, "gene": 80, "dis": 30}, 0.05))
    some, many = rewire(before, seed=0), rewire(before, seed=1, rounds=200)
    for hop, changed in share_changed(before, some).items():
        assert changed == pytest.approx(share_changed(before, many)[hop], abs=0.1)
        assert changed > 0.8


def test_every_edge_that_degrees_allow_is_as_likely():
    """One drug of degree 2 and four of degree 1, three genes of degree 2: by hand over all 36 wirings."""
    facts = ["drug:a inhibits gene:x", "drug:a inhibits gene:y", "drug:b inhibits gene:x", "drug:c inhibits gene:y"]
    before = graph(*facts, "drug:d inhibits gene:z", "drug:e inhibits gene:z")
    (hop,) = [hop for hop in before.layers if hop.forward]
    place = before.positions[before.locate("drug:a")]
    met = np.zeros(3)
    copies = 1500
    for after in islice(rewirings(before, seed=0, between=6), copies):
        met[after.layers[hop].beliefs[[place]].indices] += 1
    np.testing.assert_allclose(met / copies, 2 / 3, atol=0.06)


def test_what_cannot_be_rewired_stays():
    star = graph(*[f"drug:hub inhibits gene:{n}" for n in range(5)])
    assert set(share_changed(star, rewire(star)).values()) == {0.0}
    assert rewire(graph()).layers == {}
