"""Why a candidate ranks where it ranks among all candidates, and where it would without each of its supports.

What is taken away with a paper is its evidence and, from the features of text, its sentences, unless another paper has
them too. The weights and scales of the score stay as they were learned from the whole graph, and so do the spaces of text
and embedding: entities that lose a sentence or a link move in them. Who is asked about stays the same too: kin of the
source, and what was known of it, is not judged anew.

The papers tried are those behind the best paths to the candidate, those with a sentence that names both, and those that give
evidence on the candidate. What its score owes to all other papers (what else its neighbours do) is not taken apart.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from isthmus.graph.discovery.memory.snapshot import Snapshot
from isthmus.graph.discovery.ranking.affinity import unheard
from isthmus.graph.discovery.ranking.candidates import asked_for, features_of, scores_of_source
from isthmus.graph.discovery.ranking.features import Features
from isthmus.graph.discovery.ranking.named import Named
from isthmus.graph.discovery.walks.paths import FoundPath, find_paths
from isthmus.graph.discovery.walks.why import Papers, Standing, Why, papers_behind, why
from isthmus.graph.vocabulary import Category

PATHS = 5  # of the candidate, whose papers are tried


def why_candidate(
    snapshot: Snapshot,
    source: int,
    candidate: int,
    category: Category,
    *,
    named: Named | None = None,
    max_hops: int = 3,
    top: int = 20,
    known: bool = True,
    kin: bool = False,
) -> Why:
    """Why ``candidate`` ranks where ``rank_candidates`` puts it, asked with these settings.

    It is ranked whatever the settings leave out. Its standing has no rank where nothing joins the two.

    Raises:
        TooManyHops: for a ``max_hops`` outside 1 to 4.
    """
    whole = features_of(snapshot, named, max_hops)
    asked = asked_for(snapshot, source, category, known=known, kin=kin)
    asked[candidate] = True

    def stand(graph: Snapshot) -> Standing:
        features = whole if graph is snapshot else _without(whole, graph)
        scores = np.where(asked, scores_of_source(features, source, category), 0.0)
        own = float(scores[candidate])
        return Standing(1 + int(np.count_nonzero(scores > own)), own) if own > 0.0 else Standing(None, 0.0)

    paths = find_paths(snapshot, source, candidate, max_hops=max_hops, top=PATHS, direct=False)
    return why(snapshot, stand, _supports(snapshot, source, candidate, paths, named), top=top)


def _supports(
    snapshot: Snapshot, source: int, candidate: int, paths: tuple[FoundPath, ...], named: Named | None
) -> list[Papers]:
    supports = papers_behind(snapshot, paths)
    columns = snapshot.columns
    told = (columns.subjects == candidate) | (columns.objects == candidate)
    supports.append(np.unique(columns.evidence_document[told[columns.evidence_statement] & _counted(snapshot)]))
    if named is not None:
        supports.append(named.documents_naming(source, candidate, snapshot.as_of, snapshot.exists))
    return supports


def _counted(snapshot: Snapshot) -> NDArray[np.bool_]:
    """Shape (n_evidence,): whether a piece counts as of the snapshot's year."""
    columns, as_of = snapshot.columns, snapshot.as_of
    counted = columns.evidence_score > 0.0
    return counted if as_of is None else counted & (columns.evidence_year > 0) & (columns.evidence_year <= as_of)


def _without(whole: Features, graph: Snapshot) -> Features:
    named = None if whole.named is None else whole.named.without(unheard(graph.columns))
    return Features(graph, named, whole.max_hops, whole)
