"""Radiology reports: as text with headings, or as the rows of a table. De-identified before they become documents."""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from isthmus.extractors.readers.deidentify import deidentify
from isthmus.extractors.readers.plain_text import text_lines
from isthmus.extractors.readers.source import head, raw_lines, undecodable
from isthmus.extractors.readers.visible_text import content_id, one_line
from isthmus.extractors.reading import Canonical, Note, Record, Unreadable, UnreadableFile
from isthmus.graph.model import Document, DocumentKind, Modality, Section

# What reports call their sections, and what we call them.
SECTIONS = {
    "history": "history",
    "clinical history": "history",
    "clinical information": "history",
    "clinical": "history",
    "indication": "history",
    "reason for exam": "history",
    "comparison": "comparison",
    "technique": "technique",
    "procedure": "technique",
    "findings": "findings",
    "report": "findings",
    "impression": "impression",
    "conclusion": "impression",
    "opinion": "impression",
}
TITLES = ("title", "image", "exam", "examination", "study", "modality")
DATES = ("date", "study_date", "exam_date")
NOTHING = frozenset({"", "none", "nan", "n/a", "na", "not available", "none available", "none available.", "null"})
_HEADING = re.compile(
    rf"\s*(?P<word>{'|'.join(sorted(SECTIONS, key=len, reverse=True))})\s*(?::\s*(?P<rest>.*)|\s*)", re.IGNORECASE
)
_LABELLED_NAME = re.compile(r"(?i)\b(?:patient|name)\s*:\s*([^:;\d]{2,60}?)(?:\s{2,}|[;\d]|$)")
csv.field_size_limit(64 * 2**20)


def read(path: Path, canonical: Canonical) -> Iterator[Record]:
    """One document a report; at the end a Note with how many pieces of personal data were taken out, by kind.

    Raises ``UnreadableFile`` where a text holds no section, or a table no column of a section.
    """
    removed: Counter[str] = Counter()
    yield from _from_table(path, removed) if _is_table(path) else _from_text(path, removed)
    for kind, count in sorted(removed.items()):
        yield Note("personal data taken out", f"{path.name}: {kind}", count)


def _is_table(path: Path) -> bool:
    first = head(path, 8192).decode("utf-8", errors="replace").split("\n", 1)[0]
    return len({cell.strip().strip('"').lower() for cell in re.split(r"[,\t;]", first)} & (SECTIONS.keys())) > 1


def _from_text(path: Path, removed: Counter[str]) -> Iterator[Record]:
    title, label = "", ""
    gathered: dict[str, list[str]] = {}
    for line in text_lines(path):
        heading = _HEADING.fullmatch(line)
        if heading:
            label = SECTIONS[heading["word"].lower()]
            line = heading["rest"] or ""
        elif not label:
            title = title or line.strip()
            if line.strip() != title:
                gathered.setdefault("header", []).append(line)
            continue
        gathered.setdefault(label, []).append(line)
    sections = {name: one_line(" ".join(lines)) for name, lines in gathered.items()}
    if not any(sections.get(name) for name in SECTIONS.values()):
        raise UnreadableFile(f"{path} has no section such as FINDINGS or IMPRESSION, so it is no radiology report")
    yield _document(path, one_line(title), sections, "", removed)


def _from_table(path: Path, removed: Counter[str]) -> Iterator[Record]:
    lines = raw_lines(path)
    delimiter = "\t" if "\t" in head(path, 8192).decode("utf-8", errors="replace").split("\n", 1)[0] else ","
    rows = csv.DictReader((f"{line}\n" for line in lines), delimiter=delimiter, restkey="", restval="")
    number = 0
    try:
        for number, row in enumerate(rows, start=1):
            cells = {(name or "").strip().lower(): value for name, value in row.items() if isinstance(value, str)}
            yield _from_row(path, number, cells, removed)
    except csv.Error as error:
        yield Unreadable(path.name, f"after record {number}", f"the rest could not be read: {error}")


def _from_row(path: Path, number: int, row: Mapping[str, str], removed: Counter[str]) -> Record:
    if any(undecodable(value) for value in row.values()):
        return Unreadable(path.name, f"record {number}", "is not UTF-8. Save the file as UTF-8")
    sections: dict[str, str] = {}
    for column, value in row.items():
        if column in SECTIONS and value.strip().lower() not in NOTHING:
            name = SECTIONS[column]
            sections[name] = f"{sections.get(name, '')} {one_line(value)}".strip()
    if not sections:
        return Unreadable(path.name, f"record {number}", "has no text in any of its sections")
    title = next((one_line(row[name]) for name in TITLES if row.get(name, "").strip()), "")
    date = next((row[name].strip() for name in DATES if row.get(name, "").strip()), "")
    return _document(path, title, sections, date[:4] if re.match(r"(?:19|20)\d\d", date) else "", removed)


def _document(path: Path, title: str, sections: Mapping[str, str], year: str, removed: Counter[str]) -> Document:
    named = _people(sections.get("header", ""))
    title = _clean(title, named, removed)
    cleaned = tuple(
        Section(label, _clean(text, named, removed))
        for label in dict.fromkeys(SECTIONS.values())
        if (text := sections.get(label, ""))
    )
    return Document(
        id=content_id(title, cleaned),
        kind=DocumentKind.REPORT,
        modality=Modality.IMAGING,
        title=title,
        sections=cleaned,
        date=year,
        source=path.name,
    )


def _people(header: str) -> tuple[str, ...]:
    """Names that the lines above the first section give after a label."""
    return tuple(match[1].strip() for match in _LABELLED_NAME.finditer(header))


def _clean(text: str, names: Iterable[str], removed: Counter[str]) -> str:
    cleaned, counts = deidentify(text, names)
    removed.update(counts)
    return cleaned
