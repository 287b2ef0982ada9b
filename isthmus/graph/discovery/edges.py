"""What the statements of a graph amount to, as edges: one per subject, predicate and object, each with its belief."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from isthmus.errors import IsthmusError
from isthmus.graph.belief import believe, contradict
from isthmus.graph.stores.protocol import GraphColumns
from isthmus.graph.vocabulary import Predicate

_SYMMETRIC = np.array([predicate.symmetric for predicate in Predicate])
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

    With a year, only evidence dated up to it counts (undated evidence is out), belief is computed from that alone, and
    an entity is seen once such evidence names it. A negated statement is no edge: it lowers the belief in its opposite,
    in whatever context it was said, and the strongest one does so. A statement of a thing about itself is no edge.

    Raises:
        UnusableColumns: for an evidence score that is no number in [0, 1].
    """
    _check_scores(columns)
    counted = slice(None) if as_of is None else (columns.evidence_year > 0) & (columns.evidence_year <= as_of)
    statement = columns.evidence_statement[counted]
    n_statements = len(columns.subjects)
    belief = believe(columns.evidence[counted], n_statements)
    claim, n_claims = _claims(columns)
    belief = contradict(belief, _strongest_opposite(claim, n_claims, columns.negated, belief))

    year = columns.evidence_year[counted]
    speaks_for = ~columns.negated[statement] & (columns.evidence_score[counted] > 0.0)
    first_year = np.full(n_claims, _NEVER, dtype=np.int16)
    dated = speaks_for & (year > 0)
    np.minimum.at(first_year, claim[statement[dated]], year[dated])
    first_year[first_year == _NEVER] = 0
    counts = np.bincount(claim[statement[speaks_for]], minlength=n_claims).astype(np.int32)

    usable = np.flatnonzero(~columns.negated & (belief > 0.0) & (columns.subjects != columns.objects))
    best = _best_of_each(claim, n_claims, usable, belief)
    best = best[best >= 0]
    subjects, objects, predicates = columns.subjects[best], columns.objects[best], columns.predicates[best]
    turned = _SYMMETRIC[predicates] & (objects < subjects)
    return Edges(
        subjects=np.where(turned, objects, subjects),
        objects=np.where(turned, subjects, objects),
        predicates=predicates,
        beliefs=belief[best],
        first_years=first_year[claim[best]],
        evidence_counts=counts[claim[best]],
        statements=best.astype(np.int32),
        seen=seen_by(columns, as_of),
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


def _claims(columns: GraphColumns) -> tuple[NDArray[np.int64], int]:
    """The number of each statement's claim (subject, predicate, object, whatever the context or negation)."""
    distinct, claim = np.unique(claim_keys(columns), return_inverse=True)
    return claim, len(distinct)


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
    claim: NDArray[np.int64], n_claims: int, among: NDArray[np.int64], belief: NDArray[np.float64]
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
    claim: NDArray[np.int64], n_claims: int, negated: NDArray[np.bool_], belief: NDArray[np.float64]
) -> NDArray[np.int64]:
    """Shape (n_statements,): the statement that most strongly says the opposite, -1 where nobody does."""
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
