"""What one member of the panel does in each step: it is asked, its answer is read and checked, and told as a turn."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from isthmus.extractors.chat.asking import PATIENCE, Answer, F, Meter, NoAnswer, UnsuitableModel, Usage
from isthmus.extractors.readers.visible_text import one_line
from isthmus.service.panel import messages
from isthmus.service.panel.claim_checks import Put, check_claim, struck
from isthmus.service.panel.claim_text import Fault
from isthmus.service.panel.discussed import Judgement
from isthmus.service.panel.dossier import Dossier
from isthmus.service.panel.forms import (
    CONCERNS,
    MOST_CLAIMS,
    MOST_QUESTIONS,
    VERDICTS,
    ClaimForm,
    CrossExamineForm,
    JudgeForm,
    ProposeForm,
    ReviseForm,
)
from isthmus.service.panel.handles import Handles
from isthmus.service.panel.messages import MOST_ROWS, Numbered, Told
from isthmus.service.panel.report import Claim, Stance, Strike, StruckClaim, Turn, TurnKind
from isthmus.service.panel.seen import from_a_report
from isthmus.service.panel.specialists import Specialist
from isthmus.service.panel.tools import looked_up, lookup_tools
from isthmus.service.panel.voices import Voice
from isthmus.service.settings import settings


@dataclass(frozen=True)
class Seat:
    """A member at the table: ``told`` is what of the dossier its voice may be told, and cite."""

    specialist: Specialist
    voice: Voice
    told: Dossier
    dossier: Dossier
    handles: Handles

    @property
    def name(self) -> str:
        """The specialist's."""
        return self.specialist.name

    def may_hear(self, claims: Sequence[Numbered]) -> list[Numbered]:
        """Of the claims, those that rest on nothing that its voice may not be told."""
        return [each for each in claims if self.voice.reads_reports or not self._reported(each.claim)]

    @property
    def knows_reports(self) -> bool:
        """Whether what it says may come from clinical reports."""
        return any(from_a_report(one, self.dossier) for each in self.told.exhibits.values() for one in each.evidence)

    def may_be_asked(self, questions: Sequence[Question]) -> list[Question]:
        """Of the questions, those that hold nothing that its voice may not be told."""
        return [each for each in questions if self.voice.reads_reports or not each.from_reports]

    def _reported(self, claim: Claim) -> bool:
        found = [self.dossier.evidence(each) for each in claim.evidence_ids]
        return any(one is None or from_a_report(one[1], self.dossier) for one in found)


@dataclass(frozen=True, slots=True)
class Question:
    """One member's doubt about a claim of another; ``from_reports``: its words may come from clinical reports."""

    claim: str
    by: str
    concern: str
    text: str
    from_reports: bool = False

    def __str__(self) -> str:
        return f"{self.claim}: {self.by} doubts it ({self.concern}): {self.text}"


@dataclass(frozen=True, slots=True)
class Said:
    """What came of one turn."""

    turn: Turn
    claims: Sequence[Claim] = ()
    struck: Sequence[StruckClaim] = ()
    withdrawn: Sequence[str] = ()
    questions: Sequence[Question] = ()
    judgement: Judgement | None = None
    no_evidence: bool = False


class TurnMeter:
    """Counts one turn's tokens and passes all on to the account: implements ``Meter``."""

    def __init__(self, account: Meter) -> None:
        self._account = account
        self.used = Usage()

    def admit(self, prompt: int) -> None:
        """As the account does."""
        self._account.admit(prompt)

    def charge(self, prompt: int, usage: Usage | None) -> None:
        """Count it here too, where it was told."""
        self.used += usage or Usage()
        self._account.charge(prompt, usage)


@dataclass(frozen=True, slots=True)
class Asking:
    """What a turn is asked with: which round it is, who counts, and the end of all patience (``time.monotonic``)."""

    round: int
    account: Meter
    deadline: float


def propose(seat: Seat, asking: Asking) -> Said:
    """First claims."""
    told = messages.propose_messages(seat.specialist, seat.dossier, seat.told, seat.handles)

    def read(form: ProposeForm, turn: Turn) -> Said:
        claims, out = _checked(seat, form.claims, asking.round)
        return Said(
            _claiming(turn, claims, out, "no evidence" if not form.claims else ""),
            claims,
            out,
            no_evidence=form.no_evidence and not form.claims,
        )

    return _turn(seat, TurnKind.PROPOSE, told, ProposeForm, asking, read, looks_up=True)


def cross_examine(seat: Seat, asking: Asking, others: Sequence[Numbered]) -> Said:
    """Questions to the others' claims; one about a claim that is not there counts for nothing."""
    told = messages.cross_examine_messages(seat.specialist, seat.dossier, seat.told, seat.handles, others)
    known, reports = {each.handle for each in others}, seat.knows_reports

    def read(form: CrossExamineForm, turn: Turn) -> Said:
        questions = tuple(
            Question(each.claim.strip().lower(), seat.name, each.concern, one_line(each.question)[:300], reports)
            for each in form.questions[:MOST_QUESTIONS]
            if each.claim.strip().lower() in known and each.concern in CONCERNS
        )
        return Said(turn.model_copy(update={"text": _lines(questions) or "no questions"}), questions=questions)

    return _turn(seat, TurnKind.CROSS_EXAMINE, told, CrossExamineForm, asking, read)


def revise(
    seat: Seat, asking: Asking, own: Sequence[Numbered], out: Sequence[StruckClaim], questions: Sequence[Question]
) -> Said:
    """What it takes back, and what it claims instead."""
    told = messages.revise_messages(
        seat.specialist, seat.dossier, seat.told, seat.handles, own, out, map(str, questions)
    )
    mine = {each.handle: each.claim for each in own}

    def read(form: ReviseForm, turn: Turn) -> Said:
        back = tuple(dict.fromkeys(one for each in form.withdraw if (one := each.strip().lower()) in mine))
        claims, struck_now = _checked(seat, form.claims, asking.round)
        fresh = [each for each in claims if not any(_same(each, held) for held in mine.values())]
        taken = [_withdrawn(mine[each], asking.round) for each in back]
        said = _claiming(turn, fresh, struck_now, "nothing to add" if not form.claims else "")
        text = "\n".join([*(f"withdraws {each}: {mine[each].text}" for each in back), said.text])
        return Said(said.model_copy(update={"text": text}), fresh, [*struck_now, *taken], back)

    return _turn(seat, TurnKind.REVISE, told, ReviseForm, asking, read)


def judge(seat: Seat, asking: Asking, claims: Sequence[Numbered], questions: Sequence[Question]) -> Said:
    """The verdict, as far as the claims bear it out."""
    told = messages.judge_messages(seat.specialist, seat.dossier, claims, map(str, questions))

    def read(form: JudgeForm, turn: Turn) -> Said:
        judgement = judged(form, claims, seat.name, seat.voice.name)
        text = f"{form.verdict}; for: {_listed(form.carrying)}; against: {_listed(form.against)}"
        failure = "" if judgement else "the verdict names no claim that bears it out"
        return Said(turn.model_copy(update={"text": one_line(text), "failure": failure}), judgement=judgement)

    return _turn(seat, TurnKind.JUDGE, told, JudgeForm, asking, read)


def judged(form: JudgeForm, claims: Sequence[Numbered], by: str, model: str) -> Judgement | None:
    """The chair's verdict, never more than the claims allow; None where it names none that bear it out.

    A proposal is supported only by claims for it, and contested where a claim that passed speaks against it.
    """
    known = {each.handle: each.claim for each in claims}
    named = [
        [known[one] for each in told if (one := each.strip().lower()) in known]
        for told in (form.carrying, form.against)
    ]
    carrying = [each for each in named[0] if each.stance is not Stance.CONTRADICTS]
    against = [each for each in named[1] if each.stance is Stance.CONTRADICTS]
    if form.verdict not in VERDICTS or (form.verdict != "unsupported" and not carrying):
        return None
    denied = [each.claim for each in claims if each.claim.stance is Stance.CONTRADICTS]
    verdict, against = ("contested", denied) if form.verdict == "supported" and denied else (form.verdict, against)
    reasons = [f"for it: {each.text}" for each in carrying] + [f"against it: {each.text}" for each in against]
    return Judgement(verdict, reasons or ["no claim that passed the checks backs it"], by, model)


def _turn(
    seat: Seat,
    kind: TurnKind,
    told: Sequence[Told],
    form: type[F],
    asking: Asking,
    read: Callable[[F, Turn], Said],
    *,
    looks_up: bool = False,
) -> Said:
    """Ask, and read the answer. Never raises: a turn without a usable answer says why."""
    meter, began = TurnMeter(asking.account), time.monotonic()

    def turn(failure: str = "") -> Turn:
        return Turn(
            round=asking.round,
            kind=kind,
            by=seat.name,
            model=seat.voice.name,
            text="",
            failure=failure,
            input_tokens=meter.used.input,
            output_tokens=meter.used.output,
            seconds=round(time.monotonic() - began, 3),
        )

    try:
        answer = _asked(seat, told, form, meter, asking.deadline, looks_up=looks_up)
    except (NoAnswer, UnsuitableModel) as failure:
        return Said(turn(str(failure)))
    return read(answer.filled, turn())


def _asked(
    seat: Seat, told: Sequence[Told], form: type[F], meter: Meter, deadline: float, *, looks_up: bool
) -> Answer[F]:
    from langchain_core.messages import HumanMessage, SystemMessage

    kinds = {"system": SystemMessage, "human": HumanMessage}
    asked = [kinds[role](text) for role, text in told]

    def patience() -> float:
        return min(max(PATIENCE, 2 * settings().llm_timeout), max(deadline - time.monotonic(), 0.1))

    if looks_up and seat.specialist.tools and len(seat.told.exhibits) > MOST_ROWS:
        asked = looked_up(seat.voice, asked, lookup_tools(seat.told, seat.handles), meter, patience())
    return seat.voice.ask(asked, form, meter, patience())


def _checked(seat: Seat, forms: Sequence[ClaimForm], round_: int) -> tuple[list[Claim], list[StruckClaim]]:
    """Claims through all checks; the same one twice counts once."""
    claims: list[Claim] = []
    out: list[StruckClaim] = []
    for form in forms[:MOST_CLAIMS]:
        checked = check_claim(seat.handles.put(form, seat.name, seat.voice.name, round_), seat.told, seat.dossier)
        if isinstance(checked, StruckClaim):
            out.append(checked)
        elif not any(_same(checked, each) for each in claims):
            claims.append(checked)
    return claims, out


def _same(one: Claim, other: Claim) -> bool:
    return one.statement_ids == other.statement_ids and one.text.casefold() == other.text.casefold()


def _withdrawn(claim: Claim, round_: int) -> StruckClaim:
    put = Put(
        claim.text,
        claim.asserted,
        claim.statement_ids,
        claim.evidence_ids,
        claim.quote,
        claim.stance,
        claim.by,
        claim.model,
        round_,
    )
    return struck(put, [Fault(Strike.WITHDRAWN, "taken back by who made it")])


def _claiming(turn: Turn, claims: Sequence[Claim], out: Sequence[StruckClaim], nothing: str) -> Turn:
    lines = [one_line(each.text) for each in claims]
    lines += [f"struck ({', '.join(each.reasons)}): {one_line(each.text)}" for each in out]
    text = "\n".join(lines) or nothing
    return turn.model_copy(update={"text": text, "claims": len(claims) + len(out), "struck": len(out)})


def _lines(told: Sequence[object]) -> str:
    return "\n".join(map(str, told))


def _listed(handles: Sequence[str]) -> str:
    return ", ".join(handles) or "none"
