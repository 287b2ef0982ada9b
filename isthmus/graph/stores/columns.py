"""A graph as columns: arrays, sorted by id, so that equal graphs give equal columns and hashes."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from isthmus.graph.belief import EvidenceArrays
from isthmus.graph.verdict import Verdict


@dataclass(frozen=True, slots=True)
class GraphColumns:
    """The whole graph as columns, for a ``Snapshot``. Sorted by id, so that equal graphs give equal columns.

    Entities: ``entity_ids``, ``names``, ``categories`` (index into ``list(Category)``, int16), each of n_entities.
    Statements: ``statement_ids``, ``subjects``, ``objects`` (entity index, int32), ``predicates`` (index into
    ``list(Predicate)``, int16), ``negated`` (bool), ``statement_context`` (index into ``contexts``, int32), each of
    n_statements. ``contexts`` are the distinct (species, cell, anatomy) that are said, "" for what is not, sorted.
    Evidence: ``evidence_statement`` (statement index, int32, sorted), ``evidence_document`` (index into
    ``document_ids``, int32), ``evidence_group`` (the first document of the same senior author, its own where none is
    named, int32), ``evidence_review`` (bool), ``evidence_modality`` (index into ``list(Modality)``, int8),
    ``evidence_reader`` (index into ``belief.READERS``, int16), ``evidence_year`` (int16, 0 where unknown),
    ``evidence_score`` (float64, as ``belief.weigh`` gives it: speculation already weighed, retracted documents'
    evidence 0), each of n_evidence.
    Verdicts, of each reviewer the latest on a statement, sorted by statement, kind and year: ``verdict_statement``
    (statement index, int32), ``verdict_kind`` (index into ``list(VerdictKind)``, int8), ``verdict_year`` (int16, 0 where
    unknown), each of n_verdicts; none where nobody has judged.
    ``document_ids`` are the documents that give evidence, ``document_authors`` their senior authors ("" where unknown).
    ``version`` stands for all of it: see ``Fingerprint``.
    """

    graph_hash: str
    version: str
    entity_ids: Sequence[str]
    names: Sequence[str]
    categories: NDArray[np.int16]
    statement_ids: Sequence[str]
    subjects: NDArray[np.int32]
    objects: NDArray[np.int32]
    predicates: NDArray[np.int16]
    negated: NDArray[np.bool_]
    contexts: Sequence[tuple[str, str, str]]
    statement_context: NDArray[np.int32]
    document_ids: Sequence[str]
    document_authors: Sequence[str]
    evidence_statement: NDArray[np.int32]
    evidence_document: NDArray[np.int32]
    evidence_group: NDArray[np.int32]
    evidence_review: NDArray[np.bool_]
    evidence_modality: NDArray[np.int8]
    evidence_reader: NDArray[np.int16]
    evidence_year: NDArray[np.int16]
    evidence_score: NDArray[np.float64]
    verdict_statement: NDArray[np.int32] = field(default_factory=lambda: np.empty(0, dtype=np.int32))
    verdict_kind: NDArray[np.int8] = field(default_factory=lambda: np.empty(0, dtype=np.int8))
    verdict_year: NDArray[np.int16] = field(default_factory=lambda: np.empty(0, dtype=np.int16))

    @property
    def evidence(self) -> EvidenceArrays:
        """What belief is worked out from."""
        return EvidenceArrays(
            self.evidence_statement,
            self.evidence_document,
            self.evidence_group,
            self.evidence_review,
            self.evidence_reader,
            self.evidence_score,
        )


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """What a graph is told by: ``graph_hash`` of what it says, ``version`` of all that its columns are made of.

    ``unjudged`` also knows what belief asks of documents (who leads them, whether they are retracted), ``version`` the
    verdicts too: a verdict changes that without all the rest being read again.
    """

    graph_hash: str
    unjudged: str
    version: str

    def judged(self, verdicts: Iterable[Verdict]) -> Fingerprint:
        """The same graph when these are the verdicts that count for its statements."""
        said = sorted((each.target, each.kind.value, each.year) for each in verdicts)
        version = hashlib.sha256(f"{self.unjudged}{said}".encode()).hexdigest() if said else self.unjudged
        return Fingerprint(self.graph_hash, self.unjudged, version)


def fingerprint(digests: Iterable[bytes], documents: Iterable[tuple[str, int, str, int, str]]) -> Fingerprint:
    """The hashes of a graph that nobody has judged.

    Args:
        digests: hex digits of the digests of its entities, sorted, then those of its statements and of its evidence.
        documents: id, retracted, senior author, review and modality of each, by id.
    """
    said = hashlib.sha256()
    for digest in digests:
        said.update(digest)
    version = said.copy()
    for curie, retracted, author, review, modality in documents:
        version.update(f"\n{curie}\t{retracted:d}\t{author}\t{review:d}\t{modality}".encode())
    return Fingerprint(said.hexdigest(), version.hexdigest(), version.hexdigest())


@dataclass(frozen=True, eq=False, slots=True)
class GraphChanges:
    """What is other in a graph than it was in an earlier version.

    ``statements`` and ``entities`` are the ids of all that was touched, whether it is there now or not. ``now`` holds
    those of them that are, with the entities at the ends of the statements and their evidence; its hashes are those of
    the whole graph.
    """

    statements: frozenset[str]
    entities: frozenset[str]
    now: GraphColumns


def first_of_group(senior_authors: Sequence[str]) -> NDArray[np.int32]:
    """Of each document the first that the same senior author leads: itself where none is named.

    >>> first_of_group(["", "Curie M", "", "Curie M"]).tolist()
    [0, 1, 2, 1]
    """
    first: dict[str, int] = {}
    groups = [first.setdefault(author, number) if author else number for number, author in enumerate(senior_authors)]
    return np.array(groups, dtype=np.int32)


@dataclass(frozen=True, slots=True)
class MentionColumns:
    """Who is named where, as columns, without the text. Documents that name something, sorted by id; sentences in order.

    Entities are numbered as in ``GraphColumns`` of the same moment; ``entity_ids`` tells whether another write came
    between. Documents: ``document_ids``, ``document_year`` (int16, 0 where unknown), ``document_retracted`` (bool), each
    of n_documents. One row for each document and entity it names, by document, then entity: ``mention_document``,
    ``mention_entity``, ``mention_count`` (int32, >= 1). Sentences that name something: ``sentence_document`` (int32,
    n_sentences). One row for each sentence and entity it names, by sentence, then entity: ``named_sentence``,
    ``named_entity`` (int32).
    """

    entity_ids: Sequence[str]
    document_ids: Sequence[str]
    document_year: NDArray[np.int16]
    document_retracted: NDArray[np.bool_]
    mention_document: NDArray[np.int32]
    mention_entity: NDArray[np.int32]
    mention_count: NDArray[np.int32]
    sentence_document: NDArray[np.int32]
    named_sentence: NDArray[np.int32]
    named_entity: NDArray[np.int32]
