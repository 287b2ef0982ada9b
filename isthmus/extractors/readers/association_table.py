"""Any table of associations, CSV or TSV, by a ``ColumnMap`` that says which column holds what."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import fields
from functools import lru_cache, partial
from pathlib import Path
from typing import NamedTuple

from isthmus.extractors.readers import bel
from isthmus.extractors.readers.biolink import read_categories, read_predicate
from isthmus.extractors.readers.column_map import SIGNS, BadColumnMap, ColumnMap
from isthmus.extractors.readers.delimited import delimited, sniffed_delimiter
from isthmus.extractors.readers.publications import publication_id, year_in
from isthmus.extractors.readers.tabular import (
    BadRow,
    Fact,
    NumberedRow,
    Row,
    Table,
    read_facts,
    require_columns,
    require_distinct,
    table_document,
)
from isthmus.extractors.readers.tally import Tally
from isthmus.extractors.readers.terms import REMEMBERED, Names, described, named, no_names, remembering
from isthmus.extractors.reading import Canonical, Record, Unreadable
from isthmus.graph.model import Entity, Modality
from isthmus.graph.vocabulary import Category, Predicate

__all__ = ["BadColumnMap", "ColumnMap", "read"]

EXTRACTOR = "table/1"
SCORE = 0.7  # where neither a column nor a constant gives one
MOST_PAIRS = 10_000  # of one row whose cells hold several
_SETTINGS = ("modality", "delimiter", "separator")
_TRUE = frozenset({"1", "true", "yes", "y", "t", "not", "negated"})


def read(path: Path, canonical: Canonical, columns: ColumnMap, names: Names = no_names) -> Iterator[Record]:
    """The associations of a table. ``names`` finds the entity of a name in a column that holds names.

    A cell that holds a BEL term is read as the thing that it names. Predicates outside the vocabulary come in as their
    nearest Biolink ancestor, are kept with the evidence and counted. Raises ``UnreadableFile`` that names the columns
    that the table has not.
    """
    delimiter = SIGNS.get(columns.delimiter, columns.delimiter) or sniffed_delimiter(path)
    rows = delimited(path, delimiter)
    header = _header(rows, columns)
    needed = _needed(columns, header)
    require_columns(path, "the table that its column map describes", needed, header)
    require_distinct(path, [value for _, value in _given(columns)], header)
    document = table_document(path, "table of associations", Modality(columns.modality))
    reading = _Reading(columns, frozenset(header), remembering(canonical), lru_cache(REMEMBERED)(names))
    yield from read_facts(Table(document, EXTRACTOR, tuple(_distinct(header)), rows), reading.facts)
    yield from reading.outside.notes()


def _header(rows: Iterator[NumberedRow | Unreadable], columns: ColumnMap) -> list[str]:
    """The first row that is no comment; a header that is one itself has all the columns that are needed."""
    first: list[str] = []
    for row in rows:
        if isinstance(row, Unreadable):
            continue
        cells = [cell.strip() for cell in row[1]]
        if not cells[0].startswith("#"):
            return cells
        bare = [cells[0].lstrip("# "), *cells[1:]]
        if not _needed(columns, cells):
            return cells
        if len(bare) > 1 and not _needed(columns, bare):
            return bare
        first = first or cells
    return first


def _distinct(header: list[str]) -> list[str]:
    """Names of columns that occur twice are told apart, so that no cell hides another."""
    return [name if header.index(name) == place else f"{name}#{place + 1}" for place, name in enumerate(header)]


def _needed(columns: ColumnMap, header: list[str]) -> list[str]:
    """The columns that the map names and a table must have."""
    given = _given(columns)
    return [value for name, value in given if value not in header and not _is_constant(name, value)]


def _given(columns: ColumnMap) -> list[tuple[str, str]]:
    """The fields that a map gives, but for its settings."""
    given = [(each.name, getattr(columns, each.name)) for each in fields(columns) if each.name not in _SETTINGS]
    return [(name, value) for name, value in given if value]


def _is_constant(name: str, value: str) -> bool:
    """Whether a field that is no column's name can hold for the whole table: what is nothing known is a typing error."""
    if re.fullmatch("'.*'", value):
        return True
    if name == "predicate":
        return value in bel.RELATIONS or not read_predicate(value).outside
    if name.endswith("_category"):
        return not read_categories((value,)).outside
    if name in ("score", "year"):
        return re.fullmatch(r"\d+(\.\d+)?", value) is not None
    return name.endswith("_prefix") or (name == "negated" and value.lower() in _TRUE)


class _Reading:
    """How the rows of one table are read; it counts the predicates that lie outside the vocabulary."""

    def __init__(self, columns: ColumnMap, header: frozenset[str], canonical: Canonical, names: Names) -> None:
        self.outside = Tally()
        self._columns, self._header, self._names = columns, header, names
        self._canonical = canonical
        self._term: Callable[[str], Entity] = lru_cache(REMEMBERED)(
            partial(bel.entity_of, canonical=canonical, names=names)
        )

    def facts(self, row: Row) -> list[Fact]:
        """What a row says: one fact, or one for each pair where cells hold several. Raises ``BadRow``."""
        subjects, objects = self._ends("subject", row), self._ends("object", row)
        if len(subjects) * len(objects) > MOST_PAIRS:
            raise BadRow(f"{len(subjects):,} subjects with {len(objects):,} objects are more than {MOST_PAIRS:,} pairs")
        words = self._several("predicate", row)
        if not words:
            raise BadRow("the predicate is empty")
        return [fact for word in words for fact in self._facts_of(word, row, subjects, objects)]

    def _facts_of(self, word: str, row: Row, subjects: list[Entity], objects: list[Entity]) -> list[Fact]:
        term = self._cell("object", row) or self._cell("object_name", row)
        reading = _predicate(word, term)
        if word in bel.RELATIONS and (thing := bel.degraded(word, term)):
            objects = [self._term(thing)]
        facts = [self._fact(row, subject, word, reading, obj) for subject in subjects for obj in objects]
        if reading.outside:
            self.outside.add("predicate outside the vocabulary", f"{word} read as {reading.predicate}")
        return facts

    def _fact(self, row: Row, subject: Entity, word: str, reading: _Relation, obj: Entity) -> Fact:
        negated = reading.negated ^ (self._cell("negated", row).lower() in _TRUE)
        said = self._cell("text", row)
        text = said or f"{subject.name} {'not ' if negated else ''}{word.replace('_', ' ')} {obj.name}"
        if reading.turned:
            subject, obj = obj, subject
        return Fact(
            subject,
            reading.predicate,
            obj,
            text,
            self._score(row),
            self._papers(row),
            year_in(self._cell("year", row)),
            negated,
            original=word if reading.outside else "",
        )

    def _cell(self, name: str, row: Row) -> str:
        value: str = getattr(self._columns, name)
        if not value:  # a column without a name, as R writes for row numbers, is not meant
            return ""
        return (row[value] if value in self._header else value.strip("'")).strip()

    def _ends(self, end: str, row: Row) -> list[Entity]:
        locals_, names = self._several(end, row), self._several(f"{end}_name", row)
        if not locals_ and not names:
            raise BadRow(f"the {end} is empty")
        if locals_ and names and len(locals_) != len(names):
            names = []  # they cannot be told apart
        pairs = zip(locals_ or [""] * len(names), names or [""] * len(locals_), strict=True)
        return [self._end(local, name, end, row) for local, name in pairs]

    def _several(self, name: str, row: Row) -> list[str]:
        cell = self._cell(name, row)
        separator = SIGNS.get(self._columns.separator, self._columns.separator)
        pieces = dict.fromkeys(piece.strip() for piece in (cell.split(separator) if separator else [cell]))
        return [piece for piece in pieces if piece]

    def _end(self, local: str, name: str, end: str, row: Row) -> Entity:
        if bel.is_term(local or name):
            return self._term(local or name)
        word = self._cell(f"{end}_category", row)
        category = read_categories((word,)).category if word else None
        prefix = self._cell(f"{end}_prefix", row)
        if local and prefix and not local.lower().startswith(f"{prefix.lower()}:"):
            local = f"{prefix}:{local.removesuffix('.0')}"
        if re.fullmatch(r"[A-Za-z][\w.]*:\S+", local):
            return described(self._canonical, local, name, category)
        return named(self._names, name or local, category or Category.NAMED_THING)

    def _score(self, row: Row) -> float:
        cell = self._cell("score", row)
        if not cell:
            return SCORE
        try:
            score = float(cell)
        except ValueError:
            raise BadRow(f"score {cell!r} is not a number") from None
        if not 0 <= score <= 1:
            raise BadRow(f"score {cell} is not between 0 and 1. Scale the column, or leave it out of the map")
        return score

    def _papers(self, row: Row) -> tuple[str, ...]:
        found = [publication_id(paper) for paper in re.split(r"[|;,\s]+", self._cell("publication", row))]
        return tuple(dict.fromkeys(filter(None, found)))


class _Relation(NamedTuple):
    """A predicate as one of ours; ``outside`` says that the source's word says more or other."""

    predicate: Predicate
    turned: bool = False
    negated: bool = False
    outside: bool = False


def _predicate(word: str, obj: str) -> _Relation:
    if word in bel.RELATIONS:
        relation = bel.relation(word, obj)
        return _Relation(relation.predicate, relation.turned, relation.negated, relation.more)
    reading = read_predicate(word)
    return _Relation(reading.predicate, reading.turned, outside=reading.outside)
