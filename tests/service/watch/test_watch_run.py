"""The watch-list over a real store: where things stand, what an ingest does to them, and that nothing is lost or said twice."""

from dataclasses import replace

import numpy as np
import pytest
from graph.samples import (
    ALZHEIMER,
    APP,
    APP_CAUSES_ALZHEIMER,
    BACE1,
    BACE1_CUTS_APP,
    DRUG_INHIBITS_BACE1,
    DRUG_TREATS_ALZHEIMER,
    PARKINSON,
    VERUBECESTAT,
    Claim,
    paper,
    table,
)
from service.dated_graph import write_dated_graph
from service.hypotheses.living_graph import kept

from isthmus.graph.discovery.memory.snapshot import Snapshot
from isthmus.graph.discovery.ranking.candidates import rank_candidates
from isthmus.graph.discovery.walks.paths import find_paths
from isthmus.graph.model import Assertion
from isthmus.graph.stores.entries import EntryKind
from isthmus.graph.stores.sqlite import SqliteStore
from isthmus.graph.verdict import Verdict, VerdictAbout, VerdictKind, now_in_utc
from isthmus.graph.vocabulary import Category, Predicate
from isthmus.service.hypotheses.hypothesis import NOBODY
from isthmus.service.hypotheses.kept import living, move
from isthmus.service.hypotheses.status import Status
from isthmus.service.ingest import ingest
from isthmus.service.names import UnknownName
from isthmus.service.texts import sentences_of
from isthmus.service.watch import kept as kept_watches
from isthmus.service.watch.added import NothingToWatch, add_watch
from isthmus.service.watch.kept import UnknownWatch, find, latest_alerts, remove, unpublished, watched_of
from isthmus.service.watch.links import direct_statements, scored, touched_pairs
from isthmus.service.watch.run import run_watches
from isthmus.service.watch.watch import AlertKind, ChangeKind, GroundRole, WatchKind

ASPIRIN = replace(VERUBECESTAT, id="CHEBI:15365", name="aspirin", synonyms=())


@pytest.fixture
def watch(store, tmp_path):
    def add(**what):
        return add_watch(store, lambda curie: None, cache=tmp_path / "cache", **what)

    return add


@pytest.fixture
def run(store, tmp_path):
    return lambda: run_watches(store, cache=tmp_path / "cache")


def by_kind(done):
    return {each.kind: each for each in done.alerts}


def test_a_watch_stands_where_the_graph_has_it(watch, store):
    one = watch(source="verubecestat", target="Alzheimer disease")
    standing = one.standing
    assert (standing.rank, standing.of) == (1, 1)
    assert standing.best.text == "verubecestat - BACE1 - APP - Alzheimer disease"
    assert standing.best.sign == "therapeutic"
    rows = store.statements(each.id for each in standing.grounds)
    assert {each.id: each.belief for each in standing.grounds} == {key: row.belief for key, row in rows.items()}
    assert {paper for each in standing.grounds for paper in each.papers} == {"pmid:1", "pmid:2", "pmid:3", "pmid:4"}


def test_nothing_new_is_no_alert(watch, run):
    watch(source="verubecestat", target="Alzheimer disease")
    watch(entity="Alzheimer disease", category=Category.CHEMICAL_ENTITY)
    assert run().alerts == []


def test_a_curated_statement_confirms_a_watched_hypothesis_by_itself(watch, run, store, tmp_path):
    hypothesis = kept(store, tmp_path / "cache").hypothesis.id
    watch(hypothesis=hypothesis)
    store.write([table("sha256:t", replace(DRUG_TREATS_ALZHEIMER, score=1.0))])
    alert = by_kind(run())[AlertKind.CONFIRMED]
    assert alert.moved
    assert alert.hypothesis == hypothesis
    assert ChangeKind.NEW_STATEMENT in [change.kind for change in alert.changes]
    now = living(store, hypothesis)
    assert now.status is Status.CONFIRMED
    assert now.events[-1].who == NOBODY
    assert run().alerts == []


def test_a_sentence_alone_only_proposes(watch, run, store, tmp_path):
    hypothesis = kept(store, tmp_path / "cache").hypothesis.id
    watch(hypothesis=hypothesis)
    store.write([paper("pmid:9", DRUG_TREATS_ALZHEIMER)])
    alert = by_kind(run())[AlertKind.CONFIRMED]
    assert (alert.proposes, alert.moved) == (Status.CONFIRMED, False)
    assert living(store, hypothesis).status is Status.PROPOSED


def test_a_sure_denial_refutes(watch, run, store, tmp_path):
    hypothesis = kept(store, tmp_path / "cache").hypothesis.id
    watch(hypothesis=hypothesis)
    denied = replace(DRUG_TREATS_ALZHEIMER, negated=True, assertion=Assertion.NEGATED, score=1.0)
    store.write([table("sha256:t", denied)])
    alert = by_kind(run())[AlertKind.CONTRADICTED]
    assert "denied" in alert.text
    assert living(store, hypothesis).status is Status.REFUTED


def test_a_life_from_proposal_to_retraction(watch, run, store, tmp_path):
    hypothesis = kept(store, tmp_path / "cache").hypothesis.id
    watch(hypothesis=hypothesis)
    move(store, hypothesis, Status.UNDER_REVIEW, who="Ada")
    move(store, hypothesis, Status.ACCEPTED, who="Ada")
    store.write([paper("pmid:2", replace(BACE1_CUTS_APP, year=2011), date="2011", retracted=True)])
    alert = by_kind(run())[AlertKind.LOST_SUPPORT]
    assert "pmid:2 was retracted" in alert.text
    assert [change.id for change in alert.changes if change.kind is ChangeKind.RETRACTION] == ["pmid:2"]
    assert alert.moved
    now = living(store, hypothesis)
    assert now.status is Status.RETRACTED_SUPPORT
    assert [event.to for event in now.events] == [
        Status.PROPOSED,
        Status.UNDER_REVIEW,
        Status.ACCEPTED,
        Status.RETRACTED_SUPPORT,
    ]


def test_a_retraction_that_leaves_a_path_moves_nothing(watch, run, store, tmp_path):
    hypothesis = kept(store, tmp_path / "cache").hypothesis.id
    watch(hypothesis=hypothesis)
    store.write([paper("pmid:4", replace(APP_CAUSES_ALZHEIMER, year=2007), date="2007", retracted=True)])
    alert = by_kind(run())[AlertKind.LOST_SUPPORT]
    assert (alert.proposes, alert.moved) == (None, False)
    assert any(change.kind is ChangeKind.BELIEF for change in alert.changes)
    assert living(store, hypothesis).status is Status.PROPOSED


def test_a_status_that_may_not_follow_is_left_as_it_is(watch, run, store, tmp_path):
    hypothesis = kept(store, tmp_path / "cache").hypothesis.id
    watch(hypothesis=hypothesis)
    move(store, hypothesis, Status.REFUTED, who="Ada")
    store.write([paper("pmid:2", replace(BACE1_CUTS_APP, year=2011), date="2011", retracted=True)])
    assert not by_kind(run())[AlertKind.LOST_SUPPORT].moved
    assert living(store, hypothesis).status is Status.REFUTED


def test_a_verdict_is_a_change_that_is_named(watch, run, store):
    watch(source="verubecestat", target="Alzheimer disease", top=1)
    store.put_verdict(
        Verdict(
            BACE1_CUTS_APP.statement.id, VerdictAbout.STATEMENT, VerdictKind.NEGATION_MISSED, "Ada", at=now_in_utc()
        )
    )
    assert run().alerts == []  # it stands where it stood
    (one,) = watched_of(store)
    judged = next(each for each in one.standing.grounds if each.id == BACE1_CUTS_APP.statement.id)
    assert list(judged.verdicts.values()) == ["Ada said negation missed"]
    assert judged.belief == store.statements([judged.id])[judged.id].belief < 0.3


def test_who_overtakes_enters_the_top_and_the_other_one_leaves(watch, run, store):
    store.write([paper("pmid:20", replace(DRUG_INHIBITS_BACE1, subject=ASPIRIN, score=0.2))])
    pair = watch(source="Alzheimer disease", target="aspirin", top=1)
    listed = watch(entity="Alzheimer disease", category=Category.CHEMICAL_ENTITY, top=1)
    assert pair.standing.rank == 2
    assert [each.name for each in listed.standing.items] == ["verubecestat", "aspirin"]
    lowers = Claim(ASPIRIN, Predicate.DECREASES, APP, score=0.95)
    store.write([paper(f"pmid:{number}", lowers) for number in range(30, 34)])
    done = run()
    told = {(each.watch, each.kind, each.subject) for each in done.alerts}
    assert told == {
        (pair.watch.id, AlertKind.ENTERED, ASPIRIN.id),
        (listed.watch.id, AlertKind.ENTERED, ASPIRIN.id),
        (listed.watch.id, AlertKind.LEFT, VERUBECESTAT.id),
    }
    entered = next(each for each in done.alerts if each.watch == pair.watch.id)
    assert (entered.rank_before, entered.rank_after) == (2, 1)
    new = next(change for change in entered.changes if change.kind is ChangeKind.NEW_STATEMENT)
    assert new.id == lowers.statement.id
    assert "pmid:30" in new.text


def test_an_entity_that_left_the_graph_has_no_rank_and_comes_back(watch, run, store):
    watch(source="verubecestat", target="Alzheimer disease")
    store.delete(["pmid:1"])
    assert AlertKind.LEFT in by_kind(run())
    (one,) = watched_of(store)
    assert one.standing.rank is None
    store.write([paper("pmid:1", DRUG_INHIBITS_BACE1)])
    assert AlertKind.ENTERED in by_kind(run())


def test_alerts_are_in_the_store_the_newest_first(watch, run, store):
    watch(source="verubecestat", target="Alzheimer disease")
    for number, claim in enumerate(
        (DRUG_TREATS_ALZHEIMER, replace(DRUG_TREATS_ALZHEIMER, predicate=Predicate.PREVENTS))
    ):
        store.write([paper(f"pmid:{50 + number}", claim)])
        run()
    alerts = latest_alerts(store)
    assert [each.kind for each in alerts] == [AlertKind.CONFIRMED] * 2
    assert alerts[0].at >= alerts[1].at
    assert "prevents" in alerts[0].text
    assert "treats" in alerts[1].text


@pytest.mark.parametrize("where", ["publish", "put_once", "_put"])
def test_a_run_that_is_cut_off_loses_no_alert_and_tells_none_twice(watch, run, store, monkeypatch, where):
    watch(source="verubecestat", target="Alzheimer disease")
    store.write([paper("pmid:9", DRUG_TREATS_ALZHEIMER)])
    real = getattr(kept_watches, where)
    calls = []

    def cut(*arguments, **named):
        calls.append(arguments)
        if where != "_put" or len(calls) == 2:  # the second write is the one that strikes the alerts off
            raise KeyboardInterrupt
        return real(*arguments, **named)

    module = "isthmus.service.watch.run.publish" if where == "publish" else f"isthmus.service.watch.kept.{where}"
    with monkeypatch.context() as patched:
        patched.setattr(module, cut)
        with pytest.raises(KeyboardInterrupt):
            run()
    assert len(unpublished(store)) == 1
    run()
    assert [each.kind for each in latest_alerts(store)] == [AlertKind.CONFIRMED]
    assert unpublished(store) == []
    assert run().alerts == []


def test_a_watch_that_is_taken_away_during_a_run_stays_away(watch, run, store, monkeypatch):
    one = watch(source="verubecestat", target="Alzheimer disease")
    store.write([paper("pmid:9", DRUG_TREATS_ALZHEIMER)])
    measured = find_paths

    def and_removed(*arguments, **named):
        store.delete_entry(EntryKind.WATCH, one.watch.id)
        return measured(*arguments, **named)

    monkeypatch.setattr("isthmus.service.watch.links.find_paths", and_removed)
    assert run().alerts == []
    assert watched_of(store) == []


def test_what_to_watch_has_to_be_one_thing(watch):
    for what in ({}, {"source": "APP"}, {"source": "APP", "target": "APP"}, {"gaps": True, "entity": "APP"}):
        with pytest.raises(NothingToWatch):
            watch(**what)
    with pytest.raises(UnknownName):
        watch(entity="nobody")


def test_the_same_again_changes_whom_to_tell_and_keeps_where_it_stood(watch, store):
    first = watch(source="APP", target="Alzheimer disease")
    second = watch(source="APP", target="Alzheimer disease", top=3)
    assert len(watched_of(store)) == 1
    assert second.standing == first.standing
    assert second.watch.top == 3
    assert find(store, first.watch.id[:8]).watch.top == 3
    assert remove(store, first.watch.id).id == first.watch.id
    with pytest.raises(UnknownWatch):
        find(store, first.watch.id)


def test_watches_are_no_part_of_the_graph(watch, store):
    before = store.graph_hash(), store.version()
    watch(entity="Alzheimer disease", category=Category.CHEMICAL_ENTITY)
    watch(gaps=True)
    assert (store.graph_hash(), store.version()) == before
    assert {one.watch.kind for one in watched_of(store)} == {WatchKind.CANDIDATES, WatchKind.GAPS}


# -- a larger graph --


@pytest.fixture(scope="module")
def dated(tmp_path_factory):
    folder = tmp_path_factory.mktemp("dated")
    with SqliteStore(folder / "dated.sqlite") as store:
        ingest(list(write_dated_graph(folder)), store, workers=1)
        yield store


def test_ranks_are_those_that_candidates_have(dated):
    snapshot = Snapshot.from_columns(dated.columns())
    named = sentences_of(dated, snapshot)
    generator = np.random.default_rng(1)
    diseases, drugs = snapshot.members[Category.DISEASE], snapshot.members[Category.CHEMICAL_ENTITY]
    # Few sources are swept one by one; more than there are targets, from the other side.
    for count in (3, 27):
        some = generator.permutation(drugs)[:count].tolist()
        pairs = [(source, int(generator.choice(diseases))) for source in some]
        found = scored(snapshot, pairs, named)
        for source, target in pairs:
            ranked = rank_candidates(snapshot, source, Category.DISEASE, named=named, top=1000, paths_each=0, kin=True)
            place = next((n for n, one in enumerate(ranked, start=1) if one.node.index == target), None)
            assert found[source, target].rank == place
            score = ranked[place - 1].score if place else 0.0
            assert found[source, target].score == pytest.approx(score, abs=1e-6)


def test_of_a_pair_that_was_not_touched_the_paths_are_what_they_were(dated, tmp_path):
    """The law that lets a run leave them alone: the statements of its paths are the same, and as sure."""
    before = Snapshot.from_columns(dated.columns())
    generator = np.random.default_rng(2)
    drugs, diseases = before.members[Category.CHEMICAL_ENTITY], before.members[Category.DISEASE]
    ids = [(before.ids[int(generator.choice(drugs))], before.ids[int(generator.choice(diseases))]) for _ in range(60)]
    statements = [row.statement for row in dated.all_statements()]
    entities = dated.entities({end for one in statements[:2] for end in (one.subject, one.object)})
    version = dated.version()
    first, second = (statements[0].subject, statements[1].object)
    claim = Claim(entities[first], Predicate.REGULATES, entities[second], score=0.9)
    dated.write([paper("pmid:99999", claim)])
    after = Snapshot.from_columns(dated.columns())
    pairs = [(after.locate(a), after.locate(c)) for a, c in ids]
    touched = touched_pairs(after, pairs, dated.changes(version))
    assert 0 < len(touched) < len(set(pairs))
    for (a, c), pair in zip(ids, pairs, strict=True):
        new = {step.statement for path in find_paths(after, *pair, top=500) for step in path.steps}
        old = find_paths(before, before.locate(a), before.locate(c), top=500)
        if pair not in touched:
            assert new == {step.statement for path in old for step in path.steps}
        if claim.statement.id in new:
            assert pair in touched
    dated.delete(["pmid:99999"])


def test_direct_statements_are_found_from_either_end(dated):
    snapshot = Snapshot.from_columns(dated.columns())
    row = next(iter(dated.all_statements()))
    ends = snapshot.locate(row.statement.subject), snapshot.locate(row.statement.object)
    found = direct_statements(snapshot, [ends, ends[::-1]])
    assert row.statement.id in found[ends]
    assert found[ends] == found[ends[::-1]]


def test_an_ingest_of_nothing_that_matters_searches_no_paths(dated, tmp_path):
    cache = tmp_path / "cache"
    drug, disease = (next(iter(dated.search(word).items)).entity for word in ("pain drug", "pain disorder"))
    add_watch(dated, lambda curie: None, source=drug.id, target=disease.id, cache=cache)
    dated.write([paper("pmid:88888", names=(PARKINSON, BACE1))])
    done = run_watches(dated, cache=cache)
    assert (done.watches, done.searched, done.alerts) == (1, 0, [])
    assert run_watches(dated, cache=cache).watches == 1
    assert dated.entry(EntryKind.YARDSTICK, "of scores") is not None
    assert all(each.role is not GroundRole.DENIAL for each in watched_of(dated)[0].standing.grounds)
    assert ALZHEIMER.id not in dated.entities([ALZHEIMER.id])
