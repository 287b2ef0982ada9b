"""The graph in memory: compressed sparse arrays, one per predicate, pair of kinds and direction."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, Self, cast

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from isthmus.errors import UsageError
from isthmus.graph.discovery.edges import Edges, edges_of
from isthmus.graph.discovery.metapaths import Hop
from isthmus.graph.stores.protocol import GraphColumns
from isthmus.graph.vocabulary import Category, Predicate

if TYPE_CHECKING:
    from typing import TypeAlias

    Weights: TypeAlias = csr_array[np.float64, tuple[int, int]]

_CATEGORIES = list(Category)
_PREDICATES = list(Predicate)

# Sources call the same things by different ones of these names, so they are one kind of node: a drug's degree does not
# depend on who described the drug, and the number of metapaths stays small. Questions still choose by category.
KINDS = {
    Category.DRUG: Category.CHEMICAL_ENTITY,
    Category.SMALL_MOLECULE: Category.CHEMICAL_ENTITY,
    Category.DISEASE_OR_PHENOTYPIC_FEATURE: Category.DISEASE,
    Category.GROSS_ANATOMICAL_STRUCTURE: Category.ANATOMICAL_ENTITY,
}
_KIND_OF = np.array([_CATEGORIES.index(KINDS.get(category, category)) for category in _CATEGORIES], dtype=np.int16)


class UnknownNode(UsageError):
    """An entity that the graph, or the graph as of a year, does not hold."""


@dataclass(frozen=True, slots=True)
class Node:
    """An entity as a snapshot knows it."""

    index: int
    id: str
    name: str
    category: Category


@dataclass(frozen=True, eq=False, slots=True)
class Layer:
    """The edges of one hop, from the n nodes of one kind to the m of another, rows sorted.

    ``beliefs`` is of shape (n, m) with values in (0, 1]. ``statements`` (index into the columns' statements) and
    ``first_years`` (0 where unknown) go with its stored values. Degrees count edges of this layer only.
    """

    beliefs: Weights
    statements: NDArray[np.int32]
    first_years: NDArray[np.int16]
    source_degrees: NDArray[np.int32]
    target_degrees: NDArray[np.int32]


@dataclass(frozen=True, eq=False)
class Snapshot:
    """A graph that does not change, made for counting paths.

    Nodes are numbered as in the columns. ``categories`` and ``kinds`` (indices into ``list(Category)``), ``positions``
    (a node's place among those of its kind) and ``exists`` (False for one not yet seen in the year ``as_of``) are of
    shape (n_nodes,). ``members`` lists the nodes of each kind; a layer's rows and columns are places in it.
    """

    graph_hash: str
    as_of: int | None
    ids: Sequence[str]
    names: Sequence[str]
    statement_ids: Sequence[str]
    categories: NDArray[np.int16]
    kinds: NDArray[np.int16]
    positions: NDArray[np.int32]
    exists: NDArray[np.bool_]
    members: Mapping[Category, NDArray[np.int32]]
    layers: Mapping[Hop, Layer]

    @classmethod
    def from_columns(cls, columns: GraphColumns, as_of: int | None = None) -> Self:
        """The snapshot of a graph, or of what it was at the end of the year ``as_of``; see ``edges_of``.

        Raises:
            UnusableColumns: for an evidence score that is no number in [0, 1].
        """
        edges = edges_of(columns, as_of)
        kinds = _KIND_OF[columns.categories]
        positions = np.zeros(len(kinds), dtype=np.int32)
        members: dict[Category, NDArray[np.int32]] = {}
        for kind in np.unique(kinds):
            nodes = np.flatnonzero(kinds == kind).astype(np.int32)
            positions[nodes] = np.arange(len(nodes), dtype=np.int32)
            members[_CATEGORIES[kind]] = nodes
        return cls(
            graph_hash=columns.graph_hash,
            as_of=as_of,
            ids=columns.entity_ids,
            names=columns.names,
            statement_ids=columns.statement_ids,
            categories=columns.categories,
            kinds=kinds,
            positions=positions,
            exists=edges.seen,
            members=members,
            layers=_layers(edges, kinds, positions, members),
        )

    @property
    def n_nodes(self) -> int:
        """How many nodes are numbered, those that do not exist yet among them."""
        return len(self.categories)

    @property
    def n_edges(self) -> int:
        """How many edges there are, each counted once."""
        return sum(layer.beliefs.nnz for layer in self.layers.values()) // 2  # every edge is held from both its ends

    @cached_property
    def index(self) -> Mapping[str, int]:
        """The number of each existing node by its id."""
        return {self.ids[node]: node for node in np.flatnonzero(self.exists).tolist()}

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
        return Node(index, self.ids[index], self.names[index], _CATEGORIES[self.categories[index]])

    def kind(self, node: int) -> Category:
        """Which kind it belongs to."""
        return _CATEGORIES[int(self.kinds[node])]

    def mask(self, category: Category) -> NDArray[np.bool_]:
        """Shape (n_nodes,): whether a question for this category wants the node (see ``Category.includes``)."""
        wanted = np.array([category.includes(other) for other in _CATEGORIES])
        return wanted[self.categories] & self.exists

    def kinds_of(self, category: Category) -> tuple[Category, ...]:
        """The kinds in which nodes of this category are found."""
        return tuple(_CATEGORIES[kind] for kind in np.unique(self.kinds[self.mask(category)]))

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
            weights = csr_array((beliefs.data * ends**-damping, beliefs.indices, beliefs.indptr), shape=beliefs.shape)
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


def row_of(weights: Weights, row: int) -> tuple[NDArray[np.int32], NDArray[np.float64]]:
    """The columns and values stored in one row, without a copy."""
    start, end = weights.indptr[row], weights.indptr[row + 1]
    return weights.indices[start:end], weights.data[start:end]


def _layers(
    edges: Edges,
    kinds: NDArray[np.int16],
    positions: NDArray[np.int32],
    members: Mapping[Category, NDArray[np.int32]],
) -> dict[Hop, Layer]:
    """Edges sorted into layers, each in both directions."""
    rows, columns = edges.subjects, edges.objects
    symmetric = np.array([predicate.symmetric for predicate in _PREDICATES])[edges.predicates]
    turned = symmetric & (kinds[columns] < kinds[rows])
    rows, columns = np.where(turned, columns, rows), np.where(turned, rows, columns)
    if len(rows) == 0:
        return {}
    n = len(_CATEGORIES)
    code = (edges.predicates.astype(np.int64) * n + kinds[rows]) * n + kinds[columns]
    order = np.argsort(code, kind="stable")
    codes, starts = np.unique(code[order], return_index=True)
    layers: dict[Hop, Layer] = {}
    for number, chosen in zip(codes, np.split(order, starts[1:]), strict=True):
        hop = Hop(_PREDICATES[number // (n * n)], True, _CATEGORIES[number // n % n], _CATEGORIES[number % n])
        shape = (len(members[hop.source]), len(members[hop.target]))
        source, target = positions[rows[chosen]], positions[columns[chosen]]
        if hop == hop.reversed:
            source, target = np.concatenate((source, target)), np.concatenate((target, source))
            chosen = np.concatenate((chosen, chosen))
        else:
            layers[hop.reversed] = _layer(edges, chosen, target, source, shape[::-1])
        layers[hop] = _layer(edges, chosen, source, target, shape)
    return layers


def _layer(
    edges: Edges,
    chosen: NDArray[np.int64],
    source: NDArray[np.int32],
    target: NDArray[np.int32],
    shape: tuple[int, int],
) -> Layer:
    order = np.lexsort((target, source))
    chosen = chosen[order]
    source_degrees = np.bincount(source, minlength=shape[0]).astype(np.int32)
    starts = np.concatenate(([0], np.cumsum(source_degrees))).astype(np.int32)
    return Layer(
        beliefs=csr_array((edges.beliefs[chosen], target[order], starts), shape=shape),
        statements=edges.statements[chosen],
        first_years=edges.first_years[chosen],
        source_degrees=source_degrees,
        target_degrees=np.bincount(target, minlength=shape[1]).astype(np.int32),
    )
