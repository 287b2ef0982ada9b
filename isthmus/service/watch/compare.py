"""Two standings of one watch: what is worth an alert, and what in the graph it came from. Values in, values out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from isthmus.graph.vocabulary import Sign
from isthmus.service.hypotheses.status import Status
from isthmus.service.watch.watch import (
    AlertKind,
    Change,
    ChangeKind,
    Finding,
    Ground,
    GroundRole,
    LinkStanding,
    ListStanding,
    Ranked,
    Watch,
)

SURE = 0.9  # chosen: what is believed so much the graph takes for decided
DOUBT = 0.1  # chosen: what is believed more than this against it leaves that open
MOVED = 0.005  # of belief; less is not worth a word
MOST_CHANGES = 20  # told of one finding


def link_findings(
    watch: Watch, before: LinkStanding, after: LinkStanding, now: Mapping[str, Ground]
) -> Iterator[Finding]:
    """What became of a link.

    Args:
        watch: of two entities.
        before: where it stood.
        after: where it stands.
        now: what became of the statements of ``before`` that are no grounds any more; one that is gone is absent.
    """
    changes = list(changes_between(before, after, now))[:MOST_CHANGES]
    ranks: dict[str, Any] = {
        "rank_before": before.rank,
        "rank_after": after.rank,
        "score_before": before.score,
        "score_after": after.score,
        "changes": changes,
        "subject": watch.target.id if watch.target else "",
    }
    was_in, is_in = _in_top(before.rank, watch.top), _in_top(after.rank, watch.top)
    if was_in != is_in:
        kind = AlertKind.ENTERED if is_in else AlertKind.LEFT
        yield Finding(kind=kind, text=_ranked(watch, kind, before.rank, after.rank), **ranks)
    yield from _decided(watch, before, after, ranks)
    yield from _lost(watch, before, after, now, ranks)


def _decided(watch: Watch, before: LinkStanding, after: LinkStanding, ranks: dict[str, Any]) -> Iterator[Finding]:
    """What new statements of the two ends themselves say, and whether the best path points the other way now."""
    known = {one.id: one.belief for one in before.grounds if one.belief > 0.0}
    new = [one for one in after.grounds if one.belief > 0.0 and _is_news(known.get(one.id), one.belief)]
    expected = before.sign if before.sign is not Sign.UNKNOWN else after.sign
    direct = [one for one in new if one.role is GroundRole.DIRECT]
    against = [one for one in direct if _opposes(watch, one, expected)]
    agreeing = [one for one in direct if one not in against]
    if agreeing:
        best = max(agreeing, key=lambda one: one.belief)
        yield Finding(
            kind=AlertKind.CONFIRMED,
            text=f"{watch.text}: {_now(best.id in known)}: {best.text} (belief {best.belief:.2f})",
            proposes=Status.CONFIRMED,
            certain=_confirms(watch, best, expected, after.grounds),
            **ranks,
        )
    denied = [one for one in new if one.role is GroundRole.DENIAL and not _opposes(watch, one, expected)]
    denials = [*denied, *against]  # that it moves the target the other way may well be denied
    if denials:
        best = max(denials, key=lambda one: one.belief)
        yield Finding(
            kind=AlertKind.CONTRADICTED,
            text=f"{watch.text}: {best.text} (belief {best.belief:.2f})",
            proposes=Status.REFUTED,
            certain=_refutes(best, after.grounds),
            **ranks,
        )
    elif Sign.UNKNOWN not in (before.sign, after.sign) and before.sign is not after.sign:
        assert before.best is not None
        assert after.best is not None
        text = f"{watch.text}: the best path was {before.best.sign} and is {after.best.sign}: {after.best.text}"
        yield Finding(kind=AlertKind.CONTRADICTED, text=text, **ranks)


def _is_news(before: float | None, now: float) -> bool:
    """Whether a statement was not there before, or was not sure and is now."""
    return before is None or before < SURE <= now


def _now(known: bool) -> str:
    return "a direct statement has become sure" if known else "a direct statement is there now"


def _lost(
    watch: Watch,
    before: LinkStanding,
    after: LinkStanding,
    now: Mapping[str, Ground],
    ranks: dict[str, Any],
) -> Iterator[Finding]:
    retracted = [one for one in ranks["changes"] if one.kind is ChangeKind.RETRACTION]
    if not retracted:
        return
    gone = before.best is not None and after.best is None
    stands = "no path is left" if gone else f"the best path is {after.best.text}" if after.best else "no path was there"
    known = any(one.role is GroundRole.DIRECT and one.belief > 0.0 for one in after.grounds)
    yield Finding(
        kind=AlertKind.LOST_SUPPORT,
        text=f"{watch.text}: {retracted[0].text}; {stands}",
        proposes=Status.RETRACTED_SUPPORT if _best_is_lost(before, after) else None,
        certain=gone and not known and _broken_by_retraction(before, now),
        **ranks,
    )


def _broken_by_retraction(before: LinkStanding, now: Mapping[str, Ground]) -> bool:
    """Whether a hop of the best path is there still, but all that speaks for it was retracted."""
    hops = before.best.statements if before.best else []
    return any(each in now and now[each].belief <= 0.0 and now[each].retracted for each in hops)


def _best_is_lost(before: LinkStanding, after: LinkStanding) -> bool:
    if before.best is None:
        return False
    left = {one.id for one in after.grounds if one.belief > 0.0}
    return not set(before.best.statements) <= left


def list_findings(watch: Watch, before: ListStanding, after: ListStanding) -> Iterator[Finding]:
    """What entered and left the best ``watch.top`` of a list, and which of those in it became known."""
    were, are = before.items[: watch.top], after.items[: watch.top]
    for one in are:
        if one.id not in {each.id for each in were}:
            yield _listed(watch, AlertKind.ENTERED, one, before, after)
    for one in were:
        if one.id not in {each.id for each in are}:
            yield _listed(watch, AlertKind.LEFT, one, before, after)
    known = {one.id for one in before.items if one.known}
    for one in are:
        if one.known and one.id not in known and before.rank(one.id) is not None:
            text = f"{watch.text}: {one.name} is joined by a direct statement now"
            finding = _listed(watch, AlertKind.CONFIRMED, one, before, after)
            yield finding.model_copy(update={"text": text})


def _listed(watch: Watch, kind: AlertKind, one: Ranked, before: ListStanding, after: ListStanding) -> Finding:
    ranks = before.rank(one.id), after.rank(one.id)
    scores = [next((each.score for each in some.items if each.id == one.id), None) for some in (before, after)]
    way = "entered" if kind is AlertKind.ENTERED else "left"
    return Finding(
        kind=kind,
        subject=one.id,
        text=f"{watch.text}: {one.name} {way} the best {watch.top} (rank {_rank(ranks[0])} -> {_rank(ranks[1])})",
        rank_before=ranks[0],
        rank_after=ranks[1],
        score_before=scores[0],
        score_after=scores[1],
    )


def changes_between(before: LinkStanding, after: LinkStanding, now: Mapping[str, Ground]) -> Iterator[Change]:
    """What in the graph is other: retractions first, then verdicts, papers, statements, beliefs and the path."""
    are = dict(now) | {one.id: one for one in after.grounds}
    were = {one.id: one for one in before.grounds}
    found: list[Change] = []
    for each in dict.fromkeys((*were, *(one.id for one in after.grounds))):
        found += _changes_of(were.get(each), are.get(each))
    if before.best and after.best and before.best.statements != after.best.statements:
        text = f"the best path was {before.best.text}, and is {after.best.text}"
        found.append(Change(kind=ChangeKind.PATH, id=after.best.statements[0], text=text))
    order = (ChangeKind.RETRACTION, ChangeKind.VERDICT, ChangeKind.NEW_PAPER, ChangeKind.LOST_PAPER)
    yield from sorted(dict.fromkeys(found), key=lambda one: order.index(one.kind) if one.kind in order else len(order))


def _changes_of(before: Ground | None, after: Ground | None) -> Iterator[Change]:
    if before is None:
        assert after is not None
        if after.belief > 0.0:
            text = f"{after.text} (belief {after.belief:.2f}; {_papers(after.papers)})"
            yield Change(kind=ChangeKind.NEW_STATEMENT, id=after.id, text=text)
        return
    if after is None:
        text = f"{before.text}: no paper says so any more ({_papers(before.papers)})"
        yield Change(kind=ChangeKind.LOST_STATEMENT, id=before.id, text=text)
        return
    for paper in sorted(set(after.retracted) - set(before.retracted)):
        yield Change(kind=ChangeKind.RETRACTION, id=paper, text=f"{paper} was retracted: it said that {after.text}")
    for paper in sorted(set(after.papers) - set(before.papers)):
        yield Change(kind=ChangeKind.NEW_PAPER, id=paper, text=f"{paper} says that {after.text}")
    for paper in sorted(set(before.papers) - set(after.papers)):
        yield Change(kind=ChangeKind.LOST_PAPER, id=paper, text=f"{paper} no longer says that {after.text}")
    for verdict in sorted(set(after.verdicts) - set(before.verdicts)):
        yield Change(kind=ChangeKind.VERDICT, id=verdict, text=f"{after.verdicts[verdict]} of {after.text}")
    for verdict in sorted(set(before.verdicts) - set(after.verdicts)):
        text = f"taken back: {before.verdicts[verdict]} of {after.text}"
        yield Change(kind=ChangeKind.VERDICT, id=verdict, text=text)
    if abs(before.belief - after.belief) > MOVED:
        text = f"{after.text}: belief {before.belief:.2f} -> {after.belief:.2f}"
        yield Change(kind=ChangeKind.BELIEF, id=after.id, text=text)


def _papers(papers: Sequence[str]) -> str:
    more = f" and {len(papers) - 3} more" if len(papers) > 3 else ""
    return ", ".join(papers[:3]) + more if papers else "no paper"


def _confirms(watch: Watch, ground: Ground, expected: Sign, all_of_them: Sequence[Ground]) -> bool:
    """Whether the statement decides it: it says the same direction, is sure, and nobody denies it."""
    denied = any(one.role is GroundRole.DENIAL and one.belief > DOUBT for one in all_of_them)
    says = _sign(watch, ground)
    return ground.belief >= SURE and says is not Sign.UNKNOWN and says is expected and not denied


def _refutes(ground: Ground, all_of_them: Sequence[Ground]) -> bool:
    claimed = any(one.role is GroundRole.DIRECT and one.belief > DOUBT for one in all_of_them)
    return ground.role is GroundRole.DENIAL and ground.belief >= SURE and not claimed


def _opposes(watch: Watch, ground: Ground, expected: Sign) -> bool:
    says = _sign(watch, ground)
    return Sign.UNKNOWN not in (says, expected) and says is not expected


def _sign(watch: Watch, ground: Ground) -> Sign:
    """Which way the source moves the target by this statement; one that runs the other way does not tell."""
    forward = watch.source is not None and ground.subject == watch.source.id
    return ground.predicate.sign if forward or ground.predicate.symmetric else Sign.UNKNOWN


def _in_top(rank: int | None, top: int) -> bool:
    return rank is not None and rank <= top


def _ranked(watch: Watch, kind: AlertKind, before: int | None, after: int | None) -> str:
    target = watch.target.name if watch.target else ""
    source = watch.source.name if watch.source else ""
    way = "entered" if kind is AlertKind.ENTERED else "left"
    return f"{target} {way} the best {watch.top} for {source} (rank {_rank(before)} -> {_rank(after)})"


def _rank(rank: int | None) -> str:
    return "none" if rank is None else f"{rank:,}"
