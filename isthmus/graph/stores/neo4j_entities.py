"""Entities in Neo4j, each as today's readings describe it."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import neo4j

from isthmus.graph.model import Entity, canonical_json, merge_entities
from isthmus.graph.stores.assembly import undescribed
from isthmus.graph.stores.neo4j_changes import NOTHING, Changes, more_or_fewer, text_digest
from isthmus.graph.stores.neo4j_log import Touched
from isthmus.graph.stores.neo4j_queries import look_up, write_rows
from isthmus.graph.stores.neo4j_rows import ENTITY_COLUMNS, entity_from_row, entity_properties
from isthmus.graph.stores.records import entity_from_json
from isthmus.graph.vocabulary import Category


@dataclass(frozen=True, slots=True)
class Known:
    """What an entity's node says of itself: how many readings use it, and how many give each of its descriptions.

    The words of the descriptions are kept as ``described_as`` only where there are several: the one is the node itself.
    """

    uses: int = 0
    described: Sequence[str] = ()
    described_by: Sequence[int] = ()


def write_entities(
    tx: neo4j.ManagedTransaction, changes: Changes, texts: Mapping[str, str], log: Touched
) -> tuple[int, list[str]]:
    """Create and describe entities. Returns how many are new, and those that nothing uses any more."""
    touched = sorted(changes.touched_entities())
    columns = "e.id, e.uses, e.described, e.described_by"
    known = {row[0]: Known(*row[1:]) for row in look_up(tx, "MATCH (e:Entity {id: id})", columns, touched)}
    unused: list[str] = []
    counted: list[list[Any]] = []
    described: dict[str, tuple[int, Counter[str]]] = {}
    for key in touched:
        before = known.get(key, Known())
        uses = before.uses + changes.uses[key]
        if not uses:
            unused.append(key)
            continue
        now = more_or_fewer(before.described, before.described_by, changes.descriptions.get(key, NOTHING))
        if key in known and now.keys() == set(before.described):
            counted.append([key, uses, [now[digest] for digest in before.described]])
        else:
            described[key] = uses, now
    write_rows(tx, "UNWIND $rows AS r MATCH (e:Entity {id: r[0]}) SET e.uses = r[1], e.described_by = r[2]", counted)
    _describe(tx, described, known, texts)
    log.entities.update(described, unused)
    return len(described.keys() - known.keys()), unused


def remove_entities(tx: neo4j.ManagedTransaction, entities: Sequence[str]) -> None:
    """Those that nothing uses, once statements and mentions are gone: anything that hangs on them fails the transaction."""
    write_rows(tx, "UNWIND $rows AS r MATCH (e:Entity {id: r}) DELETE e", entities)


_PROPERTIES = (
    "e.name = r[1], e.category = r[2], e.synonyms = r[3], e.xrefs = r[4], e.given_categories = r[5], e.digest = r[6], "
    "e.words = r[7], e.uses = r[8], e.described = r[9], e.described_by = r[10], e.described_as = r[11]"
)


def _describe(
    tx: neo4j.ManagedTransaction,
    described: Mapping[str, tuple[int, Counter[str]]],
    known: Mapping[str, Known],
    texts: Mapping[str, str],
) -> None:
    """New entities, and those whose descriptions are others than before, label by label."""
    again = descriptions(tx, [key for key in described if key in known])
    new: defaultdict[str, list[list[Any]]] = defaultdict(list)
    changed: defaultdict[tuple[str, str], list[list[Any]]] = defaultdict(list)
    for key, (uses, counts) in described.items():
        category, had = again.get(key, ("", {}))
        words = {digest: had.get(digest) or texts[digest] for digest in sorted(counts)}
        entity = _merge(key, words.values())
        several = list(words.values()) if len(words) > 1 else None
        row = [*entity_properties(entity), uses, list(words), [counts[digest] for digest in words], several]
        if key in known:
            changed[category, entity.category.value].append(row)
        else:
            new[entity.category.value].append(row)
    for label, rows in sorted(new.items()):
        query = f"UNWIND $rows AS r CREATE (e:Entity:{Category(label).value} {{id: r[0]}}) SET {_PROPERTIES}"
        write_rows(tx, query, rows)
    for (old, label), rows in sorted(changed.items()):
        relabel = "" if old == label else f" REMOVE e:{Category(old).value} SET e:{Category(label).value}"
        write_rows(tx, f"UNWIND $rows AS r MATCH (e:Entity {{id: r[0]}}) SET {_PROPERTIES}{relabel}", rows)


def descriptions(tx: neo4j.ManagedTransaction, ids: Iterable[str]) -> dict[str, tuple[str, dict[str, str]]]:
    """Of entities in the store: the category, and the text of each description by its digest."""
    columns = f"e.described, e.described_as, {ENTITY_COLUMNS}"
    found = {}
    for described, texts, *row in look_up(tx, "MATCH (e:Entity {id: id})", columns, ids):
        entity = entity_from_row(row)
        if described and not texts:
            texts = [canonical_json(entity).decode()]
        found[entity.id] = entity.category.value, {text_digest(text): text for text in texts or ()}
    return found


def _merge(key: str, texts: Iterable[str]) -> Entity:
    return merge_entities(map(entity_from_json, texts)).get(key) or undescribed(key)
