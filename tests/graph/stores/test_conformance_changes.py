"""What was touched since: a graph in memory catches up with its store without reading the rest."""

import pytest
from contents import columns_as_values
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from samples import (
    ALZHEIMER,
    APP,
    APP_CAUSES_ALZHEIMER,
    BACE1,
    BACE1_CUTS_APP,
    DRUG_INHIBITS_BACE1,
    VERUBECESTAT,
    paper,
)
from strategies import histories

from isthmus.graph.discovery.memory.patch import patch


def test_a_write_touches_what_it_says_and_nothing_else(store):
    store.write([paper("pmid:1", BACE1_CUTS_APP, DRUG_INHIBITS_BACE1)])
    before = store.version()
    store.write([paper("pmid:2", APP_CAUSES_ALZHEIMER)])
    changes = store.changes(before)
    assert changes.statements == {APP_CAUSES_ALZHEIMER.statement.id}
    assert ALZHEIMER.id in changes.entities
    assert changes.entities <= {APP.id, ALZHEIMER.id}
    assert list(changes.now.statement_ids) == [APP_CAUSES_ALZHEIMER.statement.id]
    assert list(changes.now.entity_ids) == sorted({APP.id, ALZHEIMER.id})
    assert changes.now.version == store.version()


def test_what_went_is_named_though_it_is_not_there(store):
    store.write([paper("pmid:1", BACE1_CUTS_APP), paper("pmid:2", DRUG_INHIBITS_BACE1)])
    before = store.version()
    store.delete(["pmid:2"])
    changes = store.changes(before)
    assert DRUG_INHIBITS_BACE1.statement.id in changes.statements
    assert VERUBECESTAT.id in changes.entities
    assert list(changes.now.statement_ids) == []
    assert VERUBECESTAT.id not in list(changes.now.entity_ids)


def test_a_retraction_touches_the_statements_of_its_paper(store):
    store.write([paper("pmid:1", BACE1_CUTS_APP), paper("pmid:2", DRUG_INHIBITS_BACE1)])
    before = store.version()
    store.write([paper("pmid:1", BACE1_CUTS_APP, retracted=True)])
    changes = store.changes(before)
    assert changes.statements == {BACE1_CUTS_APP.statement.id}
    assert changes.now.evidence_score.tolist() == [0.0]


def test_nothing_was_touched_since_now(store):
    store.write([paper("pmid:1", BACE1_CUTS_APP, names=(BACE1,))])
    changes = store.changes(store.version())
    assert (changes.statements, changes.entities) == (frozenset(), frozenset())


@pytest.mark.parametrize("version", ["", "0" * 64])
def test_of_a_version_that_nobody_knows_nothing_is_known(store, version):
    store.write([paper("pmid:1", BACE1_CUTS_APP)])
    assert store.changes(version) is None


def test_columns_that_catch_up_are_those_that_the_store_gives(empty_store):
    def law(history, skipped):
        store = empty_store()
        known = store.columns()
        for number, step in enumerate(history):
            if isinstance(step, str):
                store.delete([step])
            else:
                store.write(step)
            if number not in skipped:
                changes = store.changes(known.version)
                known = patch(known, changes).columns
                assert columns_as_values(known) == columns_as_values(store.columns())

    tried = settings(
        max_examples=empty_store.examples if empty_store.name == "sqlite" else 2,  # the whole graph is read each time
        deadline=None,
        derandomize=empty_store.name != "sqlite",
        suppress_health_check=list(HealthCheck),
    )(given(histories(), st.sets(st.integers(0, 3)))(law))
    tried()
