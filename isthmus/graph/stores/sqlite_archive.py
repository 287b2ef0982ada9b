"""All of a SQLite store, out in one read transaction and in again, and its file copied while others write to it."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from pathlib import Path
from typing import TypeVar

from isthmus.graph.model import Entity
from isthmus.graph.stores import sqlite_columns, sqlite_read, sqlite_verdicts
from isthmus.graph.stores.archive import Contents
from isthmus.graph.stores.assembly import Reading
from isthmus.graph.stores.entries import Entry, EntryKind, entry_of, to_json
from isthmus.graph.stores.ledger import LedgerRow
from isthmus.graph.stores.protocol import Counts, StoreUnreachable, Written
from isthmus.graph.stores.records import document_from_json, entity_from_json
from isthmus.graph.stores.sqlite import SqliteStore, write_all
from isthmus.graph.stores.sqlite_ledger import LEDGER_COLUMNS, ledger_row
from isthmus.graph.stores.sqlite_read import EVIDENCE, STATEMENT, evidence_row, statement_row
from isthmus.graph.stores.sqlite_schema import APPLICATION_ID
from isthmus.graph.verdict import Verdict

T = TypeVar("T")

PAGES = 4096  # of the file that one step copies

_LEDGER = f"SELECT {LEDGER_COLUMNS} FROM ledger l "
_READINGS = "SELECT r.id, d.value, r.part, r.extractor FROM reading r JOIN document d ON d.id = r.document "
_OF_READING = "(SELECT evidence FROM evidence_reading WHERE reading = ?)"


class SqliteArchive:
    """See ``Archive``."""

    def __init__(self, store: SqliteStore) -> None:
        self._connections = store._connections  # of the same room

    def read(self, consume: Callable[[Contents], T]) -> T:
        """Call ``consume`` with what the store holds now; writers need not wait."""
        with self._connections.reading() as connection:
            return consume(SqliteContents(connection))

    def write(self, readings: Sequence[Reading]) -> Written:
        """Write readings whole, in one transaction; those that are in already are left as they are."""
        with self._connections.writing() as connection:
            return write_all(connection, readings)

    def keep(self, entries: Sequence[Entry]) -> None:
        """Write entries as they were; one that is there already stays as it is."""
        with self._connections.writing() as connection:
            connection.executemany(
                "INSERT INTO entry (kind, id, value, revision, at) VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
                [
                    [each.kind, each.id, to_json(each.kind, each.id, each.value), each.revision, each.at]
                    for each in entries
                ],
            )

    def copy_to(self, file: Path, copied: Callable[[int, int], None]) -> tuple[str, Counts]:
        """Copy the whole store as it is now into another SQLite file, by SQLite's backup, while others write.

        ``copied`` is told how many pages are left, and how many there are. Returns the graph hash and the counts of what
        was copied.
        """
        with self._connections.reading() as connection, closing(sqlite3.connect(file)) as target:
            contents = SqliteContents(connection)  # reading begins the transaction: nothing later is copied
            connection.backup(target, pages=PAGES, progress=lambda _, left, total: copied(left, total))
            return contents.graph_hash, contents.counts


class SqliteContents:
    """See ``Contents``. Everything is read within the one transaction of the connection."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        known = sqlite_columns.known_fingerprint(connection)[1]
        self.graph_hash = (known or sqlite_columns.work_out_fingerprint(connection)).graph_hash
        self.counts: Counts = sqlite_read.counts(connection)

    def verdicts(self) -> list[Verdict]:
        """All verdicts, oldest first."""
        return sqlite_verdicts.verdicts(self._connection, None, None)

    def entries(self) -> Iterator[Entry]:
        """All entries, by kind and id."""
        for kind, *row in self._connection.execute("SELECT kind, id, value, revision, at FROM entry ORDER BY kind, id"):
            yield entry_of(EntryKind(kind), *row)

    def ledger(self) -> Iterator[LedgerRow]:
        """The rows of the ledger that have no reading."""
        rows = self._connection.execute(
            f"{_LEDGER}WHERE NOT EXISTS (SELECT 1 FROM reading r JOIN document d ON d.id = r.document "
            "WHERE d.curie = l.document AND r.part = l.part) ORDER BY l.document, l.part"
        )
        return (ledger_row(row) for row in rows)

    def readings(self) -> Iterator[Reading]:
        """Every part of every document that was read."""
        for key, document, part, extractor in self._connection.execute(f"{_READINGS}ORDER BY d.curie, r.part"):
            yield self._reading(key, document, part, extractor)

    def _reading(self, key: int, text: str, part: int, extractor: str) -> Reading:
        document = document_from_json(text)
        execute = self._connection.execute
        [ledger] = execute(f"{_LEDGER}WHERE l.document = ? AND l.part = ?", [document.id, part])
        statements = [
            statement_row(row).statement
            for row in execute(
                f"{STATEMENT}WHERE s.id IN (SELECT statement FROM evidence WHERE id IN {_OF_READING}) ORDER BY s.hash",
                [key],
            )
        ]
        evidence = [
            evidence_row(row) for row in execute(f"{EVIDENCE}WHERE e.id IN {_OF_READING} ORDER BY e.hash", [key])
        ]
        entities, mentions = self._named(key)
        cited = execute(
            "SELECT d.curie, c.value FROM citation c JOIN document d ON d.id = c.document WHERE c.reading = ? "
            "ORDER BY d.curie",
            [key],
        )
        return Reading(
            document=document,
            part=part,
            extractor=extractor,
            entities=entities,
            mentions=mentions,
            statements={each.id: each for each in statements},
            evidence={each.id: each for each in evidence},
            citations={curie: document_from_json(value) for curie, value in cited},
            ledger=ledger_row(ledger),
        )

    def _named(self, key: int) -> tuple[dict[str, Entity | None], dict[str, tuple[int, tuple[int, ...]]]]:
        """The entities that a reading uses, as it describes them, and those that it names."""
        entities: dict[str, Entity | None] = {}
        mentions = {}
        rows = self._connection.execute(
            "SELECT e.curie, x.value, m.count, m.sentences FROM mention m JOIN entity e ON e.id = m.entity "
            "LEFT JOIN description x ON x.id = m.description WHERE m.reading = ? ORDER BY e.curie",
            [key],
        )
        for curie, description, count, sentences in rows:
            entities[curie] = None if description is None else entity_from_json(description)
            if count:
                mentions[curie] = count, tuple(map(int, sentences.split()))
        return entities, mentions


def is_sqlite(file: Path) -> bool:
    """Whether a file is an SQLite database, by its first bytes."""
    with file.open("rb") as opened:
        return opened.read(16) == b"SQLite format 3\0"


def check_copy(file: Path, *, in_use: bool = False) -> str:
    """Look through a copy of a store page by page, without changing it, and work out its graph hash anew.

    Where it may be ``in_use`` by other processes what they have written to its log counts too.

    Raises:
        StoreUnreachable: it is damaged, or not one of ours.
    """
    uri = f"{file.absolute().as_uri()}?mode=ro{'' if in_use else '&immutable=1'}"
    try:
        with closing(sqlite3.connect(uri, uri=True)) as connection:
            connection.create_function("from_hex", 1, bytes.fromhex, deterministic=True)
            if connection.execute("PRAGMA application_id").fetchone() != (APPLICATION_ID,):
                raise StoreUnreachable(f"{file} is a database of another program: name a backup of Isthmus")
            found = connection.execute("PRAGMA integrity_check(1)").fetchone()
            if found != ("ok",):
                raise StoreUnreachable(f"{file} is damaged ({found[0].splitlines()[-1]}): use another backup")
            return sqlite_columns.work_out_fingerprint(connection).graph_hash
    except sqlite3.Error as error:
        raise StoreUnreachable(f"{file} is damaged ({error}): use another backup") from error


def copy_file(source: Path, target: Path) -> None:
    """Copy a store's file, which nobody writes to, into another file, in one transaction of that."""
    uri = f"{source.absolute().as_uri()}?mode=ro&immutable=1"
    with closing(sqlite3.connect(uri, uri=True)) as opened, closing(sqlite3.connect(target)) as copy:
        opened.backup(copy)
