"""Subfields: which entities belong together, and what they are called."""

import numpy as np
import pytest
from small_graphs import Said, graph, random_facts

from isthmus.graph.discovery.fields.subfields import (
    EmptySubfield,
    Subfield,
    categories_of,
    communities,
    of_branch,
    of_category,
    of_ids,
    of_modality,
    with_surroundings,
)
from isthmus.graph.discovery.memory.snapshot import Snapshot
from isthmus.graph.model import Modality
from isthmus.graph.vocabulary import Category


def ids(snapshot: Snapshot, subfield: Subfield) -> set[str]:
    return {snapshot.ids[node] for node in subfield.nodes.tolist()}


def clique(prefix: str, size: int = 10) -> list[str]:
    names = [f"gene:{prefix}{number}" for number in range(size)]
    return [f"{a} interacts_with {b}" for place, a in enumerate(names) for b in names[:place]]


TWO = [*clique("a"), *clique("b"), "gene:a0 interacts_with gene:b0"]


def test_two_groups_joined_by_one_link_are_two_communities():
    snapshot = graph(*TWO)
    found = communities(snapshot)
    assert [ids(snapshot, each) for each in found] == [
        {f"gene:a{n}" for n in range(10)},
        {f"gene:b{n}" for n in range(10)},
    ]


def test_the_same_graph_falls_into_the_same_communities_whatever_ran_before():
    facts = random_facts(3, {"drug": 12, "gene": 40, "dis": 15}, 0.05)
    first = communities(graph(*facts), smallest=3)
    for _ in range(3):
        communities(graph(*TWO))  # draws from whatever chance there is
        again = communities(graph(*facts), smallest=3)
        assert [each.nodes.tolist() for each in again] == [each.nodes.tolist() for each in first]
        assert [each.name for each in again] == [each.name for each in first]


def test_no_entity_is_in_two_communities_and_small_ones_are_left_out():
    facts = random_facts(5, {"drug": 20, "gene": 60, "dis": 20}, 0.03)
    found = communities(graph(*facts), smallest=6, most=3)
    nodes = np.concatenate([each.nodes for each in found])
    assert len(nodes) == len(np.unique(nodes))
    assert 0 < len(found) <= 3
    assert all(len(each) >= 6 for each in found)
    assert sorted((len(each) for each in found), reverse=True) == [len(each) for each in found]


def test_a_community_is_named_after_what_stands_in_its_middle_and_not_after_a_hub_of_all():
    star = [f"gene:g{n} associated_with dis:centre" for n in range(20)]
    other = [f"gene:h{n} associated_with dis:second" for n in range(20)]
    hub = [f"drug:everything inhibits gene:{letter}{n}" for letter in "gh" for n in range(0, 20, 7)]
    names = {each.name.split(",")[0] for each in communities(graph(*star, *other, *hub))}
    assert names == {"Centre", "Second"}


def test_a_weakly_believed_link_holds_less_together():
    between = [("gene:m", "gene:a"), ("gene:m", "gene:b")]
    for sure in (0, 1):
        said = [
            Said(f"{left} interacts_with {right}{n}", 0.95 if place == sure else 0.05)
            for place, (left, right) in enumerate(between)
            for n in range(4)
        ]
        snapshot = graph(*clique("a"), *clique("b"), *said)
        home = next(each for each in communities(snapshot) if "gene:m" in ids(snapshot, each))
        assert f"gene:{'ab'[sure]}9" in ids(snapshot, home)


def test_an_empty_graph_and_one_without_links_have_no_communities():
    assert communities(graph()) == ()
    assert communities(graph(alone=["dis:lonely"])) == ()


def test_a_branch_is_what_statements_put_below_an_entity():
    snapshot = graph(
        "dis:child subclass_of dis:root",
        "dis:grandchild subclass_of dis:child",
        "gene:part part_of dis:grandchild",
        "dis:root subclass_of dis:above",
        "gene:g causes dis:child",
        "dis:loop subclass_of dis:grandchild",
        "dis:child subclass_of dis:loop",
    )
    branch = of_branch(snapshot, snapshot.locate("dis:root"))
    assert ids(snapshot, branch) == {"dis:root", "dis:child", "dis:grandchild", "dis:loop", "gene:part"}
    assert ids(snapshot, of_branch(snapshot, snapshot.locate("gene:g"))) == {"gene:g"}


def test_a_modality_is_what_its_documents_tell_of_as_of_the_year():
    said = [
        Said("gene:g causes dis:d", year=2001, document="scan", modality=Modality.IMAGING),
        Said("gene:h causes dis:d", year=2009, document="later", modality=Modality.IMAGING),
        Said("drug:a inhibits gene:g", year=2001, document="paper"),
    ]
    now, then = graph(*said), graph(*said, as_of=2005)
    assert ids(now, of_modality(now, Modality.IMAGING)) == {"gene:g", "gene:h", "dis:d"}
    imaging = of_modality(then, Modality.IMAGING)
    assert ids(then, imaging) == {"gene:g", "dis:d"}
    assert [then.columns.document_ids[each] for each in imaging.documents] == ["scan"]
    with pytest.raises(EmptySubfield, match="genomics has no entity in the graph"):
        of_modality(now, Modality.GENOMICS)


def test_documents_of_a_subfield_speak_of_two_of_its_entities():
    snapshot = graph(Said("gene:g causes dis:d", document="inside"), Said("drug:a inhibits gene:g", document="across"))
    found = of_ids(snapshot, "mine", ["gene:g", "dis:d", "gene:unknown"])
    assert [snapshot.columns.document_ids[each] for each in found.documents] == ["inside"]


def test_a_subfield_without_entities_says_so():
    snapshot = graph(Said("gene:g causes dis:d", year=2009), as_of=2005)
    with pytest.raises(EmptySubfield, match="as of 2005"):
        of_ids(snapshot, "mine", ["gene:g"])
    with pytest.raises(EmptySubfield, match="Cell has no entity"):
        of_category(graph("gene:g causes dis:d"), Category.CELL)


def test_categories_come_the_most_common_first():
    snapshot = graph("gene:g causes dis:d", "gene:h causes dis:d", "chem:c inhibits gene:g")
    whole = of_ids(snapshot, "all", snapshot.ids)
    assert list(categories_of(snapshot, whole).items()) == [
        (Category.GENE, 2),
        (Category.DISEASE, 1),
        (Category.SMALL_MOLECULE, 1),
    ]


def test_a_lone_entity_takes_in_what_belongs_to_it_and_no_hub():
    snapshot = graph(
        "gene:own associated_with dis:topic",
        "gene:half associated_with dis:topic",
        "gene:half associated_with dis:other",
        "gene:hub associated_with dis:topic",
        *[f"gene:hub associated_with dis:{n}" for n in range(9)],
    )
    topic = of_ids(snapshot, "topic", ["dis:topic"])
    assert ids(snapshot, with_surroundings(snapshot, topic)) == {"dis:topic", "gene:own", "gene:half"}
    assert with_surroundings(snapshot, topic, enough=1) is topic
