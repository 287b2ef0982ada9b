"""Verdicts in Neo4j, and which of them count for the statements that are there."""

from __future__ import annotations

from collections.abc import Collection, Iterable

import neo4j

from isthmus.graph.stores.neo4j_queries import look_up, rows_of
from isthmus.graph.verdict import Verdict, VerdictAbout, VerdictKind, in_order, latest

_COLUMNS = "v.target, v.about, v.kind, v.reviewer, v.comment, v.evidence, v.at"


def put(tx: neo4j.ManagedTransaction, verdict: Verdict) -> bool:
    """Keep a verdict. Returns whether it is a new one."""
    row = {
        "target": verdict.target,
        "about": verdict.about.value,
        "kind": verdict.kind.value,
        "reviewer": verdict.reviewer,
        "comment": verdict.comment,
        "evidence": verdict.evidence,
        "at": verdict.at,
    }
    written = tx.run("MERGE (v:Verdict {id: $id}) ON CREATE SET v += $row", id=verdict.id, row=row).consume()
    return written.counters.nodes_created > 0


def delete(tx: neo4j.ManagedTransaction, verdict: str) -> Verdict | None:
    """Take a verdict out, and return it."""
    for row in rows_of(tx, "MATCH (v:Verdict {id: $id})", _COLUMNS, id=verdict):
        tx.run("MATCH (v:Verdict {id: $id}) DELETE v", id=verdict).consume()
        return _verdict(*row)
    return None


def verdicts(tx: neo4j.ManagedTransaction, targets: Iterable[str] | None, reviewer: str | None) -> list[Verdict]:
    """All, or those on these targets, by this reviewer; oldest first, then by id."""
    his = "" if reviewer is None else " WHERE v.reviewer = $reviewer"
    if targets is None:
        rows = rows_of(tx, f"MATCH (v:Verdict){his}", _COLUMNS, reviewer=reviewer)
    else:
        rows = list(look_up(tx, "MATCH (v:Verdict {target: id})", _COLUMNS, targets))
    found = (_verdict(*row) for row in rows)
    return in_order(each for each in found if reviewer is None or each.reviewer == reviewer)


def counting(tx: neo4j.ManagedTransaction, statements: Collection[str] | None = None) -> list[Verdict]:
    """The verdicts that count for these statements, or for all that are there."""
    said = f"v.about = '{VerdictAbout.STATEMENT}'"
    if not rows_of(tx, f"MATCH (v:Verdict) WHERE {said} WITH v LIMIT 1", "v.id"):
        return []
    if statements is None:
        there = "MATCH (v:Verdict) WHERE {} AND EXISTS {{ MATCH (:Statement {{id: v.target}}) }}"
        rows = rows_of(tx, there.format(said), _COLUMNS)
    else:
        rows = list(look_up(tx, f"MATCH (v:Verdict {{target: id}}) WHERE {said}", _COLUMNS, statements))
    return latest(_verdict(*row) for row in rows)


def _verdict(target: str, about: str, kind: str, reviewer: str, comment: str, evidence: str, at: str) -> Verdict:
    return Verdict(target, VerdictAbout(about), VerdictKind(kind), reviewer, comment, evidence, at)
