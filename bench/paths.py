"""How fast paths are found on the full-size graph, with p-values, and how long a real Neo4j takes for the same answer.

    python -m bench.paths [--scale 1] [--closed 200] [--open 30] [--neo4j neo4j-5] [--compared 20]

Prints one JSON document. ``closed``: the top 20 paths of up to three hops between a drug and a disease; ``open``: one
disease, all drugs; milliseconds, warm, wall-clock and of the processor (on a busy machine only the second tells).
``first_closed_seconds`` is the first question, which fits the nulls.

With ``--neo4j`` the same edges go to that server, with all that a path's score needs worked out beforehand as properties:
damped weight with belief, the same with belief 1, and what is left of it for kin. Per metapath Cypher sums them and keeps
the 20 best paths; p-values and the last sort, a millisecond, are ours. Two ways to write it are timed, ``chain`` (one
pattern, the planner's choice) and ``meet`` (both neighbourhoods first, then the edge between), and the better one counts.
Both sides are timed on the same questions, unbundled, and the answers must agree in their scores within 1e-9.
"""

from __future__ import annotations

import argparse
import json
import math
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import Any

import neo4j
import numpy as np

from bench.full_size import full_size_columns
from bench.stores import opened
from isthmus.graph.discovery.chance.nulls import nulls_of
from isthmus.graph.discovery.memory.snapshot import Snapshot
from isthmus.graph.discovery.ranking.candidates import rank_candidates
from isthmus.graph.discovery.walks.dwpc import DAMPING
from isthmus.graph.discovery.walks.metapaths import TRIVIAL, Hop
from isthmus.graph.discovery.walks.paths import find_paths
from isthmus.graph.discovery.walks.routes import TRIVIAL_COST, routes_between
from isthmus.graph.discovery.walks.search import LEAST_SURPRISE, MOST_SURPRISE
from isthmus.graph.discovery.walks.trivial import Trivial
from isthmus.graph.stores.neo4j_connection import connect, read_address
from isthmus.graph.vocabulary import Category

TOP = 20
BATCH = 20_000
Pair = tuple[int, int]

# The hops of a path as [relationship type, whether walked with its arrow], and its three weights.
_ROWS = """
WITH [i IN range(0, size(rs) - 1) | [type(rs[i]), startNode(rs[i]) = ns[i]]] AS hops, [n IN ns | n.n] AS nodes,
     reduce(x = 1.0, r IN rs | x * r.w) AS w, reduce(x = 1.0, r IN rs | x * r.c) AS c, reduce(x = 1.0, r IN rs | x * r.v) AS v
ORDER BY v DESC
WITH hops, sum(w) AS count, sum(c) AS certain, collect([v, nodes])[..$top] AS best
RETURN hops, count, certain, best
"""
_ENDS = "MATCH (s:N {n: $s}), (t:N {n: $t}) "
_LONG = {
    "chain": "MATCH (s)-[p]-(x)-[q]-(y)-[r]-(t) WHERE x <> t AND y <> s AND x <> y WITH [s, x, y, t] AS ns, [p, q, r] AS rs",
    "meet": "MATCH (s)-[p]-(x) WHERE x <> t WITH s, t, x, collect(p) AS ps "
    "MATCH (t)-[r]-(y) WHERE y <> s AND y <> x WITH s, t, x, ps, y, collect(r) AS ls MATCH (x)-[q]-(y) "
    "UNWIND ps AS p UNWIND ls AS r WITH [s, x, y, t] AS ns, [p, q, r] AS rs",
}
_SHORT = (
    "MATCH (s)-[p]-(t) WITH [s, t] AS ns, [p] AS rs",
    "MATCH (s)-[p]-(x)-[q]-(t) WITH [s, x, t] AS ns, [p, q] AS rs",
)


def cypher(way: str) -> str:
    """One query for all paths of up to three hops, by metapath."""
    return " UNION ALL ".join(_ENDS + pattern + _ROWS for pattern in (*_SHORT, _LONG[way]))


def milliseconds(questions: Sequence[Callable[[], object]], warm: int = 10) -> dict[str, float]:
    """Of each question once, after the first few have warmed things up."""
    for question in questions[:warm]:
        question()
    wall, processor = [], []
    for question in questions:
        started = time.perf_counter(), time.process_time()
        question()
        wall.append(1000 * (time.perf_counter() - started[0]))
        processor.append(1000 * (time.process_time() - started[1]))
    return {
        "questions": len(questions),
        **{f"p{q}_ms": round(float(np.percentile(wall, q)), 2) for q in (50, 95)},
        **{f"processor_p{q}_ms": round(float(np.percentile(processor, q)), 2) for q in (50, 95)},
    }


def hop_types(snapshot: Snapshot) -> dict[tuple[str, bool], Hop]:
    """Each hop by its relationship type and direction; that of an edge both ends of which it may leave has one."""
    types: dict[tuple[str, bool], Hop] = {}
    for number, hop in enumerate(sorted(hop for hop in snapshot.layers if hop.forward)):
        if hop not in types.values():
            types[f"H{number}", True] = hop
            types[f"H{number}", False] = hop.reversed
    return types


def load(session: neo4j.Session, snapshot: Snapshot) -> float:
    """Write nodes and edges; returns the seconds it took."""
    started = time.perf_counter()
    session.run("CREATE CONSTRAINT n IF NOT EXISTS FOR (n:N) REQUIRE n.n IS UNIQUE").consume()
    for start in range(0, snapshot.n_nodes, BATCH):
        numbers = list(range(start, min(start + BATCH, snapshot.n_nodes)))
        session.run("UNWIND $numbers AS n CREATE (:N {n: n})", numbers=numbers).consume()
    for (name, forward), hop in hop_types(snapshot).items():
        if forward:
            query = f"UNWIND $rows AS e MATCH (a:N {{n: e[0]}}), (b:N {{n: e[1]}}) CREATE (a)-[:{name} {{w: e[2], c: e[3], v: e[4]}}]->(b)"
            rows = list(edges(snapshot, hop))
            for start in range(0, len(rows), BATCH):
                session.run(query, rows=rows[start : start + BATCH]).consume()
    session.run("CALL db.awaitIndexes(300)").consume()
    return time.perf_counter() - started


def edges(snapshot: Snapshot, hop: Hop) -> Iterator[tuple[int, int, float, float, float]]:
    """The edges of a hop, each once: its ends, weight, weight without belief, and weight with what kin cost."""
    layer = snapshot.layers[hop]
    source = np.repeat(snapshot.members[hop.source], layer.source_degrees)
    target = snapshot.members[hop.target][layer.beliefs.indices]
    weight = snapshot.damped(hop, DAMPING).data
    kin = Trivial.of(snapshot).kin(source, target) & (hop.predicate not in TRIVIAL)
    value = weight * np.where(kin, TRIVIAL_COST, 1.0)
    once = np.flatnonzero(source < target) if hop == hop.reversed else np.arange(len(source))
    columns = (source, target, weight, weight / layer.beliefs.data, value)
    yield from zip(*(column[once].tolist() for column in columns), strict=True)


def ask(
    session: neo4j.Session, query: str, snapshot: Snapshot, types: dict[tuple[str, bool], Hop], pair: Pair
) -> list[float]:
    """The scores of the 20 best paths by Cypher."""
    ends = snapshot.kind(pair[0]), snapshot.kind(pair[1])
    routes = {route.metapath.hops: route for route in routes_between(snapshot, *ends).routes}
    rows = [
        (tuple(types[name, forward] for name, forward in row["hops"]), row)
        for row in session.run(query, s=pair[0], t=pair[1], top=TOP)
    ]
    merged: dict[tuple[Hop, ...], list[Any]] = {}
    for hops, row in rows:  # a symmetric edge comes under both its arrows
        count, certain, best = merged.get(hops, [0.0, 0.0, []])
        merged[hops] = [count + row["count"], certain + row["certain"], best + row["best"]]
    if not merged:
        return []
    place, other = snapshot.positions[pair[0]], snapshot.positions[pair[1]]
    p = nulls_of(snapshot, *ends).p_values_of(
        [routes[hops].metapath for hops in merged],
        [snapshot.layers[hops[0]].source_degrees[place] for hops in merged],
        [snapshot.layers[hops[-1]].target_degrees[other] for hops in merged],
        [count for count, _, _ in merged.values()],
    )
    scores = [
        routes[hops].weight * min(max(-math.log10(one), LEAST_SURPRISE), MOST_SURPRISE) * value / certain
        for one, (hops, (_, certain, best)) in zip(p.tolist(), merged.items(), strict=True)
        for value, _ in best
    ]
    return sorted(scores, reverse=True)[:TOP]


def against_neo4j(snapshot: Snapshot, server: str, pairs: Sequence[Pair]) -> dict[str, object]:
    """Both on the same questions, in one run."""
    types = hop_types(snapshot)
    ours = [lambda pair=pair: find_paths(snapshot, *pair, top=TOP, bundle=False) for pair in pairs]
    with opened(server) as store, connect(read_address(store.url)) as driver, driver.session() as session:
        figures: dict[str, object] = {"load_seconds": round(load(session, snapshot), 1)}
        mine = milliseconds(ours)
        theirs = {}
        for way in _LONG:
            query = cypher(way)
            asked = [lambda pair=pair, query=query: ask(session, query, snapshot, types, pair) for pair in pairs]
            theirs[way] = milliseconds(asked, warm=3)
            figures[f"{way}_largest_difference"] = max(
                abs(ours_says - cypher_says) / cypher_says
                for question, pair in zip(ours, pairs, strict=True)
                for ours_says, cypher_says in zip(
                    [path.score for path in question()], ask(session, query, snapshot, types, pair), strict=True
                )
            )
    faster = {
        f"times_faster_{q}": round(min(one[q] for one in theirs.values()) / mine[q], 1) for q in ("p50_ms", "p95_ms")
    }
    return {**figures, "ours": mine, **theirs, **faster}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--scale", type=float, default=1.0)
    parser.add_argument("--closed", type=int, default=200)
    parser.add_argument("--open", type=int, default=30)
    parser.add_argument("--neo4j", default="", help="neo4j-5, neo4j-calendar, or the URL of an empty server")
    parser.add_argument("--compared", type=int, default=20)
    arguments = parser.parse_args()
    columns = full_size_columns(arguments.scale)
    columns = replace(
        columns, contexts=[("", "", "")], statement_context=np.zeros(len(columns.subjects), dtype=np.int32)
    )
    snapshot = Snapshot.from_columns(columns)
    generator = np.random.default_rng(0)
    joined = snapshot.degrees > 0
    drugs, diseases = (np.flatnonzero(snapshot.mask(kind) & joined) for kind in (Category.DRUG, Category.DISEASE))
    pairs = [(int(generator.choice(drugs)), int(generator.choice(diseases))) for _ in range(arguments.closed)]
    started = time.perf_counter()
    find_paths(snapshot, *pairs[0])
    figures: dict[str, object] = {
        "nodes": snapshot.n_nodes,
        "edges": snapshot.n_edges,
        "first_closed_seconds": round(time.perf_counter() - started, 2),
        "closed": milliseconds([lambda pair=pair: find_paths(snapshot, *pair, top=TOP) for pair in pairs]),
    }
    if arguments.open:
        asked = generator.permutation(diseases)[: arguments.open].tolist()
        questions = [lambda one=one: rank_candidates(snapshot, one, Category.DRUG, top=TOP) for one in asked]
        figures["open"] = milliseconds(questions, warm=3)
    if arguments.neo4j:
        figures["neo4j"] = against_neo4j(snapshot, arguments.neo4j, pairs[: arguments.compared])
    print(json.dumps(figures, indent=2))


if __name__ == "__main__":
    main()
