"""Verdicts: what reviewers say of statements and of hypotheses."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from itertools import groupby
from operator import attrgetter

from isthmus.errors import UsageError
from isthmus.graph.model import content_hash


class VerdictKind(StrEnum):
    """What a reviewer says of a statement or of a hypothesis."""

    CORRECT = "correct"
    WRONG_RELATION = "wrong_relation"
    WRONG_ENTITY = "wrong_entity"
    WRONG_DIRECTION = "wrong_direction"
    NEGATION_MISSED = "negation_missed"
    SPECULATIVE = "speculative"
    OTHER = "other"  # wrong for another reason, which the comment gives


class VerdictAbout(StrEnum):
    """What was judged."""

    STATEMENT = "statement"
    HYPOTHESIS = "hypothesis"


class UnusableVerdict(UsageError):
    """A verdict that names nobody, nothing or no time; the message says what is wanted."""


_STATEMENT_ID = re.compile(r"[0-9a-f]{32}")
_IN_UTC = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,6})?\+00:00")
_UNSAYABLE = re.compile("[\ud800-\udfff]")  # what no store can write


@dataclass(frozen=True, slots=True)
class Verdict:
    """What one reviewer said once.

    ``target`` is the id of the statement or hypothesis, ``evidence`` that of the evidence that was looked at, where one
    was. ``at`` is when, ISO 8601 in UTC (``now_in_utc``), or empty where nobody knows, which counts as long ago. Of what
    a reviewer says of one target the latest counts; what was said at the same time goes by its ``id``.

    Raises:
        UnusableVerdict: no reviewer, a statement's id that is none, or a time that is not in UTC.
    """

    target: str
    about: VerdictAbout
    kind: VerdictKind
    reviewer: str
    comment: str = ""
    evidence: str = ""
    at: str = ""

    def __post_init__(self) -> None:
        if any(_UNSAYABLE.search(said) for said in (self.target, self.reviewer, self.comment, self.evidence)):
            raise UnusableVerdict("a verdict has half a character in it: send it as UTF-8")
        if not self.reviewer.strip():
            raise UnusableVerdict("a verdict needs the name of its reviewer: say who judges")
        if not self.target or (self.about == VerdictAbout.STATEMENT and not _STATEMENT_ID.fullmatch(self.target)):
            raise UnusableVerdict(
                f"{self.target[:40]!r} is not the id of a {self.about}: use the one that it is shown with"
            )
        if self.at and not _is_in_utc(self.at):
            raise UnusableVerdict(f"{self.at[:40]!r} is no time in UTC: write it as 2026-01-31T09:00:00.000000+00:00")

    @property
    def id(self) -> str:
        """Content hash of all of it: 32 hex digits."""
        return content_hash(self)

    @property
    def year(self) -> int:
        """The year it was given in; 0 where nobody knows."""
        return int(self.at[:4]) if self.at else 0


def latest(verdicts: Iterable[Verdict]) -> list[Verdict]:
    """Those that count: of each reviewer the latest on each target. Oldest first, then by id."""
    counts: dict[tuple[str, str, str], Verdict] = {}
    for each in in_order(verdicts):
        key = each.about, each.target, each.reviewer
        counts.pop(key, None)  # what comes in its place comes at the end
        counts[key] = each
    return list(counts.values())


def in_order(verdicts: Iterable[Verdict]) -> list[Verdict]:
    """Oldest first, then by id."""
    by_time = groupby(sorted(verdicts, key=attrgetter("at")), key=attrgetter("at"))
    return [each for _, some in by_time for each in _by_id(list(some))]


def _by_id(verdicts: list[Verdict]) -> list[Verdict]:
    # Seldom more than one, and hashing it is ten times the work of all the rest.
    return sorted(verdicts, key=attrgetter("id")) if len(verdicts) > 1 else verdicts


def now_in_utc() -> str:
    """This moment to the microsecond, as texts that sort by time: of two verdicts the later one is known."""
    return datetime.now(UTC).isoformat(timespec="microseconds")


def _is_in_utc(at: str) -> bool:
    if not _IN_UTC.fullmatch(at):
        return False
    try:
        datetime.fromisoformat(at)
    except ValueError:  # the 31st of February
        return False
    return True
