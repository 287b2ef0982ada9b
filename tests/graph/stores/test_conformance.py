"""What every store does when it is written to: one test for each sentence of the protocol."""

from dataclasses import replace

import pytest
from contents import contents
from samples import (
    ALZHEIMER,
    APP,
    APP_CAUSES_ALZHEIMER,
    BACE1_CUTS_APP,
    DRUG_INHIBITS_BACE1,
    PARKINSON,
    evidence_of,
    paper,
    table,
)

from isthmus.graph.model import Assertion, Modality
from isthmus.graph.stores.ledger import Effort, LedgerRow, Outcome
from isthmus.graph.stores.protocol import Counts

# -- writing ------------------------------------------------------------------------------------------------------


def test_an_empty_store_holds_nothing(store):
    assert store.counts() == Counts(0, 0, 0, 0, 0)
    assert list(store.all_entities()) == list(store.all_statements()) == list(store.all_evidence()) == []
    assert list(store.mentions()) == []


def test_what_was_written_can_be_read_back_whole(store):
    extraction = paper("pmid:1", BACE1_CUTS_APP, DRUG_INHIBITS_BACE1, names=(ALZHEIMER,))
    store.write([extraction])
    assert store.documents(["pmid:1"]) == {"pmid:1": extraction.document}
    ids = [entity.id for entity in extraction.entities]
    assert store.entities(ids) == {entity.id: entity for entity in extraction.entities}
    assert [row.statement for row in store.all_statements()] == sorted(extraction.statements, key=lambda each: each.id)
    assert {each.id: each for each in store.all_evidence()} == {each.id: each for each in extraction.evidence}
    assert store.counts() == Counts(documents=1, entities=4, statements=2, evidence=2, mentions=5)


def test_each_modality_keeps_its_name(store):
    store.write([table("sha256:1", BACE1_CUTS_APP)])
    assert store.documents(["sha256:1"])["sha256:1"].modality is Modality.GENOMICS


def test_evidence_keeps_each_of_its_fields(store):
    full = replace(
        evidence_of(BACE1_CUTS_APP, "pmid:1", "sample/1", (9, 31)),
        subject_span=(9, 14),
        object_span=(26, 29),
        section="results",
        original="biolink:cleaves",
        assertion=Assertion.SPECULATED,
        score=0.123456789012345,
    )
    extraction = replace(paper("pmid:1", BACE1_CUTS_APP), evidence=(full,))
    store.write([extraction])
    assert list(store.all_evidence()) == [full]


def test_a_write_says_what_is_new(store):
    first = store.write([paper("pmid:1", BACE1_CUTS_APP)])
    assert (first.new_entities, first.new_statements, first.new_evidence) == (2, 1, 1)
    second = store.write([paper("pmid:2", BACE1_CUTS_APP, DRUG_INHIBITS_BACE1)])
    assert (second.new_entities, second.new_statements, second.new_evidence) == (1, 1, 2)


def test_writing_nothing_changes_nothing(store):
    before = store.graph_hash()
    assert store.write([]).rows == ()
    assert store.graph_hash() == before


def test_writing_twice_changes_nothing(store):
    batch = [paper("pmid:1", BACE1_CUTS_APP, names=(ALZHEIMER,)), table("sha256:1", DRUG_INHIBITS_BACE1)]
    store.write(batch)
    before = contents(store)
    again = store.write(batch)
    assert [row.outcome for row in again.rows] == [Outcome.UNCHANGED, Outcome.UNCHANGED]
    assert (again.new_entities, again.new_statements, again.new_evidence) == (0, 0, 0)
    assert contents(store) == before


def test_an_unchanged_document_leaves_its_ledger_row_alone(store):
    [written] = store.write([paper("pmid:1", BACE1_CUTS_APP)]).rows
    store.write([paper("pmid:1", BACE1_CUTS_APP)])
    assert store.ledger(["pmid:1"]) == {("pmid:1", 0): written}


def test_another_extractor_reads_the_document_anew(store):
    store.write([paper("pmid:1", BACE1_CUTS_APP)])
    [row] = store.write([replace(paper("pmid:1", BACE1_CUTS_APP), evidence=(), extractor="better/2")]).rows
    assert row.outcome is Outcome.WRITTEN
    assert store.counts().statements == 0
    assert store.ledger(["pmid:1"])[("pmid:1", 0)].extractor == "better/2"


def test_the_same_fact_from_two_papers_is_one_statement(store):
    store.write([paper("pmid:1", BACE1_CUTS_APP), paper("pmid:2", BACE1_CUTS_APP)])
    [row] = store.all_statements()
    assert row.evidence_count == 2
    assert {each.document for each in store.evidence([row.statement.id])[row.statement.id]} == {"pmid:1", "pmid:2"}


def test_the_same_row_twice_in_a_file_is_one_piece_of_evidence(store):
    store.write([table("sha256:1", BACE1_CUTS_APP), table("sha256:1", BACE1_CUTS_APP, part=1)])
    assert store.counts().evidence == 1


def test_a_statement_that_nobody_says_is_not_written(store):
    store.write([replace(paper("pmid:1", BACE1_CUTS_APP), evidence=())])
    assert store.counts() == Counts(documents=1, entities=2, statements=0, evidence=0, mentions=2)


def test_nothing_of_a_batch_is_written_when_one_of_it_is_broken(store):
    broken = replace(paper("pmid:2", DRUG_INHIBITS_BACE1), statements=())
    with pytest.raises(ValueError, match="pmid:2"):
        store.write([paper("pmid:1", BACE1_CUTS_APP), broken])
    assert store.counts() == Counts(0, 0, 0, 0, 0)
    assert store.ledger(["pmid:1", "pmid:2"]) == {}


# -- revisions ----------------------------------------------------------------------------------------------------


def test_a_revised_document_replaces_its_own_evidence_only(store):
    store.write([paper("pmid:1", BACE1_CUTS_APP, APP_CAUSES_ALZHEIMER), paper("pmid:2", BACE1_CUTS_APP)])
    revised = paper("pmid:1", DRUG_INHIBITS_BACE1)
    [row] = store.write([revised]).rows
    assert row.outcome is Outcome.WRITTEN
    held = {each.statement.id: each.evidence_count for each in store.all_statements()}
    assert held == {BACE1_CUTS_APP.statement.id: 1, DRUG_INHIBITS_BACE1.statement.id: 1}
    assert store.documents(["pmid:1"])["pmid:1"] == revised.document
    assert ALZHEIMER.id not in store.entities([ALZHEIMER.id])


def test_a_revised_document_replaces_its_mentions(store):
    store.write([paper("pmid:1", names=(APP, ALZHEIMER))])
    store.write([paper("pmid:1", names=(APP,), title="Revised")])
    assert [row.entity for row in store.mentions(document="pmid:1")] == [APP.id]


def test_two_versions_in_one_batch_leave_the_later(store):
    rows = store.write([paper("pmid:1", BACE1_CUTS_APP), paper("pmid:1", DRUG_INHIBITS_BACE1, title="Revised")]).rows
    assert [row.outcome for row in rows] == [Outcome.WRITTEN, Outcome.WRITTEN]
    assert [row.statement for row in store.all_statements()] == [DRUG_INHIBITS_BACE1.statement]


def test_a_shorter_version_of_a_long_document_leaves_none_of_the_old_parts(store):
    old = [table("hpo:all", BACE1_CUTS_APP, part=0), table("hpo:all", DRUG_INHIBITS_BACE1, part=1)]
    store.write(old)
    store.write([table("hpo:all", BACE1_CUTS_APP, title="Annotations, next release")])
    assert [row.statement for row in store.all_statements()] == [BACE1_CUTS_APP.statement]
    assert set(store.ledger(["hpo:all"])) == {("hpo:all", 0)}
    assert [row.outcome for row in store.write(old).rows] == [Outcome.WRITTEN, Outcome.WRITTEN]


def test_evidence_that_two_documents_give_stays_until_the_last_of_them_goes(store):
    said = replace(BACE1_CUTS_APP, document="pmid:7")
    store.write([table("sha256:1", said), table("sha256:2", said)])
    assert store.counts().evidence == 1
    store.delete(["sha256:1"])
    assert store.counts().evidence == 1
    store.delete(["sha256:2"])
    assert store.counts() == Counts(0, 0, 0, 0, 0)


def test_a_revised_document_may_say_the_same_again(store):
    store.write([paper("pmid:1", BACE1_CUTS_APP)])
    before = list(store.all_evidence()), list(store.all_statements())
    store.write([paper("pmid:1", BACE1_CUTS_APP, date="2020-05")])
    assert (list(store.all_evidence()), list(store.all_statements())) == before


def test_a_document_that_became_empty_lets_go_of_what_it_said(store):
    store.write([paper("pmid:1", BACE1_CUTS_APP)])
    [row] = store.write([paper("pmid:1", title="Withdrawn text")]).rows
    assert row.outcome is Outcome.EMPTY
    assert store.counts() == Counts(documents=1, entities=0, statements=0, evidence=0, mentions=0)


# -- the ledger ---------------------------------------------------------------------------------------------------


def test_the_ledger_tells_what_a_document_gave(store):
    extraction = paper("pmid:1", BACE1_CUTS_APP, names=(ALZHEIMER,))
    effort = Effort(seconds=1.25, tokens=300, money=0.02)
    [row] = store.write([extraction], run="r1", efforts={"pmid:1": effort}).rows
    assert row.at
    assert replace(row, at="") == LedgerRow(
        *("pmid:1", 0, Outcome.WRITTEN, "", extraction.document.digest, "sample/1", "samples.xml", 1, 1, 3),
        run="r1",
        seconds=1.25,
        tokens=300,
        money=0.02,
        characters=len(extraction.document.text) - 1,  # without the space between title and text
        sections=1,
    )
    assert store.ledger(["pmid:1", "pmid:404"]) == {("pmid:1", 0): row}


def test_an_empty_document_is_recorded_with_its_reason(store):
    [row] = store.write([paper("pmid:1", reason="no abstract")]).rows
    assert (row.outcome, row.reason) == (Outcome.EMPTY, "no abstract")
    assert store.counts().documents == 1
    assert store.write([paper("pmid:1", reason="no abstract")]).rows[0].outcome is Outcome.UNCHANGED


def test_an_empty_document_always_has_a_reason(store):
    [row] = store.write([replace(paper("pmid:1"), reason="")]).rows
    assert (row.outcome, row.reason) == (Outcome.EMPTY, "nothing was found in it")


def test_a_failure_is_recorded_and_tried_again(store):
    store.record(
        [LedgerRow("pmid:1", 0, Outcome.FAILED, "line 3 is not XML", source="a.xml", at="2026-01-01T00:00:00Z")]
    )
    [row] = store.ledger(["pmid:1"]).values()
    assert (row.outcome, row.reason, row.source) == (Outcome.FAILED, "line 3 is not XML", "a.xml")
    assert store.counts().documents == 0
    assert store.write([paper("pmid:1", BACE1_CUTS_APP)]).rows[0].outcome is Outcome.WRITTEN


def test_a_failure_after_success_keeps_what_was_read(store):
    store.write([paper("pmid:1", BACE1_CUTS_APP)])
    before = store.graph_hash()
    store.record([LedgerRow("pmid:1", 0, Outcome.FAILED, "the update is cut off")])
    assert store.graph_hash() == before
    assert store.ledger(["pmid:1"])[("pmid:1", 0)].outcome is Outcome.FAILED
    assert store.write([paper("pmid:1", BACE1_CUTS_APP)]).rows[0].outcome is Outcome.WRITTEN
    assert store.graph_hash() == before


def test_each_part_has_a_ledger_row_of_its_own(store):
    store.write([table("sha256:1", BACE1_CUTS_APP, part=0), table("sha256:1", DRUG_INHIBITS_BACE1, part=3)])
    assert set(store.ledger(["sha256:1"])) == {("sha256:1", 0), ("sha256:1", 3)}


# -- deleting -----------------------------------------------------------------------------------------------------


def test_deleting_takes_out_all_that_only_it_said(store):
    store.write([paper("pmid:1", BACE1_CUTS_APP), paper("pmid:2", APP_CAUSES_ALZHEIMER, names=(PARKINSON,))])
    before = contents(store)
    store.write([paper("pmid:3", BACE1_CUTS_APP, DRUG_INHIBITS_BACE1, names=(PARKINSON,))])
    [row] = store.delete(["pmid:3"])
    assert (row.document, row.outcome) == ("pmid:3", Outcome.DELETED)
    assert contents(store) == before
    assert store.documents(["pmid:3"]) == {}
    assert {each.outcome for each in store.ledger(["pmid:3"]).values()} == {Outcome.DELETED}


def test_deleting_takes_out_every_part(store):
    store.write([table("sha256:1", BACE1_CUTS_APP, part=0), table("sha256:1", DRUG_INHIBITS_BACE1, part=1)])
    assert [row.document for row in store.delete(["sha256:1"])] == ["sha256:1"]
    assert store.counts() == Counts(0, 0, 0, 0, 0)


def test_deleting_what_is_not_there_is_passed_over(store):
    store.write([paper("pmid:1", BACE1_CUTS_APP)])
    assert store.delete(["pmid:404", "pmid:1", "pmid:1"])[0].document == "pmid:1"
    assert store.delete(["pmid:1"]) == ()
    assert store.ledger(["pmid:404"]) == {}


def test_a_deleted_document_can_come_back(store):
    extraction = paper("pmid:1", BACE1_CUTS_APP)
    store.write([extraction])
    before = contents(store)
    store.delete(["pmid:1"])
    assert store.write([extraction]).rows[0].outcome is Outcome.WRITTEN
    assert contents(store) == before


def test_a_description_goes_with_the_last_document_that_gave_it(store):
    store.write([paper("pmid:1", entities=(replace(APP, synonyms=("AAA",)),)), paper("pmid:2", names=(APP,))])
    assert store.entities([APP.id])[APP.id].synonyms == ("AAA", "AD1", "amyloid beta precursor protein")
    store.delete(["pmid:1"])
    assert store.entities([APP.id]) == {APP.id: APP}
    assert [hit.entity.id for hit in store.search("AAA").items] == []
