"""Why, gaps, bridges, the backtest: over a made-up graph with a past, from the command line and REST."""

import pytest
from service.dated_graph import FIELDS
from starlette.testclient import TestClient

from isthmus.service.api.app import create_app

DRUG, DISORDER = "CHEBI:900000", "MONDO:900004"


@pytest.fixture(scope="module")
def client(dated_store):
    with TestClient(create_app(dated_store), raise_server_exceptions=False) as opened:
        yield opened


def test_why_names_the_paper_without_which_the_path_is_lost(isthmus, dated_store):
    question = ("--from", DRUG, "--to", DISORDER, "--store", dated_store)
    path = isthmus("paths", *question, "--top", "3", "--json").json["paths"][0]
    answer = isthmus("why", *question, "--top", "3", "--json").json
    assert answer["path"] == path
    assert answer["standing"] == {"rank": 1, "score": pytest.approx(path["score"])}
    papers = {one["document"] for hop in path["statements"] for one in hop["evidence"]}
    assert {one["id"] for one in answer["without"] if one["ground"] == "paper"} == papers
    [lost] = answer["minimal"]
    assert lost["id"] in papers
    [without] = [one for one in answer["without"] if one["ground"] == "paper" and one["id"] == lost["id"]]
    assert without["standing"]["rank"] is None or without["standing"]["rank"] > 3


def test_why_a_candidate_ranks_where_candidates_puts_it(isthmus, dated_store):
    listed = isthmus("candidates", "--for", DISORDER, "--new", "--store", dated_store, "--json").json
    place = 2
    candidate = listed["candidates"][place]
    question = ("why", "--for", DISORDER, "--candidate", candidate["id"], "--new", "--top", "5", "--store", dated_store)
    answer = isthmus(*question, "--json").json
    assert answer["candidate"]["components"] == pytest.approx(candidate["components"], rel=1e-6)
    assert answer["candidate"]["paths"] == candidate["paths"]
    assert answer["standing"] == {"rank": place + 1, "score": pytest.approx(candidate["score"])}
    papers = {one["id"] for one in answer["without"] if one["ground"] == "paper"}
    assert {one["document"] for hop in candidate["paths"][0]["statements"] for one in hop["evidence"]} <= papers
    worst = answer["without"][0]
    assert worst["standing"]["rank"] is None or worst["standing"]["rank"] > place + 1
    assert "ranks 3 among" in isthmus(*question).out


def test_gaps_are_between_the_fields_that_the_graph_falls_into(isthmus, dated_store):
    answer = isthmus("gaps", "--store", dated_store, "--json").json
    fields = [{name.split()[0].lower() for name in one["name"].split(", ")} for one in answer["subfields"]]
    assert sorted(fields, key=sorted) == [{field} for field in sorted(FIELDS)]
    assert len(answer["gaps"]) == 6
    assert all(gap["observed"] < gap["expected"] and gap["z"] < -2 for gap in answer["gaps"])
    assert [gap["score"] for gap in answer["gaps"]] == sorted((gap["score"] for gap in answer["gaps"]), reverse=True)
    assert all(gap["bridges"] for gap in answer["gaps"])


def test_bridges_join_two_fields_that_are_named(isthmus, dated_store):
    answer = isthmus("gaps", "--between", "sleep", "--and", "pain", "--store", dated_store, "--json").json
    assert (answer["a"]["name"], answer["b"]["name"]) == ("sleep", "pain")
    assert answer["gap"]["z"] < -2
    ends = [(bridge["from"]["name"].split()[0], bridge["to"]["name"].split()[0]) for bridge in answer["bridges"]]
    assert set(ends) == {("sleep", "pain")}
    assert all(bridge["paths"] for bridge in answer["bridges"])


def test_a_backtest_stands_beside_its_baselines(isthmus, dated_store, tmp_path):
    page = tmp_path / "backtest.html"
    found = isthmus("backtest", "--cut", "2006", "--store", dated_store, "--json", "--html", page).json
    assert (found["cut"], found["until"]) == (2006, 2010)
    assert set(found["auroc"]) == {"same_category", "degree_matched"}
    # The fields can be told from what is known by the cut, and a node's degree tells nothing against its like.
    assert all(value > 0.7 for value in found["auroc"].values())
    matched = next(trial for trial in found["trials"] if trial["negatives"] == "degree_matched")
    assert {method["name"]: method for method in matched["methods"]}["degree product"]["auroc"]["value"] < 0.6
    assert "<svg" in page.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("gaps", "--between", "sleep"), "--between A --and B"),
        (("gaps", "--between", "sleep", "--and", "modality:dance"), "is no modality. Choose from"),
        (("gaps", "--between", "sleep", "--and", "sleep"), "same entities"),
        (("why", "--from", DRUG, "--to", DISORDER, "--path", "200"), "there is no path 200"),
        (("why", "--from", DRUG), "a path by --from A --to C, or a candidate by --for A --candidate C"),
        (("why", "--from", DRUG, "--to", DISORDER, "--for", DRUG), "a candidate by --for A --candidate C"),
        (("why", "--for", DISORDER, "--candidate", DRUG, "--category", "Gene"), "it is a Drug, not a Gene"),
        (("why", "--for", DISORDER, "--candidate", DISORDER, "--category", "Disease"), "they are the same"),
        (("backtest", "--cut", "1900"), "choose a cut from 1990 to 2011"),
        (("backtest", "--cut", "2012"), "choose a cut from 1990 to 2011"),
        (("backtest", "--cut", "2000", "--until", "1999"), "choose a later end"),
    ],
)
def test_a_wrong_question_says_what_to_do(isthmus, dated_store, arguments, told):
    ran = isthmus(*arguments, "--store", dated_store)
    assert ran.code == 2
    assert told in " ".join(ran.err.replace("│", " ").split())
    assert ran.out == ""


def test_tables_for_people(isthmus, dated_store):
    assert "links between them" in isthmus("gaps", "--store", dated_store, "--top", "2").out
    assert "falls out of the first" in isthmus("why", "--from", DRUG, "--to", DISORDER, "--store", dated_store).out
    ran = isthmus("backtest", "--cut", "2006", "--store", dated_store)
    assert "degree product" in ran.out
    assert "AUROC" in ran.out


def test_rest_answers_as_the_command_line_does(client, isthmus, dated_store):
    from_shell = isthmus("gaps", "--store", dated_store, "--json").json
    assert client.get("/api/v1/gaps").json() == {**from_shell, "cursor": ""}
    asked = {"from": DRUG, "to": DISORDER, "top": 3}
    from_shell = isthmus("why", "--from", DRUG, "--to", DISORDER, "--top", "3", "--store", dated_store, "--json").json
    assert client.get("/api/v1/why", params=asked).json() == from_shell
    assert client.get("/api/v1/gaps", params={"a": "sleep"}).status_code == 422
    asked = {"for": DISORDER, "candidate": DRUG}
    from_shell = isthmus("why", "--for", DISORDER, "--candidate", DRUG, "--store", dated_store, "--json").json
    assert client.get("/api/v1/why", params=asked).json() == from_shell
    assert client.get("/api/v1/why", params=asked | {"category": "Gene"}).status_code == 404
    assert client.get("/api/v1/why", params={"for": DISORDER}).status_code == 422


def test_rest_scores_pairs_and_says_which_it_cannot(client):
    pairs = [{"a": DRUG, "c": DISORDER}, {"a": DRUG, "c": "nobody knows this"}, {"a": DRUG, "c": DRUG}]
    scores = client.post("/api/v1/score", json={"pairs": pairs}).json()["scores"]
    assert 0 < scores[0]["score"] == pytest.approx(sum(scores[0]["components"].values()))
    assert scores[1]["score"] is None
    assert "is not in this graph" in scores[1]["problem"]
    assert scores[2]["score"] == 0


def test_rest_backtests(client):
    found = client.get("/api/v1/backtest", params={"cut": 2006})
    assert found.json()["best_baseline"]["degree_matched"]["auroc"] > 0.5
    page = client.get("/api/v1/backtest.html", params={"cut": 2006})
    assert page.headers["content-type"].startswith("text/html")
    assert client.get("/api/v1/backtest", params={"cut": 1900}).status_code == 422
