"""A chat model as a blind reviewer: it sees no label, its ratings are kept as a person's, what it makes up is dropped."""

import json
import re

import pytest
from graph.discovery.small_graphs import graph, random_facts
from local_model import Response, completion, serving

from isthmus.graph.stores.entries import EntryKind
from isthmus.graph.stores.open import open_store
from isthmus.service.review.blind import answer_blind, make_blind_list, rate
from isthmus.service.review.blind_model import ModelGaveNoRatings, ask_model, model_asking
from isthmus.service.review.blind_report import answer_blind_report
from isthmus.service.settings import settings

SIZES = {"drug": 25, "gene": 40, "dis": 25}


@pytest.fixture
def snapshot():
    return graph(*random_facts(21, SIZES, 0.06))


@pytest.fixture
def store(tmp_path):
    with open_store(f"sqlite:///{tmp_path / 'graph.sqlite'}") as opened:
        yield opened


@pytest.fixture
def asking(monkeypatch, tmp_path):
    """The way to ask a server that is a function."""
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))

    def ask(address):
        monkeypatch.setenv("ISTHMUS_LLM_BASE_URL", address)
        settings.cache_clear()
        return model_asking("openai:m")

    yield ask
    settings.cache_clear()


def numbers_in(request):
    return [int(one) for one in re.findall(r"^(\d+)\. ", request["messages"][-1]["content"], re.MULTILINE)]


def rated(pairs):
    return completion(json.dumps({"ratings": [{"number": number, "rating": rating} for number, rating in pairs]}))


def test_a_model_that_sees_the_key_would_be_perfect_and_gets_no_key(store, snapshot, asking):
    made = make_blind_list(store, snapshot, 24, hops=2, seed=1)
    decoy = {item.number: item.decoy for item in made.items}
    seen = []

    def server(request):
        seen.append(request["messages"])
        return rated((number, 1 if decoy[number] else 5) for number in numbers_in(request))

    with serving(server) as address:
        answer = ask_model(store, made.id, "openai:m", asking(address))
    assert answer.rated == {number: 1 if decoy[number] else 5 for number in decoy}
    assert len(seen) == 3  # ten items at once
    listed = "\n".join(messages[-1]["content"] for messages in seen)
    assert "decoy" not in listed
    assert sorted(re.findall(r"^\d+\. (.*)$", listed, re.MULTILINE)) == sorted(item.text for item in made.items)
    report = answer_blind_report(store, snapshot, [made])
    told = {one.reviewer: one for one in report.reviewers}
    assert (told["openai:m"].auroc, told["openai:m"].accuracy, told["openai:m"].model) == (1.0, 1.0, True)


def test_numbers_that_are_not_on_the_list_are_dropped_and_a_person_is_left_alone(store, snapshot, asking):
    made = make_blind_list(store, snapshot, 4, hops=1, seed=2)
    rate(store, made.id, "ada", {1: 5.0})
    with serving(lambda request: rated([(1, 4), (99, 5), (0, 1)])) as address:
        answer = ask_model(store, made.id, "openai:m", asking(address))
    assert answer.rated == {1: 4.0}
    assert answer_blind(store, made, "ada").rated == {1: 5.0}


@pytest.mark.parametrize("content", ["I would rather not say.", json.dumps({"ratings": [{"number": 1, "rating": 50}]})])
def test_a_model_that_answers_in_no_form_rates_nothing(store, snapshot, asking, content, monkeypatch):
    monkeypatch.setattr("isthmus.extractors.chat.asking.ATTEMPTS", 1)
    made = make_blind_list(store, snapshot, 4, hops=1, seed=3)
    with (
        serving(lambda request: completion(content)) as address,
        pytest.raises(ModelGaveNoRatings, match="not the form"),
    ):
        ask_model(store, made.id, "openai:m", asking(address))
    assert store.entries(EntryKind.BLIND_RATING).items == ()


def test_a_server_that_refuses_is_named(store, snapshot, asking):
    made = make_blind_list(store, snapshot, 4, hops=1, seed=4)
    with (
        serving(lambda request: Response({"error": {"message": "no"}}, 401)) as address,
        pytest.raises(ModelGaveNoRatings, match="answered 401"),
    ):
        ask_model(store, made.id, "openai:m", asking(address))


def test_what_is_rated_is_not_asked_again(store, snapshot, asking):
    made = make_blind_list(store, snapshot, 4, hops=1, seed=5)
    asked = []

    def server(request):
        asked.append(numbers_in(request))
        return rated((number, 2) for number in numbers_in(request)[:3])

    with serving(server) as address:
        ask_model(store, made.id, "openai:m", asking(address))
        ask_model(store, made.id, "openai:m", asking(address))
    assert asked == [[1, 2, 3, 4], [4]]


def test_one_sort_alone_is_not_measured(store, snapshot):
    made = make_blind_list(store, snapshot, 4, hops=1, seed=6)
    real = next(item.number for item in made.items if not item.decoy)
    rate(store, made.id, "ada", {real: 5.0})
    report = answer_blind_report(store, snapshot, [made])
    assert report.unmeasured == ["ada"]
    assert [one.reviewer for one in report.reviewers] == ["isthmus"]


def test_two_windows_of_one_reviewer_lose_no_rating(store, snapshot):
    made = make_blind_list(store, snapshot, 6, hops=1, seed=7)
    rate(store, made.id, "ada", {1: 1.0, 2: 2.0})
    assert rate(store, made.id, "ada", {2: 5.0, 3: 3.0}) == {1: 1.0, 2: 5.0, 3: 3.0}
