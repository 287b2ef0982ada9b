"""Proposals: the report of a proposed link, from the evidence alone or from the panel's discussion, which may be listened to."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Header, Response
from pydantic import BaseModel, ConfigDict, Field, StrictBool, StrictFloat, StrictInt

from isthmus.service.api.dependencies import GraphsOf
from isthmus.service.api.examples import DISEASE_NAME, DRUG_NAME, example
from isthmus.service.api.report_forms import FORMS, FormOf, told
from isthmus.service.api.server_events import MEDIA_TYPE, Emit, ServerEvents
from isthmus.service.budget import Budget
from isthmus.service.lexicon import lexicon
from isthmus.service.names import resolve
from isthmus.service.panel.assemble import propose
from isthmus.service.panel.convene import MOST_ROUNDS, SECONDS, convene
from isthmus.service.panel.discussed import OnTurn
from isthmus.service.panel.formats import ReportFormat
from isthmus.service.panel.report import Report, Turn

router = APIRouter(tags=["panel"])
Name = Annotated[str, Field(min_length=1, max_length=500, description="a CURIE or a name")]


class ProposalIn(BaseModel):
    """A link to be examined."""

    model_config = ConfigDict(
        extra="forbid", populate_by_name=True, json_schema_extra=example({"from": DRUG_NAME, "to": DISEASE_NAME})
    )

    from_: Name = Field(alias="from")
    to: Name
    panel: StrictBool = Field(
        False, description="whether the specialists discuss it; without a model the evidence speaks alone"
    )
    max_hops: StrictInt = Field(3, ge=1, le=4)
    as_of: StrictInt | None = Field(None, ge=1000, le=9999, description="the graph as it was at the end of that year")
    rounds: StrictInt = Field(1, ge=0, le=MOST_ROUNDS, description="of questions and revisions")
    seconds: StrictFloat = Field(SECONDS, gt=0, le=3600, description="after which the panel ends with what there is")
    budget: str = Field("", max_length=100, description="the most it may cost, for instance 50000 or 0.50usd")


@router.post(
    "/proposals",
    response_model=Report,
    responses={200: {"content": {MEDIA_TYPE: {"schema": {"type": "string"}}, **FORMS[200]["content"]}}},
)
def propose_link(
    graphs: GraphsOf, asked: ProposalIn, form: FormOf, accept: Annotated[str, Header()] = ""
) -> Report | Response:
    """The report of a proposed link, which is not kept.

    With ``Accept: text/event-stream`` each turn of the panel comes as an event ``turn`` once it is there, then the report as
    an event ``report``; an error on the way as an event ``problem``.
    """
    store = graphs.store
    source, target = (resolve(name, store, lexicon().canonical) for name in (asked.from_, asked.to))
    budget = Budget.parse(asked.budget) if asked.budget else None

    def report(on_turn: OnTurn | None = None) -> Report:
        discuss = convene(rounds=asked.rounds, seconds=asked.seconds, budget=budget, on_turn=on_turn)
        found = propose(
            store,
            graphs.snapshot(asked.as_of),
            source,
            target,
            max_hops=asked.max_hops,
            discuss=discuss if asked.panel else None,
        )
        return found.report

    if MEDIA_TYPE not in accept:
        return report() if form is ReportFormat.JSON else told(report(), form)

    def work(emit: Emit) -> None:
        def on_turn(turn: Turn) -> None:
            emit("turn", turn.model_dump_json())

        emit("report", report(on_turn).model_dump_json(by_alias=True))

    return ServerEvents(work)
