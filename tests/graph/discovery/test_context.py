"""Species and cells along a path."""

import pytest
from small_graphs import Said, graph

from isthmus.graph.discovery.walks.context import SWITCH_COST, Facet, Switch
from isthmus.graph.discovery.walks.paths import FoundPath, find_paths

HUMAN, MOUSE, RAT = "NCBITaxon:9606", "NCBITaxon:10090", "NCBITaxon:10116"
FIRST, SECOND = "drug:a inhibits gene:g", "gene:g causes dis:d"


def only_path(*said: Said | str, year: int | None = None) -> FoundPath:
    snapshot = graph(*said, as_of=year)
    (path,) = find_paths(snapshot, snapshot.locate("drug:a"), snapshot.locate("dis:d"))
    return path


def test_a_change_of_species_costs_and_is_listed():
    switched = only_path(Said(FIRST, species=MOUSE), Said(SECOND, species=HUMAN))
    assert switched.switches == (Switch(0, Facet.SPECIES, (MOUSE,), (HUMAN,)),)
    same = only_path(Said(FIRST, species=MOUSE), Said(SECOND, species=MOUSE))
    assert same.switches == ()
    assert switched.score == pytest.approx(SWITCH_COST[Facet.SPECIES] * same.score)


def test_changes_of_species_and_of_cell_cost_both():
    said = Said(FIRST, species=MOUSE, cell="CL:1"), Said(SECOND, species=HUMAN, cell="CL:2")
    same = only_path(Said(FIRST, species=MOUSE, cell="CL:1"), Said(SECOND, species=MOUSE, cell="CL:1"))
    switched = only_path(*said)
    assert [switch.facet for switch in switched.switches] == [Facet.SPECIES, Facet.CELL]
    assert switched.score == pytest.approx(SWITCH_COST[Facet.SPECIES] * SWITCH_COST[Facet.CELL] * same.score)


@pytest.mark.parametrize(
    "said",
    [
        (Said(FIRST), Said(SECOND, species=HUMAN)),
        (Said(FIRST, species=MOUSE), Said(FIRST, belief=0.5), Said(SECOND, species=HUMAN)),
        (Said(FIRST, species=MOUSE), Said(FIRST, belief=0.5, species=HUMAN), Said(SECOND, species=HUMAN)),
    ],
    ids=["not said", "also said of no species", "also found in the other"],
)
def test_hops_that_do_not_disagree_make_no_switch(said: tuple[Said, ...]):
    assert only_path(*said).switches == ()


def test_in_three_hops_each_change_costs():
    chain = ("drug:a inhibits gene:g", MOUSE), ("gene:g activates gene:h", RAT), ("gene:h causes dis:d", HUMAN)
    switched = only_path(*(Said(triple, species=species) for triple, species in chain))
    same = only_path(*(Said(triple, species=MOUSE) for triple, _ in chain))
    assert [switch.after for switch in switched.switches] == [0, 1]
    assert switched.score == pytest.approx(SWITCH_COST[Facet.SPECIES] ** 2 * same.score)


def test_a_kind_of_cell_is_no_other_cell():
    said = Said(FIRST, cell="cell:neuron"), Said(SECOND, cell="cell:dopaminergic")
    assert only_path(*said).switches
    assert only_path(*said, "cell:dopaminergic subclass_of cell:neuron").switches == ()


def test_a_species_that_was_found_later_does_not_count_for_the_past():
    said = (
        Said(FIRST, year=2000, species=MOUSE),
        Said(FIRST, year=2008, species=HUMAN),
        Said(SECOND, year=2000, species=HUMAN),
    )
    assert only_path(*said, year=2010).switches == ()
    assert [switch.left for switch in only_path(*said, year=2005).switches] == [(MOUSE,)]
