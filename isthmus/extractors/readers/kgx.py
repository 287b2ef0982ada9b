"""KGX: somebody's existing graph, as NAME_nodes.tsv and NAME_edges.tsv, plain or packed.

Ids, names and beliefs are kept as they are. A category or predicate outside the vocabulary comes in as its nearest
Biolink ancestor; the word itself stays with the entity or the evidence, and is counted. A file that Isthmus wrote holds
a column ``isthmus`` with the exact value of each row, so that the graph comes back as it was.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import orjson

from isthmus.extractors.readers.biolink import read_categories, read_predicate
from isthmus.extractors.readers.publications import citation, publication_id, year_in
from isthmus.extractors.readers.tabular import PART_ROWS, BadRow, content_id, require_columns, tab_separated
from isthmus.extractors.reading import Canonical, Note, Record, Unreadable, UnreadableFile
from isthmus.graph.model import (
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

EXTRACTOR = "kgx/1"
DEFAULT_BELIEF = 0.8  # of an edge whose source gives none: as a curated record without review
EXACT = "isthmus"  # the column in which our own exports keep a row's exact value
_TRUE = frozenset({"true", "1", "yes"})


@dataclass
class _Import:
    """One pair of files on its way in, and what is worth telling at the end."""

    document: Document
    names: dict[str, str] = field(default_factory=dict)
    notes: Counter[tuple[str, str]] = field(default_factory=Counter)
    part: int = 0

    def extraction(self, gathered: _Gathered) -> Extraction:
        made = Extraction(
            self.document,
            EXTRACTOR,
            tuple(gathered.entities.values()),
            statements=tuple(gathered.statements.values()),
            evidence=tuple(gathered.evidence.values()),
            cited=tuple(gathered.cited.values()),
            part=self.part,
            reason="" if gathered.entities else "no nodes or edges below the header",
        )
        self.part += 1
        return made


@dataclass
class _Gathered:
    rows: int = 0
    entities: dict[str, Entity] = field(default_factory=dict)
    statements: dict[str, Statement] = field(default_factory=dict)
    evidence: dict[str, Evidence] = field(default_factory=dict)
    cited: dict[str, Document] = field(default_factory=dict)


def read(path: Path, canonical: Canonical) -> Iterator[Record]:
    """The graph of which ``path`` is the nodes or the edges file, in parts of 10,000 rows, nodes first.

    Raises ``UnreadableFile`` where a file lacks the columns that KGX asks for.
    """
    nodes, edges = _pair(path)
    files = [each for each in (nodes, edges) if each is not None]
    title = f"{' and '.join(each.name for each in files)}: knowledge graph"
    document = Document(content_id(*files), DocumentKind.GRAPH, Modality.LITERATURE, title, source=files[-1].name)
    graph = _Import(document)
    if nodes is not None:
        yield from _read_file(nodes, ("id", "category"), graph, _add_node)
    if edges is not None:
        yield from _read_file(edges, ("subject", "predicate", "object"), graph, _add_edge)
    for (topic, text), count in sorted(graph.notes.items()):
        yield Note(topic, text, count)


def _pair(path: Path) -> tuple[Path | None, Path | None]:
    packed = ".gz" if path.name.endswith(".gz") else ""
    stem = path.name.removesuffix(".gz").removesuffix(".tsv")
    name, _, what = stem.rpartition("_")
    other = "edges" if what == "nodes" else "nodes"
    beside = (path.with_name(f"{name}_{other}.tsv{end}") for end in (packed, ".gz", ""))
    found = next((each for each in beside if each.is_file()), None)
    return (path, found) if what == "nodes" else (found, path)


def _read_file(path: Path, needed: tuple[str, ...], graph: _Import, add: Any) -> Iterator[Record]:  # noqa: ANN401 - two functions below
    columns: list[str] | None = None
    gathered = _Gathered()
    for row in tab_separated(path):
        if isinstance(row, Unreadable):
            yield row
            continue
        line, cells = row
        if columns is None:
            columns = [cell.strip() for cell in cells]
            require_columns(path, f"a KGX file ({path.name})", needed, columns)
            continue
        gathered.rows += 1
        if len(cells) > len(columns):
            yield Unreadable(path.name, f"line {line}", f"{len(cells)} columns where {len(columns)} are expected")
            continue
        try:
            add(dict(zip(columns, cells, strict=False)), gathered, graph)
        except BadRow as error:
            yield Unreadable(path.name, f"line {line}", str(error))
        if gathered.rows >= PART_ROWS:
            yield graph.extraction(gathered)
            gathered = _Gathered()
    if columns is None:
        raise UnreadableFile(f"{path} holds no header")
    if gathered.rows:
        yield graph.extraction(gathered)


def _add_node(row: Mapping[str, str], gathered: _Gathered, graph: _Import) -> None:
    entity = _exact_entity(row[EXACT]) if row.get(EXACT) else _entity(row, graph)
    graph.names[entity.id] = entity.name
    known = gathered.entities.get(entity.id)
    gathered.entities[entity.id] = entity if known is None else known.merge(entity)


def _entity(row: Mapping[str, str], graph: _Import) -> Entity:
    identifier = row["id"].strip()
    if not identifier:
        raise BadRow("the node has no id")
    words = tuple(_listed(row.get("category", "")))
    reading = read_categories(words)
    for word in reading.outside:
        graph.notes["category outside the vocabulary", f"{word} read as {reading.category}"] += 1
    name = row.get("name", "").strip() or identifier
    synonyms = sorted(set(_listed(row.get("synonym", ""))) - {name})
    return Entity(
        identifier,
        name,
        reading.category,
        tuple(synonyms),
        tuple(sorted(set(_listed(row.get("xref", ""))))),
        reading.outside,
    )


def _add_edge(row: Mapping[str, str], gathered: _Gathered, graph: _Import) -> None:
    for end in ("subject", "object"):
        identifier = row.get(end, "").strip()
        if not identifier:
            raise BadRow(f"the edge has no {end}")
        if identifier not in graph.names:
            graph.names[identifier] = identifier
            graph.notes["edge end without a node", "kept as NamedThing with its id as name"] += 1
            gathered.entities[identifier] = Entity(identifier, identifier, Category.NAMED_THING)
    if row.get(EXACT):
        _add_exact(row[EXACT], gathered, graph)
    else:
        _add_plain(row, gathered, graph)


def _add_plain(row: Mapping[str, str], gathered: _Gathered, graph: _Import) -> None:
    word = row["predicate"].strip()
    qualifiers = {
        name: value for name, value in row.items() if name.endswith("_qualifier") or name == "qualified_predicate"
    }
    reading = read_predicate(word, qualifiers)
    if reading.outside:
        graph.notes["predicate outside the vocabulary", f"{word} read as {reading.predicate}"] += 1
    ends = row["subject"].strip(), row["object"].strip()
    subject, obj = reversed(ends) if reading.turned else ends
    negated = row.get("negated", "").strip().lower() in _TRUE
    statement = Statement.of(subject, reading.predicate, obj, negated=negated)
    gathered.statements[statement.id] = statement
    year = year_in(row.get("year", ""))
    words = " ".join((graph.names[subject], reading.predicate.replace("_", " "), graph.names[obj]))
    publications = [publication_id(each) or each for each in _listed(row.get("publications", ""))]
    for document in publications or [graph.document.id]:
        evidence = Evidence(
            statement.id,
            document,
            row.get("supporting_text", "").strip() or words,
            EXTRACTOR,
            _belief(row.get("belief", "")),
            Assertion.NEGATED if negated else Assertion.AFFIRMED,
            year,
            original=word if reading.outside else "",
        )
        gathered.evidence[evidence.id] = evidence
        _cite(document, year, gathered, graph)


def _cite(document: str, year: int | None, gathered: _Gathered, graph: _Import) -> None:
    if document != graph.document.id:
        stub = citation(document, graph.document.modality, date=str(year) if year else "")
        known = gathered.cited.setdefault(document, stub)
        if stub.date and (not known.date or stub.date < known.date):  # an edge may be younger than its paper
            gathered.cited[document] = stub


def _belief(text: str) -> float:
    if not text.strip():
        return DEFAULT_BELIEF
    try:
        belief = float(text)
    except ValueError:
        raise BadRow(f"belief {text.strip()[:40]!r} is no number") from None
    if not 0.0 <= belief <= 1.0:
        raise BadRow(f"belief {belief} is not between 0 and 1")
    return belief


def _listed(cell: str) -> Iterator[str]:
    return (part.strip() for part in cell.split("|") if part.strip())


# -- rows of our own exports --


def _exact_entity(text: str) -> Entity:
    try:
        value = orjson.loads(text)
        lists = {name: tuple(value[name]) for name in ("synonyms", "xrefs", "given_categories")}
        return Entity(value["id"], value["name"], Category(value["category"]), **lists)
    except (orjson.JSONDecodeError, KeyError, TypeError, ValueError) as error:
        raise BadRow(f"the column {EXACT} cannot be read: {error}") from None


def _add_exact(text: str, gathered: _Gathered, graph: _Import) -> None:
    try:
        value = orjson.loads(text)
        said = value["statement"]
        statement = Statement(
            said["subject"], Predicate(said["predicate"]), said["object"], said["negated"], Context(**said["context"])
        )
        fields = value["evidence"]
        spans = {name: tuple(fields[name]) if fields[name] else None for name in ("subject_span", "object_span")}
        evidence = Evidence(**{**fields, **spans, "assertion": Assertion(fields["assertion"])})
    except (orjson.JSONDecodeError, KeyError, TypeError, ValueError) as error:
        raise BadRow(f"the column {EXACT} cannot be read: {error}") from None
    if evidence.statement != statement.id:
        raise BadRow(f"the evidence is not for the statement of its row: {evidence.statement}")
    gathered.statements[statement.id] = statement
    gathered.evidence[evidence.id] = evidence
    _cite(evidence.document, evidence.year, gathered, graph)
