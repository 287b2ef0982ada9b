"""Discovery believes what reviewers leave of a statement, and knows of no verdict before it was given."""

from dataclasses import replace

import numpy as np
import pytest
from small_graphs import Said, columns

from isthmus.graph.discovery.memory.edges import edges_of
from isthmus.graph.discovery.memory.patch import only
from isthmus.graph.discovery.memory.saved import open_snapshot, save_snapshot
from isthmus.graph.discovery.memory.snapshot import Snapshot
from isthmus.graph.verdict import VerdictKind

INHIBITS, TREATS = Said("drug:a inhibits gene:g", 0.5, 2001), Said("drug:a treats dis:d", 0.5, 2001)
DENIED = replace(TREATS, negated=True)


def judged(said, *verdicts):
    """Columns in which (said, kind, year) are the verdicts."""
    found = columns(*said)
    ids = list(found.statement_ids)
    rows = sorted((ids.index(one.statement.id), list(VerdictKind).index(kind), year) for one, kind, year in verdicts)
    statement, kind, year = np.array(rows).T
    return replace(
        found,
        verdict_statement=statement.astype(np.int32),
        verdict_kind=kind.astype(np.int8),
        verdict_year=year.astype(np.int16),
    )


def beliefs(found, as_of=None):
    edges = edges_of(found, as_of)
    ids = list(found.statement_ids)
    return {ids[statement]: belief for statement, belief in zip(edges.statements, edges.beliefs.tolist(), strict=True)}


def test_an_edge_is_believed_as_its_reviewers_leave_it():
    found = beliefs(
        judged((INHIBITS, TREATS), (INHIBITS, VerdictKind.CORRECT, 2020), (TREATS, VerdictKind.OTHER, 2020))
    )
    assert found == pytest.approx({INHIBITS.statement.id: 19 / 20, TREATS.statement.id: 1 / 4})


def test_a_verdict_on_a_denial_moves_what_is_denied():
    found = beliefs(judged((TREATS, DENIED), (DENIED, VerdictKind.WRONG_RELATION, 2020)))
    assert found == pytest.approx({TREATS.statement.id: 0.5 * (1 - 1 / 20)})


@pytest.mark.parametrize(
    ("year", "as_of", "expected"), [(2020, 2019, 0.5), (2020, 2020, 0.95), (0, 2020, 0.5), (0, None, 0.95)]
)
def test_a_year_knows_the_verdicts_given_by_then(year, as_of, expected):
    found = beliefs(judged((INHIBITS,), (INHIBITS, VerdictKind.CORRECT, year)), as_of)
    assert found == pytest.approx({INHIBITS.statement.id: expected})


def test_no_verdict_makes_an_edge_of_what_is_not_said_yet():
    assert beliefs(judged((INHIBITS,), (INHIBITS, VerdictKind.CORRECT, 1990)), 2000) == {}


def test_some_statements_keep_their_verdicts():
    said = (INHIBITS, TREATS, DENIED)
    found = judged(said, *((one, kind, 2020) for one in said for kind in (VerdictKind.CORRECT, VerdictKind.OTHER)))
    places = np.array([0, 2])
    part = only(found, places)
    assert part.verdict_statement.tolist() == [0, 0, 1, 1]
    assert part.verdict_kind.tolist() == found.verdict_kind[[0, 1, 4, 5]].tolist()
    assert part.verdict_year.tolist() == [2020] * 4


def test_a_counterfactual_keeps_the_verdicts():
    found = judged((INHIBITS, replace(INHIBITS, document="other"), TREATS), (INHIBITS, VerdictKind.WRONG_ENTITY, 2020))
    snapshot = Snapshot.from_columns(found)
    one_paper = (
        np.arange(len(found.evidence_score))
        == np.flatnonzero(found.evidence_statement == found.verdict_statement[0]).min()
    )
    left = snapshot.without(one_paper)
    scratch = Snapshot.from_columns(replace(found, evidence_score=np.where(one_paper, 0.0, found.evidence_score)))
    for hop, layer in scratch.layers.items():
        assert left.layers[hop].beliefs.toarray().tolist() == layer.beliefs.toarray().tolist()
    assert pytest.approx(min(layer.beliefs.data.min() for layer in left.layers.values())) == 1 / 20


def test_saved_columns_keep_them(tmp_path):
    found = judged((INHIBITS, TREATS), (INHIBITS, VerdictKind.CORRECT, 2020))
    save_snapshot(Snapshot.from_columns(found), tmp_path)
    opened = open_snapshot(tmp_path).columns
    for name in ("verdict_statement", "verdict_kind", "verdict_year"):
        kept = getattr(opened, name)
        assert (kept.tolist(), kept.dtype) == (getattr(found, name).tolist(), getattr(found, name).dtype)
