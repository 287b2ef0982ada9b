"""Constraints and indexes of the Neo4j store, and the steps that make them."""

import neo4j
import pytest
from samples import ALZHEIMER, BACE1_CUTS_APP, paper

from isthmus.graph.stores.neo4j import Neo4jStore
from isthmus.graph.stores.neo4j_schema import EMBEDDING_SIZE, MIGRATIONS, migrate
from isthmus.graph.stores.protocol import StoreUnreachable


@pytest.fixture
def session(neo4j_server):
    with neo4j_server.driver.session(database="neo4j") as session:
        yield session


@pytest.fixture
def untouched(session):
    """A database that no Isthmus has seen."""
    forget(session)
    yield session
    forget(session)


def forget(session):
    session.run("MATCH (n) DETACH DELETE n").consume()
    for name in [record["name"] for record in session.run("SHOW CONSTRAINTS YIELD name")]:
        session.run(f"DROP CONSTRAINT `{name}` IF EXISTS").consume()
    for name in [record["name"] for record in session.run("SHOW INDEXES YIELD name, type WHERE type <> 'LOOKUP'")]:
        session.run(f"DROP INDEX `{name}` IF EXISTS").consume()


def indexes(session):
    rows = session.run("SHOW INDEXES YIELD name, type, state, labelsOrTypes, properties WHERE type <> 'LOOKUP'")
    return {record["name"]: record.data() for record in rows}


def test_the_first_to_open_a_database_makes_its_indexes(untouched, neo4j_url):
    Neo4jStore(neo4j_url).close()
    found = indexes(untouched)
    assert {each["state"] for each in found.values()} == {"ONLINE"}
    kinds = {(each["type"], *each["labelsOrTypes"], *each["properties"]) for each in found.values()}
    assert {
        ("RANGE", "Entity", "id"),
        ("RANGE", "Statement", "id"),
        ("RANGE", "Evidence", "id"),
        ("RANGE", "Document", "id"),
        ("FULLTEXT", "Entity", "name", "synonyms"),
        ("VECTOR", "Entity", "embedding"),
    } <= kinds


def test_ids_are_unique(session, neo4j_url):
    with Neo4jStore(neo4j_url) as store:
        store.write([paper("pmid:1", BACE1_CUTS_APP)])
    for label in ("Entity", "Statement", "Evidence", "Document", "Reading"):
        with pytest.raises(neo4j.exceptions.ConstraintError):
            session.run(f"MATCH (n:{label}) WITH n LIMIT 1 CREATE (m:{label} {{id: n.id}})").consume()


def test_the_vector_index_takes_an_embedding(session, neo4j_url):
    with Neo4jStore(neo4j_url) as store:
        store.write([paper("pmid:1", names=(ALZHEIMER,))])
    vector = [1.0] + [0.0] * (EMBEDDING_SIZE - 1)
    session.run("MATCH (e:Entity) SET e.embedding = $vector", vector=vector).consume()
    session.run("CALL db.awaitIndexes()").consume()
    [hit] = session.run("CALL db.index.vector.queryNodes('entity_embedding', 1, $vector) YIELD node", vector=vector)
    assert hit["node"]["id"] == ALZHEIMER.id


def test_migrations_are_recorded_and_run_once(untouched):
    assert migrate(untouched, "here") == len(MIGRATIONS)
    assert migrate(untouched, "here") == 0
    recorded = untouched.run("MATCH (m:Migration) RETURN m.number AS number, m.at AS at ORDER BY number").data()
    assert [row["number"] for row in recorded] == list(range(1, len(MIGRATIONS) + 1))
    assert all(row["at"] for row in recorded)


def test_a_migration_that_was_cut_off_is_run_again(untouched):
    untouched.run(MIGRATIONS[0][0]).consume()
    assert migrate(untouched, "here") == len(MIGRATIONS)
    first = indexes(untouched)
    untouched.run("MATCH (m:Migration) DELETE m").consume()
    assert migrate(untouched, "here") == len(MIGRATIONS)
    assert indexes(untouched) == first


def test_a_later_step_comes_on_top(untouched):
    steps = (*MIGRATIONS, ("CREATE INDEX later IF NOT EXISTS FOR (n:Document) ON (n.journal)",))
    migrate(untouched, "here")
    assert migrate(untouched, "here", steps) == 1
    assert "later" in indexes(untouched)


def test_a_database_of_a_newer_isthmus_is_left_alone(untouched, neo4j_url):
    untouched.run("CREATE (:Migration {number: 999})").consume()
    with pytest.raises(StoreUnreachable, match="newer Isthmus"):
        Neo4jStore(neo4j_url)
    assert indexes(untouched) == {}


def test_a_database_of_somebody_else_is_left_alone(untouched, neo4j_url):
    untouched.run("CREATE (:Document {title: 'my own'})").consume()
    with pytest.raises(StoreUnreachable, match="1 nodes of another program"):
        Neo4jStore(neo4j_url)
    assert indexes(untouched) == {}
