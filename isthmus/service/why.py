"""``isthmus why``: what an answer stands on, and where it would rank without each paper, group or kind of research."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from pydantic import Field

from isthmus.errors import UsageError
from isthmus.graph.discovery.paths import find_paths
from isthmus.graph.discovery.snapshot import Snapshot
from isthmus.graph.discovery.why import Ground, Standing, Why, Without, why_path
from isthmus.graph.model import Entity
from isthmus.graph.stores.protocol import Store
from isthmus.service.answers import EntityName, PathAnswer, Told, tell_paths

TOP = 10  # beyond which rank a path counts as lost, where nothing else is asked for


class NoSuchPath(UsageError):
    """A question for a path that is not among those found."""

    http_status = 404


class PaperName(Told):
    """A paper, briefly."""

    id: str
    title: str


class StandingAnswer(Told):
    """Where an answer stands: its rank from 1, absent where it is no answer, and its score."""

    rank: int | None
    score: float

    @classmethod
    def of(cls, standing: Standing) -> StandingAnswer:
        """From the graph's own value."""
        return cls(rank=standing.rank, score=standing.score)


class WithoutAnswer(Told):
    """Where the answer would stand without one paper, group of authors or kind of research."""

    ground: Ground
    id: str = Field(description="the paper's id, the group's senior author, or the modality")
    title: str = Field(description="of a paper")
    pieces: int = Field(description="of evidence, in the whole graph, that would go with it")
    standing: StandingAnswer


class WhyAnswer(Told):
    """Why a path stands where it stands."""

    from_: EntityName = Field(alias="from")
    to: EntityName
    as_of: int | None
    path: PathAnswer
    standing: StandingAnswer
    top: int = Field(description="beyond which rank it counts as lost")
    minimal: list[PaperName] | None = Field(
        description="the fewest papers without which it is lost; absent where it stays without all of its own"
    )
    exact: bool = Field(description="whether surely no fewer would do")
    without: list[WithoutAnswer] = Field(description="the worst first")
    untried: int = Field(description="papers of the path that were too many to be tried")


def answer_why(
    store: Store,
    snapshot: Snapshot,
    source: Entity,
    target: Entity,
    *,
    number: int = 1,
    max_hops: int = 3,
    top: int = TOP,
) -> WhyAnswer:
    """Why the ``number``-th of the best ``top`` paths between two entities stands where it does.

    Raises:
        NoSuchPath: where there are fewer.
        SameEnds: where both ends are one.
    """
    ends = snapshot.index.get(source.id), snapshot.index.get(target.id)
    paths = (
        find_paths(snapshot, ends[0], ends[1], max_hops=max_hops, top=max(top, number))
        if ends[0] is not None and ends[1] is not None
        else ()
    )
    if len(paths) < number:
        raise NoSuchPath(f"{len(paths)} paths lead from {source.name} to {target.name}: there is no path {number}")
    path = paths[number - 1]
    found = why_path(snapshot, path, max_hops=max_hops, top=top)
    titles = _titles(store, found)
    return WhyAnswer(
        from_=EntityName.of(source),
        to=EntityName.of(target),
        as_of=snapshot.as_of,
        path=tell_paths(store, snapshot, [path])[0],
        standing=StandingAnswer.of(found.standing),
        top=top,
        minimal=None if found.minimal is None else [PaperName(id=one, title=titles[one]) for one in found.minimal],
        exact=found.exact,
        without=[_tell(one, titles) for one in found.without],
        untried=found.untried,
    )


def _titles(store: Store, found: Why) -> Mapping[str, str]:
    papers: Sequence[str] = [*(found.minimal or ()), *(one.id for one in found.without if one.ground is Ground.PAPER)]
    known = store.documents(set(papers))
    return {paper: known[paper].title if paper in known else "" for paper in papers}


def _tell(one: Without, titles: Mapping[str, str]) -> WithoutAnswer:
    return WithoutAnswer(
        ground=one.ground,
        id=one.id,
        title=titles.get(one.id, "") if one.ground is Ground.PAPER else "",
        pieces=one.pieces,
        standing=StandingAnswer.of(one.standing),
    )
