"""What every store believes of what was written to it."""

from dataclasses import replace

import pytest
from samples import (
    APP,
    BACE1_CUTS_APP,
    DRUG_TREATS_ALZHEIMER,
    Claim,
    citation,
    paper,
    table,
)

from isthmus.graph.belief import PAPER_CAP, REVIEW, SAME_GROUP, SAME_PAPER, SYSTEMATIC
from isthmus.graph.model import Assertion
from isthmus.graph.stores.protocol import Store


def belief(store: Store, claim: Claim) -> float:
    return store.statements([claim.statement.id])[claim.statement.id].belief


WEAKER = replace(BACE1_CUTS_APP, score=0.5, text="BACE1 may well cut APP.")


def test_papers_add_up_and_sentences_of_one_paper_hardly_do(store):
    store.write([paper("pmid:1", BACE1_CUTS_APP, WEAKER, extractor="table/1")])
    assert belief(store, BACE1_CUTS_APP) == pytest.approx(1 - 0.2 * (1 - SAME_PAPER * 0.5))
    store.write([paper("pmid:1", BACE1_CUTS_APP, extractor="table/2"), paper("pmid:2", WEAKER, extractor="table/1")])
    assert belief(store, BACE1_CUTS_APP) == pytest.approx(1 - 0.2 * 0.5)


def test_a_program_that_reads_text_errs_in_the_next_paper_too(store):
    store.write([paper("pmid:1", BACE1_CUTS_APP, extractor="reads/1"), paper("pmid:2", WEAKER, extractor="reads/1")])
    stays = SYSTEMATIC * 0.2
    assert 0.8 < belief(store, BACE1_CUTS_APP) < 1 - stays < 1 - 0.2 * 0.5


def test_papers_of_one_senior_author_are_one_group_from_when_that_is_known(store):
    led = ("Ada Writer", "Max Other")
    store.write([paper("pmid:1", BACE1_CUTS_APP, extractor="table/1", authors=led)])
    store.write([paper("pmid:2", WEAKER, extractor="table/1", authors=())])
    assert belief(store, BACE1_CUTS_APP) == pytest.approx(1 - 0.2 * 0.5)
    store.write([paper("pmid:2", WEAKER, extractor="table/1", authors=("Bo Third", led[-1]))])
    assert belief(store, BACE1_CUTS_APP) == pytest.approx(1 - 0.2 * (1 - SAME_GROUP * 0.5))


def test_a_cited_paper_tells_its_authors_once_it_is_read(store):
    led = ("Ada Writer", "Max Other")
    rows = (replace(BACE1_CUTS_APP, document="pmid:7"), replace(WEAKER, document="pmid:8"))
    store.write([table("sha256:1", *rows)])
    assert belief(store, BACE1_CUTS_APP) == pytest.approx(1 - 0.2 * 0.5)
    store.write([paper(each, names=(APP,), authors=led) for each in ("pmid:7", "pmid:8")])
    assert belief(store, BACE1_CUTS_APP) == pytest.approx(1 - 0.2 * (1 - SAME_GROUP * 0.5))
    store.delete(["pmid:7"])
    assert belief(store, BACE1_CUTS_APP) == pytest.approx(1 - 0.2 * 0.5)


def test_a_review_repeats_what_papers_found(store):
    store.write([paper("pmid:1", BACE1_CUTS_APP, extractor="table/1")])
    store.write([paper("pmid:2", WEAKER, extractor="table/1", publication_types=("Journal Article", "Review"))])
    assert belief(store, BACE1_CUTS_APP) == pytest.approx(1 - 0.2 * (1 - REVIEW * 0.5))


def test_one_paper_that_three_readers_read_does_not_pass_the_cap(store):
    sure = replace(BACE1_CUTS_APP, document="pmid:7", score=0.9)
    store.write([table("sha256:1", sure), table("sha256:2", sure, extractor="compact/2")])
    store.write([table("sha256:3", sure, extractor="openai:some-model/1")])
    assert belief(store, BACE1_CUTS_APP) == pytest.approx(PAPER_CAP)


def test_rows_of_two_tables_that_cite_one_paper_are_one_witness(store):
    store.write(
        [
            table("sha256:1", replace(BACE1_CUTS_APP, document="pmid:7")),
            table("sha256:2", replace(BACE1_CUTS_APP, document="pmid:7", score=0.6)),
        ]
    )
    assert belief(store, BACE1_CUTS_APP) == pytest.approx(1 - 0.2 * (1 - SAME_PAPER * 0.6))


def test_a_speculated_sentence_counts_half(store):
    store.write([paper("pmid:1", replace(BACE1_CUTS_APP, assertion=Assertion.SPECULATED))])
    assert belief(store, BACE1_CUTS_APP) == pytest.approx(0.4)


def test_a_denial_lowers_belief_and_its_deletion_gives_it_back(store):
    denial = replace(BACE1_CUTS_APP, negated=True, score=0.5, assertion=Assertion.NEGATED)
    store.write([paper("pmid:1", BACE1_CUTS_APP)])
    store.write([paper("pmid:2", denial)])
    assert belief(store, BACE1_CUTS_APP) == pytest.approx(0.8 * 0.5)
    assert belief(store, denial) == pytest.approx(0.5 * 0.2)
    store.delete(["pmid:2"])
    assert belief(store, BACE1_CUTS_APP) == pytest.approx(0.8)


def test_the_denial_may_come_first(store):
    denial = replace(BACE1_CUTS_APP, negated=True, score=0.5, assertion=Assertion.NEGATED)
    store.write([paper("pmid:2", denial)])
    store.write([paper("pmid:1", BACE1_CUTS_APP)])
    assert belief(store, BACE1_CUTS_APP) == pytest.approx(0.8 * 0.5)
    assert belief(store, denial) == pytest.approx(0.5 * 0.2)


def test_a_retraction_takes_belief_to_nothing_where_it_was_the_only_source(store):
    store.write([paper("pmid:1", BACE1_CUTS_APP)])
    store.write([paper("pmid:1", BACE1_CUTS_APP, retracted=True)])
    row = store.statements([BACE1_CUTS_APP.statement.id])[BACE1_CUTS_APP.statement.id]
    assert (row.belief, row.evidence_count) == (0.0, 1)


def test_a_retracted_paper_lowers_belief_in_what_tables_say_it_said(store):
    said = replace(BACE1_CUTS_APP, document="pmid:7")
    store.write([table("sha256:1", said, DRUG_TREATS_ALZHEIMER)])
    store.write([paper("pmid:7", names=(APP,), retracted=True)])
    assert belief(store, BACE1_CUTS_APP) == 0.0
    assert belief(store, DRUG_TREATS_ALZHEIMER) == pytest.approx(0.6)
    store.delete(["pmid:7"])
    assert belief(store, BACE1_CUTS_APP) == pytest.approx(0.8)


def test_a_retraction_known_from_a_citation_counts(store):
    said = replace(BACE1_CUTS_APP, document="pmid:7")
    store.write([table("sha256:1", said, cited=(citation("pmid:7", retracted=True),))])
    assert belief(store, BACE1_CUTS_APP) == 0.0


def test_the_first_year_is_that_of_the_oldest_evidence(store):
    store.write(
        [paper("pmid:1", replace(BACE1_CUTS_APP, year=2010)), paper("pmid:2", replace(BACE1_CUTS_APP, year=2004))]
    )
    store.write([paper("pmid:3", replace(BACE1_CUTS_APP, year=None))])
    assert [row.first_year for row in store.all_statements()] == [2004]
    store.delete(["pmid:2"])
    assert [row.first_year for row in store.all_statements()] == [2010]
