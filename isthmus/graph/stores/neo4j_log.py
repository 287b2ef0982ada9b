"""The log of what each write has touched, in Neo4j: how far a graph in memory is behind the server.

``(:Change {revision, total, version, statements, entities})``: ids of what was touched, whether it is there still or not;
absent where a write touched more than is worth keeping. ``total`` counts what was touched from the first write on.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import neo4j

from isthmus.graph.stores.columns import Fingerprint
from isthmus.graph.stores.neo4j_columns import Some
from isthmus.graph.stores.neo4j_queries import rows_of

KEPT = 300_000  # things touched that the log remembers


@dataclass(slots=True)
class Touched:
    """Ids of what one write touches."""

    statements: set[str] = field(default_factory=set)
    entities: set[str] = field(default_factory=set)


def log_change(tx: neo4j.ManagedTransaction, touched: Touched, kept: int = KEPT) -> None:
    """Write a node for the revision that this transaction makes, and forget what is too long ago."""
    size = len(touched.statements) + len(touched.entities)
    written = {"statements": sorted(touched.statements), "entities": sorted(touched.entities)} if size <= kept else {}
    [[revision, before]] = rows_of(
        tx,
        "MATCH (g:Graph {id: 'isthmus'}) OPTIONAL MATCH (c:Change {revision: g.revision - 1})",
        "g.revision, coalesce(c.total, 0)",
    )
    tx.run(
        "CREATE (c:Change {revision: $revision, total: $total, version: ''}) SET c += $written "
        "WITH c MATCH (old:Change) WHERE old.revision < $revision AND old.total <= $total - $kept DELETE old",
        revision=revision,
        total=before + size,
        written=written,
        kept=kept,
    ).consume()


def remember(tx: neo4j.ManagedTransaction, revision: int, found: Fingerprint) -> None:
    """What was worked out of the graph as the write ``revision`` left it, if that was the last."""
    tx.run(
        "MERGE (g:Graph {id: 'isthmus'}) ON CREATE SET g.revision = 0 WITH g WHERE g.revision = $revision "
        "SET g.hash = $hash, g.unjudged = $unjudged, g.version = $version, g.hashed_revision = $revision "
        "MERGE (c:Change {revision: $revision}) ON CREATE SET c.total = 0 SET c.version = $version",
        revision=revision,
        hash=found.graph_hash,
        unjudged=found.unjudged,
        version=found.version,
    ).consume()


def keep_hashes(tx: neo4j.ManagedTransaction) -> None:
    """The write that comes changes verdicts alone: what was worked out of the rest of the graph stays known."""
    tx.run(
        "MATCH (g:Graph {id: 'isthmus'}) WHERE g.hashed_revision = g.revision "
        "SET g.hashed_revision = g.revision + 1, g.version = ''"
    ).consume()


def touched_since(tx: neo4j.ManagedTransaction, version: str) -> Some | None:
    """What was touched since the graph had this version, or ``None`` where the log does not say."""
    [[now, then]] = rows_of(
        tx,
        "OPTIONAL MATCH (g:Graph {id: 'isthmus'}) OPTIONAL MATCH (c:Change {version: $version}) "
        "WITH g.revision AS now, max(c.revision) AS then",
        "coalesce(now, 0), then",
        version=version or "none",
    )
    if then is None:
        return None
    rows = rows_of(
        tx,
        "MATCH (c:Change) WHERE c.revision > $then AND c.statements IS NOT NULL",
        "c.statements, c.entities",
        then=then,
    )
    if len(rows) < now - then:
        return None
    return Some(*(frozenset().union(*(row[place] for row in rows)) for place in (0, 1)))
