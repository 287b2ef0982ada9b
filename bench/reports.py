"""How long a report from the evidence alone takes, and whether all that it cites is there.

    python -m bench.reports --store URL [--store URL …] [--reports 200] [--seed 0]

Pairs of a drug or gene and a disease are drawn until so many are joined by a path; of each a report is made, written as
JSON, read back and checked by ``check_report``, against the store as well. Prints one JSON document: milliseconds of a
report, warm, by the clock and of the processor (on a busy machine only the second tells), of all and of those whose leading
path has three hops; claims, citations, faults by kind; and how the verdicts fall.
"""

from __future__ import annotations

import argparse
import json
import time
from collections import Counter
from collections.abc import Iterator

import numpy as np

from isthmus.graph.discovery.memory.snapshot import Snapshot
from isthmus.graph.model import Entity
from isthmus.graph.stores.open import open_store
from isthmus.graph.stores.protocol import Store
from isthmus.graph.vocabulary import Category
from isthmus.service.graphs import snapshot_of
from isthmus.service.learned import keep, recall
from isthmus.service.panel.assemble import propose
from isthmus.service.panel.check_report import FaultKind, check
from isthmus.service.panel.formats import ReportFormat
from isthmus.service.panel.render import render
from isthmus.service.panel.report import Report

WARM = 5  # reports before the clock is looked at: the first fits null models
MOST_DRAWN = 50  # pairs for each report that is wanted


def ends(store: Store, snapshot: Snapshot, generator: np.random.Generator) -> Iterator[tuple[Entity, Entity]]:
    """Drugs and genes with diseases, among what any statement is about."""
    joined = snapshot.degrees > 0
    kinds = [np.flatnonzero(snapshot.mask(one) & joined) for one in (Category.DRUG, Category.GENE, Category.DISEASE)]
    while True:
        source = int(generator.choice(kinds[int(generator.integers(2))]))
        pair = [snapshot.ids[source], snapshot.ids[int(generator.choice(kinds[2]))]]
        known = store.entities(pair)
        yield known[pair[0]], known[pair[1]]


def timings(rows: list[tuple[float, float]]) -> dict[str, float]:
    """Percentiles of milliseconds, by the clock and of the processor."""
    told: dict[str, float] = {"reports": len(rows)}
    for name, values in zip(("", "processor_"), zip(*rows, strict=True), strict=False):
        told |= {f"{name}p{q}_ms": round(1000 * float(np.percentile(values, q)), 1) for q in (50, 95, 100)}
    return told


def measure(url: str, reports: int, seed: int) -> dict[str, object]:
    """The figures of one store."""
    with open_store(url, create=False) as store:
        snapshot = recall(snapshot_of(store))
        made: list[tuple[int, tuple[float, float]]] = []
        faults: Counter[str] = Counter()
        verdicts: Counter[str] = Counter()
        claims = citations = 0
        drawn = ends(store, snapshot, np.random.default_rng(seed))
        for _ in range(MOST_DRAWN * reports):
            if len(made) == reports + WARM:
                break
            source, target = next(drawn)
            started = time.perf_counter(), time.process_time()
            report: Report = propose(store, snapshot, source, target).report
            took = time.perf_counter() - started[0], time.process_time() - started[1]
            if not report.paths:
                continue
            made.append((len(report.claim_statement_ids), took))
            found = check(json.loads(render(report, ReportFormat.JSON)), store)
            claims, citations = claims + found.claims, citations + found.citations
            faults.update(fault.kind.value for fault in found.faults)
            verdicts[report.verdict] += 1
        keep(snapshot)
    warm = made[WARM:]
    return {
        "statements": len(snapshot.statement_ids),
        "all": timings([took for _, took in warm]),
        "three_hops": timings([took for hops, took in warm if hops == 3]),
        "claims": claims,
        "citations": citations,
        "unresolved": faults[FaultKind.UNRESOLVED] + faults[FaultKind.STORE],
        "faults": dict(faults),
        "verdicts": dict(verdicts),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--store", action="append", required=True, metavar="URL")
    parser.add_argument("--reports", type=int, default=200)
    parser.add_argument("--seed", type=int, default=0)
    arguments = parser.parse_args()
    print(json.dumps({url: measure(url, arguments.reports, arguments.seed) for url in arguments.store}, indent=2))


if __name__ == "__main__":
    main()
