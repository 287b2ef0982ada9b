"""Nulls: p-values that chance makes uniform, and that a planted excess makes small."""

from __future__ import annotations

from functools import cache
from itertools import islice
from pathlib import Path

import numpy as np
import pytest
from small_graphs import graph, random_facts

from isthmus.graph.discovery.chance.nulls import (
    NoNull,
    Nulls,
    UnreadableNulls,
    benjamini_hochberg,
    combine,
    fit_nulls,
    nulls_of,
)
from isthmus.graph.discovery.chance.rewire import rewirings
from isthmus.graph.discovery.memory.snapshot import Snapshot
from isthmus.graph.discovery.walks.dwpc import DAMPING, degree_weighted_path_count
from isthmus.graph.discovery.walks.metapaths import Metapath, TooManyHops, enumerate_metapaths
from isthmus.graph.vocabulary import Category

CHEMICAL, GENE, DISEASE = Category.CHEMICAL_ENTITY, Category.GENE, Category.DISEASE


@cache
def _graph() -> Snapshot:
    return graph(*random_facts(0, {"drug": 60, "gene": 90, "dis": 40}, 0.06, beliefs=(0.4, 0.8, 1.0)))


@cache
def _nulls() -> Nulls:
    return nulls_of(_graph(), CHEMICAL, DISEASE, 3)


def _pairs(snapshot: Snapshot, metapath: Metapath, node: int) -> tuple[int, np.ndarray, np.ndarray]:
    """Degree of the source, degrees of all targets, and the counts between them."""
    first, last = snapshot.layers[metapath.hops[0]], snapshot.layers[metapath.hops[-1]]
    counts = degree_weighted_path_count(snapshot, node, metapath)
    return int(first.source_degrees[snapshot.positions[node]]), last.target_degrees, counts


def test_p_is_uniform_where_only_chance_is_at_work():
    nulls, generator = _nulls(), np.random.default_rng(1)
    every = []
    for copy in islice(rewirings(_graph(), seed=77), 3):
        for metapath in nulls.metapaths[::9]:
            for node in generator.choice(copy.members[metapath.categories[0]], 20):
                degree, degrees, counts = _pairs(copy, metapath, int(node))
                if degree == 0:
                    continue
                p = nulls.p_values(metapath, degree, degrees, counts)[degrees > 0]
                chance = nulls.joined_probability(metapath, degree, degrees[degrees > 0])
                atom = counts[degrees > 0] == 0.0
                every.append(np.where(atom, chance + (1 - chance) * generator.random(len(p)), p))
    p = np.concatenate(every)
    for level in (0.01, 0.05, 0.2, 0.5, 0.8):
        assert (p < level).mean() == pytest.approx(level, abs=0.003 + 0.1 * level)


def test_paths_that_chance_would_not_make_have_a_small_p():
    background = random_facts(3, {"drug": 40, "gene": 60, "dis": 30}, 0.05)
    planted = [f"drug:901 inhibits gene:9{n:02d}" for n in range(8)]
    planted += [f"gene:9{n:02d} associated_with dis:901" for n in range(8)]
    snapshot = graph(*background, *planted)
    (metapath,) = [
        one
        for one in enumerate_metapaths(snapshot.support, [CHEMICAL], [DISEASE], max_hops=2).metapaths
        if one.text == "Chemical Entity inhibits Gene associated with Disease"
    ]
    nulls = fit_nulls(snapshot, [metapath])
    degree, degrees, counts = _pairs(snapshot, metapath, snapshot.locate("drug:901"))
    p = nulls.p_values(metapath, degree, degrees, counts)
    target = snapshot.positions[snapshot.locate("dis:901")]
    assert p[target] < 1e-5
    assert (p[counts == 0.0] == 1.0).all()
    assert benjamini_hochberg(p)[target] < 1e-3


def test_a_larger_count_has_a_smaller_p_and_larger_degrees_make_it_likelier():
    nulls = _nulls()
    for metapath in nulls.metapaths[::5]:
        counts = np.linspace(0.0, 3.0, 200)
        p = nulls.p_values(metapath, 4, 4, counts)
        assert (np.diff(p) <= 1e-12).all()
        assert ((p > 0.0) & (p <= 1.0)).all()
        assert nulls.joined_probability(metapath, 2, 2) < nulls.joined_probability(metapath, 6, 6)


def test_the_mean_under_the_null_is_that_of_rewired_graphs():
    nulls = _nulls()
    metapaths = [one for one in nulls.metapaths if len(one) < 3]
    found, expected = np.zeros(len(metapaths)), np.zeros(len(metapaths))
    for copy in islice(rewirings(_graph(), seed=5), 4):
        for number, metapath in enumerate(metapaths):
            for node in copy.members[metapath.categories[0]][::3].tolist():
                degree, degrees, counts = _pairs(copy, metapath, node)
                if degree > 0:
                    found[number] += counts[degrees > 0].sum()
                    expected[number] += nulls.expected(metapath, degree, degrees[degrees > 0]).sum()
    np.testing.assert_allclose(expected, found, rtol=0.12)


def test_either_direction_has_one_null():
    nulls = _nulls()
    metapath = nulls.metapaths[-1]
    there = nulls.p_values(metapath, [2, 3], [5, 4], [0.3, 0.2])
    back = nulls.p_values(metapath.reversed, [5, 4], [2, 3], [0.3, 0.2])
    np.testing.assert_array_equal(there, back)
    assert nulls_of(_graph(), DISEASE, CHEMICAL, 3) is nulls


def test_many_metapaths_at_once_have_the_p_values_of_each_alone():
    nulls = _nulls()
    metapaths = [nulls.metapaths[3], nulls.metapaths[8].reversed]
    together = nulls.p_values_of(metapaths, [[2, 3], [4, 5]], [[5, 4], [1, 2]], [[0.3, 0.0], [0.1, 2.0]])
    np.testing.assert_array_equal(together[0], nulls.p_values(metapaths[0], [2, 3], [5, 4], [0.3, 0.0]))
    np.testing.assert_array_equal(together[1], nulls.p_values(metapaths[1], [4, 5], [1, 2], [0.1, 2.0]))


def test_a_metapath_that_was_not_fitted_is_said_so():
    other = enumerate_metapaths(_graph().support, [GENE], [GENE], max_hops=1).metapaths[0]
    with pytest.raises(NoNull, match="fit it"):
        _nulls().p_values(other, 1, 1, 0.5)
    assert other not in _nulls()
    with pytest.raises(TooManyHops):
        nulls_of(_graph(), GENE, GENE, 5)


def test_saved_nulls_come_back_and_only_changed_layers_are_fitted_anew(tmp_path: Path):
    facts = random_facts(6, {"drug": 20, "gene": 30, "dis": 15}, 0.1)
    before = graph(*facts)
    nulls = nulls_of(before, CHEMICAL, DISEASE, 2)
    nulls.save(tmp_path / "nulls.npz")
    known = Nulls.load(tmp_path / "nulls.npz")
    after = graph(*facts, "drug:000 treats dis:014", "drug:001 treats dis:013", "drug:002 treats dis:012")
    asked: list[tuple[int, int]] = []
    fresh = fit_nulls(after, nulls.metapaths, known=known, progress=lambda done, of: asked.append((done, of)))
    changed = {one for one in nulls.metapaths if any(hop.predicate == "treats" for hop in one.hops)}
    assert asked[-1] == (len(changed), len(changed))
    assert set(fresh.metapaths) == set(nulls.metapaths)
    for metapath in set(nulls.metapaths) - changed:
        assert fresh.p_values(metapath, 2, 2, 0.1) == nulls.p_values(metapath, 2, 2, 0.1)
    (tmp_path / "broken.npz").write_bytes(b"no")
    with pytest.raises(UnreadableNulls, match="delete it"):
        Nulls.load(tmp_path / "broken.npz")


def test_an_empty_graph_has_no_nulls():
    nothing = nulls_of(graph(), CHEMICAL, DISEASE)
    assert nothing.metapaths == ()


def test_a_layer_of_one_edge_has_a_null():
    snapshot = graph("drug:a inhibits gene:x", "gene:x associated_with dis:d", "gene:x interacts_with gene:y")
    for kinds in ((CHEMICAL, DISEASE), (GENE, GENE)):
        nulls = nulls_of(snapshot, *kinds)
        for metapath in nulls.metapaths:
            p = nulls.p_values(metapath, 1, 1, 0.5)
            assert 0.0 < p <= 1.0


def test_combined_p_values_are_uniform_even_if_they_depend_on_each_other():
    generator = np.random.default_rng(0)
    independent = generator.random((20_000, 5))
    dependent = np.repeat(generator.random((20_000, 1)), 5, axis=1)
    for p in (independent, dependent):
        for level in (0.001, 0.01, 0.05):
            assert (combine(p) < level).mean() == pytest.approx(level, rel=0.25, abs=4e-4)
    np.testing.assert_allclose(combine(dependent), dependent[:, 0])


def test_one_strong_p_value_counts_among_many_absent_paths():
    p = np.ones((2, 20))
    p[0, 3] = 1e-12
    strong, nothing = combine(p, axis=1)
    assert 1e-12 < strong < 1e-10
    assert nothing == 1.0
    assert combine(p, axis=1, weights=np.arange(20) == 3)[0] == pytest.approx(1e-12)


def test_benjamini_hochberg_by_hand():
    np.testing.assert_allclose(benjamini_hochberg([0.04, 0.01, 0.03, 0.5]), [0.16 / 3, 0.04, 0.16 / 3, 0.5])
    assert len(benjamini_hochberg([])) == 0
    assert DAMPING == 0.5
