"""The store on a Neo4j server: 5 LTS or the current calendar release, Community or Enterprise, without APOC."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, Concatenate, ParamSpec, Self, TypeVar

import neo4j

from isthmus.graph.model import Document, Entity, Evidence, Extraction
from isthmus.graph.stores import (
    neo4j_columns,
    neo4j_entries,
    neo4j_ledger,
    neo4j_log,
    neo4j_mentions,
    neo4j_read,
    neo4j_search,
    neo4j_structure,
    neo4j_verdicts,
)
from isthmus.graph.stores.assembly import NO_EFFORT, Reading, assemble, is_unchanged, without_repeats
from isthmus.graph.stores.columns import Fingerprint, GraphChanges, GraphColumns, MentionColumns
from isthmus.graph.stores.cursor import ledger_page, ledger_place, read_cursor, write_cursor
from isthmus.graph.stores.entries import Entry, EntryKind, sayable
from isthmus.graph.stores.ledger import Effort, LedgerRow, Outcome
from isthmus.graph.stores.neo4j_connection import connect, driver_errors, read_address
from isthmus.graph.stores.neo4j_schema import migrate
from isthmus.graph.stores.neo4j_settle import settle_judged
from isthmus.graph.stores.neo4j_write import New, hold, lock, remove_documents, write_readings
from isthmus.graph.stores.protocol import (
    BadCursor,
    Counts,
    MentionCount,
    Page,
    SearchHit,
    StatementRow,
    StoreUnreachable,
    Written,
)
from isthmus.graph.stores.structure import Structure
from isthmus.graph.verdict import Verdict, VerdictAbout
from isthmus.graph.vocabulary import Category, Predicate
from isthmus.steps import step

T = TypeVar("T")
P = ParamSpec("P")
Work = Callable[Concatenate[neo4j.ManagedTransaction, P], T]

_SURROGATE = re.compile("[\ud800-\udfff]")
_STATEMENT_ID = re.compile(r"[0-9a-f]{32}")
_ATTEMPTS = 3  # at reading the whole graph between two writes, before writers are made to wait


class Neo4jStore:
    """A graph in a Neo4j database. Holds connections, no data; may be used from several threads at once.

    ``url`` names the server and the database, without the password.
    """

    def __init__(self, url: str, patience: float = 30.0) -> None:
        """Connect, and bring constraints and indexes up to date.

        What fails because the server is away, or for others that write, is tried again for ``patience`` seconds.

        Raises:
            StoreUnreachable: the server does not answer, is not Neo4j, refuses the credentials, or the database is
                somebody else's or a newer Isthmus's.
        """
        self._address = read_address(url)
        self.url = self._address.shown
        self._driver = connect(self._address, patience)
        # Reads see what this store has written before, whichever member of a cluster they go to.
        self._bookmarks = neo4j.GraphDatabase.bookmark_manager()
        try:
            with driver_errors(self._address), self._session() as session:
                migrate(session, self.url)
        except BaseException:
            self._driver.close()
            raise

    # -- writing --

    def write(
        self, extractions: Sequence[Extraction], *, run: str = "", efforts: Mapping[str, Effort] | None = None
    ) -> Written:
        """Write documents, each whole, with their ledger rows, in one transaction. See ``Store.write``."""
        readings = [assemble(each, run, (efforts or {}).get(each.document.id, NO_EFFORT)) for each in extractions]
        ledger = self._read(neo4j_ledger.ledger_of, {reading.document.id for reading in readings})
        if all(is_unchanged(reading, ledger.get(reading.key)) for reading in readings):
            return Written(tuple(replace(ledger[each.key], outcome=Outcome.UNCHANGED) for each in readings))
        with step("store.write", store="neo4j", documents=len(readings)) as writing:
            written = self._write(_write_all, readings)
            writing.add(statements=written.new_statements, evidence=written.new_evidence)
        return written

    def record(self, rows: Sequence[LedgerRow]) -> None:
        """Put failures (or other outcomes without content) into the ledger."""
        if rows:
            self._write(neo4j_ledger.write_ledger, rows)

    def forget_failures(self, names: Iterable[str]) -> None:
        """Take rows of these names that say ``failed`` out of the ledger."""
        self._write(neo4j_ledger.forget_failures, _sayable(names))

    def delete(self, documents: Sequence[str]) -> tuple[LedgerRow, ...]:
        """Take documents out with all that only they said. Unknown ids are passed over; a row for each one deleted."""
        return self._write(_delete_all, documents)

    # -- reading --

    def ledger(self, documents: Iterable[str]) -> dict[tuple[str, int], LedgerRow]:
        """The ledger rows of these documents, by document and part."""
        return self._read(neo4j_ledger.ledger_of, _sayable(documents))

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
        rows = self._read(neo4j_ledger.find_rows, asked, after, limit + 1)
        return ledger_page(rows, limit)

    def entities(self, ids: Iterable[str]) -> dict[str, Entity]:
        """Those of the ids that exist."""
        return self._read(neo4j_read.entities, _sayable(ids))

    def entities_named(self, name: str) -> list[Entity]:
        """Entities whose name, else whose synonym, equals this but for case; best connected first, then by id."""
        return self._read(neo4j_search.named, name)

    def entities_with_xref(self, curie: str) -> list[Entity]:
        """Entities that list this CURIE among their cross-references, by id."""
        return self._read(neo4j_search.with_xref, curie)

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
        hits = self._read(neo4j_search.search, query, category, offset, limit + 1)
        more = write_cursor("search", str(offset + limit)) if len(hits) > limit else ""
        return Page(tuple(hits[:limit]), more)

    def statements(self, ids: Iterable[str]) -> dict[str, StatementRow]:
        """Those of the ids that exist."""
        return self._read(neo4j_read.statements, _sayable(ids))

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
            if not _STATEMENT_ID.fullmatch(after):
                raise BadCursor(f"{cursor[:40]!r} is not a cursor of this question: use the one of the last page")
        ends = [end for end in (subject, obj) if end is not None]
        if len(_sayable(ends)) < len(ends):
            return Page(())
        rows = self._read(neo4j_read.find_statements, subject, obj, predicate, after, limit + 1)
        more = write_cursor("statements", rows[limit - 1].statement.id) if len(rows) > limit else ""
        return Page(tuple(rows[:limit]), more)

    def evidence(self, statements: Iterable[str]) -> dict[str, list[Evidence]]:
        """The evidence of each statement, oldest first, then by id."""
        return self._read(neo4j_read.evidence, _sayable(statements))

    def documents(self, ids: Iterable[str]) -> dict[str, Document]:
        """Those of the ids that exist, citation stubs included."""
        return self._read(neo4j_read.documents, _sayable(ids))

    def mentions(self, *, document: str | None = None, entity: str | None = None) -> Iterator[MentionCount]:
        """Who is named where: of a document, of an entity, or all; by document, then entity."""
        ends = [end for end in (document, entity) if end is not None]
        if len(_sayable(ends)) < len(ends):
            return
        if ends:
            yield from self._read(neo4j_read.mentions, document, entity)
            return
        for row in self._stream(neo4j_read.mentions_after, lambda row: row.document):
            if row.entity:
                yield row

    def all_entities(self) -> Iterator[Entity]:
        """Every entity, by id, streamed: each page of them as it was between two writes."""
        return self._stream(neo4j_read.entities_after, lambda entity: entity.id)

    def all_statements(self) -> Iterator[StatementRow]:
        """Every statement, by id, streamed: each page of them as it was between two writes."""
        return self._stream(neo4j_read.statements_after, lambda row: row.statement.id)

    def all_evidence(self) -> Iterator[Evidence]:
        """All evidence, by statement and id, streamed: each page of it as it was between two writes."""
        return self._stream(neo4j_read.evidence_after, lambda evidence: evidence.statement)

    def columns(self) -> GraphColumns:
        """The graph as arrays."""

        def read(tx: neo4j.ManagedTransaction, known: Fingerprint | None) -> tuple[GraphColumns, Fingerprint]:
            found = known or neo4j_columns.work_out_fingerprint(tx)
            return neo4j_columns.columns(tx, found), found

        (columns, found), revision = self._between_writes(read)
        self._remember(found, revision)
        return columns

    def mention_columns(self) -> MentionColumns:
        """Who is named where as arrays."""
        columns, _ = self._between_writes(lambda tx, _: neo4j_mentions.columns(tx))
        return columns

    def changes(self, version: str) -> GraphChanges | None:
        """What was touched since the graph had this version; ``None`` where that is not known, or too much."""

        def read(tx: neo4j.ManagedTransaction, known: Fingerprint | None) -> tuple[GraphChanges, Fingerprint] | None:
            touched = neo4j_log.touched_since(tx, version)
            if touched is None:
                return None
            found = known or neo4j_columns.work_out_fingerprint(tx)
            now = neo4j_columns.columns(tx, found, only=touched)
            return GraphChanges(frozenset(touched.statements), frozenset(touched.entities), now), found

        answer, revision = self._between_writes(read)
        if answer is None:
            return None
        changes, found = answer
        self._remember(found, revision)
        return changes

    def counts(self) -> Counts:
        """How much there is."""
        return self._read(neo4j_read.counts)

    def graph_hash(self) -> str:
        """Hash of what the graph says. Worked out anew only after a write."""
        return self._fingerprint().graph_hash

    def version(self) -> str:
        """The version of the graph's columns. Worked out anew only after a write."""
        return self._fingerprint().version

    def revision(self) -> tuple[int, str]:
        """How many writes the graph has seen, and its version where that is known. See ``Store.revision``."""
        number, known = self._read(neo4j_columns.revision)
        return number, known.version if known else ""

    # -- verdicts --

    def put_verdict(self, verdict: Verdict) -> None:
        """Keep a verdict; the same twice changes nothing. See ``Store.put_verdict``."""
        self._write(_put_verdict, verdict)

    def delete_verdict(self, verdict: str) -> bool:
        """Take a verdict (its id) back: belief is as if it had never been. Returns whether it was there."""
        return bool(_sayable([verdict])) and self._write(_delete_verdict, verdict)

    def verdicts(self, *, targets: Iterable[str] | None = None, reviewer: str | None = None) -> list[Verdict]:
        """All that was said, or of these targets, by this reviewer: history included, oldest first, then by id."""
        if reviewer is not None and not _sayable([reviewer]):
            return []
        return self._read(neo4j_verdicts.verdicts, None if targets is None else _sayable(targets), reviewer)

    # -- entries --

    def entry(self, kind: EntryKind, key: str) -> Entry | None:
        """What is kept under this kind and id."""
        return self._read(neo4j_entries.entry, kind, key) if sayable(key) else None

    def entries(self, kind: EntryKind, *, prefix: str = "", limit: int = 100, cursor: str = "") -> Page[Entry]:
        """Those of a kind whose ids begin so, by id; pages neither repeat nor miss one that stays during a write."""
        after = read_cursor("entries", cursor) if cursor else ""
        if not (sayable(prefix) and sayable(after)):
            return Page(())
        found = self._read(neo4j_entries.entries, kind, prefix, after, limit + 1)
        return Page(tuple(found[:limit]), write_cursor("entries", found[limit - 1].id) if len(found) > limit else "")

    def put_entry(self, kind: EntryKind, key: str, value: Mapping[str, Any], *, expected: int | None = None) -> Entry:
        """Write a value in place of the one before, alone among all processes. See ``Store.put_entry``."""
        return self._write(neo4j_entries.put, kind, key, value, expected)

    def delete_entry(self, kind: EntryKind, key: str, *, expected: int | None = None) -> bool:
        """Take a value out; ``expected`` as for ``put_entry``. Returns whether there was one."""
        return sayable(key) and self._write(neo4j_entries.delete, kind, key, expected)

    def structure(self) -> Structure:
        """How the database stands."""
        with driver_errors(self._address), self._session() as session:
            return neo4j_structure.structure(session, self.url)

    def make_indexes(self) -> None:
        """Make indexes anew that somebody took out, or that failed, and wait until they are ready."""
        with driver_errors(self._address), self._session() as session:
            neo4j_structure.make_indexes(session)

    def close(self) -> None:
        """Let go of the connections."""
        self._driver.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()

    # -- transactions --

    def _session(self) -> neo4j.Session:
        return self._driver.session(database=self._address.database, bookmark_manager=self._bookmarks)

    def _read(self, work: Work[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        with driver_errors(self._address), self._session() as session:
            return session.execute_read(work, *args, **kwargs)

    def _write(self, work: Work[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        with driver_errors(self._address), self._session() as session:
            return session.execute_write(work, *args, **kwargs)

    def _stream(self, page: Callable[[neo4j.ManagedTransaction, str], list[T]], key: Callable[[T], str]) -> Iterator[T]:
        rows = self._read(page, "")
        while rows:
            yield from rows
            rows = self._read(page, key(rows[-1]))

    def _between_writes(self, read: Callable[[neo4j.ManagedTransaction, Fingerprint | None], T]) -> tuple[T, int]:
        """Read the whole graph as it was between two writes, with the number of the write before.

        Neo4j shows a long read what others commit meanwhile: such a read is thrown away, and after some of them it
        takes the writers' lock.
        """

        def attempt(tx: neo4j.ManagedTransaction) -> tuple[T, int, bool]:
            before, known = neo4j_columns.revision(tx)
            found = read(tx, known)
            return found, before, before == neo4j_columns.revision(tx)[0]

        def alone(tx: neo4j.ManagedTransaction) -> tuple[T, int]:
            hold(tx)
            return attempt(tx)[:2]

        for _ in range(_ATTEMPTS):
            found, revision, whole = self._read(attempt)
            if whole:
                return found, revision
        return self._write(alone)

    def _fingerprint(self) -> Fingerprint:
        found, revision = self._between_writes(lambda tx, known: known or neo4j_columns.work_out_fingerprint(tx))
        self._remember(found, revision)
        return found

    def _remember(self, found: Fingerprint, revision: int) -> None:
        if self._read(neo4j_columns.revision)[1] != found:
            try:
                self._write(neo4j_log.remember, revision, found)
            except StoreUnreachable:
                return  # who may only read works it out each time


def _write_all(tx: neo4j.ManagedTransaction, readings: Sequence[Reading]) -> Written:
    lock(tx)
    rows: dict[int, LedgerRow] = {}
    new, touched = New(), neo4j_log.Touched()
    position = {id(reading): index for index, reading in enumerate(readings)}
    for group in without_repeats(readings):
        ledger = neo4j_ledger.ledger_of(tx, {reading.document.id for reading in group})
        come = [reading for reading in group if not is_unchanged(reading, ledger.get(reading.key))]
        for reading in group:
            rows[position[id(reading)]] = replace(ledger.get(reading.key, reading.ledger), outcome=Outcome.UNCHANGED)
        for reading in come:
            rows[position[id(reading)]] = reading.ledger
        if come:
            new += write_readings(tx, come, touched)
    neo4j_log.log_change(tx, touched)
    return Written(tuple(rows[index] for index in sorted(rows)), new.entities, new.statements, new.evidence)


def _delete_all(tx: neo4j.ManagedTransaction, documents: Sequence[str]) -> tuple[LedgerRow, ...]:
    lock(tx)
    at = datetime.now(UTC).isoformat(timespec="seconds")
    touched = neo4j_log.Touched()
    deleted = remove_documents(tx, _sayable(documents), touched)
    neo4j_log.log_change(tx, touched)
    rows = tuple(LedgerRow(document, 0, Outcome.DELETED, at=at) for document in deleted)
    neo4j_ledger.write_ledger(tx, rows)
    return rows


def _put_verdict(tx: neo4j.ManagedTransaction, verdict: Verdict) -> None:
    if verdict.about == VerdictAbout.STATEMENT:
        hold(tx)
    if neo4j_verdicts.put(tx, verdict):
        _settle_judged(tx, verdict)


def _delete_verdict(tx: neo4j.ManagedTransaction, verdict: str) -> bool:
    hold(tx)
    gone = neo4j_verdicts.delete(tx, verdict)
    if gone is not None:
        _settle_judged(tx, gone)
    return gone is not None


def _settle_judged(tx: neo4j.ManagedTransaction, verdict: Verdict) -> None:
    """Belief in a statement of which the verdicts have changed."""
    if verdict.about != VerdictAbout.STATEMENT or not neo4j_read.statements(tx, [verdict.target]):
        return
    touched = neo4j_log.Touched()
    neo4j_log.keep_hashes(tx)
    lock(tx)
    settle_judged(tx, verdict.target, touched)
    neo4j_log.log_change(tx, touched)


def _sayable(ids: Iterable[str]) -> list[str]:
    """Those of the ids that can be written as UTF-8: a lone surrogate names nothing and no server takes it."""
    return [each for each in ids if _SURROGATE.search(each) is None]
