"""A watch from what a person asks for: names become entities, a hypothesis brings its ends, targets are checked."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from isthmus.errors import UsageError
from isthmus.graph.model import Entity
from isthmus.graph.stores.protocol import Store
from isthmus.graph.verdict import now_in_utc
from isthmus.graph.vocabulary import Category
from isthmus.service.answers import EntityName
from isthmus.service.hypotheses.kept import find as find_hypothesis
from isthmus.service.hypotheses.kept import living
from isthmus.service.names import resolve
from isthmus.service.settings import Settings
from isthmus.service.watch.kept import Watched, add
from isthmus.service.watch.kept import find as find_watch
from isthmus.service.watch.outbox import check_target
from isthmus.service.watch.run import run_watches
from isthmus.service.watch.watch import TOP, Watch, WatchKind

Canonical = Callable[[str], Entity | None]


class NothingToWatch(UsageError):
    """Neither a hypothesis, nor two ends, nor an entity, nor gaps; or several of these."""


def add_watch(
    store: Store,
    canonical: Canonical,
    *,
    hypothesis: str = "",
    source: str = "",
    target: str = "",
    entity: str = "",
    category: Category = Category.DRUG,
    gaps: bool = False,
    top: int = TOP,
    notify: Sequence[str] = (),
    known: Settings | None = None,
    cache: Path | None = None,
) -> Watched:
    """Watch one thing, and find out where it stands now, which the next run compares with.

    Raises:
        NothingToWatch: not exactly one thing is named.
        UnknownHypothesis, AmbiguousName, UnknownName: what is named is not there.
        UsageError: somebody to be told who cannot be reached; see ``check_target``.
    """
    asked = [bool(hypothesis), bool(source or target), bool(entity), gaps]
    if sum(asked) != 1 or bool(source) != bool(target):
        raise NothingToWatch(
            "say what to watch: --hypothesis ID, --from A --to C, --for A with --category, or --gaps; one of these"
        )
    told = [check_target(each, known) for each in dict.fromkeys(notify)]
    common = {"top": top, "notify": told, "created": now_in_utc()}
    if hypothesis:
        found = living(store, find_hypothesis(store, hypothesis)).hypothesis
        watch = Watch(kind=WatchKind.HYPOTHESIS, hypothesis=found.id, source=found.from_, target=found.to, **common)
    elif source:
        ends = [EntityName.of(resolve(name, store, canonical)) for name in (source, target)]
        if ends[0].id == ends[1].id:
            raise NothingToWatch(f"{ends[0].id} is both ends: give two different entities")
        watch = Watch(kind=WatchKind.PAIR, source=ends[0], target=ends[1], **common)
    elif entity:
        one = EntityName.of(resolve(entity, store, canonical))
        watch = Watch(kind=WatchKind.CANDIDATES, source=one, category=category, **common)
    else:
        watch = Watch(kind=WatchKind.GAPS, **common)
    added = add(store, watch)
    if added.standing is None:
        run_watches(store, only={watch.id}, cache=cache)
    return find_watch(store, watch.id)
