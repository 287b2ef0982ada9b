"""The dossier of a link holds its paths, what speaks against them and what lies around, and nothing of a later year."""

import pytest
from service.panel.ataxia import (
    ATAXIA,
    BLOCKS,
    BLOCKS_NOT,
    CALMS,
    DRIVES,
    EXPRESSED,
    FEVER,
    GAIT,
    KAPX1,
    LEADS,
    LINKED,
    MOUSE,
    RAISES,
    REZANOL,
    SCAN,
    SHOWS,
    SOURCES,
    TREATS,
    TREATS_IT,
    TREATS_IT_NOT,
    TRIED,
    snapshot_of,
    store_of,
)

from isthmus.graph.discovery.walks.paths import SameEnds
from isthmus.graph.verdict import Verdict, VerdictAbout, VerdictKind
from isthmus.service.panel import around
from isthmus.service.panel.dossier import Role
from isthmus.service.panel.gather import gather


@pytest.fixture
def store(tmp_path):
    with store_of(tmp_path, SOURCES + TRIED) as opened:
        yield opened


@pytest.fixture
def dossier(store):
    return gather(store, snapshot_of(store), REZANOL, ATAXIA, top=8)


def test_each_statement_has_its_role(dossier):
    roles = {each: exhibit.role for each, exhibit in dossier.exhibits.items()}
    assert roles[BLOCKS.statement.id] == roles[DRIVES.statement.id] == roles[LEADS.statement.id] == Role.PATH
    assert roles[BLOCKS_NOT.statement.id] == roles[TREATS_IT_NOT.statement.id] == Role.OPPOSITE
    assert {roles[one.statement.id] for one in (EXPRESSED, SHOWS, TREATS, SCAN)} == {Role.AROUND}


def test_what_speaks_against_names_what_it_speaks_against(dossier):
    against = {each: exhibit.contradicts for each, exhibit in dossier.exhibits.items() if exhibit.contradicts}
    assert against == {
        BLOCKS_NOT.statement.id: BLOCKS.statement.id,
        CALMS.statement.id: DRIVES.statement.id,
        TREATS_IT_NOT.statement.id: TREATS_IT.statement.id,
    }


def test_all_evidence_is_there_best_first_and_every_name(dossier):
    scores = [one.score for one in dossier.exhibits[LEADS.statement.id].evidence]
    assert scores == sorted(scores, reverse=True)
    assert len(scores) == 3  # the supposition and the retracted paper among them
    named = {dossier.exhibits[each].row.statement for each in dossier.exhibits}
    assert {end for one in named for end in (one.subject, one.object)} <= dossier.entities.keys()
    assert MOUSE.id in dossier.entities
    assert {one.document for each in dossier.exhibits.values() for one in each.evidence} == dossier.documents.keys()


def test_what_lies_on_no_path_stays_beside(store):
    dossier = gather(store, snapshot_of(store), REZANOL, ATAXIA, top=1, max_hops=2)
    assert DRIVES.statement.id not in dossier.exhibits
    assert "paths of more than 2 hops" in dossier.left_out
    assert "paths beyond the best 1" in dossier.left_out


@pytest.mark.parametrize("year", [2004, 2005, 2009, 2011])
def test_a_past_year_is_as_if_nothing_later_had_been_published(store, tmp_path, year):
    early = [one for one in SOURCES + TRIED if one.document.year is not None and one.document.year <= year]
    (tmp_path / "early").mkdir()
    with store_of(tmp_path / "early", early) as then:
        wanted = gather(then, snapshot_of(then), REZANOL, ATAXIA)
    found = gather(store, snapshot_of(store, year), REZANOL, ATAXIA)
    assert found.as_of == year
    assert {each: (one.role, one.evidence) for each, one in found.exhibits.items()} == {
        each: (one.role, one.evidence) for each, one in wanted.exhibits.items()
    }
    for each, one in wanted.exhibits.items():
        row = found.exhibits[each].row
        assert row.belief == pytest.approx(one.row.belief)
        assert (row.evidence_count, row.first_year) == (one.row.evidence_count, one.row.first_year)


def test_a_verdict_moves_the_belief_of_its_year_and_later_ones(store):
    target = BLOCKS_NOT.statement.id
    store.put_verdict(
        Verdict(target, VerdictAbout.STATEMENT, VerdictKind.CORRECT, "Mina Falk", at="2008-01-01T00:00:00+00:00")
    )
    beliefs = {
        year: gather(store, snapshot_of(store, year), REZANOL, ATAXIA, top=8).exhibits[target].row.belief
        for year in (2007, 2009)
    }
    assert beliefs[2007] == pytest.approx(0.5)
    assert beliefs[2009] == pytest.approx(19 / 20)  # even odds, and a curator who is right 19 times in 20


def test_the_store_is_asked_a_fixed_number_of_times(store, monkeypatch):
    snapshot = snapshot_of(store)
    asked = []
    for name in ("statements", "evidence", "documents", "entities", "find_statements", "mentions"):
        whole = getattr(store, name)
        monkeypatch.setattr(
            store, name, lambda *args, _whole=whole, _name=name: (asked.append(_name), _whole(*args))[1]
        )
    gather(store, snapshot, REZANOL, ATAXIA, top=1)
    few = list(asked)
    asked.clear()
    gather(store, snapshot, REZANOL, ATAXIA, top=8)
    assert len(few) == len(asked) == 7


def test_ends_that_nothing_joins_have_no_path_and_one_end_is_no_link(store):
    dossier = gather(store, snapshot_of(store), GAIT, FEVER, max_hops=1)
    assert dossier.paths == []
    assert dossier.leading is None
    with pytest.raises(SameEnds):
        gather(store, snapshot_of(store), KAPX1, KAPX1)


def test_of_each_kind_the_best_believed_are_taken(store, monkeypatch):
    monkeypatch.setattr(around, "AROUND_EACH", 1)
    found = around.around(snapshot_of(store), [snapshot_of(store).locate(REZANOL.id)], set())
    chosen = {snapshot_of(store).statement_ids[number] for number in found.statements}
    # It treats two things, blocks one gene and raises another: the best of both kinds.
    assert chosen == {TREATS.statement.id, BLOCKS.statement.id, RAISES.statement.id}
    assert found.found == 4


def test_the_leading_path_tells_a_direction_where_one_by_the_same_way_does(dossier):
    ways = [[node.id for node in path.nodes] for path in dossier.paths]
    assert LINKED.statement.id in dossier.exhibits
    assert len(ways) > len({tuple(way) for way in ways})
    assert dossier.leading is not None
    assert dossier.leading.sign != "unknown"


def test_what_a_write_takes_away_meanwhile_is_on_no_path(store, monkeypatch):
    snapshot = snapshot_of(store)
    whole, asked = store.statements, []

    def statements(ids):
        asked.append(None)
        return {each: row for each, row in whole(ids).items() if len(asked) == 1 or each != DRIVES.statement.id}

    monkeypatch.setattr(store, "statements", statements)
    dossier = gather(store, snapshot, REZANOL, ATAXIA, top=8)
    assert len(asked) == 2
    assert dossier.paths
    assert not [path for path in dossier.paths if DRIVES.statement.id in {hop.id for hop in path.statements}]
    assert {hop.id for path in dossier.paths for hop in path.statements} <= dossier.exhibits.keys()
