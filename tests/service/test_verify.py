"""`isthmus verify`: rows in, the same rows with a belief out, and what is said of bad ones."""

import json

import pytest

GOOD = {"text": "AKT1 phosphorylates GSK3B.", "subject": "AKT1", "type": "Phosphorylation", "object": "GSK3B"}


def lines(path, *rows):
    path.write_text("".join(row if isinstance(row, str) else json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return path


def test_the_same_rows_come_out_with_a_belief(isthmus, tmp_path):
    rows = [
        GOOD | {"id": 12345678901234567890123, "belief": "old", "nested": {"a": [1.5, None]}},
        {
            "text": "Metformin inhibits MTOR in neurons.",
            "subject": "metformin",
            "predicate": "inhibits",
            "object": "MTOR",
        },
        {"text": "Μία άλλη πρόταση.", "subject": "α", "predicate": "binds", "object": "β", "type": 7},
    ]
    ran = isthmus("verify", lines(tmp_path / "claims.jsonl", *rows))
    assert (ran.code, ran.err) == (0, "")
    assert [{**row, "belief": None} for row in ran.lines] == [{**row, "belief": None} for row in rows]
    assert all(0 < row["belief"] < 1 for row in ran.lines)
    assert "πρόταση" in ran.out


@pytest.mark.parametrize(
    ("bad", "told"),
    [
        ("{not json}\n", "is not JSON"),
        ("[1, 2]\n", "is not a JSON object"),
        ('{"text": "A.", "subject": "B"}\n', "lacks predicate or type and object"),
        (json.dumps(GOOD | {"text": " "}) + "\n", "text must be a text that is not empty"),
        (json.dumps(GOOD | {"subject": 7}) + "\n", "subject must be a text"),
        ("[" * 100_000 + "\n", "is not JSON"),
    ],
)
def test_a_bad_row_is_named_by_file_and_line_and_the_others_come_out(isthmus, tmp_path, bad, told):
    ran = isthmus("verify", lines(tmp_path / "claims.jsonl", GOOD, "\n", bad, GOOD))
    assert ran.code == 1
    assert len(ran.lines) == 2
    (said,) = ran.err.splitlines()
    assert "claims.jsonl, line 3:" in said
    assert told in said


def test_bytes_that_are_no_utf8_are_a_bad_row(isthmus, tmp_path):
    file = tmp_path / "claims.jsonl"
    file.write_bytes(b'\xef\xbb\xbf{"text": "\xff"}\n' + json.dumps(GOOD).encode())
    ran = isthmus("verify", file)
    assert (ran.code, len(ran.lines)) == (1, 1)
    assert "line 1: is not UTF-8" in ran.err


def test_a_file_that_is_not_there_is_wrong_usage(isthmus, tmp_path):
    ran = isthmus("verify", tmp_path / "none.jsonl")
    assert ran.code == 2
    assert "none.jsonl" in ran.err
    assert ran.out == ""


def test_an_empty_file_says_nothing(isthmus, tmp_path):
    ran = isthmus("verify", lines(tmp_path / "claims.jsonl"))
    assert (ran.code, ran.out) == (0, "")


def test_more_rows_than_a_batch_keep_their_order(isthmus, tmp_path):
    rows = [GOOD | {"number": number} for number in range(130)]
    ran = isthmus("verify", lines(tmp_path / "claims.jsonl", *rows))
    assert [row["number"] for row in ran.lines] == list(range(130))
    assert len({row["belief"] for row in ran.lines}) == 1
