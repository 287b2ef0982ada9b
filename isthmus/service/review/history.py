"""What was said of statements and hypotheses: of all verdicts, those that count, and where reviewers disagree."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping

from isthmus.graph.verdict import Verdict, VerdictKind, latest

Latest = Mapping[str, Mapping[str, Verdict]]


def latest_by_target(verdicts: Iterable[Verdict]) -> Latest:
    """The verdicts that count: by target, then by reviewer."""
    told: dict[str, dict[str, Verdict]] = defaultdict(dict)
    for verdict in latest(verdicts):
        told[verdict.target][verdict.reviewer] = verdict
    return told


def disagreed(by_reviewer: Mapping[str, Verdict]) -> bool:
    """Whether one of them says that it is right and another that it is not."""
    return len({is_right(verdict.kind) for verdict in by_reviewer.values()}) > 1


def is_right(kind: VerdictKind) -> bool:
    """Whether a verdict says that the sentence supports the statement as it stands."""
    return kind is VerdictKind.CORRECT
