"""Who is named where, out of the SQLite file as arrays. Runs inside a read transaction."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence

import numpy as np

from isthmus.graph.stores.columns import MentionColumns
from isthmus.graph.stores.mention_columns import Ints, MentionRows, mention_columns


def columns(connection: sqlite3.Connection) -> MentionColumns:
    """The mentions as arrays."""
    entity = connection.execute("SELECT id, curie FROM entity ORDER BY curie").fetchall()
    document = connection.execute(
        "SELECT id, curie, substr(json_extract(value, '$.date'), 1, 4), retracted FROM document d WHERE EXISTS "
        "(SELECT 1 FROM reading r JOIN mention m ON m.reading = r.id WHERE r.document = d.id AND m.count > 0) "
        "ORDER BY curie"
    ).fetchall()
    reading = connection.execute("SELECT id, document FROM reading").fetchall()
    # A reading's mentions come as one row: a hundred thousand rows are fetched in a tenth of the time of two million.
    said = connection.execute(
        "SELECT reading, count(*), group_concat(entity, ' '), group_concat(count, ' '), "
        "group_concat(sentences || ' -1', ' ') FROM mention WHERE count > 0 GROUP BY reading"
    ).fetchall()
    document_place = _places([row[0] for row in document])
    document_of_reading = np.full(max((row[0] for row in reading), default=0) + 1, -1, dtype=np.int64)
    for key, of in reading:
        document_of_reading[key] = of
    sentences, n_sentences = _split(_numbers([row[4] for row in said]))
    readings = np.repeat(
        np.array([row[0] for row in said], dtype=np.int64), np.array([row[1] for row in said], dtype=np.int64)
    )
    return mention_columns(
        entity_ids=[row[1] for row in entity],
        document_ids=[row[1] for row in document],
        years=[int(row[2]) if row[2] else None for row in document],
        retracted=[bool(row[3]) for row in document],
        rows=MentionRows(
            document=document_place[document_of_reading[readings]],
            entity=_places([row[0] for row in entity])[_numbers([row[2] for row in said])],
            count=_numbers([row[3] for row in said]),
            n_sentences=n_sentences,
            sentences=sentences,
        ),
    )


def _numbers(texts: Sequence[str]) -> Ints:
    """All the numbers, which spaces part."""
    return np.fromstring(" ".join(texts), dtype=np.int64, sep=" ") if texts else np.empty(0, dtype=np.int64)


def _split(marked: Ints) -> tuple[Ints, Ints]:
    """Ordinals, each mention's closed by a -1: the ordinals alone, and how many each mention has."""
    ends = np.flatnonzero(marked == -1)
    return marked[marked >= 0], np.diff(ends, prepend=-1) - 1


def _places(keys: Sequence[int]) -> Ints:
    """From a row's key to its place in the order of ids."""
    places = np.full(max(keys, default=0) + 1, -1, dtype=np.int64)
    places[np.array(keys, dtype=np.int64)] = np.arange(len(keys))
    return places
