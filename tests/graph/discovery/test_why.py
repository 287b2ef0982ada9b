"""What an answer leans on."""

from dataclasses import replace

import pytest
from small_graphs import Said, columns, graph

from isthmus.graph.discovery.memory.snapshot import Snapshot
from isthmus.graph.discovery.walks.paths import FoundPath, find_paths
from isthmus.graph.discovery.walks.why import Ground, Standing, Why, papers_behind, why, why_path
from isthmus.graph.model import Modality

FIRST, SECOND = "drug:a inhibits gene:g", "gene:g causes dis:d"


def best(snapshot: Snapshot) -> FoundPath:
    return find_paths(snapshot, snapshot.locate("drug:a"), snapshot.locate("dis:d"))[0]


def explain(*said: Said | str, top: int = 1) -> Why:
    snapshot = graph(*said)
    return why_path(snapshot, best(snapshot), top=top)


def test_a_hop_that_one_paper_says_falls_with_it():
    said = explain(Said(FIRST, document="pmid:1"), Said(SECOND, document="pmid:2"), Said(SECOND, document="pmid:3"))
    assert said.standing.rank == 1
    assert (said.minimal, said.exact) == (("pmid:1",), True)
    of_papers = {one.id: one.standing.rank for one in said.without if one.ground is Ground.PAPER}
    assert of_papers == {"pmid:1": None, "pmid:2": 1, "pmid:3": 1}
    assert said.without[0].standing == Standing(None, 0.0)


def test_two_papers_that_say_the_same_have_both_to_go():
    said = explain(
        *(Said(FIRST, document=f"pmid:{number}") for number in (1, 2, 3)),
        *(Said(SECOND, document=f"pmid:{number}") for number in (4, 5)),
    )
    assert (said.minimal, said.exact) == (("pmid:4", "pmid:5"), True)


def test_three_papers_are_found_by_taking_the_most_damaging_first():
    said = explain(*(Said(hop, document=f"pmid:{hop[0]}{n}") for hop in (FIRST, SECOND) for n in (1, 2, 3)))
    assert said.minimal is not None
    assert len(said.minimal) == 3
    assert len({paper[5] for paper in said.minimal}) == 1
    assert said.exact


def test_an_answer_is_lost_as_soon_as_another_one_is_better():
    """Two ways of equal make; the one that two papers back is better by belief, until one of them is gone."""
    said = [
        Said(FIRST, 0.6, document="pmid:1"),
        Said(FIRST, 0.6, document="pmid:2"),
        Said(SECOND, document="pmid:3"),
        Said("drug:a inhibits gene:h", 0.7, document="pmid:4"),
        Said("gene:h causes dis:d", document="pmid:4"),
    ]
    explained = explain(*said)
    assert explained.minimal in {("pmid:1",), ("pmid:2",), ("pmid:3",)}
    without = {one.id: one.standing for one in explained.without if one.ground is Ground.PAPER}
    assert without["pmid:1"].rank == 2
    left = graph(*said[1:])
    (second,) = [
        path for path in find_paths(left, left.locate("drug:a"), left.locate("dis:d")) if path.nodes[1].name == "g"
    ]
    assert without["pmid:1"].score == pytest.approx(second.score)


def test_groups_and_modalities_are_taken_away_whole():
    said = explain(
        Said(FIRST, document="pmid:1", author="Curie M"),
        Said(FIRST, document="pmid:2", author="Curie M"),
        Said(SECOND, document="pmid:3", modality=Modality.GENOMICS),
        Said(SECOND, document="pmid:4"),
    )
    ranks = {(one.ground, one.id): one.standing.rank for one in said.without}
    assert ranks[Ground.GROUP, "Curie M"] is None
    assert ranks[Ground.GROUP, "pmid:3"] == 1
    assert ranks[Ground.MODALITY, "genomics"] == 1
    assert ranks[Ground.MODALITY, "literature"] is None
    assert {one.pieces for one in said.without if one.id == "Curie M"} == {2}


def test_an_answer_that_stands_without_its_papers_has_no_minimal_set():
    snapshot = graph(Said(FIRST, document="pmid:1"), Said(SECOND, document="pmid:1"))
    explained = why(snapshot, lambda _: Standing(1, 1.0), papers_behind(snapshot, [best(snapshot)]))
    assert explained.minimal is None


def test_a_retracted_contradiction_makes_the_answer_stronger():
    """What speaks against a hop is evidence too: a paper that says both loses its denial with it."""
    said = [Said(FIRST, 0.9, document="pmid:1"), Said(SECOND, 0.9, document="pmid:2")]
    denial = Said(FIRST, 0.5, document="pmid:2", negated=True)
    table = columns(*said, Said(SECOND, 0.9, document="pmid:3"), denial)
    snapshot = Snapshot.from_columns(table)
    explained = why_path(snapshot, best(snapshot))
    without = next(one for one in explained.without if one.id == "pmid:2")
    assert without.standing.score > explained.standing.score
    assert Snapshot.from_columns(replace(table)).n_edges == snapshot.n_edges
