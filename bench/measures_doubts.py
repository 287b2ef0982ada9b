"""Doubts, measured: `python -m bench.measures_doubts [--fit N]`.

BioRED's dev split, whole documents as they are extracted. The constants of ``extractors/chat/doubts.py`` are fitted on the
first N documents. On the others an error is a statement that the annotators have not, or a pair of theirs that one
sentence names and the document states nowhere; it is met when its sentence is asked about. ``errors_met`` says how many
are met with a share of the tokens that asking about every doubtful sentence takes, by gain per token, and on average over
random orders. An answer is taken to be right and each sentence to be asked alone: this measures the order, not a model.
"""

from __future__ import annotations

import argparse
import json
import random
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from bench.data import shared_data
from bench.measures_relations import biored_label, theirs
from isthmus.extractors.chat.doubts import RELATED, Doubt, doubts
from isthmus.extractors.lexicon.lexicon import Lexicon
from isthmus.extractors.text.compact import CompactExtractor
from isthmus.extractors.text.rules import GROUPS, Group
from isthmus.extractors.text.sentences import document_sentences
from isthmus.extractors.training.relation_corpora import Linked, read_linked_pubtator
from isthmus.graph.model import Document, DocumentKind, Extraction, Modality, Section

SHARES = (0.1, 0.25, 0.5, 0.75, 1.0)
RANDOM_ORDERS = 200


@dataclass(frozen=True)
class Judged:
    """One document: statements' scores and truth, silent pairs' truth, doubts with the errors in them."""

    statements: list[tuple[float, bool]]
    silent: list[bool]
    doubts: list[tuple[Doubt, int]]
    errors: int


def judge(gold: Linked, extraction: Extraction) -> Judged:
    """What of a document is right, wrong and missing by the annotators."""
    entity = {**theirs(gold, extraction, by_id=False), **theirs(gold, extraction, by_id=True)}
    wanted = {frozenset(pair) for pair in gold.relations}
    sentences = next(document_sentences([extraction.document]))

    def at(offset: int) -> int:
        return max(number for number, sentence in enumerate(sentences) if sentence.start <= offset)

    def pair_of(one: str, other: str) -> frozenset[int | None]:
        return frozenset((entity.get(one), entity.get(other)))

    category = {mention.entity: mention.category for mention in extraction.mentions}
    statements = {statement.id: statement for statement in extraction.statements}
    stated = {pair_of(each.subject, each.object) for each in statements.values()}
    said = {frozenset((each.subject, each.object)) for each in statements.values()}
    errors: dict[int, set[frozenset[str]]] = defaultdict(set)
    judged = []
    for piece in extraction.evidence:
        each = statements[piece.statement]
        groups = tuple(GROUPS.get(category[end], Group.OTHER) for end in (each.subject, each.object))
        if each.negated or biored_label(each, groups) is None:
            continue
        right = pair_of(each.subject, each.object) in wanted
        judged.append((piece.score, right))
        if not right:
            errors[at(piece.start)].add(frozenset((each.subject, each.object)))
    named: dict[int, dict[str, Group]] = defaultdict(dict)
    for mention in extraction.mentions:
        if mention.category in GROUPS and not mention.entity.startswith("text:"):
            named[at(mention.start)][mention.entity] = GROUPS[mention.category]
    silent = []
    for number, groups_of in named.items():
        for one, other in combinations(groups_of, 2):
            missed = pair_of(one, other) in wanted - stated
            if missed:
                errors[number].add(frozenset((one, other)))
            if frozenset((groups_of[one], groups_of[other])) in RELATED and frozenset((one, other)) not in said:
                silent.append(missed)
    met = [(doubt, sum(len(errors[number]) for number, _ in doubt.sentences)) for doubt in doubts(extraction)]
    return Judged(judged, silent, met, sum(map(len, errors.values())))


def errors_met(order: Sequence[tuple[Doubt, int]], share: float) -> int:
    """Errors in the first doubts of an order that take this share of the tokens of all."""
    left = share * sum(doubt.tokens.total for doubt, _ in order)
    met = 0
    for doubt, errors in order:
        if left <= 0:
            break
        left -= doubt.tokens.total
        met += errors
    return met


def main() -> None:
    """Measure and print."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--fit", type=int, default=60, help="documents that the constants are fitted on")
    fit = arguments.parse_args().fit
    gold = list(read_linked_pubtator(shared_data() / "corpora" / "biored" / "dev.pubtator", "biored"))
    documents = [
        Document(f"pmid:{each.id}", DocumentKind.ARTICLE, Modality.LITERATURE, "", (Section("", each.text),))
        for each in gold
    ]
    extractions = CompactExtractor(Lexicon.open()).extract_many(documents)
    judged = [judge(each, extraction) for each, extraction in zip(gold, extractions, strict=True)]
    scores, right = np.array([row for each in judged[:fit] for row in each.statements], float).T
    slope, start = np.polyfit(scores, right, 1)
    rest = judged[fit:]
    found = [row for each in rest for row in each.doubts]
    best = sorted(found, key=lambda row: -row[0].gain_per_token)
    orders = [random.Random(seed).sample(found, len(found)) for seed in range(RANDOM_ORDERS)]
    figures = {
        "fitted": {
            "documents": fit,
            "statement_true": [round(start, 2), round(slope, 2)],
            "silent_prior": round(float(np.mean([hit for each in judged[:fit] for hit in each.silent])), 3),
        },
        "documents": len(rest),
        "doubtful_sentences": len(found),
        "errors": sum(each.errors for each in rest),
        "errors_in_doubtful_sentences": sum(errors for _, errors in found),
        "errors_met": {
            str(share): {
                "by_gain": errors_met(best, share),
                "random": round(sum(errors_met(order, share) for order in orders) / len(orders), 1),
            }
            for share in SHARES
        },
    }
    print(json.dumps(figures, indent=2))


if __name__ == "__main__":
    main()
