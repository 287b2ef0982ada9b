"""Subfields: sets of entities that belong together, given by ids, a branch of an ontology, a category, a modality, or found.

They are found by the Leiden algorithm (``leiden``) on the graph in
which two nodes are joined by ``Σ_layers belief * (d_source * d_target) ** -damping``: an edge is worth more the surer it
is and the fewer its ends have of its type, so that a hub does not hold together what has nothing else in common.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, cast

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.sparse.csgraph import breadth_first_order

from isthmus.errors import UsageError
from isthmus.graph.discovery.memory.snapshot import Snapshot
from isthmus.graph.discovery.walks.dwpc import DAMPING
from isthmus.graph.discovery.walks.metapaths import TRIVIAL
from isthmus.graph.model import Modality
from isthmus.graph.vocabulary import Category, Predicate

if TYPE_CHECKING:
    from isthmus.graph.discovery.memory.layers import Weights

SMALLEST = 10  # entities: fewer are a remark, not a subfield
MOST = 60  # a map of more subfields than so many cannot be read; the largest are kept
NAMED_AFTER = 3
BELONGS = 0.25  # of an entity's links lead to a subfield that it belongs to
MOST_AROUND = 40
_LOOKED_AT = 30  # of a group's most central entities
_READABLE = 40  # letters; longer names are formulas or titles
RESOLUTION = 1.0
_BELOW = frozenset({Predicate.SUBCLASS_OF, Predicate.PART_OF})

Nodes = NDArray[np.int32]
Floats = NDArray[np.float64]


class EmptySubfield(UsageError):
    """A subfield without any entity in this graph, or as of this year."""


class SameSubfield(UsageError):
    """Two subfields that hold the same entities."""


@dataclass(frozen=True, eq=False, slots=True)
class Subfield:
    """Entities that belong together.

    ``nodes`` (numbers, sorted, at least one) exist in the snapshot it was made for. ``documents`` (index into the columns'
    ``document_ids``, sorted) give evidence of a statement between two of them, or are of the modality that was asked for.
    """

    name: str
    nodes: Nodes
    documents: Nodes

    def __len__(self) -> int:
        """How many entities it has."""
        return len(self.nodes)


def categories_of(snapshot: Snapshot, subfield: Subfield) -> Mapping[Category, int]:
    """How many of its entities are of which category, the most common first."""
    known = list(Category)
    counts = Counter(known[number] for number in snapshot.categories[subfield.nodes].tolist())
    return dict(sorted(counts.items(), key=lambda pair: (-pair[1], pair[0])))


def of_nodes(snapshot: Snapshot, name: str, nodes: Iterable[int]) -> Subfield:
    """Those of the nodes (numbers) that exist.

    Raises:
        EmptySubfield: where none does.
    """
    numbers = np.unique(np.fromiter(nodes, dtype=np.int32))
    numbers = numbers[snapshot.exists[numbers]]
    _check(snapshot, name, len(numbers))
    labels = np.full(snapshot.n_nodes, -1, dtype=np.int32)
    labels[numbers] = 0
    return Subfield(name, numbers, _documents(snapshot, labels, 1)[0])


def of_ids(snapshot: Snapshot, name: str, ids: Collection[str]) -> Subfield:
    """The entities with these ids, as far as the graph has them. Raises ``EmptySubfield``."""
    index = snapshot.index
    return of_nodes(snapshot, name, [node for node in map(index.get, sorted(set(ids))) if node is not None])


def of_branch(snapshot: Snapshot, root: int) -> Subfield:
    """An entity and all that statements put below it: its subclasses and parts, theirs, and so on."""
    below = breadth_first_order(_children(snapshot), root, return_predecessors=False)
    return of_nodes(snapshot, snapshot.names[root], below.tolist())


def of_category(snapshot: Snapshot, category: Category) -> Subfield:
    """The entities that a question for this category wants (``Category.includes``). Raises ``EmptySubfield``."""
    return of_nodes(snapshot, category.value, np.flatnonzero(snapshot.mask(category)).tolist())


def of_modality(snapshot: Snapshot, modality: Modality) -> Subfield:
    """The entities of statements that documents of this modality give evidence of. Raises ``EmptySubfield``."""
    columns = snapshot.columns
    pieces = _pieces(snapshot)
    pieces = pieces[columns.evidence_modality[pieces] == list(Modality).index(modality)]
    statements = np.unique(columns.evidence_statement[pieces])
    nodes = np.union1d(columns.subjects[statements], columns.objects[statements])
    nodes = nodes[snapshot.exists[nodes]].astype(np.int32)
    _check(snapshot, modality.value, len(nodes))
    return Subfield(modality.value, nodes, np.unique(columns.evidence_document[pieces]))


def with_surroundings(snapshot: Snapshot, core: Subfield, *, enough: int = SMALLEST) -> Subfield:
    """A subfield of fewer than ``enough`` entities with what belongs to it more than to anything else; others as they are.

    A topic of one name is seldom one entity. Entities come in of whose links (``joined_graph``) at least ``BELONGS`` lead
    to the core, those with the largest product of that share and their strength to it first, up to ``MOST_AROUND``.
    """
    if len(core) >= enough:
        return core
    graph = joined_graph(snapshot)
    inside = np.zeros(snapshot.n_nodes)
    inside[core.nodes] = 1.0
    strength: Floats = np.asarray(graph @ inside)
    total: Floats = np.asarray(graph @ np.ones(snapshot.n_nodes))
    share = np.divide(strength, total, out=np.zeros_like(total), where=total > 0.0)
    share[core.nodes] = 0.0
    around = np.flatnonzero(share >= BELONGS)
    around = around[np.lexsort((around, -(share * strength)[around]))][:MOST_AROUND]
    return of_nodes(snapshot, core.name, [*core.nodes.tolist(), *around.tolist()])


def communities(
    snapshot: Snapshot, *, smallest: int = SMALLEST, most: int = MOST, resolution: float = RESOLUTION
) -> tuple[Subfield, ...]:
    """The subfields that the graph itself falls into, the largest first; no entity is in two of them.

    Entities of groups below ``smallest``, and those without an edge, are in none. The same graph gives the same answer;
    an empty one gives none.

    Args:
        snapshot: the graph.
        smallest: the fewest entities that make a subfield.
        most: how many subfields at most.
        resolution: above 1 for more and smaller ones.
    """
    key = ("communities", smallest, most, resolution)
    if key not in snapshot.memo:
        snapshot.memo[key] = _communities(snapshot, smallest, most, resolution)
    return cast("tuple[Subfield, ...]", snapshot.memo[key])


def joined_graph(snapshot: Snapshot, *, trivial: bool = True, damping: float = DAMPING) -> Weights:
    """Shape (n_nodes, n_nodes), symmetric: how strongly two nodes are joined, over all layers; see the module.

    ``trivial`` is whether links to a parent, a lookalike and the like are among them.
    """
    key = ("joined graph", trivial, damping)
    if key not in snapshot.memo:
        hops = [hop for hop in snapshot.layers if trivial or hop.predicate not in TRIVIAL]
        rows, columns, values = [], [], []
        for hop in hops:
            weights = snapshot.damped(hop, damping)
            rows.append(np.repeat(snapshot.members[hop.source], np.diff(weights.indptr)))
            columns.append(snapshot.members[hop.target][weights.indices])
            values.append(weights.data)
        n = snapshot.n_nodes
        joined = csr_array((n, n))
        if hops:
            joined = csr_array((np.concatenate(values), (np.concatenate(rows), np.concatenate(columns))), shape=(n, n))
        joined.sort_indices()
        snapshot.memo[key] = joined
    return cast("Weights", snapshot.memo[key])


def _check(snapshot: Snapshot, name: str, size: int) -> None:
    if size == 0:
        when = "" if snapshot.as_of is None else f" as of {snapshot.as_of}"
        raise EmptySubfield(f"{name} has no entity in the graph{when}: search for its entities, or ask for another")


def _children(snapshot: Snapshot) -> Weights:
    """Shape (n_nodes, n_nodes): 1 from what is above to what is below."""
    key = "children"
    if key not in snapshot.memo:
        above, below = [np.empty(0, dtype=np.int32)], [np.empty(0, dtype=np.int32)]
        for hop, layer in snapshot.layers.items():
            if hop.predicate in _BELOW and not hop.forward:
                above.append(np.repeat(snapshot.members[hop.source], layer.source_degrees))
                below.append(snapshot.members[hop.target][layer.beliefs.indices])
        ends = np.concatenate(above), np.concatenate(below)
        n = snapshot.n_nodes
        snapshot.memo[key] = csr_array((np.ones(len(ends[0])), ends), shape=(n, n))
    return cast("Weights", snapshot.memo[key])


def _pieces(snapshot: Snapshot) -> Nodes:
    """The pieces of evidence (numbers) that count as of the snapshot's year."""
    columns = snapshot.columns
    counted = columns.evidence_score > 0.0
    if snapshot.as_of is not None:
        counted &= (columns.evidence_year > 0) & (columns.evidence_year <= snapshot.as_of)
    return np.flatnonzero(counted).astype(np.int32)


def _documents(snapshot: Snapshot, labels: Nodes, n: int) -> list[Nodes]:
    """For each of n labels the documents that give evidence of a statement between two nodes with that label."""
    columns = snapshot.columns
    pieces = _pieces(snapshot)
    statement = columns.evidence_statement[pieces]
    label = labels[columns.subjects[statement]]
    kept = (label >= 0) & (label == labels[columns.objects[statement]])
    n_documents = np.int64(max(len(columns.document_ids), 1))
    told = np.unique(label[kept] * n_documents + columns.evidence_document[pieces[kept]])
    starts = np.searchsorted(told, np.arange(n + 1) * n_documents)
    return [(told[start:end] % n_documents).astype(np.int32) for start, end in pairwise(starts)]


def _communities(snapshot: Snapshot, smallest: int, most: int, resolution: float) -> tuple[Subfield, ...]:
    graph = joined_graph(snapshot)
    linked = np.flatnonzero(np.diff(graph.indptr)).astype(np.int32)
    if len(linked) == 0:
        return ()
    from isthmus.graph.discovery.fields.leiden import leiden  # a second to import: only who asks for a map waits for it

    found = leiden(graph[linked][:, linked], resolution)
    groups = [linked[found == label] for label in np.flatnonzero(np.bincount(found) >= smallest)]
    groups = sorted(groups, key=lambda nodes: (-len(nodes), int(nodes[0])))[:most]
    labels = np.full(snapshot.n_nodes, -1, dtype=np.int32)
    for label, nodes in enumerate(groups):
        labels[nodes] = label
    names = _names(snapshot, graph, groups, labels)
    return tuple(map(Subfield, names, groups, _documents(snapshot, labels, len(groups))))


def _names(snapshot: Snapshot, graph: Weights, groups: Sequence[Nodes], labels: Nodes) -> list[str]:
    """What stands for each group: the nodes with the most strength inside it, times the share of theirs that is inside."""
    rows = np.repeat(np.arange(snapshot.n_nodes), np.diff(graph.indptr))
    within = labels[rows] == labels[graph.indices]
    total = np.bincount(rows, graph.data, minlength=snapshot.n_nodes)
    inside = np.bincount(rows[within], graph.data[within], minlength=snapshot.n_nodes)
    centrality = np.divide(inside**2, total, out=np.zeros_like(total), where=total > 0.0)
    names: list[str] = []
    taken: Counter[str] = Counter()
    for nodes in groups:
        central = nodes[np.lexsort((nodes, -centrality[nodes]))][:_LOOKED_AT]
        name = _joined_names([snapshot.names[node] for node in _of_several_kinds(snapshot, central, centrality)])
        taken[name] += 1
        names.append(name if taken[name] == 1 else f"{name} ({taken[name]})")
    return names


def _of_several_kinds(snapshot: Snapshot, central: Nodes, centrality: Floats) -> list[int]:
    """The nodes in the order in which they are named: one of a kind that was named already counts half as much."""
    left = centrality[central].copy()
    order: list[int] = []
    for _ in central:
        first = int(np.argmax(left))
        order.append(int(central[first]))
        left[snapshot.kinds[central] == snapshot.kinds[central[first]]] *= 0.5
        left[first] = -1.0
    return order


def _joined_names(names: Sequence[str]) -> str:
    """The first few names that are short enough to read and of which none holds all the words of another.

    >>> _joined_names(["dopamine", "dopamine release", "SNCA", "Parkinson disease"])
    'Dopamine, SNCA, Parkinson disease'
    """
    chosen: list[str] = []
    for name in sorted(names, key=lambda name: len(name) > _READABLE):
        words = set(name.casefold().split())
        others = [set(other.casefold().split()) for other in chosen]
        if words and not any(words <= other or other <= words for other in others):
            chosen.append(name)
        if len(chosen) == NAMED_AFTER:
            break
    first = chosen[0].split(" ", 1)[0] if chosen else ""
    joined = ", ".join(chosen)
    return joined[:1].upper() + joined[1:] if first.islower() else joined
