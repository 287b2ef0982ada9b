"""All of a Neo4j store, out within one transaction that holds the writers' lock, and in again."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

import neo4j

from isthmus.graph.model import Evidence, Statement
from isthmus.graph.stores import neo4j_columns, neo4j_entries, neo4j_read, neo4j_verdicts
from isthmus.graph.stores.archive import Contents
from isthmus.graph.stores.assembly import Reading
from isthmus.graph.stores.entries import Entry, EntryKind, to_json
from isthmus.graph.stores.ledger import LedgerRow
from isthmus.graph.stores.neo4j import Neo4jStore, _write_all
from isthmus.graph.stores.neo4j_changes import Said, text_digest
from isthmus.graph.stores.neo4j_entities import descriptions
from isthmus.graph.stores.neo4j_queries import look_up, rows_of, write_rows
from isthmus.graph.stores.neo4j_rows import LEDGER_COLUMNS, ledger_from_row
from isthmus.graph.stores.protocol import Counts, Written
from isthmus.graph.stores.records import document_from_json, entity_from_json
from isthmus.graph.verdict import Verdict

T = TypeVar("T")

PAGE = 1_000  # ledger rows or entries of one query
TOGETHER = 20_000  # pieces of evidence and mentions of readings that are looked up together

Row = list[Any]
Mentions = Mapping[tuple[str, int], Mapping[str, tuple[int, tuple[int, ...]]]]


class Neo4jArchive:
    """See ``Archive``."""

    def __init__(self, store: Neo4jStore) -> None:
        self._store = store

    def read(self, consume: Callable[[Contents], T]) -> T:
        """Call ``consume`` with what the store holds now; writers wait until it is done."""

        def alone(tx: neo4j.ManagedTransaction) -> T:
            # Neo4j shows a long read what others commit meanwhile, so they are made to wait; the value stays as it is.
            tx.run("MATCH (g:Graph {id: 'isthmus'}) SET g.revision = g.revision").consume()
            return consume(Neo4jContents(tx))

        return self._store._write(alone)  # of the same room

    def write(self, readings: Sequence[Reading]) -> Written:
        """Write readings whole, in one transaction; those that are in already are left as they are."""
        return self._store._write(_write_all, readings)

    def keep(self, entries: Sequence[Entry]) -> None:
        """Write entries as they were; one that is there already stays as it is."""
        rows = [
            {
                "key": neo4j_entries.key_of(each.kind, each.id),
                "row": {
                    "id": each.id,
                    "value": to_json(each.kind, each.id, each.value),
                    "revision": each.revision,
                    "at": each.at,
                },
            }
            for each in entries
        ]
        query = "UNWIND $rows AS r MERGE (n:Entry {key: r.key}) ON CREATE SET n += r.row"
        self._store._write(lambda tx: write_rows(tx, query, rows))


@dataclass(frozen=True, slots=True)
class _Kept:
    """What a reading's node keeps."""

    part: int
    extractor: str
    said: Said
    ledger: LedgerRow


class Neo4jContents:
    """See ``Contents``. Everything is read within the one transaction."""

    def __init__(self, tx: neo4j.ManagedTransaction) -> None:
        self._tx = tx
        known = neo4j_columns.revision(tx)[1]
        self.graph_hash = (known or neo4j_columns.work_out_fingerprint(tx)).graph_hash
        self.counts: Counts = neo4j_read.counts(tx)

    def verdicts(self) -> list[Verdict]:
        """All verdicts, oldest first."""
        return neo4j_verdicts.verdicts(self._tx, None, None)

    def entries(self) -> Iterator[Entry]:
        """All entries, by kind and id."""
        for kind in sorted(EntryKind):
            after = ""
            while page := neo4j_entries.entries(self._tx, kind, "", after, PAGE):
                yield from page
                after = page[-1].id

    def ledger(self) -> Iterator[LedgerRow]:
        """The rows of the ledger that have no reading."""
        return (ledger_from_row(row[1:]) for row in self._pages("r.version IS NULL", LEDGER_COLUMNS))

    def readings(self) -> Iterator[Reading]:
        """Every part of every document that was read, by the id of its node."""
        kept = (
            _Kept(part, extractor, Said.unpack(key, document, packed), ledger_from_row(row))
            for key, document, part, extractor, packed, *row in self._pages(
                "r.version IS NOT NULL", f"r.document, r.part, r.version[1], r.said, {LEDGER_COLUMNS}"
            )
        )
        some: list[_Kept] = []
        size = 0
        for each in kept:
            some.append(each)
            size += len(each.said.evidence) + len(each.said.entities)
            if size >= TOGETHER:
                yield from self._whole(some)
                some, size = [], 0
        yield from self._whole(some)

    def _pages(self, condition: str, columns: str) -> Iterator[Row]:
        """Id and columns of the nodes of readings, by id."""
        after = ""
        match = f"MATCH (r:Reading) WHERE r.id > $after AND {condition} WITH r ORDER BY r.id LIMIT $limit"
        while page := rows_of(self._tx, match, f"r.id, {columns}", after=after, limit=PAGE):
            yield from page
            after = page[-1][0]

    def _whole(self, some: Sequence[_Kept]) -> Iterator[Reading]:
        described = descriptions(self._tx, {entity for each in some for entity in each.said.entities})
        documents = self._documents(each.said for each in some)
        evidence = self._evidence(each.said for each in some)
        statements = neo4j_read.statements(self._tx, {each.statement for each in evidence.values()})
        mentions = self._mentions({each.said.document for each in some})
        for each in some:
            said = each.said
            own = {key: evidence[key] for key in said.evidence}
            yield Reading(
                document=document_from_json(documents[said.document][0]),
                part=each.part,
                extractor=each.extractor,
                entities={
                    key: entity_from_json(described[key][1][digest]) if digest else None
                    for key, digest in said.entities.items()
                },
                mentions=mentions.get((said.document, each.part), {}),
                statements=_statements(own.values(), {key: row.statement for key, row in statements.items()}),
                evidence=own,
                citations={
                    key: document_from_json(documents[key][1][digest]) for key, digest in said.citations.items()
                },
                ledger=each.ledger,
            )

    def _documents(self, said: Iterable[Said]) -> dict[str, tuple[str, dict[str, str]]]:
        """Of each document that is read or cited: its value, and the stubs that cite it by their digests."""
        wanted = {key for each in said for key in (each.document, *each.citations)}
        rows = look_up(self._tx, "MATCH (d:Document {id: id})", "id, d.value, d.cited_as", wanted)
        return {key: (value, {text_digest(text): text for text in stubs or ()}) for key, value, stubs in rows}

    def _evidence(self, said: Iterable[Said]) -> dict[str, Evidence]:
        wanted = {key for each in said for key in each.evidence}
        found = neo4j_read.evidence_by_id(self._tx, wanted)
        return {each.id: each for each in found}

    def _mentions(self, documents: Iterable[str]) -> Mentions:
        found: dict[tuple[str, int], dict[str, tuple[int, tuple[int, ...]]]] = {}
        match = "MATCH (:Document {id: id})-[m:MENTIONS]->(e:Entity)"
        for document, part, entity, count, sentences in sorted(
            look_up(self._tx, match, "id, m.part, e.id, m.count, m.sentences", documents), key=lambda row: row[:3]
        ):
            found.setdefault((document, part), {})[entity] = count, tuple(sentences)
        return found


def _statements(evidence: Iterable[Evidence], known: Mapping[str, Statement]) -> dict[str, Statement]:
    return {key: known[key] for key in sorted({each.statement for each in evidence})}
