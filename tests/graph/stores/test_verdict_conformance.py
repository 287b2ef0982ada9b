"""What reviewers say in every store: it moves belief at once, outlives what it is about, and can be taken back."""

from collections import defaultdict
from dataclasses import replace

import pytest
from contents import belief_from_columns, columns_as_values, contents
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from samples import APP_CAUSES_ALZHEIMER, BACE1_CUTS_APP, DRUG_INHIBITS_BACE1, paper, table
from strategies import corpora

from isthmus.graph.belief import SPECULATION_WEIGHT
from isthmus.graph.discovery.memory.patch import patch
from isthmus.graph.discovery.memory.snapshot import Snapshot
from isthmus.graph.verdict import Verdict, VerdictAbout, VerdictKind

CUTS = BACE1_CUTS_APP.statement.id
NEVER_CUTS = replace(BACE1_CUTS_APP, negated=True)
CORRECT, WRONG = VerdictKind.CORRECT, VerdictKind.WRONG_RELATION


def verdict(kind=CORRECT, reviewer="Ada", target=CUTS, minute=0, **more):
    at = f"2026-03-01T09:{minute:02d}:00.000000+00:00"
    return Verdict(
        **{"about": VerdictAbout.STATEMENT, "at": at, **more, "target": target, "kind": kind, "reviewer": reviewer}
    )


def belief(store, statement=CUTS):
    return store.statements([statement])[statement].belief


def with_odds(before, *odds):
    product = before / (1 - before)
    for each in odds:
        product *= each
    return pytest.approx(product / (1 + product), abs=1e-11)


# -- what is kept -------------------------------------------------------------------------------------------------


def test_what_was_said_is_read_back_oldest_first(store):
    said = [
        verdict(minute=3, comment="Siehe Abbildung 2 – „cuts“", evidence="0" * 32),
        verdict(WRONG, "Bo", minute=1),
        verdict(VerdictKind.OTHER, "Ada", "hypothesis/7", minute=2, about=VerdictAbout.HYPOTHESIS),
        verdict(reviewer="Cy", at=""),
    ]
    for each in said:
        store.put_verdict(each)
    assert store.verdicts() == [said[3], said[1], said[2], said[0]]
    assert store.verdicts(reviewer="Ada") == [said[2], said[0]]
    assert store.verdicts(targets=[CUTS, CUTS]) == [said[3], said[1], said[0]]
    assert store.verdicts(targets=["hypothesis/7"], reviewer="Bo") == []
    assert store.verdicts(targets=[]) == store.verdicts(targets=["\ud800"]) == store.verdicts(reviewer="\ud800") == []


def test_the_same_verdict_twice_changes_nothing(store):
    store.write([paper("pmid:1", BACE1_CUTS_APP)])
    store.put_verdict(verdict())
    before, version = contents(store), store.version()
    store.put_verdict(verdict())
    assert (contents(store), store.version(), store.verdicts()) == (before, version, [verdict()])


# -- belief -------------------------------------------------------------------------------------------------------


def test_a_verdict_moves_belief_at_once(store):
    store.write([paper("pmid:1", BACE1_CUTS_APP, DRUG_INHIBITS_BACE1)])
    others = belief(store, DRUG_INHIBITS_BACE1.statement.id)
    store.put_verdict(verdict())
    assert belief(store) == with_odds(0.8, 19)
    [row] = [row for row in store.all_statements() if row.statement.id == CUTS]
    assert row.belief == belief(store)
    assert (row.evidence_count, row.first_year) == (1, 2020)
    store.put_verdict(verdict(reviewer="Bo"))
    assert belief(store) == with_odds(0.8, 19, 19)
    assert belief(store, DRUG_INHIBITS_BACE1.statement.id) == others


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        *((kind, with_odds(0.8, 1 / 19)) for kind in VerdictKind if kind.startswith(("wrong", "negation"))),
        (VerdictKind.OTHER, with_odds(0.8, 1 / 3)),
        (VerdictKind.SPECULATIVE, pytest.approx(0.8 * SPECULATION_WEIGHT)),
    ],
)
def test_each_kind_of_wrong_lowers_it(store, kind, expected):
    store.write([paper("pmid:1", BACE1_CUTS_APP)])
    store.put_verdict(verdict(kind))
    assert belief(store) == expected


def test_a_reviewer_who_changes_his_mind_counts_once_and_history_is_kept(store):
    store.write([paper("pmid:1", BACE1_CUTS_APP)])
    first, second = verdict(CORRECT, minute=1), verdict(WRONG, minute=2)
    store.put_verdict(second)
    store.put_verdict(first)  # in whatever order they come
    assert belief(store) == with_odds(0.8, 1 / 19)
    assert store.verdicts() == [first, second]
    assert store.delete_verdict(second.id)
    assert belief(store) == with_odds(0.8, 19)


def test_two_who_disagree_cancel_out_and_both_are_kept(store):
    store.write([paper("pmid:1", BACE1_CUTS_APP)])
    before = belief(store)
    said = [verdict(CORRECT, "Ada"), verdict(WRONG, "Bo", minute=1)]
    for each in said:
        store.put_verdict(each)
    assert belief(store) == before
    assert store.verdicts(targets=[CUTS]) == said


def test_what_is_said_of_a_hypothesis_moves_no_statement(store):
    store.write([paper("pmid:1", BACE1_CUTS_APP)])
    before, version = belief(store), store.version()
    store.put_verdict(verdict(about=VerdictAbout.HYPOTHESIS))
    assert (belief(store), store.version()) == (before, version)


def test_the_opposite_statement_moves_too(store):
    store.write([paper("pmid:1", BACE1_CUTS_APP), table("sha256:1", NEVER_CUTS)])
    own = 0.8
    assert belief(store, NEVER_CUTS.statement.id) == pytest.approx(own * (1 - own))
    store.put_verdict(verdict())
    judged = own * 19 / (own * 19 + 1 - own)
    assert belief(store, NEVER_CUTS.statement.id) == pytest.approx(own * (1 - judged))
    assert belief(store) == pytest.approx(judged * (1 - own))


def test_undoing_restores_belief_to_the_last_bit(store):
    store.write([paper("pmid:1", BACE1_CUTS_APP), paper("pmid:2", BACE1_CUTS_APP, NEVER_CUTS)])
    before, version = contents(store), store.version()
    exactly = [row.belief for row in store.all_statements()]
    for each in (verdict(), verdict(WRONG, "Bo"), verdict(VerdictKind.SPECULATIVE, "Cy")):
        store.put_verdict(each)
    assert [row.belief for row in store.all_statements()] != exactly
    for each in store.verdicts():
        assert store.delete_verdict(each.id)
        assert not store.delete_verdict(each.id)
    assert [row.belief for row in store.all_statements()] == exactly
    assert (contents(store), store.version(), store.verdicts()) == (before, version, [])
    assert not store.delete_verdict("nothing")
    assert not store.delete_verdict("\ud800")


# -- it outlives what it is about ---------------------------------------------------------------------------------


def test_a_verdict_survives_another_extractor(store):
    store.write([paper("pmid:1", BACE1_CUTS_APP)])
    store.put_verdict(verdict())
    judged = belief(store)
    store.write([paper("pmid:1", BACE1_CUTS_APP, extractor="sample/2")])
    assert belief(store) == judged
    store.write([paper("pmid:1", replace(BACE1_CUTS_APP, score=0.6), extractor="sample/3")])
    assert belief(store) == with_odds(0.6, 19)


def test_a_verdict_waits_for_its_statement_and_for_its_return(store):
    store.put_verdict(verdict())
    assert store.statements([CUTS]) == {}
    store.write([paper("pmid:1", BACE1_CUTS_APP)])
    judged = belief(store)
    assert judged == with_odds(0.8, 19)
    store.delete(["pmid:1"])
    assert store.statements([CUTS]) == {}
    assert store.verdicts() == [verdict()]
    store.write([paper("pmid:1", BACE1_CUTS_APP)])
    assert belief(store) == judged


def test_no_verdict_believes_a_retracted_paper(store):
    store.write([paper("pmid:1", BACE1_CUTS_APP)])
    store.put_verdict(verdict())
    store.write([paper("pmid:1", BACE1_CUTS_APP, retracted=True)])
    assert belief(store) == 0.0
    store.write([paper("pmid:1", BACE1_CUTS_APP)])
    assert belief(store) == with_odds(0.8, 19)


# -- version, log and columns -------------------------------------------------------------------------------------


def test_a_verdict_changes_the_version_and_not_the_hash(store):
    store.write([paper("pmid:1", BACE1_CUTS_APP)])
    said, versions = store.graph_hash(), [store.version()]
    for each in (verdict(), verdict(WRONG, "Bo"), verdict(VerdictKind.WRONG_ENTITY, "Bo", minute=5)):
        store.put_verdict(each)
        versions.append(store.version())
    assert len(set(versions)) == 4
    assert store.graph_hash() == said
    store.put_verdict(verdict(target="f" * 32))  # of which the graph knows nothing
    assert store.version() == versions[-1]


def test_the_version_after_a_verdict_is_the_one_worked_out_from_scratch(store, empty_store):
    store.write([paper("pmid:1", BACE1_CUTS_APP)])
    store.version()
    store.put_verdict(verdict())
    known = store.version()
    store.write([paper("pmid:2", DRUG_INHIBITS_BACE1)])
    store.delete(["pmid:2"])
    assert store.version() == known
    assert store.columns().version == known


def test_columns_and_changes_carry_the_verdicts(store):
    store.write([paper("pmid:1", BACE1_CUTS_APP, APP_CAUSES_ALZHEIMER)])
    old = store.columns()
    assert len(old.verdict_kind) == 0
    snapshot = Snapshot.from_columns(old)
    store.put_verdict(verdict(WRONG))
    store.put_verdict(verdict(CORRECT, "Bo", APP_CAUSES_ALZHEIMER.statement.id, at="1999-01-01T00:00:00+00:00"))
    changes = store.changes(old.version)
    assert changes.statements == {CUTS, APP_CAUSES_ALZHEIMER.statement.id}
    now = store.columns()
    ids = list(now.statement_ids)
    kinds = list(VerdictKind)
    assert {
        (ids[statement], kinds[kind], year)
        for statement, kind, year in zip(
            now.verdict_statement.tolist(), now.verdict_kind.tolist(), now.verdict_year.tolist(), strict=True
        )
    } == {(CUTS, WRONG, 2026), (APP_CAUSES_ALZHEIMER.statement.id, CORRECT, 1999)}
    assert columns_as_values(patch(old, changes).columns) == columns_as_values(now)
    fresh, caught_up = Snapshot.from_columns(now), snapshot.refreshed(changes)
    assert fresh.layers.keys() == caught_up.layers.keys()
    for hop, layer in fresh.layers.items():
        assert layer.beliefs.toarray().tolist() == caught_up.layers[hop].beliefs.toarray().tolist()
    beliefs = {value for layer in caught_up.layers.values() for value in layer.beliefs.data.tolist()}
    assert beliefs == {belief(store), belief(store, APP_CAUSES_ALZHEIMER.statement.id)}


# -- a law --------------------------------------------------------------------------------------------------------


@st.composite
def opinions(draw, targets):
    """Few reviewers, few minutes: they repeat and contradict themselves and one another."""
    return verdict(
        draw(st.sampled_from(VerdictKind)),
        draw(st.sampled_from(("Ada", "Bo", "Cy"))),
        draw(st.sampled_from(targets)),
        draw(st.integers(0, 2)),
        comment=draw(st.sampled_from(("", "so"))),
    )


def test_belief_does_not_depend_on_the_order_of_writes_and_verdicts(empty_store):
    def law(corpus, data):
        targets = sorted({each.id for part in corpus for each in part.statements} | {"0" * 32})
        said = data.draw(st.lists(opinions(targets), max_size=6))
        first = empty_store()
        first.write(corpus)
        for each in said:
            first.put_verdict(each)
        expected = [(row.statement.id, row.belief) for row in first.all_statements()]
        version = first.version()
        if not any(statement.context.species for part in corpus for statement in part.statements):
            columns = first.columns()
            assert dict(expected) == pytest.approx(belief_from_columns(columns), abs=1e-9)
        steps = defaultdict(list)  # the parts of a document stay together
        for part in corpus:
            steps[part.document.id].append(part)
        second = empty_store()
        for step in data.draw(st.permutations([*steps.values(), *said])):
            if isinstance(step, Verdict):
                second.put_verdict(step)
            else:
                second.write(step)
        assert [(row.statement.id, row.belief) for row in second.all_statements()] == expected
        assert second.version() == version

    settings(
        max_examples=empty_store.examples if empty_store.name == "sqlite" else 2,  # many writes and readings each
        deadline=None,
        derandomize=empty_store.name != "sqlite",
        suppress_health_check=list(HealthCheck),
    )(given(corpora(), st.data())(law))()
