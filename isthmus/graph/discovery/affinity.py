"""How alike two entities are in what is written of them: latent semantic analysis of names and sentences.

Deerwester et al. 1990, J. Am. Soc. Inf. Sci. 41:391: texts by features, weighted by TF-IDF, reduced by a truncated
singular value decomposition; the affinity of two entities is the cosine of their rows.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array, hstack
from scipy.sparse import diags_array as diagonal

from isthmus.graph.discovery.hashed_words import hashed_counts
from isthmus.graph.model import Entity, Evidence
from isthmus.graph.stores.protocol import GraphColumns

if TYPE_CHECKING:
    from isthmus.graph.discovery.hashed_words import Counts

RANK = 128
SENTENCES_EACH = 64  # of one entity; a hub's thousands say no more
MOST_SENTENCES = 100_000
NAME_NGRAMS = (3, 4)
CONTEXT_SHARE = 0.7  # of an entity's vector, where it has sentences; the rest is its names

_POWER_STEPS = 3

Floats = NDArray[np.float32]


@dataclass(frozen=True, eq=False, slots=True)
class EntityTexts:
    """What is written of entities, numbered as in the columns of the graph.

    ``names`` are an entity's name and synonyms, a line each. ``texts`` are distinct sentences; one row of ``text``
    (place among them), ``entity`` (int32) and ``year`` (int16, the first in which it was written, 0 where unknown) for
    each sentence and entity that it is evidence of.
    """

    names: Sequence[str]
    texts: Sequence[str]
    text: NDArray[np.int32]
    entity: NDArray[np.int32]
    year: NDArray[np.int16]


def entity_texts(columns: GraphColumns, entities: Iterable[Entity], evidence: Iterable[Evidence]) -> EntityTexts:
    """The texts of a store: ``entity_texts(store.columns(), store.all_entities(), store.all_evidence())``.

    Sentences are counted to both ends of the statement that they are evidence of. An entity that the columns do not hold
    (another write came between) is passed over.
    """
    number = {each: place for place, each in enumerate(columns.entity_ids)}
    statement = {each: place for place, each in enumerate(columns.statement_ids)}
    names = list(columns.names)
    for entity in entities:
        if entity.id in number:
            names[number[entity.id]] = "\n".join((entity.name, *entity.synonyms))
    texts: dict[str, int] = {}
    first: dict[tuple[int, int], int] = {}
    ends = np.stack((columns.subjects, columns.objects), axis=1).tolist() if len(columns.subjects) else []
    for piece in evidence:
        place = statement.get(piece.statement)
        if place is None or not piece.text:
            continue
        text = texts.setdefault(piece.text, len(texts))
        year = piece.year if piece.year is not None and 0 < piece.year <= 9999 else 0
        for end in ends[place]:
            known = first.get((text, end), 0)
            first[text, end] = min(known, year) if known and year else known or year
    rows = np.array([(*key, year) for key, year in first.items()], dtype=np.int64).reshape(-1, 3)
    return EntityTexts(
        names,
        list(texts),
        rows[:, 0].astype(np.int32),
        rows[:, 1].astype(np.int32),
        rows[:, 2].astype(np.int16),
    )


@dataclass(frozen=True, eq=False, slots=True)
class TextAffinity:
    """``vectors`` of shape (n_entities, rank), float32: rows of length 1, or 0 for an entity not known by then."""

    vectors: Floats

    @classmethod
    def of(
        cls,
        texts: EntityTexts,
        as_of: int | None = None,
        known: NDArray[np.bool_] | None = None,
        *,
        rank: int = RANK,
        context_share: float = CONTEXT_SHARE,
        seed: int = 0,
    ) -> TextAffinity:
        """The affinity as it was at the end of the year ``as_of``: nothing written later enters, not even as a weight.

        Args:
            texts: what is written.
            as_of: the last year that counts; undated sentences are out then. ``None`` for all.
            known: shape (n_entities,), the entities there were (``Snapshot.exists``); without it those of which a
                sentence counts, or all where no year is given.
            rank: how many dimensions are kept.
            context_share: the weight of sentences against names, in [0, 1].
            seed: of the decomposition and nothing else.
        """
        counted = np.ones(len(texts.year), dtype=np.bool_)
        if as_of is not None:
            counted = (texts.year > 0) & (texts.year <= as_of)
        if known is None:
            known = np.ones(len(texts.names), dtype=np.bool_)
            if as_of is not None:
                known = np.bincount(texts.entity[counted], minlength=len(known)) > 0
        nodes = np.flatnonzero(known)
        vectors = np.zeros((len(texts.names), rank), dtype=np.float32)
        if len(nodes) == 0:
            return cls(vectors)
        names = _weighted(hashed_counts([texts.names[each] for each in nodes.tolist()], ngrams=NAME_NGRAMS))
        blocks = [names * np.float32(np.sqrt(1.0 - context_share))]
        context = _context(texts, np.flatnonzero(counted & known[texts.entity]), nodes)
        if context is not None:
            blocks.append(context * np.float32(np.sqrt(context_share)))
        reduced = _reduced(_unit(hstack(blocks, format="csr")), rank, seed)
        vectors[nodes, : reduced.shape[1]] = reduced
        return cls(vectors)

    def pairs(self, sources: NDArray[np.integer], targets: NDArray[np.integer]) -> NDArray[np.float64]:
        """The affinity of each pair, shape (n_pairs,), in [-1, 1]; 0 where an end is not known."""
        both: NDArray[np.float64] = (self.vectors[sources] * self.vectors[targets]).sum(axis=1, dtype=np.float64)
        return both

    def source(self, source: int) -> NDArray[np.float64]:
        """The affinity of one entity with every entity, shape (n_entities,)."""
        affinity: NDArray[np.float64] = (self.vectors @ self.vectors[source]).astype(np.float64)
        return affinity


def _context(texts: EntityTexts, rows: NDArray[np.int64], nodes: NDArray[np.int64]) -> Counts | None:
    """Shape (len(nodes), n_features): the mean of each node's sentences, of length 1; ``None`` without a sentence.

    Which sentences are sampled follows from their words alone, so that what is written later changes nothing.
    """
    if len(rows) == 0:
        return None
    used, text = np.unique(texts.text[rows], return_inverse=True)
    lot = np.array([zlib.crc32(texts.texts[each].encode("utf-8", "replace")) for each in used.tolist()], dtype=np.int64)
    kept = np.sort(lot)[min(MOST_SENTENCES, len(lot)) - 1]
    entity = np.searchsorted(nodes, texts.entity[rows])
    order = np.lexsort((text, lot[text], entity))
    turn = np.arange(len(order)) - np.searchsorted(entity[order], entity[order])
    order = order[(turn < SENTENCES_EACH) & (lot[text[order]] <= kept)]
    chosen, place = np.unique(text[order], return_inverse=True)
    sentences = _weighted(hashed_counts([texts.texts[each] for each in used[chosen].tolist()]))
    shape = len(nodes), len(chosen)
    of_entity = csr_array((np.ones(len(order), dtype=np.float32), (entity[order], place)), shape=shape)
    return _unit(of_entity @ sentences)


def _weighted(counts: Counts) -> Counts:
    """TF-IDF: (1 + ln tf) (1 + ln((1 + n) / (1 + df))), rows of length 1; features of a single row are dropped."""
    n, n_features = counts.shape
    frequency = np.bincount(counts.indices, minlength=n_features)
    kept = np.flatnonzero(frequency > (1 if n > 1 else 0))
    counts = counts[:, kept]
    idf = (1.0 + np.log((1.0 + n) / (1.0 + frequency[kept]))).astype(np.float32)
    counts.data = (1.0 + np.log(counts.data)) * idf[counts.indices]
    return _unit(counts)


def _unit(rows: Counts) -> Counts:
    squares: Floats = np.asarray(rows.multiply(rows).sum(axis=1)).ravel()
    return (diagonal(1.0 / np.sqrt(np.where(squares > 0.0, squares, 1.0)).astype(np.float32)) @ rows).tocsr()


def _reduced(rows: Counts, rank: int, seed: int) -> Floats:
    """The rows in the space of the first singular vectors, of length 1 again (or 0).

    Randomised subspace iteration: Halko, Martinsson & Tropp 2011, SIAM Rev. 53:217, algorithm 4.4.
    """
    rank = min(rank, *rows.shape)
    if rank == 0:
        return np.zeros((rows.shape[0], 0), dtype=np.float32)
    width = min(rank + 10, *rows.shape)
    turned = rows.T.tocsr()
    basis = np.random.default_rng(seed).standard_normal((rows.shape[1], width), dtype=np.float32)
    basis, _ = np.linalg.qr(rows @ basis)
    for _ in range(_POWER_STEPS - 1):
        inner, _ = np.linalg.qr(turned @ basis)
        basis, _ = np.linalg.qr(rows @ inner)
    left, values, _ = np.linalg.svd((turned @ basis).T, full_matrices=False)
    reduced = (basis @ left[:, :rank]) * values[:rank]
    lengths = np.sqrt((reduced * reduced).sum(axis=1, keepdims=True))
    return np.where(lengths > 1e-6, reduced / np.maximum(lengths, 1e-6), 0.0).astype(np.float32)
