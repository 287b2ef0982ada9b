"""Connections to one SQLite file: many readers, one writer, errors in words."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from isthmus.errors import IsthmusError
from isthmus.graph.stores.protocol import StoreFull, StoreUnreachable
from isthmus.graph.stores.sqlite_schema import applied, migrate
from isthmus.graph.stores.sqlite_settle import believe_anew

_SHM_IS_FULL = sqlite3.SQLITE_IOERR_SHMSIZE


class Connections:
    """The connections of one store, safe to share between threads.

    Each ``reading`` block sees one state of the file from its first query on, whatever is written meanwhile; ``writing``
    waits for other writers, in this process and in others.
    """

    def __init__(self, path: Path, *, create: bool = True, wait_seconds: float = 30.0) -> None:
        self.path = path.absolute()  # the store stays where it was opened, wherever the program goes
        self._wait_seconds = wait_seconds
        self._idle: list[sqlite3.Connection] = []
        self._all: set[sqlite3.Connection] = set()
        self._lock = threading.Lock()
        self._writing = threading.Lock()
        self._closed = False
        with self._explained():
            self._prepare(create)
            self._writer = self._connect("-65536")

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """A connection in a read transaction."""
        with self._explained():
            connection = self._borrow()
            try:
                connection.execute("BEGIN")
                yield connection
            finally:
                self._give_back(connection)

    @contextmanager
    def writing(self, *, wait: bool = True) -> Iterator[sqlite3.Connection]:
        """The writing connection in a transaction: committed at the end of the block, undone where it raises.

        Raises:
            StoreUnreachable: another writer kept it for the whole waiting time, or, without ``wait``, has it now.
        """
        if not self._writing.acquire(timeout=self._wait_seconds if wait else 0):
            raise self._busy()
        try:
            with self._explained():
                self._check_open()
                self._begin_to_write(wait)
                try:
                    yield self._writer
                    self._writer.execute("COMMIT")
                except BaseException:
                    # SQLite undoes some failures (a full disk) by itself.
                    if self._writer.in_transaction:
                        self._writer.execute("ROLLBACK")
                    raise
        finally:
            self._writing.release()

    def close(self) -> None:
        """Close every connection; the last one to a file folds its log in."""
        with self._lock:
            self._closed = True
            connections, self._all, self._idle = self._all, set(), []
        for connection in connections:
            connection.close()

    def _prepare(self, create: bool) -> None:
        if not self.path.is_file() and not create:
            raise StoreUnreachable(f"there is no store at {self.path}: ingest something, or name another with --store")
        if create:
            try:
                self.path.parent.mkdir(parents=True, exist_ok=True)
            except OSError as error:
                raise StoreUnreachable(f"the folder of {self.path} cannot be made ({error.strerror})") from error
        connection = self._connect("-2000", mode="rwc" if create else "rw")
        try:
            if applied(connection, str(self.path)) == 0 and not create:
                raise StoreUnreachable(f"{self.path} is empty: ingest something, or name another store with --store")
            self._use_write_ahead_log(connection)
            migrate(connection, str(self.path))
            believe_anew(connection)
        finally:
            self._all.discard(connection)
            connection.close()

    def _use_write_ahead_log(self, connection: sqlite3.Connection) -> None:
        [mode] = connection.execute("PRAGMA journal_mode").fetchone()
        if mode != "wal":
            # Takes the whole file for a moment, and SQLite does not wait for that lock by itself: an empty exclusive
            # transaction does.
            connection.execute("BEGIN EXCLUSIVE")
            connection.execute("COMMIT")
            connection.execute("PRAGMA journal_mode = WAL")

    def _connect(self, cache_kib: str, mode: str = "rw") -> sqlite3.Connection:
        connection = sqlite3.connect(
            f"{self.path.absolute().as_uri()}?mode={mode}",
            uri=True,
            timeout=self._wait_seconds,
            isolation_level=None,
            check_same_thread=False,  # the pool hands a connection to one thread at a time
        )
        connection.create_function("from_hex", 1, bytes.fromhex, deterministic=True)
        for pragma in (
            "foreign_keys = ON",
            "synchronous = NORMAL",  # with the write-ahead log: a crash of the machine may lose the last commit, never more
            "temp_store = MEMORY",
            f"cache_size = {cache_kib}",
            "journal_size_limit = 67108864",
        ):
            connection.execute(f"PRAGMA {pragma}")
        self._all.add(connection)
        return connection

    def _begin_to_write(self, wait: bool) -> None:
        if wait:
            self._writer.execute("BEGIN IMMEDIATE")
            return
        self._writer.execute("PRAGMA busy_timeout = 0")
        try:
            self._writer.execute("BEGIN IMMEDIATE")
        finally:
            self._writer.execute(f"PRAGMA busy_timeout = {round(self._wait_seconds * 1000)}")

    def _borrow(self) -> sqlite3.Connection:
        with self._lock:
            self._check_open()
            if self._idle:
                return self._idle.pop()
        connection = self._connect("-4096")
        connection.execute("PRAGMA query_only = ON")
        return connection

    def _give_back(self, connection: sqlite3.Connection) -> None:
        with self._lock:
            if connection not in self._all:  # the store was closed meanwhile
                return
            if connection.in_transaction:
                connection.execute("ROLLBACK")
            self._idle.append(connection)

    def _check_open(self) -> None:
        if self._closed:
            raise StoreUnreachable(f"the store {self.path} has been closed: open it again")

    @contextmanager
    def _explained(self) -> Iterator[None]:
        """SQLite's errors about the file as ours; errors about a query stay what they are, faults of this code."""
        try:
            yield
        except sqlite3.Error as error:
            explained = self._explain(error)
            if explained is None:
                raise
            raise explained from error

    def _explain(self, error: sqlite3.Error) -> IsthmusError | None:
        code = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_OK)
        if code == _SHM_IS_FULL:
            code = sqlite3.SQLITE_FULL
        path = self.path
        match code & 0xFF:
            case sqlite3.SQLITE_FULL:
                return StoreFull(f"no room is left to write {path}: free some and run it again, what was written stays")
            case sqlite3.SQLITE_BUSY | sqlite3.SQLITE_LOCKED:
                return self._busy()
            case sqlite3.SQLITE_READONLY | sqlite3.SQLITE_PERM | sqlite3.SQLITE_AUTH:
                return StoreUnreachable(f"{path} cannot be written: check the permissions of the file and its folder")
            case sqlite3.SQLITE_CANTOPEN:
                return StoreUnreachable(f"{path} cannot be opened: check that it is a file that you may read and write")
            case sqlite3.SQLITE_NOTADB:
                return StoreUnreachable(f"{path} is not a store: name another file with --store")
            case sqlite3.SQLITE_CORRUPT:
                return StoreUnreachable(f"{path} is damaged: restore it from a backup, or remove it and ingest again")
            case sqlite3.SQLITE_IOERR:
                return StoreUnreachable(f"the disk failed to read or write {path} ({error}): check the disk")
        return None

    def _busy(self) -> StoreUnreachable:
        return StoreUnreachable(
            f"another program has been writing to {self.path} for {self._wait_seconds:g} s: wait for it to end, try again"
        )
