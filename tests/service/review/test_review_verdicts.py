"""Verdicts in a store: belief moves at once and back, history stays, disagreement is kept, and rows teach."""

import json

import pytest
from graph.samples import (
    APP_CAUSES_ALZHEIMER,
    BACE1,
    BACE1_CUTS_APP,
    DRUG_INHIBITS_BACE1,
    VERUBECESTAT,
    Claim,
    paper,
    table,
)

from isthmus.graph.discovery.memory.snapshot import Snapshot
from isthmus.graph.stores.open import open_store
from isthmus.graph.verdict import UnusableVerdict, VerdictAbout, VerdictKind
from isthmus.graph.vocabulary import Predicate
from isthmus.service.review.agreement import answer_agreement
from isthmus.service.review.shown import answer_show
from isthmus.service.review.teaching import export_verdicts, majority
from isthmus.service.review.verdicts import (
    ForeignEvidence,
    NothingToUndo,
    UnknownTarget,
    UnknownVerdictKind,
    give,
    take_back,
    undo,
    verdict_kind,
)
from isthmus.service.review.waiting import answer_queue

RIGHT, WRONG = VerdictKind.CORRECT, VerdictKind.WRONG_RELATION
INHIBITS = DRUG_INHIBITS_BACE1.statement.id
TWICE = Claim(VERUBECESTAT, Predicate.INHIBITS, BACE1, score=0.7, text="BACE1 was blocked by verubecestat again.")


@pytest.fixture
def store(tmp_path):
    with open_store(f"sqlite:///{tmp_path / 'graph.sqlite'}") as opened:
        opened.write(
            [
                paper("pmid:1", DRUG_INHIBITS_BACE1, BACE1_CUTS_APP, extractor="compact/9"),
                paper("pmid:2", TWICE, APP_CAUSES_ALZHEIMER, extractor="compact/9"),
                table("sha256:rows", Claim(VERUBECESTAT, Predicate.INHIBITS, BACE1, score=0.6)),
            ]
        )
        yield opened


def belief(store, statement=INHIBITS):
    return store.statements([statement])[statement].belief


def test_a_verdict_moves_belief_at_once_and_undo_restores_it_exactly(store):
    before = belief(store)
    moved = give(store, INHIBITS, WRONG, "ada", comment="only bound")
    assert moved.before == before > moved.after == belief(store)
    snapshot = Snapshot.from_columns(store.columns())
    assert any(abs(layer.beliefs.data - moved.after).min(initial=1) < 1e-12 for layer in snapshot.layers.values())
    back = undo(store, "ada")
    assert (back.before, back.after) == (moved.after, before)


def test_a_second_verdict_takes_the_place_of_the_first_and_both_stay_in_the_history(store):
    once = give(store, INHIBITS, WRONG, "ada").after
    twice = give(store, INHIBITS, RIGHT, "ada").after
    assert twice > once
    shown = answer_show(store, INHIBITS)
    assert [(one.kind, one.counts) for one in shown.verdicts] == [(WRONG, False), (RIGHT, True)]
    undo(store, "ada", INHIBITS)
    assert belief(store) == once


def test_verdicts_outlive_the_statement_and_another_reading(store):
    judged = give(store, INHIBITS, WRONG, "ada").after
    store.delete(["pmid:1", "pmid:2", "sha256:rows"])
    gone = answer_show(store, INHIBITS)
    assert (gone.belief, gone.text, [one.reviewer for one in gone.verdicts]) == (None, "", ["ada"])
    store.write([paper("pmid:1", DRUG_INHIBITS_BACE1, extractor="compact/10")])
    again = belief(store)
    undo(store, "ada")
    assert again < belief(store)
    assert judged < 0.5


def test_reviewers_who_disagree_cancel_out_and_are_shown(store):
    before = belief(store)
    give(store, INHIBITS, RIGHT, "ada")
    assert give(store, INHIBITS, WRONG, "bob", comment="the sentence is about another drug").after == before
    answer = answer_agreement(store)
    [disagreement] = answer.disagreements
    assert disagreement.text == "verubecestat inhibits BACE1"
    assert [(one.reviewer, one.kind) for one in disagreement.verdicts] == [("ada", RIGHT), ("bob", WRONG)]
    [pair] = answer.pairs
    assert (pair.reviewers, pair.right_or_not.value, pair.right_or_not.items) == (("ada", "bob"), 0.0, 1)
    assert answer.all_right_or_not is None


def test_three_reviewers_have_fleiss_kappa_and_wrong_kinds_are_no_disagreement(store):
    cuts, causes = BACE1_CUTS_APP.statement.id, APP_CAUSES_ALZHEIMER.statement.id
    for reviewer, kinds in {
        "ada": (RIGHT, WRONG, RIGHT),
        "bob": (RIGHT, VerdictKind.OTHER, RIGHT),
        "cy": (RIGHT, WRONG, RIGHT),
    }.items():
        for statement, kind in zip((INHIBITS, cuts, causes), kinds, strict=True):
            give(store, statement, kind, reviewer)
    answer = answer_agreement(store)
    assert answer.disagreements == []
    assert answer.all_right_or_not.value == 1.0
    assert answer.all_by_kind.value < 1.0
    assert [(one.reviewer, one.judged, one.right) for one in answer.reviewers] == [
        ("ada", 3, 2),
        ("bob", 3, 2),
        ("cy", 3, 2),
    ]
    assert {pair.reviewers for pair in answer.pairs} == {("ada", "bob"), ("ada", "cy"), ("bob", "cy")}


def test_one_verdict_can_be_taken_back_by_its_id(store):
    before = belief(store)
    given = give(store, INHIBITS, WRONG, "ada").verdict
    give(store, INHIBITS, WRONG, "bob")
    take_back(store, given.id)
    assert [one.reviewer for one in store.verdicts()] == ["bob"]
    undo(store, "bob")
    assert belief(store) == before
    with pytest.raises(NothingToUndo, match="is no verdict"):
        take_back(store, given.id)


@pytest.mark.parametrize("target", ["", "nope", "f" * 32, INHIBITS[:8], "x" * 500])
def test_an_unknown_id_says_where_to_look(store, target):
    with pytest.raises(UnknownTarget, match="isthmus review list"):
        give(store, target, RIGHT, "ada")


def test_what_cannot_be_kept_says_why(store):
    other = store.evidence([BACE1_CUTS_APP.statement.id])[BACE1_CUTS_APP.statement.id][0].id
    with pytest.raises(ForeignEvidence):
        give(store, INHIBITS, RIGHT, "ada", evidence=other)
    with pytest.raises(UnusableVerdict, match="reviewer"):
        give(store, INHIBITS, RIGHT, "  ")
    with pytest.raises(UnknownTarget, match="no hypothesis"):
        give(store, INHIBITS, RIGHT, "ada", about=VerdictAbout.HYPOTHESIS)
    with pytest.raises(NothingToUndo, match="bob has given no verdict"):
        undo(store, "bob")
    with pytest.raises(UnknownVerdictKind, match="wrong-direction"):
        verdict_kind("rubbish")
    assert store.verdicts() == []


def test_what_is_shown_has_its_ends_marked_best_sentence_first(store):
    shown = answer_show(store, INHIBITS)
    assert [one.with_marks for one in shown.evidence] == [
        "«verubecestat» inhibits ‹BACE1›.",
        "‹BACE1› was blocked by «verubecestat» again.",
        "«verubecestat» inhibits ‹BACE1›.",
    ]
    assert shown.evidence[0].document == "pmid:1"
    assert [one.score for one in shown.evidence] == sorted((one.score for one in shown.evidence), reverse=True)


def test_a_judged_statement_leaves_the_reviewers_queue_and_is_worth_less_to_others(store):
    snapshot = Snapshot.from_columns(store.columns())
    before = answer_queue(store, snapshot, reviewer="ada").items
    give(store, before[0].id, RIGHT, "ada")
    after = answer_queue(store, Snapshot.from_columns(store.columns()), reviewer="ada").items
    assert {one.id for one in after} == {one.id for one in before[1:]}
    others = answer_queue(store, Snapshot.from_columns(store.columns()), reviewer="bob").items
    again = next(one for one in others if one.id == before[0].id)
    assert again.information < before[0].information  # what was found right is surer now
    assert [(one.reviewer, one.kind) for one in again.verdicts] == [("ada", RIGHT)]


def test_rows_that_teach_are_of_the_sentence_that_was_looked_at(store, tmp_path):
    pieces = {one.text: one for one in store.evidence([INHIBITS])[INHIBITS]}
    second = pieces["BACE1 was blocked by verubecestat again."]
    give(store, INHIBITS, WRONG, "ada", evidence=second.id, comment="reads the wrong way round")
    give(store, INHIBITS, RIGHT, "bob")  # who names none has read the one shown first
    give(store, BACE1_CUTS_APP.statement.id, RIGHT, "ada")
    give(store, BACE1_CUTS_APP.statement.id, WRONG, "bob")  # a tie
    taught = export_verdicts(store, tmp_path / "rows.jsonl")
    assert (taught.rows, taught.tied, taught.without_sentence) == (2, 1, 0)
    rows = {row["text"]: row for row in map(json.loads, (tmp_path / "rows.jsonl").read_text().splitlines())}
    row = rows[second.text]
    assert (row["subject"], row["predicate"], row["object"]) == ("verubecestat", "inhibits", "BACE1")
    assert (row["tag"], row["reader"], row["reviewers"]) == ("wrong_relation", "compact", ["ada"])
    assert row["source_counts"] == {"compact": 2, "given": 1}
    assert row["comment"] == "reads the wrong way round"
    assert rows["verubecestat inhibits BACE1."]["tag"] == "correct"


def test_verdicts_on_what_is_gone_are_counted_and_not_exported(store, tmp_path):
    give(store, INHIBITS, RIGHT, "ada")
    store.delete(["pmid:1", "pmid:2", "sha256:rows"])
    taught = export_verdicts(store, tmp_path / "rows.jsonl")
    assert (taught.rows, taught.without_sentence) == (0, 1)
    assert (tmp_path / "rows.jsonl").read_text() == ""


def test_the_majority_decides():
    assert majority([RIGHT, WRONG]) is None
    assert majority([RIGHT, WRONG, RIGHT]) is RIGHT
    assert majority([WRONG]) is WRONG
