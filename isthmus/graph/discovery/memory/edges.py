"""What the statements of a graph amount to, as edges: one per subject, predicate and object, each with its belief."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from isthmus.errors import IsthmusError
from isthmus.graph.belief import EvidenceArrays, believe, contradict, judge
from isthmus.graph.stores.columns import GraphColumns
from isthmus.graph.vocabulary import Predicate

_SYMMETRIC = np.array([predicate.symmetric for predicate in Predicate])
AT_A_TIME = 250_000  # statements whose beliefs are worked out together
_NEVER = np.iinfo(np.int16).max


class UnusableColumns(IsthmusError):
    """Columns that no graph can be made of; the message names the statement."""


@dataclass(frozen=True, eq=False, slots=True)
class Edges:
    """Affirmed statements that somebody believes, one per subject, predicate and object.

    All are of shape (n_edges,): ``subjects`` and ``objects`` (entity index; the smaller first where the predicate is
    symmetric), ``predicates`` (index into ``list(Predicate)``), ``beliefs`` in (0, 1], ``first_years`` (0 where no
    evidence is dated), ``evidence_counts`` (>= 1) and ``statements``, the best believed statement of those that differ
    only in context. Years and counts are those of all of them, without evidence that counts nothing (retracted).
    ``seen``, of shape (n_entities,), is whether an entity was known by then.
    """

    subjects: NDArray[np.int32]
    objects: NDArray[np.int32]
    predicates: NDArray[np.int16]
    beliefs: NDArray[np.float64]
    first_years: NDArray[np.int16]
    evidence_counts: NDArray[np.int32]
    statements: NDArray[np.int32]
    seen: NDArray[np.bool_]


def edges_of(columns: GraphColumns, as_of: int | None = None) -> Edges:
    """The graph's edges, or those it had at the end of the year ``as_of``.

    With a year, only evidence dated up to it counts and only verdicts given by then (what is undated is out), belief is
    computed from these alone, and an entity is seen once such evidence names it. A negated statement is no edge: it lowers
    the belief in its opposite, in whatever context it was said, and the strongest one does so. A statement of a thing
    about itself is no edge.

    Raises:
        UnusableColumns: for an evidence score that is no number in [0, 1].
    """
    _check_scores(columns)
    counted = slice(None) if as_of is None else (columns.evidence_year > 0) & (columns.evidence_year <= as_of)
    n_statements = len(columns.subjects)
    belief = _believe_in_turn(columns.evidence[counted], n_statements)
    spoken = slice(None) if as_of is None else (columns.verdict_year > 0) & (columns.verdict_year <= as_of)
    belief = judge(belief, columns.verdict_statement[spoken], columns.verdict_kind[spoken])
    statement, year = columns.evidence_statement[counted], columns.evidence_year[counted]
    speaks_for = ~columns.negated[statement] & (columns.evidence_score[counted] > 0.0)
    first_year = np.full(n_statements, _NEVER, dtype=np.int16)
    dated = speaks_for & (year > 0)
    np.minimum.at(first_year, statement[dated], year[dated])
    counts = np.bincount(statement[speaks_for], minlength=n_statements).astype(np.int32)
    known = _Known(belief, first_year, counts)
    # Claims differ by their predicate. One after the other they stay in the processor's cache.
    of_predicate = np.split(
        np.argsort(columns.predicates, kind="stable"), np.cumsum(np.bincount(columns.predicates))[:-1]
    )
    seen = seen_by(columns, as_of)
    parts = [_edges_among(columns, known, chosen, seen) for chosen in of_predicate if len(chosen)]
    return _joined(parts, seen)


class _Known(NamedTuple):
    """Of each statement its belief, before what says the opposite, the first year it was said and how often."""

    belief: NDArray[np.float64]
    first_year: NDArray[np.int16]
    counts: NDArray[np.int32]


def _joined(parts: Sequence[Edges], seen: NDArray[np.bool_]) -> Edges:
    if not parts:
        none, short = np.empty(0, dtype=np.int32), np.empty(0, dtype=np.int16)
        return Edges(none, none, short, np.empty(0), short, none, none, seen)
    names = [each.name for each in fields(Edges) if each.name != "seen"]
    return Edges(**{name: np.concatenate([getattr(part, name) for part in parts]) for name in names}, seen=seen)


def _edges_among(columns: GraphColumns, known: _Known, chosen: NDArray[np.int64], seen: NDArray[np.bool_]) -> Edges:
    """The edges that some statements amount to; all that make one claim must be among them."""
    subjects, objects = columns.subjects[chosen], columns.objects[chosen]
    predicates = columns.predicates[chosen]
    negated = columns.negated[chosen]
    claim = _claims(keys_of(predicates, subjects, objects, len(columns.categories)))
    n_claims = int(claim.max()) + 1
    belief = known.belief[chosen]
    belief = contradict(belief, _strongest_opposite(claim, n_claims, negated, belief))
    first_year = np.full(n_claims, _NEVER, dtype=np.int16)
    np.minimum.at(first_year, claim, known.first_year[chosen])
    first_year[first_year == _NEVER] = 0
    counts = np.zeros(n_claims, dtype=np.int32)
    np.add.at(counts, claim, known.counts[chosen])
    usable = np.flatnonzero(~negated & (belief > 0.0) & (subjects != objects))
    best = _best_of_each(claim, n_claims, usable, belief)
    best = best[best >= 0]
    turned = _SYMMETRIC[predicates[best]] & (objects[best] < subjects[best])
    return Edges(
        subjects=np.where(turned, objects[best], subjects[best]),
        objects=np.where(turned, subjects[best], objects[best]),
        predicates=predicates[best],
        beliefs=belief[best],
        first_years=first_year[claim[best]],
        evidence_counts=counts[claim[best]],
        statements=chosen[best].astype(np.int32),
        seen=seen,
    )


def _check_scores(columns: GraphColumns) -> None:
    score = columns.evidence_score
    wrong = np.flatnonzero(~((score >= 0.0) & (score <= 1.0)))
    if len(wrong):
        statement = columns.statement_ids[int(columns.evidence_statement[wrong[0]])]
        raise UnusableColumns(
            f"evidence of statement {statement} has score {score[wrong[0]]}, which is no probability "
            f"({len(wrong)} such): correct it at its source and ingest that again"
        )


def _believe_in_turn(evidence: EvidenceArrays, n_statements: int) -> NDArray[np.float64]:
    """As ``believe``, of evidence sorted by statement: a part at a time, which stays in the processor's cache."""
    belief = np.zeros(n_statements)
    firsts = np.arange(0, n_statements, AT_A_TIME, dtype=evidence.statement.dtype)
    bounds = [*np.searchsorted(evidence.statement, firsts).tolist(), len(evidence.statement)]
    for first, (low, high) in zip(firsts.tolist(), pairwise(bounds), strict=True):
        part = evidence[low:high]
        belief[first : first + AT_A_TIME] = believe(
            replace(part, statement=part.statement - first), min(AT_A_TIME, n_statements - first)
        )
    return belief


def _claims(keys: NDArray[np.int64]) -> NDArray[np.int32]:
    """The number of each statement's claim (subject, predicate, object, whatever the context or negation)."""
    order = np.argsort(keys)
    starts = np.ones(len(keys), dtype=np.bool_)
    starts[1:] = keys[order[1:]] != keys[order[:-1]]
    claim = np.empty(len(keys), dtype=np.int32)
    claim[order] = np.cumsum(starts) - 1
    return claim


def claim_keys(columns: GraphColumns) -> NDArray[np.int64]:
    """A number for each statement that those of the same subject, predicate and object share."""
    return keys_of(columns.predicates, columns.subjects, columns.objects, len(columns.categories))


def keys_of(
    predicates: NDArray[np.int16], subjects: NDArray[np.int32], objects: NDArray[np.int32], n_entities: int
) -> NDArray[np.int64]:
    """As ``claim_keys``, of any ends; those of a symmetric predicate may be exchanged."""
    turned = _SYMMETRIC[predicates] & (objects < subjects)
    first, second = np.where(turned, objects, subjects), np.where(turned, subjects, objects)
    n = np.int64(max(n_entities, 1))
    return (predicates.astype(np.int64) * n + first) * n + second


def _best_of_each(
    claim: NDArray[np.int32], n_claims: int, among: NDArray[np.int64], belief: NDArray[np.float64]
) -> NDArray[np.int64]:
    """Shape (n_claims,): the best believed statement of each claim, the first of equals; -1 where there is none."""
    best = np.full(n_claims, -1, dtype=np.int64)
    best[claim[among]] = among
    several = np.bincount(claim[among], minlength=n_claims)[claim[among]] > 1
    among = among[several]
    ascending = among[np.lexsort((-among, belief[among]))]
    best[claim[ascending]] = ascending  # the last one written stays
    return best


def _strongest_opposite(
    claim: NDArray[np.int32], n_claims: int, negated: NDArray[np.bool_], belief: NDArray[np.float64]
) -> NDArray[np.int64]:
    """Shape (n_statements,): the statement that most strongly says the opposite, -1 where nobody does."""
    if not negated.any():
        return np.full(len(claim), -1, dtype=np.int64)
    denied = _best_of_each(claim, n_claims, np.flatnonzero(negated), belief)
    affirmed = _best_of_each(claim, n_claims, np.flatnonzero(~negated), belief)
    return np.where(negated, affirmed[claim], denied[claim])


def seen_by(columns: GraphColumns, as_of: int | None) -> NDArray[np.bool_]:
    """Shape (n_entities,): whether evidence of that year or an earlier one names the entity; without a year all are seen."""
    if as_of is None:
        return np.ones(len(columns.categories), dtype=np.bool_)
    statement = columns.evidence_statement[(columns.evidence_year > 0) & (columns.evidence_year <= as_of)]
    seen = np.zeros(len(columns.categories), dtype=np.bool_)
    seen[columns.subjects[statement]] = True
    seen[columns.objects[statement]] = True
    return seen
