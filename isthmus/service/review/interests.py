"""The stored hypotheses that nobody has settled, and the statements that they rest on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import prod
from typing import Any

from isthmus.graph.discovery.memory.snapshot import Snapshot
from isthmus.graph.discovery.walks.metapaths import Hop
from isthmus.graph.stores.entries import EntryKind
from isthmus.graph.stores.protocol import Store
from isthmus.graph.vocabulary import Predicate
from isthmus.service.hypotheses.kept import all_living, edition, every
from isthmus.service.hypotheses.status import Status
from isthmus.service.review.decoys import BlindPath
from isthmus.service.review.queue import Interest

WATCHED = 2.0  # chosen: what somebody wants to be told of counts twice
OPEN = frozenset({Status.PROPOSED, Status.UNDER_REVIEW, Status.ACCEPTED, Status.RETRACTED_SUPPORT})

Path = Mapping[str, Any]  # a ``PathAnswer`` as it was kept


@dataclass(frozen=True, slots=True)
class _Open:
    """An open hypothesis: its claim, and the paths of its last edition, the best first; never none."""

    id: str
    claim: str
    paths: list[Path]

    @property
    def leading(self) -> Path:
        """What it is about: the best path of more than one statement, else the best."""
        return next((path for path in self.paths if len(path["statements"]) > 1), self.paths[0])


def interests_of(store: Store) -> list[Interest]:
    """Those of a store, by id, each believed as the statements of its leading path are now."""
    kept = _open(store)
    hops = {one.id: _statements(one.leading) for one in kept}
    watched = {entry.value["hypothesis"] for entry in every(store, EntryKind.WATCH)}
    rows = store.statements({statement for statements in hops.values() for statement in statements})
    return [
        Interest(
            id=one.id,
            title=one.claim,
            belief=prod(rows[statement].belief if statement in rows else 0.0 for statement in hops[one.id]),
            shares=_shares(one.paths, WATCHED if one.id in watched else 1.0),
        )
        for one in kept
    ]


def proposals_of(store: Store, snapshot: Snapshot) -> list[BlindPath]:
    """The leading path of each, as far as it is in the graph still, by the hypothesis' id."""
    found = (_blind_path(snapshot, one.leading) for one in _open(store))
    return [path for path in found if path is not None]


def _open(store: Store) -> list[_Open]:
    living = sorted((one for one in all_living(store) if one.status in OPEN), key=lambda one: one.hypothesis.id)
    kept = [_Open(one.hypothesis.id, one.hypothesis.claim, edition(store, one.hypothesis)["paths"]) for one in living]
    return [one for one in kept if one.paths]


def _statements(path: Path) -> list[str]:
    return [hop["id"] for hop in path["statements"]]


def _shares(paths: list[Path], weight: float) -> dict[str, float]:
    """Of each statement the score of the best path that goes over it, over that of the best path, times the weight."""
    best = max(path["score"] for path in paths)
    shares: dict[str, float] = {}
    for path in paths:
        share = weight * (path["score"] / best if best > 0.0 else 1.0)
        for statement in _statements(path):
            shares[statement] = max(share, shares.get(statement, 0.0))
    return shares


def _blind_path(snapshot: Snapshot, path: Path) -> BlindPath | None:
    nodes = [snapshot.index.get(node["id"]) for node in path["nodes"]]
    numbers = tuple(node for node in nodes if node is not None)
    if len(numbers) < len(nodes):
        return None
    hops = []
    for hop, before, after in zip(path["statements"], numbers, numbers[1:], strict=False):
        predicate = Predicate(hop["predicate"])
        forward = predicate.symmetric or hop["subject"] == snapshot.ids[before]
        hops.append(Hop(predicate, forward, snapshot.kind(before), snapshot.kind(after)))
    return BlindPath(numbers, tuple(hops)) if all(hop in snapshot.layers for hop in hops) else None
