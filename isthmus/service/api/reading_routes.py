"""Reading without a store: what a text says, and whether a sentence supports a statement."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Annotated, Any

import orjson
from fastapi import APIRouter, Query, Request, Response
from pydantic import BaseModel, ConfigDict, Field

from isthmus.errors import UsageError
from isthmus.extractors.readers import Kind
from isthmus.extractors.readers.json_documents import DocumentIn
from isthmus.extractors.reading import Note, Unreadable
from isthmus.graph.model import Experiencer, Extraction
from isthmus.graph.vocabulary import Category, Predicate
from isthmus.service.api.examples import example
from isthmus.service.api.heavy import HeavyOf
from isthmus.service.extraction import extract_files
from isthmus.service.extraction_json import extraction_json
from isthmus.service.lexicon import lexicon
from isthmus.service.profile import Profile
from isthmus.service.verification import BadRow, verify_rows

router = APIRouter(tags=["reading"])

LINES = "application/x-ndjson"
MOST_ROWS = 1_000  # of one request
_TITLE, _TEXT = "Metformin activates AMPK.", "In our mice metformin activated AMPK and slowed the loss of neurons."
_ROW = {
    "text": "Metformin activated AMPK in cultured neurons.",
    "subject": "metformin",
    "predicate": "activates",
    "object": "AMPK",
}


class UnreadableText(UsageError):
    """What was sent to be read cannot be."""


class FoundMention(BaseModel):
    """A span that names something. Offsets count characters of the document: title, a space, text."""

    start: int
    end: int
    text: str
    category: Category
    id: str
    name: str
    xrefs: list[str]
    score: float
    negated: bool | None = Field(None, description="of clinical reports, as are the next three")
    historical: bool | None = None
    hypothetical: bool | None = None
    experiencer: Experiencer | None = None


class FoundSentence(BaseModel):
    """Where a statement is made."""

    start: int | None
    end: int | None
    text: str


class FoundStatement(BaseModel):
    """What a sentence says."""

    subject: str
    predicate: Predicate
    object: str
    negated: bool
    speculated: bool
    evidence: FoundSentence
    document: str
    score: float


class ExtractedOut(BaseModel):
    """What one document says: a line of ``isthmus extract``."""

    document: str
    mentions: list[FoundMention]
    statements: list[FoundStatement]
    reason: str = Field(description="why nothing was found, where nothing was, or what was left out")


class ExtractOut(BaseModel):
    """What was read, and what could not be."""

    documents: list[ExtractedOut]
    problems: list[str]


class RowsIn(BaseModel):
    """Rows with ``text``, ``subject``, ``predicate`` (or ``type``) and ``object``; what else they have comes back."""

    model_config = ConfigDict(json_schema_extra=example({"rows": [_ROW]}))

    rows: list[dict[str, Any]] = Field(min_length=1, max_length=MOST_ROWS)


class RowProblem(BaseModel):
    """A row that could not be judged."""

    row: int = Field(description="its number, from 1")
    reason: str


class RowsOut(BaseModel):
    """The rows that could be judged, in their order, each with its ``belief``, a probability; and the others."""

    rows: list[dict[str, Any]]
    problems: list[RowProblem]


_BODIES = {
    "application/json": {
        "schema": DocumentIn.model_json_schema(ref_template="#/components/schemas/{model}"),
        "example": {"title": _TITLE, "text": _TEXT},
    },
    "text/plain": {"schema": {"type": "string"}, "example": f"{_TITLE}\n\n{_TEXT}"},
    "application/octet-stream": {"schema": {"type": "string", "format": "binary"}},
}


@router.post(
    "/extract",
    response_model=ExtractOut,
    responses={200: {"content": {LINES: {"schema": {"type": "string"}}}}},
    openapi_extra={"requestBody": {"required": True, "content": _BODIES}},
)
async def extract(
    request: Request,
    heavy: HeavyOf,
    kind: Annotated[Kind | None, Query(alias="as", description="what it is, where its content does not tell")] = None,
    profile: Annotated[Profile, Query(description="fast finds less, several times faster")] = Profile.DEFAULT,
) -> ExtractOut | Response:
    """What a text, or a file of any kind that ``isthmus ingest`` reads, says. Nothing is kept.

    JSON is one document, or ``{"documents": [...]}``; of plain text the first line is the title.
    With ``Accept: application/x-ndjson`` as lines of JSON, one for each document, as ``isthmus extract`` prints them.
    """
    content = await request.body()
    if kind is None and request.headers.get("content-type", "").partition(";")[0].strip().lower() == "application/json":
        kind = Kind.DOCUMENTS
    lines, problems = await heavy.run(_read, content, kind, profile)
    if LINES in request.headers.get("accept", ""):
        return Response(b"".join(lines), media_type=LINES)
    return ExtractOut(documents=[ExtractedOut(**orjson.loads(line)) for line in lines], problems=problems)


@router.post("/verify")
async def verify(heavy: HeavyOf, asked: RowsIn) -> RowsOut:
    """Does this sentence support this statement? The rows come back with a belief each."""
    judged = await heavy.run(lambda: list(verify_rows(asked.rows, lexicon())))
    return RowsOut(
        rows=[row for row in judged if not isinstance(row, BadRow)],
        problems=[RowProblem(row=row.line, reason=row.reason) for row in judged if isinstance(row, BadRow)],
    )


def _read(content: bytes, kind: Kind | None, profile: Profile) -> tuple[list[bytes], list[str]]:
    """The lines and the problems of what was sent. It lies in a file of its own while it is read, as readers want it."""
    if not content.strip():
        raise UnreadableText("nothing was sent: send a text, or a file that `isthmus ingest` reads")
    with tempfile.TemporaryDirectory(prefix="isthmus-") as folder:
        path = Path(folder) / "sent"
        path.write_bytes(content)
        found = list(extract_files([path], workers=1, profile=profile, kind=kind))
    lines = [extraction_json(one) for one in found if isinstance(one, Extraction)]
    problems = [_told(one).replace(str(path), "what was sent") for one in found if not isinstance(one, Extraction)]
    if not lines:
        raise UnreadableText("; ".join(problems) or "nothing could be read")
    return lines, problems


def _told(one: Unreadable | Note) -> str:
    if isinstance(one, Note):
        return f"{one.topic}: {one.text} ({one.count})"
    return f"{one.record}: {one.reason}" if one.record else one.reason
