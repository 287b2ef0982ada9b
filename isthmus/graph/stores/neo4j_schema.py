"""The constraints and indexes of the Neo4j store, and the numbered steps that make them.

What a person finds there
    (:Entity:Drug {id, name, …})-[:INHIBITS {statement_id, belief, …}]->(:Entity:Gene)          for looking
    (:Statement)-[:SUBJECT|OBJECT]->(:Entity), (:Evidence)-[:SUPPORTS]->(:Statement),
    (:Evidence)-[:FROM]->(:Document)                                                             the trail
    (:Document)-[:MENTIONS {part, count, sentences}]->(:Entity)                                  who is named where
    (:Reading)-[:OF]->(:Document)                                                                the ledger
    (:Verdict {target, kind, reviewer, …})                                                       what reviewers say of statements
    (:Entry {key, value, revision, at})                                                          what is kept beside the graph
and for the store itself (:Graph), which counts the writes and is what a writer locks, and (:Migration); (:Change)
says what each write has touched.
"""

from __future__ import annotations

from datetime import UTC, datetime

import neo4j

from isthmus.graph.stores.protocol import StoreUnreachable

WORDS_INDEX = "entity_words"
EMBEDDING_SIZE = 384

_UNIQUE = {
    "Entity": "id",
    "Statement": "id",
    "Evidence": "id",
    "Document": "id",
    "Reading": "id",
    "Graph": "id",
    "Migration": "number",
}

_FIRST = (
    *(
        f"CREATE CONSTRAINT {label.lower()}_{key} IF NOT EXISTS FOR (n:{label}) REQUIRE n.{key} IS UNIQUE"
        for label, key in _UNIQUE.items()
    ),
    "CREATE INDEX reading_document IF NOT EXISTS FOR (n:Reading) ON (n.document)",
    # For people: CALL db.index.fulltext.queryNodes('entity_names', 'alzheimer')
    "CREATE FULLTEXT INDEX entity_names IF NOT EXISTS FOR (n:Entity) ON EACH [n.name, n.synonyms] "
    "OPTIONS {indexConfig: {`fulltext.analyzer`: 'standard-folding'}}",
    # For the store: words cut by our own rules, so that search finds the same here as in SQLite.
    f"CREATE FULLTEXT INDEX {WORDS_INDEX} IF NOT EXISTS FOR (n:Entity) ON EACH [n.words] "
    "OPTIONS {indexConfig: {`fulltext.analyzer`: 'whitespace'}}",
    "CREATE VECTOR INDEX entity_embedding IF NOT EXISTS FOR (n:Entity) ON (n.embedding) "
    f"OPTIONS {{indexConfig: {{`vector.dimensions`: {EMBEDDING_SIZE}, `vector.similarity_function`: 'cosine'}}}}",
)

_CHANGES = (
    "CREATE CONSTRAINT change_revision IF NOT EXISTS FOR (n:Change) REQUIRE n.revision IS UNIQUE",
    "CREATE INDEX change_version IF NOT EXISTS FOR (n:Change) ON (n.version)",
    "CREATE INDEX change_total IF NOT EXISTS FOR (n:Change) ON (n.total)",
)

_VERDICTS_AND_ENTRIES = (
    "CREATE CONSTRAINT verdict_id IF NOT EXISTS FOR (n:Verdict) REQUIRE n.id IS UNIQUE",
    "CREATE INDEX verdict_target IF NOT EXISTS FOR (n:Verdict) ON (n.target)",
    "CREATE INDEX verdict_reviewer IF NOT EXISTS FOR (n:Verdict) ON (n.reviewer)",
    # One property, since Community knows no key of two.
    "CREATE CONSTRAINT entry_key IF NOT EXISTS FOR (n:Entry) REQUIRE n.key IS UNIQUE",
)

_RUNS = (
    "CREATE INDEX reading_run IF NOT EXISTS FOR (n:Reading) ON (n.run)",
    "CREATE INDEX reading_run_outcome IF NOT EXISTS FOR (n:Reading) ON (n.run, n.outcome)",
    "CREATE INDEX reading_outcome IF NOT EXISTS FOR (n:Reading) ON (n.outcome)",
    "CREATE INDEX reading_source IF NOT EXISTS FOR (n:Reading) ON (n.source)",
)

# Never change a step that has been released: add one. Each command can be run again.
MIGRATIONS: tuple[tuple[str, ...], ...] = (_FIRST, _CHANGES, _VERDICTS_AND_ENTRIES, _RUNS)


def applied(session: neo4j.Session, shown: str) -> int:
    """How many of the steps a database has seen: 0 for an empty one.

    Raises:
        StoreUnreachable: a database of somebody else, or of a newer Isthmus.
    """
    number = session.run("MATCH (m:Migration) RETURN coalesce(max(m.number), 0) AS number").single(strict=True)[
        "number"
    ]
    if number > len(MIGRATIONS):
        raise StoreUnreachable(f"{shown} was written by a newer Isthmus (schema {number}): upgrade isthmus to open it")
    if number == 0:
        nodes = session.run("MATCH (n) RETURN count(n) AS nodes").single(strict=True)["nodes"]
        if nodes:
            raise StoreUnreachable(
                f"{shown} holds {nodes} nodes of another program: name an empty database after a slash, or a server"
            )
    return int(number)


def migrate(session: neo4j.Session, shown: str, steps: tuple[tuple[str, ...], ...] = MIGRATIONS) -> int:
    """Bring a database up to date; run again, or by two processes at once, it does no harm.

    Returns:
        How many steps were taken.
    """
    before = applied(session, shown)
    for number in range(before + 1, len(steps) + 1):
        for command in steps[number - 1]:
            session.run(command).consume()
        session.run("CALL db.awaitIndexes(120)").consume()
        # Last: a process that is ended half-way begins the step anew.
        session.run(
            "MERGE (m:Migration {number: $number}) ON CREATE SET m.at = $at",
            number=number,
            at=datetime.now(UTC).isoformat(timespec="seconds"),
        ).consume()
    return len(steps) - before
