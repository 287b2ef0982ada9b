"""Where a hypothesis stands; apart from what a hypothesis holds, so that ``--help`` stays quick."""

from __future__ import annotations

from enum import StrEnum


class Status(StrEnum):
    """Where a hypothesis stands."""

    PROPOSED = "proposed"
    UNDER_REVIEW = "under_review"
    ACCEPTED = "accepted"
    REJECTED = "rejected"
    CONFIRMED = "confirmed"
    REFUTED = "refuted"
    RETRACTED_SUPPORT = "retracted_support"
