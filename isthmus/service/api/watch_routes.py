"""Watch-lists: what is watched, the alerts, and the alerts as a feed."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Query, Request, Response, status
from pydantic import BaseModel, ConfigDict, Field, StrictBool, StrictInt

from isthmus.graph.vocabulary import Category
from isthmus.service.api.dependencies import Cursor, Limit, StoreOf
from isthmus.service.api.examples import DISEASE_NAME, DRUG_NAME, WATCH, example
from isthmus.service.api.pages import page_after
from isthmus.service.api.schemas import PageOut
from isthmus.service.api.tables_out import MOST_ROWS, ListsOf, as_table
from isthmus.service.lexicon import lexicon
from isthmus.service.watch.added import add_watch
from isthmus.service.watch.atom import MEDIA_TYPE, MOST_ENTRIES, atom_feed
from isthmus.service.watch.kept import Watched, alerts_of, find, latest_alerts, remove, watched_of
from isthmus.service.watch.outbox import deliver
from isthmus.service.watch.run import run_watches
from isthmus.service.watch.watch import Alert, LinkStanding, ListStanding, Watch

router = APIRouter(tags=["watches"])

WatchId = Annotated[
    str, Path(max_length=200, description="its id, or six characters of its beginning or more", examples=[WATCH])
]


class WatchIn(BaseModel):
    """What to watch: a hypothesis, the link of two entities, candidates for one, or gaps; one of these."""

    model_config = ConfigDict(
        extra="forbid", populate_by_name=True, json_schema_extra=example({"from": DRUG_NAME, "to": DISEASE_NAME})
    )

    hypothesis: str = Field("", max_length=200)
    from_: str = Field("", alias="from", max_length=500, description="a CURIE or a name, with ``to``")
    to: str = Field("", max_length=500)
    for_: str = Field("", alias="for", max_length=500, description="a CURIE or a name, with ``category``")
    category: Category = Category.DRUG
    gaps: StrictBool = False
    top: StrictInt = Field(10, ge=1, le=200)
    notify: list[Annotated[str, Field(max_length=2000)]] = Field(
        default_factory=list, max_length=20, description="webhook:URL or mail:ADDRESS"
    )


class WatchOut(BaseModel):
    """A watch with where it stood when last looked at, in which version of the graph."""

    id: str
    watch: Watch
    text: str
    version: str
    standing: LinkStanding | ListStanding | None

    @classmethod
    def of(cls, one: Watched) -> WatchOut:
        """From the value that is kept."""
        return cls(id=one.watch.id, watch=one.watch, text=one.watch.text, version=one.version, standing=one.standing)


class RunOut(BaseModel):
    """What a run did."""

    watches: int
    alerts: list[Alert]
    sent: int
    waiting: int
    seconds: float


@router.get("/watches", **as_table(WatchOut))
def list_(store: StoreOf, lists: ListsOf, limit: Limit = 100, cursor: Cursor = "") -> PageOut[WatchOut] | Response:
    """What is watched, by id."""
    found = [WatchOut.of(one) for one in watched_of(store)]

    def page(limit: int, cursor: str) -> PageOut[WatchOut]:
        return page_after(found, lambda one: one.id, of="watches", limit=limit, cursor=cursor)

    return lists.paged(WatchOut, page, limit=limit, cursor=cursor)


@router.post("/watches", status_code=status.HTTP_201_CREATED)
def add(store: StoreOf, asked: WatchIn) -> WatchOut:
    """Watch something; the same again changes whom to tell. Where it stands now is what is compared with."""
    added = add_watch(
        store,
        lexicon().canonical,
        hypothesis=asked.hypothesis,
        source=asked.from_,
        target=asked.to,
        entity=asked.for_,
        category=asked.category,
        gaps=asked.gaps,
        top=asked.top,
        notify=asked.notify,
    )
    return WatchOut.of(added)


@router.post("/watches/run")
def run(store: StoreOf) -> RunOut:
    """Score all that is watched anew, write down what moved, and send what is due."""
    done = run_watches(store)
    delivered = deliver(store)
    return RunOut(
        watches=done.watches,
        alerts=done.alerts,
        sent=delivered.sent,
        waiting=delivered.waiting,
        seconds=done.seconds,
    )


@router.get("/watches/feed.xml", response_class=Response, responses={200: {"content": {MEDIA_TYPE: {}}}})
def feed(request: Request, store: StoreOf) -> Response:
    """The newest alerts as an Atom feed."""
    told = atom_feed(latest_alerts(store, MOST_ENTRIES), address=str(request.url))
    return Response(told, media_type=MEDIA_TYPE)


@router.get("/watches/{watch}")
def show(store: StoreOf, watch: WatchId) -> WatchOut:
    """One watch."""
    return WatchOut.of(find(store, watch))


@router.delete("/watches/{watch}", status_code=status.HTTP_204_NO_CONTENT)
def stop(store: StoreOf, watch: WatchId) -> None:
    """Watch it no longer; its alerts stay."""
    remove(store, watch)


@router.get("/alerts", **as_table(Alert))
def alerts(
    store: StoreOf,
    lists: ListsOf,
    watch: Annotated[str, Query(max_length=200, description="only of this one, the newest first")] = "",
    limit: Limit = 100,
    cursor: Cursor = "",
) -> PageOut[Alert] | Response:
    """What became of what is watched, oldest first, so that the cursor of the last page goes on with what is new."""
    wanted = find(store, watch).watch.id if watch else ""

    def page(limit: int, cursor: str) -> PageOut[Alert]:
        if wanted:
            latest = latest_alerts(store, MOST_ROWS, wanted)
            return page_after(latest, lambda one: one.id, of=wanted, limit=limit, cursor=cursor, newest_first=True)
        found = alerts_of(store, limit=limit, cursor=cursor)
        return PageOut(items=list(found.items), cursor=found.cursor)

    return lists.paged(Alert, page, limit=limit, cursor=cursor)
