"""Where a list stands: the best candidates for an entity, or the widest gaps."""

from __future__ import annotations

import numpy as np

from isthmus.graph.discovery.memory.snapshot import Snapshot
from isthmus.graph.discovery.ranking.candidates import asked_for, features_of, scores_of_source
from isthmus.graph.discovery.ranking.named import Named
from isthmus.graph.stores.protocol import Store
from isthmus.graph.vocabulary import Category
from isthmus.service.gaps import answer_gaps
from isthmus.service.watch.watch import MAX_HOPS, ListStanding, Ranked

BEYOND = 3  # times as many as are watched are ranked, so that whoever leaves the top still has a rank


def candidates_standing(
    snapshot: Snapshot, entity: str, category: Category, top: int, named: Named | None
) -> ListStanding:
    """The best entities of a category for one; as ``isthmus candidates`` scores them."""
    source = snapshot.index.get(entity)
    if source is None:
        return ListStanding(items=[])
    wanted = asked_for(snapshot, source, category)
    scores = np.where(wanted, scores_of_source(features_of(snapshot, named, MAX_HOPS), source, category), 0.0)
    best = np.lexsort((np.arange(len(scores)), -scores))[: BEYOND * top]
    direct = set(snapshot.neighbours(source).tolist())
    return ListStanding(
        items=[
            Ranked(id=snapshot.ids[node], name=snapshot.names[node], score=float(scores[node]), known=node in direct)
            for node in best.tolist()
            if scores[node] > 0.0
        ]
    )


def gaps_standing(store: Store, snapshot: Snapshot, top: int) -> ListStanding:
    """The widest gaps; a pair of subfields is told by their names."""
    found = answer_gaps(store, snapshot, top=BEYOND * top).gaps
    return ListStanding(
        items=[Ranked(id=f"{gap.a} | {gap.b}", name=f"{gap.a} and {gap.b}", score=gap.score) for gap in found]
    )
