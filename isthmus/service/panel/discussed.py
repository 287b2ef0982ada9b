"""What a discussion comes to, for the report to be put together from."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from isthmus.service.panel.dossier import Dossier
from isthmus.service.panel.report import Claim, Cost, StruckClaim, Turn
from isthmus.service.panel.specialists import Specialist

EVIDENCE_ONLY = "evidence-only"

# The part of one specialist without a model: claims from what it may see.
EvidenceOnly = Callable[[Specialist, Dossier], Sequence[Claim]]
# Told of each turn as it comes.
OnTurn = Callable[[Turn], None]


@dataclass(frozen=True, slots=True)
class Judgement:
    """What the chair makes of the claims that passed; ``reasons`` are made by code and name claims by their texts.

    ``verdict`` is supported, contested, weak or unsupported.
    """

    verdict: str
    reasons: Sequence[str]
    by: str
    model: str


@dataclass(frozen=True, slots=True)
class Discussed:
    """All that the panel said. ``claims`` passed every check, in the order they were made.

    ``specialists`` says of each who spoke for it: a model's name, or ``evidence-only`` and why. ``judgement`` is absent
    where no model judged: then the rules do.
    """

    claims: Sequence[Claim]
    struck: Sequence[StruckClaim]
    transcript: Sequence[Turn]
    specialists: Mapping[str, str]
    judgement: Judgement | None
    cost: Cost

    @property
    def with_models(self) -> bool:
        """Whether any model gave a usable answer."""
        return any(not turn.failure for turn in self.transcript)
