"""A small graph on a real server: a few papers, a crowd that all know one another, and what nobody may see."""

from graph.samples import (
    APP_CAUSES_ALZHEIMER,
    BACE1_CUTS_APP,
    DRUG_INHIBITS_BACE1,
    DRUG_TREATS_ALZHEIMER,
    paper,
)

from isthmus.graph.stores.entries import EntryKind
from isthmus.graph.stores.neo4j import Neo4jStore

SECRET = "address-of-an-alert-that-nobody-may-see"
CROWD = 60


def fill(server) -> None:
    with Neo4jStore(server.url) as store:
        store.write([paper("pmid:1", BACE1_CUTS_APP, DRUG_INHIBITS_BACE1)])
        store.write([paper("pmid:2", DRUG_TREATS_ALZHEIMER, APP_CAUSES_ALZHEIMER)])
        store.put_entry(EntryKind.WATCH, "k1", {"hash": SECRET})
    server.query(
        f"UNWIND range(1, {CROWD}) AS i "
        "CREATE (:Entity:Gene:Crowd {id: 'c' + i, name: 'c' + i, category: 'Gene', synonyms: []})"
    )
    server.query("MATCH (a:Crowd), (b:Crowd) WHERE a.id < b.id CREATE (a)-[:CAUSES {belief: 0.1}]->(b)")
    server.query("CALL db.awaitIndexes(60)")


def size(server) -> tuple[int, int]:
    [nodes] = server.query("MATCH (n) RETURN count(n) AS n, sum(size(keys(n))) AS p")
    [edges] = server.query("MATCH ()-[r]->() RETURN count(r) AS n")
    return nodes["n"], nodes["p"], edges["n"]
