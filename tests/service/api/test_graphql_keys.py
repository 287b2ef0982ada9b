"""GraphQL asks for the scopes that REST does, and a mutation leaves its line in the record of writes."""

import pytest
from starlette.testclient import TestClient

from isthmus.graph.stores.open import open_store
from isthmus.service.api.app import create_app
from isthmus.service.security.audit import latest_deeds
from isthmus.service.security.keys import create_key
from isthmus.service.security.scope import Scope

GIVE = 'mutation($on: ID!) { giveVerdict(target: $on, verdict: CORRECT, reviewer: "Ada") { beliefAfter } }'
READ = "{ statements(first: 1) { nodes { id } } }"


@pytest.fixture
def kept(story, tmp_path, isthmus):
    """The story's graph with a key for each way of asking."""
    url = f"sqlite:///{tmp_path}/kept.sqlite"
    isthmus("ingest", story / "story_nodes.tsv", story / "story_edges.tsv", "--store", url)
    with open_store(url) as store, TestClient(create_app(url), raise_server_exceptions=False) as client:
        given = {
            "read": [Scope.READ],
            "ingest": [Scope.INGEST],
            "both": [Scope.READ, Scope.REVIEW],
            "admin": [Scope.ADMIN],
        }
        keys = {name: create_key(store, scopes)[1] for name, scopes in given.items()}
        target = next(store.all_statements()).statement.id

        def ask(who, query):
            headers = {"authorization": f"Bearer {keys[who]}"} if who else {}
            return client.post("/graphql", json={"query": query, "variables": {"on": target}}, headers=headers)

        yield ask, store


def test_nobody_asks_without_a_key_once_there_is_one(kept):
    ask, _ = kept
    assert ask("", READ).status_code == 401
    assert ask("ingest", READ).status_code == 403
    for who in ("read", "both", "admin"):
        assert ask(who, READ).json()["data"]["statements"]["nodes"]


def test_a_mutation_needs_the_scope_to_review(kept):
    ask, store = kept
    error = ask("read", GIVE).json()["errors"][0]
    assert error["extensions"] == {"code": "scope-too-small", "status": 403}
    assert store.verdicts() == []
    for who in ("both", "admin"):
        assert ask(who, GIVE).json()["data"]["giveVerdict"]["beliefAfter"] > 0
    assert {one.reviewer for one in store.verdicts()} == {"Ada"}


def test_a_mutation_is_written_down_with_who_judged_and_a_question_is_not(kept):
    ask, store = kept
    ask("read", READ)
    ask("read", GIVE)
    assert latest_deeds(store, 5) == []
    ask("both", GIVE)
    (deed,) = latest_deeds(store, 5)
    assert (deed.path, deed.reviewer, deed.status) == ("/graphql", "Ada", 200)


def test_all_who_judge_in_one_request_are_written_down(kept):
    ask, store = kept
    one = GIVE[GIVE.index("giveVerdict") : -1]
    two = one.replace("Ada", "Bea")
    assert ask("both", f"mutation($on: ID!) {{ a: {one} b: {two} c: {one} }}").status_code == 200
    assert latest_deeds(store, 5)[0].reviewer == "Ada, Bea"
