"""Documents sent to be read into the graph, in every form that ``isthmus ingest`` reads."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any

from fastapi import APIRouter, Header, Query, Request, Response
from pydantic import BaseModel, Field
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import UploadFile
from starlette.formparsers import MultiPartException

from isthmus.extractors.readers import Kind
from isthmus.extractors.readers.json_documents import DocumentIn
from isthmus.service.api.heavy import HeavyOf
from isthmus.service.api.job_routes import JobOut, hand_in
from isthmus.service.graphs import Graphs
from isthmus.service.jobs.asked import IngestIn, IngestParameters
from isthmus.service.jobs.job import JobKind
from isthmus.service.profile import Profile
from isthmus.service.reading_sent import NothingToRead, read_sent
from isthmus.service.runs.summary import Summary

router = APIRouter(tags=["documents"])

MOST_FILES = 100  # in one request
_ENDINGS = {  # what a body without a name is called, by its kind of content
    "application/json": ".json",
    "application/x-ndjson": ".jsonl",
    "application/xml": ".xml",
    "text/xml": ".xml",
    "application/gzip": ".gz",
    "application/x-gzip": ".gz",
    "text/csv": ".csv",
    "text/tab-separated-values": ".tsv",
    "text/markdown": ".md",
    "text/plain": ".txt",
    "application/octet-stream": "",
}
_RESPOND_ASYNC = re.compile(r"(?i)(?:^|[,;\s])respond-async(?:$|[,;\s])")  # RFC 7240
_EXAMPLE = {
    "documents": [
        {
            "id": "lab:note-7",
            "title": "Metformin and AMPK in cultured neurons",
            "text": "Metformin activated PRKAA1 in cultured neurons. It did not change the survival of glia.",
            "date": "2024-03",
        }
    ]
}


class FailureOut(BaseModel):
    """A file or record that could not be read, and why."""

    source: str
    record: str
    reason: str


class NoteOut(BaseModel):
    """Something to know about what went well otherwise."""

    topic: str
    text: str
    count: int


class IngestedOut(BaseModel):
    """What became of what was sent. Counts documents, but ``statements``, ``evidence`` and ``entities`` that are new."""

    run: str = Field(description="the id of what was done: see /runs")
    read: int
    written: int
    unchanged: int
    empty: int = Field(description="read, with nothing found in them: ``empty_reasons`` says why")
    failed: int = Field(description="not read: ``failures`` says why; the rest is in")
    quarantined: int = Field(description="reading them ended the reader, or took too much: they are set aside")
    deleted: int
    entities: int
    statements: int
    evidence: int
    mentions: int
    seconds: float
    empty_reasons: dict[str, int]
    modalities: dict[str, int]
    notes: list[NoteOut]
    failures: list[FailureOut]

    @classmethod
    def of(cls, summary: Summary) -> IngestedOut:
        """From the summary that the command line prints."""
        return cls.model_validate(summary.as_json())


def _content(kinds: Sequence[str]) -> dict[str, Any]:
    binary = {"schema": {"type": "string", "format": "binary"}}
    listed = {"type": "array", "items": DocumentIn.model_json_schema(ref_template="#/components/schemas/{model}")}
    files = {"type": "object", "properties": {"file": {"type": "array", "items": binary["schema"]}}}
    return {
        "application/json": {
            "schema": {"type": "object", "properties": {"documents": listed}},
            "example": _EXAMPLE,
        },
        "multipart/form-data": {"schema": files},
        **{kind: binary for kind in kinds if kind != "application/json"},
    }


@router.post(
    "/documents",
    responses={202: {"model": JobOut, "description": "A job reads them."}},
    openapi_extra={"requestBody": {"required": True, "content": _content(tuple(_ENDINGS))}},
)
async def add(
    request: Request,
    response: Response,
    heavy: HeavyOf,
    kind: Annotated[Kind | None, Query(alias="as", description="what it is, where its content does not tell")] = None,
    profile: Annotated[Profile, Query(description="fast finds less, several times faster")] = Profile.DEFAULT,
    name: Annotated[str, Query(max_length=200, description="of a body that is one file, as the ledger shows it")] = "",
    prefer: Annotated[str, Header(description="`respond-async`: as a job")] = "",
) -> IngestedOut | JobOut:
    """Read documents into the graph: JSON, the content of one file, or files of a form.

    The answer comes when all is in. What is in already costs nothing; what cannot be read is told, and the rest goes in.
    With ``Prefer: respond-async`` a job reads them, and the answer (202) tells where it is.
    """
    graphs: Graphs = request.app.state.graphs
    with tempfile.TemporaryDirectory(prefix="isthmus-") as folder:
        paths = await _laid_down(request, Path(folder), name)
        if _RESPOND_ASYNC.search(prefer):
            asked = IngestIn(kind=JobKind.INGEST, parameters=IngestParameters(as_=kind, profile=profile))
            return await run_in_threadpool(hand_in, request, response, asked, paths)
        return await heavy.run(_ingest, graphs, paths, kind, profile)


async def _laid_down(request: Request, folder: Path, name: str) -> list[Path]:
    """What was sent, as files in a folder of its own: readers want them."""
    sent_as = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if sent_as == "multipart/form-data":
        return await _files_of_form(request, folder)
    if sent_as not in _ENDINGS:
        raise NothingToRead(
            f"{sent_as[:60] or 'a body without Content-Type'} is not read: send JSON, files of a form (multipart/form-data), "
            f"or one file as {', '.join(_ENDINGS)}"
        )
    content = await request.body()
    if not content.strip():
        raise NothingToRead("nothing was sent: send a document as JSON, or a file that `isthmus ingest` reads")
    path = folder / (_file_name(name) or f"sent{_ENDINGS[sent_as]}")
    path.write_bytes(content)
    return [path]


async def _files_of_form(request: Request, folder: Path) -> list[Path]:
    paths: list[Path] = []
    try:
        async with request.form(max_files=MOST_FILES, max_fields=MOST_FILES) as form:
            for number, (_, part) in enumerate(form.multi_items(), start=1):
                if not isinstance(part, UploadFile):
                    continue
                path = folder / (_file_name(part.filename or "") or f"file-{number}")
                if path.exists():
                    raise NothingToRead(f"two files are called {path.name}: give each a name of its own")
                with path.open("wb") as file:
                    while piece := await part.read(1 << 20):
                        file.write(piece)
                paths.append(path)
    except MultiPartException as error:
        raise NothingToRead(f"the form cannot be read: {error.message}") from None
    if not paths:
        raise NothingToRead("the form has no file in it: send files, for instance by `curl -F file=@paper.xml`")
    return paths


def _file_name(given: str) -> str:
    r"""A name that is one in any folder: what is before the last slash, and all that is no plain character, goes.

    >>> _file_name("../../etc/pass wd.xml"), _file_name("C:\\papers\\a.xml.gz"), _file_name("..")
    ('pass_wd.xml', 'a.xml.gz', '')
    """
    last = re.split(r"[/\\]", given)[-1]
    return re.sub(r"[^A-Za-z0-9._-]", "_", last).lstrip(".")[:120]


def _ingest(graphs: Graphs, paths: list[Path], kind: Kind | None, profile: Profile) -> IngestedOut:
    return IngestedOut.of(read_sent(graphs.store, paths, kind=kind, profile=profile))
