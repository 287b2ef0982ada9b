"""The guard before real servers of both lines: attacks fail and harm nothing, honest queries are answered."""

import contextlib
import json
import multiprocessing
import socket
import threading
import time

import pytest
import uvicorn
from service.cypher.attacks import HONEST, PARAMETERS, REFUSED, STOPPED
from service.cypher.crowd import SECRET, fill, size
from starlette.testclient import TestClient

from isthmus.graph.stores.protocol import StoreUnreachable
from isthmus.service.api.app import create_app
from isthmus.service.cypher.guard import RefusedQuery
from isthmus.service.cypher.run import CypherBusy, CypherQueries, NobodyWaits
from isthmus.service.cypher.worker import Limits, QueryStopped, QueryTooLarge

ANY = {"label": "Entry", "id": "4:x:0", "long": "aaaa", "n": 10**12}
FOREVER = "UNWIND range(1, 10000) AS a UNWIND range(1, 10000) AS b UNWIND range(1, 10000) AS c RETURN sum(a * b * c)"


@pytest.fixture
def server(neo4j_server):
    fill(neo4j_server)
    return neo4j_server


@pytest.fixture
def queries(server):
    made = CypherQueries(server.url, Limits(seconds=3.0))
    yield made
    made.close()


@pytest.fixture
def patient(server):
    """For what has to be answered, on a machine that is busy too."""
    made = CypherQueries(server.url, Limits(seconds=60.0))
    yield made
    made.close()


def named_in(query, parameters):
    return {name: value for name, value in parameters.items() if f"${name}" in query}


def refused(queries, query):
    try:
        queries.answer(query, named_in(query, ANY))
    except RefusedQuery:
        return True
    return False


def running(server):
    """The queries that the server still works on, ours of this moment left out."""
    found = server.query("SHOW TRANSACTIONS YIELD currentQuery, status WHERE NOT currentQuery STARTS WITH 'SHOW'")
    return [row["currentQuery"] for row in found if "range" in row["currentQuery"]]


def processes():
    return [each for each in multiprocessing.active_children() if each.name == "cypher"]


def wait_until(condition, seconds=15.0):
    until = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < until, "it did not come about in time"
        time.sleep(0.05)


def test_honest_queries_are_answered(patient):
    assert len(HONEST) >= 25
    for query in HONEST:
        answer = patient.answer(query, named_in(query, PARAMETERS))
        assert answer.rows, query
        assert all(len(row) == len(answer.columns) for row in answer.rows)
        assert json.dumps(answer.rows, allow_nan=False)
    [[name, category]] = patient.answer(HONEST[0], {}).rows
    assert (name, category) == ("BACE1", "Gene")


def test_attacks_are_refused_and_change_nothing(server, patient):
    assert len(REFUSED) + len(STOPPED) >= 60
    before = size(server)
    for name, query in REFUSED.items():
        assert refused(patient, query), f"answered: {name}"
        assert patient.answer("RETURN 1 AS one", {}).rows == [[1]], f"not healthy after: {name}"
    assert size(server) == before


def test_what_would_not_end_is_stopped(server, queries, patient):
    before = size(server)
    for name, query in STOPPED.items():
        try:
            answer = queries.answer(query, {})
        except (RefusedQuery, QueryStopped, QueryTooLarge):
            pass
        else:
            assert answer.cut, name
            assert len(answer.rows) <= queries.limits.rows
        assert patient.answer("MATCH (e:Gene {id: 'HGNC:933'}) RETURN e.name", {}).rows == [["BACE1"]], name
    wait_until(lambda: not running(server))
    assert size(server) == before


def test_nothing_that_the_store_keeps_for_itself_is_seen(server, queries):
    for query in (
        "MATCH (e:Entity)-[r]-(x) RETURN e, r, x",
        "MATCH (s:Statement)<-[:SUPPORTS]-(v:Evidence)-[:FROM]->(d:Document) RETURN s, v, d",
        "MATCH (a)-->(b) RETURN properties(a), properties(b)",
    ):
        answer = queries.answer(query, {})
        assert answer.rows
        assert SECRET not in json.dumps(answer.rows)


def test_words_for_the_index_are_no_bomb(server, queries):
    search = "CALL db.index.fulltext.queryNodes('entity_names', $words) YIELD node RETURN node.name"
    for words in (
        "/(.*a){60}(.*b){60}/",
        "/((a*)*)*b/",
        "*",
        "?" * 300,
        "a~2 " * 900,
        "(" * 2_000,
        "a AND " * 600,
        "[* TO *]",
    ):
        with contextlib.suppress(RefusedQuery, QueryStopped, QueryTooLarge):
            queries.answer(search, {"words": words})
        assert queries.answer(search, {"words": "bace1"}).rows == [["BACE1"]], words[:40]


def test_a_server_that_is_not_there_is_told_as_such():
    queries = CypherQueries("bolt://127.0.0.1:1")
    with pytest.raises(StoreUnreachable):
        queries.answer("RETURN 1 AS one", {})
    queries.close()


def test_rows_and_bytes_are_bounded(server):
    few = CypherQueries(server.url, Limits(rows=7, bytes=2_000))
    answer = few.answer("MATCH (e:Gene) RETURN e.id ORDER BY e.id", {})
    assert (len(answer.rows), answer.cut) == (7, "rows")
    answer = few.answer("UNWIND range(1, 7) AS i RETURN $text AS text", {"text": "x" * 600})
    assert (len(answer.rows), answer.cut) == (3, "bytes")
    with pytest.raises(QueryTooLarge):
        few.answer("RETURN $text AS text", {"text": "x" * 2_100})
    few.close()


def test_a_row_that_fills_the_memory_ends_its_process_not_the_service(server):
    small = CypherQueries(server.url, Limits(seconds=20.0, memory=40_000_000, bytes=10**9))
    wide = "UNWIND range(1, 5000) AS a WITH collect(a) AS l UNWIND range(1, 2000) AS b RETURN collect(l) AS ll"
    with pytest.raises(QueryTooLarge):
        small.answer(wide, {})
    assert small.answer("RETURN 1 AS one", {}).rows == [[1]]
    small.close()


def test_a_query_ends_when_nobody_waits_and_too_many_are_told_to_come_back(server, monkeypatch):
    monkeypatch.setattr("isthmus.service.cypher.run.WAIT", 0.2)
    queries = CypherQueries(server.url, Limits(seconds=60.0))
    gone = threading.Event()
    ended = []

    def ask():
        with pytest.raises(NobodyWaits):
            queries.answer(FOREVER, {}, gone=gone.is_set)
        ended.append(True)

    threads = [threading.Thread(target=ask) for _ in range(2)]
    for thread in threads:
        thread.start()
    wait_until(lambda: len(running(server)) == 2)
    with pytest.raises(CypherBusy):
        queries.answer("RETURN 1 AS one", {})
    gone.set()
    for thread in threads:
        thread.join()
    assert ended == [True, True]
    wait_until(lambda: not running(server))
    assert queries.answer("RETURN 1 AS one", {}).rows == [[1]]
    queries.close()


def test_over_rest_a_client_that_goes_takes_its_query_along(server):
    app = create_app(server.url)
    with TestClient(app) as client:
        answer = client.post("/api/v1/cypher", json={"query": HONEST[1], "parameters": {"id": "CHEBI:90928"}})
        assert answer.status_code == 200
        [[entity]] = answer.json()["rows"]
        assert entity["properties"]["name"] == "verubecestat"
        assert not {"words", "embedding"} & entity["properties"].keys()
        refused = client.post("/api/v1/cypher", json={"query": "MATCH (n) DETACH DELETE n"})
        assert (refused.status_code, refused.json()["type"]) == (422, "urn:isthmus:problem:refused-query")
        wrong = client.post("/api/v1/cypher", json={"query": "MATCH (n:Gene) RETURN m"})
        assert wrong.status_code == 422
        assert "`m` not defined" in wrong.json()["detail"]
        assert client.post("/api/v1/cypher", json={"query": "RETURN 1", "more": 2}).status_code == 422
        assert server.password not in refused.text + wrong.text
        assert processes()
    assert not processes()  # they end with the service

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    app = create_app(server.url)
    app.state.cypher = CypherQueries(server.url, Limits(seconds=300.0))  # by itself the query would go on
    service = uvicorn.Server(uvicorn.Config(app, host="127.0.0.1", port=port, log_level="error"))
    thread = threading.Thread(target=service.run)
    thread.start()
    wait_until(lambda: service.started)
    body = json.dumps({"query": FOREVER}).encode()
    head = f"POST /api/v1/cypher HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nContent-Type: application/json\r\n"
    with socket.create_connection(("127.0.0.1", port)) as client:
        client.sendall(f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body)
        wait_until(lambda: len(running(server)) == 1, 30.0)
    wait_until(lambda: not running(server), 30.0)
    service.should_exit = True
    thread.join()
