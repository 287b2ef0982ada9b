"""``isthmus backtest``: how good the graph's proposals have been, as plain values; worked out once per graph and question."""

from __future__ import annotations

from typing import Any

from isthmus.graph.discovery.memory.snapshot import Snapshot
from isthmus.graph.discovery.ranking.backtest import SCORE, Backtest, backtest
from isthmus.graph.stores.protocol import Store
from isthmus.service.texts import sentences_of


def answer_backtest(store: Store, snapshot: Snapshot, cut: int, until: int | None = None) -> dict[str, Any]:
    """What ``backtest`` found, with the figures that are asked for first on top: AUROC of the score and of the baselines.

    ``auroc`` and ``best_baseline`` are by sort of negatives. Raises ``NoSlice`` for years with nothing to foretell.
    """
    key = ("backtest", cut, until)
    if key not in snapshot.memo:
        mentions = store.mention_columns()
        found = backtest(
            snapshot.columns,
            cut,
            until,
            named=sentences_of(store, snapshot),
            mentions=mentions if len(mentions.mention_document) else None,
        )
        snapshot.memo[key] = {**_summary(found), **found.to_json()}
    told: dict[str, Any] = snapshot.memo[key]
    return told


def _summary(found: Backtest) -> dict[str, Any]:
    auroc = {trial.negatives: {one.name: one.auroc.value for one in trial.methods} for trial in found.trials}
    best = {
        negatives: max(((name, value) for name, value in values.items() if name != SCORE), key=lambda pair: pair[1])
        for negatives, values in auroc.items()
    }
    return {
        "auroc": {negatives: values[SCORE] for negatives, values in auroc.items()},
        "best_baseline": {negatives: {"name": name, "auroc": value} for negatives, (name, value) in best.items()},
    }
