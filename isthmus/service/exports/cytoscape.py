"""The graph as Cytoscape JSON (``.cyjs``), one edge a statement: for the Cytoscape desktop and for Cytoscape.js."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TextIO

import orjson

from isthmus import __version__
from isthmus.graph.model import Entity, canonical_json
from isthmus.graph.stores.protocol import Store
from isthmus.service.exports.files import Exported, whole_files
from isthmus.service.exports.properties import of_claim, of_entity
from isthmus.service.exports.walk import Claim, Seen, claims, entities, unseen

Element = Mapping[str, object]


def export_cytoscape(
    store: Store, folder: Path, name: str = "isthmus", *, least_belief: float = 0.0, seen: Seen = unseen
) -> Exported:
    """Write the graph, streamed, into one file of a folder. See ``write.write``. Raises ``CannotWrite``."""
    file_name = f"{name}.cyjs"
    head = {
        "format_version": "1.0",
        "generated_by": f"isthmus-{__version__}",
        "target_cytoscapejs_version": "~2.1",
        "data": {"name": name, "shared_name": name},
    }
    with whole_files(folder, file_name) as (file,):
        file.write(orjson.dumps(head).decode().removesuffix("}") + ',"elements":{"nodes":[')
        nodes = _write(file, (_node(entity) for entity in entities(store, seen)))
        file.write('],"edges":[')
        edges = _write(file, (_edge(claim) for claim in claims(store, least_belief, seen)))
        file.write("]}}\n")
    return Exported(nodes, edges, (folder / file_name,))


def _node(entity: Entity) -> Element:
    return {"id": entity.id, "shared_name": entity.name, **of_entity(entity)}


def _edge(claim: Claim) -> Element:
    said = claim.row.statement
    verb = f"not {said.predicate}" if said.negated else said.predicate.value
    return {
        "id": said.id,
        "source": said.subject,
        "target": said.object,
        "interaction": verb,
        "shared_interaction": verb,
        "name": f"{said.subject} ({verb}) {said.object}",  # as Cytoscape names an edge
        **of_claim(claim),
    }


def _write(file: TextIO, elements: Iterable[Element]) -> int:
    """One element a line."""
    count = 0
    for element in elements:
        file.write(f"{',' if count else ''}\n{canonical_json({'data': element}).decode()}")
        count += 1
    return count
