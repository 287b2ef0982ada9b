"""The graph as GraphML, one edge a statement: for yEd, Gephi, igraph and networkx (http://graphml.graphdrawing.org)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from xml.sax.saxutils import escape

from isthmus.graph.stores.protocol import Store
from isthmus.service.exports.files import Exported, whole_files
from isthmus.service.exports.properties import EDGE_PROPERTIES, NODE_PROPERTIES, Value, of_claim, of_entity
from isthmus.service.exports.walk import Seen, claims, entities, unseen

_NAMESPACE = "http://graphml.graphdrawing.org/xmlns"
_HEAD = (
    '<?xml version="1.0" encoding="UTF-8"?>\n'
    f'<graphml xmlns="{_NAMESPACE}" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" '
    f'xsi:schemaLocation="{_NAMESPACE} {_NAMESPACE}/1.0/graphml.xsd">\n'
)
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")  # XML 1.0 has no way to write these
_NOT_TOKEN = re.compile(r"[^A-Za-z0-9.:_-]|_(?=x[0-9a-f]+_)")


def export_graphml(
    store: Store, folder: Path, name: str = "isthmus", *, least_belief: float = 0.0, seen: Seen = unseen
) -> Exported:
    """Write the graph, streamed, into one file of a folder. See ``write.write``. Raises ``CannotWrite``."""
    file_name = f"{name}.graphml"
    nodes = edges = mended = 0
    with whole_files(folder, file_name) as (file,):
        file.write(_HEAD)
        for element, properties in (("node", NODE_PROPERTIES), ("edge", EDGE_PROPERTIES)):
            for each, kind in properties.items():
                kind = "string" if kind == "lines" else kind
                file.write(f'  <key id="{element}_{each}" for="{element}" attr.name="{each}" attr.type="{kind}"/>\n')
        file.write('  <graph id="isthmus" edgedefault="directed">\n')
        for entity in entities(store, seen):
            data, odd = _data("node", of_entity(entity))
            file.write(f'    <node id="{token(entity.id)}">{data}</node>\n')
            nodes, mended = nodes + 1, mended + odd
        for claim in claims(store, least_belief, seen):
            data, odd = _data("edge", of_claim(claim))
            said = claim.row.statement
            ends = f'source="{token(said.subject)}" target="{token(said.object)}"'
            file.write(f'    <edge id="{said.id}" {ends}>{data}</edge>\n')
            edges, mended = edges + 1, mended + odd
        file.write("  </graph>\n</graphml>\n")
    notes = {"control characters that XML cannot hold, written as \ufffd": mended} if mended else {}
    return Exported(nodes, edges, (folder / file_name,), notes)


def token(curie: str) -> str:
    """An id as GraphML's schema wants it (an XML name token), another for every CURIE; the key ``curie`` has it as it is.

    >>> token("MESH:D010300"), token("text:gene/a b")
    ('MESH:D010300', 'text:gene_x2f_a_x20_b')
    """
    return _NOT_TOKEN.sub(lambda match: f"_x{ord(match[0]):x}_", curie)


def _data(element: str, properties: Mapping[str, Value]) -> tuple[str, int]:
    """The ``data`` elements, and how many characters could not be written."""
    parts, odd = [], 0
    for name, value in properties.items():
        text, found = _NOT_XML.subn("\ufffd", _text(value))
        parts.append(f'<data key="{element}_{name}">{escape(text, {chr(13): "&#13;"})}</data>')
        odd += found
    return "".join(parts), odd


def _text(value: Value) -> str:
    if isinstance(value, tuple):
        return "\n".join(value)
    return str(value).lower() if isinstance(value, bool) else str(value)
