"""What a ranking must be better than: the scorers that are known to be hard to beat, each in a few lines.

All score pairs of nodes of a snapshot from what was there by its year, higher where a link is likelier.

    degree product           d_a d_c, over links to different nodes
    recency-weighted degree  r_a r_c, where a link counts 2 ** (-years since its first evidence / 3)
    common neighbours        |N_a ∩ N_c|
    Adamic-Adar              Σ over common neighbours of 1 / log d
    Jaccard min-sum          Σ over bridges of the smaller Jaccard of the two legs, by documents (``comention``)
    NPMI max-sum             Σ over bridges of the larger NPMI of the two legs, by documents
    plain DWPC               degree-weighted walks of two and of three links, predicates and beliefs left out
    low-rank factorisation   the pair's entry in the adjacency of rank ``RANK`` nearest to the true one (degrees damped)
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from isthmus.graph.discovery.co_mention.bridges import abc_measures
from isthmus.graph.discovery.co_mention.counts import CoMentions
from isthmus.graph.discovery.memory.snapshot import Snapshot
from isthmus.graph.discovery.ranking.features import Step, walks_between
from isthmus.graph.discovery.ranking.pair_graph import PairGraph
from isthmus.graph.stores.columns import MentionColumns

if TYPE_CHECKING:
    from typing import TypeAlias

    Sparse: TypeAlias = csr_array[np.float64, tuple[int, int]]

RANK = 32
HALF_LIFE = 3.0  # years

Floats = NDArray[np.float64]
Places = NDArray[np.int64]

BASELINES = (
    "degree product",
    "recency-weighted degree",
    "common neighbours",
    "Adamic-Adar",
    "Jaccard min-sum",
    "NPMI max-sum",
    "plain DWPC",
    "low-rank factorisation",
)


def baseline_scores(
    snapshot: Snapshot, left: Places, right: Places, mentions: MentionColumns | None = None
) -> Mapping[str, Floats]:
    """The scores of each pair by each of ``BASELINES``, shape (n_pairs,)."""
    graph = PairGraph.of(snapshot)
    degrees = graph.degrees.astype(np.float64)
    recent = _recent_degrees(graph)
    co = CoMentions.of(snapshot.columns, mentions, snapshot.as_of)
    log_degrees = np.log(np.maximum(degrees, 2.0))
    return {
        "degree product": degrees[left] * degrees[right],
        "recency-weighted degree": recent[left] * recent[right],
        "common neighbours": walks_between(Step.along(_plain(graph, np.ones(len(degrees)))), left, right),
        "Adamic-Adar": walks_between(Step.along(_plain(graph, log_degrees**-0.5)), left, right),
        "Jaccard min-sum": abc_measures(co, left, right, leg="jaccard")["min_sum"],
        "NPMI max-sum": abc_measures(co, left, right, leg="npmi")["max_sum"],
        "plain DWPC": walks_between(Step.along(graph.plain), left, right, thrice=True),
        "low-rank factorisation": _low_rank(graph, left, right),
    }


def _recent_degrees(graph: PairGraph) -> Floats:
    now = graph.snapshot.as_of or int(graph.first_years.max(initial=0))
    age = np.where(graph.first_years > 0, now - graph.first_years, np.inf)
    return np.bincount(graph.sources, weights=0.5 ** (age / HALF_LIFE), minlength=graph.snapshot.n_nodes).astype(
        np.float64
    )


def _plain(graph: PairGraph, weights: Floats) -> Sparse:
    """The adjacency with each link weighed by that of the node it leads to, so that a bridge's weight comes squared."""
    n = graph.snapshot.n_nodes
    return csr_array((weights[graph.targets], (graph.sources, graph.targets)), shape=(n, n))


def _low_rank(graph: PairGraph, left: Places, right: Places) -> Floats:
    """By a randomised eigendecomposition (Halko et al. 2011, algorithm 4.4) of the symmetric adjacency."""
    live = np.flatnonzero(graph.degrees > 0)
    if len(live) == 0:
        return np.zeros(len(left))
    matrix = graph.plain[live][:, live]
    basis = np.random.default_rng(0).standard_normal((len(live), min(RANK + 10, len(live))))
    for _ in range(6):
        basis, _ = np.linalg.qr(np.asarray(matrix @ basis))
    values, vectors = np.linalg.eigh(basis.T @ np.asarray(matrix @ basis))
    largest = np.argsort(-np.abs(values))[:RANK]
    nodes = np.zeros((graph.snapshot.n_nodes, len(largest)))
    nodes[live] = basis @ vectors[:, largest]
    found: Floats = np.einsum("ij,ij->i", nodes[left] * values[largest], nodes[right])
    return found
