"""Files in by the command line, and what a person is told when some of them are bad."""

import gzip

import pytest


def ingest(isthmus, store, *paths):
    return isthmus("ingest", *paths, "--store", store, "--json")


@pytest.fixture
def store(tmp_path):
    return f"sqlite:///{tmp_path / 'graph.sqlite'}"


def doctor(isthmus, store):
    return isthmus("doctor", "--store", store, "--json").json


def test_a_graph_goes_in_once(isthmus, store, story):
    first = ingest(isthmus, store, story)
    assert first.code == 0
    assert first.json["written"] == 1
    assert first.json["statements"] == 9
    before = doctor(isthmus, store)["graph_hash"]
    again = ingest(isthmus, store, story)
    assert (again.json["written"], again.json["unchanged"], again.json["statements"]) == (0, 1, 0)
    assert doctor(isthmus, store)["graph_hash"] == before


def test_notes_say_what_text_named_and_meant(isthmus, store, tmp_path):
    (tmp_path / "note.md").write_text("# Metformin in the dish\n\nMetformin inhibits MTOR in cultured neurons.\n")
    ran = ingest(isthmus, store, tmp_path / "note.md")
    assert ran.json["written"] == 1
    assert ran.json["statements"] >= 1
    answer = isthmus("paths", "--from", "metformin", "--to", "HGNC:3942", "--store", store, "--json").json
    hop = answer["paths"][0]["statements"][0]
    assert hop["predicate"] == "inhibits"
    assert hop["evidence"][0]["text"] == "Metformin inhibits MTOR in cultured neurons."


def test_extract_prints_exact_offsets_and_touches_no_store(isthmus, tmp_path):
    note = tmp_path / "note.txt"
    note.write_text("Metformin in the dish\n\nMetformin inhibits MTOR in cultured neurons.\n")
    (line,) = isthmus("extract", note).lines
    text = "Metformin in the dish Metformin inhibits MTOR in cultured neurons."
    assert line["mentions"]
    for mention in line["mentions"]:
        assert text[mention["start"] : mention["end"]] == mention["text"]
    (statement,) = [each for each in line["statements"] if each["predicate"] == "inhibits"]
    assert (statement["object"], statement["negated"], statement["speculated"]) == ("HGNC:3942", False, False)
    assert text[statement["evidence"]["start"] : statement["evidence"]["end"]] == statement["evidence"]["text"]


def test_a_bad_file_among_good_ones_is_named_and_the_rest_is_in(isthmus, store, story, tmp_path):
    (tmp_path / "empty.xml").write_bytes(b"")
    (tmp_path / "noise.bin").write_bytes(bytes(range(256)) * 40)
    (tmp_path / "cut.xml.gz").write_bytes(gzip.compress(b"<PubmedArticleSet><PubmedArticle>")[:-12])
    ran = ingest(isthmus, store, story, tmp_path / "empty.xml", tmp_path / "noise.bin", tmp_path / "cut.xml.gz")
    assert ran.code == 1
    assert ran.json["written"] == 1
    assert ran.json["failed"] == 3
    assert {failure["source"] for failure in ran.json["failures"]} == {"empty.xml", "noise.bin", "cut.xml.gz"}
    assert all(failure["reason"] for failure in ran.json["failures"])


def test_a_path_that_does_not_exist_stops_before_anything_is_read(isthmus, store, tmp_path, story):
    ran = ingest(isthmus, store, story, tmp_path / "nowhere.xml")
    assert ran.code in {1, 2}
    assert "nowhere.xml" in ran.err
    assert ran.out == ""


@pytest.mark.parametrize("url", ["sqlite:////proc/nowhere/graph.sqlite", "bolt://127.0.0.1:9", "redis://127.0.0.1"])
def test_a_store_that_cannot_be_reached_is_one_line(isthmus, story, url):
    ran = ingest(isthmus, url, story)
    assert ran.code == (2 if url.startswith("redis") else 3)
    assert len(ran.err.strip().splitlines()) == 1
    assert ran.out == ""


def test_a_question_to_a_store_that_is_not_there_says_how_to_make_one(isthmus, store):
    ran = isthmus("paths", "--from", "a", "--to", "b", "--store", store)
    assert ran.code == 3
    assert "ingest" in ran.err


def test_doctor_reports_a_store_that_is_away_and_still_answers(isthmus):
    ran = isthmus("doctor", "--store", "bolt://127.0.0.1:9", "--json")
    assert ran.code == 3
    store_check = ran.json["checks"][0]
    assert (store_check["name"], store_check["ok"]) == ("store", False)


def test_the_graph_survives_export_and_import(isthmus, story_store, store, tmp_path):
    written = isthmus("export", "--format", "kgx", "--out", tmp_path / "out", "--store", story_store, "--json")
    assert written.code == 0
    assert ingest(isthmus, store, tmp_path / "out").code == 0
    assert doctor(isthmus, store)["graph_hash"] == doctor(isthmus, story_store)["graph_hash"]


def test_help_is_quick_enough_to_be_asked_often(isthmus):
    ran = isthmus("--help")
    assert ran.code == 0
    for command in ("ingest", "extract", "paths", "candidates", "score", "export", "doctor", "serve", "demo"):
        assert command in ran.out


def test_help_imports_nothing_heavy(isthmus):
    """What makes --help slow is imports; this names the culprit instead of timing it."""
    import subprocess
    import sys

    listed = subprocess.run(
        [sys.executable, "-X", "importtime", "-m", "isthmus", "--help"], capture_output=True, text=True, check=True
    ).stderr
    imported = {line.rsplit("|", 1)[-1].strip() for line in listed.splitlines()}
    assert not imported & {"spacy", "numpy", "scipy", "neo4j", "fastapi", "pydantic", "langchain", "lxml"}
