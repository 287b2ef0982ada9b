"""A store that goes away under load and comes back: told as such, nothing half-written, no restart."""

import shutil
import threading
import time

import pytest
from graph.samples import APP_CAUSES_ALZHEIMER, BACE1_CUTS_APP, DRUG_INHIBITS_BACE1, paper
from neo4j_server import EXTERNAL
from service.failures.listening import Crowd, got, listening, wait_until

from isthmus.graph.stores.neo4j import Neo4jStore
from isthmus.graph.stores.open import sqlite_path
from isthmus.graph.stores.protocol import StoreUnreachable
from isthmus.graph.stores.sqlite import SqliteStore
from isthmus.service import graphs
from isthmus.service.api.app import create_app

BATCHES = 15
ASKED = (
    "/api/v1/entities/HGNC:933",
    "/api/v1/search?q=app",
    "/api/v1/statements?subject=HGNC:933",
)


def papers(number):
    facts = (BACE1_CUTS_APP, DRUG_INHIBITS_BACE1, APP_CAUSES_ALZHEIMER)
    return [paper(f"pmid:{number * 10 + place}", *facts[: 1 + (number + place) % 3]) for place in range(4)]


def written_in_spite_of_all(store, batches):
    """Each batch, again and again until it is in, as whoever runs the same command again."""
    for number in batches:
        while True:
            try:
                store.write(papers(number))
                break
            except StoreUnreachable:
                time.sleep(0.1)


def told_as_away(crowd):
    for _, status, headers, problem in crowd.problems:
        assert status == 503
        assert headers["content-type"] == "application/problem+json"
        assert int(headers["retry-after"]) > 0
        assert problem["type"] == "urn:isthmus:problem:store-unreachable"
    return len(crowd.problems) > 0


@pytest.mark.skipif(bool(EXTERNAL), reason="a server that is there already is not ours to kill")
def test_a_neo4j_that_is_killed_under_load_is_away_and_then_back(empty_neo4j, tmp_path, monkeypatch):
    monkeypatch.setattr(graphs, "PATIENCE", 0.5)
    server = empty_neo4j("neo4j-5")
    with SqliteStore(tmp_path / "undisturbed.sqlite") as undisturbed:
        written_in_spite_of_all(undisturbed, range(BATCHES))
        expected = undisturbed.graph_hash()
    app = create_app(server.url)
    with Neo4jStore(server.url, patience=1.0) as feeding, listening(app) as port:
        written_in_spite_of_all(feeding, range(1))
        writer = threading.Thread(target=written_in_spite_of_all, args=(feeding, range(1, BATCHES)), daemon=True)
        with Crowd(port, ASKED) as crowd:
            crowd.all_see(200)
            writer.start()
            try:
                server.process.kill()
                crowd.all_see(503)
                assert got(port, "/health")[0] == 200
                status, _, told = got(port, "/ready")
                assert (status, told["status"]) == (503, "unavailable")
                assert "does not answer" in told["checks"]["store"]
                assert server.password not in str(told) + str(crowd.problems)
            finally:
                server.process.run()
            crowd.all_see(200)
        assert {status for _, status in crowd.seen} == {200, 503}
        assert told_as_away(crowd)
        writer.join(60)
        assert not writer.is_alive()
        assert feeding.graph_hash() == expected
        assert got(port, "/ready")[0] == 200


def test_a_file_that_is_moved_away_is_away_and_then_back(story_store, tmp_path):
    path, elsewhere = tmp_path / "graph.sqlite", tmp_path / "elsewhere"
    elsewhere.mkdir()
    shutil.copy(sqlite_path(story_store), path)
    with listening(create_app(f"sqlite:///{path}")) as port, Crowd(port, ["/api/v1/search?q=curcumin"]) as crowd:
        crowd.all_see(200)
        for file in tmp_path.glob("graph.sqlite*"):
            file.rename(elsewhere / file.name)
        crowd.all_see(503)
        assert got(port, "/health")[0] == 200
        for file in elsewhere.glob("graph.sqlite*"):
            file.rename(tmp_path / file.name)
        crowd.all_see(200)
    assert told_as_away(crowd)


def test_another_file_in_its_place_is_what_is_asked_then(story_store, tmp_path):
    path = tmp_path / "graph.sqlite"
    shutil.copy(sqlite_path(story_store), path)
    with SqliteStore(tmp_path / "other.sqlite") as other:
        other.write(papers(1))
        expected = other.graph_hash()
    with listening(create_app(f"sqlite:///{path}")) as port:
        assert got(port, "/api/v1/entities/HGNC:933")[0] == 404
        (tmp_path / "other.sqlite").rename(path)
        wait_until(lambda: got(port, "/api/v1/entities/HGNC:933")[0] == 200)
    with SqliteStore(path) as now:
        assert now.graph_hash() == expected
