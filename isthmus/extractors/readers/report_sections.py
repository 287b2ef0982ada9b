"""What a radiology report calls its sections, as headings in a text and as columns of a table."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import NamedTuple

# Our name of a section, and the words that reports use for it, in lower case. Longer words are tried first.
SECTIONS = {
    "history": (
        "history",
        "clinical history",
        "medical history",
        "patient history",
        "history of present illness",
        "clinical information",
        "clinical indication",
        "clinical details",
        "clinical data",
        "clinical question",
        "clinical",
        "indication",
        "indications",
        *(
            f"reason for {the}{what}"
            for the in ("", "the ")
            for what in ("exam", "examination", "study", "scan", "visit")
        ),
    ),
    "comparison": (
        "comparison",
        "comparisons",
        "comparison study",
        "comparison studies",
        "prior studies",
        "previous studies",
    ),
    "technique": (
        "technique",
        "techniques",
        "procedure",
        "protocol",
        "scan technique",
        "exam technique",
        "imaging technique",
    ),
    "findings": ("findings", "finding", "report", "observations", "narrative", "description"),
    "impression": (
        "impression",
        "impressions",
        "conclusion",
        "conclusions",
        "opinion",
        "interpretation",
        "recommendation",
        "recommendations",
    ),
    "addendum": ("addendum",),
}
TITLE = "title"
_TITLES = (
    "exam",
    "examination",
    "study",
    "exam type",
    "type of exam",
    "exam description",
    "study description",
    "exam name",
)
# columns only: as headings they would be too common
_TEXT_COLUMNS = ("text", "report text", "radiology report", "full report", "report body", "note", "note text")

_LABEL = {word: label for label, words in SECTIONS.items() for word in words}
_COLUMNS = _LABEL | dict.fromkeys(_TEXT_COLUMNS, "findings")


def _any_of(words: Iterable[str]) -> str:
    return "|".join(word.replace(" ", "[ \t]+") for word in sorted(words, key=len, reverse=True))


_LOWER = _any_of([*_LABEL, *_TITLES])
_UPPER = _any_of(word.upper() for word in (*_LABEL, *_TITLES))
# At the start of a line in any case, with a colon or alone there; inside a line only in capitals and with a colon.
_HEADING = re.compile(
    rf"^[ \t]*(?:#{{1,6}}[ \t]*)?(?:\*\*|__)?(?P<first>(?i:{_LOWER}))(?i:[ \t]*(?:/|&|and\b)[ \t]*(?:{_LOWER}|plan))?"
    rf"(?:\*\*|__)?[ \t]*(?P<end>:(?:\*\*|__)?|(?=\n|\Z)|[-–](?=[ \t]))"
    rf"|(?<=\s)(?P<inside>{_UPPER})(?:[ \t]*(?:/|&|AND\b)[ \t]*(?:{_UPPER}|PLAN))?[ \t]*:",
    re.MULTILINE,
)
# What only the papers of one patient say; with it a single section is enough to tell a report.
_RECORD = re.compile(
    r"(?mi)^\W*(?:patient(?: name| id)?|mrn|dob|date of birth|accession(?: number| no)?|referring \w+)\b[^:\n]{0,20}:"
)


class Part(NamedTuple):
    """A stretch of a report: ``label`` is a section's, ``title``, or empty before the first heading."""

    label: str
    text: str


def parts(text: str) -> list[Part]:
    r"""A report's text cut at its headings.

    >>> parts("MRI\nFINDINGS: Old infarct.\nImpression:\nNo change.")
    [Part(label='', text='MRI\n'), Part(label='findings', text=' Old infarct.\n'), Part(label='impression', text='\nNo change.')]
    """
    found: list[Part] = []
    label, at = "", 0
    for heading in filter(_is_heading, _HEADING.finditer(text)):
        found.append(Part(label, text[at : heading.start()]))
        label, at = _meaning(heading), heading.end()
    found.append(Part(label, text[at:]))
    return [part for part in found if part.text.strip()]


def section_of(column: str) -> str:
    """The section that a table's column holds, or an empty text.

    >>> section_of("Clinical_History"), section_of("IMPRESSION:"), section_of("patient")
    ('history', 'impression', '')
    """
    return _COLUMNS.get(column_words(column), "")


def column_words(column: str) -> str:
    """A column's name in lower case, its words parted by spaces.

    >>> column_words('"ReasonForExam"'), column_words("STUDY_DATE")
    ('reason for exam', 'study date')
    """
    parted = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", column)
    return " ".join(re.sub(r"[^A-Za-z0-9]+", " ", parted).lower().split())


def are_columns(names: Iterable[str]) -> bool:
    """Whether a table with these columns holds reports: findings, an impression or whole reports among other columns.

    >>> are_columns(["uid", "Findings"]), are_columns(["name", "description"]), are_columns(["findings"])
    (True, False, False)
    """
    words = [column_words(name) for name in names]
    telling = {"findings", "impression", "report", *_TEXT_COLUMNS} - {"text", "note", "note text"}
    return len(words) > 1 and not telling.isdisjoint(words)


def is_report(text: str) -> bool:
    """Whether a text is a radiology report by its headings: an impression or findings, and one thing more of a report.

    An abstract with "Findings" and "Methods", or an article with a "Conclusion", is none.
    """
    headings = [heading for heading in _HEADING.finditer(text) if _is_heading(heading)]
    labels = {_meaning(heading) for heading in headings}
    words = {_word(heading) for heading in headings}
    if words & {"conclusion", "conclusions", "interpretation"} and not words & {"impression", "impressions", "opinion"}:
        labels -= {"impression"}
    if _RECORD.search(text):
        labels.add("record")
    clinical = labels & {"history", "comparison", "technique", "record"}
    return ("impression" in labels and len(labels) > 1) or ("findings" in labels and bool(clinical))


def _is_heading(heading: re.Match[str]) -> bool:
    """A word alone on its line, or before a dash, may be the text's own: there it must have a capital."""
    return heading["inside"] is not None or heading["end"].startswith(":") or heading["first"][0].isupper()


def _word(heading: re.Match[str]) -> str:
    return " ".join((heading["first"] or heading["inside"]).lower().split())


def _meaning(heading: re.Match[str]) -> str:
    return _LABEL.get(_word(heading), TITLE)
