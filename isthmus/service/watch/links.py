"""Where many links stand at once: their scores and ranks in few sweeps, and what the best path of each rests on."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from isthmus.graph.discovery.memory.snapshot import Snapshot
from isthmus.graph.discovery.ranking.candidates import features_of, scores_between, scores_of_source
from isthmus.graph.discovery.ranking.features import Features
from isthmus.graph.discovery.ranking.named import Named
from isthmus.graph.discovery.walks.paths import FoundPath, find_paths
from isthmus.graph.model import Document, Statement
from isthmus.graph.stores.columns import GraphChanges
from isthmus.graph.stores.protocol import Store
from isthmus.graph.verdict import latest
from isthmus.graph.vocabulary import Category
from isthmus.service.watch.watch import MAX_HOPS, BestPath, Ground, GroundRole

PATHS = 3  # of each link, whose statements are its grounds
MOST_PAPERS = 50  # of one ground
SWEPT = 4  # so few sources are swept one by one
MOST_BETWEEN = 2_000_000  # scores in memory together; of more, too
PLACES = 6  # of decimals; some features are products of vectors in single precision

Floats = NDArray[np.float64]

Pair = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Scored:
    """A link's score, and the rank of its second end among the ``of`` nodes of its kind, for the first."""

    score: float
    rank: int | None
    of: int


def scored(snapshot: Snapshot, pairs: Collection[Pair], named: Named | None) -> dict[Pair, Scored]:
    """Score and rank of each pair of nodes (numbers), as ``rank_candidates`` ranks, all entities of a kind together.

    All pairs of two kinds are scored in one go with every entity that they could rank behind, where these are not too many.
    """
    features = features_of(snapshot, named, MAX_HOPS)
    groups: dict[tuple[Category, Category], list[Pair]] = defaultdict(list)
    for pair in sorted(set(pairs)):
        groups[snapshot.kind(pair[0]), snapshot.kind(pair[1])].append(pair)
    found: dict[Pair, Scored] = {}
    for (source_kind, kind), some in groups.items():
        sources, members = np.array(sorted({source for source, _ in some})), snapshot.members[kind]
        scores = _table(features, sources, members, apart=source_kind is not kind)
        scores[:, ~snapshot.exists[members]] = 0.0
        row = {source: number for number, source in enumerate(sources.tolist())}
        for source, target in some:
            found[source, target] = _ranked(scores[row[source]], int(snapshot.positions[target]))
    return found


def _table(features: Features, sources: NDArray[np.int64], members: NDArray[np.int32], *, apart: bool) -> Floats:
    """Shape (n_sources, n_members): all scores, rounded so that equal ones stay equal however they were added up."""
    if apart and len(sources) > SWEPT and len(sources) * len(members) <= MOST_BETWEEN:
        turned = len(sources) > len(members)  # the fewer ones take the walks, and the memory, of each
        scores = scores_between(features, members, sources).T if turned else scores_between(features, sources, members)
    else:
        kind = features.snapshot.kind(int(members[0]))
        scores = np.array([scores_of_source(features, source, kind)[members] for source in sources.tolist()])
    return np.round(scores, PLACES)


def _ranked(scores: Floats, place: int) -> Scored:
    """Equal scores rank in the order of their nodes."""
    own = float(scores[place])
    before = int(np.count_nonzero(scores > own)) + int(np.count_nonzero(scores[:place] == own))
    return Scored(own, before + 1 if own > 0.0 else None, len(scores))


def touched_pairs(snapshot: Snapshot, pairs: Sequence[Pair], changes: GraphChanges | None) -> set[Pair]:
    """The pairs between which a touched statement may lie on a path of up to three hops.

    A statement of u and v lies on one only where u or v is an end, or one is a neighbour of the one end and the other of
    the other; of any other pair no path was gained, and none has other statements or beliefs than it had. What was taken
    out is not seen here: whoever had it among his grounds knows its id.
    """
    if changes is None:
        return set(pairs)
    now = changes.now
    touched = {each: snapshot.index.get(each) for each in now.entity_ids}
    numbers = np.array([-1 if (node := touched[each]) is None else node for each in now.entity_ids], dtype=np.int64)
    edges = (
        np.column_stack((numbers[now.subjects], numbers[now.objects])) if len(now.subjects) else np.empty((0, 2), int)
    )
    edges = np.unique(edges[(edges >= 0).all(axis=1)], axis=0)
    if not len(edges):
        return set()
    nodes = np.unique(edges)
    near = {}
    for end in {end for pair in pairs for end in pair}:
        reached = np.isin(nodes, snapshot.neighbours(end)) | (nodes == end)
        near[end] = reached[np.searchsorted(nodes, edges)]  # shape (n_edges, 2)
    found = set()
    for pair in pairs:
        first, second = near[pair[0]], near[pair[1]]
        at_end = np.isin(edges, pair).any()
        if at_end or (first[:, 0] & second[:, 1]).any() or (first[:, 1] & second[:, 0]).any():
            found.add(pair)
    return found


def direct_statements(snapshot: Snapshot, pairs: Collection[Pair]) -> dict[Pair, list[str]]:
    """The ids of all statements, denials among them, that join the two of each pair, whichever way."""
    columns = snapshot.columns
    n = np.int64(max(snapshot.n_nodes, 1))
    low = np.minimum(columns.subjects, columns.objects).astype(np.int64)
    keys = low * n + np.maximum(columns.subjects, columns.objects)
    wanted = {min(pair) * int(n) + max(pair): pair for pair in pairs}
    found: dict[Pair, list[str]] = {pair: [] for pair in pairs}
    sought = np.array(sorted(wanted), dtype=np.int64)
    if not len(sought):
        return found
    at = np.minimum(np.searchsorted(sought, keys), len(sought) - 1)
    for number in np.flatnonzero(sought[at] == keys).tolist():
        key = int(keys[number])
        for pair in (wanted[key], wanted[key][::-1]):
            if pair in found:
                found[pair].append(columns.statement_ids[number])
    return found


def best_paths(snapshot: Snapshot, pair: Pair) -> tuple[BestPath | None, list[str]]:
    """The best path of two hops or more, and the ids of the statements of the best few."""
    paths = find_paths(snapshot, *pair, top=PATHS, direct=False)
    statements = list(dict.fromkeys(step.statement for path in paths for step in path.steps))
    return (_told(paths[0]) if paths else None), statements


def _told(path: FoundPath) -> BestPath:
    return BestPath(
        text=" - ".join(node.name for node in path.nodes),
        statements=[step.statement for step in path.steps],
        score=path.score,
        p_value=path.p_value,
        q_value=path.q_value,
        belief=path.belief,
        sign=path.sign.value,
    )


def grounds_of(store: Store, statements: Iterable[str]) -> dict[str, Ground]:
    """These statements (ids) as they are now, those that are there; as hops of paths, which only some of them are."""
    rows = store.statements(sorted(set(statements)))
    evidence = store.evidence(rows)
    papers = {each: list(dict.fromkeys(one.document for one in evidence.get(each, ())))[:MOST_PAPERS] for each in rows}
    documents = store.documents({paper for some in papers.values() for paper in some})
    names = store.entities({end for row in rows.values() for end in (row.statement.subject, row.statement.object)})
    verdicts: dict[str, dict[str, str]] = defaultdict(dict)
    for said in latest(store.verdicts(targets=list(rows))):
        verdicts[said.target][said.id] = f"{said.reviewer} said {said.kind.replace('_', ' ')}"
    found = {}
    for each, row in rows.items():
        statement = row.statement
        found[each] = Ground(
            id=each,
            text=_sentence(statement, {key: entity.name for key, entity in names.items()}),
            role=GroundRole.DENIAL if statement.negated else GroundRole.PATH,
            predicate=statement.predicate,
            subject=statement.subject,
            belief=row.belief,
            papers=papers[each],
            retracted=_retracted(papers[each], documents),
            verdicts=verdicts[each],
        )
    return found


def in_roles(direct: Sequence[str], hops: Sequence[str], now: Mapping[str, Ground]) -> list[Ground]:
    """The grounds of one link: the statements that join its ends, then the hops of its paths; those that are there."""
    joining = [now[each] for each in direct if each in now]
    told = [
        one if one.role is GroundRole.DENIAL else one.model_copy(update={"role": GroundRole.DIRECT}) for one in joining
    ]
    return told + [now[each] for each in hops if each in now and each not in direct]


def _retracted(papers: Iterable[str], documents: Mapping[str, Document]) -> list[str]:
    return [paper for paper in papers if paper in documents and documents[paper].retracted]


def _sentence(statement: Statement, names: Mapping[str, str]) -> str:
    verb = statement.predicate.replace("_", " ")
    subject, obj = (names.get(each, each) for each in (statement.subject, statement.object))
    return f"it is denied that {subject} {verb} {obj}" if statement.negated else f"{subject} {verb} {obj}"
