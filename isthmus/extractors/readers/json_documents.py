"""Documents as JSON: ``{"documents": [...]}``, a list, one object, or an object a line.

A document has ``title`` and ``text`` (or ``abstract``, or ``sections`` with ``label`` and ``text``), and whatever it knows of
``id``, ``date`` or ``year``, ``journal``, ``authors``, ``retracted``, ``mesh``, ``publication_types`` and ``xrefs``. Offsets that
are told of it count characters of its title, a space, and its sections joined by spaces, as everywhere.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import orjson
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from isthmus.extractors.readers.dates import is_date
from isthmus.extractors.readers.report_sections import is_report
from isthmus.extractors.readers.source import whole
from isthmus.extractors.readers.visible_text import content_id, one_line, paragraphs
from isthmus.extractors.reading import Canonical, Note, Record, Unreadable, UnreadableFile
from isthmus.graph.model import Document, DocumentKind, Modality, Section

LONGEST = 64 * 2**20  # bytes, unpacked
_ID = re.compile(r"[A-Za-z][A-Za-z0-9_.-]{0,30}:[!-~]{1,200}")
_MARKS = (
    "documents",
    "title",
    "text",
    "abstract",
    "sections",
)  # one of these is among the keys of such a file's first object


class SectionIn(BaseModel):
    """A labelled piece of a document."""

    label: str = Field("", max_length=300)
    text: str


class DocumentIn(BaseModel):
    """A document as it is sent. What else it holds is left out, and the summary says so."""

    model_config = ConfigDict(extra="allow")

    id: str = Field(
        "", description="pmid:, pmc:, doi: or another prefix:name; a hash of the content where there is none"
    )
    title: str = ""
    text: str = ""
    abstract: str = ""
    sections: list[SectionIn] = []
    date: str = Field("", description="YYYY, YYYY-MM or YYYY-MM-DD")
    year: int | None = Field(None, ge=1000, le=9999, description="where there is no date")
    journal: str = ""
    authors: list[str] = []
    retracted: bool = False
    mesh: list[str] = []
    publication_types: list[str] = []
    xrefs: list[str] = []


def is_documents(text: str) -> bool:
    """Whether a text begins as such a file does.

    >>> is_documents('[{"title": "On tau", "text": "…"}]'), is_documents('{"nodes": []}')
    (True, False)
    """
    keys = re.findall(r'"((?:[^"\\]|\\.){0,40})"\s*:', text[:2000])
    return text.startswith(("{", "[")) and any(key in _MARKS for key in keys)


def read(path: Path, canonical: Canonical) -> Iterator[Record]:
    """The documents of a file, in its order; Notes on fields that are not known come last.

    Raises ``UnreadableFile`` where it is no JSON, holds no document, or is longer than ``LONGEST`` bytes.
    """
    found, unknown = _objects(path), Counter[str]()
    for number, one in enumerate(found, start=1):
        yield _document(path.name, number, one, unknown)
    for field, count in unknown.items():
        yield Note("field of a document that is not known", field[:60], count)


def _objects(path: Path) -> list[Any]:
    content = whole(path, LONGEST)
    try:
        found = orjson.loads(content)
    except orjson.JSONDecodeError as error:
        lines = [line for line in content.splitlines() if line.strip()]
        if len(lines) < 2 or not lines[1].lstrip().startswith(b"{"):
            raise UnreadableFile(f"{path} is no JSON: {error}") from None
        return [_line(line) for line in lines]
    if isinstance(found, dict):
        found = found.get("documents", [found])
    if not isinstance(found, list) or not found:
        raise UnreadableFile(f"{path} holds no document: it should be a list of objects with a title and a text")
    return found


def _line(line: bytes) -> Any:  # noqa: ANN401 - JSON
    try:
        return orjson.loads(line)
    except orjson.JSONDecodeError:
        return None


def _document(source: str, number: int, one: Any, unknown: Counter[str]) -> Document | Unreadable:  # noqa: ANN401 - JSON
    record = f"document {number}"
    try:
        given = DocumentIn.model_validate(one)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        where = ".".join(map(str, first["loc"]))
        return Unreadable(source, record, f"{where}: {first['msg']}" if where else "it is no JSON object")
    if given.id:
        record = f"{record}, {given.id[:80]}"
    if given.id and not _ID.fullmatch(given.id):
        return Unreadable(source, record, "id: should be as pmid:123, doi:10.1000/x or lab:note-7, without white space")
    date = given.date or (str(given.year) if given.year else "")
    if date and not is_date(date):
        return Unreadable(source, record, f"date: {date[:40]!r} is not YYYY, YYYY-MM or YYYY-MM-DD")
    title, sections = one_line(given.title), _sections(given)
    if not title and not sections:
        return Unreadable(source, record, "it has neither title nor text")
    if is_report("\n".join((given.text, given.abstract, *(f"{part.label}:\n{part.text}" for part in given.sections)))):
        return Unreadable(
            source, record, "it is laid out as a clinical report: send it as text or CSV, read as reports"
        )
    unknown.update(list(given.model_extra or {}))
    return Document(
        id=given.id.lower() if given.id.startswith("doi:") else given.id or content_id(title, sections),
        kind=DocumentKind.ARTICLE,
        modality=Modality.LITERATURE,
        title=title,
        sections=sections,
        date=date,
        retracted=given.retracted,
        journal=one_line(given.journal),
        authors=tuple(one_line(author) for author in given.authors),
        mesh=tuple(given.mesh),
        publication_types=tuple(given.publication_types),
        xrefs=tuple(given.xrefs),
        source=source,
    )


def _sections(given: DocumentIn) -> tuple[Section, ...]:
    parts = [("abstract", given.abstract), ("", given.text), *((part.label, part.text) for part in given.sections)]
    made = (Section(one_line(label).lower(), paragraphs(text)) for label, text in parts)
    return tuple(section for section in made if section.text)
