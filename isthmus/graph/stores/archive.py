"""Everything that a store holds, in the form that every store can take: what a backup is made of.

A graph is taken out by its readings (see ``assembly``), with the words in which each of them describes things, so that
a store made from them goes on as the first one would: documents can be withdrawn, replaced and found unchanged in it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Protocol, TypeVar

from isthmus.graph.stores.assembly import Reading
from isthmus.graph.stores.entries import Entry
from isthmus.graph.stores.ledger import LedgerRow
from isthmus.graph.stores.protocol import Counts, Store, Written
from isthmus.graph.verdict import Verdict

T = TypeVar("T")


class Contents(Protocol):
    """All that a store holds, as of one moment. Each stream comes in the order of its ids."""

    graph_hash: str
    counts: Counts

    def verdicts(self) -> list[Verdict]:
        """All verdicts, oldest first."""

    def entries(self) -> Iterator[Entry]:
        """All entries, by kind and id."""

    def ledger(self) -> Iterator[LedgerRow]:
        """The rows of the ledger that have no reading: failures, what was deleted."""

    def readings(self) -> Iterator[Reading]:
        """Every part of every document that was read, each with its row of the ledger."""


class Archive(Protocol):
    """A store, for who takes all of it out or puts all of it in."""

    def read(self, consume: Callable[[Contents], T]) -> T:
        """Call ``consume`` with what the store holds now; what is written meanwhile is not in it.

        On a server that does not keep an old state for a reader, writers wait until ``consume`` is done; it may be called
        again from the start where the server asks for that.
        """

    def write(self, readings: Sequence[Reading]) -> Written:
        """Write readings whole, in one transaction; those that are in already are left as they are."""

    def keep(self, entries: Sequence[Entry]) -> None:
        """Write entries as they were, with their revisions and times; one that is there already stays as it is."""


def archive_of(store: Store) -> Archive:
    """The archive of a store."""
    from isthmus.graph.stores.sqlite import SqliteStore

    if isinstance(store, SqliteStore):
        from isthmus.graph.stores.sqlite_archive import SqliteArchive

        return SqliteArchive(store)
    from isthmus.graph.stores.neo4j import Neo4jStore  # the driver takes 0.2 s to import
    from isthmus.graph.stores.neo4j_archive import Neo4jArchive

    assert isinstance(store, Neo4jStore)
    return Neo4jArchive(store)
