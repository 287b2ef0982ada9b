"""Edges as compressed sparse arrays, one per predicate, pair of kinds and direction."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from isthmus.graph.discovery.memory.edges import Edges
from isthmus.graph.discovery.walks.metapaths import Hop
from isthmus.graph.vocabulary import Category, Predicate

if TYPE_CHECKING:
    from typing import TypeAlias

    Weights: TypeAlias = csr_array[np.float64, tuple[int, int]]

CATEGORIES = list(Category)
PREDICATES = list(Predicate)
_SYMMETRIC = np.array([predicate.symmetric for predicate in PREDICATES])

# Sources call the same things by different ones of these names, so they are one kind of node: a drug's degree does not
# depend on who described the drug, and the number of metapaths stays small. Questions still choose by category.
KINDS = {
    Category.DRUG: Category.CHEMICAL_ENTITY,
    Category.SMALL_MOLECULE: Category.CHEMICAL_ENTITY,
    Category.DISEASE_OR_PHENOTYPIC_FEATURE: Category.DISEASE,
    Category.GROSS_ANATOMICAL_STRUCTURE: Category.ANATOMICAL_ENTITY,
}
_KIND_OF = np.array([CATEGORIES.index(KINDS.get(category, category)) for category in CATEGORIES], dtype=np.int16)


@dataclass(frozen=True, eq=False, slots=True)
class Nodes:
    """Nodes by kind: ``kinds`` (index into ``list(Category)``) and ``positions`` (a node's place among those of its kind)
    are of shape (n_nodes,); ``members`` lists the nodes of each kind.
    """

    kinds: NDArray[np.int16]
    positions: NDArray[np.int32]
    members: Mapping[Category, NDArray[np.int32]]

    @classmethod
    def of(cls, categories: NDArray[np.int16]) -> Nodes:
        """Sorted into kinds."""
        kinds = _KIND_OF[categories]
        positions = np.zeros(len(kinds), dtype=np.int32)
        members: dict[Category, NDArray[np.int32]] = {}
        for kind in np.unique(kinds):
            nodes = np.flatnonzero(kinds == kind).astype(np.int32)
            positions[nodes] = np.arange(len(nodes), dtype=np.int32)
            members[CATEGORIES[kind]] = nodes
        return cls(kinds, positions, members)


@dataclass(frozen=True, eq=False, slots=True)
class Layer:
    """The edges of one hop, from the n nodes of one kind to the m of another, rows sorted.

    ``beliefs`` is of shape (n, m) with values in (0, 1]. ``statements`` (index into the columns' statements),
    ``first_years`` (0 where unknown) and ``evidence_counts`` go with its stored values. Degrees count edges of this
    layer only. The arrays may lie in a file that others read too: they are not written to.
    """

    beliefs: Weights
    statements: NDArray[np.int32]
    first_years: NDArray[np.int16]
    evidence_counts: NDArray[np.int32]
    source_degrees: NDArray[np.int32]
    target_degrees: NDArray[np.int32]


def sorted_csr(
    values: NDArray[np.float64], columns: NDArray[np.int32], starts: NDArray[np.int32], shape: tuple[int, int]
) -> Weights:
    """A sparse array of which the rows are known to be sorted and without repeats: nobody has to look."""
    # Not through the constructor: that copies what is a small part of a mapped file.
    weights: Weights = csr_array(shape, dtype=np.float64)
    weights.data, weights.indices, weights.indptr = values, columns, starts
    weights.has_sorted_indices = True
    weights.has_canonical_format = True
    return weights


def hops_of(
    predicates: NDArray[np.int16], subjects: NDArray[np.int32], objects: NDArray[np.int32], nodes: Nodes
) -> NDArray[np.int32]:
    """A number for the hop of each edge; the same whatever the graph. See ``hop_of``."""
    source, target = _ends(predicates, subjects, objects, nodes)
    n = len(CATEGORIES)
    return (predicates.astype(np.int32) * n + nodes.kinds[source]) * n + nodes.kinds[target]


def hop_of(number: int) -> Hop:
    """The hop, forward, that a number of ``hops_of`` stands for."""
    n = len(CATEGORIES)
    return Hop(PREDICATES[number // (n * n)], True, CATEGORIES[number // n % n], CATEGORIES[number % n])


def in_order(layers: Mapping[Hop, Layer]) -> dict[Hop, Layer]:
    """By predicate, kinds and direction, as the vocabulary has them: equal graphs give them in equal order."""

    def place(hop: Hop) -> tuple[int, int, int, bool]:
        source, target = CATEGORIES.index(hop.source), CATEGORIES.index(hop.target)
        return PREDICATES.index(hop.predicate), source, target, hop.forward

    return {hop: layers[hop] for hop in sorted(layers, key=place)}


def layers_of(edges: Edges, nodes: Nodes) -> dict[Hop, Layer]:
    """Edges sorted into layers, each in both directions."""
    if not len(edges.subjects):
        return {}
    ends = edges.predicates, edges.subjects, edges.objects, nodes
    rows, columns = _ends(*ends)
    number = hops_of(*ends)
    order = np.argsort(number, kind="stable")
    distinct, starts = np.unique(number[order], return_index=True)
    layers: dict[Hop, Layer] = {}
    for one, chosen in zip(distinct.tolist(), np.split(order, starts[1:]), strict=True):
        hop = hop_of(one)
        shape = (len(nodes.members[hop.source]), len(nodes.members[hop.target]))
        source, target = nodes.positions[rows[chosen]], nodes.positions[columns[chosen]]
        if hop == hop.reversed:
            source, target = np.concatenate((source, target)), np.concatenate((target, source))
            chosen = np.concatenate((chosen, chosen))
        else:
            layers[hop.reversed] = _layer(edges, chosen, target, source, shape[::-1])
        layers[hop] = _layer(edges, chosen, source, target, shape)
    return in_order(layers)


def _ends(
    predicates: NDArray[np.int16], subjects: NDArray[np.int32], objects: NDArray[np.int32], nodes: Nodes
) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """Both ends of each edge; of a symmetric predicate the kind that comes first in the vocabulary first."""
    turned = _SYMMETRIC[predicates] & (nodes.kinds[objects] < nodes.kinds[subjects])
    return np.where(turned, objects, subjects), np.where(turned, subjects, objects)


def _layer(
    edges: Edges,
    chosen: NDArray[np.int64],
    source: NDArray[np.int32],
    target: NDArray[np.int32],
    shape: tuple[int, int],
) -> Layer:
    order = np.argsort(source * np.int64(shape[1]) + target)
    chosen = chosen[order]
    source_degrees = np.bincount(source, minlength=shape[0]).astype(np.int32)
    starts = np.concatenate(([0], np.cumsum(source_degrees))).astype(np.int32)
    return Layer(
        beliefs=sorted_csr(edges.beliefs[chosen], target[order], starts, shape),
        statements=edges.statements[chosen],
        first_years=edges.first_years[chosen],
        evidence_counts=edges.evidence_counts[chosen],
        source_degrees=source_degrees,
        target_degrees=np.bincount(target, minlength=shape[1]).astype(np.int32),
    )
