"""Bytes and lines of a file, plain or gzip, streamed and within bounds.

A file that unpacks to far more than it should is refused: the default bounds are ``CAPS``. A file that breaks off half
way (a download cut short) gives what came before.
"""

from __future__ import annotations

import gzip
import io
import re
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from pathlib import Path

from isthmus.extractors.reading import Unreadable, UnreadableFile

CHUNK = 1 << 18
GZIP_MAGIC = b"\x1f\x8b"
UTF8_BOM = b"\xef\xbb\xbf"
UTF16_BOMS = (b"\xff\xfe", b"\xfe\xff")
LONGEST_LINE = 64 * 2**20
_WATCHER: ContextVar[Callable[[Path, int], None] | None] = ContextVar("watcher", default=None)
_ESCAPED_BYTE = re.compile("[\udc80-\udcff]")


@dataclass(frozen=True, slots=True)
class Caps:
    """How much a file may hold, in bytes; ``ratio`` is unpacked to packed size, asked after ``ratio_from`` bytes."""

    size: int = 20 * 10**9
    ratio: int = 200
    ratio_from: int = 10 * 10**6


CAPS = Caps()


class BrokenOff(UnreadableFile):
    """A file whose first part was good: raised where it breaks off, after that part was given."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line without its end; ``number`` counts from 1."""

    number: int
    text: str


@contextmanager
def watched(watcher: Callable[[Path, int], None]) -> Iterator[None]:
    """Tell ``watcher`` how many bytes of which file were taken from the disk, each time that it is some more."""
    token = _WATCHER.set(watcher)
    try:
        yield
    finally:
        _WATCHER.reset(token)


def chunks(path: Path, caps: Caps = CAPS) -> Iterator[bytes]:
    """The bytes of a file in pieces of at most ``CHUNK``, unpacked where its first two bytes say gzip.

    Raises ``UnreadableFile`` for a file that is absent, not a regular file, empty or beyond ``caps``, and ``BrokenOff``
    where a gzip stream ends or is damaged after some bytes were given.
    """
    try:
        if not path.is_file():
            what = "is not a regular file" if path.exists() else "does not exist"
            raise UnreadableFile(f"{path} {what}. Give the path of a file or folder")
        with path.open("rb", buffering=0) as packed:
            total, watcher = 0, _WATCHER.get()
            for chunk in _unpacked(path, packed):
                total += len(chunk)
                if watcher is not None:
                    watcher(path, packed.tell())
                _check_caps(path, total, packed.tell(), caps)
                yield chunk
    except OSError as error:
        raise UnreadableFile(f"{path} cannot be read: {error.strerror or error}") from error
    if not total:
        raise UnreadableFile(f"{path} is empty")


def _unpacked(path: Path, packed: io.FileIO) -> Iterator[bytes]:
    is_gzip = packed.read(2) == GZIP_MAGIC
    packed.seek(0)
    if not is_gzip:
        yield from iter(lambda: packed.read(CHUNK), b"")
        return
    given = False
    try:
        with gzip.GzipFile(fileobj=packed) as stream:
            # read1 hands over what it has before it meets the damage; read would lose it
            while chunk := stream.read1(CHUNK):
                given = True
                yield chunk
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        kind = BrokenOff if given else UnreadableFile
        raise kind(f"{path} is a damaged gzip file ({error}). Get it again") from error


def _check_caps(path: Path, total: int, packed: int, caps: Caps) -> None:
    if total > caps.size:
        raise UnreadableFile(f"{path} holds more than {caps.size:,} bytes. Split it into smaller files")
    if total > caps.ratio_from and total > caps.ratio * packed:
        raise UnreadableFile(
            f"{path} unpacks to more than {caps.ratio} times its size, as a gzip bomb does. "
            "If you trust it, unpack it and give the plain file"
        )


def head(path: Path, size: int = 65536) -> bytes:
    """The first ``size`` bytes, unpacked. Raises as ``chunks`` does, but not for a break after some bytes."""
    taken = bytearray()
    try:
        for chunk in chunks(path):
            taken += chunk
            if len(taken) >= size:
                break
    except BrokenOff:
        pass
    return bytes(taken[:size])


def whole(path: Path, limit: int) -> bytes:
    """All bytes of a small file. Raises ``UnreadableFile`` as ``chunks`` does, and above ``limit`` bytes."""
    taken = bytearray()
    for chunk in chunks(path):
        taken += chunk
        if len(taken) > limit:
            raise UnreadableFile(f"{path} is longer than {limit:,} bytes, too long for one document. Split it")
    return bytes(taken)


def raw_lines(path: Path, caps: Caps = CAPS) -> Iterator[str]:
    r"""The lines of a UTF-8 file, a byte order mark and the line ends (\n or \r\n) left out.

    A byte that is not UTF-8 comes as a lone surrogate (PEP 383), never as a guess: ask ``undecodable``.
    Raises as ``chunks`` does, and ``BrokenOff`` at a line longer than ``LONGEST_LINE`` bytes.
    """
    rest: list[bytes] = []
    held = 0
    first = True
    for chunk in chunks(path, caps):
        piece = chunk
        if first:
            piece, first = _without_mark(path, chunk), False
        cut = piece.rfind(b"\n")
        if cut >= 0:
            yield from _decoded(b"".join((*rest, piece[: cut + 1])))
            rest, held = [], 0
        rest.append(piece[cut + 1 :])
        held += len(rest[-1])
        if held > LONGEST_LINE:
            raise BrokenOff(f"{path} has a line longer than {LONGEST_LINE:,} bytes. Is it a text file?")
    if held:
        yield from _decoded(b"".join((*rest, b"\n")))


def _without_mark(path: Path, chunk: bytes) -> bytes:
    if chunk.startswith(UTF16_BOMS):
        raise UnreadableFile(f"{path} is UTF-16 text. Save it as UTF-8")
    return chunk.removeprefix(UTF8_BOM)


def _decoded(block: bytes) -> Iterator[str]:
    for line in block.decode(errors="surrogateescape").split("\n")[:-1]:
        yield line.removesuffix("\r")


def undecodable(text: str) -> bool:
    """Whether a text from ``raw_lines`` holds bytes that are not UTF-8."""
    return not text.isascii() and _ESCAPED_BYTE.search(text) is not None


def lines(path: Path, caps: Caps = CAPS) -> Iterator[Line | Unreadable]:
    """The lines of a UTF-8 file; one that is not UTF-8 comes as ``Unreadable``, and so does a break half way.

    Raises ``UnreadableFile`` where no line can be read or the file is beyond ``caps``.
    """
    number = 0
    try:
        for number, text in enumerate(raw_lines(path, caps), start=1):
            if undecodable(text):
                yield Unreadable(path.name, f"line {number}", "is not UTF-8. Save the file as UTF-8")
            else:
                yield Line(number, text)
    except BrokenOff as error:
        if not number:
            raise
        yield Unreadable(path.name, f"after line {number}", f"the rest could not be read: {error}")
