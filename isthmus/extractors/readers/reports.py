"""Radiology reports: as text with headings, or as the rows of a table. De-identified before they become documents.

Nothing of a report leaves this file but what ``deidentify`` gave back, and the year of the study.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from isthmus.extractors.readers import report_sections
from isthmus.extractors.readers.csv_rows import DELIMITERS, cells_of, rows
from isthmus.extractors.readers.deidentify import deidentify_parts
from isthmus.extractors.readers.plain_text import text_lines
from isthmus.extractors.readers.report_sections import SECTIONS, TITLE, Part, column_words, section_of
from isthmus.extractors.readers.source import UTF8_BOM, head
from isthmus.extractors.readers.visible_text import content_id, one_line, visible
from isthmus.extractors.reading import Canonical, Note, Record, Unreadable, UnreadableFile
from isthmus.graph.model import Document, DocumentKind, Modality, Section

_LONGEST_TITLE = 300
_TITLE_COLUMNS = (
    "title",
    "exam",
    "examination",
    "study",
    "exam description",
    "study description",
    "exam type",
    "image",
    "modality",
)
_DATE_COLUMNS = ("date", "study date", "exam date", "report date", "acquisition date", "date of exam", "date of study")
_PERSON_COLUMN = re.compile(
    r"patient|(?:(?:patient|last|first|middle|family|given|full) )?name|surname|author|reporter|signed by|dictated by"
    r"|(?:\w+ )?(?:physician|doctor|provider|radiologist|clinician|referrer|consultant|resident|technologist)(?: name)?"
)
_NUMBER_COLUMN = re.compile(
    r"(?:(?:patient|hospital|study|exam|medical|report) )?(?:id|identifier|mrn|number|record number)|pesel|ssn|nhs number"
    r"|accession(?: (?:number|no|id))?|(?:\w+ )?uid"
)
_NOTHING = frozenset({"", "none", "nan", "n/a", "na", "not available", "none available", "null", "nil", "-"})
_LABELLED = re.compile(r"\W*[A-Za-z][A-Za-z /()#.]{0,40}:")
_YEAR = re.compile(r"(?<!\d)((?:19|20)\d\d)(?=\d{4}(?!\d)|(?!\d))")
_STUDY_DATE = re.compile(
    r"(?:^\W*|[ \t]{2,}|[\t;|])(?:(?:exam(?:ination)?|study|scan|service|report|acquisition)[ \t]+date"
    r"|date(?:[ \t]+of[ \t]+(?:the[ \t]+)?(?:exam(?:ination)?|study|scan|service|report))?)[ \t]*[:=]"
    rf"[^\n]{{0,40}}?{_YEAR.pattern}",
    re.IGNORECASE | re.MULTILINE,
)


def read(path: Path, canonical: Canonical) -> Iterator[Record]:
    """One document a report; at the end Notes: how much personal data was taken out, how many reports say the same.

    A row without text in a section, or with too many or few cells, comes as Unreadable. Raises ``UnreadableFile`` where
    a text holds no section, or where no line of a table can be read.
    """
    removed: Counter[str] = Counter()
    seen: set[str] = set()
    repeated = 0
    for record in _from_table(path, removed) if is_table(path) else _from_text(path, removed):
        if isinstance(record, Document):
            repeated += record.id in seen
            seen.add(record.id)
        yield record
    for kind, count in sorted(removed.items()):
        yield Note("personal data taken out", kind, count)
    if repeated:
        yield Note("same report again", f"{path.name}: reports that say the same, word for word, are one", repeated)


def is_table(path: Path) -> bool:
    """Whether the first line names columns of which at least one is a section of a report. Raises ``UnreadableFile``."""
    return _delimiter(path) != ""


def _delimiter(path: Path) -> str:
    """What parts the columns of the first line; empty where that line is no header of reports."""
    start = head(path).removeprefix(UTF8_BOM).decode("utf-8", errors="replace").lstrip("\r\n")
    header = re.split(r"[\r\n]", start, maxsplit=1)[0]
    by_delimiter = {delimiter: cells_of(header, delimiter) for delimiter in DELIMITERS if delimiter in header}
    known = {delimiter: sum(bool(section_of(cell)) for cell in cells) for delimiter, cells in by_delimiter.items()}
    best = max(known, key=lambda delimiter: known[delimiter], default="")
    return best if known.get(best) else ""


def _from_text(path: Path, removed: Counter[str]) -> Iterator[Record]:
    text = visible("\n".join(text_lines(path)))
    parts = report_sections.parts(text)
    if not _has_section(parts):
        raise UnreadableFile(
            f"{path} has no section such as FINDINGS or IMPRESSION, so it is no radiology report. "
            "A table of reports needs a column of such a name"
        )
    year = _STUDY_DATE.search(text)
    name = _words_of(path)
    (cleaned_name, *texts), counts = deidentify_parts([name, *(part.text for part in parts)])
    removed.update(counts)
    cleaned = [Part(part.label, text) for part, text in zip(parts, texts, strict=True)]
    source = path.name if cleaned_name == name else f"{cleaned_name}{''.join(path.suffixes)}"
    yield _document(cleaned, year[1] if year else "", source, removed)


def _words_of(path: Path) -> str:
    """The words of a file's name, numbers labelled as such: a file with one report is often named after the patient."""
    words = re.sub(r"[\W_]+", " ", path.name.removesuffix("".join(path.suffixes))).title()
    return re.sub(r"\b\d{5,}\b", r"ID: \g<0>", words)


def _from_table(path: Path, removed: Counter[str]) -> Iterator[Record]:
    columns: tuple[str, ...] = ()
    number = 0
    for row in rows(path, _delimiter(path)):
        if isinstance(row, Unreadable):
            yield row
        elif not columns:
            columns = tuple(map(column_words, row.cells))
        else:
            number += 1
            record = _from_row(path.name, columns, row.cells, removed)
            place = f"record {number}, line {row.line}"
            yield record or Unreadable(path.name, place, "has no text in any of its sections")
    if columns and not number:
        yield Note("no reports", f"{path.name} has the header of a table of reports, but no row")


def _from_row(source: str, columns: Sequence[str], cells: Sequence[str], removed: Counter[str]) -> Document | None:
    given = [(column, visible(cell)) for column, cell in zip(columns, cells, strict=True) if _says_something(cell)]
    parts = [part for column, cell in given if (label := section_of(column)) for part in _within(label, cell)]
    if not _has_section(parts):
        return None
    title = next((cell for name in _TITLE_COLUMNS for column, cell in given if column == name), "")
    years = (_YEAR.search(cell) for name in _DATE_COLUMNS for column, cell in given if column == name)
    year = next((found[1] for found in years if found), "")
    parts = [Part(TITLE, title), *parts]
    texts, counts = deidentify_parts(
        [part.text for part in parts],
        names=[cell for column, cell in given if _PERSON_COLUMN.fullmatch(column)],
        numbers=[cell for column, cell in given if _NUMBER_COLUMN.fullmatch(column)],
    )
    removed.update(counts)
    cleaned = [Part(part.label, text) for part, text in zip(parts, texts, strict=True)]
    return _document(cleaned, year, source, removed)


def _within(label: str, cell: str) -> Iterator[Part]:
    """A cell that is a whole report with headings is cut at them; what stands before the first is the column's."""
    for part in report_sections.parts(cell):
        yield Part(part.label or label, part.text)


def _has_section(parts: Iterable[Part]) -> bool:
    return any(part.label in SECTIONS and _says_something(part.text) for part in parts)


def _says_something(text: str) -> bool:
    return one_line(text).rstrip(".").lower() not in _NOTHING


def _document(parts: Sequence[Part], year: str, source: str, removed: Counter[str]) -> Document:
    """The document of parts that are clean, but for what a line break had hidden."""
    title = _title(parts)
    gathered = {label: " ".join(part.text for part in parts if part.label == label) for label in SECTIONS}
    labels = [label for label, text in gathered.items() if _says_something(text)]
    texts = [one_line(gathered[label]) for label in labels]
    if any("\n" in part.text for part in parts):
        (title, *texts), counts = deidentify_parts([title, *texts])
        removed.update(counts)
    sections = tuple(map(Section, labels, texts))
    return Document(
        id=content_id(title, sections),
        kind=DocumentKind.REPORT,
        modality=Modality.IMAGING,
        title=title,
        sections=sections,
        date=year,
        source=source,
    )


def _title(parts: Sequence[Part]) -> str:
    """What was examined: after a label of its own, or else the first line at the top without a label."""
    lines = [line for part in parts if part.label == TITLE for line in part.text.split("\n")]
    lines += [line for part in parts if not part.label for line in part.text.split("\n") if not _LABELLED.match(line)]
    return next((title for line in lines if (title := one_line(line.strip(" \t#*_")))), "")[:_LONGEST_TITLE]
