"""Closed search: the best paths, exactly, with what can be said of them."""

import math
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from small_graphs import Said, graph, random_facts

from isthmus.graph.discovery.chance.nulls import nulls_of
from isthmus.graph.discovery.memory.snapshot import Snapshot
from isthmus.graph.discovery.walks.bundles import MOST_ALIKE
from isthmus.graph.discovery.walks.dwpc import DAMPING
from isthmus.graph.discovery.walks.independence import Independence
from isthmus.graph.discovery.walks.paths import FoundPath, SameEnds, find_paths
from isthmus.graph.discovery.walks.routes import LENGTH_DISCOUNT, routes_between
from isthmus.graph.discovery.walks.search import LEAST_SURPRISE, MOST_SURPRISE
from isthmus.graph.discovery.walks.signs import PathSign
from isthmus.graph.model import Modality
from isthmus.graph.vocabulary import Category, Predicate


def ask(snapshot: Snapshot, source: str, target: str, **options: object) -> tuple[FoundPath, ...]:
    return find_paths(snapshot, snapshot.locate(source), snapshot.locate(target), **options)


def walked(path: FoundPath) -> tuple[str, ...]:
    return tuple(node.id for node in path.nodes)


def all_paths(snapshot: Snapshot, source: int, target: int, max_hops: int) -> list[tuple[float, tuple[int, ...]]]:
    """Score and nodes of every path, walked one by one, and the score worked out from its definition."""
    found = []
    kinds = snapshot.kind(source), snapshot.kind(target)
    nulls = nulls_of(snapshot, *kinds, max_hops)
    for route in routes_between(snapshot, *kinds, max_hops=max_hops).routes:
        partial = [(1.0, 1.0, (source,))]
        for hop in route.metapath.hops:
            damped, beliefs = snapshot.damped(hop, DAMPING).toarray(), snapshot.layers[hop].beliefs.toarray()
            partial = [
                (product * damped[place, after], belief * beliefs[place, after], (*nodes, int(node)))
                for product, belief, nodes in partial
                for place in [snapshot.positions[nodes[-1]]]
                for after, node in enumerate(snapshot.members[hop.target])
                if node not in nodes and damped[place, after] > 0
            ]
        whole = [path for path in partial if path[2][-1] == target]
        if whole:
            first, last = snapshot.layers[route.metapath.hops[0]], snapshot.layers[route.metapath.hops[-1]]
            degrees = first.source_degrees[snapshot.positions[source]], last.target_degrees[snapshot.positions[target]]
            p = float(nulls.p_values(route.metapath, *degrees, sum(product for product, _, _ in whole)))
            certain = sum(product / belief for product, belief, _ in whole)
            strength = route.weight * min(max(-math.log10(p), LEAST_SURPRISE), MOST_SURPRISE)
            found += [(strength * product / certain, nodes) for product, _, nodes in whole]
    return sorted(found, key=lambda path: -path[0])


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


def test_the_score_is_weight_times_strength_times_share_times_belief():
    """Two genes between drug and disease, of beliefs .8 and .2: each has half the paths, were all of them certain."""
    snapshot = graph(
        "drug:a inhibits gene:g",
        "drug:a inhibits gene:h",
        Said("gene:g associated_with dis:d", 0.8),
        Said("gene:h associated_with dis:d", 0.2),
    )
    paths = ask(snapshot, "drug:a", "dis:d", max_hops=2)
    strength = max(-math.log10(paths[0].p_value), LEAST_SURPRISE)
    expected = [LENGTH_DISCOUNT * strength * 0.5 * belief for belief in (0.8, 0.2)]
    assert [path.score for path in paths] == pytest.approx(expected)
    assert [path.share for path in paths] == pytest.approx([0.8, 0.2])
    assert paths[0].count == pytest.approx(0.5 * (0.8 + 0.2))


def test_a_hub_that_links_everything_loses_against_a_specific_middle():
    """Forty drugs and forty diseases all meet in one gene; one pair of them meets in a gene of its own as well."""
    many = range(40)
    snapshot = graph(
        *(f"drug:{number} inhibits gene:hub" for number in many),
        *(f"gene:hub associated_with dis:{number}" for number in many),
        *(f"drug:{number} inhibits gene:of{number % 20}" for number in many),
        *(f"gene:of{number % 20} associated_with dis:{(7 * number) % 40}" for number in many),
        "drug:0 activates gene:own",
        "gene:own causes dis:0",
        *(f"drug:{number} activates gene:x{number}" for number in range(1, 12)),
        *(f"gene:x{number} causes dis:{3 * number % 40}" for number in range(12, 24)),
    )
    best = ask(snapshot, "drug:0", "dis:0", max_hops=2)
    hub = next(path for path in best if path.nodes[1].name == "hub")
    own = next(path for path in best if path.nodes[1].name == "own")
    assert best[0] is own
    assert own.score > 10 * hub.score
    assert own.p_value < 0.05 < hub.p_value
    assert own.count > 10 * own.degree_score


def test_the_q_value_reckons_with_the_metapaths_that_lead_nowhere():
    snapshot = graph(*random_facts(3, {"drug": 6, "gene": 8, "dis": 5}, 0.25))
    paths = ask(snapshot, "drug:001", "dis:002", top=500, bundle=False)
    of_metapath = {path.metapath: (path.p_value, path.q_value) for path in paths}
    asked = len(routes_between(snapshot, Category.CHEMICAL_ENTITY, Category.DISEASE).routes)
    ordered = sorted(of_metapath.values())
    expected = [p * asked / rank for rank, (p, _) in enumerate(ordered, start=1)]
    for number, (_, q) in enumerate(ordered):
        assert q == pytest.approx(min(1.0, *expected[number:]))


def test_the_weakest_link_of_equals_has_fewer_pieces_of_evidence():
    twice = [Said("drug:a inhibits gene:g", 1.0, document=f"pmid:{number}") for number in (1, 2)]
    snapshot = graph(*twice, Said("gene:g causes dis:d", 1.0, document="pmid:3"))
    (path,) = ask(snapshot, "drug:a", "dis:d")
    assert path.weakest == Said("gene:g causes dis:d").statement.id
    assert (path.support.pieces, path.support.papers) == (3, 3)


def test_how_independent_the_evidence_is():
    snapshot = graph(
        Said("drug:a inhibits gene:g", 0.5, 2001, "pmid:1", author="Curie M"),
        Said("drug:a inhibits gene:g", 0.5, 2004, "pmid:2", author="Curie M", species="NCBITaxon:10090"),
        Said("gene:g causes dis:d", 0.5, 1999, "pmid:3", modality=Modality.GENOMICS),
        Said("gene:g causes dis:d", 0.0, 1990, "pmid:4"),
    )
    (path,) = ask(snapshot, "drug:a", "dis:d")
    both = (Modality.LITERATURE, Modality.GENOMICS)
    assert path.support == Independence(3, 3, 2, both, 1999, 2004)
    assert path.steps[0].support == Independence(2, 2, 1, (Modality.LITERATURE,), 2001, 2004)


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
