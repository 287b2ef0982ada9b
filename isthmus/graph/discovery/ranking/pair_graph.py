"""A snapshot without predicates: who is joined to whom, by how much evidence of what kind, and which way it pushes."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from isthmus.graph.discovery.memory.snapshot import Snapshot
from isthmus.graph.vocabulary import Predicate, Sign

if TYPE_CHECKING:
    from typing import TypeAlias

    Sparse: TypeAlias = csr_array[np.float64, tuple[int, int]]

MOST_EVIDENCE = 500_000  # pieces; of a larger graph nobody counts the groups and modalities behind each link
LONGEST_MEMORY = 10  # years

_SIGN = {Sign.POSITIVE: 1.0, Sign.NEGATIVE: -1.0, Sign.UNKNOWN: 0.0}
_SIGNS = np.array([_SIGN[predicate.sign] for predicate in Predicate])

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class PairGraph:
    """Links between nodes, each held from both its ends.

    ``sources``, ``targets`` (node numbers), ``beliefs`` (the highest of the statements that join the two), ``signs``
    (the believed balance of what they say, in [-1, 1]) and ``first_years`` (0 where unknown) are of shape (n_links,),
    sorted by source and target.
    """

    snapshot: Snapshot
    sources: NDArray[np.int64]
    targets: NDArray[np.int64]
    beliefs: Floats
    signs: Floats
    first_years: NDArray[np.int64]

    @classmethod
    def of(cls, snapshot: Snapshot) -> PairGraph:
        """Gathered over all layers."""
        predicates = list(Predicate)
        sources, targets, beliefs, signs, years = [], [], [], [], []
        for hop, layer in snapshot.layers.items():
            sources.append(np.repeat(snapshot.members[hop.source], np.diff(layer.beliefs.indptr)))
            targets.append(snapshot.members[hop.target][layer.beliefs.indices])
            beliefs.append(layer.beliefs.data)
            signs.append(layer.beliefs.data * _SIGNS[predicates.index(hop.predicate)])
            years.append(layer.first_years)
        if not sources:
            none = np.zeros(0)
            return cls(snapshot, none.astype(np.int64), none.astype(np.int64), none, none, none.astype(np.int64))
        key = np.concatenate(sources).astype(np.int64) * snapshot.n_nodes + np.concatenate(targets)
        order = np.argsort(key, kind="stable")
        links, starts = np.unique(key[order], return_index=True)
        year = np.concatenate(years).astype(np.int64)[order]
        dated = np.where(year > 0, year, np.iinfo(np.int64).max)
        first = np.minimum.reduceat(dated, starts)
        believed = np.concatenate(beliefs)[order]
        return cls(
            snapshot,
            links // snapshot.n_nodes,
            links % snapshot.n_nodes,
            np.maximum.reduceat(believed, starts),
            np.add.reduceat(np.concatenate(signs)[order], starts) / np.add.reduceat(believed, starts),
            np.where(first == np.iinfo(np.int64).max, 0, first),
        )

    @cached_property
    def degrees(self) -> NDArray[np.int64]:
        """Shape (n_nodes,): how many nodes each is joined to."""
        return np.bincount(self.sources, minlength=self.snapshot.n_nodes)

    def weighed(self, values: Floats) -> Sparse:
        """Shape (n_nodes, n_nodes): a value of each link over the root of both ends' degrees; zeros are not stored."""
        kept = np.flatnonzero(values)
        sources, targets = self.sources[kept], self.targets[kept]
        ends = self.degrees[sources].astype(np.float64) * self.degrees[targets]
        shape = self.snapshot.n_nodes, self.snapshot.n_nodes
        return csr_array((values[kept] / np.sqrt(ends), (sources, targets)), shape=shape)

    @cached_property
    def plain(self) -> Sparse:
        """Every link certain."""
        return self.weighed(np.ones(len(self.sources)))

    @cached_property
    def believed(self) -> Sparse:
        """Links by their beliefs."""
        return self.weighed(self.beliefs)

    @cached_property
    def signed(self) -> Sparse:
        """Links by which way they push; those that do not tell are left out."""
        return self.weighed(self.signs)

    def only(self, links: NDArray[np.bool_]) -> Sparse:
        """Some links, every one certain."""
        return self.weighed(links.astype(np.float64))

    @cached_property
    def independent(self) -> NDArray[np.bool_]:
        """Shape (n_links,): whether evidence of two groups or more supports the link."""
        return self._several(self.snapshot.columns.evidence_group)

    @cached_property
    def triangulated(self) -> NDArray[np.bool_]:
        """Shape (n_links,): whether evidence of two modalities or more supports the link."""
        return self._several(self.snapshot.columns.evidence_modality)

    @cached_property
    def documents(self) -> Sparse:
        """Shape (n_documents, n_nodes): 1 where a document gives evidence of a statement about the node."""
        columns = self.snapshot.columns
        pieces = self._counted
        statement, document = columns.evidence_statement[pieces], columns.evidence_document[pieces]
        ends = np.concatenate((columns.subjects[statement], columns.objects[statement]))
        shape = len(columns.document_ids), self.snapshot.n_nodes
        matrix = csr_array((np.ones(len(ends)), (np.tile(document, 2), ends)), shape=shape)
        matrix.sum_duplicates()
        matrix.data[:] = 1.0
        return matrix

    @cached_property
    def years_since(self) -> Floats:
        """Shape (n_nodes,): years from the last new link to the last year of all, at most ``LONGEST_MEMORY``.

        A node without a dated link has not had one for the longest.
        """
        last = np.zeros(self.snapshot.n_nodes, dtype=np.int64)
        np.maximum.at(last, self.sources, self.first_years)
        now = self.snapshot.as_of if self.snapshot.as_of is not None else int(last.max(initial=0))
        return np.where(last > 0, np.clip(now - last, 0, LONGEST_MEMORY), LONGEST_MEMORY).astype(np.float64)

    @cached_property
    def _counted(self) -> NDArray[np.int64]:
        """The pieces of evidence that count for the snapshot: up to its year, and with a score; none of too many."""
        columns, as_of = self.snapshot.columns, self.snapshot.as_of
        if len(columns.evidence_year) > MOST_EVIDENCE:
            return np.zeros(0, dtype=np.int64)
        counted = columns.evidence_score > 0.0
        if as_of is not None:
            counted = counted & (columns.evidence_year > 0) & (columns.evidence_year <= as_of)
        return np.flatnonzero(counted)

    def _several(self, marks: NDArray[np.integer]) -> NDArray[np.bool_]:
        """Whether the evidence of each link has two different marks or more."""
        columns, n = self.snapshot.columns, self.snapshot.n_nodes
        pieces = self._counted
        pieces = pieces[~columns.negated[columns.evidence_statement[pieces]]]
        statement = columns.evidence_statement[pieces]
        ends = columns.subjects[statement].astype(np.int64), columns.objects[statement].astype(np.int64)
        link = np.minimum(*ends) * n + np.maximum(*ends)
        width = int(marks.max(initial=0)) + 1
        several, counts = np.unique(np.unique(link * width + marks[pieces]) // width, return_counts=True)
        mine = np.minimum(self.sources, self.targets) * n + np.maximum(self.sources, self.targets)
        return np.isin(mine, several[counts > 1])
