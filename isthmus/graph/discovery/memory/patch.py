"""Columns brought up to date with what was touched since, without reading the rest of the graph again."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, fields
from typing import Any

import numpy as np
from numpy.typing import NDArray

from isthmus.graph.stores.columns import GraphChanges, GraphColumns, first_of_group
from isthmus.graph.stores.packed import PackedHashes, PackedTexts, place_of

Ints = NDArray[np.int64]

_HASH = np.dtype("S16")  # compares like the bytes it is: all are of one length


@dataclass(frozen=True, eq=False, slots=True)
class Merge:
    """How two sorted lists become one of a ``size``: where each of the old and each of the new stands in it.

    It is -1 for an old one that goes. Where one of the new takes the place of an old one both stand there.
    """

    old: NDArray[np.int32]
    new: NDArray[np.int32]
    size: int

    def join(self, old: NDArray[Any], new: NDArray[Any]) -> NDArray[Any]:
        """Values of both, in the new order; the new ones count."""
        joined = np.empty((self.size, *old.shape[1:]), dtype=old.dtype)
        stay = self.old >= 0
        joined[self.old[stay]] = old[stay]
        joined[self.new] = new
        return joined

    def join_texts(self, old: Sequence[str], new: Sequence[str]) -> PackedTexts:
        """Texts of both, in the new order."""
        first, second = _packed(old), _packed(new)
        both = PackedTexts(
            np.concatenate((first.data, second.data)),
            np.concatenate((first.starts, second.starts[1:] + first.starts[-1])),
        )
        return both.take(self.join(np.arange(len(old)), len(old) + np.arange(len(new))))


@dataclass(frozen=True, eq=False, slots=True)
class Patched:
    """New columns, and how the entities and statements of the old ones went into them."""

    columns: GraphColumns
    entities: Merge
    statements: Merge


def patch(old: GraphColumns, changes: GraphChanges) -> Patched:
    """The columns that the store would give now, exactly.

    Args:
        old: those of the version since which the changes are.
        changes: what was touched, and what there is of it now.
    """
    now = changes.now
    entities = _merge_texts(old.entity_ids, changes.entities.union(now.entity_ids), now.entity_ids)
    statements = _merge_hashes(old.statement_ids, changes.statements, now.statement_ids)
    evidence_stays = statements.old[old.evidence_statement] >= 0
    documents = _merge_documents(old, now, evidence_stays)
    contexts, statement_context = _merge_contexts(old, now, statements)
    said = np.concatenate(
        (statements.old[old.evidence_statement[evidence_stays]], statements.new[now.evidence_statement])
    )
    in_document = np.concatenate(
        (documents.old[old.evidence_document[evidence_stays]], documents.new[now.evidence_document])
    )
    order = np.argsort(said, kind="stable")  # a statement's evidence is all old or all new, and sorted

    def joined(name: str) -> NDArray[Any]:
        return np.concatenate((getattr(old, name)[evidence_stays], getattr(now, name)))[order]

    judged, verdicts = _merge_verdicts(old, now, statements)
    authors = documents.join_texts(old.document_authors, now.document_authors)
    columns = GraphColumns(
        graph_hash=now.graph_hash,
        version=now.version,
        entity_ids=entities.join_texts(old.entity_ids, now.entity_ids),
        names=entities.join_texts(old.names, now.names),
        categories=entities.join(old.categories, now.categories),
        statement_ids=PackedHashes(statements.join(_hashes(old.statement_ids).data, _hashes(now.statement_ids).data)),
        subjects=statements.join(entities.old[old.subjects], entities.new[now.subjects]),
        objects=statements.join(entities.old[old.objects], entities.new[now.objects]),
        predicates=statements.join(old.predicates, now.predicates),
        negated=statements.join(old.negated, now.negated),
        contexts=contexts,
        statement_context=statement_context,
        document_ids=documents.join_texts(old.document_ids, now.document_ids),
        document_authors=authors,
        evidence_statement=said[order],
        evidence_document=in_document[order],
        evidence_group=first_of_group(list(authors))[in_document[order]],
        evidence_review=joined("evidence_review"),
        evidence_modality=joined("evidence_modality"),
        evidence_reader=joined("evidence_reader"),
        evidence_year=joined("evidence_year"),
        evidence_score=joined("evidence_score"),
        verdict_statement=judged,
        verdict_kind=np.concatenate((old.verdict_kind, now.verdict_kind))[verdicts],
        verdict_year=np.concatenate((old.verdict_year, now.verdict_year))[verdicts],
    )
    return Patched(columns, entities, statements)


def only(columns: GraphColumns, statements: Ints) -> GraphColumns:
    """The columns with these statements alone (places, sorted) and their evidence; entities and documents stay."""
    first = np.searchsorted(columns.evidence_statement, statements)
    number = np.searchsorted(columns.evidence_statement, statements, side="right") - first
    evidence = np.repeat(first - np.cumsum(number) + number, number) + np.arange(number.sum())
    # Few have been judged: each is looked up among the chosen.
    place = np.searchsorted(statements, columns.verdict_statement)
    verdicts = np.flatnonzero(np.append(statements, -1)[place] == columns.verdict_statement)
    chosen: dict[str, Any] = {}
    for each in fields(columns):
        value = getattr(columns, each.name)
        if each.name in ("subjects", "objects", "predicates", "negated", "statement_context"):
            value = value[statements]
        elif each.name == "statement_ids":
            value = value.take(statements) if isinstance(value, PackedHashes) else [value[one] for one in statements]
        elif each.name.startswith("evidence_"):
            value = value[evidence]
        elif each.name in ("verdict_kind", "verdict_year"):
            value = value[verdicts]
        chosen[each.name] = value
    chosen["verdict_statement"] = place[verdicts].astype(np.int32)
    chosen["evidence_statement"] = np.repeat(np.arange(len(statements), dtype=np.int32), number)
    return GraphColumns(**chosen)


# -- merging ------------------------------------------------------------------------------------------------------


def _merge(places: Ints, goes: NDArray[np.bool_]) -> Merge:
    """Of a list of which some go, and new ones that stand before the old at ``places`` (sorted)."""
    before: Ints = np.cumsum(~goes) - ~goes  # how many stay before each of the old
    inserted = np.cumsum(np.bincount(places, minlength=len(goes) + 1))[: len(goes)]
    old = np.where(goes, -1, before + inserted).astype(np.int32)
    stay = np.append(before, np.count_nonzero(~goes))[places]
    new = (stay + np.arange(len(places))).astype(np.int32)
    return Merge(old, new, int(np.count_nonzero(~goes)) + len(new))


def _merge_texts(old: Sequence[str], go: Iterable[str], new: Sequence[str]) -> Merge:
    goes = np.zeros(len(old), dtype=np.bool_)
    goes[[place for place in (place_of(old, text) for text in go) if place is not None]] = True
    return _replace(old, goes, new)


def _replace(old: Sequence[str], goes: NDArray[np.bool_], new: Sequence[str]) -> Merge:
    """The new ones among the old that do not go; one that is there already takes the place of the old."""
    places = np.array([bisect_left(old, text) for text in new], dtype=np.int64)
    known = np.array(
        [place < len(old) and old[place] == text for place, text in zip(places, new, strict=True)], dtype=bool
    )
    goes = goes.copy()
    goes[places[known]] = True
    merge = _merge(places, goes)
    merge.old[places[known]] = merge.new[known]
    return merge


def _merge_hashes(old: Sequence[str], go: Collection[str], new: Sequence[str]) -> Merge:
    known = _as_bytes(_hashes(old))
    gone = np.sort(_as_bytes(PackedHashes.of(go)))
    goes = np.zeros(len(known), dtype=np.bool_)
    found = np.searchsorted(known, gone)
    inside = found < len(known)
    found = found[inside]
    goes[found[known[found] == gone[inside]]] = True
    return _merge(np.searchsorted(known, _as_bytes(_hashes(new))), goes)


def _merge_documents(old: GraphColumns, now: GraphColumns, evidence_stays: NDArray[np.bool_]) -> Merge:
    """Documents go when nothing that stays is in them, or when they are told of anew."""
    goes = np.ones(len(old.document_ids), dtype=np.bool_)
    goes[old.evidence_document[evidence_stays]] = False
    return _replace(old.document_ids, goes, now.document_ids)


def _merge_verdicts(old: GraphColumns, now: GraphColumns, statements: Merge) -> tuple[NDArray[np.int32], Ints]:
    """The statement of each verdict, and which of the old and the new ones stand there; a statement's are all old or all new."""
    judged = np.concatenate((statements.old[old.verdict_statement], statements.new[now.verdict_statement]))
    order = np.argsort(judged, kind="stable")
    order = order[judged[order] >= 0]
    return judged[order], order


def _merge_contexts(
    old: GraphColumns, now: GraphColumns, statements: Merge
) -> tuple[list[tuple[str, str, str]], NDArray[np.int32]]:
    used = [old.contexts[number] for number in np.unique(old.statement_context[statements.old >= 0]).tolist()]
    contexts = sorted({*used, *now.contexts})
    number = {context: place for place, context in enumerate(contexts)}
    tables = [np.array([number.get(one, -1) for one in each.contexts], dtype=np.int32) for each in (old, now)]
    of_old, of_new = (
        table[each.statement_context] if len(table) else each.statement_context
        for table, each in zip(tables, (old, now), strict=True)
    )
    return contexts, statements.join(of_old, of_new)


def _packed(texts: Sequence[str]) -> PackedTexts:
    return texts if isinstance(texts, PackedTexts) else PackedTexts.of(texts)


def _hashes(hashes: Sequence[str]) -> PackedHashes:
    return hashes if isinstance(hashes, PackedHashes) else PackedHashes.of(hashes)


def _as_bytes(hashes: PackedHashes) -> NDArray[np.bytes_]:
    return np.ascontiguousarray(hashes.data).reshape(-1).view(_HASH)
