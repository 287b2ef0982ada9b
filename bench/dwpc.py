"""How fast the paths of a metapath from one node to all are counted, against hetmatpy, in the same run.

    python -m bench.dwpc [--scale 1.0] [--sources 50]

The made-up graph of ``bench.full_size``, every belief 1. hetmatpy 0.1 only ever counts from all nodes at once; it has
its matrices in memory, not on disk, and the setting that its authors found best (``dense_threshold=0.7``). Ours is the
median over sources drawn at random among those with edges, everything warm; ``ours_first_ms`` is the first question.
Prints one JSON document: for each metapath seconds and milliseconds, their ratio, and by how much the two differ at
most (where no path leads ours is 0, hetmatpy may leave what rounding left). ``ratio_cpu`` is that of processor time, which a busy machine does not
change (with one thread: OMP_NUM_THREADS=1).
"""

from __future__ import annotations

import argparse
import json
import tempfile
import time
import warnings
from pathlib import Path

import numpy as np
from hetmatpy.hetmat import HetMat
from hetnetpy.hetnet import MetaGraph
from scipy.sparse import csc_matrix

from bench.full_size import full_size_columns
from isthmus.graph.discovery.memory.snapshot import Snapshot
from isthmus.graph.discovery.walks.dwpc import degree_weighted_path_count
from isthmus.graph.discovery.walks.metapaths import Hop, Metapath
from isthmus.graph.vocabulary import Category, Predicate

C, G, D = Category.CHEMICAL_ENTITY, Category.GENE, Category.DISEASE
A, P, B = Category.ANATOMICAL_ENTITY, Category.PATHWAY, Category.BIOLOGICAL_PROCESS
BINDS = Hop(Predicate.BINDS, True, C, G)
TREATS = Hop(Predicate.TREATS, True, C, D)
AMELIORATES = Hop(Predicate.AMELIORATES, True, C, D)
ASSOCIATED = Hop(Predicate.GENE_ASSOCIATED_WITH_CONDITION, True, G, D)
INTERACTS = Hop(Predicate.INTERACTS_WITH, True, G, G)
LOCATED = Hop(Predicate.LOCATED_IN, True, D, A)
ALIKE = Hop(Predicate.SIMILAR_TO, True, D, D)
IN_PATHWAY = Hop(Predicate.PARTICIPATES_IN, True, G, P)
IN_PROCESS = Hop(Predicate.PARTICIPATES_IN, True, G, B)
EXPRESSED = Hop(Predicate.EXPRESSED_IN, True, G, A)

METAPATHS = (
    ("2 hops", (BINDS, ASSOCIATED)),
    ("3 hops, AA within", (BINDS, INTERACTS, ASSOCIATED)),
    ("3 hops, BAAB", (ASSOCIATED.reversed, INTERACTS, ASSOCIATED)),
    ("3 hops, BAAB, few nodes", (TREATS, ALIKE, TREATS.reversed)),
    ("3 hops, BABA", (ASSOCIATED.reversed, ASSOCIATED, ASSOCIATED.reversed)),
    ("3 hops, BABA, few nodes", (TREATS, TREATS.reversed, TREATS)),
    ("4 hops, AXA within", (BINDS, IN_PATHWAY, IN_PATHWAY.reversed, ASSOCIATED)),
    ("4 hops, BAXAB", (ASSOCIATED.reversed, IN_PROCESS, IN_PROCESS.reversed, ASSOCIATED)),
    ("4 hops, BAXBA", (TREATS, ASSOCIATED.reversed, BINDS.reversed, AMELIORATES)),
    ("4 hops, disjoint", (BINDS, EXPRESSED, LOCATED.reversed, ALIKE)),
)


class InMemory(HetMat):  # type: ignore[misc]
    """A hetmat whose matrices are a snapshot's layers."""

    def __init__(self, snapshot: Snapshot, directory: Path) -> None:
        super().__init__(directory, initialize=True)
        self.snapshot = snapshot
        hops = [hop for hop in snapshot.layers if hop.forward and not (hop.predicate.symmetric and hop > hop.reversed)]
        edges, short = [], {kind.value: chr(65 + number) * 2 for number, kind in enumerate(snapshot.members)}
        for hop in sorted(hops):
            directed = hop.source is hop.target and not hop.predicate.symmetric
            edges.append((hop.source.value, hop.target.value, hop.predicate.value, "forward" if directed else "both"))
        short |= {
            predicate: chr(97 + number) * 2 for number, predicate in enumerate(sorted({edge[2] for edge in edges}))
        }
        self.metagraph = MetaGraph.from_edge_tuples(edges, short)
        self.matrices = {
            (hop.source.value, hop.target.value, hop.predicate.value): csc_matrix(layer.beliefs)
            for hop, layer in snapshot.layers.items()
            if not (hop.source is hop.target and not hop.forward)
        }
        self.names = {kind.value: nodes.tolist() for kind, nodes in snapshot.members.items()}

    def get_node_identifiers(self, metanode: object) -> list[int]:
        return self.names[self.metagraph.get_metanode(metanode).identifier]

    def metaedge_to_adjacency_matrix(
        self, metaedge: object, dtype: object = None, dense_threshold: float | None = None, file_formats: object = None
    ) -> tuple[list[int], list[int], object]:
        edge = self.metagraph.get_metaedge(metaedge)
        matrix = self.matrices[edge.source.identifier, edge.target.identifier, edge.kind].copy()
        if dense_threshold is not None and matrix.nnz / np.prod(matrix.shape) > dense_threshold:
            matrix = matrix.toarray()
        if dtype is not None:
            matrix = matrix.astype(dtype)
        return self.get_node_identifiers(edge.source), self.get_node_identifiers(edge.target), matrix

    def metapath(self, hops: tuple[Hop, ...]) -> object:
        edges = [(hop.source.value, hop.target.value, hop.predicate.value, "both") for hop in hops]
        return self.metagraph.get_metapath(tuple(self.metagraph.get_edge(edge) for edge in edges))


def compared(snapshot: Snapshot, hetmat: InMemory, hops: tuple[Hop, ...], n_sources: int) -> dict[str, object]:
    """The figures of one metapath."""
    from hetmatpy.degree_weight import dwpc

    started, used = time.perf_counter(), time.process_time()
    _, _, theirs = dwpc(hetmat, hetmat.metapath(hops), damping=0.5, dense_threshold=0.7)
    seconds, used = time.perf_counter() - started, time.process_time() - used
    theirs = theirs.tocsr() if hasattr(theirs, "tocsr") else theirs
    degrees = snapshot.layers[hops[0]].source_degrees
    places = np.random.default_rng(0).permutation(np.flatnonzero(degrees))[:n_sources]
    taken, cpu, difference = [], [], 0.0
    metapath = Metapath(hops)
    for place in places.tolist():
        node = int(snapshot.members[hops[0].source][place])
        started, ours_used = time.perf_counter(), time.process_time()
        ours = degree_weighted_path_count(snapshot, node, metapath)
        taken.append(time.perf_counter() - started)
        cpu.append(time.process_time() - ours_used)
        row = theirs[[place]].toarray()[0] if hasattr(theirs, "toarray") else theirs[place].copy()
        if hops[0].source is hops[-1].target:
            row[place] = 0.0
        difference = max(difference, float(np.abs(ours - row).max()))
    ours_ms = 1000 * float(np.median(taken[1:] or taken))
    return {
        "metapath": metapath.text,
        "hetmatpy_s": round(seconds, 3),
        "ours_ms": round(ours_ms, 3),
        "ours_first_ms": round(1000 * taken[0], 1),
        "ratio": round(1000 * seconds / ours_ms, 1),
        "ratio_cpu": round(used / float(np.median(cpu[1:] or cpu)), 1),
        "largest_difference": float(f"{difference:.2g}"),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--scale", type=float, default=1.0)
    parser.add_argument("--sources", type=int, default=50)
    arguments = parser.parse_args()
    warnings.simplefilter("ignore")  # hetnetpy 0.3 calls what newer libraries deprecate
    snapshot = Snapshot.from_columns(full_size_columns(scale=arguments.scale, certain=True))
    with tempfile.TemporaryDirectory() as folder:
        hetmat = InMemory(snapshot, Path(folder))
        figures = {shape: compared(snapshot, hetmat, hops, arguments.sources) for shape, hops in METAPATHS}
    ratios = [figure["ratio"] for figure in figures.values()]
    least = {"least_ratio": min(ratios), "least_ratio_cpu": min(figure["ratio_cpu"] for figure in figures.values())}  # type: ignore[type-var]
    print(json.dumps({"edges": snapshot.n_edges, **least, "metapaths": figures}, indent=2))  # type: ignore[type-var]


if __name__ == "__main__":
    main()
