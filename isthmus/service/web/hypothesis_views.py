"""What the pages of hypotheses show: a row of the list, what a person may make of one, the same for a program."""

from __future__ import annotations

import json
from dataclasses import dataclass

from isthmus.graph.stores.protocol import Store
from isthmus.service.answers import EntityName
from isthmus.service.hypotheses.diff import Difference
from isthmus.service.hypotheses.hypothesis import EditionName, Event, Living
from isthmus.service.hypotheses.kept import difference_of, move
from isthmus.service.hypotheses.life import may_move
from isthmus.service.hypotheses.status import Status
from isthmus.service.panel.report import Report

JUDGEMENTS = ((Status.ACCEPTED, "Accept"), (Status.REJECTED, "Reject"), (Status.UNDER_REVIEW, "Take under review"))
HASH_SHOWN = 12  # characters of a graph's hash that tell an edition
MOST_STATEMENTS = 40  # that a query names


@dataclass(frozen=True, slots=True)
class HypothesisRow:
    """A hypothesis in the list; ``moved`` is when it last became something else, ``score`` absent where no path was found."""

    id: str
    claim: str
    from_: EntityName
    to: EntityName
    status: Status
    verdict: str
    score: float | None
    belief: float | None
    sign: str
    editions: int
    moved: str
    who: str


def row_of(one: Living) -> HypothesisRow:
    """The row of a hypothesis, with the figures of its last edition."""
    last, scores = one.hypothesis.editions[-1], one.hypothesis.editions[-1].scores
    event = one.events[-1] if one.events else None
    return HypothesisRow(
        id=one.hypothesis.id,
        claim=one.hypothesis.claim,
        from_=one.hypothesis.from_,
        to=one.hypothesis.to,
        status=one.status,
        verdict=last.verdict,
        score=scores.score if scores else None,
        belief=scores.belief if scores else None,
        sign=scores.sign if scores else "",
        editions=len(one.hypothesis.editions),
        moved=event.at if event else last.created,
        who=event.who if event else "",
    )


def judgements(status: Status) -> list[tuple[Status, str]]:
    """What a person may make of a hypothesis that stands so; to accept or reject one takes it under review on the way."""
    return [(to, title) for to, title in JUDGEMENTS if may_move(status, to) or _on_the_way(status, to)]


def _on_the_way(status: Status, to: Status) -> bool:
    return to in (Status.ACCEPTED, Status.REJECTED) and may_move(status, Status.UNDER_REVIEW)


def judge(store: Store, hypothesis: str, status: Status, to: Status, *, who: str, comment: str) -> Event:
    """Let a hypothesis become what a person says, by way of a review where the table of transitions asks for one.

    Raises ``NotAllowed``, ``Unsigned``, ``UnknownHypothesis`` and ``EntryChanged`` as ``move`` does.
    """
    if not may_move(status, to) and _on_the_way(status, to):
        move(store, hypothesis, Status.UNDER_REVIEW, who=who)
    return move(store, hypothesis, to, who=who, comment=comment)


def shown_edition(one: Living, created: str) -> EditionName:
    """The edition that was made then."""
    return next(each for each in one.hypothesis.editions if each.created == created)


def difference_before(store: Store, one: Living, shown: EditionName) -> Difference | None:
    """What moved in an edition since the one before it; ``None`` for the first one."""
    place = one.hypothesis.editions.index(shown)
    if place == 0:
        return None
    before = one.hypothesis.editions[place - 1]
    return difference_of(store, one.hypothesis.id, before.created, shown.created)


def copies_of(report: Report, hypothesis: str, shown: EditionName, address: str) -> list[tuple[str, str]]:
    """The edition of the page for programs. ``address`` is that of the service, without a slash at its end."""
    at = shown.graph_hash[:HASH_SHOWN]
    url = f"{address}/api/v1/hypotheses/{hypothesis}?at={at}"
    statements = [one.id for one in report.statements][:MOST_STATEMENTS]
    asked = f"claim status events {{ at who to comment }} report(at: {json.dumps(at)})"
    query = f"{{ hypothesis(id: {json.dumps(hypothesis)}) {{ {asked} }} }}"
    return [
        ("Command line", f"isthmus hypotheses show {hypothesis} --at {at} --json"),
        ("curl", f'curl -H "Authorization: Bearer $KEY" "{url}"'),
        (
            "Python",
            "import os, httpx\n"
            f"httpx.get({url!r}, headers={{'Authorization': f\"Bearer {{os.environ['KEY']}}\"}}).json()",
        ),
        ("GraphQL", query),
        (
            "Cypher",
            f"MATCH (s:Statement)<-[:SUPPORTS]-(v:Evidence)-[:FROM]->(d:Document) WHERE s.id IN {json.dumps(statements)} "
            "RETURN s.id, s.predicate, s.belief, v.text, d.id",
        ),
    ]
