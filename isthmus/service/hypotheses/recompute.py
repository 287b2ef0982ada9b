"""What a subgraph says by itself: beliefs from evidence and verdicts, and what stands behind each hop of a path.

The same functions as for the whole graph are asked, over columns made of what a file holds and nothing else.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from isthmus.graph.belief import believe, contradict, judge, reader_of, weigh
from isthmus.graph.discovery.memory.edges import edges_of
from isthmus.graph.discovery.memory.snapshot import Snapshot
from isthmus.graph.discovery.walks.independence import Independence, independence
from isthmus.graph.discovery.walks.signs import Push, path_sign
from isthmus.graph.model import Assertion, Document, Modality
from isthmus.graph.stores.columns import GraphColumns, first_of_group
from isthmus.graph.verdict import VerdictKind, latest
from isthmus.graph.vocabulary import Category, Predicate
from isthmus.service.answers import HopStatement, PathAnswer
from isthmus.service.hypotheses.subgraph import KeptEvidence, KeptStatement, Subgraph, document_of
from isthmus.service.panel.dossier import Role

CATEGORIES, PREDICATES, MODALITIES, VERDICTS = list(Category), list(Predicate), list(Modality), list(VerdictKind)


def columns_of(subgraph: Subgraph) -> GraphColumns:
    """The subgraph as the columns of a graph; documents that give no evidence are left out."""
    entities = sorted(subgraph.entities, key=lambda one: one.id)
    place = {one.id: number for number, one in enumerate(entities)}
    statements = sorted(subgraph.statements, key=lambda one: one.id)
    number = {one.id: place for place, one in enumerate(statements)}
    pieces = [(row, each) for row, one in enumerate(statements) for each in one.evidence]
    given = {each.document for _, each in pieces}
    documents = sorted((document_of(one) for one in subgraph.documents if one.id in given), key=lambda one: one.id)
    contexts = sorted({("", "", ""), *((one.species, one.cell, one.anatomy) for one in statements)})
    judged = sorted(
        (number[one.target], VERDICTS.index(one.kind), one.year)
        for one in latest(each.value() for each in subgraph.verdicts)
        if one.target in number
    )
    authors = [one.senior_author for one in documents]
    return GraphColumns(
        graph_hash="",
        version="",
        entity_ids=[one.id for one in entities],
        names=[one.name for one in entities],
        categories=np.array([CATEGORIES.index(one.category) for one in entities], dtype=np.int16),
        statement_ids=[one.id for one in statements],
        subjects=np.array([place[one.subject] for one in statements], dtype=np.int32),
        objects=np.array([place[one.object] for one in statements], dtype=np.int32),
        predicates=np.array([PREDICATES.index(one.predicate) for one in statements], dtype=np.int16),
        negated=np.array([one.negated for one in statements], dtype=np.bool_),
        contexts=contexts,
        statement_context=np.array(
            [contexts.index((one.species, one.cell, one.anatomy)) for one in statements], dtype=np.int32
        ),
        document_ids=[one.id for one in documents],
        document_authors=authors,
        **_evidence_columns(pieces, documents, authors),
        verdict_statement=np.array([row for row, _, _ in judged], dtype=np.int32),
        verdict_kind=np.array([kind for _, kind, _ in judged], dtype=np.int8),
        verdict_year=np.array([year for _, _, year in judged], dtype=np.int16),
    )


def _evidence_columns(
    pieces: Sequence[tuple[int, KeptEvidence]], documents: Sequence[Document], authors: Sequence[str]
) -> dict[str, np.ndarray]:
    place = {one.id: number for number, one in enumerate(documents)}
    document = np.array([place[each.document] for _, each in pieces], dtype=np.int32)
    of = [documents[number] for number in document.tolist()]
    reader = np.array([reader_of(each.extractor) for _, each in pieces], dtype=np.int16)
    return {
        "evidence_statement": np.array([row for row, _ in pieces], dtype=np.int32),
        "evidence_document": document,
        "evidence_group": first_of_group(authors)[document] if len(documents) else document,
        "evidence_review": np.array([one.review for one in of], dtype=np.bool_),
        "evidence_modality": np.array([MODALITIES.index(one.modality) for one in of], dtype=np.int8),
        "evidence_reader": reader,
        "evidence_year": np.array([each.year or 0 for _, each in pieces], dtype=np.int16),
        "evidence_score": weigh(
            np.array([each.score for _, each in pieces], dtype=np.float64),
            reader,
            np.array([each.assertion is Assertion.SPECULATED for _, each in pieces], dtype=np.bool_),
            np.array([one.retracted for one in of], dtype=np.bool_),
        ),
    }


@dataclass(frozen=True)
class Recomputed:
    """What follows from a subgraph as of a year: the belief in each statement by its id, and a snapshot of all of it."""

    beliefs: dict[str, float]
    snapshot: Snapshot

    @classmethod
    def of(cls, subgraph: Subgraph, as_of: int | None) -> Recomputed:
        """From what the subgraph holds alone. A hop of a path is as sure as its claim is in its best context."""
        columns = columns_of(subgraph)
        own = _own_beliefs(columns, subgraph, as_of)
        edges = edges_of(columns, as_of)
        sure = {columns.statement_ids[one]: belief for one, belief in zip(edges.statements, edges.beliefs, strict=True)}
        hops = {one.id for one in subgraph.statements if one.role is Role.PATH}
        beliefs = {each: float(sure.get(each, value) if each in hops else value) for each, value in own.items()}
        return cls(beliefs, Snapshot.from_columns(columns, as_of))

    def path(self, path: PathAnswer) -> PathAnswer:
        """The path with all that follows from its statements: beliefs, sign, weakest hop, papers, groups, years."""
        hops = [self._hop(hop) for hop in path.statements]
        steps = zip(path.statements, pairwise(path.nodes), strict=True)
        pushes = [Push(hop.predicate, _forward(hop, before.id)) for hop, (before, _) in steps]
        evidence = [self._evidence(hop.id) for hop in path.statements]
        support = independence(self.snapshot.columns, np.concatenate(evidence))
        pieces = {hop.id: len(some) for hop, some in zip(hops, evidence, strict=True)}
        return path.model_copy(
            update={
                "belief": float(np.prod([hop.belief for hop in hops])),
                "sign": path_sign(pushes, [node.category for node in path.nodes]).value,
                "weakest": min(hops, key=lambda hop: (hop.belief, pieces[hop.id])).id,
                "statements": hops,
                "known": len(hops) == 1,
                **_told(support),
                "first_year": support.first_year,
                "last_year": support.last_year,
            }
        )

    def _hop(self, hop: HopStatement) -> HopStatement:
        support = independence(self.snapshot.columns, self._evidence(hop.id))
        return hop.model_copy(update={"belief": self.beliefs[hop.id], **_told(support)})

    def _evidence(self, statement: str) -> np.ndarray:
        number = self.snapshot.columns.statement_ids.index(statement)
        return self.snapshot.claims.evidence(number)


def _told(support: Independence) -> dict[str, object]:
    return {"papers": support.papers, "groups": support.groups, "modalities": list(support.modalities)}


def _forward(hop: HopStatement, before: str) -> bool:
    return True if hop.predicate.symmetric else hop.subject == before


def _own_beliefs(columns: GraphColumns, subgraph: Subgraph, as_of: int | None) -> dict[str, float]:
    """The belief in each statement after verdicts, and after what denies the very same statement."""
    counted = slice(None) if as_of is None else (columns.evidence_year > 0) & (columns.evidence_year <= as_of)
    spoken = slice(None) if as_of is None else (columns.verdict_year > 0) & (columns.verdict_year <= as_of)
    ids = columns.statement_ids
    belief = believe(columns.evidence[counted], len(ids))
    belief = judge(belief, columns.verdict_statement[spoken], columns.verdict_kind[spoken])
    number = {each: place for place, each in enumerate(ids)}
    kept = {one.id: one for one in subgraph.statements}
    opposite = np.array([number.get(kept[each].statement().negate().id, -1) for each in ids], dtype=np.int64)
    return dict(zip(ids, contradict(belief, opposite).tolist(), strict=True))


def with_beliefs(subgraph: Subgraph, beliefs: dict[str, float], carried: set[str]) -> Subgraph:
    """The subgraph with these beliefs in place of its own, but for the statements whose belief is carried."""

    def one(kept: KeptStatement) -> KeptStatement:
        return kept if kept.id in carried else kept.model_copy(update={"belief": beliefs[kept.id]})

    return subgraph.model_copy(update={"statements": [one(kept) for kept in subgraph.statements]})


def not_from_here(subgraph: Subgraph, recomputed: Recomputed, rounding: float) -> list[str]:
    """The statements whose belief does not follow from the subgraph."""
    return [one.id for one in subgraph.statements if abs(recomputed.beliefs[one.id] - one.belief) > rounding]
