"""PubTator text: ``ID|t|title``, ``ID|a|abstract``, then annotation lines.

Title and abstract are kept to the last character, since offsets count on ``title + " " + abstract``.
Annotations with an identifier go along with the document, as names that need not be found again; relations, and what stands
for nothing here, are passed over and counted.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

from isthmus.extractors.readers.pubtator_annotations import annotation, apart
from isthmus.extractors.readers.source import lines
from isthmus.extractors.readers.visible_text import content_id
from isthmus.extractors.reading import Canonical, Note, Record, Unreadable, UnreadableFile
from isthmus.graph.model import Annotation, Document, DocumentKind, Modality, Section

PASSAGE = re.compile(r"([^|\s]{1,60})\|([ta])\|(.*)", re.DOTALL)
_ANNOTATION = re.compile(r"[^\t|]{1,60}\t.*", re.DOTALL)


@dataclass(slots=True)
class _Passages:
    """What was read so far of one document."""

    id: str
    line: int
    title: str | None = None
    abstract: str | None = None
    annotations: list[Annotation] = field(default_factory=list)


@dataclass(slots=True)
class _Count:
    """Annotation lines of a file: how many are used, passed over, and not where they say."""

    used: int = 0
    passed: int = 0
    misplaced: int = 0

    def notes(self, name: str) -> Iterator[Note]:
        told = (
            ("annotations reused", "names as the file has them marked", self.used),
            (
                "annotations passed over",
                "relations, and names of no kind or identifier that is known here",
                self.passed,
            ),
            ("annotations out of place", "the text has other characters there: read without them", self.misplaced),
        )
        for topic, text, count in told:
            if count:
                yield Note(topic, f"{name}: {text}", count)


def read(path: Path, canonical: Canonical) -> Iterator[Record]:
    """Each title with its abstract and annotations as a Document, then Notes that count the annotation lines.

    A line that is none of the three kinds comes as Unreadable. Raises ``UnreadableFile`` where no document is found.
    """
    open_document: _Passages | None = None
    documents, count = 0, _Count()
    faults: list[Unreadable] = []
    for line in lines(path):
        if isinstance(line, Unreadable):
            faults.append(line)
        elif passage := PASSAGE.fullmatch(line.text):
            identifier, part, text = passage.groups()
            if open_document is None or not _goes_on(open_document, identifier, part):
                if open_document:
                    yield _document(open_document, path.name, count)
                open_document = _Passages(identifier, line.number)
                documents += 1
            if part == "t":
                open_document.title = text
            else:
                open_document.abstract = text
        elif _ANNOTATION.fullmatch(line.text):
            marked = annotation(line.text.split("\t"))
            if marked is None or open_document is None or not line.text.startswith(f"{open_document.id}\t"):
                count.passed += 1
            else:
                open_document.annotations.append(marked)
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
    yield _document(open_document, path.name, count)
    yield from count.notes(path.name)


def _goes_on(document: _Passages, identifier: str, part: str) -> bool:
    taken = document.title if part == "t" else document.abstract
    return document.id == identifier and taken is None


def _document(passages: _Passages, source: str, count: _Count) -> Record:
    if passages.title is None:
        return Unreadable(source, f"line {passages.line}", f"document {passages.id} has an abstract but no title")
    sections = (Section("", passages.abstract),) if passages.abstract else ()
    given = passages.id
    identifier = content_id(passages.title, sections)
    if given.isascii() and given.isdigit() and int(given):
        identifier = f"pmid:{int(given)}"
    elif re.fullmatch("PMC[0-9]{1,12}", given):
        identifier = f"pmc:{given}"
    document = Document(
        id=identifier,
        kind=DocumentKind.ARTICLE,
        modality=Modality.LITERATURE,
        title=passages.title,
        sections=sections,
        source=source,
    )
    kept, misplaced = apart(passages.annotations, document.text)
    count.used += len(kept)
    count.misplaced += misplaced
    return replace(document, annotations=kept)
