"""What came of a verdict, told."""

from __future__ import annotations

from pydantic import Field

from isthmus.graph.verdict import VerdictAbout
from isthmus.service.answers import Told
from isthmus.service.review.agreement import VerdictAnswer
from isthmus.service.review.verdicts import Moved


class MovedAnswer(Told):
    """A verdict that was given or taken back, and how the belief in its statement moved; absent for a hypothesis."""

    target: str
    about: VerdictAbout
    verdict: VerdictAnswer
    belief_before: float | None
    belief_after: float | None = Field(description="absent too where the graph no longer holds the statement")

    @classmethod
    def of(cls, moved: Moved) -> MovedAnswer:
        """From what was done."""
        return cls(
            target=moved.verdict.target,
            about=moved.verdict.about,
            verdict=VerdictAnswer.of(moved.verdict),
            belief_before=moved.before,
            belief_after=moved.after,
        )
