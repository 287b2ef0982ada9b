"""Review over REST: verdicts that the next answer shows, the queue in pages, agreement, blind lists."""

import pytest
from graph.samples import (
    ALZHEIMER,
    APP_CAUSES_ALZHEIMER,
    BACE1,
    BACE1_CUTS_APP,
    DRUG_INHIBITS_BACE1,
    VERUBECESTAT,
    Claim,
    paper,
)
from starlette.testclient import TestClient

from isthmus.graph.stores.open import open_store
from isthmus.graph.vocabulary import Predicate
from isthmus.service.api.app import create_app
from isthmus.service.hypotheses.edition import edition_of
from isthmus.service.hypotheses.kept import keep
from isthmus.service.panel.assemble import propose

INHIBITS = DRUG_INHIBITS_BACE1.statement.id
WEAK = Claim(BACE1, Predicate.ASSOCIATED_WITH, ALZHEIMER, score=0.3)
QUESTION = {"from": VERUBECESTAT.id, "to": ALZHEIMER.id}


@pytest.fixture
def url(tmp_path, monkeypatch):
    monkeypatch.setenv("ISTHMUS_CACHE", str(tmp_path / "cache"))
    url = f"sqlite:///{tmp_path / 'graph.sqlite'}"
    with open_store(url) as store:
        store.write([paper("pmid:1", DRUG_INHIBITS_BACE1, BACE1_CUTS_APP), paper("pmid:2", APP_CAUSES_ALZHEIMER, WEAK)])
    return url


@pytest.fixture
def client(url):
    with TestClient(create_app(url), raise_server_exceptions=False) as opened:
        yield opened


@pytest.fixture
def hypothesis(client, url) -> str:
    """The id of a stored hypothesis about the drug and the disease."""
    graphs = client.app.state.graphs
    with open_store(url) as store:
        snapshot = graphs.snapshot()
        ends = store.entities([VERUBECESTAT.id, ALZHEIMER.id])
        proposal = propose(store, snapshot, ends[VERUBECESTAT.id], ends[ALZHEIMER.id])
        return keep(store, edition_of(store, snapshot, proposal)).hypothesis.id


def give(client, status=201, **told):
    response = client.post("/api/v1/verdicts", json={"verdict": "correct", "reviewer": "ada", **told})
    assert response.status_code == status, response.text
    return response.json()


def beliefs(client):
    answer = client.get("/api/v1/paths", params=QUESTION).json()
    return {hop["id"]: hop["belief"] for path in answer["paths"] for hop in path["statements"]}


def test_a_verdict_shows_in_the_next_answer_and_can_be_taken_back(client):
    before = beliefs(client)
    moved = give(client, statement=INHIBITS, verdict="wrong-direction", comment="the other way round")
    assert moved["belief_before"] == pytest.approx(before[INHIBITS])
    after = beliefs(client)
    assert after[INHIBITS] == pytest.approx(moved["belief_after"])
    assert after[INHIBITS] < before[INHIBITS]
    assert client.get(f"/api/v1/statements/{INHIBITS}").json()["belief"] == after[INHIBITS]
    undone = client.delete("/api/v1/verdicts", params={"reviewer": "ada", "target": INHIBITS})
    assert undone.json()["verdict"]["comment"] == "the other way round"
    assert beliefs(client) == before


def test_one_verdict_is_taken_back_by_its_id(client):
    first = give(client, target=INHIBITS)["verdict"]["id"]
    give(client, target=INHIBITS, reviewer="bob", verdict="other")
    assert client.delete(f"/api/v1/verdicts/{first}").status_code == 200
    shown = client.get(f"/api/v1/review/targets/{INHIBITS}").json()
    assert [one["reviewer"] for one in shown["verdicts"]] == ["bob"]
    assert client.delete(f"/api/v1/verdicts/{first}").status_code == 404


def test_the_queue_comes_in_pages_and_leaves_out_what_was_judged(client):
    whole = client.get("/api/v1/review/queue", params={"reviewer": "ada"}).json()
    assert whole["cursor"] == ""
    seen, cursor = [], ""
    while True:
        page = client.get("/api/v1/review/queue", params={"reviewer": "ada", "limit": 1, "cursor": cursor}).json()
        seen += page["items"]
        cursor = page["cursor"]
        if not cursor:
            break
    assert seen == whole["items"]
    give(client, statement=seen[0]["id"])
    rest = client.get("/api/v1/review/queue", params={"reviewer": "ada"}).json()["items"]
    assert {one["id"] for one in rest} == {one["id"] for one in seen[1:]}


def test_a_stored_hypothesis_waits_with_what_it_rests_on_and_is_judged_by_its_id(client, hypothesis):
    items = client.get("/api/v1/review/queue", params={"hypothesis": hypothesis}).json()["items"]
    about = {one["id"]: one for one in items}
    assert about[hypothesis]["about"] == "hypothesis"
    assert "verubecestat" in about[hypothesis]["text"]
    assert all(one["hypotheses"] == [hypothesis] for one in items if one["about"] == "statement")
    assert INHIBITS in about
    given = give(client, hypothesis=hypothesis, verdict="speculative")
    assert (given["about"], given["belief_before"], given["belief_after"]) == ("hypothesis", None, None)
    left = client.get("/api/v1/review/queue", params={"hypothesis": hypothesis, "reviewer": "ada"}).json()["items"]
    assert hypothesis not in [one["id"] for one in left]
    give(client, target=hypothesis, reviewer="bob")
    [disagreement] = client.get("/api/v1/review/agreement").json()["disagreements"]
    assert (disagreement["about"], disagreement["id"]) == ("hypothesis", hypothesis)
    first = client.get("/api/v1/review/queue", params={"reviewer": "cy"}).json()["items"][0]
    assert (first["id"], first["disagreed"]) == (hypothesis, True)


def test_a_hypothesis_believes_what_its_statements_are_believed_now(client, hypothesis):
    def belief():
        items = client.get("/api/v1/review/queue", params={"hypothesis": hypothesis}).json()["items"]
        return next(one["belief"] for one in items if one["id"] == hypothesis)

    before = belief()
    path = client.get("/api/v1/paths", params=QUESTION).json()["paths"][0]
    for hop in path["statements"]:
        give(client, statement=hop["id"], verdict="wrong_relation")
    assert belief() < before


@pytest.mark.parametrize(
    ("told", "status", "kind"),
    [
        ({}, 422, "bad-request"),
        ({"statement": INHIBITS, "target": INHIBITS}, 422, "bad-request"),
        ({"statement": "nope"}, 404, "unknown-target"),
        ({"hypothesis": INHIBITS}, 404, "unknown-target"),
        ({"statement": INHIBITS, "verdict": "splendid"}, 422, "unknown-verdict-kind"),
        ({"statement": INHIBITS, "reviewer": ""}, 422, "bad-request"),
        ({"statement": INHIBITS, "reviewer": "  "}, 422, "unusable-verdict"),
        ({"statement": INHIBITS, "evidence": "nope"}, 422, "foreign-evidence"),
        ({"statement": INHIBITS, "comment": "x" * 20_000}, 422, "bad-request"),
    ],
)
def test_a_verdict_that_cannot_be_kept_is_a_problem(client, told, status, kind):
    assert give(client, status, **told)["type"] == f"urn:isthmus:problem:{kind}"
    assert client.get("/api/v1/review/agreement").json()["reviewers"] == []


@pytest.mark.parametrize(
    ("path", "parameters", "status"),
    [
        ("queue", {"cursor": "rubbish"}, 422),
        ("queue", {"for": "nobody"}, 404),
        ("targets/nope", {}, 404),
        ("blind/nope", {"reviewer": "ada"}, 404),
        ("blind/nope/report", {}, 404),
    ],
)
def test_what_is_not_there_is_a_problem(client, path, parameters, status):
    response = client.get(f"/api/v1/review/{path}", params=parameters)
    assert response.status_code == status
    assert response.headers["content-type"] == "application/problem+json"


def test_a_graph_too_small_for_a_blind_list_says_so(client):
    response = client.post("/api/v1/review/blind", json={"size": 20, "reviewer": "ada"})
    assert response.status_code == 422
    assert "have a decoy" in response.json()["detail"]


def test_the_description_names_every_route(client):
    paths = client.get("/openapi.json").json()["paths"]
    assert {
        "/api/v1/verdicts",
        "/api/v1/verdicts/{verdict_id}",
        "/api/v1/review/queue",
        "/api/v1/review/agreement",
        "/api/v1/review/targets/{target_id}",
        "/api/v1/review/blind",
        "/api/v1/review/blind/{list_id}",
        "/api/v1/review/blind/{list_id}/ratings",
        "/api/v1/review/blind/{list_id}/report",
    } <= set(paths)
