"""The queue: what is in doubt and leaned on comes first, what is disagreed on before all."""

import numpy as np
import pytest
from graph.discovery.small_graphs import Said, graph, random_facts

from isthmus.graph.verdict import Verdict, VerdictAbout, VerdictKind
from isthmus.service.review.history import latest_by_target
from isthmus.service.review.queue import BASE, Interest, Wanted, denials, queue
from isthmus.service.review.worth import information, lean

SIZES = {"drug": 6, "gene": 10, "dis": 5}
DENIED = Said("gene:000 regulates gene:001", 0.4, negated=True, document="pmid:9")
CLAIM = Said("gene:000 regulates gene:001", 0.8)


@pytest.fixture(scope="module")
def snapshot():
    facts = {one.statement.id: one for one in random_facts(5, SIZES, 0.2, beliefs=(0.2, 0.5, 0.9, 1.0))}
    return graph(*{**facts, CLAIM.statement.id: CLAIM, DENIED.statement.id: DENIED}.values())


def said(statement, *kinds, reviewers="abc"):
    return [
        Verdict(statement, VerdictAbout.STATEMENT, kind, reviewer, at=f"2026-01-0{day}T00:00:00.000000+00:00")
        for day, (kind, reviewer) in enumerate(zip(kinds, reviewers, strict=False), start=1)
    ]


def waiting(snapshot, verdicts=(), interests=(), limit=10_000, after=None, **wanted):
    denied = dict.fromkeys(denials(snapshot), 0.4)
    return queue(snapshot, denied, latest_by_target(verdicts), interests, Wanted(**wanted), limit=limit, after=after)


def test_the_order_is_that_of_the_formula(snapshot):
    found = waiting(snapshot)
    beliefs = {one.id: one.belief for one in found}
    leans = dict(zip(snapshot.statement_ids, lean(snapshot) / lean(snapshot).max(), strict=True))
    leans[DENIED.statement.id] = leans[CLAIM.statement.id]
    expected = {one: float(information(np.array(beliefs[one]))) * (BASE + leans[one]) for one in beliefs}
    assert {one.id: one.value for one in found} == pytest.approx(expected)
    assert [one.id for one in found] == sorted(expected, key=lambda one: (-round(expected[one], 12), one))


def test_what_the_graph_is_sure_of_does_not_wait(snapshot):
    sure = {
        snapshot.statement_ids[int(number)]
        for layer in snapshot.layers.values()
        for number, belief in zip(layer.statements, layer.beliefs.data, strict=True)
        if belief == 1.0
    }
    assert sure
    assert sure.isdisjoint(one.id for one in waiting(snapshot))


def test_who_denies_a_statement_waits_with_the_lean_of_what_it_denies(snapshot):
    found = {one.id: one for one in waiting(snapshot)}
    assert denials(snapshot) == [DENIED.statement.id]
    denial = found[DENIED.statement.id]
    assert denial.lean == found[CLAIM.statement.id].lean
    assert denial.belief == 0.4


def test_a_disagreement_comes_first_and_agreement_does_not(snapshot):
    last, before = [one.id for one in waiting(snapshot)][:-3:-1]
    verdicts = [
        *said(last, VerdictKind.CORRECT, VerdictKind.WRONG_ENTITY),
        *said(before, VerdictKind.WRONG_ENTITY, VerdictKind.OTHER),
    ]
    found = waiting(snapshot, verdicts)
    assert found[0].id == last
    assert found[0].disagreed
    assert not any(one.disagreed for one in found[1:])


def test_a_change_of_mind_ends_a_disagreement(snapshot):
    last = waiting(snapshot)[-1].id
    verdicts = said(last, VerdictKind.CORRECT, VerdictKind.OTHER, VerdictKind.OTHER, reviewers="aba")
    assert not any(one.disagreed for one in waiting(snapshot, verdicts))


def test_what_a_reviewer_judged_is_left_out_for_them_alone(snapshot):
    first = waiting(snapshot)[0].id
    verdicts = said(first, VerdictKind.CORRECT)
    assert first not in [one.id for one in waiting(snapshot, verdicts, reviewer="a")]
    assert first in [one.id for one in waiting(snapshot, verdicts, reviewer="b")]
    assert first in [one.id for one in waiting(snapshot, verdicts)]


def test_pages_neither_repeat_nor_miss_one_though_verdicts_come_in_between(snapshot):
    whole = [one.id for one in waiting(snapshot)]
    verdicts, seen, after = [], [], None
    while found := waiting(snapshot, verdicts, limit=7, after=after, reviewer="a"):
        seen += [one.id for one in found]
        after = found[-1].place
        verdicts += said(found[0].id, VerdictKind.CORRECT)
    assert seen == whole


def test_a_hypothesis_waits_and_so_does_what_it_rests_on(snapshot):
    whole = waiting(snapshot)
    low = whole[-2]
    interest = Interest("h1", "larkamide and the sleep disorder", 0.5, {low.id: 1.0, "f" * 32: 0.4})
    found = waiting(snapshot, interests=[interest])
    [hypothesis] = [one for one in found if one.about is VerdictAbout.HYPOTHESIS]
    assert hypothesis.value == pytest.approx(float(information(np.array(0.5))))
    raised = next(one for one in found if one.id == low.id)
    assert raised.hypotheses == ("h1",)
    assert raised.value - low.value == pytest.approx(raised.information, abs=1e-11)
    only = waiting(snapshot, interests=[interest], hypothesis="h1")
    assert {one.id for one in only} == {"h1", low.id}


def test_the_queue_for_one_entity_holds_what_its_answers_lean_on(snapshot):
    source = snapshot.index["drug:000"]
    found = waiting(snapshot, source=source)
    near = lean(snapshot, source)
    columns = snapshot.columns
    for one in found:
        number = list(snapshot.statement_ids).index(one.id)
        own = source in (columns.subjects[number], columns.objects[number])
        assert near[number] > 0 or own or one.id == DENIED.statement.id
    assert 0 < len(found) < len(waiting(snapshot))


def test_a_graph_of_one_statement_has_a_queue_of_one():
    [one] = waiting(graph(Said("drug:a inhibits gene:a", 0.6)))
    assert one.value == pytest.approx(one.information * BASE)
    assert waiting(graph(alone=["gene:a"])) == []
