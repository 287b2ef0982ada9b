"""XML from anywhere, taken apart record by record.

A file is cut at its records' tags and each record is parsed by itself, so that memory does not grow with the file, a
broken record leaves the others whole, and *no document type ever reaches the parser*: a DOCTYPE is passed over and
nothing that it names is loaded. A file that declares an entity, its own or an external one, is refused there.
Depth (256 elements) and the size of one text (10 MB) are bounded by the parser, a record's size by ``LONGEST_RECORD``.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from lxml import etree

from isthmus.extractors.readers.source import UTF8_BOM, BrokenOff, chunks
from isthmus.extractors.reading import UnreadableFile

LONGEST_RECORD = 32 * 2**20
_LONGEST_GAP = 2**20
_LONGEST_TAG = 256
# A record that is parsed by itself has lost the prefixes that its file declares at the top.
_OPENING = b'<record xmlns:mml="http://www.w3.org/1998/Math/MathML" xmlns:xlink="http://www.w3.org/1999/xlink">'
_ENCODINGS = {"utf-8", "ascii", "utf-16", "utf-16-le", "utf-16-be", "iso8859-1", "iso8859-15", "cp1252"}
_DECLARED = re.compile(rb"""<\?xml[^>]{0,200}?encoding\s*=\s*["']([A-Za-z0-9._-]{1,40})["']""")
# What may stand between records: white space, processing instructions, document types and the tags around the records.
_DOCTYPE = re.compile(rb"<!DOCTYPE[^\[<>]*(?:\[[^\]]*\]\s*)?>")
_INSTRUCTION = re.compile(rb"<\?[^>]*\?>")


class UnsafeXml(UnreadableFile):
    """XML that declares entities: they can read other files, or grow without end."""


@dataclass(frozen=True, slots=True)
class Piece:
    """One record's own XML in UTF-8; ``line`` is where it starts, ``fault`` why it is not whole, where it is not."""

    name: str
    xml: bytes
    line: int
    fault: str = ""


def tree(piece: Piece) -> etree._Element:
    """One record as a tree, without comments and processing instructions; the prefixes of MathML and XLink are known.

    Raises ``etree.XMLSyntaxError`` where it is not well-formed, deeper than the parser's bound, or names an entity that
    XML itself does not have. Lines in the error count from the record's first.
    """
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        huge_tree=False,
        load_dtd=False,
        dtd_validation=False,
        remove_comments=True,
        remove_pis=True,
        encoding="utf-8",
    )
    return etree.fromstring(b"%s%s</record>" % (_OPENING, piece.xml), parser)[0]


def pieces(path: Path, names: Sequence[str], around: Sequence[str], inner: Sequence[str] = ()) -> Iterator[Piece]:
    """The records of a file, in order: elements called one of ``names``, found inside elements called ``around``.

    Those of ``names`` that are also in ``inner`` may stand inside other records, and are then part of them.
    A record that is cut short, and anything else between records, comes as a ``Piece`` with a ``fault``. Comments
    between records are passed over with all they hold. Raises ``UnsafeXml`` at an entity declaration, and
    ``UnreadableFile`` as ``source.chunks`` does or where the encoding is not one that is read.
    """
    return _Cutter(path, names, around, inner).pieces()


def _utf8(path: Path) -> Iterator[bytes]:
    """The file as UTF-8, whichever encoding its mark or its declaration names."""
    stream = chunks(path)
    first = next(stream, b"")
    encoding = _encoding(path, first)
    if encoding in ("utf-8", "ascii"):
        yield first.removeprefix(UTF8_BOM)
        yield from stream
        return
    decoder = codecs.getincrementaldecoder(encoding)()
    try:
        yield decoder.decode(first).encode()
        for chunk in stream:
            yield decoder.decode(chunk).encode()
        yield decoder.decode(b"", final=True).encode()
    except UnicodeError as error:
        raise BrokenOff(f"{path} is not the {encoding} it says it is ({error.__class__.__name__})") from error


def _encoding(path: Path, start: bytes) -> str:
    if start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    if start.startswith(b"<\0"):
        return "utf-16-le"
    if start.startswith(b"\0<"):
        return "utf-16-be"
    declared = _DECLARED.match(start.removeprefix(UTF8_BOM).lstrip())
    name = declared[1].decode() if declared else "utf-8"
    try:
        encoding = codecs.lookup(name).name
    except LookupError:
        encoding = name
    if encoding not in _ENCODINGS:
        raise UnreadableFile(f"{path} is XML in encoding {name!r}, which is not read. Save it as UTF-8")
    return encoding


class _Cutter:
    """Where a pass over a file stands: the bytes held, the place reached in them, and the line of that place."""

    def __init__(self, path: Path, names: Sequence[str], around: Sequence[str], inner: Sequence[str]) -> None:
        self.path = path
        self.around = re.compile(rb"<(/?)(?:%s)(?=[\s/>])[^<>]*>" % _any(around))
        self.start = re.compile(rb"<!--|(?i:<!entity)|<(%s)(?=[\s/>])" % _any(names))
        outer = [name for name in names if name not in inner]
        # a record that starts inside another one: the closing tag of the first is missing
        self.ends = {
            name: re.compile(rb"</%s\s*>|<(?:%s)(?=[\s/>])" % (name.encode(), _any({*outer, name}))) for name in names
        }
        self.held = b""
        self.at = 0
        self.line = 1
        self.opened = 0

    def pieces(self) -> Iterator[Piece]:
        stream = _utf8(self.path)
        stopped = ""
        more = True
        while more:
            try:
                chunk = next(stream, b"")
            except BrokenOff as error:
                chunk, stopped = b"", str(error)
            more = bool(chunk)
            self.held, self.at = self.held[self.at :] + chunk, 0
            yield from self._cut(final=not more)
        if stopped:
            yield Piece("", b"", self.line, f"the rest could not be read: {stopped}")
        elif self.opened > 0:
            yield Piece("", b"", self.line, "the file ends before its closing tag: records may be missing")

    def _cut(self, *, final: bool) -> Iterator[Piece]:
        """All records that the bytes held so far make whole."""
        while found := self.start.search(self.held, self.at):
            if found[0] == b"<!--":
                end = self.held.find(b"-->", found.end())
                if end < 0:
                    yield from self._unfinished_comment(found.start(), final=final)
                    return
                yield from self._gap(found.start())
                self._pass(end + 3)
            elif found[1] is None:
                line = self.line + self.held.count(b"\n", self.at, found.start())
                raise UnsafeXml(
                    f"{self.path}, line {line}: declares an entity, which is refused for safety. Remove the declaration"
                )
            else:
                record = self._record(found, final=final)
                if record is None:
                    return
                yield from self._gap(found.start())
                yield self._take(*record)
        if final:
            yield from self._gap(len(self.held))
        elif len(self.held) - self.at > _LONGEST_GAP:
            # a tag may be cut by the end of the chunk: keep what could be its first part
            cut = self.held.rfind(b"<", len(self.held) - _LONGEST_TAG)
            yield from self._gap(cut if cut > 0 else len(self.held))

    def _record(self, found: re.Match[bytes], *, final: bool) -> tuple[str, int, str] | None:
        """Name, end and fault of the record that starts there; None where more bytes are needed."""
        name = found[1].decode()
        tag_end = self.held.find(b">", found.end())
        if tag_end > 0 and self.held[tag_end - 1 : tag_end] == b"/":
            return name, tag_end + 1, ""
        end = self.ends[name].search(self.held, found.end())
        if end and end[0].startswith(b"</"):
            return name, end.end(), ""
        if end:
            return name, end.start(), f"its closing tag </{name}> is missing"
        if len(self.held) - found.start() > LONGEST_RECORD:
            return name, len(self.held), f"it is longer than {LONGEST_RECORD:,} bytes"
        if final:
            return name, len(self.held), f"the file ends inside it, before </{name}>. Get the file again"
        return None

    def _take(self, name: str, end: int, fault: str) -> Piece:
        piece = Piece(name, self.held[self.at : end], self.line, fault)
        self._pass(end)
        return piece

    def _unfinished_comment(self, start: int, *, final: bool) -> Iterator[Piece]:
        """Pass over a long comment without holding it."""
        yield from self._gap(start)
        if final:
            yield Piece("", b"", self.line, "a comment that starts here never ends, so the rest could not be read")
            self._pass(len(self.held))
        elif len(self.held) - self.at > _LONGEST_GAP:
            self._pass(len(self.held) - 2)
            self.held, self.at = b"<!--" + self.held[self.at :], 0

    def _gap(self, end: int) -> Iterator[Piece]:
        """Pass over what stands between two records; what has no business there is reported."""
        gap, line = self.held[self.at : end], self.line
        self._pass(end)
        for tag in self.around.finditer(gap):
            if not tag[0].endswith(b"/>"):
                self.opened += -1 if tag[1] else 1
        rest = _INSTRUCTION.sub(b"", _DOCTYPE.sub(b"", self.around.sub(b"", gap))).strip()
        if rest:
            line += gap.count(b"\n", 0, gap.find(rest.split(maxsplit=1)[0]))
            shown = rest[:60].decode(errors="replace")
            yield Piece("", gap, line, f"what stands between the records is not a record: {shown!r}")

    def _pass(self, end: int) -> None:
        self.line += self.held.count(b"\n", self.at, end)
        self.at = end


def _any(names: Iterable[str]) -> bytes:
    return b"|".join(re.escape(name.encode()) for name in sorted(names))
