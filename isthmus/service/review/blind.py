"""Blind lists kept in the store: what is shown of them, and what each reviewer thought of each item.

A list is an entry that holds the answers' key; what a reviewer is shown has no label, no sentence, no score and no id that
would tell. Ratings run from 1 (surely a decoy) to 5 (surely real), 3 is undecided; each reviewer's of one list are one entry.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any

from pydantic import Field

from isthmus.errors import UsageError
from isthmus.graph.discovery.memory.snapshot import Snapshot
from isthmus.graph.discovery.walks.metapaths import Hop
from isthmus.graph.model import content_hash
from isthmus.graph.stores.entries import Entry, EntryChanged, EntryKind
from isthmus.graph.stores.protocol import Store
from isthmus.graph.vocabulary import Category, Predicate
from isthmus.service.answers import EntityName, Told
from isthmus.service.hypotheses.kept import every
from isthmus.service.review.decoys import BlindPath, blind_paths

LOWEST, HIGHEST = 1.0, 5.0
UNDECIDED = (LOWEST + HIGHEST) / 2.0


class UnknownBlindList(UsageError):
    """A blind list, or an item of one, that is not there. The API answers 404."""

    http_status = 404


class BadRating(UsageError):
    """A rating outside the scale."""


class BlindHop(Told):
    """One hop: ``forward`` is whether it is said of the node before it."""

    predicate: Predicate
    forward: bool
    words: str


class BlindItem(Told):
    """A path to judge: real, or made by chance?"""

    number: int
    text: str
    nodes: list[EntityName]
    hops: list[BlindHop]


class KeptItem(BlindItem):
    """The same with the answer."""

    decoy: bool

    @property
    def shown(self) -> BlindItem:
        """Without the answer."""
        return BlindItem(number=self.number, text=self.text, nodes=self.nodes, hops=self.hops)


class BlindList(Told):
    """A list as it is kept."""

    id: str
    size: int
    hops: int
    seed: int
    graph_hash: str
    items: list[KeptItem]


class BlindAnswer(Told):
    """A list as a reviewer sees it."""

    id: str
    size: int
    hops: int
    seed: int
    reviewer: str
    rated: dict[int, float] = Field(description="what the reviewer thought of each item so far, by its number")
    items: list[BlindItem]


def make_blind_list(
    store: Store, snapshot: Snapshot, size: int, *, hops: int, seed: int, proposals: Sequence[BlindPath] = ()
) -> BlindList:
    """A new list, kept; the same size, length and seed on the same graph give the one that is there already.

    Raises ``TooFewPaths``.
    """
    key = content_hash([snapshot.columns.version, size, hops, seed, [one.nodes for one in proposals]])[:12]
    kept = store.entry(EntryKind.BLIND_LIST, key)
    if kept is not None:
        return BlindList.model_validate(kept.value)
    paths = blind_paths(snapshot, size, hops=hops, seed=seed, proposals=proposals)
    made = BlindList(
        id=key,
        size=size,
        hops=hops,
        seed=seed,
        graph_hash=snapshot.graph_hash,
        items=[_kept(snapshot, path, number) for number, path in enumerate(paths, start=1)],
    )
    store.put_entry(EntryKind.BLIND_LIST, key, made.model_dump(mode="json"))
    return made


def blind_list(store: Store, identifier: str) -> BlindList:
    """A list that was made. Raises ``UnknownBlindList``."""
    kept = store.entry(EntryKind.BLIND_LIST, identifier) if identifier else None
    if kept is None:
        raise UnknownBlindList(
            f"{identifier[:40]!r} is no blind list: `isthmus review blind lists` names those there are"
        )
    return BlindList.model_validate(kept.value)


def blind_lists(store: Store) -> list[BlindList]:
    """All lists, by id."""
    return [BlindList.model_validate(entry.value) for entry in every(store, EntryKind.BLIND_LIST)]


def answer_blind(store: Store, made: BlindList, reviewer: str) -> BlindAnswer:
    """The list as this reviewer sees it."""
    return BlindAnswer(
        id=made.id,
        size=made.size,
        hops=made.hops,
        seed=made.seed,
        reviewer=reviewer,
        rated=ratings(store, made.id).get(reviewer, {}),
        items=[item.shown for item in made.items],
    )


def rate(store: Store, identifier: str, reviewer: str, given: Mapping[int, float]) -> dict[int, float]:
    """Keep what a reviewer thinks of some items, in place of what they thought before; returns all they rated so far.

    Raises:
        UnknownBlindList: there is no such list, or no such item on it.
        BadRating: a rating that is not from 1 to 5.
    """
    size = blind_list(store, identifier).size
    for number, rating in given.items():
        if not 1 <= number <= size:
            raise UnknownBlindList(f"the list {identifier} has items 1 to {size}, not {number}")
        if not LOWEST <= rating <= HIGHEST:
            raise BadRating(f"{rating:g} is no rating: give 1 (surely a decoy) to 5 (surely real)")
    key = f"{identifier}/{reviewer}"
    while True:
        kept = store.entry(EntryKind.BLIND_RATING, key)
        rated = (_ratings_in(kept) if kept else {}) | dict(given)
        value = {"list": identifier, "reviewer": reviewer, "ratings": {str(one): rated[one] for one in sorted(rated)}}
        try:
            store.put_entry(EntryKind.BLIND_RATING, key, value, expected=kept.revision if kept else 0)
        except EntryChanged:  # the same reviewer in another window
            continue
        return rated


def ratings(store: Store, identifier: str) -> dict[str, dict[int, float]]:
    """What each reviewer thought of the items of a list, by reviewer and number."""
    kept = every(store, EntryKind.BLIND_RATING, f"{identifier}/")
    return {str(entry.value["reviewer"]): _ratings_in(entry) for entry in kept}


def path_of(snapshot: Snapshot, item: KeptItem) -> BlindPath | None:
    """The path of an item in this graph; None where one of its nodes or a predicate between such is there no more."""
    nodes = [snapshot.index.get(node.id) for node in item.nodes]
    numbers = [node for node in nodes if node is not None]
    if len(numbers) < len(nodes):
        return None
    kinds = [snapshot.kind(node) for node in numbers]
    hops = tuple(
        Hop(hop.predicate, hop.forward, before, after)
        for hop, (before, after) in zip(item.hops, pairwise(kinds), strict=True)
    )
    return BlindPath(tuple(numbers), hops, item.decoy) if all(hop in snapshot.layers for hop in hops) else None


def _kept(snapshot: Snapshot, path: BlindPath, number: int) -> KeptItem:
    nodes = [snapshot.node(node) for node in path.nodes]
    hops = [BlindHop(predicate=hop.predicate, forward=hop.forward, words=hop.words) for hop in path.hops]
    told = "".join(f" —{hop.words}→ {node.name}" for hop, node in zip(hops, nodes[1:], strict=True))
    return KeptItem(
        number=number,
        text=f"{nodes[0].name}{told}",
        nodes=[EntityName(id=node.id, name=node.name, category=Category(node.category)) for node in nodes],
        hops=hops,
        decoy=path.decoy,
    )


def _ratings_in(entry: Entry) -> dict[int, float]:
    kept: Mapping[str, Any] = entry.value["ratings"]
    return {int(number): float(rating) for number, rating in kept.items()}
