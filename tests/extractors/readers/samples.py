"""What the readers' tests share."""

import gzip
from pathlib import Path

from isthmus.extractors.readers import read
from isthmus.extractors.reading import Deletion, Note, Record, Unreadable
from isthmus.graph.model import Document


def records(path: Path, kind=None) -> list[Record]:
    return list(read(path, lambda curie: None, kind))


def documents(path: Path, kind=None) -> list[Document]:
    return [record for record in records(path, kind) if isinstance(record, Document)]


def unreadable(path: Path, kind=None) -> list[Unreadable]:
    return [record for record in records(path, kind) if isinstance(record, Unreadable)]


def notes(path: Path, kind=None) -> dict[tuple[str, str], int]:
    return {(record.topic, record.text): record.count for record in records(path, kind) if isinstance(record, Note)}


def deletions(path: Path, kind=None) -> list[str]:
    return [record.document for record in records(path, kind) if isinstance(record, Deletion)]


def written(path: Path, content: str | bytes, *, packed: bool = False) -> Path:
    """The file with this content, gzip where ``packed``."""
    content = content.encode() if isinstance(content, str) else content
    path.write_bytes(gzip.compress(content, mtime=0) if packed else content)
    return path
