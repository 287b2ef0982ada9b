"""Which way a hypothesis may go: the one table of transitions."""

from __future__ import annotations

from collections.abc import Mapping

from isthmus.errors import UsageError
from isthmus.service.hypotheses.status import Status

_S = Status

# Only a review accepts or rejects. What the literature decides can come at any time, and what it decided can be reviewed.
ALLOWED: Mapping[Status, tuple[Status, ...]] = {
    _S.PROPOSED: (_S.UNDER_REVIEW, _S.CONFIRMED, _S.REFUTED, _S.RETRACTED_SUPPORT),
    _S.UNDER_REVIEW: (_S.ACCEPTED, _S.REJECTED, _S.PROPOSED, _S.CONFIRMED, _S.REFUTED, _S.RETRACTED_SUPPORT),
    _S.ACCEPTED: (_S.UNDER_REVIEW, _S.CONFIRMED, _S.REFUTED, _S.RETRACTED_SUPPORT),
    _S.REJECTED: (_S.UNDER_REVIEW, _S.CONFIRMED, _S.REFUTED),
    _S.CONFIRMED: (_S.UNDER_REVIEW, _S.REFUTED, _S.RETRACTED_SUPPORT),
    _S.REFUTED: (_S.UNDER_REVIEW, _S.CONFIRMED),
    _S.RETRACTED_SUPPORT: (_S.UNDER_REVIEW, _S.CONFIRMED, _S.REFUTED),
}


class NotAllowed(UsageError):
    """A move that the table of transitions does not know. The API answers 409."""

    http_status = 409

    def __init__(self, hypothesis: str, was: Status, to: Status) -> None:
        self.allowed = ALLOWED[was]
        listed = ", ".join(self.allowed)
        super().__init__(f"{hypothesis} is {was} and cannot become {to}. From there it may become: {listed}.")


def may_move(was: Status, to: Status) -> bool:
    """Whether the table knows the move.

    >>> may_move(Status.UNDER_REVIEW, Status.ACCEPTED), may_move(Status.PROPOSED, Status.ACCEPTED)
    (True, False)
    """
    return to in ALLOWED[was]


def check_move(hypothesis: str, was: Status, to: Status) -> None:
    """Raises ``NotAllowed`` where the table does not know the move."""
    if not may_move(was, to):
        raise NotAllowed(hypothesis, was, to)
