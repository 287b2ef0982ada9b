"""``isthmus why``: what an answer stands on, and where it would rank without each paper, group or kind of research."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from pydantic import Field

from isthmus.errors import UsageError
from isthmus.graph.discovery.memory.snapshot import Snapshot
from isthmus.graph.discovery.ranking.candidates import Candidate, asked_for, score_pairs
from isthmus.graph.discovery.walks.paths import find_paths
from isthmus.graph.discovery.walks.why import Ground, Standing, Why, Without, why_path
from isthmus.graph.discovery.walks.why_candidate import why_candidate
from isthmus.graph.model import Entity
from isthmus.graph.stores.protocol import Store
from isthmus.graph.vocabulary import Category
from isthmus.service.answers import EntityName, PathAnswer, Told, tell_paths
from isthmus.service.asking import CandidateAnswer, tell_candidate
from isthmus.service.names import HalfAPair
from isthmus.service.texts import sentences_of

TOP = 10  # beyond which rank an answer counts as lost, where nothing else is asked for
PATHS_SHOWN = 3  # of a candidate


class NoSuchPath(UsageError):
    """A question for a path that is not among those found."""

    http_status = 404


class NoSuchCandidate(UsageError):
    """A question for a candidate that is none."""

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


class Grounds(Told):
    """What an answer stands on."""

    standing: StandingAnswer
    top: int = Field(description="beyond which rank it counts as lost; its own rank where it stands lower already")
    minimal: list[PaperName] | None = Field(
        description="the fewest papers without which it is lost; absent where it stays without all of its own"
    )
    exact: bool = Field(description="whether surely no fewer would do")
    without: list[WithoutAnswer] = Field(description="the worst first")
    untried: int = Field(description="papers of the answer that were too many to be tried")


class WhyAnswer(Grounds):
    """Why a path stands where it stands."""

    from_: EntityName = Field(alias="from")
    to: EntityName
    as_of: int | None
    path: PathAnswer


class WhyCandidateAnswer(Grounds):
    """Why a candidate ranks where it ranks among all of its category."""

    for_: EntityName = Field(alias="for")
    category: Category
    as_of: int | None
    candidate: CandidateAnswer
    ranked: int = Field(description="how many were ranked, itself among them")


def path_or_candidate(from_: str, to: str, for_: str, candidate: str) -> tuple[str, str]:
    """The names of both ends: of a path (from, to), or of an entity and a candidate for it; empty is not named.

    Raises:
        HalfAPair: for neither, both, or half of one.
    """
    if len({bool(from_), bool(to), not for_, not candidate}) > 1:
        raise HalfAPair("name a path by from and to, or a candidate by for and candidate")
    return from_ or for_, to or candidate


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
    return WhyAnswer(
        from_=EntityName.of(source),
        to=EntityName.of(target),
        as_of=snapshot.as_of,
        path=tell_paths(store, snapshot, [path])[0],
        **_grounds(store, found),
    )


def answer_why_candidate(
    store: Store,
    snapshot: Snapshot,
    entity: Entity,
    candidate: Entity,
    category: Category,
    *,
    top: int = TOP,
    new: bool = False,
    kin: bool = False,
) -> WhyCandidateAnswer:
    """Why a candidate ranks where ``candidates`` puts it, asked with the same ``new`` and ``kin``.

    Raises:
        NoSuchCandidate: where it is not of the category, is left out, or nothing joins the two.
    """
    source, node = (snapshot.index.get(one.id) for one in (entity, candidate))
    if source is None or node is None:
        raise _none(entity, candidate, "one of them is not in the graph of that year")
    asked = asked_for(snapshot, source, category, known=not new, kin=kin)
    if not asked[node]:
        raise _none(entity, candidate, _left_out(snapshot, source, node, category))
    named = sentences_of(store, snapshot)
    pair = score_pairs(snapshot, [(source, node)], named=named)[0]
    if pair.score <= 0.0:
        raise _none(entity, candidate, "nothing joins the two")
    found = why_candidate(snapshot, source, node, category, named=named, top=top, known=not new, kin=kin)
    paths = find_paths(snapshot, source, node, top=PATHS_SHOWN, direct=False)
    told = Candidate(node=snapshot.node(node), paths=paths, **{**asdict(pair), "q_value": None})
    return WhyCandidateAnswer(
        for_=EntityName.of(entity),
        category=category,
        as_of=snapshot.as_of,
        candidate=tell_candidate(store, snapshot, told),
        ranked=int(asked.sum()),
        **_grounds(store, found),
    )


def _none(entity: Entity, candidate: Entity, reason: str) -> NoSuchCandidate:
    return NoSuchCandidate(f"{candidate.name} is no candidate for {entity.name}: {reason}.")


def _left_out(snapshot: Snapshot, source: int, node: int, category: Category) -> str:
    """Why a node is not ranked."""
    if source == node:
        return "they are the same"
    if not snapshot.mask(category)[node]:
        return f"it is a {snapshot.node(node).category}, not a {category}; name its category"
    if not asked_for(snapshot, source, category)[node]:
        return "the two are kin; ask for kin too"
    return "a statement joins them already; ask without leaving out what is known"


def _grounds(store: Store, found: Why) -> dict[str, Any]:
    titles = _titles(store, found)
    return {
        "standing": StandingAnswer.of(found.standing),
        "top": found.top,
        "minimal": None if found.minimal is None else [PaperName(id=one, title=titles[one]) for one in found.minimal],
        "exact": found.exact,
        "without": [_tell(one, titles) for one in found.without],
        "untried": found.untried,
    }


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
