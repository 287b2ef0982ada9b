"""Layers of a graph of which a little has changed: only claims that were touched are believed anew."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from isthmus.graph.discovery.memory.claims import Claims
from isthmus.graph.discovery.memory.edges import Edges, claim_keys, edges_of, keys_of
from isthmus.graph.discovery.memory.layers import (
    CATEGORIES,
    Layer,
    Nodes,
    hop_of,
    hops_of,
    in_order,
    layers_of,
    sorted_csr,
)
from isthmus.graph.discovery.memory.patch import Patched, only
from isthmus.graph.discovery.walks.metapaths import Hop
from isthmus.graph.stores.columns import GraphColumns
from isthmus.graph.vocabulary import Category, Predicate

Ints = NDArray[np.int64]
Places = NDArray[np.int32]

FEW = 2_000  # claims of which each is looked up by itself
_NUMBER = {predicate: number for number, predicate in enumerate(Predicate)}


class Layered(NamedTuple):
    """A graph, and the layers that were made of it as of a year."""

    columns: GraphColumns
    as_of: int | None
    nodes: Nodes
    layers: Mapping[Hop, Layer]


@dataclass(frozen=True, eq=False, slots=True)
class _Moves:
    """Where nodes and statements went; ``None`` where all have kept their numbers, -1 for one that is gone."""

    entities: Places | None
    statements: Places | None
    before: Nodes
    after: Nodes


def without_evidence(before: Layered, claims: Claims, left: GraphColumns, touched: Places) -> dict[Hop, Layer]:
    """The layers when the ``touched`` statements have lost evidence; ``left`` are the same columns with less score."""
    columns, nodes = before.columns, before.nodes
    chosen = columns.predicates[touched], columns.subjects[touched], columns.objects[touched]
    keys = np.unique(keys_of(*chosen, len(columns.categories)))
    hops = np.unique(hops_of(*chosen, nodes))
    edges = _edges_among(left, claims.with_keys(keys), before.as_of)
    if len(keys) <= FEW:
        weakened = _weakened(before, keys, hops, edges)
        if weakened is not None:
            return weakened
    return _revised(before.layers, _Moves(None, None, nodes, nodes), keys, hops, edges)


def _weakened(before: Layered, keys: Ints, hops: NDArray[np.int32], edges: Edges) -> dict[Hop, Layer] | None:
    """Layers in which these claims have become those edges, or none: nothing is sorted anew.

    ``None`` where one of the edges was not there before (a denial that was believed without doubt is lost).
    """
    nodes, n = before.nodes, len(before.columns.categories)
    now = keys_of(edges.predicates, edges.subjects, edges.objects, n)
    by_key = np.argsort(now)
    layers = dict(before.layers)
    found = 0
    for forward in map(hop_of, hops.tolist()):
        ends = _ends_of(keys, n, forward, nodes)
        for hop in dict.fromkeys((forward, forward.reversed)):
            if hop not in layers:
                continue
            rows, columns, of = (ends[0], ends[1], ends[2]) if hop is forward else (ends[1], ends[0], ends[2])
            if hop == hop.reversed:
                rows, columns, of = np.append(rows, columns), np.append(columns, rows), np.append(of, of)
            layer = layers[hop]
            places = _places_in(layer, rows, columns)
            there = places >= 0
            places, of = places[there], of[there]
            at = np.minimum(np.searchsorted(now, of, sorter=by_key), max(len(now) - 1, 0))
            edge = np.where(now[by_key[at]] == of, by_key[at], -1) if len(now) else np.full(len(of), -1)
            if hop is forward:
                found += len(np.unique(edge[edge >= 0]))
            layers[hop] = _with_edges(layer, places, edge, edges)
    if found < len(now):
        return None
    return {hop: layer for hop, layer in layers.items() if layer.beliefs.nnz}


def _ends_of(keys: Ints, n: int, hop: Hop, nodes: Nodes) -> tuple[Places, Places, Ints]:
    """Row and column in the layer of a hop of each of the claims that belong there, and its key."""
    number = CATEGORIES.index(hop.source), CATEGORIES.index(hop.target)
    first, second = (keys // n % n).astype(np.int32), (keys % n).astype(np.int32)
    belongs = keys // (n * n) == _NUMBER[hop.predicate]
    straight = belongs & (nodes.kinds[first] == number[0]) & (nodes.kinds[second] == number[1])
    turned = belongs & ~straight & (nodes.kinds[first] == number[1]) & (nodes.kinds[second] == number[0])
    turned &= hop.predicate.symmetric
    rows, columns = np.where(turned, second, first), np.where(turned, first, second)
    chosen = straight | turned
    return nodes.positions[rows[chosen]], nodes.positions[columns[chosen]], keys[chosen]


def _places_in(layer: Layer, rows: Places, columns: Places) -> Ints:
    """Where in a layer's stored values each pair stands; -1 where it is no edge."""
    starts, indices = layer.beliefs.indptr, layer.beliefs.indices
    places = np.full(len(rows), -1, dtype=np.int64)
    for number, (row, column) in enumerate(zip(rows.tolist(), columns.tolist(), strict=True)):
        start, end = int(starts[row]), int(starts[row + 1])
        place = start + int(np.searchsorted(indices[start:end], column))
        if place < end and indices[place] == column:
            places[number] = place
    return places


def _with_edges(layer: Layer, places: Ints, edge: Ints, edges: Edges) -> Layer:
    """A layer in which the values at some places are those of edges; where the edge is -1 there is none any more."""
    stay, gone = edge >= 0, places[edge < 0]

    def changed(values: NDArray[Any], new: NDArray[Any]) -> NDArray[Any]:
        values = values.copy()
        values[places[stay]] = new[edge[stay]]
        return np.delete(values, gone) if len(gone) else values

    beliefs, degrees, arriving = layer.beliefs, layer.source_degrees, layer.target_degrees
    columns, starts = beliefs.indices, beliefs.indptr
    if len(gone):
        rows = np.searchsorted(starts, gone, side="right") - 1
        degrees = degrees - np.bincount(rows, minlength=len(degrees)).astype(np.int32)
        arriving = arriving - np.bincount(columns[gone], minlength=len(arriving)).astype(np.int32)
        starts = np.concatenate(([0], np.cumsum(degrees))).astype(np.int32)
        columns = np.delete(columns, gone)
    return Layer(
        beliefs=sorted_csr(changed(beliefs.data, edges.beliefs), columns, starts, beliefs.shape),
        statements=changed(layer.statements, edges.statements),
        first_years=changed(layer.first_years, edges.first_years),
        evidence_counts=changed(layer.evidence_counts, edges.evidence_counts),
        source_degrees=degrees,
        target_degrees=arriving,
    )


def with_changes(before: Layered, patched: Patched, nodes: Nodes) -> dict[Hop, Layer]:
    """The layers when statements and entities have come, gone or changed; ``nodes`` are those of the new columns."""
    old, new = before.columns, patched.columns
    entities, statements = patched.entities, patched.statements
    moves = _Moves(
        _unless_same(entities.old, entities.size), _unless_same(statements.old, statements.size), before.nodes, nodes
    )
    gone = statements.old < 0
    come = np.zeros(statements.size, dtype=np.bool_)
    come[statements.new] = True
    other_kind = (entities.old >= 0) & (nodes.kinds[entities.old] != before.nodes.kinds) if len(nodes.kinds) else None
    if other_kind is not None and other_kind.any():
        moved = other_kind[old.subjects] | other_kind[old.objects]
        come[statements.old[moved & ~gone]] = True
        gone |= moved
    n = len(new.categories)
    first, second = entities.old[old.subjects[gone]], entities.old[old.objects[gone]]
    whole = (first >= 0) & (second >= 0)
    keys = np.unique(
        np.concatenate(
            (
                keys_of(old.predicates[gone][whole], first[whole], second[whole], n),
                keys_of(new.predicates[come], new.subjects[come], new.objects[come], n),
            )
        )
    )
    hops = np.unique(hops_of(old.predicates[gone], old.subjects[gone], old.objects[gone], before.nodes))
    edges = _edges_among(new, np.flatnonzero(_among(claim_keys(new), keys)), before.as_of)
    return _revised(before.layers, moves, keys, hops, edges)


def _edges_among(columns: GraphColumns, statements: Ints, as_of: int | None) -> Edges:
    """The edges of whole claims, their statements numbered as in the columns."""
    edges = edges_of(only(columns, statements), as_of)
    return replace(edges, statements=statements[edges.statements].astype(np.int32))


def _revised(
    layers: Mapping[Hop, Layer], moves: _Moves, keys: Ints, hops: NDArray[np.int32], edges: Edges
) -> dict[Hop, Layer]:
    """Layers with the claims of ``keys`` replaced by ``edges``; ``hops`` are those in which the claims were."""
    touched = {hop_of(number) for number in hops.tolist()}
    touched |= {
        hop_of(number)
        for number in np.unique(hops_of(edges.predicates, edges.subjects, edges.objects, moves.after)).tolist()
    }
    stay = [_edges_of_layer(hop, layers[hop], moves, keys) for hop in touched if hop in layers]
    revised = layers_of(_joined([*stay, edges]), moves.after)
    untouched = {hop for hop in layers if hop not in touched and hop.reversed not in touched}
    return in_order({**revised, **{hop: _moved(hop, layers[hop], moves) for hop in untouched}})


def _edges_of_layer(hop: Hop, layer: Layer, moves: _Moves, keys: Ints) -> Edges:
    """The edges of a layer whose claims are not among ``keys``, in the new numbers."""
    rows = np.repeat(np.arange(len(layer.source_degrees)), layer.source_degrees)
    subjects = moves.before.members[hop.source][rows]
    objects = moves.before.members[hop.target][layer.beliefs.indices]
    once = subjects < objects if hop == hop.reversed else np.ones(len(rows), dtype=np.bool_)
    if moves.entities is not None:
        subjects, objects = moves.entities[subjects], moves.entities[objects]
        once &= (subjects >= 0) & (objects >= 0)
    predicates = np.full(len(rows), _NUMBER[hop.predicate], dtype=np.int16)
    once &= ~_among(keys_of(predicates, subjects, objects, len(moves.after.kinds)), keys)
    statements = layer.statements[once]
    return Edges(
        subjects=subjects[once],
        objects=objects[once],
        predicates=predicates[once],
        beliefs=layer.beliefs.data[once],
        first_years=layer.first_years[once],
        evidence_counts=layer.evidence_counts[once],
        statements=statements if moves.statements is None else moves.statements[statements],
        seen=np.empty(0, dtype=np.bool_),
    )


def _joined(edges: list[Edges]) -> Edges:
    names = ("subjects", "objects", "predicates", "beliefs", "first_years", "evidence_counts", "statements", "seen")
    return Edges(*(np.concatenate([getattr(one, name) for one in edges]) for name in names))


def _moved(hop: Hop, layer: Layer, moves: _Moves) -> Layer:
    """A layer whose edges are what they were, in the new numbers: order is kept, since ids are sorted."""
    if moves.statements is not None:
        layer = replace(layer, statements=moves.statements[layer.statements])
    if moves.entities is None:
        return layer
    rows, columns = (_new_positions(moves, moves.entities, kind) for kind in (hop.source, hop.target))
    n_rows, n_columns = (len(moves.after.members.get(kind, ())) for kind in (hop.source, hop.target))
    source_degrees, target_degrees = (
        _spread(layer.source_degrees, rows, n_rows),
        _spread(layer.target_degrees, columns, n_columns),
    )
    starts = np.concatenate(([0], np.cumsum(source_degrees))).astype(np.int32)
    beliefs = sorted_csr(layer.beliefs.data, columns[layer.beliefs.indices], starts, (n_rows, n_columns))
    return replace(layer, beliefs=beliefs, source_degrees=source_degrees, target_degrees=target_degrees)


def _new_positions(moves: _Moves, numbers: Places, kind: Category) -> Places:
    """Where among its kind each node of a kind stands now; -1 for one that is gone or of another kind."""
    members = moves.before.members[kind]
    entities = numbers[members]
    stays = entities >= 0
    stays[stays] = moves.after.kinds[entities[stays]] == moves.before.kinds[members[stays]]
    return np.where(stays, moves.after.positions[entities], -1).astype(np.int32)


def _spread(degrees: Places, places: Places, size: int) -> Places:
    spread = np.zeros(size, dtype=np.int32)
    stays = places >= 0
    spread[places[stays]] = degrees[stays]
    return spread


def _unless_same(places: Places, size: int) -> Places | None:
    same = len(places) == size and bool((places == np.arange(size)).all())
    return None if same else places


def _among(values: Ints, wanted: Ints) -> NDArray[np.bool_]:
    """Whether each value is one of the wanted, which are sorted."""
    if not len(wanted):
        return np.zeros(len(values), dtype=np.bool_)
    found: NDArray[np.bool_] = wanted[np.minimum(np.searchsorted(wanted, values), len(wanted) - 1)] == values
    return found
