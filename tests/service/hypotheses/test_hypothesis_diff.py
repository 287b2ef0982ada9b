"""What changed between two editions, and why."""

import pytest
from graph.samples import (
    ALZHEIMER,
    APP,
    APP_CAUSES_ALZHEIMER,
    BACE1_CUTS_APP,
    DRUG_TREATS_ALZHEIMER,
    VERUBECESTAT,
    Claim,
    paper,
)
from service.hypotheses.living_graph import kept, proposed

from isthmus.graph.model import Assertion
from isthmus.graph.verdict import Verdict, VerdictAbout, VerdictKind, now_in_utc
from isthmus.graph.vocabulary import Predicate
from isthmus.service.hypotheses.diff import Cause, difference
from isthmus.service.hypotheses.kept import UnknownEdition, difference_of


@pytest.fixture
def changed(store, tmp_path):
    """What changed after doing something to the graph."""

    def after(act):
        before = proposed(store, tmp_path)
        act(store)
        return difference(before, proposed(store, tmp_path))

    return after


def moved(found, claim):
    return next(one for one in found.statements if one.id == claim.statement.id)


def test_nothing_changed(changed):
    found = changed(lambda store: None)
    assert found.nothing
    assert found.before == found.after.model_copy(update={"created": found.before.created})


def test_new_evidence_raises_belief_and_is_named(changed):
    found = changed(lambda store: store.write([paper("pmid:9", BACE1_CUTS_APP)]))
    one = moved(found, BACE1_CUTS_APP)
    assert one.before < one.after
    assert [(why.cause, "pmid:9" in why.text) for why in one.why] == [(Cause.NEW_EVIDENCE, True)]
    assert [each.name for each in found.figures if each.name == "belief"]


def test_a_retraction_lowers_belief_and_is_named(changed):
    found = changed(lambda store: store.write([paper("pmid:4", APP_CAUSES_ALZHEIMER, date="2007", retracted=True)]))
    one = moved(found, APP_CAUSES_ALZHEIMER)
    assert one.before > one.after
    assert (Cause.RETRACTION, "pmid:4") in [(why.cause, why.id) for why in one.why]


def test_evidence_that_was_deleted_is_lost_evidence(changed):
    found = changed(lambda store: store.delete(["pmid:3"]))
    assert [why.cause for why in moved(found, APP_CAUSES_ALZHEIMER).why] == [Cause.LOST_EVIDENCE]


def test_a_verdict_is_a_reason_and_so_is_taking_it_back(store, tmp_path):
    before = proposed(store, tmp_path)
    verdict = Verdict(
        BACE1_CUTS_APP.statement.id,
        VerdictAbout.STATEMENT,
        VerdictKind.WRONG_ENTITY,
        "Ada",
        "not that one",
        at=now_in_utc(),
    )
    store.put_verdict(verdict)
    judged = proposed(store, tmp_path)
    (why,) = moved(difference(before, judged), BACE1_CUTS_APP).why
    assert (why.cause, why.id) == (Cause.VERDICT, verdict.id)
    assert "Ada said wrong entity: not that one" in why.text
    store.delete_verdict(verdict.id)
    (back,) = moved(difference(judged, proposed(store, tmp_path)), BACE1_CUTS_APP).why
    assert back.cause is Cause.VERDICT_TAKEN_BACK


def test_a_denial_lowers_what_it_denies(changed):
    denied = Claim(APP, Predicate.CAUSES, ALZHEIMER, score=0.6, negated=True, assertion=Assertion.NEGATED)
    found = changed(lambda store: store.write([paper("pmid:9", denied)]))
    one = moved(found, APP_CAUSES_ALZHEIMER)
    assert one.after < one.before
    assert Cause.DENIAL in [why.cause for why in one.why]


def test_paths_come_and_go(changed, store, tmp_path):
    short = Claim(VERUBECESTAT, Predicate.DECREASES, APP)
    found = changed(lambda store: store.write([paper("pmid:9", short)]))
    assert found.paths_gained == ["verubecestat -decreases-> APP -causes-> Alzheimer disease"]
    assert found.paths_lost == []
    before = proposed(store, tmp_path)
    store.delete(["pmid:9"])
    assert difference(before, proposed(store, tmp_path)).paths_lost == found.paths_gained


def test_what_was_new_is_known_now(changed):
    found = changed(lambda store: store.write([paper("pmid:9", DRUG_TREATS_ALZHEIMER)]))
    figures = {each.name: (each.before, each.after) for each in found.figures}
    assert figures["direct statements"] == (0, 1)
    assert figures["novelty"][0] > figures["novelty"][1]


def test_by_default_the_last_two_editions_are_compared(store, tmp_path):
    first = kept(store, tmp_path)
    with pytest.raises(UnknownEdition):
        difference_of(store, first.hypothesis.id)
    store.write([paper("pmid:9", BACE1_CUTS_APP)])
    second = kept(store, tmp_path).hypothesis
    hashes = [one.graph_hash for one in second.editions]
    found = difference_of(store, second.id)
    by_hash = {found.before.graph_hash, found.after.graph_hash}
    assert by_hash == set(hashes)
    assert difference_of(store, second.id, found.before.graph_hash, found.after.graph_hash) == found
    with pytest.raises(UnknownEdition):
        difference_of(store, second.id, "1999")
