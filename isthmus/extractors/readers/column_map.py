"""Which column of a table of associations holds what, as a person says it.

    ColumnMap.parse("subject=gene,object=disease,predicate=associated_with,publication=pmid")

or the same as a small YAML file, one field a line. ``subject`` and ``object`` name columns of identifiers, or, where
there are only names, ``subject_name`` and ``object_name`` do. Every other field is a column's name too, or else holds
for the whole table; a text that does is written in single quotes (``subject_name='Alzheimer disease'``). ``separator``
tells that cells of subject, predicate and object hold several, each of which is associated. A table whose header says
``subject``, ``predicate`` (or ``relation``) and ``object`` needs no map.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from pathlib import Path

import yaml

from isthmus.errors import UsageError
from isthmus.extractors.readers.source import whole
from isthmus.graph.model import Modality

# Signs that are awkward to write on a command line, by their names.
SIGNS = {"tab": "\t", "comma": ",", "semicolon": ";", "pipe": "|", "\\t": "\t"}
LARGEST = 100_000  # bytes

# What columns of curated statements are called, without case: BEL tables, exports of INDRA, KGX and the like.
_NEEDED = {"subject": ("subject",), "predicate": ("predicate", "relation"), "object": ("object",)}
_WELCOME = {
    "publication": ("publications", "publication", "pmid", "pmids"),
    "year": ("year", "est_year", "publication_year"),
    "text": ("supporting_text", "sentence", "evidence_text", "evidence", "text"),
    "negated": ("negated",),
}


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
            if len(SIGNS.get(sign, sign)) > 1:
                raise BadColumnMap(f"{sign!r} is not one character. Use one, or a word: {', '.join(SIGNS)}")

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
    def guess(cls, header: Sequence[str]) -> ColumnMap | None:
        """The map of a table whose columns go by the usual names; None where one that is needed is not among them.

        >>> ColumnMap.guess(["pmid", "Subject", "relation", "object"]).publication
        'pmid'
        """
        there = {column.strip().lower(): column.strip() for column in reversed(header)}
        found = {
            name: there[known]
            for name, spellings in (*_NEEDED.items(), *_WELCOME.items())
            for known in reversed(spellings)
            if known in there
        }
        if not found.keys() >= _NEEDED.keys():
            return None
        if "text" in found:
            found["modality"] = Modality.LITERATURE.value
        return cls(**found)

    @classmethod
    def load(cls, path: Path) -> ColumnMap:
        """The map from a YAML file. Raises ``BadColumnMap``, or ``UnreadableFile`` where there is no such file."""
        try:
            given = yaml.safe_load(whole(path, LARGEST))
        except (yaml.YAMLError, UnicodeDecodeError) as error:
            raise BadColumnMap(f"{path.name} is not YAML: {' '.join(str(error).split())}") from error
        if not isinstance(given, Mapping):
            raise BadColumnMap(f"{path.name} does not map fields to columns. Write one 'field: column' a line")
        return cls._of({str(name): _word(name, value) for name, value in given.items()}, path.name)

    @classmethod
    def _of(cls, given: Mapping[str, str], where: str) -> ColumnMap:
        known = [each.name for each in fields(cls)]
        unknown = [name for name in given if name not in known]
        if unknown:
            raise BadColumnMap(f"{where} has unknown fields: {', '.join(unknown)}. Known: {', '.join(known)}")
        return cls(**given)


def _word(name: object, value: object) -> str:
    # A list or mapping is refused unread: aliases make a few lines of YAML as long, written out, as one likes.
    if isinstance(value, bool):
        return "true" if value else ""
    if value is None or isinstance(value, str | int | float):
        return "" if value is None else str(value)
    raise BadColumnMap(f"{str(name)[:40]!r} is not one column. Write one 'field: column' a line")
