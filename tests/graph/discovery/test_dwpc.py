"""The degree-weighted path count: by hand, by enumeration, and against hetmatpy."""

from __future__ import annotations

import warnings
from collections import defaultdict
from collections.abc import Iterable
from functools import cache

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from small_graphs import SCHEMA, Said, counts_by_enumeration, graph, random_facts

from isthmus.graph.discovery.memory.snapshot import Snapshot
from isthmus.graph.discovery.walks.dwpc import degree_weighted_path_count, path_counts, walks_arriving
from isthmus.graph.discovery.walks.metapaths import Hop, Metapath, enumerate_metapaths
from isthmus.graph.vocabulary import Category, Predicate

CHEMICAL = Category.CHEMICAL_ENTITY
INHIBITS = Hop(Predicate.INHIBITS, True, CHEMICAL, Category.GENE)
INTERACTS = Hop(Predicate.INTERACTS_WITH, True, Category.GENE, Category.GENE)
ASSOCIATED = Hop(Predicate.ASSOCIATED_WITH, True, Category.GENE, Category.DISEASE)
GENE_GENE_DISEASE = Metapath((INTERACTS, ASSOCIATED))


def count(snapshot: Snapshot, source: str, metapath: Metapath, target: str, damping: float = 0.5) -> float:
    """One number of the sweep."""
    counts = degree_weighted_path_count(snapshot, snapshot.locate(source), metapath, damping)
    return float(counts[snapshot.positions[snapshot.locate(target)]])


def test_a_path_through_a_hub_counts_less():
    """IRF1 and multiple sclerosis, after Himmelstein & Baranzini 2015, doi:10.1371/journal.pcbi.1004259."""
    snapshot = graph(
        "gene:irf1 interacts_with gene:il2ra",
        "gene:irf1 interacts_with gene:stat3",
        "gene:stat3 interacts_with gene:suox",
        "gene:il2ra associated_with dis:sclerosis",
        "gene:stat3 associated_with dis:sclerosis",
        "gene:stat3 associated_with dis:crohn",
    )
    # irf1 has 2 interactions, il2ra 1, stat3 2; sclerosis 2 genes, il2ra 1 disease, stat3 2.
    by_way_of_il2ra = (2 * 1) ** -0.5 * (1 * 2) ** -0.5
    by_way_of_stat3 = (2 * 2) ** -0.5 * (2 * 2) ** -0.5
    assert count(snapshot, "gene:irf1", GENE_GENE_DISEASE, "dis:sclerosis") == pytest.approx(
        by_way_of_il2ra + by_way_of_stat3
    )
    assert count(snapshot, "gene:irf1", GENE_GENE_DISEASE, "dis:crohn") == pytest.approx((2 * 2) ** -0.5 * 2**-0.5)


def test_without_damping_it_is_the_number_of_paths():
    snapshot = graph(
        "drug:a inhibits gene:x",
        "drug:a inhibits gene:y",
        "gene:x associated_with dis:d",
        "gene:y associated_with dis:d",
    )
    assert count(snapshot, "drug:a", Metapath((INHIBITS, ASSOCIATED)), "dis:d", damping=0.0) == 2.0


def test_belief_multiplies_each_edge():
    snapshot = graph(Said("drug:a inhibits gene:x", 0.5), Said("gene:x associated_with dis:d", 0.4))
    assert count(snapshot, "drug:a", Metapath((INHIBITS, ASSOCIATED)), "dis:d") == pytest.approx(0.5 * 0.4)


def test_a_walk_back_to_a_gene_is_no_path():
    snapshot = graph("gene:a interacts_with gene:b", "gene:b associated_with dis:d")
    there_and_back = Metapath((INTERACTS, INTERACTS, INTERACTS, ASSOCIATED))
    assert count(snapshot, "gene:a", there_and_back, "dis:d") == 0.0


def test_what_rounding_leaves_of_no_path_is_nothing():
    """A star: every walk of three hops from a leaf turns back at the hub, whatever the weights."""
    leaves = [Said(f"gene:hub interacts_with gene:{leaf:03d}", 0.1 + leaf / 1000) for leaf in range(300)]
    snapshot = graph(*leaves, Said("gene:000 associated_with dis:d", 0.3))
    source = snapshot.locate("gene:007")
    assert not degree_weighted_path_count(snapshot, source, Metapath((INTERACTS,) * 3)).any()
    assert not degree_weighted_path_count(snapshot, source, Metapath((INTERACTS,) * 4)).any()


def test_a_metapath_that_starts_elsewhere_counts_nothing():
    snapshot = graph("gene:a interacts_with gene:b", "gene:b associated_with dis:d")
    assert not degree_weighted_path_count(snapshot, snapshot.locate("dis:d"), GENE_GENE_DISEASE).any()


def _a_few_of_each_shape(metapaths: Iterable[Metapath], seed: int, few: int = 3) -> list[Metapath]:
    """All metapaths of up to two hops, and of the longer ones some for each sequence of categories they visit."""
    shapes: dict[tuple[Category, ...], list[Metapath]] = defaultdict(list)
    for metapath in metapaths:
        shapes[metapath.categories].append(metapath)
    generator = np.random.default_rng(seed)
    return [
        alike[number]
        for shape, alike in shapes.items()
        for number in generator.permutation(len(alike))[: len(alike) if len(shape) < 4 else few]
    ]


@pytest.mark.parametrize("seed", range(3))
def test_every_metapath_up_to_four_hops_counts_what_enumeration_counts(seed: int):
    sizes = {"drug": 5, "gene": 6, "dis": 4}
    snapshot = graph(*random_facts(seed, sizes, density=0.35, beliefs=(1.0, 0.9, 0.31)))
    kinds = [CHEMICAL, Category.GENE, Category.DISEASE]
    metapaths = enumerate_metapaths(snapshot.support, kinds, kinds, max_hops=4, most=10**6).metapaths
    source = {kind: int(snapshot.members[kind][1]) for kind in kinds}
    for metapath in _a_few_of_each_shape(metapaths, seed):
        node = source[metapath.categories[0]]
        expected = counts_by_enumeration(snapshot, node, metapath, damping=0.4)
        counts = degree_weighted_path_count(snapshot, node, metapath, damping=0.4)
        np.testing.assert_allclose(counts, expected, rtol=1e-11, atol=0, err_msg=metapath.text)


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10_000), st.integers(3, 4), st.sampled_from([0.3, 0.6]), st.data())
def test_no_walk_that_visits_a_node_twice_is_counted(seed: int, length: int, density: float, data: st.DataObject):
    """On graphs so small and dense that most walks turn back, through the source too."""
    kinds = [CHEMICAL, Category.GENE, Category.DISEASE]
    sizes = {"drug": 3, "gene": 4, "dis": 3}
    alone = ["drug:000", "gene:000", "dis:000"]
    snapshot = graph(*random_facts(seed, sizes, density, beliefs=(1.0, 0.7)), alone=alone)
    found = enumerate_metapaths(snapshot.support, kinds, kinds, max_hops=length, most=10**6).metapaths
    longest = [metapath for metapath in found if len(metapath) == length]
    if longest:
        metapath = longest[data.draw(st.integers(0, len(longest) - 1))]
        for node in snapshot.members[metapath.categories[0]].tolist():
            expected = counts_by_enumeration(snapshot, node, metapath, damping=0.5)
            counts = degree_weighted_path_count(snapshot, node, metapath)
            np.testing.assert_allclose(counts, expected, rtol=1e-11, atol=0, err_msg=metapath.text)


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10_000), st.sampled_from([0.2, 0.5]))
def test_a_metapath_counts_the_same_from_either_end(seed: int, density: float):
    sizes = {"drug": 3, "gene": 4, "dis": 3}
    snapshot = graph(*random_facts(seed, sizes, density, beliefs=(0.9, 0.5)), alone=["drug:000", "gene:000", "dis:000"])
    found = enumerate_metapaths(snapshot.support, [CHEMICAL], [Category.DISEASE], max_hops=3).metapaths
    drug, disease = snapshot.locate("drug:000"), snapshot.locate("dis:000")
    for metapath in found:
        there = degree_weighted_path_count(snapshot, drug, metapath)[snapshot.positions[disease]]
        back = degree_weighted_path_count(snapshot, disease, metapath.reversed)[snapshot.positions[drug]]
        assert there == pytest.approx(back, rel=1e-11)


def test_many_metapaths_in_one_sweep_count_as_each_alone():
    snapshot = graph(*random_facts(7, {"drug": 6, "gene": 8, "dis": 5}, density=0.3))
    found = enumerate_metapaths(snapshot.support, [CHEMICAL], [Category.DISEASE], max_hops=3).metapaths
    source = snapshot.locate("drug:003")
    together = dict(path_counts(snapshot, source, found[::-1]))
    assert set(together) == set(found)
    for metapath in found:
        np.testing.assert_array_equal(together[metapath], degree_weighted_path_count(snapshot, source, metapath))


def test_arriving_walks_are_those_of_all_sources_together():
    snapshot = graph(*random_facts(5, {"drug": 4, "gene": 5, "dis": 4}, density=0.4, beliefs=(0.8,)))
    found = enumerate_metapaths(snapshot.support, [CHEMICAL], [Category.DISEASE], max_hops=3).metapaths
    arriving = dict(walks_arriving(snapshot, found))
    assert arriving.keys() == set(found)
    for metapath in found:
        product = np.eye(len(snapshot.members[CHEMICAL]))
        for hop in metapath.hops:
            product = product @ snapshot.damped(hop, 0.5).toarray()
        np.testing.assert_allclose(arriving[metapath], product.sum(axis=0))


# -- against hetmatpy, the reference implementation (github.com/hetio/hetmatpy) --

SIZES = {"drug": 60, "gene": 110, "dis": 40}
NAMES = {"drug": "Drug", "gene": "Gene", "dis": "Disease"}


@cache
def _both() -> tuple[Snapshot, object]:
    """A random typed graph of 210 nodes, as a snapshot and as a hetnet."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # hetnetpy 0.3 calls what newer libraries deprecate
        from hetnetpy.hetnet import Graph, MetaGraph

    facts = random_facts(11, SIZES, density=0.04)
    edges = [(NAMES[s], NAMES[t], p.value, "both" if p.symmetric or s != t else "forward") for s, p, t in SCHEMA]
    abbreviations = {**{name: name[:2].upper() for name in NAMES.values()}, **{e[2]: f"{e[2][:3]}" for e in edges}}
    abbreviations |= {"associated_with": "asw", "interacts_with": "int", "inhibits": "ihb"}
    hetnet = Graph(MetaGraph.from_edge_tuples(edges, abbreviations))
    for prefix, size in SIZES.items():
        for number in range(size):
            hetnet.add_node(NAMES[prefix], f"{prefix}:{number:03d}")
    kind = {prefix: NAMES[prefix] for prefix in NAMES}
    for fact in facts:
        subject, predicate, obj = fact.triple.split()
        direction = next(e[3] for e in edges if e[2] == predicate and e[0] == kind[subject.split(":")[0]])
        hetnet.add_edge((kind[subject.split(":")[0]], subject), (kind[obj.split(":")[0]], obj), predicate, direction)
    everyone = [f"{prefix}:{number:03d}" for prefix, size in SIZES.items() for number in range(size)]
    return graph(*facts, alone=everyone), hetnet


def _their_metapath(hetnet: object, metapath: Metapath) -> object:
    names = {CHEMICAL: "Drug", Category.GENE: "Gene", Category.DISEASE: "Disease"}
    edges = []
    for hop in metapath.hops:
        directed = hop.source is hop.target and not hop.predicate.symmetric
        direction = ("forward" if hop.forward else "backward") if directed else "both"
        edges.append(hetnet.metagraph.get_edge((names[hop.source], names[hop.target], hop.predicate.value, direction)))
    return hetnet.metagraph.get_metapath(tuple(edges))


def _their_counts(metapath: Metapath) -> np.ndarray:
    """Their matrix, shape (n_source, n_target), nodes in the order of their ids."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from hetmatpy.degree_weight import dwpc

        _, hetnet = _both()
        _, _, matrix = dwpc(hetnet, _their_metapath(hetnet, metapath), damping=0.5)
    matrix = matrix.toarray() if hasattr(matrix, "toarray") else np.array(matrix)
    if metapath.categories[0] is metapath.categories[-1]:
        np.fill_diagonal(matrix, 0.0)  # for four of a kind they leave walks from a node back to itself
    return matrix


def _metapaths(max_hops: int) -> list[Metapath]:
    snapshot, _ = _both()
    kinds = list(snapshot.members)
    return list(enumerate_metapaths(snapshot.support, kinds, kinds, max_hops=max_hops, most=10**6).metapaths)


def _agree(metapath: Metapath, rows: int) -> None:
    snapshot, _ = _both()
    theirs = _their_counts(metapath)
    for place, node in enumerate(snapshot.members[metapath.categories[0]][:rows]):
        ours = degree_weighted_path_count(snapshot, int(node), metapath)
        # Their subtraction leaves residue where no path is; ours is clipped to 0 there.
        np.testing.assert_allclose(ours, theirs[place], rtol=1e-11, atol=1e-15, err_msg=metapath.text)


def test_hetmatpy_counts_the_same_for_every_metapath_up_to_three_hops():
    metapaths = _metapaths(3)
    assert len(metapaths) > 300
    for metapath in metapaths:
        _agree(metapath, rows=40)


def _within_hetmatpy(metapath: Metapath) -> bool:
    """Whether hetmatpy 0.1.0 counts paths of this shape.

    For some shapes its dispatch ends in a TypeError; four of a kind in a row with another before or after them keep
    the walks a -> b -> c -> a of the four. Enumeration, above and below, has all these.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from hetmatpy.degree_weight import categorize

        _, hetnet = _both()
        if categorize(_their_metapath(hetnet, metapath)) in ("long_repeat", "other"):
            return False
    inner = metapath.categories[:4], metapath.categories[-4:]
    return len(metapath) < 4 or all(len(set(four)) > 1 for four in inner)


def test_hetmatpy_counts_the_same_for_every_shape_of_four_hops():
    by_shape = _a_few_of_each_shape((m for m in _metapaths(4) if len(m) == 4), seed=1, few=1)
    assert len(by_shape) == 3**5
    comparable = [metapath for metapath in by_shape if _within_hetmatpy(metapath)]
    assert len(comparable) == 186
    for metapath in comparable:
        _agree(metapath, rows=8)
    snapshot, _ = _both()
    for metapath in set(by_shape) - set(comparable):
        source = int(snapshot.members[metapath.categories[0]][2])
        expected = counts_by_enumeration(snapshot, source, metapath, damping=0.5)
        counts = degree_weighted_path_count(snapshot, source, metapath)
        np.testing.assert_allclose(counts, expected, rtol=1e-11, atol=0, err_msg=metapath.text)
