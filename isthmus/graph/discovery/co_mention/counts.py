"""Who is named with whom: sparse counts by document and by sentence, with dates.

A co-mention says that a paper names two things, not how they stand to each other. It is a layer of its own, for text
affinity and as a baseline, and never a statement: whatever is answered from here has ``kind = "co-mention"``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array, vstack

from isthmus.graph.stores.columns import GraphColumns, MentionColumns

if TYPE_CHECKING:
    from typing import TypeAlias

    Incidence: TypeAlias = csr_array[np.float64, tuple[int, int]]

KIND: Final = "co-mention"
LONGEST_LIST = 1_000  # entities: what names more is a table or a catalogue, in which standing together says nothing

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class CoMentions:
    """Documents and sentences by the entities they name, entities numbered as in the columns of the graph.

    ``documents`` of shape (n_documents, n_entities) holds how often each is named; ``sentences`` of shape (n_sentences,
    n_entities) holds 1. ``years`` (int16, 0 where unknown) and ``document_ids`` go with the rows of ``documents``,
    ``sentence_document`` (int32) with those of ``sentences``. ``from_evidence``, of shape (n_documents,), is True for a
    document whose text was not read: the ends of the statements it gives evidence of stand for what it names, and each
    piece of evidence for a sentence. Retracted documents are left out, and those that name over ``LONGEST_LIST``.
    """

    documents: Incidence
    sentences: Incidence
    years: NDArray[np.int16]
    document_ids: Sequence[str]
    sentence_document: NDArray[np.int32]
    from_evidence: NDArray[np.bool_]
    as_of: int | None = None

    @classmethod
    def of(cls, columns: GraphColumns, mentions: MentionColumns | None = None, as_of: int | None = None) -> CoMentions:
        """The co-mentions of a graph, or those it had at the end of the year ``as_of``.

        A document without mentions stands by its evidence; a graph made of tables has no other ones.
        """
        read = _from_mentions(columns, mentions) if mentions is not None and len(mentions.document_ids) else None
        whole = _from_evidence(columns, set() if read is None else set(read.document_ids))
        if read is not None:
            whole = _joined(read, whole)
        return whole if as_of is None else whole.at(as_of)

    def at(self, year: int | None) -> CoMentions:
        """The same as of the end of a year: undated documents are out, as they are in a snapshot of a year."""
        if year is None:
            return self
        return self._only((self.years > 0) & (self.years <= year), year)

    def _only(self, chosen: NDArray[np.bool_], as_of: int | None) -> CoMentions:
        kept = np.flatnonzero(chosen)
        place = np.cumsum(chosen, dtype=np.int32) - 1
        lines = np.flatnonzero(chosen[self.sentence_document])
        return CoMentions(
            documents=self.documents[kept],
            sentences=self.sentences[lines],
            years=self.years[kept],
            document_ids=[self.document_ids[each] for each in kept.tolist()],
            sentence_document=place[self.sentence_document[lines]].astype(np.int32),
            from_evidence=self.from_evidence[kept],
            as_of=as_of,
        )

    @property
    def n_entities(self) -> int:
        """How many entities are numbered, whether named or not."""
        return int(self.documents.shape[1])

    @property
    def n_documents(self) -> int:
        """How many documents name something."""
        return int(self.documents.shape[0])

    @cached_property
    def presence(self) -> Incidence:
        """Shape (n_documents, n_entities): 1 where the document names the entity."""
        counts = self.documents
        return csr_array((np.ones(counts.nnz), counts.indices, counts.indptr), shape=counts.shape)

    @cached_property
    def naming(self) -> Incidence:
        """``presence`` turned: the documents of each entity, sorted."""
        return self.presence.T.tocsr()

    @cached_property
    def naming_sentences(self) -> Incidence:
        """``sentences`` turned: the sentences of each entity, sorted."""
        return self.sentences.T.tocsr()

    @cached_property
    def document_counts(self) -> Ints:
        """Shape (n_entities,): how many documents name each."""
        return np.diff(self.naming.indptr).astype(np.int64)

    @cached_property
    def calendar(self) -> tuple[int, Incidence]:
        """The first year of any document, and in how many documents of each year from then on an entity is named.

        The counts are of shape (n_entities, n_years); undated documents are out. No column where all are undated.
        """
        dated = np.flatnonzero(self.years > 0)
        years = self.years[dated].astype(np.int64)
        first, last = (int(years.min()), int(years.max())) if len(years) else (0, -1)
        shape = self.n_documents, last - first + 1
        of_year = csr_array((np.ones(len(dated)), (dated, years - first)), shape=shape)
        return first, (self.naming @ of_year).tocsr()

    def partners(self, entities: NDArray[np.integer]) -> Incidence:
        """Shape (len(entities), n_entities): how many documents name both; an entity is no partner of its own."""
        return _without_own(self.naming[entities] @ self.presence, entities)

    def sentence_partners(self, entities: NDArray[np.integer]) -> Incidence:
        """The same by sentences."""
        return _without_own(self.naming_sentences[entities] @ self.sentences, entities)

    def documents_of_both(self, a: int, c: int) -> Ints:
        """The documents (rows) that name both, the latest first."""
        both = np.intersect1d(_row(self.naming, a), _row(self.naming, c))
        return both[np.lexsort((both, -self.years[both].astype(np.int64)))].astype(np.int64)

    def sentences_of_both(self, a: int, c: int) -> int:
        """How many sentences name both."""
        return len(np.intersect1d(_row(self.naming_sentences, a), _row(self.naming_sentences, c)))


def _row(matrix: Incidence, row: int) -> NDArray[np.int32]:
    places: NDArray[np.int32] = matrix.indices[matrix.indptr[row] : matrix.indptr[row + 1]]
    return places


def _without_own(together: Incidence, entities: NDArray[np.integer]) -> Incidence:
    own = np.repeat(entities, np.diff(together.indptr))
    together.data[together.indices == own] = 0.0
    together.eliminate_zeros()
    together.sort_indices()
    return together


# -- where they come from ----------------------------------------------------------------------------------------------


def _from_mentions(columns: GraphColumns, mentions: MentionColumns) -> CoMentions:
    """The mentions, entities numbered as in the graph's columns, should another write have come between the two."""
    number = {each: place for place, each in enumerate(columns.entity_ids)}
    place = np.array([number.get(each, -1) for each in mentions.entity_ids], dtype=np.int64)
    entity, named = place[mentions.mention_entity], place[mentions.named_entity]
    known, known_named = entity >= 0, named >= 0
    n = len(columns.entity_ids)
    found = CoMentions(
        documents=_incidence(
            mentions.mention_document[known],
            entity[known],
            mentions.mention_count[known].astype(np.float64),
            (len(mentions.document_ids), n),
        ),
        sentences=_incidence(
            mentions.named_sentence[known_named],
            named[known_named],
            np.ones(int(known_named.sum())),
            (len(mentions.sentence_document), n),
        ),
        years=mentions.document_year,
        document_ids=mentions.document_ids,
        sentence_document=mentions.sentence_document,
        from_evidence=np.zeros(len(mentions.document_ids), dtype=np.bool_),
    )
    return found._only(~mentions.document_retracted & _short(found.documents), None)


def _from_evidence(columns: GraphColumns, read: set[str]) -> CoMentions:
    """The documents that give evidence, other than those in ``read``; a piece of evidence that counts 0 does not."""
    has_text = np.array([each in read for each in columns.document_ids], dtype=np.bool_)
    pieces = np.flatnonzero(columns.evidence_score > 0.0)
    pieces = pieces[~has_text[columns.evidence_document[pieces]]]
    statement = columns.evidence_statement[pieces]
    kept, document = np.unique(columns.evidence_document[pieces], return_inverse=True)
    ends = np.concatenate((columns.subjects[statement], columns.objects[statement]))
    shape = len(kept), len(columns.entity_ids)
    years = np.zeros(len(kept), dtype=np.int16)
    np.maximum.at(years, document, columns.evidence_year[pieces])
    place = np.arange(len(pieces))
    sentences = _incidence(np.tile(place, 2), ends, np.ones(len(ends)), (len(pieces), shape[1]))
    sentences.data[:] = 1.0
    found = CoMentions(
        documents=_incidence(np.tile(document, 2), ends, np.ones(len(ends)), shape),
        sentences=sentences,
        years=years,
        document_ids=[columns.document_ids[each] for each in kept.tolist()],
        sentence_document=document.astype(np.int32),
        from_evidence=np.ones(len(kept), dtype=np.bool_),
    )
    return found._only(_short(found.documents), None)


def _joined(first: CoMentions, second: CoMentions) -> CoMentions:
    return CoMentions(
        documents=vstack((first.documents, second.documents), format="csr"),
        sentences=vstack((first.sentences, second.sentences), format="csr"),
        years=np.concatenate((first.years, second.years)),
        document_ids=[*first.document_ids, *second.document_ids],
        sentence_document=np.concatenate((first.sentence_document, second.sentence_document + first.n_documents)),
        from_evidence=np.concatenate((first.from_evidence, second.from_evidence)),
    )


def _incidence(
    rows: NDArray[np.integer], columns: NDArray[np.integer], values: Floats, shape: tuple[int, int]
) -> Incidence:
    matrix = csr_array((values, (rows, columns)), shape=shape)
    matrix.sum_duplicates()
    return matrix


def _short(documents: Incidence) -> NDArray[np.bool_]:
    lengths = np.diff(documents.indptr)
    return (lengths > 0) & (lengths <= LONGEST_LIST)
