"""What statements amount to as edges: belief, negation, time, context."""

import numpy as np
import pytest
from small_graphs import Said, columns

from isthmus.graph.belief import SAME_PAPER
from isthmus.graph.discovery.memory.edges import UnusableColumns, edges_of
from isthmus.graph.stores.columns import GraphColumns

FACT = "drug:a inhibits gene:g"


def test_papers_add_up_and_sentences_of_one_paper_do_not():
    edges = edges_of(
        columns(Said(FACT, 0.5, document="one"), Said(FACT, 0.4, document="one"), Said(FACT, 0.2, document="two"))
    )
    assert edges.beliefs == pytest.approx([1 - (1 - 0.5) * (1 - SAME_PAPER * 0.4) * (1 - 0.2)])


def test_a_negated_statement_is_no_edge_and_lowers_the_belief_in_its_opposite():
    edges = edges_of(columns(Said(FACT, 0.8), Said(FACT, 0.3, negated=True)))
    assert edges.beliefs == pytest.approx([0.8 * (1 - 0.3)])
    assert not edges_of(columns(Said(FACT, 0.8, negated=True))).beliefs.size


def test_the_strongest_opposite_speaks_for_all_whatever_its_context():
    said = [Said(FACT, 0.8), Said(FACT, 0.3, negated=True, species="mouse"), Said(FACT, 0.1, negated=True)]
    assert edges_of(columns(*said)).beliefs == pytest.approx([0.8 * (1 - 0.3)])


def test_statements_that_differ_in_context_are_one_edge_with_the_best_of_them():
    graph = columns(Said(FACT, 0.4, 2001, species="mouse"), Said(FACT, 0.7, 2005, species="human"))
    edges = edges_of(graph)
    assert edges.beliefs == pytest.approx([0.7])
    assert graph.statement_ids[edges.statements[0]] == Said(FACT, species="human").statement.id
    assert edges.first_years.tolist() == [2001]


def test_as_of_a_year_only_earlier_dated_evidence_counts():
    graph = columns(Said(FACT, 0.5, 1999, "one"), Said(FACT, 0.5, 2004, "two"), Said(FACT, 0.9, 0, "undated"))
    assert not edges_of(graph, 1998).beliefs.size
    assert edges_of(graph, 1999).beliefs == pytest.approx([0.5])
    assert edges_of(graph, 2004).beliefs == pytest.approx([0.75])
    assert edges_of(graph).beliefs == pytest.approx([1 - 0.5 * 0.5 * 0.1])


def test_a_contradiction_lowers_belief_from_the_year_it_was_published():
    graph = columns(Said(FACT, 0.8, 2000), Said(FACT, 0.5, 2003, negated=True))
    assert edges_of(graph, 2002).beliefs == pytest.approx([0.8])
    assert edges_of(graph, 2003).beliefs == pytest.approx([0.4])


def test_an_entity_is_seen_once_evidence_names_it_even_to_deny_something():
    graph = columns(Said(FACT, 0.8, 2000), Said("drug:b inhibits gene:h", 0.8, 2003, negated=True), alone=["dis:d"])
    seen_in = {year: {graph.entity_ids[i] for i in np.flatnonzero(edges_of(graph, year).seen)} for year in (2002, 2003)}
    assert seen_in == {2002: {"drug:a", "gene:g"}, 2003: {"drug:a", "gene:g", "drug:b", "gene:h"}}
    assert edges_of(graph).seen.all()


def test_retracted_evidence_and_statements_about_themselves_are_no_edges():
    assert not edges_of(columns(Said(FACT, 0.0), Said("gene:g interacts_with gene:g", 0.9))).beliefs.size


def test_an_empty_graph_has_no_edges():
    assert not edges_of(columns()).beliefs.size
    assert not edges_of(columns(), as_of=2000).beliefs.size


@pytest.mark.parametrize("score", [float("nan"), -0.1, 1.5, float("inf")])
def test_a_score_that_is_no_probability_is_named_with_its_statement(score: float):
    graph: GraphColumns = columns(Said(FACT, score))
    with pytest.raises(UnusableColumns, match=Said(FACT).statement.id):
        edges_of(graph)
