"""After a change: what nobody says any more goes, and what is derived is worked out again, for the touched rows only.

Runs inside the writing transaction, so that belief, descriptions and search are always those of the evidence there is.
"""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field

import numpy as np

from isthmus.graph.belief import FORM, EvidenceArrays, Floats, Piece, believe, contradict, judge
from isthmus.graph.model import Assertion, Context, Document, Entity, Statement, canonical_json, merge_entities
from isthmus.graph.stores.assembly import best_citation, undescribed
from isthmus.graph.stores.records import document_from_json, entity_from_json
from isthmus.graph.stores.sqlite_changes import Change, log_change
from isthmus.graph.stores.sqlite_keys import as_list, known_keys
from isthmus.graph.stores.sqlite_verdicts import counting
from isthmus.graph.stores.words import joined_words
from isthmus.graph.verdict import VerdictKind
from isthmus.graph.vocabulary import Predicate
from isthmus.steps import step

AT_A_TIME = 20_000  # statements of which the evidence is in memory
_KIND = {each: number for number, each in enumerate(VerdictKind)}


@dataclass
class Touched:
    """Keys of what a transaction has changed or let go of."""

    documents: set[int] = field(default_factory=set)
    reconsider_documents: set[int] = field(default_factory=set)  # whose retraction changed
    entities: set[int] = field(default_factory=set)
    descriptions: set[int] = field(default_factory=set)
    statements: set[int] = field(default_factory=set)
    evidence: set[int] = field(default_factory=set)


def settle(connection: sqlite3.Connection, touched: Touched) -> None:
    """Bring everything derived from the touched rows up to date, and remove what is left over."""
    _settle_stubs(connection, touched)
    touched.statements.update(_statements_in(connection, touched.reconsider_documents))
    touched.statements.update(_remove_evidence(connection, touched.evidence))
    change = Change(statements=touched.statements)
    with step("belief.settle", store="sqlite", statements=len(touched.statements)):
        change.gone_statements.update(_settle_statements(connection, touched.statements))
    _settle_entities(connection, touched.entities, touched.descriptions, change)
    connection.execute(
        "DELETE FROM document WHERE id IN (SELECT value FROM json_each(?)) "
        "AND NOT EXISTS (SELECT 1 FROM reading WHERE reading.document = document.id) "
        "AND NOT EXISTS (SELECT 1 FROM citation WHERE citation.document = document.id)",
        [as_list(touched.documents)],
    )
    connection.execute("UPDATE state SET revision = revision + 1")
    log_change(connection, change)


def believe_anew(connection: sqlite3.Connection) -> None:
    """Every statement's belief, where the file was last written with another formula or other figures."""
    [form] = connection.execute("PRAGMA user_version").fetchone()
    if form == FORM:
        return
    connection.execute("BEGIN IMMEDIATE")
    try:
        keys = [key for [key] in connection.execute("SELECT id FROM statement ORDER BY id")]
        for start in range(0, len(keys), AT_A_TIME):
            _settle_statements(connection, keys[start : start + AT_A_TIME])
        connection.execute(f"PRAGMA user_version = {FORM}")
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise


def add_to_degrees(connection: sqlite3.Connection, degrees: Counter[int]) -> None:
    """Change how many statements each entity has."""
    connection.executemany(
        "UPDATE entity SET statements = statements + ? WHERE id = ?", [(n, entity) for entity, n in degrees.items()]
    )


UPDATE_DOCUMENT = (
    "UPDATE document SET retracted = ?, senior_author = ?, review = ?, modality = ?, value = ? WHERE id = ?"
)


def document_columns(document: Document) -> tuple[int, str, int, str, str]:
    """What discovery asks of a document (retracted, senior author, review, modality), and the whole of it."""
    asked = int(document.retracted), document.senior_author, int(document.review), document.modality.value
    return *asked, canonical_json(document).decode()


# -- documents ----------------------------------------------------------------------------------------------------


def _settle_stubs(connection: sqlite3.Connection, touched: Touched) -> None:
    """Touched documents that nobody has read (any more) are what the readings that cite them say."""
    stubs: dict[int, list[str]] = {}
    for document, value in connection.execute(
        "SELECT document, value FROM citation WHERE document IN (SELECT value FROM json_each(?)) "
        "AND NOT EXISTS (SELECT 1 FROM reading WHERE reading.document = citation.document)",
        [as_list(touched.documents)],
    ):
        stubs.setdefault(document, []).append(value)
    changes = []
    for document, values in stubs.items():
        best = best_citation(map(document_from_json, values))
        changes.append((*document_columns(best), document))
    connection.executemany(UPDATE_DOCUMENT, changes)
    touched.reconsider_documents.update(stubs)


def _statements_in(connection: sqlite3.Connection, documents: Collection[int]) -> Iterable[int]:
    return [
        key
        for [key] in connection.execute(
            "SELECT DISTINCT statement FROM evidence WHERE document IN (SELECT value FROM json_each(?))",
            [as_list(documents)],
        )
    ]


# -- statements and evidence --------------------------------------------------------------------------------------


def _remove_evidence(connection: sqlite3.Connection, candidates: Collection[int]) -> set[int]:
    """Remove those that no reading gives any more; returns the statements they were for."""
    left_over = connection.execute(
        "SELECT id, statement FROM evidence WHERE id IN (SELECT value FROM json_each(?)) "
        "AND NOT EXISTS (SELECT 1 FROM evidence_reading WHERE evidence_reading.evidence = evidence.id)",
        [as_list(candidates)],
    ).fetchall()
    connection.executemany("DELETE FROM evidence WHERE id = ?", [[key] for key, _ in left_over])
    return {statement for _, statement in left_over}


def _settle_statements(connection: sqlite3.Connection, touched: Collection[int]) -> list[bytes]:
    """Belief, count and first year of statements and of their opposites; those without evidence go: their hashes."""
    if not touched:
        return []
    opposites = _opposites(connection, touched)
    keys = sorted({*touched, *opposites})
    position = {key: index for index, key in enumerate(keys)}
    counts, years, own = _from_evidence(connection, keys, position)
    against = np.array([position.get(opposites.get(key, -1), -1) for key in keys], dtype=np.int64)
    belief = contradict(_judged(connection, own, position), against).tolist()
    gone = _remove_statements(connection, [key for key in keys if not counts[position[key]]])
    connection.executemany(
        "UPDATE statement SET belief = ?, evidence_count = ?, first_year = ? WHERE id = ?",
        [(belief[index], counts[index], years.get(index), key) for index, key in enumerate(keys) if counts[index]],
    )
    return gone


def _from_evidence(
    connection: sqlite3.Connection, keys: Collection[int], position: dict[int, int]
) -> tuple[list[int], dict[int, int], Floats]:
    """Of each statement: pieces of evidence, oldest year where known, belief from its own evidence alone."""
    rows = connection.execute(
        "SELECT e.statement, e.year, e.document, d.senior_author, d.review, e.extractor, e.score, e.assertion = ?, d.retracted "
        "FROM evidence e JOIN document d ON d.id = e.document WHERE e.statement IN (SELECT value FROM json_each(?))",
        [Assertion.SPECULATED, as_list(keys)],
    ).fetchall()
    counts = [0] * len(position)
    years: dict[int, int] = {}
    pieces = []
    for key, year, *piece in rows:
        index = position[key]
        counts[index] += 1
        if year is not None:
            years[index] = min(year, years.get(index, year))
        pieces.append(Piece(index, *piece))
    return counts, years, believe(EvidenceArrays.of(pieces), len(position))


def _judged(connection: sqlite3.Connection, own: Floats, position: dict[int, int]) -> Floats:
    """Belief from their own evidence as the reviewers leave it."""
    verdicts = counting(connection, position.keys())
    statement = np.array([position[key] for key, _ in verdicts], dtype=np.int64)
    return judge(own, statement, np.array([_KIND[each.kind] for _, each in verdicts], dtype=np.int8))


def _opposites(connection: sqlite3.Connection, touched: Collection[int]) -> dict[int, int]:
    """The opposite of each of these statements that has one, and the other way round."""
    pairs = connection.execute(
        "SELECT a.id, n.id FROM statement a JOIN statement n ON n.negated = 1 AND n.subject = a.subject "
        "AND n.object = a.object AND n.predicate = a.predicate AND n.species = a.species AND n.cell = a.cell "
        "AND n.anatomy = a.anatomy WHERE a.negated = 0 AND a.id IN (SELECT value FROM json_each(?))",
        [as_list(touched)],
    ).fetchall()
    # The other way there is no small index to look into, but few statements are negated: ask for the opposite's hash.
    denials = connection.execute(
        "SELECT s.id, subject.curie, s.predicate, object.curie, s.species, s.cell, s.anatomy FROM statement s "
        "JOIN entity subject ON subject.id = s.subject JOIN entity object ON object.id = s.object "
        "WHERE s.negated = 1 AND s.id IN (SELECT value FROM json_each(?))",
        [as_list(touched)],
    )
    affirmed = {
        Statement(subject, Predicate(predicate), obj, context=Context(*context)).id: key
        for key, subject, predicate, obj, *context in denials
    }
    pairs += [(key, affirmed[digest]) for digest, key in known_keys(connection, "statement", affirmed.keys()).items()]
    return {**dict(pairs), **{negated: affirmed for affirmed, negated in pairs}}


def _remove_statements(connection: sqlite3.Connection, keys: Collection[int]) -> list[bytes]:
    degrees: Counter[int] = Counter()
    hashes = []
    for digest, subject, obj in connection.execute(
        "SELECT hash, subject, object FROM statement WHERE id IN (SELECT value FROM json_each(?))", [as_list(keys)]
    ):
        hashes.append(digest)
        degrees[subject] -= 1
        if obj != subject:
            degrees[obj] -= 1
    connection.executemany("DELETE FROM statement WHERE id = ?", [[key] for key in keys])
    add_to_degrees(connection, degrees)
    return hashes


# -- entities -----------------------------------------------------------------------------------------------------


def _settle_entities(
    connection: sqlite3.Connection, touched: Collection[int], descriptions: Collection[int], change: Change
) -> None:
    """Descriptions that no reading gives go, entities that none uses go, the others are described anew."""
    connection.execute(
        "DELETE FROM description WHERE id IN (SELECT value FROM json_each(?)) AND NOT EXISTS (SELECT 1 FROM mention "
        "WHERE mention.entity = description.entity AND mention.description = description.id)",
        [as_list(descriptions)],
    )
    rows = connection.execute(
        "SELECT id, curie FROM entity WHERE id IN (SELECT value FROM json_each(?)) "
        "AND NOT EXISTS (SELECT 1 FROM mention WHERE mention.entity = entity.id)",
        [as_list(touched)],
    ).fetchall()
    unused = [key for key, _ in rows]
    change.gone_entities.update(curie for _, curie in rows)
    _remove_words(connection, unused)
    connection.executemany("DELETE FROM entity WHERE id = ?", [[key] for key in unused])
    change.entities.update(_describe(connection, set(touched).difference(unused)))


def _describe(connection: sqlite3.Connection, entities: Collection[int]) -> Collection[int]:
    """As the descriptions that are left say; returns those of which that is something else than before."""
    given: dict[int, list[Entity]] = {}
    stored: dict[int, tuple[str, str]] = {}
    for key, curie, before, description in connection.execute(
        "SELECT e.id, e.curie, e.value, d.value FROM entity e LEFT JOIN description d ON d.entity = e.id "
        "WHERE e.id IN (SELECT value FROM json_each(?))",
        [as_list(entities)],
    ):
        stored[key] = curie, before
        given.setdefault(key, []).extend([entity_from_json(description)] if description else [])
    changed: dict[int, tuple[Entity, str]] = {}
    for key, (curie, before) in sorted(stored.items()):
        entity = merge_entities(given[key]).get(curie) or undescribed(curie)
        value = canonical_json(entity).decode()
        if value != before:
            changed[key] = entity, value
    connection.executemany(
        "UPDATE entity SET name = ?, category = ?, digest = ?, value = ? WHERE id = ?",
        [
            (entity.name, entity.category, bytes.fromhex(entity.digest), value, key)
            for key, (entity, value) in changed.items()
        ],
    )
    _remove_words(connection, [key for key in changed if stored[key][1]])
    _add_words(connection, {key: entity for key, (entity, _) in changed.items()})
    return changed.keys()


def _remove_words(connection: sqlite3.Connection, entities: Collection[int]) -> None:
    these = [[key] for key in entities]
    connection.executemany("DELETE FROM label WHERE entity = ?", these)
    connection.executemany("DELETE FROM xref WHERE entity = ?", these)


def _add_words(connection: sqlite3.Connection, entities: dict[int, Entity]) -> None:
    connection.executemany(
        "INSERT INTO label (entity, is_name, text, folded, words) VALUES (?, ?, ?, ?, ?)",
        [
            (key, name == entity.name, name, name.casefold(), joined_words(name))
            for key, entity in entities.items()
            for name in dict.fromkeys((entity.name, *entity.synonyms))
        ],
    )
    connection.executemany(
        "INSERT INTO xref VALUES (?, ?)",
        [(curie, key) for key, entity in entities.items() for curie in sorted(set(entity.xrefs))],
    )
