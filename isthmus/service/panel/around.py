"""What the graph says of single nodes of a path, as far as a specialist may want to know it: a few statements of each kind."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np

from isthmus.graph.discovery.memory.snapshot import Snapshot, row_of
from isthmus.graph.discovery.walks.metapaths import Hop
from isthmus.graph.model import Modality
from isthmus.graph.vocabulary import Category, Predicate, Sign

AROUND_EACH = 3  # statements of one kind, of one node
MOST_AROUND = 300  # statements in all

# Kinds of research of which every statement matters, since there are few.
_RARE = (Modality.SINGLE_CELL, Modality.IMAGING, Modality.CLINICAL)
_EITHER_WAY = frozenset(
    {
        Predicate.LOCATED_IN,
        Predicate.GENE_ASSOCIATED_WITH_CONDITION,
        Predicate.BIOMARKER_FOR,
        Predicate.TREATS,
        Predicate.STUDIED_TO_TREAT,
    }
)
_FROM_IT = frozenset(
    {Predicate.EXPRESSED_IN, Predicate.HAS_PHENOTYPE, Predicate.HAS_SIDE_EFFECT, Predicate.PARTICIPATES_IN}
)
_TARGETS = (Category.GENE, Category.PROTEIN, Category.GENE_FAMILY, Category.MACROMOLECULAR_COMPLEX)


@dataclass(frozen=True, slots=True)
class Around:
    """The statements (numbers) chosen, and how many there were in all."""

    statements: Sequence[int]
    found: int


def around(snapshot: Snapshot, nodes: Sequence[int], known: Collection[int]) -> Around:
    """The best believed statements of each kind about each of these nodes, other than those that are known.

    A kind is a predicate with the kind of thing at its other end: where a gene is expressed, what a disease looks like,
    which conditions a gene, which variants a gene has, what a drug acts on, treats and does besides. Statements with
    imaging, clinical or single-cell evidence are taken whatever their predicate.
    """
    rows: list[list[int]] = []
    found = 0
    for node in nodes:
        for hop, layer in snapshot.layers.items():
            if hop.source is not snapshot.kind(node) or not _wanted(hop):
                continue
            start, end = (
                layer.beliefs.indptr[snapshot.positions[node]],
                layer.beliefs.indptr[snapshot.positions[node] + 1],
            )
            values = row_of(layer.beliefs, int(snapshot.positions[node]))[1]
            numbers = layer.statements[start:end]
            best = [place for place in np.lexsort((numbers, -values)).tolist() if int(numbers[place]) not in known]
            found += len(best)
            rows.append([int(numbers[place]) for place in best[:AROUND_EACH]])
    rare, rare_in_all = _rare(snapshot, nodes, known)
    # The best of each kind first, so that a cut takes the second and third of a kind and not whole kinds.
    in_order = [row[place] for place in range(AROUND_EACH) for row in [*rare, *rows] if place < len(row)]
    chosen = list(dict.fromkeys(in_order))[:MOST_AROUND]
    return Around(chosen, max(found + rare_in_all, len(chosen)))


def _wanted(hop: Hop) -> bool:
    if hop.predicate in _EITHER_WAY:
        return True
    if hop.predicate is Predicate.VARIANT_OF:
        return not hop.forward
    if hop.predicate in _FROM_IT:
        return hop.forward
    acts = hop.predicate.sign is not Sign.UNKNOWN or hop.predicate in (Predicate.BINDS, Predicate.AFFECTS)
    drug = Category.DRUG.includes(hop.source)
    variant = Category.SEQUENCE_VARIANT in (hop.source, hop.target) and hop.predicate is Predicate.ASSOCIATED_WITH
    return variant or (acts and drug and hop.forward and hop.target in _TARGETS)


def _rare(snapshot: Snapshot, nodes: Sequence[int], known: Collection[int]) -> tuple[list[list[int]], int]:
    """The statements of each node with evidence of the rarer kinds of research, the surest first; and how many there are."""
    columns = snapshot.columns
    numbers = [list(Modality).index(modality) for modality in _RARE]
    counted = np.isin(columns.evidence_modality, numbers) & (columns.evidence_score > 0.0)
    if snapshot.as_of is not None:
        counted &= (columns.evidence_year > 0) & (columns.evidence_year <= snapshot.as_of)
    pieces = np.flatnonzero(counted)
    statement = columns.evidence_statement[pieces]
    on = np.zeros(snapshot.n_nodes, dtype=np.bool_)
    on[list(nodes)] = True
    about = np.flatnonzero(on[columns.subjects[statement]] | on[columns.objects[statement]])
    rows: dict[tuple[int, int], dict[int, float]] = {}
    for place in about.tolist():
        piece, number = int(pieces[place]), int(statement[place])
        if number in known:
            continue
        for end in {int(columns.subjects[number]), int(columns.objects[number])} & set(nodes):
            row = rows.setdefault((end, int(columns.evidence_modality[piece])), {})
            row[number] = max(row.get(number, 0.0), float(columns.evidence_score[piece]))
    ranked = [sorted(row, key=lambda each: (-row[each], each))[:AROUND_EACH] for row in rows.values()]
    return ranked, sum(len(row) for row in rows.values())
