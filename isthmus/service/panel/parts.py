"""Who spoke for each specialist in the end, and where the evidence-only form of its part stands in for a model."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from isthmus.service.panel.discussed import EVIDENCE_ONLY
from isthmus.service.panel.dossier import Dossier
from isthmus.service.panel.report import Claim, StruckClaim, Turn, TurnKind
from isthmus.service.panel.seen import told_to_a_model
from isthmus.service.panel.specialists import CHAIR, Specialist
from isthmus.service.panel.voices import Voice

NOTHING_SEEN = "nothing of its kind in the dossier"
REPORTS_STAY = "what it sees stands in clinical reports, which are not sent to a remote language model"


@dataclass(frozen=True, slots=True)
class Record:
    """What was said: ``fallen`` are the models that failed, and why; ``silent`` those that said "no evidence"."""

    claims: Sequence[Claim]
    struck: Sequence[StruckClaim]
    turns: Sequence[Turn]
    fallen: Mapping[str, str]
    silent: Collection[str]
    stopped: str


@dataclass(frozen=True, slots=True)
class Part:
    """``told`` is for the report; ``instead``: whether the evidence-only form stands in."""

    told: str
    instead: bool


def part_of(specialist: Specialist, voice: Voice | str, seen: Dossier, dossier: Dossier, record: Record) -> Part:
    """Who spoke for a specialist that sees ``seen`` of the dossier."""
    if specialist.kind == CHAIR:
        return Part(_chair(voice, record), instead=False)
    if not seen.exhibits:
        return Part(NOTHING_SEEN, instead=False)
    if isinstance(voice, str):
        return Part(f"{EVIDENCE_ONLY}: {voice}", instead=True)
    if not told_to_a_model(seen, reads_reports=voice.reads_reports).exhibits:
        return Part(f"{EVIDENCE_ONLY}: {REPORTS_STAY}", instead=True)
    name = specialist.name
    failure = record.fallen.get(name, "")
    if any(claim.by == name for claim in record.claims):
        return Part(f"{voice.name}, until it failed: {failure}" if failure else voice.name, instead=False)
    if failure:
        return Part(f"{EVIDENCE_ONLY}: {voice.name} failed: {failure}", instead=True)
    if name in record.silent:
        return Part(f"{voice.name}: no evidence", instead=False)
    if not any(turn.by == name for turn in record.turns):
        return Part(
            f"{EVIDENCE_ONLY}: {voice.name} was not heard: {record.stopped or 'it gave no answer'}", instead=True
        )
    struck = sum(one.by == name for one in record.struck)
    why = f"none of the {struck} claims of {voice.name} stands" if struck else f"{voice.name} claimed nothing"
    return Part(f"{EVIDENCE_ONLY}: {why}", instead=True)


def _chair(voice: Voice | str, record: Record) -> str:
    if isinstance(voice, str):
        return f"rules: {voice}"
    turn = next((each for each in record.turns if each.kind is TurnKind.JUDGE), None)
    if turn is None:
        return f"rules: {record.stopped or 'there was nothing for a model to judge'}"
    return f"rules: {voice.name} failed: {turn.failure}" if turn.failure else voice.name
