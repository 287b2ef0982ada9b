"""The graph as KGX: NAME_nodes.tsv and NAME_edges.tsv, one edge row for each piece of evidence.

Columns are those of the KGX specification, for other tools, and ``isthmus``, the exact value of the row as JSON, with
which ``isthmus ingest`` makes the same graph again, to the hash.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from isthmus.errors import IsthmusError
from isthmus.extractors.readers.kgx_exact import Citation, ExactEdge
from isthmus.graph.model import Entity, Evidence, canonical_json
from isthmus.graph.stores.protocol import StatementRow, Store

BATCH = 2000
NODE_COLUMNS = ("id", "category", "name", "synonym", "xref", "isthmus")
EDGE_COLUMNS = (
    "id",
    "subject",
    "predicate",
    "object",
    "qualified_predicate",
    "object_aspect_qualifier",
    "object_direction_qualifier",
    "species_context_qualifier",
    "anatomical_context_qualifier",
    "negated",
    "publications",
    "year",
    "supporting_text",
    "belief",
    "knowledge_level",
    "agent_type",
    "isthmus",
)


class CannotWrite(IsthmusError):
    """The folder of an export cannot be written."""


@dataclass(frozen=True, slots=True)
class KgxExport:
    """What was written."""

    nodes: int
    edges: int
    files: tuple[Path, ...]


def export_kgx(store: Store, folder: Path, name: str = "isthmus") -> KgxExport:
    """Write the whole graph, streamed, into two files of a folder, which is made where it is not there.

    The files take their names when both are whole, so that a half of one is never taken for a graph.
    Raises ``CannotWrite``.
    """
    files = folder / f"{name}_nodes.tsv", folder / f"{name}_edges.tsv"
    unfinished = tuple(file.with_name(f"{file.name}.unfinished") for file in files)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        nodes = _write(unfinished[0], NODE_COLUMNS, (_node(entity) for entity in store.all_entities()))
        edges = _write(unfinished[1], EDGE_COLUMNS, _edges(store))
        for written, file in zip(unfinished, files, strict=True):
            written.replace(file)
    except OSError as error:
        raise CannotWrite(f"{folder} cannot be written: {error.strerror or error}. Name another with --out.") from error
    finally:
        for file in unfinished:
            with suppress(OSError):
                file.unlink(missing_ok=True)
    return KgxExport(nodes, edges, files)


def _edges(store: Store) -> Iterator[Mapping[str, str]]:
    """Statements and evidence both come by statement id: one pass over each."""
    rows = store.all_statements()
    row = next(rows, None)
    everything = store.all_evidence()
    while batch := list(islice(everything, BATCH)):
        documents = store.documents({evidence.document for evidence in batch})
        for evidence in batch:
            while row is not None and row.statement.id < evidence.statement:
                row = next(rows, None)
            if row is not None and row.statement.id == evidence.statement:
                document = documents.get(evidence.document)
                yield _edge(row, evidence, Citation() if document is None else Citation.of(document))


def _node(entity: Entity) -> Mapping[str, str]:
    return {
        "id": entity.id,
        "category": _list((entity.category.curie, *entity.given_categories)),
        "name": entity.name,
        "synonym": _list(entity.synonyms),
        "xref": _list(entity.xrefs),
        "isthmus": canonical_json(entity).decode(),
    }


def _edge(row: StatementRow, evidence: Evidence, citation: Citation) -> Mapping[str, str]:
    statement = row.statement
    published = evidence.document.startswith(("pmid:", "pmc:", "doi:"))
    return {
        "id": evidence.id,
        "subject": statement.subject,
        "predicate": statement.predicate.curie,
        "object": statement.object,
        **dict(statement.predicate.definition.qualifiers),
        "species_context_qualifier": statement.context.species,
        "anatomical_context_qualifier": statement.context.cell or statement.context.anatomy,
        "negated": str(statement.negated).lower(),
        "publications": evidence.document.replace("pmid:", "PMID:") if published else "",
        "year": str(evidence.year or ""),
        "supporting_text": evidence.text,
        "belief": repr(row.belief),
        "knowledge_level": "knowledge_assertion",
        "agent_type": "text_mining_agent" if evidence.start is not None else "not_provided",
        "isthmus": canonical_json(ExactEdge(statement, evidence, citation)).decode(),
    }


def _write(path: Path, columns: tuple[str, ...], rows: Iterable[Mapping[str, str]]) -> int:
    count = 0
    with path.open("w", encoding="utf-8", newline="\n") as file:
        file.write("\t".join(columns) + "\n")
        for row in rows:
            file.write("\t".join(_cell(row.get(column, "")) for column in columns) + "\n")
            count += 1
    return count


def _list(values: Iterable[str]) -> str:
    """Values of one cell; KGX knows no escape for the sign between them."""
    return "|".join(value.replace("|", "/") for value in values)


def _cell(text: str) -> str:
    return text.translate({9: " ", 10: " ", 13: " "})
