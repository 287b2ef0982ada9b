"""How much a verdict on a statement is expected to tell, and how much of what the graph answers leans on that statement.

*Information*, in bits: what a verdict by somebody who is right with probability ``a`` (``RIGHT``) tells of a statement that is
true with probability ``b``. It is the mutual information of a binary symmetric channel (Shannon 1948),

    I(b) = h(b·a + (1 - b)·(1 - a)) - h(a),    h(p) = -p·log2 p - (1 - p)·log2(1 - p)

0 where the graph is sure already, .71 at an even chance. A verdict moves belief away from the middle, so what was judged once
is worth less after it; two who contradict each other leave belief where it was, and the statement as worth asking about.

*Lean*: the degree-weighted paths of two and three statements that go through it, were it certain. A hop between two nodes
weighs ``w_uv = Σ belief · (d_u·d_v)^-δ``, over all statements between them, with d the statements of a node: as in a path count
(Himmelstein et al. 2017, eLife 6:e26726, equation 1), but with the degrees over all predicates. Then

    lean(s: u -> v) = (d_u·d_v)^-δ · Σ_{1 <= k + r <= 2} c^(k + r) · A_k(u | v) · F_r(v | u)

summed over both directions. ``F_r(v | u)`` are the paths of r hops from v on that do not pass u, ``A_k(u | v)`` those of k hops
from where an answer is asked for to u that do not pass v: from every node, or from the one that was asked about. c is the
discount that a path pays for each hop more (``routes``), δ is ``DAMPING``. A hub's statement is one of many, which the weights
make up for. Hops to a parent or lookalike are not walked: nobody has to look at these.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from isthmus.graph.belief import CURATOR_ODDS
from isthmus.graph.discovery.memory.snapshot import Snapshot
from isthmus.graph.discovery.walks.metapaths import TRIVIAL
from isthmus.graph.discovery.walks.routes import LENGTH_DISCOUNT

# That of Rephetio's path counts. With .5 a node's only statement leads, with .25 those of hubs do; in between the
# fifth that leads changes more answers than others do (``python -m bench.review``).
DAMPING = 0.4
RIGHT = CURATOR_ODDS / (CURATOR_ODDS + 1.0)  # of the verdicts of a careful curator: 19 of 20

Floats = NDArray[np.float64]


def information(belief: Floats) -> Floats:
    """What a verdict is expected to tell of statements of these beliefs (in [0, 1]): bits, same shape, in [0, .714].

    >>> information(np.array([0.0, 0.5, 0.9])).round(3).tolist()
    [0.0, 0.714, 0.298]
    """
    said_right = belief * RIGHT + (1.0 - belief) * (1.0 - RIGHT)
    told: Floats = _entropy(said_right) - _entropy(np.array(RIGHT))
    return np.maximum(told, 0.0)


def _entropy(probability: Floats) -> Floats:
    """Of a yes or no with this probability, in bits."""
    inside = np.clip(probability, 1e-300, 1.0)
    outside = np.clip(1.0 - probability, 1e-300, 1.0)
    bits: Floats = -probability * np.log2(inside) - (1.0 - probability) * np.log2(outside)
    return bits


def lean(snapshot: Snapshot, source: int | None = None) -> Floats:
    """How much leans on each statement, shape (n_statements,) over ``snapshot.statement_ids``, >= 0.

    0 for statements that no edge stands on (denied ones, and those that say the same in another context) and for trivial
    ones; with ``source`` (number of a node), which asks for the answers for it, also for those that no path of two or three
    statements from it goes through.
    """
    pairs = _pairs(snapshot)
    leaving = _beside(pairs, np.ones(snapshot.n_nodes))
    arriving = leaving if source is None else _beside(pairs, 1.0 * (np.arange(snapshot.n_nodes) == source))
    through = np.zeros(len(pairs.rows))
    for before, after in ((0, 1), (1, 0), (0, 2), (1, 1), (2, 0)):
        through += LENGTH_DISCOUNT ** (before + after) * arriving[before] * leaving[after][pairs.turned]
    through += through[pairs.turned]
    through *= pairs.damping
    leans = np.zeros(len(snapshot.statement_ids))
    leans[pairs.statement] = through[pairs.pair]
    return leans


@dataclass(frozen=True, eq=False, slots=True)
class _Pairs:
    """Pairs of nodes that statements join, from each of their two ends.

    ``rows``, ``columns``, ``damping`` ((d_u·d_v)^-δ) and ``turned`` (the place of the same pair from its other end) are of
    shape (n_pairs,), ``weights`` is (n_nodes, n_nodes) with the w of the module at their places. Each ``statement`` is of a
    ``pair``.
    """

    rows: NDArray[np.int64]
    columns: NDArray[np.int64]
    damping: Floats
    turned: NDArray[np.int64]
    weights: csr_array[np.float64, tuple[int, int]]
    statement: NDArray[np.int32]
    pair: NDArray[np.int64]


def _pairs(snapshot: Snapshot) -> _Pairs:
    n = snapshot.n_nodes
    keys, beliefs, statements = [np.empty(0, dtype=np.int64)], [np.empty(0)], [np.empty(0, dtype=np.int32)]
    for hop, layer in snapshot.layers.items():
        if hop.predicate not in TRIVIAL:
            rows = np.repeat(snapshot.members[hop.source], layer.source_degrees).astype(np.int64)
            keys.append(rows * n + snapshot.members[hop.target][layer.beliefs.indices])
            beliefs.append(layer.beliefs.data)
            statements.append(layer.statements)
    distinct, pair = np.unique(np.concatenate(keys), return_inverse=True)
    rows, columns = np.divmod(distinct, n)
    degrees = np.bincount(rows[pair], minlength=n).astype(np.float64)
    damping = (degrees[rows] * degrees[columns]) ** -DAMPING
    values = np.bincount(pair, weights=np.concatenate(beliefs), minlength=len(distinct)) * damping
    return _Pairs(
        rows=rows,
        columns=columns,
        damping=damping,
        turned=np.searchsorted(distinct, columns * n + rows),
        weights=csr_array((values, (rows, columns)), shape=(n, n)),
        statement=np.concatenate(statements),
        pair=pair,
    )


def _beside(pairs: _Pairs, start: Floats) -> list[Floats]:
    """Of each pair (u, v) the paths of 0, 1 and 2 hops from ``start``, shape (n_nodes,), that arrive at u and do not pass v.

    One that starts at v and comes to u by way of a third is counted: to find these takes longer than all the rest.
    """
    u, v, between = pairs.rows, pairs.columns, pairs.weights.data
    once = cast("Floats", pairs.weights @ start)
    turning = pairs.weights.power(2).sum(axis=1) * start  # walks from u and back
    twice = cast("Floats", pairs.weights @ once) - turning
    # Those by way of v go; the one of them that turned back to u has gone already.
    by_way = between * once[v] - between**2 * start[u]
    found = [start[u], once[u] - between * start[v], twice[u] - by_way]
    return [np.maximum(each, 0.0) for each in found]  # rounding leaves less than nothing
