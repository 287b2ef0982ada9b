"""Affinity of texts: what it finds alike, and that nothing later than a year enters."""

from dataclasses import replace

import numpy as np
import pytest
from small_graphs import Said, columns

from isthmus.graph.discovery.ranking.affinity import EntityTexts, TextAffinity, entity_texts, unheard
from isthmus.graph.discovery.ranking.hashed_words import hashed_counts
from isthmus.graph.model import Entity, Evidence
from isthmus.graph.vocabulary import Category

SLEEP = ("melatonin helps people fall asleep at night", "sleep at night needs melatonin", "night work delays sleep")
BONE = ("calcium hardens the bone of the leg", "bone grows with calcium", "the leg bone breaks without calcium")


def texts(*rows: tuple[int, int, str], names: tuple[str, ...] = ("aa", "bb", "cc", "dd")) -> EntityTexts:
    """Rows of entity, year and sentence."""
    sentences = list(dict.fromkeys(text for _, _, text in rows))
    return EntityTexts(
        names,
        sentences,
        np.array([sentences.index(text) for _, _, text in rows], dtype=np.int32),
        np.array([entity for entity, _, _ in rows], dtype=np.int32),
        np.array([year for _, year, _ in rows], dtype=np.int16),
    )


TWO_TOPICS = (
    (0, 2000, SLEEP[0]),
    (0, 2001, SLEEP[2]),
    (1, 2000, SLEEP[1]),
    (2, 2000, BONE[0]),
    (2, 2001, BONE[2]),
    (3, 2000, BONE[1]),
)


def test_entities_of_like_sentences_are_alike():
    affinity = TextAffinity.of(texts(*TWO_TOPICS))
    near, far = affinity.pairs(np.array([0, 2, 0, 1]), np.array([1, 3, 2, 3])).reshape(2, 2)
    assert near.min() > far.max() + 0.3


def test_entities_of_like_names_are_alike_without_a_sentence():
    affinity = TextAffinity.of(texts(names=("kinase alpha 1", "kinase alpha 2", "serum albumin", "albumin serum")))
    assert affinity.pairs(np.array([0, 2]), np.array([1, 3])).min() > affinity.pairs(np.array([0]), np.array([2]))[0]


def test_one_with_all_is_each_pair():
    affinity = TextAffinity.of(texts(*TWO_TOPICS))
    everything = np.arange(4)
    assert affinity.source(2) == pytest.approx(affinity.pairs(np.full(4, 2), everything), abs=1e-6)
    assert affinity.source(2)[2] == pytest.approx(1.0, abs=1e-5)
    assert np.abs(affinity.vectors).max() <= 1.0


def test_what_is_written_later_does_not_change_a_bit():
    past = TextAffinity.of(texts(*TWO_TOPICS), 2000)
    generator = np.random.default_rng(0)
    later = [
        (int(generator.integers(4)), 2001, text) for text in (*SLEEP, *BONE, "calcium helps sleep") for _ in range(3)
    ]
    unknown = ("aa", "bb", "cc", "dd", "melatonin of later years")
    kept = tuple(row for row in TWO_TOPICS if row[1] <= 2000)
    other = TextAffinity.of(texts(*kept, *later, (4, 2003, SLEEP[0]), names=unknown), 2000)
    np.testing.assert_array_equal(past.vectors, other.vectors[:4])
    assert not other.vectors[4].any()


def test_a_sentence_without_a_year_is_out_as_of_a_year():
    undated = texts(*TWO_TOPICS, (0, 0, "calcium hardens bone of the leg"))
    np.testing.assert_array_equal(
        TextAffinity.of(undated, 2001).vectors, TextAffinity.of(texts(*TWO_TOPICS), 2001).vectors
    )


def test_of_nothing_known_there_is_no_affinity():
    none = TextAffinity.of(texts(*TWO_TOPICS), 1900)
    assert not none.vectors.any()
    assert none.pairs(np.array([0]), np.array([1])).tolist() == [0.0]
    assert TextAffinity.of(texts(names=())).vectors.shape[0] == 0


def test_the_decomposition_keeps_the_cosines_when_no_dimension_is_lost():
    """Against the whole matrix: with as many dimensions as entities LSA changes no angle."""
    whole = TextAffinity.of(texts(*TWO_TOPICS), rank=64, context_share=1.0)
    sentences = hashed_counts([*SLEEP, *BONE]).toarray()
    order = [text for _, _, text in dict.fromkeys(TWO_TOPICS)]
    rows = sentences[[[*SLEEP, *BONE].index(text) for text in dict.fromkeys(order)]]
    df = (rows > 0).sum(axis=0)
    rows = np.where(
        df > 1, (1 + np.log(np.maximum(rows, 1))) * (rows > 0) * (1 + np.log((1 + len(rows)) / (1 + df))), 0
    )
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    entities = np.array([rows[0] + rows[1], rows[2], rows[3] + rows[4], rows[5]])
    entities /= np.linalg.norm(entities, axis=1, keepdims=True)
    assert whole.vectors @ whole.vectors.T == pytest.approx(entities @ entities.T, abs=1e-4)


def test_texts_of_a_store_are_names_and_distinct_sentences_with_their_first_year():
    graph = columns(
        Said("drug:a inhibits gene:g"), Said("gene:g causes dis:d"), Said("gene:new causes dis:d"), alone=["gene:alone"]
    )
    inhibits, causes = Said("drug:a inhibits gene:g").statement.id, Said("gene:g causes dis:d").statement.id
    piece = Evidence(inhibits, "pmid:1", "A acts on G and D.", "table/1", 1.0, year=2004)
    evidence = [
        piece,
        replace(piece, document="pmid:2", year=2001),
        replace(piece, statement=causes, year=None),
        replace(piece, text=""),
        replace(piece, statement="0" * 32, text="of another graph"),
    ]
    entities = [Entity("gene:g", "G", Category.GENE, ("the G gene",)), Entity("gene:else", "E", Category.GENE)]
    found = entity_texts(graph, entities, evidence)
    place = {name: number for number, name in enumerate(graph.entity_ids)}
    assert found.names[place["gene:g"]] == "G\nthe G gene"
    assert found.names[place["drug:a"]] == "a"
    assert list(found.texts) == ["A acts on G and D."]
    years = dict(zip(found.entity.tolist(), found.year.tolist(), strict=True))
    assert years == {place["drug:a"]: 2001, place["gene:g"]: 2001, place["dis:d"]: 0}


def test_without_a_paper_the_texts_are_those_of_a_store_in_which_it_is_retracted():
    said = [Said("drug:a inhibits gene:g", document="pmid:1"), Said("gene:g causes dis:d", document="pmid:2")]
    table = columns(*said)
    inhibits, causes = (one.statement.id for one in said)
    evidence = [
        Evidence(inhibits, "pmid:1", "A acts on G.", "table/1", 1.0, year=2001),
        Evidence(causes, "pmid:2", "A acts on G.", "table/1", 1.0, year=2004),
        Evidence(inhibits, "pmid:1", "A was given.", "table/1", 1.0, year=2001),
        Evidence(causes, "pmid:2", "G causes D.", "table/1", 1.0, year=2004),
    ]
    for gone in range(2):
        lost = table.evidence_document == gone
        retracted = replace(table, evidence_score=np.where(lost, 0.0, table.evidence_score))
        never = entity_texts(retracted, [], evidence)
        left = entity_texts(table, [], evidence).without(unheard(retracted))
        found, expected = (
            {(one.texts[t], e, y) for t, e, y in zip(one.text, one.entity, one.year, strict=True)}
            for one in (left, never)
        )
        assert found == expected
        assert len(expected) == 4


def test_affinity_moves_only_where_a_sentence_is_gone():
    whole = texts(*TWO_TOPICS, (0, 2000, BONE[1]))
    kept = np.array([place != len(TWO_TOPICS) for place in range(len(whole.text))])
    fewer = replace(whole, text=whole.text[kept], entity=whole.entity[kept], year=whole.year[kept])
    before = TextAffinity.of(whole)
    np.testing.assert_array_equal(before.of_fewer(whole).vectors, before.vectors)
    after = before.of_fewer(fewer)
    np.testing.assert_array_equal(after.vectors[1:], before.vectors[1:])
    assert after.source(0)[1] > before.source(0)[1]
    assert after.source(0)[3] < before.source(0)[3]
    silent = before.of_fewer(replace(whole, text=whole.text[:0], entity=whole.entity[:0], year=whole.year[:0]))
    assert not silent.vectors.any()  # of these names none has anything in common with another


# -- words -------------------------------------------------------------------------------------------------------------


def features(text: str, **options: object) -> set[int]:
    return set(hashed_counts([text], **options).indices.tolist())


def test_a_word_has_one_feature_wherever_it_stands_and_however_it_is_written():
    alone = features("kinase")
    assert len(alone) == 1
    for text in ("Kinase!", "a kinase", "(KINASE) of\nthe cell", "ein großer 𝛼 kinase"):
        assert alone <= features(text)
    assert not alone & features("kinases other")


def test_counts_are_those_of_the_words():
    counts = hashed_counts(["beta beta alpha", "", "beta"])
    [beta] = features("beta")
    assert counts[:, [beta]].toarray().ravel().tolist() == [2.0, 0.0, 1.0]
    assert counts.sum(axis=1).tolist() == [3.0, 0.0, 1.0]


def test_ngrams_are_the_letters_within_words():
    counts = hashed_counts(["abcd ef"], ngrams=(3,))
    words, expected = 2, [" ab", "abc", "bcd", "cd ", " ef", "ef "]
    assert counts.sum() == words + len(expected)
    assert features("abcd ef", ngrams=(3,)) >= features("abcd", ngrams=(3,))


def test_long_lists_of_texts_are_counted_in_pieces():
    long = "word " * 1000
    counts = hashed_counts([long] * 500)
    assert counts.shape[0] == 500
    assert set(counts.data.tolist()) == {1000.0}
