"""PubTator text: ``ID|t|title``, ``ID|a|abstract``, then annotation lines.

Title and abstract are kept to the last character, since offsets count on ``title + " " + abstract``.
The annotations are somebody else's reading of the text: they are passed over and counted.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from isthmus.extractors.readers.source import lines
from isthmus.extractors.readers.visible_text import content_id
from isthmus.extractors.reading import Canonical, Note, Record, Unreadable, UnreadableFile
from isthmus.graph.model import Document, DocumentKind, Modality, Section

PASSAGE = re.compile(r"([^|\s]{1,60})\|([ta])\|(.*)", re.DOTALL)
_ANNOTATION = re.compile(r"[^\t|]{1,60}\t.*", re.DOTALL)


@dataclass(slots=True)
class _Passages:
    """What was read so far of one document."""

    id: str
    line: int
    title: str | None = None
    abstract: str | None = None


def read(path: Path, canonical: Canonical) -> Iterator[Record]:
    """Each title with its abstract as a Document, then a Note that counts the annotation lines.

    A line that is none of the three kinds comes as Unreadable. Raises ``UnreadableFile`` where no document is found.
    """
    open_document: _Passages | None = None
    documents = annotations = 0
    faults: list[Unreadable] = []
    for line in lines(path):
        if isinstance(line, Unreadable):
            faults.append(line)
        elif passage := PASSAGE.fullmatch(line.text):
            identifier, part, text = passage.groups()
            if open_document is None or not _goes_on(open_document, identifier, part):
                if open_document:
                    yield _document(open_document, path.name)
                open_document = _Passages(identifier, line.number)
                documents += 1
            if part == "t":
                open_document.title = text
            else:
                open_document.abstract = text
        elif _ANNOTATION.fullmatch(line.text):
            annotations += 1
        elif line.text.strip():
            shown = line.text[:40]
            faults.append(
                Unreadable(path.name, f"line {line.number}", f"is no PubTator line (ID|t|…, ID|a|… or tabs): {shown!r}")
            )
        if documents:
            yield from faults
            faults.clear()
    if open_document is None:
        raise UnreadableFile(f"{path} holds no PubTator document: a line like 1234567|t|Title is needed")
    yield _document(open_document, path.name)
    if annotations:
        yield Note("annotations passed over", f"{path.name}: annotation lines are not read", annotations)


def _goes_on(document: _Passages, identifier: str, part: str) -> bool:
    taken = document.title if part == "t" else document.abstract
    return document.id == identifier and taken is None


def _document(passages: _Passages, source: str) -> Record:
    if passages.title is None:
        return Unreadable(source, f"line {passages.line}", f"document {passages.id} has an abstract but no title")
    sections = (Section("", passages.abstract),) if passages.abstract else ()
    given = passages.id
    identifier = content_id(passages.title, sections)
    if given.isascii() and given.isdigit() and int(given):
        identifier = f"pmid:{int(given)}"
    elif re.fullmatch("PMC[0-9]{1,12}", given):
        identifier = f"pmc:{given}"
    return Document(
        id=identifier,
        kind=DocumentKind.ARTICLE,
        modality=Modality.LITERATURE,
        title=passages.title,
        sections=sections,
        source=source,
    )
