"""Open search: who ranks, why, and that pairs score the same however they are asked for."""

from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from small_graphs import Said, graph, random_facts

from isthmus.graph.discovery.memory.snapshot import Snapshot
from isthmus.graph.discovery.ranking.candidates import Candidate, kin_left_out, rank_candidates, score_pairs
from isthmus.graph.vocabulary import Category

STORY = (
    "drug:new inhibits gene:g",
    "chem:probe inhibits gene:g",
    "drug:old inhibits gene:g",
    "drug:old treats dis:d",
    "gene:g causes dis:d",
    "gene:g causes dis:e",
    "food:tea inhibits gene:g",
)


def ask(snapshot: Snapshot, source: str, category: Category, **options: object) -> tuple[Candidate, ...]:
    return rank_candidates(snapshot, snapshot.locate(source), category, **options)


def ids(candidates: Sequence[Candidate]) -> list[str]:
    return [candidate.node.id for candidate in candidates]


def test_a_disease_finds_chemicals_of_every_name_and_no_food():
    found = ask(graph(*STORY), "dis:d", Category.DRUG)
    assert set(ids(found)) == {"drug:new", "drug:old", "chem:probe"}
    assert {candidate.node.id for candidate in found if candidate.known} == {"drug:old"}


def test_what_is_known_can_be_left_out():
    assert "drug:old" not in ids(ask(graph(*STORY), "dis:d", Category.DRUG, known=False))


def test_kin_of_the_source_are_no_candidates_unless_asked_for():
    """A parent and a namesake share the gene; so does another disease, and the drug of like name is no kin of a disease."""
    snapshot = graph(
        *(f"gene:g causes dis:{name}" for name in ("gout", "gout_2", "arthritis", "lupus")),
        "dis:gout subclass_of dis:arthritis",
        "drug:gout inhibits gene:g",
    )
    source = snapshot.locate("dis:gout")
    assert set(ids(ask(snapshot, "dis:gout", Category.DISEASE))) == {"dis:lupus"}
    assert kin_left_out(snapshot, source, Category.DISEASE) == 2
    assert (
        kin_left_out(snapshot, source, Category.DISEASE, known=False) == 1
    )  # the parent is known, and left out as such
    assert set(ids(ask(snapshot, "dis:gout", Category.DISEASE, kin=True))) == {
        "dis:lupus",
        "dis:arthritis",
        "dis:gout_2",
    }
    assert ids(ask(snapshot, "dis:gout", Category.DRUG)) == ["drug:gout"]
    assert kin_left_out(snapshot, source, Category.DRUG) == 0


def test_a_drug_finds_diseases():
    first, second = ask(graph(*STORY), "drug:new", Category.DISEASE)
    assert {first.node.id, second.node.id} == {"dis:d", "dis:e"}
    causing = {path.metapath: path.sign for path in (*first.paths, *second.paths)}
    assert causing["Drug inhibits Gene causes Disease"] == "therapeutic"


def test_a_direct_statement_is_no_path():
    without = [fact for fact in STORY if "treats" not in fact]
    new, old = score_pairs_by_id(graph(*without, "drug:x treats dis:x"), ("drug:new", "dis:d"), ("drug:old", "dis:d"))
    assert new.score == pytest.approx(old.score)
    (known,) = score_pairs_by_id(graph("drug:a treats dis:d"), ("drug:a", "dis:d"))
    assert known.known
    assert not {"paths", "shared neighbours"} & set(known.components)
    assert known.p_value == 1.0


def test_components_add_up_and_the_degree_baseline_stands_beside():
    snapshot = graph(*STORY)
    for candidate in ask(snapshot, "dis:d", Category.DRUG):
        assert sum(candidate.components.values()) == pytest.approx(candidate.score)
        assert all(value > 0 for value in candidate.components.values())
        assert candidate.degree == snapshot.degrees[candidate.node.index]
        assert candidate.degree_product == candidate.degree * snapshot.degrees[snapshot.locate("dis:d")]


def test_less_believed_paths_rank_lower():
    snapshot = graph("gene:g causes dis:d", Said("drug:a inhibits gene:g", 0.9), Said("drug:b inhibits gene:g", 0.3))
    sure, unsure = ask(snapshot, "dis:d", Category.DRUG)
    assert ids([sure, unsure]) == ["drug:a", "drug:b"]
    assert unsure.components["paths"] < sure.components["paths"]


def test_a_hub_does_not_win_by_being_one():
    """What acts on everything shares a gene with the disease, as does what acts on that gene alone."""
    hub = [f"drug:hub inhibits gene:g{number}" for number in range(30)]
    others = [f"gene:g{number} causes dis:e{number}" for number in range(30)]
    snapshot = graph(*hub, *others, "drug:specific inhibits gene:g0", "gene:g0 causes dis:d")
    first, second = ask(snapshot, "dis:d", Category.DRUG)
    assert ids([first, second]) == ["drug:specific", "drug:hub"]
    assert second.degree > first.degree
    assert second.p_value > first.p_value


def test_q_values_are_those_of_all_that_was_asked():
    snapshot = graph(*random_facts(4, {"drug": 6, "gene": 8, "dis": 4}, 0.3))
    found = ask(snapshot, "dis:001", Category.DRUG, top=100)
    assert all(0.0 < one.p_value <= one.q_value <= 1.0 for one in found)


def test_a_pair_has_the_same_p_value_in_any_company_and_ways_that_lead_nowhere_count():
    snapshot = graph(*random_facts(4, {"drug": 6, "gene": 8, "dis": 4}, 0.3))
    pairs = [(snapshot.locate(f"drug:{a:03d}"), snapshot.locate(f"dis:{c:03d}")) for a in range(6) for c in range(4)]
    together = [one.p_value for one in score_pairs(snapshot, pairs)]
    alone = [score_pairs(snapshot, [pair])[0].p_value for pair in pairs]
    assert len(set(together)) > 3
    assert together == pytest.approx(alone)


def test_candidates_that_did_not_exist_yet_are_not_ranked():
    said = [
        Said("gene:g causes dis:d", 0.9, 2000),
        Said("drug:a inhibits gene:g", 0.9, 2001),
        Said("drug:b inhibits gene:g", 0.9, 2009),
    ]
    assert ids(ask(graph(*said, as_of=2005), "dis:d", Category.DRUG)) == ["drug:a"]


def test_several_categories_of_answers_can_be_asked_for_at_once():
    snapshot = graph("drug:a causes dis:d", "drug:a causes phen:p", "drug:b causes dis:d", "drug:b causes phen:p")
    assert set(ids(ask(snapshot, "dis:d", Category.DISEASE_OR_PHENOTYPIC_FEATURE))) == {"phen:p"}
    everything = ask(snapshot, "dis:d", Category.NAMED_THING)
    assert set(ids(everything)) == {"phen:p", "drug:a", "drug:b"}


def test_a_node_that_leads_nowhere_has_no_candidates():
    snapshot = graph("drug:a inhibits gene:g", alone=["dis:lonely"])
    assert ask(snapshot, "dis:lonely", Category.DRUG) == ()
    assert ask(snapshot, "drug:a", Category.CELL) == ()


@settings(max_examples=6, deadline=None)
@given(st.integers(0, 10_000))
def test_a_pair_scores_the_same_from_either_end_in_any_company(seed: int):
    sizes = {"drug": 4, "gene": 5, "dis": 3}
    everyone = [f"{prefix}:{number:03d}" for prefix, size in sizes.items() for number in range(size)]
    snapshot = graph(*random_facts(seed, sizes, 0.3, beliefs=(0.9, 0.4)), alone=everyone)
    drugs = [snapshot.locate(f"drug:{number:03d}") for number in range(4)]
    diseases = [snapshot.locate(f"dis:{number:03d}") for number in range(3)]
    pairs = [(drug, disease) for drug in drugs for disease in diseases]
    scores = score_pairs(snapshot, pairs)
    for pair, score in zip(pairs, scores, strict=True):
        (alone,) = score_pairs(snapshot, [pair])
        (turned,) = score_pairs(snapshot, [pair[::-1]])
        assert score.score == pytest.approx(alone.score) == pytest.approx(turned.score)
        assert score.components == pytest.approx(alone.components)
        assert (score.degree, turned.degree) == (snapshot.degrees[pair[1]], snapshot.degrees[pair[0]])
        ranked = {one.node.index: one.score for one in rank_candidates(snapshot, pair[0], Category.DISEASE)}
        assert ranked.get(pair[1], 0.0) == pytest.approx(score.score)


def test_what_nothing_but_its_date_joins_scores_nothing():
    said = [
        Said("drug:a inhibits gene:g", year=2001, document="one"),
        Said("gene:h causes dis:d", year=2001, document="two"),
    ]
    (score,) = score_pairs_by_id(graph(*said, as_of=2001), ("drug:a", "dis:d"))
    assert (score.score, score.components) == (0.0, {})


def score_pairs_by_id(snapshot: Snapshot, *pairs: tuple[str, str]):
    return score_pairs(snapshot, [(snapshot.locate(a), snapshot.locate(c)) for a, c in pairs])


def test_a_node_with_itself_scores_nothing():
    (score,) = score_pairs_by_id(graph(*STORY), ("dis:d", "dis:d"))
    assert (score.score, score.known) == (0.0, False)


def test_no_pairs_have_no_scores():
    assert score_pairs(graph(*STORY), []) == []
