"""The review queue told: pages of what waits, in words."""

from __future__ import annotations

from collections.abc import Sequence

import orjson
from pydantic import Field

from isthmus.graph.discovery.memory.snapshot import Snapshot
from isthmus.graph.model import Entity
from isthmus.graph.stores.cursor import read_cursor, write_cursor
from isthmus.graph.stores.protocol import Store
from isthmus.graph.verdict import VerdictAbout, VerdictKind
from isthmus.service.answers import Told
from isthmus.service.review.history import Latest, latest_by_target
from isthmus.service.review.interests import interests_of
from isthmus.service.review.queue import Interest, Place, Waiting, Wanted, denials, queue
from isthmus.service.review.wording import statement_texts

_QUESTION = "review queue"


class SaidBy(Told):
    """Who said what last."""

    reviewer: str
    kind: VerdictKind


class WaitingAnswer(Told):
    """One thing that waits for a verdict, and why it stands where it stands."""

    about: VerdictAbout
    id: str
    text: str
    value: float = Field(description="what the queue is sorted by: information times what leans on it")
    information: float = Field(description="bits that a verdict is expected to tell")
    lean: float = Field(
        description="how much of what the graph answers leans on it, against what most leans on: 0 to 1"
    )
    belief: float
    disagreed: bool
    verdicts: list[SaidBy]
    hypotheses: list[str] = Field(description="stored hypotheses that rest on it")


class QueueAnswer(Told):
    """A page of the queue; ``cursor`` fetches the next one and is empty at the end."""

    reviewer: str = Field(description="what they judged already is left out")
    items: list[WaitingAnswer]
    cursor: str = ""


def answer_queue(
    store: Store,
    snapshot: Snapshot,
    *,
    reviewer: str = "",
    source: Entity | None = None,
    hypothesis: str = "",
    limit: int = 20,
    cursor: str = "",
) -> QueueAnswer:
    """What is most worth a look; see ``queue``. An entity that no statement names has an empty queue.

    Raises ``BadCursor``.
    """
    after = _place(cursor) if cursor else None
    node = None if source is None else snapshot.index.get(source.id)
    if source is not None and node is None:
        return QueueAnswer(reviewer=reviewer, items=[])
    said = latest_by_target(store.verdicts())
    interests = interests_of(store)
    found = queue(
        snapshot,
        _denied(store, snapshot),
        said,
        interests,
        Wanted(reviewer, node, hypothesis),
        limit=limit + 1,
        after=after,
    )
    shown = found[:limit]
    return QueueAnswer(
        reviewer=reviewer,
        items=_tell(store, shown, said, interests),
        cursor=_cursor(shown[-1].place) if len(found) > limit else "",
    )


def _denied(store: Store, snapshot: Snapshot) -> dict[str, float]:
    key = "beliefs denied"
    if key not in snapshot.memo:
        snapshot.memo[key] = {one: row.belief for one, row in store.statements(denials(snapshot)).items()}
    beliefs: dict[str, float] = snapshot.memo[key]
    return beliefs


def _tell(store: Store, shown: Sequence[Waiting], said: Latest, interests: Sequence[Interest]) -> list[WaitingAnswer]:
    rows = store.statements([one.id for one in shown if one.about is VerdictAbout.STATEMENT])
    texts = statement_texts(store, rows.values()) | {one.id: one.title for one in interests}
    return [
        WaitingAnswer(
            about=one.about,
            id=one.id,
            text=texts[one.id],
            value=one.value,
            information=one.information,
            lean=one.lean,
            belief=one.belief,
            disagreed=one.disagreed,
            verdicts=[SaidBy(reviewer=name, kind=last.kind) for name, last in sorted(said.get(one.id, {}).items())],
            hypotheses=list(one.hypotheses),
        )
        for one in shown
        if one.id in texts  # gone, where a write came between the snapshot and now
    ]


def _cursor(place: Place) -> str:
    return write_cursor(_QUESTION, orjson.dumps([*place]).decode())


def _place(cursor: str) -> Place:
    later, negative_value, identifier = orjson.loads(read_cursor(_QUESTION, cursor))
    return Place(later, negative_value, identifier)
