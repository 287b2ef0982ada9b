"""What all tables have in common: a file is one document, read in parts, and each row says facts.

A reader of a format gives a parser, ``row -> facts``; everything else happens here: the document's id, parts of 10,000
rows, entities and papers described once a part, bad rows told apart from good ones, rows without a fact counted.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeAlias

from isthmus.extractors.readers.publications import citation
from isthmus.extractors.readers.source import BrokenOff, Line, chunks, lines
from isthmus.extractors.readers.tally import Tally
from isthmus.extractors.reading import Record, Unreadable, UnreadableFile
from isthmus.graph.model import (
    ANYWHERE,
    Assertion,
    Context,
    Document,
    DocumentKind,
    Entity,
    Evidence,
    Extraction,
    Modality,
    Statement,
)
from isthmus.graph.vocabulary import Predicate

PART_ROWS = 10_000
PART_EVIDENCE = 50_000  # a part ends here too: one row may say hundreds of things


class BadRow(ValueError):
    """A row that cannot be read; the message is the reason. It becomes ``Unreadable``."""


class RowPassedOver(ValueError):
    """A good row that has no place in the graph; the message says why. Such rows are counted in a ``Note``."""


@dataclass(frozen=True, slots=True)
class Fact:
    """A statement as a row makes it: its two ends described, the row in words, and who says so.

    ``publications`` are document ids; without any the table itself is the source. ``citations`` describes those of them
    of which the table tells more than the id.
    """

    subject: Entity
    predicate: Predicate
    object: Entity
    text: str
    score: float
    publications: tuple[str, ...] = ()
    year: int | None = None
    negated: bool = False
    context: Context = ANYWHERE
    section: str = ""
    original: str = ""
    citations: tuple[Document, ...] = ()


Row: TypeAlias = Mapping[str, str]
NumberedRow: TypeAlias = tuple[int, Sequence[str]]
Parser: TypeAlias = Callable[[Row], Iterable[Fact]]


@dataclass(frozen=True, slots=True)
class Table:
    """A table on its way in: its document, its reader's name and version, the names of its columns, its rows.

    ``rows`` gives each data row with its line number from 1, or what could not be read.
    """

    document: Document
    extractor: str
    columns: tuple[str, ...]
    rows: Iterable[NumberedRow | Unreadable]


def content_id(*paths: Path) -> str:
    """``sha256:`` and 32 hex digits of the files' unpacked content, streamed. Raises ``UnreadableFile``."""
    digest = hashlib.sha256()
    for path in paths:
        try:
            for chunk in chunks(path):
                digest.update(chunk)
        except BrokenOff:
            pass  # what came before the break is what will be read
    return f"sha256:{digest.hexdigest()[:32]}"


def table_document(
    path: Path, what: str, modality: Modality, kind: DocumentKind = DocumentKind.ANNOTATIONS, date: str = ""
) -> Document:
    """The document that a table is: named by its content."""
    return Document(content_id(path), kind, modality, f"{path.name}: {what}", date=date, source=path.name)


def tab_separated(path: Path, comment: str = "") -> Iterator[NumberedRow | Unreadable]:
    """The rows of a tab-separated file; blank lines and those that start with ``comment`` are left out.

    Quotation marks are characters like any other.
    """
    for line in lines(path):
        if isinstance(line, Unreadable):
            yield line
        elif line.text.strip() and not (comment and line.text.startswith(comment)):
            yield line.number, line.text.split("\t")


def require_columns(path: Path, what: str, needed: Sequence[str], seen: Sequence[str]) -> None:
    """Raise ``UnreadableFile`` that names the missing columns, and those that are there."""
    missing = [name for name in needed if name not in seen]
    if missing:
        there = ", ".join(seen[:40]) or "none"
        raise UnreadableFile(
            f"{path.name} is not {what}: column {', '.join(missing)} is missing. Columns seen: {there[:500]}"
        )


def require_distinct(path: Path, needed: Iterable[str], seen: Sequence[str]) -> None:
    """Raise ``UnreadableFile`` where a column that is read occurs twice: either cell could be meant."""
    counts = Counter(seen)
    twice = [name for name in needed if counts[name] > 1]
    if twice:
        raise UnreadableFile(
            f"{path.name} has more than one column {', '.join(twice)}. Rename or remove all but one of each"
        )


def first_lines(path: Path, count: int = 50) -> list[Line]:
    """The first good lines, to find a header in. Raises ``UnreadableFile``."""
    found: list[Line] = []
    for line in lines(path):
        if isinstance(line, Line):
            found.append(line)
        if len(found) >= count:
            break
    return found


_Said: TypeAlias = tuple[str, Predicate, str, bool, str, str, str]
_Place: TypeAlias = tuple[str, str, str, float, int | None, str, str]


@dataclass(slots=True)
class _Part:
    """Rows gathered for one extraction: each entity, statement, piece of evidence and paper once.

    Rows repeat themselves, so what they say is compared before anything is made or hashed.
    """

    rows: int = 0
    entities: dict[str, Entity] = field(default_factory=dict)
    statements: dict[_Said, Statement] = field(default_factory=dict)
    evidence: dict[_Place, Evidence] = field(default_factory=dict)
    cited: dict[str, Document] = field(default_factory=dict)

    @property
    def full(self) -> bool:
        return self.rows >= PART_ROWS or len(self.evidence) >= PART_EVIDENCE

    def add(self, fact: Fact, table: Document, extractor: str) -> None:
        statement = self._statement(fact)
        self.describe(fact.subject)
        self.describe(fact.object)
        for document in fact.publications or (table.id,):
            place = (statement.id, document, fact.text, fact.score, fact.year, fact.section, fact.original)
            if place not in self.evidence:
                self.evidence[place] = Evidence(
                    statement.id,
                    document,
                    fact.text,
                    extractor,
                    fact.score,
                    Assertion.NEGATED if fact.negated else Assertion.AFFIRMED,
                    fact.year,
                    section=fact.section,
                    original=fact.original,
                )
            if document != table.id and document not in self.cited:
                described = next((paper for paper in fact.citations if paper.id == document), None)
                self.cited[document] = described or citation(document, table.modality)

    def _statement(self, fact: Fact) -> Statement:
        subject, predicate, obj, negated, context = (
            fact.subject.id,
            fact.predicate,
            fact.object.id,
            fact.negated,
            fact.context,
        )
        said = (subject, predicate, obj, negated, context.species, context.cell, context.anatomy)
        if said not in self.statements:
            self.statements[said] = Statement.of(subject, predicate, obj, negated=negated, context=context)
        return self.statements[said]

    def describe(self, entity: Entity) -> None:
        known = self.entities.setdefault(entity.id, entity)
        if known is not entity:
            self.entities[entity.id] = known.merge(entity)

    def extraction(self, table: Table, number: int) -> Extraction:
        return Extraction(
            table.document,
            table.extractor,
            tuple(self.entities.values()),
            # a symmetric statement may have been said both ways round
            statements=tuple({each.id: each for each in self.statements.values()}.values()),
            evidence=tuple({each.id: each for each in self.evidence.values()}.values()),
            cited=tuple(self.cited.values()),
            part=number,
            reason="" if self.statements else _nothing_in(self.rows),
        )


def read_facts(table: Table, parse: Parser) -> Iterator[Record]:
    """The facts of a table in parts, its bad rows one by one, and at the end what was passed over, counted."""
    part, number = _Part(), 0
    passed = Tally()
    source = table.document.source
    for row in table.rows:
        if isinstance(row, Unreadable):
            yield row
            continue
        line, cells = row
        part.rows += 1
        try:
            facts = list(parse(_named(table.columns, cells)))  # whole: of a bad row nothing goes in
        except BadRow as error:
            yield Unreadable(source, f"line {line}", str(error))
        except RowPassedOver as error:
            passed.add("rows passed over", f"{source}: {error}")
        else:
            for fact in facts:
                part.add(fact, table.document, table.extractor)
        if part.full:
            yield part.extraction(table, number)
            part, number = _Part(), number + 1
    if part.rows or not number:
        yield part.extraction(table, number)
    yield from passed.notes()


def _nothing_in(rows: int) -> str:
    return f"none of its {rows} rows makes a statement" if rows else "no rows below the header"


def _named(columns: tuple[str, ...], cells: Sequence[str]) -> Row:
    if len(cells) != len(columns) and not (len(cells) > len(columns) and not any(cells[len(columns) :])):
        raise BadRow(f"{len(cells)} columns where {len(columns)} are expected")
    return dict(zip(columns, cells, strict=False))
