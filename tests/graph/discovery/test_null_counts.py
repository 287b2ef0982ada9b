"""Counts between chosen nodes are those of the sweep, for every shape of metapath."""

from __future__ import annotations

import numpy as np
import pytest
from small_graphs import graph, random_facts

from isthmus.graph.discovery.chance.null_counts import CountsBetween, canonical, choose_ends
from isthmus.graph.discovery.walks.dwpc import degree_weighted_path_count
from isthmus.graph.discovery.walks.metapaths import enumerate_metapaths
from isthmus.graph.vocabulary import Category

KINDS = (Category.CHEMICAL_ENTITY, Category.GENE, Category.DISEASE)


@pytest.mark.parametrize("seed", range(2))
def test_every_metapath_up_to_four_hops_counts_what_the_sweep_counts(seed: int):
    snapshot = graph(*random_facts(seed, {"drug": 5, "gene": 6, "dis": 4}, 0.35, beliefs=(1.0, 0.9, 0.31)))
    generator = np.random.default_rng(seed)
    ends = {hop: choose_ends(layer, 4, generator) for hop, layer in snapshot.layers.items()}
    found = enumerate_metapaths(snapshot.support, KINDS, KINDS, max_hops=4, most=10**6).metapaths
    few = [m for m in found if len(m) < 4] + [
        found[i] for i in generator.permutation(len(found))[:400] if len(found[i]) == 4
    ]
    wanted = {canonical(metapath) for metapath in few}
    counted = dict(CountsBetween(snapshot, ends, 0.4).along(wanted))
    assert counted.keys() == wanted
    for metapath, counts in counted.items():
        sources, targets = ends[metapath.hops[0]].places, ends[metapath.hops[-1].reversed].places
        members = snapshot.members[metapath.categories[0]]
        for row, place in enumerate(sources):
            expected = degree_weighted_path_count(snapshot, int(members[place]), metapath, 0.4)[targets]
            others = np.ones(len(targets), dtype=bool)
            if metapath.categories[0] is metapath.categories[-1]:
                others = targets != place
            np.testing.assert_allclose(counts[row][others], expected[others], rtol=1e-10, atol=0, err_msg=metapath.text)


def test_ends_are_chosen_evenly_over_degrees():
    crowd = [f"drug:{number:03d} treats dis:{number:03d}" for number in range(60)]
    hub = [f"drug:hub treats dis:{number:03d}" for number in range(32)]
    snapshot = graph(*crowd, *hub, "gene:alone associated_with dis:000")
    (hop,) = [hop for hop in snapshot.layers if hop.source is Category.CHEMICAL_ENTITY]
    ends = choose_ends(snapshot.layers[hop], 8, np.random.default_rng(0))
    assert ends.degrees.tolist() == [1.0] * 7 + [32.0]
    assert ends.strata.tolist() == [0] * 7 + [1]
    assert snapshot.names[snapshot.members[hop.source][ends.places[-1]]] == "hub"
