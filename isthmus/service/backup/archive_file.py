"""The file of an archive: a tar of a manifest and four members of gzipped JSON lines, written and read as streams.

The manifest comes first and says what the rest must be: counts, the graph hash, and of each member the lines and the
SHA-256. Nothing is ever unpacked by the names in the file, and it is read to the end and checked before any of it is used.
"""

from __future__ import annotations

import gzip
import hashlib
import os
import tarfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO, BinaryIO, cast

import orjson
from pydantic import TypeAdapter, ValidationError

from isthmus.errors import IsthmusError
from isthmus.graph.stores.protocol import Counts

FORMAT = "isthmus archive"
VERSION = 1
MANIFEST = "manifest.json"
MEMBERS = ("verdicts.jsonl.gz", "entries.jsonl.gz", "ledger.jsonl.gz", "readings.jsonl.gz")
VERDICTS, ENTRIES, LEDGER, READINGS = MEMBERS
LONGEST_LINE = 1 << 28  # bytes; a batch of readings is a few MB
_ROOM = 8192  # bytes kept free for the manifest, which is known when the rest is written
_BLOCK = 1 << 20


class UnusableArchive(IsthmusError):
    """A file that is no archive of ours, or no longer whole."""


@dataclass(frozen=True)
class Member:
    """What a member of an archive is: its bytes as they lie in the file, and the lines in it."""

    sha256: str
    size: int
    lines: int


@dataclass(frozen=True)
class Manifest:
    """What an archive holds."""

    format: str
    version: int
    isthmus: str
    created: str
    graph_hash: str
    counts: Counts
    members: dict[str, Member]


_MANIFEST = TypeAdapter(Manifest)


# -- writing ------------------------------------------------------------------------------------------------------


class ArchiveWriter:
    """Writes members one after another into an open file, then the manifest into the room at its beginning."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._members: dict[str, Member] = {}
        file.seek(0)
        file.truncate()
        file.write(_header(MANIFEST, _ROOM) + b" " * _ROOM)

    def add(self, name: str, lines: Iterable[bytes]) -> int:
        """Write a member. Returns how many lines it has."""
        start = self._file.tell()
        self._file.write(bytes(tarfile.BLOCKSIZE))  # its header, when its size is known
        hashed = _Hashed(self._file)
        count = 0
        # No time and no name: the same graph gives the same bytes.
        with gzip.GzipFile("", "wb", 5, cast("IO[bytes]", hashed), mtime=0) as packed:
            for line in lines:
                packed.write(line + b"\n")
                count += 1
        self._file.write(bytes(-hashed.size % tarfile.BLOCKSIZE))
        end = self._file.tell()
        self._file.seek(start)
        self._file.write(_header(name, hashed.size))
        self._file.seek(end)
        self._members[name] = Member(hashed.hash.hexdigest(), hashed.size, count)
        return count

    def finish(self, isthmus: str, created: str, graph_hash: str, counts: Counts) -> Manifest:
        """Write the manifest and the end of the file, down to the disk."""
        manifest = Manifest(FORMAT, VERSION, isthmus, created, graph_hash, counts, self._members)
        self._file.write(bytes(2 * tarfile.BLOCKSIZE))
        self._file.seek(tarfile.BLOCKSIZE)
        self._file.write(orjson.dumps(asdict(manifest), option=orjson.OPT_INDENT_2))
        self._file.flush()
        os.fsync(self._file.fileno())
        return manifest


class _Hashed:
    """Writes through to a file, and hashes and counts what goes by."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self.hash = hashlib.sha256()
        self.size = 0

    def write(self, data: bytes) -> int:
        self.hash.update(data)
        self.size += len(data)
        return self._file.write(data)

    def flush(self) -> None:
        self._file.flush()


def _header(name: str, size: int) -> bytes:
    info = tarfile.TarInfo(name)
    info.size, info.mode = size, 0o600
    return info.tobuf(tarfile.GNU_FORMAT)


# -- reading ------------------------------------------------------------------------------------------------------


class ArchiveReader:
    """An archive that is whole: every byte of it has been checked against its manifest."""

    def __init__(self, path: Path, tar: tarfile.TarFile) -> None:
        self._path = path
        self._tar = tar
        self._infos: dict[str, tarfile.TarInfo] = {}
        names = []
        for info in tar:
            if not info.isreg() or info.name in names or info.name not in (MANIFEST, *MEMBERS):
                raise UnusableArchive(f"{path} is no archive of Isthmus: it holds {info.name[:60]!r}")
            names.append(info.name)
            self._infos[info.name] = info
        if names != [MANIFEST, *MEMBERS]:
            missing = sorted({MANIFEST, *MEMBERS} - set(names)) or ["the order of its members"]
            raise UnusableArchive(f"{path} is damaged or no archive of Isthmus: {missing[0]} is missing")
        self.manifest = self._read_manifest()
        for name in MEMBERS:
            self._check(name)

    def lines(self, name: str) -> Iterator[bytes]:
        """The lines of a member. Raises ``UnusableArchive`` where they are not what the manifest says."""
        count = 0
        try:
            with gzip.GzipFile(fileobj=self._opened(name)) as packed:
                while line := packed.readline(LONGEST_LINE):
                    if not line.endswith(b"\n"):
                        raise UnusableArchive(f"{self._path} is damaged: line {count + 1} of {name} has no end")
                    count += 1
                    yield line
        except (OSError, EOFError, ValueError) as error:
            raise UnusableArchive(f"{self._path} is damaged ({name}: {error}): use another backup") from error
        if count != self.manifest.members[name].lines:
            raise UnusableArchive(f"{self._path} is damaged: {name} has {count} lines, not those of its manifest")

    def _read_manifest(self) -> Manifest:
        info = self._infos[MANIFEST]
        if info.size > 1 << 20:
            raise UnusableArchive(f"{self._path} is no archive of Isthmus: its manifest is too long")
        try:
            value = orjson.loads(self._opened(MANIFEST).read())
            if not isinstance(value, dict) or value.get("format") != FORMAT:
                raise UnusableArchive(f"{self._path} is no archive of Isthmus: name a file that isthmus backup wrote")
            if isinstance(value.get("version"), int) and value["version"] > VERSION:
                raise UnusableArchive(f"{self._path} was written by a newer Isthmus: upgrade isthmus to restore it")
            manifest = _MANIFEST.validate_python(value)
        except (orjson.JSONDecodeError, ValidationError) as error:
            raise UnusableArchive(f"{self._path} is damaged: its manifest cannot be read") from error
        if manifest.members.keys() != set(MEMBERS):
            raise UnusableArchive(f"{self._path} is damaged: its manifest names other members than it holds")
        return manifest

    def _check(self, name: str) -> None:
        told, info = self.manifest.members[name], self._infos[name]
        found = hashlib.sha256()
        opened = self._opened(name)
        while block := opened.read(_BLOCK):
            found.update(block)
        if info.size != told.size or found.hexdigest() != told.sha256:
            raise UnusableArchive(f"{self._path} is damaged: {name} is not what the manifest says. Use another backup.")

    def _opened(self, name: str) -> IO[bytes]:
        opened = self._tar.extractfile(self._infos[name])  # a window on the file: nothing is unpacked
        assert opened is not None
        return opened


@contextmanager
def open_archive(path: Path) -> Iterator[ArchiveReader]:
    """The archive in a file, read through and checked. Raises ``UnusableArchive``."""
    try:
        tar = tarfile.open(path, "r:")  # noqa: SIM115 - closed below
    except tarfile.TarError as error:
        raise UnusableArchive(f"{path} is no archive of Isthmus: name a file that isthmus backup wrote") from error
    except OSError as error:
        raise UnusableArchive(f"{path} cannot be read ({error.strerror or error})") from error
    with tar:
        try:
            yield ArchiveReader(path, tar)
        except tarfile.TarError as error:
            raise UnusableArchive(f"{path} is damaged ({error}): use another backup") from error
