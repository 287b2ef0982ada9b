"""What a verdict is expected to tell, and how much leans on a statement: against definitions worked out one by one."""

import math
from collections import defaultdict

import numpy as np
import pytest
from graph.discovery.small_graphs import Said, graph, random_facts

from isthmus.graph.discovery.walks.metapaths import TRIVIAL
from isthmus.graph.discovery.walks.routes import LENGTH_DISCOUNT
from isthmus.graph.vocabulary import Predicate
from isthmus.service.review.worth import DAMPING, RIGHT, information, lean

SIZES = {"drug": 7, "gene": 12, "dis": 6}


def entropy(*shares):
    return -sum(p * math.log2(p) for p in shares if p > 0)


@pytest.mark.parametrize("belief", [0.0, 0.02, 0.3, 0.5, 0.77, 1.0])
def test_information_is_the_mutual_information_of_truth_and_verdict(belief):
    joint = {
        (true, says): (belief if true else 1 - belief) * (RIGHT if says == true else 1 - RIGHT)
        for true in (True, False)
        for says in (True, False)
    }
    says = [sum(p for (_, one), p in joint.items() if one is way) for way in (True, False)]
    expected = entropy(belief, 1 - belief) + entropy(*says) - entropy(*joint.values())
    assert float(information(np.array(belief))) == pytest.approx(expected, abs=1e-9)


def test_an_even_chance_tells_most_and_a_verdict_less_the_surer_the_graph_is():
    told = information(np.linspace(0, 1, 101))
    assert int(np.argmax(told)) == 50
    assert np.all(np.diff(told[:51]) > 0)
    assert told == pytest.approx(told[::-1])


class Walked:
    """The weights of the module's formula from the edges of a graph, pair by pair."""

    def __init__(self, snapshot):
        self.statements = defaultdict(list)
        degrees = defaultdict(int)
        beliefs = defaultdict(float)
        for hop, layer in snapshot.layers.items():
            if hop.predicate in TRIVIAL:
                continue
            for row in range(layer.beliefs.shape[0]):
                for place in range(layer.beliefs.indptr[row], layer.beliefs.indptr[row + 1]):
                    u = int(snapshot.members[hop.source][row])
                    v = int(snapshot.members[hop.target][layer.beliefs.indices[place]])
                    degrees[u] += 1
                    beliefs[u, v] += float(layer.beliefs.data[place])
                    self.statements[u, v].append(int(layer.statements[place]))
        self.damping = {(u, v): (degrees[u] * degrees[v]) ** -DAMPING for u, v in beliefs}
        self.weight = {pair: beliefs[pair] * self.damping[pair] for pair in beliefs}
        self.neighbours = defaultdict(set)
        for u, v in beliefs:
            self.neighbours[u].add(v)

    def paths(self, u, v, hops, starts):
        """Those of so many hops from one of the starts to u that do not pass v, but may begin there by way of a third."""
        if hops == 0:
            return 1.0 if u in starts else 0.0
        if hops == 1:
            return sum(self.weight[x, u] for x in self.neighbours[u] if x != v and x in starts)
        return sum(
            self.weight[x, y] * self.weight[y, u]
            for y in self.neighbours[u]
            if y != v
            for x in self.neighbours[y]
            if x != u and x in starts
        )


@pytest.fixture(scope="module")
def snapshot():
    return graph(*random_facts(3, SIZES, 0.16, beliefs=(0.3, 0.6, 0.9)))


@pytest.mark.parametrize("of_one", [False, True])
def test_lean_counts_the_paths_of_two_and_three_through_a_statement(snapshot, of_one):
    walked = Walked(snapshot)
    everyone, source = set(range(snapshot.n_nodes)), int(np.argmax(snapshot.degrees))
    asked = {source} if of_one else everyone
    expected = np.zeros(len(snapshot.statement_ids))
    for (u, v), statements in walked.statements.items():
        through = sum(
            LENGTH_DISCOUNT ** (k + r) * walked.paths(a, b, k, asked) * walked.paths(b, a, r, everyone)
            for a, b in ((u, v), (v, u))
            for k in range(3)
            for r in range(3)
            if 1 <= k + r <= 2
        )
        expected[statements] = walked.damping[u, v] * through
    assert expected.max() > 0
    assert lean(snapshot, source if of_one else None) == pytest.approx(expected)


def test_a_hub_does_not_lead_because_it_is_one():
    """Two chains of the same kind, in one of which forty drugs inhibit the first gene."""
    small = ("drug:a inhibits gene:a", "gene:a regulates gene:b", "gene:b associated_with dis:a")
    hub = [f"drug:{number:02d} inhibits gene:hub" for number in range(40)]
    large = ("gene:hub regulates gene:c", "gene:c associated_with dis:c")
    snapshot = graph(*small, *hub, *large)
    leans = dict(zip(snapshot.statement_ids, lean(snapshot), strict=True))
    bridges = [leans[Said(one).statement.id] for one in (small[1], large[0])]
    assert bridges[0] < bridges[1] < 5 * bridges[0]  # for forty times the drugs


def test_parents_and_lookalikes_are_not_walked_and_lone_statements_carry_nothing():
    said = ("drug:a similar_to drug:b", "drug:b inhibits gene:a", "gene:z regulates gene:y")
    snapshot = graph(*said)
    assert lean(snapshot).tolist() == [0.0, 0.0, 0.0]
    assert Predicate.SIMILAR_TO in TRIVIAL


def test_an_empty_graph_has_no_leans():
    assert len(lean(graph(alone=["gene:a"]))) == 0
