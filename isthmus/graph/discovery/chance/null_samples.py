"""Null counts as a distribution is fitted to them: by metapath and by the degrees at the two ends."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from isthmus.graph.discovery.chance.gamma_hurdle import Samples
from isthmus.graph.discovery.chance.null_counts import CountsBetween, Ends
from isthmus.graph.discovery.walks.metapaths import Hop, Metapath

Floats = NDArray[np.float64]


def sample_counts(
    rewired: Sequence[CountsBetween], metapaths: Sequence[Metapath], ends: Mapping[Hop, Ends], damping: float
) -> Samples:
    """The counts between the chosen nodes in each rewired graph, sorted into cells of degrees.

    ``rewired`` count between the same nodes, ``ends``; ``damping`` is undone at the two ends.
    """
    row = {metapath: number for number, metapath in enumerate(metapaths)}
    designs = {(one.hops[0], one.hops[-1].reversed): _design(one, ends) for one in metapaths}
    mine = [designs[one.hops[0], one.hops[-1].reversed] for one in metapaths]
    n_cells = max(design.trials.size for design in mine)
    found_rows, found_pairs, found_values = [], [], []
    for copy in rewired:
        for metapath, counts in copy.along(metapaths):
            design = mine[row[metapath]]
            pairs = np.flatnonzero(counts)
            pairs = pairs[design.cells[pairs] >= 0]
            found_rows.append(np.full(len(pairs), row[metapath]))
            found_pairs.append(pairs)
            found_values.append(counts.ravel()[pairs])
    rows, pairs, values = (np.concatenate(parts) for parts in (found_rows, found_pairs, found_values))
    order = np.argsort(rows, kind="stable")
    rows, pairs, values = rows[order], pairs[order], values[order]
    starts = np.searchsorted(rows, np.arange(len(metapaths) + 1))
    spans = [(design, pairs[start:stop]) for design, start, stop in zip(mine, starts, starts[1:], strict=False)]
    cells, u, v = (
        np.concatenate([getattr(design, name)[chosen] for design, chosen in spans]) for name in ("cells", "u", "v")
    )
    joined = np.bincount(rows * n_cells + cells, minlength=len(metapaths) * n_cells).astype(np.float64)

    return Samples(
        trials=_padded([design.trials for design in mine], n_cells) * len(rewired),
        joined=joined.reshape(len(metapaths), n_cells),
        source_logs=_padded([design.source_logs for design in mine], n_cells),
        target_logs=_padded([design.target_logs for design in mine], n_cells),
        rows=rows,
        cells=cells,
        u=u,
        v=v,
        values=values * np.exp(damping * (u + v)),
    )


def _padded(rows: Sequence[Floats], width: int) -> Floats:
    """Rows of different lengths as one table, zeros where they end."""
    table = np.zeros((len(rows), width))
    for number, row in enumerate(rows):
        table[number, : len(row)] = row
    return table


@dataclass(frozen=True, eq=False, slots=True)
class _Design:
    """The pairs of the nodes chosen for a first and a last hop, flat, and the cells that they fall into.

    ``cells`` is -1 for a node with itself.
    """

    cells: NDArray[np.intp]
    u: Floats
    v: Floats
    trials: Floats
    source_logs: Floats
    target_logs: Floats


def _design(metapath: Metapath, ends: Mapping[Hop, Ends]) -> _Design:
    first, last = ends[metapath.hops[0]], ends[metapath.hops[-1].reversed]
    shape = len(first.places), len(last.places)
    u = np.broadcast_to(np.log(first.degrees)[:, None], shape).ravel()
    v = np.broadcast_to(np.log(last.degrees), shape).ravel()
    n_cells = int((first.strata[-1] + 1) * (last.strata[-1] + 1))
    cells = (first.strata[:, None] * (last.strata[-1] + 1) + last.strata).ravel()
    if metapath.categories[0] is metapath.categories[-1]:
        cells = np.where((first.places[:, None] == last.places).ravel(), -1, cells)
    counted = cells >= 0
    trials = np.bincount(cells[counted], minlength=n_cells).astype(np.float64)
    logs = [
        np.bincount(cells[counted], weights=one[counted], minlength=n_cells) / np.maximum(trials, 1.0) for one in (u, v)
    ]
    return _Design(cells, u, v, trials, *logs)


def no_samples() -> Samples:
    """Of no metapath."""
    nothing, none = np.zeros((0, 1)), np.zeros(0)
    place = np.zeros(0, dtype=np.intp)
    return Samples(nothing, nothing, nothing, nothing, place, place, none, none, none)
