"""The graph as KGX: NAME_nodes.tsv and NAME_edges.tsv, one edge row for each piece of evidence.

Columns are those of the KGX specification, for other tools, and ``isthmus``, the exact value of the row as JSON, with
which ``isthmus ingest`` makes the same graph again, to the hash.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import TextIO

from isthmus.extractors.readers.kgx_exact import Citation, ExactEdge
from isthmus.graph.model import Entity, canonical_json
from isthmus.graph.stores.protocol import StatementRow, Store
from isthmus.service.exports.files import Exported, whole_files
from isthmus.service.exports.walk import Seen, Sourced, claims, entities, unseen

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


def export_kgx(
    store: Store, folder: Path, name: str = "isthmus", *, least_belief: float = 0.0, seen: Seen = unseen
) -> Exported:
    """Write the graph, streamed, into two files of a folder. See ``write.write``. Raises ``CannotWrite``."""
    names = f"{name}_nodes.tsv", f"{name}_edges.tsv"
    with whole_files(folder, *names) as (node_file, edge_file):
        nodes = _write(node_file, NODE_COLUMNS, (_node(entity) for entity in entities(store, seen)))
        edges = _write(edge_file, EDGE_COLUMNS, _edges(store, least_belief, seen))
    return Exported(nodes, edges, tuple(folder / each for each in names))


def _edges(store: Store, least_belief: float, seen: Seen) -> Iterator[Mapping[str, str]]:
    for claim in claims(store, least_belief, seen):
        for sourced in claim.sources:
            yield _edge(claim.row, sourced)


def _node(entity: Entity) -> Mapping[str, str]:
    return {
        "id": entity.id,
        "category": _list((entity.category.curie, *entity.given_categories)),
        "name": entity.name,
        "synonym": _list(entity.synonyms),
        "xref": _list(entity.xrefs),
        "isthmus": canonical_json(entity).decode(),
    }


def _edge(row: StatementRow, sourced: Sourced) -> Mapping[str, str]:
    statement, evidence = row.statement, sourced.evidence
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
        "isthmus": canonical_json(ExactEdge(statement, evidence, Citation.of(sourced.document))).decode(),
    }


def _write(file: TextIO, columns: tuple[str, ...], rows: Iterable[Mapping[str, str]]) -> int:
    count = 0
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
