"""From rows of mentions, as any store keeps them, to ``MentionColumns``."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from isthmus.graph.stores.columns import MentionColumns

LAST_YEAR = 9999

Ints = NDArray[np.int64]


@dataclass(frozen=True, eq=False, slots=True)
class MentionRows:
    """One row for each entity that a document, or a part of one, names; in any order.

    ``document`` and ``entity`` (places among the sorted ids), ``count`` and ``n_sentences`` are of shape (n_rows,);
    ``sentences`` holds the ordinals of all rows' sentences one after the other, ``n_sentences`` of them for each row.
    """

    document: Ints
    entity: Ints
    count: Ints
    n_sentences: Ints
    sentences: Ints


def mention_columns(
    entity_ids: Sequence[str],
    document_ids: Sequence[str],
    years: Sequence[int | None],
    retracted: Sequence[bool],
    rows: MentionRows,
) -> MentionColumns:
    """The rows as columns, the parts of a long document together; ids sorted, years and retractions beside them."""
    n = max(len(entity_ids), 1)
    pairs, of_row = np.unique(rows.document * n + rows.entity, return_inverse=True)
    document = np.repeat(rows.document, rows.n_sentences)
    entity = np.repeat(rows.entity, rows.n_sentences)
    longest = int(rows.sentences.max(initial=0)) + 1
    sentences, sentence = np.unique(document * longest + rows.sentences, return_inverse=True)
    named = np.unique(sentence.astype(np.int64) * n + entity)
    return MentionColumns(
        entity_ids=entity_ids,
        document_ids=document_ids,
        document_year=np.array([year if year and 0 < year <= LAST_YEAR else 0 for year in years], dtype=np.int16),
        document_retracted=np.array(retracted, dtype=np.bool_),
        mention_document=(pairs // n).astype(np.int32),
        mention_entity=(pairs % n).astype(np.int32),
        mention_count=np.bincount(of_row, weights=rows.count, minlength=len(pairs)).astype(np.int32),
        sentence_document=(sentences // longest).astype(np.int32),
        named_sentence=(named // n).astype(np.int32),
        named_entity=(named % n).astype(np.int32),
    )
