"""Review: what waits for a look, verdicts, agreement, blind lists."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, status
from pydantic import BaseModel, Field, model_validator

from isthmus.graph.verdict import VerdictAbout
from isthmus.service.api.dependencies import Cursor, DeedOf, GraphsOf, Limit, StoreOf
from isthmus.service.lexicon import lexicon
from isthmus.service.names import resolve
from isthmus.service.review.agreement import AgreementAnswer, answer_agreement
from isthmus.service.review.blind import BlindAnswer, answer_blind, blind_list, blind_lists, make_blind_list, rate
from isthmus.service.review.blind_report import BlindReport, answer_blind_report
from isthmus.service.review.interests import proposals_of
from isthmus.service.review.shown import ShownTarget, answer_show
from isthmus.service.review.told import MovedAnswer
from isthmus.service.review.verdicts import give, take_back, undo, verdict_kind
from isthmus.service.review.waiting import QueueAnswer, answer_queue

router = APIRouter(tags=["review"])

Reviewer = Annotated[str, Query(min_length=1, max_length=200, description="who judges")]


class VerdictIn(BaseModel):
    """What a reviewer says of a statement or hypothesis; ``target`` may be either."""

    statement: str = Field("", max_length=200)
    hypothesis: str = Field("", max_length=200)
    target: str = Field("", max_length=200)
    verdict: str = Field(
        max_length=40,
        description="correct, wrong_relation, wrong_entity, wrong_direction, negation_missed, speculative or other",
    )
    reviewer: str = Field(min_length=1, max_length=200)
    comment: str = Field("", max_length=10_000)
    evidence: str = Field("", max_length=200, description="id of the sentence that was looked at")

    @model_validator(mode="after")
    def _one_target(self) -> VerdictIn:
        if sum(bool(one) for one in (self.statement, self.hypothesis, self.target)) != 1:
            raise ValueError("name one of statement, hypothesis and target, by its id")
        return self

    @property
    def about(self) -> VerdictAbout | None:
        """What the target is said to be."""
        if self.statement:
            return VerdictAbout.STATEMENT
        return VerdictAbout.HYPOTHESIS if self.hypothesis else None


class BlindIn(BaseModel):
    """A blind list to be made."""

    size: int = Field(20, ge=2, le=400, description="paths on it; half of them are decoys")
    seed: int = Field(0, ge=0, description="equal seeds give equal lists")
    hops: int = Field(2, ge=1, le=3)
    proposals: bool = Field(False, description="whether stored hypotheses come first")
    reviewer: str = Field(min_length=1, max_length=200)


class RatingsIn(BaseModel):
    """What a reviewer thinks of items of a blind list: by number, from 1 (surely a decoy) to 5 (surely real)."""

    reviewer: str = Field(min_length=1, max_length=200)
    ratings: dict[int, float] = Field(min_length=1, max_length=400)


class BlindListsOut(BaseModel):
    """The blind lists there are, by id."""

    lists: list[str]


@router.get("/review/queue")
def queue(
    graphs: GraphsOf,
    reviewer: Annotated[str, Query(max_length=200, description="what they judged already is left out")] = "",
    for_: Annotated[str, Query(alias="for", max_length=500, description="a CURIE or a name; empty for all")] = "",
    hypothesis: Annotated[str, Query(max_length=200, description="only it and what it rests on")] = "",
    limit: Limit = 20,
    cursor: Cursor = "",
) -> QueueAnswer:
    """What is most worth a look, page by page."""
    store = graphs.store
    source = resolve(for_, store, lexicon().canonical) if for_ else None
    return answer_queue(
        store,
        graphs.snapshot(),
        reviewer=reviewer,
        source=source,
        hypothesis=hypothesis,
        limit=limit,
        cursor=cursor,
    )


@router.post("/verdicts", status_code=status.HTTP_201_CREATED)
def post_verdict(store: StoreOf, given: VerdictIn, deed: DeedOf) -> MovedAnswer:
    """Judge a statement or hypothesis: belief moves at once, in place of what this reviewer said before."""
    deed.reviewer = given.reviewer
    moved = give(
        store,
        given.statement or given.hypothesis or given.target,
        verdict_kind(given.verdict),
        given.reviewer,
        comment=given.comment,
        evidence=given.evidence,
        about=given.about,
    )
    return MovedAnswer.of(moved)


@router.delete("/verdicts")
def undo_verdict(
    store: StoreOf,
    deed: DeedOf,
    reviewer: Reviewer,
    target: Annotated[str, Query(max_length=200, description="empty for whatever they judged last")] = "",
) -> MovedAnswer:
    """Take a reviewer's latest verdict back; what they said before counts again."""
    deed.reviewer = reviewer
    return MovedAnswer.of(undo(store, reviewer, target))


@router.delete("/verdicts/{verdict_id}")
def delete_verdict(store: StoreOf, verdict_id: str) -> MovedAnswer:
    """Take one verdict back, by its own id."""
    return MovedAnswer.of(take_back(store, verdict_id))


@router.get("/review/targets/{target_id}")
def target(store: StoreOf, target_id: str) -> ShownTarget:
    """A statement with its sentences marked, or a hypothesis, and all that was said of it."""
    return answer_show(store, target_id)


@router.get("/review/agreement")
def agreement(store: StoreOf) -> AgreementAnswer:
    """How well reviewers agree beyond chance, and what they disagree on."""
    return answer_agreement(store)


@router.post("/review/blind", status_code=status.HTTP_201_CREATED)
def make_blind(graphs: GraphsOf, wanted: BlindIn, deed: DeedOf) -> BlindAnswer:
    """Make a list of real paths and decoys, unlabelled."""
    deed.reviewer = wanted.reviewer
    store, snapshot = graphs.store, graphs.snapshot()
    first = proposals_of(store, snapshot) if wanted.proposals else []
    made = make_blind_list(store, snapshot, wanted.size, hops=wanted.hops, seed=wanted.seed, proposals=first)
    return answer_blind(store, made, wanted.reviewer)


@router.get("/review/blind")
def blind_ids(store: StoreOf) -> BlindListsOut:
    """The ids of the lists that were made."""
    return BlindListsOut(lists=[one.id for one in blind_lists(store)])


@router.get("/review/blind/{list_id}")
def show_blind(store: StoreOf, list_id: str, reviewer: Reviewer) -> BlindAnswer:
    """A list as a reviewer sees it."""
    return answer_blind(store, blind_list(store, list_id), reviewer)


@router.put("/review/blind/{list_id}/ratings")
def rate_blind(store: StoreOf, list_id: str, given: RatingsIn, deed: DeedOf) -> BlindAnswer:
    """Keep what a reviewer thinks of some items."""
    deed.reviewer = given.reviewer
    rate(store, list_id, given.reviewer, given.ratings)
    return answer_blind(store, blind_list(store, list_id), given.reviewer)


@router.get("/review/blind/{list_id}/report")
def blind_report(graphs: GraphsOf, list_id: str) -> BlindReport:
    """How well each reviewer, each model and the graph's own score told real paths from decoys."""
    return answer_blind_report(graphs.store, graphs.snapshot(), [blind_list(graphs.store, list_id)])
