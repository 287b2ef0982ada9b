"""Who is named where, as rows and as arrays: they say the same, on every store."""

from dataclasses import replace

import numpy as np
from samples import (
    ALZHEIMER,
    APP,
    APP_CAUSES_ALZHEIMER,
    BACE1,
    BACE1_CUTS_APP,
    PARKINSON,
    VERUBECESTAT,
    paper,
    table,
)

from isthmus.graph.stores.columns import MentionColumns
from isthmus.graph.stores.protocol import MentionCount


def rows_of(columns: MentionColumns) -> list[MentionCount]:
    """The arrays as rows again."""
    named = list(zip(columns.named_sentence.tolist(), columns.named_entity.tolist(), strict=True))
    assert named == sorted(set(named))
    assert columns.sentence_document.tolist() == sorted(columns.sentence_document.tolist())
    return [
        MentionCount(
            columns.document_ids[document],
            columns.entity_ids[entity],
            count,
            tuple(one for one, who in named if who == entity and columns.sentence_document[one] == document),
        )
        for document, entity, count in zip(
            columns.mention_document.tolist(),
            columns.mention_entity.tolist(),
            columns.mention_count.tolist(),
            strict=True,
        )
    ]


def test_mentions_as_arrays_say_what_the_rows_say(store):
    long = paper("pmc:1", names=(APP, ALZHEIMER), date="1999-02")
    second = replace(long, part=1, mentions=(replace(long.mentions[0], sentence=4),))
    store.write(
        [
            long,
            second,
            paper("pmid:2", BACE1_CUTS_APP, APP_CAUSES_ALZHEIMER, names=(APP,), date="2021"),
            paper("pmid:1", names=(PARKINSON,), date="", retracted=True),
            table("sha256:rows", BACE1_CUTS_APP),
        ]
    )
    columns = store.mention_columns()
    assert list(columns.entity_ids) == list(store.columns().entity_ids)
    assert list(columns.document_ids) == ["pmc:1", "pmid:1", "pmid:2"], "what names nothing is not there"
    assert columns.document_year.tolist() == [1999, 0, 2021]
    assert columns.document_retracted.tolist() == [False, True, False]
    rows, expected = rows_of(columns), list(store.mentions())
    assert [(row.document, row.entity, row.count) for row in rows] == [
        (row.document, row.entity, row.count) for row in expected
    ]
    assert [len(row.sentences) for row in rows] == [len(row.sentences) for row in expected]
    together = {(row.document, one) for row in expected for one in row.sentences}
    assert len(columns.sentence_document) == len(together)


def test_two_named_in_one_sentence_share_its_row(store):
    store.write([paper("pmid:1", BACE1_CUTS_APP, names=(APP,))])
    columns = store.mention_columns()
    number = {entity: place for place, entity in enumerate(columns.entity_ids)}
    assert list(zip(columns.named_sentence.tolist(), columns.named_entity.tolist(), strict=True)) == [
        *sorted([(0, number[APP.id]), (0, number[BACE1.id])]),
        (1, number[APP.id]),
    ]


def test_mentions_as_arrays_have_the_types_they_promise(store, empty_store):
    def types(columns: MentionColumns) -> list[tuple[np.dtype, int]]:
        arrays = (
            columns.document_year,
            columns.document_retracted,
            columns.mention_document,
            columns.mention_entity,
            columns.mention_count,
            columns.sentence_document,
            columns.named_sentence,
            columns.named_entity,
        )
        return [(array.dtype, array.ndim) for array in arrays]

    expected = [(np.dtype(name), 1) for name in ("int16", "bool", *("int32",) * 6)]
    assert types(store.mention_columns()) == expected
    store.write([paper("pmid:1", BACE1_CUTS_APP)])
    assert types(store.mention_columns()) == expected


def test_who_is_named_where(store):
    store.write([paper("pmid:2", APP_CAUSES_ALZHEIMER, names=(APP, VERUBECESTAT)), paper("pmid:1", names=(APP,))])
    found = [(row.document, row.entity, row.count, row.sentences) for row in store.mentions()]
    assert found == [
        ("pmid:1", APP.id, 1, (0,)),
        ("pmid:2", VERUBECESTAT.id, 1, (2,)),
        ("pmid:2", APP.id, 2, (0, 1)),
        ("pmid:2", ALZHEIMER.id, 1, (0,)),
    ]
    assert [row.document for row in store.mentions(entity=APP.id)] == ["pmid:1", "pmid:2"]
    assert [row.entity for row in store.mentions(document="pmid:1")] == [APP.id]
    assert [row.count for row in store.mentions(document="pmid:2", entity=APP.id)] == [2]
    assert list(store.mentions(document="pmid:404")) == list(store.mentions(entity=BACE1.id)) == []


def test_mentions_of_a_long_document_are_counted_over_its_parts(store):
    first = paper("pmc:1", names=(APP, BACE1))
    second = replace(first, part=1, mentions=(replace(first.mentions[0], sentence=4),))
    store.write([first, second])
    rows = {row.entity: (row.count, row.sentences) for row in store.mentions(document="pmc:1")}
    assert rows == {APP.id: (2, (0, 4)), BACE1.id: (1, (1,))}
    assert store.counts().mentions == 3
