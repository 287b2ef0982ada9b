"""A language model asked from the command line: the estimate, the budget, the answers that are kept."""

import json

import pytest
from local_model import Response, completion, serving

from isthmus.extractors.readers import read
from isthmus.graph.stores.open import open_store

NOTE = (
    "Two inhibitors in the dish\n\n"
    "Rasagiline and COMT were measured in both groups. Metformin inhibits MTOR in cultured neurons. "
    "Levels of dopamine and MAOB, and also of rasagiline, were recorded at baseline.\n"
)
SENTENCE = "Rasagiline and COMT were measured in both groups."
ADDED = {
    "subject": "Rasagiline",
    "subject_category": "SmallMolecule",
    "predicate": "increases",
    "object": "COMT",
    "object_category": "Gene",
    "assertion": "speculated",
    "sentence": SENTENCE,
}
ANSWER = completion(json.dumps({"mentions": [], "statements": [ADDED]}), tokens=(2_000, 150))


@pytest.fixture
def note(tmp_path):
    path = tmp_path / "note.txt"
    path.write_text(NOTE)
    return path


@pytest.fixture
def asked() -> list[dict]:
    """What the server was sent, in order."""
    return []


@pytest.fixture
def model(asked, tmp_path):
    """The environment of a command whose model is a function."""

    def server(request):
        asked.append(request)
        return ANSWER

    with serving(server) as address:
        yield {
            "ISTHMUS_LLM": "openai:m",
            "ISTHMUS_LLM_BASE_URL": address,
            "XDG_DATA_HOME": str(tmp_path / "data"),
            "OMP_NUM_THREADS": "1",
        }


def added(line):
    return [each for each in line["statements"] if each["evidence"]["text"] == SENTENCE and each["speculated"]]


def test_a_dry_run_of_extract_tells_the_estimate_and_asks_nothing(isthmus, note, model, asked):
    ran = isthmus("extract", note, "--dry-run", **model)
    assert (ran.code, ran.out, asked) == (0, "", [])
    assert "doubtful sentences of 1 documents" in ran.err


def test_extract_within_a_budget_adds_what_the_model_found_and_pays_once(isthmus, note, model, asked):
    first = isthmus("extract", note, "--budget", "20000", **model)
    assert first.code == 0
    (line,) = first.lines
    assert [each["predicate"] for each in added(line)] == ["increases"]
    assert "doubtful sentences" in first.err
    assert f"{2_150 * len(asked):,} tokens" in first.err
    sent = asked[0]["messages"][1]["content"]
    assert SENTENCE in sent
    paid = len(asked)
    assert paid >= 1
    again = isthmus("extract", note, "--budget", "20000", **model)
    assert len(asked) == paid
    assert again.lines == first.lines
    assert " 0 tokens" in again.err


def test_ingest_within_a_budget_is_not_undone_by_one_without(isthmus, note, model, asked, tmp_path):
    store = ("--store", f"sqlite:///{tmp_path / 'graph.sqlite'}", "--json")
    estimate = isthmus("ingest", note, "--budget", "20000", "--dry-run", *store, **model)
    assert asked == []
    assert not (tmp_path / "graph.sqlite").exists()
    assert estimate.json["questions"] == estimate.json["within_budget"]["questions"] == 1
    assert estimate.json["tokens"]["input"] > 1_000
    first = isthmus("ingest", note, "--budget", "20000", *store, **model)
    assert first.json["written"] == 1
    assert first.json["language_model"]["new_statements"] == 1
    assert first.json["language_model"]["tokens"] == {"input": 2_000 * len(asked), "output": 150 * len(asked)}
    hashed = isthmus("doctor", *store).json["graph_hash"]
    paid = len(asked)
    for arguments in ((), ("--budget", "20000")):
        again = isthmus("ingest", note, *arguments, *store, **model)
        assert (again.json["written"], again.json["unchanged"]) == (0, 1)
    assert len(asked) == paid
    assert isthmus("doctor", *store).json["graph_hash"] == hashed


def test_a_server_that_fails_loses_no_document_and_the_ledger_says_so(isthmus, note, tmp_path):
    url = f"sqlite:///{tmp_path / 'graph.sqlite'}"
    with serving(lambda request: Response({"error": {"message": "no such key"}}, 401)) as address:
        environment = {
            "ISTHMUS_LLM": "openai:m",
            "ISTHMUS_LLM_BASE_URL": address,
            "XDG_DATA_HOME": str(tmp_path / "data"),
        }
        ran = isthmus("ingest", note, "--budget", "20000", "--store", url, "--json", **environment)
    assert (ran.code, ran.json["written"]) == (0, 1)
    assert ran.json["statements"] >= 1
    assert ran.json["language_model"]["stopped"] == "the model's server answered 401"
    assert ran.json["language_model"]["tokens"] == {"input": 0, "output": 0}
    (document,) = read(note, lambda curie: None)
    with open_store(url) as store:
        (row,) = store.ledger([document.id]).values()
    assert "the model's server answered 401" in row.reason


@pytest.mark.parametrize(
    ("arguments", "environment", "words"),
    [
        (("extract", "--budget", "20000"), {}, "ISTHMUS_LLM"),
        (("extract", "--budget", "much"), {"ISTHMUS_LLM": "openai:m"}, "0.50usd"),
        (("extract", "--budget", "1usd"), {"ISTHMUS_LLM": "openai:m"}, "ISTHMUS_LLM_INPUT_PRICE"),
        (("ingest", "--model", "openai:m"), {}, "--budget"),
    ],
)
def test_what_is_missing_is_said_in_one_line(isthmus, note, tmp_path, arguments, environment, words):
    command, *options = arguments
    ran = isthmus(command, note, *options, ISTHMUS_STORE=f"sqlite:///{tmp_path / 'graph.sqlite'}", **environment)
    assert ran.code == 2
    assert words in ran.err
    assert len(ran.err.strip().splitlines()) == 1
    assert ran.out == ""
