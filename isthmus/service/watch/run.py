"""A run over the watch-list: every question scored anew, compared with where it stood, and the alerts written down.

What a run finds is written together with the new standing, in one entry; only then are the alerts put where people look, and
what was found is struck off. A run that is cut off anywhere is gone on with by the next one: nothing is lost, and an alert
that is written twice has the same id.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from time import monotonic
from typing import Any

from isthmus.errors import IsthmusError
from isthmus.graph.discovery.memory.snapshot import Snapshot
from isthmus.graph.discovery.ranking.named import Named
from isthmus.graph.model import content_hash
from isthmus.graph.stores.entries import EntryChanged, EntryKind
from isthmus.graph.stores.protocol import Store
from isthmus.service.graphs import snapshot_of
from isthmus.service.hypotheses.hypothesis import NOBODY
from isthmus.service.hypotheses.kept import move
from isthmus.service.learned import keep, recall
from isthmus.service.texts import sentences_of
from isthmus.service.watch.compare import link_findings, list_findings
from isthmus.service.watch.kept import Watched, publish, unpublished, watched_of, write
from isthmus.service.watch.links import (
    Pair,
    Scored,
    best_paths,
    direct_statements,
    grounds_of,
    in_roles,
    scored,
    touched_pairs,
)
from isthmus.service.watch.lists import candidates_standing, gaps_standing
from isthmus.service.watch.watch import (
    Alert,
    BestPath,
    Finding,
    Ground,
    LinkStanding,
    ListStanding,
    Watch,
    WatchKind,
)
from isthmus.service.watch.yardstick import Yardstick

YARDSTICK = "of scores"

Standing = LinkStanding | ListStanding


@dataclass
class WatchRun:
    """What a run did. ``searched`` links had their paths looked for anew, the others had none that was touched."""

    watches: int = 0
    searched: int = 0
    alerts: list[Alert] = field(default_factory=list)
    seconds: float = 0.0

    def as_json(self) -> dict[str, Any]:
        """As the command line prints it."""
        alerts = [one.model_dump(mode="json") for one in self.alerts]
        return {"watches": self.watches, "searched": self.searched, "seconds": round(self.seconds, 2), "alerts": alerts}


def run_watches(store: Store, *, only: Collection[str] | None = None, cache: Path | None = None) -> WatchRun:
    """Score all watches of a store, or these (ids), anew; the first time there is nothing to compare with.

    Args:
        store: with watches and graph.
        only: ids of watches.
        cache: the folder to use instead of that of the settings.
    """
    started = monotonic()
    for left in unpublished(store):
        publish(store, left)
    watched = [one for one in watched_of(store) if only is None or one.watch.id in only]
    run = WatchRun(watches=len(watched))
    version = store.version()
    due = [one for one in watched if one.standing is None or one.version != version]
    if due:
        snapshot = snapshot_of(store, cache=cache)
        _Run(store, snapshot, cache, run, whole=only is None).over(due)
    run.seconds = monotonic() - started
    return run


class _Run:
    """One run over one state of the graph."""

    def __init__(self, store: Store, snapshot: Snapshot, cache: Path | None, run: WatchRun, *, whole: bool) -> None:
        self.store, self.snapshot, self.cache, self.run = store, snapshot, cache, run
        self.whole = whole  # all watches, and not some of them: only then are they measured with a new yardstick
        self.version = snapshot.columns.version
        self.at = datetime.now(UTC)
        self.named: Named | None = None

    def over(self, watched: Sequence[Watched]) -> None:
        """Measure, compare, write."""
        if any(one.watch.kind is not WatchKind.GAPS for one in watched):
            self.named = sentences_of(self.store, self.snapshot)
        known, fresh = self._yardsticks()
        now_used = fresh or known
        assert now_used is not None
        self._lay(now_used)
        standings, now = self._measured(watched, all_of_them=fresh is not None)
        keep(self.snapshot, self.cache, version=now_used.version)
        compared = self._as_before(watched, standings, known) if fresh is not None and known is not None else standings
        findings = {one.watch.id: self._compared(one, compared[one.watch.id], now) for one in watched}
        for one in watched:
            self._write(one, standings[one.watch.id], findings[one.watch.id])
        value = {"yardstick": now_used.model_dump(mode="json"), "seen": self.version}
        self.store.put_entry(EntryKind.YARDSTICK, YARDSTICK, value)

    def _yardsticks(self) -> tuple[Yardstick | None, Yardstick | None]:
        """The yardstick that standings were measured with, where it can still be used, and a new one where it is time."""
        entry = self.store.entry(EntryKind.YARDSTICK, YARDSTICK)
        known = Yardstick.model_validate(entry.value["yardstick"]) if entry else None
        if known is not None and entry is not None and entry.value["seen"] != self.version:
            changes = self.store.changes(entry.value["seen"])
            more = known.statements if changes is None else len(changes.statements)
            known = known.model_copy(update={"touched": known.touched + more})
        if known is not None and not known.measures(self.named):
            known = None
        if known is not None and (known.near or not self.whole):
            return known, None
        recall(self.snapshot, self.cache)
        return known, Yardstick.of(self.snapshot, self.named)

    def _lay(self, yardstick: Yardstick) -> None:
        for key in [key for key in self.snapshot.memo if isinstance(key, tuple) and key[0] in _MEASURES]:
            del self.snapshot.memo[key]
        yardstick.lay_on(self.snapshot)
        recall(self.snapshot, self.cache, version=yardstick.version)

    # -- measuring --

    def _as_before(
        self, watched: Sequence[Watched], standings: Mapping[str, Standing | None], known: Yardstick
    ) -> dict[str, Standing | None]:
        """The same standings with scores and ranks by the yardstick that those before were measured with."""
        self._lay(known)
        pairs = {one.watch.id: self._pair(one.watch) for one in watched if one.watch.joins}
        scores = scored(self.snapshot, {pair for pair in pairs.values() if pair is not None}, self.named)
        found: dict[str, Standing | None] = {}
        for one in watched:
            standing, pair = standings[one.watch.id], pairs.get(one.watch.id)
            if isinstance(standing, LinkStanding) and pair is not None:
                standing = standing.model_copy(update=asdict(scores[pair]))
            elif not one.watch.joins:
                standing = self._list_standing(one.watch)
            found[one.watch.id] = standing
        return found

    def _measured(
        self, watched: Sequence[Watched], *, all_of_them: bool = False
    ) -> tuple[dict[str, Standing | None], dict[str, Ground]]:
        """The standing of each watch, and all statements that any of them rested on or rests on, as they are now."""
        links = [one for one in watched if one.watch.joins]
        found: dict[str, Standing | None] = {
            one.watch.id: self._list_standing(one.watch) for one in watched if not one.watch.joins
        }
        pairs = {one.watch.id: self._pair(one.watch) for one in links}
        there = {pair for pair in pairs.values() if pair is not None}
        scores = scored(self.snapshot, there, self.named)
        searched = self._to_search(links, pairs, all_of_them=all_of_them)
        direct = direct_statements(self.snapshot, there)
        paths = {pair: best_paths(self.snapshot, pair) for pair in sorted(searched)}
        self.run.searched = len(searched)
        now = grounds_of(self.store, _wanted(links, pairs, direct, paths))
        for one in links:
            found[one.watch.id] = self._link_standing(one, pairs[one.watch.id], scores, direct, paths, now)
        return found, now

    def _link_standing(
        self,
        one: Watched,
        pair: Pair | None,
        scores: Mapping[Pair, Scored],
        direct: Mapping[Pair, Sequence[str]],
        paths: Mapping[Pair, tuple[BestPath | None, Sequence[str]]],
        now: Mapping[str, Ground],
    ) -> LinkStanding:
        if pair is None:
            return LinkStanding(score=0.0, rank=None, of=0, best=None, grounds=[])
        score, before = scores[pair], one.standing
        if pair in paths:
            best, hops = paths[pair]
            grounds = in_roles(direct[pair], hops, now)
        else:  # nothing that it rests on was touched
            assert isinstance(before, LinkStanding)
            best, grounds = before.best, before.grounds
        return LinkStanding(score=score.score, rank=score.rank, of=score.of, best=best, grounds=grounds)

    def _pair(self, watch: Watch) -> Pair | None:
        ends = [self.snapshot.index.get(each.id) if each else None for each in (watch.source, watch.target)]
        return None if ends[0] is None or ends[1] is None or ends[0] == ends[1] else (ends[0], ends[1])

    def _to_search(self, links: Iterable[Watched], pairs: Mapping[str, Pair | None], *, all_of_them: bool) -> set[Pair]:
        """The pairs of which paths have to be looked for: those never seen, and those that a write may have touched."""
        by_version: dict[str, list[Watched]] = {}
        for one in links:
            if pairs[one.watch.id] is not None:
                by_version.setdefault(one.version if one.standing and not all_of_them else "", []).append(one)
        found: set[Pair] = set()
        for version, some in by_version.items():
            mine = [pair for one in some if (pair := pairs[one.watch.id]) is not None]
            if version == self.version:
                continue
            changes = self.store.changes(version) if version else None
            found |= touched_pairs(self.snapshot, mine, changes)
            if changes is not None:
                found |= {
                    pair
                    for one in some
                    if (pair := pairs[one.watch.id]) is not None and _rested_on(one.standing, changes.statements)
                }
        return found

    def _list_standing(self, watch: Watch) -> Standing | None:
        if watch.kind is WatchKind.GAPS:
            return gaps_standing(self.store, self.snapshot, watch.top)
        assert watch.source is not None
        assert watch.category is not None
        return candidates_standing(self.snapshot, watch.source.id, watch.category, watch.top, self.named)

    # -- comparing and writing --

    def _compared(self, one: Watched, after: Standing | None, now: Mapping[str, Ground]) -> list[Finding]:
        before = one.standing
        if isinstance(before, LinkStanding) and isinstance(after, LinkStanding):
            return list(link_findings(one.watch, before, after, now))
        if isinstance(before, ListStanding) and isinstance(after, ListStanding):
            return list(list_findings(one.watch, before, after))
        return []

    def _write(self, one: Watched, standing: Standing | None, findings: Sequence[Finding]) -> None:
        alerts = [self._alert(one.watch, finding) for finding in findings]
        try:
            written = write(self.store, one, standing, self.version, alerts)
        except EntryChanged:  # another run was faster, or the watch was taken away
            return
        if written is not None and alerts:
            publish(self.store, written)
        self.run.alerts += alerts

    def _alert(self, watch: Watch, finding: Finding) -> Alert:
        key = content_hash([watch.id, finding.kind, finding.subject, self.version])
        moved = finding.certain and finding.proposes is not None and self._moved(watch, finding, key)
        return Alert(
            **finding.model_dump(),
            id=f"{self.at:%Y%m%dT%H%M%S%f}-{key[:12]}",
            watch=watch.id,
            watched=watch.text,
            hypothesis=watch.hypothesis,
            at=self.at.isoformat(timespec="seconds"),
            version=self.version,
            moved=moved,
        )

    def _moved(self, watch: Watch, finding: Finding, key: str) -> bool:
        """Set the status of a watched hypothesis; one that may not go there, or is gone, keeps where it stands."""
        if not watch.hypothesis or finding.proposes is None:
            return False
        try:
            move(
                self.store,
                watch.hypothesis,
                finding.proposes,
                who=NOBODY,
                comment=finding.text,
                alert=key,
                by_program=True,
            )
        except IsthmusError:
            return False
        return True


_MEASURES = frozenset({"scales", "fusion", "nulls", "features"})


def _rested_on(standing: Standing | None, statements: Collection[str]) -> bool:
    return isinstance(standing, LinkStanding) and any(one.id in statements for one in standing.grounds)


def _wanted(
    links: Iterable[Watched],
    pairs: Mapping[str, Pair | None],
    direct: Mapping[Pair, Sequence[str]],
    paths: Mapping[Pair, tuple[BestPath | None, Sequence[str]]],
) -> set[str]:
    """The statements to read: what the links that were searched rest on now, and rested on before."""
    wanted = {each for pair, (_, hops) in paths.items() for each in (*hops, *direct[pair])}
    for one in links:
        if isinstance(one.standing, LinkStanding) and (pairs[one.watch.id] is None or pairs[one.watch.id] in paths):
            wanted |= {each.id for each in one.standing.grounds}
    return wanted
