"""The answer to a plan: code that asks the graph, and nothing else."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from isthmus.graph.discovery.memory.snapshot import Snapshot
from isthmus.graph.model import Entity
from isthmus.graph.stores.protocol import Store
from isthmus.service.answers import Told
from isthmus.service.asking import CandidatesAnswer, PathsAnswer, answer_candidates, answer_paths
from isthmus.service.backtests import answer_backtest
from isthmus.service.gaps import BridgesAnswer, GapsAnswer, answer_bridges, answer_gaps
from isthmus.service.questions.plan import MOST_SHOWN, End, Mode, QueryPlan
from isthmus.service.questions.statements import (
    EntityAnswer,
    StatementsAnswer,
    answer_entity,
    answer_statements,
    direct_signs,
)
from isthmus.service.why import WhyAnswer, answer_why

SIGNED = 5  # times as many are looked at where only those of one sign are shown

Answer = (
    PathsAnswer | CandidatesAnswer | BridgesAnswer | GapsAnswer | StatementsAnswer | EntityAnswer | WhyAnswer
    | dict[str, Any]
)  # fmt: skip


class QuestionAnswer(Told):
    """A question's plan, what the graph answers to it, and what to know of the answer."""

    plan: QueryPlan
    answer: Answer
    notes: tuple[str, ...] = ()


def run_plan(
    plan: QueryPlan,
    store: Store,
    snapshot_at: Callable[[int | None], Snapshot],
    canonical: Callable[[str], Entity | None],
) -> QuestionAnswer:
    """What the graph answers to a plan.

    Args:
        plan: whole and checked.
        store: where the graph is.
        snapshot_at: the graph in memory as it was at the end of a year, or as it is now.
        canonical: the lexicon's entity of a CURIE.

    Raises:
        UnknownName, EmptySubfield, SameEnds, NoSuchPath, NoSlice: as the commands do that answer such questions.
    """
    if plan.mode is Mode.BACKTEST:
        assert plan.as_of is not None
        return QuestionAnswer(plan=plan, answer=answer_backtest(store, snapshot_at(None), plan.as_of, plan.until))
    snapshot = snapshot_at(plan.as_of)
    if plan.mode is Mode.CLOSED:
        return _paths(plan, store, snapshot)
    if plan.mode is Mode.OPEN:
        return _candidates(plan, store, snapshot)
    return QuestionAnswer(plan=plan, answer=_unsigned(plan, store, snapshot, canonical))


def _unsigned(
    plan: QueryPlan, store: Store, snapshot: Snapshot, canonical: Callable[[str], Entity | None]
) -> BridgesAnswer | GapsAnswer | StatementsAnswer | EntityAnswer | WhyAnswer:
    top = plan.top or MOST_SHOWN
    if plan.mode is Mode.BRIDGE:
        a, c = _key(plan.a), _key(plan.c)
        return answer_bridges(store, snapshot, a, c, canonical, max_hops=plan.max_hops or 2, top=top)
    if plan.mode is Mode.GAPS:
        return answer_gaps(store, snapshot, top=top)
    if plan.mode is Mode.WHY:
        ends = _entity(store, plan.a), _entity(store, plan.c)
        return answer_why(store, snapshot, *ends, max_hops=plan.max_hops or 3, top=top)
    if plan.mode is Mode.EVIDENCE:
        return answer_statements(store, snapshot, plan)
    return answer_entity(store, snapshot, plan)


def _paths(plan: QueryPlan, store: Store, snapshot: Snapshot) -> QuestionAnswer:
    top, ends = plan.top or MOST_SHOWN, (_entity(store, plan.a), _entity(store, plan.c))
    looked_at = min(top * SIGNED, MOST_SHOWN) if plan.sign else top
    answer = answer_paths(store, snapshot, *ends, max_hops=plan.max_hops or 3, top=looked_at)
    if plan.sign is None:
        return QuestionAnswer(plan=plan, answer=answer)
    signed = [path for path in answer.paths if path.sign == plan.sign]
    note = f"{len(signed)} of the first {len(answer.paths)} paths are {plan.sign}; the others are left out"
    return QuestionAnswer(plan=plan, answer=answer.model_copy(update={"paths": signed[:top]}), notes=(note,))


def _candidates(plan: QueryPlan, store: Store, snapshot: Snapshot) -> QuestionAnswer:
    assert plan.category is not None
    top, entity = plan.top or MOST_SHOWN, _entity(store, plan.a)
    looked_at = min(top * SIGNED, MOST_SHOWN) if plan.sign else top
    answer = answer_candidates(store, snapshot, entity, plan.category, top=looked_at, new=plan.new)
    if plan.sign is None:
        return QuestionAnswer(plan=plan, answer=answer)
    said = direct_signs(snapshot, entity.id)
    signed = [
        one
        for one in answer.candidates
        if plan.sign in said.get(one.id, ()) or any(path.sign == plan.sign for path in one.paths)
    ]
    note = (
        f"{len(signed)} of the first {len(answer.candidates)} candidates have a {plan.sign} statement, or path among their "
        "best; the others are left out"
    )
    return QuestionAnswer(plan=plan, answer=answer.model_copy(update={"candidates": signed[:top]}), notes=(note,))


def _key(end: End | None) -> str:
    assert end is not None
    return end.key


def _entity(store: Store, end: End | None) -> Entity:
    key = _key(end)
    return store.entities([key])[key]
