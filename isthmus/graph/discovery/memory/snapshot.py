"""The graph in memory: compressed sparse arrays, one per predicate, pair of kinds and direction."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any, Self, cast

import numpy as np
from numpy.typing import NDArray

from isthmus.errors import UsageError
from isthmus.graph.discovery.memory.claims import Claims
from isthmus.graph.discovery.memory.edges import edges_of, seen_by
from isthmus.graph.discovery.memory.layers import CATEGORIES, Layer, Nodes, layers_of, sorted_csr
from isthmus.graph.discovery.memory.patch import patch
from isthmus.graph.discovery.memory.revise import Layered, with_changes, without_evidence
from isthmus.graph.discovery.walks.metapaths import Hop
from isthmus.graph.stores.columns import GraphChanges, GraphColumns
from isthmus.graph.stores.packed import place_of
from isthmus.graph.vocabulary import Category

if TYPE_CHECKING:
    from isthmus.graph.discovery.memory.layers import Weights


class UnknownNode(UsageError):
    """An entity that the graph, or the graph as of a year, does not hold."""


@dataclass(frozen=True, slots=True)
class Node:
    """An entity as a snapshot knows it."""

    index: int
    id: str
    name: str
    category: Category


@dataclass(frozen=True, eq=False)
class Snapshot:
    """A graph that does not change, made for counting paths.

    Nodes are numbered as in ``columns``, of which it was made (those of a past year hold what came later too).
    ``exists``, of shape (n_nodes,), is False for one not yet seen in the year ``as_of``. A layer's rows and columns are
    places in ``members`` of the kinds that it joins.
    """

    columns: GraphColumns
    as_of: int | None
    nodes: Nodes
    exists: NDArray[np.bool_]
    layers: Mapping[Hop, Layer]

    @classmethod
    def from_columns(cls, columns: GraphColumns, as_of: int | None = None) -> Self:
        """The snapshot of a graph, or of what it was at the end of the year ``as_of``; see ``edges_of``.

        Raises:
            UnusableColumns: for an evidence score that is no number in [0, 1].
        """
        edges = edges_of(columns, as_of)
        nodes = Nodes.of(columns.categories)
        return cls(columns, as_of, nodes, edges.seen, layers_of(edges, nodes))

    def at(self, year: int | None) -> Snapshot:
        """The same graph as it was at the end of a year, or as it is now; made anew each time it is asked for."""
        return self if year == self.as_of else Snapshot.from_columns(self.columns, year)

    def without(self, evidence: NDArray[np.bool_]) -> Snapshot:
        """The graph if these pieces of evidence did not count, as if their papers were retracted.

        Layers that none of them is in are shared with this snapshot, and so is what was worked out of them.

        Args:
            evidence: shape (n_evidence,), over the evidence of ``columns``; pieces left out already make no difference.
        """
        columns = self.columns
        lost = np.flatnonzero(evidence & (columns.evidence_score > 0.0))
        if not len(lost):
            return self
        score = columns.evidence_score.copy()
        score[lost] = 0.0
        version = hashlib.sha256(columns.version.encode() + lost.tobytes()).hexdigest()
        left = replace(columns, evidence_score=score, version=version)
        layers = without_evidence(self._layered, self.claims, left, np.unique(columns.evidence_statement[lost]))
        snapshot = replace(self, columns=left, layers=layers)
        for key, known in self.memo.items():
            if isinstance(key, tuple) and key[0] == "damped" and layers.get(key[1]) is self.layers[key[1]]:
                snapshot.memo[key] = known
        return snapshot

    def refreshed(self, changes: GraphChanges) -> Snapshot:
        """The same year of the graph with what has changed since; equal to one made from scratch.

        Layers that nothing was touched of are shared where their nodes and statements have kept their numbers.
        """
        patched = patch(self.columns, changes)
        nodes = Nodes.of(patched.columns.categories)
        layers = with_changes(self._layered, patched, nodes)
        return Snapshot(patched.columns, self.as_of, nodes, seen_by(patched.columns, self.as_of), layers)

    @cached_property
    def claims(self) -> Claims:
        """The statements of each claim, and the evidence for them."""
        return Claims(self.columns, self.as_of, self.n_edges)

    @property
    def _layered(self) -> Layered:
        return Layered(self.columns, self.as_of, self.nodes, self.layers)

    @property
    def graph_hash(self) -> str:
        """The hash of the graph, whatever the year."""
        return self.columns.graph_hash

    @property
    def ids(self) -> Sequence[str]:
        """The id of each node."""
        return self.columns.entity_ids

    @property
    def names(self) -> Sequence[str]:
        """The name of each node."""
        return self.columns.names

    @property
    def statement_ids(self) -> Sequence[str]:
        """The id of each statement that layers refer to."""
        return self.columns.statement_ids

    @property
    def categories(self) -> NDArray[np.int16]:
        """Shape (n_nodes,): the category of each node, an index into ``list(Category)``."""
        return self.columns.categories

    @property
    def kinds(self) -> NDArray[np.int16]:
        """Shape (n_nodes,): the kind of each node, an index into ``list(Category)``."""
        return self.nodes.kinds

    @property
    def positions(self) -> NDArray[np.int32]:
        """Shape (n_nodes,): the place of each node among those of its kind."""
        return self.nodes.positions

    @property
    def members(self) -> Mapping[Category, NDArray[np.int32]]:
        """The nodes of each kind."""
        return self.nodes.members

    @property
    def n_nodes(self) -> int:
        """How many nodes are numbered, those that do not exist yet among them."""
        return len(self.categories)

    @property
    def n_edges(self) -> int:
        """How many edges there are, each counted once."""
        return sum(layer.beliefs.nnz for layer in self.layers.values()) // 2  # every edge is held from both its ends

    @property
    def index(self) -> Mapping[str, int]:
        """The number of each existing node by its id."""
        return _Index(self.ids, self.exists)

    @cached_property
    def support(self) -> Mapping[Hop, int]:
        """How many edges each hop has: the schema that is really there."""
        return {hop: layer.beliefs.nnz for hop, layer in self.layers.items()}

    @cached_property
    def degrees(self) -> NDArray[np.int64]:
        """Shape (n_nodes,): how many edges each node has, over all predicates and in either direction."""
        degrees = np.zeros(self.n_nodes, dtype=np.int64)
        for hop, layer in self.layers.items():
            degrees[self.members[hop.source]] += layer.source_degrees
        return degrees

    @cached_property
    def memo(self) -> dict[Any, Any]:
        """What was worked out once about this snapshot and is asked for again; goes when the snapshot goes."""
        return {}

    def locate(self, entity: str) -> int:
        """The number of the node with this id.

        Raises:
            UnknownNode: where there is none, or none yet.
        """
        node = self.index.get(entity)
        if node is None:
            when = "" if self.as_of is None else f" as of {self.as_of}"
            raise UnknownNode(f"{entity} is not in the graph{when}: search for it by name, or ask without a year")
        return node

    def node(self, index: int) -> Node:
        """The node of that number."""
        return Node(index, self.ids[index], self.names[index], CATEGORIES[self.categories[index]])

    def kind(self, node: int) -> Category:
        """Which kind it belongs to."""
        return CATEGORIES[int(self.kinds[node])]

    def mask(self, category: Category) -> NDArray[np.bool_]:
        """Shape (n_nodes,): whether a question for this category wants the node (see ``Category.includes``)."""
        wanted = np.array([category.includes(other) for other in CATEGORIES])
        return wanted[self.categories] & self.exists

    def kinds_of(self, category: Category) -> tuple[Category, ...]:
        """The kinds in which nodes of this category are found."""
        return tuple(CATEGORIES[kind] for kind in np.unique(self.kinds[self.mask(category)]))

    def damped(self, hop: Hop, damping: float) -> Weights:
        """The edges of a hop weighted by belief and by the degrees at their ends.

        ``belief * (d_source * d_target) ** -damping``, shape (n, m) like the layer; with every belief 1 a factor of
        Himmelstein et al. 2017, eLife 6:e26726, equation 1.
        """
        key = ("damped", hop, damping)
        if key not in self.memo:
            layer = self.layers[hop]
            beliefs = layer.beliefs
            ends = np.repeat(layer.source_degrees, layer.source_degrees).astype(np.float64)
            ends *= layer.target_degrees[beliefs.indices]
            weights = sorted_csr(beliefs.data * ends**-damping, beliefs.indices, beliefs.indptr, beliefs.shape)
            self.memo[key] = weights
        return cast("Weights", self.memo[key])

    def carry(self, values: NDArray[np.float64], hop: Hop, damping: float) -> NDArray[np.float64]:
        """Values on the nodes of ``hop.source``, carried over the damped edges and summed where they arrive."""
        # The layer of the other direction is the transpose, and its rows are what a product runs along.
        return cast("NDArray[np.float64]", self.damped(hop.reversed, damping) @ values)

    def neighbours(self, node: int) -> NDArray[np.int32]:
        """The nodes that some statement joins directly to this one, sorted."""
        position, kind = self.positions[node], self.kind(node)
        rows = [
            self.members[hop.target][row_of(layer.beliefs, position)[0]]
            for hop, layer in self.layers.items()
            if hop.source is kind
        ]
        return np.unique(np.concatenate(rows)) if rows else np.empty(0, dtype=np.int32)


class _Index(Mapping[str, int]):
    """Looks among the sorted ids of nodes, which need not all be texts in memory for that."""

    def __init__(self, ids: Sequence[str], exists: NDArray[np.bool_]) -> None:
        self._ids = ids
        self._exists = exists

    def __getitem__(self, entity: str) -> int:
        node = place_of(self._ids, entity)
        if node is None or not self._exists[node]:
            raise KeyError(entity)
        return node

    def __iter__(self) -> Iterator[str]:
        return (self._ids[node] for node in np.flatnonzero(self._exists).tolist())

    def __len__(self) -> int:
        return int(np.count_nonzero(self._exists))


def row_of(weights: Weights, row: int) -> tuple[NDArray[np.int32], NDArray[np.float64]]:
    """The columns and values stored in one row, without a copy."""
    start, end = weights.indptr[row], weights.indptr[row + 1]
    return weights.indices[start:end], weights.data[start:end]
