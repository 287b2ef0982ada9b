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
    evidence is dated) and ``statements``, the best believed statement of those that differ only in context.
    ``seen``, of shape (n_entities,), is whether an entity was known by then.
    """

    subjects: NDArray[np.int32]
    objects: NDArray[np.int32]
    predicates: NDArray[np.int16]
    beliefs: NDArray[np.float64]
    first_years: NDArray[np.int16]
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
    first_year = np.full(n_claims, _NEVER, dtype=np.int16)
    dated = (year > 0) & ~columns.negated[statement]
    np.minimum.at(first_year, claim[statement[dated]], year[dated])
    first_year[first_year == _NEVER] = 0

    usable = np.flatnonzero(~columns.negated & (belief > 0.0) & (columns.subjects != columns.objects))
    best = _best_of_each(claim, n_claims, usable, belief)
    best = best[best >= 0]
    first, second = _ends(columns)
    return Edges(
        subjects=first[best],
        objects=second[best],
        predicates=columns.predicates[best],
        beliefs=belief[best],
        first_years=first_year[claim[best]],
        statements=best.astype(np.int32),
        seen=_seen(columns, statement, as_of),
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


def _ends(columns: GraphColumns) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """Subjects and objects; of a symmetric predicate the smaller index first."""
    turned = _SYMMETRIC[columns.predicates] & (columns.objects < columns.subjects)
    return (
        np.where(turned, columns.objects, columns.subjects).astype(np.int32),
        np.where(turned, columns.subjects, columns.objects).astype(np.int32),
    )


def _claims(columns: GraphColumns) -> tuple[NDArray[np.int64], int]:
    """The number of each statement's claim (subject, predicate, object, whatever the context or negation)."""
    first, second = _ends(columns)
    n_entities = np.int64(max(len(columns.categories), 1))
    key = (columns.predicates.astype(np.int64) * n_entities + first) * n_entities + second
    distinct, claim = np.unique(key, return_inverse=True)
    return claim, len(distinct)


def _best_of_each(
    claim: NDArray[np.int64], n_claims: int, among: NDArray[np.int64], belief: NDArray[np.float64]
) -> NDArray[np.int64]:
    """Shape (n_claims,): the best believed statement of each claim, the first of equals; -1 where there is none."""
    best = np.full(n_claims, -1, dtype=np.int64)
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


def _seen(columns: GraphColumns, statement: NDArray[np.int32], as_of: int | None) -> NDArray[np.bool_]:
    if as_of is None:
        return np.ones(len(columns.categories), dtype=np.bool_)
    seen = np.zeros(len(columns.categories), dtype=np.bool_)
    seen[columns.subjects[statement]] = True
    seen[columns.objects[statement]] = True
    return seen
