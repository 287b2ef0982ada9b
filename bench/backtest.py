"""How well past cuts of a graph foretell what came after, as JSON.

    python -m bench.backtest --store sqlite:///FILE [--cuts 2000 2003 2006] [--until 2010]

One entry for each cut: every method's AUROC against same-category and degree-matched negatives, with 95 % intervals, seconds,
and whether the score is better than every baseline. The figures of the documentation are those of the neurodegeneration
graph, ingested from ``statements/neurodegeneration_bel_to_2010.tsv.gz`` (see ``docs/discovery.md``). ``--whole`` prints the
backtests whole.
"""

from __future__ import annotations

import argparse
import json
import time

from isthmus.graph.discovery.ranking.affinity import entity_texts
from isthmus.graph.discovery.ranking.backtest import SCORE, Backtest, backtest
from isthmus.graph.discovery.ranking.named import Named
from isthmus.graph.stores.open import open_store


def summary(found: Backtest, seconds: float) -> dict[str, object]:
    """The figures that are asked for."""
    sorts: dict[str, object] = {}
    for trial in found.trials:
        figures = {one.name: one.auroc for one in trial.methods}
        best = max((one.value, name) for name, one in figures.items() if name != SCORE)
        sorts[trial.negatives] = {
            "negatives": trial.n_negatives,
            "auroc": {name: [round(x, 3) for x in (one.value, one.low, one.high)] for name, one in figures.items()},
            "best_baseline": [best[1], round(best[0], 3)],
            "above_every_baseline": figures[SCORE].value > best[0],
        }
    return {
        "cut": found.cut,
        "until": found.until,
        "positives": found.positives,
        "learned_from": list(found.fusion_cuts),
        "seconds": round(seconds, 1),
        **sorts,
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--store", required=True)
    parser.add_argument("--cuts", type=int, nargs="+", default=[2000, 2003, 2006])
    parser.add_argument("--until", type=int)
    parser.add_argument("--whole", action="store_true")
    arguments = parser.parse_args()
    with open_store(arguments.store, create=False) as store:
        columns = store.columns()
        named = Named.of(entity_texts(columns, store.all_entities(), store.all_evidence()))
        mentions = store.mention_columns()
    found = []
    for cut in arguments.cuts:
        started = time.perf_counter()
        one = backtest(columns, cut, arguments.until, named=named, mentions=mentions)
        found.append(one.to_json() if arguments.whole else summary(one, time.perf_counter() - started))
    print(json.dumps(found, indent=2))


if __name__ == "__main__":
    main()
