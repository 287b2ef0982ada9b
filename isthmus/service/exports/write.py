"""The graph in the formats of other programs.

Every format is written streamed, in the order of ids, so that the same graph gives the same bytes; under another name
until it is whole. Text is escaped as the format does it, and kept as it is: a quote, a line break or a right-to-left
mark in a name comes out again. What a format cannot hold is counted in ``Exported.notes``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from isthmus.graph.stores.protocol import Store
from isthmus.service.exports.bel import export_bel
from isthmus.service.exports.cytoscape import export_cytoscape
from isthmus.service.exports.files import Exported
from isthmus.service.exports.formats import ExportFormat
from isthmus.service.exports.graphml import export_graphml
from isthmus.service.exports.kgx import export_kgx
from isthmus.service.exports.rdf import export_rdf
from isthmus.service.exports.walk import Seen, unseen

_WRITERS: Mapping[ExportFormat, Callable[..., Exported]] = {
    ExportFormat.KGX: export_kgx,
    ExportFormat.GRAPHML: export_graphml,
    ExportFormat.CYTOSCAPE: export_cytoscape,
    ExportFormat.BEL: export_bel,
    ExportFormat.RDF: export_rdf,
}


def write(
    store: Store, folder: Path, format: ExportFormat, *, least_belief: float = 0.0, seen: Seen = unseen
) -> Exported:
    """Write the graph into a folder, which is made where it is not there.

    Args:
        store: the graph; verdicts and entries are no part of it and stay.
        folder: where to.
        format: how.
        least_belief: statements that are believed less are left out; their entities stay.
        seen: told now and then how many entities and statements have been passed.

    Raises:
        CannotWrite: the folder cannot be written; what was there before stays.
    """
    return _WRITERS[format](store, folder, least_belief=least_belief, seen=seen)
