"""Laws of the values: identity is content, and the order in which things come leaves no trace."""

import subprocess
import sys
from dataclasses import FrozenInstanceError, fields, replace
from functools import reduce

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies import documents, entities, extractions, statements

from isthmus.graph.model import (
    Assertion,
    Context,
    Document,
    DocumentKind,
    Entity,
    Evidence,
    Modality,
    Section,
    Statement,
    canonical_json,
    content_hash,
    merge_entities,
)
from isthmus.graph.stores.records import document_from_json, entity_from_json
from isthmus.graph.vocabulary import Category, Predicate

SAME_ID = st.just("HGNC:1")
TEXT = st.text(st.characters(exclude_categories=("Cs",)), max_size=20)
JSON = st.recursive(
    st.one_of(
        st.none(), st.booleans(), st.integers(-(2**53), 2**53), st.floats(allow_nan=False, allow_infinity=False), TEXT
    ),
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(TEXT, inner, max_size=4)),
    max_leaves=12,
)
CLAIM = Statement("CHEBI:1", Predicate.INHIBITS, "HGNC:1", context=Context("NCBITaxon:9606", "CL:1", "UBERON:1"))
SENTENCE = Evidence(
    CLAIM.id,
    "pmid:1",
    "It does.",
    "compact/1",
    0.5,
    Assertion.AFFIRMED,
    1999,
    3,
    9,
    (3, 5),
    (6, 9),
    "results",
    "acts on",
)


# -- canonical JSON -----------------------------------------------------------------------------------------------


@given(JSON)
def test_canonical_json_can_be_read_back_and_written_again(value):
    written = canonical_json(value)
    assert orjson.loads(written) == value
    assert canonical_json(orjson.loads(written)) == written


@given(st.dictionaries(TEXT, JSON, max_size=5), st.randoms(use_true_random=False))
def test_canonical_json_does_not_depend_on_the_order_of_keys(value, random):
    keys = list(value)
    random.shuffle(keys)
    assert canonical_json({key: value[key] for key in keys}) == canonical_json(value)


@given(documents())
def test_a_document_comes_back_from_its_json(document):
    _ = document.text, document.digest  # what a property has cached is no part of the value
    assert document_from_json(canonical_json(document)) == document
    assert canonical_json(document_from_json(canonical_json(document))) == canonical_json(document)


@given(entities())
def test_an_entity_comes_back_from_its_json(entity):
    assert entity_from_json(canonical_json(entity)) == entity


# -- identity -----------------------------------------------------------------------------------------------------


def test_ids_never_change():
    """They are written in stores, exports and links: another id for the same content loses what people have kept."""
    assert CLAIM.id == "683f1757d6cc31defb7ba4668b4260ec"
    assert SENTENCE.id == "2cf638966f36aa48864889025142a49a"
    assert (
        Entity("HGNC:1", "α", Category.GENE, ("a",), ("MESH:D1",), ("biolink:Wonder",)).digest
        == "bcf1140eb7f936df8cb547c45d6ca91b"
    )
    document = Document("pmid:1", DocumentKind.ARTICLE, Modality.LITERATURE, "T", (Section("a", "b"),), date="2011-02")
    assert document.digest == "29a11970d92f7292de67d59a9339ded5"
    assert content_hash(["é", 1.0, None]) == "639775dff3dc6b7b7dee811bbf699de6"


def test_ids_are_the_same_in_another_process():
    code = "from test_model import CLAIM, SENTENCE; print(CLAIM.id, SENTENCE.id)"
    said = subprocess.run(
        [sys.executable, "-c", f"import sys; sys.path[:0] = {sys.path!r}; {code}"],
        capture_output=True,
        text=True,
        check=True,
        env={"PYTHONHASHSEED": "7"},
    )
    assert said.stdout.split() == [CLAIM.id, SENTENCE.id]


@given(statements(), statements())
def test_statements_share_an_id_where_they_say_the_same_and_only_there(one, other):
    assert (one.id == other.id) == (one == other)


@pytest.mark.parametrize(
    "change",
    [
        {"subject": "CHEBI:2"},
        {"predicate": Predicate.ACTIVATES},
        {"object": "HGNC:2"},
        {"negated": True},
        {"context": Context("NCBITaxon:10090", "CL:1", "UBERON:1")},
        {"context": Context("NCBITaxon:9606", "CL:2", "UBERON:1")},
        {"context": Context("NCBITaxon:9606", "CL:1", "UBERON:2")},
        {"context": Context("CL:1", "NCBITaxon:9606", "UBERON:1")},
    ],
)
def test_each_part_of_a_statement_is_part_of_its_id(change):
    assert replace(CLAIM, **change).id != CLAIM.id


OTHER_EVIDENCE = {
    "statement": "0" * 32,
    "document": "pmid:2",
    "text": "It does not.",
    "extractor": "compact/2",
    "score": 0.6,
    "assertion": Assertion.SPECULATED,
    "year": 2000,
    "start": 4,
    "end": 10,
    "subject_span": (3, 6),
    "object_span": None,
    "section": "",
    "original": "",
}


@pytest.mark.parametrize("name", [each.name for each in fields(Evidence)])
def test_each_field_of_a_piece_of_evidence_is_part_of_its_id(name):
    assert replace(SENTENCE, **{name: OTHER_EVIDENCE[name]}).id != SENTENCE.id


@pytest.mark.parametrize("name", [each.name for each in fields(Document)])
def test_each_field_of_a_document_but_its_source_is_part_of_its_digest(name):
    document = Document("pmid:1", DocumentKind.ARTICLE, Modality.LITERATURE)
    other = {
        "kind": DocumentKind.NOTE,
        "modality": Modality.IMAGING,
        "sections": (Section("", "x"),),
        "retracted": True,
    }.get(name, ("x",) if isinstance(getattr(document, name), tuple) else "2011")
    changed = replace(document, **{name: other})
    assert (changed.digest == document.digest) == (name == "source")


@given(statements())
def test_a_statement_denied_twice_is_the_statement(statement):
    assert statement.negate() != statement
    assert statement.negate().id != statement.id
    assert statement.negate().negate() == statement


@given(st.sampled_from(Predicate), TEXT, TEXT, st.booleans())
def test_a_symmetric_predicate_has_one_direction_and_another_has_two(predicate, a, b, negated):
    there = Statement.of(a, predicate, b, negated=negated)
    back = Statement.of(b, predicate, a, negated=negated)
    assert (there == back) == (predicate.symmetric or a == b)
    assert {there.subject, there.object} == {a, b}
    if predicate.symmetric:
        assert there.subject <= there.object


def test_values_are_frozen():
    for value, name in ((CLAIM, "subject"), (SENTENCE, "text"), (Entity("a:1", "a", Category.GENE), "name")):
        with pytest.raises(FrozenInstanceError):
            setattr(value, name, "other")


# -- documents ----------------------------------------------------------------------------------------------------


@given(TEXT, st.lists(st.builds(Section, TEXT, TEXT), max_size=3).map(tuple))
def test_the_text_of_a_document_is_title_space_sections(title, sections):
    text = Document("pmid:1", DocumentKind.ARTICLE, Modality.LITERATURE, title, sections).text
    assert text.startswith(f"{title} ")
    assert text[len(title) + 1 :] == " ".join(section.text for section in sections)


@pytest.mark.parametrize(("date", "year"), [("", None), ("2011", 2011), ("1999-12", 1999), ("2020-02-29", 2020)])
def test_the_year_of_a_document_is_that_of_its_date(date, year):
    assert Document("pmid:1", DocumentKind.ARTICLE, Modality.LITERATURE, date=date).year == year


# -- merging ------------------------------------------------------------------------------------------------------


@given(entities(SAME_ID), entities(SAME_ID))
def test_merging_does_not_care_who_comes_first(a, b):
    assert a.merge(b) == b.merge(a)


@given(entities(SAME_ID), entities(SAME_ID), entities(SAME_ID))
def test_merging_does_not_care_how_it_is_grouped(a, b, c):
    assert a.merge(b).merge(c) == a.merge(b.merge(c))


@given(entities(SAME_ID), entities(SAME_ID))
def test_merging_again_changes_nothing(a, b):
    assert a.merge(a) == a
    assert a.merge(b).merge(b) == a.merge(b).merge(a) == a.merge(b)


@given(entities(SAME_ID), entities(SAME_ID))
def test_merging_loses_no_word(a, b):
    both = a.merge(b)
    assert {both.name, *both.synonyms} == {a.name, *a.synonyms, b.name, *b.synonyms}
    assert set(both.xrefs) == {*a.xrefs, *b.xrefs}
    assert set(both.given_categories) == {*a.given_categories, *b.given_categories}
    assert both.category in (a.category, b.category)
    assert both.category.depth == max(a.category.depth, b.category.depth)


@given(st.lists(entities(), max_size=6), st.randoms(use_true_random=False))
def test_descriptions_in_any_order_make_the_same_entities(described, random):
    shuffled = list(described)
    random.shuffle(shuffled)
    assert merge_entities(shuffled) == merge_entities(described)
    for key, entity in merge_entities(described).items():
        assert reduce(Entity.merge, [each for each in described if each.id == key]) == entity


def test_an_entity_without_an_identifier_says_so():
    assert Entity("HGNC:1", "a", Category.GENE).grounded
    assert not Entity("text:a", "a", Category.GENE).grounded


@given(extractions())
def test_an_extraction_is_empty_where_nothing_was_found(extraction):
    found = extraction.entities or extraction.mentions or extraction.statements
    assert extraction.empty == (not found)
