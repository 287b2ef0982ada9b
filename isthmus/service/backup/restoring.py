"""Putting a backup back, into a store of either kind."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import partial
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TypeVar

from isthmus.errors import IsthmusError, UsageError
from isthmus.graph.stores.archive import Contents, archive_of
from isthmus.graph.stores.assembly import Reading
from isthmus.graph.stores.entries import Entry, EntryKind
from isthmus.graph.stores.ledger import LedgerRow
from isthmus.graph.stores.open import NEO4J_SCHEMES, open_store, sqlite_path
from isthmus.graph.stores.protocol import Counts, Store, StoreUnreachable
from isthmus.graph.stores.sqlite import SqliteStore, sqlite_url
from isthmus.graph.stores.sqlite_archive import check_copy, copy_file, is_sqlite
from isthmus.graph.verdict import Verdict
from isthmus.service.backup.archive_file import (
    ENTRIES,
    LEDGER,
    READINGS,
    VERDICTS,
    ArchiveReader,
    UnusableArchive,
    open_archive,
)
from isthmus.service.backup.lines import UnreadableLine, batches, entry_of, ledger_of, readings_of, verdict_of

T = TypeVar("T")
Far = Callable[[float], None]
ROWS = 1_000  # of the ledger, or entries, of one transaction


class NotEmpty(UsageError):
    """A store that holds something already."""


class NotTheSame(IsthmusError):
    """A restored graph that is not the one that was backed up."""


@dataclass(frozen=True, slots=True)
class Restored:
    """What was put back, or with ``dry_run`` would be. ``graph_hash`` is the backup's.

    ``verified`` says that the store's own hash, worked out anew, is the same; it cannot be where the store held other
    things before.
    """

    store: str
    graph_hash: str
    counts: Counts
    verified: bool
    dry_run: bool


@dataclass(frozen=True, slots=True)
class _Backup:
    """A backup that has been checked, and its streams."""

    graph_hash: str
    counts: Counts
    verdicts: Callable[[], Iterator[Verdict]]
    entries: Callable[[], Iterator[Entry]]
    ledger: Callable[[], Iterator[LedgerRow]]
    batches: Callable[[], Iterator[list[Reading]]]


def restore(
    file: Path,
    url: str,
    *,
    into_existing: bool = False,
    dry_run: bool = False,
    far: Far = lambda share: None,
) -> Restored:
    """Put a backup into a store, which is made where it is not there.

    The backup is read through and checked before anything is written. A new SQLite store takes its name when it is whole.
    Into another store it goes in transactions: cut off, it is run again with ``into_existing`` and goes on.

    Args:
        file: a copy or an archive that ``back_up`` wrote.
        url: the store.
        into_existing: also where the store holds something: it is added to; what both hold stays as the store has it.
        dry_run: only look whether it could be done.
        far: told now and then how far it is, from 0 to 1.

    Raises:
        NotEmpty: the store holds something, and ``into_existing`` was not said.
        UnusableArchive, StoreUnreachable: the backup is damaged, or none; nothing has been written.
        NotTheSame: the restored graph has another hash than the one that was backed up.
    """
    held, shown = _held(url), _without_password(url)
    if held and not into_existing:
        raise NotEmpty(f"{shown} holds {held}: name an empty store, or say --into-existing to add to what it holds")

    def put(backup: _Backup) -> Restored:
        verified = not dry_run and _put_verified(backup, url, far, alone=not held)
        return Restored(shown, backup.graph_hash, backup.counts, verified, dry_run)

    if not _is_sqlite(file):
        with open_archive(file) as archive:
            return put(_of_archive(archive, file))
    if held or dry_run or _is_server(url):
        return _with_contents(file, lambda contents: put(_of_contents(contents)))
    return _copy_back(file, url)


def _not_the_same(found: str, told: str) -> NotTheSame:
    return NotTheSame(
        f"the restored graph's hash is {found}, that of the backup {told}: do not use this store, restore another "
        "backup, and keep this one to report it"
    )


# -- the backup ---------------------------------------------------------------------------------------------------


def _is_sqlite(file: Path) -> bool:
    try:
        return is_sqlite(file)
    except OSError as error:
        raise UnusableArchive(f"{file} cannot be read ({error.strerror or error}): name a backup of Isthmus") from error


def _of_archive(archive: ArchiveReader, file: Path) -> _Backup:
    """The streams of an archive, of which each line has been looked at once already."""

    def lines(member: str, value_of: Callable[[bytes], T]) -> Iterator[T]:
        for number, line in enumerate(archive.lines(member), start=1):
            try:
                yield value_of(line)
            except UnreadableLine as error:
                raise UnusableArchive(f"{file} cannot be restored: {member}, line {number}: {error}") from error

    manifest = archive.manifest
    backup = _Backup(
        manifest.graph_hash,
        manifest.counts,
        partial(lines, VERDICTS, verdict_of),
        partial(lines, ENTRIES, entry_of),
        partial(lines, LEDGER, ledger_of),
        partial(lines, READINGS, readings_of),
    )
    for stream in (backup.verdicts, backup.entries, backup.ledger, backup.batches):
        for _ in stream():
            pass
    return backup


def _of_contents(contents: Contents) -> _Backup:
    return _Backup(
        contents.graph_hash,
        contents.counts,
        lambda: iter(contents.verdicts()),
        contents.entries,
        contents.ledger,
        lambda: batches(contents.readings()),
    )


def _with_contents(file: Path, use: Callable[[Contents], T]) -> T:
    """Call ``use`` with what a copy of an SQLite store holds, which stays as it is: another copy is brought up to date."""
    check_copy(file)
    with TemporaryDirectory() as folder:
        copy = Path(folder) / "copy.db"
        copy_file(file, copy)
        with SqliteStore(copy, create=False) as store:
            return archive_of(store).read(use)


def _copy_back(file: Path, url: str) -> Restored:
    """A copy into an SQLite store that holds nothing, without reading it as a graph."""
    told = check_copy(file)
    path = sqlite_path(url)
    if path.exists():
        copy_file(file, path)
    else:
        with _unfinished(path) as unfinished:
            copy_file(file, unfinished)
            SqliteStore(unfinished, create=False).close()  # brings it up to date
    with SqliteStore(path, create=False) as store:
        counts = store.counts()
    found = check_copy(path, in_use=True)
    if found != told:
        raise _not_the_same(found, told)
    return Restored(_without_password(url), told, counts, True, False)


# -- the store ----------------------------------------------------------------------------------------------------


def _is_server(url: str) -> bool:
    return url.partition("://")[0].lower() in NEO4J_SCHEMES


def _without_password(url: str) -> str:
    scheme, separator, rest = url.partition("://")
    return f"{scheme}{separator}{rest.rpartition('@')[2]}" if _is_server(url) else url


def _held(url: str) -> str:
    """What a store holds already, in words; empty where nothing, or where there is none yet."""
    if not _is_server(url) and not sqlite_path(url).exists():
        return ""
    with open_store(url) as store:
        documents = store.counts().documents
        if documents:
            return f"{documents:,} documents"
        if store.verdicts():
            return "verdicts"
        return next((f"entries ({kind})" for kind in EntryKind if store.entries(kind, limit=1).items), "")


@contextmanager
def _target(url: str) -> Iterator[Store]:
    """The store to write to. A new SQLite file is called unfinished until the block has ended well."""
    if _is_server(url) or sqlite_path(url).exists():
        with open_store(url) as store:
            yield store
        return
    with _unfinished(sqlite_path(url)) as unfinished, open_store(sqlite_url(unfinished)) as store:
        yield store


@contextmanager
def _unfinished(path: Path) -> Iterator[Path]:
    """Where to make a new file, which takes its name at the end of the block; where that raises, nothing is left."""
    unfinished = path.with_name(f"{path.name}.unfinished")
    try:
        _remove(unfinished)
        path.parent.mkdir(parents=True, exist_ok=True)
        yield unfinished
        unfinished.replace(path)
    except OSError as error:
        raise StoreUnreachable(f"{path} cannot be written ({error.strerror or error}): name another store") from error
    finally:
        _remove(unfinished)


def _remove(path: Path) -> None:
    for end in ("", "-wal", "-shm"):
        with suppress(OSError):
            path.with_name(path.name + end).unlink(missing_ok=True)


def _put_verified(backup: _Backup, url: str, far: Far, *, alone: bool) -> bool:
    """Write a backup to a store. Where it is ``alone`` there its graph hash is compared; returns whether it was."""
    with _target(url) as store:
        _put(backup, store, far)
        if alone and store.graph_hash() != backup.graph_hash:
            raise _not_the_same(store.graph_hash(), backup.graph_hash)
    return alone


def _put(backup: _Backup, store: Store, far: Far) -> None:
    """Verdicts first: each statement is then settled once, when it comes."""
    archive = archive_of(store)
    for verdict in backup.verdicts():
        store.put_verdict(verdict)
    _in_pieces(backup.entries(), archive.keep)
    everything, done = max(backup.counts.evidence + backup.counts.documents, 1), 0
    for batch in backup.batches():
        archive.write(batch)
        done += sum(1 + len(reading.evidence) for reading in batch)
        far(min(done / everything, 1.0))
    _in_pieces(backup.ledger(), store.record)


def _in_pieces(rows: Iterator[T], write: Callable[[list[T]], None]) -> None:
    while piece := list(islice(rows, ROWS)):
        write(piece)
