"""The whole graph as every store gives it: its columns and its hash."""

import hashlib
from dataclasses import replace

import numpy as np
import pytest
from contents import belief_from_columns
from samples import (
    ALZHEIMER,
    APP,
    APP_CAUSES_ALZHEIMER,
    BACE1,
    BACE1_CUTS_APP,
    DRUG_INHIBITS_BACE1,
    DRUG_TREATS_ALZHEIMER,
    FOUR_FACTS,
    PARKINSON,
    VERUBECESTAT,
    evidence_of,
    paper,
    table,
)

from isthmus.graph.belief import reader_of
from isthmus.graph.model import Assertion, Modality, content_hash
from isthmus.graph.vocabulary import Category, Predicate


def test_everything_is_streamed_in_the_order_of_ids(filled):
    entities = [entity.id for entity in filled.all_entities()]
    assert entities == sorted([APP.id, BACE1.id, VERUBECESTAT.id, ALZHEIMER.id, PARKINSON.id])
    statements = [row.statement.id for row in filled.all_statements()]
    assert statements == sorted(claim.statement.id for claim in FOUR_FACTS)
    evidence = [(each.statement, each.id) for each in filled.all_evidence()]
    assert evidence == sorted(evidence)
    assert len(evidence) == 5


def test_the_hash_is_that_of_what_the_graph_says(filled):
    digests = [
        *sorted(entity.digest for entity in filled.all_entities()),
        *sorted(row.statement.id for row in filled.all_statements()),
        *sorted(each.id for each in filled.all_evidence()),
    ]
    assert filled.graph_hash() == hashlib.sha256("".join(digests).encode()).hexdigest()


def test_the_hash_follows_every_write_and_does_not_care_for_titles(filled):
    first = filled.graph_hash()
    filled.write([paper("pmid:3", BACE1_CUTS_APP)])
    second = filled.graph_hash()
    assert second != first
    filled.write([replace(paper("pmid:3", BACE1_CUTS_APP), mentions=(), extractor="other/2")])
    assert filled.graph_hash() == second
    filled.delete(["pmid:3"])
    assert filled.graph_hash() == first


def test_the_version_follows_the_hash_and_what_belief_asks_of_a_paper(filled):
    seen = {filled.version()}
    filled.write([paper("pmid:3", BACE1_CUTS_APP)])
    seen.add(filled.version())
    before = filled.graph_hash()
    filled.write([paper("pmid:3", BACE1_CUTS_APP, retracted=True)])
    seen.add(filled.version())
    filled.write([paper("pmid:3", BACE1_CUTS_APP, authors=("Ada Writer",))])
    seen.add(filled.version())
    assert filled.graph_hash() == before
    assert len(seen) == 4
    assert filled.columns().version == filled.version()
    filled.delete(["pmid:3"])
    assert filled.version() in seen


def test_columns_say_what_the_rows_say(filled):
    denial = replace(BACE1_CUTS_APP, negated=True, score=0.5, assertion=Assertion.NEGATED)
    doubt = replace(DRUG_TREATS_ALZHEIMER, assertion=Assertion.SPECULATED, year=None)
    filled.write([paper("pmid:3", denial, doubt), paper("pmid:4", DRUG_INHIBITS_BACE1, retracted=True)])
    columns = filled.columns()
    entities, rows = list(filled.all_entities()), list(filled.all_statements())
    assert columns.graph_hash == filled.graph_hash()
    assert list(columns.entity_ids) == [entity.id for entity in entities]
    assert list(columns.names) == [entity.name for entity in entities]
    assert [list(Category)[index] for index in columns.categories] == [entity.category for entity in entities]
    assert list(columns.statement_ids) == [row.statement.id for row in rows]
    assert [columns.entity_ids[index] for index in columns.subjects] == [row.statement.subject for row in rows]
    assert [columns.entity_ids[index] for index in columns.objects] == [row.statement.object for row in rows]
    assert [list(Predicate)[index] for index in columns.predicates] == [row.statement.predicate for row in rows]
    assert columns.negated.tolist() == [row.statement.negated for row in rows]

    evidence = list(filled.all_evidence())
    assert [columns.statement_ids[index] for index in columns.evidence_statement] == [e.statement for e in evidence]
    assert columns.evidence_year.tolist() == [each.year or 0 for each in evidence]
    assert [columns.document_ids[index] for index in columns.evidence_document] == [e.document for e in evidence]
    assert list(columns.document_ids) == sorted({each.document for each in evidence})
    assert {list(Modality)[index] for index in columns.evidence_modality} == {Modality.LITERATURE}
    half = {Assertion.SPECULATED: 0.5}
    weighed = [0.0 if e.document == "pmid:4" else e.score * half.get(e.assertion, 1.0) for e in evidence]
    assert columns.evidence_score.tolist() == pytest.approx(weighed)


def test_columns_have_the_types_they_promise(filled, empty_store):
    def types(columns):
        return [
            (array.dtype, array.ndim)
            for array in (
                columns.categories,
                columns.subjects,
                columns.objects,
                columns.predicates,
                columns.negated,
                columns.evidence_statement,
                columns.evidence_document,
                columns.evidence_group,
                columns.evidence_review,
                columns.evidence_modality,
                columns.statement_context,
                columns.evidence_reader,
                columns.evidence_year,
                columns.evidence_score,
            )
        ]

    names = (
        "int16",
        "int32",
        "int32",
        "int16",
        "bool",
        "int32",
        "int32",
        "int32",
        "bool",
        "int8",
        "int32",
        "int16",
        "int16",
        "float64",
    )
    expected = [(np.dtype(name), 1) for name in names]
    assert types(filled.columns()) == expected
    assert types(empty_store().columns()) == expected


@pytest.mark.parametrize("scores", [(0.1234567890123456, 0.0, 1.0), (0.7, 1 / 3, 1e-300), (0.001, 2**-9, 0.1 + 0.2)])
def test_scores_come_back_to_the_bit(store, scores):
    claims = [replace(claim, score=score) for claim, score in zip(FOUR_FACTS, scores, strict=False)]
    store.write([paper("pmid:1", *claims, extractor="table/1")])
    said = {each.statement: each.score for each in store.all_evidence()}
    columns = store.columns()
    assert columns.evidence_score.tolist() == [said[one] for one in columns.statement_ids]
    assert sorted(said.values()) == sorted(scores)


def test_whoever_gave_evidence_is_known_whatever_their_name(store):
    names = ("compact/2, and\x1fmore", "a\x1fb/1", "mine,too/1", "openai:x/1", "bel")
    store.write([paper(f"pmid:{number}", BACE1_CUTS_APP, extractor=name) for number, name in enumerate(names)])
    columns = store.columns()
    readers = dict(zip(columns.evidence_document.tolist(), columns.evidence_reader.tolist(), strict=True))
    assert [readers[number] for number in range(len(names))] == [reader_of(name) for name in names]


def test_belief_worked_out_from_columns_is_the_belief_that_the_store_holds(filled):
    denial = replace(BACE1_CUTS_APP, negated=True, score=0.5, assertion=Assertion.NEGATED)
    filled.write([paper("pmid:3", denial, DRUG_TREATS_ALZHEIMER), paper("pmid:1", *FOUR_FACTS, retracted=True)])
    review, led = ("Systematic Review",), ("Ada Writer", "Max Other")
    for number, extractor in enumerate(("compact/2", "openai:some-model/1", "table/1")):
        filled.write([paper(f"pmid:{10 + number}", *FOUR_FACTS, extractor=extractor, authors=led)])
        filled.write([paper(f"pmid:{20 + number}", *FOUR_FACTS[:2], extractor=extractor, publication_types=review)])
    assert belief_from_columns(filled.columns()) == pytest.approx(
        {row.statement.id: row.belief for row in filled.all_statements()}
    )


def test_equal_graphs_give_equal_columns(empty_store):
    batch = [paper("pmid:1", *FOUR_FACTS), paper("pmid:2", APP_CAUSES_ALZHEIMER)]
    store = empty_store()
    store.write(batch)
    first = store.columns()
    other = empty_store()
    other.write([paper("pmid:0", BACE1_CUTS_APP)])
    for extraction in reversed(batch):
        other.write([extraction])
    other.delete(["pmid:0"])
    second = other.columns()
    assert content_hash([list(first.entity_ids), list(first.statement_ids), first.graph_hash]) == content_hash(
        [list(second.entity_ids), list(second.statement_ids), second.graph_hash]
    )
    for name in ("subjects", "objects", "predicates", "evidence_statement", "evidence_year", "evidence_score"):
        np.testing.assert_array_equal(getattr(first, name), getattr(second, name))


def test_a_year_that_no_calendar_holds_is_unknown_in_columns(store):
    odd = table("sha256:1", BACE1_CUTS_APP)
    store.write([replace(odd, evidence=(evidence_of(replace(BACE1_CUTS_APP, year=99_999), "pmid:1", "table/1"),))])
    assert store.columns().evidence_year.tolist() == [0]
