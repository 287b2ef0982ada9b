"""Taking a backup: of an SQLite store a copy of its file, of any store an archive."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from isthmus import __version__
from isthmus.errors import IsthmusError, UsageError
from isthmus.graph.model import canonical_json
from isthmus.graph.stores.archive import Contents, archive_of
from isthmus.graph.stores.protocol import Counts, Store
from isthmus.graph.stores.sqlite import SqliteStore
from isthmus.graph.stores.sqlite_archive import SqliteArchive, check_copy
from isthmus.service.backup.archive_file import (
    ENTRIES,
    LEDGER,
    READINGS,
    VERDICTS,
    ArchiveWriter,
    Manifest,
    open_archive,
)
from isthmus.service.backup.lines import batch_line, batches

COPIES = (".db", ".sqlite", ".sqlite3")  # what a copy of a file is called; anything else is an archive

Far = Callable[[float], None]


class CannotBackUp(IsthmusError):
    """The backup cannot be written, or is not what the store held."""


@dataclass(frozen=True, slots=True)
class BackedUp:
    """A backup that was written, read again and found to be what the store held."""

    file: Path
    form: str
    graph_hash: str
    counts: Counts
    size: int


def back_up(store: Store, target: Path, far: Far = lambda share: None) -> BackedUp:
    """Write a backup of everything that a store holds.

    Args:
        store: may be written to meanwhile: the backup is the store as of one moment. Writers of a Neo4j store wait.
        target: a file that is not there yet: ``.db``, ``.sqlite`` or ``.sqlite3`` for a copy (of SQLite stores), else
            an archive. Or a folder, in which it gets a name with the time.
        far: told now and then how far it is, from 0 to 1.

    Raises:
        UsageError: the file is there already, or is to be a copy of a store that is no file.
        CannotBackUp: no room, no permission, or what was written is not what the store held.
    """
    file = _file(store, target)
    copy = file.suffix in COPIES
    if copy and not isinstance(store, SqliteStore):
        raise UsageError(f"{store.url} is no file: name the backup {file.with_suffix('.tar').name}, an archive")
    with _unfinished(file) as written:
        if copy:
            assert isinstance(store, SqliteStore)
            found = _copy(store, written, far)
        else:
            found = _archive(store, written, far)
        return BackedUp(file, "copy" if copy else "archive", *found, written.stat().st_size)


def _copy(store: SqliteStore, file: Path, far: Far) -> tuple[str, Counts]:
    graph_hash, counts = SqliteArchive(store).copy_to(file, lambda left, total: far(1.0 - left / max(total, 1)))
    if check_copy(file) != graph_hash:
        raise CannotBackUp(f"the copy of {store.url} is not what it held: check the disk, and back up again")
    return graph_hash, counts


def _archive(store: Store, file: Path, far: Far) -> tuple[str, Counts]:
    with file.open("r+b") as opened:

        def take(contents: Contents) -> Manifest:
            writer = ArchiveWriter(opened)
            writer.add(VERDICTS, map(canonical_json, contents.verdicts()))
            writer.add(ENTRIES, map(canonical_json, contents.entries()))
            writer.add(LEDGER, map(canonical_json, contents.ledger()))
            writer.add(READINGS, _batch_lines(contents, far))
            created = datetime.now(UTC).isoformat(timespec="seconds")
            return writer.finish(__version__, created, contents.graph_hash, contents.counts)

        manifest = archive_of(store).read(take)
    with open_archive(file) as archive:  # every byte is read again
        if archive.manifest != manifest:
            raise CannotBackUp(f"{file.name} is not what was written: check the disk, and back up again")
    return manifest.graph_hash, manifest.counts


def _batch_lines(contents: Contents, far: Far) -> Iterator[bytes]:
    everything = max(contents.counts.evidence + contents.counts.documents, 1)
    done = 0
    for batch in batches(contents.readings()):
        yield batch_line(batch)
        done += sum(1 + len(reading.evidence) for reading in batch)
        far(min(done / everything, 1.0))


def _file(store: Store, target: Path) -> Path:
    file = target
    if target.is_dir():
        suffix = ".db" if isinstance(store, SqliteStore) else ".tar"
        file = target / f"isthmus-{datetime.now(UTC):%Y%m%dT%H%M%SZ}{suffix}"
    if file.exists():
        raise UsageError(f"{file} is there already: name another file, or a folder")
    return file


@contextmanager
def _unfinished(file: Path) -> Iterator[Path]:
    """A new file that only its owner may read (texts of documents are in it); it takes its name when it is whole."""
    unfinished = file.with_name(f"{file.name}.unfinished")
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        unfinished.unlink(missing_ok=True)
        os.close(os.open(unfinished, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
        yield unfinished
        unfinished.replace(file)
    except OSError as error:
        raise CannotBackUp(f"{file} cannot be written ({error.strerror or error}): name another file") from error
    finally:
        for leftover in (unfinished, *(unfinished.with_name(unfinished.name + end) for end in ("-wal", "-shm"))):
            with suppress(OSError):
                leftover.unlink(missing_ok=True)
