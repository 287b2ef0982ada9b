"""Features of pairs: as a naive count has them, the same from either end and for one source as for pairs."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from small_graphs import Said, graph, random_facts

from isthmus.graph.discovery.memory.snapshot import Snapshot
from isthmus.graph.discovery.ranking.affinity import EntityTexts
from isthmus.graph.discovery.ranking.features import FEATURES, Features
from isthmus.graph.discovery.ranking.named import Named
from isthmus.graph.model import Modality

SENTENCES = (
    ("Alpha lowers beta while delta stays the same.", ("drug:000", "gene:000"), 2000),
    ("Beta raises gamma in mice.", ("gene:000", "dis:000"), 2001),
    ("Delta raises gamma as well.", ("gene:001", "dis:000"), 2008),
)
NAMES = {"drug:000": "alpha", "gene:000": "beta", "dis:000": "gamma\nGamma disease", "gene:001": "delta"}


def sentences(snapshot: Snapshot) -> Named:
    ids = list(snapshot.ids)
    rows = [(t, ids.index(end), year) for t, (_, ends, year) in enumerate(SENTENCES) for end in ends if end in ids]
    table = np.array(rows).reshape(-1, 3)
    return Named.of(
        EntityTexts(
            [NAMES.get(one, one) for one in ids],
            [text for text, _, _ in SENTENCES],
            table[:, 0].astype(np.int32),
            table[:, 1].astype(np.int32),
            table[:, 2].astype(np.int16),
        )
    )


def value(features: Features, name: str, left: str, right: str) -> float:
    ends = np.array([features.snapshot.locate(left)]), np.array([features.snapshot.locate(right)])
    return float(features.of_pairs(*ends)[0, FEATURES.index(name)])


def walks(snapshot: Snapshot, steps: int) -> np.ndarray:
    """Walks of so many links, each over the root of the degrees at its ends, from the statements one by one."""
    joined: dict[tuple[int, int], float] = {}
    for hop, layer in snapshot.layers.items():
        dense = layer.beliefs.toarray()
        for row, column in zip(*np.nonzero(dense), strict=True):
            pair = int(snapshot.members[hop.source][row]), int(snapshot.members[hop.target][column])
            joined[pair] = max(joined.get(pair, 0.0), dense[row, column])
    degree = [sum(1 for left, _ in joined if left == node) for node in range(snapshot.n_nodes)]
    one = np.zeros((snapshot.n_nodes, snapshot.n_nodes))
    for (left, right), belief in joined.items():
        one[left, right] = belief / np.sqrt(degree[left] * degree[right])
    return np.linalg.matrix_power(one, steps)


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 10_000), st.booleans())
def test_a_source_has_with_every_node_what_the_pairs_have_from_either_end(seed: int, typed: bool):
    sizes = {"drug": 4, "gene": 5, "dis": 3}
    snapshot = graph(*random_facts(seed, sizes, 0.4, beliefs=(0.9, 0.4)))
    features = Features(snapshot, sentences(snapshot))
    features.__dict__["typed"] = typed and len(snapshot.layers) > 0
    everyone = np.arange(snapshot.n_nodes)
    for source in everyone.tolist():
        sweep = features.of_source(source)
        assert (sweep >= 0.0).all()
        assert sweep == pytest.approx(features.of_pairs(np.full(len(everyone), source), everyone), abs=1e-6)
        assert sweep == pytest.approx(features.of_pairs(everyone, np.full(len(everyone), source)), abs=1e-6)


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 10_000))
def test_paths_without_predicates_are_damped_walks_of_two_and_three_links(seed: int):
    snapshot = graph(*random_facts(seed, {"drug": 4, "gene": 5, "dis": 3}, 0.4, beliefs=(0.9, 0.4)))
    features = Features(snapshot)
    features.__dict__["typed"] = False
    expected = walks(snapshot, 2) + walks(snapshot, 3)
    for source in range(snapshot.n_nodes):
        found = features.of_source(source)[:, FEATURES.index("paths")]
        expected[source, source] = 0.0
        assert found == pytest.approx(expected[source], abs=1e-12)


def test_a_sentence_joins_those_whom_it_names_besides_those_it_is_about():
    snapshot = graph("drug:000 inhibits gene:000", "gene:000 causes dis:000", "gene:001 causes dis:000")
    features = Features(snapshot, sentences(snapshot))
    assert value(features, "named together", "drug:000", "gene:001") > 0.0
    assert value(features, "named together", "drug:000", "dis:000") == 0.0
    assert value(features, "named nearby", "drug:000", "dis:000") > 0.0


def test_what_is_said_after_the_year_joins_nobody():
    said = [
        Said("drug:000 inhibits gene:000", year=2000),
        Said("gene:000 causes dis:000", year=2001),
        Said("gene:001 causes dis:000", year=2008),
    ]
    past = graph(*said, as_of=2005)
    texts = sentences(past).known_by(2005, past.exists)
    assert set(texts.text.tolist()) == {0, 1}
    assert "gene:001" not in {past.ids[one] for one in texts.entity.tolist()}
    rows = sentences(past).incidence(2005, past.exists).toarray()
    assert rows.max() == 1.0
    assert rows[:, [one.startswith("gene:001") for one in past.ids]].sum() == 0.0


def test_a_name_inside_a_name_joins_the_two():
    snapshot = graph("drug:000 inhibits gene:000", "gene:001 causes dis:000")
    ids = list(snapshot.ids)
    names = {"drug:000": "Beta blocker", "gene:000": "other", "gene:001": "beta", "dis:000": "gamma"}
    nothing = np.zeros(0, dtype=np.int32)
    texts = EntityTexts([names[one] for one in ids], [], nothing, nothing, nothing.astype(np.int16))
    features = Features(snapshot, Named.of(texts))
    assert value(features, "named together", "drug:000", "gene:001") > 0.0
    assert value(features, "named together", "gene:000", "gene:001") == 0.0


def test_a_name_that_many_share_names_none():
    snapshot = graph(*(f"drug:{number:03d} inhibits gene:000" for number in range(5)))
    ids = list(snapshot.ids)
    shared = EntityTexts(
        ["same" if one.startswith("drug") else "other" for one in ids],
        ["Same with same."],
        np.array([0], dtype=np.int32),
        np.array([ids.index("gene:000")], dtype=np.int32),
        np.array([0], dtype=np.int16),
    )
    texts = Named.of(shared).known_by(None, snapshot.exists)
    assert texts.entity.tolist() == [ids.index("gene:000")]


def test_links_of_several_groups_and_modalities_are_told_from_single_ones():
    several = graph(
        Said("drug:a inhibits gene:g", document="one"),
        Said("drug:a inhibits gene:g", document="two", modality=Modality.CLINICAL),
        Said("gene:g causes dis:d", document="three"),
        Said("gene:g causes dis:d", document="four", modality=Modality.CLINICAL),
    )
    single = graph(Said("drug:a inhibits gene:g", document="one"), Said("gene:g causes dis:d", document="three"))
    for name in ("independence", "modalities"):
        assert value(Features(several), name, "drug:a", "dis:d") > 0.0
        assert value(Features(single), name, "drug:a", "dis:d") == 0.0


def test_paths_that_push_against_each_other_cancel():
    same = graph("drug:a inhibits gene:g", "drug:a inhibits gene:h", "gene:g causes dis:d", "gene:h causes dis:d")
    against = graph("drug:a inhibits gene:g", "drug:a activates gene:h", "gene:g causes dis:d", "gene:h causes dis:d")
    assert value(Features(same), "sign consistency", "drug:a", "dis:d") == pytest.approx(0.5)
    assert value(Features(against), "sign consistency", "drug:a", "dis:d") == pytest.approx(0.0)


def test_a_node_that_lately_got_new_partners_is_recent():
    snapshot = graph(Said("drug:a inhibits gene:g", year=2005), Said("drug:b inhibits gene:h", year=1996), as_of=2006)
    assert value(Features(snapshot), "recency", "drug:a", "gene:g") == pytest.approx(2 / 2)
    assert value(Features(snapshot), "recency", "drug:a", "drug:b") == pytest.approx(1 / 2 + 1 / 11)
