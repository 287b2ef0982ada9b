"""Runs: what was read, what became of each document, and once more what failed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated

from fastapi import APIRouter, Path, Query, Response
from pydantic import BaseModel, ConfigDict, Field

from isthmus.graph.stores.ledger import Outcome
from isthmus.service.api.dependencies import Cursor, GraphsOf, Limit, StoreOf
from isthmus.service.api.document_routes import IngestedOut
from isthmus.service.api.heavy import HeavyOf
from isthmus.service.api.schemas import PageOut
from isthmus.service.api.tables_out import ListsOf, as_table
from isthmus.service.graphs import Graphs
from isthmus.service.ingest import read_task
from isthmus.service.runs.again import RETRIED, retried
from isthmus.service.runs.record import RunState, Trigger, find_run, runs_of
from isthmus.service.settings import settings
from isthmus.service.watch.after_ingest import tell_watchers

router = APIRouter(tags=["runs"])
RunId = Annotated[str, Path(max_length=60, description="as the list has it")]


class RunOut(BaseModel):
    """One run. ``share`` is that of its inputs which is done, 0 to 1; times are UTC."""

    model_config = ConfigDict(from_attributes=True)

    id: str
    state: RunState
    reason: str = Field(description="why it is so; empty only for one that is on or done")
    trigger: Trigger
    who: str
    extractor: str
    started: str
    ended: str
    seconds: float
    share: float
    counts: Mapping[str, int]
    reasons: Mapping[str, Mapping[str, int]] = Field(description="why documents are empty, failed or quarantined")
    tokens: int = Field(description="that a language model was asked with and answered")
    money: float


class ReadDocumentOut(BaseModel):
    """What became of one document, or one part of a long one, when it was last read, and what that took."""

    model_config = ConfigDict(from_attributes=True)

    document: str
    part: int
    outcome: Outcome
    reason: str
    source: str
    digest: str
    extractor: str
    statements: int
    evidence: int
    mentions: int
    characters: int
    sections: int
    seconds: float
    tokens: int
    money: float
    at: str
    run: str


@router.get("/runs", **as_table(RunOut))
def list_(store: StoreOf, lists: ListsOf, limit: Limit = 100, cursor: Cursor = "") -> PageOut[RunOut] | Response:
    """The runs, newest first."""

    def page(limit: int, cursor: str) -> PageOut[RunOut]:
        found = runs_of(store, limit=limit, cursor=cursor)
        return PageOut(items=[RunOut.model_validate(one) for one in found.items], cursor=found.cursor)

    return lists.paged(RunOut, page, limit=limit, cursor=cursor)


@router.get("/runs/{run}")
def show(store: StoreOf, run: RunId) -> RunOut:
    """One run, as it is now."""
    return RunOut.model_validate(find_run(store, run))


@router.get("/runs/{run}/documents", **as_table(ReadDocumentOut))
def documents(
    store: StoreOf,
    lists: ListsOf,
    run: RunId,
    outcome: Annotated[Outcome | None, Query(description="only those of which this became")] = None,
    limit: Limit = 100,
    cursor: Cursor = "",
) -> PageOut[ReadDocumentOut] | Response:
    """The documents that this run was the last to read, by their ids."""
    known = find_run(store, run).id

    def page(limit: int, cursor: str) -> PageOut[ReadDocumentOut]:
        found = store.find_ledger_rows(run=known, outcome=outcome, limit=limit, cursor=cursor)
        return PageOut(items=[ReadDocumentOut.model_validate(one) for one in found.items], cursor=found.cursor)

    return lists.paged(ReadDocumentOut, page, limit=limit, cursor=cursor)


@router.post("/runs/{run}/retry")
async def retry(
    graphs: GraphsOf,
    heavy: HeavyOf,
    run: RunId,
    outcome: Annotated[Outcome | None, Query(description="failed or quarantined; both where none is named")] = None,
) -> IngestedOut:
    """Read again what a run could not read, from where it lay on the server's machine, as a new run."""
    return await heavy.run(_retry, graphs, run, outcome)


def _retry(graphs: Graphs, run: str, outcome: Outcome | None) -> IngestedOut:
    store = graphs.store  # of the thread that reads
    task = retried(store, run, (outcome,) if outcome else RETRIED)
    summary = read_task(task, store, workers=settings().workers, trigger=Trigger.REST)
    if summary.changed:
        tell_watchers(store)
    return IngestedOut.of(summary)
