"""Bridges: pairs that would join two subfields, and how."""

from collections import Counter

import pytest
from small_graphs import graph

from isthmus.graph.discovery.fields.bridges import MOST_PER_END, MOST_PER_MIDDLE, apart, best_crossings, find_bridges
from isthmus.graph.discovery.fields.subfields import EmptySubfield, SameSubfield, Subfield, of_ids
from isthmus.graph.discovery.memory.snapshot import Snapshot
from isthmus.graph.discovery.ranking.candidates import score_pairs


def side(snapshot: Snapshot, *prefixes: str) -> Subfield:
    return of_ids(snapshot, "/".join(prefixes), [each for each in snapshot.ids if each.startswith(prefixes)])


def world() -> list[str]:
    """Six drugs and six diseases over a gene for each, and one gene that has to do with all of them."""
    said = [f"drug:{n} inhibits gene:own{n}" for n in range(6)] + [f"gene:own{n} causes dis:{n}" for n in range(6)]
    said += [f"drug:{n} inhibits gene:hub" for n in range(6)] + [f"gene:hub causes dis:{n}" for n in range(6)]
    said += [f"gene:hub associated_with dis:more{n}" for n in range(20)]
    return [*said, "drug:0 treats dis:0"]


def test_pairs_with_a_middle_of_their_own_come_before_those_that_a_hub_joins():
    snapshot = graph(*world())
    found = find_bridges(snapshot, side(snapshot, "drug:"), side(snapshot, "dis:"), top=5)
    assert {(bridge.source.id, bridge.target.id) for bridge in found} == {
        (f"drug:{n}", f"dis:{n}") for n in range(1, 6)
    }
    assert [bridge.pair.score for bridge in found] == sorted((bridge.pair.score for bridge in found), reverse=True)


def test_a_pair_that_is_known_or_shared_is_no_bridge():
    snapshot = graph(*world())
    drugs, diseases = side(snapshot, "drug:"), side(snapshot, "dis:", "drug:1")
    found = find_bridges(snapshot, drugs, diseases, top=50)
    ends = [(bridge.source.id, bridge.target.id) for bridge in found]
    assert ("drug:0", "dis:0") not in ends
    assert not any("drug:1" in pair for pair in ends)
    assert ends


def test_bridges_are_not_twenty_of_a_kind():
    snapshot = graph(*world())
    found = find_bridges(snapshot, side(snapshot, "drug:"), side(snapshot, "dis:"), top=50)
    middles = Counter(bridge.paths[0].nodes[1].id for bridge in found)
    ends = Counter(end.id for bridge in found for end in (bridge.source, bridge.target))
    assert max(middles.values()) <= MOST_PER_MIDDLE
    assert max(ends.values()) <= MOST_PER_END


def test_a_bridge_scores_as_its_pair_does():
    snapshot = graph(*world())
    found = find_bridges(snapshot, side(snapshot, "drug:"), side(snapshot, "dis:"), top=3)
    again = score_pairs(snapshot, [(bridge.source.index, bridge.target.index) for bridge in found], max_hops=2)
    assert [bridge.pair.score for bridge in found] == pytest.approx([pair.score for pair in again])
    assert all(bridge.paths for bridge in found)


def test_the_same_question_has_the_same_answer():
    first, again = (
        [(bridge.source.id, bridge.target.id) for bridge in find_bridges(s, side(s, "drug:"), side(s, "dis:"))]
        for s in (graph(*world()), graph(*reversed(world())))
    )
    assert first == again


def test_a_quick_look_names_no_end_and_no_middle_twice():
    snapshot = graph(*world())
    found = best_crossings(snapshot, side(snapshot, "drug:").nodes, side(snapshot, "dis:").nodes, 10)
    nodes = [node for each in found for node in (each.source, each.target, each.middle) if node is not None]
    assert len(nodes) == len(set(nodes))
    assert [each.weight for each in found] == sorted((each.weight for each in found), reverse=True)


def test_three_hops_bridge_without_one_entity_between():
    snapshot = graph("drug:a inhibits gene:g", "gene:g interacts_with gene:h", "gene:h causes dis:d")
    (crossing,) = best_crossings(snapshot, side(snapshot, "drug:").nodes, side(snapshot, "dis:").nodes, 3)
    assert crossing.middle is None
    assert find_bridges(snapshot, side(snapshot, "drug:"), side(snapshot, "dis:"), max_hops=2) == ()
    (bridge,) = find_bridges(snapshot, side(snapshot, "drug:"), side(snapshot, "dis:"), max_hops=3)
    assert (bridge.source.id, bridge.target.id) == ("drug:a", "dis:d")


def test_subfields_must_differ_and_neither_lie_within_the_other():
    snapshot = graph(*world())
    drugs = side(snapshot, "drug:")
    with pytest.raises(SameSubfield, match="are the same entities"):
        find_bridges(snapshot, drugs, side(snapshot, "drug:"))
    with pytest.raises(EmptySubfield, match="all of drug:1 is part of drug:"):
        apart(drugs, side(snapshot, "drug:1"))


def test_where_nothing_leads_across_there_is_no_bridge():
    snapshot = graph("drug:a inhibits gene:g", "gene:h causes dis:d")
    assert find_bridges(snapshot, side(snapshot, "drug:"), side(snapshot, "dis:")) == ()
