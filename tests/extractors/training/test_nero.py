"""NERO's table, in small and made up: which pairs are made of it."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from isthmus.extractors.training.nero import KINDS, JoinedNames, kind_of, read_nero


def _row(one: str, saying: str, other: str, sentence: str, negative: str = "0") -> str:
    row = [""] * 31
    row[8], row[11], row[16], row[23], row[29] = one, saying, other, negative, sentence
    return "\t".join(row)


def _read(tmp_path: Path, *rows: str) -> list[JoinedNames]:
    path = tmp_path / "annotation_results.txt"
    path.write_text("\n".join(("\t".join(["head"] * 31), *rows)), encoding="utf-8")
    return list(read_nero(path))


@pytest.mark.parametrize(
    ("saying", "kind"),
    [
        ("inhibits", "inhibit"), ("is an agonist of", "activate"), ("leads to", "up"), ("Downregulates", "down"),
        ("binds to ", "bind"), ("does not bind", "not bind"), ("did not activate", ""), ("is a type of", "is a"),
        ("consists of", "part"), ("resembles", "other"),
    ],
)  # fmt: skip
def test_what_an_annotator_wrote_has_a_kind(saying: str, kind: str) -> None:
    assert kind_of(saying) == kind


def test_pairs_are_places_in_their_sentence(tmp_path: Path) -> None:
    said = "Zorbaxin inhibits GSK3B in cells of the hippocampus."
    found = _read(tmp_path, _row("Zorbaxin", "inhibits", "GSK3B", said))
    joined = [one for one in found if KINDS[one.kind] == "inhibit"]
    assert [(said[slice(*one.subject)], said[slice(*one.object)]) for one in joined] == [("Zorbaxin", "GSK3B")]
    # The same the wrong way round may stand beside it, and nothing else.
    assert {(one.subject, one.object) for one in found if one not in joined} <= {((18, 23), (0, 8))}


def test_what_is_denied_ambiguous_or_no_name_is_left_out(tmp_path: Path) -> None:
    said = "Zorbaxin, GSK3B and more GSK3B were seen with zor."
    rows = (
        _row("Zorbaxin", "activates", "GSK3B", said),  # twice there
        _row("Zorbaxin", "activates", "zor", said, negative="1"),
        _row("Zorbaxin", "activates", "statement 3", said),
        _row("Zorbaxin", "activates", "Zorbax", said),  # one inside the other
    )
    assert _read(tmp_path, *rows) == []


def test_pairs_that_nobody_joined_teach_too(tmp_path: Path) -> None:
    rows = []
    for number in range(40):
        said = f"Zorbaxin activates AMPK{number} while melitrant is present."
        rows += [
            _row("Zorbaxin", "activates", f"AMPK{number}", said),
            _row("melitrant", "is near", f"AMPK{number}", said),
        ]
    kinds = Counter(KINDS[one.kind] for one in _read(tmp_path, *rows))
    assert kinds["activate"] == kinds["other"] == 40
    assert 20 < kinds["none"] < 80
