"""Documents in Neo4j: those that were read as they are, those only cited as the stub that says most."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import neo4j

from isthmus.graph.model import Document
from isthmus.graph.stores.assembly import Reading, best_citation
from isthmus.graph.stores.neo4j_changes import NOTHING, Changes, more_or_fewer, text_digest
from isthmus.graph.stores.neo4j_queries import look_up, write_rows
from isthmus.graph.stores.neo4j_rows import Properties, document_properties
from isthmus.graph.stores.records import document_from_json


@dataclass(slots=True)
class Documents:
    """The documents that a write touches, after it: what belief asks of each (senior author, review, retracted), for which
    that has changed, and which nobody reads or cites any more.
    """

    whose: dict[str, tuple[str, bool, bool]] = field(default_factory=dict)
    reconsider: set[str] = field(default_factory=set)
    unread: list[str] = field(default_factory=list)


def write_documents(
    tx: neo4j.ManagedTransaction, readings: Sequence[Reading], changes: Changes, texts: Mapping[str, str]
) -> Documents:
    """Create and change documents; those that go are left to ``remove_documents_of_nobody``."""
    read = {reading.document.id: reading.document for reading in readings}
    touched = sorted({*changes.readings, *changes.citations})
    columns = "d.id, d.parts, d.cited_as, d.cited_by, d.value"
    stored = {row[0]: row[1:] for row in look_up(tx, "MATCH (d:Document {id: id})", columns, touched)}
    found = Documents()
    new: list[Properties] = []
    changed: list[Properties] = []
    for key in touched:
        parts, cited_as, cited_by, value = stored.get(key, (0, [], [], ""))
        known = {text_digest(text): text for text in cited_as}
        cited = more_or_fewer(known, cited_by, changes.citations.get(key, NOTHING))
        stubs = {digest: known.get(digest) or texts[digest] for digest in sorted(cited)}
        parts += changes.readings.get(key, 0)
        if not parts and not stubs:
            found.unread.append(key)
            continue
        document = read.get(key) or _document_now(value if parts else "", stubs.values())
        found.whose[key] = _whose(document)
        properties = document_properties(document)
        if value and properties["value"] == value:
            properties = {}
        elif value and _asked(document) != _asked(document_from_json(value)):
            found.reconsider.add(key)
        after = {"parts": parts, "cited_as": list(stubs.values()), "cited_by": [cited[digest] for digest in stubs]}
        (changed if key in stored else new).append({"id": key, "row": {**properties, **after}})
    write_rows(tx, "UNWIND $rows AS r CREATE (d:Document {id: r.id}) SET d += r.row", new)
    write_rows(tx, "UNWIND $rows AS r MATCH (d:Document {id: r.id}) SET d += r.row", changed)
    return found


def remove_documents_of_nobody(tx: neo4j.ManagedTransaction, documents: Sequence[str]) -> None:
    """Those of ``unread``, once evidence and mentions are gone: anything else that hangs on them fails the transaction."""
    query = "UNWIND $rows AS r MATCH (d:Document {id: r}) OPTIONAL MATCH (d)<-[of:OF]-(:Reading) DELETE of, d"
    write_rows(tx, query, documents)


def _whose(document: Document) -> tuple[str, bool, bool]:
    return document.senior_author, document.review, document.retracted


def _asked(document: Document) -> tuple[str, bool, bool, str]:
    """What discovery asks of a document."""
    return *_whose(document), document.modality


def _document_now(value: str, stubs: Iterable[str]) -> Document:
    if value:  # read before, and still
        return document_from_json(value)
    return best_citation(document_from_json(stub) for stub in stubs)
