"""What would break a proposal, against the same store without the paper."""

import math

import pytest
from service.panel.ataxia import ATAXIA, BLOCKS, REZANOL, SOURCES, TRIED, Said, snapshot_of, source, store_of

from isthmus.graph.model import Modality
from isthmus.graph.vocabulary import Predicate
from isthmus.service.panel.gather import gather
from isthmus.service.panel.weakest import weakest_link

TWO_READERS = source(
    "pmid:9030",
    2016,
    Said(REZANOL, Predicate.INHIBITS, BLOCKS.object, "Rezanol shuts KAPX1 off.", context=BLOCKS.context),
    leader="Nora Holm",
    reader="yours/1",
)
IN_A_TABLE = source(
    "table:2",
    2016,
    Said(REZANOL, Predicate.INHIBITS, BLOCKS.object, "rezanol: KAPX1, inhibitor", context=BLOCKS.context, score=0.3),
    modality=Modality.CLINICAL,
    reader="table/1",
)
WORLD = (*(one for one in SOURCES if one.document.id != "pmid:9009"), TWO_READERS, IN_A_TABLE)


@pytest.fixture(scope="module")
def dossier(tmp_path_factory):
    with store_of(tmp_path_factory.mktemp("weakest"), WORLD) as store:
        return gather(store, snapshot_of(store), REZANOL, ATAXIA, top=8)


def beliefs_without(folder, dossier, lost):
    """Of the hops of the leading path, in a store that never had these documents; 0 for one that is gone."""
    with store_of(folder, [one for one in WORLD if one.document.id not in lost]) as store:
        rest = gather(store, snapshot_of(store), REZANOL, ATAXIA, top=8)
    known = {hop.id: hop.belief for path in rest.paths for hop in path.statements}
    return [known.get(hop.id, 0.0) for hop in dossier.leading.statements]


def test_a_path_falls_as_it_would_had_the_papers_never_been_published(dossier, tmp_path, monkeypatch):
    monkeypatch.setattr("isthmus.service.panel.weakest.MOST_BREAKS", 100)
    weakest = weakest_link(dossier)
    path = dossier.leading
    assert {one.ground for one in weakest.breaks} == {"paper", "group", "modality"}
    for place, one in enumerate(weakest.breaks):
        if one.ground == "modality":
            lost = {each.document.id for each in WORLD if each.document.modality == one.id}
        elif one.ground == "group":
            lost = {each.document.id for each in WORLD if each.document.senior_author == one.id}
        else:
            lost = {one.id}
        (tmp_path / str(place)).mkdir()
        left = math.prod(beliefs_without(tmp_path / str(place), dossier, lost))
        assert one.score == pytest.approx(path.score * left / path.belief)
        assert (one.rank is None) is (left == 0.0)


def test_the_worst_comes_first_and_the_weakest_hop_is_named(dossier):
    weakest = weakest_link(dossier)
    scores = [one.score for one in weakest.breaks]
    assert scores == sorted(scores)
    assert weakest.statement_id == dossier.leading.weakest
    assert weakest.belief == min(hop.belief for hop in dossier.leading.statements)


def test_the_fewest_papers_are_those_of_one_hop(dossier, tmp_path):
    weakest = weakest_link(dossier)
    assert 0.0 in beliefs_without(tmp_path, dossier, set(weakest.minimal))
    supports = [{one.document for one in dossier.exhibits[hop.id].evidence} for hop in dossier.leading.statements]
    assert len(weakest.minimal) == min(len(some - {"pmid:9008"}) for some in supports)


def test_no_path_has_no_weakest_link(tmp_path):
    with store_of(tmp_path, SOURCES + TRIED) as store:
        dossier = gather(store, snapshot_of(store, 2000), REZANOL, ATAXIA)
    assert weakest_link(dossier) is None
