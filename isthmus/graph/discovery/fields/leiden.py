"""The Leiden algorithm without chance: the same graph falls into the same communities, whatever ran before.

scikit-network does the work. Its refinement, in which nodes of one community are put together anew from single nodes,
chooses among all moves that help by the C library's ``rand``, which no argument seeds. Here the best move is taken, the
limit of the original for no randomness (Traag et al. 2019, doi:10.1038/s41598-019-41695-z, θ -> 0).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import connected_components
from sknetwork.clustering import Leiden

if TYPE_CHECKING:
    from isthmus.graph.discovery.memory.layers import Weights

Labels = NDArray[np.int64]


class _Greedy(Leiden):  # type: ignore[misc]
    def _optimize_refine(
        self,
        labels: Labels,
        labels_refined: Labels,
        adjacency: csr_matrix[np.float64],
        out_weights: NDArray[np.float64],
        in_weights: NDArray[np.float64],
    ) -> Labels:
        """Local moves among single nodes over the edges inside communities alone: none can leave its community."""
        refined: Labels = self._optimize(labels_refined, _inside(adjacency, labels), out_weights, in_weights)[0]
        return refined


def leiden(graph: Weights, resolution: float = 1.0) -> Labels:
    """Shape (n,): the community of each node of a symmetric graph with weights >= 0, each connected in itself.

    Args:
        graph: shape (n, n), with at least one edge.
        resolution: weight of the null in the modularity; above 1 for more and smaller communities.
    """
    # The compiled core takes indices of 32 bits only.
    adjacency = csr_matrix((graph.data, graph.indices.astype(np.int32), graph.indptr.astype(np.int32)), graph.shape)
    found = _Greedy(resolution=resolution, return_probs=False, return_aggregate=False).fit_predict(adjacency)
    return connected_components(_inside(adjacency, np.asarray(found)), directed=False)[1].astype(np.int64)


def _inside(adjacency: csr_matrix[np.float64], labels: Labels) -> csr_matrix[np.float64]:
    """The edges that do not lead from one community to another."""
    rows = np.repeat(labels, np.diff(adjacency.indptr))
    kept = rows == labels[adjacency.indices]
    starts = np.concatenate(([0], np.cumsum(kept)))[adjacency.indptr].astype(np.int32)
    return csr_matrix((adjacency.data[kept], adjacency.indices[kept], starts), shape=adjacency.shape)
