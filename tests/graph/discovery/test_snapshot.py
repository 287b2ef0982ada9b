"""The graph in memory: layers, kinds, degrees, years."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from small_graphs import Said, graph, random_facts

from isthmus.graph.discovery.memory.snapshot import UnknownNode
from isthmus.graph.discovery.walks.metapaths import Hop
from isthmus.graph.vocabulary import Category, Predicate

CHEMICAL, GENE, DISEASE = Category.CHEMICAL_ENTITY, Category.GENE, Category.DISEASE
INHIBITS = Hop(Predicate.INHIBITS, True, CHEMICAL, GENE)
BINDS = Hop(Predicate.BINDS, True, CHEMICAL, GENE)


def test_each_layer_is_held_in_both_directions_with_belief_statement_and_year():
    snapshot = graph(Said("drug:a inhibits gene:g", 0.4, 2001), Said("drug:b inhibits gene:g", 0.7, 1999))
    forward, backward = snapshot.layers[INHIBITS], snapshot.layers[INHIBITS.reversed]
    np.testing.assert_array_equal(forward.beliefs.toarray(), [[0.4], [0.7]])
    np.testing.assert_array_equal(backward.beliefs.toarray(), [[0.4, 0.7]])
    ids = [Said(f"drug:{drug} inhibits gene:g").statement.id for drug in "ab"]
    for layer in (forward, backward):
        assert [snapshot.statement_ids[number] for number in layer.statements] == ids
        assert layer.first_years.tolist() == [2001, 1999]
    assert forward.source_degrees.tolist() == [1, 1]
    assert forward.target_degrees.tolist() == backward.source_degrees.tolist() == [2]


def test_a_symmetric_statement_is_walked_from_both_ends_whichever_comes_first():
    snapshot = graph("drug:z binds gene:a", "gene:b binds drug:y", "gene:a interacts_with gene:b")
    assert snapshot.support[BINDS] == snapshot.support[BINDS.reversed] == 2
    interacts = snapshot.layers[Hop(Predicate.INTERACTS_WITH, True, GENE, GENE)]
    np.testing.assert_array_equal(interacts.beliefs.toarray(), [[0, 1], [1, 0]])
    assert snapshot.n_edges == 3


def test_chemicals_by_whatever_name_are_one_kind_and_food_is_not():
    snapshot = graph("drug:a inhibits gene:g", "chem:b inhibits gene:g", "food:c inhibits gene:g")
    assert snapshot.layers[INHIBITS].target_degrees.tolist() == [2]
    assert [snapshot.ids[node] for node in np.flatnonzero(snapshot.mask(Category.DRUG))] == ["chem:b", "drug:a"]
    assert snapshot.kinds_of(Category.DRUG) == (CHEMICAL,)
    assert snapshot.node(snapshot.locate("chem:b")).category is Category.SMALL_MOLECULE


def test_damping_divides_by_the_degrees_at_both_ends():
    snapshot = graph("drug:a inhibits gene:g", "drug:a inhibits gene:h", Said("drug:b inhibits gene:g", 0.5))
    expected = [[1 * (2 * 2) ** -0.5, 1 * (2 * 1) ** -0.5], [0.5 * (1 * 2) ** -0.5, 0]]
    np.testing.assert_allclose(snapshot.damped(INHIBITS, 0.5).toarray(), expected)


def test_an_entity_that_was_not_there_yet_is_not_found():
    said = [Said("drug:a inhibits gene:g", 0.9, 2000), Said("drug:b inhibits gene:g", 0.9, 2010)]
    now, then = graph(*said), graph(*said, as_of=2005)
    assert now.locate("drug:b") == now.index["drug:b"]
    with pytest.raises(UnknownNode, match=r"drug:b is not in the graph as of 2005"):
        then.locate("drug:b")
    assert [then.ids[node] for node in np.flatnonzero(then.mask(Category.DRUG))] == ["drug:a"]
    with pytest.raises(UnknownNode, match="dis:x is not in the graph: "):
        now.locate("dis:x")


def test_degrees_and_neighbours_take_in_every_predicate_and_direction():
    snapshot = graph(
        "drug:a inhibits gene:g", "drug:a binds gene:g", "gene:g associated_with dis:d", "gene:g regulates gene:h"
    )
    assert {snapshot.ids[node]: int(snapshot.degrees[node]) for node in range(4)} == {
        "dis:d": 1,
        "drug:a": 2,
        "gene:g": 4,
        "gene:h": 1,
    }
    names = [snapshot.names[node] for node in snapshot.neighbours(snapshot.locate("gene:g"))]
    assert names == ["d", "a", "h"]


def test_a_graph_without_edges_or_nodes_is_a_snapshot_all_the_same():
    lonely = graph(alone=["drug:a"])
    assert (lonely.n_nodes, lonely.n_edges, lonely.neighbours(0).size) == (1, 0, 0)
    assert graph().n_nodes == 0


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 10_000))
def test_every_layer_is_the_transpose_of_its_reverse(seed: int):
    snapshot = graph(*random_facts(seed, {"drug": 4, "gene": 5, "dis": 3}, 0.3, beliefs=(0.2, 0.9)))
    for hop, layer in snapshot.layers.items():
        np.testing.assert_array_equal(
            layer.beliefs.toarray(), snapshot.layers[hop.reversed].beliefs.toarray().T, err_msg=str(hop)
        )
        assert layer.source_degrees.sum() == layer.beliefs.nnz == len(layer.statements)
