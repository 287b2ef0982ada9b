"""The embedded store: one SQLite file. Many processes may read while one writes."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Concatenate, ParamSpec, Self, TypeVar

from isthmus.graph.model import Document, Entity, Evidence, Extraction
from isthmus.graph.stores import (
    sqlite_changes,
    sqlite_columns,
    sqlite_entries,
    sqlite_ledger,
    sqlite_mentions,
    sqlite_read,
    sqlite_structure,
    sqlite_verdicts,
)
from isthmus.graph.stores.assembly import NO_EFFORT, Reading, assemble, is_unchanged, without_repeats
from isthmus.graph.stores.columns import Fingerprint, GraphChanges, GraphColumns, MentionColumns
from isthmus.graph.stores.cursor import ledger_page, ledger_place, read_cursor, write_cursor
from isthmus.graph.stores.entries import Entry, EntryKind, sayable
from isthmus.graph.stores.ledger import Effort, LedgerRow, Outcome
from isthmus.graph.stores.protocol import (
    BadCursor,
    Counts,
    MentionCount,
    Page,
    SearchHit,
    StatementRow,
    StoreFull,
    StoreUnreachable,
    Written,
)
from isthmus.graph.stores.sqlite_connections import Connections
from isthmus.graph.stores.sqlite_keys import known_keys
from isthmus.graph.stores.sqlite_settle import Touched, settle
from isthmus.graph.stores.sqlite_write import New, unlink, write_ledger, write_readings
from isthmus.graph.stores.structure import Structure
from isthmus.graph.verdict import Verdict
from isthmus.graph.vocabulary import Category, Predicate
from isthmus.steps import step

T = TypeVar("T")
P = ParamSpec("P")

_SURROGATE = re.compile("[\ud800-\udfff]")
_HASH = re.compile(r"[0-9a-f]{32}")


def sqlite_url(path: Path) -> str:
    """The URL that names a file.

    >>> sqlite_url(Path("/srv/100% sure?.db"))
    'sqlite:////srv/100%25 sure%3F.db'
    """
    return f"sqlite:///{path.as_posix().replace('%', '%25').replace('?', '%3F')}"


class SqliteStore:
    """A graph in one file. May be used from several threads at once."""

    def __init__(self, path: Path, *, create: bool = True, wait_seconds: float = 30.0) -> None:
        """Open the file, and bring its tables up to date.

        Raises:
            StoreUnreachable: it is not there (without ``create``), not a store, or cannot be opened.
        """
        self._connections = Connections(path, create=create, wait_seconds=wait_seconds)
        self.url = sqlite_url(self._connections.path)
        self._seen: tuple[int, Fingerprint] | None = None  # with the number of the write that it is of

    # -- writing --

    def write(
        self, extractions: Sequence[Extraction], *, run: str = "", efforts: Mapping[str, Effort] | None = None
    ) -> Written:
        """Write documents, each whole, with their ledger rows, in one transaction. See ``Store.write``."""
        readings = [assemble(each, run, (efforts or {}).get(each.document.id, NO_EFFORT)) for each in extractions]
        ledger = self.ledger({reading.document.id for reading in readings})
        if all(is_unchanged(reading, ledger.get(reading.key)) for reading in readings):
            return Written(tuple(replace(ledger[each.key], outcome=Outcome.UNCHANGED) for each in readings))
        with step("store.write", store="sqlite", documents=len(readings)) as writing:
            with self._connections.writing() as connection:
                written = write_all(connection, readings)
            writing.add(statements=written.new_statements, evidence=written.new_evidence)
        return written

    def record(self, rows: Sequence[LedgerRow]) -> None:
        """Put failures (or other outcomes without content) into the ledger."""
        if rows:
            with self._connections.writing() as connection:
                write_ledger(connection, rows)

    def forget_failures(self, names: Iterable[str]) -> None:
        """Take rows of these names that say ``failed`` out of the ledger."""
        with self._connections.writing() as connection:
            sqlite_ledger.forget_failures(connection, _sayable(names))

    def delete(self, documents: Sequence[str]) -> tuple[LedgerRow, ...]:
        """Take documents out with all that only they said. Unknown ids are passed over; a row for each one deleted."""
        with self._connections.writing() as connection:
            return _delete_all(connection, documents)

    # -- reading --

    def ledger(self, documents: Iterable[str]) -> dict[tuple[str, int], LedgerRow]:
        """The ledger rows of these documents, by document and part."""
        return self._read(sqlite_ledger.ledger, _sayable(documents))

    def find_ledger_rows(
        self,
        *,
        run: str | None = None,
        outcome: Outcome | None = None,
        source: str | None = None,
        document: str | None = None,
        limit: int = 100,
        cursor: str = "",
    ) -> Page[LedgerRow]:
        """Rows that a run wrote last, of one outcome, source or document; by document, then part."""
        asked = {"run": run, "outcome": outcome, "source": source, "document": document}
        if not all(sayable(value) for value in asked.values() if value):
            return Page(())
        after = ledger_place(cursor)
        rows = self._read(sqlite_ledger.find_rows, asked, after, limit + 1)
        return ledger_page(rows, limit)

    def entities(self, ids: Iterable[str]) -> dict[str, Entity]:
        """Those of the ids that exist."""
        return self._read(sqlite_read.entities, _sayable(ids))

    def entities_named(self, name: str) -> list[Entity]:
        """Entities whose name, else whose synonym, equals this but for case; best connected first, then by id."""
        return self._read(sqlite_read.named, name) if _sayable([name]) else []

    def entities_with_xref(self, curie: str) -> list[Entity]:
        """Entities that list this CURIE among their cross-references, by id."""
        return self._read(sqlite_read.with_xref, curie) if _sayable([curie]) else []

    def search(
        self, query: str, *, category: Category | None = None, limit: int = 20, cursor: str = ""
    ) -> Page[SearchHit]:
        """Entities by the words (last one as a prefix) of their names and synonyms, best first. Any text is safe."""
        offset = 0
        if cursor:
            position = read_cursor("search", cursor)
            if not re.fullmatch(r"[0-9]{1,9}", position):
                raise BadCursor(f"{cursor[:40]!r} is not a cursor of this question: use the one of the last page")
            offset = int(position)
        hits = self._read(sqlite_read.search, _SURROGATE.sub(" ", query), category, offset, limit + 1)
        more = write_cursor("search", str(offset + limit)) if len(hits) > limit else ""
        return Page(tuple(hits[:limit]), more)

    def statements(self, ids: Iterable[str]) -> dict[str, StatementRow]:
        """Those of the ids that exist."""
        return self._read(sqlite_read.statements, ids)

    def find_statements(
        self,
        *,
        subject: str | None = None,
        obj: str | None = None,
        predicate: Predicate | None = None,
        limit: int = 100,
        cursor: str = "",
    ) -> Page[StatementRow]:
        """Statements by their ends, in the order of their ids: pages neither repeat nor miss one during a write."""
        after = ""
        if cursor:
            after = read_cursor("statements", cursor)
            if not _HASH.fullmatch(after):
                raise BadCursor(f"{cursor[:40]!r} is not a cursor of this question: use the one of the last page")
        ends = [end for end in (subject, obj) if end is not None]
        if len(_sayable(ends)) < len(ends):
            return Page(())
        rows = self._read(sqlite_read.find_statements, subject, obj, predicate, after, limit + 1)
        more = write_cursor("statements", rows[limit - 1].statement.id) if len(rows) > limit else ""
        return Page(tuple(rows[:limit]), more)

    def evidence(self, statements: Iterable[str]) -> dict[str, list[Evidence]]:
        """The evidence of each statement, oldest first, then by id."""
        return self._read(sqlite_read.evidence, statements)

    def documents(self, ids: Iterable[str]) -> dict[str, Document]:
        """Those of the ids that exist, citation stubs included."""
        return self._read(sqlite_read.documents, _sayable(ids))

    def mentions(self, *, document: str | None = None, entity: str | None = None) -> Iterator[MentionCount]:
        """Who is named where: of a document, of an entity, or all; by document, then entity."""
        if len(_sayable(end for end in (document, entity) if end)) == sum(
            end is not None for end in (document, entity)
        ):
            yield from self._stream(sqlite_read.mentions, document, entity)

    def all_entities(self) -> Iterator[Entity]:
        """Every entity, by id, streamed."""
        return self._stream(sqlite_read.all_entities)

    def all_statements(self) -> Iterator[StatementRow]:
        """Every statement, by id, streamed."""
        return self._stream(sqlite_read.all_statements)

    def all_evidence(self) -> Iterator[Evidence]:
        """All evidence, by statement and id, streamed."""
        return self._stream(sqlite_read.all_evidence)

    def columns(self) -> GraphColumns:
        """The graph as arrays."""
        with self._connections.reading() as connection:
            revision, known = self._known(connection)
            found = known or sqlite_columns.work_out_fingerprint(connection)
            columns = sqlite_columns.columns(connection, found)
        self._remember(revision, found, known)
        return columns

    def mention_columns(self) -> MentionColumns:
        """Who is named where as arrays."""
        return self._read(sqlite_mentions.columns)

    def changes(self, version: str) -> GraphChanges | None:
        """What was touched since the graph had this version; ``None`` where that is not known, or too much."""
        with self._connections.reading() as connection:
            touched = sqlite_changes.touched_since(connection, version)
            if touched is None:
                return None
            revision, known = self._known(connection)
            found = known or sqlite_columns.work_out_fingerprint(connection)
            now = sqlite_columns.columns(connection, found, only=touched.some)
        self._remember(revision, found, known)
        statements = touched.gone_statements.union(now.statement_ids)
        return GraphChanges(statements, touched.entities, now)

    def counts(self) -> Counts:
        """How much there is."""
        return self._read(sqlite_read.counts)

    def graph_hash(self) -> str:
        """Hash of what the graph says. Worked out anew only after a write."""
        return self._fingerprint().graph_hash

    def version(self) -> str:
        """The version of the graph's columns. Worked out anew only after a write."""
        return self._fingerprint().version

    def revision(self) -> tuple[int, str]:
        """How many writes the graph has seen, and its version where that is known. See ``Store.revision``."""
        with self._connections.reading() as connection:
            number, known = self._known(connection)
        return number, known.version if known else ""

    # -- verdicts --

    def put_verdict(self, verdict: Verdict) -> None:
        """Keep a verdict; the same twice changes nothing. See ``Store.put_verdict``."""
        with self._connections.writing() as connection:
            _settle_judged(connection, sqlite_verdicts.put(connection, verdict))

    def delete_verdict(self, verdict: str) -> bool:
        """Take a verdict (its id) back: belief is as if it had never been. Returns whether it was there."""
        if not _HASH.fullmatch(verdict):
            return False
        with self._connections.writing() as connection:
            was_there, judged = sqlite_verdicts.delete(connection, verdict)
            _settle_judged(connection, judged)
        return was_there

    def verdicts(self, *, targets: Iterable[str] | None = None, reviewer: str | None = None) -> list[Verdict]:
        """All that was said, or of these targets, by this reviewer: history included, oldest first, then by id."""
        if reviewer is not None and not _sayable([reviewer]):
            return []
        return self._read(sqlite_verdicts.verdicts, None if targets is None else _sayable(targets), reviewer)

    # -- entries --

    def entry(self, kind: EntryKind, key: str) -> Entry | None:
        """What is kept under this kind and id."""
        return self._read(sqlite_entries.entry, kind, key) if sayable(key) else None

    def entries(self, kind: EntryKind, *, prefix: str = "", limit: int = 100, cursor: str = "") -> Page[Entry]:
        """Those of a kind whose ids begin so, by id; pages neither repeat nor miss one that stays during a write."""
        after = read_cursor("entries", cursor) if cursor else ""
        if not (sayable(prefix) and sayable(after)):
            return Page(())
        found = self._read(sqlite_entries.entries, kind, prefix, after, limit + 1)
        return Page(tuple(found[:limit]), write_cursor("entries", found[limit - 1].id) if len(found) > limit else "")

    def put_entry(self, kind: EntryKind, key: str, value: Mapping[str, Any], *, expected: int | None = None) -> Entry:
        """Write a value in place of the one before, alone among all processes. See ``Store.put_entry``."""
        with self._connections.writing() as connection:
            return sqlite_entries.put(connection, kind, key, value, expected)

    def delete_entry(self, kind: EntryKind, key: str, *, expected: int | None = None) -> bool:
        """Take a value out; ``expected`` as for ``put_entry``. Returns whether there was one."""
        if not sayable(key):
            return False
        with self._connections.writing() as connection:
            return sqlite_entries.delete(connection, kind, key, expected)

    def structure(self) -> Structure:
        """How the file stands. Reads all of it."""
        return self._read(sqlite_structure.structure, self.url)

    def make_indexes(self) -> None:
        """Make indexes anew that somebody took out."""
        with self._connections.writing() as connection:
            sqlite_structure.make_indexes(connection)

    def close(self) -> None:
        """Let go of the file."""
        self._connections.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()

    def _fingerprint(self) -> Fingerprint:
        with self._connections.reading() as connection:
            revision, known = self._known(connection)
            found = known or sqlite_columns.work_out_fingerprint(connection)
        self._remember(revision, found, known)
        return found

    def _known(self, connection: sqlite3.Connection) -> tuple[int, Fingerprint | None]:
        revision, known = sqlite_columns.known_fingerprint(connection)
        if known is None and self._seen is not None and self._seen[0] == revision:
            known = self._seen[1]
        return revision, known

    def _remember(self, revision: int, found: Fingerprint, known: Fingerprint | None) -> None:
        """Keep it in the file for all who ask next, but wait for nobody: who reads must not stand behind a writer."""
        self._seen = revision, found
        if known is not None:
            return
        with suppress(StoreUnreachable, StoreFull), self._connections.writing(wait=False) as connection:
            sqlite_changes.remember(connection, revision, found)

    def _read(self, look: Callable[Concatenate[sqlite3.Connection, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        with self._connections.reading() as connection:
            return look(connection, *args, **kwargs)

    def _stream(
        self, look: Callable[Concatenate[sqlite3.Connection, P], Iterator[T]], *args: P.args, **kwargs: P.kwargs
    ) -> Iterator[T]:
        with self._connections.reading() as connection:
            yield from look(connection, *args, **kwargs)


def write_all(connection: sqlite3.Connection, readings: Sequence[Reading]) -> Written:
    """Write readings whole; those that are in already are ``unchanged``."""
    rows: list[LedgerRow] = []
    touched, new = Touched(), New()
    for group in without_repeats(readings):
        ledger = sqlite_ledger.ledger(connection, {reading.document.id for reading in group})
        come = [reading for reading in group if not is_unchanged(reading, ledger.get(reading.key))]
        arriving = {reading.key for reading in come}
        rows += [
            reading.ledger if reading.key in arriving else replace(ledger[reading.key], outcome=Outcome.UNCHANGED)
            for reading in group
        ]
        if come:
            new += write_readings(connection, come, touched)
    settle(connection, touched)
    return Written(tuple(rows), new.entities, new.statements, new.evidence)


def _delete_all(connection: sqlite3.Connection, documents: Sequence[str]) -> tuple[LedgerRow, ...]:
    known = known_keys(connection, "document", _sayable(documents))
    at = datetime.now(UTC).isoformat(timespec="seconds")
    touched, rows = Touched(), []
    for document, key in known.items():
        readings = [one for [one] in connection.execute("SELECT id FROM reading WHERE document = ?", [key])]
        if readings:
            unlink(connection, readings, touched)
            rows.append(LedgerRow(document, 0, Outcome.DELETED, at=at))
    settle(connection, touched)
    write_ledger(connection, rows)
    return tuple(rows)


def _settle_judged(connection: sqlite3.Connection, statements: set[int]) -> None:
    """Belief in statements of which the verdicts have changed."""
    if statements:
        sqlite_changes.keep_hashes(connection)
        settle(connection, Touched(statements=statements))


def _sayable(ids: Iterable[str]) -> list[str]:
    """Those of the ids that can be written as UTF-8: a lone surrogate names nothing."""
    return [each for each in ids if _SURROGATE.search(each) is None]
