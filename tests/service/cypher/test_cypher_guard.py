"""What the text of a query, its parameters and the plan of it are refused for, without a server."""

import pytest
from service.cypher.attacks import HONEST, REFUSED
from starlette.testclient import TestClient

from isthmus.graph.stores.sqlite import SqliteStore
from isthmus.service.api.app import create_app
from isthmus.service.cypher.guard import RefusedQuery, checked
from isthmus.service.cypher.plan import check_plan
from isthmus.service.cypher.values import as_json, check_parameters

BY_PLAN = {
    "entries without a label",
    "entries by what they are not",
    "entries by any label",
    "entries by a list of labels",
    "entries by the server's id",
}


@pytest.mark.parametrize("name", sorted(REFUSED.keys() - BY_PLAN))
def test_an_attack_is_refused_by_its_text(name):
    with pytest.raises(RefusedQuery):
        checked(REFUSED[name])


@pytest.mark.parametrize("query", HONEST)
def test_an_honest_query_goes_on_as_it_was_written_but_for_comments(query):
    kept = checked(query)
    assert kept in query or kept == query.partition(" //")[0]


@pytest.mark.parametrize(
    ("query", "kept"),
    [
        ("MATCH (n:Gene) /* all of them */ RETURN n", "MATCH (n:Gene) RETURN n"),
        ("RETURN/**/1", "RETURN 1"),
        ("RETURN 4 / /* x */ 2", "RETURN 4 / 2"),
        ("RETURN '// kept' AS a // gone", "RETURN '// kept' AS a"),
        ("RETURN 'it\\'s /* kept */' ;", "RETURN 'it\\'s /* kept */'"),
        ("RETURN 1 AS `a``/* kept */`", "RETURN 1 AS `a``/* kept */`"),
        ("MATCH (n:Gene) WHERE n.set = 1 RETURN n.start", "MATCH (n:Gene) WHERE n.set = 1 RETURN n.start"),
    ],
)
def test_comments_go_and_strings_stay(query, kept):
    assert checked(query) == kept


def test_a_value_may_be_repeated_but_not_over_and_over():
    assert checked("WITH 'ab' AS s WITH s + s AS s RETURN s + s")
    with pytest.raises(RefusedQuery, match="repeats its own values"):
        checked("WITH 'ab' AS s" + " WITH s + s AS s" * 13 + " RETURN s")


@pytest.mark.parametrize(
    "parameters",
    [
        {"a b": 1},
        {"a`": 1},
        {"": 1},
        {"é": 1},
        {"n": 2**63},
        {"n": float("inf")},
        {"n": float("nan")},
        {"n": b"bytes"},
        pytest.param({"n": object()}, id="object"),
        {"n": "x" * 5_000},
        {"n": "\x00"},
        {"n": "\ud800"},
        {"n": [[[[1]]]] * 2 and [[[[[1]]]]]},
        {"n": list(range(2_000))},
        {"n": {"x" * 5_000: 1}},
        {f"p{number}": 1 for number in range(60)},
    ],
    ids=lambda value: str(value)[:30].encode("ascii", "replace").decode(),
)
def test_parameters_are_plain_values_of_a_bounded_size(parameters):
    with pytest.raises(RefusedQuery):
        check_parameters(parameters)


def test_plain_parameters_pass():
    check_parameters(
        {"id": "HGNC:620", "n": 3, "x": -0.5, "yes": True, "none": None, "ids": ["a", "b"], "m": {"k": [1]}}
    )


def step(operator, details="", *children, rows=1.0):
    return {
        "operatorType": f"{operator}@neo4j",
        "args": {"Details": details, "EstimatedRows": rows},
        "children": list(children),
    }


@pytest.mark.parametrize(
    "deep",
    [
        step("LoadCSV", "line"),
        step("SomethingNew"),
        step("AllNodesScan", "n"),
        step("TransactionApply"),
        step("SetProperty", "n.name = 'x'"),
        step("NodeByLabelScan", "n:Entry"),
        step("NodeUniqueIndexSeek", "UNIQUE n:Entry(key) WHERE key = $x"),
        step("UnionNodeByLabelsScan", "n:Entity|Entry"),
        step("NodeCountFromCountStore", "count( (:Entry) ) AS `count(n)`"),
        step("ProcedureCall", "db.labels() :: (label :: STRING)"),
        step("Projection", "[x IN $list WHERE EXISTS { MATCH (m) } | x] AS y"),
        step("CartesianProduct", "", rows=1e12),
    ],
    ids=lambda plan: plan["operatorType"] + " " + plan["args"]["Details"][:20],
)
def test_one_step_that_is_not_allowed_refuses_the_plan(deep):
    good = step("NodeByLabelScan", "e:Entity")
    plan = step("ProduceResults", "n", step("Apply", "", good, step("Filter", "n.x > 1", deep)))
    check_plan(step("ProduceResults", "n", step("Apply", "", good)), "r")
    with pytest.raises(RefusedQuery):
        check_plan(plan, "r")


def test_a_query_that_writes_is_refused_whatever_its_steps():
    with pytest.raises(RefusedQuery):
        check_plan(step("ProduceResults", "n", step("NodeByLabelScan", "e:Entity")), "rw")
    with pytest.raises(RefusedQuery):
        check_plan(None, "r")


def test_values_become_json():
    assert as_json([1, None, 2.5, float("nan"), {"a": ("x",)}, True]) == [1, None, 2.5, None, {"a": ["x"]}, True]


def test_another_store_says_where_cypher_is_answered(tmp_path):
    with SqliteStore(tmp_path / "graph.sqlite") as store, TestClient(create_app(store.url)) as client:
        answer = client.post("/api/v1/cypher", json={"query": "MATCH (n:Gene) RETURN n"})
    assert answer.status_code == 409
    assert answer.headers["content-type"] == "application/problem+json"
    assert "neo4j://" in answer.json()["detail"]
