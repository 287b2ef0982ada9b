"""From a store's URL to the store."""

from __future__ import annotations

from pathlib import Path
from typing import TypeAlias
from urllib.parse import unquote, urlsplit

from isthmus.errors import UsageError
from isthmus.graph.stores.protocol import Store, StoreUnreachable

NEO4J_SCHEMES = ("neo4j", "neo4j+s", "neo4j+ssc", "bolt", "bolt+s", "bolt+ssc")


Place: TypeAlias = tuple[int, int] | None  # device and number of a file; a server has none


class UnknownStore(UsageError):
    """A store URL that names no kind of store."""


def open_store(url: str, *, create: bool = True, patience: float = 30.0) -> Store:
    """Open the store that a URL names: ``sqlite:///relative/or/absolute.db``, ``neo4j://``, ``bolt://`` (with ``+s``).

    ``sqlite:///graph.db`` lies in the current folder, ``sqlite:////srv/graph.db`` at an absolute place; a plain path
    that ends in ``.db``, ``.sqlite`` or ``.sqlite3`` is taken as such a file. With ``create`` a file that is not there is
    made, its folder too. A server that has gone away is asked again for ``patience`` seconds.

    Raises:
        UnknownStore: another scheme, or none.
        StoreUnreachable: the store does not answer, is not one of ours, or is not there and ``create`` is false.
    """
    scheme = urlsplit(url).scheme.lower()
    if scheme in NEO4J_SCHEMES:
        from isthmus.graph.stores.neo4j import Neo4jStore  # the driver takes 0.2 s to import

        return Neo4jStore(url, patience)
    from isthmus.graph.stores.sqlite import SqliteStore

    return SqliteStore(sqlite_path(url), create=create)


def sqlite_path(url: str) -> Path:
    """The file that a ``sqlite:///`` URL or a plain path names.

    >>> sqlite_path("sqlite:///graph.db").as_posix(), sqlite_path("sqlite:////srv/graph.db").as_posix()
    ('graph.db', '/srv/graph.db')

    Raises:
        UnknownStore: it names no file.
    """
    if url.startswith("sqlite:///"):
        path = unquote(url.removeprefix("sqlite:///").partition("?")[0])
        if path:
            return Path(path).expanduser()
    elif "://" not in url and Path(url).suffix in (".db", ".sqlite", ".sqlite3"):
        return Path(url).expanduser()
    raise UnknownStore(
        f"{_without_password(url)!r} names no store: use sqlite:///path/to/file.db, {'://, '.join(NEO4J_SCHEMES)}://"
    )


def place_of(url: str) -> Place:
    """What tells the file that a URL names from another one that is put in its place.

    Raises:
        UnknownStore: as ``open_store``.
        StoreUnreachable: no file is there.
    """
    if urlsplit(url).scheme.lower() in NEO4J_SCHEMES:
        return None
    path = sqlite_path(url)
    try:
        found = path.stat()
    except OSError:
        raise StoreUnreachable(f"there is no store at {path}: ingest something, or name another with --store") from None
    return found.st_dev, found.st_ino


def _without_password(url: str) -> str:
    scheme, separator, rest = url.partition("://")
    return f"{scheme}{separator}{rest.rpartition('@')[2]}"


__all__ = ["NEO4J_SCHEMES", "Place", "StoreUnreachable", "UnknownStore", "open_store", "place_of", "sqlite_path"]
