"""Who is named where, out of Neo4j as arrays. Runs within one reading transaction."""

from __future__ import annotations

from itertools import chain

import neo4j
import numpy as np

from isthmus.graph.stores.columns import MentionColumns
from isthmus.graph.stores.mention_columns import Ints, MentionRows, mention_columns
from isthmus.graph.stores.neo4j_queries import rows_of

PAGE = 2_000  # documents of which one query reads the mentions

_DOCUMENTS = (
    "MATCH (d:Document) WHERE d.id > $after WITH d ORDER BY d.id LIMIT $limit "
    "WITH d, COLLECT { MATCH (d)-[m:MENTIONS]->(e:Entity) RETURN [e.id, m.count, m.sentences] } AS named"
)


def columns(tx: neo4j.ManagedTransaction) -> MentionColumns:
    """The mentions as arrays."""
    entity_ids: list[str] = tx.run("MATCH (e:Entity) WITH e.id AS id ORDER BY id RETURN collect(id)").single(
        strict=True
    )[0]
    index = {key: place for place, key in enumerate(entity_ids)}
    documents: list[tuple[str, int | None, bool]] = []
    document, entity, count, n_sentences = [], [], [], []
    sentences: list[list[int]] = []
    after = ""
    while page := rows_of(tx, _DOCUMENTS, "d.id, d.year, d.retracted, named", after=after, limit=PAGE):
        after = page[-1][0]
        for key, year, retracted, named in page:
            if not named:
                continue
            document += [len(documents)] * len(named)
            documents.append((key, year, retracted))
            for one, times, places in named:
                entity.append(index[one])
                count.append(times)
                n_sentences.append(len(places))
                sentences.append(places)
    return mention_columns(
        entity_ids=entity_ids,
        document_ids=[key for key, _, _ in documents],
        years=[year for _, year, _ in documents],
        retracted=[retracted for _, _, retracted in documents],
        rows=MentionRows(
            document=_ints(document),
            entity=_ints(entity),
            count=_ints(count),
            n_sentences=_ints(n_sentences),
            sentences=_ints(list(chain.from_iterable(sentences))),
        ),
    )


def _ints(values: list[int]) -> Ints:
    return np.array(values, dtype=np.int64)
