"""How much work reading may cost: the two profiles, by the command line."""

import pytest


@pytest.fixture
def note(tmp_path):
    path = tmp_path / "note.md"
    path.write_text("# Metformin in the dish\n\nMetformin inhibits MTOR in cultured neurons.\n")
    return path


def test_the_fast_profile_reads(isthmus, note):
    (line,) = isthmus("extract", note, "--profile", "fast").lines
    assert {mention["text"] for mention in line["mentions"]} >= {"Metformin", "MTOR"}
    assert [each["predicate"] for each in line["statements"]] == ["inhibits"]


def test_what_was_read_fast_is_read_again_by_the_default_profile(isthmus, note, tmp_path):
    store = f"sqlite:///{tmp_path / 'graph.sqlite'}"
    runs = [
        isthmus("ingest", note, "--store", store, "--json", *options).json
        for options in (("--profile", "fast"), ("--profile", "fast"), ())
    ]
    assert [(run["written"], run["unchanged"]) for run in runs] == [(1, 0), (0, 1), (1, 0)]


def test_the_fast_profile_asks_no_chat_model(isthmus, note):
    ran = isthmus("extract", note, "--profile", "fast", "--model", "openai:some-model")
    assert ran.code == 2
    assert "leave out --model" in ran.err


def test_a_summary_says_that_something_was_left_out(isthmus, tmp_path):
    german = "Die Ratten wurden mit Levodopa behandelt und danach wieder untersucht. " * 3
    (tmp_path / "mixed.md").write_text(f"# Metformin in the dish\n\nMetformin inhibits MTOR.\n\n{german}\n")
    store = f"sqlite:///{tmp_path / 'graph.sqlite'}"
    summary = isthmus("ingest", tmp_path / "mixed.md", "--store", store, "--json", "--profile", "fast").json
    assert [note["topic"] for note in summary["notes"]] == ["read in part"]
