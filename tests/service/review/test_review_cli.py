"""``isthmus review`` as a person runs it: lists, verdicts that the next answer shows, blind lists, keys on a terminal."""

import json
import os
import pty
import re
import select
import shutil
import subprocess
import sys
import time

import pytest
from graph.discovery.small_graphs import random_facts
from service.conftest import Ran
from typer.testing import CliRunner

from isthmus.errors import IsthmusError
from isthmus.graph.stores.open import open_store
from isthmus.service.cli import app
from isthmus.service.settings import settings

METFORMIN, PARKINSON = "CHEBI:6801", "MONDO:0005180"
PATHS = ("paths", "--from", METFORMIN, "--to", PARKINSON, "--json")


@pytest.fixture
def store(story_store, tmp_path):
    """A copy of the story's graph: verdicts are given in it."""
    return copied(story_store, tmp_path / "graph.sqlite")


def copied(url, file):
    shutil.copy(url.removeprefix("sqlite:///"), file)
    return f"sqlite:///{file}"


@pytest.fixture
def run(store, command):
    def of_store(*arguments, **told):
        return command(*arguments, store=store, **told)

    return of_store


@pytest.fixture
def command(monkeypatch, tmp_path):
    """The command line in this process, with its errors as ``main`` puts them."""
    monkeypatch.setenv("ISTHMUS_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("COLUMNS", "160")

    def invoke(*arguments, store, reviewer="ada"):
        monkeypatch.setenv("ISTHMUS_STORE", store)
        monkeypatch.setenv("ISTHMUS_REVIEWER", reviewer)
        settings.cache_clear()
        result = CliRunner().invoke(app, [str(one) for one in arguments])
        if isinstance(result.exception, IsthmusError):
            return Ran(result.exception.exit_code, result.stdout, f"isthmus: {result.exception}")
        assert result.exception is None or isinstance(result.exception, SystemExit), result.exc_info
        return Ran(result.exit_code, result.stdout, result.stderr)

    yield invoke
    settings.cache_clear()


def hop(run, subject):
    [path] = [path for path in run(*PATHS).json["paths"] if path["statements"][0]["subject"] == subject][:1]
    return path["statements"][0], path


def test_a_verdict_shows_in_the_next_answer_and_survives_another_ingest(run, isthmus, story, store):
    before, path = hop(run, METFORMIN)
    given = run("review", "give", before["id"], "--verdict", "wrong-entity", "--comment", "another kinase", "--json")
    assert given.code == 0, given.err
    moved = given.json
    assert (moved["verdict"]["kind"], moved["verdict"]["reviewer"]) == ("wrong_entity", "ada")
    assert moved["belief_before"] == pytest.approx(before["belief"])
    after, lowered = hop(run, METFORMIN)
    assert after["belief"] == pytest.approx(moved["belief_after"])
    assert after["belief"] < before["belief"]
    assert lowered["belief"] < path["belief"]
    again = isthmus("ingest", story / "story_nodes.tsv", story / "story_edges.tsv", "--store", store, "--json")
    assert again.json["unchanged"] == again.json["read"] > 0
    assert hop(run, METFORMIN)[0]["belief"] == after["belief"]
    back = run("review", "undo", "--json").json
    assert back["belief_after"] == pytest.approx(before["belief"])
    assert hop(run, METFORMIN) == (before, path)


def test_the_list_is_what_the_reviewer_has_not_judged(run):
    first = run("review", "list", "--json").json
    assert first["reviewer"] == "ada"
    values = [item["value"] for item in first["items"]]
    assert values == sorted(values, reverse=True)
    run("review", "give", first["items"][0]["id"], "--verdict", "correct")
    second = run("review", "list", "--json").json
    assert {item["id"] for item in second["items"]} == {item["id"] for item in first["items"][1:]}
    of_bob = run("review", "list", "--json", reviewer="bob").json["items"]
    assert {item["id"] for item in of_bob} == {item["id"] for item in first["items"]}
    page = run("review", "list", "--top", "2", "--json").json
    rest = run("review", "list", "--cursor", page["cursor"], "--json").json
    assert [*page["items"], *rest["items"]] == second["items"]


def test_the_list_for_one_entity_holds_what_concerns_it(run):
    items = run("review", "list", "--for", "metformin", "--json").json["items"]
    assert "metformin activates PRKAA1" in [item["text"] for item in items]
    assert len(items) < len(run("review", "list", "--json").json["items"])


def test_show_marks_both_ends_and_tells_the_history(run):
    statement = hop(run, METFORMIN)[0]["id"]
    run("review", "give", statement, "--verdict", "speculative", "--comment", "a dish is no brain")
    run("review", "give", statement, "--verdict", "correct", reviewer="bob")
    shown = run("review", "show", statement)
    assert "«Metformin» switched AMPK on in cultured neurons." in shown.out
    assert "ada: speculative: a dish is no brain" in shown.out
    assert "reviewers disagree" in shown.out
    agreement = run("review", "agreement")
    assert "ada and bob" in agreement.out
    assert "metformin activates PRKAA1" in agreement.out
    first = run("review", "list", "--top", "1", "--json", reviewer="cy").json["items"][0]
    assert (first["id"], first["disagreed"]) == (statement, True)


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("give", "nope", "--verdict", "correct"), "isthmus review list"),
        (("give", "nope", "--verdict", "fine"), "Choose from correct, wrong-relation"),
        (("show", "nope"), "is no statement or hypothesis"),
        (("undo",), "ada has given no verdict"),
        (("list", "--cursor", "rubbish"), "is not a cursor"),
        (("list", "--for", "nobody knows this"), "is not in this graph"),
        (("blind", "show", "nope"), "isthmus review blind lists"),
        (("blind", "--size", "400"), "have a decoy"),
        (("blind", "ask", "nope"), "ISTHMUS_LLM"),
        ((), "this is no terminal"),
    ],
)
def test_a_wrong_question_says_what_to_do_in_one_line(run, arguments, told):
    ran = run("review", *arguments)
    assert ran.code == 2
    assert told in ran.err
    assert len(ran.err.strip().splitlines()) == 1
    assert ran.out == ""


def test_the_default_reviewer_is_who_is_logged_in(run, monkeypatch):
    monkeypatch.setenv("LOGNAME", "eve")
    assert run("review", "list", "--json", reviewer="").json["reviewer"] == "eve"


def test_verdicts_are_exported_as_rows_that_verify_reads(run, tmp_path):
    statement = hop(run, METFORMIN)[0]["id"]
    run("review", "give", statement, "--verdict", "negation-missed")
    file = tmp_path / "rows.jsonl"
    assert run("review", "export", file, "--json").json["rows"] == 1
    [row] = map(json.loads, file.read_text().splitlines())
    assert (row["tag"], row["statement"], row["reader"]) == ("negation_missed", statement, "given")
    [verified] = run("verify", file).lines
    assert {**verified, "belief": 0} == {**row, "belief": 0}
    assert run("review", "export", tmp_path / "no" / "rows.jsonl").code == 1


@pytest.fixture(scope="module")
def wide_store(isthmus, tmp_path_factory):
    """A graph of chance with many paths."""
    folder = tmp_path_factory.mktemp("wide")
    kinds = {"drug": ("CHEBI", "Drug"), "gene": ("HGNC", "Gene"), "dis": ("MONDO", "Disease")}
    facts = [one.statement for one in random_facts(1, {"drug": 30, "gene": 50, "dis": 30}, 0.05)]

    def curie(identifier):
        kind, _, number = identifier.partition(":")
        return f"{kinds[kind][0]}:9{number}"

    ends = sorted({end for one in facts for end in (one.subject, one.object)})
    nodes = [f"{curie(end)}\t{end.replace(':', ' ')}\tbiolink:{kinds[end.split(':')[0]][1]}" for end in ends]
    edges = [
        f"{curie(one.subject)}\tbiolink:{'associated_with' if one.predicate.symmetric else 'regulates'}\t{curie(one.object)}\t0.8"
        for one in facts
    ]
    files = folder / "wide_nodes.tsv", folder / "wide_edges.tsv"
    files[0].write_text("\n".join(("id\tname\tcategory", *nodes)) + "\n")
    files[1].write_text("\n".join(("subject\tpredicate\tobject\tbelief", *edges)) + "\n")
    url = f"sqlite:///{folder / 'wide.sqlite'}"
    ran = isthmus("ingest", *files, "--store", url)
    assert ran.code == 0, ran.err
    return url


@pytest.fixture
def wide(wide_store, tmp_path):
    return copied(wide_store, tmp_path / "wide.sqlite")


def test_a_blind_list_is_rated_and_reported_and_changes_nothing_of_the_graph(command, wide):
    def run(*arguments):
        return command("review", "blind", *arguments, store=wide)

    before = held(wide)
    made = run("--size", "12", "--seed", "4", "--json").json
    assert [item["number"] for item in made["items"]] == list(range(1, 13))
    assert "decoy" not in json.dumps(made)
    assert run("--size", "12", "--seed", "4", "--json").json == made
    assert run("--size", "12", "--seed", "5", "--json").json["items"] != made["items"]
    for number in range(1, 13):
        assert run("rate", made["id"], str(number), str(1 + number % 5)).code == 0
    assert run("rate", made["id"], "1", "9").code == run("rate", made["id"], "13", "1").code == 2
    seen = run("show", made["id"], "--json").json
    assert seen["rated"] == {str(number): 1 + number % 5 for number in range(1, 13)}
    told = {one["reviewer"]: one for one in run("report", made["id"], "--json").json["reviewers"]}
    assert set(told) == {"ada", "isthmus"}
    assert (told["ada"]["real"], told["ada"]["decoys"], told["ada"]["model"]) == (6, 6, False)
    assert told["isthmus"]["model"]
    assert 0 <= told["ada"]["auroc_low"] <= told["ada"]["auroc"] <= told["ada"]["auroc_high"] <= 1
    assert "ada" in run("report").out
    assert made["id"] in run("lists").out
    assert held(wide) == before


def held(url):
    with open_store(url) as store:
        return store.graph_hash(), store.version(), store.counts()


class Terminal:
    """A command on a terminal of its own, told what to press once it shows what is waited for."""

    def __init__(self, *arguments, **environment):
        self.main, side = pty.openpty()
        self.seen = ""
        self.process = subprocess.Popen(
            [sys.executable, "-m", "isthmus", *arguments],
            stdin=side,
            stdout=side,
            stderr=side,
            env={**os.environ, "NO_COLOR": "1", "TERM": "dumb", "COLUMNS": "160", **environment},
            start_new_session=True,
        )
        os.close(side)

    def press(self, key, after):
        """Press a key once this was shown, after what was shown before."""
        self.wait_for(after)
        time.sleep(0.05)  # the terminal forgets what was pressed before it waits for a key
        os.write(self.main, key.encode())

    def wait_for(self, text):
        deadline = time.monotonic() + 60
        while text not in self.seen:
            ready, _, _ = select.select([self.main], [], [], deadline - time.monotonic())
            assert ready, f"waited for {text!r}, saw {self.seen!r}"
            try:
                self.seen += os.read(self.main, 4096).decode("utf-8", "replace").replace("\r", "")
            except OSError:  # the other side is closed
                raise AssertionError(f"waited for {text!r}, saw {self.seen!r}") from None
        self.seen = self.seen[self.seen.index(text) + len(text) :]

    def end(self):
        code = self.process.wait(timeout=60)
        os.close(self.main)
        return code


def test_the_queue_is_walked_with_one_key_for_each_verdict(run, store, tmp_path):
    items = run("review", "list", "--json").json["items"]
    terminal = Terminal("review", "--store", store, ISTHMUS_REVIEWER="ada", ISTHMUS_CACHE=str(tmp_path / "cache"))
    terminal.press("?", after=items[0]["text"])
    terminal.press("v", after="q quit")
    terminal.wait_for("correct; belief")
    terminal.press("r", after=items[1]["text"])
    terminal.press("names the wrong tissue\n", after="comment")
    terminal.wait_for("wrong relation; belief")
    terminal.press("u", after=items[2]["text"])
    terminal.wait_for("taken back; belief")
    terminal.press("s", after=items[1]["text"])
    terminal.press("s", after=items[2]["text"])
    terminal.press("q", after=items[3]["text"])
    terminal.wait_for("1 verdicts by ada")
    assert terminal.end() == 0
    shown = run("review", "show", items[0]["id"], "--json").json
    assert [(one["kind"], one["reviewer"]) for one in shown["verdicts"]] == [("correct", "ada")]
    assert shown["verdicts"][0]["evidence"] == shown["evidence"][0]["id"]
    assert run("review", "show", items[1]["id"], "--json").json["verdicts"] == []


def test_a_blind_list_is_rated_with_keys(command, wide, tmp_path):
    terminal = Terminal(
        "review", "blind", "--size", "4", "--store", wide, ISTHMUS_REVIEWER="ada", ISTHMUS_CACHE=str(tmp_path / "c")
    )
    for number, key in enumerate("51s3", start=1):
        terminal.press(key, after=f"{number}. ")
    terminal.wait_for("3 of 4 rated")
    list_id = re.search(r"report (\w+)", terminal.seen)
    assert terminal.end() == 0
    assert list_id
    seen = command("review", "blind", "show", list_id[1], "--json", store=wide).json
    assert seen["rated"] == {"1": 5, "2": 1, "4": 3}
