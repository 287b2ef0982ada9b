"""Review: what waits for a look, verdicts, agreement, blind lists."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Query, Response, status
from pydantic import BaseModel, ConfigDict, Field, StrictBool, StrictFloat, StrictInt, model_validator

from isthmus.graph.verdict import Verdict, VerdictAbout, VerdictKind
from isthmus.service.api.dependencies import Cursor, DeedOf, GraphsOf, Limit, StoreOf
from isthmus.service.api.examples import REVIEWER, STATEMENT, example
from isthmus.service.api.pages import page_after
from isthmus.service.api.schemas import PageOut
from isthmus.service.api.tables_out import ListsOf, as_table
from isthmus.service.lexicon import lexicon
from isthmus.service.names import resolve
from isthmus.service.review.agreement import AgreementAnswer, answer_agreement
from isthmus.service.review.blind import BlindAnswer, answer_blind, blind_list, blind_lists, make_blind_list, rate
from isthmus.service.review.blind_model import NoModel, ask_model, model_asking
from isthmus.service.review.blind_report import BlindReport, answer_blind_report
from isthmus.service.review.interests import proposals_of
from isthmus.service.review.shown import ShownTarget, answer_show
from isthmus.service.review.teaching import verdict_rows
from isthmus.service.review.told import MovedAnswer
from isthmus.service.review.verdicts import give, take_back, undo, verdict_kind
from isthmus.service.review.waiting import QueueAnswer, WaitingAnswer, answer_queue
from isthmus.service.settings import settings

router = APIRouter(tags=["review"])

TargetId = Annotated[str, Path(max_length=200, description="of a statement or hypothesis", examples=[STATEMENT])]
Reviewer = Annotated[str, Query(min_length=1, max_length=200, description="who judges", examples=[REVIEWER])]


class VerdictIn(BaseModel):
    """What a reviewer says of a statement or hypothesis; ``target`` may be either."""

    model_config = ConfigDict(
        json_schema_extra=example({"statement": STATEMENT, "verdict": "correct", "reviewer": REVIEWER})
    )

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

    model_config = ConfigDict(json_schema_extra=example({"size": 20, "hops": 2, "reviewer": REVIEWER}))

    size: StrictInt = Field(20, ge=2, le=400, description="paths on it; half of them are decoys")
    seed: StrictInt = Field(0, ge=0, lt=2**53, description="equal seeds give equal lists")
    hops: StrictInt = Field(2, ge=1, le=3)
    proposals: StrictBool = Field(False, description="whether stored hypotheses come first")
    reviewer: str = Field(min_length=1, max_length=200)


class RatingsIn(BaseModel):
    """What a reviewer thinks of items of a blind list: by number, from 1 (surely a decoy) to 5 (surely real)."""

    model_config = ConfigDict(json_schema_extra=example({"reviewer": REVIEWER, "ratings": {"1": 4.5, "2": 2}}))

    reviewer: str = Field(min_length=1, max_length=200)
    ratings: dict[int, StrictFloat] = Field(min_length=1, max_length=400)


class BlindListOut(BaseModel):
    """A blind list that was made."""

    id: str
    size: int
    hops: int
    seed: int


class VerdictOut(BaseModel):
    """What a reviewer said once."""

    id: str
    target: str
    about: VerdictAbout
    kind: VerdictKind
    reviewer: str
    comment: str
    evidence: str
    at: str

    @classmethod
    def of(cls, one: Verdict) -> VerdictOut:
        """From the value that is kept."""
        return cls(**{name: getattr(one, name) for name in cls.model_fields})


class TeachingRow(BaseModel):
    """A sentence, the statement that it is said to support, and what people found."""

    text: str
    subject: str
    predicate: str
    object: str
    negated: bool
    tag: VerdictKind = Field(description="what most say: correct, or the commonest of what is wrong")
    statement: str
    evidence: str
    document: str
    reader: str
    extractor: str
    source_counts: dict[str, int]
    belief: float
    reviewers: list[str]
    comment: str


@router.get("/review/queue", **as_table(WaitingAnswer, QueueAnswer))
def queue(
    graphs: GraphsOf,
    lists: ListsOf,
    reviewer: Annotated[str, Query(max_length=200, description="what they judged already is left out")] = "",
    for_: Annotated[str, Query(alias="for", max_length=500, description="a CURIE or a name; empty for all")] = "",
    hypothesis: Annotated[str, Query(max_length=200, description="only it and what it rests on")] = "",
    limit: Limit = 20,
    cursor: Cursor = "",
) -> QueueAnswer | Response:
    """What is most worth a look, page by page; as a table one page."""
    store = graphs.store
    source = resolve(for_, store, lexicon().canonical) if for_ else None
    found = answer_queue(
        store,
        graphs.snapshot(),
        reviewer=reviewer,
        source=source,
        hypothesis=hypothesis,
        limit=limit,
        cursor=cursor,
    )
    return lists.table(WaitingAnswer, found.items) if lists.tabular else found


@router.get("/verdicts", **as_table(VerdictOut))
def verdicts(
    store: StoreOf,
    lists: ListsOf,
    target: Annotated[str, Query(max_length=200, description="id of a statement or hypothesis; empty for all")] = "",
    reviewer: Annotated[str, Query(max_length=200, description="who judged; empty for all")] = "",
    limit: Limit = 100,
    cursor: Cursor = "",
) -> PageOut[VerdictOut] | Response:
    """What was said, what was said before included, oldest first."""
    found = [
        VerdictOut.of(one) for one in store.verdicts(targets=[target] if target else None, reviewer=reviewer or None)
    ]

    def page(limit: int, cursor: str) -> PageOut[VerdictOut]:
        return page_after(found, lambda one: f"{one.at}/{one.id}", of="verdicts", limit=limit, cursor=cursor)

    return lists.paged(VerdictOut, page, limit=limit, cursor=cursor)


@router.post("/verdicts", status_code=status.HTTP_201_CREATED)
def give_verdict(store: StoreOf, given: VerdictIn, deed: DeedOf) -> MovedAnswer:
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
def target(store: StoreOf, target_id: TargetId) -> ShownTarget:
    """A statement with its sentences marked, or a hypothesis, and all that was said of it."""
    return answer_show(store, target_id)


@router.get("/review/export", **as_table(TeachingRow))
def export(store: StoreOf, lists: ListsOf, limit: Limit = 100, cursor: Cursor = "") -> PageOut[TeachingRow] | Response:
    """What verdicts teach: a row for each judged sentence that not as many find right as wrong."""
    found = [TeachingRow(**row) for row in verdict_rows(store)[0]]

    def page(limit: int, cursor: str) -> PageOut[TeachingRow]:
        place = "teaching"
        return page_after(found, lambda one: f"{one.statement}/{one.evidence}", of=place, limit=limit, cursor=cursor)

    return lists.paged(TeachingRow, page, limit=limit, cursor=cursor)


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


@router.get("/review/blind", **as_table(BlindListOut))
def list_blind(
    store: StoreOf, lists: ListsOf, limit: Limit = 100, cursor: Cursor = ""
) -> PageOut[BlindListOut] | Response:
    """The lists that were made, by id."""
    found = [BlindListOut(id=one.id, size=one.size, hops=one.hops, seed=one.seed) for one in blind_lists(store)]

    def page(limit: int, cursor: str) -> PageOut[BlindListOut]:
        return page_after(found, lambda one: one.id, of="blind", limit=limit, cursor=cursor)

    return lists.paged(BlindListOut, page, limit=limit, cursor=cursor)


@router.get("/review/blind/report")
def blind_report_of_all(graphs: GraphsOf) -> BlindReport:
    """How well each reviewer, each model and the graph's own score told real paths from decoys, on all lists together."""
    return answer_blind_report(graphs.store, graphs.snapshot(), blind_lists(graphs.store))


@router.post("/review/blind/{list_id}/ask")
def ask_blind(store: StoreOf, list_id: str, deed: DeedOf) -> BlindAnswer:
    """Let the settings' chat model rate a list, as one more reviewer; what it rated before stays."""
    model = settings().llm
    if not model:
        raise NoModel("no chat model to ask: set ISTHMUS_LLM.")
    deed.reviewer = model
    return ask_model(store, list_id, model, model_asking(model))


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
