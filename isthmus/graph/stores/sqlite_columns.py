"""The graph as arrays out of the SQLite file, and its hash: whole columns come as one text each, not row by row.

SQLite joins a column's values for a third of what it costs to fetch them as Python objects, and NumPy reads numbers out
of such a text. Everything here runs inside a read transaction.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import chain
from typing import Any

import numpy as np
from numpy.typing import NDArray

from isthmus.graph.belief import reader_of, weigh
from isthmus.graph.model import Assertion, Modality
from isthmus.graph.stores.columns import Fingerprint, GraphColumns, fingerprint, first_of_group
from isthmus.graph.stores.packed import HASH_BYTES, PackedHashes, PackedTexts
from isthmus.graph.stores.sqlite_keys import as_list
from isthmus.graph.stores.sqlite_verdicts import counting
from isthmus.graph.verdict import VerdictKind
from isthmus.graph.vocabulary import Category, Predicate

_ROWS = 500_000  # of a table that are joined into one text
_BETWEEN = "\x1f"
_SCALE = 2.0**62
_CATEGORY = {each.value: number for number, each in enumerate(Category)}
_PREDICATE = {each.value: number for number, each in enumerate(Predicate)}
_KIND = {each: number for number, each in enumerate(VerdictKind)}
_MODALITY = {each.value: number for number, each in enumerate(Modality)}

Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Some:
    """Keys of the statements that are wanted, and of entities that are wanted beside those at their ends."""

    statements: Sequence[int]
    entities: Sequence[int]


def known_fingerprint(connection: sqlite3.Connection) -> tuple[int, Fingerprint | None]:
    """The number of the last write, and what was worked out of the graph since then."""
    revision, hashed, *known = connection.execute(
        "SELECT revision, hashed_revision, graph_hash, unjudged, version FROM state"
    ).fetchone()
    return revision, Fingerprint(*known) if hashed == revision and all(known) else None


def work_out_fingerprint(connection: sqlite3.Connection) -> Fingerprint:
    """The hashes of what the graph says now; after a verdict those of the rest of it are still known."""
    [graph_hash, unjudged] = connection.execute(
        "SELECT max(graph_hash), max(unjudged) FROM state WHERE hashed_revision = revision"
    ).fetchone()
    found = Fingerprint(graph_hash, unjudged, unjudged) if graph_hash and unjudged else _read_fingerprint(connection)
    return found.judged(each for _, each in counting(connection))


def _read_fingerprint(connection: sqlite3.Connection) -> Fingerprint:
    entities = connection.execute("SELECT lower(hex(digest)) FROM entity ORDER BY digest")
    digests = chain(
        (digest.encode() for [digest] in entities),
        _sorted_hashes(connection, "statement"),
        _sorted_hashes(connection, "evidence"),
    )
    documents = connection.execute(
        "SELECT curie, retracted, senior_author, review, modality FROM document ORDER BY curie"
    )
    return fingerprint(digests, documents)


def columns(connection: sqlite3.Connection, found: Fingerprint, only: Some | None = None) -> GraphColumns:
    """The graph, or some of it, everything sorted by id."""
    statement = _read_statements(connection, only)
    evidence = _read_evidence(connection, only)
    entity = _read_entities(connection, only, statement)
    document = _read_documents(connection, only, evidence["document"])
    contexts, statement_context = _contexts(connection, only, statement["id"])

    order = _by_hash(statement["hash"])
    statement_place = _places(statement["id"][order])
    entity_place = _places(np.array([row[0] for row in entity], dtype=np.int64))
    said = statement_place[evidence["statement"]]
    by_statement = _by_hash(evidence["hash"], said)
    in_document = _places(np.array([row[0] for row in document], dtype=np.int64))[evidence["document"][by_statement]]
    retracted, review, modality = (np.array([row[place] for row in document], dtype=np.int8) for place in (2, 3, 4))
    authors = [row[5] for row in document]
    reader = evidence["reader"][by_statement].astype(np.int16)
    judged, verdict, judged_in = _read_verdicts(connection, only, statement_place)
    return GraphColumns(
        graph_hash=found.graph_hash,
        version=found.version,
        entity_ids=PackedTexts.of([row[1] for row in entity]),
        names=PackedTexts.of([row[2] for row in entity]),
        categories=np.array([_CATEGORY[row[3]] for row in entity], dtype=np.int16),
        statement_ids=PackedHashes(statement["hash"][order]),
        subjects=entity_place[statement["subject"][order]],
        objects=entity_place[statement["object"][order]],
        predicates=statement["predicate"][order].astype(np.int16),
        negated=statement["negated"][order].astype(np.bool_),
        contexts=contexts,
        statement_context=statement_context[order],
        document_ids=PackedTexts.of([row[1] for row in document]),
        document_authors=PackedTexts.of(authors),
        evidence_statement=said[by_statement],
        evidence_document=in_document,
        evidence_group=first_of_group(authors)[in_document],
        evidence_review=review.astype(np.bool_)[in_document],
        evidence_modality=modality[in_document],
        evidence_reader=reader,
        evidence_year=evidence["year"][by_statement].astype(np.int16),
        evidence_score=weigh(
            evidence["probability"][by_statement],
            reader,
            evidence["speculated"][by_statement].astype(np.bool_),
            retracted.astype(np.bool_)[in_document],
        ),
        verdict_statement=judged,
        verdict_kind=verdict,
        verdict_year=judged_in,
    )


# -- tables -------------------------------------------------------------------------------------------------------


def _read_statements(connection: sqlite3.Connection, only: Some | None) -> dict[str, NDArray[Any]]:
    return _read(
        connection,
        "statement",
        numbers={"id": "id", "subject": "subject", "object": "object", "negated": "negated"},
        words={"predicate": ("predicate", _PREDICATE.__getitem__)},
        chosen=None if only is None else ("id", only.statements),
    )


def _read_evidence(connection: sqlite3.Connection, only: Some | None) -> dict[str, NDArray[Any]]:
    return _read(
        connection,
        "evidence",
        numbers={
            "statement": "statement",
            "document": "document",
            "year": "iif(year BETWEEN 1 AND 9999, year, 0)",
            "speculated": f"assertion = '{Assertion.SPECULATED.value}'",
        },
        words={"reader": (f"replace(extractor, '{_BETWEEN}', ' ')", reader_of)},
        probability="score",
        chosen=None if only is None else ("statement", only.statements),
    )


def _read_entities(
    connection: sqlite3.Connection, only: Some | None, statement: Mapping[str, Ints]
) -> list[tuple[int, str, str, str]]:
    query = "SELECT id, curie, name, category FROM entity "
    if only is None:
        return connection.execute(f"{query}ORDER BY curie").fetchall()
    ends = np.unique(
        np.concatenate((statement["subject"], statement["object"], np.array(only.entities, dtype=np.int64)))
    )
    wanted = [as_list(ends.tolist())]
    return connection.execute(f"{query}WHERE id IN (SELECT value FROM json_each(?)) ORDER BY curie", wanted).fetchall()


def _read_documents(
    connection: sqlite3.Connection, only: Some | None, used: Ints
) -> list[tuple[int, str, int, int, int, str]]:
    """Key, id, retracted, review, modality and senior author of each document that gives evidence, by id."""
    query = "SELECT id, curie, retracted, review, modality, senior_author FROM document "
    if only is None:
        rows = connection.execute(f"{query}ORDER BY curie")
    else:
        wanted = [as_list(np.unique(used).tolist())]
        rows = connection.execute(f"{query}WHERE id IN (SELECT value FROM json_each(?)) ORDER BY curie", wanted)
    is_used = np.zeros(int(used.max(initial=0)) + 1, dtype=np.bool_)
    is_used[used] = True
    gives = set(np.flatnonzero(is_used).tolist())
    return [(*row[:4], _MODALITY[row[4]], row[5]) for row in rows if row[0] in gives]


def _contexts(
    connection: sqlite3.Connection, only: Some | None, statements: Ints
) -> tuple[list[tuple[str, str, str]], NDArray[np.int32]]:
    """The distinct contexts, sorted, and the number of that of each of the statements (their keys ascend)."""
    query = "SELECT id, species, cell, anatomy FROM statement WHERE species || cell || anatomy <> ''"
    if only is None:
        rows = connection.execute(query).fetchall()
    else:
        listed = " AND id IN (SELECT value FROM json_each(?))"
        rows = connection.execute(query + listed, [as_list(only.statements)]).fetchall()
    said = {row[1:] for row in rows} | ({("", "", "")} if len(rows) < len(statements) else set())
    contexts = sorted(said)
    number = {context: place for place, context in enumerate(contexts)}
    of_statement = np.zeros(len(statements), dtype=np.int32)  # what is said of nowhere comes first
    places = np.searchsorted(statements, np.array([row[0] for row in rows], dtype=np.int64))
    of_statement[places] = [number[row[1:]] for row in rows]
    return contexts, of_statement


def _read_verdicts(
    connection: sqlite3.Connection, only: Some | None, places: NDArray[np.int32]
) -> tuple[NDArray[np.int32], NDArray[np.int8], NDArray[np.int16]]:
    """The place of each verdict's statement, its kind and its year, sorted by these."""
    verdicts = counting(connection, None if only is None else only.statements)
    rows = sorted((int(places[key]), _KIND[each.kind], each.year) for key, each in verdicts)
    table = np.array(rows, dtype=np.int32).reshape(-1, 3)
    return table[:, 0].copy(), table[:, 1].astype(np.int8), table[:, 2].astype(np.int16)


# -- columns of a table -------------------------------------------------------------------------------------------


def _read(
    connection: sqlite3.Connection,
    table: str,
    *,
    numbers: Mapping[str, str],
    words: Mapping[str, tuple[str, Callable[[str], int]]],
    probability: str | None = None,
    chosen: tuple[str, Sequence[int]] | None,
) -> dict[str, NDArray[Any]]:
    """Columns of a table in the order of its keys: numbers, words that stand for numbers, a probability, the hash."""
    joined = [f"group_concat({column})" for column in numbers.values()]
    joined += [f"group_concat({column}, '{_BETWEEN}')" for column, _ in words.values()]
    joined += ["group_concat(hash, '')", *(_scaled(probability) if probability else ("NULL", "0"))]
    parts: dict[str, list[NDArray[Any]]] = {name: [] for name in (*numbers, *words, "hash", "probability")}
    for condition, values in _parts(connection, table, chosen):
        where = f"FROM {table} WHERE {condition}"
        with _texts_as_bytes(connection):
            *texts, hashes, scaled, odd = connection.execute(f"SELECT {', '.join(joined)} {where}", values).fetchone()
        if hashes is None:
            continue
        for name, text in zip(numbers, texts, strict=False):
            parts[name].append(_parsed(text))
        for (name, (_, number)), text in zip(words.items(), texts[len(numbers) :], strict=True):
            parts[name].append(_numbered(text.split(_BETWEEN.encode()), number))
        parts["hash"].append(PackedHashes.of_bytes(hashes).data)
        if odd:
            found = connection.execute(f"SELECT {probability} {where}", values)
            parts["probability"].append(np.array([one for [one] in found], dtype=np.float64))
        elif scaled is not None:
            parts["probability"].append(_parsed(scaled) / _SCALE)
    nothing: dict[str, NDArray[Any]] = {"hash": np.empty((0, HASH_BYTES), dtype=np.uint8), "probability": np.empty(0)}
    return {
        name: np.concatenate(some) if some else nothing.get(name, np.empty(0, dtype=np.int64))
        for name, some in parts.items()
    }


def _scaled(column: str) -> tuple[str, str]:
    """A probability as a multiple of 2**-62, and how many are none such and must be fetched.

    SQLite writes fifteen digits of a real, which is not all of it. Below 2**-9 a probability may have finer bits.
    """
    odd = f"{column} <> 0 AND NOT ({column} BETWEEN {2**-9} AND 1)"
    return f"group_concat(CAST({column} * {_SCALE} AS INTEGER))", f"total({odd})"


@contextmanager
def _texts_as_bytes(connection: sqlite3.Connection) -> Iterator[None]:
    """Texts come as the bytes that they are: joined hashes are none that can be decoded."""
    connection.text_factory = bytes
    try:
        yield
    finally:
        connection.text_factory = str


def _parsed(text: bytes) -> Ints:
    return np.fromstring(text, dtype=np.int64, sep=",")


def _parts(
    connection: sqlite3.Connection, table: str, chosen: tuple[str, Sequence[int]] | None
) -> Iterator[tuple[str, list[Any]]]:
    """Conditions that split a table, or the chosen rows of it, into pieces of bounded size, with their values."""
    if chosen is not None:
        column, keys = chosen
        ordered = sorted(keys)
        for start in range(0, len(ordered), _ROWS):
            listed = f"{column} IN (SELECT value FROM json_each(?))"
            yield (
                f"id IN (SELECT id FROM {table} WHERE {listed} ORDER BY id)",
                [as_list(ordered[start : start + _ROWS])],
            )
        return
    [last] = connection.execute(f"SELECT coalesce(max(id), 0) FROM {table}").fetchone()
    for start in range(0, last, _ROWS):
        yield "id > ? AND id <= ?", [start, start + _ROWS]


def _numbered(words: list[bytes], number: Callable[[str], int]) -> Ints:
    known = {word: number(word.decode()) for word in set(words)}
    return np.fromiter(map(known.__getitem__, words), dtype=np.int64, count=len(words))


def _sorted_hashes(connection: sqlite3.Connection, table: str) -> Iterator[bytes]:
    """Hex digits of all hashes of a table in their order, those that begin with the same byte together."""
    for first in range(256):
        upper = bytes([first + 1]) if first < 255 else b"\xff" * (HASH_BYTES + 1)
        with _texts_as_bytes(connection):
            [joined] = connection.execute(
                "SELECT group_concat(hash, '') FROM "
                f"(SELECT hash FROM {table} WHERE hash >= ? AND hash < ? ORDER BY hash)",
                [bytes([first]), upper],
            ).fetchone()
        if joined:
            yield joined.hex().encode()


def _by_hash(hashes: NDArray[np.uint8], first: Ints | NDArray[np.int32] | None = None) -> Ints:
    """The order of rows by their hash, or by another number and then the hash."""
    high, low = np.ascontiguousarray(hashes).view(">u8").astype(np.uint64).reshape(-1, 2).T
    number = np.zeros(len(hashes), dtype=np.uint64) if first is None else first.astype(np.uint64)
    # One number that sorts the same way nearly always is sorted ten times as fast as three keys.
    bits = int(number.max(initial=0)).bit_length()
    key = number << np.uint64(64 - bits) | high >> np.uint64(bits) if bits else high
    order = np.argsort(key)
    if (np.diff(key[order]) == 0).any():
        order = np.lexsort((low, high, number))
    return order


def _places(keys: Ints) -> NDArray[np.int32]:
    """From a row's key to its place in the order of ids."""
    places = np.full(int(keys.max(initial=0)) + 1, -1, dtype=np.int32)
    places[keys] = np.arange(len(keys), dtype=np.int32)
    return places
