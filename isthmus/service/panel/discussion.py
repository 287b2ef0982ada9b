"""The protocol: all propose, all question the others, all revise, the chair judges. What models say is checked before it counts.

propose -> (cross-examine -> revise) as often as there are rounds -> judge, as a LangGraph of four nodes; the members of one
step speak at once. A cap that is reached ends the discussion with what there is. Whoever has no model, or one that fails,
is stood in for by the evidence-only form of its part.
"""

from __future__ import annotations

import operator
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Annotated, Any, TypedDict

from isthmus.service.budget import Account, Budget, Price
from isthmus.service.panel import turns
from isthmus.service.panel.discussed import Discussed, EvidenceOnly, Judgement, OnTurn
from isthmus.service.panel.dossier import Dossier
from isthmus.service.panel.handles import Handles
from isthmus.service.panel.messages import Numbered
from isthmus.service.panel.parts import Record, part_of
from isthmus.service.panel.report import Cost, StruckClaim, Turn, TurnKind
from isthmus.service.panel.seen import seen_by, told_to_a_model
from isthmus.service.panel.specialists import CHAIR, Specialist
from isthmus.service.panel.together import at_once
from isthmus.service.panel.turns import Asking, Question, Said, Seat
from isthmus.service.panel.voices import NO_MODEL, Voice

if TYPE_CHECKING:
    from langgraph.graph.state import CompiledStateGraph

OUT_OF_TIME = "the time is spent"


@dataclass(frozen=True, slots=True)
class Caps:
    """The most that a discussion may take: rounds of questions and revisions, seconds, tokens and money."""

    rounds: int = 1
    seconds: float = 600.0
    budget: Budget = field(default=Budget(tokens=400_000))
    price: Price = field(default=Price())


class State(TypedDict):
    """What has been said so far. ``questions`` are those of the last cross-examination."""

    round: int
    claims: Annotated[Sequence[Numbered], operator.add]
    struck: Annotated[Sequence[StruckClaim], operator.add]
    turns: Annotated[Sequence[Turn], operator.add]
    withdrawn: Annotated[frozenset[str], operator.or_]
    fallen: Annotated[Mapping[str, str], operator.or_]
    silent: Annotated[frozenset[str], operator.or_]
    questions: Sequence[Question]
    judgement: Judgement | None


def discuss(
    dossier: Dossier,
    panel: Mapping[str, Specialist],
    voices: Mapping[str, Voice | str],
    evidence_only: EvidenceOnly,
    *,
    caps: Caps = Caps(),
    on_turn: OnTurn | None = None,
) -> Discussed:
    """What the panel makes of a dossier. Raises nothing of its own: what fails is told in the result.

    ``voices`` has each specialist's model, or why there is none (``open_voices``). ``on_turn`` is told of each turn as it
    comes, in the caller's thread.
    """
    account = Account(caps.budget, caps.price)
    began = time.monotonic()
    handles = Handles(dossier)
    seats = {
        each.name: Seat(each, voice, _told(each, voice, dossier), dossier, handles)
        for each in panel.values()
        if isinstance(voice := voices.get(each.name, ""), Voice)
    }
    table = _Table(
        {name: seat for name, seat in seats.items() if seat.specialist.kind != CHAIR and seat.told.exhibits},
        next((seat for seat in seats.values() if seat.specialist.kind == CHAIR), None),
        caps.rounds,
        account,
        began + caps.seconds,
        on_turn or (lambda _: None),
    )
    state = table.run() if table.members else _nothing_said()
    return _discussed(dossier, panel, voices, evidence_only, state, _cost(account, began))


def _told(specialist: Specialist, voice: Voice, dossier: Dossier) -> Dossier:
    return told_to_a_model(seen_by(specialist, dossier), reads_reports=voice.reads_reports)


class _Table:
    """One discussion: who sits there, what it may still take, and the steps of the protocol."""

    def __init__(
        self,
        members: Mapping[str, Seat],
        chair: Seat | None,
        rounds: int,
        account: Account,
        deadline: float,
        on_turn: OnTurn,
    ) -> None:
        self.members, self.chair, self.rounds = members, chair, rounds
        self.account, self.deadline, self.on_turn = account, deadline, on_turn

    def run(self) -> State:
        """All steps, to the end or to a cap."""
        return self._graph().invoke(_nothing_said(), {"recursion_limit": 10 + 3 * self.rounds})  # type: ignore[return-value]

    def _graph(self) -> CompiledStateGraph[Any, Any, Any, Any]:
        from langgraph.graph import END, START, StateGraph

        graph = StateGraph(State)
        for name, step in (
            (TurnKind.PROPOSE, self.propose),
            (TurnKind.CROSS_EXAMINE, self.cross_examine),
            (TurnKind.REVISE, self.revise),
            (TurnKind.JUDGE, self.judge),
        ):
            graph.add_node(str(name), step)
        graph.add_edge(START, str(TurnKind.PROPOSE))
        graph.add_conditional_edges(str(TurnKind.PROPOSE), self._next)
        graph.add_edge(str(TurnKind.CROSS_EXAMINE), str(TurnKind.REVISE))
        graph.add_conditional_edges(str(TurnKind.REVISE), self._next)
        graph.add_edge(str(TurnKind.JUDGE), END)
        return graph.compile()

    def _next(self, state: State) -> str:
        """Another round, as long as there are rounds left, something to question and leave to go on."""
        going_on = state["round"] < self.rounds and _live(state) and not self.account.stopped
        return str(TurnKind.CROSS_EXAMINE if going_on else TurnKind.JUDGE)

    def propose(self, state: State) -> dict[str, Any]:
        """First claims of all."""
        return self._heard(state, self._all(state, lambda seat: partial(turns.propose, seat)))

    def cross_examine(self, state: State) -> dict[str, Any]:
        """The next round's questions."""
        state = {**state, "round": state["round"] + 1}
        live = _live(state)

        def task(seat: Seat) -> Callable[[Asking], Said] | None:
            others = seat.may_hear([each for each in live if each.claim.by != seat.name])
            return partial(turns.cross_examine, seat, others=others) if others else None

        heard = self._heard(state, self._all(state, task))
        return {**heard, "round": state["round"], "questions": heard["questions"]}

    def revise(self, state: State) -> dict[str, Any]:
        """What those say to it whose claims were questioned or struck in the round before."""
        live = _live(state)

        def task(seat: Seat) -> Callable[[Asking], Said] | None:
            own = [each for each in live if each.claim.by == seat.name]
            mine = {each.handle for each in own}
            asked = seat.may_be_asked([each for each in state["questions"] if each.claim in mine])
            out = [one for one in state["struck"] if one.by == seat.name and one.round == state["round"] - 1]
            return partial(turns.revise, seat, own=own, out=out, questions=asked) if asked or out else None

        heard = self._heard(state, self._all(state, task))
        return {**heard, "questions": state["questions"]}

    def judge(self, state: State) -> dict[str, Any]:
        """The chair's verdict on the claims that it may hear."""
        claims = self.chair.may_hear(_live(state)) if self.chair else []
        if self.chair is None or not claims or self.account.stopped:
            return {}
        known = {each.handle for each in claims}
        questions = self.chair.may_be_asked([each for each in state["questions"] if each.claim in known])
        seats = {self.chair.name: partial(turns.judge, self.chair, claims=claims, questions=questions)}
        said = self._speak(state, seats)
        return {"turns": [each.turn for each in said], "judgement": next((each.judgement for each in said), None)}

    def _all(self, state: State, task: Callable[[Seat], Callable[[Asking], Said] | None]) -> list[Said]:
        standing = [seat for seat in self.members.values() if seat.name not in state["fallen"]]
        return self._speak(state, {seat.name: one for seat in standing if (one := task(seat)) is not None})

    def _speak(self, state: State, tasks: Mapping[str, Callable[[Asking], Said]]) -> list[Said]:
        """What all say that have something to do, in the order of the panel; told on as it comes."""
        asking = Asking(state["round"], self.account, self.deadline)
        said: dict[str, Said] = {}
        for name, one in at_once({name: partial(task, asking) for name, task in tasks.items()}, self.deadline):
            said[name] = one
            self.on_turn(one.turn)
        if len(said) < len(tasks):
            self.account.stop(OUT_OF_TIME)
        return [said[name] for name in tasks if name in said]

    def _heard(self, state: State, said: Sequence[Said]) -> dict[str, Any]:
        """What a step adds to the state."""
        first = len(state["claims"]) + 1
        claims = [claim for each in said for claim in each.claims]
        return {
            "claims": [Numbered(f"c{number}", claim) for number, claim in enumerate(claims, first)],
            "struck": [one for each in said for one in each.struck],
            "turns": [each.turn for each in said],
            "withdrawn": frozenset(one for each in said for one in each.withdrawn),
            "fallen": {each.turn.by: each.turn.failure for each in said if each.turn.failure},
            "silent": frozenset(each.turn.by for each in said if each.no_evidence),
            "questions": [one for each in said for one in each.questions],
        }


def _nothing_said() -> State:
    return State(
        round=0,
        claims=[],
        struck=[],
        turns=[],
        withdrawn=frozenset(),
        fallen={},
        silent=frozenset(),
        questions=[],
        judgement=None,
    )


def _live(state: State) -> list[Numbered]:
    return [each for each in state["claims"] if each.handle not in state["withdrawn"]]


def _discussed(
    dossier: Dossier,
    panel: Mapping[str, Specialist],
    voices: Mapping[str, Voice | str],
    evidence_only: EvidenceOnly,
    state: State,
    cost: Cost,
) -> Discussed:
    """The claims that stand, with the evidence-only form of every part that no model spoke for."""
    claims = [each.claim for each in _live(state)]
    spoken: dict[str, str] = {}
    for specialist in panel.values():
        seen = seen_by(specialist, dossier)
        part = part_of(
            specialist,
            voices.get(specialist.name, NO_MODEL),
            seen,
            dossier,
            Record(claims, state["struck"], state["turns"], state["fallen"], state["silent"], cost.stopped),
        )
        spoken[specialist.name] = part.told
        if part.instead:
            claims.extend(evidence_only(specialist, seen))
    return Discussed(claims, state["struck"], state["turns"], spoken, state["judgement"], cost)


def _cost(account: Account, began: float) -> Cost:
    used = account.most_spent
    return Cost(
        requests=account.requests,
        input_tokens=used.input,
        output_tokens=used.output,
        money=account.price.of(used),
        seconds=round(time.monotonic() - began, 3),
        stopped=account.stopped,
    )
