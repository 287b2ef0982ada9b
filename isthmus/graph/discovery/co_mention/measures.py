"""How strongly two things are named together: counts, Jaccard, NPMI, SCP, log-likelihood ratio, surge."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from isthmus.errors import UsageError
from isthmus.graph.discovery.co_mention.counts import CoMentions, Floats, Ints

if TYPE_CHECKING:
    from isthmus.graph.discovery.co_mention.counts import Incidence

FLOOR = 2  # documents that must name both: a single one makes NPMI and SCP jump to their top
ROWS_AT_ONCE = 256  # rows of a product that are in memory together
WINDOW = 5  # years
_ROUNDING = 1e-12

MEASURES = ("documents", "sentences", "jaccard", "npmi", "scp", "llr", "surge")


class UnlikeNumbers(UsageError):
    """Two lists of entities that should be pairs."""


@dataclass(frozen=True, eq=False, slots=True)
class Surges:
    """When those named with an entity suddenly were, each of shape (n_partners,).

    ``entities`` are the partners, ``heights`` how far the highest jump of SCP stands above ``fence`` (0 where it does
    not), ``years`` the year of that jump.
    """

    entities: Ints
    heights: Floats
    years: Ints
    fence: float


def measure(name: str, both: Floats, first: Floats, second: Floats, n_documents: int, floor: int = FLOOR) -> Floats:
    """One measure of pairs that ``both`` documents name, of the ``first`` and ``second`` that name each end.

    With n documents in all and p = count / n:

        documents  both                                                        >= 0
        jaccard    both / (first + second - both)                              in [0, 1]
        npmi       -1 + (log p_first + log p_second) / log p_both              in [-1, 1]
        scp        p_both² / (p_first p_second)                                in [0, 1]
        llr        2 Σ observed log(observed / expected) over the 2 x 2 table  >= 0

    ``npmi`` and ``scp`` are 0 where fewer than ``floor`` documents name both, ``llr`` where no more do than chance
    would have it. NPMI: Bouma 2009, Proc. GSCL; SCP: Ferreira da Silva & Lopes 1999; LLR: Dunning 1993,
    Comput. Linguist. 19:61. The arrays are of one shape, and so is what comes back.

    Raises:
        KeyError: for a name outside ``MEASURES``, or ``sentences`` and ``surge``, which need more than these counts.
    """
    if name == "documents":
        return both
    enough = both >= max(floor, 1)
    if name == "llr":
        return _log_likelihood_ratio(both, first, second, n_documents)
    values = np.zeros(both.shape)
    some = enough if name in ("npmi", "scp") else both > 0
    b, x, y = both[some], first[some], second[some]
    values[some] = {"jaccard": _jaccard, "npmi": _npmi, "scp": _scp}[name](b, x, y, n_documents)
    return values


def _jaccard(both: Floats, first: Floats, second: Floats, _: int) -> Floats:
    return both / (first + second - both)


def _scp(both: Floats, first: Floats, second: Floats, _: int) -> Floats:
    return both * both / (first * second)


def _npmi(both: Floats, first: Floats, second: Floats, n_documents: int) -> Floats:
    values = np.ones(both.shape)  # where every document names both
    some = both < n_documents
    b = both[some]
    values[some] = -1.0 + (np.log(first[some] / n_documents) + np.log(second[some] / n_documents)) / np.log(
        b / n_documents
    )
    return values


def _log_likelihood_ratio(both: Floats, first: Floats, second: Floats, n: int) -> Floats:
    total = np.zeros(both.shape)
    for observed, expected in (
        (both, first * second),
        (first - both, first * (n - second)),
        (second - both, (n - first) * second),
        (n - first - second + both, (n - first) * (n - second)),
    ):
        some = (observed > 0) & (expected > 0)
        total[some] += observed[some] * np.log(observed[some] * n / expected[some])
    return np.where(both * n > first * second, np.maximum(2.0 * total, 0.0), 0.0)


def pair_measures(
    co: CoMentions,
    sources: NDArray[np.integer],
    targets: NDArray[np.integer],
    *,
    measures: Sequence[str] = MEASURES,
    floor: int = FLOOR,
) -> dict[str, Floats]:
    """The ``measures`` of each pair ``(sources[i], targets[i])``, each of shape (n_pairs,); see ``measure``.

    ``sentences`` counts those that name both; ``surge`` is that of ``surges``. All are 0 for an entity with itself.

    Raises:
        UnlikeNumbers: where the two arrays differ in length.
    """
    left, right = paired(sources, targets)
    found = {name: np.zeros(len(left)) for name in measures}
    plain = [name for name in measures if name not in ("sentences", "surge")]
    for some, rows, ends in blocks(left):
        if plain:
            both = picked(co.partners(ends), rows, right[some])
            first = co.document_counts[left[some]].astype(np.float64)
            second = co.document_counts[right[some]].astype(np.float64)
            for name in plain:
                found[name][some] = measure(name, both, first, second, co.n_documents, floor)
        if "sentences" in found:
            found["sentences"][some] = picked(co.sentence_partners(ends), rows, right[some])
        if "surge" in found:
            found["surge"][some] = _surge_of_pairs(co, rows, ends, right[some], floor)
    return found


def source_measures(
    co: CoMentions, source: int, *, measures: Sequence[str] = MEASURES, floor: int = FLOOR
) -> dict[str, Floats]:
    """The ``measures`` of one entity with every entity, each of shape (n_entities,)."""
    everything = np.arange(co.n_entities)
    return pair_measures(co, np.full(co.n_entities, source), everything, measures=measures, floor=floor)


def paired(sources: NDArray[np.integer], targets: NDArray[np.integer]) -> tuple[Ints, Ints]:
    """Both ends of the pairs. Raises ``UnlikeNumbers`` where one list is longer."""
    if len(sources) != len(targets):
        raise UnlikeNumbers(f"{len(sources)} sources and {len(targets)} targets are no pairs: give as many of each")
    return np.asarray(sources, dtype=np.int64), np.asarray(targets, dtype=np.int64)


def blocks(sources: Ints) -> Iterator[tuple[Ints, Ints, Ints]]:
    """The pairs in blocks of few distinct sources: places of the pairs, row of each among the sources, the sources."""
    ends, row = np.unique(sources, return_inverse=True)
    order = np.argsort(row, kind="stable")
    bounds = np.searchsorted(row[order], np.arange(0, len(ends) + ROWS_AT_ONCE, ROWS_AT_ONCE))
    for number, (start, end) in enumerate(pairwise(bounds)):
        if end > start:
            first = number * ROWS_AT_ONCE
            some = order[start:end]
            yield some, row[some] - first, ends[first : first + ROWS_AT_ONCE]


def picked(matrix: Incidence, rows: Ints, columns: Ints) -> Floats:
    """Single values of a matrix with sorted indices, 0 where none is stored."""
    if matrix.nnz == 0 or len(rows) == 0:
        return np.zeros(len(rows))
    n = matrix.shape[1]
    keys = np.repeat(np.arange(matrix.shape[0]), np.diff(matrix.indptr)) * n + matrix.indices
    wanted = rows * n + columns
    at = np.minimum(np.searchsorted(keys, wanted), len(keys) - 1)
    return np.where(keys[at] == wanted, matrix.data[at], 0.0)


def surges(co: CoMentions, source: int, *, window: int = WINDOW, k: float = 1.5, floor: int = FLOOR) -> Surges:
    """Sudden rises of one entity's co-mentions.

    The SCP of each year (0 where fewer than ``floor`` documents of the year name both) less its mean over the ``window``
    years before, as far as there are any, is a jump; the fence is Q3 + k (Q3 - Q1) of all jumps of this entity in years
    when two were named together. After Moreau, medline-discoveries (github.com/erwanm/medline-discoveries).
    """
    first_year, by_year = co.calendar
    n_years = by_year.shape[1]
    partners, met = _met_by_year(co, source, first_year, n_years)
    if len(partners) == 0:  # nor any year, where nothing is dated
        return Surges(partners, np.zeros(0), np.zeros(0, dtype=np.int64), 0.0)
    own = by_year[[source]].toarray()
    scp = met * met / np.maximum(own * by_year[partners].toarray(), 1.0)
    scp[met < floor] = 0.0
    before = np.concatenate((np.zeros((len(partners), 1)), np.cumsum(scp, axis=1)), axis=1)
    starts = np.maximum(np.arange(n_years) - window, 0)
    jumps = scp - (before[:, :-1] - before[:, starts]) / np.maximum(np.arange(n_years) - starts, 1)
    jumps[:, 0] = 0.0  # from nothing known
    seen = jumps[scp > 0.0]
    low, high = np.percentile(seen, [25, 75]) if len(seen) else (0.0, 0.0)
    fence = float(high + k * (high - low))
    heights = np.where(scp > 0.0, jumps - fence, 0.0)
    best = heights.argmax(axis=1)
    highest = heights[np.arange(len(best)), best]
    return Surges(partners, np.where(highest > _ROUNDING, highest, 0.0), first_year + best, fence)


def _met_by_year(co: CoMentions, source: int, first_year: int, n_years: int) -> tuple[Ints, Floats]:
    """The entities named with ``source`` in dated documents, sorted, and in how many documents of each year."""
    documents = co.naming[[source]].indices
    documents = documents[co.years[documents] > 0]
    named = co.presence[documents]
    year = np.repeat(co.years[documents].astype(np.int64) - first_year, np.diff(named.indptr))
    other = named.indices != source
    partners, row = np.unique(named.indices[other], return_inverse=True)
    met = np.bincount(row * n_years + year[other], minlength=len(partners) * n_years).astype(np.float64)
    return partners.astype(np.int64), met.reshape(len(partners), n_years)


def _surge_of_pairs(co: CoMentions, rows: Ints, ends: Ints, targets: Ints, floor: int) -> Floats:
    found = np.zeros(len(rows))
    heights = np.zeros(co.n_entities)
    for row, source in enumerate(ends.tolist()):
        own = surges(co, source, floor=floor)
        heights[own.entities] = own.heights
        of_source = rows == row
        found[of_source] = heights[targets[of_source]]
        heights[own.entities] = 0.0
    return found
