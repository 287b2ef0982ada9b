"""Hypotheses in the store: entries beside the graph, which outlive every change of it.

``HYPOTHESIS`` holds what a hypothesis is, ``EDITION`` each answer to its question whole, ``EVENT`` what became of it. Events
are only added, each on condition that its number is free: of two people who move a hypothesis at once one is told.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import Any

from isthmus.errors import UsageError
from isthmus.graph.model import content_hash
from isthmus.graph.stores.entries import Entry, EntryChanged, EntryKind
from isthmus.graph.stores.protocol import Page, Store
from isthmus.graph.verdict import now_in_utc
from isthmus.service.hypotheses.diff import Difference, difference
from isthmus.service.hypotheses.edition import parts_of
from isthmus.service.hypotheses.hypothesis import NOBODY, Edition, EditionName, Event, Hypothesis, Living
from isthmus.service.hypotheses.life import check_move
from isthmus.service.hypotheses.status import Status
from isthmus.service.panel.report import Report

_DATE = re.compile(r"[0-9]{4}(-[0-9]{2}(-[0-9]{2}(T[0-9:.+]*)?)?)?")
SHORTEST = 6  # characters of an id that stand for the whole


class UnknownHypothesis(UsageError):
    """An id that no hypothesis of this store has, or that several begin with."""

    http_status = 404


class UnknownEdition(UsageError):
    """A date before the first edition, or a graph that a hypothesis was never asked of."""

    http_status = 404


class Unsigned(UsageError):
    """A move without the name of who makes it, or in the name of the program."""


def keep(store: Store, value: Mapping[str, Any], *, who: str = NOBODY) -> Living:
    """Put an edition (see ``edition_of``) into the store; the first one of a question makes its hypothesis.

    The same edition twice changes nothing. Raises ``UnreadableEdition`` for something else than an edition.
    """
    report, edition = parts_of(value)
    name = _name(report, edition)
    store.put_entry(EntryKind.EDITION, f"{edition.id}/{name.id}", value)
    while True:
        entry = store.entry(EntryKind.HYPOTHESIS, edition.id)
        known = Hypothesis.model_validate(entry.value) if entry else None
        others = [one for one in known.editions if one.id != name.id] if known else []
        now = Hypothesis(
            id=edition.id,
            plan=edition.plan,
            from_=report.from_,
            to=report.to,
            claim=report.claim,
            created=known.created if known else edition.created,
            editions=sorted([*others, name], key=lambda one: (one.created, one.id)),
        )
        try:
            if now != known:
                store.put_entry(
                    EntryKind.HYPOTHESIS, now.id, now.model_dump(by_alias=True), expected=entry.revision if entry else 0
                )
            break
        except EntryChanged:  # somebody asked the same at the same moment: both editions stay
            continue
    if not events_of(store, now.id):
        _begin(store, now, who)
    return living(store, now.id)


def _begin(store: Store, hypothesis: Hypothesis, who: str) -> None:
    first = Event(
        hypothesis=hypothesis.id,
        number=1,
        at=now_in_utc(),
        who=who,
        was=None,
        to=Status.PROPOSED,
        comment=hypothesis.claim,
    )
    try:
        store.put_entry(EntryKind.EVENT, _event_key(hypothesis.id, 1), first.model_dump(), expected=0)
    except EntryChanged:  # the other one has
        return


def find(store: Store, text: str) -> str:
    """The whole id of a hypothesis from its beginning. Raises ``UnknownHypothesis``."""
    wanted = text.strip().lower()
    if len(wanted) < SHORTEST:
        raise UnknownHypothesis(f"{text!r} is too short for an id: give {SHORTEST} characters of it or more")
    found = [entry.id for entry in store.entries(EntryKind.HYPOTHESIS, prefix=wanted, limit=3).items]
    if len(found) != 1:
        what = "several hypotheses begin" if found else "no hypothesis begins"
        raise UnknownHypothesis(f"{what} with {wanted}: `isthmus hypotheses list` shows their ids")
    return found[0]


def living(store: Store, hypothesis: str) -> Living:
    """A hypothesis with what became of it. Raises ``UnknownHypothesis``."""
    entry = store.entry(EntryKind.HYPOTHESIS, hypothesis)
    if entry is None:
        raise UnknownHypothesis(f"no hypothesis is {hypothesis}: `isthmus hypotheses list` shows their ids")
    return _living(entry, events_of(store, hypothesis))


def page_of(store: Store, *, limit: int = 100, cursor: str = "") -> Page[Living]:
    """Hypotheses by id, each with where it stands."""
    page = store.entries(EntryKind.HYPOTHESIS, limit=limit, cursor=cursor)
    return Page(tuple(_living(entry, events_of(store, entry.id)) for entry in page.items), page.cursor)


def _living(entry: Entry, events: list[Event]) -> Living:
    status = events[-1].to if events else Status.PROPOSED
    return Living(hypothesis=Hypothesis.model_validate(entry.value), status=status, events=events)


def all_living(store: Store, status: Status | None = None) -> list[Living]:
    """All hypotheses, or those that stand so, the one that last moved first."""
    events: dict[str, list[Event]] = defaultdict(list)
    for entry in every(store, EntryKind.EVENT):
        event = Event.model_validate(entry.value)
        events[event.hypothesis].append(event)
    found = []
    for entry in every(store, EntryKind.HYPOTHESIS):
        one = _living(entry, events[entry.id])
        if status in (None, one.status):
            found.append(one)
    return sorted(found, key=lambda one: one.events[-1].at if one.events else "", reverse=True)


def every(store: Store, kind: EntryKind, prefix: str = "") -> Iterator[Entry]:
    """All entries of a kind whose ids begin so, by id, page after page."""
    cursor = ""
    while True:
        page = store.entries(kind, prefix=prefix, limit=500, cursor=cursor)
        yield from page.items
        if not page.cursor:
            return
        cursor = page.cursor


def events_of(store: Store, hypothesis: str) -> list[Event]:
    """What became of a hypothesis, oldest first."""
    return [Event.model_validate(entry.value) for entry in every(store, EntryKind.EVENT, f"{hypothesis}/")]


def move(
    store: Store, hypothesis: str, to: Status, *, who: str, comment: str = "", alert: str = "", by_program: bool = False
) -> Event:
    """Let a hypothesis become something else.

    Raises:
        UnknownHypothesis: there is none of this id.
        NotAllowed: the table of transitions does not know the move; the message says which it does.
        Unsigned: without a name, or as a person in the program's name.
        EntryChanged: somebody else moved it at the same moment.
    """
    name = who.strip()
    if not name or (name == NOBODY and not by_program):
        raise Unsigned(f"say who moves the hypothesis: a name, and not {NOBODY!r}, under which the program does")
    now = living(store, hypothesis)
    check_move(hypothesis, now.status, to)
    event = Event(
        hypothesis=hypothesis,
        number=len(now.events) + 1,
        at=now_in_utc(),
        who=name,
        was=now.status,
        to=to,
        comment=comment,
        alert=alert,
    )
    store.put_entry(EntryKind.EVENT, _event_key(hypothesis, event.number), event.model_dump(), expected=0)
    return event


def edition(store: Store, hypothesis: Hypothesis, when: str = "") -> dict[str, Any]:
    """An edition as one JSON object: the last one, or that of a date (``YYYY``, ``YYYY-MM-DD``…) or of a graph's hash.

    Of a date the last one by the end of it, of a hash or its beginning the last one of that graph.
    Raises ``UnknownEdition``.
    """
    return _read(store, hypothesis, _chosen(hypothesis, when))


def _chosen(hypothesis: Hypothesis, when: str) -> EditionName:
    fitting = [one for one in hypothesis.editions if _fits(one, when)]
    if not fitting:
        listed = ", ".join(f"{one.created} (graph {one.graph_hash[:12]})" for one in hypothesis.editions)
        raise UnknownEdition(f"there is no edition of {when}. There are: {listed}.")
    return fitting[-1]


def _read(store: Store, hypothesis: Hypothesis, name: EditionName) -> dict[str, Any]:
    entry = store.entry(EntryKind.EDITION, f"{hypothesis.id}/{name.id}")
    if entry is None:
        raise UnknownEdition(f"the edition of {name.created} was deleted from the store: propose the same again")
    return dict(entry.value)


def whole(store: Store, hypothesis: str, when: str = "") -> dict[str, Any]:
    """An edition with where the hypothesis stands: what ``isthmus hypotheses show --json`` prints, and replay reads."""
    now = living(store, hypothesis)
    value = edition(store, now.hypothesis, when)
    events = [one.model_dump(mode="json") for one in now.events]
    return value | {"hypothesis": value["hypothesis"] | {"status": now.status.value, "events": events}}


def difference_of(store: Store, hypothesis: str, before: str = "", after: str = "") -> Difference:
    """What changed between two editions (see ``edition``); by default between the last two.

    Raises ``UnknownHypothesis`` and ``UnknownEdition``.
    """
    known = living(store, hypothesis).hypothesis
    new = _chosen(known, after)
    if before:
        old = _chosen(known, before)
    else:
        place = known.editions.index(new)
        if place == 0:
            raise UnknownEdition(
                "there is no edition before that one to compare it with: propose the same again after an ingest"
            )
        old = known.editions[place - 1]
    return difference(_read(store, known, old), _read(store, known, new))


def _fits(one: EditionName, when: str) -> bool:
    if not when:
        return True
    date = _DATE.fullmatch(when)
    return one.created[: len(when)] <= when if date else one.graph_hash.startswith(when.lower())


def _name(report: Report, edition: Edition) -> EditionName:
    return EditionName(
        id=content_hash([edition.version, edition.software, edition.models]),
        created=edition.created,
        graph_hash=edition.graph_hash,
        version=edition.version,
        scores=edition.scores,
        verdict=report.verdict,
        novelty=report.novelty.value,
        plausibility=report.plausibility.value,
        testability=report.testability.value,
        with_models=report.with_models,
    )


def _event_key(hypothesis: str, number: int) -> str:
    return f"{hypothesis}/{number:06d}"
