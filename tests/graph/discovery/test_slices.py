"""Slices of time: what counts as a discovery, and what negatives are drawn."""

import numpy as np
from small_graphs import Said, columns

from isthmus.graph.discovery.memory.snapshot import Snapshot
from isthmus.graph.discovery.ranking.slices import NEAR, Draw, History

SAID = [
    Said("drug:a inhibits gene:g", year=2000),
    Said("gene:g causes dis:d", year=2001),
    Said("drug:b inhibits gene:h", year=2001),
    Said("drug:a treats dis:d", year=2005),
    Said("gene:g subclass_of gene:h", year=2005),
    Said("drug:b treats dis:d", year=2006, negated=True),
    Said("drug:new treats dis:d", year=2005),
    Said("gene:h causes dis:d", year=2009),
]


def named(snapshot: Snapshot, pairs: np.ndarray) -> set[tuple[str, str]]:
    return {(snapshot.ids[a], snapshot.ids[c]) for a, c in pairs.tolist()}


def past() -> tuple[Snapshot, History]:
    whole = columns(*SAID)
    return Snapshot.from_columns(whole, 2002), History.of(whole)


def test_a_discovery_joins_two_known_entities_by_more_than_kinship_within_the_slice():
    snapshot, history = past()
    assert named(snapshot, history.between(snapshot, 2006)) == {("dis:d", "drug:a")}
    assert named(snapshot, history.between(snapshot, 2009)) == {("dis:d", "drug:a"), ("dis:d", "gene:h")}


def test_what_was_joined_before_is_no_discovery_however_often_it_is_said_again():
    whole = columns(*SAID, Said("gene:g causes dis:d", year=2004, document="again"))
    snapshot = Snapshot.from_columns(whole, 2002)
    assert ("dis:d", "gene:g") not in named(snapshot, History.of(whole).between(snapshot, 2006))


def test_a_pair_that_was_only_denied_is_refuted():
    snapshot, history = past()
    assert named(snapshot, history.refuted(snapshot, 2006)) == {("dis:d", "drug:b")}


def test_negatives_keep_one_end_and_the_category_of_the_other():
    said = [Said(f"drug:{n} inhibits gene:{n}", year=2000) for n in range(30)]
    said += [Said(f"gene:{n} causes dis:{n}", year=2000) for n in range(30)]
    said += [Said("drug:1 treats dis:2", year=2004)]
    whole = columns(*said)
    snapshot, history = Snapshot.from_columns(whole, 2002), History.of(whole)
    positives = history.between(snapshot, 2006)
    pairs, owner = Draw(snapshot, history, 2006).negatives(positives, 20, seed=1)
    assert len(pairs) == 20
    for (a, c), row in zip(pairs.tolist(), owner.tolist(), strict=True):
        assert len({a, c} & set(positives[row].tolist())) == 1
        assert sorted(snapshot.categories[[a, c]]) == sorted(snapshot.categories[positives[row]])
    assert not history.joined(pairs, 2006).any()
    again, _ = Draw(snapshot, history, 2006).negatives(positives, 20, seed=1)
    assert again.tolist() == pairs.tolist()


def test_degree_matched_negatives_have_like_degrees():
    said = [Said(f"drug:{n} inhibits gene:{m}", year=2000) for n in range(12) for m in range(n + 1)]
    said += [Said(f"gene:{m} causes dis:{n}", year=2000) for n in range(12) for m in range(n + 1)]
    said += [Said("drug:5 treats dis:6", year=2004)]
    whole = columns(*said)
    snapshot, history = Snapshot.from_columns(whole, 2002), History.of(whole)
    positives = history.between(snapshot, 2006)
    degrees = snapshot.degrees
    pairs, owner = Draw(snapshot, history, 2006, degrees).negatives(positives, 30, seed=0)
    assert len(pairs) > 0
    for pair, row in zip(pairs, owner, strict=True):
        (kept,) = set(pair.tolist()) & set(positives[row].tolist())
        (gone,) = set(positives[row].tolist()) - {kept}
        (drawn,) = set(pair.tolist()) - {kept}
        assert abs(np.log1p(degrees[gone]) - np.log1p(degrees[drawn])) <= NEAR + 1e-9


def test_a_graph_without_years_has_no_slices():
    whole = columns("drug:a inhibits gene:g")
    assert History.of(whole).years == (0, 0)
    assert len(History.of(columns()).keys) == 0
