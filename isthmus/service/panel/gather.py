"""The dossier of a proposed link: its paths, what stands behind them, what speaks against them, what lies around."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np

from isthmus.graph.belief import believe, judge
from isthmus.graph.discovery.memory.snapshot import Snapshot
from isthmus.graph.discovery.walks.paths import find_paths
from isthmus.graph.model import Entity, Evidence, Statement
from isthmus.graph.stores.packed import place_of
from isthmus.graph.stores.protocol import StatementRow, Store
from isthmus.service.answers import PathAnswer, tell_paths
from isthmus.service.panel.around import AROUND_EACH, around
from isthmus.service.panel.dossier import Dossier, Exhibit, Role
from isthmus.service.panel.opposition import speaks_against

PATHS = 5
MOST_BETWEEN = 400  # statements between the nodes of the paths
MOST_EVIDENCE = 200  # pieces, of one statement

_RANK = {role: place for place, role in enumerate(Role)}


def gather(
    store: Store,
    snapshot: Snapshot,
    source: Entity,
    target: Entity,
    *,
    max_hops: int = 3,
    top: int = PATHS,
) -> Dossier:
    """What the graph holds around the link of two entities, as of the snapshot's year.

    The best ``top`` paths; every statement between two nodes that follow each other on one of them, and between the two
    ends, whether it says the same, more, or the opposite; and the best believed statements of each node that a specialist
    may want to see (``around``). The store is asked seven times, however much there is.

    Raises ``SameEnds`` where both ends are one. An entity that did not exist as of the year has no paths.
    """
    paths = _paths(store, snapshot, source, target, max_hops, top)
    nodes = {node.id for path in paths for node in path.nodes} | {source.id, target.id}
    numbers = {each: number for each in sorted(nodes) if (number := snapshot.index.get(each)) is not None}
    pairs = {frozenset(pair) for path in paths for pair in pairwise(node.id for node in path.nodes)}
    between = _between(snapshot, numbers, pairs | {frozenset((source.id, target.id))})
    near = around(snapshot, list(numbers.values()), set(between))
    shown = between[:MOST_BETWEEN]
    chosen = [snapshot.statement_ids[number] for number in (*shown, *near.statements)]
    wanted = {hop.id for path in paths for hop in path.statements}
    rows = store.statements(sorted({*wanted, *chosen}))
    evidence = _dated(store.evidence(rows), snapshot.as_of)
    if snapshot.as_of is not None:
        rows = {each: row for each, row in _rows_then(snapshot, rows, evidence) if evidence.get(each)}
    # A write may have come between: what it took away is on no path any more.
    paths = [path for path in paths if all(hop.id in rows for hop in path.statements)]
    hops = {hop.id: hop.belief for path in paths for hop in path.statements}
    exhibits = _exhibits(rows, evidence, hops, frozenset((source.id, target.id)), pairs)
    documents = store.documents({one.document for exhibit in exhibits.values() for one in exhibit.evidence})
    return Dossier(
        source=source,
        target=target,
        paths=paths,
        exhibits=exhibits,
        entities=_entities(store, (source, target), paths, exhibits.values()),
        documents=documents,
        graph_hash=snapshot.graph_hash,
        as_of=snapshot.as_of,
        left_out=_left_out(_Cut(len(paths), top, max_hops, len(between), len(near.statements), near.found), evidence),
    )


def _paths(
    store: Store, snapshot: Snapshot, source: Entity, target: Entity, max_hops: int, top: int
) -> list[PathAnswer]:
    ends = snapshot.index.get(source.id), snapshot.index.get(target.id)
    if ends[0] is None or ends[1] is None:
        return []
    return tell_paths(store, snapshot, find_paths(snapshot, ends[0], ends[1], max_hops=max_hops, top=top))


def _between(snapshot: Snapshot, numbers: Mapping[str, int], pairs: Iterable[frozenset[str]]) -> list[int]:
    """The numbers of all statements, affirmed or not, that join the two of a pair, by how much evidence they have."""
    columns = snapshot.columns
    on = np.zeros(snapshot.n_nodes, dtype=np.bool_)
    on[list(numbers.values())] = True
    inside = np.flatnonzero(on[columns.subjects] & on[columns.objects])
    wanted = {frozenset(numbers[each] for each in pair) for pair in pairs if all(each in numbers for each in pair)}
    ends = zip(columns.subjects[inside].tolist(), columns.objects[inside].tolist(), strict=True)
    found = [number for number, pair in zip(inside.tolist(), ends, strict=True) if frozenset(pair) in wanted]
    pieces = np.searchsorted(columns.evidence_statement, np.array(found, dtype=np.int64), side="right")
    pieces -= np.searchsorted(columns.evidence_statement, np.array(found, dtype=np.int64), side="left")
    return [found[place] for place in np.lexsort((np.array(found, dtype=np.int64), -pieces)).tolist()]


def _dated(evidence: Mapping[str, Sequence[Evidence]], as_of: int | None) -> dict[str, list[Evidence]]:
    """What had been published by the end of the year."""
    if as_of is None:
        return {statement: list(pieces) for statement, pieces in evidence.items()}
    return {
        statement: [one for one in pieces if one.year is not None and one.year <= as_of]
        for statement, pieces in evidence.items()
    }


def _rows_then(
    snapshot: Snapshot, rows: Mapping[str, StatementRow], evidence: Mapping[str, Sequence[Evidence]]
) -> Iterator[tuple[str, StatementRow]]:
    """The rows as they were at the end of the snapshot's year: belief, evidence and first year of what there was then."""
    denials = {each: row.statement.negate().id for each, row in rows.items()}
    own = _beliefs_then(snapshot, {*rows, *denials.values()})
    for each, row in rows.items():
        told = evidence.get(each, [])
        years = [one.year for one in told if one.year is not None]
        yield (
            each,
            replace(
                row,
                belief=own.get(each, 0.0) * (1.0 - own.get(denials[each], 0.0)),
                evidence_count=len(told),
                first_year=min(years, default=None),
            ),
        )


def _beliefs_then(snapshot: Snapshot, statements: Iterable[str]) -> dict[str, float]:
    """Belief in each statement from its own evidence, and the verdicts on it, of up to the snapshot's year."""
    columns = snapshot.columns
    places = {place: each for each in statements if (place := place_of(columns.statement_ids, each)) is not None}
    if not places:
        return {}
    numbers = np.array(sorted(places), dtype=np.int64)
    at = np.minimum(np.searchsorted(numbers, columns.evidence_statement), len(numbers) - 1)
    then = (columns.evidence_year > 0) & (columns.evidence_year <= (snapshot.as_of or 0))
    which = np.flatnonzero((numbers[at] == columns.evidence_statement) & then)
    beliefs = believe(replace(columns.evidence[which], statement=at[which]), len(numbers))
    about = np.minimum(np.searchsorted(numbers, columns.verdict_statement), len(numbers) - 1)
    spoken = (numbers[about] == columns.verdict_statement) & (columns.verdict_year > 0)
    spoken &= columns.verdict_year <= (snapshot.as_of or 0)
    beliefs = judge(beliefs, about[spoken], columns.verdict_kind[spoken])
    return {places[number]: belief for number, belief in zip(numbers.tolist(), beliefs.tolist(), strict=True)}


def _exhibits(
    rows: Mapping[str, StatementRow],
    evidence: Mapping[str, Sequence[Evidence]],
    hops: Mapping[str, float],
    ends: frozenset[str],
    pairs: set[frozenset[str]],
) -> dict[str, Exhibit]:
    """The statements with their roles, those of the paths first."""
    # Those of the paths first, then those of the two ends, then as they are believed: the later ones oppose the earlier.
    ranked = sorted(
        rows.values(),
        key=lambda row: (
            row.statement.id not in hops,
            row.statement.negated or _ends(row.statement) != ends,
            row.statement.negated,
            -row.belief,
            row.statement.id,
        ),
    )
    said: dict[frozenset[str], list[Statement]] = {}
    found = []
    for row in ranked:
        statement = row.statement
        earlier = said.setdefault(_ends(statement), [])
        denied = next((one.id for one in earlier if speaks_against(statement, one)), "")
        earlier.append(statement)
        pieces = sorted(evidence.get(statement.id, ()), key=lambda one: (-one.score, one.year or 0, one.id))
        row = replace(row, belief=hops.get(statement.id, row.belief))
        role = Role.PATH if statement.id in hops else _role(statement, denied, ends, pairs)
        found.append(Exhibit(row, role, tuple(pieces[:MOST_EVIDENCE]), denied))
    found.sort(key=lambda exhibit: (_RANK[exhibit.role], -exhibit.row.belief, exhibit.id))
    return {exhibit.id: exhibit for exhibit in found}


def _ends(statement: Statement) -> frozenset[str]:
    return frozenset((statement.subject, statement.object))


def _role(statement: Statement, denied: str, ends: frozenset[str], pairs: set[frozenset[str]]) -> Role:
    """Of a statement that is on no path."""
    joined = _ends(statement)
    if joined != ends and joined not in pairs:
        return Role.AROUND
    if denied or (joined == ends and statement.negated):
        return Role.OPPOSITE
    return Role.DIRECT if joined == ends else Role.BESIDE


def _entities(
    store: Store, ends: tuple[Entity, Entity], paths: Sequence[PathAnswer], exhibits: Iterable[Exhibit]
) -> dict[str, Entity]:
    """All that is named, by id; what a write took away meanwhile is still called as it was on its path."""
    nodes = {node.id: Entity(node.id, node.name, node.category) for path in paths for node in path.nodes}
    known = nodes | {end.id: end for end in ends}
    return known | store.entities({*known, *_named(exhibits)})


def _named(exhibits: Iterable[Exhibit]) -> Iterator[str]:
    """The ids of what the statements are about, and of where they hold."""
    for exhibit in exhibits:
        statement = exhibit.row.statement
        yield statement.subject
        yield statement.object
        yield from filter(None, (statement.context.species, statement.context.cell, statement.context.anatomy))


@dataclass(frozen=True, slots=True)
class _Cut:
    paths: int
    top: int
    max_hops: int
    between: int
    near: int
    near_in_all: int


def _left_out(cut: _Cut, evidence: Mapping[str, Sequence[Evidence]]) -> list[str]:
    told = [f"paths of more than {cut.max_hops} hops"]
    if cut.paths == cut.top:
        told.append(f"paths beyond the best {cut.top}")
    if cut.between > MOST_BETWEEN:
        told.append(f"{cut.between - MOST_BETWEEN:,} of the {cut.between:,} statements between nodes of the paths")
    if cut.near_in_all > cut.near:
        told.append(
            f"{cut.near_in_all - cut.near:,} of the {cut.near_in_all:,} statements around the nodes of the paths: "
            f"of each kind the {AROUND_EACH} best believed were taken"
        )
    long = sum(len(pieces) > MOST_EVIDENCE for pieces in evidence.values())
    if long:
        told.append(f"evidence beyond the best {MOST_EVIDENCE} pieces, of {long:,} statements")
    return told
