"""Fusion: weights from the past, never below zero, and the defaults where there is little of it."""

import numpy as np
import pytest
from small_graphs import Said, columns, graph, random_facts

from isthmus.graph.discovery.memory.snapshot import Snapshot
from isthmus.graph.discovery.ranking.features import FEATURES, Features
from isthmus.graph.discovery.ranking.fusion import DEFAULT, Examples, default_fusion, fit, fusion_of, scales_of

K = len(FEATURES)


def examples(signal: int, against: int) -> Examples:
    generator = np.random.default_rng(0)
    logs = np.abs(generator.standard_normal((400, K)))
    chance = 1 / (1 + np.exp(-2 * (logs[:, signal] - logs[:, against])))
    return Examples(logs, generator.random(400) < chance, np.ones(400))


def test_what_tells_links_gets_weight_and_what_speaks_against_them_none():
    weights = fit([examples(0, 1)], np.full(K, 0.1), ridge=1.0)
    assert weights[0] > 1.0
    assert weights[1] == 0.0
    assert (weights >= 0.0).all()


def test_a_strong_ridge_keeps_the_prior():
    prior = np.linspace(0.1, 0.9, K)
    assert fit([examples(0, 1)], prior, ridge=1e9) == pytest.approx(prior, abs=1e-4)


def test_a_feature_that_never_varies_keeps_its_prior():
    past = examples(0, 1)
    still = Examples(np.where(np.arange(K) == 5, 0.0, past.logs), past.joined, past.weights)
    assert fit([still], np.full(K, 0.3), ridge=1.0)[5] == pytest.approx(0.3)


def test_parts_are_the_weighed_logarithms():
    fusion = default_fusion()
    features = np.arange(K, dtype=np.float64)[None]
    scales = np.full(K, 2.0)
    expected = [DEFAULT[name] * np.log(1 + place / 2.0) for place, name in enumerate(FEATURES)]
    assert fusion.parts(features, scales)[0] == pytest.approx(expected)


def test_a_graph_without_dates_or_with_a_short_past_has_the_default_weights():
    undated = graph(*random_facts(3, {"drug": 5, "gene": 8, "dis": 5}, 0.4, beliefs=(0.9,)))
    assert fusion_of(undated).cuts == ()
    assert fusion_of(undated).weights == pytest.approx(default_fusion(text=False).weights)
    short = graph(Said("drug:a inhibits gene:g", year=2001), Said("gene:g causes dis:d", year=2002), as_of=2002)
    assert fusion_of(short).cuts == ()


def test_scales_are_positive_and_those_of_the_snapshot():
    snapshot = graph(*random_facts(5, {"drug": 5, "gene": 8, "dis": 5}, 0.4, beliefs=(0.9,)))
    scales = scales_of(Features(snapshot))
    assert (scales > 0.0).all()
    assert scales_of(Features(graph())) == pytest.approx(np.ones(K))


def test_weights_are_learned_from_cuts_before_the_year_only():
    years = {"a": 1999, "b": 2002, "c": 2005}
    said = [
        Said(f"drug:{name}{number} inhibits gene:{(number * step) % 23}", year=years[name] + number % 3)
        for name, step in (("a", 3), ("b", 5), ("c", 7))
        for number in range(40)
    ]
    said += [Said(f"drug:a{number} inhibits gene:{(number * 11) % 23}", year=2004 + number % 3) for number in range(40)]
    whole = columns(*said)
    later = columns(*said, *(Said(f"drug:a{number} inhibits gene:{number % 7}", year=2009) for number in range(40)))
    now, then = Snapshot.from_columns(whole, 2006), Snapshot.from_columns(later, 2006)
    assert fusion_of(now).weights.tolist() == fusion_of(then).weights.tolist()
    assert fusion_of(now).positives == fusion_of(then).positives
