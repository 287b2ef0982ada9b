"""What is looked up for many at once: a question costs a bounded number of store calls, however many entities it shows."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray
from strawberry.dataloader import DataLoader

from isthmus.graph.model import Document, Entity, Evidence
from isthmus.graph.stores.protocol import StatementRow, Store
from isthmus.graph.verdict import Verdict
from isthmus.graph.vocabulary import Predicate
from isthmus.service.graphs import Graphs

T = TypeVar("T")


class Role(StrEnum):
    """Which end of a statement an entity is."""

    SUBJECT = "subject"
    OBJECT = "object"
    EITHER = "either"


@dataclass(frozen=True, slots=True)
class About:
    """A page of the statements of one entity: those whose ids come after ``after``, at most ``limit``."""

    entity: str
    role: Role
    predicate: Predicate | None
    after: str
    limit: int


class Loaders:
    """The loaders of one request; each call of them within a tick of the loop becomes one call of the store."""

    def __init__(self, graphs: Graphs) -> None:
        self._graphs = graphs
        self.entities: DataLoader[str, Entity | None] = DataLoader(self._each(lambda store, ids: store.entities(ids)))
        self.documents: DataLoader[str, Document | None] = DataLoader(
            self._each(lambda store, ids: store.documents(ids))
        )
        self.statements: DataLoader[str, StatementRow | None] = DataLoader(
            self._each(lambda store, ids: store.statements(ids))
        )
        self.evidence: DataLoader[str, list[Evidence] | None] = DataLoader(
            self._each(lambda store, ids: store.evidence(ids))
        )
        self.verdicts: DataLoader[str, list[Verdict] | None] = DataLoader(self._each(_verdicts))
        self.statements_of: DataLoader[About, list[StatementRow]] = DataLoader(self._statements_of)

    def _each(
        self, look_up: Callable[[Store, Sequence[str]], Mapping[str, T]]
    ) -> Callable[[list[str]], Awaitable[list[T | None]]]:
        async def load(ids: list[str]) -> list[T | None]:
            found = look_up(self._graphs.store, ids)
            return [found.get(one) for one in ids]

        return load

    async def _statements_of(self, asked: list[About]) -> list[list[StatementRow]]:
        """One row more than asked for, where there is one, so that the page knows whether it is the last."""
        pages = statement_ids(self._graphs, asked)
        rows = self._graphs.store.statements({one for page in pages for one in page})
        return [[rows[one] for one in page if one in rows] for page in pages]


def statement_ids(graphs: Graphs, asked: Sequence[About]) -> list[list[str]]:
    """The ids of the statements on each page and of the first after it, sorted.

    From the columns of the snapshot: one pass over the statements for all entities together. The columns hold every
    statement, the denied ones too, in the order of their ids.
    """
    snapshot = graphs.snapshot()
    columns, index = snapshot.columns, snapshot.index
    wanted = np.zeros(len(columns.entity_ids), dtype=bool)
    wanted[[index[one.entity] for one in asked if one.entity in index]] = True
    of: dict[Role, dict[int, list[int]]] = {role: defaultdict(list) for role in Role}
    for number in np.flatnonzero(wanted[columns.subjects] | wanted[columns.objects]).tolist():
        subject, obj = int(columns.subjects[number]), int(columns.objects[number])
        of[Role.SUBJECT][subject].append(number)
        of[Role.OBJECT][obj].append(number)
        for end in {subject, obj}:
            of[Role.EITHER][end].append(number)
    predicates = list(Predicate)
    return [
        _page(
            one, of[one.role].get(index.get(one.entity, -1), ()), columns.statement_ids, columns.predicates, predicates
        )
        for one in asked
    ]


def _page(
    asked: About, numbers: Iterable[int], ids: Sequence[str], kinds: NDArray[np.int16], predicates: Sequence[Predicate]
) -> list[str]:
    page: list[str] = []
    for number in numbers:
        if asked.predicate is not None and predicates[kinds[number]] is not asked.predicate:
            continue
        if ids[number] > asked.after:
            page.append(ids[number])
            if len(page) > asked.limit:
                break
    return page


def _verdicts(store: Store, targets: Sequence[str]) -> Mapping[str, list[Verdict]]:
    found: dict[str, list[Verdict]] = {}
    for one in store.verdicts(targets=targets):
        found.setdefault(one.target, []).append(one)
    return found
