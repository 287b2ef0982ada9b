"""How right the compact extractor's statements are, by their score: `python -m bench.measures_evidence [--documents N]`.

BC5CDR's dev abstracts: a chemical causes a disease; right is a pair that the annotators give. BioRED's: any statement between
genes, chemicals and diseases; right is a pair that they relate in whatever way. Strict: a true relation that they left out
counts as wrong. *Named* are the statements of which both ends are things that the annotators name in the abstract: what is
wrong of these is the relation alone. Prints JSON.
"""

from __future__ import annotations

import argparse
import json
from collections import defaultdict
from itertools import pairwise
from pathlib import Path

import numpy as np

from bench import extraction_f1
from bench.data import shared_data
from isthmus.extractors.lexicon.lexicon import Lexicon
from isthmus.extractors.text.compact import CompactExtractor
from isthmus.graph.model import Assertion, Entity, Extraction, Statement
from isthmus.graph.vocabulary import Predicate

BOUNDS = (0.0, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 1.01)
KINDS = {
    "bc5cdr": (extraction_f1.TYPES["bc5cdr"], {Predicate.CAUSES}),
    "biored": (
        {
            category: kind
            for category, kind in extraction_f1.TYPES["biored"].items()
            if kind in ("DiseaseOrPhenotypicFeature", "ChemicalEntity", "GeneOrGeneProduct")
        },
        set(Predicate),
    ),
}
PREFIXES = ("MESH:", "NCBIGene:", "OMIM:")

Pair = frozenset[str]


def local_ids(entity: Entity) -> set[str]:
    """A concept's ids as the corpora write them, without the namespace."""
    ids = (entity.id, *entity.xrefs)
    return {each.partition(":")[2] for each in ids if each.startswith(PREFIXES)}


def related(corpus: str, data: Path) -> tuple[dict[str, set[Pair]], dict[str, set[str]]]:
    """Of each document, the pairs that the annotators relate, and the ids of what they name."""
    pairs: dict[str, set[Pair]] = defaultdict(set)
    named: dict[str, set[str]] = defaultdict(set)
    for line in (data / "corpora" / corpus / "dev.pubtator").read_text(encoding="utf-8").splitlines():
        columns = line.split("\t")
        if len(columns) >= 6 and columns[1].isdigit():
            named[f"pmid:{columns[0]}"] |= {
                each.removeprefix("MESH:") for each in columns[5].replace("|", ",").split(",")
            }
        elif len(columns) >= 4 and columns[0].isdigit():
            pairs[f"pmid:{columns[0]}"].add(Pair(columns[2:4]))
    return pairs, named


def affirmed(extraction: Extraction, corpus: str) -> list[tuple[float, set[str], set[str]]]:
    """Best score, and the ids of either end, of each statement that the corpus could speak of."""
    types, predicates = KINDS[corpus]
    known = {entity.id: entity for entity in extraction.entities}
    best: dict[str, float] = defaultdict(float)
    for piece in extraction.evidence:
        if piece.assertion is Assertion.AFFIRMED:
            best[piece.statement] = max(best[piece.statement], piece.score)

    def judged(said: Statement) -> bool:
        ends = known[said.subject], known[said.object]
        return said.predicate in predicates and not said.negated and all(each.category in types for each in ends)

    rows = [
        (best[said.id], local_ids(known[said.subject]), local_ids(known[said.object]))
        for said in extraction.statements
        if said.id in best and judged(said)
    ]
    return [row for row in rows if row[1] and row[2]]


def by_score(score: np.ndarray, right: np.ndarray) -> list[dict[str, object]]:
    """Of each range of scores: how many, their mean, and the share that is right."""
    ranges = [(low, high, (score >= low) & (score < high)) for low, high in pairwise(BOUNDS)]
    return [
        {
            "score": f"{low}-{min(high, 1.0)}",
            "n": int(some.sum()),
            "mean_score": round(float(score[some].mean()), 3),
            "right": round(float(right[some].mean()), 3),
        }
        for low, high, some in ranges
        if some.any()
    ]


def measure(corpus: str, data: Path, extractor: CompactExtractor, most: int) -> dict[str, object]:
    """The figures of one corpus."""
    documents = [item.document for item in extraction_f1.read_gold(corpus, "dev")][:most]
    pairs, named = related(corpus, data)
    rows = []
    for extraction in extractor.extract_many(documents):
        key = extraction.document.id
        for score, ours, theirs in affirmed(extraction, corpus):
            right = any(Pair((a, b)) in pairs[key] for a in ours for b in theirs)
            rows.append((score, right, bool(ours & named[key]) and bool(theirs & named[key])))
    score, right, both = (np.array(column) for column in zip(*rows, strict=True))
    return {
        "documents": len(documents),
        "all": {"n": len(rows), "right": round(float(right.mean()), 3), "by_score": by_score(score, right)},
        "named": {
            "n": int(both.sum()),
            "right": round(float(right[both].mean()), 3),
            "by_score": by_score(score[both], right[both]),
        },
    }


def main() -> None:
    """Measure and print."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--documents", type=int, default=500)
    given = options.parse_args()
    data = shared_data()
    extraction_f1.DATA = data
    extractor = CompactExtractor(Lexicon.open())
    print(json.dumps({corpus: measure(corpus, data, extractor, given.documents) for corpus in KINDS}, indent=1))


if __name__ == "__main__":
    main()
