"""What scores are measured with, kept the same from run to run, so that what moved is the graph and not the measure.

Scales, weights and null models are worked out from the whole graph (``fusion``, ``nulls``). After each ingest they would come
out a little different, and with them every score: and to fit them takes minutes on a large graph. So a watch-list measures
with those of one version of the graph until more than ``MOST_TOUCHED`` of its statements were touched; then they are made
anew, and the standings with them, without an alert for what only the new measure moves. A kind of relation that came
meanwhile is not on the yardstick: paths over it count from the next one on; direct statements and denials count at once.
"""

from __future__ import annotations

import numpy as np

from isthmus.graph.discovery.memory.snapshot import Snapshot
from isthmus.graph.discovery.ranking.features import FEATURES, Features
from isthmus.graph.discovery.ranking.fusion import Fusion, fusion_of, scales_of
from isthmus.graph.discovery.ranking.named import Named
from isthmus.service.answers import Told
from isthmus.service.watch.watch import MAX_HOPS

MOST_TOUCHED = 0.05


class Yardstick(Told):
    """Scales and weights by feature, of which version of the graph they and the null models are, and how far it has moved."""

    version: str
    statements: int
    touched: int = 0
    text: bool
    features: list[str]
    scales: list[float]
    weights: list[float]
    cuts: list[int]
    positives: int

    @classmethod
    def of(cls, snapshot: Snapshot, named: Named | None) -> Yardstick:
        """That of the graph as it is now."""
        fusion = fusion_of(snapshot, named, MAX_HOPS)
        return cls(
            version=snapshot.columns.version,
            statements=len(snapshot.statement_ids),
            text=named is not None,
            features=list(FEATURES),
            scales=scales_of(Features(snapshot, named, MAX_HOPS)).tolist(),
            weights=fusion.weights.tolist(),
            cuts=list(fusion.cuts),
            positives=fusion.positives,
        )

    @property
    def near(self) -> bool:
        """Whether the graph has moved so little since that it is still the measure."""
        return self.touched <= MOST_TOUCHED * self.statements

    def measures(self, named: Named | None) -> bool:
        """Whether it knows the features that there are now."""
        return self.features == list(FEATURES) and self.text == (named is not None)

    def lay_on(self, snapshot: Snapshot) -> None:
        """Let all scores of this snapshot be measured with it."""
        fusion = Fusion(np.array(self.weights), tuple(self.cuts), self.positives)
        snapshot.memo["scales", self.text, MAX_HOPS] = np.array(self.scales)
        snapshot.memo["fusion", self.text, MAX_HOPS] = fusion
