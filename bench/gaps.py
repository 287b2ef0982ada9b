"""Whether gaps between subfields are what they seem.

    python -m bench.gaps --store URL [--copies 60] [--cuts 2000 2002 2004]

Prints one JSON document for the graph of a store: how many subfields it falls into and how long that and the gap map take
(processor seconds); what z is for the same subfields on rewired copies of the graph, where nothing but degrees is left
(it should be standard normal); and, for each cut, how well what could be said of two subfields then agrees (Spearman's
rho, among the pairs with a gap) with the links that came later for each one expected, beside a random order.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Sequence
from itertools import islice

import numpy as np
from scipy.stats import spearmanr

from isthmus.graph.discovery.chance.rewire import rewirings
from isthmus.graph.discovery.fields.expected_links import links_between
from isthmus.graph.discovery.fields.gaps import centroid_affinity, find_gaps
from isthmus.graph.discovery.fields.subfields import communities
from isthmus.graph.discovery.memory.snapshot import Snapshot
from isthmus.graph.discovery.ranking.affinity import EntityTexts, TextAffinity, entity_texts
from isthmus.graph.stores.open import open_store


def chance(snapshot: Snapshot, copies: int, seed: int = 0) -> dict[str, object]:
    """z on rewired copies, by how many links are expected."""
    groups = [subfield.nodes for subfield in communities(snapshot)]
    pairs = np.triu_indices(len(groups), 1)
    expected = links_between(snapshot, groups).expected[pairs]
    z = []
    for copy in islice(rewirings(snapshot, seed=seed), copies):
        copy.memo.update({key: null for key, null in snapshot.memo.items() if key[0] == "layer null"})  # equal degrees
        z.append(links_between(copy, groups).z[pairs])
    table = np.array(z)
    return {
        f"expected at least {least}": {
            "pairs": int((expected >= least).sum()),
            "mean": round(float(table[:, expected >= least].mean()), 3),
            "sd": round(float(table[:, expected >= least].std()), 3),
            "below -1.645": round(float((table[:, expected >= least] < -1.645).mean()), 4),
            "above 1.645": round(float((table[:, expected >= least] > 1.645).mean()), 4),
        }
        for least in (1, 5, 50)
        if (expected >= least).any()
    }


def later(now: Snapshot, texts: EntityTexts, cut: int) -> dict[str, object]:
    """How well what was known at the end of the year ``cut`` agrees with what came after it."""
    then = now.at(cut)
    subfields = communities(then)
    groups = [subfield.nodes for subfield in subfields]
    affinity = centroid_affinity(TextAffinity.of(texts, cut, then.exists).vectors)
    links = links_between(now, groups)
    gaps = [
        gap
        for gap in find_gaps(then, subfields, texts=affinity, top=len(groups) ** 2, bridges_each=0)
        if gap.score > 0.0
    ]
    grown = [(links.observed[gap.a, gap.b] - gap.observed) / max(gap.expected, 0.1) for gap in gaps]
    told = {
        "affinity of neighbours": [gap.affinity for gap in gaps],
        "affinity of texts": [gap.text_affinity or 0.0 for gap in gaps],
        "observed / expected": [gap.observed / gap.expected for gap in gaps],
        "expected": [gap.expected for gap in gaps],
        "score": [gap.score for gap in gaps],
        "random": np.random.default_rng(cut).random(len(gaps)).tolist(),
    }
    return {"subfields": len(groups), "gaps": len(gaps)} | {
        name: round(float(spearmanr(values, grown).statistic), 3) for name, values in told.items()
    }


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--store", required=True)
    parser.add_argument("--copies", type=int, default=60)
    parser.add_argument("--cuts", type=int, nargs="*", default=[])
    chosen = parser.parse_args(arguments)
    with open_store(chosen.store, create=False) as store:
        snapshot = Snapshot.from_columns(store.columns())
        texts = entity_texts(snapshot.columns, store.all_entities(), store.all_evidence())
    from isthmus.graph.discovery.fields.leiden import leiden  # noqa: F401  the import is not what is timed

    started = time.process_time()
    subfields = communities(snapshot)
    found = time.process_time()
    find_gaps(snapshot, subfields, top=20)
    mapped = time.process_time()
    figures = {
        "entities": snapshot.n_nodes,
        "edges": snapshot.n_edges,
        "subfields": len(subfields),
        "sizes": [len(subfield) for subfield in subfields],
        "names": [subfield.name for subfield in subfields[:10]],
        "communities_seconds": round(found - started, 2),
        "gap_map_seconds": round(mapped - found, 2),
        "z_on_rewired_graphs": chance(snapshot, chosen.copies),
        "later_links": {cut: later(snapshot, texts, cut) for cut in chosen.cuts},
    }
    print(json.dumps(figures, indent=2))


if __name__ == "__main__":
    main()
