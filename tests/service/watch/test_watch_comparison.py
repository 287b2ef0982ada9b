"""Two standings side by side: what is worth an alert, what it says, and when the graph alone decides."""

import pytest

from isthmus.graph.vocabulary import Category, Predicate
from isthmus.service.answers import EntityName
from isthmus.service.hypotheses.status import Status
from isthmus.service.watch.compare import changes_between, link_findings, list_findings
from isthmus.service.watch.watch import (
    AlertKind,
    BestPath,
    ChangeKind,
    Ground,
    GroundRole,
    LinkStanding,
    ListStanding,
    Ranked,
    Watch,
    WatchKind,
)

DRUG = EntityName(id="CHEBI:1", name="sedatin", category=Category.DRUG)
DISEASE = EntityName(id="MONDO:1", name="restlessness", category=Category.DISEASE)
WATCH = Watch(kind=WatchKind.PAIR, source=DRUG, target=DISEASE, top=10)


def ground(
    key="s1", role=GroundRole.PATH, belief=0.5, predicate=Predicate.INHIBITS, papers=("pmid:1",), retracted=(), said=()
):
    return Ground(
        id=key,
        text=f"what {key} says",
        role=role,
        predicate=predicate,
        subject=DRUG.id,
        belief=belief,
        papers=list(papers),
        retracted=list(retracted),
        verdicts={each: f"Ada said {each}" for each in said},
    )


def path(sign="therapeutic", statements=("s1", "s2")):
    return BestPath(
        text="sedatin - GENE - restlessness",
        statements=list(statements),
        score=1.0,
        p_value=0.01,
        q_value=0.02,
        belief=0.3,
        sign=sign,
    )


def standing(rank=20, best=path(), grounds=(ground(),)):
    return LinkStanding(score=1.0, rank=rank, of=100, best=best, grounds=list(grounds))


def found(before, after, now=None):
    return {each.kind: each for each in link_findings(WATCH, before, after, now or {})}


@pytest.mark.parametrize(
    ("before", "after", "kind"),
    [
        (14, 3, AlertKind.ENTERED),
        (None, 10, AlertKind.ENTERED),
        (10, 11, AlertKind.LEFT),
        (2, None, AlertKind.LEFT),
        (3, 9, None),
        (11, 40, None),
        (None, None, None),
    ],
)
def test_who_crosses_the_edge_of_the_top_is_told(before, after, kind):
    findings = found(standing(before), standing(after))
    assert list(findings) == ([kind] if kind else [])
    if kind:
        told = findings[kind]
        assert (told.rank_before, told.rank_after) == (before, after)
        assert f"{before or 'none'} -> {after or 'none'}" in told.text


def test_a_direct_statement_confirms_and_is_certain_only_when_sure_and_of_the_same_sign():
    def after(**how):
        return standing(grounds=[ground(), ground("d", GroundRole.DIRECT, **how)])

    sure = found(standing(), after(belief=0.95, predicate=Predicate.TREATS))[AlertKind.CONFIRMED]
    assert (sure.proposes, sure.certain) == (Status.CONFIRMED, True)
    for how in (
        {"belief": 0.5, "predicate": Predicate.TREATS},
        {"belief": 0.95, "predicate": Predicate.ASSOCIATED_WITH},
    ):
        doubtful = found(standing(), after(**how))[AlertKind.CONFIRMED]
        assert (doubtful.proposes, doubtful.certain) == (Status.CONFIRMED, False)


def test_a_direct_statement_that_becomes_sure_is_told_once():
    doubtful, sure = (
        standing(grounds=[ground("d", GroundRole.DIRECT, belief, Predicate.TREATS)]) for belief in (0.6, 0.93)
    )
    told = found(doubtful, sure)[AlertKind.CONFIRMED]
    assert told.certain
    assert "become sure" in told.text
    assert found(sure, sure) == found(sure, doubtful) == {}


def test_a_denied_confirmation_is_not_certain():
    direct = ground("d", GroundRole.DIRECT, 0.95, Predicate.TREATS)
    denial = ground("n", GroundRole.DENIAL, 0.4, Predicate.TREATS)
    before = standing(grounds=[ground(), denial])
    assert not found(before, standing(grounds=[ground(), denial, direct]))[AlertKind.CONFIRMED].certain


def test_a_direct_statement_of_the_other_sign_contradicts():
    worse = ground("d", GroundRole.DIRECT, 0.95, Predicate.EXACERBATES)
    findings = found(standing(), standing(grounds=[ground(), worse]))
    assert AlertKind.CONFIRMED not in findings
    assert not findings[AlertKind.CONTRADICTED].certain
    assert findings[AlertKind.CONTRADICTED].proposes is Status.REFUTED


@pytest.mark.parametrize(("belief", "claimed", "certain"), [(0.95, 0.0, True), (0.5, 0.0, False), (0.95, 0.6, False)])
def test_a_denial_refutes_for_certain_where_it_is_sure_and_nobody_claims_it(belief, claimed, certain):
    direct = [ground("d", GroundRole.DIRECT, claimed, Predicate.TREATS)]
    denial = ground("n", GroundRole.DENIAL, belief, Predicate.TREATS)
    told = found(standing(grounds=direct), standing(grounds=[*direct, denial]))[AlertKind.CONTRADICTED]
    assert (told.proposes, told.certain) == (Status.REFUTED, certain)


def test_to_deny_the_other_direction_contradicts_nothing():
    denial = ground("n", GroundRole.DENIAL, 0.95, Predicate.EXACERBATES)
    assert found(standing(), standing(grounds=[ground(), denial])) == {}


def test_a_sign_that_flips_contradicts_and_an_unknown_one_does_not():
    assert AlertKind.CONTRADICTED in found(standing(), standing(best=path("harmful")))
    assert found(standing(), standing(best=path("unknown"))) == {}
    assert found(standing(best=path("unknown")), standing(best=path("harmful"))) == {}


def test_support_that_is_retracted_is_told_with_the_paper():
    gone = ground(belief=0.0, retracted=["pmid:1"])
    told = found(standing(), standing(best=None, grounds=[]), {"s1": gone})[AlertKind.LOST_SUPPORT]
    assert "pmid:1" in told.text
    assert (told.proposes, told.certain) == (Status.RETRACTED_SUPPORT, True)
    weaker = ground(belief=0.2, papers=["pmid:1", "pmid:2"], retracted=["pmid:1"])
    before = standing(grounds=[ground(papers=["pmid:1", "pmid:2"]), ground("s2")])
    told = found(before, standing(grounds=[weaker, ground("s2")]))[AlertKind.LOST_SUPPORT]
    assert (told.proposes, told.certain) == (None, False)


def test_support_that_is_lost_without_a_retraction_is_no_such_alert():
    assert found(standing(), standing(best=None, grounds=[]), {}) == {}


def test_what_changed_is_named_retractions_first():
    before = standing(grounds=[ground("a"), ground("b", said=["v1"]), ground("gone")])
    after = standing(
        grounds=[
            ground("a", belief=0.8, papers=["pmid:1", "pmid:7"]),
            ground("b", belief=0.1, retracted=["pmid:1"], said=["v2"]),
            ground("new", belief=0.4),
        ]
    )
    changes = list(changes_between(before, after, {}))
    assert [each.kind for each in changes] == [
        ChangeKind.RETRACTION,
        ChangeKind.VERDICT,
        ChangeKind.VERDICT,
        ChangeKind.NEW_PAPER,
        ChangeKind.BELIEF,
        ChangeKind.BELIEF,
        ChangeKind.LOST_STATEMENT,
        ChangeKind.NEW_STATEMENT,
    ]
    assert "0.50 -> 0.80" in next(each.text for each in changes if each.id == "a" and each.kind is ChangeKind.BELIEF)


def test_a_statement_that_is_only_no_ground_any_more_is_not_said_to_be_lost():
    before = standing(grounds=[ground("a"), ground("b")])
    assert list(changes_between(before, standing(grounds=[ground("a")]), {"b": ground("b")})) == []


def ranked(*names, known=()):
    return ListStanding(
        items=[Ranked(id=each, name=each, score=9.0 - place, known=each in known) for place, each in enumerate(names)]
    )


def test_lists_tell_who_entered_who_left_and_who_became_known():
    watch = Watch(kind=WatchKind.CANDIDATES, source=DISEASE, category=Category.DRUG, top=2)
    before, after = ranked("a", "b", "c", "d"), ranked("d", "a", "b", "c", known=["a"])
    told = {(each.kind, each.subject): each for each in list_findings(watch, before, after)}
    assert set(told) == {(AlertKind.ENTERED, "d"), (AlertKind.LEFT, "b"), (AlertKind.CONFIRMED, "a")}
    entered = told[AlertKind.ENTERED, "d"]
    assert (entered.rank_before, entered.rank_after) == (4, 1)
    assert "rank 4 -> 1" in entered.text
    assert list(list_findings(watch, after, after)) == []


def test_the_same_question_is_one_watch_whoever_is_told():
    again = WATCH.model_copy(update={"top": 3, "notify": ["mail:a@b.example"], "created": "later"})
    assert again.id == WATCH.id
    turned = WATCH.model_copy(update={"source": DISEASE, "target": DRUG})
    assert turned.id != WATCH.id
