"""Evidence and statements after a change: what nobody says any more goes, belief is that of the evidence there is."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import neo4j
import numpy as np

from isthmus.graph.belief import EvidenceArrays, Piece, believe, contradict, judge
from isthmus.graph.model import Assertion, Evidence, Statement
from isthmus.graph.stores.assembly import Reading
from isthmus.graph.stores.neo4j_changes import Changes
from isthmus.graph.stores.neo4j_log import Touched
from isthmus.graph.stores.neo4j_queries import batches, look_up, write_rows
from isthmus.graph.stores.neo4j_rows import (
    EVIDENCE_PROPERTIES,
    STATEMENT_COLUMNS,
    STATEMENT_PROPERTIES,
    evidence_row,
    statement_from_row,
    statement_row,
    whose_paper,
)
from isthmus.graph.stores.neo4j_verdicts import counting
from isthmus.graph.stores.protocol import StatementRow
from isthmus.graph.verdict import Verdict, VerdictKind
from isthmus.graph.vocabulary import Predicate
from isthmus.steps import step

_KIND = {each: number for number, each in enumerate(VerdictKind)}


class LostWrite(RuntimeError):
    """The server wrote less than it was asked to: a fault of ours, found before the transaction is committed."""


class Standing(NamedTuple):
    """What the evidence makes of a statement."""

    belief: float
    evidence_count: int
    first_year: int | None


@dataclass(slots=True)
class Witnesses:
    """The evidence of some statements."""

    position: dict[str, int]
    documents: dict[str, int] = field(default_factory=dict)
    pieces: list[Piece] = field(default_factory=list)
    counts: list[int] = field(default_factory=list)
    years: dict[int, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.counts = [0] * len(self.position)

    def add(
        self,
        statement: str,
        document: str,
        year: int | None,
        said: tuple[str, float, str],
        whose: tuple[str, bool, bool],
    ) -> None:
        """One piece of evidence: who ``said`` it (extractor, score, assertion), and ``whose`` paper it stands in."""
        position = self.position[statement]
        self.counts[position] += 1
        if year is not None:
            self.years[position] = min(year, self.years.get(position, year))
        number = self.documents.setdefault(document, len(self.documents))
        (extractor, score, assertion), (author, review, retracted) = said, whose
        speculated = assertion == Assertion.SPECULATED
        self.pieces.append(Piece(position, number, author, review, extractor, score, speculated, retracted))

    def standings(self, opposites: Mapping[str, str], verdicts: Sequence[Verdict]) -> dict[str, Standing]:
        """What they make of each statement, and the verdicts that count of it."""
        own = believe(EvidenceArrays.of(self.pieces), len(self.position))
        judged = np.array([self.position[each.target] for each in verdicts], dtype=np.int64)
        own = judge(own, judged, np.array([_KIND[each.kind] for each in verdicts], dtype=np.int8))
        against = [self.position.get(opposites[statement], -1) for statement in self.position]
        belief = contradict(own, np.array(against, dtype=np.int64)).tolist() if against else []
        return {
            statement: Standing(belief[index], self.counts[index], self.years.get(index))
            for statement, index in self.position.items()
        }


def settle_statements(
    tx: neo4j.ManagedTransaction,
    readings: Iterable[Reading],
    changes: Changes,
    whose: Mapping[str, tuple[str, bool, bool]],
    reconsider: Collection[str],
    log: Touched,
) -> tuple[int, int]:
    """Write what readings say, take out what none says any more.

    Args:
        tx: the writing transaction; the documents in it are those of after the change, the statements those of before.
        readings: those that come.
        changes: who gives and who takes away which evidence.
        whose: senior author, review and retracted, of each document that the readings read or cite.
        reconsider: documents for which that has changed.
        log: takes the statements that are touched.

    Returns:
        How many statements and how many pieces of evidence are new.
    """
    said: dict[str, Statement] = {}
    evidence: dict[str, Evidence] = {}
    for reading in readings:
        said.update(reading.statements)
        evidence.update(reading.evidence)
    new_evidence, touched = _settle_owners(tx, changes, evidence)
    touched |= {statement for [statement] in look_up(tx, _IN_DOCUMENT, "e.statement", reconsider)}
    touched |= {each.statement for each in new_evidence.values()}
    log.statements |= touched
    said, stored = _look_up_statements(tx, touched, said)
    with step("belief.settle", store="neo4j", statements=len(said)):
        standings = _weigh(tx, said, stored, new_evidence.values(), whose)
    rows = {key: evidence_row(each, sorted(changes.given[key])) for key, each in new_evidence.items()}
    _create(tx, said, stored, standings, rows.values())
    _update(tx, stored, standings)
    return len(said.keys() - stored.keys()), len(new_evidence)


def settle_judged(tx: neo4j.ManagedTransaction, statement: str, log: Touched) -> None:
    """The belief in a statement that is there, and in its opposite, when a verdict on it has come or gone."""
    log.statements.add(statement)
    said, stored = _look_up_statements(tx, {statement}, {})
    with step("belief.settle", store="neo4j", statements=len(said)):
        _update(tx, stored, _weigh(tx, said, stored, (), {}))


_IN_DOCUMENT = "MATCH (:Document {id: id})<-[:FROM]-(e:Evidence)"


def _settle_owners(
    tx: neo4j.ManagedTransaction, changes: Changes, evidence: Mapping[str, Evidence]
) -> tuple[dict[str, Evidence], set[str]]:
    """Who gives which evidence. Returns what is new, not written yet, and the statements that have lost some."""
    given = {key: readings for key, readings in changes.given.items() if readings}
    taken = {key: readings for key, readings in changes.taken.items() if readings}
    stored: set[str] = set()
    kept: list[list[Any]] = []
    gone: list[str] = []
    bereft: set[str] = set()
    columns = "e.id, e.readings, e.statement"
    for key, readings, statement in look_up(tx, "MATCH (e:Evidence {id: id})", columns, {*given, *taken}):
        stored.add(key)
        owners = set(readings).difference(taken.get(key, ())).union(given.get(key, ()))
        if owners:
            kept.append([key, sorted(owners)])
        else:
            gone.append(key)
            bereft.add(statement)
    write_rows(tx, "UNWIND $rows AS r MATCH (e:Evidence {id: r[0]}) SET e.readings = r[1]", kept)
    write_rows(tx, "UNWIND $rows AS r MATCH (e:Evidence {id: r}) DETACH DELETE e", gone)
    return {key: evidence[key] for key in sorted(given.keys() - stored)}, bereft


def _look_up_statements(
    tx: neo4j.ManagedTransaction, touched: Collection[str], said: Mapping[str, Statement]
) -> tuple[dict[str, Statement], dict[str, StatementRow]]:
    """The touched statements with those of their opposites that exist, and of all these the ones in the store."""
    columns = f"s.id, {STATEMENT_COLUMNS}"

    def rows(ids: Iterable[str]) -> dict[str, StatementRow]:
        return {
            row[0]: statement_from_row(row[1:]) for row in look_up(tx, "MATCH (s:Statement {id: id})", columns, ids)
        }

    stored = rows(touched)
    statements = {key: stored[key].statement if key in stored else said[key] for key in touched}
    opposites = {statement.negate().id for statement in statements.values()}
    stored |= rows(opposites - statements.keys())
    return statements | {key: row.statement for key, row in stored.items()}, stored


def _weigh(
    tx: neo4j.ManagedTransaction,
    statements: Mapping[str, Statement],
    stored: Collection[str],
    new_evidence: Iterable[Evidence],
    whose: Mapping[str, tuple[str, bool, bool]],
) -> dict[str, Standing]:
    witnesses = Witnesses({statement: index for index, statement in enumerate(sorted(statements))})
    match = "MATCH (:Statement {id: id})<-[:SUPPORTS]-(e:Evidence)-[:FROM]->(d:Document)"
    columns = ", ".join(("id, d.id, e.year, e.extractor, e.score, e.assertion", *whose_paper("d")))
    for statement, document, year, extractor, score, assertion, author, review, retracted in look_up(
        tx, match, columns, stored
    ):
        witnesses.add(statement, document, year, (extractor, score, assertion), (author, review, retracted))
    for each in new_evidence:
        said = each.extractor, each.score, each.assertion
        witnesses.add(each.statement, each.document, each.year, said, whose[each.document])
    opposites = {key: statement.negate().id for key, statement in statements.items()}
    return witnesses.standings(opposites, counting(tx, statements.keys()))


# -- writing ------------------------------------------------------------------------------------------------------

_SUPPORT = (
    f"MATCH (d:Document {{id: e[2]}}) CREATE (x:Evidence {EVIDENCE_PROPERTIES}) "
    "CREATE (x)-[:SUPPORTS]->(s) CREATE (x)-[:FROM]->(d)"
)


def _create(
    tx: neo4j.ManagedTransaction,
    said: Mapping[str, Statement],
    stored: Mapping[str, StatementRow],
    standings: Mapping[str, Standing],
    evidence: Iterable[list[Any]],
) -> None:
    """New statements with their evidence, predicate by predicate, and new evidence for those that are there."""
    of_statement: defaultdict[str, list[list[Any]]] = defaultdict(list)
    more: list[list[Any]] = []
    for row in evidence:
        if row[1] in stored:
            more.append(row)
        else:
            of_statement[row[1]].append(row)
    by_predicate: defaultdict[Predicate, list[list[Any]]] = defaultdict(list)
    for key in sorted(of_statement):
        row = statement_row(said[key], *standings[key])
        by_predicate[said[key].predicate].append([*row, of_statement[key]])
    for predicate, rows in sorted(by_predicate.items()):
        query = (
            "UNWIND $rows AS r MATCH (a:Entity {id: r[1]}) MATCH (b:Entity {id: r[2]}) "
            f"CREATE (s:Statement {STATEMENT_PROPERTIES}) "
            "CREATE (s)-[:SUBJECT]->(a) CREATE (s)-[:OBJECT]->(b) "
            f"CREATE (a)-[:{predicate.relationship_type} {{statement_id: r[0], negated: r[3], belief: r[7], "
            "evidence_count: r[8], first_year: r[9]}]->(b) "
            f"WITH s, r UNWIND r[10] AS e {_SUPPORT}"
        )
        _create_all(tx, query, rows, sum(1 + len(row[10]) for row in rows), predicate=predicate.value)
    _create_all(tx, f"UNWIND $rows AS e MATCH (s:Statement {{id: e[1]}}) {_SUPPORT}", more, len(more))


def _create_all(
    tx: neo4j.ManagedTransaction, query: str, rows: list[list[Any]], asked: int, **parameters: object
) -> None:
    created = 0
    for some in batches(rows):
        created += tx.run(query, {"rows": some, **parameters}).consume().counters.nodes_created
    if created != asked:
        raise LostWrite(f"Neo4j created {created} of {asked} nodes: an end of a statement or a document is missing")


def _update(
    tx: neo4j.ManagedTransaction, stored: Mapping[str, StatementRow], standings: Mapping[str, Standing]
) -> None:
    """Statements that were there before: their new belief, or their end when no evidence is left."""
    changed: defaultdict[str, list[list[Any]]] = defaultdict(list)
    gone: defaultdict[str, list[str]] = defaultdict(list)
    for key, row in sorted(stored.items()):
        standing, kind = standings[key], row.statement.predicate.relationship_type
        if not standing.evidence_count:
            gone[kind].append(key)
        elif standing != (row.belief, row.evidence_count, row.first_year):
            changed[kind].append([key, *standing])
    for kind, rows in sorted(changed.items()):
        update = "".join(f"SET {x}.belief = r[1], {x}.evidence_count = r[2], {x}.first_year = r[3] " for x in "se")
        write_rows(tx, f"UNWIND $rows AS r MATCH (s:Statement {{id: r[0]}}) {_edge(kind)} {update}", rows)
    for kind, keys in sorted(gone.items()):
        write_rows(tx, f"UNWIND $rows AS r MATCH (s:Statement {{id: r}}) {_edge(kind)} DELETE e DETACH DELETE s", keys)


def _edge(relationship_type: str) -> str:
    """From a statement to the relationship between its ends that people look at."""
    return (
        "MATCH (s)-[:SUBJECT]->(a:Entity) MATCH (s)-[:OBJECT]->(b:Entity) "
        f"MATCH (a)-[e:{relationship_type}]->(b) WHERE e.statement_id = s.id"
    )
