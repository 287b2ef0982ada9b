"""What a snapshot tells of a pair of nodes, as numbers: the features that ``fusion`` makes a score of.

All are >= 0, the same from either end, and higher where a link is likelier. N is the adjacency of the graph weighed by belief,
with both ends' degrees taken out, ``N[a, c] = belief / sqrt(d_a d_c)``: a hub cannot win by being one. In the same way
S joins what one sentence names, and D what one document gives evidence of, each sentence (document) and each entity
weighed down by how many it joins.

    paths                   Σ_m weight(m) DWPC_m / typical(m) (``routes``); N² + N³ where metapaths are too many to be told apart
    shared neighbours       N² with all beliefs 1
    named together          S[a, c]; the name of an entity counts as a sentence about it
    named nearby            S²[a, c]
    shared documents        D²[a, c]
    text affinity           cosine of the LSA of names and sentences (``affinity``), those that name the entity included
    topic affinity          the same in its first ``TOPICS`` dimensions
    affinity of neighbours  Σ_b N[a, b] cos(b, c), both ways, what is joined to one being like the other
    embedding               cosine in the first singular vectors of N + S
    recency                 Σ_ends 1 / (1 + years since the last new partner)
    independence            N² over statements that two papers or more of different groups support
    modalities              N² over statements that two modalities or more support
    sign consistency        |N²| with signs: paths that push the same way add up, others cancel

A direct statement between the two is none of them, but what follows from it (they share documents) is.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, cast

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from isthmus.graph.discovery.chance.null_counts import CountsBetween, Ends
from isthmus.graph.discovery.memory.snapshot import Snapshot
from isthmus.graph.discovery.ranking.affinity import TextAffinity
from isthmus.graph.discovery.ranking.named import Named
from isthmus.graph.discovery.ranking.pair_graph import PairGraph
from isthmus.graph.discovery.ranking.projection import Projection, unit_rows
from isthmus.graph.discovery.walks.dwpc import DAMPING, path_counts
from isthmus.graph.discovery.walks.metapaths import Metapath
from isthmus.graph.discovery.walks.routes import Routes, routes_between
from isthmus.graph.vocabulary import Category
from isthmus.steps import checkpoint

if TYPE_CHECKING:
    from typing import TypeAlias

    Sparse: TypeAlias = csr_array[np.float64, tuple[int, int]]

FEATURES = (
    "paths",
    "shared neighbours",
    "named together",
    "named nearby",
    "shared documents",
    "text affinity",
    "topic affinity",
    "affinity of neighbours",
    "embedding",
    "recency",
    "independence",
    "modalities",
    "sign consistency",
)
MOST_LAYERS = 100  # hops; a schema of more (BEL) has thousands of metapaths, each walked by hardly anything
LONGEST_LIST = 200  # entities: a document or sentence that names more of them joins none
TOPICS = 48
DIMENSIONS = 32
MOST_EMBEDDED = 500_000  # edges; of a larger graph no embedding is made
_ROUNDING = 1e-6  # of products of vectors in single precision
_WALKING = "walking from one end of the pairs to the other"
_AT_ONCE = 128  # sources whose sparse rows are in memory together
_BETWEEN = 32  # nodes whose walks to all others are in memory together

Floats = NDArray[np.float64]
Places = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Features:
    """The features of one snapshot, what they have in common worked out once.

    ``named`` are the sentences of the graph (whatever the year: what is later than the snapshot is left out here);
    without it nothing is known from text. ``max_hops``, 1 to 4, is for typed paths. ``whole`` are the features of the
    graph of which this one is a counterfactual: the spaces of text and embedding stay as they were fitted to that.
    """

    snapshot: Snapshot
    named: Named | None = None
    max_hops: int = 3
    whole: Features | None = None

    def of_pairs(self, left: Places, right: Places, *, metapaths: bool = True) -> Floats:
        """Shape (n_pairs, len(FEATURES)), the features of each pair of nodes.

        Without ``metapaths`` typed paths, by far the dearest, are left at 0.
        """
        found = np.zeros((len(left), len(FEATURES)))
        if len(left) == 0:
            return found
        for name, step in self._steps.items():
            found[:, FEATURES.index(name)] = walks_between(step, left, right, thrice=name == "paths")
        if self.typed and metapaths:
            found[:, FEATURES.index("paths")] = self._typed_of_pairs(left, right)
        if self._sentences is not None:
            for some, rows, ends in _blocks(left):
                once = self._sentences.rows(ends)
                found[some, FEATURES.index("named together")] = _dots(once, rows, None, right[some])
        for name, first, second in self._vectors:
            values = np.einsum("ij,ij->i", first[left], second[right]).astype(np.float64)
            if first is not second:
                values += np.einsum("ij,ij->i", second[left], first[right])
            found[:, FEATURES.index(name)] = np.where(values > _ROUNDING, values, 0.0)
        found[:, FEATURES.index("sign consistency")] = np.abs(found[:, FEATURES.index("sign consistency")])
        found[:, FEATURES.index("recency")] = self._recency[left] + self._recency[right]
        found[left == right] = 0.0
        return found

    def of_source(self, source: int, kinds: Collection[Category] | None = None) -> Floats:
        """Shape (n_nodes, len(FEATURES)): the features of one node with every node, in one sweep.

        Typed paths are counted to nodes of these ``kinds`` only, or to all where not given.
        """
        n = self.snapshot.n_nodes
        found = np.zeros((n, len(FEATURES)))
        for name, step in self._steps.items():
            once = step.rows(np.array([source])).toarray()[0]
            values = step.times(once)
            found[:, FEATURES.index(name)] = values + step.times(values) if name == "paths" else values
        if self.typed:
            found[:, FEATURES.index("paths")] = self._typed_of_source(source, kinds)
        if self._sentences is not None:
            found[:, FEATURES.index("named together")] = self._sentences.rows(np.array([source])).toarray()[0]
        for name, first, second in self._vectors:
            values = first @ second[source]
            if first is not second:
                values = values + second @ first[source]
            found[:, FEATURES.index(name)] = np.where(values > _ROUNDING, values, 0.0)
        found[:, FEATURES.index("sign consistency")] = np.abs(found[:, FEATURES.index("sign consistency")])
        found[:, FEATURES.index("recency")] = self._recency[source] + self._recency
        found[source] = 0.0
        return found

    @cached_property
    def typed(self) -> bool:
        """Whether paths are counted by metapath: where these are few enough to be told apart."""
        return self.whole.typed if self.whole else 0 < len(self.snapshot.layers) <= MOST_LAYERS

    @cached_property
    def graph(self) -> PairGraph:
        """The graph without predicates."""
        return PairGraph.of(self.snapshot)

    @cached_property
    def _steps(self) -> dict[str, Step]:
        graph = self.graph
        steps = {
            "shared neighbours": Step.along(graph.plain),
            "independence": Step.along(graph.only(graph.independent)),
            "modalities": Step.along(graph.only(graph.triangulated)),
            "sign consistency": Step.along(graph.signed),
        }
        if not self.typed:
            steps["paths"] = Step.along(graph.believed)
        steps["shared documents"] = Step.sharing(graph.documents)
        if self._sentences is not None:
            steps["named nearby"] = self._sentences
        return {name: step for name, step in steps.items() if step.there.nnz}

    @cached_property
    def _sentences(self) -> Step | None:
        if self.named is None:
            return None
        step = Step.sharing(self.named.incidence(self.snapshot.as_of, self.snapshot.exists))
        return step if step.there.nnz else None

    @cached_property
    def _affinity(self) -> TextAffinity | None:
        if self.named is None or self._sentences is None:
            return None
        texts = self.named.known_by(self.snapshot.as_of, self.snapshot.exists)
        if self.whole is not None and self.whole._affinity is not None:
            return self.whole._affinity.of_fewer(texts)
        return TextAffinity.of(texts, self.snapshot.as_of, self.snapshot.exists)

    @cached_property
    def _vectors(self) -> list[tuple[str, NDArray[np.float32], NDArray[np.float32]]]:
        """The features that are products of two vectors of either end: name, one and the other."""
        found = []
        if self._affinity is not None:
            whole = self._affinity.vectors
            topics = unit_rows(whole[:, :TOPICS])
            around = (self.graph.believed.astype(np.float32) @ whole).astype(np.float32)
            found += [
                ("text affinity", whole, whole),
                ("topic affinity", topics, topics),
                ("affinity of neighbours", around, whole),
            ]
        if 0 < self.graph.believed.nnz <= MOST_EMBEDDED:
            embedding = self._embedding
            found.append(("embedding", embedding, embedding))
        return found

    @cached_property
    def _embedding(self) -> NDArray[np.float32]:
        live, fitted = self.whole._embedded if self.whole is not None else self._embedded
        inner = fitted.vectors if self.whole is None else fitted.of(np.arange(len(live)), self._joined(live))
        vectors = np.zeros((self.snapshot.n_nodes, DIMENSIONS), dtype=np.float32)
        vectors[live, : inner.shape[1]] = inner
        return vectors

    @cached_property
    def _embedded(self) -> tuple[Places, Projection]:
        """The nodes that are joined to any, and the space that they lie in."""
        live = np.flatnonzero(self.snapshot.degrees > 0)
        return live, _singular(self._joined(live), DIMENSIONS)

    def _joined(self, live: Places) -> Sparse:
        """N + S among these nodes."""
        rows = self.graph.believed[live]
        if self._sentences is not None:
            rows = rows + self._sentences.rows(live)
        return rows[:, live]

    @cached_property
    def _recency(self) -> Floats:
        return 1.0 / (1.0 + self.graph.years_since)

    def _routes(self, source: Category, target: Category) -> Routes:
        return routes_between(self.snapshot, source, target, max_hops=self.max_hops)

    def _typed_of_source(self, source: int, kinds: Collection[Category] | None = None) -> Floats:
        snapshot = self.snapshot
        scores = np.zeros(snapshot.n_nodes)
        for kind in sorted(snapshot.members if kinds is None else kinds):
            routes = self._routes(snapshot.kind(source), kind).routes
            factors: dict[Metapath, float] = {
                route.metapath: route.factor
                for route in routes
                # A counterfactual may lack a layer.
                if len(route.metapath) > 1 and all(hop in snapshot.layers for hop in route.metapath.hops)
            }
            for metapath, counts in path_counts(snapshot, source, factors, DAMPING):
                scores[snapshot.members[kind]] += factors[metapath] * counts
        return scores

    def typed_between(self, left: Places, right: Places) -> Floats:
        """The feature ``paths`` of each of some nodes of one kind with each of some of another, in one go.

        Returns shape (n_left, n_right), as ``of_pairs`` has it where paths are ``typed``. What is in memory grows with
        both numbers and with those of the layers at either kind: it is meant for hundreds by thousands.
        """
        snapshot = self.snapshot
        routes = self._routes(snapshot.kind(int(left[0])), snapshot.kind(int(right[0]))).routes
        factors: dict[Metapath, float] = {r.metapath: r.factor for r in routes if len(r.metapath) > 1}
        right_ends = {
            hop: Ends.at(snapshot.layers[hop], snapshot.positions[right])
            for hop in {metapath.hops[-1].reversed for metapath in factors}
        }
        found = np.zeros((len(left), len(right)))
        for start in range(0, len(left), _BETWEEN):
            checkpoint(_WALKING, start, len(left))
            some = snapshot.positions[left[start : start + _BETWEEN]]
            left_ends = {hop: Ends.at(snapshot.layers[hop], some) for hop in {metapath.hops[0] for metapath in factors}}
            between = CountsBetween(snapshot, left_ends | right_ends, DAMPING)
            for metapath, counts in between.along(factors):
                found[start : start + _BETWEEN] += factors[metapath] * counts
        return found

    def _typed_of_pairs(self, left: Places, right: Places) -> Floats:
        if len(np.unique(right)) < len(np.unique(left)):
            left, right = right, left
        found = np.zeros(len(left))
        sources = np.unique(left).tolist()
        for number, source in enumerate(sources):
            checkpoint(_WALKING, number, len(sources))
            some = np.flatnonzero(left == source)
            kinds = {self.snapshot.kind(each) for each in right[some].tolist()}
            found[some] = self._typed_of_source(source, kinds)[right[some]]
        return found


@dataclass(frozen=True, eq=False, slots=True)
class Step:
    """A symmetric operator on nodes, as a product of two: from a node to what holds it, and back to its companions."""

    there: Sparse
    back: Sparse | None

    @classmethod
    def along(cls, matrix: Sparse) -> Step:
        """Over a symmetric matrix of shape (n_nodes, n_nodes)."""
        return cls(matrix, None)

    @classmethod
    def sharing(cls, holders: Sparse) -> Step:
        """Between nodes that one row of an incidence, shape (n_rows, n_nodes), holds; long rows are dropped.

        Rows and nodes are weighed by the root of one over how many each joins. A node is no companion of its own here
        only as ``of_pairs`` and ``of_source`` leave pairs of a node with itself out.
        """
        lengths = np.diff(holders.indptr)
        holders = holders[np.flatnonzero((lengths > 1) & (lengths <= LONGEST_LIST))]
        lengths = np.diff(holders.indptr)
        often = np.bincount(holders.indices, minlength=holders.shape[1])
        weights = np.repeat(lengths.astype(np.float64), lengths) * often[holders.indices]
        back = csr_array((weights**-0.5, holders.indices, holders.indptr), shape=holders.shape)
        return cls(back.T.tocsr(), back)

    def rows(self, nodes: NDArray[np.integer]) -> Sparse:
        """Shape (len(nodes), n_nodes)."""
        rows = self.there[nodes]
        return rows if self.back is None else rows @ self.back

    def times(self, values: Floats) -> Floats:
        """The operator on values of all nodes."""
        return cast("Floats", self.there @ (values if self.back is None else self.back @ values))


def walks_between(step: Step, left: Places, right: Places, *, thrice: bool = False) -> Floats:
    """Shape (n_pairs,): the weight of all walks of two steps (and, with ``thrice``, of three) between the two ends."""
    found = np.zeros(len(left))
    for some, rows, ends in _blocks(left):
        once = step.rows(ends)
        others, place = np.unique(right[some], return_inverse=True)
        arriving = step.rows(others)
        found[some] = _dots(once, rows, arriving, place)
        if thrice:
            twice = once @ step.there if step.back is None else (once @ step.there) @ step.back
            found[some] += _dots(twice, rows, arriving, place)
    return found


def _blocks(left: Places) -> Iterator[tuple[Places, Places, Places]]:
    """The pairs in blocks of few distinct sources: places of the pairs, row of each among the sources, the sources."""
    ends, row = np.unique(left, return_inverse=True)
    for start in range(0, len(ends), _AT_ONCE):
        checkpoint(_WALKING, start, len(ends))
        some = np.flatnonzero((row >= start) & (row < start + _AT_ONCE))
        yield some, row[some] - start, ends[start : start + _AT_ONCE]


def _dots(first: Sparse, rows: Places, second: Sparse | None, others: Places) -> Floats:
    """The product of two rows for each pair; without ``second``, single values of ``first``."""
    if second is None:
        return np.asarray(first[rows, others]).ravel().astype(np.float64)
    return np.asarray(first[rows].multiply(second[others]).sum(axis=1)).ravel()


def _singular(matrix: Sparse, rank: int) -> Projection:
    """The first left singular vectors of a symmetric matrix times the roots of their values (Halko et al. 2011)."""
    rank = min(rank, *matrix.shape)
    if rank == 0:
        none = np.zeros((matrix.shape[0], 0), dtype=np.float32)
        return Projection(matrix, none, none)
    basis = np.random.default_rng(0).standard_normal((matrix.shape[1], min(rank + 10, matrix.shape[1])))
    for number in range(4):
        checkpoint("placing the graph in few dimensions", number, 4)
        basis, _ = np.linalg.qr(np.asarray(matrix @ basis))
    left, values, right = np.linalg.svd(np.asarray(matrix @ basis).T @ basis, full_matrices=False)
    roots = np.sqrt(values[:rank])
    onto = basis @ right[:rank].T / np.maximum(roots, 1e-9)
    return Projection(matrix, onto.astype(np.float32), (basis @ left[:, :rank] * roots).astype(np.float32))
