"""A verdict says who, of what and when; of each reviewer the latest counts."""

from dataclasses import replace

import pytest

from isthmus.graph.verdict import UnusableVerdict, Verdict, VerdictAbout, VerdictKind, in_order, latest, now_in_utc

SAID = Verdict(
    "0" * 31 + "a", VerdictAbout.STATEMENT, VerdictKind.CORRECT, "Ada", "as figure 2 says", "b" * 32, now_in_utc()
)


def test_its_id_is_a_hash_of_all_of_it():
    assert SAID.id == replace(SAID).id
    others = [
        replace(SAID, target="c" * 32),
        replace(SAID, about=VerdictAbout.HYPOTHESIS),
        replace(SAID, kind=VerdictKind.OTHER),
        replace(SAID, reviewer="Bo"),
        replace(SAID, comment=""),
        replace(SAID, evidence=""),
        replace(SAID, at=""),
    ]
    assert len({SAID.id, *(each.id for each in others)}) == 8


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ({"reviewer": " "}, "needs the name of its reviewer"),
        ({"target": "BACE1"}, "'BACE1' is not the id of a statement"),
        ({"target": "A" * 32}, "is not the id of a statement"),
        ({"target": "", "about": VerdictAbout.HYPOTHESIS}, "'' is not the id of a hypothesis"),
        ({"comment": "\ud800"}, "send it as UTF-8"),
        *(
            ({"at": at}, "is no time in UTC: write it as")
            for at in (
                "yesterday",
                "2026-03-01",
                "2026-03-01T09:00:00",
                "2026-03-01T09:00:00Z",
                "2026-03-01T09:00:00+01:00",
                "2026-02-31T09:00:00+00:00",
                "2026-W09-7T09:00:00+00:00",
            )
        ),
    ],
)
def test_what_is_no_verdict(change, complaint):
    with pytest.raises(UnusableVerdict, match=complaint):
        replace(SAID, **change)


def test_its_year():
    assert replace(SAID, at="2024-12-31T23:59:59+00:00").year == 2024
    assert replace(SAID, at="").year == 0


def test_the_latest_of_each_reviewer_on_a_target_counts():
    early, late = "2026-03-01T09:00:00+00:00", "2026-03-01T09:00:00.500000+00:00"
    first, second = replace(SAID, at=early), replace(SAID, at=late, kind=VerdictKind.OTHER)
    bo, elsewhere = replace(SAID, reviewer="Bo", at=""), replace(SAID, target="d" * 32, at=early)
    as_hypothesis = replace(first, about=VerdictAbout.HYPOTHESIS)
    said = [second, first, bo, elsewhere, as_hypothesis]
    assert latest(said) == in_order([bo, elsewhere, as_hypothesis, second])
    assert latest(reversed(said)) == latest(said)
    at_once = [replace(first, kind=kind) for kind in VerdictKind]
    assert latest(at_once) == latest(reversed(at_once)) == [max(at_once, key=lambda each: each.id)]
