"""Finding entities by their names in Neo4j: Lucene proposes, and what it proposes is looked at here."""

from __future__ import annotations

from typing import NamedTuple

import neo4j

from isthmus.graph.model import Entity
from isthmus.graph.stores.neo4j_queries import rows_of
from isthmus.graph.stores.neo4j_rows import ENTITY_COLUMNS, entity_from_row
from isthmus.graph.stores.neo4j_schema import WORDS_INDEX
from isthmus.graph.stores.neo4j_words import name_token, word_query, xref_token
from isthmus.graph.stores.protocol import SearchHit
from isthmus.graph.stores.words import answers, words_of
from isthmus.graph.vocabulary import Category

MOST_HITS = 2_000  # of one search, the best by Lucene's reckoning

# How many statements have it at an end; one that has it at both counts once.
_STATEMENTS = "COUNT { (e)<-[:SUBJECT]-() } + COUNT { (e)<-[:OBJECT]-() } - COUNT { (e)<-[:SUBJECT]-()-[:OBJECT]->(e) }"


class Match(NamedTuple):
    """How well an entity answers: smaller is better. A whole name first, then whatever the graph says most of."""

    not_whole: bool
    fewer_statements: int
    not_name: bool
    words: int
    id: str
    matched: str


def named(tx: neo4j.ManagedTransaction, name: str) -> list[Entity]:
    """Entities of this name, else with this synonym, but for case; best connected first."""
    folded = name.casefold()
    found = sorted(
        (not_name, -statements, entity.id, entity)
        for entity, statements in _proposed(tx, name_token(name))
        if (not_name := entity.name.casefold() != folded) is False
        or folded in {synonym.casefold() for synonym in entity.synonyms}
    )
    return [entity for not_name, _, _, entity in found if not_name == found[0][0]]


def with_xref(tx: neo4j.ManagedTransaction, curie: str) -> list[Entity]:
    """Entities that list this CURIE among their cross-references, by id."""
    found = (entity for entity, _ in _proposed(tx, xref_token(curie)))
    return sorted((entity for entity in found if curie in entity.xrefs), key=lambda entity: entity.id)


def search(
    tx: neo4j.ManagedTransaction, query: str, category: Category | None, offset: int, limit: int
) -> list[SearchHit]:
    """One page of the entities one of whose names has all the words, the last perhaps unfinished."""
    words = words_of(query)
    if not words:
        return []
    found: dict[str, tuple[Match, Entity]] = {}
    for proposal in (name_token(query.strip()), word_query(words)):
        for entity, statements in _proposed(tx, proposal):
            match = _match(entity, statements, query.strip().casefold(), words)
            if match and (category is None or category.includes(entity.category)):
                found[entity.id] = match, entity
    page = sorted(found.values(), key=lambda hit: hit[0])[offset : offset + limit]
    return [SearchHit(entity, match.matched, -match.fewer_statements) for match, entity in page]


def _match(entity: Entity, statements: int, folded: str, words: list[str]) -> Match | None:
    return min(
        (
            Match(name.casefold() != folded, -statements, name != entity.name, len(words_of(name)), entity.id, name)
            for name in dict.fromkeys((entity.name, *entity.synonyms))
            if answers(name, words)
        ),
        default=None,
    )


def _proposed(tx: neo4j.ManagedTransaction, words: str) -> list[tuple[Entity, int]]:
    match = f"CALL db.index.fulltext.queryNodes('{WORDS_INDEX}', $words, {{limit: $limit}}) YIELD node AS e"
    rows = rows_of(tx, match, f"{_STATEMENTS}, {ENTITY_COLUMNS}", words=words, limit=MOST_HITS)
    return [(entity_from_row(row[1:]), row[0]) for row in rows]
