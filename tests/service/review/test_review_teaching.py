"""What verdicts teach: the fitted figure of a reader falls when its statements are judged wrong, and rises when right."""

import json
from itertools import cycle

import numpy as np
import pytest

from bench.fit_belief import fit, known_error
from bench.judged_statements import PROGRAMS, read_judged
from isthmus.extractors.training.judged_claims import read_judged as read_claims
from isthmus.graph.belief import READERS


def write_rows(path, tags, reader="compact", negated=False):
    rows = [
        {
            "text": f"Item {number}: larkamide slowed WREN{number}.",
            "subject": "larkamide",
            "predicate": "inhibits",
            "object": f"WREN{number}",
            "negated": negated,
            "tag": tag,
            "statement": f"{number:032x}",
            "evidence": f"{number + 10_000:032x}",
            "document": f"pmid:{number}",
            "reader": reader,
            "source_counts": {reader: 1},
            "belief": 0.6,
        }
        for number, tag in enumerate(tags)
    ]
    path.write_text("".join(f"{json.dumps(row)}\n" for row in rows), encoding="utf-8")
    return path


def surest(path, reader="compact"):
    fitted = fit(read_judged(None, verdicts=path))
    return next(each.surest for each in fitted.readers if each.name == reader)


def mixed(right, n=60):
    """So many of n right, spread evenly."""
    return ["correct" if place * right % n < right else "wrong_relation" for place in range(n)]


@pytest.mark.parametrize("reader", ["compact", "chat", "reach"])
def test_a_readers_figure_follows_its_verdicts(tmp_path, reader):
    wrong, half, right = (surest(write_rows(tmp_path / f"{n}.jsonl", mixed(n), reader), reader) for n in (6, 30, 54))
    assert wrong < half < right
    before = next(each.surest for each in READERS if each.name == reader)
    assert wrong < before < right


def test_few_verdicts_move_a_figure_little(tmp_path):
    before = 1 - known_error("compact")
    few = surest(write_rows(tmp_path / "few.jsonl", mixed(0, 3)))
    many = surest(write_rows(tmp_path / "many.jsonl", mixed(0, 60)))
    assert many < few < before


def test_rows_of_tables_teach_readers_nothing(tmp_path):
    rows = write_rows(tmp_path / "rows.jsonl", mixed(0), reader="given")
    assert read_judged(None, verdicts=rows).statement.size == 0


def test_verdicts_join_the_curated_sentences_and_leave_their_figures(shared_data, tmp_path):
    alone = read_judged(shared_data)
    both = read_judged(shared_data, verdicts=write_rows(tmp_path / "rows.jsonl", mixed(6)))
    assert alone.programs == PROGRAMS
    assert both.programs == (*PROGRAMS, "compact")
    assert len(both.statement) == len(alone.statement) + 60
    assert np.array_equal(both.right[: len(alone.right)], alone.right)


def test_rows_teach_verification_but_for_denied_statements(tmp_path):
    tags = [tag for tag, _ in zip(cycle(("correct", "wrong_entity")), range(10), strict=False)]
    judged = read_claims(None, write_rows(tmp_path / "rows.jsonl", tags))
    assert [one.right for one in judged] == [tag == "correct" for tag in tags]
    assert judged[0].claim.text == "Item 0: larkamide slowed WREN0."
    assert judged[0].claim.type == "inhibits"
    assert {one.corpus for one in judged} == {"verdicts"}
    assert len({one.fold for one in judged}) > 1  # each paper in a fold of its own
    assert read_claims(None, write_rows(tmp_path / "denied.jsonl", tags, negated=True)) == []
