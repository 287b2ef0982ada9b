"""What every store answers when it is asked: one test for each sentence of the protocol."""

from dataclasses import replace

import pytest
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
    Claim,
    paper,
)

from isthmus.graph.model import Entity
from isthmus.graph.stores.protocol import BadCursor
from isthmus.graph.vocabulary import Category, Predicate

HOSTILE = (
    "\"' OR * NEAR(",
    "name:APP",
    "{name synonyms}: APP",
    "APP AND NOT",
    "NEAR(APP, 2)",
    "^APP",
    "APP*^~1 [* TO *] && || !(){}\\/",
    "'; DROP TABLE entity; --",
    "/.*/",
    "\x00",
    "\ud800",
    "-",
    "((((((((((",
    "a " * 5000,
    "x" * 50_000,
)


def walk(fetch):
    """The pages of an answer, to the end."""
    page = fetch("")
    yield page.items
    while page.cursor:
        page = fetch(page.cursor)
        yield page.items


# -- lookups ------------------------------------------------------------------------------------------------------


def test_lookups_pass_over_what_is_not_there(filled):
    fact = BACE1_CUTS_APP.statement.id
    nowhere = ["nowhere:1", "", "0" * 32, "\x00", "é" * 32]
    assert set(filled.entities([APP.id, *nowhere])) == {APP.id}
    assert set(filled.statements([fact, *nowhere])) == {fact}
    assert set(filled.documents(["pmid:1", *nowhere])) == {"pmid:1"}
    assert [key for key, found in filled.evidence([fact, *nowhere]).items() if found] == [fact]


def test_lookups_of_nothing_find_nothing(filled):
    assert filled.entities([]) == filled.statements([]) == filled.documents([]) == filled.evidence([]) == {}
    assert filled.ledger([]) == {}


def test_lookups_take_thousands_of_ids(filled):
    many = [f"HGNC:{number}" for number in range(40_000)]
    assert set(filled.entities(iter(many))) == {APP.id, BACE1.id}


def test_evidence_comes_oldest_first_then_by_id(store):
    years = (2015, None, 2003, 2003)
    store.write([paper(f"pmid:{n}", replace(BACE1_CUTS_APP, year=year)) for n, year in enumerate(years)])
    found = store.evidence([BACE1_CUTS_APP.statement.id])[BACE1_CUTS_APP.statement.id]
    assert [each.year for each in found] == [2003, 2003, 2015, None]
    assert found[0].id < found[1].id


# -- names --------------------------------------------------------------------------------------------------------


def test_an_entity_is_found_by_its_name_but_for_case(filled):
    assert filled.entities_named("alzheimer DISEASE") == [ALZHEIMER]
    assert filled.entities_named("shaking PALSY") == [PARKINSON]
    assert filled.entities_named("alzheimer") == filled.entities_named("") == []


def test_a_name_goes_before_a_synonym(store):
    other = Entity("HGNC:9", "AD1", Category.GENE)
    store.write([paper("pmid:1", names=(APP, other))])
    assert store.entities_named("ad1") == [other]


def test_of_entities_that_share_a_name_the_best_connected_comes_first(store):
    hub = Entity("X:9", "APP", Category.PROTEIN)
    store.write([paper("pmid:1", names=(APP,)), paper("pmid:2", Claim(hub, Predicate.CAUSES, ALZHEIMER))])
    assert [entity.id for entity in store.entities_named("App")] == ["X:9", APP.id]
    store.write([paper("pmid:3", BACE1_CUTS_APP, APP_CAUSES_ALZHEIMER)])
    assert [entity.id for entity in store.entities_named("App")] == [APP.id, "X:9"]
    store.delete(["pmid:2", "pmid:3"])
    store.write([paper("pmid:2", names=(hub,))])
    assert [entity.id for entity in store.entities_named("App")] == [APP.id, "X:9"], "by id where equal"


def test_upper_and_lower_case_are_those_of_unicode(store):
    entity = Entity("text:ss", "ÄUSSERE Straße", Category.ANATOMICAL_ENTITY)
    store.write([paper("pmid:1", names=(entity,))])
    assert store.entities_named("äussere STRASSE") == [entity]


def test_entities_are_found_by_a_cross_reference(filled):
    assert filled.entities_with_xref("MESH:D000544") == [ALZHEIMER]
    assert filled.entities_with_xref("MESH:D0005") == []


# -- search -------------------------------------------------------------------------------------------------------


def hits(store, query, **options):
    return [hit.entity.id for hit in store.search(query, **options).items]


def test_search_finds_the_words_of_a_name(filled):
    assert hits(filled, "parkinson") == [PARKINSON.id]
    assert set(hits(filled, "disease")) == {ALZHEIMER.id, PARKINSON.id}
    assert hits(filled, "disease alzheimer") == [ALZHEIMER.id]
    assert hits(filled, "disease gene") == []


def test_the_last_word_of_a_search_may_be_unfinished(filled):
    assert hits(filled, "parkin") == [PARKINSON.id]
    assert hits(filled, "park disease") == []
    assert hits(filled, "Alzheimer dis") == [ALZHEIMER.id]


def test_search_finds_synonyms_and_says_which(filled):
    [hit] = filled.search("shaking").items
    assert (hit.entity, hit.matched, hit.statements) == (PARKINSON, "shaking palsy", 0)
    [hit] = filled.search("mk-8931").items
    assert (hit.entity.id, hit.matched, hit.statements) == (VERUBECESTAT.id, "MK-8931", 2)


def test_the_exact_name_is_the_best_hit(store):
    longer = Entity("HGNC:598", "APP binding family member", Category.GENE, ("APPB",))
    store.write([paper("pmid:1", names=(APP, longer))])
    assert hits(store, "app") == [APP.id, longer.id]


def test_search_within_a_category_takes_in_its_descendants(filled):
    assert hits(filled, "disease", category=Category.DISEASE_OR_PHENOTYPIC_FEATURE) != []
    assert hits(filled, "disease", category=Category.GENE) == []
    assert hits(filled, "verubecestat", category=Category.DRUG) == [VERUBECESTAT.id]


def test_search_does_not_care_for_case_or_accents(store):
    entity = Entity("text:1", "Sjögren Syndrome", Category.DISEASE)
    store.write([paper("pmid:1", names=(entity,))])
    assert hits(store, "sjogren SYN") == hits(store, "SJÖGREN") == [entity.id]


def test_a_search_for_no_words_finds_nothing(filled):
    for query in ("", "   ", "-", "()"):
        assert filled.search(query).items == ()


@pytest.mark.parametrize("query", HOSTILE, ids=lambda query: repr(query[:20]))
def test_any_text_is_a_safe_query(filled, query):
    filled.search(query)
    filled.entities_named(query)
    assert filled.counts().entities == 5


def test_pages_of_a_search_neither_repeat_nor_miss_an_entity(store):
    kinds = [Entity(f"X:{number}", f"kinase {number}", Category.GENE, (f"kinase no {number}",)) for number in range(7)]
    store.write([paper("pmid:1", names=tuple(kinds))])
    pages = list(walk(lambda cursor: store.search("kinase", limit=3, cursor=cursor)))
    found = [hit.entity.id for page in pages for hit in page]
    assert [len(page) for page in pages] == [3, 3, 1]
    assert sorted(found) == [entity.id for entity in kinds]


def test_search_forgets_a_name_that_is_no_longer_used(store):
    store.write([paper("pmid:1", names=(APP, BACE1))])
    store.write([paper("pmid:1", names=(APP,), title="Revised")])
    assert hits(store, "bace1") == []
    assert store.entities_named("BACE1") == []
    assert hits(store, "app") == [APP.id]


# -- statements ---------------------------------------------------------------------------------------------------


def found(store, **ends):
    return {row.statement for row in store.find_statements(**ends).items}


def test_statements_are_found_by_their_ends(filled):
    assert found(filled, subject=VERUBECESTAT.id) == {DRUG_INHIBITS_BACE1.statement, DRUG_TREATS_ALZHEIMER.statement}
    assert found(filled, obj=ALZHEIMER.id) == {DRUG_TREATS_ALZHEIMER.statement, APP_CAUSES_ALZHEIMER.statement}
    assert found(filled, subject=APP.id, obj=ALZHEIMER.id) == {APP_CAUSES_ALZHEIMER.statement}
    assert found(filled, predicate=Predicate.INHIBITS) == {DRUG_INHIBITS_BACE1.statement}
    assert found(filled, subject=APP.id, predicate=Predicate.TREATS) == set()
    assert found(filled, subject="nowhere:1") == found(filled, obj="") == set()
    assert found(filled) == {claim.statement for claim in FOUR_FACTS}


def test_a_page_of_statements_is_the_same_as_the_rows(filled):
    by_id = filled.statements([claim.statement.id for claim in FOUR_FACTS])
    assert {row.statement.id: row for row in filled.find_statements().items} == by_id
    assert by_id[APP_CAUSES_ALZHEIMER.statement.id].evidence_count == 2


@pytest.mark.parametrize("limit", [1, 2, 3, 4, 5])
def test_pages_come_in_the_order_of_ids_and_end(filled, limit):
    pages = list(walk(lambda cursor: filled.find_statements(limit=limit, cursor=cursor)))
    assert [row.statement.id for page in pages for row in page] == sorted(claim.statement.id for claim in FOUR_FACTS)
    assert all(pages), "no empty page at the end"


def test_pages_neither_repeat_nor_miss_a_statement_during_writes(store):
    def claims(start):
        return [
            Claim(Entity(f"G:{n}", f"g{n}", Category.GENE), Predicate.CAUSES, ALZHEIMER)
            for n in range(start, start + 6)
        ]

    store.write([paper("pmid:0", *claims(0))])
    seen = []
    for number, page in enumerate(walk(lambda cursor: store.find_statements(obj=ALZHEIMER.id, limit=2, cursor=cursor))):
        seen += [row.statement.id for row in page]
        if number < 4:
            store.write([paper(f"pmid:{number + 1}", *claims(100 * (number + 1)))])
    assert len(seen) == len(set(seen))
    assert seen == sorted(seen)
    assert {claim.statement.id for claim in claims(0)} <= set(seen)


@pytest.mark.parametrize("cursor", ["nonsense", "é", "9999999", "\x00", "' OR 1", "e30="])
def test_a_cursor_that_the_store_did_not_hand_out_is_refused(filled, cursor):
    with pytest.raises(BadCursor):
        filled.find_statements(cursor=cursor)
    with pytest.raises(BadCursor):
        filled.search("disease", cursor=cursor)


def test_a_cursor_of_another_question_is_refused(filled):
    of_statements = filled.find_statements(limit=1).cursor
    of_search = filled.search("disease", limit=1).cursor
    assert of_statements
    assert of_search
    with pytest.raises(BadCursor):
        filled.search("disease", cursor=of_statements)
    with pytest.raises(BadCursor):
        filled.find_statements(cursor=of_search)


# -- a store's own life -------------------------------------------------------------------------------------------


def test_what_was_written_lasts(empty_store):
    first = empty_store()
    first.write([paper("pmid:1", *FOUR_FACTS)])
    said, url = first.graph_hash(), first.url
    first.close()
    assert empty_store.open(url).graph_hash() == said


def test_a_store_is_its_own_context(empty_store):
    store = empty_store()
    with store as same:
        assert same is store
        store.write([paper("pmid:1", BACE1_CUTS_APP)])
    assert empty_store.open(store.url).counts().statements == 1


def test_closing_twice_does_no_harm(store):
    store.close()
    store.close()
