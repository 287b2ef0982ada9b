"""The tables of the embedded store, and the numbered steps that bring an older file up to date.

Small integer keys inside, ids as the world knows them outside. Content hashes are 16-byte blobs. What a reading says hangs
on link tables (``mention``, ``citation``, ``evidence_reading``), so that it can be taken out again and nothing else.
"""

from __future__ import annotations

import sqlite3
from datetime import UTC, datetime

from isthmus.graph.model import REVIEWS
from isthmus.graph.stores.protocol import StoreUnreachable
from isthmus.graph.stores.words import joined_words

APPLICATION_ID = 0x49535448  # "ISTH": tells our files from other SQLite databases

_FIRST = """
CREATE TABLE migration (number INTEGER PRIMARY KEY, at TEXT NOT NULL) STRICT;

CREATE TABLE state (
    only_row INTEGER PRIMARY KEY CHECK (only_row = 1),
    revision INTEGER NOT NULL,           -- counts the writes
    hashed_revision INTEGER NOT NULL,    -- the revision that graph_hash is of
    graph_hash TEXT NOT NULL
) STRICT;
INSERT INTO state VALUES (1, 0, -1, '');

CREATE TABLE document (
    id INTEGER PRIMARY KEY,
    curie TEXT NOT NULL UNIQUE,
    retracted INTEGER NOT NULL,
    value TEXT NOT NULL                  -- canonical JSON
) STRICT;

CREATE TABLE reading (
    id INTEGER PRIMARY KEY,
    document INTEGER NOT NULL REFERENCES document,
    part INTEGER NOT NULL,
    digest TEXT NOT NULL,
    extractor TEXT NOT NULL,
    UNIQUE (document, part)
) STRICT;

CREATE TABLE ledger (
    document TEXT NOT NULL,
    part INTEGER NOT NULL,
    outcome TEXT NOT NULL,
    reason TEXT NOT NULL,
    digest TEXT NOT NULL,
    extractor TEXT NOT NULL,
    source TEXT NOT NULL,
    statements INTEGER NOT NULL,
    evidence INTEGER NOT NULL,
    mentions INTEGER NOT NULL,
    at TEXT NOT NULL,
    PRIMARY KEY (document, part)
) STRICT, WITHOUT ROWID;

CREATE TABLE entity (
    id INTEGER PRIMARY KEY,
    curie TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    category TEXT NOT NULL,
    statements INTEGER NOT NULL,
    digest BLOB NOT NULL,
    value TEXT NOT NULL                  -- canonical JSON, merged from its descriptions
) STRICT;

CREATE TABLE description (
    id INTEGER PRIMARY KEY,
    entity INTEGER NOT NULL REFERENCES entity,
    digest BLOB NOT NULL UNIQUE,
    value TEXT NOT NULL
) STRICT;
CREATE INDEX description_of_entity ON description (entity);

CREATE TABLE label (
    id INTEGER PRIMARY KEY,
    entity INTEGER NOT NULL REFERENCES entity,
    is_name INTEGER NOT NULL,
    text TEXT NOT NULL,
    folded TEXT NOT NULL                 -- case-folded as Unicode does it
) STRICT;
CREATE INDEX label_of_entity ON label (entity);
CREATE INDEX label_folded ON label (folded, is_name);
CREATE VIRTUAL TABLE label_words USING fts5 (
    text, content = 'label', content_rowid = 'id', tokenize = 'unicode61 remove_diacritics 2'
);
CREATE TRIGGER label_added AFTER INSERT ON label BEGIN
    INSERT INTO label_words (rowid, text) VALUES (new.id, new.text);
END;
CREATE TRIGGER label_removed AFTER DELETE ON label BEGIN
    INSERT INTO label_words (label_words, rowid, text) VALUES ('delete', old.id, old.text);
END;

CREATE TABLE xref (
    curie TEXT NOT NULL,
    entity INTEGER NOT NULL REFERENCES entity,
    PRIMARY KEY (curie, entity)
) STRICT, WITHOUT ROWID;
CREATE INDEX xref_of_entity ON xref (entity);

-- Which reading uses which entity: described by it, named in its text (count > 0), or an end of one of its statements.
CREATE TABLE mention (
    reading INTEGER NOT NULL REFERENCES reading,
    entity INTEGER NOT NULL REFERENCES entity,
    description INTEGER,                 -- of its own; absent where it uses the entity without describing it
    count INTEGER NOT NULL,
    sentences TEXT NOT NULL,             -- ordinals, sorted, joined by spaces
    PRIMARY KEY (reading, entity)
) STRICT, WITHOUT ROWID;
CREATE INDEX mention_of_entity ON mention (entity, description);

CREATE TABLE citation (
    reading INTEGER NOT NULL REFERENCES reading,
    document INTEGER NOT NULL REFERENCES document,
    value TEXT NOT NULL,
    PRIMARY KEY (reading, document)
) STRICT, WITHOUT ROWID;
CREATE INDEX citation_of_document ON citation (document);

CREATE TABLE statement (
    id INTEGER PRIMARY KEY,
    hash BLOB NOT NULL UNIQUE,
    subject INTEGER NOT NULL REFERENCES entity,
    predicate TEXT NOT NULL,
    object INTEGER NOT NULL REFERENCES entity,
    negated INTEGER NOT NULL,
    species TEXT NOT NULL,
    cell TEXT NOT NULL,
    anatomy TEXT NOT NULL,
    belief REAL NOT NULL,
    evidence_count INTEGER NOT NULL,
    first_year INTEGER
) STRICT;
CREATE INDEX statement_by_subject ON statement (subject, hash);
CREATE INDEX statement_by_object ON statement (object, hash);
CREATE INDEX statement_negated ON statement (subject, object, predicate) WHERE negated = 1;

CREATE TABLE evidence (
    id INTEGER PRIMARY KEY,
    hash BLOB NOT NULL UNIQUE,
    statement INTEGER NOT NULL REFERENCES statement,
    document INTEGER NOT NULL REFERENCES document,
    extractor TEXT NOT NULL,
    score REAL NOT NULL,
    assertion TEXT NOT NULL,
    year INTEGER,
    section TEXT NOT NULL,
    original TEXT NOT NULL,
    text_start INTEGER,
    text_end INTEGER,
    subject_start INTEGER,
    subject_end INTEGER,
    object_start INTEGER,
    object_end INTEGER,
    text TEXT NOT NULL
) STRICT;
CREATE INDEX evidence_for_statement ON evidence (statement);
CREATE INDEX evidence_in_document ON evidence (document);

CREATE TABLE evidence_reading (
    evidence INTEGER NOT NULL REFERENCES evidence,
    reading INTEGER NOT NULL REFERENCES reading,
    PRIMARY KEY (evidence, reading)
) STRICT, WITHOUT ROWID;
CREATE INDEX evidence_of_reading ON evidence_reading (reading);
"""

# Names are searched by the words that ``words.py`` cuts, not by those of SQLite's own tokenizer, which knows neither that
# H₂O is H2O nor the letters that Unicode has gained since 2012. Of words that are cut already "ascii" keeps every letter.
_OUR_OWN_WORDS = """
DROP TRIGGER label_added;
DROP TRIGGER label_removed;
DROP TABLE label_words;
ALTER TABLE label ADD COLUMN words TEXT NOT NULL DEFAULT '';
UPDATE label SET words = joined_words(text);
CREATE VIRTUAL TABLE label_words USING fts5 (words, content = 'label', content_rowid = 'id', tokenize = 'ascii');
INSERT INTO label_words (label_words) VALUES ('rebuild');
CREATE TRIGGER label_added AFTER INSERT ON label BEGIN
    INSERT INTO label_words (rowid, words) VALUES (new.id, new.words);
END;
CREATE TRIGGER label_removed AFTER DELETE ON label BEGIN
    INSERT INTO label_words (label_words, rowid, words) VALUES ('delete', old.id, old.words);
END;
"""

# Belief asks of each piece of evidence who leads its paper's group and whether it is a review: not from the whole JSON.
_WHOSE_PAPER = f"""
ALTER TABLE document ADD COLUMN senior_author TEXT NOT NULL DEFAULT '';
ALTER TABLE document ADD COLUMN review INTEGER NOT NULL DEFAULT 0;
UPDATE document SET senior_author = coalesce(json_extract(value, '$.authors[#-1]'), ''), review = EXISTS (
    SELECT 1 FROM json_each(document.value, '$.publication_types') each
    WHERE each.value IN ({", ".join(f"'{kind}'" for kind in sorted(REVIEWS))})
);
"""

# What each write touched, so that a graph in memory need not be read anew: integer keys as bytes (of statements and
# entities that are there), ids of those that went. ``total`` counts what was touched from the first write on. A write that
# touched more than is worth keeping has no keys.
_CHANGES = """
ALTER TABLE state ADD COLUMN version TEXT NOT NULL DEFAULT '';
CREATE TABLE change (
    revision INTEGER PRIMARY KEY,
    total INTEGER NOT NULL,
    version TEXT NOT NULL,               -- of the graph after it, where that was worked out
    statements BLOB,
    entities BLOB,
    gone_statements BLOB NOT NULL,       -- hashes
    gone_entities TEXT NOT NULL          -- JSON
) STRICT;
CREATE INDEX change_by_version ON change (version) WHERE version <> '';
ALTER TABLE document ADD COLUMN modality TEXT NOT NULL DEFAULT 'literature';
UPDATE document SET modality = coalesce(json_extract(value, '$.modality'), 'literature');
"""

# What people say of the graph and make of it. By the ids that the world knows, so that it outlives what it is about.
_VERDICTS_AND_ENTRIES = """
ALTER TABLE state ADD COLUMN unjudged TEXT NOT NULL DEFAULT '';  -- the version without the verdicts
CREATE TABLE verdict (
    id INTEGER PRIMARY KEY,
    hash BLOB NOT NULL UNIQUE,
    target TEXT NOT NULL,
    about TEXT NOT NULL,
    kind TEXT NOT NULL,
    reviewer TEXT NOT NULL,
    comment TEXT NOT NULL,
    evidence TEXT NOT NULL,
    at TEXT NOT NULL
) STRICT;
CREATE INDEX verdict_on_target ON verdict (target);
CREATE INDEX verdict_of_reviewer ON verdict (reviewer);
CREATE TABLE entry (
    number INTEGER PRIMARY KEY,          -- values may be long: ids in a tree of their own are quick to walk
    kind TEXT NOT NULL,
    id TEXT NOT NULL,
    value TEXT NOT NULL,                 -- canonical JSON
    revision INTEGER NOT NULL,
    at TEXT NOT NULL,
    UNIQUE (kind, id)
) STRICT;
"""

# Which run read a document, and what that took.
_RUNS = """
ALTER TABLE ledger ADD COLUMN run TEXT NOT NULL DEFAULT '';
ALTER TABLE ledger ADD COLUMN seconds REAL NOT NULL DEFAULT 0.0;
ALTER TABLE ledger ADD COLUMN tokens INTEGER NOT NULL DEFAULT 0;
ALTER TABLE ledger ADD COLUMN money REAL NOT NULL DEFAULT 0.0;
ALTER TABLE ledger ADD COLUMN characters INTEGER NOT NULL DEFAULT 0;
ALTER TABLE ledger ADD COLUMN sections INTEGER NOT NULL DEFAULT 0;
CREATE INDEX ledger_of_run ON ledger (run);
CREATE INDEX ledger_of_run_by_outcome ON ledger (run, outcome);
CREATE INDEX ledger_by_outcome ON ledger (outcome);
CREATE INDEX ledger_by_source ON ledger (source);
"""

# Never change a step that has been released: add one.
MIGRATIONS: tuple[str, ...] = (_FIRST, _OUR_OWN_WORDS, _WHOSE_PAPER, _CHANGES, _VERDICTS_AND_ENTRIES, _RUNS)


def applied(connection: sqlite3.Connection, name: str, known: int = len(MIGRATIONS)) -> int:
    """How many of the ``known`` steps a file has seen: 0 for a file without any table.

    Raises:
        StoreUnreachable: a database of somebody else, or of a newer Isthmus.
    """
    [application] = connection.execute("PRAGMA application_id").fetchone()
    [tables] = connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()
    if application != APPLICATION_ID:
        if tables:
            raise StoreUnreachable(f"{name} is a database of another program: name another file with --store")
        return 0
    [number] = connection.execute("SELECT coalesce(max(number), 0) FROM migration").fetchone()
    if number > known:
        raise StoreUnreachable(f"{name} was written by a newer Isthmus (schema {number}): upgrade isthmus to open it")
    return int(number)


def migrate(connection: sqlite3.Connection, name: str, steps: tuple[str, ...] = MIGRATIONS) -> int:
    """Bring a file up to date, each step in a transaction of its own; done again it does nothing.

    Returns:
        How many steps were taken.
    """
    connection.create_function("joined_words", 1, joined_words, deterministic=True)
    taken = 0
    while applied(connection, name, len(steps)) < len(steps):
        connection.execute("BEGIN IMMEDIATE")
        try:
            number = applied(connection, name, len(steps))  # another process may have come first
            if number < len(steps):
                _take(connection, number + 1, steps[number])
                taken += 1
            connection.execute("COMMIT")
        except BaseException:
            if connection.in_transaction:
                connection.execute("ROLLBACK")
            raise
    return taken


def _take(connection: sqlite3.Connection, number: int, script: str) -> None:
    # Not executescript: it would commit first, and a step must be there whole or not at all.
    statement = ""
    for line in script.splitlines(keepends=True):
        statement += line
        if sqlite3.complete_statement(statement):
            connection.execute(statement)
            statement = ""
    connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
    connection.execute("INSERT INTO migration VALUES (?, ?)", (number, datetime.now(UTC).isoformat(timespec="seconds")))
