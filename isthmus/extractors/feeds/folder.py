"""A watched folder: what is put into it is read, once it has been written to its end.

A file is known by its content: one that is only touched, copied or renamed back and forth is not read again. Files whose
names say that they are not finished (``.part``, ``.tmp``, …) wait until they are renamed. What a file said stays when it
is taken away.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from isthmus.extractors.feeds.feed import Asked, Cursor, FeedBatch
from isthmus.extractors.readers import inputs, read
from isthmus.extractors.readers.terms import Names
from isthmus.extractors.reading import Canonical, Note, Record, Unreadable, UnreadableFile

SETTLED = 2.0  # seconds without a change, after which a file is taken as whole
_UNFINISHED = (".part", ".partial", ".tmp", ".temp", ".crdownload", ".filepart", ".swp", "~")


class Folder:
    """Files of a folder, whose path is the query. Read by the readers of ``isthmus ingest``."""

    def __init__(
        self,
        canonical: Canonical,
        names: Names,
        sleep: Callable[[float], None] = time.sleep,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._canonical, self._names = canonical, names
        self._sleep, self._clock = sleep, clock

    def batches(self, asked: Asked, cursor: Cursor) -> Iterator[FeedBatch]:
        """One batch a file. The cursor holds the content hash of each file by its name in the folder."""
        folder = Path(asked.query).expanduser()
        if not folder.is_dir():
            raise UnreadableFile(f"{folder} is no folder: make it, or add the schedule anew with another --query")
        known: dict[str, str] = dict(cursor.get("files", {}))
        waiting: list[Record] = []
        files = [path for path in inputs([folder]) if not path.name.lower().endswith(_UNFINISHED)]
        for path in self._settled(files, waiting):
            name = path.relative_to(folder).as_posix()
            try:
                digest = _digest(path)
            except OSError as error:
                waiting.append(Unreadable(name, "", f"cannot be read ({error.strerror}): the next run tries again"))
                continue
            if known.get(name) == digest:
                continue
            if digest not in known.values():
                yield FeedBatch(name, self._records(path), {"files": {**known, name: digest}})
            known[name] = digest
        yield FeedBatch(str(folder), waiting, {"files": known})

    def _records(self, path: Path) -> Iterator[Record]:
        yield from read(path, self._canonical, names=self._names)

    def _settled(self, files: Sequence[Path], waiting: list[Record]) -> Iterator[Path]:
        """Those that nobody is writing to: old enough, or looked at twice and the same; a KGX pair by both its files."""
        looks = {path: _look(path) for path in files}
        young = [path for path, look in looks.items() if look is None or look[1] > self._clock() - SETTLED]
        if young:
            self._sleep(SETTLED)
        for path in files:
            if path not in young or (looks[path] is not None and _look(path) == looks[path]):
                yield path
            else:
                waiting.append(Note("still being written", f"{path.name} is read by the next run"))


def _parts(path: Path) -> list[Path]:
    """The file, and the other one of a KGX pair."""
    nodes = path.with_name(path.name.replace("_edges.tsv", "_nodes.tsv"))
    return [path, nodes] if nodes != path and nodes.is_file() else [path]


def _look(path: Path) -> tuple[int, float] | None:
    """Size and time of the last change; ``None`` where it has just gone."""
    try:
        found = [part.stat() for part in _parts(path)]
    except OSError:
        return None
    return sum(each.st_size for each in found), max(each.st_mtime for each in found)


def _digest(path: Path) -> str:
    """SHA-256 of the content, 32 hex digits; of a KGX pair, of both files."""
    digest = hashlib.sha256()
    for part in _parts(path):
        with part.open("rb") as stream:
            while chunk := stream.read(1 << 20):
                digest.update(chunk)
    return digest.hexdigest()[:32]
