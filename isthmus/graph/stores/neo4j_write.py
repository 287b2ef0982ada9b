"""Putting readings into Neo4j and taking them out. Everything here runs inside the one writing transaction.

Each thing is looked for first, all in one query, and then created or changed: no MERGE but where a node may be there
or not for reasons of its own, since it looks for each row again. Labels and types come from the enums only.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import neo4j

from isthmus.graph.stores.assembly import Reading
from isthmus.graph.stores.neo4j_changes import Changes, Said, Texts, reading_id
from isthmus.graph.stores.neo4j_documents import remove_documents_of_nobody, write_documents
from isthmus.graph.stores.neo4j_entities import remove_entities, write_entities
from isthmus.graph.stores.neo4j_log import Touched
from isthmus.graph.stores.neo4j_queries import look_up, write_rows
from isthmus.graph.stores.neo4j_rows import ledger_properties
from isthmus.graph.stores.neo4j_settle import settle_statements


@dataclass(frozen=True, slots=True)
class New:
    """How many things were not there before."""

    entities: int = 0
    statements: int = 0
    evidence: int = 0

    def __add__(self, other: New) -> New:
        return New(self.entities + other.entities, self.statements + other.statements, self.evidence + other.evidence)


def lock(tx: neo4j.ManagedTransaction) -> None:
    """Count this write; another writer waits here until it is done, so that sums stay right."""
    tx.run("MERGE (g:Graph {id: 'isthmus'}) ON CREATE SET g.revision = 0 SET g.revision = g.revision + 1").consume()


def hold(tx: neo4j.ManagedTransaction) -> None:
    """Make writers wait until this transaction is done, whether it writes to the graph or not."""
    tx.run("MERGE (g:Graph {id: 'isthmus'}) ON CREATE SET g.revision = 0 SET g.revision = g.revision").consume()


def write_readings(tx: neo4j.ManagedTransaction, readings: Sequence[Reading], touched: Touched) -> New:
    """Write readings of which no document comes in two versions and no part twice; says what that has touched."""
    gone = _superseded(tx, readings)
    texts = Texts()
    come = [texts.said_by(reading) for reading in readings]
    new = _apply(tx, readings, come, gone, texts.by_digest, touched)
    _remove_readings(tx, {said.reading for said in gone} - {said.reading for said in come})
    rows = [
        {
            "id": said.reading,
            "document": said.document,
            "row": {
                **ledger_properties(reading.ledger),
                "version": list(reading.version),
                "said": said.pack(),
                "spans": sum(count for count, _ in reading.mentions.values()),
            },
        }
        for reading, said in zip(readings, come, strict=True)
    ]
    write_rows(
        tx,
        "UNWIND $rows AS r MERGE (n:Reading {id: r.id}) SET n += r.row "
        "WITH n, r MATCH (d:Document {id: r.document}) MERGE (n)-[:OF]->(d)",
        rows,
    )
    return new


def remove_documents(tx: neo4j.ManagedTransaction, documents: Iterable[str], touched: Touched) -> list[str]:
    """Take out all readings of these documents with their ledger rows. Returns those that had any, in their order."""
    asked = list(dict.fromkeys(documents))
    gone = _held(tx, asked)
    had = {said.document for said in gone}
    if gone:
        _apply(tx, [], [], gone, {}, touched)
        _remove_readings(tx, {said.reading for said in gone})
    return [document for document in asked if document in had]


# -- readings -----------------------------------------------------------------------------------------------------


_SAID = "r.id, r.document, r.said"
# With a version, or it is only a row of the ledger.
_READINGS_OF = "MATCH (r:Reading {document: id}) WHERE r.version IS NOT NULL"


def _superseded(tx: neo4j.ManagedTransaction, readings: Sequence[Reading]) -> list[Said]:
    """Readings of another version of these documents, and those of the very parts that come now."""
    versions = {reading.document.id: list(reading.version) for reading in readings}
    parts = {reading_id(*reading.key) for reading in readings}
    held = look_up(tx, _READINGS_OF, "r.id, r.document, r.version", versions)
    gone = [key for key, document, version in held if key in parts or version != versions[document]]
    return [Said.unpack(*row) for row in look_up(tx, "MATCH (r:Reading {id: id})", _SAID, gone)]


def _held(tx: neo4j.ManagedTransaction, documents: Iterable[str]) -> list[Said]:
    return [Said.unpack(*row) for row in look_up(tx, _READINGS_OF, _SAID, documents)]


def _remove_readings(tx: neo4j.ManagedTransaction, readings: Iterable[str]) -> None:
    write_rows(tx, "UNWIND $rows AS r MATCH (n:Reading {id: r}) DETACH DELETE n", sorted(readings))


# -- what readings say --------------------------------------------------------------------------------------------


def _apply(
    tx: neo4j.ManagedTransaction,
    readings: Sequence[Reading],
    come: Sequence[Said],
    gone: Sequence[Said],
    texts: Mapping[str, str],
    touched: Touched,
) -> New:
    """Everything but the readings' own nodes."""
    changes = Changes()
    for said in gone:
        changes.add(said, -1)
    for said in come:
        changes.add(said, +1)
    _remove_mentions(tx, gone)
    documents = write_documents(tx, readings, changes, texts)
    new_entities, unused = write_entities(tx, changes, texts, touched)
    new_statements, new_evidence = settle_statements(
        tx, readings, changes, documents.whose, documents.reconsider, touched
    )
    _write_mentions(tx, readings)
    remove_entities(tx, unused)
    remove_documents_of_nobody(tx, documents.unread)
    return New(new_entities, new_statements, new_evidence)


# -- mentions -----------------------------------------------------------------------------------------------------


def _remove_mentions(tx: neo4j.ManagedTransaction, gone: Iterable[Said]) -> None:
    rows = [[said.document, int(said.reading.rpartition("#")[2])] for said in gone]
    write_rows(
        tx,
        "UNWIND $rows AS r MATCH (:Document {id: r[0]})-[m:MENTIONS]->() WHERE m.part = r[1] DELETE m",
        rows,
    )


def _write_mentions(tx: neo4j.ManagedTransaction, readings: Iterable[Reading]) -> None:
    rows = [
        [reading.document.id, entity, reading.part, count, list(sentences)]
        for reading in readings
        for entity, (count, sentences) in sorted(reading.mentions.items())
    ]
    write_rows(
        tx,
        "UNWIND $rows AS r MATCH (d:Document {id: r[0]}) MATCH (e:Entity {id: r[1]}) "
        "CREATE (d)-[:MENTIONS {part: r[2], count: r[3], sentences: r[4]}]->(e)",
        rows,
    )
