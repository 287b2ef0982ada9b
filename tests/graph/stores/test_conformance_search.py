"""What a search finds is the same on every store, whatever the script: names that have all the words of the query."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from samples import paper, table

from isthmus.graph.model import Entity
from isthmus.graph.stores.words import answers, words_of
from isthmus.graph.vocabulary import Category


@pytest.mark.parametrize(
    ("name", "query"),
    [
        ("H₂O₂", "h2o2"),
        ("µ-opioid receptor", "μ-opioid"),  # the sign for micro, the Greek letter
        ("ﬁbrinogen", "fibrin"),
        ("IFN-γ", "ifn Γ"),
        ("TNF_alpha", "alpha"),
        ("factor Ⅷ", "factor viii"),
        ("straße", "STRASSE"),
    ],
)
def test_the_forms_of_a_letter_are_one_letter(store, name, query):
    store.write([paper("pmid:1", names=(Entity("text:1", name, Category.GENE),))])
    assert [hit.entity.id for hit in store.search(query).items] == ["text:1"]


def test_names_that_have_all_the_words_are_found_and_no_others(empty_store):
    letters = st.one_of(
        st.characters(exclude_categories=("Cs",)), st.sampled_from("aA1²β μµ_-.'\"*()^:\N{COMBINING ACUTE ACCENT}")
    )
    names = st.text(letters, min_size=1, max_size=12)

    @settings(
        max_examples=empty_store.examples,
        deadline=None,
        derandomize=empty_store.name != "sqlite",
        suppress_health_check=list(HealthCheck),
    )
    @given(st.lists(names, min_size=1, max_size=12, unique=True), st.lists(names, max_size=6))
    def law(names, queries):
        store = empty_store()
        things = [Entity(f"X:{number}", name, Category.GENE) for number, name in enumerate(names)]
        store.write([table("sha256:1", entities=tuple(things))])
        for query in (*names, *queries, *(name[: len(name) // 2] for name in names)):
            words = words_of(query)
            having = {thing.id for thing in things if words and answers(thing.name, words)}
            assert {hit.entity.id for hit in store.search(query, limit=100).items} == having, query

    law()
