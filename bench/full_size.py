"""A made-up graph of the size of Hetionet, or a part or a multiple of it.

47,031 nodes of 11 kinds and 2,250,197 edges of 24 types (Himmelstein et al. 2017, eLife 6:e26726, tables 1 and 2), in the
categories and predicates of ``bench.hetionet_kgx``. Weights of nodes are log-normal, and a node that is large in one type
of edge tends to be so in the others: degrees have the heavy tails of real ones. Seeded: the same call, the same graph.

    python -m bench.full_size FILE [--scale 1] [--seed 0]        -> an SQLite store, and its size as JSON
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from bench.hetionet_kgx import KINDS, SLOTS
from isthmus.graph.belief import reader_of, weigh
from isthmus.graph.model import (
    Context,
    Document,
    DocumentKind,
    Entity,
    Evidence,
    Extraction,
    Modality,
    Statement,
)
from isthmus.graph.stores.columns import GraphColumns, first_of_group
from isthmus.graph.stores.open import open_store
from isthmus.graph.stores.packed import HASH_BYTES, PackedHashes, PackedTexts
from isthmus.graph.stores.sqlite import sqlite_url
from isthmus.graph.vocabulary import PREDICATES, Category, Predicate

NODES = {
    "Anatomy": 402,
    "Biological Process": 11_381,
    "Cellular Component": 1_391,
    "Compound": 1_552,
    "Disease": 137,
    "Gene": 20_945,
    "Molecular Function": 2_884,
    "Pathway": 1_822,
    "Pharmacologic Class": 345,
    "Side Effect": 5_734,
    "Symptom": 438,
}
# Hetionet's abbreviation, the kinds at its ends, and how many there are.
EDGES = (
    ("AdG", "Anatomy", "Gene", 102_240),
    ("AeG", "Anatomy", "Gene", 526_407),
    ("AuG", "Anatomy", "Gene", 97_848),
    ("CbG", "Compound", "Gene", 11_571),
    ("CcSE", "Compound", "Side Effect", 138_944),
    ("CdG", "Compound", "Gene", 21_102),
    ("CpD", "Compound", "Disease", 390),
    ("CrC", "Compound", "Compound", 6_486),
    ("CtD", "Compound", "Disease", 755),
    ("CuG", "Compound", "Gene", 18_756),
    ("DaG", "Disease", "Gene", 12_623),
    ("DdG", "Disease", "Gene", 7_623),
    ("DlA", "Disease", "Anatomy", 3_602),
    ("DpS", "Disease", "Symptom", 3_357),
    ("DrD", "Disease", "Disease", 543),
    ("DuG", "Disease", "Gene", 7_731),
    ("GcG", "Gene", "Gene", 61_690),
    ("GiG", "Gene", "Gene", 147_164),
    ("GpBP", "Gene", "Biological Process", 559_504),
    ("GpCC", "Gene", "Cellular Component", 73_566),
    ("GpMF", "Gene", "Molecular Function", 97_222),
    ("GpPW", "Gene", "Pathway", 84_372),
    ("Gr>G", "Gene", "Gene", 265_672),
    ("PCiC", "Pharmacologic Class", "Compound", 1_029),
)
SPREAD = 1.2  # standard deviation of the logarithm of the weights
SHARED = 0.6  # how much of it a node takes along from one type of edge to the next
DENSE = 0.05  # from this share of all pairs on, every pair is looked at
DOCUMENTS = 150_000
YEARS = (1980, 2020)
MORE_EVIDENCE = 0.2  # pieces of evidence after the first, per statement
NEGATED = 0.005
CONTEXTS = (("", "", ""), ("NCBITaxon:10090", "", ""), ("NCBITaxon:9606", "", ""))
IN_CONTEXT = (0.9, 0.05, 0.05)
READERS = ("table/1", "compact/2")
PART = 20_000  # statements of one write


@dataclass(frozen=True, eq=False, slots=True)
class _Facts:
    """Statements and evidence, as numbers; ``said`` is the statement of each piece of evidence, sorted."""

    kinds: list[str]  # of each node
    subjects: NDArray[np.int64]
    objects: NDArray[np.int64]
    predicates: NDArray[np.int64]
    negated: NDArray[np.bool_]
    contexts: NDArray[np.int64]
    said: NDArray[np.int64]
    documents: NDArray[np.int64]
    readers: NDArray[np.int64]
    scores: NDArray[np.float64]
    document_years: NDArray[np.int64]
    document_groups: NDArray[np.int64]


def full_size_columns(scale: float = 1.0, seed: int = 0, *, certain: bool = False) -> GraphColumns:
    """The graph as a store gives it, with nodes and edges in number ``scale`` times Hetionet's.

    Ids of statements are drawn, not hashed. With ``certain`` each statement is affirmed in one piece of evidence of
    score 1 that is dated: every edge has belief 1.
    """
    generator = np.random.default_rng(seed)
    facts = _facts(scale, generator, certain)
    n = len(facts.subjects)
    ids = generator.bytes(HASH_BYTES * n)
    packed = np.frombuffer(ids, dtype=np.uint8).reshape(n, HASH_BYTES)
    order = np.argsort(packed[:, :8].copy().view(">u8")[:, 0], kind="stable")
    place = np.empty(n, dtype=np.int64)
    place[order] = np.arange(n)
    statement = place[facts.said]
    by_statement = np.argsort(statement, kind="stable")
    documents = facts.documents[by_statement]
    used, document = np.unique(documents, return_inverse=True)
    readers = np.array([reader_of(name) for name in READERS], dtype=np.int16)[facts.readers[by_statement]]
    nowhere = np.zeros(len(documents), dtype=np.bool_)
    names = _node_ids(facts.kinds)
    category = {kind: list(Category).index(Category(KINDS[kind].category.removeprefix("biolink:"))) for kind in NODES}
    modality = {name: number for number, name in enumerate(Modality)}
    authors = [_author(group) for group in facts.document_groups[used].tolist()]
    name = f"full_size-{scale:g}-{seed}{'-certain' * certain}"
    return GraphColumns(
        graph_hash=name,
        version=name,
        entity_ids=PackedTexts.of(names),
        names=PackedTexts.of(name.replace(":", " ") for name in names),
        categories=np.array([category[kind] for kind in facts.kinds], dtype=np.int16),
        statement_ids=PackedHashes(packed[order]),
        subjects=facts.subjects[order].astype(np.int32),
        objects=facts.objects[order].astype(np.int32),
        predicates=facts.predicates[order].astype(np.int16),
        negated=facts.negated[order],
        contexts=CONTEXTS,
        statement_context=facts.contexts[order].astype(np.int32),
        document_ids=PackedTexts.of(_document_id(number) for number in used.tolist()),
        document_authors=PackedTexts.of(authors),
        evidence_statement=statement[by_statement].astype(np.int32),
        evidence_document=document.astype(np.int32),
        evidence_group=first_of_group(authors)[document],
        evidence_review=nowhere,
        evidence_modality=np.full(len(documents), modality[Modality.LITERATURE], dtype=np.int8),
        evidence_reader=readers,
        evidence_year=facts.document_years[documents].astype(np.int16),
        evidence_score=weigh(facts.scores[by_statement], readers, nowhere, nowhere),
    )


def full_size_extractions(scale: float = 1.0, seed: int = 0) -> Iterator[Extraction]:
    """The same graph as a long table that was read in parts."""
    facts = _facts(scale, np.random.default_rng(seed), certain=False)
    table = Document(f"sha256:{seed:064x}", DocumentKind.GRAPH, Modality.LITERATURE, "A made-up graph")
    names = _node_ids(facts.kinds)
    entities = [
        Entity(name, name.replace(":", " "), Category(KINDS[kind].category.removeprefix("biolink:")))
        for name, kind in zip(names, facts.kinds, strict=True)
    ]
    bounds = np.searchsorted(facts.said, np.arange(0, len(facts.subjects) + PART, PART)).tolist()
    for part, (first, last) in enumerate(pairwise(bounds)):
        statements: dict[int, Statement] = {}
        evidence, cited = [], {}
        for piece in range(first, last):
            number = int(facts.said[piece])
            statement = statements.setdefault(number, _statement(facts, number, names))
            document = int(facts.documents[piece])
            cited[document] = _paper(facts, document)
            reader, score = READERS[facts.readers[piece]], float(facts.scores[piece])
            year = int(facts.document_years[document])
            evidence.append(Evidence(statement.id, cited[document].id, "", reader, score, year=year))
        ends = {int(end) for number in statements for end in (facts.subjects[number], facts.objects[number])}
        described = entities if part == 0 else [entities[end] for end in sorted(ends)]
        yield Extraction(
            table,
            "table/1",
            tuple(described),
            statements=tuple(statements.values()),
            evidence=tuple(evidence),
            cited=tuple(cited.values()),
            part=part,
        )


def _statement(facts: _Facts, number: int, names: list[str]) -> Statement:
    return Statement.of(
        names[facts.subjects[number]],
        list(Predicate)[facts.predicates[number]],
        names[facts.objects[number]],
        negated=bool(facts.negated[number]),
        context=Context(*CONTEXTS[facts.contexts[number]]),
    )


def _paper(facts: _Facts, document: int) -> Document:
    return Document(
        _document_id(document),
        DocumentKind.CITATION,
        Modality.LITERATURE,
        date=str(facts.document_years[document]),
        authors=(_author(int(facts.document_groups[document])),),
    )


def _author(number: int) -> str:
    return f"Author {number}"


def _document_id(number: int) -> str:
    return f"pmid:{10_000_000 + number}"


def _facts(scale: float, generator: np.random.Generator, certain: bool) -> _Facts:
    sizes = {kind: max(2, round(number * scale)) for kind, number in NODES.items()}
    first = dict(zip(sizes, np.cumsum([0, *sizes.values()]).tolist(), strict=False))
    popular = {kind: generator.normal(size=size) for kind, size in sizes.items()}
    tables = []
    for abbreviation, source, target, number in EDGES:
        predicate, turned = _predicate(abbreviation)
        ends = "any" if source != target else "unordered" if PREDICATES[predicate].symmetric else "different"
        rows, columns = _pairs(popular[source], popular[target], max(1, round(number * scale)), generator, ends)
        rows, columns = rows + first[source], columns + first[target]
        if turned:
            rows, columns = columns, rows
        if PREDICATES[predicate].symmetric:
            rows, columns = np.minimum(rows, columns), np.maximum(rows, columns)
        tables.append(np.stack((rows, columns, np.full(len(rows), list(Predicate).index(predicate)))))
    table = np.concatenate(tables, axis=1)
    n = table.shape[1]
    more = np.zeros(n, dtype=np.int64) if certain else generator.geometric(1 / (1 + MORE_EVIDENCE), n) - 1
    said = np.repeat(np.arange(n), 1 + more)
    n_documents = max(10, round(DOCUMENTS * scale))
    documents = (n_documents * generator.random(len(said)) ** 2).astype(np.int64)  # some papers are tables of thousands
    return _Facts(
        [kind for kind, size in sizes.items() for _ in range(size)],
        *table,
        negated=np.zeros(n, dtype=np.bool_) if certain else generator.random(n) < NEGATED,
        contexts=np.zeros(n, dtype=np.int64) if certain else generator.choice(len(CONTEXTS), n, p=IN_CONTEXT),
        said=said,
        documents=documents,
        readers=np.zeros(len(said), dtype=np.int64) if certain else generator.integers(len(READERS), size=len(said)),
        scores=np.ones(len(said)) if certain else np.round(generator.uniform(0.2, 1.0, len(said)), 3),
        document_years=generator.integers(YEARS[0], YEARS[1] + 1, n_documents),
        document_groups=generator.integers(0, max(1, n_documents // 3), n_documents),
    )


def _node_ids(kinds: list[str]) -> list[str]:
    """Ids in the order of their numbers: kinds come sorted, and so do the digits."""
    return [f"{kind.replace(' ', '')}:{number:07d}" for number, kind in enumerate(kinds)]


def _predicate(abbreviation: str) -> tuple[Predicate, bool]:
    slot = SLOTS[abbreviation]
    for predicate, definition in PREDICATES.items():
        qualifiers = dict(definition.qualifiers)
        expression = qualifiers.get("object_aspect_qualifier") == "expression"
        if definition.biolink == slot.predicate and (
            (expression and qualifiers["object_direction_qualifier"] == slot.direction)
            if slot.direction
            else not qualifiers
        ):
            return predicate, slot.turned
    raise ValueError(f"no predicate for {slot}")


def _pairs(
    source: NDArray[np.float64],
    target: NDArray[np.float64],
    number: int,
    generator: np.random.Generator,
    ends: Literal["any", "different", "unordered"],
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Pairs, none twice, each end drawn by its weight; ``different``: none with itself; ``unordered``: nor both ways."""
    rows, columns = (_log_weights(popular, generator) for popular in (source, target))
    n_pairs = len(rows) * len(columns)
    if ends != "any":
        n_pairs = len(rows) * (len(rows) - 1) // (2 if ends == "unordered" else 1)
    number = min(number, n_pairs // 2)
    if number > DENSE * n_pairs:
        # The greatest of log-weight plus Gumbel noise are a weighted sample without replacement.
        score = rows[:, None] + columns + generator.gumbel(size=(len(rows), len(columns)))
        if ends == "unordered":
            score[np.tril_indices(len(rows))] = -np.inf
        elif ends == "different":
            np.fill_diagonal(score, -np.inf)
        best = np.argpartition(-score.ravel(), number)[:number]
        return best // len(columns), best % len(columns)
    chances = [np.cumsum(np.exp(one)) / np.exp(one).sum() for one in (rows, columns)]
    pairs = np.empty(0, dtype=np.int64)
    while len(pairs) < number:
        draws = [np.searchsorted(chance[:-1], generator.random(number)) for chance in chances]
        if ends == "unordered":
            draws = [np.minimum(*draws), np.maximum(*draws)]
        drawn = (draws[0] * len(columns) + draws[1])[slice(None) if ends == "any" else draws[0] != draws[1]]
        pairs = np.sort(np.concatenate((pairs, drawn)))  # not np.unique, whose hash table is slow where most differ
        pairs = pairs[np.append(True, pairs[1:] != pairs[:-1])]
    pairs = generator.permutation(pairs)[:number]
    return pairs // len(columns), pairs % len(columns)


def _log_weights(popular: NDArray[np.float64], generator: np.random.Generator) -> NDArray[np.float64]:
    own = generator.normal(size=len(popular))
    return SPREAD * (np.sqrt(SHARED) * popular + np.sqrt(1 - SHARED) * own)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("file", type=Path)
    parser.add_argument("--scale", type=float, default=1.0)
    parser.add_argument("--seed", type=int, default=0)
    arguments = parser.parse_args()
    started = time.perf_counter()
    with open_store(sqlite_url(arguments.file.resolve())) as store:
        for extraction in full_size_extractions(arguments.scale, arguments.seed):
            store.write([extraction])
        counts = store.counts()
    figures = {"entities": counts.entities, "statements": counts.statements, "evidence": counts.evidence}
    print(json.dumps({**figures, "seconds": round(time.perf_counter() - started, 1)}))


if __name__ == "__main__":
    main()
