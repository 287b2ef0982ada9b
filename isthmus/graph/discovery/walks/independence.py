"""How independent the evidence is on which a claim or a path stands: papers, groups, kinds of research, years."""

from __future__ import annotations

from dataclasses import dataclass

from isthmus.graph.discovery.memory.claims import Indices
from isthmus.graph.model import Modality
from isthmus.graph.stores.columns import GraphColumns

_MODALITIES = list(Modality)


@dataclass(frozen=True, slots=True)
class Independence:
    """What stands behind a claim, or behind all the claims of a path together.

    ``groups`` counts papers of one senior author once (a paper that names none is a group of its own). ``pieces`` counts
    sentences and rows. The years are those of dated evidence, None where none is dated.
    """

    pieces: int
    papers: int
    groups: int
    modalities: tuple[Modality, ...]
    first_year: int | None
    last_year: int | None


def independence(columns: GraphColumns, evidence: Indices) -> Independence:
    """Of these pieces of evidence (indices, each once)."""
    # There are mostly a handful, for which sets are quicker than arrays.
    years = [year for year in columns.evidence_year[evidence].tolist() if year > 0]
    return Independence(
        pieces=len(evidence),
        papers=len(set(columns.evidence_document[evidence].tolist())),
        groups=len(set(columns.evidence_group[evidence].tolist())),
        modalities=tuple(_MODALITIES[number] for number in sorted(set(columns.evidence_modality[evidence].tolist()))),
        first_year=min(years, default=None),
        last_year=max(years, default=None),
    )
