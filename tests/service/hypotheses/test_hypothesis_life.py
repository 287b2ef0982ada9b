"""From proposal to retraction: what a hypothesis may become, and that its history is never lost."""

from concurrent.futures import ThreadPoolExecutor
from itertools import product

import pytest
from graph.samples import APP_CAUSES_ALZHEIMER, paper
from service.hypotheses.living_graph import kept, proposed

from isthmus.graph.stores.entries import EntryChanged, EntryKind
from isthmus.graph.stores.sqlite import SqliteStore
from isthmus.service.hypotheses.hypothesis import NOBODY, Plan
from isthmus.service.hypotheses.kept import (
    UnknownEdition,
    UnknownHypothesis,
    Unsigned,
    all_living,
    edition,
    every,
    find,
    keep,
    living,
    move,
    page_of,
    whole,
)
from isthmus.service.hypotheses.life import ALLOWED, NotAllowed, may_move
from isthmus.service.hypotheses.status import Status


def test_to_propose_the_same_twice_is_one_hypothesis(store, tmp_path):
    first, second = kept(store, tmp_path), kept(store, tmp_path)
    assert first.hypothesis.id == second.hypothesis.id
    assert len(second.hypothesis.editions) == 1
    assert [event.to for event in second.events] == [Status.PROPOSED]
    assert second.events[0].was is None


def test_another_question_is_another_hypothesis():
    plan = Plan(from_="CHEBI:1", to="MONDO:1")
    others = [
        Plan(from_="MONDO:1", to="CHEBI:1"),
        Plan(from_="CHEBI:1", to="MONDO:1", max_hops=2),
        Plan(from_="CHEBI:1", to="MONDO:1", as_of=2005),
    ]
    assert plan.id == Plan.model_validate({"from": "CHEBI:1", "to": "MONDO:1"}).id
    assert len({plan.id, *(one.id for one in others)}) == 4


def test_the_same_question_to_a_changed_graph_is_another_edition_of_it(store, tmp_path):
    first = kept(store, tmp_path)
    move(store, first.hypothesis.id, Status.UNDER_REVIEW, who="Ada")
    store.write([paper("pmid:5", APP_CAUSES_ALZHEIMER)])
    second = kept(store, tmp_path)
    assert second.hypothesis.id == first.hypothesis.id
    assert len(second.hypothesis.editions) == 2
    assert second.status is Status.UNDER_REVIEW
    assert second.hypothesis.created == first.hypothesis.created
    hashes = {one.graph_hash for one in second.hypothesis.editions}
    for graph_hash in hashes:
        assert edition(store, second.hypothesis, graph_hash[:10])["graph_hash"] == graph_hash


@pytest.mark.parametrize(("was", "to"), [*product(Status, Status)])
def test_every_move_is_as_the_table_says(empty, value, was, to):
    store, hypothesis = empty, keep(empty, value).hypothesis.id
    for step in _way(was):
        move(store, hypothesis, step, who="Ada")
    if may_move(was, to):
        assert move(store, hypothesis, to, who="Ada").was is was
        assert living(store, hypothesis).status is to
    else:
        with pytest.raises(NotAllowed) as error:
            move(store, hypothesis, to, who="Ada")
        assert all(each.value in str(error.value) for each in ALLOWED[was])
        assert living(store, hypothesis).status is was


def _way(to: Status) -> list[Status]:
    """The shortest way from proposed."""
    ways = {Status.PROPOSED: []}
    reached = [Status.PROPOSED]
    for here in reached:
        for each in ALLOWED[here]:
            if each not in ways:
                ways[each] = [*ways[here], each]
                reached.append(each)
    return ways[to]


def test_from_every_status_review_is_open_again_and_none_is_a_dead_end():
    assert set(ALLOWED) == set(Status)
    assert all(Status.UNDER_REVIEW in to or was is Status.UNDER_REVIEW for was, to in ALLOWED.items())
    assert {each for to in ALLOWED.values() for each in to} == set(Status)


def test_history_tells_who_when_from_what_to_what_and_why(store, tmp_path):
    hypothesis = kept(store, tmp_path).hypothesis.id
    move(store, hypothesis, Status.UNDER_REVIEW, who=" Ada ", comment="to be looked at")
    move(store, hypothesis, Status.ACCEPTED, who="Ben")
    events = living(store, hypothesis).events
    assert [(each.number, each.who, each.was, each.to) for each in events] == [
        (1, NOBODY, None, Status.PROPOSED),
        (2, "Ada", Status.PROPOSED, Status.UNDER_REVIEW),
        (3, "Ben", Status.UNDER_REVIEW, Status.ACCEPTED),
    ]
    assert events[1].comment == "to be looked at"
    assert [each.at for each in events] == sorted(each.at for each in events)


@pytest.mark.parametrize("who", ["", "  ", NOBODY])
def test_nobody_moves_a_hypothesis_without_a_name_or_in_the_programs(store, tmp_path, who):
    hypothesis = kept(store, tmp_path).hypothesis.id
    with pytest.raises(Unsigned):
        move(store, hypothesis, Status.UNDER_REVIEW, who=who)


def test_of_two_who_move_it_at_once_one_is_told(store, tmp_path):
    hypothesis = kept(store, tmp_path).hypothesis.id
    move(store, hypothesis, Status.UNDER_REVIEW, who="Ada")

    def decide(to):
        with SqliteStore(tmp_path / "living.sqlite") as other:
            try:
                move(other, hypothesis, to, who=to.value)
            except (EntryChanged, NotAllowed):
                return False
            return True

    with ThreadPoolExecutor(4) as pool:
        done = list(pool.map(decide, [Status.ACCEPTED, Status.REJECTED] * 4))
    assert sum(done) == 1
    assert len(living(store, hypothesis).events) == 3


def test_a_hypothesis_is_found_by_the_beginning_of_its_id(store, tmp_path):
    hypothesis = kept(store, tmp_path).hypothesis.id
    assert find(store, hypothesis[:8].upper()) == hypothesis
    for text in ("", hypothesis[:3], "ffffffffffff" if not hypothesis.startswith("f") else "0000000"):
        with pytest.raises(UnknownHypothesis):
            find(store, text)
    with pytest.raises(UnknownHypothesis):
        living(store, "0" * 32)


def test_what_is_deleted_from_the_graph_does_not_take_the_hypothesis_along(store, tmp_path):
    first = kept(store, tmp_path)
    store.delete(["pmid:1", "pmid:2", "pmid:3", "pmid:4"])
    assert store.counts().statements == 0
    assert edition(store, living(store, first.hypothesis.id).hypothesis)["claim"] == first.hypothesis.claim


def test_hypotheses_are_no_part_of_the_graph(store, tmp_path):
    before = store.graph_hash(), store.version()
    kept(store, tmp_path)
    assert (store.graph_hash(), store.version()) == before


def test_lists_by_status_the_last_moved_first(store, tmp_path):
    value = proposed(store, tmp_path)
    first = keep(store, value).hypothesis.id
    other = proposed(store, tmp_path, as_of=2018)
    second = keep(store, other).hypothesis.id
    assert [one.hypothesis.id for one in all_living(store)] == [second, first]
    move(store, first, Status.UNDER_REVIEW, who="Ada")
    assert [one.hypothesis.id for one in all_living(store)] == [first, second]
    assert [one.hypothesis.id for one in all_living(store, Status.PROPOSED)] == [second]
    pages = [page_of(store, limit=1)]
    pages.append(page_of(store, limit=1, cursor=pages[0].cursor))
    assert sorted(one.hypothesis.id for page in pages for one in page.items) == sorted((first, second))


def test_an_edition_is_asked_for_by_date(store, tmp_path):
    value = proposed(store, tmp_path)
    hypothesis = keep(store, value).hypothesis
    year = value["created"][:4]
    assert edition(store, hypothesis, year)["created"] == value["created"]
    with pytest.raises(UnknownEdition):
        edition(store, hypothesis, "1999-12-31")
    shown = whole(store, hypothesis.id)
    assert shown["hypothesis"]["status"] == "proposed"
    assert len(shown["hypothesis"]["events"]) == 1


def test_entries_are_only_added_to(store, tmp_path):
    hypothesis = kept(store, tmp_path).hypothesis.id
    move(store, hypothesis, Status.UNDER_REVIEW, who="Ada")
    before = [(entry.id, entry.revision) for entry in every(store, EntryKind.EVENT)]
    move(store, hypothesis, Status.REJECTED, who="Ada")
    after = [(entry.id, entry.revision) for entry in every(store, EntryKind.EVENT)]
    assert after[: len(before)] == before
    assert all(revision == 1 for _, revision in after)
