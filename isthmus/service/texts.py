"""The sentences of a store, as discovery reads them."""

from __future__ import annotations

from typing import cast

from isthmus.graph.discovery.memory.snapshot import Snapshot
from isthmus.graph.discovery.ranking.affinity import entity_texts
from isthmus.graph.discovery.ranking.named import Named
from isthmus.graph.stores.protocol import Store
from isthmus.steps import checkpoint

FEWEST_SENTENCES = 100  # of fewer, the words that they have in common say nothing of what they are about
MOST_EVIDENCE = 300_000  # pieces; reading the sentences of more takes longer than anybody waits for an answer


def sentences_of(store: Store, snapshot: Snapshot) -> Named | None:
    """What the sentences of the store name, read once per snapshot; whatever is later than it is left out where it is used.

    ``None`` for a graph of fewer than ``FEWEST_SENTENCES``, and for one with more than ``MOST_EVIDENCE`` pieces of evidence.
    """
    key = "sentences"
    if key not in snapshot.memo:
        columns = snapshot.columns
        named = None
        if 0 < len(columns.evidence_year) <= MOST_EVIDENCE:
            checkpoint("reading the sentences")
            texts = entity_texts(columns, store.all_entities(), store.all_evidence())
            named = Named.of(texts) if len(texts.texts) >= FEWEST_SENTENCES else None
        snapshot.memo[key] = named
    return cast("Named | None", snapshot.memo[key])
