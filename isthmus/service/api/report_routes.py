"""Files of reports and hypotheses looked at again: do their claims resolve, and does the same come out of them?"""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated, Any

from fastapi import APIRouter, Body, Query
from pydantic import BaseModel, Field

from isthmus.service.api.dependencies import GraphsOf
from isthmus.service.api.heavy import HeavyOf
from isthmus.service.hypotheses.edition import UnreadableEdition
from isthmus.service.hypotheses.replay import replay as replayed
from isthmus.service.panel.check_report import FaultKind, check
from isthmus.service.panel.report import Report

router = APIRouter(tags=["reports"])

Whole = Annotated[
    dict[str, Any], Body(description="what `isthmus propose --json`, POST proposals or GET hypotheses/{id} gave")
]


class FaultOut(BaseModel):
    """One thing that is wrong with a report."""

    kind: FaultKind
    where: str
    text: str


class CheckedOut(BaseModel):
    """What was looked at, and what is wrong with it."""

    claims: int
    citations: int
    faults: list[FaultOut]


class ReplayedOut(BaseModel):
    """The report as it comes out of the file."""

    report: Report
    differences: list[str] = Field(description="each place where the file says something else")
    beliefs: int = Field(description="that were worked out again")
    carried: int = Field(description="that only the whole graph can give")


@router.post("/check-report")
async def check_report(
    graphs: GraphsOf,
    heavy: HeavyOf,
    report: Whole,
    against_store: Annotated[bool, Query(description="look up what it cites in this graph as well")] = False,
) -> CheckedOut:
    """Does every claim of a report resolve, and agree with what it cites?"""
    found = await heavy.run(lambda: check(report, graphs.store if against_store else None))
    return CheckedOut(
        claims=found.claims,
        citations=found.citations,
        faults=[FaultOut(**asdict(fault)) for fault in found.faults],
    )


@router.post("/replay")
async def replay(heavy: HeavyOf, hypothesis: Whole) -> ReplayedOut:
    """The same report from a hypothesis alone, without the graph; and where it says something else than comes out."""
    if not isinstance(hypothesis.get("hypothesis"), dict):
        raise UnreadableEdition("this holds no hypothesis: give what GET hypotheses/{id} gave")
    found = await heavy.run(replayed, hypothesis)
    return ReplayedOut(report=found.report, differences=found.differences, beliefs=found.beliefs, carried=found.carried)
