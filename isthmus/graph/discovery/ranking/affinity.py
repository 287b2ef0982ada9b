"""How alike two entities are in what is written of them: latent semantic analysis of names and sentences.

Deerwester et al. 1990, J. Am. Soc. Inf. Sci. 41:391: texts by features, weighted by TF-IDF, reduced by a truncated
singular value decomposition; the affinity of two entities is the cosine of their rows.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array, hstack
from scipy.sparse import diags_array as diagonal

from isthmus.graph.discovery.ranking.hashed_words import hashed_counts
from isthmus.graph.discovery.ranking.projection import Projection
from isthmus.graph.model import Entity, Evidence
from isthmus.graph.stores.columns import GraphColumns
from isthmus.steps import checkpoint

if TYPE_CHECKING:
    from isthmus.graph.discovery.ranking.hashed_words import Counts

RANK = 128
SENTENCES_EACH = 64  # of one entity; a hub's thousands say no more
MOST_SENTENCES = 100_000
NAME_NGRAMS = (3, 4)
CONTEXT_SHARE = 0.7  # of an entity's vector, where it has sentences; the rest is its names

_POWER_STEPS = 3

Floats = NDArray[np.float32]
Ints = NDArray[np.int64]


@dataclass(frozen=True, eq=False, slots=True)
class EntityTexts:
    """What is written of entities, numbered as in the columns of the graph.

    ``names`` are an entity's name and synonyms, a line each. ``texts`` are distinct sentences; one row of ``text``
    (place among them), ``entity`` (int32) and ``year`` (int16, the first in which it was written, 0 where unknown) for
    each sentence, entity that it is evidence of, and ``document`` (int32, as in the columns, -1 for one that is not among
    them) in which it stands. ``document`` is None where that is not known.
    """

    names: Sequence[str]
    texts: Sequence[str]
    text: NDArray[np.int32]
    entity: NDArray[np.int32]
    year: NDArray[np.int16]
    document: NDArray[np.int32] | None = None

    def without(self, documents: NDArray[np.bool_]) -> EntityTexts:
        """The same without the sentences that only these documents (a mask over those of the columns) have."""
        if self.document is None:
            return self
        stays = (self.document < 0) | ~np.append(documents, False)[self.document]
        return replace(
            self, text=self.text[stays], entity=self.entity[stays], year=self.year[stays], document=self.document[stays]
        )


def unheard(columns: GraphColumns) -> NDArray[np.bool_]:
    """Shape (n_documents,): whether no evidence of the document counts, as of a retracted one."""
    heard = np.zeros(len(columns.document_ids), dtype=np.bool_)
    heard[columns.evidence_document[columns.evidence_score > 0.0]] = True
    return ~heard


def entity_texts(columns: GraphColumns, entities: Iterable[Entity], evidence: Iterable[Evidence]) -> EntityTexts:
    """The texts of a store: ``entity_texts(store.columns(), store.all_entities(), store.all_evidence())``.

    Sentences are counted to both ends of the statement that they are evidence of; those of retracted documents are left
    out. An entity that the columns do not hold (another write came between) is passed over.
    """
    number = {each: place for place, each in enumerate(columns.entity_ids)}
    statement = {each: place for place, each in enumerate(columns.statement_ids)}
    documents = {each: place for place, each in enumerate(columns.document_ids)}
    silent = unheard(columns).tolist()
    names = list(columns.names)
    for entity in entities:
        if entity.id in number:
            names[number[entity.id]] = "\n".join((entity.name, *entity.synonyms))
    texts: dict[str, int] = {}
    first: dict[tuple[int, int, int], int] = {}
    ends = np.stack((columns.subjects, columns.objects), axis=1).tolist() if len(columns.subjects) else []
    for piece in evidence:
        place, document = statement.get(piece.statement), documents.get(piece.document, -1)
        if place is None or not piece.text or (document >= 0 and silent[document]):
            continue
        text = texts.setdefault(piece.text, len(texts))
        year = piece.year if piece.year is not None and 0 < piece.year <= 9999 else 0
        for end in ends[place]:
            known = first.get((text, end, document), 0)
            first[text, end, document] = min(known, year) if known and year else known or year
    rows = np.array([(*key, year) for key, year in first.items()], dtype=np.int64).reshape(-1, 4)
    of_text, of_entity, of_document = (rows[:, column].astype(np.int32) for column in range(3))
    return EntityTexts(names, list(texts), of_text, of_entity, rows[:, 3].astype(np.int16), of_document)


@dataclass(frozen=True, eq=False, slots=True)
class TextAffinity:
    """``vectors`` of shape (n_entities, rank), float32: rows of length 1, or 0 for an entity not known by then.

    ``written`` is what they were made of and ``space`` what they were made into; None where nothing is known.
    """

    vectors: Floats
    written: Written | None = None
    space: Projection | None = None

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
        written = Written.of(texts, np.flatnonzero(counted & known[texts.entity]), nodes, context_share)
        space = _reduced(written.rows(), rank, seed)
        vectors[nodes, : space.raw.shape[1]] = space.vectors
        return cls(vectors, written, space)

    def of_fewer(self, texts: EntityTexts) -> TextAffinity:
        """The same in the same space when some of the rows of ``texts`` are gone: only entities that lost a sentence move.

        The sample of sentences, the weights of words and the dimensions stay what they were.
        """
        if self.written is None or self.space is None:
            return self
        kept = self.written.kept(texts)
        moved = np.unique(self.written.entity[~kept])
        vectors = self.vectors.copy()
        rank = self.space.raw.shape[1]
        vectors[self.written.nodes[moved], :rank] = self.space.of(moved, self.written.rows(moved, kept))
        return TextAffinity(vectors)

    def pairs(self, sources: NDArray[np.integer], targets: NDArray[np.integer]) -> NDArray[np.float64]:
        """The affinity of each pair, shape (n_pairs,), in [-1, 1]; 0 where an end is not known."""
        both: NDArray[np.float64] = (self.vectors[sources] * self.vectors[targets]).sum(axis=1, dtype=np.float64)
        return both

    def source(self, source: int) -> NDArray[np.float64]:
        """The affinity of one entity with every entity, shape (n_entities,)."""
        affinity: NDArray[np.float64] = (self.vectors @ self.vectors[source]).astype(np.float64)
        return affinity


@dataclass(frozen=True, eq=False, slots=True)
class Written:
    """What is written of the ``nodes`` (entities), weighed: a row of ``names`` each, and ``sentences``, None without any.

    One row of ``entity`` (place among the nodes), ``sentence`` (row of ``sentences``) and ``text`` (place among the
    texts) for each sentence that counts for a node.
    """

    nodes: Ints
    names: Counts
    sentences: Counts | None
    entity: Ints
    sentence: Ints
    text: Ints
    share: float

    @classmethod
    def of(cls, texts: EntityTexts, rows: Ints, nodes: Ints, share: float) -> Written:
        """From the chosen rows of the texts; ``share`` is the weight of sentences against names.

        Which sentences are sampled follows from their words alone, so that what is written later changes nothing.
        """
        names = _weighted(hashed_counts([texts.names[each] for each in nodes.tolist()], ngrams=NAME_NGRAMS))
        none = np.zeros(0, dtype=np.int64)
        if len(rows) == 0:
            return cls(nodes, names, None, none, none, none, share)
        # A sentence that stands in several documents counts once.
        pairs = np.unique(texts.entity[rows].astype(np.int64) * len(texts.texts) + texts.text[rows])
        used, text = np.unique(pairs % len(texts.texts), return_inverse=True)
        lot = [zlib.crc32(texts.texts[each].encode("utf-8", "replace")) for each in used.tolist()]
        lots = np.array(lot, dtype=np.int64)
        latest = np.sort(lots)[min(MOST_SENTENCES, len(lots)) - 1]
        entity = np.searchsorted(nodes, pairs // len(texts.texts))
        order = np.lexsort((text, lots[text], entity))
        turn = np.arange(len(order)) - np.searchsorted(entity[order], entity[order])
        order = order[(turn < SENTENCES_EACH) & (lots[text[order]] <= latest)]
        chosen, place = np.unique(text[order], return_inverse=True)
        sentences = _weighted(hashed_counts([texts.texts[each] for each in used[chosen].tolist()]))
        return cls(nodes, names, sentences, entity[order], place, used[text[order]], share)

    def kept(self, texts: EntityTexts) -> NDArray[np.bool_]:
        """Whether each sentence is still written of its node in these texts."""
        n = len(texts.texts)
        return np.isin(self.nodes[self.entity] * n + self.text, texts.entity.astype(np.int64) * n + texts.text)

    def rows(self, some: Ints | None = None, kept: NDArray[np.bool_] | None = None) -> Counts:
        """Shape (n of ``some``, n_features), of length 1: ``some`` nodes (places) or all, by the ``kept`` sentences or all."""
        names = self.names if some is None else self.names[some]
        blocks = [names * np.float32(np.sqrt(1.0 - self.share))]
        if self.sentences is not None:
            chosen = np.arange(len(self.entity)) if kept is None else np.flatnonzero(kept)
            shape = len(self.nodes), self.sentences.shape[0]
            ones = np.ones(len(chosen), dtype=np.float32)
            of_entity = csr_array((ones, (self.entity[chosen], self.sentence[chosen])), shape=shape)
            context = _unit((of_entity if some is None else of_entity[some]) @ self.sentences)
            blocks.append(context * np.float32(np.sqrt(self.share)))
        return _unit(hstack(blocks, format="csr"))


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


def _reduced(rows: Counts, rank: int, seed: int) -> Projection:
    """The rows in the space of the first singular vectors.

    Randomised subspace iteration: Halko, Martinsson & Tropp 2011, SIAM Rev. 53:217, algorithm 4.4.
    """
    rank = min(rank, *rows.shape)
    if rank == 0:
        none = np.zeros((rows.shape[1], 0), dtype=np.float32)
        return Projection(rows, none, np.zeros((rows.shape[0], 0), dtype=np.float32))
    width = min(rank + 10, *rows.shape)
    turned = rows.T.tocsr()
    basis = np.random.default_rng(seed).standard_normal((rows.shape[1], width), dtype=np.float32)
    basis, _ = np.linalg.qr(rows @ basis)
    for number in range(_POWER_STEPS - 1):
        checkpoint("comparing what is written", number, _POWER_STEPS)
        inner, _ = np.linalg.qr(turned @ basis)
        basis, _ = np.linalg.qr(rows @ inner)
    checkpoint("comparing what is written", _POWER_STEPS - 1, _POWER_STEPS)
    left, values, right = np.linalg.svd((turned @ basis).T, full_matrices=False)
    return Projection(rows, np.ascontiguousarray(right[:rank].T), (basis @ left[:, :rank]) * values[:rank])
