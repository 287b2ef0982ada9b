"""A question for many things costs a few calls of the store, however many they are."""

from collections import Counter
from contextlib import contextmanager

import pytest
from service.api.graphql_asking import Asking
from starlette.testclient import TestClient

from isthmus.graph.model import Document, DocumentKind, Entity, Evidence, Extraction, Modality, Section, Statement
from isthmus.graph.stores.open import open_store
from isthmus.graph.vocabulary import Category, Predicate
from isthmus.service import graphs
from isthmus.service.api.app import create_app

GENES = 120
READS = ("entities", "statements", "evidence", "documents", "find_statements", "search", "verdicts", "columns")


def extraction(number):
    """A paper that says three things of one gene: that it interacts with the next ones."""
    document = Document(
        f"pmid:{number + 1}",
        DocumentKind.ARTICLE,
        Modality.LITERATURE,
        f"Work {number}",
        (Section("", f"Gene{number} binds its neighbours."),),
        date="2015",
    )
    ends = [f"HGNC:{10_000 + (number + step) % GENES}" for step in range(4)]
    said = [Statement.of(ends[0], Predicate.INTERACTS_WITH, other) for other in ends[1:]]
    return Extraction(
        document,
        "test",
        entities=tuple(Entity(one, f"gene {one[5:]}", Category.GENE) for one in ends),
        statements=tuple(said),
        evidence=tuple(
            Evidence(one.id, document.id, document.sections[0].text, "test", 0.9, year=2015) for one in said
        ),
    )


class Counting:
    """A store whose reading calls are counted."""

    def __init__(self, store, calls):
        self._store, self._calls = store, calls

    def __getattr__(self, name):
        method = getattr(self._store, name)
        if name not in READS:
            return method

        def counted(*args, **kwargs):
            self._calls[name] += 1
            return method(*args, **kwargs)

        return counted


@pytest.fixture(scope="module")
def ring(tmp_path_factory):
    url = f"sqlite:///{tmp_path_factory.mktemp('ring') / 'ring.sqlite'}"
    with open_store(url) as store:
        store.write([extraction(number) for number in range(GENES)])
    return url


@contextmanager
def counting(url, monkeypatch):
    calls = Counter()
    opened = graphs.open_store
    monkeypatch.setattr(graphs, "open_store", lambda *args, **more: Counting(opened(*args, **more), calls))
    with TestClient(create_app(url)) as client:
        asking = Asking(client)
        asking.data(
            "{ statements(first: 1) { nodes { subject { statements(first: 1) { nodes { id } } } } } }"
        )  # the snapshot
        calls.clear()
        yield asking, calls


@pytest.fixture
def counted(ring, monkeypatch):
    with counting(ring, monkeypatch) as found:
        yield found


WHOLE = """query($n: Int!) { search(query: "gene", first: $n) { nodes { id name statements(first: 6) { nodes { id belief
    subject { name } object { name } evidence(first: 2) { nodes { text document { title } } } } } } } }"""


@pytest.mark.parametrize("entities", [10, 100])
def test_entities_with_statements_and_evidence_cost_one_call_of_each_kind(counted, entities):
    asking, calls = counted
    found = asking.data(WHOLE, n=entities)["search"]["nodes"]
    assert len(found) == entities
    assert all(len(one["statements"]["nodes"]) == 6 for one in found)
    assert all(row["evidence"]["nodes"][0]["document"]["title"] for one in found for row in one["statements"]["nodes"])
    assert dict(calls) == {"search": 1, "statements": 1, "entities": 1, "evidence": 1, "documents": 1}


def test_over_neo4j_it_is_the_same_answer_for_the_same_calls(counted, empty_neo4j, monkeypatch):
    asking, _ = counted
    expected = asking.data(WHOLE, n=100)
    server = empty_neo4j("neo4j-5")
    with open_store(server.url) as store:
        store.write([extraction(number) for number in range(GENES)])
    server.query("CALL db.awaitIndexes(60)")
    with counting(server.url, monkeypatch) as (over_neo4j, more):
        found = over_neo4j.data(WHOLE, n=100)
    assert more == {"search": 1, "statements": 1, "entities": 1, "evidence": 1, "documents": 1}
    by_id = {
        one["id"]: one for one in expected["search"]["nodes"]
    }  # equal hits are in no order that both servers share
    same = [one for one in found["search"]["nodes"] if one["id"] in by_id]
    assert len(found["search"]["nodes"]) == 100
    assert len(same) >= 100 - (GENES - 100)
    assert all(one == by_id[one["id"]] for one in same)


def test_a_hundred_aliases_worth_of_ids_are_one_call(counted):
    asking, calls = counted
    fields = " ".join(f'e{n}: entity(id: "HGNC:{10_000 + n}") {{ name }}' for n in range(30))
    assert len(asking.data(f"{{ {fields} }}")) == 30
    assert dict(calls) == {"entities": 1}


def test_neighbours_of_neighbours_cost_a_call_for_each_step(counted):
    asking, calls = counted
    asking.data(
        """{ entity(id: "HGNC:10000") { statements { nodes { object { statements { nodes { object { statements { nodes {
             object { name } } } } } } } } } } }"""
    )
    assert calls["statements"] == 3
    assert calls["entities"] <= 4


def test_each_page_of_an_entity_is_what_the_store_finds(counted):
    asking, _ = counted
    for role in ("subject", "object"):
        rest = [one["id"] for one in asking.rest("statements", **{role: "HGNC:10050"})["items"]]
        query = f'{{ entity(id: "HGNC:10050") {{ statements(role: {role.upper()}, predicate: INTERACTS_WITH) {{ nodes {{ id }} }} }} }}'
        assert [one["id"] for one in asking.data(query)["entity"]["statements"]["nodes"]] == rest
    none = '{ entity(id: "HGNC:10050") { statements(predicate: TREATS) { nodes { id } pageInfo { hasNextPage } } } }'
    assert asking.data(none)["entity"]["statements"] == {"nodes": [], "pageInfo": {"hasNextPage": False}}


def test_what_is_written_meanwhile_shows_in_the_next_answer(ring, tmp_path):
    url = f"sqlite:///{tmp_path}/growing.sqlite"
    query = '{ entity(id: "HGNC:10000") { statements { nodes { id } } } }'
    with open_store(url) as store, TestClient(create_app(url)) as client:
        store.write([extraction(0)])
        assert len(Asking(client).data(query)["entity"]["statements"]["nodes"]) == 3
        store.write([extraction(GENES - 1)])
        assert len(Asking(client).data(query)["entity"]["statements"]["nodes"]) == 4
