"""Laws of every store, tried on generated documents: order, batches and history leave no trace in the graph."""

import pytest
from contents import contents
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from samples import APP_CAUSES_ALZHEIMER, BACE1_CUTS_APP, DRUG_INHIBITS_BACE1, table
from strategies import CITED_IDS, DOCUMENT_IDS, corpora, histories, shuffled_batches

from isthmus.graph.stores.ledger import Outcome

DOCUMENTS = tuple(dict.fromkeys((*CITED_IDS, *DOCUMENT_IDS)))


def holds(empty_store, law, *arguments):
    """Try a law on generated examples: many on a file, few on a server."""
    tried = settings(
        max_examples=empty_store.examples,
        deadline=None,
        derandomize=empty_store.name != "sqlite",
        suppress_health_check=list(HealthCheck),
    )(given(*arguments)(law))
    tried()


def test_order_and_batches_leave_no_trace(empty_store):
    def law(corpus, data):
        first = empty_store()
        first.write(corpus)
        expected = contents(first, DOCUMENTS)
        second = empty_store()
        for batch in shuffled_batches(data, corpus):
            second.write(batch)
        assert contents(second, DOCUMENTS) == expected

    holds(empty_store, law, corpora(), st.data())


def test_ingesting_twice_changes_nothing(empty_store):
    def law(corpus):
        store = empty_store()
        store.write(corpus)
        expected = contents(store, DOCUMENTS)
        again = store.write(corpus)
        assert {row.outcome for row in again.rows} == {"unchanged"}
        assert contents(store, DOCUMENTS) == expected

    holds(empty_store, law, corpora())


@pytest.mark.slow
def test_a_graph_says_what_its_documents_say_today(empty_store):
    """Versions that were replaced and documents that were withdrawn leave no trace, belief included."""

    def law(history):
        lived = empty_store()
        today = {}
        for step in history:
            if isinstance(step, str):
                lived.delete([step])
                today.pop(step, None)
            else:
                lived.write(step)
                today[step[0].document.id] = step
        found = contents(lived, DOCUMENTS)
        fresh = empty_store()
        fresh.write([part for parts in today.values() for part in parts])
        assert found == contents(fresh, DOCUMENTS)

    holds(empty_store, law, histories())


def test_deleting_everything_leaves_nothing(empty_store):
    def law(corpus):
        store = empty_store()
        nothing = store.graph_hash()
        store.write(corpus)
        store.delete([part.document.id for part in corpus])
        assert store.graph_hash() == nothing
        counts = store.counts()
        assert (counts.documents, counts.entities, counts.statements, counts.evidence, counts.mentions) == (0,) * 5

    holds(empty_store, law, corpora())


def test_a_long_document_that_was_cut_off_between_parts_goes_on_where_it_stopped(empty_store):
    claims = (BACE1_CUTS_APP, DRUG_INHIBITS_BACE1, APP_CAUSES_ALZHEIMER)
    parts = [table("sha256:1", claim, part=number) for number, claim in enumerate(claims)]
    whole = empty_store()
    for part in parts:
        whole.write([part])
    expected = contents(whole)
    resumed = empty_store()
    resumed.write([parts[0]])
    outcomes = [row.outcome for part in parts for row in resumed.write([part]).rows]
    assert outcomes == [Outcome.UNCHANGED, Outcome.WRITTEN, Outcome.WRITTEN]
    assert contents(resumed) == expected
