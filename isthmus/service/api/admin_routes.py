"""What only an administrator may: how the service is, its keys, and the record of writes."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Query, Response, status
from pydantic import BaseModel, ConfigDict, Field, StrictFloat

from isthmus.graph.stores.cursor import write_cursor
from isthmus.graph.stores.entries import EntryKind
from isthmus.graph.stores.protocol import Counts
from isthmus.service.api.dependencies import Cursor, DeedOf, GraphsOf, Limit, StoreOf
from isthmus.service.api.examples import example
from isthmus.service.api.heavy import HeavyOf
from isthmus.service.api.pages import page_after
from isthmus.service.api.schemas import PageOut
from isthmus.service.api.tables_out import ListsOf, as_table
from isthmus.service.doctor.diagnosis import diagnose
from isthmus.service.security.audit import latest_deeds
from isthmus.service.security.keys import MOST, Key, create_key, find_key, keys_of, limit_key, revoke_key, rotate_key
from isthmus.service.security.scope import Scope

router = APIRouter(tags=["admin"])

KeyId = Annotated[str, Path(max_length=200, description="the twelve characters of GET /keys")]
Days = Annotated[StrictFloat | None, Field(gt=0, le=36_500, description="after so many days it ends; else never")]


class CheckOut(BaseModel):
    """One part: whether it works, and what it is or what mends it."""

    model_config = ConfigDict(extra="allow")

    name: str
    ok: bool
    detail: str


Rate = Annotated[int, Field(ge=0, le=MOST, description="requests a minute it may send; 0: as all keys")]
Quota = Annotated[int, Field(ge=0, le=MOST, description="requests a day (UTC) it may send; 0: any number")]


class DiagnosisOut(BaseModel):
    """The store as it is, and every check; what ``isthmus doctor --json`` prints."""

    model_config = ConfigDict(extra="allow")

    store: str
    graph_hash: str | None
    counts: Counts | None
    checks: list[CheckOut]


class KeyIn(BaseModel):
    """A key to be made."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra=example({"scopes": ["read"], "name": "notebooks", "days": 90})
    )

    scopes: list[Scope] = Field(min_length=1, max_length=10)
    name: str = Field("", max_length=200, description="whom or what it is for")
    days: Days = None
    rate: Rate = 0
    quota: Quota = 0


class RotateIn(BaseModel):
    """How a key is replaced."""

    model_config = ConfigDict(extra="forbid", json_schema_extra=example({"overlap": 24}))

    overlap: StrictFloat = Field(24.0, ge=0, le=8760, description="hours that the old one still opens for")
    days: Days = None


class LimitsIn(BaseModel):
    """How often a key may ask; what is left out stays as it is."""

    model_config = ConfigDict(extra="forbid", json_schema_extra=example({"rate": 600, "quota": 100_000}))

    rate: Rate | None = None
    quota: Quota | None = None


class KeyOut(BaseModel):
    """A key, without its text, which nobody knows but who was given it. Times are ISO 8601, UTC; empty: never."""

    id: str
    scopes: list[Scope]
    name: str
    created: str
    expires: str
    revoked: str
    used: str = Field(description="the last day of use")
    replaces: str = Field(description="id of the key that it took the place of")
    rate: int = Field(description="requests a minute it may send; 0: as all keys")
    quota: int = Field(description="requests a day it may send; 0: any number")

    @classmethod
    def of(cls, key: Key) -> KeyOut:
        """From the value that is kept."""
        return cls(**{name: getattr(key, name) for name in cls.model_fields} | {"scopes": list(key.scopes)})


class MadeKeyOut(BaseModel):
    """A new key with its text, which is told this once."""

    key: KeyOut
    text: str = Field(description="to be sent as `Authorization: Bearer TEXT`")


class DeedOut(BaseModel):
    """A write: who did what, when, in which request, and the status of its answer (0: it was cut off)."""

    model_config = ConfigDict(extra="allow")

    at: str
    request: str
    key: str
    name: str
    method: str
    path: str
    reviewer: str
    status: int


@router.get("/doctor")
async def doctor(graphs: GraphsOf, heavy: HeavyOf) -> DiagnosisOut:
    """Every part of the service, and what mends the ones that are wrong."""
    return DiagnosisOut.model_validate((await heavy.run(diagnose, graphs.url)).as_json())


@router.get("/keys", **as_table(KeyOut))
def list_keys(store: StoreOf, lists: ListsOf, limit: Limit = 100, cursor: Cursor = "") -> PageOut[KeyOut] | Response:
    """All keys that were made, those that have ended too, oldest first; never their texts."""
    found = [KeyOut.of(key) for key in keys_of(store)]

    def page(limit: int, cursor: str) -> PageOut[KeyOut]:
        return page_after(found, lambda key: f"{key.created}/{key.id}", of="keys", limit=limit, cursor=cursor)

    return lists.paged(KeyOut, page, limit=limit, cursor=cursor)


@router.post("/keys", status_code=status.HTTP_201_CREATED)
def make_key(store: StoreOf, response: Response, asked: KeyIn, deed: DeedOf) -> MadeKeyOut:
    """Make a key. From the first one on nobody gets in without."""
    key, text = create_key(store, asked.scopes, name=asked.name, days=asked.days, rate=asked.rate, quota=asked.quota)
    deed.path += f" {key.id} {','.join(key.scopes)}"
    response.headers["cache-control"] = "no-store"
    return MadeKeyOut(key=KeyOut.of(key), text=text)


@router.get("/keys/{key}")
def show_key(store: StoreOf, key: KeyId) -> KeyOut:
    """One key, without its text."""
    return KeyOut.of(find_key(store, key))


@router.delete("/keys/{key}")
def revoke(store: StoreOf, key: KeyId) -> KeyOut:
    """From now on it opens nothing. It stays in the list."""
    return KeyOut.of(revoke_key(store, key))


@router.post("/keys/{key}/rotate", status_code=status.HTTP_201_CREATED)
def rotate(store: StoreOf, response: Response, key: KeyId, asked: RotateIn, deed: DeedOf) -> MadeKeyOut:
    """Make a new key in place of one, with its scopes, name and limits."""
    made, text = rotate_key(store, key, overlap=asked.overlap, days=asked.days)
    deed.path += f" {made.id}"
    response.headers["cache-control"] = "no-store"
    return MadeKeyOut(key=KeyOut.of(made), text=text)


@router.put("/keys/{key}/limits")
def limit(store: StoreOf, key: KeyId, asked: LimitsIn, deed: DeedOf) -> KeyOut:
    """Let a key ask so often and no oftener, from now on."""
    deed.path += f" rate {asked.rate} quota {asked.quota}"
    return KeyOut.of(limit_key(store, key, rate=asked.rate, quota=asked.quota))


@router.get("/audit", **as_table(DeedOut))
def audit(
    store: StoreOf,
    lists: ListsOf,
    since: Annotated[
        str, Query(max_length=40, pattern=r"^[0-9T:.+-]*$", description="a day or time, UTC", examples=["2026-01-31"])
    ] = "",
    last: Annotated[int | None, Query(ge=1, le=500, description="only so many of the newest, on one page")] = None,
    limit: Limit = 100,
    cursor: Cursor = "",
) -> PageOut[DeedOut] | Response:
    """Who wrote what by the service, and what was done to keys, oldest first: the last page's cursor goes on with what is new."""
    if last is not None:
        newest = [DeedOut.model_validate(deed, from_attributes=True) for deed in latest_deeds(store, last)]
        return lists.table(DeedOut, newest) if lists.tabular else PageOut(items=newest)

    def page(limit: int, cursor: str) -> PageOut[DeedOut]:
        found = store.entries(EntryKind.AUDIT, limit=limit, cursor=cursor)
        return PageOut(items=[DeedOut(**entry.value) for entry in found.items], cursor=found.cursor)

    return lists.paged(DeedOut, page, limit=limit, cursor=cursor or (write_cursor("entries", since) if since else ""))
