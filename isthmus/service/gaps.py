"""``isthmus gaps``: the map of gaps between the graph's subfields, or the bridges between two that are named."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import cast

from pydantic import Field

from isthmus.errors import UsageError
from isthmus.graph.discovery.co_mention.counts import CoMentions
from isthmus.graph.discovery.fields.bridges import Bridge, Crossing, apart, find_bridges
from isthmus.graph.discovery.fields.gaps import Gap, GroupAffinity, TooFewSubfields, centroid_affinity, find_gaps
from isthmus.graph.discovery.fields.subfields import (
    Subfield,
    categories_of,
    communities,
    of_branch,
    of_category,
    of_ids,
    of_modality,
    of_nodes,
    with_surroundings,
)
from isthmus.graph.discovery.memory.snapshot import Node, Snapshot
from isthmus.graph.discovery.ranking.affinity import TextAffinity, entity_texts
from isthmus.graph.model import Entity, Modality
from isthmus.graph.stores.protocol import Store
from isthmus.graph.vocabulary import Category
from isthmus.service.answers import EntityName, PathAnswer, Told, tell_paths
from isthmus.service.names import AmbiguousName, UnknownName, resolve
from isthmus.service.texts import sentences_of
from isthmus.steps import checkpoint

MODALITY = "modality:"
WORDS_FOUND = 500  # entities that a query may stand for, the best found first
READ_UP_TO = 50_000  # entities or pieces of evidence: the texts of a larger graph are not read for one question

Canonical = Callable[[str], Entity | None]


class UnknownModality(UsageError):
    """A modality outside the vocabulary."""


class SubfieldName(Told):
    """A subfield, briefly."""

    name: str
    entities: int = Field(description="how many it has")
    documents: int = Field(description="papers that say something between two of its entities")
    categories: dict[Category, int]

    @classmethod
    def of(cls, snapshot: Snapshot, subfield: Subfield) -> SubfieldName:
        """From the graph's own value."""
        return cls(
            name=subfield.name,
            entities=len(subfield),
            documents=len(subfield.documents),
            categories=dict(categories_of(snapshot, subfield)),
        )


class CrossingAnswer(Told):
    """A pair of entities that a gap could be crossed by; ``via`` is between them, absent where it takes two."""

    from_: EntityName = Field(alias="from")
    via: EntityName | None
    to: EntityName


class GapAnswer(Told):
    """Two subfields with what is between them."""

    a: str
    b: str
    score: float = Field(description="how much it is a gap, 0 to 1: alike, and fewer links than chance would make")
    observed: int = Field(description="statements between an entity of one and one of the other")
    expected: float = Field(description="how many their degrees alone would make")
    z: float
    affinity: float = Field(description="how alike they are in what else they are joined to, -1 to 1")
    text_affinity: float | None = Field(description="how alike they are in what is written of them, -1 to 1")
    shared: int = Field(description="entities in both, left out of the counts")
    co_mentions: int | None = Field(description="documents that name an entity of each")
    bridges: list[CrossingAnswer]


class GapsAnswer(Told):
    """The gap map: the subfields that the graph falls into, the largest first, and the gaps between them, widest first."""

    as_of: int | None
    reason: str = Field("", description="why there is no gap to tell of")
    subfields: list[SubfieldName]
    gaps: list[GapAnswer]


class BridgeAnswer(Told):
    """A pair of entities, one of each subfield, that nothing joins directly, and the paths that do."""

    from_: EntityName = Field(alias="from")
    to: EntityName
    score: float
    p_value: float | None = None
    q_value: float | None = None
    components: dict[str, float]
    paths: list[PathAnswer]


class BridgesAnswer(Told):
    """What is, and what could be, between two subfields that were named."""

    as_of: int | None
    a: SubfieldName
    b: SubfieldName
    gap: GapAnswer
    reason: str = Field("", description="why there is no bridge to tell of")
    bridges: list[BridgeAnswer]


def answer_gaps(
    store: Store,
    snapshot: Snapshot,
    *,
    top: int = 20,
) -> GapsAnswer:
    """The gap map of a graph. One that does not fall into two subfields has none, and the answer says why."""
    subfields = communities(snapshot)
    gaps: tuple[Gap, ...] = ()
    reason = ""
    try:
        gaps = _gaps(store, snapshot, subfields, top=top)
    except TooFewSubfields as error:
        reason = str(error)
    return GapsAnswer(
        as_of=snapshot.as_of,
        reason=reason,
        subfields=[SubfieldName.of(snapshot, subfield) for subfield in subfields],
        gaps=[_tell_gap(snapshot, subfields, gap) for gap in gaps],
    )


def answer_bridges(
    store: Store,
    snapshot: Snapshot,
    a: str,
    b: str,
    canonical: Canonical,
    *,
    max_hops: int = 2,
    top: int = 10,
    paths_each: int = 2,
) -> BridgesAnswer:
    """The bridges between two subfields, each named as ``subfield`` takes it.

    Raises:
        UnknownName, UnknownModality, EmptySubfield: for a name that stands for no one subfield.
        SameSubfield: where both names stand for the same entities.
    """
    sides = [subfield(name, store, snapshot, canonical) for name in (a, b)]
    apart(*sides)
    (gap,) = _gaps(store, snapshot, sides, bridges_each=0)
    sentences = sentences_of(store, snapshot)
    found = find_bridges(snapshot, *sides, named=sentences, max_hops=max_hops, top=top, paths_each=paths_each)
    return BridgesAnswer(
        as_of=snapshot.as_of,
        a=SubfieldName.of(snapshot, sides[0]),
        b=SubfieldName.of(snapshot, sides[1]),
        gap=_tell_gap(snapshot, sides, gap),
        reason="" if found else f"no path of at most {max_hops} hops leads from {sides[0].name} to {sides[1].name}",
        bridges=[_tell_bridge(store, snapshot, bridge) for bridge in found],
    )


def subfield(name: str, store: Store, snapshot: Snapshot, canonical: Canonical) -> Subfield:
    """The subfield that a person means.

    ``modality:imaging`` is what documents of that modality tell of; ``Drug`` a category; a CURIE that entity with all that
    is below it in the graph; other words all entities that they name or find, with what is below these. A subfield of a
    few entities takes in its surroundings (``with_surroundings``).

    Raises:
        UnknownModality: for a modality outside the vocabulary.
        UnknownName: where nothing is found.
        EmptySubfield: where what is found was not known yet.
    """
    wanted = name.strip()
    if wanted.casefold().startswith(MODALITY):
        return of_modality(snapshot, _modality(wanted[len(MODALITY) :]))
    categories = {category.value.casefold(): category for category in Category}
    if wanted.casefold() in categories:
        return of_category(snapshot, categories[wanted.casefold()])
    title, ids = _named(wanted, store, canonical)
    core = of_ids(snapshot, title, ids)
    branches = {int(node) for root in core.nodes.tolist() for node in of_branch(snapshot, root).nodes}
    return with_surroundings(snapshot, of_nodes(snapshot, title, branches))


def _named(wanted: str, store: Store, canonical: Canonical) -> tuple[str, list[str]]:
    """A title, and the ids of the entities that a CURIE or a query stands for."""
    found = [hit.entity.id for hit in store.search(wanted, limit=WORDS_FOUND).items]
    try:
        entity = resolve(wanted, store, canonical)
    except AmbiguousName as error:
        return wanted, [*(choice.id for choice in error.choices), *found]
    except UnknownName:
        if not found:
            raise
        return wanted, found
    # Words stand for all that they find, an identifier for what it identifies.
    by_name = wanted.casefold() in {name.casefold() for name in (entity.name, *entity.synonyms)}
    return entity.name, [entity.id, *(found if by_name else ())]


def _modality(name: str) -> Modality:
    try:
        return Modality(name.strip().casefold())
    except ValueError:
        known = ", ".join(Modality)
        raise UnknownModality(f"{name.strip()!r} is no modality. Choose from: {known}.") from None


def _gaps(store: Store, snapshot: Snapshot, subfields: Sequence[Subfield], **options: int) -> tuple[Gap, ...]:
    """With the co-mentions and, unless it is too large to read at once, the texts of the store."""
    columns, year = snapshot.columns, snapshot.as_of
    texts: GroupAffinity | None = None
    if len(subfields) > 1 and max(snapshot.n_nodes, len(columns.evidence_score)) <= READ_UP_TO:
        key = "text affinity of groups"
        if key not in snapshot.memo:
            checkpoint("comparing what is written")
            written = entity_texts(columns, store.all_entities(), store.all_evidence())
            snapshot.memo[key] = centroid_affinity(TextAffinity.of(written, year, snapshot.exists).vectors)
        texts = cast("GroupAffinity", snapshot.memo[key])
    checkpoint("counting who is named together")
    co_mentions = CoMentions.of(columns, store.mention_columns(), year)
    return find_gaps(snapshot, subfields, texts=texts, co_mentions=co_mentions, **options)


def _tell_gap(snapshot: Snapshot, subfields: Sequence[Subfield], gap: Gap) -> GapAnswer:
    return GapAnswer(
        a=subfields[gap.a].name,
        b=subfields[gap.b].name,
        score=gap.score,
        observed=gap.observed,
        expected=gap.expected,
        z=gap.z,
        affinity=gap.affinity,
        text_affinity=gap.text_affinity,
        shared=gap.shared,
        co_mentions=gap.co_mentions,
        bridges=[_tell_crossing(snapshot, crossing) for crossing in gap.bridges],
    )


def _tell_crossing(snapshot: Snapshot, crossing: Crossing) -> CrossingAnswer:
    return CrossingAnswer(
        from_=_name(snapshot.node(crossing.source)),
        via=None if crossing.middle is None else _name(snapshot.node(crossing.middle)),
        to=_name(snapshot.node(crossing.target)),
    )


def _tell_bridge(store: Store, snapshot: Snapshot, bridge: Bridge) -> BridgeAnswer:
    return BridgeAnswer(
        from_=_name(bridge.source),
        to=_name(bridge.target),
        score=bridge.pair.score,
        p_value=bridge.pair.p_value,
        q_value=bridge.pair.q_value,
        components=dict(bridge.pair.components),
        paths=tell_paths(store, snapshot, bridge.paths),
    )


def _name(node: Node) -> EntityName:
    return EntityName(id=node.id, name=node.name, category=node.category)
