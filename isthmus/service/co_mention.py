"""What papers name together: an answer where no statement was read, and never a statement.

Entities that a paper names side by side may have nothing to do with each other. So whatever is answered from here has
``kind`` (or ``by``) "co-mention", and stands beside statements, not among them.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Literal, cast

import numpy as np
from pydantic import Field

from isthmus.graph.discovery.co_mention.bridges import (
    CoMentionLeg,
    CoMentionPath,
    abc_from,
    joined_by_co_mention,
)
from isthmus.graph.discovery.co_mention.counts import CoMentions
from isthmus.graph.discovery.co_mention.measures import pair_measures, source_measures
from isthmus.graph.discovery.memory.snapshot import Snapshot
from isthmus.graph.discovery.ranking.candidates import asked_for, kin_left_out
from isthmus.graph.discovery.walks.trivial import Trivial
from isthmus.graph.model import Document, Entity
from isthmus.graph.stores.protocol import Store
from isthmus.graph.vocabulary import Category
from isthmus.service.answers import EntityName, Told

RANKED_BY = "min_sum"  # of the Jaccard of both legs: did best on past discoveries
BRIDGES_EACH = 3  # shown of each candidate
SHORTEST_NAME = 2  # letters: one alone is looked up in no sentence

Kind = Literal["co-mention"]


class NamingPaper(Told):
    """A paper that names both."""

    document: str
    title: str
    year: int | None
    sentence: str = Field(description="that names both, as far as it can be found in the text; else empty")


class LegAnswer(Told):
    """How much two entities are named together."""

    documents: int
    sentences: int
    first_year: int | None
    last_year: int | None
    jaccard: float = Field(description="papers that name both over papers that name either")
    latest: list[str] = Field(description="ids of the latest papers")
    read: bool = Field(description="whether any of the papers was read; else rows of tables stand for them")


class BridgeAnswer(Told):
    """An entity that is named with both. Papers that name it with one need not name the other."""

    kind: Kind = "co-mention"
    entity: EntityName
    score: float = Field(description="the smaller Jaccard of its two legs")
    legs: tuple[LegAnswer, LegAnswer]


class CoMentionAnswer(Told):
    """Who is named with whom: what there is to say of two entities without a statement."""

    kind: Kind = "co-mention"
    documents: int = Field(description="that name both")
    sentences: int = Field(description="that name both")
    first_year: int | None
    last_year: int | None
    latest: list[NamingPaper]
    measures: dict[str, float] = Field(description="of the two, and of what bridges make of them")
    bridges: list[BridgeAnswer]
    n_bridges: int


class CoMentionCandidate(Told):
    """One entity ranked for another by what papers name together."""

    kind: Kind = "co-mention"
    id: str
    name: str
    category: Category
    score: float = Field(description="sum over bridges of the smaller Jaccard of the two legs")
    known: bool = Field(description="whether a statement joins it")
    documents: int = Field(description="that name both")
    sentences: int = Field(description="that name both")
    measures: dict[str, float]
    bridges: list[BridgeAnswer]
    n_bridges: int


class CoMentionCandidatesAnswer(Told):
    """Entities of a category ranked for one entity by what papers name together."""

    by: Kind = "co-mention"
    for_: EntityName = Field(alias="for")
    category: Category
    as_of: int | None
    kin_left_out: int
    candidates: list[CoMentionCandidate]


def answer_co_mention(
    store: Store, snapshot: Snapshot, source: Entity, target: Entity, *, top: int = 10
) -> CoMentionAnswer | None:
    """The papers that name both, and the entities that are named with both; kin of either is no bridge.

    ``None`` where an end is not in the graph as of its year.
    """
    a, c = snapshot.index.get(source.id), snapshot.index.get(target.id)
    if a is None or c is None:
        return None
    co = co_mentions_of(store, snapshot)
    found = joined_by_co_mention(co, a, c, top=top, barred=_kin(snapshot, a) | _kin(snapshot, c))
    direct = pair_measures(co, np.array([a]), np.array([c]))
    papers = found.direct.document_ids if found.direct is not None else ()
    years = found.direct.years if found.direct is not None else None
    return CoMentionAnswer(
        documents=found.direct.documents if found.direct is not None else 0,
        sentences=found.direct.sentences if found.direct is not None else 0,
        first_year=years[0] if years else None,
        last_year=years[1] if years else None,
        latest=_naming(store.documents(papers), papers, source, target) if papers else [],
        measures={name: float(values[0]) for name, values in direct.items()} | found.measures,
        bridges=[_tell_bridge(snapshot, one) for one in found.bridges],
        n_bridges=found.n_bridges,
    )


def answer_candidates_by_co_mention(
    store: Store,
    snapshot: Snapshot,
    entity: Entity,
    category: Category,
    *,
    top: int = 20,
    skip: int = 0,
    new: bool = False,
    kin: bool = False,
) -> CoMentionCandidatesAnswer:
    """The entities of a category that bridges join best to one entity, but for the best ``skip``; Swanson's open discovery.

    With ``new``, those are left out that a statement joins to it already, or a paper names with it.
    """
    node = snapshot.index.get(entity.id)
    ranked: list[CoMentionCandidate] = []
    left_out = 0
    if node is not None:
        co = co_mentions_of(store, snapshot)
        ranked = _ranked(co, snapshot, node, category, top=slice(skip, skip + top), new=new, kin=kin)
        left_out = 0 if kin else kin_left_out(snapshot, node, category, known=not new)
    return CoMentionCandidatesAnswer(
        for_=EntityName.of(entity), category=category, as_of=snapshot.as_of, kin_left_out=left_out, candidates=ranked
    )


def co_mentions_of(store: Store, snapshot: Snapshot) -> CoMentions:
    """Those of the store as of the snapshot's year, made once per snapshot."""
    key = "co-mentions"
    if key not in snapshot.memo:
        snapshot.memo[key] = CoMentions.of(snapshot.columns, store.mention_columns(), snapshot.as_of)
    return cast("CoMentions", snapshot.memo[key])


def _ranked(
    co: CoMentions, snapshot: Snapshot, source: int, category: Category, *, top: slice, new: bool, kin: bool
) -> list[CoMentionCandidate]:
    asked = asked_for(snapshot, source, category, known=not new, kin=kin)
    bridged, direct = abc_from(co, source), source_measures(co, source)
    if new:
        asked &= direct["documents"] == 0.0
    scores = np.where(asked, bridged[RANKED_BY], 0.0)
    best = np.lexsort((np.arange(len(scores)), -scores))[top]
    known = set(snapshot.neighbours(source).tolist())
    own = _kin(snapshot, source)
    told = []
    for node in best[scores[best] > 0.0].tolist():
        found = joined_by_co_mention(co, source, node, top=BRIDGES_EACH, barred=own | _kin(snapshot, node))
        candidate = snapshot.node(node)
        told.append(
            CoMentionCandidate(
                id=candidate.id,
                name=candidate.name,
                category=candidate.category,
                score=float(scores[node]),
                known=node in known,
                documents=int(direct["documents"][node]),
                sentences=int(direct["sentences"][node]),
                measures={name: float(values[node]) for name, values in (direct | bridged).items()},
                bridges=[_tell_bridge(snapshot, one) for one in found.bridges],
                n_bridges=found.n_bridges,
            )
        )
    return told


def _kin(snapshot: Snapshot, node: int) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    return Trivial.of(snapshot).kin_of(node, np.arange(snapshot.n_nodes, dtype=np.int32))


def _tell_bridge(snapshot: Snapshot, path: CoMentionPath) -> BridgeAnswer:
    node = snapshot.node(path.bridge)
    return BridgeAnswer(
        entity=EntityName(id=node.id, name=node.name, category=node.category),
        score=path.score,
        legs=(_tell_leg(path.legs[0]), _tell_leg(path.legs[1])),
    )


def _tell_leg(leg: CoMentionLeg) -> LegAnswer:
    return LegAnswer(
        documents=leg.documents,
        sentences=leg.sentences,
        first_year=leg.years[0] if leg.years else None,
        last_year=leg.years[1] if leg.years else None,
        jaccard=leg.value,
        latest=list(leg.document_ids),
        read=not leg.from_evidence,
    )


def _naming(documents: Mapping[str, Document], ids: Sequence[str], source: Entity, target: Entity) -> list[NamingPaper]:
    """The papers, each with its first sentence that names both; stores keep no sentence bounds, so it is looked up."""
    from isthmus.extractors.text.sentences import document_sentences, split_by_rule  # loads spaCy: a second, if needed

    papers = [documents[one] for one in ids if one in documents]
    names = _pattern(source), _pattern(target)
    found = []
    for paper, sentences in zip(papers, document_sentences(papers, split_by_rule), strict=True):
        said = (paper.text[one.start : one.end] for one in sentences)
        both = next((text for text in said if all(name.search(text) for name in names)), "")
        found.append(NamingPaper(document=paper.id, title=paper.title, year=paper.year, sentence=both))
    return found


def _pattern(entity: Entity) -> re.Pattern[str]:
    """Its name or a synonym, as words of their own."""
    names = sorted(
        {name for name in (entity.name, *entity.synonyms) if len(name) >= SHORTEST_NAME}, key=len, reverse=True
    )
    return re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, names)) or '(?!)'})(?!\w)", re.IGNORECASE)
