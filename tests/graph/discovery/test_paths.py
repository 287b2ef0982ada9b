"""Closed search: the best paths, exactly, with what can be said of them."""

import math
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from small_graphs import Said, graph, random_facts

from isthmus.graph.discovery.paths import MOST_ALIKE, FoundPath, SameEnds, find_paths
from isthmus.graph.discovery.routes import LENGTH_DISCOUNT, routes_between
from isthmus.graph.discovery.signs import PathSign
from isthmus.graph.discovery.snapshot import Snapshot
from isthmus.graph.vocabulary import Predicate


def ask(snapshot: Snapshot, source: str, target: str, **options: object) -> tuple[FoundPath, ...]:
    return find_paths(snapshot, snapshot.locate(source), snapshot.locate(target), **options)


def walked(path: FoundPath) -> tuple[str, ...]:
    return tuple(node.id for node in path.nodes)


def all_paths(snapshot: Snapshot, source: int, target: int, max_hops: int) -> list[tuple[float, tuple[int, ...]]]:
    """Score and nodes of every path, walked one by one."""
    found = []
    kinds = snapshot.kind(source), snapshot.kind(target)
    for route in routes_between(snapshot, *kinds, max_hops=max_hops).routes:
        partial = [(route.factor, (source,))]
        for hop in route.metapath.hops:
            matrix = snapshot.damped(hop, 0.5).toarray()
            partial = [
                (score * matrix[snapshot.positions[nodes[-1]], place], (*nodes, int(after)))
                for score, nodes in partial
                for place, after in enumerate(snapshot.members[hop.target])
                if after not in nodes and matrix[snapshot.positions[nodes[-1]], place] > 0
            ]
        found += [path for path in partial if path[1][-1] == target]
    return sorted(found, key=lambda path: -path[0])


@pytest.mark.parametrize("max_hops", [1, 2, 3, 4])
@pytest.mark.parametrize("seed", range(4))
def test_the_best_paths_are_those_that_walking_every_path_finds(seed: int, max_hops: int):
    snapshot = graph(*random_facts(seed, {"drug": 5, "gene": 7, "dis": 4}, 0.3, beliefs=(1.0, 0.7, 0.2)))
    drug, disease = snapshot.locate("drug:001"), snapshot.locate("dis:002")
    for source, target in ((drug, disease), (disease, drug), (drug, snapshot.locate("drug:003"))):
        expected = all_paths(snapshot, source, target, max_hops)
        found = find_paths(snapshot, source, target, max_hops=max_hops, top=15, bundle=False)
        assert [path.score for path in found] == pytest.approx([score for score, _ in expected[:15]])
        scores = {(round(score, 12), nodes) for score, nodes in expected}
        for path in found:
            assert (round(path.score, 12), tuple(node.index for node in path.nodes)) in scores


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 10_000), st.booleans())
def test_every_path_is_made_of_statements_that_join_its_nodes(seed: int, bundle: bool):
    snapshot = graph(
        *random_facts(seed, {"drug": 4, "gene": 5, "dis": 3}, 0.3, beliefs=(0.9, 0.5)), alone=["drug:000", "dis:000"]
    )
    paths = ask(snapshot, "drug:000", "dis:000", max_hops=4, top=30, bundle=bundle)
    scores = [path.score for path in paths]
    assert scores == sorted(scores, reverse=True)
    assert len({(walked(path), path.metapath) for path in paths}) == len(paths)
    for path in paths:
        assert len(set(walked(path))) == len(path.nodes)
        for step, (before, after) in zip(path.steps, pairwise(path.nodes), strict=True):
            assert (step.source, step.target) == (before.index, after.index)
            subject, obj = (before.id, after.id) if step.forward else (after.id, before.id)
            assert Said(f"{subject} {step.predicate} {obj}").statement.id == step.statement
        assert 0 < path.share <= 1


def test_a_path_tells_its_beliefs_its_weakest_link_its_direction_and_its_share():
    snapshot = graph(
        Said("drug:a inhibits gene:g", 0.9, 2001),
        Said("gene:g causes dis:d", 0.5, 2004),
        Said("drug:a inhibits gene:h", 0.9, 2001),
        Said("gene:h causes dis:d", 0.25, 2004),
    )
    best, other = ask(snapshot, "drug:a", "dis:d")
    assert walked(best) == ("drug:a", "gene:g", "dis:d")
    assert best.metapath == "Drug inhibits Gene causes Disease"
    assert best.belief == pytest.approx(0.9 * 0.5)
    assert best.weakest == Said("gene:g causes dis:d").statement.id
    assert best.sign is PathSign.THERAPEUTIC
    assert [step.first_year for step in best.steps] == [2001, 2004]
    assert best.share == pytest.approx(0.5 / (0.5 + 0.25))
    assert best.share + other.share == pytest.approx(1.0)


def test_the_score_is_the_damped_product_over_what_is_typical():
    """One drug, two genes, one disease: walks of beliefs .8 and .2, which join the pair with probability 1 - 1/e."""
    snapshot = graph(
        "drug:a inhibits gene:g",
        "drug:a inhibits gene:h",
        Said("gene:g associated_with dis:d", 0.8),
        Said("gene:h associated_with dis:d", 0.2),
    )
    first, second = (0.8 * (2 * 1) ** -0.5 * (1 * 2) ** -0.5, 0.2 * (2 * 1) ** -0.5 * (1 * 2) ** -0.5)
    joined = 1 - math.exp(-(0.8 + 0.2))
    scores = [path.score for path in ask(snapshot, "drug:a", "dis:d", max_hops=2)]
    assert scores == pytest.approx([LENGTH_DISCOUNT * one * joined / (first + second) for one in (first, second)])


def test_a_hub_in_the_middle_counts_less():
    others = [f"drug:{number} inhibits gene:hub" for number in range(9)]
    snapshot = graph(
        *others,
        "drug:a inhibits gene:hub",
        "drug:a inhibits gene:rare",
        "gene:hub associated_with dis:d",
        "gene:rare associated_with dis:d",
    )
    rare, hub = ask(snapshot, "drug:a", "dis:d", max_hops=2)
    assert (walked(rare)[1], walked(hub)[1]) == ("gene:rare", "gene:hub")
    assert hub.score == pytest.approx(rare.score * 10**-0.5)


def test_a_direct_statement_is_flagged_and_can_be_left_out():
    snapshot = graph("drug:a treats dis:d", "drug:a inhibits gene:g", "gene:g associated_with dis:d")
    assert [path.direct for path in ask(snapshot, "drug:a", "dis:d")] == [True, False]
    assert [path.direct for path in ask(snapshot, "drug:a", "dis:d", direct=False)] == [False]


def test_trivial_hops_are_flagged_and_can_be_left_out():
    snapshot = graph("drug:a treats dis:e", "dis:d subclass_of dis:e")
    (path,) = ask(snapshot, "drug:a", "dis:d")
    assert path.trivial
    assert path.metapath == "Drug treats Disease superclass of Disease"
    assert ask(snapshot, "drug:a", "dis:d", trivial=False) == ()


def test_the_best_are_not_all_variants_of_one_path():
    """Ten genes join the two by one metapath, and one pathway by another that scores less."""
    genes = [f"gene:{number}" for number in range(10)]
    snapshot = graph(
        *(f"drug:a inhibits {gene}" for gene in genes),
        *(f"{gene} associated_with dis:d" for gene in genes),
        Said("drug:a regulates path:p", 0.01),
        Said("path:p causes dis:d", 0.01),
    )
    alike = "Drug inhibits Gene associated with Disease"
    bundled = [path.metapath for path in ask(snapshot, "drug:a", "dis:d", top=MOST_ALIKE + 1, max_hops=2)]
    assert bundled == [alike] * MOST_ALIKE + ["Drug regulates Pathway causes Disease"]
    plain = [path.metapath for path in ask(snapshot, "drug:a", "dis:d", top=4, max_hops=2, bundle=False)]
    assert plain == [alike] * 4


def test_variants_fill_up_where_there_is_nothing_else():
    genes = [f"gene:{number}" for number in range(10)]
    snapshot = graph(*(f"drug:a inhibits {gene}" for gene in genes), *(f"{gene} causes dis:d" for gene in genes))
    assert len(ask(snapshot, "drug:a", "dis:d", max_hops=2, top=8)) == 8


def test_a_pair_that_nothing_joins_has_no_paths():
    snapshot = graph("drug:a inhibits gene:g", "gene:h associated_with dis:d", alone=["cell:c"])
    assert ask(snapshot, "drug:a", "dis:d", max_hops=4) == ()
    assert ask(snapshot, "drug:a", "cell:c") == ()


def test_a_node_and_itself_is_no_question():
    snapshot = graph("drug:a inhibits gene:g")
    with pytest.raises(SameEnds, match="drug:a"):
        ask(snapshot, "drug:a", "drug:a")


def test_parallel_predicates_are_different_paths():
    snapshot = graph("drug:a inhibits gene:g", "drug:a binds gene:g", "gene:g causes dis:d")
    predicates = {path.steps[0].predicate for path in ask(snapshot, "drug:a", "dis:d", max_hops=2)}
    assert predicates == {Predicate.INHIBITS, Predicate.BINDS}
