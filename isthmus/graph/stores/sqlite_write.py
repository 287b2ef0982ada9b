"""Putting readings into the SQLite file. Everything here runs inside the one writing transaction."""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import astuple, dataclass, fields

from isthmus.graph.model import Document, Entity, Evidence, Statement, canonical_json
from isthmus.graph.stores.assembly import Reading, best_citation
from isthmus.graph.stores.ledger import LedgerRow
from isthmus.graph.stores.records import document_from_json
from isthmus.graph.stores.sqlite_keys import as_list, known_keys, new_keys, next_key
from isthmus.graph.stores.sqlite_ledger import LEDGER_COLUMNS
from isthmus.graph.stores.sqlite_settle import UPDATE_DOCUMENT, Touched, add_to_degrees, document_columns


@dataclass(frozen=True, slots=True)
class New:
    """How many things were not there before."""

    entities: int = 0
    statements: int = 0
    evidence: int = 0

    def __add__(self, other: New) -> New:
        return New(self.entities + other.entities, self.statements + other.statements, self.evidence + other.evidence)


def write_readings(connection: sqlite3.Connection, readings: Sequence[Reading], touched: Touched) -> New:
    """Write readings of which no document comes in two versions and no part twice.

    What has to be looked at again afterwards is put into ``touched``.
    """
    documents = _write_documents(connection, readings, touched)
    unlink(connection, _superseded(connection, readings, documents), touched)
    keys = _write_reading_rows(connection, readings, documents)
    entities, new_entities = _write_entities(connection, readings, touched)
    _write_mentions(connection, readings, keys, entities, touched)
    _write_citations(connection, readings, keys, documents)
    statements, new_statements = _write_statements(connection, readings, entities)
    new_evidence = _write_evidence(connection, readings, keys, statements, documents, touched)
    write_ledger(connection, [reading.ledger for reading in readings])
    return New(new_entities, new_statements, new_evidence)


def write_ledger(connection: sqlite3.Connection, rows: Iterable[LedgerRow]) -> None:
    """Put rows into the ledger, in place of those of the same document and part."""
    marks = ", ".join("?" * len(fields(LedgerRow)))
    connection.executemany(
        f"INSERT OR REPLACE INTO ledger ({LEDGER_COLUMNS}) VALUES ({marks})", [astuple(row) for row in rows]
    )


def unlink(connection: sqlite3.Connection, readings: Sequence[int], touched: Touched) -> None:
    """Take readings away from all that they say. What nobody says any more is left for ``settle`` to find."""
    if not readings:
        return
    these = [as_list(readings)]
    touched.evidence.update(
        key
        for [key] in connection.execute(
            "SELECT evidence FROM evidence_reading WHERE reading IN (SELECT value FROM json_each(?))", these
        )
    )
    for entity, description in connection.execute(
        "SELECT entity, description FROM mention WHERE reading IN (SELECT value FROM json_each(?))", these
    ):
        touched.entities.add(entity)
        if description is not None:
            touched.descriptions.add(description)
    touched.documents.update(
        key
        for [key] in connection.execute(
            "SELECT document FROM citation WHERE reading IN (SELECT value FROM json_each(?1)) "
            "UNION SELECT document FROM reading WHERE id IN (SELECT value FROM json_each(?1))",
            these,
        )
    )
    for statement in (
        "DELETE FROM evidence_reading WHERE reading IN (SELECT value FROM json_each(?))",
        "DELETE FROM mention WHERE reading IN (SELECT value FROM json_each(?))",
        "DELETE FROM citation WHERE reading IN (SELECT value FROM json_each(?))",
        "DELETE FROM ledger WHERE (document, part) IN (SELECT d.curie, r.part FROM reading r "
        "JOIN document d ON d.id = r.document WHERE r.id IN (SELECT value FROM json_each(?)))",
        "DELETE FROM reading WHERE id IN (SELECT value FROM json_each(?))",
    ):
        connection.execute(statement, these)


def _write_documents(connection: sqlite3.Connection, readings: Sequence[Reading], touched: Touched) -> dict[str, int]:
    """Documents that were read as they are, those only cited as the stub that says most. Returns their keys."""
    read = {reading.document.id: reading.document for reading in readings}
    stubs: dict[str, list[Document]] = {}
    for reading in readings:
        for document, stub in reading.citations.items():
            if document not in read:
                stubs.setdefault(document, []).append(stub)
    stored = {
        curie: (key, (*asked, value), was_read)
        for key, curie, *asked, value, was_read in connection.execute(
            "SELECT id, curie, retracted, senior_author, review, modality, value, "
            "EXISTS (SELECT 1 FROM reading WHERE reading.document = document.id) "
            "FROM document WHERE curie IN (SELECT value FROM json_each(?))",
            [as_list([*read, *stubs])],
        )
    }
    wanted = dict(read)
    for document, offered in stubs.items():
        if document not in stored:
            wanted[document] = best_citation(offered)
        elif not stored[document][2]:
            wanted[document] = best_citation([document_from_json(stored[document][1][-1]), *offered])
    known = {curie: row[0] for curie, row in stored.items()}
    new = new_keys(connection, "document", wanted, known)
    connection.executemany(
        "INSERT INTO document (id, curie, retracted, senior_author, review, modality, value) VALUES (?, ?, ?, ?, ?, ?, ?)",
        [(key, curie, *document_columns(wanted[curie])) for curie, key in new.items()],
    )
    changes = []
    for curie, (key, before, _) in stored.items():
        now = document_columns(wanted[curie]) if curie in wanted else before
        if now != before:
            changes.append((*now, key))
            if now[:-1] != before[:-1]:
                touched.reconsider_documents.add(key)
    connection.executemany(UPDATE_DOCUMENT, changes)
    return {**known, **new}


def _superseded(connection: sqlite3.Connection, readings: Sequence[Reading], documents: Mapping[str, int]) -> list[int]:
    """Readings of another version of these documents, and those of the very parts that come now."""
    versions = {documents[reading.document.id]: reading.version for reading in readings}
    parts = {(documents[reading.document.id], reading.part) for reading in readings}
    rows = connection.execute(
        "SELECT id, document, part, digest, extractor FROM reading WHERE document IN (SELECT value FROM json_each(?))",
        [as_list(versions)],
    )
    return [
        key
        for key, document, part, digest, extractor in rows
        if (document, part) in parts or (digest, extractor) != versions[document]
    ]


def _write_reading_rows(
    connection: sqlite3.Connection, readings: Sequence[Reading], documents: Mapping[str, int]
) -> list[int]:
    first = next_key(connection, "reading")
    keys = list(range(first, first + len(readings)))
    connection.executemany(
        "INSERT INTO reading VALUES (?, ?, ?, ?, ?)",
        [
            (key, documents[reading.document.id], reading.part, *reading.version)
            for key, reading in zip(keys, readings, strict=True)
        ],
    )
    return keys


def _write_entities(
    connection: sqlite3.Connection, readings: Sequence[Reading], touched: Touched
) -> tuple[dict[str, int], int]:
    """Rows for new entities, without a description yet: ``settle`` writes that."""
    used = {entity for reading in readings for entity in reading.entities}
    known = known_keys(connection, "entity", used)
    new = new_keys(connection, "entity", used, known)
    connection.executemany(
        "INSERT INTO entity VALUES (?, ?, '', '', 0, x'', '')", [(key, curie) for curie, key in new.items()]
    )
    touched.entities.update(new.values())
    return {**known, **new}, len(new)


def _write_mentions(
    connection: sqlite3.Connection,
    readings: Sequence[Reading],
    keys: Sequence[int],
    entities: Mapping[str, int],
    touched: Touched,
) -> None:
    digests: dict[Entity, str] = {}
    for reading in readings:
        for entity in reading.entities.values():
            if entity is not None and entity not in digests:
                digests[entity] = entity.digest
    descriptions = known_keys(connection, "description", digests.values())
    new = new_keys(connection, "description", digests.values(), descriptions)
    by_digest = {digest: entity for entity, digest in digests.items()}
    connection.executemany(
        "INSERT INTO description VALUES (?, ?, ?, ?)",
        [
            (key, entities[by_digest[digest].id], bytes.fromhex(digest), canonical_json(by_digest[digest]).decode())
            for digest, key in new.items()
        ],
    )
    touched.entities.update(entities[by_digest[digest].id] for digest in new)
    descriptions.update(new)
    rows = []
    for key, reading in zip(keys, readings, strict=True):
        for curie, entity in reading.entities.items():
            count, sentences = reading.mentions.get(curie, (0, ()))
            description = None if entity is None else descriptions[digests[entity]]
            rows.append((key, entities[curie], description, count, " ".join(map(str, sentences))))
    rows.sort(key=_reading_and_entity)
    connection.executemany("INSERT INTO mention VALUES (?, ?, ?, ?, ?)", rows)


def _reading_and_entity(row: tuple[int, int, int | None, int, str]) -> tuple[int, int]:
    return row[0], row[1]


def _write_citations(
    connection: sqlite3.Connection, readings: Sequence[Reading], keys: Sequence[int], documents: Mapping[str, int]
) -> None:
    connection.executemany(
        "INSERT INTO citation VALUES (?, ?, ?)",
        [
            (key, documents[curie], canonical_json(stub).decode())
            for key, reading in zip(keys, readings, strict=True)
            for curie, stub in sorted(reading.citations.items())
        ],
    )


def _write_statements(
    connection: sqlite3.Connection, readings: Sequence[Reading], entities: Mapping[str, int]
) -> tuple[dict[str, int], int]:
    said: dict[str, Statement] = {}
    for reading in readings:
        said.update(reading.statements)
    known = known_keys(connection, "statement", said.keys())
    new = new_keys(connection, "statement", said, known)
    rows = []
    degrees: Counter[int] = Counter()
    for digest, key in new.items():
        statement = said[digest]
        subject, obj = entities[statement.subject], entities[statement.object]
        context = statement.context
        rows.append(
            (
                key,
                bytes.fromhex(digest),
                subject,
                statement.predicate,
                obj,
                statement.negated,
                context.species,
                context.cell,
                context.anatomy,
            )
        )
        degrees[subject] += 1
        if obj != subject:
            degrees[obj] += 1
    connection.executemany("INSERT INTO statement VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, 0.0, 0, NULL)", rows)
    add_to_degrees(connection, degrees)
    return {**known, **new}, len(new)


def _write_evidence(
    connection: sqlite3.Connection,
    readings: Sequence[Reading],
    keys: Sequence[int],
    statements: Mapping[str, int],
    documents: Mapping[str, int],
    touched: Touched,
) -> int:
    said: dict[str, Evidence] = {}
    for reading in readings:
        said.update(reading.evidence)
    known = known_keys(connection, "evidence", said.keys())
    new = new_keys(connection, "evidence", said, known)
    connection.executemany(
        "INSERT INTO evidence VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [_evidence_row(key, digest, said[digest], statements, documents) for digest, key in new.items()],
    )
    touched.statements.update(statements[said[digest].statement] for digest in new)
    all_keys = {**known, **new}
    connection.executemany(
        "INSERT INTO evidence_reading VALUES (?, ?)",
        sorted(
            (all_keys[digest], key) for key, reading in zip(keys, readings, strict=True) for digest in reading.evidence
        ),
    )
    return len(new)


def _evidence_row(
    key: int, digest: str, evidence: Evidence, statements: Mapping[str, int], documents: Mapping[str, int]
) -> tuple[object, ...]:
    nowhere = (None, None)
    return (
        key,
        bytes.fromhex(digest),
        statements[evidence.statement],
        documents[evidence.document],
        evidence.extractor,
        evidence.score,
        evidence.assertion,
        evidence.year,
        evidence.section,
        evidence.original,
        evidence.start,
        evidence.end,
        *(evidence.subject_span or nowhere),
        *(evidence.object_span or nowhere),
        evidence.text,
    )
