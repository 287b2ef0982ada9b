"""Belief: the probability that a statement is true, given its evidence.

First form, without training: papers are independent, sentences of one paper are not. With ``s_d`` the best evidence
score in document ``d``, belief is the noisy-or ``1 - Π_d (1 - s_d)`` over the documents that are not retracted (the
random-error term of INDRA's belief, Gyori et al. 2017, doi:10.15252/msb.20177651), and the same of the opposite
statement lowers it: ``b · (1 - b_opposite)``. A speculated sentence counts half.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

SPECULATION_WEIGHT = 0.5


def noisy_or(
    statement: NDArray[np.integer], document: NDArray[np.integer], score: NDArray[np.float64], n_statements: int
) -> NDArray[np.float64]:
    """Belief in each statement from its own evidence alone.

    Args:
        statement: shape (n_evidence,), which statement each piece of evidence is for, in [0, n_statements).
        document: shape (n_evidence,), which document it stands in.
        score: shape (n_evidence,), in [0, 1]; speculated and retracted evidence already weighed.
        n_statements: how many statements there are.

    Returns:
        Shape (n_statements,), in [0, 1]; 0 where there is no evidence.
    """
    doubt = np.ones(n_statements)
    if len(statement) == 0:
        return doubt - 1.0
    order = np.lexsort((score, document, statement))
    statement, document, score = statement[order], document[order], score[order]
    last_of_pair = np.ones(len(order), dtype=bool)
    last_of_pair[:-1] = (statement[1:] != statement[:-1]) | (document[1:] != document[:-1])
    np.multiply.at(doubt, statement[last_of_pair], 1.0 - score[last_of_pair])
    return np.clip(1.0 - doubt, 0.0, 1.0)


def contradict(belief: NDArray[np.float64], opposite: NDArray[np.integer]) -> NDArray[np.float64]:
    """Belief after the opposite statements have spoken.

    Args:
        belief: shape (n_statements,), from ``noisy_or``.
        opposite: shape (n_statements,), the index of each statement's opposite, -1 where nobody claims it.

    Returns:
        Shape (n_statements,), ``belief * (1 - belief[opposite])``.
    """
    against = np.where(opposite >= 0, belief[opposite], 0.0)
    return belief * (1.0 - against)
