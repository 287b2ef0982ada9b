"""The tagger of names: which spans of a text are names, of what kind, and how sure that is.

Each corpus that it learned from has tags of its own, since annotators draw their lines in different places. The answers
for one kind of thing are averaged over the corpora that annotate it, weighed by how much the text resembles each
corpus (the model's own estimate, over the whole document). Which tags speak for which kind is the table ``KINDS``.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from isthmus.extractors.models.session import in_parallel, open_session
from isthmus.extractors.models.tags import CORPORA
from isthmus.extractors.models.words import FIRST, LAST, Words, lexicon_features, read_words, shapes, windows
from isthmus.graph.vocabulary import Category

WINDOW = 254  # pieces of a window, less the two marks at its ends; what it was trained on
LEAST = 0.35  # probability of a word to be in a name at all; who reads the spans decides how sure is sure enough
LEAST_WEIGHT = 0.02  # of a corpus that the text does not resemble at all: it still has a say where no other has
_C = Category

# For each kind the tags that mean it, corpus by corpus. A corpus that annotates only a part of a kind (tumours but no
# other diseases, genes but no cytokines) is left out: its silence would count as a "no".
KINDS: dict[Category, dict[str, tuple[str, ...]]] = {
    _C.GENE: {
        "biored": ("Gene",),
        "bc2gm": ("GENE",),
        "bionlp13cg": ("Gene_or_gene_product",),
        "craft": ("GGP",),
        "bionlp13pc": ("Gene_or_gene_product", "Complex"),
    },
    _C.DISEASE: {
        "biored": ("Disease",),
        "bc5cdr": ("Disease",),
        "ncbi_disease": ("Disease",),
        "gutbrainie": ("DDF",),
        "neurotrialner": ("CONDITION",),
    },
    _C.CHEMICAL_ENTITY: {
        "biored": ("Chemical",),
        "bc5cdr": ("Chemical",),
        "gutbrainie": ("chemical", "drug"),
        "neurotrialner": ("DRUG",),
        "bionlp13cg": ("Simple_chemical", "Amino_acid"),
        "craft": ("CHEBI",),
        "bionlp13pc": ("Simple_chemical",),
    },
    _C.SEQUENCE_VARIANT: {"biored": ("Variant",)},
    _C.ORGANISM_TAXON: {
        "biored": ("Species",),
        "gutbrainie": ("human", "animal", "bacteria"),
        "linnaeus": ("Species",),
        "craft": ("Taxon",),
        "bionlp13cg": ("Organism",),
    },
    _C.CELL_LINE: {"biored": ("CellLine",)},
    _C.ANATOMICAL_ENTITY: {
        "gutbrainie": ("anatomical location",),
        "bionlp13cg": (
            "Organ", "Organism_subdivision", "Tissue", "Multi-tissue_structure", "Anatomical_system", "Organism_substance",
        ),
    },
    _C.CELL: {"bionlp13cg": ("Cell",), "craft": ("CL",)},
    _C.CELLULAR_COMPONENT: {"bionlp13cg": ("Cellular_component",), "bionlp13pc": ("Cellular_component",)},
    _C.PROCEDURE: {
        "gutbrainie": ("biomedical technique", "statistical technique"),
        "neurotrialner": ("SURGICAL", "RADIOTHERAPY", "PHYSICAL", "BEHAVIOURAL"),
    },
    _C.PHENOMENON: {"gutbrainie": ("microbiome",)},
    _C.FOOD: {"gutbrainie": ("dietary supplement", "food")},
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class TaggedSpan:
    """A name: characters ``start:end``, its kind, and the model's probability that both are right, in [0, 1]."""

    start: int
    end: int
    category: Category
    score: float


@dataclass(frozen=True, slots=True)
class TaggerInput:
    """A text, its sentences and the names that the lexicon knows in it, all in characters."""

    text: str
    sentences: Sequence[tuple[int, int]]
    known: Sequence[tuple[int, int, Category]]


@dataclass(frozen=True, slots=True)
class _Window:
    document: int
    low: int
    high: int


def tag(inputs: Sequence[TaggerInput], threads: int = 0) -> list[list[TaggedSpan]]:
    """The names of each text, none overlapping another, in order. Raises ``MissingModel``."""
    words = [read_words(each.text) for each in inputs]
    features = [
        (lexicon_features(read, each.known), shapes(each.text, read)) for each, read in zip(inputs, words, strict=True)
    ]
    rows = [
        _Window(number, low, high)
        for number, (each, read) in enumerate(zip(inputs, words, strict=True))
        for low, high in windows(read, each.sentences, WINDOW)
    ]
    own: list[list[tuple[NDArray[np.float32], NDArray[np.float32]]]] = [[] for _ in words]
    for row, answer in zip(rows, _answers(rows, words, features, threads), strict=True):
        own[row.document].append(answer)
    return [_document_spans(read, answers) if answers else [] for read, answers in zip(words, own, strict=True)]


def _answers(
    rows: Sequence[_Window],
    words: Sequence[Words],
    features: Sequence[tuple[NDArray[np.int8], NDArray[np.int8]]],
    threads: int,
) -> Iterator[tuple[NDArray[np.float32], NDArray[np.float32]]]:
    """For each window the logits of every corpus's tags (n_words, n_tags), and of the corpora (n_corpora,).

    One window a run: it stays in the cache, which is faster than a batch, and the eight-bit scales are its own, so that
    an answer does not depend on what is read beside it.
    """
    session = open_session("tagger")

    def answer(row: _Window) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        read, (lexicon, shape) = words[row.document], features[row.document]
        first = read.first[row.low : row.high + 1]
        of_word = np.repeat(np.arange(row.low, row.high), np.diff(first))
        given = np.zeros((4, 1, len(of_word) + 2), dtype=np.int64)
        given[0, 0] = [FIRST, *read.pieces[first[0] : first[-1]], LAST]
        given[1, 0, 1:-1], given[2, 0, 1:-1] = lexicon[of_word], shape[of_word]
        given[3] = 1
        named = dict(zip(("pieces", "lexicon", "shape", "mask"), given, strict=True))
        of_pieces, of_text = session.run(["tags", "gate"], named)
        return of_pieces[0, first[:-1] - first[0] + 1], of_text[0]

    return in_parallel(answer, rows, threads)


def _document_spans(
    words: Words, answers: Sequence[tuple[NDArray[np.float32], NDArray[np.float32]]]
) -> list[TaggedSpan]:
    tags, gates = zip(*answers, strict=True)
    return spans_of(words, np.concatenate(tags), np.average(gates, axis=0, weights=[len(each) for each in tags]))


@dataclass(frozen=True, slots=True)
class _Columns:
    """How the columns of all tags are read.

    ``first``: shape (n_corpora,), where each corpus's columns begin; ``corpus``: shape (n_tags,), whose each is.
    ``begins``, ``goes_on``: shape (n_tags, n_kinds), 1 where the tag means the kind; ``speaks``: (n_corpora, n_kinds).
    """

    first: NDArray[np.int64]
    corpus: NDArray[np.int64]
    begins: NDArray[np.float32]
    goes_on: NDArray[np.float32]
    speaks: NDArray[np.float32]


@lru_cache(maxsize=1)
def _columns() -> _Columns:
    sizes = [2 * len(labels) + 1 for labels in CORPORA.values()]
    first = np.cumsum([0, *sizes[:-1]])
    begins, goes_on = (np.zeros((sum(sizes), len(KINDS)), dtype=np.float32) for _ in range(2))
    speaks = np.zeros((len(CORPORA), len(KINDS)), dtype=np.float32)
    for kind, speakers in enumerate(KINDS.values()):
        for number, (name, labels) in enumerate(CORPORA.items()):
            for label in speakers.get(name, ()):
                place = first[number] + 2 * labels.index(label) + 1
                begins[place, kind] = goes_on[place + 1, kind] = speaks[number, kind] = 1
    return _Columns(first, np.repeat(np.arange(len(sizes)), sizes), begins, goes_on, speaks)


def spans_of(words: Words, logits: NDArray[np.float32], gate: NDArray[np.float32]) -> list[TaggedSpan]:
    """The names of a text by the logits of every corpus's tags (n_words, n_tags), and of the corpora (n_corpora,)."""
    columns = _columns()
    weights = np.maximum(_softmax(gate), LEAST_WEIGHT)
    shifted = np.exp(logits - np.maximum.reduceat(logits, columns.first, axis=1)[:, columns.corpus])
    weighed = shifted * (weights / np.add.reduceat(shifted, columns.first, axis=1))[:, columns.corpus]
    total = weights @ columns.speaks
    begins, goes_on = weighed @ columns.begins / total, weighed @ columns.goes_on / total
    found: list[TaggedSpan] = []
    for kind, category in enumerate(KINDS):
        for low, high, score in _runs(begins[:, kind], goes_on[:, kind]):
            found.append(TaggedSpan(int(words.start[low]), int(words.end[high - 1]), category, round(score, 4)))
    return list(_apart(found))


def _runs(begins: NDArray[np.floating[Any]], goes_on: NDArray[np.floating[Any]]) -> Iterator[tuple[int, int, float]]:
    """(first word, end word, probability) of each run of words that may be a name.

    A run's probability is the least of its words': a name is right only if all of it is.
    """
    inside = begins + goes_on
    end, n = 0, len(inside)
    for place in map(int, np.flatnonzero(inside > LEAST)):
        if place >= end:
            end = place + 1
            while end < n and goes_on[end] > max(begins[end], 1 - inside[end]):
                end += 1
            yield place, end, float(inside[place:end].min())


def _apart(spans: Iterable[TaggedSpan]) -> Iterator[TaggedSpan]:
    """Surer names win over those that they overlap."""
    kept: list[TaggedSpan] = []
    taken: set[int] = set()
    for span in sorted(spans, key=lambda span: (-span.score, span.start - span.end, span.start)):
        places = range(span.start, span.end)
        if taken.isdisjoint(places):
            taken.update(places)
            kept.append(span)
    yield from sorted(kept, key=lambda span: span.start)


def _softmax(logits: NDArray[np.float32]) -> NDArray[np.float32]:
    shifted = np.exp(logits - logits.max(axis=-1, keepdims=True))
    return np.asarray(shifted / shifted.sum(axis=-1, keepdims=True), dtype=np.float32)
