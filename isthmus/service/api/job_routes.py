"""Long work as jobs: handed in, watched, stopped, fetched."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path as FilePath
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Body, Header, Path, Query, Request, Response, status
from fastapi.responses import FileResponse, StreamingResponse
from pydantic import BaseModel, Field
from starlette.concurrency import run_in_threadpool

from isthmus.graph.stores.protocol import Store
from isthmus.service.api.dependencies import Cursor, Limit, StoreOf
from isthmus.service.api.pages import page_after
from isthmus.service.api.punctual import ENDLESS
from isthmus.service.api.schemas import PageOut
from isthmus.service.api.server_events import MEDIA_TYPE
from isthmus.service.api.tables_out import ListsOf, as_table
from isthmus.service.jobs.asked import EXAMPLES, JobIn
from isthmus.service.jobs.folder import folder_of
from isthmus.service.jobs.following import follow, room_for_one_more
from isthmus.service.jobs.job import (
    IN_STEPS,
    SCOPES,
    Job,
    JobKind,
    JobState,
    NoResultYet,
    NoSuchJob,
    ResultGone,
    all_jobs,
    find,
    write_down_interrupted,
)
from isthmus.service.jobs.running import Jobs, Owner
from isthmus.service.jobs.work import JSON
from isthmus.service.security.access import Caller, caller_of, need_to_write
from isthmus.service.security.scope import Scope

router = APIRouter(tags=["jobs"])

JobId = Annotated[str, Path(max_length=60, description="as the list has it")]
_FILES = ("application/zip", "application/gzip", "application/vnd.sqlite3", "application/x-tar")


class JobOut(BaseModel):
    """One job. Times are ISO 8601, UTC; empty: not yet."""

    id: str
    kind: JobKind
    state: JobState
    message: str = Field(description="what it does now, what it came to, or why it did not")
    share: float | None = Field(description="that is done, 0 to 1; null where nobody knows before it is done")
    steps: Literal["known", "unknown"] = Field(description="unknown: it tells how long it runs, not how far it is")
    made: str
    started: str
    ended: str
    seconds: float = Field(description="that it has run")
    stopping: bool = Field(description="whether it was told to stop, and does at its next step")
    parameters: Mapping[str, Any] = Field(description="as asked for; of documents, rows and pairs how many")
    summary: Mapping[str, Any] = Field(description="of an ingest, an export or a backup, a few figures")
    file: str = Field(description="name of what `result` gives")
    media_type: str
    bytes: int
    cleared: bool = Field(description="whether the result was cleared away")
    owner: str = Field(description="id of the key that handed it in; empty: this machine itself")
    name: str = Field(description="that key's name")

    @classmethod
    def of(cls, job: Job) -> JobOut:
        """From the value that is kept."""
        own = {name: getattr(job, name) for name in cls.model_fields if hasattr(job, name)}
        file = job.file
        return cls(
            **own
            | {
                "steps": "known" if job.kind in IN_STEPS else "unknown",
                "file": file.name if file else "",
                "media_type": file.media_type if file else "",
                "bytes": file.bytes if file else 0,
            }
        )


def hand_in(request: Request, response: Response, asked: JobIn, files: Sequence[FilePath] = ()) -> JobOut:
    """Hand a job in for whoever sent a request, with files that are to be read; says where it is.

    Raises ``ScopeTooSmall``, ``TooManyJobs`` and ``NoRoom``.
    """
    deed = need_to_write(request, SCOPES[asked.kind])
    key = caller_of(request).key

    job = _jobs(request).submit(asked, Owner(key.id, key.name) if key else Owner(), files)
    deed.path += f" {job.kind} {job.id}"
    response.status_code = status.HTTP_202_ACCEPTED
    response.headers["location"] = f"/api/v1/jobs/{job.id}"
    if files:
        response.headers["preference-applied"] = "respond-async"
    return JobOut.of(job)


@router.post("/jobs", status_code=status.HTTP_202_ACCEPTED)
def submit(
    request: Request,
    response: Response,
    asked: Annotated[JobIn, Body(openapi_examples={name: {"value": value} for name, value in EXAMPLES.items()})],
) -> JobOut:
    """Hand in long work; the answer tells where it is, before it is done.

    A key needs the scope of what it asks for: `read`, of an ingest `ingest`, of a backup `admin`.
    """
    return hand_in(request, response, asked)


@router.get("/jobs", **as_table(JobOut))
def list_(
    request: Request,
    store: StoreOf,
    lists: ListsOf,
    state: Annotated[JobState | None, Query(description="only those that are so")] = None,
    limit: Limit = 100,
    cursor: Cursor = "",
) -> PageOut[JobOut] | Response:
    """Your jobs, those of all keys for an administrator, the newest first."""
    caller = caller_of(request)
    found = [JobOut.of(job) for job in all_jobs(store) if _sees(caller, job) and state in (None, job.state)]

    def page(limit: int, cursor: str) -> PageOut[JobOut]:
        return page_after(found, lambda job: job.id, of="jobs", limit=limit, cursor=cursor, newest_first=True)

    return lists.paged(JobOut, page, limit=limit, cursor=cursor)


@router.get("/jobs/{job}")
def show(request: Request, store: StoreOf, job: JobId) -> JobOut:
    """One job, as it is now."""
    return JobOut.of(_mine(request, store, job))


@router.get(
    "/jobs/{job}/events",
    response_class=StreamingResponse,
    responses={
        200: {"content": {MEDIA_TYPE: {}}},  # of events the version of the description has no schema
        204: {"description": "It has ended, and you have seen that: do not come back."},
    },
)
async def events(
    request: Request, store: StoreOf, job: JobId, last_event_id: Annotated[str, Header(max_length=40)] = ""
) -> Response:
    """How it goes on: an event ``progress`` whenever that is news, and ``end`` at last, each with the job as JSON.

    Who comes back with the header ``Last-Event-ID`` goes on from there.
    """
    room_for_one_more(_jobs(request))
    after = int(last_event_id) if last_event_id.isdecimal() else 0

    def look() -> Job:
        return write_down_interrupted(store, _mine(request, store, job))

    found = await run_in_threadpool(look)
    if found.state.ended and found.revision <= after:
        return Response(status_code=status.HTTP_204_NO_CONTENT)
    seen = min(after, found.revision)  # a number from nowhere must not hide the end
    told = follow(_jobs(request), look, lambda job: JobOut.of(job).model_dump_json(), seen)
    request.scope["state"][ENDLESS] = True
    headers = {"Cache-Control": "no-cache", "X-Accel-Buffering": "no"}
    return StreamingResponse(told, media_type=MEDIA_TYPE, headers=headers)


@router.post("/jobs/{job}/cancel")
def cancel(request: Request, store: StoreOf, job: JobId) -> JobOut:
    """Let it stop: at once where it waits, else at its next step. What it wrote to the graph stays; its result does not.

    One that has ended stays as it is.
    """
    found = _mine(request, store, job)
    need_to_write(request, SCOPES[found.kind])
    return JobOut.of(_jobs(request).cancel(found.id))


@router.get(
    "/jobs/{job}/result",
    response_class=FileResponse,
    responses={
        200: {
            "description": "What it made: JSON; of an export and a backup a file.",
            "content": {
                JSON: {"schema": {"type": "object"}},
                **{kind: {"schema": {"type": "string", "format": "binary"}} for kind in _FILES},
            },
        }
    },
)
def result(request: Request, store: StoreOf, job: JobId) -> FileResponse:
    """What it made. 409 while there is nothing to fetch, 410 once that was cleared away."""
    found = _mine(request, store, job)
    if found.state is not JobState.DONE or found.file is None:
        raise NoResultYet(f"this job is {found.state}: {found.message}")
    file = folder_of(found.id).made / found.file.name
    if found.cleared or not file.is_file():
        where = "" if found.cleared else f", or lies on {found.machine}"
        raise ResultGone(f"the result was cleared away{where}: hand it in again")
    if found.file.media_type == JSON:
        return FileResponse(file, media_type=JSON)
    return FileResponse(file, media_type=found.file.media_type, filename=found.file.name)


def _jobs(request: Request) -> Jobs:
    jobs: Jobs = request.app.state.jobs
    return jobs


def _mine(request: Request, store: Store, job: str) -> Job:
    found = find(store, job)
    if not _sees(caller_of(request), found):
        raise NoSuchJob(f"there is no job {job[:60]!r} of yours: GET jobs lists them; they are kept for some days")
    return found


def _sees(caller: Caller, job: Job) -> bool:
    """Whether it is theirs, or of the key that theirs took the place of; an administrator's are all."""
    if caller.key is None or Scope.ADMIN in caller.key.scopes:
        return True
    return bool(job.owner) and job.owner in (caller.key.id, caller.key.replaces)
