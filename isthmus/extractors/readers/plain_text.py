"""Plain text and Markdown: one file is one document.

The title is the front matter's, or the first heading, or the first line; Markdown headings part the sections.
Hard line breaks inside a paragraph are undone, and what hides in the text is taken out (``visible_text`` says what).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from isthmus.extractors.readers.dates import is_date
from isthmus.extractors.readers.source import UTF8_BOM, UTF16_BOMS, whole
from isthmus.extractors.readers.visible_text import content_id, one_line, paragraphs
from isthmus.extractors.reading import Canonical, Note, Record, UnreadableFile
from isthmus.graph.model import Document, DocumentKind, Modality, Section

LONGEST_TEXT = 64 * 2**20
_LONGEST_TITLE = 300
_HEADING = re.compile(r" {0,3}#{1,6}[ \t]+(\S.{0,400}?)[ \t#]*")
_UNDERLINE = re.compile(r" {0,3}(?:={2,}|-{2,})[ \t]*")
_FENCE = re.compile(r" {0,3}(```|~~~)")
_SETTING = re.compile(r"([A-Za-z_]{1,30})[ \t]*:[ \t]*(.*)")
_BLOCK = re.compile(r"[>|][+-]?[0-9]?[+-]?")
_TIME_OF_DAY = re.compile(r"(?<=^[0-9]{4}-[0-9]{2}-[0-9]{2})[T ][0-9]{2}:.*")
_GIVEN_ID = re.compile(r"pmid:[1-9][0-9]{0,11}|pmc:PMC[0-9]{1,12}|doi:10\.\S{1,200}|sha256:[0-9a-f]{32}")


@dataclass(slots=True)
class _Part:
    heading: str = ""
    lines: list[str] = field(default_factory=list)


def read(path: Path, canonical: Canonical) -> Iterator[Record]:
    """The file as one Document, after Notes on front matter that could not be used.

    Raises ``UnreadableFile`` where it is not UTF-8, holds no text, or is longer than ``LONGEST_TEXT`` bytes.
    """
    settings, lines = _front_matter(text_lines(path))
    title, sections = _titled(_parts(lines), one_line(settings.get("title", "")))
    if not title and not sections:
        raise UnreadableFile(f"{path} holds no text")
    identifier, date = settings.get("id", ""), _TIME_OF_DAY.sub("", settings.get("date", ""))
    if identifier.startswith("doi:"):
        identifier = identifier.lower()  # case means nothing there, and the same paper must have one id
    if identifier and not _GIVEN_ID.fullmatch(identifier):
        yield Note("front matter", f"{path.name}: id {identifier[:60]!r} is none of pmid:, pmc:, doi:, sha256:")
        identifier = ""
    if date and not is_date(date):
        yield Note("front matter", f"{path.name}: date {date[:60]!r} is not YYYY, YYYY-MM or YYYY-MM-DD")
        date = ""
    yield Document(
        id=identifier or content_id(title, sections),
        kind=DocumentKind.NOTE,
        modality=Modality.LITERATURE,
        title=title,
        sections=sections,
        date=date,
        source=path.name,
    )


def text_lines(path: Path) -> list[str]:
    r"""The lines of a small text file, whether they end in \n, \r\n or \r. Raises ``UnreadableFile`` as ``read`` does."""
    content = whole(path, LONGEST_TEXT)
    if content.startswith(UTF16_BOMS):
        raise UnreadableFile(f"{path} is UTF-16 text. Save it as UTF-8")
    try:
        text = content.removeprefix(UTF8_BOM).decode()
    except UnicodeDecodeError as error:
        raise UnreadableFile(f"{path} is not UTF-8 text (byte {error.start:,}). Save it as UTF-8") from error
    return text.replace("\r\n", "\n").replace("\r", "\n").split("\n")


def _front_matter(lines: list[str]) -> tuple[dict[str, str], list[str]]:
    """The ``key: value`` lines between two ``---`` at the top, and the lines after them."""
    if lines[0].strip() != "---":
        return {}, lines
    settings: dict[str, str] = {}
    block = ""  # the key whose text goes on in the indented lines below
    for number, line in enumerate(lines[1:], start=1):
        if line.strip() in ("---", "..."):
            return (settings, lines[number + 1 :]) if settings else ({}, lines)
        if setting := _SETTING.fullmatch(line):
            key, value = setting[1].lower(), setting[2].strip()
            block = key if _BLOCK.fullmatch(value) else ""
            settings[key] = "" if block else value.strip("\"'")
        elif block and line.startswith(" "):
            settings[block] = f"{settings[block]} {line.strip()}".strip()
        elif line.strip() and not line.startswith((" ", "-", "#")):
            break
    return {}, lines


def _parts(lines: list[str]) -> list[_Part]:
    """The text cut at its headings; a ``#`` inside a fenced block is no heading."""
    parts = [_Part()]
    fence = ""
    for line in lines:
        mark = _FENCE.match(line)
        if mark and fence in ("", mark[1]):
            fence = "" if fence else mark[1]
        heading = None if fence else _HEADING.fullmatch(line)
        before = parts[-1].lines
        if heading:
            parts.append(_Part(one_line(heading[1])))
        elif not fence and _UNDERLINE.fullmatch(line) and _is_underlined(before):
            parts.append(_Part(one_line(before.pop())))
        else:
            before.append(line)
    return parts


def _is_underlined(before: list[str]) -> bool:
    """Whether the last line is a paragraph of its own, short enough for a heading."""
    alone = bool(before) and (len(before) == 1 or not before[-2].strip())
    return alone and bool(before[-1].strip()) and len(before[-1]) <= _LONGEST_TITLE


def _titled(parts: list[_Part], title: str) -> tuple[str, tuple[Section, ...]]:
    """Without a title given, it is the first heading, or else the first line, where that is no longer than titles are."""
    headed = next((part for part in parts if part.heading), None)
    lines = parts[0].lines
    first = next((number for number, line in enumerate(lines) if line.strip()), None)
    if not title and headed:
        title, headed.heading = headed.heading, ""
    elif not title and first is not None and len(lines[first]) <= _LONGEST_TITLE:
        title = one_line(lines.pop(first))
    sections = (Section(part.heading.lower(), paragraphs("\n".join(part.lines))) for part in parts)
    return title, tuple(section for section in sections if section.text)
