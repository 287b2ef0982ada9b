"""A snapshot that follows its graph, or loses evidence, is the one that would be made from scratch."""

from dataclasses import replace

import numpy as np
import pytest
from graph.strategies import histories
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from small_graphs import Said, columns, graph, random_facts

from isthmus.graph.discovery.memory.snapshot import Snapshot
from isthmus.graph.discovery.walks.metapaths import Hop
from isthmus.graph.stores.sqlite import SqliteStore
from isthmus.graph.vocabulary import Category, Predicate

CHEMICAL, GENE, DISEASE = Category.CHEMICAL_ENTITY, Category.GENE, Category.DISEASE


def layers_as_values(snapshot: Snapshot) -> list:
    """Layers in their order, to the bit."""
    return [
        (
            hop,
            layer.beliefs.shape,
            *(
                (str(array.dtype), array.tolist())
                for array in (
                    layer.beliefs.data,
                    layer.beliefs.indices,
                    layer.beliefs.indptr,
                    layer.statements,
                    layer.first_years,
                    layer.evidence_counts,
                    layer.source_degrees,
                    layer.target_degrees,
                )
            ),
        )
        for hop, layer in snapshot.layers.items()
    ]


def alike(first: Snapshot, second: Snapshot) -> None:
    assert layers_as_values(first) == layers_as_values(second)
    assert first.exists.tolist() == second.exists.tolist()
    assert first.positions.tolist() == second.positions.tolist()
    assert first.kinds.tolist() == second.kinds.tolist()
    assert list(first.ids) == list(second.ids)
    assert list(first.statement_ids) == list(second.statement_ids)
    assert first.columns.evidence_score.tolist() == second.columns.evidence_score.tolist()


@pytest.mark.slow
@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(histories(), st.sets(st.integers(0, 3)), st.sampled_from((None, 1999, 2011)))
def test_a_refreshed_snapshot_equals_one_from_scratch(tmp_path_factory, history, skipped, as_of):
    with SqliteStore(tmp_path_factory.mktemp("store") / "graph.db") as store:
        snapshot = Snapshot.from_columns(store.columns(), as_of)
        for number, step in enumerate(history):
            if isinstance(step, str):
                store.delete([step])
            else:
                store.write(step)
            if number not in skipped:
                snapshot = snapshot.refreshed(store.changes(snapshot.columns.version))
                alike(snapshot, Snapshot.from_columns(store.columns(), as_of))


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10_000), st.data(), st.sampled_from((None, 2000)))
def test_without_some_evidence_it_is_the_graph_in_which_that_counts_nothing(seed, data, as_of):
    facts = random_facts(seed, {"drug": 3, "gene": 4, "dis": 3}, 0.4, beliefs=(0.2, 0.9))
    said = [
        replace(fact, year=year, negated=negated, species=species, document=document)
        for fact in facts
        for year, negated, species, document in data.draw(
            st.lists(
                st.tuples(
                    st.sampled_from((1999, 2005)), st.booleans(), st.sampled_from(("", "mouse")), st.sampled_from("ab")
                ),
                min_size=1,
                max_size=2,
            )
        )
    ]
    known = columns(*said)
    lost = np.array(data.draw(st.lists(st.booleans(), min_size=len(said), max_size=len(said))), dtype=np.bool_)
    left = replace(known, evidence_score=np.where(lost, 0.0, known.evidence_score))
    found = Snapshot.from_columns(known, as_of).without(lost)
    alike(found, Snapshot.from_columns(left, as_of))
    alike(found.without(~lost), Snapshot.from_columns(replace(known, evidence_score=np.zeros(len(said))), as_of))


def test_layers_that_lose_nothing_are_shared_with_what_was_worked_out_of_them():
    whole = graph("drug:a inhibits gene:g", "gene:g associated_with dis:d", "gene:h associated_with dis:d")
    inhibits = Hop(Predicate.INHIBITS, True, CHEMICAL, GENE)
    associated = next(hop for hop in whole.layers if hop.predicate is Predicate.ASSOCIATED_WITH)
    kept, changed = whole.damped(inhibits, 0.5), whole.damped(associated, 0.5)
    lost = np.array([whole.statement_ids[number] == Said("gene:g associated_with dis:d").statement.id
                     for number in whole.columns.evidence_statement])  # fmt: skip
    left = whole.without(lost)
    assert left.layers[inhibits] is whole.layers[inhibits]
    assert left.damped(inhibits, 0.5) is kept
    assert left.layers[associated].beliefs.nnz == 1
    assert left.damped(associated, 0.5).nnz == 1 < changed.nnz
    assert left.exists.all()
    assert left.columns.version != whole.columns.version


def test_without_nothing_it_is_itself():
    whole = graph("drug:a inhibits gene:g", Said("drug:b inhibits gene:g", belief=0.0))
    assert whole.without(np.zeros(2, dtype=np.bool_)) is whole
    assert whole.without(whole.columns.evidence_score == 0.0) is whole, "a retracted paper cannot be lost again"


def test_a_contradiction_that_is_lost_gives_belief_back():
    whole = graph(Said("drug:a inhibits gene:g", 0.8), Said("drug:a inhibits gene:g", 0.5, negated=True))
    hop = Hop(Predicate.INHIBITS, True, CHEMICAL, GENE)
    assert whole.layers[hop].beliefs.data == pytest.approx([0.4])
    denies = whole.columns.negated[whole.columns.evidence_statement]
    assert whole.without(denies).layers[hop].beliefs.data == pytest.approx([0.8])


def test_at_a_year_it_is_the_graph_of_that_year_and_back():
    whole = graph(Said("drug:a inhibits gene:g", 0.8, 1999), Said("drug:b inhibits gene:g", 0.8, 2005))
    then = whole.at(2000)
    alike(then, Snapshot.from_columns(whole.columns, 2000))
    alike(then.at(None), whole)
    assert whole.at(None) is whole
    assert then.n_edges == 1


def test_an_edge_counts_its_evidence_over_contexts_and_without_what_counts_nothing():
    said = [
        Said("drug:a inhibits gene:g", 0.8, 1999, "one"),
        Said("drug:a inhibits gene:g", 0.9, 2003, "two", species="mouse"),
        Said("drug:a inhibits gene:g", 0.0, 1980, "retracted"),
        Said("drug:a inhibits gene:g", 0.1, 1990, "denial", negated=True),
    ]
    layer = graph(*said).layers[Hop(Predicate.INHIBITS, True, CHEMICAL, GENE)]
    assert (layer.evidence_counts.tolist(), layer.first_years.tolist()) == ([2], [1999])
    assert graph(*said, as_of=2000).layers[Hop(Predicate.INHIBITS, True, CHEMICAL, GENE)].evidence_counts.tolist() == [
        1
    ]
