"""What all tables have in common: a file is one document, read in parts, and each row says facts.

A reader of a format gives a parser, ``row -> facts``; everything else happens here: the document's id, parts of 10,000
rows, entities and papers described once a part, bad rows told apart from good ones, rows without a fact counted.
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import TypeAlias

from isthmus.extractors.readers.source import BrokenOff, Line, chunks, lines
from isthmus.extractors.reading import Canonical, Note, Record, Unreadable, UnreadableFile
from isthmus.extractors.ungrounded import ungrounded_id
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
from isthmus.graph.vocabulary import Category, Predicate

PART_ROWS = 10_000
REMEMBERED = 1 << 16


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


def first_lines(path: Path, count: int = 50) -> list[Line]:
    """The first good lines, to find a header in. Raises ``UnreadableFile``."""
    found: list[Line] = []
    for line in lines(path):
        if isinstance(line, Line):
            found.append(line)
        if len(found) >= count:
            break
    return found


@dataclass(slots=True)
class _Part:
    """Rows gathered for one extraction: each entity, statement, piece of evidence and paper once."""

    rows: int = 0
    entities: dict[str, Entity] = field(default_factory=dict)
    statements: dict[str, Statement] = field(default_factory=dict)
    evidence: dict[str, Evidence] = field(default_factory=dict)
    cited: dict[str, Document] = field(default_factory=dict)

    def add(self, fact: Fact, table: Document, extractor: str) -> None:
        statement = Statement.of(
            fact.subject.id, fact.predicate, fact.object.id, negated=fact.negated, context=fact.context
        )
        self.describe(fact.subject)
        self.describe(fact.object)
        self.statements[statement.id] = statement
        for document in fact.publications or (table.id,):
            evidence = Evidence(
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
            self.evidence[evidence.id] = evidence
            if document != table.id and document not in self.cited:
                described = next((paper for paper in fact.citations if paper.id == document), None)
                self.cited[document] = described or citation(document, table.modality)

    def describe(self, entity: Entity) -> None:
        known = self.entities.setdefault(entity.id, entity)
        if known is not entity:
            self.entities[entity.id] = known.merge(entity)

    def extraction(self, table: Document, extractor: str, number: int, reason: str) -> Extraction:
        return Extraction(
            table,
            extractor,
            tuple(self.entities.values()),
            statements=tuple(self.statements.values()),
            evidence=tuple(self.evidence.values()),
            cited=tuple(self.cited.values()),
            part=number,
            reason="" if self.statements else reason,
        )


def citation(document: str, modality: Modality, title: str = "", date: str = "", journal: str = "") -> Document:
    """A paper that is known only because a row cites it; it speaks for the field that the table is from."""
    return Document(document, DocumentKind.CITATION, modality, title, date=date, journal=journal)


def read_facts(table: Table, parse: Parser) -> Iterator[Record]:
    """The facts of a table in parts, its bad rows one by one, and at the end what was passed over, counted."""
    part, number = _Part(), 0
    passed: Counter[str] = Counter()
    source = table.document.source
    for row in table.rows:
        if isinstance(row, Unreadable):
            yield row
            continue
        line, cells = row
        part.rows += 1
        try:
            for fact in parse(_named(table.columns, cells)):
                part.add(fact, table.document, table.extractor)
        except BadRow as error:
            yield Unreadable(source, f"line {line}", str(error))
        except RowPassedOver as error:
            passed[str(error)] += 1
        if part.rows >= PART_ROWS:
            yield part.extraction(table.document, table.extractor, number, _nothing_in(part.rows))
            part, number = _Part(), number + 1
    if part.rows or not number:
        yield part.extraction(table.document, table.extractor, number, _nothing_in(part.rows))
    for reason, count in sorted(passed.items()):
        yield Note("rows passed over", f"{source}: {reason}", count)


def _nothing_in(rows: int) -> str:
    return f"none of its {rows} rows makes a statement" if rows else "no rows below the header"


def _named(columns: tuple[str, ...], cells: Sequence[str]) -> Row:
    if len(cells) != len(columns):
        raise BadRow(f"{len(cells)} columns where {len(columns)} are expected")
    return dict(zip(columns, cells, strict=True))


def remembering(canonical: Canonical) -> Canonical:
    """The same lookup, with its last answers kept: a table names the same things over and over."""
    return lru_cache(maxsize=REMEMBERED)(canonical)


def described(canonical: Canonical, curie: str, name: str, category: Category | None = None) -> Entity:
    """The graph's one entity for a source's id; where there is none, the source's own id and name.

    Without a ``category`` that of the id's prefix is taken.
    """
    known = canonical(curie)
    return known if known is not None else Entity(curie, name or curie, category or category_of(curie))


Names: TypeAlias = Callable[[str, Category], Entity | None]


def no_names(name: str, category: Category) -> Entity | None:
    """Finds nothing: names without ids stay ungrounded."""
    return None


def named(names: Names, name: str, category: Category) -> Entity:
    """What a name without an id stands for: what ``names`` finds, else an ungrounded entity."""
    known = names(name, category)
    return known if known is not None else Entity(ungrounded_id(name, category), name, category)


# Which kind of thing a namespace identifies, where a source does not say.
PREFIX_CATEGORIES: dict[str, Category] = {
    "ncbigene": Category.GENE,
    "hgnc": Category.GENE,
    "hgnc.symbol": Category.GENE,
    "ensembl": Category.GENE,
    "mgi": Category.GENE,
    "rgd": Category.GENE,
    "uniprotkb": Category.PROTEIN,
    "uniprot": Category.PROTEIN,
    "mondo": Category.DISEASE,
    "doid": Category.DISEASE,
    "omim": Category.DISEASE,
    "orpha": Category.DISEASE,
    "orphanet": Category.DISEASE,
    "decipher": Category.DISEASE,
    "efo": Category.DISEASE_OR_PHENOTYPIC_FEATURE,
    "hp": Category.PHENOTYPIC_FEATURE,
    "chebi": Category.CHEMICAL_ENTITY,
    "drugbank": Category.DRUG,
    "go": Category.BIOLOGICAL_PROCESS,
    "uberon": Category.ANATOMICAL_ENTITY,
    "cl": Category.CELL,
    "ncbitaxon": Category.ORGANISM_TAXON,
    "dbsnp": Category.SEQUENCE_VARIANT,
}


def category_of(curie: str) -> Category:
    """The category that the prefix stands for; ``NAMED_THING`` where it stands for several or is not known."""
    return PREFIX_CATEGORIES.get(curie.partition(":")[0].lower(), Category.NAMED_THING)


_PMID = re.compile(r"(?:pmid|pubmed|medline)?\s*:?\s*(\d{1,9})(?:\.0)?", re.IGNORECASE)
_PMC = re.compile(r"(?:pmc|pmcid)?\s*:?\s*(PMC\d+)", re.IGNORECASE)
_DOI = re.compile(r"(?:doi\s*:\s*|https?://(?:dx\.)?doi\.org/)?(10\.\d{4,9}/\S+)", re.IGNORECASE)


def publication_id(text: str) -> str:
    """The document id of a paper: ``pmid:``, ``pmc:`` or ``doi:``; empty where the text is none of these.

    >>> publication_id("PMID:25231870"), publication_id("25231870"), publication_id("OMIM:619340")
    ('pmid:25231870', 'pmid:25231870', '')
    """
    text = text.strip()
    if match := _PMID.fullmatch(text):
        number = match[1].lstrip("0")
        return f"pmid:{number}" if number else ""
    if match := _PMC.fullmatch(text):
        return f"pmc:{match[1].upper()}"
    if match := _DOI.fullmatch(text):
        return f"doi:{match[1].lower()}"
    return ""


def year_in(text: str) -> int | None:
    """The year that a date names, whatever its form, between 1800 and 2100.

    >>> year_in("23-Jul-2014"), year_in("20140723"), year_in("2014-07-23"), year_in("")
    (2014, 2014, 2014, None)
    """
    match = re.search(r"(?<!\d)(1[89]\d\d|20\d\d|2100)(?=\d{4}(?!\d)|(?!\d))", text)
    return int(match[1]) if match else None
