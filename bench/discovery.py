"""How fast questions are answered on Hetionet, and whether the answers mean something.

    python -m bench.discovery [--kgx FOLDER] [--closed 200] [--open 50]

Prints one JSON document: seconds to make the snapshot, milliseconds of closed (drug to disease) and open (disease to
all drugs) questions, warm, up to three hops; and how well known treatments are told from other drug-disease pairs when
they are held out, beside the product of degrees. ``random`` negatives are any other pair of a drug and a disease with
edges; ``matched`` negatives pair the ends of the held-out treatments anew, so that degrees tell nothing.
"""

from __future__ import annotations

import argparse
import csv
import json
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from bench.data import shared_data
from bench.hetionet_kgx import write_kgx
from isthmus.graph.belief import reader_of
from isthmus.graph.discovery.memory.snapshot import Snapshot
from isthmus.graph.discovery.ranking.candidates import rank_candidates, score_pairs
from isthmus.graph.discovery.walks.paths import find_paths
from isthmus.graph.discovery.walks.routes import routes_between
from isthmus.graph.stores.columns import GraphColumns
from isthmus.graph.vocabulary import PREDICATES, Category, Predicate

TREATMENTS = (Predicate.TREATS, Predicate.AMELIORATES)
NEGATIVES_EACH = 10

Pair = tuple[int, int]


def columns_of(folder: Path, name: str = "hetionet") -> GraphColumns:
    """A KGX graph as columns, each edge a statement with one certain, undated piece of evidence."""
    with (folder / f"{name}_nodes.tsv").open(encoding="utf-8") as lines:
        nodes = sorted(csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE), key=lambda row: row["id"])
    number = {row["id"]: place for place, row in enumerate(nodes)}
    predicates = list(Predicate)
    edges: set[tuple[int, int, int]] = set()
    with (folder / f"{name}_edges.tsv").open(encoding="utf-8") as lines:
        for row in csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE):
            predicate = _predicate(row["predicate"], row["object_direction_qualifier"])
            subject, obj = number[row["subject"]], number[row["object"]]
            if predicate.symmetric and obj < subject:
                subject, obj = obj, subject
            edges.add((subject, predicates.index(predicate), obj))
    table = np.array(sorted(edges))
    n = len(table)
    return GraphColumns(
        graph_hash=name,
        version=name,
        entity_ids=[row["id"] for row in nodes],
        names=[row["name"] for row in nodes],
        categories=np.array(
            [list(Category).index(Category(row["category"].removeprefix("biolink:"))) for row in nodes], dtype=np.int16
        ),
        statement_ids=[f"{place:032x}" for place in range(n)],
        subjects=table[:, 0].astype(np.int32),
        objects=table[:, 2].astype(np.int32),
        predicates=table[:, 1].astype(np.int16),
        negated=np.zeros(n, dtype=np.bool_),
        evidence_statement=np.arange(n, dtype=np.int32),
        contexts=[("", "", "")],
        statement_context=np.zeros(n, dtype=np.int32),
        document_ids=[name],
        document_authors=[""],
        evidence_document=np.zeros(n, dtype=np.int32),
        evidence_group=np.zeros(n, dtype=np.int32),
        evidence_review=np.zeros(n, dtype=np.bool_),
        evidence_modality=np.zeros(n, dtype=np.int8),
        evidence_reader=np.full(n, reader_of("table/1"), dtype=np.int16),
        evidence_year=np.zeros(n, dtype=np.int16),
        evidence_score=np.ones(n),
    )


def _predicate(slot: str, direction: str) -> Predicate:
    for predicate, definition in PREDICATES.items():
        qualifiers = dict(definition.qualifiers)
        expression = qualifiers.get("object_aspect_qualifier") == "expression"
        if f"biolink:{definition.biolink}" == slot and (
            (expression and qualifiers["object_direction_qualifier"] == direction) if direction else not qualifiers
        ):
            return predicate
    raise ValueError(f"no predicate for {slot} {direction}")


def without(columns: GraphColumns, statements: NDArray[np.intp]) -> GraphColumns:
    """The graph if nobody had made these statements."""
    score = columns.evidence_score.copy()
    score[np.isin(columns.evidence_statement, statements)] = 0.0
    return replace(columns, evidence_score=score)


def timed(questions: Sequence[Callable[[], object]]) -> dict[str, float]:
    """Milliseconds that the questions take, each asked once after the first ten have warmed things up."""
    for question in questions[:10]:
        question()
    taken = []
    for question in questions:
        started = time.perf_counter()
        question()
        taken.append(1000 * (time.perf_counter() - started))
    p50, p95 = np.percentile(taken, [50, 95])
    return {"questions": len(taken), "p50_ms": round(p50, 1), "p95_ms": round(p95, 1), "max_ms": round(max(taken), 1)}


def auroc(positive: Sequence[float], negative: Sequence[float]) -> float:
    """The chance that a positive scores above a negative, half where they are equal."""
    ordered = np.sort(negative)
    below = np.searchsorted(ordered, positive, side="left") + np.searchsorted(ordered, positive, side="right")
    return round(float(below.mean() / (2 * len(ordered))), 3)


def recovery(columns: GraphColumns, part: float, seed: int) -> dict[str, object]:
    """AUROC of held-out treatments; ``part`` of them are held out, and what palliates goes with them."""
    generator = np.random.default_rng(seed)
    treats = list(Predicate).index(Predicate.TREATS)
    treatments = np.flatnonzero(np.isin(columns.predicates, [list(Predicate).index(one) for one in TREATMENTS]))
    held_out = treatments if part == 1.0 else generator.permutation(treatments)[: int(part * len(treatments))]
    snapshot = Snapshot.from_columns(without(columns, held_out))
    known = {(int(columns.subjects[one]), int(columns.objects[one])) for one in treatments}
    positives = [
        (int(columns.subjects[one]), int(columns.objects[one])) for one in held_out if columns.predicates[one] == treats
    ]
    connected = snapshot.degrees > 0
    drugs = np.flatnonzero(snapshot.mask(Category.DRUG) & connected & _is(columns, Category.DRUG))
    diseases = np.flatnonzero(snapshot.mask(Category.DISEASE) & connected)
    wanted = NEGATIVES_EACH * len(positives)
    ends = np.array(positives)
    random = zip(generator.choice(drugs, wanted), generator.choice(diseases, wanted), strict=True)
    matched = zip(generator.choice(ends[:, 0], wanted), generator.choice(ends[:, 1], wanted), strict=True)
    figures: dict[str, object] = {"held_out": len(positives)}
    for name, drawn in (("random", random), ("matched", matched)):
        negatives: list[Pair] = [(int(a), int(c)) for a, c in drawn if (int(a), int(c)) not in known]
        scored = score_pairs(snapshot, positives + negatives)
        split = len(positives)
        figures[name] = {
            "negatives": len(negatives),
            "score": auroc([one.score for one in scored[:split]], [one.score for one in scored[split:]]),
            "degree_product": auroc(
                [float(snapshot.degrees[a]) * float(snapshot.degrees[c]) for a, c in positives],
                [float(snapshot.degrees[a]) * float(snapshot.degrees[c]) for a, c in negatives],
            ),
        }
    return figures


def _is(columns: GraphColumns, category: Category) -> NDArray[np.bool_]:
    return columns.categories == list(Category).index(category)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kgx", type=Path, help="folder with hetionet_nodes.tsv and hetionet_edges.tsv")
    parser.add_argument("--closed", type=int, default=200)
    parser.add_argument("--open", type=int, default=50)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder = arguments.kgx or Path(temporary)
        if arguments.kgx is None:
            write_kgx(shared_data() / "hetionet", folder)
        columns = columns_of(folder)
    started = time.perf_counter()
    snapshot = Snapshot.from_columns(columns)
    seconds = time.perf_counter() - started
    generator = np.random.default_rng(0)
    connected = snapshot.degrees > 0
    drugs = np.flatnonzero(_is(columns, Category.DRUG) & connected).tolist()
    diseases = np.flatnonzero(_is(columns, Category.DISEASE) & connected).tolist()
    started = time.perf_counter()
    routes = routes_between(snapshot, snapshot.kind(drugs[0]), snapshot.kind(diseases[0])).routes
    routes_between(snapshot, snapshot.kind(diseases[0]), snapshot.kind(drugs[0]))
    first = time.perf_counter() - started
    pairs = [(int(generator.choice(drugs)), int(generator.choice(diseases))) for _ in range(arguments.closed)]
    asked = generator.permutation(diseases)[: arguments.open].tolist()
    figures = {
        "nodes": snapshot.n_nodes,
        "edges": snapshot.n_edges,
        "snapshot_seconds": round(seconds, 2),
        "routes": len(routes),
        "routes_seconds": round(first, 2),
        "closed_3_hops": timed([lambda a=a, c=c: find_paths(snapshot, a, c) for a, c in pairs]),
        "open_3_hops": timed([lambda d=d: rank_candidates(snapshot, d, Category.DRUG) for d in asked]),
        "recovery_all_held_out": recovery(columns, 1.0, seed=0),
        "recovery_fifth_held_out": recovery(columns, 0.2, seed=0),
    }
    print(json.dumps(figures, indent=2))


if __name__ == "__main__":
    main()
