"""Trivial links: two nodes that are joined because they are, in a way, the same thing.

Two nodes are *kin* when

* one is a parent, lookalike or homologue of the other (``subclass_of``, ``similar_to``, ``homologous_to``), whatever
  other predicate joins them too;
* they are of one family: members of the same ``GeneFamily``, or the family and its member (``part_of``, ``subclass_of``);
* one is a part of the other as a ``MacromolecularComplex``, or a complex that names it;
* their names are equal, or equal but for what stands at the end: a Greek letter, a number, a single letter after a
  number (``IL-1 alpha`` and ``IL-1 beta``, ``MAPK1`` and ``MAPK3``, ``Parkinson disease`` and ``Parkinson disease 8``).

A hop between kin, or over a trivial predicate, costs the path half of its score (``TRIVIAL_COST``), and is marked.
"""

from __future__ import annotations

import re
from enum import StrEnum
from functools import cached_property
from typing import cast

import numpy as np
from numpy.typing import NDArray

from isthmus.graph.discovery.memory.snapshot import Snapshot
from isthmus.graph.discovery.walks.metapaths import Hop
from isthmus.graph.vocabulary import Category, Predicate

Nodes = NDArray[np.int32]


class Kinship(StrEnum):
    """Why two nodes are kin."""

    PARENT_OR_LOOKALIKE = "parent or lookalike"
    SAME_FAMILY = "same family"
    PART_OF_COMPLEX = "part of the complex"
    SAME_NAME = "same name"


_CATEGORIES = list(Category)
_KIN_PREDICATES = frozenset({Predicate.SUBCLASS_OF, Predicate.SIMILAR_TO, Predicate.HOMOLOGOUS_TO})
_MEMBER = frozenset({Predicate.PART_OF, Predicate.SUBCLASS_OF})

# Names are compared among things that could be the same one.
_SORTS = (
    frozenset({Category.GENE, Category.PROTEIN, Category.GENE_FAMILY, Category.MACROMOLECULAR_COMPLEX}),
    frozenset({Category.DISEASE, Category.PHENOTYPIC_FEATURE}),
)
_GREEK = "alpha|beta|gamma|delta|epsilon|zeta|theta|kappa|lambda|sigma|omega|[α-ω]"
_ENDING = re.compile(rf"(?:[ _-]*(?:{_GREEK})|(?<=\d)[ _-]*[a-z]|[ _-]*\d+|[ _-]+(?:i{{1,3}}|iv|v))$")
_APART = re.compile(r"[\s_,'()/-]+")
_SHORTEST_STEM = 2  # a letter is no name to be kin by: C3 and C5


def name_stem(name: str) -> str:
    """What of a name is left without its last Greek letter, number or letter after a number; "" where that is too little.

    >>> [name_stem(name) for name in ("IL-1 alpha", "IL-1 beta", "IL1B", "MAPK3", "amyloid-β", "C3")]
    ['il1', 'il1', 'il1', 'mapk', 'amyloid', '']
    """
    lowered = name.casefold()
    stem = _APART.sub("", _ENDING.sub("", lowered))
    return stem if sum(letter.isalpha() for letter in stem) >= _SHORTEST_STEM else ""


class Trivial:
    """Which nodes of a snapshot are kin; names are looked at only where they are asked for."""

    def __init__(self, snapshot: Snapshot) -> None:
        self.snapshot = snapshot
        self._numbers: dict[tuple[str, int], int] = {}
        self._stems = np.full(snapshot.n_nodes, -1, dtype=np.int32)  # -1 not looked at yet, 0 none

    @classmethod
    def of(cls, snapshot: Snapshot) -> Trivial:
        """Those of a snapshot, made once."""
        if "trivial" not in snapshot.memo:
            snapshot.memo["trivial"] = cls(snapshot)
        return cast("Trivial", snapshot.memo["trivial"])

    def kin(self, left: Nodes, right: Nodes) -> NDArray[np.bool_]:
        """Whether each pair of nodes (numbers; arrays that broadcast to one shape) is kin."""
        return self._joined(self._pairs, left, right) | self._same_family(left, right) | self._alike(left, right)

    def kinship(self, left: int, right: int) -> Kinship | None:
        """Why two nodes are kin; None where they are not."""
        pair = np.array([left], dtype=np.int32), np.array([right], dtype=np.int32)
        if not self.kin(*pair)[0]:
            return None
        if self._joined(self._parents, *pair)[0]:
            return Kinship.PARENT_OR_LOOKALIKE
        if self._joined(self._parts, *pair)[0]:
            return Kinship.PART_OF_COMPLEX
        if self._same_family(*pair)[0]:
            return Kinship.SAME_FAMILY
        return Kinship.SAME_NAME

    def kin_of(self, node: int, among: Nodes) -> NDArray[np.bool_]:
        """Shape (len(among),): which of these nodes are kin of this one; it is not its own."""
        kin: NDArray[np.bool_] = self.kin(np.full(len(among), node, dtype=np.int32), among) & (among != node)
        return kin

    def _joined(self, pairs: NDArray[np.int64], left: Nodes, right: Nodes) -> NDArray[np.bool_]:
        key = left.astype(np.int64) * self.snapshot.n_nodes + right
        if len(pairs) == 0:
            return np.zeros(key.shape, dtype=np.bool_)
        found: NDArray[np.bool_] = pairs[np.minimum(np.searchsorted(pairs, key), len(pairs) - 1)] == key
        return found

    def _same_family(self, left: Nodes, right: Nodes) -> NDArray[np.bool_]:
        families = self._families[left]
        same: NDArray[np.bool_] = (families >= 0) & (families == self._families[right])
        return same

    def _alike(self, left: Nodes, right: Nodes) -> NDArray[np.bool_]:
        stems = self._stems_of(left)
        alike: NDArray[np.bool_] = (stems > 0) & (stems == self._stems_of(right))
        return alike

    def _stems_of(self, nodes: Nodes) -> NDArray[np.int32]:
        stems = self._stems[nodes]
        unknown = nodes[stems < 0]
        if len(unknown) == 0:
            return stems
        names, kinds = self.snapshot.names, self.snapshot.kind
        for node in np.unique(unknown).tolist():
            stem = name_stem(names[node])
            kind = kinds(node)
            sort = next(
                (number for number, sort in enumerate(_SORTS) if kind in sort), len(_SORTS) + _CATEGORIES.index(kind)
            )
            self._stems[node] = self._numbers.setdefault((stem, sort), len(self._numbers) + 1) if stem else 0
        return self._stems[nodes]

    @cached_property
    def _pairs(self) -> NDArray[np.int64]:
        return np.union1d(self._parents, self._parts)

    @cached_property
    def _parents(self) -> NDArray[np.int64]:
        """Pairs joined by a predicate of kin, both ways, as sorted keys."""
        return self._keys([hop for hop in self.snapshot.layers if hop.predicate in _KIN_PREDICATES])

    @cached_property
    def _parts(self) -> NDArray[np.int64]:
        """Pairs of a complex and a part of it, both ways, as sorted keys."""
        complexes = Category.MACROMOLECULAR_COMPLEX
        hops = [
            hop
            for hop in self.snapshot.layers
            if hop.predicate is Predicate.PART_OF and complexes in (hop.source, hop.target)
        ]
        return np.union1d(self._keys(hops), self._named_parts())

    def _keys(self, hops: list[Hop]) -> NDArray[np.int64]:
        keys = [np.empty(0, dtype=np.int64)]
        for hop in hops:
            layer = self.snapshot.layers[hop]
            source = np.repeat(self.snapshot.members[hop.source], layer.source_degrees).astype(np.int64)
            keys.append(source * self.snapshot.n_nodes + self.snapshot.members[hop.target][layer.beliefs.indices])
        return np.unique(np.concatenate(keys))

    def _named_parts(self) -> NDArray[np.int64]:
        """Complexes whose name lists a gene or chemical by its own, as BEL writes them: ``complex(p(HGNC:APP), ...)``."""
        snapshot, n = self.snapshot, self.snapshot.n_nodes
        complexes = snapshot.members.get(Category.MACROMOLECULAR_COMPLEX, np.empty(0, dtype=np.int32)).tolist()
        listed = {node: set(re.findall(r"[\w.-]+", snapshot.names[node])) for node in complexes}
        listed = {node: words for node, words in listed.items() if len(words) > 1}
        wanted = set().union(*listed.values())
        if not wanted:
            return np.empty(0, dtype=np.int64)
        named: dict[str, list[int]] = {}
        for kind in (Category.GENE, Category.PROTEIN, Category.CHEMICAL_ENTITY):
            for node in snapshot.members.get(kind, np.empty(0, dtype=np.int32)).tolist():
                if (name := snapshot.names[node]) in wanted:
                    named.setdefault(name, []).append(node)
        pairs = [(part, whole) for whole, words in listed.items() for word in words for part in named.get(word, ())]
        return np.unique(np.array([key for a, b in pairs for key in (a * n + b, b * n + a)], dtype=np.int64))

    @cached_property
    def _families(self) -> Nodes:
        """Shape (n_nodes,): the first family that each node is a member of, itself for a family; -1 for none."""
        families = np.full(self.snapshot.n_nodes, -1, dtype=np.int32)
        for hop, layer in self.snapshot.layers.items():
            if hop.predicate in _MEMBER and hop.forward and hop.target is Category.GENE_FAMILY:
                rows = np.flatnonzero(layer.source_degrees)
                first = layer.beliefs.indices[layer.beliefs.indptr[rows]]
                families[self.snapshot.members[hop.source][rows]] = self.snapshot.members[hop.target][first]
        own = self.snapshot.members.get(Category.GENE_FAMILY, np.empty(0, dtype=np.int32))
        families[own] = np.where(families[own] < 0, own, families[own])
        return families
