"""Backtest: nothing later than the cut leaks in, and figures that can be checked by hand."""

import json
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from small_graphs import Said, columns

from isthmus.graph.discovery.memory.snapshot import Snapshot
from isthmus.graph.discovery.ranking.affinity import EntityTexts
from isthmus.graph.discovery.ranking.backtest import SCORE, Backtest, NoSlice, backtest
from isthmus.graph.discovery.ranking.baselines import BASELINES, baseline_scores
from isthmus.graph.discovery.ranking.candidates import fast_scores
from isthmus.graph.discovery.ranking.named import Named
from isthmus.graph.discovery.ranking.ranking_measures import (
    auroc,
    average_precision,
    average_precision_interval,
    own_ranks,
)
from isthmus.graph.stores.columns import GraphColumns

CUT = 2004
SIZES = {"drug": 21, "gene": 24, "dis": 15}


def history(seed: int = 0) -> list[Said]:
    """Drugs, genes and diseases in three circles, joined within a circle nearly always, over twelve years."""
    generator = np.random.default_rng(seed)
    said: dict[str, Said] = {}
    for number in range(900):
        source, predicate, target = [
            ("drug", "inhibits", "gene"),
            ("gene", "causes", "dis"),
            ("drug", "treats", "dis"),
        ][generator.integers(3)]
        left, right = int(generator.integers(SIZES[source])), int(generator.integers(SIZES[target]))
        if left % 3 == right % 3 or generator.random() < 0.03:
            year = 1998 + number * 12 // 900
            one = Said(f"{source}:{left} {predicate} {target}:{right}", 0.8, year, document=f"paper {number:03d}")
            said.setdefault(one.triple, one)
    said["denied"] = Said("drug:0 treats dis:1", 0.8, 2006, document="trial", negated=True)
    said.pop("drug:0 treats dis:1", None)
    return list(said.values())


def sentences(whole: GraphColumns) -> Named:
    """One sentence for each piece of evidence, which names both ends."""
    rows = []
    texts = []
    for place, (statement, year) in enumerate(zip(whole.evidence_statement, whole.evidence_year, strict=True)):
        ends = int(whole.subjects[statement]), int(whole.objects[statement])
        texts.append(f"Paper of {year} number {statement}: " + " and ".join(whole.entity_ids[end] for end in ends))
        rows += [(place, end, int(year)) for end in ends]
    table = np.array(rows).reshape(-1, 3)
    place, entity, year = (table[:, column] for column in range(3))
    names = list(whole.entity_ids)
    return Named.of(EntityTexts(names, texts, place.astype(np.int32), entity.astype(np.int32), year.astype(np.int16)))


@pytest.fixture(scope="module")
def whole() -> GraphColumns:
    return columns(*history())


@pytest.fixture(scope="module")
def found(whole: GraphColumns) -> Backtest:
    return backtest(whole, CUT, named=sentences(whole), each=5, resamples=50)


def test_it_says_what_it_did_beside_every_baseline(found: Backtest):
    assert (found.cut, found.until) == (CUT, CUT + 4)
    trials = {trial.negatives: trial for trial in found.trials}
    assert set(trials) == {"same_category", "degree_matched", "refuted"}
    for trial in trials.values():
        assert [method.name for method in trial.methods] == [SCORE, *BASELINES]
        for method in trial.methods:
            assert 0.0 <= method.auroc.low <= method.auroc.value <= method.auroc.high <= 1.0
            assert method.hits["1"] <= method.hits["3"] <= method.hits["10"]
            assert 0.0 < method.reciprocal_rank <= 1.0
            assert (method.roc[0], method.roc[-1]) == ((0.0, 0.0), (1.0, 1.0))
    assert json.loads(json.dumps(found.to_json()))["trials"][0]["methods"][0]["name"] == SCORE


def test_circles_are_found_again_and_degree_does_not_find_them(found: Backtest):
    for trial in found.trials[:2]:
        figures = {method.name: method.auroc.value for method in trial.methods}
        assert figures[SCORE] > 0.7
        assert figures[SCORE] > figures["degree product"] + 0.1


def test_strata_hold_all_positives_once_each_way(found: Backtest):
    for by in ("importance", "degree"):
        assert sum(one.positives for one in found.strata if one.by == by) == found.positives
    assert sum(one.pairs for one in found.calibration) in (0, found.positives * 6)
    assert all(0.0 <= one.score <= 1.0 for one in found.hub_bias)


def later_shuffled(whole: GraphColumns, seed: int) -> GraphColumns:
    """The same graph up to the cut; what was said after it is said of other statements, in other years, with other scores."""
    generator = np.random.default_rng(seed)
    later = np.flatnonzero(whole.evidence_year > CUT)
    statement, year, score = (
        array.copy() for array in (whole.evidence_statement, whole.evidence_year, whole.evidence_score)
    )
    statement[later] = generator.integers(0, len(whole.subjects), len(later))
    year[later] = generator.integers(CUT + 1, CUT + 9, len(later))
    score[later] = generator.random(len(later))
    return replace(whole, evidence_statement=statement, evidence_year=year, evidence_score=score)


@settings(max_examples=5, deadline=None)
@given(st.integers(0, 1000))
def test_whatever_comes_after_the_cut_changes_no_score_by_a_bit(seed: int):
    whole = columns(*history())
    other = later_shuffled(whole, seed)
    past, same = Snapshot.from_columns(whole, CUT), Snapshot.from_columns(other, CUT)
    known = np.flatnonzero(past.exists)
    pairs = np.stack((np.repeat(known, len(known)), np.tile(known, len(known))), axis=1)
    mine, theirs = fast_scores(past, pairs, named=sentences(whole)), fast_scores(same, pairs, named=sentences(other))
    assert mine.any()
    assert mine.tolist() == theirs.tolist()
    for name, values in baseline_scores(past, pairs[:, 0], pairs[:, 1]).items():
        assert values.tolist() == baseline_scores(same, pairs[:, 0], pairs[:, 1])[name].tolist(), name


def test_the_same_question_has_the_same_answer(whole: GraphColumns, found: Backtest):
    assert backtest(whole, CUT, named=sentences(whole), each=5, resamples=50) == found


@pytest.mark.parametrize(("cut", "until"), [(1990, None), (2010, None), (2004, 2004), (2004, 2000)])
def test_years_in_which_nothing_is_foretold_are_refused(whole: GraphColumns, cut: int, until: int | None):
    with pytest.raises(NoSlice, match=r"choose"):
        backtest(whole, cut, until)


def test_a_graph_without_dates_is_refused():
    with pytest.raises(NoSlice, match="no statement of the graph is dated"):
        backtest(columns("drug:a inhibits gene:g"), 2000)
    with pytest.raises(NoSlice, match="no statement of the graph is dated"):
        backtest(columns(), 2000)


def test_baselines_by_hand():
    snapshot = Snapshot.from_columns(
        columns(
            Said("drug:a inhibits gene:g", year=2003, document="one"),
            Said("gene:g causes dis:d", year=2000, document="two"),
            Said("gene:g causes dis:e", year=2000, document="two"),
        ),
        2003,
    )
    left, right = np.array([snapshot.locate("drug:a")]), np.array([snapshot.locate("dis:d")])
    scores = {name: float(values[0]) for name, values in baseline_scores(snapshot, left, right).items()}
    assert scores["degree product"] == 1.0
    assert scores["recency-weighted degree"] == pytest.approx(1.0 * 0.5)
    assert scores["common neighbours"] == pytest.approx(1.0)
    assert scores["Adamic-Adar"] == pytest.approx(1 / np.log(3))
    # a and g share one of g's two papers; d and g one of g's two as well
    assert scores["Jaccard min-sum"] == pytest.approx(0.5)
    # two links: over g's three neighbours; three links: there and back before going on
    assert scores["plain DWPC"] == pytest.approx(1 / 3)


def test_measures_by_hand():
    positive, negative = np.array([3.0, 1.0]), np.array([2.0, 1.0, 0.0])
    assert auroc(positive, negative) == pytest.approx((3 + 1.5) / 6)
    assert average_precision(positive, negative) == pytest.approx((1 + 2 / (2 + 1.5)) / 2)
    assert own_ranks(positive, negative, np.array([0, 1, 1])).tolist() == [1.0, 1.5]
    assert own_ranks(positive, negative, None).tolist() == [1.0, 2.5]
    same = average_precision_interval(positive, negative, np.array([0, 1, 1]), np.array([[0, 1]] * 3))
    assert same.low == pytest.approx(same.value) == pytest.approx(same.high)
