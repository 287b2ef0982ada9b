"""Any table of associations, CSV or TSV: a ``ColumnMap`` says which column holds what.

    ColumnMap.parse("subject=gene,object=disease,predicate=associated_with,publication=pmid")

or the same as a small YAML file, one field a line. ``subject`` and ``object`` name columns of identifiers, or, where
there are only names, ``subject_name`` and ``object_name`` do. Every other field is a column's name too, or else holds
for the whole table; a text that does is written in single quotes (``subject_name='Alzheimer disease'``). ``separator``
tells that cells of subject and object hold several, each of which is associated.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from functools import lru_cache
from pathlib import Path

import yaml

from isthmus.errors import UsageError
from isthmus.extractors.readers import bel
from isthmus.extractors.readers.biolink import read_categories, read_predicate
from isthmus.extractors.readers.publications import publication_id, year_in
from isthmus.extractors.readers.source import lines, whole
from isthmus.extractors.readers.tabular import (
    BadRow,
    Fact,
    NumberedRow,
    Row,
    Table,
    first_lines,
    read_facts,
    require_columns,
    tab_separated,
    table_document,
)
from isthmus.extractors.readers.terms import Names, described, named, no_names, remembering
from isthmus.extractors.reading import Canonical, Note, Record, Unreadable
from isthmus.graph.model import Entity, Modality
from isthmus.graph.vocabulary import Category, Predicate

EXTRACTOR = "table/1"
SCORE = 0.7  # where neither a column nor a constant gives one
DELIMITERS = {"tab": "\t", "comma": ",", "semicolon": ";", "pipe": "|", "\\t": "\t"}
LARGEST_MAP = 100_000  # bytes
_SETTINGS = ("modality", "delimiter", "separator")
_TRUE = frozenset({"1", "true", "yes", "y", "t", "not", "negated"})


class BadColumnMap(UsageError):
    """A column map that says something no table could follow."""


@dataclass(frozen=True, slots=True)
class ColumnMap:
    """Which column holds what. An empty field is one that the table has not; see the module for constants."""

    subject: str = ""
    predicate: str = "associated_with"
    object: str = ""
    subject_name: str = ""
    object_name: str = ""
    subject_category: str = ""
    object_category: str = ""
    subject_prefix: str = ""
    object_prefix: str = ""
    publication: str = ""
    year: str = ""
    text: str = ""
    score: str = ""
    negated: str = ""
    modality: str = Modality.GENOMICS.value
    delimiter: str = ""
    separator: str = ""

    def __post_init__(self) -> None:
        for end in ("subject", "object"):
            if not getattr(self, end) and not getattr(self, f"{end}_name"):
                raise BadColumnMap(f"the column map names no {end}. Add {end}=COLUMN or {end}_name=COLUMN")
        if self.modality not in {each.value for each in Modality}:
            raise BadColumnMap(f"unknown modality {self.modality!r}. Choose from: {', '.join(Modality)}")
        for sign in (self.delimiter, self.separator):
            if len(DELIMITERS.get(sign, sign)) > 1:
                raise BadColumnMap(f"{sign!r} is not one character. Use one, or a word: {', '.join(DELIMITERS)}")

    @classmethod
    def parse(cls, text: str) -> ColumnMap:
        """The map from ``field=value,field=value``. Raises ``BadColumnMap``.

        >>> ColumnMap.parse("subject=gene_id,object=disease,predicate=treats").object
        'disease'
        """
        given: dict[str, str] = {}
        for piece in re.findall(r"(?:'[^']*'|[^,'])+", text):
            name, equals, value = piece.partition("=")
            if not equals:
                raise BadColumnMap(f"{piece.strip()!r} is not FIELD=COLUMN. Write subject=COLUMN,object=COLUMN,…")
            given[name.strip()] = value.strip()
        return cls._of(given, "the column map")

    @classmethod
    def load(cls, path: Path) -> ColumnMap:
        """The map from a YAML file. Raises ``BadColumnMap``, or ``UnreadableFile`` where there is no such file."""
        try:
            given = yaml.safe_load(whole(path, LARGEST_MAP))
        except (yaml.YAMLError, UnicodeDecodeError) as error:
            raise BadColumnMap(f"{path.name} is not YAML: {' '.join(str(error).split())}") from error
        if not isinstance(given, Mapping):
            raise BadColumnMap(f"{path.name} does not map fields to columns. Write one 'field: column' a line")
        return cls._of({str(name): _word(value) for name, value in given.items()}, path.name)

    @classmethod
    def _of(cls, given: Mapping[str, str], where: str) -> ColumnMap:
        known = [each.name for each in fields(cls)]
        unknown = [name for name in given if name not in known]
        if unknown:
            raise BadColumnMap(f"{where} has unknown fields: {', '.join(unknown)}. Known: {', '.join(known)}")
        return cls(**given)


def _word(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else ""
    return "" if value is None else str(value)


def read(path: Path, canonical: Canonical, columns: ColumnMap, names: Names = no_names) -> Iterator[Record]:
    """The associations of a table. ``names`` finds the entity of a name in a column that holds names.

    A cell that holds a BEL term is read as the thing that it names. Predicates outside the vocabulary come in as their
    nearest Biolink ancestor, are kept with the evidence and counted. Raises ``UnreadableFile`` that names the columns
    that the table has not.
    """
    delimiter = DELIMITERS.get(columns.delimiter, columns.delimiter) or sniffed_delimiter(path)
    rows = _rows(path, delimiter)
    header = next((row for row in rows if not isinstance(row, Unreadable)), (1, [""]))[1]
    header = [name.strip() for name in header]
    require_columns(path, "the table that its column map describes", _needed(columns, header), header)
    document = table_document(path, "table of associations", Modality(columns.modality))
    reading = _Reading(columns, frozenset(header), remembering(canonical), lru_cache(maxsize=1 << 16)(names))
    yield from read_facts(Table(document, EXTRACTOR, tuple(_distinct(header)), rows), reading.facts)
    for word, count in sorted(reading.outside.items()):
        read_as = read_predicate(word).predicate if word not in bel.RELATIONS else bel.RELATIONS[word].predicate
        yield Note("predicate outside the vocabulary", f"{word} read as {read_as}", count)


def sniffed_delimiter(path: Path) -> str:
    """The separator that the first lines have in common: the one that occurs equally often in most of them."""
    sample = [line.text for line in first_lines(path, 20) if line.text.strip()]
    if not sample:
        return "\t"
    best = max(
        "\t,;|",
        key=lambda sign: sum(line.count(sign) == sample[0].count(sign) for line in sample) if sign in sample[0] else 0,
    )
    return "\t" if "\t" in sample[0] else best


def _rows(path: Path, delimiter: str) -> Iterator[NumberedRow | Unreadable]:
    """The rows, the header among them. Tab-separated cells may be quoted as a whole; others follow CSV's rules."""
    if delimiter == "\t":
        for row in tab_separated(path):
            yield row if isinstance(row, Unreadable) else (row[0], [_unquoted(cell) for cell in row[1]])
        return
    bad: list[Unreadable] = []
    number = 0

    def texts() -> Iterator[str]:
        nonlocal number
        for line in lines(path):
            if isinstance(line, Unreadable):
                bad.append(line)
            else:
                number = line.number
                yield line.text + "\n"

    records = csv.reader(texts(), delimiter=delimiter)
    while True:
        try:
            cells = next(records)
        except StopIteration:
            break
        except csv.Error as error:
            bad.append(Unreadable(path.name, f"line {number}", f"is not CSV ({error}). Is a quotation mark left open?"))
            continue
        yield from bad
        bad.clear()
        if any(cell.strip() for cell in cells):
            yield number, cells
    yield from bad


def _unquoted(cell: str) -> str:
    inner = cell[1:-1]
    if len(cell) > 1 and cell[0] == cell[-1] == '"' and '"' not in inner.replace('""', ""):
        return inner.replace('""', '"')
    return cell


def _distinct(header: list[str]) -> list[str]:
    """Names of columns that occur twice are told apart, so that no cell hides another."""
    return [name if header.index(name) == place else f"{name}#{place + 1}" for place, name in enumerate(header)]


def _needed(columns: ColumnMap, header: list[str]) -> list[str]:
    """The columns that the map names and a table must have."""
    given = [(each.name, getattr(columns, each.name)) for each in fields(columns) if each.name not in _SETTINGS]
    return [value for name, value in given if value and value not in header and not _is_constant(name, value)]


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
        self.outside: dict[str, int] = {}
        self._columns, self._header, self._canonical, self._names = columns, header, canonical, names

    def facts(self, row: Row) -> Iterator[Fact]:
        """What a row says: one fact, or one for each pair where cells hold several."""
        subjects, objects = self._ends("subject", row), self._ends("object", row)
        yield from (self._fact(row, subject, obj) for subject in subjects for obj in objects)

    def _fact(self, row: Row, subject: Entity, obj: Entity) -> Fact:
        word = self._cell("predicate", row)
        if not word:
            raise BadRow("the predicate is empty")
        predicate, turned, negated, outside = _predicate(word)
        if outside:
            self.outside[word] = self.outside.get(word, 0) + 1
        negated ^= self._cell("negated", row).lower() in _TRUE
        said = self._cell("text", row)
        text = said or f"{subject.name} {'not ' if negated else ''}{word.replace('_', ' ')} {obj.name}"
        if turned:
            subject, obj = obj, subject
        return Fact(
            subject,
            predicate,
            obj,
            text,
            self._score(row),
            self._papers(row),
            year_in(self._cell("year", row)),
            negated,
            original=word if outside else "",
        )

    def _cell(self, name: str, row: Row) -> str:
        value: str = getattr(self._columns, name)
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
        separator = DELIMITERS.get(self._columns.separator, self._columns.separator)
        pieces = dict.fromkeys(piece.strip() for piece in (cell.split(separator) if separator else [cell]))
        return [piece for piece in pieces if piece]

    def _end(self, local: str, name: str, end: str, row: Row) -> Entity:
        if bel.is_term(local or name):
            return bel.entity_of(local or name, self._canonical, self._names)
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


def _predicate(word: str) -> tuple[Predicate, bool, bool, bool]:
    """Predicate, turned round, negated, outside the vocabulary."""
    if word in bel.RELATIONS:
        relation = bel.RELATIONS[word]
        return relation.predicate, relation.turned, relation.negated, word != relation.predicate.value
    reading = read_predicate(word)
    return reading.predicate, reading.turned, False, reading.outside
