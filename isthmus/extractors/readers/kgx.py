"""KGX: somebody's existing graph, as NAME_nodes.tsv and NAME_edges.tsv, plain or packed.

Ids, names and beliefs are kept as they are. A category or predicate outside the vocabulary comes in as its nearest
Biolink ancestor; the word itself stays with the entity or the evidence, and is counted. A file that Isthmus wrote holds
a column ``isthmus`` with the exact value of each row, so that the graph comes back as it was.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import zip_longest
from pathlib import Path

from isthmus.extractors.readers.kgx_exact import COLUMN, Citation, ExactEdge, exact_edge, exact_entity
from isthmus.extractors.readers.kgx_names import NodeNames
from isthmus.extractors.readers.kgx_rows import EXTRACTOR, ends, read_edge, read_node, truth
from isthmus.extractors.readers.publications import citation
from isthmus.extractors.readers.tabular import (
    PART_EVIDENCE,
    PART_ROWS,
    BadRow,
    Row,
    content_id,
    require_columns,
    require_distinct,
    tab_separated,
)
from isthmus.extractors.readers.tally import Tally
from isthmus.extractors.readers.terms import category_of, remembering
from isthmus.extractors.reading import Canonical, Record, Unreadable, UnreadableFile
from isthmus.graph.model import Document, DocumentKind, Entity, Evidence, Extraction, Modality, Statement

NODE_COLUMNS = ("id", "category")
EDGE_COLUMNS = ("subject", "predicate", "object")
_NAME = re.compile(r"(?P<name>.+)_(?P<what>nodes|edges)\.tsv(?P<packed>\.gz)?")


def read(path: Path, canonical: Canonical) -> Iterator[Record]:
    """The graph of which ``path`` is the nodes or the edges file, in parts of 10,000 rows, nodes first.

    An edge's end that no node describes is called what ``canonical`` calls it, under the id that the edge gives.
    Raises ``UnreadableFile``, before anything is read, where a file lacks the columns that KGX asks for.
    """
    nodes, edges = pair(path)
    files = [each for each in (nodes, edges) if each is not None]
    columns = {each: _header(each, NODE_COLUMNS if each == nodes else EDGE_COLUMNS) for each in files}
    title = f"{' and '.join(each.name for each in files)}: knowledge graph"
    document = Document(content_id(*files), DocumentKind.GRAPH, Modality.LITERATURE, title, source=files[-1].name)
    with NodeNames() as names:
        graph = _Graph(document, names, remembering(canonical))
        if nodes is not None:
            yield from _read_rows(nodes, columns[nodes], NODE_COLUMNS, graph, graph.add_node)
        if edges is not None:
            yield from _read_rows(edges, columns[edges], EDGE_COLUMNS, graph, graph.add_edge)
        if not graph.parts:
            yield graph.extraction()
        yield from graph.tally.notes()


def pair(path: Path) -> tuple[Path | None, Path | None]:
    """The nodes and the edges file of a graph, of which ``path`` is one; None for one that is not there.

    Raises ``UnreadableFile`` where the name does not tell which of the two ``path`` is.
    """
    match = _NAME.fullmatch(path.name)
    if match is None:
        raise UnreadableFile(
            f"{path.name} is not named as KGX files are. Call it NAME_nodes.tsv or NAME_edges.tsv (.gz)"
        )
    other = "edges" if match["what"] == "nodes" else "nodes"
    endings = dict.fromkeys((match["packed"] or "", "", ".gz"))  # packed as this one is, if there are both
    beside = (path.with_name(f"{match['name']}_{other}.tsv{ending}") for ending in endings)
    found = next((each for each in beside if each.is_file()), None)
    return (path, found) if other == "edges" else (found, path)


@dataclass(slots=True)
class _Gathered:
    rows: int = 0
    entities: dict[str, Entity] = field(default_factory=dict)
    statements: dict[str, Statement] = field(default_factory=dict)
    evidence: dict[str, Evidence] = field(default_factory=dict)
    cited: dict[str, Document] = field(default_factory=dict)

    @property
    def full(self) -> bool:
        return self.rows >= PART_ROWS or len(self.evidence) >= PART_EVIDENCE


class _Graph:
    """One graph on its way in: what is gathered for the next part, and what is worth telling at the end."""

    def __init__(self, document: Document, names: NodeNames, canonical: Canonical) -> None:
        self.tally = Tally()
        self.parts = 0
        self.gathered = _Gathered()
        self._document, self._names, self._canonical = document, names, canonical

    def extraction(self) -> Extraction:
        """The part that was gathered; the next one starts."""
        gathered, self.gathered = self.gathered, _Gathered()
        found = gathered.entities or gathered.statements
        nothing = f"none of its {gathered.rows} rows can be read" if gathered.rows else "no rows below the header"
        made = Extraction(
            self._document,
            EXTRACTOR,
            tuple(gathered.entities.values()),
            statements=tuple(gathered.statements.values()),
            evidence=tuple(gathered.evidence.values()),
            cited=tuple(gathered.cited.values()),
            part=self.parts,
            reason="" if found else nothing,
        )
        self.parts += 1
        return made

    def add_node(self, row: Row) -> None:
        """Take in a node. Raises ``BadRow``; nothing of the row is taken in then."""
        read = read_node(row)
        entity = read.entity
        if text := row.get(COLUMN, ""):
            exact = exact_entity(text)
            if exact.id == entity.id:
                entity = exact
            else:
                self._changed()
        else:
            for word in read.outside:
                self.tally.add("category outside the vocabulary", f"{word} read as {entity.category}")
        self._names[entity.id] = entity.name
        known = self.gathered.entities.get(entity.id)
        self.gathered.entities[entity.id] = entity if known is None else known.merge(entity)

    def add_edge(self, row: Row) -> None:
        """Take in an edge. Raises ``BadRow``; nothing of the row is taken in then."""
        edge = self._exact(row)
        if edge is not None:
            self._say(edge.statement, edge.evidence)
            self._cite(edge.evidence, edge.citation)
            return
        read = read_edge(row, self._document.id, self._name)
        if read.outside:
            self.tally.add("predicate outside the vocabulary", f"{read.outside} read as {read.statement.predicate}")
        for evidence in read.evidence:
            self._say(read.statement, evidence)
            self._cite(evidence, None)

    def _exact(self, row: Row) -> ExactEdge | None:
        """The exact value of our own exports, unless the row has been changed since."""
        text = row.get(COLUMN, "")
        if not text:
            return None
        edge = exact_edge(text)
        said = edge.statement
        plain = (*ends(row), row["predicate"].strip(), truth(row.get("negated", "")))
        if plain == (said.subject, said.object, said.predicate.curie, said.negated):
            return edge
        self._changed()
        return None

    def _changed(self) -> None:
        self.tally.add(f"column {COLUMN} passed over", "the row has been changed since it was exported")

    def _say(self, statement: Statement, evidence: Evidence) -> None:
        for end in (statement.subject, statement.object):
            if self._names.get(end) is None:
                self._describe_missing(end)
        self.gathered.statements[statement.id] = statement
        self.gathered.evidence[evidence.id] = evidence

    def _describe_missing(self, identifier: str) -> None:
        known = self._canonical(identifier)
        category = category_of(identifier) if known is None else known.category
        entity = Entity(identifier, identifier if known is None else known.name, category)
        self.tally.add("edge end without a node", f"kept under its id as {category}")
        self._names[identifier] = entity.name
        self.gathered.entities[identifier] = entity

    def _name(self, identifier: str) -> str:
        name = self._names.get(identifier)
        if name is not None:
            return name
        known = self._canonical(identifier)
        return identifier if known is None else known.name

    def _cite(self, evidence: Evidence, known: Citation | None) -> None:
        identifier = evidence.document
        if identifier == self._document.id:
            return
        year = str(evidence.year or "")
        if known is not None:
            self.gathered.cited[identifier] = known.document(identifier)
            return
        stub = self.gathered.cited.setdefault(identifier, citation(identifier, self._document.modality, date=year))
        if year and (not stub.date or year < stub.date):  # an edge may be younger than its paper
            self.gathered.cited[identifier] = citation(identifier, self._document.modality, date=year)


def _header(path: Path, needed: Sequence[str]) -> list[str]:
    """The columns of a file. Raises ``UnreadableFile``."""
    first = next((row for row in tab_separated(path) if not isinstance(row, Unreadable)), None)
    columns = [cell.strip() for cell in first[1]] if first else []
    what = f"a KGX {'nodes' if needed == NODE_COLUMNS else 'edges'} file"
    require_columns(path, what, needed, columns)
    require_distinct(path, [name for name in columns if name], columns)
    return columns


def _read_rows(
    path: Path, columns: Sequence[str], needed: Sequence[str], graph: _Graph, add: Callable[[Row], None]
) -> Iterator[Record]:
    least = 1 + max(columns.index(name) for name in needed)
    below_header = False
    for row in tab_separated(path):
        if isinstance(row, Unreadable):
            yield row
            continue
        if not below_header:
            below_header = True
            continue
        line, cells = row
        graph.gathered.rows += 1
        try:
            add(_named(columns, cells, least))
        except BadRow as error:
            yield Unreadable(path.name, f"line {line}", str(error))
        if graph.gathered.full:
            yield graph.extraction()
    if graph.gathered.rows:
        yield graph.extraction()


def _named(columns: Sequence[str], cells: Sequence[str], least: int) -> Row:
    """The cells by their columns; empty ones at the end may be left out. Raises ``BadRow``."""
    if len(cells) < least or any(cells[len(columns) :]):
        raise BadRow(f"{len(cells)} columns where {len(columns)} are expected")
    return dict(zip_longest(columns, cells[: len(columns)], fillvalue=""))
