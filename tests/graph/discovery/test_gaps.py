"""Gaps: who ought to talk and does not."""

import numpy as np
import pytest
from small_graphs import Said, graph, random_facts

from isthmus.graph.discovery.co_mention.counts import CoMentions
from isthmus.graph.discovery.fields.gaps import (
    TooFewSubfields,
    centroid_affinity,
    find_gaps,
    shared_neighbour_affinity,
)
from isthmus.graph.discovery.fields.subfields import Subfield, joined_graph, of_ids
from isthmus.graph.discovery.memory.snapshot import Snapshot


def groups_of(snapshot: Snapshot, *names: str) -> list[Subfield]:
    """The genes whose names begin with that letter."""
    return [
        of_ids(snapshot, name, [each for each in snapshot.ids if each.startswith(f"gene:{name}")]) for name in names
    ]


def world() -> list[str]:
    """Genes of four groups; a and b share all their diseases and no link, c and d share none; a talks to c, b to d."""
    said = [f"gene:{group}{n} associated_with dis:{group in 'ab'}{n}" for group in "abcd" for n in range(6)]
    said = [one for one in said if "gene:d" not in one] + [f"gene:d{n} associated_with dis:d{n}" for n in range(6)]
    said += [f"gene:a{n} interacts_with gene:c{m}" for n in range(6) for m in range(6) if (n + m) % 2]
    said += [f"gene:b{n} interacts_with gene:d{m}" for n in range(6) for m in range(6) if (n + m) % 2]
    return said


def test_two_subfields_that_share_their_partners_but_no_link_are_the_widest_gap():
    snapshot = graph(*world())
    subfields = groups_of(snapshot, "a", "b", "c", "d")
    gaps = find_gaps(snapshot, subfields)
    first = gaps[0]
    assert {subfields[first.a].name, subfields[first.b].name} == {"a", "b"}
    assert first.observed == 0 < first.expected
    assert first.z < -1.645
    assert first.affinity == max(gap.affinity for gap in gaps)
    talking = {frozenset((subfields[gap.a].name, subfields[gap.b].name)): gap for gap in gaps}[frozenset("ac")]
    assert talking.observed == 18
    assert talking.z > 1.645
    assert talking.score == 0.0


def test_bridges_of_a_gap_join_what_is_not_joined_by_what_stands_between():
    snapshot = graph(*world())
    (bridge, *_) = find_gaps(snapshot, groups_of(snapshot, "a", "b"))[0].bridges
    assert {snapshot.ids[bridge.source][:6], snapshot.ids[bridge.target][:6]} == {"gene:a", "gene:b"}
    assert bridge.middle is not None
    assert snapshot.ids[bridge.middle].startswith("dis:True")
    assert not set(snapshot.neighbours(bridge.source).tolist()) & {bridge.target}


def test_texts_are_half_of_the_rank():
    snapshot = graph(*world())
    subfields = groups_of(snapshot, "a", "b", "c", "d")
    vectors = np.zeros((snapshot.n_nodes, 2))
    for subfield, vector in zip(subfields, ([1, 0], [0, 1], [0, 1], [1, 0]), strict=True):
        vectors[subfield.nodes] = vector
    plain = {(gap.a, gap.b): gap for gap in find_gaps(snapshot, subfields)}
    told = {(gap.a, gap.b): gap for gap in find_gaps(snapshot, subfields, texts=centroid_affinity(vectors))}
    assert told[0, 3].text_affinity == pytest.approx(1.0)
    assert told[0, 1].text_affinity == pytest.approx(-1.0)
    assert plain[0, 1].text_affinity is None
    assert told[0, 1].score < plain[0, 1].score


def test_documents_that_name_both_are_counted_once():
    said = [Said(one, document=f"p{number % 7}") for number, one in enumerate(world())]
    snapshot = graph(*said)
    subfields = groups_of(snapshot, "a", "c")
    co_mentions = CoMentions.of(snapshot.columns)
    (gap,) = find_gaps(snapshot, subfields, co_mentions=co_mentions)
    naming = [set(np.flatnonzero(co_mentions.presence[:, group.nodes].toarray().any(axis=1))) for group in subfields]
    assert gap.co_mentions == len(naming[0] & naming[1])


def test_entities_in_both_are_left_out_of_what_is_between():
    snapshot = graph(*world())
    a, c = groups_of(snapshot, "a", "c")
    wider = Subfield("wider", np.union1d(a.nodes, c.nodes[:2]).astype(np.int32), a.documents)
    (gap,) = find_gaps(snapshot, [wider, c])
    assert (gap.shared, gap.observed) == (2, 12)


def test_affinity_of_neighbours_is_the_correlation_beyond_weights():
    snapshot = graph(*random_facts(6, {"drug": 8, "gene": 12, "dis": 6}, 0.25))
    order = np.random.default_rng(0).permutation(snapshot.n_nodes).astype(np.int32)
    groups = [np.sort(order[:6]), np.sort(order[5:12])]
    dense = joined_graph(snapshot).toarray()
    outside = [node for node in order[12:].tolist() if dense[node].sum() > 0]
    rows = []
    for group in groups:
        joined = np.array([dense[group, node].sum() for node in outside])
        weight = np.array([dense[node].sum() for node in outside])
        rows.append((joined - joined.sum() * weight / weight.sum()) / np.sqrt(weight))
    expected = rows[0] @ rows[1] / np.linalg.norm(rows[0]) / np.linalg.norm(rows[1])
    assert shared_neighbour_affinity(snapshot, groups)[0, 1] == pytest.approx(expected)


def test_one_subfield_has_no_gap():
    snapshot = graph(*world())
    with pytest.raises(TooFewSubfields, match="there is one"):
        find_gaps(snapshot, groups_of(snapshot, "a"))
    with pytest.raises(TooFewSubfields, match="there are none"):
        find_gaps(graph(), [])


def test_subfields_without_any_link_have_an_empty_gap():
    snapshot = graph(alone=["gene:a1", "gene:b1"])
    (gap,) = find_gaps(snapshot, groups_of(snapshot, "a", "b"))
    assert (gap.observed, gap.expected, gap.z, gap.affinity, gap.score, gap.bridges) == (0, 0.0, 0.0, 0.0, 0.0, ())
